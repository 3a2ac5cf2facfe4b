"""Decide, tell what became of an offer, read what was decided."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from zhike.act.acting import Acting
from zhike.act.decisions import Ask, Decided, Draft
from zhike.act.replay import same_again
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.act.responses import Response as Told
from zhike.act.responses import check_respond, do_respond
from zhike.api.asking import Asking, AskingOf
from zhike.api.models import (
    DecisionAnswer,
    DecisionRequest,
    Identifier,
    ResponseAnswer,
    ResponseRequest,
    StoredDecision,
)
from zhike.api.rendering import decided_body, instant, stored_body
from zhike.core.service_errors import RecordNotFoundError
from zhike.core.store_errors import StoreUnavailableError

__all__ = ["router"]

router = APIRouter(tags=["decisions"])
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@router.post("/decisions", response_model=DecisionAnswer, operation_id="decide")
async def decide(body: DecisionRequest, asking: AskingOf) -> Response:
    """Decide for one customer now. The answer leaves when its evidence is durable; without a store it is to do nothing."""
    ask = Ask(
        body.customer_id, asking.actor.actor_id, tuple(body.channels), body.direction == "outbound", body.reason,
        tuple((one.action_id, one.outcome) for one in body.just_done), body.most,
    )  # fmt: skip
    try:
        if asking.key is not None:
            content = await run_in_threadpool(_once, asking, ask, body)
        else:
            decided = await asking.service.writer.write(_draft(asking, ask))
            content = decided_body(decided, asking.language, explain=body.explain)
    except StoreUnavailableError:
        content = _without_store(asking, ask)
    return Response(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")), media_type="application/json"
    )


def _draft(asking: Asking, ask: Ask) -> Draft:
    with asking.service.acting.store.read() as tx:
        draft = asking.service.desk.draft(tx, ask)
    asking.service.permitted(
        asking.actor, "decision.make", asking.purpose, (draft.ask.customer, draft.row["branch"])
    )
    return draft


def _once(asking: Asking, ask: Ask, body: DecisionRequest) -> dict[str, Any]:
    """Decide in one transaction with the answer kept under the caller's key."""
    desk, acting = asking.service.desk, asking.service.acting
    keyed = Keyed(ask.actor, asking.key, {"verb": "decide", "body": body.model_dump(mode="json")})
    with acting.store.write() as tx:
        asking.may_with("decision.make", tx, ask.customer)

        def do() -> dict[str, Any]:
            return decided_body(
                desk.written(tx, [desk.draft(tx, ask)])[0], asking.language, explain=body.explain
            )

        return once(acting, tx, keyed, ask.customer, do)


def _without_store(asking: Asking, ask: Ask) -> dict[str, Any]:
    """Return the safe answer where nothing can be read or remembered: do nothing, and say so."""
    acting = asking.service.acting
    draft = Draft(ask, acting.new_id("d"), acting.clock.now(), {"live": None}, 0, None, "store_unavailable")
    return decided_body(Decided(draft, ()), asking.language, stored=False)


@router.get("/decisions/{decision_id}", response_model=StoredDecision, operation_id="decision")
def decision(
    decision_id: Identifier,
    asking: AskingOf,
    check: Annotated[bool, Query(description="Compute it again and compare.")] = False,  # noqa: FBT002 - a query parameter
) -> dict[str, Any]:
    """Return a decision as it was recorded."""
    with asking.service.acting.store.read() as tx:
        row = tx.one("decisions", decision_id=decision_id)
        if row is None:
            raise RecordNotFoundError(what="decision")
        asking.may_with("decision.view", tx, row["customer_id"])
        identical = same_again(asking.service.desk, tx, row) if check else None
        return stored_body(row, identical=identical)


@router.post("/offers/{offer_id}/responses", response_model=ResponseAnswer, operation_id="respond")
def respond(offer_id: Identifier, body: ResponseRequest, asking: AskingOf) -> dict[str, Any]:
    """Record what became of an offer; late answers are kept and marked."""
    acting: Acting = asking.service.acting
    at = None if body.at is None else _microseconds(body.at)
    told = Told(offer_id, body.outcome, asking.actor.actor_id, at, body.reason)
    keyed = Keyed(
        asking.actor.actor_id,
        asking.key,
        {"verb": "respond", "offer": offer_id, "body": body.model_dump(mode="json")},
    )
    with acting.store.write() as tx:
        offer = tx.one("offers", offer_id=offer_id)
        if offer is None:
            raise RecordNotFoundError(what="offer")
        asking.may_with("offer.respond", tx, offer["customer_id"])

        def do() -> dict[str, Any]:
            row = do_respond(acting, tx, check_respond(tx, told, acting.clock.now()), told)
            names = ("response_id", "offer_id", "outcome", "late")
            return {**{name: row[name] for name in names}, "responded_at": instant(row["responded_at"])}

        return once(acting, tx, keyed, offer["customer_id"], do)


def _microseconds(at: dt.datetime) -> int:
    zoned = at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
    return (zoned - _EPOCH) // dt.timedelta(microseconds=1)
