"""What a decision leaves in the ledger: its row, those of its offers, its event, and what others are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.act.acting import DAY
from zhike.act.drafts import chosen
from zhike.act.outbox import Event
from zhike.act.routes import DECISION_MADE, OFFER_MADE
from zhike.act.trail import Happened
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhike.act.drafts import Decided
    from zhike.core.ports import Transaction
    from zhike.decide.served_answer import Reading

__all__ = ["events_of", "happened", "write_rows"]


def write_rows(tx: Transaction, done: Sequence[Decided]) -> None:
    """Write decisions and their offers."""
    tx.insert("decisions", [_decision_row(one) for one in done])
    offers = [row for one in done for row in _offer_rows(one)]
    if offers:
        tx.insert("offers", offers)


def _decision_row(decided: Decided) -> dict[str, Any]:
    draft = decided.draft
    reading = draft.reading
    return {
        "decision_id": draft.decision_id, "customer_id": draft.ask.customer, "decided_at": draft.at, "origin": draft.ask.origin,
        "publication": draft.number, "prices": None, "degraded": draft.degraded,
        "context": {"reason": draft.ask.reason, "moment": {} if reading is None else reading.moment.to_content()},
        "record": {"places": [], "fingerprint": ""} if reading is None else _record(decided, reading),
    }  # fmt: skip


def _record(decided: Decided, reading: Reading) -> dict[str, Any]:
    names, offers = reading.setting.columns["action_id"], iter(decided.offers)
    nothing = reading.setting.problem.nothing
    places = [
        [names[place.action], place.arm, place.probability, None if place.action == nothing else next(offers)]
        for place in reading.served.places
    ]
    return {"places": places, "fingerprint": reading.served.fingerprint}


def _offer_rows(decided: Decided) -> list[dict[str, Any]]:
    draft = decided.draft
    if draft.reading is None:
        return []
    columns, lapses = draft.reading.setting.columns, draft.at + draft.reading.setting.offer_days * DAY
    return [
        {
            "offer_id": offer, "decision_id": draft.decision_id, "customer_id": draft.ask.customer, "rank": rank,
            "action_id": columns["action_id"][place.action], "channel": columns["channel"][place.action],
            "kind": columns["kind"][place.action], "outbound": draft.ask.outbound, "probability": place.probability,
            "state": "made", "made_at": draft.at, "changed_at": draft.at, "lapses_at": lapses,
        }
        for offer, (rank, place) in zip(decided.offers, chosen(draft), strict=True)
    ]  # fmt: skip


def events_of(done: Sequence[Decided]) -> Iterator[Event]:
    """Yield what is told of decisions and of their offers."""
    for decided in done:
        draft = decided.draft
        customer, content = draft.ask.customer, {
            "decision_id": draft.decision_id, "customer_id": draft.ask.customer, "decided_at": draft.at, "origin": draft.ask.origin,
            "publication": draft.number, "degraded": draft.degraded or None, "offers": list(decided.offers),
        }  # fmt: skip
        yield Event(DECISION_MADE, customer, content)
        for offer in _offer_rows(decided):
            told = {name: value for name, value in offer.items() if name not in ("state", "changed_at")}
            yield Event(OFFER_MADE, customer, told)


def happened(decided: Decided) -> Happened:
    """Return the event of a decision; what it was is said by its fingerprint alone."""
    draft = decided.draft
    fingerprint = "" if draft.reading is None else draft.reading.served.fingerprint
    content = {
        "decision": draft.decision_id, "publication": draft.number, "fingerprint": fingerprint, "degraded": draft.degraded,
        "offers": list(decided.offers),
    }  # fmt: skip
    return Happened("decisions", AuditEvent.DECISION_MADE, draft.ask.actor, draft.ask.customer, content)
