"""Open a store: its transactions, the turn of the one writer, and the care of its files."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from sqlalchemy import func, make_url, select
from sqlalchemy.exc import ArgumentError

from zhike.adapters.store.backend import Workings
from zhike.adapters.store.connections import Connections
from zhike.adapters.store.opening import NOTES, check_noted, check_store, keys_of_store
from zhike.adapters.store.resealing import Resealer
from zhike.adapters.store.schema import METADATA, STATE, VERSION
from zhike.adapters.store.sealing import Sealer
from zhike.adapters.store.session import Session
from zhike.adapters.store.sqlite import SqliteBackend
from zhike.adapters.store.statements import Statement, Statements
from zhike.adapters.store.transaction import LedgerTransaction
from zhike.core.errors import UsageError
from zhike.core.ledger import LEDGER, ledger_table
from zhike.core.phrases import phrase
from zhike.core.store_errors import StoreNotFoundError, StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from zhike.adapters.store.backend import Backend
    from zhike.adapters.store.keyring import KeyRing
    from zhike.adapters.store.keys import Keys

__all__ = ["OF_WORTH", "LedgerStore", "open_store"]

OF_WORTH: Final = ("audit_entries", "staff")
"""Tables that have a row as soon as anything was done for good: every verb has its entry in the trail, and staff are hired first."""

_NOTES: Final = Statement(NOTES, None)


def _system_clock() -> int:
    return time.time_ns() // 1000


def open_store(
    place: str | Path,
    keys: Path | None = None,
    *,
    create: bool = True,
    patience: float = 10.0,
    now: Callable[[], int] = _system_clock,
) -> LedgerStore:
    """Open a store; where there is none, make it; where an older version of Zhike wrote it, bring it up to this one.

    Parameters
    ----------
    place : str or Path
        A file for SQLite, or an address ``postgresql://user@host/database``.
    keys : Path, optional
        The key file; else ``$ZHIKE_KEYS``, else beside the database file with ``.keys`` added to its name.
    create : bool
        Whether a store may be made.
    patience : float
        Seconds to wait for another writer, or for the server, before the store is said not to answer.
    now : callable
        Microseconds since 1970 in UTC; dates persons' keys.

    Raises
    ------
    StoreNotFoundError
        When there is no store and none may be made.
    StoreUnavailableError
        When the database does not answer.
    StoreInvalidError
        When the file or the schema is something else.
    StoreVersionError
        When a later version of Zhike wrote it.
    StoreKeysError
        When the key file is missing, readable by others, damaged or another store's.
    """
    backend = _backend(place, patience)
    if create:
        backend.create()
    elif backend.path is not None and not backend.path.is_file():
        raise StoreNotFoundError(store=backend.store)
    connections = Connections(backend, patience)
    try:
        found = keys_of_store(connections, keys, create=create)
        backend.settle()
    except BaseException:
        connections.forget()
        raise
    return LedgerStore(connections, found, patience, now)


def _backend(place: str | Path, patience: float) -> Backend:
    if isinstance(place, Path) or "://" not in place:
        return SqliteBackend(_named(Path(place)), patience)
    try:
        url = make_url(place)
    except ArgumentError as error:
        raise UsageError(
            what=phrase("an address that cannot be read"), expected="postgresql://user@host/database"
        ) from error
    kind = url.get_backend_name()
    if kind == "postgresql":
        from zhike.adapters.store.postgresql import PostgresqlBackend

        return PostgresqlBackend(url, patience)
    if kind == "sqlite" and url.database not in (None, "", ":memory:"):
        return SqliteBackend(_named(Path(str(url.database))), patience)
    raise UsageError(
        what=phrase("a store of kind '{drivername}'", drivername=url.drivername),
        expected=phrase("a file, or postgresql://…"),
    )


def _named(path: Path) -> Path:
    """Refuse a place that has no name, such as the current folder: its keys could not be beside it."""
    if not path.name:
        raise UsageError(
            what=phrase("a folder, '{path}', as the store", path=path),
            expected=phrase("a file, or postgresql://…"),
        )
    return path


class LedgerStore:
    """See `zhike.core.ports.Store`; made by `open_store`, used from any thread.

    Parameters
    ----------
    connections : Connections
        Of the database.
    ring : KeyRing
        The bank's keys.
    """

    def __init__(
        self, connections: Connections, ring: KeyRing, patience: float, now: Callable[[], int]
    ) -> None:
        self.ring = ring
        self._connections = connections
        self._backend = connections.backend
        self._patience = patience
        self.workings = Workings(self._backend, Statements(self._backend.engine.dialect), Sealer(ring), now)
        self._lock = threading.Lock()
        self._writer: int | None = None

    @property
    def keys(self) -> Keys:
        """The pair in force, as far as this process has learnt; every transaction that writes looks whether it still is."""
        return self.ring.current.keys

    def signing_seed(self) -> bytes:
        """Return the seed of the key that signs audit digests, see `zhike.core.ports.Store`."""
        return self.keys.audit_seed

    def audit_keys(self) -> tuple[bytes, ...]:
        """Return the public keys that have signed audit digests, see `zhike.core.ports.Store`."""
        return self.ring.audit_keys()

    @contextmanager
    def read(self) -> Iterator[LedgerTransaction]:
        """Open a transaction that sees one state and writes nothing."""
        with self._session(writing=False) as session:
            yield LedgerTransaction(self.workings, session, writing=False)

    @property
    def on_this_machine(self) -> bool:
        """Whether the database is reached without a network."""
        return self._backend.on_this_machine

    @contextmanager
    def write(self, patience: float | None = None) -> Iterator[LedgerTransaction]:
        """Open the one transaction that writes at a time; it ends with a durable commit, or with an exception and no change."""
        with self._turn(patience), self._session(writing=True, patience=patience) as session:
            yield LedgerTransaction(self.workings, session, writing=True)

    @contextmanager
    def reseal(self) -> Iterator[tuple[LedgerTransaction, Resealer]]:
        """Open a transaction that writes, with what exchanges the bank's keys in it."""
        with self._turn(), self._session(writing=True) as session:
            yield LedgerTransaction(self.workings, session, writing=True), Resealer(self.workings, session)

    @contextmanager
    def _session(self, *, writing: bool, patience: float | None = None) -> Iterator[Session]:
        self._see_to_it()
        generation = self._connections.generation
        connection = self._connections.begun(writing=writing, patience=patience)
        session = None
        try:
            session = Session(self._backend, connection.dbapi_connection, generation)
            if writing:
                noted = dict(session.rows(STATE.name, _NOTES, ()))
                check_noted(noted, self.ring, self._backend.store)
            yield session
            session.end()
        except BaseException:
            lost = session is None or session.lost
            if session is not None:
                session.close()
            self._connections.undo(connection, lost=lost)
            raise
        self._connections.commit(connection)

    @contextmanager
    def _turn(self, patience: float | None = None) -> Iterator[None]:
        """Wait for this process's turn to write: threads that queue here need not poll the database."""
        me = threading.get_ident()
        if self._writer == me:
            raise UsageError(
                what=phrase("a write inside a write of the same thread"),
                expected=phrase("one after the other"),
            )
        if not self._lock.acquire(timeout=self._patience if patience is None else patience):
            raise StoreUnavailableError(
                store=self._backend.store, what=phrase("another thread writes for too long")
            )
        self._writer = me
        try:
            yield
        finally:
            self._writer = None
            self._lock.release()

    def _see_to_it(self) -> None:
        """See whether the database is still the one that was opened; after a backup was brought back, look at it as if opened anew."""
        if not self._backend.same():
            self._connections.forget()
            # Keys are exchanged within a file. Another file under keys never seen is another bank's, whatever lies beside it.
            check_store(self._connections, self.ring, learning=False)
            self._backend.settle()

    def checkpoint(self) -> None:
        """Move what SQLite wrote ahead into its file, without making anybody wait; for a thread beside the callers.

        Nothing else does so while the store is open, and the write-ahead log grows until it is done.
        """
        self._beside(self._backend.checkpoint)

    def scrub(self, tables: Sequence[str] | None = None) -> None:
        """Leave nothing of deleted rows and destroyed keys in the database's files.

        Parameters
        ----------
        tables : sequence of str, optional
            What to write anew, on PostgreSQL; all tables with rows of customers without it. SQLite has one file for all.

        Notes
        -----
        The database is locked meanwhile, for as long as writing it anew takes. Backups, replicas and archived write-ahead logs keep
        what they have; sealed content in them stays unreadable only when the wrapped key is not in them, or the master key is gone.
        """
        names = [name for name, table in LEDGER.items() if table.personal] if tables is None else list(tables)
        for name in names:
            ledger_table(name)
        with self._turn():
            self._beside(lambda connection: self._backend.scrub(connection, names))

    def _beside(self, work: Callable[[object], None]) -> None:
        """Do something outside a transaction."""
        self._see_to_it()
        connection = self._connections.idle()
        try:
            work(connection.dbapi_connection)
        except self._backend.errors as error:
            fault = self._backend.fault(error)
            self._connections.undo(connection, lost=fault.gone)
            raise fault.error from error
        except BaseException:
            self._connections.undo(connection, lost=True)
            raise
        connection.close()

    def drop_unused(self) -> bool:
        """Remove the ledger's tables from a database where nothing was done for good; return whether they were."""
        with self._turn(), self._connections.changing() as connection:
            counts = (select(func.count()).select_from(METADATA.tables[name]) for name in OF_WORTH)
            if any(connection.scalar(one) for one in counts):
                return False
            METADATA.drop_all(connection)
            VERSION.drop(connection)
        return True

    def close(self) -> None:
        """Close the connections; SQLite moves what was written ahead into its file."""
        self._connections.forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
