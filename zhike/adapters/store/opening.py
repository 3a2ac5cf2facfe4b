"""Make a new store, or see that an existing one is a ledger written under these keys, and bring an older one up to this version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert

from zhike.adapters.store.key_file import create_keys
from zhike.adapters.store.keyring import KeyRing
from zhike.adapters.store.keys import KeyFile, keys_path, load_key_file
from zhike.adapters.store.schema import METADATA, REVISIONS, STATE, VERSION, ddl
from zhike.core.phrases import phrase
from zhike.core.store_errors import (
    StoreInvalidError,
    StoreNotFoundError,
    StoreVersionError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Insert

    from zhike.adapters.store.backend import Backend
    from zhike.adapters.store.connections import Connections

__all__ = ["KEYS", "NOTES", "check_noted", "check_store", "keys_of_store"]

KEYS: Final = "keys"
"""Under which name the store notes the fingerprint of its keys."""
_VERSION: Final = "version"
NOTES: Final = (
    f"SELECT name, value FROM {STATE.name} UNION ALL SELECT '{_VERSION}', version_num FROM {VERSION.name}"  # noqa: S608
)
"""Asks for all that the store notes about itself."""


def keys_of_store(connections: Connections, given: Path | None, *, create: bool) -> KeyRing:
    """Return the keys of a store.

    Parameters
    ----------
    given : Path, optional
        The key file; else see `keys_path`.
    create : bool
        Whether to make a store, with new keys, where there is none.

    Raises
    ------
    StoreNotFoundError
        When there is no store and none is to be made.
    StoreKeysError
        When an existing store's key file is missing or wrong.
    """
    backend = connections.backend
    path = keys_path(backend.path, given)
    with connections.transaction(writing=False) as connection:
        there = _version(backend, connection) is not None
    if not there and not create:
        raise StoreNotFoundError(store=backend.store)
    if not there:
        with connections.transaction(writing=True) as connection:
            # Another process may have made it while this one waited for its turn.
            if _version(backend, connection) is None:
                return _make(backend, connection, path)
    ring = KeyRing(load_key_file(path), path)
    check_store(connections, ring)
    return ring


def check_noted(noted: Mapping[str, str], ring: KeyRing, store: str) -> None:
    """See, before anything is written, that the store is still of this version, and take the keys that it is to be written under.

    Parameters
    ----------
    noted : mapping
        What `NOTES` asks for.
    store : str
        Name of the store in messages.

    Raises
    ------
    StoreVersionError
        When another version of Zhike has brought it up since it was opened.
    StoreKeysError
        When the key file does not have its keys.
    """
    version = noted.get(_VERSION, "none")
    if version != REVISIONS[-1]:
        advice = phrase(
            "Stop this process: a later version of Zhike has changed the tables. Start that version."
        )
        raise StoreVersionError(version=version, store=store, expected=REVISIONS[-1], advice=advice)
    ring.take(noted.get(KEYS, "none"), store)


def check_store(connections: Connections, ring: KeyRing, *, learning: bool = True) -> None:
    """See that the store is written under these keys; one that an older version of Zhike wrote is brought up to this one.

    Parameters
    ----------
    connections : Connections
    ring : KeyRing
    learning : bool
        Whether it may be under keys that only the key file knows.

    Raises
    ------
    StoreInvalidError
        When it is no ledger.
    StoreVersionError
        When a version of Zhike wrote it that this one does not know.
    StoreKeysError
        When it was written under other keys.
    """
    backend = connections.backend
    with connections.transaction(writing=False) as connection:
        current = _is_current(backend, connection)
        noted = connection.execute(f"SELECT value FROM {STATE.name} WHERE name = '{KEYS}'").fetchall()  # noqa: S608
    ring.take(noted[0][0] if noted else "none", backend.store, learning=learning)
    if not current:
        _bring_up(connections)


def _bring_up(connections: Connections) -> None:
    """Migrate an older store in one transaction; another process may have done so while this one waited for its turn."""
    from zhike.adapters.store.migration import migrate

    with connections.changing() as connection:
        if not _is_current(connections.backend, connection.connection.dbapi_connection):
            migrate(connection, REVISIONS[-1])


def _version(backend: Backend, connection: Any) -> str | None:  # noqa: ANN401 - of either driver
    """Return the noted version, None for a database without a ledger."""
    tables = backend.tables(connection)
    if VERSION.name in tables:
        rows = connection.execute(f"SELECT version_num FROM {VERSION.name}").fetchall()  # noqa: S608
        return str(rows[0][0]) if rows else "none"
    if strange := sorted(tables & set(METADATA.tables)):
        raise StoreInvalidError(
            what=phrase(
                "tables {names} of some other program in '{store}'",
                names=", ".join(strange),
                store=backend.store,
            )
        )
    return None


def _is_current(backend: Backend, connection: Any) -> bool:  # noqa: ANN401
    """Return whether a store is of this version; False for one of an older version."""
    version = _version(backend, connection)
    if version is None:
        raise StoreInvalidError(what=phrase("no ledger in '{store}'", store=backend.store))
    if version not in REVISIONS:
        advice = phrase("Use the version of Zhike that wrote it, or a later one.")
        raise StoreVersionError(version=version, store=backend.store, expected=REVISIONS[-1], advice=advice)
    return version == REVISIONS[-1]


def _make(backend: Backend, connection: Any, path: Path) -> KeyRing:  # noqa: ANN401
    """Make the tables; keys that lie there already are used, as for a store made again from an archive."""
    file = load_key_file(path) if path.exists() else KeyFile(create_keys(path))
    for statement in ddl(backend.engine.dialect):
        connection.execute(statement)
    for note in (
        insert(VERSION).values(version_num=REVISIONS[-1]),
        insert(STATE).values(name=KEYS, value=file.keys.fingerprint),
    ):
        connection.execute(_literal(note, backend))
    return KeyRing(file, path)


def _literal(statement: Insert, backend: Backend) -> str:
    return str(statement.compile(dialect=backend.engine.dialect, compile_kwargs={"literal_binds": True}))
