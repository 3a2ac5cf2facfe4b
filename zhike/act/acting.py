"""What acting needs: where the ledger is kept, what time it is, where chance comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.routes import Routes
from zhike.core.service_errors import RecordNotFoundError, StateConflictError

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.core.ports import Clock, Store, Transaction

__all__ = ["DAY", "Acting", "customer_row", "raised", "served_row"]

DAY: Final = 86_400_000_000
"""Microseconds."""
_ID_BYTES: Final = 12
GONE: Final = ("merged", "erased")


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
        """Return an identifier that nobody can guess, such as ``d-3f...``."""
        return f"{prefix}-{self.chance(_ID_BYTES).hex()}"


def customer_row(tx: Transaction, customer: str) -> dict[str, Any]:
    """Return the ledger's row of a customer who is served.

    Raises
    ------
    NotFoundError
        When there is none, or the customer was erased or merged into another.
    """
    return served_row(tx.one("customers", customer_id=customer))


def served_row(row: dict[str, Any] | None) -> dict[str, Any]:
    """Return a row of ``customers``, if it is of a customer who is served; see `customer_row`."""
    if row is None or row["state"] in GONE:
        raise RecordNotFoundError(what="customer")
    return row


def raised(tx: Transaction, row: dict[str, Any], live: dict[str, Any]) -> None:
    """Write what is live about a customer now, and raise the version of their row.

    Raises
    ------
    StateConflictError
        When the row has changed since it was read.
    """
    key = {"customer_id": row["customer_id"], "version": row["version"]}
    if not tx.change("customers", key, {"live": live, "version": row["version"] + 1}):
        raise StateConflictError(what="another change of the same customer", expected="one change at a time")
