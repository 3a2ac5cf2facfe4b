"""Which actions and which customers a constraint is about, and the segments that all of its customers fall into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions

__all__ = ["ACTION_KEYS", "ActionSelection", "CustomerSelection", "Range", "Segments"]

_COLUMNS: Final = {"kind": "kind", "template": "template", "product": "product_id", "group": "group",
                   "channel": "channel", "purpose": "purpose"}  # fmt: skip
_FAMILY: Final = "family"
_ALL: Final = "all"
ACTION_KEYS: Final = (*_COLUMNS, _FAMILY)
"""By what actions are selected."""


@dataclass(frozen=True, slots=True)
class ActionSelection:
    """The actions with one of the values named, for every attribute named; all where none is.

    Parameters
    ----------
    only : mapping of str to tuple of str
        Values by attribute, see ``ACTION_KEYS``. A package has the families and products of its members.
    """

    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def chosen(self, actions: Actions, *, mandatory: bool) -> NDArray[np.bool_]:
        """Return which actions are selected, shape (n_actions,); never doing nothing, notices that must be sent if asked for."""
        table = actions.table
        found = (table["kind"] != "none").to_numpy() & (mandatory | ~table["mandatory"].to_numpy())
        for key, values in self.only.items():
            found = found & self._having(actions, key, values)
        return np.asarray(found, dtype=np.bool_)

    def _having(self, actions: Actions, key: str, values: tuple[str, ...]) -> NDArray[np.bool_]:
        if key not in (_FAMILY, "product"):
            return actions.table[_COLUMNS[key]].is_in(list(values)).to_numpy()
        column = _FAMILY if key == _FAMILY else "product_id"
        wanted = set(actions.products.filter(pl.col(column).is_in(list(values)))["product_id"])
        contents = actions.table.select("product_id", "members").iter_rows()
        return np.array(
            [not wanted.isdisjoint({product, *members}) for product, members in contents], dtype=np.bool_
        )


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from a least to a most, both included; None leaves a side open."""

    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class CustomerSelection:
    """The customers with one of the values named, or a number within the range, for every attribute named; all where none is.

    A customer of whom an attribute is unknown is not selected by it.
    """

    only: Mapping[str, tuple[Any, ...] | Range] = field(default_factory=dict)

    @property
    def reads(self) -> frozenset[str]:
        """The customer attributes that it reads."""
        return frozenset(self.only)

    @property
    def key(self) -> str:
        """Name of the column that says who is selected; equal selections share it."""
        return "in " + "; ".join(f"{name} {self.only[name]}" for name in sorted(self.only))

    def expression(self) -> pl.Expr:
        """Return who is selected, as an expression over the customers' inputs."""
        parts = [_within(name, wanted) for name, wanted in sorted(self.only.items())]
        return pl.all_horizontal(pl.lit(value=True), *parts).alias(self.key)


def _within(name: str, wanted: tuple[Any, ...] | Range) -> pl.Expr:
    column = pl.col(name)
    if not isinstance(wanted, Range):
        return column.is_in(list(wanted)).fill_null(value=False)
    low = pl.lit(value=True) if wanted.minimum is None else column >= wanted.minimum
    high = pl.lit(value=True) if wanted.maximum is None else column <= wanted.maximum
    return (low & high & column.is_not_null()).fill_null(value=False)


@dataclass(frozen=True, slots=True)
class Segments:
    """Customers who are alike in everything that the constraints read of them.

    Parameters
    ----------
    table : DataFrame
        One row a segment: what its customers have in common, and ``customers``, how many they are.
    code : ndarray of int, shape (n_customers,)
        Segment of each customer.
    """

    table: pl.DataFrame
    code: NDArray[np.int64]

    @classmethod
    def of(cls, inputs: pl.DataFrame, selections: Iterable[CustomerSelection], by: Iterable[str]) -> Segments:
        """Cross what is read of customers; only combinations that occur become segments.

        Parameters
        ----------
        inputs : DataFrame
            One row a customer, with every attribute that is read.
        selections : iterable of CustomerSelection
        by : iterable of str
            Attributes each value of which counts by itself.
        """
        columns = {one.key: one.expression() for one in selections}
        columns |= {f"by {name}": pl.col(name).cast(pl.String).alias(f"by {name}") for name in by}
        # A selection may be a literal: only beside other columns does it have a value for every customer.
        keyed = inputs.with_columns(pl.lit(0).alias(_ALL), *columns.values()).select(_ALL, *sorted(columns))
        table = keyed.group_by(keyed.columns).agg(pl.len().alias("customers")).sort(keyed.columns)
        numbered = table.with_row_index("segment")
        joined = keyed.join(numbered, on=keyed.columns, how="left", nulls_equal=True, maintain_order="left")
        return cls(table, joined["segment"].cast(pl.Int64).to_numpy())

    def __len__(self) -> int:
        return len(self.table)

    @property
    def customers(self) -> NDArray[np.int64]:
        """Customers by segment."""
        return self.table["customers"].cast(pl.Int64).to_numpy()

    def within(self, selection: CustomerSelection) -> NDArray[np.bool_]:
        """Return which segments are selected."""
        return self.table[selection.key].to_numpy()

    def values(self, by: str) -> list[tuple[str | None, NDArray[np.bool_]]]:
        """Return every value of an attribute with its segments, in order; None, where it is unknown, comes last."""
        column = self.table[f"by {by}"]
        known = column.drop_nulls().unique().sort().to_list()
        found: list[tuple[str | None, NDArray[np.bool_]]] = [
            (value, (column == value).fill_null(value=False).to_numpy()) for value in known
        ]
        return found + ([(None, column.is_null().to_numpy())] if column.null_count() else [])
