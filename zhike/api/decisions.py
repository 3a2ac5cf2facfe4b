"""Decide, tell what became of an offer, read what was decided."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from zhike.act.acting import Acting
from zhike.act.decision_calls import Call
from zhike.act.drafts import Ask, Decided, Draft
from zhike.act.replay import same_again
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.act.responses import Response as Told
from zhike.act.responses import check_respond, do_respond
from zhike.api.asking import Asking, AskingOf, asking_of, shown_token
from zhike.api.by_hand import read_body
from zhike.api.description import needs, read_by_hand
from zhike.api.models import (
    DecisionAnswer,
    DecisionRequest,
    Identifier,
    ResponseAnswer,
    ResponseRequest,
    StoredDecision,
)
from zhike.api.rendering import decided_body, instant, stored_body
from zhike.core.grants import CLASSES
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError
from zhike.core.store_errors import StoreUnavailableError

if TYPE_CHECKING:
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Permission

__all__ = ["PATH", "decide", "router", "sees_reasons"]

router = APIRouter(tags=["decisions"])
PATH: Final = "/decisions"
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MAKE, _EXPLAIN = "decision.make", "decision.explain"
_EXPLANATION: Final = "C2"
"""Class of what an explanation tells of a customer."""


@router.post(
    PATH,
    response_model=DecisionAnswer,
    operation_id="decide",
    openapi_extra={**read_by_hand(DecisionRequest), **needs(_MAKE, _EXPLAIN, keyed=True)},
)
async def decide(request: Request) -> Response:
    """Decide for one customer now.

    The answer leaves when its evidence is durable; without a store it is to do nothing, and says so.
    """
    # Read by hand: what the framework does to read headers and body takes longer than the decision.
    service, asking = request.app.state.service, None
    try:
        asking = await asking_of(request)
    except StoreUnavailableError:
        # Whoever was let in before is given the answer that says nothing of anybody.
        if service.remembered(shown_token(request), however_long_ago=True) is None:
            raise
    body = await read_body(request, DecisionRequest)
    content = _without_store(request, body) if asking is None else await _decided(request, asking, body)
    return Response(
        json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
        media_type="application/json",
    )


async def _decided(request: Request, asking: Asking, body: DecisionRequest) -> dict[str, Any]:
    try:
        return await asking.service.grouping.decide(_call(asking, body))
    except StoreUnavailableError:
        return _without_store(request, body)


def _call(asking: Asking, body: DecisionRequest) -> Call:
    actor = asking.actor.actor_id
    content = {} if asking.key is None else {"verb": "decide", "body": body.model_dump(mode="json")}
    return Call(
        _ask(actor, body), Keyed(actor, asking.key, content), lambda tx, row: _permitted(asking, tx, body, row),
        lambda decided: decided_body(decided, asking.language, explain=body.explain),
    )  # fmt: skip


def _permitted(
    asking: Asking, tx: Transaction, body: DecisionRequest, known: dict[str, Any] | None
) -> dict[str, Any]:
    """Return the customer's row, where whoever asks may have a decision, and its reasons where they want them."""
    _, row = asking.may_with(_MAKE, tx, body.customer_id, known=known)
    if body.explain and not _may_see_reasons(asking, tx, body.customer_id):
        raise ForbiddenError(verb=_EXPLAIN)
    return row


def _may_see_reasons(asking: Asking, tx: Transaction, customer: str) -> bool:
    try:
        permission, _ = asking.may_with(_EXPLAIN, tx, customer)
    except RecordNotFoundError:  # whoever may ask for a decision knows that the customer is there
        return False
    return sees_reasons(permission)


def sees_reasons(permission: Permission) -> bool:
    """Return whether a permission reaches the class of what an explanation tells of a customer."""
    seen = permission.highest_class
    return seen is not None and CLASSES.index(seen) >= CLASSES.index(_EXPLANATION)


def _ask(actor: str, body: DecisionRequest) -> Ask:
    return Ask(
        body.customer_id, actor, tuple(body.channels), body.direction == "outbound", body.reason,
        tuple((one.action_id, one.outcome) for one in body.just_done), body.most,
    )  # fmt: skip


def _without_store(request: Request, body: DecisionRequest) -> dict[str, Any]:
    """Return the safe answer where nothing can be read or remembered: do nothing, and say so."""
    acting: Acting = request.app.state.service.acting
    draft = Draft(
        _ask("", body), acting.new_id("d"), acting.clock.now(), {"live": None}, 0, None, "store_unavailable"
    )
    return decided_body(Decided(draft, ()), "en", stored=False)


@router.get(
    "/decisions/{decision_id}",
    response_model=StoredDecision,
    operation_id="decision",
    openapi_extra=needs("decision.view"),
)
def decision(
    decision_id: Identifier,
    asking: AskingOf,
    check: Annotated[bool, Query(description="Compute it again and compare.")] = False,  # noqa: FBT002 - a query parameter
) -> dict[str, Any]:
    """Return a decision as it was recorded, masked to what whoever asks may see."""
    service = asking.service
    with service.acting.store.read() as tx:
        row = tx.one("decisions", decision_id=decision_id)
        if row is None:
            raise RecordNotFoundError(what=phrase("decision"))
        permission, _ = asking.may_with("decision.view", tx, row["customer_id"], phrase("decision"))
        identical = same_again(service.desk, tx, row) if check else None
    return stored_body(row, permission.highest_class, service.masking(), identical=identical)


@router.post(
    "/offers/{offer_id}/responses",
    response_model=ResponseAnswer,
    operation_id="respond",
    openapi_extra=needs("offer.respond", keyed=True),
)
def respond(offer_id: Identifier, body: ResponseRequest, asking: AskingOf) -> dict[str, Any]:
    """Record what became of an offer; late answers are kept and marked."""
    acting = asking.service.acting
    at = None if body.at is None else (body.at - _EPOCH) // dt.timedelta(microseconds=1)
    told = Told(offer_id, body.outcome, asking.actor.actor_id, at, body.reason)
    content = {"verb": "respond", "offer": offer_id, "body": body.model_dump(mode="json")}
    keyed = Keyed(asking.actor.actor_id, asking.key, content)
    with acting.store.write() as tx:
        offer = tx.one("offers", offer_id=offer_id)
        if offer is None:
            raise RecordNotFoundError(what=phrase("offer"))
        asking.may_with("offer.respond", tx, offer["customer_id"], phrase("offer"))

        def do() -> dict[str, Any]:
            row = do_respond(acting, tx, check_respond(tx, told, acting.clock.now()), told)
            names = ("response_id", "offer_id", "outcome", "late")
            return {**{name: row[name] for name in names}, "responded_at": instant(row["responded_at"])}

        return once(acting, tx, keyed, offer["customer_id"], do)
