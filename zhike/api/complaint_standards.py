"""By which standards complaints are handled: what the house promises beside the law, the regimes, and how far calendars are published."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

from zhike.act.acting import moment
from zhike.act.complaint_desk import ComplaintDesk
from zhike.api.asking import AskingOf
from zhike.api.complaint_standard_models import ComplaintStandards
from zhike.api.description import needs
from zhike.govern.deadlines import clocks, regime_of, regimes
from zhike.govern.deadlines.case_events import COMPLEXITIES
from zhike.govern.deadlines.service_hours import HOURS, ServiceHours
from zhike.govern.deadlines.service_levels import LEVELS, service_clocks, service_level

if TYPE_CHECKING:
    from zhike.core.language import Language
    from zhike.core.rulebook import Version
    from zhike.govern.deadlines import Clock, Regime
    from zhike.govern.deadlines.calendars import Calendar
    from zhike.govern.deadlines.regimes import ClockRule

__all__ = ["router", "standards"]

router = APIRouter(tags=["complaints"])
_VIEW: Final = "deadline.view"
_MINUTE: Final = dt.timedelta(minutes=1)
_YEARS: Final = (-1, 0, 1)
"""Last year, this one and the next are shown of each calendar."""


@router.get(
    "/complaint-standards",
    response_model=ComplaintStandards,
    operation_id="complaint_standards",
    openapi_extra=needs(_VIEW),
)
def standards(asking: AskingOf) -> dict[str, Any]:
    """Return what the house promises by journey and tier beside the law, for a complaint that comes in now; regimes; calendars."""
    asking.may(_VIEW)
    service, language = asking.service, asking.language
    day, at = service.today(), moment(service.acting.clock.now())
    desk = ComplaintDesk.of(service.rulebook, day)
    levels = service.rulebook.at(LEVELS, day)
    return {
        "at": at, "journeys": [_journey(desk, levels, name, at, language) for name in sorted(levels.value)],
        "regimes": [_regime(one, language) for one in regimes(service.rulebook)],
        "calendars": [_calendar(desk, path, day, language) for path in sorted(desk.calendars.announced)],
    }  # fmt: skip


def _journey(
    desk: ComplaintDesk, levels: Version, name: str, at: dt.datetime, language: Language
) -> dict[str, Any]:
    raw = levels.value[name]
    regime = regime_of(desk.rulebook, raw["law"]["regime"], at)
    rule = next(one for one in regime.clocks if one.id == raw["law"]["clock"])
    law = {one: _law(desk, regime, rule.id, one, at) for one in COMPLEXITIES}
    hours = ServiceHours.of(desk.rulebook, raw["desk"], desk.calendars, at.date())
    tiers = [_tier(levels, name, tier, hours, law, at) for tier in raw["tiers"]]
    served = desk.rulebook.at(HOURS, at.date()).value[raw["desk"]]
    return {
        "journey": name, "desk": raw["desk"], "zone": hours.zone.key, "weekdays": served["weekdays"], "made_up": served["made_up"],
        "reference": levels.reference.title, "status": levels.status, "version": str(levels.first_day),
        "law": {
            "regime": regime.id, "clock": rule.id, "title": rule.title.in_language(language), "unit": rule.unit,
            "reference": rule.reference, "status": rule.status,
            "days": [
                {"complexity": one, "length": rule.lengths[rule.level(one)], "legal_due": clock.legal_due, "safe_due": clock.safe_due}
                for one, clock in law.items()
            ],
        },
        "tiers": tiers,
    }  # fmt: skip


def _law(desk: ComplaintDesk, regime: Regime, clock: str, complexity: str, at: dt.datetime) -> Clock:
    found = clocks(regime, at, complexity, [], desk.calendars, at)
    return next(one for one in found if one.id == clock)


def _tier(
    levels: Version, journey: str, tier: str, hours: ServiceHours, law: dict[str, Clock], at: dt.datetime
) -> dict[str, Any]:
    level = service_level(levels, journey, tier)
    promised = {one: service_clocks(level, hours, at, one, [], at, law=law[one])[2] for one in COMPLEXITIES}
    return {
        "tier": tier, "first_response": level.first_response // _MINUTE, "update": level.update // _MINUTE, "news": level.news,
        "days": [
            {"complexity": one, "working_days": level.resolution[one], "due_at": clock.due_at, "bound_by": clock.bound_by}
            for one, clock in promised.items()
        ],
    }  # fmt: skip


def _regime(regime: Regime, language: Language) -> dict[str, Any]:
    return {
        "regime": regime.id, "title": regime.title.in_language(language), "version": regime.version, "until": regime.until,
        "enabled": regime.enabled, "status": regime.status, "zone": regime.zone.key, "calendar": regime.calendar,
        "reference": regime.reference, "clocks": [_clock(one, language) for one in regime.clocks],
        "suspensions": [
            {"matter": one.matter, "clocks": list(one.clocks), "first_day": one.first_day, "last_day": one.last_day, "reference": one.reference}
            for one in regime.suspensions
        ],
    }  # fmt: skip


def _clock(rule: ClockRule, language: Language) -> dict[str, Any]:
    return {
        "clock": rule.id, "title": rule.title.in_language(language), "actor": rule.actor, "unit": rule.unit, "lengths": dict(rule.lengths),
        "condition": None if rule.condition is None else rule.condition.in_language(language), "reference": rule.reference,
        "status": rule.status,
    }  # fmt: skip


def _calendar(desk: ComplaintDesk, path: str, day: dt.date, language: Language) -> dict[str, Any]:
    known = desk.calendars.known(path, day)
    entry = desk.rulebook.entry(path)
    return {
        "calendar": path, "title": entry.versions[-1].title.in_language(language), "zone": known.zone,
        "years": [_year(known, day.year + step) for step in _YEARS],
    }  # fmt: skip


def _year(calendar: Calendar, year: int) -> dict[str, Any]:
    table = calendar.years.get(year)
    if table is None:
        return {"year": year, "published": False, "announced_on": None, "reference": None, "status": None}
    return {
        "year": year, "published": True, "announced_on": table.published_on, "reference": table.reference, "status": table.status,
    }  # fmt: skip
