"""Cases that call whoever asks, by the ladder of escalation, over HTTP: whoever is to act finds them without looking through the queue."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field

from zhike.act.complaint_calls import ComplaintCall, complaint_calls
from zhike.act.identities import identities_of
from zhike.api.asking import AskingOf
from zhike.api.complaint_work import role_titles
from zhike.api.complaints import desk_of
from zhike.api.description import needs
from zhike.api.surveys import permitted_among, reach_checked

if TYPE_CHECKING:
    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.api.asking import Asking
    from zhike.core.ports import Transaction

__all__ = ["CallBody", "CallList", "calling", "complaint_calls_of", "router"]

router = APIRouter(tags=["complaints"])
_SEE: Final = "case.view"
_QUARTER: Final = 15 * 60 * 1_000_000
"""Microseconds for which it is remembered whom the cases call; what is told is looked at anew."""
_MOST: Final = 200


class CallBody(BaseModel):
    """That a case calls whoever asks."""

    complaint_id: str
    customer_id: Annotated[str | None, Field(description="Null where they have no right to see the case: then somebody who has must act.")]  # fmt: skip
    name: Annotated[str | None, Field(description="Of the customer.")]
    role: Annotated[str, Field(description="Of the highest step of the ladder that calls them: handler, or one of access.roles.")]  # fmt: skip
    title: Annotated[str, Field(description="The role in words.")]
    instead_of: Annotated[str | None, Field(description="For whom they stand in.")]
    since: Annotated[dt.datetime, Field(description="When they were first to be told.")]
    due_at: Annotated[dt.datetime, Field(description="When that step falls due.")]
    resolution_due_at: Annotated[dt.datetime, Field(description="By when the case is to be resolved.")]


class CallList(BaseModel):
    """The cases that call whoever asks."""

    calls: list[CallBody]


@router.get("/complaints/calls", response_model=CallList, operation_id="complaint_calls", openapi_extra=needs(_SEE))  # fmt: skip
def complaint_calls_of(asking: AskingOf) -> dict[str, Any]:
    """Return the cases of which whoever asks is to be told by the ladder of escalation, also for somebody who is away; at most 200, by when they are to be resolved."""
    reach_checked(asking, _SEE)
    with asking.service.acting.store.read() as tx:
        return {"calls": calling(asking, tx, desk_of(asking))}


def calling(asking: Asking, tx: Transaction, desk: ComplaintDesk) -> list[dict[str, Any]]:
    """Return the cases that call whoever asks, as they are now; one that has come near within the last quarter of an hour may come a little later."""
    service, me = asking.service, asking.actor.actor_id
    now = service.acting.clock.now()
    all_of_them = service.remembered_results.get(
        ("complaint calls",), (tx.generation, now // _QUARTER), lambda: complaint_calls(tx, desk, now)
    )
    mine = [one.complaint_id for one in all_of_them if one.to == me][:_MOST]
    fresh = [one for one in complaint_calls(tx, desk, now, mine) if one.to == me] if mine else []
    seen = permitted_among(asking, tx, {one.customer_id for one in fresh}, _SEE)
    names, titles = identities_of(tx, set(seen)), role_titles(asking)
    return [_body(one, one.customer_id if one.customer_id in seen else None, names, titles) for one in fresh]


def _body(
    one: ComplaintCall, customer: str | None, names: dict[str, Any], titles: dict[str, str]
) -> dict[str, Any]:
    identity = None if customer is None else names.get(customer)
    return {
        "customer_id": customer, "name": identity and identity.name, "title": titles.get(one.role, one.role),
        **{name: getattr(one, name) for name in ("complaint_id", "role", "instead_of", "since", "due_at", "resolution_due_at")},
    }  # fmt: skip
