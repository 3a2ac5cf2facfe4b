"""A customer's view, decisions, consents and preferences."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Query, Request, Response

from zhike.act.acting import records_of
from zhike.act.consents import ConsentAnswer, answer_consent, set_preference
from zhike.api.asking import AskingOf, tagged
from zhike.api.models import (
    ConsentAnswerBody,
    ConsentList,
    ConsentRequest,
    CustomerView,
    DecisionList,
    Identifier,
    PreferenceBody,
    PreferenceList,
)
from zhike.api.rendering import consent_body, cursor, instant, offer_body, position, stored_body
from zhike.govern.masking import MASKING, MaskingRules, hidden_columns, mask
from zhike.know.features import FEATURES

__all__ = ["router"]

router = APIRouter(prefix="/customers/{customer_id}", tags=["customers"])
_CLASSES: Final = {feature.name: feature.personal for feature in FEATURES}
_RECENT: Final = 50


@router.get("", response_model=CustomerView, operation_id="customer")
def customer(customer_id: Identifier, request: Request, asking: AskingOf) -> Response:
    """Return what is known of a customer, masked to what whoever asks may see."""
    service = asking.service
    with service.acting.store.read() as tx:
        permission, row = asking.may_with("customer.view", tx, customer_id)
        who = row["customer_id"]
        offers = tx.find("offers", {"customer_id": records_of(tx, who)}, order=["-made_at"], limit=_RECENT)
        known = service.desk.dossier(tx, who)
    attributes = {} if known is None else dict(known[1].inputs)
    classes = {name: _CLASSES.get(name, "C2") for name in attributes}
    rules = MaskingRules.of(service.rulebook.at(MASKING, service.today()))
    return tagged(request, {
        "customer_id": who, "branch": row["branch"], "adviser": row["adviser"],
        "as_of": None if known is None else str(known[0].setting.at),
        "attributes": mask(attributes, classes, permission.highest_class, rules),
        "hidden": sorted(hidden_columns(attributes, classes, permission.highest_class)),
        "offers": [offer_body(one) for one in offers],
    })  # fmt: skip


@router.get("/decisions", response_model=DecisionList, operation_id="decisions_of")
def decisions(
    customer_id: Identifier,
    asking: AskingOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[
        str | None, Query(max_length=500, description="The value of 'next' of the page before.")
    ] = None,
) -> dict[str, Any]:
    """Return a page of a customer's decisions, the newest first."""
    where = position(after) if after is not None else None
    with asking.service.acting.store.read() as tx:
        _, row = asking.may_with("decision.view", tx, customer_id)
        own = {"customer_id": records_of(tx, row["customer_id"])}
        rows = tx.find("decisions", own, order=["-decided_at"], after=where, limit=limit + 1)
    page, more = rows[:limit], len(rows) > limit
    last = cursor([page[-1]["decided_at"], page[-1]["decision_id"]]) if more else None
    return {"decisions": [stored_body(row) for row in page], "next": last}


@router.get("/consents", response_model=ConsentList, operation_id="consents")
def consents(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a customer's answers to purposes on channels."""
    with asking.service.acting.store.read() as tx:
        _, row = asking.may_with("consent.view", tx, customer_id)
        rows = tx.find("consents", {"customer_id": records_of(tx, row["customer_id"])}, order=["recorded_at"])
    return {"consents": [consent_body(row) for row in rows]}


@router.post("/consents", response_model=ConsentAnswerBody, operation_id="answer_consent")
def answer(customer_id: Identifier, body: ConsentRequest, asking: AskingOf) -> dict[str, Any]:
    """Record an answer; a withdrawal holds from this moment."""
    with asking.service.acting.store.read() as tx:
        asking.may_with("consent.change", tx, customer_id)
    given = ConsentAnswer(
        customer_id,
        asking.actor.actor_id,
        body.purpose,
        body.channel,
        body.status,
        body.evidence,
        body.expires_on,
    )
    return consent_body(answer_consent(asking.service.acting, given))


@router.get("/preferences", response_model=PreferenceList, operation_id="preferences")
def preferences(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return what a customer wants of channels, topics, frequency and hours."""
    with asking.service.acting.store.read() as tx:
        _, row = asking.may_with("preference.view", tx, customer_id)
        rows = tx.find(
            "preferences", {"customer_id": records_of(tx, row["customer_id"])}, order=["recorded_at"]
        )
    return {"preferences": [_preference(row) for row in rows]}


@router.put("/preferences/{kind}", response_model=PreferenceBody, operation_id="set_preference")
def prefer(
    customer_id: Identifier,
    kind: Literal["channels", "topics", "frequency", "hours"],
    body: Annotated[dict[str, Any], Body(description="What is wanted; {} lifts it.")],
    asking: AskingOf,
) -> dict[str, Any]:
    """Record what a customer wants."""
    with asking.service.acting.store.read() as tx:
        asking.may_with("preference.change", tx, customer_id)
    return _preference(set_preference(asking.service.acting, customer_id, kind, body, asking.actor.actor_id))


def _preference(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "preference_id": row["preference_id"],
        "kind": row["kind"],
        "value": row["value"] or {},
        "recorded_at": instant(row["recorded_at"]),
    }
