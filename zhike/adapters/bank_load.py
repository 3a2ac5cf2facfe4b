"""Loading a bank folder: one load at a time, complete or invisible, and the same load twice changes nothing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.adapters.flushing import flush
from zhike.adapters.manifest import MANIFEST, Manifest, StoredFile, StoredTable
from zhike.adapters.merge import NO_REPEATS, judge_rows
from zhike.adapters.spool import Spool, read_batches, sha256_of, spool_frame
from zhike.core.contracts import CONTRACTS, contract
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.observe.checks import LINE, SOURCE_FILE
from zhike.observe.rejection import LONGEST_FOUND, REJECTS, rejected_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.adapters.merge import Verdict
    from zhike.core.tables import Table

__all__ = ["Load", "LoadReport", "Loading", "Staged", "loading", "write_bank"]

_STAGING: Final = ".staging"
_LOCK: Final = ".lock"
_SECTIONS: Final = ("tables", "rejects", "outcomes", "settled")
_REPEATED: Final = Text(
    "{table}: {n} rows say exactly what an earlier row says and are kept once.",
    "{table}：{n} 行与前面的行完全相同，只保留一次。",
    "{table}：{n} 列與前面的列完全相同，只保留一次。",
)
_OURS: Final = {_STAGING, _LOCK, MANIFEST, f"{MANIFEST}.new", *_SECTIONS}


@dataclass(frozen=True, slots=True)
class Staged:
    """Rows that already lie in a Parquet file, with the file and line of each in a second one of equal length.

    ``distinct`` promises that no two rows have one identity; a first load then need not look for repeats.
    """

    rows: Path
    origins: Path | None = None
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """What a source gives: contract tables, rejects, later truth and notes.

    Parameters
    ----------
    name, source, timezone, currency, policy
        As in `zhike.adapters.manifest.Manifest`.
    tables : mapping of str to DataFrame or Staged
        Rows by contract table, with the contract's columns and dtypes.
    rejects : mapping of str to DataFrame or Path
        Rejected rows by contract table, columns of `zhike.observe.rejection.REJECTS`.
    outcomes : mapping of str to DataFrame
        Later truth by name; replaces an outcome of the same name.
    notes : tuple of Text
        What a reader must know.
    settled : mapping of str to DataFrame
        File and line of rejected rows whose corrected ones are among the tables, by contract table.
    """

    name: str
    source: str
    timezone: str
    currency: str
    policy: str | None = None
    tables: Mapping[str, pl.DataFrame | Staged] = field(default_factory=dict)
    rejects: Mapping[str, pl.DataFrame | Path] = field(default_factory=dict)
    outcomes: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    settled: Mapping[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did.

    Parameters
    ----------
    manifest : Manifest
        The bank's manifest afterwards.
    unchanged : bool
        Whether the bank already held all of it.
    added, identical : mapping of str to int
        Rows by table that were added, and that an earlier row already says.
    rejected : mapping of str to mapping of str to int
        Rows of this load that were rejected, by table and code.
    """

    manifest: Manifest
    unchanged: bool
    added: Mapping[str, int]
    identical: Mapping[str, int]
    rejected: Mapping[str, Mapping[str, int]]

    @property
    def rejected_rows(self) -> int:
        """Number of rows of this load that were rejected."""
        return sum(count for codes in self.rejected.values() for count in codes.values())


def write_bank(path: str | Path, load: Load) -> LoadReport:
    """Add a load to a bank folder, or make the folder from it.

    Raises
    ------
    UsageError
        When the folder holds something else, another load is at work, or zone, currency or policy differ.
    ContractError
        When a table lacks columns of its contract.
    """
    with loading(path) as work:
        return work.commit(load)


@contextlib.contextmanager
def loading(path: str | Path) -> Iterator[Loading]:
    """Hold a bank folder for one load; a failed load leaves nothing behind.

    Yields
    ------
    Loading
        Its ``staging`` is a folder for temporary files, its `Loading.commit` ends the load.
    """
    folder = Path(path)
    fresh = not folder.exists()
    _refuse_foreign(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                what=phrase("another load at work in '{path}'", path=path),
                expected=phrase("one load at a time"),
            ) from error
        staging = folder / _STAGING
        shutil.rmtree(staging, ignore_errors=True)  # what a killed load left
        staging.mkdir()
        work = Loading(folder, staging)
        try:
            yield work
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            if fresh and not (folder / MANIFEST).exists():
                shutil.rmtree(folder, ignore_errors=True)


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(
            what=phrase("a file '{folder}'", folder=folder), expected=phrase("a new folder or a bank folder")
        )
    foreign = sorted({entry.name for entry in folder.iterdir()} - _OURS) if folder.exists() else []
    if foreign and not (folder / MANIFEST).exists():
        what = phrase("a folder '{folder}' that holds {names}", folder=folder, names=", ".join(foreign[:5]))
        raise UsageError(what=what, expected=phrase("a new folder, an empty one or a bank folder"))


@dataclass(slots=True)
class Loading:
    """One load at work."""

    folder: Path
    staging: Path
    _added: dict[str, int] = field(default_factory=dict)
    _identical: dict[str, int] = field(default_factory=dict)
    _rejected: dict[str, dict[str, int]] = field(default_factory=dict)
    _notes: list[Text] = field(default_factory=list)

    def commit(self, load: Load) -> LoadReport:
        """Write the load's files, then swap the manifest."""
        before = Manifest.read(self.folder) if (self.folder / MANIFEST).exists() else None
        base = _joined(before, load)
        tables, rejects = dict(base.tables), dict(base.rejects)
        for name in [name for name in CONTRACTS if name in load.tables or name in load.rejects]:
            late = self.staging / f"{name}.duplicates.parquet"
            if name in load.tables:
                tables[name] = self._table(name, tables.get(name, StoredTable()), load.tables[name], late)
            rejected = self._rejects(name, rejects.get(name, StoredTable()), load.rejects.get(name), late)
            if rejected.files:
                rejects[name] = rejected
        outcomes = {**base.outcomes, **{name: self._outcome(name, f) for name, f in load.outcomes.items()}}
        notes = (*base.notes, *(note for note in self._notes if note not in base.notes))
        settled = {**base.settled}
        for name, places in load.settled.items():
            if (part := self._settled(name, settled.get(name, StoredTable()), places)).rows:
                settled[name] = part
        after = replace(base, tables=tables, rejects=rejects, outcomes=outcomes, notes=notes, settled=settled)
        unchanged = before is not None and after.to_bytes() == before.to_bytes()
        self.sweep(after) if unchanged else self.replace(after)
        return LoadReport(after, unchanged, self._added, self._identical, self._rejected)

    def _table(self, name: str, stored: StoredTable, given: pl.DataFrame | Staged, late: Path) -> StoredTable:
        """Add a table's new rows; rows that contradict go to the file ``late``."""
        definition = contract(name)
        staged = given if isinstance(given, Staged) else self._stage(definition, given)
        old = [self.folder / part.file for part in stored.files]
        height = pl.scan_parquet(staged.rows).select(pl.len()).collect().item()
        fresh = staged.distinct and not old
        verdict = (
            NO_REPEATS
            if fresh
            else judge_rows(definition, old, staged.rows, stored.rows + height, self.staging)
        )
        self._identical[name] = len(verdict.identical)
        if verdict.repeated:
            self._notes.append(_REPEATED.filled(table=name, n=verdict.repeated))
        self._added[name] = height - len(verdict)
        kept = staged.rows
        if len(verdict.contradicting) or 0 < len(verdict) < height:
            kept = self._sift(definition, staged, verdict, late)
        # An empty table of a first load is stored: the bank then says that it has none, not that nobody asked.
        return self.store("tables", name, stored, kept) if self._added[name] or not stored.files else stored

    def _stage(self, definition: Table, frame: pl.DataFrame) -> Staged:
        definition.require(frame.columns)
        schema = definition.schema()
        path = self.staging / f"{definition.name}.rows.parquet"
        spool_frame(frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items()), path)
        if not {SOURCE_FILE, LINE}.issubset(frame.columns):
            return Staged(path)
        origins = self.staging / f"{definition.name}.origins.parquet"
        spool_frame(frame.select(SOURCE_FILE, LINE), origins)
        return Staged(path, origins)

    def _sift(self, definition: Table, staged: Staged, verdict: Verdict, late: Path) -> Path:
        """Copy the rows that stay, and write those that contradict as rejects."""
        kept = self.staging / f"{definition.name}.kept.parquet"
        origins = _origins(staged, definition.name)
        start = 0
        with Spool(kept, definition.schema()) as rows, Spool(late, REJECTS.schema()) as rejects:
            for batch in read_batches(staged.rows):
                origin = next(origins)
                dropped, against = verdict.within(start, batch.height)
                rows.append(batch.filter(~dropped))
                if against.any():
                    rejects.append(_contradictions(definition, batch.filter(against), origin.filter(against)))
                start += batch.height
        return kept

    def _rejects(
        self, name: str, stored: StoredTable, given: pl.DataFrame | Path | None, late: Path
    ) -> StoredTable:
        files = [late] if late.exists() else []
        if isinstance(given, Path):
            files.insert(0, given)
        elif given is not None:
            own = self.staging / f"{name}.rejects.parquet"
            spool_frame(given.select(list(REJECTS.schema())), own)
            files.insert(0, own)
        for file in files:
            counts = rejected_rows(pl.scan_parquet(file)).collect()
            for code, rows in counts.select("code", "rows").iter_rows():
                codes = self._rejected.setdefault(name, {})
                codes[code] = codes.get(code, 0) + rows
            stored = self._new_rejects(name, stored, file)
        return stored

    def _new_rejects(self, name: str, stored: StoredTable, file: Path) -> StoredTable:
        old = [self.folder / part.file for part in stored.files]
        rows = stored.rows + pl.scan_parquet(file).select(pl.len()).collect().item()
        verdict = judge_rows(REJECTS, old, file, rows, self.staging)
        fresh, start = self.staging / f"{name}.new_rejects.parquet", 0
        with Spool(fresh, REJECTS.schema()) as spool:
            for batch in read_batches(file):
                spool.append(batch.filter(~verdict.within(start, batch.height)[0]))
                start += batch.height
        return self.store("rejects", name, stored, fresh) if spool.rows else stored

    def _settled(self, name: str, stored: StoredTable, places: pl.DataFrame) -> StoredTable:
        """Add the places of rejected rows that were not settled before."""
        old = [pl.read_parquet(self.folder / part.file) for part in stored.files]
        known = pl.concat([places.clear(), *old])
        fresh = (
            places.unique(maintain_order=True).join(known, on=places.columns, how="anti").sort(places.columns)
        )
        path = self.staging / f"{name}.settled.parquet"
        spool_frame(fresh, path)
        return self.store("settled", name, stored, path) if fresh.height else stored

    def _outcome(self, name: str, frame: pl.DataFrame) -> StoredTable:
        path = self.staging / f"{name}.outcome.parquet"
        spool_frame(frame, path)
        return self.store("outcomes", name, StoredTable(), path)

    def store(self, section: str, name: str, stored: StoredTable, staged: Path) -> StoredTable:
        """Move a finished file to its place, under a name made of its content."""
        sha256 = sha256_of(staged)
        file = f"{section}/{name}-{sha256[:12]}.parquet"
        rows = pl.scan_parquet(staged).select(pl.len()).collect().item()
        target = self.folder / file
        target.parent.mkdir(exist_ok=True)
        flush(staged)
        os.replace(staged, target)  # noqa: PTH105 - the module's only two swaps are spelt alike, tests replace them
        return stored.with_file(StoredFile(file, rows, sha256))

    def replace(self, manifest: Manifest) -> None:
        """Make a manifest the bank's in one step, and remove the files that it does not name."""
        self._swap(manifest)
        self.sweep(manifest)

    def _swap(self, manifest: Manifest) -> None:
        new = self.folder / f"{MANIFEST}.new"
        new.write_bytes(manifest.to_bytes())
        for section in _SECTIONS:
            if (self.folder / section).exists():
                flush(self.folder / section)
        flush(new)
        os.replace(new, self.folder / MANIFEST)  # noqa: PTH105 - as above
        flush(self.folder)

    def sweep(self, manifest: Manifest) -> None:
        """Remove files that no manifest names: a killed load's, and outcomes that were replaced."""
        named = {part.file for part in manifest.files()}
        for section in _SECTIONS:
            for file in (self.folder / section).glob("*.parquet"):
                if f"{section}/{file.name}" not in named:
                    file.unlink()


def _joined(before: Manifest | None, load: Load) -> Manifest:
    """Return the manifest that the load's files are added to."""
    if before is None:
        return Manifest(load.name, load.source, load.timezone, load.currency, load.policy, notes=load.notes)
    for key in ("timezone", "currency", "policy"):
        mine, theirs = getattr(load, key), getattr(before, key)
        if mine != theirs:
            raise UsageError(
                what=phrase("{key} {mine} for a bank of {key} {theirs}", key=key, mine=mine, theirs=theirs),
                expected=phrase("the same {key}", key=key),
            )
    sources = sorted({*before.source.split("+"), load.source})
    notes = (*before.notes, *(note for note in load.notes if note not in before.notes))
    return replace(before, source="+".join(sources), notes=notes)


def _origins(staged: Staged, name: str) -> Iterator[pl.DataFrame]:
    """Yield file and line of the rows, batch by batch; a table made by an adapter has row numbers only."""
    if staged.origins is not None:
        yield from read_batches(staged.origins)
        return
    start = 0
    for batch in read_batches(staged.rows, columns=[CONTRACTS[name].columns[0].name]):
        lines = pl.int_range(start + 1, start + batch.height + 1, eager=True)
        yield pl.select(pl.repeat(name, batch.height).alias(SOURCE_FILE), lines.alias(LINE))
        start += batch.height


def _contradictions(definition: Table, rows: pl.DataFrame, origin: pl.DataFrame) -> pl.DataFrame:
    identity = pl.concat_str(
        [pl.col(name).cast(pl.String) for name in definition.identity], separator=" ", ignore_nulls=True
    )
    return rows.select(
        pl.lit(definition.name).alias("table"),
        origin[SOURCE_FILE].cast(pl.String).alias("source_file"),
        origin[LINE].cast(pl.Int64).alias("line"),
        pl.lit("duplicate_key").alias("code"),
        pl.lit("+".join(definition.identity)).alias("column"),
        identity.str.slice(0, LONGEST_FOUND).alias("found"),
        pl.lit("1").alias("needed"),
        pl.struct(rows.columns).struct.json_encode().alias("row"),
    )
