"""Messages to the complaint desk over HTTP: those that wait for a person, and where a person puts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query

from zhike.act.complaint_clocks import Dues, running_of
from zhike.act.complaint_messages import WAITING, Placement, do_place, message_row
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.api.asking import AskingOf
from zhike.api.complaint_surrounding_models import MessageList, MessageWaiting, PlacementRequest
from zhike.api.complaint_surroundings import message_body
from zhike.api.complaints import desk_of
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.api.asking import Asking
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Permission

__all__ = ["messages", "place", "router"]

router = APIRouter(prefix="/complaint-messages", tags=["complaints"])
_INBOX, _OPEN = "inbox.place", "case.open"
_MOST: Final = 200
State = Annotated[
    Literal["waiting", "set_aside"], Query(description="What is to be placed, or was no complaint.")
]


@router.get("", response_model=MessageList, operation_id="complaint_messages", openapi_extra=needs(_INBOX))
def messages(asking: AskingOf, state: State = "waiting") -> dict[str, Any]:
    """Return the messages that wait for a person, the oldest first, with the day by which the law has them answered if they are complaints; at most 200."""
    permission, desk = asking.may(_INBOX), desk_of(asking)
    with asking.service.acting.store.read() as tx:
        order = "received_at" if state == WAITING else "-received_at"
        rows = tx.find("complaint_messages", {"state": state}, order=[order], limit=_MOST)
        found = [_waiting(asking, tx, row, permission, desk) for row in rows]
    return {"messages": found}


@router.post(
    "/{message_id}/placement",
    response_model=MessageWaiting,
    operation_id="place_complaint_message",
    openapi_extra=needs(_INBOX, _OPEN, keyed=True),
)
def place(message_id: Identifier, body: PlacementRequest, asking: AskingOf) -> dict[str, Any]:
    """Place a message: a complaint of a customer, part of a complaint, or none. Doing it twice changes nothing."""
    acting, desk, actor = asking.service.acting, desk_of(asking), asking.actor.actor_id
    permission = asking.may(_INBOX)
    where = Placement(body.customer_id, body.complaint_id, body.set_aside, body.words)
    if sum(one is not None for one in (where.customer, where.complaint, where.aside)) != 1:
        raise UsageError(
            what=phrase("no place for a message, or several"),
            expected=phrase("one of {names}", names="customer_id, complaint_id, set_aside"),
        )
    content = {"verb": "place_complaint_message", "message": message_id, "body": body.model_dump()}
    with acting.store.write() as tx:
        customer = _customer(tx, where)
        if where.aside is None:
            asking.may_with(_OPEN, tx, customer or "")

        def do() -> dict[str, Any]:
            row = message_row(tx, message_id)
            do_place(acting, tx, row, where, desk, actor)
            return _waiting(asking, tx, message_row(tx, message_id), permission, desk)

        return once(acting, tx, Keyed(actor, asking.key, content), customer, do)


def _customer(tx: Transaction, where: Placement) -> str | None:
    if where.complaint is None:
        return where.customer
    row = tx.one("complaints", complaint_id=where.complaint)
    return None if row is None else str(row["customer_id"])


def _waiting(
    asking: Asking, tx: Transaction, row: dict[str, Any], permission: Permission, desk: ComplaintDesk
) -> dict[str, Any]:
    """Return a message with whom it may be of, and the dates that a complaint received then has."""
    shown = message_body(asking, tx, row, permission, desk)
    content = row["content"] if isinstance(row["content"], dict) and shown["words"] is not None else {}
    asked = {"received_at": row["received_at"], "business": content.get("business")}
    dues = Dues.among(running_of(asked, [], desk, asking.service.acting.clock.now()))
    candidates = [
        {"customer_id": name, "by": found} for name, found in (content.get("candidates") or {}).items()
    ]
    return {**shown, **dues.columns(), "candidates": candidates if row["state"] == WAITING else []}
