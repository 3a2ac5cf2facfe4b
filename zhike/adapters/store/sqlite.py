"""SQLite as the store's back end: one file, written ahead to a log, every commit on disk before it is said to be done."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from zhike.adapters.store.faults import sqlite_fault
from zhike.core.phrases import phrase, reason_of
from zhike.core.store_errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from zhike.adapters.store.faults import Fault

__all__ = ["SqliteBackend"]

_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a commit is on disk before it is said to be done
    "secure_delete = ON",  # what is deleted is overwritten
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "wal_autocheckpoint = 0",  # no caller pays for a checkpoint; a thread beside does
)
_CONNECTIONS: Final = 32
_PAUSE: Final = 0.02
_BLINK: Final = 0.0005


class SqliteBackend:
    """A database file.

    Parameters
    ----------
    path : Path
        The file.
    patience : float
        Seconds to wait for another writer.
    """

    errors: Final = sqlite3.Error
    on_this_machine: Final = True

    def __init__(self, path: Path, patience: float) -> None:
        self.path: Final[Path | None] = path
        self.store: Final = str(path)
        self._file: Final = path.absolute()
        self._patience: Final = patience
        self._identity: tuple[int, int] | None = None
        self.engine: Final[Engine] = create_engine(
            "sqlite://",
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=patience,
            pool_reset_on_return=None,
            pool_use_lifo=True,  # the connection used last has its pages and statements at hand
        )

    def create(self) -> None:
        """Make an empty file for the owner alone, where there is none.

        A file that is there is not opened: to close it again would end every lock that this process holds on it for connections of
        another store, and a process elsewhere would take those for gone.
        """
        try:
            os.close(os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return
        except OSError as error:
            raise StoreUnavailableError(store=self.store, what=reason_of(error)) from error

    def same(self) -> bool:
        """Return whether the file is the one that was opened: SQLite itself would go on writing to one that was removed."""
        with suppress(OSError):
            found = os.stat(self._file)  # noqa: PTH116 - before every transaction: four times as fast
            return (found.st_dev, found.st_ino) == self._identity
        return False

    def settle(self) -> None:
        """Note which file is open."""
        found = self._file.stat()
        self._identity = (found.st_dev, found.st_ino)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(self._file))}?mode=rw",  # never makes an empty file where one was lost
            uri=True,
            timeout=self._patience,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").fetchall()
        except BaseException:
            connection.close()
            raise
        return connection

    def cursor(self, connection: Any) -> Any:  # noqa: ANN401 - of either driver
        """Return a cursor for data."""
        return connection.cursor()

    def begin(self, connection: Any, *, writing: bool, patience: float | None = None) -> None:  # noqa: ANN401
        """Begin a transaction; one that writes has the only place of a writer from the start."""
        if patience is None or not writing:
            connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
            return
        # SQLite's own waiting pauses for up to 25 ms between two tries; whoever has only a moment would sleep through its turn.
        self._wait_for(connection, 0.0)
        try:
            self._begin_within(connection, time.monotonic() + patience)
        finally:
            self._wait_for(connection, self._patience)

    def _begin_within(self, connection: Any, deadline: float) -> None:  # noqa: ANN401
        while True:
            try:
                self.begin(connection, writing=True)
            except sqlite3.OperationalError as error:
                if not sqlite_fault(error, self.store, "").busy or time.monotonic() >= deadline:
                    raise
                time.sleep(_BLINK)
            else:
                return

    @staticmethod
    def _wait_for(connection: Any, seconds: float) -> None:  # noqa: ANN401
        connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

    def commit(self, connection: Any) -> None:  # noqa: ANN401
        """End a transaction for good."""
        connection.execute("COMMIT")

    def rollback(self, connection: Any) -> None:  # noqa: ANN401
        """End a transaction without a trace; a fault may have ended it already."""
        if connection.in_transaction:
            connection.execute("ROLLBACK")

    def fault(self, error: Exception, table: str = "") -> Fault:
        """Return what a driver's exception means."""
        return sqlite_fault(error, self.store, table)  # type: ignore[arg-type]

    def tables(self, connection: Any) -> set[str]:  # noqa: ANN401
        """Return the names of the tables that there are."""
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {name for (name,) in rows}

    def checkpoint(self, connection: Any) -> None:  # noqa: ANN401
        """Move what was written ahead into the file, as far as no reader needs the old state; nobody waits for it."""
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def scrub(self, connection: Any, tables: Sequence[str]) -> None:  # noqa: ANN401, ARG002 - one file holds all
        """Leave nothing of deleted rows in the database's files.

        Deleted bytes are overwritten in place, but copies stay where pages were rebuilt and in the write-ahead log; so the file is
        written anew and the log emptied, before and after.
        """
        self._truncate(connection)
        connection.execute("VACUUM")
        self._truncate(connection)

    def _truncate(self, connection: Any) -> None:  # noqa: ANN401
        deadline = time.monotonic() + self._patience
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]:
            if time.monotonic() > deadline:
                raise StoreUnavailableError(
                    store=self.store, what=phrase("a reader still holds a state from before the deletion")
                )
            time.sleep(_PAUSE)
