"""What the layers that act ask of the outside: a store, a clock, deliverers. Adapters supply them; no rule knows which one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

__all__ = ["Clock", "Deliverer", "Store", "Transaction"]


class Transaction(Protocol):
    """Reads and writes that happen together or not at all; tables and columns are those of `zhike.core.ledger`.

    Sealed columns are given and returned in the clear; where the customer's key is destroyed they come back as None.
    """

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows.

        Raises
        ------
        AlreadyRecordedError
            When a key, or what else must be unique, is there already.
        """

    def one(self, table: str, **where: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any column's type
        """Return the only row with these values, None where there is none."""

    def find(
        self,
        table: str,
        where: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        after: Sequence[Any] | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return rows, ordered and paged.

        Parameters
        ----------
        where : mapping, optional
            Values of columns; a list means any of its members, None that there is no value.
        order : sequence of str, optional
            Columns to order by, ``-`` before one for falling; the key follows, so that the order is complete.
        after : sequence, optional
            Values of ``order`` and the key in the last row of the page before.
        limit : int, optional
            Most rows.
        """

    def change(self, table: str, where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """Change rows; return how many there were."""

    def remove(self, table: str, where: Mapping[str, Any]) -> int:
        """Remove rows; return how many there were."""

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Return the number of rows."""

    def destroy_key(self, customer: str, at: int) -> bool:
        """Destroy the customer's key: what is sealed under it is gone for good; return whether there was one."""

    def address(self, customer: str, content: bytes) -> str:
        """Return the keyed hash under which content of this customer is kept: the same only for the same person and content."""


class Store(Protocol):
    """Where the ledger is kept."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that sees one state and writes nothing."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Open the one transaction that writes at a time; it ends with a durable commit, or with an exception and no change."""


class Clock(Protocol):
    """What time it is."""

    def now(self) -> int:
        """Return the microseconds since 1970 in UTC."""


class Deliverer(Protocol):
    """Carries a message out of the house."""

    def deliver(self, message: Mapping[str, Any]) -> None:
        """Deliver a message; it may come more than once, with the same ``message_id``.

        Raises
        ------
        DeliveryError
            When it was not taken; its ``retryable`` says whether to try again.
        """
