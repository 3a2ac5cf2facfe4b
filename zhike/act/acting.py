"""What acting needs: where the ledger is kept, what time it is, where chance comes from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.routes import Routes
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.core.ports import Clock, Store, Transaction

__all__ = [
    "ACTIVE",
    "ANONYMISED",
    "DAY",
    "ERASED",
    "MERGED",
    "Acting",
    "customer_row",
    "microseconds",
    "moment",
    "raised",
    "records_of",
    "served_row",
]

DAY: Final = 86_400_000_000
"""Microseconds."""
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ID_BYTES: Final = 10
_MILLISECOND: Final = 1_000
ACTIVE, MERGED, ERASED, ANONYMISED = "active", "merged", "erased", "anonymised"


@dataclass(frozen=True, slots=True)
class Acting:
    """What acting needs of the world outside.

    Parameters
    ----------
    store : Store
    clock : Clock
    chance : callable
        Returns so many unpredictable bytes.
    routes : Routes
        Where events go; the webhooks of the store only, unless given.
    """

    store: Store
    clock: Clock
    chance: Callable[[int], bytes]
    routes: Routes = field(default_factory=Routes)

    def new_id(self, prefix: str) -> str:
        """Return an identifier that nobody can guess, such as ``d-019f...``.

        It begins with the time, so that rows come into their indexes at the end and not all over, and ends with 80 bits of chance.
        """
        return f"{prefix}-{self.clock.now() // _MILLISECOND:012x}{self.chance(_ID_BYTES).hex()}"


def moment(at: int) -> dt.datetime:
    """Return an instant of the ledger as a time in UTC.

    Examples
    --------
    >>> moment(86_400_000_000).isoformat()
    '1970-01-02T00:00:00+00:00'
    """
    return _EPOCH + dt.timedelta(microseconds=at)


def microseconds(at: dt.datetime) -> int:
    """Return a time as an instant of the ledger.

    Examples
    --------
    >>> microseconds(moment(86_400_000_001))
    86400000001
    """
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


def customer_row(tx: Transaction, customer: str) -> dict[str, Any]:
    """Return the ledger's row of a customer who is served; of a record that was merged, the row of the one that stays.

    Raises
    ------
    RecordNotFoundError
        When there is none, or the customer was erased or made anonymous.
    """
    row = tx.one("customers", customer_id=customer)
    while row is not None and row["state"] == MERGED:
        row = tx.one("customers", customer_id=row["merged_into"])
    return served_row(row)


def served_row(row: dict[str, Any] | None) -> dict[str, Any]:
    """Return a row of ``customers``, if it is of a customer who is served; see `customer_row`."""
    if row is None or row["state"] != ACTIVE:
        raise RecordNotFoundError(what=phrase("customer"))
    return row


def records_of(tx: Transaction, customer: str) -> list[str]:
    """Return the identifiers of all records of a customer: the one that stays first, then those merged into it.

    A row of the ledger belongs to the record under which it came about; whatever is read of a person is read of all of these.
    """
    found = [customer]
    for name in found:
        merged = tx.find("customers", {"merged_into": name}, order=["customer_id"])
        found += [row["customer_id"] for row in merged if row["state"] == MERGED]
    return found


def raised(tx: Transaction, row: dict[str, Any], live: dict[str, Any] | None) -> None:
    """Write what is live about a customer now, and raise the version of their row.

    Raises
    ------
    StateConflictError
        When the row has changed since it was read.
    """
    key = {"customer_id": row["customer_id"], "version": row["version"]}
    if not tx.change("customers", key, {"live": live, "version": row["version"] + 1}):
        raise StateConflictError(
            what=phrase("another change of the same customer"), expected=phrase("one change at a time")
        )
