"""What the layers that act ask of the outside: a store, a clock, deliverers. Adapters supply them; no rule knows which one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

__all__ = ["Clock", "Deliverer", "Store", "Transaction"]


class Transaction(Protocol):
    """Reads and writes that happen together or not at all; tables and columns are those of `zhike.core.ledger`.

    Sealed columns are given and returned in the clear; where the customer's key is destroyed they come back as None. Once a
    statement has failed (`AlreadyRecordedError` included) the transaction has, whether the caller caught the error or not. A
    misuse (`UsageError`) is refused before anything is sent and fails nothing.
    """

    @property
    def generation(self) -> int:
        """Which database this is, counted up where it may be another one than before: a backup was brought back, a connection was lost.

        What somebody remembers of rows of another generation is worth nothing: numbers and versions in them may mean something else.
        """

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows; a column left out has no value.

        Raises
        ------
        AlreadyRecordedError
            When a key, or what else must be unique, is there already.
        ErasedError
            When a sealed column has a value and the customer's key is destroyed.
        """

    def one(self, table: str, **where: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any column's type
        """Return the only row with these values, None where there is none; several are a misuse."""

    def find(
        self,
        table: str,
        where: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        after: Sequence[Any] | None = None,
        limit: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> list[dict[str, Any]]:
        """Return rows, ordered and paged.

        Parameters
        ----------
        where : mapping, optional
            Values of columns; a list means any of its members, None that there is no value.
        order : sequence of str, optional
            Columns to order by, ``-`` before one for falling; the key follows, so that the order is complete. No value comes
            before every value; texts are ordered by their code points.
        after : sequence, optional
            Values that the last row of the page before has in the columns of `zhike.core.ledger.ordering`.
        limit : int, optional
            Most rows.
        columns : sequence of str, optional
            Nothing but these is read; a sealed one is a misuse. For whoever counts many rows: nothing is opened.
        """

    def change(self, table: str, where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """Change rows; return how many there were. ``where`` names a column at least; a sealed row keeps its customer."""

    def remove(self, table: str, where: Mapping[str, Any]) -> int:
        """Remove rows; return how many there were. ``where`` names a column at least."""

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Return the number of rows."""

    def destroy_key(self, customer: str, at: int) -> bool:
        """Destroy the customer's key: what is sealed under it is gone for good; return whether there was one."""

    def address(self, customer: str, content: bytes) -> str:
        """Return the keyed hash under which content of this customer is kept: the same only for the same person and content.

        Raises
        ------
        ErasedError
            When the customer's key is destroyed.
        RecordNotFoundError
            When the transaction only reads and the customer has no key yet: nothing is kept under any address.
        """


class Store(Protocol):
    """Where the ledger is kept."""

    @property
    def on_this_machine(self) -> bool:
        """Whether a question takes no way over a network, and so no longer than to compute the answer."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that sees one state and writes nothing.

        Raises
        ------
        StoreUnavailableError
            When the store does not answer in time; here, in `write`, and from every call inside either.
        """

    def write(self, patience: float | None = None) -> AbstractContextManager[Transaction]:
        """Open the one transaction that writes at a time; it ends with a durable commit, or with an exception and no change.

        Not inside another one of the same thread. Where the connection breaks during the commit itself, nobody knows whether it
        was done: whoever asks again does so by a key of its own.

        Parameters
        ----------
        patience : float, optional
            Seconds to wait for others who write; the store's own unless given.
        """

    def signing_seed(self) -> bytes:
        """Return the seed, 32 bytes, of the key that signs digests of the audit trail; in a transaction that writes the one in force."""

    def audit_keys(self) -> tuple[bytes, ...]:
        """Return the public keys, 32 bytes each, that have signed digests of the audit trail, in the order in which they were used."""

    def checkpoint(self) -> None:
        """Put what was written ahead in its place, where the back end leaves that to its callers; outside any transaction.

        Whoever writes much does so now and then; nobody waits for it, and nothing is lost without it.
        """

    def scrub(self, tables: Sequence[str] | None = None) -> None:
        """Leave nothing of removed rows and destroyed keys in the files; the store is locked meanwhile.

        Parameters
        ----------
        tables : sequence of str, optional
            What to write anew; all tables with rows of customers without it.

        Raises
        ------
        StoreUnavailableError
            When a reader still holds a state from before the removal.
        """


class Clock(Protocol):
    """What time it is."""

    def now(self) -> int:
        """Return the microseconds since 1970 in UTC."""


class Deliverer(Protocol):
    """Carries a message out of the house."""

    def deliver(self, message: Mapping[str, Any]) -> None:
        """Deliver a message within a minute at most.

        Parameters
        ----------
        message : mapping
            ``message_id``, ``topic``, ``route``, ``customer_id``, ``attempt`` (from 1), ``recorded_at`` and ``content``; instants are ISO
            texts. It may come more than once, with the same ``message_id``.

        Raises
        ------
        DeliveryError
            When it was not taken, and is to be tried again.
        DeliveryRefusedError
            When it will never be taken. What either error says must not name the customer: everybody who runs the system reads it.
        """
