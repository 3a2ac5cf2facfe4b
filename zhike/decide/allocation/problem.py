"""The problem: who can get what, what it is worth and takes, and what is scarce.

    max  sum_ij v_ij x_ij
    s.t. sum_ij a_rij x_ij <= b_r              every row r (a floor is a row with both sides negated)
         x_i in X_i, binary                     what one customer, or one household, may get at a time

Coefficients are typed: ``a_rij = W0[r, s_i, j] + W1[r, s_i, j] c_ij`` with the customer's segment s_i and the cost c_ij, so that
all rows fold into two small tables by segment and action, and one look at the data costs the same for any number of rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Caps", "Problem", "Uses"]

_MOST_CODES: Final = 65_536
_FIELDS: Final = ("indptr", "act", "val", "cost", "seg", "group", "use_group", "k", "W0", "W1", "b", "names")


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits on what one customer or one household may get, beyond the total and one a group.

    Parameters
    ----------
    actions : ndarray of bool, shape (n_caps, n_actions)
        The actions that each limit counts.
    limit : ndarray of int, shape (n_caps,)
        The most of them, 0 or more.
    by_household : ndarray of bool, shape (n_caps,)
        Whether the members of a household share the limit.
    household : ndarray of int, shape (n_customers,)
        Code of each customer's household; the customer's own row where nothing is shared.
    """

    actions: NDArray[np.bool_]
    limit: NDArray[np.int64]
    by_household: NDArray[np.bool_]
    household: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Uses:
    """What one unit of each action takes from the rows, by segment and action, zeros left out.

    The entries of segment s and action j, cell ``s * n_actions + j``, are ``start[cell]`` up to the next start: row, by
    unit, by cost.
    """

    start: NDArray[np.int64]
    cell: NDArray[np.int64]
    row: NDArray[np.int64]
    by_unit: NDArray[np.float64]
    by_cost: NDArray[np.float64]

    @classmethod
    def of(cls, by_unit: NDArray[np.float64], by_cost: NDArray[np.float64]) -> Uses:
        """Gather the tables W0 and W1 of shape (n_rows, n_segments, n_actions)."""
        rows, segments, actions = by_unit.shape
        unit, cost = (np.reshape(table, (rows, segments * actions)).T for table in (by_unit, by_cost))
        cell, row = np.nonzero((unit != 0) | (cost != 0))
        start = np.searchsorted(cell, np.arange(unit.shape[0] + 1)).astype(np.int64)
        return cls(start, cell.astype(np.int64), row.astype(np.int64), unit[cell, row], cost[cell, row])


@dataclass(frozen=True, slots=True)
class Problem:
    """One allocation problem, checked.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n_customers + 1,)
        The variables of customer i are ``indptr[i]`` up to ``indptr[i + 1]``.
    act : ndarray of uint8 or uint16, shape (n_variables,)
        Action of each variable.
    val, cost : ndarray of float32 or float64, both alike, shape (n_variables,)
        Value in the objective's unit; cost in the unit of the rows that count it.
    seg : ndarray of the type of act, shape (n_customers,)
        Segment, the first index of the row tables.
    group : ndarray of int64, shape (n_actions,)
        At most one action of a group a customer; each action its own group where nothing excludes anything.
    k : int
        Most actions a customer.
    uses : Uses
    capacity : ndarray of float64, shape (n_rows,)
        Right-hand sides b.
    names : tuple of str
        Names of the rows.
    segments : int
        Number of segments.
    caps : Caps or None
        Further limits by customer or household.
    """

    indptr: NDArray[np.int64]
    act: NDArray[Any]
    val: NDArray[Any]
    cost: NDArray[Any]
    seg: NDArray[Any]
    group: NDArray[np.int64]
    k: int
    uses: Uses = field(repr=False)
    capacity: NDArray[np.float64]
    names: tuple[str, ...]
    segments: int
    caps: Caps | None = None

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self.indptr) - 1

    @property
    def actions(self) -> int:
        """Number of actions."""
        return len(self.group)

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Problem:
        """Check the arrays of a problem file and make a problem of them; large ones are copied only to have the types above.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            See ``docs/reference/allocation-files.md``.

        Raises
        ------
        UsageError
            When an array is missing, has another shape, or holds what is no number or no index.
        """
        missing = [name for name in _FIELDS if name not in arrays]
        if missing:
            raise UsageError(
                what=phrase("a problem without {names}", names=", ".join(missing)),
                expected=", ".join(_FIELDS),
            )
        by_unit, by_cost = (np.asarray(arrays[name], dtype=np.float64) for name in ("W0", "W1"))
        indptr, act = np.asarray(arrays["indptr"]).astype(np.int64, copy=False), np.asarray(arrays["act"])
        _check_shapes(arrays, indptr, by_unit)
        _check_numbers(arrays, indptr, act, by_unit.shape)
        actions = by_unit.shape[2]
        grouped = bool(arrays["use_group"])
        group = (
            np.asarray(arrays["group"]).astype(np.int64) if grouped else np.arange(actions, dtype=np.int64)
        )
        val, cost = _alike(np.float32, np.float64, arrays["val"], arrays["cost"])
        act, seg = _alike(np.uint8, np.uint16, act, arrays["seg"])
        if not (np.isfinite(by_unit).all() and np.isfinite(by_cost).all()):
            raise _odd("W0, W1", phrase("finite numbers"))
        return cls(
            indptr, act, val, cost, seg, group, int(arrays["k"]), Uses.of(by_unit, by_cost), np.asarray(arrays["b"], dtype=np.float64),
            tuple(str(name) for name in arrays["names"]), by_unit.shape[1], _caps(arrays, len(indptr) - 1, actions),
        )  # fmt: skip

    def first(self, customers: int) -> Problem:
        """Return the problem of its first customers, with their share of the right-hand sides; nothing large is copied."""
        size = min(customers, self.customers)
        end = int(self.indptr[size])
        caps = self.caps and replace(self.caps, household=self.caps.household[:size])
        return replace(
            self, indptr=self.indptr[: size + 1], act=self.act[:end], val=self.val[:end], cost=self.cost[:end], seg=self.seg[:size],
            capacity=self.capacity * (size / max(self.customers, 1)), caps=caps,
        )  # fmt: skip

    def uncapped(self) -> Problem:
        """Return the problem without its caps."""
        return replace(self, caps=None)

    def price_tables(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the rows charge at some prices, by unit and by cost: shape (n_segments, 2, n_actions)."""
        return self._table(prices, self.uses.by_unit, self.uses.by_cost)

    def radius_tables(self, covariance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one standard deviation of the charges by unit and by cost, in the shape of `price_tables`.

        Charges move by no more than that, times a factor, for all prices within an ellipsoid of that radius around their own.
        """
        uses, cells = self.uses, self.segments * self.actions
        left, right = _pairs(uses.start)
        parts = []
        for part in (uses.by_unit, uses.by_cost):
            product = part[left] * part[right] * covariance[uses.row[left], uses.row[right]]
            parts.append(np.sqrt(np.maximum(np.bincount(uses.cell[left], product, cells), 0.0)))
        return np.stack([part.reshape(self.segments, self.actions) for part in parts], axis=1)

    def _table(self, rates: NDArray[np.float64], *parts: NDArray[np.float64]) -> NDArray[np.float64]:
        uses, shape = self.uses, (self.segments, self.actions)
        paid = rates[uses.row]
        tables = [np.bincount(uses.cell, paid * part, shape[0] * shape[1]).reshape(shape) for part in parts]
        # Of no uses at all bincount makes whole numbers.
        return np.stack(tables, axis=1).astype(np.float64, copy=False)

    def loads(self, count: NDArray[np.float64], cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the load of every row from counts and summed costs, both of shape (n_segments, n_actions)."""
        uses = self.uses
        load = uses.by_unit * count.ravel()[uses.cell] + uses.by_cost * cost.ravel()[uses.cell]
        return np.bincount(uses.row, load, len(self.capacity)).astype(np.float64)

    def totals(self, chosen: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
        """Return load of the rows, and value, of chosen variables."""
        owner = np.searchsorted(self.indptr, chosen, side="right") - 1
        cell, shape = (
            self.seg[owner].astype(np.int64) * self.actions + self.act[chosen],
            (self.segments, self.actions),
        )
        count = np.bincount(cell, minlength=shape[0] * shape[1]).astype(np.float64)
        spent = np.bincount(cell, self.cost[chosen].astype(np.float64), shape[0] * shape[1]).astype(
            np.float64
        )
        return self.loads(count.reshape(shape), spent.reshape(shape)), float(
            self.val[chosen].sum(dtype=np.float64)
        )


def _pairs(start: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pairs of entries of the same cell."""
    size = np.diff(start)
    left = np.repeat(np.arange(start[-1]), np.repeat(size, size))
    first = np.repeat(np.repeat(start[:-1], size), np.repeat(size, size))
    within = np.arange(len(left)) - np.repeat(
        np.cumsum(np.repeat(size, size)) - np.repeat(size, size), np.repeat(size, size)
    )
    return left, first + within


def _odd(name: str, expected: object) -> UsageError:
    return UsageError(what=phrase("other content in '{name}'", name=name), expected=expected)


def _alike(small: type, large: type, *arrays: NDArray[Any]) -> list[NDArray[Any]]:
    """Return arrays as they are where all are of the small type, else all in the large one: loops are compiled for few mixtures."""
    found = [np.asarray(array) for array in arrays]
    wanted = small if all(array.dtype == small for array in found) else large
    return [np.ascontiguousarray(array, dtype=wanted) for array in found]


def _check_shapes(arrays: Mapping[str, Any], indptr: NDArray[np.int64], by_unit: NDArray[np.float64]) -> None:
    if by_unit.ndim != 3 or indptr.ndim != 1 or not len(indptr):  # noqa: PLR2004 - rows, segments, actions
        raise _odd("W0, indptr", phrase("W0 of shape (rows, segments, actions) and indptr of one axis"))
    rows, _, actions = by_unit.shape
    variables, customers = int(indptr[-1]), len(indptr) - 1
    wanted = {"W1": by_unit.shape, "b": (rows,), "names": (rows,), "group": (actions,), "seg": (customers,)}
    wanted |= dict.fromkeys(("act", "val", "cost"), (variables,))
    for name, shape in wanted.items():
        if np.shape(arrays[name]) != shape:
            raise _odd(
                name,
                phrase("the shape {shape} instead of {value}", shape=shape, value=np.shape(arrays[name])),
            )


def _check_numbers(
    arrays: Mapping[str, Any], indptr: NDArray[np.int64], act: NDArray[Any], shape: tuple[int, ...]
) -> None:
    if indptr[0] != 0 or (np.diff(indptr) < 0).any():
        raise _odd("indptr", phrase("starts that begin with 0 and never fall"))
    for name, codes, most in (("act", act, shape[2]), ("seg", np.asarray(arrays["seg"]), shape[1])):
        if most > _MOST_CODES or (
            codes.size and (codes.dtype.kind not in "iu" or codes.min() < 0 or codes.max() >= most)
        ):
            raise _odd(
                name,
                phrase(
                    "whole numbers from 0 to below {most}, and no more than {most_codes:,} of them",
                    most=most,
                    most_codes=_MOST_CODES,
                ),
            )
    for name in ("val", "cost", "b"):
        values = np.asarray(arrays[name])
        # The sum of finite numbers is finite unless it overflows: one light pass where all is well.
        if not np.isfinite(values.sum(dtype=np.float64)) and not np.isfinite(values).all():
            raise _odd(name, phrase("finite numbers"))
    if int(arrays["k"]) < 0:
        raise _odd("k", phrase("a whole number of 0 or more"))


def _caps(arrays: Mapping[str, Any], customers: int, actions: int) -> Caps | None:
    if "cap_actions" not in arrays or not len(arrays["cap_limit"]):
        return None
    counted, limit = np.asarray(arrays["cap_actions"], dtype=bool), np.asarray(arrays["cap_limit"])
    shared = np.asarray(arrays.get("cap_scope", np.zeros(len(limit)))).astype(bool)
    if counted.shape != (len(limit), actions) or shared.shape != limit.shape or (limit < 0).any():
        raise _odd(
            "cap_actions, cap_limit, cap_scope", phrase("one row, one limit of 0 or more and one scope a cap")
        )
    household = np.asarray(arrays.get("household", np.arange(customers)))
    if shared.any() and ("household" not in arrays or household.shape != (customers,)):
        raise _odd("household", phrase("a code for every customer, as a cap is shared by households"))
    codes = np.unique(household, return_inverse=True)[1] if shared.any() else np.arange(customers)
    return Caps(counted, limit.astype(np.int64), shared, codes.astype(np.int64))
