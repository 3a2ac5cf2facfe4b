"""Connections of a store's pool with a transaction begun on them, and what to do when that fails."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from zhike.adapters.store.faults import Fault
from zhike.core.phrases import phrase
from zhike.core.store_errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import PoolProxiedConnection

    from zhike.adapters.store.backend import Backend

__all__ = ["Connections"]

_PAUSE: Final = 0.02


class Connections:
    """Begins, commits and undoes transactions.

    Parameters
    ----------
    backend : Backend
        The database.
    patience : float
        Seconds until a database that is busy is given up.
    """

    def __init__(self, backend: Backend, patience: float) -> None:
        self.backend: Final = backend
        self._patience: Final = patience
        self.generation = 0
        """How often the connections were given up: the next ones may lead to another database."""

    def begun(self, *, writing: bool, patience: float | None = None) -> PoolProxiedConnection:
        """Return a connection with a transaction begun.

        A pooled connection may have died with the server that has since come back: the first that fails is replaced by a new one.

        Raises
        ------
        StoreUnavailableError
            When the database does not answer, or is busy for too long.
        """
        deadline = time.monotonic() + (self._patience if patience is None else patience)
        replaced = False
        while True:
            connection = self.idle(deadline)
            try:
                self.backend.begin(connection.dbapi_connection, writing=writing, patience=patience)
            except self.backend.errors as error:
                fault = self.backend.fault(error)
                self.undo(connection, lost=fault.gone)
                if fault.gone and not replaced:
                    replaced = True
                elif not self._worth_waiting(fault, deadline):
                    raise fault.error from error
            except BaseException:
                self.undo(connection, lost=True)
                raise
            else:
                return connection

    def idle(self, deadline: float | None = None) -> PoolProxiedConnection:
        """Return a connection without a transaction."""
        deadline = time.monotonic() + self._patience if deadline is None else deadline
        while True:
            try:
                return self.backend.engine.raw_connection()
            except (DBAPIError, NoConnectionError, self.backend.errors) as error:
                fault = self._fault(error)
                if not self._worth_waiting(fault, deadline):
                    raise fault.error from error

    def _fault(self, error: Exception) -> Fault:
        """Return what an exception of the pool, of SQLAlchemy or of the driver means."""
        if isinstance(error, NoConnectionError):
            busy = phrase("all its connections are in use")
            return Fault(StoreUnavailableError(store=self.backend.store, what=busy))
        cause = error.orig if isinstance(error, DBAPIError) else error
        return self.backend.fault(cause if isinstance(cause, Exception) else error)

    @staticmethod
    def _worth_waiting(fault: Fault, deadline: float) -> bool:
        if not fault.busy or time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE)
        return True

    def commit(self, connection: PoolProxiedConnection) -> None:
        """End the transaction for good and give the connection back.

        Raises
        ------
        StoreUnavailableError
            When the commit failed; the transaction is undone, if the database is still there to undo it.
        """
        try:
            self.backend.commit(connection.dbapi_connection)
        except self.backend.errors as error:
            fault = self.backend.fault(error)
            self.undo(connection, lost=fault.gone)
            raise fault.error from error
        connection.close()

    def undo(self, connection: PoolProxiedConnection, *, lost: bool) -> None:
        """End the transaction without a trace and give the connection back; one that cannot do so is closed, which does it."""
        lost = lost or not connection.is_valid
        if not lost:
            try:
                self.backend.rollback(connection.dbapi_connection)
            except self.backend.errors:
                lost = True
        if lost:
            if connection.is_valid:
                connection.invalidate()
            self.forget()
        connection.close()

    def forget(self) -> None:
        """Close the pooled connections that nobody uses: what ended one has most likely ended all."""
        self.generation += 1
        self.backend.engine.dispose()

    @contextmanager
    def transaction(self, *, writing: bool) -> Iterator[Any]:
        """Yield the driver's connection inside a transaction."""
        with self._transaction(writing=writing) as connection:
            yield connection.dbapi_connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """Yield SQLAlchemy's connection inside a transaction that writes; it ends with the block, not by SQLAlchemy's commit."""
        with self._transaction(writing=True) as connection:
            yield Connection(self.backend.engine, connection)

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[PoolProxiedConnection]:
        connection = self.begun(writing=writing)
        try:
            yield connection
        except (DBAPIError, self.backend.errors) as error:
            fault = self._fault(error)
            self.undo(connection, lost=fault.gone)
            raise fault.error from error
        except BaseException:
            self.undo(connection, lost=False)
            raise
        self.commit(connection)
