"""The arrays of an allocation problem and of its plan: names, kinds and shapes, and what of them is not as it should be.

    max  sum_ij val_ij x_ij,  x binary
    s.t. sum_j x_ij <= k                                                      every customer i
         sum_{j in a group} x_ij <= 1                                         every customer i, every group, if use_group
         sum_{j in cap_actions[c]} x_ij <= cap_limit[c]                       every customer i, or every household together
         sum_ij (W0[r, seg_i, j] + W1[r, seg_i, j] cost_ij) x_ij <= b_r       every row r; floors are stored negated

Contents (no NaN, actions in range) are not looked at here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from zhike.govern.verification_failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["CUSTOMER_ARRAYS", "PLAN_ARRAYS", "PLAN_FORMAT", "PROBLEM_ARRAYS", "cap_names", "format_failures"]

PLAN_FORMAT: Final = "zhike-allocation/1"


class ArraySpec(NamedTuple):
    """Kinds of numpy that are allowed, the axes by name, and whether every problem has the array."""

    kinds: str
    axes: tuple[str, ...]
    required: bool = True


PROBLEM_ARRAYS: Final[Mapping[str, ArraySpec]] = {
    # The first array with an axis says how long it is.
    "W0": ArraySpec("fiu", ("R", "S", "m")),
    "W1": ArraySpec("fiu", ("R", "S", "m")),
    "seg": ArraySpec("iu", ("n",)),
    "val": ArraySpec("f", ("nnz",)),
    "indptr": ArraySpec("iu", ("n+1",)),
    "act": ArraySpec("iu", ("nnz",)),
    "cost": ArraySpec("f", ("nnz",)),
    "group": ArraySpec("iu", ("m",)),
    "use_group": ArraySpec("iub", ()),
    "k": ArraySpec("iu", ()),
    "b": ArraySpec("fiu", ("R",)),
    "names": ArraySpec("U", ("R",)),
    "cap_actions": ArraySpec("b", ("C", "m"), required=False),
    "cap_limit": ArraySpec("iu", ("C",), required=False),
    "cap_scope": ArraySpec("iub", ("C",), required=False),
    "cap_names": ArraySpec("U", ("C",), required=False),
    "household": ArraySpec("iu", ("n",), required=False),
    "customers": ArraySpec("U", ("n",), required=False),
    "actions": ArraySpec("U", ("m",), required=False),
}
"""n customers, nnz variables, m actions, S segments, R rows, C caps."""

PLAN_ARRAYS: Final[Mapping[str, ArraySpec]] = {
    "prices": ArraySpec("fiu", ("R",)),
    "b_kept": ArraySpec("fiu", ("R",)),
    "names": ArraySpec("U", ("R",)),
    "chosen": ArraySpec("iuf", ("chosen",)),
    "bound": ArraySpec("fiu", ()),
    "objective": ArraySpec("fiu", ()),
    "gap": ArraySpec("fiu", ()),
    "status": ArraySpec("U", ()),
}
"""That ``chosen`` holds whole numbers is a check of its own."""

CUSTOMER_ARRAYS: Final = ("indptr", "act", "val", "cost", "seg", "household", "customers")
"""What a problem folder holds in its tables of customers, not in ``rows.npz``."""

_KINDS: Final = {"f": "float", "i": "int", "u": "uint", "b": "bool", "U": "text"}
_CAPS: Final = ("cap_actions", "cap_limit", "cap_scope")


def format_failures(
    arrays: Mapping[str, Any], specs: Mapping[str, ArraySpec], sizes: Mapping[str, int] | None = None
) -> list[Failure]:
    """Return every array that is missing, or of another kind or shape than its specification.

    Parameters
    ----------
    arrays : mapping of str to array
    specs : mapping of str to ArraySpec
        `PROBLEM_ARRAYS` or `PLAN_ARRAYS`.
    sizes : mapping of str to int, or None
        Lengths of axes that are known from elsewhere.

    Examples
    --------
    >>> [failure.render() for failure in format_failures({"k": np.zeros(2)}, {"k": ArraySpec("iu", ())})]
    ["array 'k' is float64 (2) where int or uint () is needed"]
    """
    there = {name: np.asarray(arrays[name]) for name in specs if name in arrays}
    missing = [Failure("missing", {"array": name}) for name in _missing(arrays, there, specs)]
    known = _measured(there, specs, dict(sizes or {}))
    return missing + [
        Failure("shape", {"array": name, "found": _shown(array), "needed": _wanted(specs[name], known)})
        for name, array in there.items()
        if not _fits(array, specs[name], known)
    ]


def cap_names(arrays: Mapping[str, Any]) -> list[str]:
    """Return the names of the caps: their own, else ``cap 0``, ``cap 1`` ...

    Examples
    --------
    >>> cap_names({"cap_limit": np.array([1, 2])})
    ['cap 0', 'cap 1']
    """
    count = len(arrays["cap_limit"]) if "cap_limit" in arrays else 0
    return [str(name) for name in arrays.get("cap_names", [f"cap {place}" for place in range(count)])]


def _missing(
    arrays: Mapping[str, Any], there: Mapping[str, NDArray[Any]], specs: Mapping[str, ArraySpec]
) -> list[str]:
    wanted = [name for name, spec in specs.items() if spec.required]
    # A misspelt cap would be no cap: whoever names one names all of it.
    if specs is PROBLEM_ARRAYS and any(name.startswith("cap_") for name in arrays):
        wanted += _CAPS
    if "cap_scope" in there and (there["cap_scope"] == 1).any():
        wanted.append("household")
    return [name for name in wanted if name not in there]


def _measured(
    arrays: Mapping[str, NDArray[Any]], specs: Mapping[str, ArraySpec], sizes: dict[str, int]
) -> dict[str, int]:
    for name, spec in specs.items():
        if name in arrays and arrays[name].ndim == len(spec.axes):
            for axis, length in zip(spec.axes, arrays[name].shape, strict=True):
                letter, more = _axis(axis)
                sizes.setdefault(letter, length - more)
    return sizes


def _axis(axis: str) -> tuple[str, int]:
    """Return the letter of an axis and what is added to it: ``n+1`` is one longer than ``n``."""
    letter, _, more = axis.partition("+")
    return letter, int(more or 0)


def _fits(array: NDArray[Any], spec: ArraySpec, sizes: Mapping[str, int]) -> bool:
    if array.dtype.kind not in spec.kinds or array.ndim != len(spec.axes):
        return False
    wanted = [sizes[letter] + more for letter, more in map(_axis, spec.axes)]
    return list(array.shape) == wanted


def _shown(array: NDArray[Any]) -> str:
    return f"{array.dtype} ({', '.join(map(str, array.shape))})"


def _wanted(spec: ArraySpec, sizes: Mapping[str, int]) -> str:
    kinds = " or ".join(_KINDS[kind] for kind in spec.kinds)
    axes = [(axis, *_axis(axis)) for axis in spec.axes]
    lengths = [f"{axis} = {sizes[letter] + more}" if letter in sizes else axis for axis, letter, more in axes]
    return f"{kinds} ({', '.join(lengths)})"
