"""PostgreSQL as the store's back end, for teams: several processes and machines on one ledger, one writer at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine

from zhike.adapters.store.faults import postgresql_fault
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import URL, Engine

    from zhike.adapters.store.faults import Fault

__all__ = ["PostgresqlBackend"]

_CONNECTIONS: Final = 16
_LOCK: Final = 0x5A48  # the first half of the lock's name; the schema is the second

_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# The lock is taken at a level where each statement sees what was committed before it: a snapshot taken before the wait would miss
# what the writer before us did. As nobody else writes, the transaction sees one state all the same.
_WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_TURN: Final = f"SELECT pg_advisory_xact_lock({_LOCK}, hashtext(current_schema()))"
# A commit that the server loses is no commit; levels above "on" are left as the bank set them.
_DURABLE: Final = (
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
)
_STANDING_STILL: Final = "5min"


class PostgresqlBackend:
    """A schema of a database server: the first one of the search path.

    Parameters
    ----------
    url : URL
        As SQLAlchemy reads it.
    patience : float
        Seconds to wait for another writer, and for the server to answer.
    """

    def __init__(self, url: URL, patience: float) -> None:
        try:
            import psycopg
        except ModuleNotFoundError as error:
            raise UsageError(
                what=phrase("a PostgreSQL address without its driver"),
                expected=phrase("the extra: pip install 'zhike[postgres]'"),
            ) from error
        self.path: Final[Path | None] = None
        self.on_this_machine: Final = False
        self.errors: Final = psycopg.Error
        self.store: Final = url.render_as_string(hide_password=True)
        self._patience: Final = patience
        self.engine: Final[Engine] = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={
                "autocommit": True,  # begin and commit are our own statements, as for SQLite
                "connect_timeout": max(2, int(patience)),
                "application_name": "zhike",
            },
            paramstyle="format",
            use_native_hstore=False,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=patience,
            pool_reset_on_return=None,
            pool_use_lifo=True,  # the connection used last has its pages and statements at hand
        )
        self._prepare_connections()

    def _prepare_connections(self) -> None:
        from sqlalchemy import event

        settings = (
            f"SET lock_timeout = {int(self._patience * 1000)}; "
            f"SET idle_in_transaction_session_timeout = '{_STANDING_STILL}'; {_DURABLE}"
        )

        @event.listens_for(self.engine, "connect")
        def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401
            connection.execute(settings)

    def create(self) -> None:
        """Leave it to the server: the database and its schema are made by whoever runs it."""

    def same(self) -> bool:
        """Return True: a connection to another database would have broken."""
        return True

    def settle(self) -> None:
        """Note nothing."""

    def cursor(self, connection: Any) -> Any:  # noqa: ANN401 - of either driver
        """Return a cursor for data; in binary form, as bytes would double in text."""
        return connection.cursor(binary=True)

    def begin(self, connection: Any, *, writing: bool, patience: float | None = None) -> None:  # noqa: ANN401
        """Begin a transaction; one that writes holds the advisory lock of the schema to its end."""
        if not writing:
            connection.execute(_READ)
            return
        waits = "" if patience is None else f"SET LOCAL lock_timeout = {round(patience * 1000)}; "
        connection.execute(f"{_WRITE}; {waits}{_TURN}")

    def commit(self, connection: Any) -> None:  # noqa: ANN401
        """End a transaction for good."""
        connection.execute("COMMIT")

    def rollback(self, connection: Any) -> None:  # noqa: ANN401
        """End a transaction without a trace."""
        connection.execute("ROLLBACK")

    def fault(self, error: Exception, table: str = "") -> Fault:
        """Return what a driver's exception means."""
        return postgresql_fault(error, self.store, table)

    def tables(self, connection: Any) -> set[str]:  # noqa: ANN401
        """Return the names of the tables of the schema."""
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        ).fetchall()
        return {name for (name,) in rows}

    def checkpoint(self, connection: Any) -> None:  # noqa: ANN401
        """Do nothing: the server does it."""

    def scrub(self, connection: Any, tables: Sequence[str]) -> None:  # noqa: ANN401
        """Write the tables anew without their deleted rows, and the server's samples of their values with them."""
        for table in tables:
            connection.execute(f'VACUUM (FULL, ANALYZE) "{table}"')
