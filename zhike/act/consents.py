"""The customer's word: consents by purpose and channel, and preferences. A withdrawal holds from the moment it is recorded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import customer_row
from zhike.act.live_state import day_of, refreshed
from zhike.act.outbox import Event, queue
from zhike.act.routes import CONSENT_CHANGED, PREFERENCE_CHANGED
from zhike.act.trail import Happened, record
from zhike.core.contracts import CHANNELS
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = [
    "ConsentAnswer", "answer_consent", "check_consent", "check_preference", "check_topics", "do_answer_consent", "do_set_preference",
    "set_preference",
]  # fmt: skip

_EVENTS: Final = {"given": AuditEvent.CONSENT_GIVEN, "withdrawn": AuditEvent.CONSENT_WITHDRAWN}
_EVERY: Final = "all"
_PURPOSE_LENGTH: Final = 64
KINDS: Final = ("channels", "topics", "frequency", "hours")
"""What a preference can be about."""
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_WANTED: Final = {
    "channels": phrase("a list of {names}", names=", ".join(CHANNELS)),
    "topics": phrase("a list of groups and templates of actions"),
    "frequency": phrase("a whole number, 0 or more"),
    "hours": phrase("two times such as 09:00, the earlier first"),
}


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """An answer to a purpose on a channel.

    Parameters
    ----------
    customer, actor : str
    purpose : str
        Such as marketing.
    channel : str
        One of the contract's channels, or all.
    status : str
        given or withdrawn.
    evidence : mapping
        How it was given: form, wording, place.
    expires_on : date or None
        First day on which it no longer holds.
    """

    customer: str
    actor: str
    purpose: str
    channel: str
    status: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    expires_on: dt.date | None = None


def answer_consent(acting: Acting, answer: ConsentAnswer) -> dict[str, Any]:
    """Record an answer; return it as recorded."""
    with acting.store.write() as tx:
        check_consent(tx, answer)
        return do_answer_consent(acting, tx, answer)


def check_consent(tx: Transaction, answer: ConsentAnswer) -> None:
    """Refuse an answer that cannot be recorded.

    Raises
    ------
    UsageError
        When channel, status or purpose is none, or a given one has no evidence.
    RecordNotFoundError
        When there is no such customer.
    """
    customer_row(tx, answer.customer)
    if answer.channel not in (*CHANNELS, _EVERY):
        raise UsageError(what=phrase("a channel that is none"), expected=", ".join((*CHANNELS, _EVERY)))
    if answer.status not in _EVENTS:
        raise UsageError(what=phrase("a status that is none"), expected=", ".join(_EVENTS))
    if not (answer.purpose.isidentifier() and len(answer.purpose) <= _PURPOSE_LENGTH):
        raise UsageError(
            what=phrase("a purpose that is no name"), expected=phrase("letters, digits and underscores")
        )
    if answer.status == "given" and not answer.evidence:
        raise UsageError(
            what=phrase("a consent without evidence"),
            expected=phrase("how it was given: form, wording, place"),
        )


def do_answer_consent(acting: Acting, tx: Transaction, answer: ConsentAnswer) -> dict[str, Any]:
    """Write an answer that was checked."""
    now = _after_the_last(tx, "consents", answer.customer, acting.clock.now())
    row = {
        "consent_id": acting.new_id("k"), "customer_id": answer.customer, "purpose": answer.purpose, "channel": answer.channel,
        "status": answer.status, "evidence": dict(answer.evidence), "valid_from": day_of(now),
        "expires_on": None if answer.expires_on is None else str(answer.expires_on), "recorded_at": now, "actor": answer.actor,
    }  # fmt: skip
    tx.insert("consents", [row])
    content = {
        name: row[name] for name in ("consent_id", "purpose", "channel", "status", "evidence", "expires_on")
    }
    happened = Happened("consents", _EVENTS[answer.status], answer.actor, answer.customer, content)
    _done(acting, tx, happened, now)
    queue(acting, tx, [_told(CONSENT_CHANGED, row, ("evidence", "actor"))], now)
    return row


def set_preference(
    acting: Acting, customer: str, kind: str, value: Mapping[str, Any], actor: str
) -> dict[str, Any]:
    """Record what a customer wants; return it as recorded.

    Parameters
    ----------
    customer : str
    kind : str
        channels (``{"unwanted": [...]}``), topics (the same, groups or templates of actions), frequency
        (``{"most_in_30_days": n}``) or hours (``{"not_before": "09:00", "not_after": "18:00"}``); ``{}`` lifts it.

    Raises
    ------
    UsageError
        When kind or value is none of these.
    RecordNotFoundError
        When there is no such customer.
    """
    check_preference(kind, value)
    with acting.store.write() as tx:
        return do_set_preference(acting, tx, (customer, actor), kind, value)


def do_set_preference(
    acting: Acting, tx: Transaction, who: tuple[str, str], kind: str, value: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a preference that was checked, of a customer and by an actor."""
    customer, actor = who
    customer_row(tx, customer)
    now = _after_the_last(tx, "preferences", customer, acting.clock.now())
    row = {"preference_id": acting.new_id("p"), "customer_id": customer, "kind": kind, "value": dict(value),
           "recorded_at": now, "actor": actor}  # fmt: skip
    tx.insert("preferences", [row])
    event = AuditEvent.PREFERENCE_SET if value else AuditEvent.PREFERENCE_REMOVED
    content = {"preference": row["preference_id"], "kind": kind, "value": dict(value)}
    _done(acting, tx, Happened("consents", event, actor, customer, content), now)
    queue(acting, tx, [_told(PREFERENCE_CHANGED, row, ("actor",))], now)
    return row


def _after_the_last(tx: Transaction, table: str, customer: str, now: int) -> int:
    """Return now, or the moment after the customer's last word where the clock was put back: the last one must speak."""
    last = tx.find(table, {"customer_id": customer}, order=["-recorded_at"], limit=1)
    return max(now, last[0]["recorded_at"] + 1) if last else now


def _told(topic: str, row: Mapping[str, Any], kept: tuple[str, ...]) -> Event:
    """Return a row as an event, without what is kept in the house."""
    return Event(topic, row["customer_id"], {name: value for name, value in row.items() if name not in kept})


def check_preference(kind: str, value: Mapping[str, Any]) -> None:
    """Refuse a preference that cannot be recorded, see `set_preference`."""
    known = {"channels": ("unwanted",), "topics": ("unwanted",), "frequency": ("most_in_30_days",),
             "hours": ("not_after", "not_before")}  # fmt: skip
    if kind not in known:
        raise UsageError(what=phrase("a preference of no kind"), expected=", ".join(KINDS))
    if value and tuple(sorted(value)) != known[kind]:
        raise UsageError(
            what=phrase("other keys of preference '{kind}'", kind=kind),
            expected=phrase("{names}, or none at all", names=", ".join(known[kind])),
        )
    good = (
        not value
        or {
            "channels": lambda: _names(value["unwanted"], CHANNELS),
            "topics": lambda: _names(value["unwanted"], None),
            "frequency": lambda: type(value["most_in_30_days"]) is int and value["most_in_30_days"] >= 0,
            "hours": lambda: _hours(value["not_before"], value["not_after"]),
        }[kind]()
    )
    if not good:
        raise UsageError(
            what=phrase("another value of preference '{kind}'", kind=kind), expected=_WANTED[kind]
        )


def check_topics(value: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a topic that no action of the bank has: a slip of the pen would be no wish at all.

    Raises
    ------
    UsageError
        When a topic is none of those that are known.
    """
    topics = sorted(known)
    odd = [one for one in value.get("unwanted", ()) if one not in topics]
    if odd:
        # Never the word itself: it may be anything, and what is refused is told on.
        raise UsageError(
            what=phrase("a topic that is none"), expected=phrase("some of {names}", names=", ".join(topics))
        )


def _names(found: object, known: tuple[str, ...] | None) -> bool:
    return (
        isinstance(found, list)
        and all(isinstance(one, str) and (known is None or one in known) for one in found)
        and len(set(found)) == len(found)
    )


def _hours(first: object, last: object) -> bool:
    """Return whether two times of day lie one after the other; they are compared as texts, hence written in one way."""
    written = all(isinstance(one, str) and _TIME.fullmatch(one) for one in (first, last))
    return written and str(first) < str(last)


def _done(acting: Acting, tx: Transaction, happened: Happened, now: int) -> None:
    """Write anew what is live about the customer, and the event."""
    assert happened.customer is not None  # noqa: S101 - the customer's own word
    refreshed(tx, happened.customer, now)
    record(tx, [happened], now, acting.chance)
