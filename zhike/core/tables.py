"""What a contract table is: columns with dtype, unit, personal-data class, and the columns that date a fact.

A fact has a *valid* time (when it was so in the world) and a *known* time (when the bank learnt it). Two kinds:

``version``
    A state with ``valid_from`` and an optional ``valid_to``. The row with the latest ``valid_from``, then the
    latest ``known_at``, speaks for its key; a later row supersedes, it never overwrites.
``event``
    Something that happened once, on the table's own day column.

Every table has ``known_at``; a view as of a day uses only rows whose ``known_at`` is not after that day's end.
Personal-data classes follow the three levels of JR/T 0171-2020: C3 authentication data, C2 identifies a person or
their financial state, C1 for internal use; ``-`` is not personal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from zhike.core.errors import ContractError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["KNOWN_AT", "VALID_FROM", "VALID_TO", "Column", "Dtype", "Table", "as_known", "polars_dtype"]

Dtype = Literal["string", "int64", "int16", "float64", "bool", "date", "instant", "money"]
PersonalDataClass = Literal["C3", "C2", "C1", "-"]

KNOWN_AT: Final = "known_at"
VALID_FROM: Final = "valid_from"
VALID_TO: Final = "valid_to"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract table.

    ``money`` is an int64 of the smallest unit of the row's ``currency``; ``instant`` is a UTC timestamp with
    microseconds; ``references`` names the ``table.column`` that the value must be found in.
    """

    name: str
    dtype: Dtype
    personal: PersonalDataClass
    meaning: str
    unit: str | None = None
    required: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    references: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One contract table: what a row is, its key, its columns and the columns that date it."""

    name: str
    meaning: str
    kind: Literal["version", "event"]
    key: tuple[str, ...]
    day: str
    columns: tuple[Column, ...]

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns that no two rows share: the key, and for versions its two times."""
        return (*self.key, VALID_FROM, KNOWN_AT) if self.kind == "version" else self.key

    @property
    def as_of(self) -> tuple[str, ...]:
        """The columns that say since when a row is so and since when it is known."""
        return (self.day, KNOWN_AT)

    def column(self, name: str) -> Column:
        """Return a column by name; the error lists the columns there are."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            names = ", ".join(column.name for column in self.columns)
            raise ContractError(table=self.name, columns=names, missing=name)
        return found

    def schema(self) -> dict[str, Any]:
        """Return the polars schema, in the contract's column order."""
        return {column.name: polars_dtype(column.dtype) for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """Return the table without rows."""
        import polars as pl

        return pl.DataFrame(schema=self.schema())

    def require(self, columns: list[str]) -> None:
        """Raise `ContractError` unless all of the table's columns are there."""
        missing = [column.name for column in self.columns if column.name not in columns]
        if missing:
            raise ContractError(table=self.name, columns=", ".join(columns), missing=", ".join(missing))


def polars_dtype(dtype: Dtype) -> Any:  # noqa: ANN401 - polars mixes dtype classes and instances
    """Return the polars dtype that a contract dtype is stored in."""
    import polars as pl

    return {
        "string": pl.String,
        "int64": pl.Int64,
        "int16": pl.Int16,
        "float64": pl.Float64,
        "bool": pl.Boolean,
        "date": pl.Date,
        "instant": pl.Datetime("us", "UTC"),
        "money": pl.Int64,
    }[dtype]


def as_known(frame: pl.LazyFrame, table: Table, at: Any, until: Any) -> pl.LazyFrame:  # noqa: ANN401
    """Return the rows of a table that speak for their key on a day, from what was known by then.

    Parameters
    ----------
    frame : LazyFrame
        All rows of ``table``.
    table : Table
        Its contract.
    at : date
        The day asked for.
    until : datetime
        The last instant of that day in the bank's zone, see `zhike.core.units.end_of_day`.

    Returns
    -------
    LazyFrame
        For versions one row a key, the one valid on ``at``; for events all rows up to ``at``.
    """
    import polars as pl

    known = frame.filter(pl.col(KNOWN_AT) <= pl.lit(until), pl.col(table.day) <= pl.lit(at))
    if table.kind == "event":
        return known
    latest = known.sort(VALID_FROM, KNOWN_AT).unique(list(table.key), keep="last", maintain_order=False)
    return latest.filter(pl.col(VALID_TO).is_null() | (pl.col(VALID_TO) > pl.lit(at)))
