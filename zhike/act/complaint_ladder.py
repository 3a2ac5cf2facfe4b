"""Who is called as a complaint comes near its date: the steps of ``service.escalation`` with whoever holds each role, or stands in for them.

Nobody whom the complaint names is called about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.absences import away_on
from zhike.act.acting import moment
from zhike.act.complaint_promises import JOURNEY
from zhike.core.errors import RuleNotFoundError
from zhike.decide.escalation import LADDER, Staff, escalation, ladder
from zhike.govern.deadlines.service_hours import ServiceHours
from zhike.govern.deadlines.service_levels import LEVELS, service_level

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.ports import Transaction
    from zhike.decide.escalation import Called
    from zhike.decide.stand_ins import Away
    from zhike.govern.deadlines.service_levels import ServiceClock

__all__ = ["HANDLER", "ladder_of"]

HANDLER: Final = "handler"
"""The role of whoever handles the complaint; every other role of the ladder is one of ``access.roles``."""
_RESOLUTION: Final = "resolution"
_RUNNING: Final = "running"
_MANAGER: Final = "branch_manager"


def ladder_of(
    tx: Transaction, row: Mapping[str, Any], promised: Sequence[ServiceClock], desk: ComplaintDesk, branch: str | None, now: int
) -> tuple[Called, ...]:  # fmt: skip
    """Return the steps by which a complaint is called about until its resolution is due; none where that runs no more or has no date.

    Parameters
    ----------
    promised : sequence of ServiceClock
        From `zhike.act.complaint_promises.promises_of`.
    branch : str or None
        Of the customer: a manager of another branch is not called.
    """
    due = next((one for one in promised if one.id == _RESOLUTION), None)
    if due is None or due.due_at is None or due.started_at is None or due.state != _RUNNING:
        return ()
    at = moment(now)
    day = at.astimezone(desk.zone_of(row)).date()
    try:
        rungs = ladder(desk.rulebook.at(LADDER, day), JOURNEY)
        served_by = service_level(desk.rulebook.at(LEVELS, day), JOURNEY, None).desk
        hours = ServiceHours.of(desk.rulebook, served_by, desk.calendars, day)
    except RuleNotFoundError:
        return ()
    staff = _staff(tx, row, {one.role for one in rungs}, branch)
    return escalation(rungs, hours, due.started_at, due.due_at, staff, at)


def _staff(tx: Transaction, row: Mapping[str, Any], roles: set[str], branch: str | None) -> Staff:
    named = set((row["detail"] or {}).get("named") or ())
    here = {one["staff_id"]: one for one in tx.find("staff", {"state": "active"}, order=["staff_id"])}
    holders = {
        role: [name for name, one in here.items() if role in one["roles"] and (role != _MANAGER or branch == one["branch"])]
        for role in roles - {HANDLER}
    }  # fmt: skip
    holders[HANDLER] = [] if row["handler"] is None else [row["handler"]]

    def away(name: str, day: dt.date) -> Away | None:
        return away_on(tx, name, day)

    return Staff(holders, away, lambda name: name in here and name not in named)
