"""Write a bank folder anew without some rows: file by file, in bounded memory, with one swap of the manifest at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.adapters.bank_persons import about, mentions
from zhike.adapters.manifest import StoredTable
from zhike.adapters.spool import Spool, read_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from zhike.adapters.bank_load import Loading
    from zhike.adapters.bank_persons import Person
    from zhike.adapters.manifest import Manifest

    Goes = Callable[[pl.DataFrame], pl.Series]

__all__ = ["rewrite"]

_CUSTOMER: Final = "customer_id"


def rewrite(
    work: Loading, manifest: Manifest, persons: Sequence[Person], left: Mapping[str, pl.DataFrame]
) -> Manifest:
    """Take the rows of persons out of a bank folder; return its new manifest.

    Parameters
    ----------
    work : Loading
        Holds the folder.
    manifest : Manifest
        What the folder holds.
    persons : sequence of Person
    left : mapping of str to DataFrame
        Rows without a person that stay, by contract table.

    Notes
    -----
    Files without a row of theirs stay as they are. A process that is killed before the swap leaves the bank as it was, and files that
    no manifest names; the next one removes them.
    """
    writing = _Rewriting(work)
    identifiers = frozenset(name for one in persons for name in one.identifiers)
    records = sorted({name for one in persons for name in one.records})
    tables = {
        name: writing.section("tables", name, part, _about(about(name, persons)), left.get(name))
        for name, part in manifest.tables.items()
    }
    rejects = {
        name: writing.section("rejects", name, part, lambda rows: _rejected(rows, identifiers))
        for name, part in manifest.rejects.items()
    }
    outcomes = {
        name: writing.section("outcomes", name, part, lambda rows: _of_customers(rows, records))
        for name, part in manifest.outcomes.items()
    }
    after = replace(
        manifest,
        tables=tables,
        rejects={name: part for name, part in rejects.items() if part.rows},
        outcomes=outcomes,
    )
    if after == manifest:
        work.sweep(after)  # what one that was killed after its swap left
    else:
        work.replace(after)
    return after


class _Rewriting:
    """Files written so far; each gets a name of its own in the staging folder."""

    def __init__(self, work: Loading) -> None:
        self._work = work
        self._written = 0

    def section(
        self, section: str, name: str, part: StoredTable, goes: Goes, left: pl.DataFrame | None = None
    ) -> StoredTable:
        """Return a table without the rows that go, with what is left of them in the last file that is written anew."""
        after, touched = StoredTable(), []
        for stored in part.files:
            place = self._work.folder / stored.file
            touched.append(any(goes(batch).any() for batch in read_batches(place)))
        last = max((n for n, is_touched in enumerate(touched) if is_touched), default=None)
        for number, stored in enumerate(part.files):
            if not touched[number]:
                after = after.with_file(stored)
                continue
            more = left if number == last else None
            rows, staged = self._without(self._work.folder / stored.file, goes, more)
            # The only file of a table stays without rows: the bank then says that it has none, not that nobody asked.
            if rows or len(part.files) == 1:
                after = self._work.store(section, name, after, staged)
        return after

    def _without(self, place: Path, goes: Goes, left: pl.DataFrame | None) -> tuple[int, Path]:
        self._written += 1
        staged = self._work.staging / f"rewritten-{self._written}.parquet"
        schema: dict[str, Any] = dict(pl.read_parquet_schema(place))
        with Spool(staged, schema) as spool:
            for batch in read_batches(place):
                spool.append(batch.filter(~goes(batch)))
            if left is not None and left.height:
                spool.append(left.select(pl.col(name).cast(dtype) for name, dtype in schema.items()))
        return spool.rows, staged


def _about(which: pl.Expr | None) -> Goes:
    """Return the test of a batch of a contract table."""
    if which is None:
        return lambda rows: pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    return lambda rows: rows.select(which.fill_null(value=False).alias("goes")).to_series()


def _rejected(rows: pl.DataFrame, identifiers: frozenset[str]) -> pl.Series:
    texts = zip(rows["row"].to_list(), rows["found"].to_list(), strict=True)
    return pl.Series(
        [mentions(row, identifiers) or found in identifiers for row, found in texts], dtype=pl.Boolean
    )


def _of_customers(rows: pl.DataFrame, records: Sequence[str]) -> pl.Series:
    if _CUSTOMER not in rows.columns:
        return pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    return rows[_CUSTOMER].cast(pl.String).is_in(records).fill_null(value=False)
