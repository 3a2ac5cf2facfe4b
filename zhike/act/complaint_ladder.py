"""Who is called as a complaint comes near its date: the steps of ``service.escalation`` with whoever holds each role, or stands in for them.

Nobody whom the complaint names is called about it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
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
    from collections.abc import Callable, Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.ports import Transaction
    from zhike.decide.escalation import Called
    from zhike.decide.stand_ins import Away
    from zhike.govern.deadlines.service_levels import ServiceClock

__all__ = ["HANDLER", "RESOLUTION", "StaffHere", "ladder_of", "staff_here"]

HANDLER: Final = "handler"
"""The role of whoever handles the complaint; every other role of the ladder is one of ``access.roles``."""
RESOLUTION: Final = "resolution"
"""The promise until which the steps lead."""
_RUNNING: Final = "running"
_MANAGER: Final = "branch_manager"


@dataclass(frozen=True, slots=True)
class StaffHere:
    """Who is with the bank, by identifier, and whether they are away on a day."""

    people: Mapping[str, Mapping[str, Any]]
    away: Callable[[str, dt.date], Away | None]


def staff_here(tx: Transaction) -> StaffHere:
    """Return the staff as they are now: read once, however many complaints ask for them."""
    people = {one["staff_id"]: one for one in tx.find("staff", {"state": "active"}, order=["staff_id"])}
    return StaffHere(people, functools.cache(lambda name, day: away_on(tx, name, day)))


def ladder_of(
    here: StaffHere, row: Mapping[str, Any], promised: Sequence[ServiceClock], desk: ComplaintDesk, branch: str | None, now: int
) -> tuple[Called, ...]:  # fmt: skip
    """Return the steps by which a complaint is called about until its resolution is due; none where that runs no more or has no date.

    Parameters
    ----------
    here : StaffHere
    row : mapping
        Of the complaint.
    promised : sequence of ServiceClock
        From `zhike.act.complaint_promises.promises_of`.
    branch : str or None
        Of the customer: a manager of another branch is not called.
    """
    due = next((one for one in promised if one.id == RESOLUTION), None)
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
    staff = _staff(here, row, {one.role for one in rungs}, branch)
    return escalation(rungs, hours, due.started_at, due.due_at, staff, at)


def _staff(here: StaffHere, row: Mapping[str, Any], roles: set[str], branch: str | None) -> Staff:
    named = set((row["detail"] or {}).get("named") or ())
    holders = {
        role: [name for name, one in here.people.items() if role in one["roles"] and (role != _MANAGER or branch == one["branch"])]
        for role in roles - {HANDLER}
    }  # fmt: skip
    holders[HANDLER] = [] if row["handler"] is None else [row["handler"]]
    return Staff(holders, here.away, lambda name: name in here.people and name not in named)
