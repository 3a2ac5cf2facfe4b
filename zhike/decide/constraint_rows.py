"""The constraints of a day laid together: rows by segment and action, segments of customers, caps on customers and households."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.errors import PolicyError
from zhike.core.phrases import phrase
from zhike.core.units import DEFAULT_MINOR_UNITS
from zhike.decide.constraints import HOUSEHOLD
from zhike.decide.selections import Segments

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.constraints import Cap, Constraint, Row

__all__ = ["ConstraintRows", "attributes_of", "compile_rows", "in_force", "major_units"]

_MOST_CELLS: Final = 50_000_000
"""Rows x segments x actions: more would not fit into memory beside the candidates of a large bank."""


@dataclass(frozen=True, slots=True)
class ConstraintRows:
    """All constraints of a day; ``sum_ij use[r, s_i, j] x_ij <= bound[r]``, minimums negated.

    Parameters
    ----------
    rows : tuple of Row
    caps : tuple of Cap
    segments : Segments
    cost : ndarray of shape (n_actions,)
        Cost of one contact in major units.
    household : ndarray of int, shape (n_customers,), or None
        Code of each customer's household where a cap is shared by households.
    by_unit, by_cost, use : ndarray of shape (n_rows, n_segments, n_actions)
        What an action takes: by unit, by its cost, and both together.
    bound : ndarray of shape (n_rows,)
    """

    rows: tuple[Row, ...]
    caps: tuple[Cap, ...]
    segments: Segments
    cost: NDArray[np.float64]
    household: NDArray[np.int64] | None
    by_unit: NDArray[np.float64]
    by_cost: NDArray[np.float64]
    use: NDArray[np.float64]
    bound: NDArray[np.float64]

    @property
    def sign(self) -> NDArray[np.float64]:
        """Return 1 for a maximum and -1 for a minimum, shape (n_rows,)."""
        return np.array([-1.0 if row.minimum else 1.0 for row in self.rows])

    @property
    def flat(self) -> NDArray[np.float64]:
        """Return ``use`` by cell, shape (n_rows, n_segments * n_actions)."""
        return self.use.reshape(len(self.rows), len(self.segments) * len(self.cost))

    def cells(self, customer: NDArray[np.int64], action: NDArray[Any]) -> NDArray[np.int64]:
        """Return the place of (customer, action) pairs among segments x actions."""
        return np.asarray(self.segments.code[customer] * len(self.cost) + action, dtype=np.int64)

    def loads(self, count: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the load of every row from counts by cell."""
        return np.asarray(self.flat @ count, dtype=np.float64)

    def counted(self, customer: NDArray[np.int64], action: NDArray[Any]) -> NDArray[np.float64]:
        """Return how many pairs fall into every cell."""
        return np.bincount(self.cells(customer, action), minlength=self.flat.shape[1]).astype(np.float64)

    def charges(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the rows charge for an action at their prices, by cell."""
        return np.asarray(prices @ self.flat, dtype=np.float64)


def in_force(constraints: Sequence[Constraint], at: dt.date) -> tuple[Constraint, ...]:
    """Return the constraints that hold on a day."""
    return tuple(one for one in constraints if one.in_force(at))


def attributes_of(constraints: Sequence[Constraint]) -> frozenset[str]:
    """Return every customer attribute that some constraint reads."""
    return frozenset().union(*(one.reads for one in constraints))


def major_units(actions: Actions, minor_units: Mapping[str, int]) -> NDArray[np.float64]:
    """Return the minor units in one major unit of each action's currency, shape (n_actions,)."""
    decimals = [minor_units.get(code, DEFAULT_MINOR_UNITS) for code in actions.table["currency"]]
    return np.power(10.0, np.array(decimals, dtype=np.float64))


def compile_rows(
    constraints: Sequence[Constraint], actions: Actions, inputs: pl.DataFrame, minor_units: Mapping[str, int]
) -> ConstraintRows:
    """Lay the constraints of a day together.

    Parameters
    ----------
    constraints : sequence of Constraint
        Those in force.
    actions : Actions
        The actions of the day.
    inputs : DataFrame
        One row a customer, with every attribute of `attributes_of`.
    minor_units : mapping of currency to decimals

    Raises
    ------
    PolicyError
        When the rows, the segments and the actions together are too many.
    """
    by = sorted({one.by for one in constraints if one.by})
    segments = Segments.of(inputs, [one.customers for one in constraints], by)
    currency = str(actions.table["currency"][0])
    _check_size(constraints, segments, len(actions))
    rows = tuple(row for one in constraints for row in one.rows(actions, segments, currency))
    caps = tuple(cap for one in constraints for cap in one.caps(actions))
    shape = (len(rows), len(segments), len(actions))
    by_unit, by_cost = (
        np.array([-part if row.minimum else part for row, part in parts], dtype=np.float64).reshape(shape)
        for parts in ([(row, row.by_unit) for row in rows], [(row, row.by_cost) for row in rows])
    )
    cost = actions.column("cost") / major_units(actions, minor_units)
    return ConstraintRows(
        rows, caps, segments, cost, _households(inputs, caps), by_unit, by_cost, by_unit + by_cost * cost,
        np.array([-row.limit if row.minimum else row.limit for row in rows], dtype=np.float64),
    )  # fmt: skip


def _check_size(constraints: Sequence[Constraint], segments: Segments, actions: int) -> None:
    rows = sum(2 * len(segments.values(one.by)) if one.by else 2 for one in constraints)
    if rows * len(segments) * actions > _MOST_CELLS:
        raise PolicyError(
            what=phrase("about {rows} rows for {count} segments of customers and {actions} actions", rows=rows, count=len(segments), actions=actions), path="constraints",
            expected=phrase("at most {most_cells:,} in all: attributes with fewer values", most_cells=_MOST_CELLS),
        )  # fmt: skip


def _households(inputs: pl.DataFrame, caps: Sequence[Cap]) -> NDArray[np.int64] | None:
    """Return a code of each customer's household; who belongs to none has one of their own."""
    if not any(cap.by_household for cap in caps):
        return None
    alone = pl.concat_str(pl.lit("customer "), "customer_id")
    named = inputs.select(pl.coalesce(pl.concat_str(pl.lit("household "), HOUSEHOLD), alone)).to_series()
    return (named.rank("dense").cast(pl.Int64) - 1).to_numpy()
