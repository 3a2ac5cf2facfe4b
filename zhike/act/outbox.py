"""Queue what is to leave the house, in the transaction that does what it tells: either both are recorded or neither.

An offer by the bank, and what asks a customer for their opinion, goes to the deliverer of its channel, where there is one, and every
event to the webhooks that are told of its topic. Where nobody is told, nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.act.routes import OFFER_MADE, SURVEY_TOPICS
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["MESSAGE_DAYS", "Event", "drop_ended", "queue", "queued"]

MESSAGE_DAYS: Final = "privacy.message_days"
"""The rule that says for how many days messages are kept once they have ended."""
_ENDED: Final = ("sent", "failed", "blocked")
_DROPPED_AT_ONCE: Final = 1_000
_DAY: Final = 86_400_000_000


class Event(NamedTuple):
    """Something to be told: topic, whom it is about (None for nobody, or for somebody who was erased), what it says.

    An outbound ``offer.made`` also goes to the deliverer of its content's ``channel``; those of `SURVEY_TOPICS` go there only.
    """

    topic: str
    customer: str | None
    content: Mapping[str, Any]


def queue(acting: Acting, tx: Transaction, events: Iterable[Event], now: int) -> int:
    """Queue events for whoever is told of them; return how many messages that makes.

    Parameters
    ----------
    events : iterable of Event
        Not looked at where nobody is told anything.
    """
    channels, webhooks = acting.routes.told(tx, now)
    if not (webhooks or channels):
        return 0
    rows = [
        _row(acting, event, route, now)
        for event in events
        for route in (*_channel(event, channels), *webhooks.get(event.topic, ()))
    ]
    if rows:
        tx.insert("outbox", rows)
    return len(rows)


def _channel(event: Event, channels: frozenset[str]) -> tuple[str, ...]:
    leaves = event.topic in SURVEY_TOPICS or (event.topic == OFFER_MADE and event.content["outbound"])
    if not leaves or event.content["channel"] not in channels:
        return ()
    return (event.content["channel"],)


def _row(acting: Acting, event: Event, route: str, now: int) -> dict[str, Any]:
    return {
        "message_id": acting.new_id("m"), "customer_id": event.customer, "route": route, "topic": event.topic,
        "content": event.content, "state": "waiting", "attempts": 0, "next_at": now, "problem": None, "recorded_at": now,
    }  # fmt: skip


def queued(
    tx: Transaction, state: str | None = None, *, after: list[Any] | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Return messages, those first that are due first, without what they say and whom they are about.

    Parameters
    ----------
    state : str, optional
        waiting, sent, blocked or failed.
    after : list of (int, str), optional
        ``next_at`` and ``message_id`` of the last one of the page before.
    """
    where = None if state is None else {"state": state}
    rows = tx.find("outbox", where, order=["next_at"], after=after, limit=limit)
    names = ("message_id", "route", "topic", "state", "attempts", "next_at", "problem", "recorded_at")
    return [{name: row[name] for name in names} for row in rows]


def drop_ended(acting: Acting, days: int, actor: str) -> int:
    """Remove messages that were sent, given up or held back some days ago; return how many.

    Parameters
    ----------
    acting : Acting
    days : int
        For how many days they are kept, counted from when they ended: ``privacy.message_days``.
    actor : str
        In whose name it is recorded.

    Raises
    ------
    UsageError
        When the days are fewer than none.
    """
    if days < 0:
        raise UsageError(what=phrase("{days} days", days=days), expected=phrase("0 or more"))
    dropped = 0
    while count := _dropped(acting, acting.clock.now() - days * _DAY, actor):
        dropped += count
    return dropped


def _dropped(acting: Acting, until: int, actor: str) -> int:
    """Remove a page of messages that ended up to an instant; writers between two pages need not wait for all of them."""
    with acting.store.write() as tx:
        rows = tx.find("outbox", {"state": _ENDED}, order=["next_at"], limit=_DROPPED_AT_ONCE)
        over = [row["message_id"] for row in rows if row["next_at"] <= until]
        if over:
            tx.remove("outbox", {"message_id": over})
            happened = Happened(
                "privacy", AuditEvent.DATA_ERASED, actor, None, {"messages": len(over), "ended_up_to": until}
            )
            record(tx, [happened], acting.clock.now(), acting.chance)
    return len(over)
