"""A customer's objection: to offers, to being evaluated for them, to one offer, to all of a kind. The next decision obeys it.

Whoever is not to be evaluated gets no offers either: the bank chooses offers by evaluating, and has no other way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.consents import ConsentAnswer, do_answer_consent, do_set_preference
from zhike.act.live_state import live_of
from zhike.act.responses import Response, do_respond
from zhike.act.staff import THE_CUSTOMER
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["OBJECTIONS", "Objection", "check_objection", "do_object"]

WITHDRAWS: Final[dict[str, tuple[str, ...]]] = {
    "marketing": ("marketing",),
    "profiling": ("profiling", "marketing"),
}
"""Purposes that an objection withdraws, over all channels."""
OFFER, TOPIC = "offer", "topic"
OBJECTIONS: Final = (*WITHDRAWS, OFFER, TOPIC)
"""What a customer can object to; a topic is everything of the kind of an offer."""
_LONGEST: Final = 2_000
_ANSWERABLE: Final = ("made", "shown", "lapsed")
_MUST: Final = ("mandatory", "none")


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection.

    Parameters
    ----------
    customer : str
        The record that stays.
    to : str
        One of `OBJECTIONS`.
    offer_id : str or None
        The offer, where it is to one or to its kind.
    words : str
        The customer's.
    evidence : mapping of purpose to mapping
        How it was raised, by purpose that it withdraws.
    """

    customer: str
    to: str
    offer_id: str | None = None
    words: str = ""
    evidence: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def check_objection(tx: Transaction, objection: Objection, records: Sequence[str]) -> dict[str, Any] | None:
    """Return the offer that an objection is about, None where it is about none.

    Parameters
    ----------
    records : sequence of str
        All records of the customer.

    Raises
    ------
    UsageError
        When it is to nothing that there is, or its words are too long.
    RecordNotFoundError
        When the offer is not one of the customer's.
    StateConflictError
        When it is a notice that must be sent.
    """
    if objection.to not in OBJECTIONS:
        raise UsageError(what=phrase("an objection to nothing"), expected=", ".join(OBJECTIONS))
    if len(objection.words) > _LONGEST:
        raise UsageError(
            what=phrase("words of {count} characters", count=len(objection.words)),
            expected=phrase("at most {longest}", longest=_LONGEST),
        )
    if objection.to in WITHDRAWS:
        return None
    offer = None if objection.offer_id is None else tx.one("offers", offer_id=objection.offer_id)
    if offer is None or offer["customer_id"] not in records:
        raise RecordNotFoundError(what=phrase("offer"))
    if offer["kind"] in _MUST:
        raise StateConflictError(what=phrase("a notice that must be sent"), expected=phrase("an offer"))
    return offer


def do_object(acting: Acting, tx: Transaction, objection: Objection, offer: dict[str, Any] | None) -> None:
    """Carry out an objection that was checked, with its event."""
    for purpose in WITHDRAWS.get(objection.to, ()):
        answer = ConsentAnswer(
            objection.customer, THE_CUSTOMER, purpose, "all", "withdrawn", objection.evidence.get(purpose, {})
        )
        do_answer_consent(acting, tx, answer)
    if offer is not None and offer["state"] in _ANSWERABLE:
        do_respond(
            acting, tx, offer, Response(offer["offer_id"], "refused", THE_CUSTOMER, None, objection.words)
        )
    if offer is not None and objection.to == TOPIC:
        _close_topic(acting, tx, objection.customer, offer["action_id"].split(":")[0])
    content = {"to": objection.to, "offer": objection.offer_id}
    happened = Happened("consents", AuditEvent.OBJECTION_RAISED, THE_CUSTOMER, objection.customer, content)
    record(tx, [happened], acting.clock.now(), acting.chance)


def _close_topic(acting: Acting, tx: Transaction, customer: str, topic: str) -> None:
    unwanted = live_of(tx, customer, acting.clock.now()).preferences.topics
    value = {"unwanted": sorted({*unwanted, topic})}
    do_set_preference(acting, tx, (customer, THE_CUSTOMER), "topics", value)
