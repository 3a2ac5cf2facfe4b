"""What became of an offer: shown, accepted, refused, blocked on its way, lapsed. Late answers are kept, and marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.live_state import refreshed
from zhike.act.outbox import Event, queue
from zhike.act.routes import OFFER_CHANGED
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["OUTCOMES", "Response", "check_respond", "do_lapse", "do_respond", "lapse", "respond"]

_EVENTS: Final = {
    "shown": AuditEvent.OFFER_SHOWN,
    "accepted": AuditEvent.OFFER_ACCEPTED,
    "refused": AuditEvent.OFFER_REFUSED,
    "blocked": AuditEvent.OFFER_WITHDRAWN,
    "lapsed": AuditEvent.OFFER_LAPSED,
}
OUTCOMES: Final = ("shown", "accepted", "refused", "blocked")
"""What can be told of an offer; that it lapsed is found by itself."""
_FROM: Final = {
    "shown": ("made",),
    "accepted": ("made", "shown", "lapsed"),
    "refused": ("made", "shown", "lapsed"),
    "blocked": ("made",),
    "lapsed": ("made", "shown"),
}
"""States from which an outcome can follow."""
_MOST_LAPSED: Final = 500
_ENDLESS: Final = (-(1 << 63), "")
"""What comes after offers without an end, which are ordered first, and before all others."""
_LONGEST: Final = 2_000
_CLOCKS_APART: Final = 300_000_000
"""Microseconds by which the clock of a channel may go behind ours."""


@dataclass(frozen=True, slots=True)
class Response:
    """What is told of an offer.

    Parameters
    ----------
    offer_id : str
    outcome : str
        One of ``OUTCOMES``.
    actor : str
        Who tells it.
    at : int or None
        When it happened, microseconds of UTC; None for now.
    reason : str
        In the customer's or the channel's words.
    """

    offer_id: str
    outcome: str
    actor: str
    at: int | None = None
    reason: str = ""


def respond(acting: Acting, response: Response) -> dict[str, Any]:
    """Record what became of an offer; return the response as recorded."""
    with acting.store.write() as tx:
        offer = check_respond(tx, response, acting.clock.now())
        return do_respond(acting, tx, offer, response)


def check_respond(tx: Transaction, response: Response, now: int) -> dict[str, Any]:
    """Return the offer that a response is to, if the response can follow.

    Raises
    ------
    UsageError
        When the outcome is none, the reason is too long, or it lies in the future or before the offer.
    RecordNotFoundError
        When there is no such offer.
    StateConflictError
        When the outcome cannot follow what is recorded of the offer.
    """
    if response.outcome not in OUTCOMES:
        raise UsageError(
            what=phrase("outcome '{outcome}'", outcome=response.outcome), expected=", ".join(OUTCOMES)
        )
    if len(response.reason) > _LONGEST:
        raise UsageError(
            what=phrase("a reason of {count} characters", count=len(response.reason)),
            expected=phrase("at most {longest}", longest=_LONGEST),
        )
    if response.at is not None and response.at > now:
        raise UsageError(what=phrase("a response in the future"), expected=phrase("an instant up to now"))
    offer = tx.one("offers", offer_id=response.offer_id)
    if offer is None:
        raise RecordNotFoundError(what=phrase("offer"))
    # An answer dated back would end the rest after a refusal before it has begun.
    if response.at is not None and response.at < offer["made_at"] - _CLOCKS_APART:
        raise UsageError(
            what=phrase("a response before the offer was made"), expected=phrase("an instant after it")
        )
    if offer["state"] not in _FROM[response.outcome]:
        raise StateConflictError(
            what=phrase("the offer {state}", state=offer["state"]),
            expected=phrase("one that can be {outcome}", outcome=response.outcome),
        )
    return offer


def do_respond(acting: Acting, tx: Transaction, offer: dict[str, Any], response: Response) -> dict[str, Any]:
    """Write a response that was checked, and what it changes about the customer."""
    now = acting.clock.now()
    at = now if response.at is None else response.at
    late = offer["state"] == "lapsed" or (offer["lapses_at"] is not None and at >= offer["lapses_at"])
    row = {
        "response_id": acting.new_id("r"), "offer_id": offer["offer_id"], "customer_id": offer["customer_id"],
        "outcome": response.outcome, "reason": response.reason, "responded_at": at, "late": late, "recorded_at": now,
        "actor": response.actor,
    }  # fmt: skip
    tx.insert("responses", [row])
    tx.change("offers", {"offer_id": offer["offer_id"]}, {"state": response.outcome, "changed_at": at})
    refreshed(tx, offer["customer_id"], now)
    content = {
        "response": row["response_id"],
        "offer": offer["offer_id"],
        "outcome": response.outcome,
        "late": late,
    }
    happened = Happened("responses", _EVENTS[response.outcome], response.actor, offer["customer_id"], content)
    record(tx, [happened], now, acting.chance)
    queue(acting, tx, [_told(offer, response.outcome, at, late=late)], now)
    return row


def do_lapse(acting: Acting, actor: str) -> int:
    """Let offers lapse whose time is over; return how many, no more than a few hundred at a time."""
    now = acting.clock.now()
    with acting.store.write() as tx:
        # Offers without an end would come first; they never lapse, and enough of them would hold up all others.
        waiting = tx.find(
            "offers", {"state": ["made", "shown"]}, order=["lapses_at"], after=_ENDLESS, limit=_MOST_LAPSED
        )
        over = [one for one in waiting if one["lapses_at"] <= now]
        lapse(acting, tx, over, actor)
    return len(over)


def lapse(acting: Acting, tx: Transaction, over: Sequence[dict[str, Any]], actor: str) -> None:
    """Write that some offers that are made or shown have lapsed."""
    now, gone = acting.clock.now(), _forgotten(tx, {offer["customer_id"] for offer in over})
    happened = []
    for offer in over:
        tx.change("offers", {"offer_id": offer["offer_id"]}, {"state": "lapsed", "changed_at": now})
        content = {"offer": offer["offer_id"], "outcome": "lapsed"}
        whose = None if offer["customer_id"] in gone else offer["customer_id"]
        happened.append(Happened("offers", _EVENTS["lapsed"], actor, whose, content))
    if happened:
        record(tx, happened, now, acting.chance)
        told = [offer for offer in over if offer["customer_id"] not in gone]
        queue(acting, tx, [_told(offer, "lapsed", now, late=False) for offer in told], now)


def _forgotten(tx: Transaction, customers: set[str]) -> set[str]:
    """Return which customers have no key any more: nothing can be recorded about them, and nobody is to be told."""
    keys = tx.find("person_keys", {"customer_id": customers}) if customers else []
    return {row["customer_id"] for row in keys if row["wrapped"] is None}


def _told(offer: dict[str, Any], state: str, at: int, *, late: bool) -> Event:
    """Return what is told of an offer that is in another state now; the reason given stays in the house."""
    names = ("offer_id", "decision_id", "customer_id", "action_id", "channel")
    content = {name: offer[name] for name in names} | {"state": state, "late": late, "changed_at": at}
    return Event(OFFER_CHANGED, offer["customer_id"], content)
