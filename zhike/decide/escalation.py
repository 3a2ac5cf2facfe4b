"""Who is called when a case comes near its date: a ladder, deputies for whoever is away, and nobody woken at night.

A rule ``service.escalation`` names, by journey, the steps from the lowest to the highest::

    complaint:
      - {share: 0.5, role: handler}                       # half of the time of service has passed
      - {share: 0.8, role: team_leader}
      - {working_days_before: 1, role: head_of_complaints}
      - {share: 1.0, role: senior_management}

A step falls due at an instant; its reminder goes out then, or, outside service hours, when they next begin, but not after the case's own
date. Where everybody of a role is away without a deputy, the next role up is called: a step is never dropped.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import keyed, phrase
from zhike.decide.stand_ins import stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.core.rulebook import Version
    from zhike.decide.stand_ins import Away
    from zhike.govern.deadlines.service_hours import ServiceHours

__all__ = ["LADDER", "Called", "Rung", "Staff", "escalation", "ladder"]

LADDER: Final = "service.escalation"
_DAY: Final = dt.timedelta(days=1)
_EXPECTED: Final = phrase(
    "steps, each with a role and either a share above 0 and up to 1, or working_days_before, 1 or more"
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: after a share of the time, or some working days before its end."""

    role: str
    share: float | None
    working_days_before: int | None


@dataclass(frozen=True, slots=True)
class Staff:
    """Who holds which role, and who is away.

    Parameters
    ----------
    holders : mapping of str to sequence of str
        By role, whoever is to be called first, first.
    away : callable
        Returns whether, and with which deputy, somebody is away on a day.
    here : callable
        Returns whether somebody is still with the bank.
    """

    holders: Mapping[str, Sequence[str]]
    away: Callable[[str, dt.date], Away | None]
    here: Callable[[str], bool]

    def called(self, role: str, day: dt.date) -> tuple[str, str] | None:
        """Return who answers for a role on a day, and for whom; None where nobody does."""
        for name in self.holders.get(role, ()):
            if not self.here(name):
                continue
            if self.away(name, day) is None:
                return name, name
            deputy = stand_in(name, lambda one: self.away(one, day), self.here)
            if deputy is not None:
                return deputy, name
        return None


@dataclass(frozen=True, slots=True)
class Called:
    """What one step of the ladder comes to in a case.

    Parameters
    ----------
    due_at, remind_at : datetime
        When the step falls due, and when whoever is called is told.
    role : str
        Of the step; ``answered_by`` is the role that is called in its place where nobody of it is there.
    to, instead_of : str or None
        Who is called, and for whom they stand in; None for ``to`` where nobody up the ladder is there.
    reached : bool
        Whether the step has fallen due.
    """

    due_at: dt.datetime
    remind_at: dt.datetime
    role: str
    answered_by: str
    to: str | None
    instead_of: str | None
    reached: bool


def ladder(version: Version, journey: str) -> tuple[Rung, ...]:
    """Return the steps of a journey, from the lowest up.

    Raises
    ------
    RuleError
        When the rule breaks the schema or does not know the journey.
    """
    raw = version.value.get(journey) if isinstance(version.value, dict) else None
    if not isinstance(raw, list) or not raw:
        raise RuleError(what=keyed(journey, raw), path=version.path, expected=_EXPECTED)
    return tuple(_rung(version, one) for one in raw)


def escalation(
    rungs: Sequence[Rung],
    hours: ServiceHours,
    start: dt.datetime,
    due: dt.datetime,
    staff: Staff,
    at: dt.datetime,
) -> tuple[Called, ...]:
    """Return the steps of a case that began at an instant and is due at another, in the order in which they fall due.

    Parameters
    ----------
    rungs : sequence of Rung
    hours : ServiceHours
    start, due : datetime
    staff : Staff
    at : datetime
    """
    found = [_called(place, rungs, hours, (start, due), staff, at) for place in range(len(rungs))]
    return tuple(sorted(found, key=lambda one: one.due_at))


def _called(
    place: int, rungs: Sequence[Rung], hours: ServiceHours, span: tuple[dt.datetime, dt.datetime], staff: Staff, at: dt.datetime
) -> Called:  # fmt: skip
    rung, due = rungs[place], span[1]
    falls = _falls(rung, hours, *span)
    remind = _reminder(hours, falls, due)
    day = hours.day(remind)
    for higher in rungs[place:]:
        answers = staff.called(higher.role, day)
        if answers is not None:
            to, instead = answers
            return Called(
                falls, remind, rung.role, higher.role, to, None if to == instead else instead, falls <= at
            )
    return Called(falls, remind, rung.role, rung.role, None, None, falls <= at)


def _falls(rung: Rung, hours: ServiceHours, start: dt.datetime, due: dt.datetime) -> dt.datetime:
    """Return when a step falls due, never before the case began nor after it is due."""
    if rung.share is not None:
        whole = hours.between(start, due)
        falls = due if rung.share == 1 else hours.after(start, whole * rung.share)
    else:
        day = hours.day(due)
        for _ in range(rung.working_days_before or 0):
            day = hours.calendar.previous_working(day - _DAY)
        spans = hours.spans(day)
        falls = spans[0][0] if spans else due
    return min(max(falls, start), due)


def _reminder(hours: ServiceHours, falls: dt.datetime, due: dt.datetime) -> dt.datetime:
    """Return the first instant of service from one on; the beginning of the last service before it where that would be too late."""
    opens = hours.next_open(falls)
    return opens if opens <= due else hours.last_open(due)[0]


def _rung(version: Version, raw: Any) -> Rung:  # noqa: ANN401 - as the YAML holds it
    keys = set(raw) - {"role"} if isinstance(raw, dict) and isinstance(raw.get("role"), str) else set()
    share, days = (raw.get("share"), raw.get("working_days_before")) if keys else (None, None)
    real = isinstance(share, int | float) and not isinstance(share, bool) and 0 < share <= 1
    whole = type(days) is int and days >= 1
    if (keys, real, whole) not in (({"share"}, True, False), ({"working_days_before"}, False, True)):
        raise RuleError(what=f"{raw!r}", path=version.path, expected=_EXPECTED)
    return Rung(raw["role"], None if share is None else float(share), days)
