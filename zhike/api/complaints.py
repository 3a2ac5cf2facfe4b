"""The complaint desk over HTTP: taken in, listed by date, shown with clocks and steps, moved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query

from zhike.act.acting import microseconds, moment, records_of
from zhike.act.complaint_clocks import clocks_of, events_in
from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaint_justice import Judgement, check_judgement, do_judge, judged_by_reviewer, said_of
from zhike.act.complaint_letters import hash_of_letter
from zhike.act.complaint_words import amount_of
from zhike.act.complaints import (
    NewComplaint,
    check_intake,
    complaint_row,
    do_intake,
    do_move,
    same_matter,
    steps_of,
)
from zhike.act.identities import identities_of
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.api.asking import Asking, AskingOf
from zhike.api.complaint_bodies import complaint_body, justice_body, moves_body, steps_body, told_dues
from zhike.api.complaint_models import (
    ComplaintBody,
    ComplaintCase,
    ComplaintList,
    ComplaintRequest,
    JusticeBody,
    JusticeRequest,
    MoveBody,
)
from zhike.api.complaint_queue import queued
from zhike.api.complaint_surroundings import said_in, surroundings
from zhike.api.complaint_work import (
    Rights,
    closed_body,
    ladder_body,
    next_body,
    promises_body,
    rights_of,
    undated,
    undated_among,
)
from zhike.api.description import needs
from zhike.api.models import Identifier, Name
from zhike.api.rendering import masked_row
from zhike.api.surveys import reach_checked
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.govern.complaint_life import Mover
from zhike.govern.roles import decide_access

if TYPE_CHECKING:
    from zhike.core.ports import Transaction

__all__ = [
    "MOVING", "check_staff", "complaint", "complaints", "complaints_of", "desk_of", "judge", "move", "mover_of", "router", "said_with", "shown_complaint", "take_in",
]  # fmt: skip

router = APIRouter(tags=["complaints"])
_OPEN, _SEE, _MANAGE, _JUDGE = "case.open", "case.view", "case.manage", "case.review_quality"
MOVING: Final = (
    _MANAGE,
    _OPEN,
    "case.assign",
    "case.approve",
    "case.verify",
    "case.review_legal",
    "case.review_quality",
)
_COMPLAINT: Final = phrase("complaint")
_SHOWN: Final = 50
_PHONE: Final = "phone"
"""What is said on the telephone is proven by a recording, not by a text."""
CaseState = Literal["open", "overdue", "ended"]
State = Annotated[CaseState, Query(description="Open ones include those that are overdue.")]
Handler = Annotated[
    Identifier | None, Query(description="A member of staff, me, or none for those that nobody handles.")
]
Stage = Annotated[Name | None, Query(description="A state of complaints.life.")]


@router.post(
    "/complaints",
    response_model=ComplaintBody,
    operation_id="take_in_complaint",
    openapi_extra=needs(_OPEN, keyed=True),
)
def take_in(body: ComplaintRequest, asking: AskingOf) -> dict[str, Any]:
    """Take in a complaint; from now on nothing is sold to the customer, and the clocks of the law run."""
    acting, desk = asking.service.acting, desk_of(asking)
    now = acting.clock.now()
    content = {"verb": "take_in_complaint", "body": body.model_dump(mode="json")}
    with acting.store.write() as tx:
        _, row = asking.may_with(_OPEN, tx, body.customer_id)
        who = row["customer_id"]
        new = NewComplaint(
            who, asking.actor.actor_id, body.channel, now if body.received_at is None else microseconds(body.received_at), body.words,
            body.intake_key, tuple(body.named), said_in(body.speaker), body.business, body.issue, said_in(body.particulars),
            said_in(body.regulator),
        )  # fmt: skip

        def do() -> dict[str, Any]:
            for staff in body.named:
                check_staff(tx, staff)
            before = check_intake(tx, new, records_of(tx, who), desk, now)
            return shown_complaint(asking, tx, before or do_intake(acting, tx, new, desk), desk)

        return once(acting, tx, Keyed(asking.actor.actor_id, asking.key, content), who, do)


@router.get("/complaints", response_model=ComplaintList, operation_id="complaints", openapi_extra=needs(_SEE))
def complaints(
    asking: AskingOf, state: State = "open", handler: Handler = None, stage: Stage = None
) -> dict[str, Any]:
    """Return the complaints that whoever asks may see, at most 500: those without a date first, then the earliest safe date."""
    desk, rights = desk_of(asking), rights_of(asking)
    with asking.service.acting.store.read() as tx:
        reach_checked(asking, _SEE)
        rows = queued(asking, tx, desk, state, handler, stage)
        names = identities_of(tx, {row["customer_id"] for row in rows})
    return {"complaints": [_body(asking, row, names, desk, row["undated"], rights) for row in rows]}


@router.get(
    "/customers/{customer_id}/complaints",
    response_model=ComplaintList,
    operation_id="complaints_of",
    openapi_extra=needs(_SEE),
)
def complaints_of(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a customer's complaints, at most 50, the newest first."""
    desk = desk_of(asking)
    with asking.service.acting.store.read() as tx:
        _, row = asking.may_with(_SEE, tx, customer_id)
        where = {"customer_id": records_of(tx, row["customer_id"])}
        rows = tx.find("complaints", where, order=["-received_at"], limit=_SHOWN)
        names = identities_of(tx, [one["customer_id"] for one in rows])
        gaps = undated_among(tx, rows, desk, asking.service.acting.clock.now(), asking.language)
    return {"complaints": [_body(asking, one, names, desk, gaps.get(one["complaint_id"])) for one in rows]}


@router.get(
    "/complaints/{complaint_id}",
    response_model=ComplaintCase,
    operation_id="complaint",
    openapi_extra=needs(_SEE),
)
def complaint(complaint_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a complaint with its clocks, its steps and what whoever asks may do next."""
    service, desk, now = asking.service, desk_of(asking), asking.service.acting.clock.now()
    with service.acting.store.read() as tx:
        known = tx.one("complaints", complaint_id=complaint_id)
        permission, person = asking.may_with(
            _SEE, tx, "" if known is None else known["customer_id"], _COMPLAINT
        )
        row, steps = complaint_row(tx, complaint_id), steps_of(tx, complaint_id)
        alike = same_matter(tx, row, records_of(tx, person["customer_id"]), desk)
        names = identities_of(tx, [row["customer_id"]])
        justice = _justice(asking, tx, row, steps, permission.highest_class)
        around = surroundings(asking, tx, row, steps, permission, desk)
        called = ladder_body(asking, tx, row, steps, desk, person)
    shown = masked_row("complaints", row, permission.highest_class, service.masking())
    detail = shown["detail"] if isinstance(shown["detail"], dict) else {}
    masked = [
        masked_row("complaint_steps", one, permission.highest_class, service.masking()) for one in steps
    ]
    mover, language, found = (
        mover_of(asking, person),
        asking.language,
        clocks_of(row, events_in(steps), desk, now),
    )
    return {
        **_body(asking, row, names, desk, undated(found, language)), "words": detail.get("words"), "named": detail.get("named") or [],
        "speaker": detail.get("speaker") or None, "tier": person["tier"],
        "clocks": told_dues(row, steps, desk, now, language), "promises": promises_body(row, steps, found, desk, person["tier"], now),
        "moves": moves_body(steps, mover, desk, language), "closed_moves": closed_body(steps, mover, desk, rights_of(asking), language),
        "steps": steps_body(masked), "ladder": called, "same_matter": alike, "limit": desk.limit(asking.actor.roles), "justice": justice,
        **around,
    }  # fmt: skip


@router.post(
    "/complaints/{complaint_id}/moves",
    response_model=ComplaintBody,
    operation_id="move_complaint",
    openapi_extra=needs(_SEE, *MOVING, keyed=True),
)
def move(complaint_id: Identifier, body: MoveBody, asking: AskingOf) -> dict[str, Any]:
    """Make a move in the life of a complaint; refused with all that is missing."""
    acting, desk = asking.service.acting, desk_of(asking)
    content = {"verb": "move_complaint", "complaint": complaint_id, "body": body.model_dump(mode="json")}
    with acting.store.write() as tx:
        known = tx.one("complaints", complaint_id=complaint_id)
        _, person = asking.may_with(_SEE, tx, "" if known is None else known["customer_id"], _COMPLAINT)
        mover = mover_of(asking, person)

        def do() -> dict[str, Any]:
            if body.handler is not None:
                check_staff(tx, body.handler)
            row = complaint_row(tx, complaint_id)
            moved = do_move(acting, tx, row, body.move, mover, said_with(asking, body, row, desk), desk)
            return shown_complaint(asking, tx, moved, desk)

        return once(acting, tx, Keyed(asking.actor.actor_id, asking.key, content), person["customer_id"], do)


@router.post(
    "/complaints/{complaint_id}/justice",
    response_model=JusticeBody,
    operation_id="judge_complaint",
    openapi_extra=needs(_JUDGE, keyed=True),
)
def judge(complaint_id: Identifier, body: JusticeRequest, asking: AskingOf) -> dict[str, Any]:
    """Judge how fairly a complaint was handled, once its customer was told; whoever had a hand in it cannot."""
    acting, actor = asking.service.acting, asking.actor.actor_id
    content = {"verb": "judge_complaint", "complaint": complaint_id, "body": body.model_dump()}
    with acting.store.write() as tx:
        known = tx.one("complaints", complaint_id=complaint_id)
        permission, person = asking.may_with(
            _JUDGE, tx, "" if known is None else known["customer_id"], _COMPLAINT
        )

        def do() -> dict[str, Any]:
            row, steps = complaint_row(tx, complaint_id), steps_of(tx, complaint_id)
            check_judgement(steps, actor)
            do_judge(acting, tx, row, Judgement(**body.model_dump()), actor)
            return _justice(asking, tx, row, steps, permission.highest_class)

        return once(acting, tx, Keyed(actor, asking.key, content), person["customer_id"], do)


def _justice(
    asking: Asking,
    tx: Transaction,
    row: dict[str, Any],
    steps: list[dict[str, Any]],
    highest: Any,  # noqa: ANN401
) -> dict[str, Any]:
    judged = judged_by_reviewer(tx, row["complaint_id"])
    masked = (
        None
        if judged is None
        else masked_row("complaint_justices", judged, highest, asking.service.masking())
    )
    return justice_body(said_of(tx, row, steps, records_of(tx, row["customer_id"])), masked)


def desk_of(asking: Asking) -> ComplaintDesk:
    """Return the rules of the desk as they are in force today."""
    service, today = asking.service, asking.service.today()
    sorter = service.sorting.now(service.bank)

    def read() -> ComplaintDesk:
        return ComplaintDesk.of(service.rulebook, today, sorter)

    # Reading them takes longer than most of what is asked of the desk.
    return service.remembered_results.get(("complaint desk",), (today, id(sorter)), read)


def said_with(asking: Asking, body: MoveBody, row: dict[str, Any], desk: ComplaintDesk) -> dict[str, Any]:
    """Return what is said with a move; of a decision that is proposed also what its reviews read."""
    said = body.model_dump(mode="json", exclude_none=True, exclude={"move", "major", "legal", "regulatory"})
    notice = body.notice
    if body.letter is not None and notice is not None and notice.sha256 is None and notice.channel != _PHONE:
        said["notice"]["sha256"] = hash_of_letter(body.letter)
    if body.redress is None:
        return said
    flags = {name: getattr(body, name) for name in ("major", "legal", "regulatory")}
    known = {name: int(flag) for name, flag in flags.items() if flag is not None}
    facts = {
        **known, "amount": amount_of(said["redress"]), "limit": desk.limit(asking.actor.roles), "complexity": row["complexity"] or "",
    }  # fmt: skip
    return {**said, "facts": facts}


def mover_of(asking: Asking, person: dict[str, Any]) -> Mover:
    """Return whoever asks with the rights that they have about the customer."""
    service, actor = asking.service, asking.actor
    subject = actor.subject(person["customer_id"], person["branch"])
    held = [
        verb
        for verb in MOVING
        if decide_access(service.access, actor, verb, subject, asking.purpose, service.today()).allowed
    ]
    return Mover(actor.actor_id, frozenset(held), frozenset(actor.roles))


def check_staff(tx: Transaction, staff_id: str) -> None:
    """Refuse a member of staff who is not there, or has left.

    Raises
    ------
    UsageError
    """
    if tx.one("staff", staff_id=staff_id, state="active") is None:
        raise UsageError(
            what=phrase("member of staff '{name}'", name=staff_id), expected=phrase("somebody who is active")
        )


def shown_complaint(
    asking: Asking, tx: Transaction, row: dict[str, Any], desk: ComplaintDesk
) -> dict[str, Any]:
    """Return a complaint as a list has it."""
    found = undated_among(tx, [row], desk, asking.service.acting.clock.now(), asking.language)
    return _body(asking, row, identities_of(tx, [row["customer_id"]]), desk, found.get(row["complaint_id"]))


def _body(
    asking: Asking, row: dict[str, Any], names: dict[str, Any], desk: ComplaintDesk, undated: str | None, rights: Rights | None = None
) -> dict[str, Any]:  # fmt: skip
    identity = names.get(row["customer_id"])
    today: dt.date = moment(asking.service.acting.clock.now()).astimezone(desk.zone_of(row)).date()
    told = complaint_body(row, identity and identity.name, desk, asking.language, today)
    return {
        **told,
        "next": next_body(row, desk, rights or rights_of(asking), asking.language),
        "undated": undated,
    }
