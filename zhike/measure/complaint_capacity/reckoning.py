"""From what the ledger knows of a desk to what its forecast needs: days as the calendar has them, legal dates of cases to come, hours that are served."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.act.acting import moment
from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaint_load import on_desk
from zhike.govern.deadlines.calendars import NotCoveredError
from zhike.govern.deadlines.case_events import COMPLEXITIES
from zhike.govern.deadlines.counting import Counting
from zhike.govern.deadlines.service_hours import ServiceHours
from zhike.measure.complaint_capacity.arrivals import day_class
from zhike.measure.complaint_capacity.assumptions import Assumptions
from zhike.measure.complaint_capacity.forecast import DeskLoad, OpenCase, capacity_forecast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.act.complaint_load import OnDesk
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Rulebook
    from zhike.govern.deadlines import Regime
    from zhike.govern.deadlines.calendars import Calendar
    from zhike.measure.complaint_capacity.forecast import CapacityForecast

__all__ = ["DESK", "desk_forecast", "desk_load", "told_forecast"]

DESK: Final = "complaints"
"""Desk of ``service.hours``."""
_WEEKEND: Final = (6, 7)
_SHOWN: Final = 50
_DAY: Final = dt.timedelta(days=1)
_HOUR: Final = dt.timedelta(hours=1)


def desk_forecast(
    tx: Transaction, rulebook: Rulebook, now: int, rng: np.random.Generator, handlers: int | None = None
) -> dict[str, Any]:
    """Return the forecast of a bank's desk as `told_forecast` tells it.

    Parameters
    ----------
    now : int
        Microseconds of UTC.
    rng : Generator
        Draws what may come in; in one state the same forecast is of one state of the ledger.
    handlers : int, optional
        Members of staff to be reckoned with, in place of those in the ledger.

    Raises
    ------
    RuleNotFoundError
        When a rule of the desk is not in force.
    """
    day = moment(now).date()
    desk, assumed = ComplaintDesk.of(rulebook, day), Assumptions.of(rulebook, day)
    zone = desk.regime(None, moment(now)).zone
    seen = on_desk(tx, zone, now, assumed.role, assumed.history_days, assumed.horizon_days)
    load = desk_load(seen, desk, assumed, day, handlers)
    return told_forecast(seen, load, assumed, rng)


def desk_load(
    seen: OnDesk, desk: ComplaintDesk, assumed: Assumptions, rules_on: dt.date, handlers: int | None = None
) -> DeskLoad:  # fmt: skip
    """Return the load of a desk.

    Parameters
    ----------
    seen : OnDesk
    desk : ComplaintDesk
    assumed : Assumptions
    rules_on : date
        On which the rules of the house are read; today, but where a past day is played by the rules of a later one.
    handlers : int, optional
        Members of staff to be reckoned with, in place of those in the ledger.

    Notes
    -----
    Days that no calendar covers yet are taken as their weekday says, and their dates as if nothing moved them: a forecast may guess where a deadline may not.
    """
    regime = desk.regime(None, dt.datetime.combine(seen.today, dt.time(12), tzinfo=dt.UTC))
    calendar = desk.calendars.known(regime.calendar, seen.today)
    ahead = [seen.today + _DAY * step for step in range(assumed.horizon_days)]
    past = _past(seen, assumed.history_days)
    cases = [
        OpenCase(row["complaint_id"], row["state"], row["complexity"], (dt.date.fromisoformat(row["legal_due"]) - seen.today).days)
        for row in seen.cases
    ]  # fmt: skip
    return DeskLoad(
        cases, np.array([seen.received.get(day, 0) for day in past], dtype=np.int64), _classes(calendar, past), _classes(calendar, ahead),
        _law(regime, calendar, ahead), _hours(desk, seen.today, rules_on, ahead), _staff(seen, ahead, assumed, handlers), seen.assessed,
        seen.handlers if handlers is None else handlers,
    )  # fmt: skip


def told_forecast(
    seen: OnDesk, load: DeskLoad, assumed: Assumptions, rng: np.random.Generator
) -> dict[str, Any]:
    """Return the forecast as JSON has it: dates as ISO texts, hours and chances as numbers, null for what is not needed or does not help."""
    found = capacity_forecast(load, assumed, rng)

    def day(number: int | None) -> str | None:
        return None if number is None else str(seen.today + _DAY * number)

    return {
        "today": str(seen.today), "horizon_days": assumed.horizon_days, "confidence": assumed.confidence, "assumptions": assumed.version,
        "history_days": found.history_days, "open": len(seen.cases), "late": found.late, "undated": seen.undated,
        "sufficient": found.sufficient, "chance_of_miss": round(found.chance, 4), "missed_from": day(found.missed_from),
        "warning_days": found.missed_from if not found.sufficient else None,
        "act_by": None if found.act_by is None or found.sufficient else day(min(found.act_by, assumed.horizon_days - 1)),
        "planned": {"hours_a_day": round(found.planned_hours, 2), "handlers": found.planned_staff},
        "needed": _needed(found),
        "days": [_day(day(one.day), one) for one in found.days],
        "cases": [_case(day(one.due), day(one.latest_start), one) for one in found.cases[:_SHOWN]], "cases_at_risk": len(found.cases),
    }  # fmt: skip


def _needed(found: CapacityForecast) -> dict[str, Any]:
    helps = found.needed_staff is not None
    return {"hours_a_day": round(found.needed_hours, 2) if helps else None, "handlers": found.needed_staff}


def _day(day: str | None, one: Any) -> dict[str, Any]:  # noqa: ANN401 - a `DayAhead`
    return {
        "day": day, "arrivals": round(one.arrivals, 2), "low": one.low, "high": one.high, "hours": round(one.hours, 2), "chance": round(one.chance, 4)
    }  # fmt: skip


def _case(due: str | None, latest: str | None, one: Any) -> dict[str, Any]:  # noqa: ANN401 - a `CaseRisk`
    return {"complaint_id": one.id, "legal_due": due, "hours_left": round(one.hours, 2), "chance": round(one.chance, 4), "latest_start": latest}  # fmt: skip


def _past(seen: OnDesk, history: int) -> list[dt.date]:
    """Return the days from the first complaint, or the first that counts, to yesterday."""
    if not seen.received:
        return []
    first = max(min(seen.received), seen.today - _DAY * history)
    return [first + _DAY * step for step in range((seen.today - first).days)]


def _classes(calendar: Calendar, days: list[dt.date]) -> NDArray[np.int64]:
    return np.array([day_class(day.isoweekday(), working=_working(calendar, day)) for day in days], dtype=np.int64)  # fmt: skip


def _working(calendar: Calendar, day: dt.date) -> bool:
    try:
        return calendar.is_working(day)
    except NotCoveredError:
        return day.isoweekday() not in _WEEKEND


def _law(regime: Regime, calendar: Calendar, ahead: list[dt.date]) -> dict[str, NDArray[np.int64]]:
    """Return by complexity on which day the legal date of a case falls that comes in on each day: the first of the bank's clocks that begin with it."""
    rules = [one for one in regime.clocks if one.actor == "bank" and one.starts == "received"]
    counted = [Counting(one, regime.zone, calendar) for one in rules]
    found = {}
    for level in COMPLEXITIES:
        dues = [[one.due(level, day, []) for one in counted] for day in ahead]
        dates = [[due.legal or due.counted for due in of_day if due.counted is not None] for of_day in dues]
        last = ahead[0] + _DAY * len(ahead)
        found[level] = np.array([(min((one for one in some if one is not None), default=last) - ahead[0]).days for some in dates], dtype=np.int64)  # fmt: skip
    return found


def _hours(
    desk: ComplaintDesk, today: dt.date, rules_on: dt.date, ahead: list[dt.date]
) -> NDArray[np.float64]:
    hours = ServiceHours.of(desk.rulebook, DESK, desk.calendars, rules_on)
    hours = dataclasses.replace(hours, calendar=desk.calendars.known(hours.calendar.path, today))
    return np.array([_served(hours, day) for day in ahead])


def _served(hours: ServiceHours, day: dt.date) -> float:
    try:
        spans = hours.spans(day)
    except NotCoveredError:
        return sum(last - first for first, last in hours.weekdays.get(day.isoweekday(), ())) / 60.0
    return sum((last - first) / _HOUR for first, last in spans)


def _staff(
    seen: OnDesk, ahead: list[dt.date], assumed: Assumptions, handlers: int | None
) -> NDArray[np.float64]:  # fmt: skip
    """Return who is there on each day: nobody noted as away, and no more than usually are."""
    there = seen.handlers if handlers is None else handlers
    return np.array([max(min(there - seen.away.get(day, 0), there * assumed.present), 0.0) for day in ahead])
