"""Make a new store, or see that an existing one is a ledger of this version written under these keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert

from zhike.adapters.store.keys import create_keys, keys_path, load_keys
from zhike.adapters.store.schema import METADATA, REVISIONS, STATE, VERSION, ddl
from zhike.core.store_errors import StoreInvalidError, StoreKeysError, StoreVersionError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Insert

    from zhike.adapters.store.backend import Backend
    from zhike.adapters.store.connections import Connections
    from zhike.adapters.store.keys import Keys

__all__ = ["check_store", "keys_of_store"]

_KEYS: Final = "keys"


def keys_of_store(connections: Connections, given: Path | None) -> Keys:
    """Return the keys of a store, which is made with new ones where there is none.

    Parameters
    ----------
    given : Path, optional
        The key file; else see `keys_path`.

    Raises
    ------
    StoreKeysError
        When an existing store's key file is missing or wrong.
    """
    backend = connections.backend
    path = keys_path(backend.path, given)
    with connections.transaction(writing=False) as connection:
        there = _version(backend, connection) is not None
    if not there:
        with connections.transaction(writing=True) as connection:
            # Another process may have made it while this one waited for its turn.
            if _version(backend, connection) is None:
                return _make(backend, connection, path)
    keys = load_keys(path)
    check_store(connections, keys, path)
    return keys


def check_store(connections: Connections, keys: Keys, path: Path | None = None) -> None:
    """See that the store is of this version and written under these keys.

    Raises
    ------
    StoreInvalidError
        When it is no ledger.
    StoreVersionError
        When another version of Zhike wrote it.
    StoreKeysError
        When it was written under other keys.
    """
    backend = connections.backend
    with connections.transaction(writing=False) as connection:
        version = _version(backend, connection)
        if version is None:
            raise StoreInvalidError(what=f"no ledger in '{backend.store}'")
        _check_version(backend, version)
        noted = connection.execute(f"SELECT value FROM {STATE.name} WHERE name = '{_KEYS}'").fetchall()  # noqa: S608
    if noted != [(keys.fingerprint,)]:
        raise StoreKeysError(
            what="the keys of another store",
            path=path or "-",
            expected=f"the key file that was made with '{backend.store}'",
            advice="Name that file, or bring it back from its backup.",
        )


def _version(backend: Backend, connection: Any) -> str | None:  # noqa: ANN401 - of either driver
    """Return the noted version, None for a database without a ledger."""
    tables = backend.tables(connection)
    if VERSION.name in tables:
        rows = connection.execute(f"SELECT version_num FROM {VERSION.name}").fetchall()  # noqa: S608
        return str(rows[0][0]) if rows else "none"
    if strange := sorted(tables & set(METADATA.tables)):
        raise StoreInvalidError(
            what=f"tables {', '.join(strange)} of some other program in '{backend.store}'"
        )
    return None


def _check_version(backend: Backend, version: str) -> None:
    if version != REVISIONS[-1]:
        advice = (
            "Make a backup, then migrate the store."
            if version in REVISIONS
            else "Use the version of Zhike that wrote it, or a later one."
        )
        raise StoreVersionError(version=version, store=backend.store, expected=REVISIONS[-1], advice=advice)


def _make(backend: Backend, connection: Any, path: Path) -> Keys:  # noqa: ANN401
    """Make the tables; keys that lie there already are used, as for a store made again from an archive."""
    keys = load_keys(path) if path.exists() else create_keys(path)
    for statement in ddl(backend.engine.dialect):
        connection.execute(statement)
    for note in (
        insert(VERSION).values(version_num=REVISIONS[-1]),
        insert(STATE).values(name=_KEYS, value=keys.fingerprint),
    ):
        connection.execute(_literal(note, backend))
    return keys


def _literal(statement: Insert, backend: Backend) -> str:
    return str(statement.compile(dialect=backend.engine.dialect, compile_kwargs={"literal_binds": True}))
