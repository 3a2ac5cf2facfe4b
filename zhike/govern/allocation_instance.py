"""An allocation problem as the verifier reads it, and what in its contents cannot be true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.govern.allocation_format import PROBLEM_ARRAYS, cap_names, format_failures
from zhike.govern.verification_failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["STEP", "Cap", "Instance", "not_finite", "problem_failures"]

STEP: Final = 1_000_000
"""Variables that are looked at together; it bounds the memory beyond the arrays and changes no result."""
_MOST: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``limit`` of some actions for every customer, or for all customers of one household together.

    Parameters
    ----------
    actions : ndarray of bool, shape (m,)
    shared : bool
        Whether a household counts together.
    """

    name: str
    limit: int
    shared: bool
    actions: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem whose arrays fit together.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n + 1,)
        Where each customer's variables begin.
    act, val, cost : ndarray of shape (nnz,)
        Action, value and cost of each variable.
    seg : ndarray of shape (n,)
    group : ndarray of int64, shape (m,), or None
        Group of each action, from 0 on; None where groups do not count.
    k : int
        Most actions a customer.
    fixed, by_cost : ndarray of float64, shape (R, S, m)
        Weights of the rows, by unit and by unit of cost.
    limits : ndarray of float64, shape (R,)
    names : tuple of str
    caps : tuple of Cap
    household : ndarray of int64, shape (n,), or None
        From 0 on; None where no cap is shared.
    """

    indptr: NDArray[np.int64]
    act: NDArray[Any]
    val: NDArray[Any]
    cost: NDArray[Any]
    seg: NDArray[Any]
    group: NDArray[np.int64] | None
    k: int
    fixed: NDArray[np.float64]
    by_cost: NDArray[np.float64]
    limits: NDArray[np.float64]
    names: tuple[str, ...]
    caps: tuple[Cap, ...]
    household: NDArray[np.int64] | None

    @classmethod
    def of(cls, arrays: Mapping[str, Any]) -> Instance:
        """Read a problem of which `problem_failures` found none."""
        caps = _caps(arrays)
        return cls(
            indptr=np.asarray(arrays["indptr"]).astype(np.int64),
            act=np.asarray(arrays["act"]),
            val=np.asarray(arrays["val"]),
            cost=np.asarray(arrays["cost"]),
            seg=np.asarray(arrays["seg"]),
            group=_codes(arrays["group"]) if arrays["use_group"] else None,
            k=int(arrays["k"]),
            fixed=np.asarray(arrays["W0"], dtype=np.float64),
            by_cost=np.asarray(arrays["W1"], dtype=np.float64),
            limits=np.asarray(arrays["b"], dtype=np.float64),
            names=tuple(map(str, arrays["names"])),
            caps=caps,
            household=_codes(arrays["household"]) if any(cap.shared for cap in caps) else None,
        )

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self.seg)

    @property
    def actions(self) -> int:
        """Number of actions."""
        return int(self.fixed.shape[2])

    @property
    def segments(self) -> int:
        """Number of segments."""
        return int(self.fixed.shape[1])

    def cells(self, customer: NDArray[np.int64], action: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the place of each customer's segment and action in a flattened (S, m) table."""
        return self.seg[customer].astype(np.int64) * self.actions + action


def problem_failures(arrays: Mapping[str, Any]) -> list[Failure]:
    """Return everything that keeps arrays from being a problem; where shapes fail, contents are not looked at."""
    return format_failures(arrays, PROBLEM_ARRAYS) or _content_failures(arrays)


def not_finite(arrays: Mapping[str, Any], name: str) -> list[Failure]:
    """Return a failure where an array holds NaN or infinity."""
    flat = np.asarray(arrays[name]).ravel()
    parts = (flat[start : start + STEP] for start in range(0, flat.size, STEP))
    count = sum(int(part.size - np.count_nonzero(np.isfinite(part))) for part in parts)
    return [Failure("not_finite", {"array": name, "count": count})] if count else []


def _content_failures(arrays: Mapping[str, Any]) -> list[Failure]:
    _, segments, actions = np.shape(arrays["W0"])
    highest = {
        "act": actions - 1, "seg": segments - 1, "use_group": 1, "k": _MOST, "cap_limit": _MOST, "cap_scope": 1
    }  # fmt: skip
    numbers = [failure for name in ("val", "cost", "W0", "W1", "b") for failure in not_finite(arrays, name)]
    ranges = [_outside(arrays, name, most) for name, most in highest.items() if name in arrays]
    return numbers + _indptr_failures(arrays) + [failure for failure in ranges if failure is not None]


def _outside(arrays: Mapping[str, Any], name: str, highest: int) -> Failure | None:
    array = np.asarray(arrays[name])
    if not array.size or (array.min() >= 0 and array.max() <= highest):
        return None
    count = int(np.count_nonzero((array < 0) | (array > highest)))
    return Failure("out_of_range", {"array": name, "count": count, "lowest": 0, "highest": highest})


def _indptr_failures(arrays: Mapping[str, Any]) -> list[Failure]:
    indptr, variables = np.asarray(arrays["indptr"]).astype(np.int64), len(arrays["val"])
    first, last, falls = int(indptr[0]), int(indptr[-1]), int(np.count_nonzero(np.diff(indptr) < 0))
    if (first, last, falls) == (0, variables, 0):
        return []
    return [Failure("indptr", {"first": first, "last": last, "falls": falls, "variables": variables})]


def _caps(arrays: Mapping[str, Any]) -> tuple[Cap, ...]:
    if "cap_limit" not in arrays:
        return ()
    columns = (arrays[name] for name in ("cap_limit", "cap_scope", "cap_actions"))
    return tuple(
        Cap(name, int(limit), bool(scope), np.asarray(actions))
        for name, limit, scope, actions in zip(cap_names(arrays), *columns, strict=True)
    )


def _codes(values: Any) -> NDArray[np.int64]:  # noqa: ANN401 - any integers
    """Return integers renamed to 0, 1, 2 ... in their order."""
    return np.unique(np.asarray(values), return_inverse=True)[1].astype(np.int64)
