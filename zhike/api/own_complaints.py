"""Complaints as customers make them on their own page, follow them, and say what they think of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

from zhike.act.complaint_clocks import clocks_of, events_in
from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaint_letters import ways_out
from zhike.act.complaints import NewComplaint, check_intake, do_intake, do_move, steps_of
from zhike.act.staff import THE_CUSTOMER
from zhike.act.surveys import NewInvitation, check_invite, do_invite
from zhike.api.complaint_bodies import own_body
from zhike.api.complaint_models import (
    OwnCase,
    OwnComplaint,
    OwnComplaintRequest,
    OwnComplaints,
    OwnMoveBody,
)
from zhike.api.complaint_surroundings import said_in
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.own_asking import OwnOf
from zhike.api.own_complaint_bodies import HANDLING, OFFERED, case_body, handling_of, outcome_told
from zhike.api.surveys import INVITATIONS, asked_today
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.complaint_life import Mover

if TYPE_CHECKING:
    from zhike.api.own_asking import Own
    from zhike.core.ports import Transaction

__all__ = ["complain", "own_complaint", "own_complaints", "own_move", "router", "say_how_it_was_handled"]

router = APIRouter(prefix="/me/complaints", tags=["complaints"])
_SHOWN: Final = 50
_WEB: Final = "web"
_JUSTIFIED: Final = ("upheld", "partly_upheld")
_COMPLAINT: Final = phrase("complaint")


@router.get("", response_model=OwnComplaints, operation_id="own_complaints", openapi_extra=needs(own=True))
def own_complaints(own: OwnOf) -> dict[str, Any]:
    """Return the complaints of whoever asks, at most 50, the newest first, with the day by which the bank answers."""
    desk = _desk(own)
    with own.service.acting.store.read() as tx:
        rows = tx.find("complaints", {"customer_id": own.records(tx)}, order=["-received_at"], limit=_SHOWN)
    return {"complaints": [own_body(row, desk, own.language, own.service.today()) for row in rows]}


@router.post(
    "", response_model=OwnComplaint, operation_id="complain", openapi_extra=needs(keyed=True, own=True)
)
def complain(body: OwnComplaintRequest, own: OwnOf) -> dict[str, Any]:
    """Complain: the complaint is taken in at once, and nothing is sold until it is settled."""
    service, desk = own.service, _desk(own)

    def do(tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
        now, records, most = service.acting.clock.now(), own.records(tx), int(desk.intake["open_most"])
        waiting = tx.count("complaints", {"customer_id": records, "open": True, "actor": THE_CUSTOMER})
        if waiting >= most:
            raise StateConflictError(
                what=phrase("{waiting} complaints that are open", waiting=waiting),
                expected=phrase("fewer than {most}", most=most),
            )
        new = NewComplaint(
            row["customer_id"],
            THE_CUSTOMER,
            _WEB,
            now,
            body.words,
            business=body.business,
            particulars=said_in(body.particulars),
        )
        check_intake(tx, new, records, desk, now)
        return own_body(do_intake(service.acting, tx, new, desk), desk, own.language, service.today())

    return own.written("complain", body.model_dump(mode="json"), do)


@router.get(
    "/{complaint_id}", response_model=OwnCase, operation_id="own_complaint", openapi_extra=needs(own=True)
)
def own_complaint(complaint_id: Identifier, own: OwnOf) -> dict[str, Any]:
    """Return a complaint of whoever asks: how it stands, what the bank wrote, what they can do, and where else they can go."""
    with own.service.acting.store.read() as tx:
        return _case(own, tx, _theirs(own, tx, complaint_id))


@router.post(
    "/{complaint_id}/moves",
    response_model=OwnCase,
    operation_id="move_own_complaint",
    openapi_extra=needs(keyed=True, own=True),
)
def own_move(complaint_id: Identifier, body: OwnMoveBody, own: OwnOf) -> dict[str, Any]:
    """Accept the answer, disagree with it, ask for a review, answer a question, or withdraw."""
    desk = _desk(own)

    def do(tx: Transaction, _: dict[str, Any]) -> dict[str, Any]:
        row, move = _theirs(own, tx, complaint_id), desk.life.moves[body.move]
        customer = Mover(THE_CUSTOMER, frozenset({move.verb} if move.id in desk.life.own else ()))
        given = {} if body.reason is None else {"reason": body.reason}
        return _case(own, tx, do_move(own.service.acting, tx, row, move.id, customer, given, desk))

    return own.written("move_own_complaint", {"complaint": complaint_id, **body.model_dump(mode="json")}, do)


@router.post(
    "/{complaint_id}/survey",
    response_model=OwnCase,
    operation_id="survey_own_complaint",
    openapi_extra=needs(keyed=True, own=True),
)
def say_how_it_was_handled(complaint_id: Identifier, own: OwnOf) -> dict[str, Any]:
    """Open the survey on how a complaint was handled, once the customer has the answer."""
    service = own.service
    days = int(service.rulebook.at(INVITATIONS, service.today()).value["days"])

    def do(tx: Transaction, _: dict[str, Any]) -> dict[str, Any]:
        row = _theirs(own, tx, complaint_id)
        steps, records = steps_of(tx, complaint_id), own.records(tx)
        if handling_of(tx, records, steps, service.acting.clock.now())[1] != OFFERED:
            raise StateConflictError(
                what=phrase("a complaint that was not answered yet, or whose survey is there"),
                expected=phrase("one that was answered, and not asked about before"),
            )
        questionnaire = asked_today(service, HANDLING)
        given = {"justified": float(outcome_told(steps) in _JUSTIFIED)}
        new = NewInvitation(row["customer_id"], THE_CUSTOMER, questionnaire.version, _WEB, days, given)
        check_invite(tx, new, records, service.acting.clock.now(), agreed=True)
        do_invite(service.acting, tx, new)
        return _case(own, tx, row)

    return own.written("survey_own_complaint", {"complaint": complaint_id}, do)


def _desk(own: Own) -> ComplaintDesk:
    return ComplaintDesk.of(
        own.service.rulebook, own.service.today(), own.service.sorting.now(own.service.bank)
    )


def _theirs(own: Own, tx: Transaction, complaint_id: str) -> dict[str, Any]:
    """Return the row of a complaint of whoever asks; whose else it is, is not said."""
    records = own.records(tx)
    row = tx.one("complaints", complaint_id=complaint_id)
    if row is None or row["customer_id"] not in records:
        raise RecordNotFoundError(what=_COMPLAINT)
    return row


def _case(own: Own, tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
    service, desk = own.service, _desk(own)
    day, now, steps = service.today(), service.acting.clock.now(), steps_of(tx, row["complaint_id"])
    found = clocks_of(row, events_in(steps), desk, now)
    ways = ways_out(desk, row["regime"], found, day, answered=outcome_told(steps) is not None)
    survey = handling_of(tx, own.records(tx), steps, now)
    return case_body(row, steps, desk, own.language, day, ways=ways, survey=survey)
