"""Bank folders: Parquet tables named by their content and a manifest that is swapped in one step.

A reader sees the state before a load or the state after it, never one in between: files are complete before the
manifest names them, and the manifest is replaced atomically. A load only adds. Rows the bank has are skipped, rows
that contradict one of its rows go to the rejects.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.adapters.bank_load import Load, LoadReport, write_bank
from zhike.adapters.manifest import Manifest, StoredTable
from zhike.adapters.seal import refuse_sealed
from zhike.adapters.spool import sha256_of
from zhike.core.contracts import CONTRACTS, contract
from zhike.observe.rejection import REJECTS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Bank", "Load", "LoadReport", "write_bank"]

_NO_TABLE: Final = StoredTable()


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank folder, opened for reading.

    Parameters
    ----------
    path : Path
        The folder.
    manifest : Manifest
        What it held when it was opened; a later load does not change what this object reads.

    Examples
    --------
    >>> Bank.open("nowhere")
    Traceback (most recent call last):
    ...
    zhike.core.errors.BankNotFoundError: found no manifest.json in 'nowhere'; needed a bank folder. Make one with `zhike init nowhere --from SOURCE SRC`.
    """

    path: Path
    manifest: Manifest

    @classmethod
    def open(cls, path: str | Path) -> Bank:
        """Open a bank folder.

        Raises
        ------
        BankNotFoundError
            When the folder has no readable manifest, or a file that it names is gone.
        TruthSealedError
            When the folder, or a file that its manifest names, lies in a simulated bank's sealed truth.
        """
        folder = Path(path)
        refuse_sealed(folder)
        manifest = Manifest.read(folder)
        for place in {(folder / part.file).parent for part in manifest.files()}:
            refuse_sealed(place)
        return cls(folder, manifest)

    @property
    def sha256(self) -> str:
        """Hash of the manifest, and through its hashes of all of the bank's rows."""
        return hashlib.sha256(self.manifest.to_bytes()).hexdigest()

    def scan(self, table: str) -> pl.LazyFrame:
        """Return one contract table lazily; a table that the bank does not have is empty, with its columns.

        Raises
        ------
        ContractError
            When the files were written under a contract with fewer columns.
        """
        definition = contract(table)
        files = self._paths(self.manifest.tables.get(table, _NO_TABLE))
        if not files:
            return definition.empty().lazy()
        definition.require(list(pl.read_parquet_schema(files[0])))
        return pl.scan_parquet(files).select(list(definition.schema()))

    def tables(self) -> dict[str, pl.LazyFrame]:
        """Return every contract table lazily, by name."""
        return {name: self.scan(name) for name in CONTRACTS}

    def rejects(self, table: str | None = None) -> pl.DataFrame:
        """Return the rejected rows of one table, or of all, in the order they were loaded."""
        names = list(self.manifest.rejects) if table is None else [contract(table).name]
        parts = [self.manifest.rejects.get(name, _NO_TABLE) for name in names]
        files = [file for part in parts for file in self._paths(part)]
        return pl.concat([REJECTS.empty(), *(pl.read_parquet(file) for file in files)])

    def open_rejects(self, table: str | None = None, *, numbered: bool = False) -> pl.DataFrame:
        """Return the rejected rows that were not corrected since, as `rejects` does.

        Parameters
        ----------
        table : str, optional
        numbered : bool
            With their place among all rejects in a column ``number``, from 1: it stays the same whatever is corrected or loaded later.
        """
        names = list(self.manifest.settled) if table is None else [table]
        parts = [(name, self.manifest.settled.get(name, _NO_TABLE)) for name in names]
        settled = [
            pl.read_parquet(file).with_columns(pl.lit(name).alias("table"))
            for name, part in parts
            for file in self._paths(part)
        ]
        found = self.rejects(table)
        found = found.with_row_index("number", 1) if numbered else found
        return (
            found.join(
                pl.concat(settled), on=["table", "source_file", "line"], how="anti", maintain_order="left"
            )
            if settled
            else found
        )

    def outcome(self, name: str) -> pl.DataFrame | None:
        """Return a table of later truth for replay, None when the bank has none of that name."""
        part = self.manifest.outcomes.get(name)
        return None if part is None else pl.concat([pl.read_parquet(file) for file in self._paths(part)])

    def damaged(self) -> list[str]:
        """Return the files whose content is no longer what the manifest's hashes say."""
        return [p.file for p in self.manifest.files() if sha256_of(self.path / p.file) != p.sha256]

    def rows(self) -> Mapping[str, int]:
        """Return the number of rows of each table that the bank has."""
        return {name: part.rows for name, part in self.manifest.tables.items()}

    def _paths(self, part: StoredTable) -> list[Path]:
        return [self.path / stored.file for stored in part.files]
