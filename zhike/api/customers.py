"""A customer's view, decisions, consents and preferences."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Body, Query, Request, Response

from zhike.act.acting import records_of
from zhike.act.consents import (
    ConsentAnswer,
    check_consent,
    check_preference,
    do_answer_consent,
)
from zhike.act.drafts import Ask, chain_of
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.act.warnings_shown import warnings_shown
from zhike.api.asking import Asking, AskingOf, tagged
from zhike.api.decisions import sees_reasons
from zhike.api.description import needs
from zhike.api.models import (
    Channels,
    ConsentAnswerBody,
    ConsentGiven,
    ConsentList,
    ConsentWithdrawn,
    CustomerView,
    DecisionList,
    Frequency,
    Hours,
    Identifier,
    Lifted,
    PreferenceBody,
    PreferenceList,
    RecommendationList,
    Strict,
    Topics,
)
from zhike.api.rendering import consent_body, cursor, offer_body, position, preference_body, stored_body
from zhike.api.wishes import wished
from zhike.decide.live import Live
from zhike.decide.served_answer import contact_budget, explained, listed, titles_of
from zhike.govern.masking import hidden_columns, mask
from zhike.know.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.core.ports import Transaction

__all__ = ["consents", "customer_view", "preferences", "recommendations", "router"]

router = APIRouter(prefix="/customers/{customer_id}", tags=["customers"])
_CLASSES: Final = {feature.name: feature.personal for feature in FEATURES}
_RECENT: Final = 50
_PREFER: Final = "preference.change"


@router.get(
    "",
    response_model=CustomerView,
    operation_id="customer",
    openapi_extra=needs("customer.view", tagged=True),
)
def customer(customer_id: Identifier, request: Request, asking: AskingOf) -> Response:
    """Return what is known of a customer, masked to what whoever asks may see."""
    return tagged(request, customer_view(asking, customer_id), kept=False)


def customer_view(asking: Asking, customer_id: str) -> dict[str, Any]:
    """Return what is known of a customer, as `customer` answers."""
    service = asking.service
    with service.acting.store.read() as tx:
        permission, row = asking.may_with("customer.view", tx, customer_id)
        who = row["customer_id"]
        offers = tx.find("offers", {"customer_id": records_of(tx, who)}, order=["-made_at"], limit=_RECENT)
        known = service.desk.dossier(tx, who)
    attributes = (
        {} if known is None else warnings_shown(known[1].inputs, Live.of(row["live"]), asking.purpose)
    )
    classes = {name: _CLASSES.get(name, "C2") for name in attributes}
    return {
        "customer_id": who, "branch": row["branch"], "adviser": row["adviser"],
        "as_of": None if known is None else str(known[0].setting.at),
        "attributes": _told(mask(attributes, classes, permission.highest_class, service.masking())),
        "hidden": sorted(hidden_columns(attributes, classes, permission.highest_class)),
        "offers": [offer_body(one) for one in offers],
    }  # fmt: skip


@router.get(
    "/recommendations",
    response_model=RecommendationList,
    operation_id="recommendations",
    openapi_extra=needs("decision.explain"),
)
def recommendations(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return what would be decided for a customer now, and why; nothing is recorded and no contact is counted.

    Asked again on the same day it says the same, unless something has changed. Whoever may not see what an explanation tells of a
    customer gets the list without it.
    """
    service, language = asking.service, asking.language
    with service.acting.store.read() as tx:
        permission, row = asking.may_with("decision.explain", tx, customer_id)
        who = row["customer_id"]
        draft = service.desk.draft(tx, Ask(who, asking.actor.actor_id, preview=f"{who}|{service.today()}"))
    reading, seen = draft.reading, sees_reasons(permission)
    named = mask({"customer_id": who}, {"customer_id": "C2"}, permission.highest_class, service.masking())
    setting = None if reading is None else reading.setting
    return {
        **named, "publication": draft.number, "as_of": None if setting is None else setting.at,
        "actions": [] if reading is None else listed(reading, language, draft.live.preferences.hours),
        "attempts": chain_of(draft), "degraded": draft.degraded or None, "budget": [] if reading is None else contact_budget(reading),
        "titles": {} if setting is None else titles_of(setting, language),
        "explanation": explained(reading, language, service.chances_of(setting)) if seen and reading is not None else None,
    }  # fmt: skip


def _told(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return attributes with days as ISO texts."""
    return {name: str(value) if isinstance(value, dt.date) else value for name, value in attributes.items()}


@router.get(
    "/decisions",
    response_model=DecisionList,
    operation_id="decisions_of",
    openapi_extra=needs("decision.view"),
)
def decisions(
    customer_id: Identifier,
    asking: AskingOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[
        str | None, Query(max_length=500, description="The value of 'next' of the page before.")
    ] = None,
) -> dict[str, Any]:
    """Return a page of a customer's decisions, the newest first, masked to what whoever asks may see."""
    service, where = asking.service, position(after) if after is not None else None
    with service.acting.store.read() as tx:
        permission, row = asking.may_with("decision.view", tx, customer_id)
        own = {"customer_id": records_of(tx, row["customer_id"])}
        rows = tx.find("decisions", own, order=["-decided_at"], after=where, limit=limit + 1)
    page, more = rows[:limit], len(rows) > limit
    last = cursor([page[-1]["decided_at"], page[-1]["decision_id"]]) if more else None
    rules = service.masking()
    return {"decisions": [stored_body(row, permission.highest_class, rules) for row in page], "next": last}


@router.get(
    "/consents", response_model=ConsentList, operation_id="consents", openapi_extra=needs("consent.view")
)
def consents(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a customer's answers to purposes on channels."""
    with asking.service.acting.store.read() as tx:
        _, row = asking.may_with("consent.view", tx, customer_id)
        rows = tx.find("consents", {"customer_id": records_of(tx, row["customer_id"])}, order=["recorded_at"])
    return {"consents": [consent_body(row) for row in rows]}


@router.post(
    "/consents",
    response_model=ConsentAnswerBody,
    operation_id="answer_consent",
    openapi_extra=needs("consent.change", keyed=True),
)
def answer(
    customer_id: Identifier,
    body: Annotated[ConsentGiven | ConsentWithdrawn, Body(discriminator="status")],
    asking: AskingOf,
) -> dict[str, Any]:
    """Record an answer; a withdrawal holds from this moment."""
    acting = asking.service.acting
    ends = body.expires_on if isinstance(body, ConsentGiven) else None
    given = ConsentAnswer(
        customer_id, asking.actor.actor_id, body.purpose, body.channel, body.status, body.evidence, ends,
    )  # fmt: skip

    def do(tx: Transaction) -> dict[str, Any]:
        check_consent(tx, given)
        return consent_body(do_answer_consent(acting, tx, given))

    return _written(asking, customer_id, "consent.change", body.model_dump(mode="json"), do)


@router.get(
    "/preferences",
    response_model=PreferenceList,
    operation_id="preferences",
    openapi_extra=needs("preference.view"),
)
def preferences(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return what a customer wants of channels, topics, frequency and hours."""
    with asking.service.acting.store.read() as tx:
        _, row = asking.may_with("preference.view", tx, customer_id)
        rows = tx.find(
            "preferences", {"customer_id": records_of(tx, row["customer_id"])}, order=["recorded_at"]
        )
    return {"preferences": [preference_body(row) for row in rows]}


@router.put(
    "/preferences/channels",
    response_model=PreferenceBody,
    operation_id="set_channels",
    openapi_extra=needs(_PREFER, keyed=True),
)
def prefer_channels(customer_id: Identifier, body: Channels | Lifted, asking: AskingOf) -> dict[str, Any]:
    """Record over which channels a customer does not want to be addressed; an empty object lifts it."""
    return _preferred(asking, customer_id, "channels", body)


@router.put(
    "/preferences/topics",
    response_model=PreferenceBody,
    operation_id="set_topics",
    openapi_extra=needs(_PREFER, keyed=True),
)
def prefer_topics(customer_id: Identifier, body: Topics | Lifted, asking: AskingOf) -> dict[str, Any]:
    """Record of which topics a customer wants to hear nothing; an empty object lifts it."""
    return _preferred(asking, customer_id, "topics", body)


@router.put(
    "/preferences/frequency",
    response_model=PreferenceBody,
    operation_id="set_frequency",
    openapi_extra=needs(_PREFER, keyed=True),
)
def prefer_frequency(customer_id: Identifier, body: Frequency | Lifted, asking: AskingOf) -> dict[str, Any]:
    """Record how often the bank may be in contact; an empty object lifts it."""
    return _preferred(asking, customer_id, "frequency", body)


@router.put(
    "/preferences/hours",
    response_model=PreferenceBody,
    operation_id="set_hours",
    openapi_extra=needs(_PREFER, keyed=True),
)
def prefer_hours(customer_id: Identifier, body: Hours | Lifted, asking: AskingOf) -> dict[str, Any]:
    """Record between which times of day a customer wants to be contacted; an empty object lifts it."""
    return _preferred(asking, customer_id, "hours", body)


def _preferred(asking: Asking, customer: str, kind: str, body: Strict) -> dict[str, Any]:
    value = body.model_dump(mode="json")
    check_preference(kind, value)

    def do(tx: Transaction) -> dict[str, Any]:
        who = customer, asking.actor.actor_id
        return preference_body(wished(asking.service, tx, who, kind, value))

    return _written(asking, customer, _PREFER, {"kind": kind, "value": value}, do)


def _written(
    asking: Asking,
    customer: str,
    verb: str,
    content: dict[str, Any],
    do: Callable[[Transaction], dict[str, Any]],
) -> dict[str, Any]:
    """Do something for a customer in one transaction with the question whether it is allowed, once under the caller's key."""
    acting = asking.service.acting
    whole = {"verb": verb, "customer": customer, "body": content}
    keyed = Keyed(asking.actor.actor_id, asking.key, whole)
    with acting.store.write() as tx:
        asking.may_with(verb, tx, customer)
        return once(acting, tx, keyed, customer, lambda: do(tx))
