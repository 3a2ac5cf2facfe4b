"""Allocation problems and their plans on disk; docs/reference/allocation-files.md says what each array means.

A problem is one ``.npz`` file, or a folder: ``rows.npz`` with everything that is not by customer, and tables of customers
(`zhike.adapters.allocation_tables`). Nothing is ever unpickled. Contents (no NaN, actions in range) are judged by whoever uses
the arrays.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.adapters.allocation_tables import read_customers
from zhike.adapters.seal import refuse_sealed
from zhike.core.errors import InputNotFoundError, InputUnreadableError
from zhike.core.phrases import phrase
from zhike.govern.allocation_format import (
    CUSTOMER_ARRAYS,
    PLAN_ARRAYS,
    PLAN_FORMAT,
    PROBLEM_ARRAYS,
    cap_names,
    format_failures,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from zhike.govern.verification_failures import Failure

__all__ = ["read_arrays", "read_plan_arrays", "write_plan", "write_problem"]

_ROWS: Final = "rows.npz"
_PLAN_TYPES: Final = {"chosen": np.int64, "status": np.str_, "names": np.str_}
"""All others are float64."""
_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, RuntimeError, MemoryError, SyntaxError,
)  # fmt: skip
"""What numpy and the reader of zip files raise where a file is cut off, garbled or encrypted, or holds objects."""


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read a problem.

    Parameters
    ----------
    path : Path
        File ``.npz``, or folder of ``rows.npz`` and ``customers-*.parquet``.

    Returns
    -------
    dict of str to ndarray
        The arrays of `zhike.govern.allocation_format.PROBLEM_ARRAYS` that are there; ``cap_names`` wherever there are caps.

    Raises
    ------
    InputNotFoundError
        When there is nothing at that place, or no ``rows.npz`` in the folder.
    InputUnreadableError
        When a file is damaged or holds objects, or arrays are missing or of another kind or shape.
    TruthSealedError
        When the place is a simulated bank's sealed truth.
    """
    refuse_sealed(path)
    if path.is_dir():
        arrays = _read_npz(path / _ROWS, lambda name: _of_problem(name) and name not in CUSTOMER_ARRAYS)
        arrays |= read_customers(path)
    else:
        arrays = _read_npz(path, _of_problem)
    _refuse(path, phrase("the arrays of an allocation problem"), format_failures(arrays, PROBLEM_ARRAYS))
    if "cap_limit" in arrays:
        arrays["cap_names"] = np.array(cap_names(arrays), dtype=np.str_)
    return arrays


def write_problem(path: Path, arrays: Mapping[str, ArrayLike]) -> None:
    """Write a problem as one ``.npz`` file, in one step; other keys than a problem's are left out."""
    _write_npz(path, {name: arrays[name] for name in PROBLEM_ARRAYS if name in arrays})


def read_plan_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read a plan; whether it fits a problem and is right is up to `zhike.govern.verification`.

    Raises
    ------
    InputNotFoundError
        When there is no file at that place.
    InputUnreadableError
        When it is damaged, holds objects, lacks an array, or is no plan of this format.
    TruthSealedError
        When the place is a simulated bank's sealed truth.
    """
    refuse_sealed(path)
    arrays = _read_npz(path, {"format", *PLAN_ARRAYS}.__contains__)
    stated = str(arrays.pop("format", ""))
    if stated != PLAN_FORMAT:
        raise _unreadable(
            path,
            phrase("format '{stated}'", stated=stated),
            phrase("a plan of format '{plan_format}'", plan_format=PLAN_FORMAT),
        )
    missing = [failure for failure in format_failures(arrays, PLAN_ARRAYS) if failure.code == "missing"]
    _refuse(path, phrase("the arrays of a plan"), missing)
    return arrays


def write_plan(path: Path, plan: Mapping[str, ArrayLike]) -> None:
    """Write a plan as one ``.npz`` file, in one step; equal plans give equal bytes.

    Parameters
    ----------
    path : Path
        A former file there is replaced.
    plan : mapping of str to array
        Every key of `zhike.govern.allocation_format.PLAN_ARRAYS`; the format is added.
    """
    typed: dict[str, NDArray[Any]] = {
        name: np.asarray(plan[name], _PLAN_TYPES.get(name, np.float64)) for name in PLAN_ARRAYS
    }
    _write_npz(path, {"format": np.array(PLAN_FORMAT), **typed})


def _of_problem(name: str) -> bool:
    """Tell whether an array belongs to a problem; a misspelt cap does, so that it is missed."""
    return name in PROBLEM_ARRAYS or name.startswith("cap_")


def _read_npz(path: Path, wanted: Callable[[str], bool]) -> dict[str, NDArray[Any]]:
    """Read some arrays of a file; numpy reads each into its place, so that memory stays at the arrays."""
    if not path.is_file():
        raise InputNotFoundError(path=path)
    expected = phrase("a whole .npz file of numbers and texts")
    try:
        with path.open("rb") as raw:
            if not zipfile.is_zipfile(raw):
                raise _unreadable(path, phrase("it is cut off, or no .npz file at all"), expected)
            file = np.lib.npyio.NpzFile(raw, allow_pickle=False)
            return {name: np.asarray(file[name]) for name in file.files if wanted(name)}
    except _DAMAGE as problem:
        raise _unreadable(path, problem, expected) from problem


def _write_npz(path: Path, arrays: Mapping[str, ArrayLike]) -> None:
    """Write arrays beside their place and move them there; numpy dates every entry alike."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}-building-{os.getpid()}")
    try:
        with building.open("wb") as file:
            np.savez(file, allow_pickle=False, **{name: np.asarray(array) for name, array in arrays.items()})
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)


def _refuse(path: Path, expected: object, failures: Iterable[Failure]) -> None:
    found = "; ".join(failure.render() for failure in failures)
    if found:
        raise _unreadable(path, found, expected)


def _unreadable(path: Path, what: object, expected: object) -> InputUnreadableError:
    advice = phrase("See docs/reference/allocation-files.md for every array.")
    return InputUnreadableError(path=path, what=what, expected=expected, advice=advice)
