"""What customers see and say for themselves, by the link that they hold: what is known, what they agree to, why they got an offer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Body

from zhike.act.acting import records_of
from zhike.act.consents import (
    ConsentAnswer,
    check_consent,
    check_preference,
    do_answer_consent,
)
from zhike.act.customer_links import revoke_link
from zhike.act.identities import identities_of
from zhike.act.objections import WITHDRAWS, Objection, check_objection, do_object
from zhike.act.own_reasons import own_offers
from zhike.act.own_wishes import PURPOSES, consents_now, own_evidence, topics_of
from zhike.act.publications import portrait
from zhike.act.staff import THE_CUSTOMER
from zhike.api.description import needs
from zhike.api.models import Channels, Frequency, Hours, Lifted, PreferenceBody, Strict, Topics
from zhike.api.own_asking import Own, OwnOf
from zhike.api.own_models import (
    LinkBody,
    ObjectionBody,
    ObjectionToAll,
    ObjectionToOffer,
    OwnAnswer,
    OwnConsents,
    OwnOffers,
    OwnPreferences,
    OwnView,
)
from zhike.api.rendering import instant, preference_body
from zhike.api.wishes import wished
from zhike.decide.live import changed_inputs
from zhike.govern.masking import hidden_columns
from zhike.know.features import FEATURES

if TYPE_CHECKING:
    from zhike.core.ports import Transaction

__all__ = ["consents", "end", "me", "object_to", "offers", "preferences", "router", "say"]

router = APIRouter(prefix="/me", tags=["own page"])
_SEEN: Final = "C2"
"""Class of personal data up to which people see their own; what opens a lock is shown to nobody."""
_WRITES: Final = needs(keyed=True, own=True)
_READS: Final = needs(own=True)
_DUTIES: Final = ("mandatory", "none")


@router.get("", response_model=OwnView, operation_id="me", openapi_extra=_READS)
def me(own: OwnOf) -> dict[str, Any]:
    """Return what is known of whoever asks, with its meaning; never what opens a lock."""
    service = own.service
    with service.acting.store.read() as tx:
        row = own.row(tx)
        who = row["customer_id"]
        known, setting = _known(own, tx, row), service.desk.setting(tx)
        identity = identities_of(tx, [who]).get(who)
    return {
        "customer_id": who, "name": identity and identity.name, "phone": identity and identity.phone, "branch": row["branch"],
        "has_adviser": row["adviser"] is not None, "as_of": str(setting.at) if setting is not None and known else None,
        "link_ends_at": instant(own.link["expires_at"]), "attributes": _attributes(own, known),
    }  # fmt: skip


@router.delete("/link", response_model=LinkBody, operation_id="end_link", openapi_extra=_READS)
def end(own: OwnOf) -> dict[str, Any]:
    """Withdraw the link that is shown; it lets nobody in from this moment."""
    acting = own.service.acting
    with acting.store.write() as tx:
        row = revoke_link(acting, tx, own.records(tx), own.link["link_id"], THE_CUSTOMER)
    dated = ("recorded_at", "expires_at", "revoked_at", "used_at")
    told = {name: instant(row[name]) for name in dated}
    return {**told, "link_id": row["link_id"], "customer_id": row["customer_id"], "actor": THE_CUSTOMER}


@router.get("/consents", response_model=OwnConsents, operation_id="own_consents", openapi_extra=_READS)
def consents(own: OwnOf) -> dict[str, Any]:
    """Return what holds of every purpose that whoever asks can agree to."""
    with own.service.acting.store.read() as tx:
        return {"consents": _consents(own, tx, own.row(tx))}


@router.put("/consents", response_model=OwnConsents, operation_id="own_consent", openapi_extra=_WRITES)
def say(body: OwnAnswer, own: OwnOf) -> dict[str, Any]:
    """Record a yes or a no to a purpose; it holds from this moment."""
    acting = own.service.acting
    evidence = own_evidence(own.link["link_id"], body.purpose, own.language)

    def do(tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
        answer = ConsentAnswer(
            row["customer_id"], THE_CUSTOMER, body.purpose, body.channel, body.status, evidence
        )
        check_consent(tx, answer)
        do_answer_consent(acting, tx, answer)
        return {"consents": _consents(own, tx, own.row(tx))}

    return own.written("own_consent", body.model_dump(mode="json"), do)


@router.get(
    "/preferences", response_model=OwnPreferences, operation_id="own_preferences", openapi_extra=_READS
)
def preferences(own: OwnOf) -> dict[str, Any]:
    """Return what whoever asks wants of channels, topics, frequency and hours, and which topics there are."""
    with own.service.acting.store.read() as tx:
        row = own.row(tx)
        wanted = own.live(row).preferences
        first, last = wanted.hours or (None, None)
        return {
            "channels": list(wanted.channels), "topics": _topics(own, tx, row), "most_in_30_days": wanted.most,
            "not_before": first, "not_after": last,
        }  # fmt: skip


@router.put(
    "/preferences/channels", response_model=PreferenceBody, operation_id="own_channels", openapi_extra=_WRITES
)
def prefer_channels(body: Channels | Lifted, own: OwnOf) -> dict[str, Any]:
    """Record over which channels whoever asks does not want to be addressed; an empty object lifts it."""
    return prefer(own, "channels", body)


@router.put(
    "/preferences/topics", response_model=PreferenceBody, operation_id="own_topics", openapi_extra=_WRITES
)
def prefer_topics(body: Topics | Lifted, own: OwnOf) -> dict[str, Any]:
    """Record of which topics whoever asks wants to hear nothing; an empty object lifts it."""
    return prefer(own, "topics", body)


@router.put(
    "/preferences/frequency",
    response_model=PreferenceBody,
    operation_id="own_frequency",
    openapi_extra=_WRITES,
)
def prefer_frequency(body: Frequency | Lifted, own: OwnOf) -> dict[str, Any]:
    """Record how often the bank may be in contact; an empty object lifts it."""
    return prefer(own, "frequency", body)


@router.put(
    "/preferences/hours", response_model=PreferenceBody, operation_id="own_hours", openapi_extra=_WRITES
)
def prefer_hours(body: Hours | Lifted, own: OwnOf) -> dict[str, Any]:
    """Record between which times of day whoever asks wants to be contacted; an empty object lifts it."""
    return prefer(own, "hours", body)


def prefer(own: Own, kind: str, body: Strict) -> dict[str, Any]:
    """Record a preference of a kind, see `zhike.act.consents.set_preference`."""
    value = body.model_dump(mode="json")
    check_preference(kind, value)

    def do(tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
        who = row["customer_id"], THE_CUSTOMER
        return preference_body(wished(own.service, tx, who, kind, value))

    return own.written("own_preference", {"kind": kind, "value": value}, do)


@router.get("/offers", response_model=OwnOffers, operation_id="own_offers", openapi_extra=_READS)
def offers(own: OwnOf) -> dict[str, Any]:
    """Return the offers that whoever asks got, at most 50, the newest first, with the reasons why each was made."""
    with own.service.acting.store.read() as tx:
        found = own_offers(own.service.desk, tx, own.records(tx), own.language, own.service.chances_of)
    return {"offers": [_offer(one) for one in found]}


@router.post("/objections", response_model=ObjectionBody, operation_id="own_objection", openapi_extra=_WRITES)
def object_to(
    body: Annotated[ObjectionToAll | ObjectionToOffer, Body(discriminator="to")], own: OwnOf
) -> dict[str, Any]:
    """Object to offers, to being evaluated for them, to one offer, or to its kind; the next decision obeys."""
    acting, link = own.service.acting, own.link["link_id"]
    offer_id = body.offer_id if isinstance(body, ObjectionToOffer) else None
    evidence = {one: own_evidence(link, one, own.language, body.words) for one in WITHDRAWS.get(body.to, ())}

    def do(tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
        objection = Objection(row["customer_id"], body.to, offer_id, body.words, evidence)
        offer = check_objection(tx, objection, records_of(tx, row["customer_id"]))
        do_object(acting, tx, objection, offer)
        after = own.row(tx)
        return {
            "to": body.to, "offer_id": offer_id, "consents": _consents(own, tx, after), "topics": _topics(own, tx, after)
        }  # fmt: skip

    return own.written("own_objection", body.model_dump(mode="json"), do)


def _known(own: Own, tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of the customer now: the archive, and what decisions read, with what has changed since."""
    who = row["customer_id"]
    published, current = portrait(tx, who), own.service.desk.dossier(tx, who)
    archive = {} if published is None else published["archive"]
    if current is None:
        return dict(archive)
    changed = changed_inputs(current[1], own.live(row), own.service.acting.clock.now())
    return {**archive, **current[1].inputs, **changed}


def _attributes(own: Own, inputs: dict[str, Any]) -> list[dict[str, Any]]:
    known = [one for one in FEATURES if one.name in inputs]
    hidden = hidden_columns(inputs, {one.name: one.personal for one in known}, _SEEN)
    return [
        {"name": one.name, "meaning": one.meaning.in_language(own.language).rstrip(".。"), "value": _plain(inputs[one.name]),
         "personal": one.personal}
        for one in known if one.name not in hidden
    ]  # fmt: skip


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a feature holds
    return str(value) if isinstance(value, dt.date) else value


def _consents(own: Own, tx: Transaction, row: dict[str, Any]) -> list[dict[str, Any]]:
    found = consents_now(_known(own, tx, row), own.live(row))
    return [{**one, "wording": PURPOSES[one["purpose"]].in_language(own.language)} for one in found]


def _topics(own: Own, tx: Transaction, row: dict[str, Any]) -> list[dict[str, Any]]:
    return topics_of(own.service.desk.setting(tx), own.live(row), own.language)


def _offer(told: dict[str, Any]) -> dict[str, Any]:
    row = told["offer"]
    return {
        **{name: row[name] for name in ("offer_id", "channel", "kind", "state")}, "title": told["title"], "topic": told["template"],
        "made_at": instant(row["made_at"]), "lapses_at": instant(row["lapses_at"]),
        **{name: told[name] for name in ("how", "because", "data", "speaks")}, "can_object": row["kind"] not in _DUTIES,
    }  # fmt: skip
