"""The table of rejected rows: one row a failing cell, with the code, the source file and line, and the row itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.core.tables import Column, Table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["LONGEST_FOUND", "REJECTS", "rejected_rows"]

LONGEST_FOUND: Final = 200
"""Characters of a bad value that a reject keeps; the whole row stands in its ``row`` column."""

_COLUMNS: Final = (
    Column("table", "string", "-", "Contract table the row was meant for.", required=True),
    Column("source_file", "string", "-", "File of the source, relative to its folder.", required=True),
    Column("line", "int64", "-", "Line of a text file, row of a Parquet file; the first is 1."),
    Column("code", "string", "-", "Why, see `zhike.core.rejects.REJECT_REASONS`.", required=True),
    Column("column", "string", "-", "Contract column; empty where the row as a whole is at fault."),
    Column("found", "string", "C2", "The value found, cut to 200 characters."),
    Column("needed", "string", "-", "What would have fitted."),
    Column("row", "string", "C2", "The source row as JSON."),
)

REJECTS: Final = Table(
    "rejects",
    "A failing cell of a row that was not loaded.",
    "event",
    tuple(column.name for column in _COLUMNS),
    "line",
    _COLUMNS,
)
"""Contract of the rejects; a reject is its own key, so that loading twice adds none."""


def rejected_rows(rejects: pl.DataFrame | pl.LazyFrame) -> pl.LazyFrame:
    """Return how many rows, not cells, were rejected: columns table, code, rows.

    A row with several failures counts under the code of its first one, in the order of its columns.
    """
    import polars as pl

    row = ["table", "source_file", "line"]
    # A reject without a line (an adapter's own) is told apart by its content.
    first = rejects.lazy().unique([*row, "row"], keep="first", maintain_order=True)
    return first.group_by("table", "code").agg(rows=pl.len()).sort("table", "code")
