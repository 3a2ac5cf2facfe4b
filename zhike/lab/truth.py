"""The sealed truth of a simulated bank: a folder of its own that only the lab reads.

``SEALED.json``     the seal: seed, size, hash of the bank that it belongs to, hashes of its files
``traits.parquet``  what does not change about each customer
``state.parquet``   what is true of each customer at the end of history
``later-*.parquet`` facts that happened in history and become known after it, by contract table
``faults.parquet``  which rows were spoilt on request
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import polars as pl

from zhike.adapters.folder_swap import built_folder, mend_folder
from zhike.adapters.seal import SEAL
from zhike.adapters.spool import sha256_of
from zhike.core.errors import InputUnreadableError
from zhike.core.phrases import phrase
from zhike.lab.dice import Dice
from zhike.lab.resources import Resources
from zhike.lab.state import State, Traits
from zhike.lab.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhike.lab.deck import Deck

__all__ = ["Sealed", "read_truth", "truth_folder", "write_truth"]

_T = TypeVar("_T", Traits, State)
FORMAT: Final = "zhike-truth/1"
_FAULTS: Final = "faults"
_ADVICE: Final = phrase(
    "Build bank and truth together: `zhike init BANK --from simulate --customers N --months M --seed S`."
)


@dataclasses.dataclass(frozen=True, slots=True)
class Sealed:
    """What the folder holds.

    Parameters
    ----------
    world : World
        The world at the end of history.
    later : mapping of str to DataFrame
        Facts of history that are known only after it, by contract table.
    faults : DataFrame
        Rows that were spoilt on request: table, key, fault.
    seal : mapping
        The seal's content.
    """

    world: World
    later: Mapping[str, pl.DataFrame]
    faults: pl.DataFrame
    seal: Mapping[str, Any]


def truth_folder(bank: Path) -> Path:
    """Return where a bank's truth lies unless another place is named.

    Examples
    --------
    >>> from pathlib import Path
    >>> truth_folder(Path("banks/north")).as_posix()
    'banks/north.truth'
    """
    return bank.with_name(f"{bank.name}.truth")


def write_truth(
    folder: Path,
    world: World,
    later: Mapping[str, pl.DataFrame],
    faults: pl.DataFrame,
    seal: Mapping[str, Any],
) -> None:
    """Write and seal the truth, complete or not at all.

    Parameters
    ----------
    folder : Path
        An earlier truth there is replaced; anything else is refused.
    world, later, faults
        See `Sealed`.
    seal : mapping
        Seed, size and hash of the bank that it belongs to.

    Raises
    ------
    InputUnreadableError
        When the folder holds something else.
    """
    mend_folder(folder)
    if folder.exists() and any(folder.iterdir()):
        read_seal(folder)
    with built_folder(folder) as building:
        _frame(world.traits).write_parquet(building / "traits.parquet", compression="zstd")
        _frame(world.state).write_parquet(building / "state.parquet", compression="zstd")
        faults.write_parquet(building / f"{_FAULTS}.parquet", compression="zstd")
        for name, rows in sorted(later.items()):
            rows.write_parquet(building / f"later-{name}.parquet", compression="zstd")
        hashes = {file.name: sha256_of(file) for file in sorted(building.glob("*.parquet"))}
        content = {"format": FORMAT, **seal, "month": world.month, "rumour": world.rumour.tolist(),
                   "load": world.load.tolist(), "files": hashes}  # fmt: skip
        (building / SEAL).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", "utf-8")


def read_seal(folder: Path) -> dict[str, Any]:
    """Return the seal of a truth folder.

    Raises
    ------
    InputUnreadableError
        When there is none that can be read.
    """
    try:
        seal = json.loads((folder / SEAL).read_text("utf-8"))
        if seal["format"] != FORMAT:
            raise _unreadable(folder, phrase("a truth of format {format}", format=seal["format"]))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise _unreadable(folder, problem) from problem
    return dict(seal)


def read_truth(folder: Path, deck: Deck) -> Sealed:
    """Return what a truth folder holds.

    Raises
    ------
    InputUnreadableError
        When there is no truth, or a file is missing or not as it was sealed.
    """
    seal = read_seal(folder)
    for name, sealed in seal["files"].items():
        if not (folder / name).is_file() or sha256_of(folder / name) != sealed:
            raise _unreadable(folder, phrase("{name} missing or not as it was sealed", name=name))
    traits, state = _columns(Traits, folder / "traits.parquet"), _columns(State, folder / "state.parquet")
    behind = (np.array(seal["rumour"]), np.array(seal["load"]))
    world = World(Dice(seal["seed"]), deck, Resources.of(len(traits)), traits, state, seal["month"], *behind)
    later = {
        path.stem.removeprefix("later-"): pl.read_parquet(path)
        for path in sorted(folder.glob("later-*.parquet"))
    }
    return Sealed(world, later, pl.read_parquet(folder / f"{_FAULTS}.parquet"), seal)


def _unreadable(folder: Path, what: object) -> InputUnreadableError:
    return InputUnreadableError(
        path=folder, what=what, expected=phrase("the sealed truth of a simulated bank"), advice=_ADVICE
    )


def _frame(columns: Traits | State) -> pl.DataFrame:
    return pl.DataFrame({field.name: getattr(columns, field.name) for field in dataclasses.fields(columns)})


def _columns(kind: type[_T], path: Path) -> _T:
    frame = pl.read_parquet(path)
    # Copies: a column's own memory may not be written to, and the state is.
    return kind(*(frame[field.name].to_numpy().copy() for field in dataclasses.fields(kind)))
