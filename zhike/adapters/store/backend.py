"""What the store asks of a database, and what a transaction works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from zhike.adapters.store.faults import Fault
    from zhike.adapters.store.sealing import Sealer
    from zhike.adapters.store.statements import Statements

__all__ = ["Backend", "Workings"]


class Backend(Protocol):
    """A kind of database; connections are those of its driver, in the driver's mode without transactions of its own."""

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's pool of connections and dialect."""

    @property
    def errors(self) -> type[Exception]:
        """The class of all exceptions of the driver."""

    @property
    def store(self) -> str:
        """Name of the store in messages."""

    @property
    def on_this_machine(self) -> bool:
        """Whether it is reached without a network."""

    @property
    def path(self) -> Path | None:
        """The database's file, where it is one."""

    def create(self) -> None:
        """Make what must be there before the first connection."""

    def same(self) -> bool:
        """Return whether connections still lead to the database that was opened."""

    def settle(self) -> None:
        """Note which database is open."""

    def cursor(self, connection: Any) -> Any:  # noqa: ANN401 - of either driver
        """Return a cursor for data."""

    def begin(self, connection: Any, *, writing: bool, patience: float | None = None) -> None:  # noqa: ANN401
        """Begin a transaction, and wait so many seconds for others who write; the usual time unless given."""

    def commit(self, connection: Any) -> None:  # noqa: ANN401
        """End a transaction for good."""

    def rollback(self, connection: Any) -> None:  # noqa: ANN401
        """End a transaction without a trace."""

    def fault(self, error: Exception, table: str = "") -> Fault:
        """Return what a driver's exception means."""

    def tables(self, connection: Any) -> set[str]:  # noqa: ANN401
        """Return the names of the tables that there are."""

    def checkpoint(self, connection: Any) -> None:  # noqa: ANN401
        """Move what was written ahead to its place."""

    def scrub(self, connection: Any, tables: Sequence[str]) -> None:  # noqa: ANN401
        """Leave nothing of deleted rows."""


@dataclass(frozen=True, slots=True)
class Workings:
    """What every transaction of a store works with.

    Parameters
    ----------
    backend : Backend
        The database.
    statements : Statements
        Its SQL.
    sealer : Sealer
        Persons' keys.
    now : callable
        Microseconds since 1970 in UTC; dates persons' keys only.
    """

    backend: Backend
    statements: Statements
    sealer: Sealer
    now: Callable[[], int]
