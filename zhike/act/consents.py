"""The customer's word: consents by purpose and channel, and preferences. A withdrawal holds from the moment it is recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import customer_row
from zhike.act.live_state import day_of, refreshed
from zhike.act.trail import Happened, record
from zhike.core.contracts import CHANNELS
from zhike.core.errors import UsageError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["ConsentAnswer", "answer_consent", "check_consent", "do_answer_consent", "set_preference"]

_EVENTS: Final = {"given": AuditEvent.CONSENT_GIVEN, "withdrawn": AuditEvent.CONSENT_WITHDRAWN}
_EVERY: Final = "all"
_PURPOSE_LENGTH: Final = 64
KINDS: Final = ("channels", "topics", "frequency", "hours")
"""What a preference can be about."""


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
        raise UsageError(what=f"channel '{answer.channel}'", expected=", ".join((*CHANNELS, _EVERY)))
    if answer.status not in _EVENTS:
        raise UsageError(what=f"status '{answer.status}'", expected=", ".join(_EVENTS))
    if not (answer.purpose.isidentifier() and len(answer.purpose) <= _PURPOSE_LENGTH):
        raise UsageError(
            what=f"purpose '{answer.purpose}'", expected="a name of letters, digits and underscores"
        )
    if answer.status == "given" and not answer.evidence:
        raise UsageError(what="a consent without evidence", expected="how it was given: form, wording, place")


def do_answer_consent(acting: Acting, tx: Transaction, answer: ConsentAnswer) -> dict[str, Any]:
    """Write an answer that was checked."""
    now = acting.clock.now()
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
    _check_preference(kind, value)
    now = acting.clock.now()
    with acting.store.write() as tx:
        customer_row(tx, customer)
        row = {"preference_id": acting.new_id("p"), "customer_id": customer, "kind": kind, "value": dict(value),
               "recorded_at": now, "actor": actor}  # fmt: skip
        tx.insert("preferences", [row])
        event = AuditEvent.PREFERENCE_SET if value else AuditEvent.PREFERENCE_REMOVED
        content = {"preference": row["preference_id"], "kind": kind, "value": dict(value)}
        _done(acting, tx, Happened("consents", event, actor, customer, content), now)
    return row


def _check_preference(kind: str, value: Mapping[str, Any]) -> None:
    known = {"channels": ("unwanted",), "topics": ("unwanted",), "frequency": ("most_in_30_days",),
             "hours": ("not_after", "not_before")}  # fmt: skip
    if kind not in known:
        raise UsageError(what=f"preference '{kind}'", expected=", ".join(KINDS))
    if value and tuple(sorted(value)) != known[kind]:
        raise UsageError(
            what=f"keys {sorted(value)} of preference '{kind}'",
            expected=f"{list(known[kind])}, or none at all",
        )
    good = (
        not value
        or {
            "channels": lambda: _names(value["unwanted"], CHANNELS),
            "topics": lambda: _names(value["unwanted"], None),
            "frequency": lambda: type(value["most_in_30_days"]) is int and value["most_in_30_days"] >= 0,
            "hours": lambda: _time(value["not_before"]) < _time(value["not_after"]),
        }[kind]()
    )
    if not good:
        raise UsageError(
            what=f"preference '{kind}' of {dict(value)}", expected="a value as the API describes it"
        )


def _names(found: object, known: tuple[str, ...] | None) -> bool:
    return isinstance(found, list) and all(
        isinstance(one, str) and (known is None or one in known) for one in found
    )


def _time(text: object) -> dt.time:
    try:
        return dt.time.fromisoformat(str(text))
    except ValueError as problem:
        raise UsageError(what=f"time '{text}'", expected="a time such as 09:00") from problem


def _done(acting: Acting, tx: Transaction, happened: Happened, now: int) -> None:
    """Write anew what is live about the customer, and the event."""
    assert happened.customer is not None  # noqa: S101 - the customer's own word
    refreshed(tx, happened.customer, now)
    record(tx, [happened], now, acting.chance)
