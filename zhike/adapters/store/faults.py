"""What a driver's exception means: one of our errors, whether to try again, whether the connection is of use any more.

Drivers put values into their texts, and values may be personal: only codes and our own words are passed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import InternalError
from zhike.core.phrases import phrase
from zhike.core.store_errors import AlreadyRecordedError, StoreInvalidError, StoreUnavailableError

if TYPE_CHECKING:
    import sqlite3

    from zhike.core.errors import ZhikeError

__all__ = ["Fault", "postgresql_fault", "sqlite_fault"]


@dataclass(frozen=True, slots=True)
class Fault:
    """The meaning of a driver's exception.

    Parameters
    ----------
    error : ZhikeError
        What to raise.
    busy : bool
        Whether waiting may help.
    gone : bool
        Whether the connection must be made anew.
    """

    error: ZhikeError
    busy: bool = False
    gone: bool = False


_SQLITE: Final = {
    "SQLITE_BUSY": phrase("it is locked by another process"),
    "SQLITE_LOCKED": phrase("it is locked by another connection"),
    "SQLITE_FULL": phrase("the disk is full"),
    "SQLITE_IOERR": phrase("the disk refused to read or write"),
    "SQLITE_READONLY": phrase("it may only be read"),
    "SQLITE_CANTOPEN": phrase("its file cannot be opened"),
    "SQLITE_PERM": phrase("its file may not be opened"),
    "SQLITE_NOMEM": phrase("memory is short"),
    "SQLITE_PROTOCOL": phrase("its locks are in disorder"),
}
_SQLITE_INVALID: Final = {
    "SQLITE_NOTADB": phrase("a file that is no database"),
    "SQLITE_CORRUPT": phrase("a damaged database"),
}
_WAITING_HELPS: Final = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")
_UNIQUE: Final = ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_ROWID")


def sqlite_fault(error: sqlite3.Error, store: str, table: str) -> Fault:
    """Return what an exception of the SQLite driver means."""
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    base = "_".join(name.split("_")[:2])
    if name in _UNIQUE:
        return Fault(AlreadyRecordedError(table=table))
    if base in _SQLITE_INVALID:
        return Fault(
            StoreInvalidError(
                what=phrase(
                    "{sqlite_invalid} at '{store}' ({name})",
                    sqlite_invalid=_SQLITE_INVALID[base],
                    store=store,
                    name=name,
                )
            ),
            gone=True,
        )
    if base in _SQLITE:
        unavailable = StoreUnavailableError(
            store=store, what=phrase("{reason} ({name})", reason=_SQLITE[base], name=name)
        )
        busy = base in _WAITING_HELPS
        return Fault(unavailable, busy=busy, gone=not busy and base != "SQLITE_FULL")
    if type(error).__name__ == "ProgrammingError":  # a connection closed beneath a transaction
        return Fault(StoreUnavailableError(store=store, what=phrase("its connection was closed")), gone=True)
    return Fault(InternalError(what=f"{name}: {error}"), gone=True)


_POSTGRESQL: Final = {
    "08": phrase("the connection broke"),
    "28": phrase("it refused the log-in"),
    "3D": phrase("there is no such database"),
    "3F": phrase("there is no such schema"),
    "53": phrase("the server is short of disk, memory or connections"),
    "57": phrase("the server is stopping, starting or cut us off"),
    "58": phrase("the server's system refused"),
}
_POSTGRESQL_EXACT: Final = {
    "25006": phrase("it may only be read"),
    "25P03": phrase("the transaction stood still for too long"),
    "40001": phrase("another transaction came first"),
    "40P01": phrase("two transactions waited for each other"),
    "42501": phrase("it refused the permission"),
    "53100": phrase("the disk is full"),
    "55P03": phrase("it is locked by another process"),
}
_KEEPS_CONNECTION: Final = ("40001", "40P01", "42501", "53100", "55P03")


def postgresql_fault(error: Exception, store: str, table: str) -> Fault:
    """Return what an exception of the PostgreSQL driver means."""
    state: str | None = getattr(error, "sqlstate", None)
    if state == "23505":
        return Fault(AlreadyRecordedError(table=table))
    if state is None:
        return _without_state(error, store)
    what = _POSTGRESQL_EXACT.get(state) or _POSTGRESQL.get(state[:2])
    if what is not None:
        unavailable = StoreUnavailableError(
            store=store, what=phrase("{reason} (SQLSTATE {state})", reason=what, state=state)
        )
        return Fault(unavailable, gone=state not in _KEEPS_CONNECTION)
    if state in ("XX001", "XX002"):
        return Fault(
            StoreInvalidError(
                what=phrase("damaged data in '{store}' (SQLSTATE {state})", store=store, state=state)
            ),
            gone=True,
        )
    primary: Any = getattr(getattr(error, "diag", None), "message_primary", None)
    return Fault(InternalError(what=f"SQLSTATE {state}: {primary}"), gone=True)


def _without_state(error: Exception, store: str) -> Fault:
    """Return what an exception means that did not come from the server: it was not reached, or the driver found a fault."""
    if type(error).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError"):
        return Fault(
            StoreUnavailableError(store=store, what=phrase("the server cannot be reached")), gone=True
        )
    return Fault(InternalError(what=type(error).__name__), gone=True)
