"""The cursor of one transaction, and the row of faults that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.adapters.store.backend import Backend
    from zhike.adapters.store.statements import Statement
    from zhike.core.errors import ZhikeError

__all__ = ["Session"]


class Session:
    """Runs statements until one fails.

    Once one has, the whole transaction has: every later call raises the same error and nothing is committed, even when the caller
    caught it. One back end would go on, the other not; so neither does.

    Parameters
    ----------
    backend : Backend
        The database.
    connection : object
        The driver's connection with a transaction begun.
    generation : int
        Of the database, see `zhike.core.ports.Transaction.generation`.
    """

    def __init__(self, backend: Backend, connection: Any, generation: int = 0) -> None:  # noqa: ANN401 - of either driver
        self._backend = backend
        self._cursor = backend.cursor(connection)
        self._failed: ZhikeError | None = None
        self.generation: Final = generation
        self.lost = False
        """Whether the connection must be made anew."""

    def rows(self, table: str, statement: Statement, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return all rows of a question; a statement half read would hold its snapshot."""
        self._run(table, statement.sql, statement.arguments(values))
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        return found

    def write(self, table: str, statement: Statement, values: Sequence[Any]) -> int:
        """Change or remove rows; return how many."""
        self._run(table, statement.sql, statement.arguments(values))
        return int(self._cursor.rowcount)

    def add(self, table: str, statement: Statement, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""
        self._run(table, statement.sql, [statement.arguments(row) for row in rows], many=True)

    def _run(self, table: str, sql: str, arguments: Sequence[Any], *, many: bool = False) -> None:
        if self._failed is not None:
            raise self._failed
        try:
            if many:
                self._cursor.executemany(sql, arguments)
            else:
                self._cursor.execute(sql, arguments)
        except self._backend.errors as error:
            fault = self._backend.fault(error, table)
            self._failed, self.lost = fault.error, fault.gone
            raise fault.error from error

    def end(self) -> None:
        """Raise what failed, where a caller caught it, and run nothing more."""
        if self._failed is not None:
            raise self._failed
        self.close()

    def close(self) -> None:
        """Run nothing more."""
        # SQLite keeps a connection open, and its log unmerged, as long as a cursor holds a statement.
        self._cursor.close()
        self._failed = UsageError(
            what=phrase("a transaction that has ended"), expected=phrase("one inside its `with`")
        )
