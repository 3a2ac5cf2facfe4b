"""What the edge offers to the layers that may do input and output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

__all__ = ["Clock", "FactStore"]


class FactStore(Protocol):
    """A bank's contract tables, wherever they are kept."""

    def scan(self, table: str) -> pl.LazyFrame:
        """Return one contract table lazily; a table the bank does not have is empty, with its columns."""
        ...


class Clock(Protocol):
    """The time of day, for the few places that may ask."""

    def now(self) -> dt.datetime:
        """Return the present instant in UTC."""
        ...
