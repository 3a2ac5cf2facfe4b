"""Absences of staff: everybody their own, who leads a branch those of the branch, who runs the system all; and the days that are worked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

from zhike.act import absences as engine
from zhike.act.days import bank_day
from zhike.api.absence_models import AbsenceBody, AbsenceList, AbsenceRequest, CalendarBody
from zhike.api.asking import Asking, AskingOf
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.rendering import instant
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError
from zhike.decide.day_rules import DayRules
from zhike.decide.stand_ins import is_holiday

if TYPE_CHECKING:
    from zhike.core.ports import Transaction

__all__ = ["KINDS", "router"]

KINDS: Final = engine.KINDS

router = APIRouter(tags=["absences"])
_OWN, _BRANCH, _ALL = "absence.own", "absence.branch", "staff.manage"
_NEEDS: Final = needs(_OWN, _BRANCH, _ALL)
_AHEAD: Final = 14
"""Days of the calendar."""


@router.get("/absences", response_model=AbsenceList, operation_id="absences", openapi_extra=_NEEDS)
def absences(asking: AskingOf) -> dict[str, Any]:
    """Return the absences that are not over: one's own, those of the branch, or all, as far as one may note them."""
    with asking.service.acting.store.read() as tx:
        whose = _reach(asking, tx)
        rows = engine.absences(tx, bank_day(asking.service.desk, tx), whose)
    return {"absences": [_body(row) for row in rows]}


@router.post("/absences", response_model=AbsenceBody, operation_id="note_absence", openapi_extra=_NEEDS)
def note(body: AbsenceRequest, asking: AskingOf) -> dict[str, Any]:
    """Note an absence: on its days nothing is planned, and what must be done is in the deputy's plan.

    Who stands in acts for these customers meanwhile. Unless whoever runs the system notes it, that is somebody of the same branch.
    """
    service = asking.service
    new = engine.NewAbsence(body.staff_id, body.kind, body.first_day, body.last_day, body.deputy)
    with service.acting.store.write() as tx:
        everywhere = _check(asking, tx, body.staff_id)
        today = bank_day(service.desk, tx)
        row = engine.check_note(tx, new, today)
        if body.deputy is not None:
            engine.check_deputy(
                tx, service.access, body.deputy, today, None if everywhere else (row["branch"],)
            )
        return _body(engine.do_note(service.acting, tx, new, asking.actor.actor_id))


@router.post(
    "/absences/{absence_id}/end", response_model=AbsenceBody, operation_id="end_absence", openapi_extra=_NEEDS
)
def end(absence_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """End an absence before its time, or take it back: from now on nobody is away by it."""
    service = asking.service
    with service.acting.store.write() as tx:
        row = tx.one("absences", absence_id=absence_id)
        _check(asking, tx, "" if row is None else row["staff_id"])
        row = engine.noted(tx, absence_id)
        return _body(
            engine.do_end(service.acting, tx, row, asking.actor.actor_id, bank_day(service.desk, tx))
        )


@router.get("/calendar", response_model=CalendarBody, operation_id="calendar", openapi_extra=_NEEDS)
def calendar(asking: AskingOf) -> dict[str, Any]:
    """Return the days to come with the minutes that are planned for customers on each."""
    service = asking.service
    with service.acting.store.read() as tx:
        _reach(asking, tx)
        today = bank_day(service.desk, tx)
    days = [today + dt.timedelta(days=ahead) for ahead in range(_AHEAD)]
    return {"days": [
        {"date": str(day), "minutes": DayRules.of(service.rulebook, day).working, "holiday": is_holiday(service.rulebook, day)}
        for day in days
    ]}  # fmt: skip


def _permitted(asking: Asking, verb: str) -> bool:
    return asking.service.permission(asking.actor, verb, asking.purpose).allowed


def _reach(asking: Asking, tx: Transaction) -> list[str] | None:
    """Return of whom one may note absences, None for everybody; refuse whoever may not even their own."""
    if _permitted(asking, _ALL):
        return None
    if _permitted(asking, _BRANCH):
        team = tx.find("staff", {"branch": asking.actor.branch}) if asking.actor.branch is not None else []
        return sorted({asking.actor.actor_id, *(row["staff_id"] for row in team)})
    asking.may(_OWN)
    return [asking.actor.actor_id]


def _check(asking: Asking, tx: Transaction, staff_id: str) -> bool:
    """Refuse whoever may not note this absence; return whether they may note everybody's."""
    whose = _reach(asking, tx)
    if whose is not None and staff_id not in whose:
        if staff_id and _permitted(asking, _OWN):
            raise RecordNotFoundError(what=phrase("member of staff"))
        raise ForbiddenError(verb=_ALL)
    return whose is None


def _body(row: dict[str, Any]) -> dict[str, Any]:
    names = ("absence_id", "staff_id", "kind", "first_day", "last_day", "deputy", "state", "actor")
    return {**{name: row[name] for name in names}, "recorded_at": instant(row["recorded_at"])}
