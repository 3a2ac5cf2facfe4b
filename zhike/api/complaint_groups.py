"""Group complaints over HTTP: gathered, planned for, answered in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

from zhike.act.complaint_groups import (
    NewGroup,
    check_group,
    do_gather,
    do_group,
    do_plan,
    group_of,
    members_of,
)
from zhike.act.complaints import complaint_row, do_move
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.api.asking import Asking, AskingOf
from zhike.api.complaint_models import GroupMoved, MoveBody
from zhike.api.complaint_surrounding_models import GatherRequest, GroupBody, GroupRequest, PlanRequest
from zhike.api.complaint_surroundings import group_body
from zhike.api.complaints import MOVING, check_staff, desk_of, mover_of, said_with, shown_complaint
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.surveys import reach_checked
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.ports import Transaction

__all__ = ["gather", "group", "move_group", "plan", "router", "together"]

router = APIRouter(prefix="/complaint-groups", tags=["complaints"])
_SEE, _MANAGE = "case.view", "case.manage"
_GROUP: Final = phrase("group of complaints")


@router.post(
    "",
    response_model=GroupBody,
    operation_id="group_complaints",
    openapi_extra=needs(_MANAGE, _SEE, keyed=True),
)
def together(body: GroupRequest, asking: AskingOf) -> dict[str, Any]:
    """Make one group of complaints about one thing; from 20 people on it is a major complaint, and a plan is needed."""
    acting, desk, actor = asking.service.acting, desk_of(asking), asking.actor.actor_id
    content = {"verb": "group_complaints", "body": body.model_dump()}
    new = NewGroup(body.subject, tuple(body.complaints), tuple(body.representatives), body.people or 0)
    with acting.store.write() as tx:
        _manages(asking, tx, body.complaints)

        def do() -> dict[str, Any]:
            check_group(tx, new, desk.house)
            return group_body(asking, tx, do_group(acting, tx, new, actor), desk)

        return once(acting, tx, Keyed(actor, asking.key, content), None, do)


@router.get(
    "/{group_id}", response_model=GroupBody, operation_id="complaint_group", openapi_extra=needs(_SEE)
)
def group(group_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a group; whoever may see none of its complaints is not told that there is one."""
    with asking.service.acting.store.read() as tx:
        reach_checked(asking, _SEE)
        row = group_of(tx, group_id)
        found = group_body(asking, tx, row, desk_of(asking))
    if not found["complaints"]:
        raise RecordNotFoundError(what=_GROUP)
    return found


@router.post(
    "/{group_id}/complaints",
    response_model=GroupBody,
    operation_id="gather_complaints",
    openapi_extra=needs(_MANAGE, _SEE, keyed=True),
)
def gather(group_id: Identifier, body: GatherRequest, asking: AskingOf) -> dict[str, Any]:
    """Add complaints to a group, or say how many people it is."""
    acting, desk = asking.service.acting, desk_of(asking)

    def do(tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
        _manages(asking, tx, body.complaints)
        return group_body(
            asking, tx, do_gather(acting, tx, row, body.complaints, body.people, asking.actor.actor_id), desk
        )

    return _written(asking, group_id, "gather_complaints", body.model_dump(), do)


@router.post(
    "/{group_id}/plan",
    response_model=GroupBody,
    operation_id="plan_for_complaints",
    openapi_extra=needs(_MANAGE, _SEE, keyed=True),
)
def plan(group_id: Identifier, body: PlanRequest, asking: AskingOf) -> dict[str, Any]:
    """Keep the plan of a group: what is done, and who leads."""
    acting, desk = asking.service.acting, desk_of(asking)

    def do(tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
        check_staff(tx, body.lead)
        made = do_plan(acting, tx, row, body.model_dump(exclude_none=True), asking.actor.actor_id)
        return group_body(asking, tx, made, desk)

    return _written(asking, group_id, "plan_for_complaints", body.model_dump(), do)


@router.post(
    "/{group_id}/moves",
    response_model=GroupMoved,
    operation_id="move_complaint_group",
    openapi_extra=needs(_SEE, *MOVING, keyed=True),
)
def move_group(group_id: Identifier, body: MoveBody, asking: AskingOf) -> dict[str, Any]:
    """Make one move in every open complaint of a group, or in none: the refusal names the complaint that stands against it."""
    desk = desk_of(asking)
    content = {"verb": "move_complaint_group", "group": group_id, "body": body.model_dump(mode="json")}
    acting, actor = asking.service.acting, asking.actor.actor_id
    with acting.store.write() as tx:
        row = group_of(tx, group_id)
        open_ones = [one for one in members_of(tx, row) if one["open"]]
        _checked(asking, tx, _SEE, open_ones)

        def do() -> dict[str, Any]:
            if body.handler is not None:
                check_staff(tx, body.handler)
            moved = [_moved(asking, tx, one["complaint_id"], body, desk) for one in open_ones]
            return {"group": group_body(asking, tx, row, desk), "moved": moved}

        return once(acting, tx, Keyed(actor, asking.key, content), None, do)


def _moved(
    asking: Asking, tx: Transaction, complaint_id: str, body: MoveBody, desk: ComplaintDesk
) -> dict[str, Any]:
    row = complaint_row(tx, complaint_id)
    person = tx.one("customers", customer_id=row["customer_id"])
    assert person is not None  # noqa: S101 - its complaint was just read
    try:
        moved = do_move(
            asking.service.acting, tx, row, body.move, mover_of(asking, person), said_with(asking, body, row, desk), desk
        )  # fmt: skip
    except StateConflictError as problem:
        raise StateConflictError(
            what=phrase("complaint '{name}': {found}", name=complaint_id, found=problem.data["what"]),
            expected=problem.data["expected"],
        ) from problem
    return shown_complaint(asking, tx, moved, desk)


def _written(asking: Asking, group_id: str, verb: str, body: dict[str, Any], do: Any) -> dict[str, Any]:  # noqa: ANN401 - called with the transaction and the row
    """Do something to a group once, by somebody who handles the complaints that it has."""
    acting, content = asking.service.acting, {"verb": verb, "group": group_id, "body": body}
    with acting.store.write() as tx:
        row = group_of(tx, group_id)
        _checked(asking, tx, _MANAGE, members_of(tx, row))
        return once(acting, tx, Keyed(asking.actor.actor_id, asking.key, content), None, lambda: do(tx, row))


def _manages(asking: Asking, tx: Transaction, complaints: Iterable[str]) -> None:
    rows = {row["complaint_id"]: row for row in tx.find("complaints", {"complaint_id": list(complaints)})}
    if len(rows) < len(set(complaints)):
        raise RecordNotFoundError(what=phrase("complaint"))
    _checked(asking, tx, _MANAGE, rows.values())


def _checked(asking: Asking, tx: Transaction, verb: str, rows: Iterable[dict[str, Any]]) -> None:
    for customer in sorted({row["customer_id"] for row in rows}):
        asking.may_with(verb, tx, customer, _GROUP)
