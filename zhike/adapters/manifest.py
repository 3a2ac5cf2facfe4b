"""The manifest of a bank folder: which files make up each table, with their hashes. No clock, no absolute path."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import BankNotFoundError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["MANIFEST", "Manifest", "StoredFile", "StoredTable"]

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One Parquet file of the folder, named after its content."""

    file: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredTable:
    """The files that make up a table, in the order in which they were loaded."""

    files: tuple[StoredFile, ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows of all files."""
        return sum(part.rows for part in self.files)

    @property
    def sha256(self) -> str:
        """Hash of the files' hashes."""
        return hashlib.sha256("".join(part.sha256 for part in self.files).encode()).hexdigest()

    def with_file(self, part: StoredFile) -> StoredTable:
        """Return the table with one more file."""
        return StoredTable((*self.files, part))

    def to_json(self) -> dict[str, Any]:
        """Return the table as the manifest holds it."""
        files = [{"file": part.file, "rows": part.rows, "sha256": part.sha256} for part in self.files]
        return {"rows": self.rows, "sha256": self.sha256, "files": files}

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> StoredTable:
        """Return the table that a manifest's entry describes."""
        return cls(tuple(StoredFile(part["file"], part["rows"], part["sha256"]) for part in raw["files"]))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bank folder holds.

    Parameters
    ----------
    name, source, timezone, currency : str
        Name of the bank, kind of source, IANA zone of its days, ISO 4217 code of amounts without one of their own.
    policy : str or None
        Path in the rulebook of the policy that fits the bank.
    tables, rejects, outcomes : mapping of str to StoredTable
        Files by contract table, rejected rows by contract table, later truth by name.
    notes : tuple of Text
        What a reader must know about the data, in every language.
    settled : mapping of str to StoredTable
        File and line of rejected rows that were corrected and loaded, by contract table.

    Examples
    --------
    >>> part = StoredFile("tables/staff-0123456789ab.parquet", 3, "0123456789ab")
    >>> manifest = Manifest("Demo", "csv", "Asia/Shanghai", "CNY", None, {"staff": StoredTable((part,))})
    >>> Manifest.parse(manifest.to_bytes(), "demo") == manifest
    True
    """

    name: str
    source: str
    timezone: str
    currency: str
    policy: str | None = None
    tables: Mapping[str, StoredTable] = field(default_factory=dict)
    rejects: Mapping[str, StoredTable] = field(default_factory=dict)
    outcomes: Mapping[str, StoredTable] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    settled: Mapping[str, StoredTable] = field(default_factory=dict)

    def files(self) -> list[StoredFile]:
        """Return every file that the manifest names."""
        parts = [
            *self.tables.values(),
            *self.rejects.values(),
            *self.outcomes.values(),
            *self.settled.values(),
        ]
        return [stored for part in parts for stored in part.files]

    def to_bytes(self) -> bytes:
        """Return the manifest's one spelling: the same content gives the same bytes."""
        content = {
            "format": _FORMAT,
            "name": self.name,
            "source": self.source,
            "timezone": self.timezone,
            "currency": self.currency,
            "policy": self.policy,
            "tables": {name: part.to_json() for name, part in self.tables.items()},
            "rejects": {name: part.to_json() for name, part in self.rejects.items()},
            "outcomes": {name: part.to_json() for name, part in self.outcomes.items()},
            "notes": [note.by_language() for note in self.notes],
        }
        if self.settled:  # a bank without any keeps the spelling, and the hash, that it had
            content["settled"] = {name: part.to_json() for name, part in self.settled.items()}
        text = json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False)
        return f"{text}\n".encode()

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Return the manifest of a bank folder.

        Raises
        ------
        BankNotFoundError
            When there is none that can be read, or a file that it names is gone.
        """
        try:
            content = (folder / MANIFEST).read_bytes()
        except OSError as error:
            raise BankNotFoundError(what=phrase("no {manifest}", manifest=MANIFEST), path=folder) from error
        manifest = cls.parse(content, str(folder))
        gone = [part.file for part in manifest.files() if not (folder / part.file).is_file()]
        if gone:
            raise BankNotFoundError(what=phrase("no file {names}", names=", ".join(gone)), path=folder)
        return manifest

    @classmethod
    def parse(cls, content: bytes, path: str) -> Manifest:
        """Return the manifest that bytes spell.

        Parameters
        ----------
        content : bytes
            The file's content.
        path : str
            Folder it was read from, for the error.

        Raises
        ------
        BankNotFoundError
            When the content is not a manifest, or one of a later version.
        """
        try:
            raw = json.loads(content)
            if raw["format"] != _FORMAT:
                raise BankNotFoundError(
                    what=phrase("a manifest of format {format}", format=raw["format"]), path=path
                )
            head = (raw["name"], raw["source"], raw["timezone"], raw["currency"], raw["policy"])
            sections = (_tables(raw["tables"]), _tables(raw["rejects"]), _tables(raw["outcomes"]))
            return cls(
                *head,
                *sections,
                tuple(Text.of(note) for note in raw["notes"]),
                _tables(raw.get("settled", {})),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BankNotFoundError(
                what=phrase("a damaged {manifest} ({error})", manifest=MANIFEST, error=error), path=path
            ) from error


def _tables(raw: Mapping[str, Any]) -> dict[str, StoredTable]:
    return {name: StoredTable.of(part) for name, part in raw.items()}
