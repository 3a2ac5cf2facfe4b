"""What the house promises beyond the law: first response, update, resolution and news unasked, by journey and service tier.

A rule ``service.levels`` says, by journey, which desk serves it, which clock of the law it stands under, and the targets of each tier::

    complaint:
      desk: complaints
      law: {regime: cn-cbirc-2020-3, clock: decide}
      tiers:
        private: {first_response: 60, update: 240, resolution: {simple: 5, complex: 12, special: 30}, news: 3}
        other:   {first_response: 240, update: 960, resolution: {simple: 8, complex: 18, special: 36}}

Responses are minutes of service, the resolution is working days. News, which may be left out, are working days as well: so long after the
customer was last told something they hear how the case stands, whether they ask or not. A standard may only tighten: no target of a tier is longer than that of
``other``, and no resolution ends after the law's safe date, whatever the day of receipt (`check_levels` goes through all of them). In a case
the earlier of the house's date and the law's counts: a pause that the law does not know moves the house's date alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.language import Text
from zhike.core.phrases import keyed, phrase
from zhike.govern.deadlines.calendars import Calendars, NotCoveredError
from zhike.govern.deadlines.case_events import CLOSING, COMPLEXITIES, RECEIVED, CaseEvent, history
from zhike.govern.deadlines.counting import Counting
from zhike.govern.deadlines.course import run_course
from zhike.govern.deadlines.regimes import ClockRule, regime_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.core.rulebook import Rulebook, Version
    from zhike.govern.deadlines.clocks import Clock
    from zhike.govern.deadlines.service_hours import ServiceHours

__all__ = [
    "LEVELS",
    "OTHER",
    "ServiceClock",
    "ServiceLevel",
    "check_levels",
    "service_clocks",
    "service_level",
]

LEVELS: Final = "service.levels"
OTHER: Final = "other"
"""Of whoever has a tier that is not named, or none."""
ANSWERS: Final = ("acknowledged", "answered", "holding_reply", *CLOSING)
"""What ends a wait of the customer's for an answer."""
ASKS: Final = (RECEIVED, "customer_wrote", "resumed", "reopened")
"""What begins one."""
_DAY: Final = dt.timedelta(days=1)
_MINUTE: Final = dt.timedelta(minutes=1)
_JOURNEY: Final = {"desk", "law", "tiers"}
TELLS: Final = (*ANSWERS, "extended", "paused")
"""What lets the customer know how their case stands."""
_NEWS: Final = "news"
_TIER: Final = {"first_response", "update", "resolution"}
_TITLE: Final = Text("Resolution promised by the house", "本行承诺的办结时间", "本行承諾的辦結時間")
_EXPECTED: Final = phrase(
    "desk, law (regime and clock), and tiers, '{other}' among them, with first_response and update in whole minutes, resolution in working days by complexity, and news in working days where it is promised",
    other=OTHER,
)


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """The promise to one tier on one journey.

    Parameters
    ----------
    first_response, update : timedelta
        Of service.
    resolution : mapping of str to int
        Working days by complexity.
    law : tuple of str
        Regime and clock under which the journey stands.
    news : int or None
        Working days after which the customer hears how it stands without asking; None where nothing is promised.
    """

    journey: str
    tier: str
    desk: str
    law: tuple[str, str]
    first_response: dt.timedelta
    update: dt.timedelta
    resolution: Mapping[str, int]
    reference: str
    news: int | None = None


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """One promise as it stands at an instant.

    Parameters
    ----------
    id : str
        ``first_response``, ``update``, ``resolution`` or ``news``.
    state : str
        ``waiting`` (nothing is owed now), ``running``, ``paused`` or ``stopped``.
    started_at, due_at, stopped_at : datetime or None
    used : timedelta
        Time of service, since it started, until it stopped or until now.
    bound_by : str
        ``house`` or ``law``: whose date ``due_at`` is.
    """

    id: str
    state: str
    started_at: dt.datetime | None
    due_at: dt.datetime | None
    stopped_at: dt.datetime | None
    used: dt.timedelta
    bound_by: str
    reference: str

    def overdue(self, at: dt.datetime) -> bool:
        """Return whether a promise that still runs is broken."""
        return self.state == "running" and self.due_at is not None and at > self.due_at


def service_level(version: Version, journey: str, tier: str | None) -> ServiceLevel:
    """Return the promise to a tier, that to ``other`` for a tier without one.

    Raises
    ------
    RuleError
        When the rule breaks the schema or does not know the journey.
    """
    found = _journeys(version)
    if journey not in found:
        raise RuleError(what=keyed("journey", journey), path=version.path, expected=_EXPECTED)
    tiers = found[journey]
    return tiers[tier if tier in tiers else OTHER]


def service_clocks(
    level: ServiceLevel,
    hours: ServiceHours,
    received: dt.datetime,
    complexity: str,
    events: Sequence[CaseEvent],
    at: dt.datetime,
    *,
    law: Clock | None = None,
) -> tuple[ServiceClock, ...]:
    """Return first response, update, resolution and, where it is promised, news of a case as they stand at an instant, in this order.

    Parameters
    ----------
    law : Clock, optional
        The clock of the law under which the journey stands; its safe date is never passed.

    Notes
    -----
    Everything follows from the events: another standard, or another tier, in the middle of a case forgets no pause.

    Raises
    ------
    CaseEventError
        When events contradict each other.
    """
    happened = [CaseEvent(received, RECEIVED), *history(events, received, at)]
    news = () if level.news is None else (_news(level, level.news, hours, happened, at),)
    return (
        _response(level, hours, happened, at),
        _update(level, hours, happened, at),
        _resolution(level, hours, complexity, happened, at, law),
        *news,
    )


def check_levels(rulebook: Rulebook, version: Version) -> None:
    """Raise `RuleError` unless no target of a tier is longer than that of ``other`` and none lets the law's safe date pass.

    Every day of receipt is tried on which the law speaks and for which its calendar is published.
    """
    calendars = Calendars.of(rulebook)
    for tiers in _journeys(version).values():
        for level in tiers.values():
            _check_floor(version, level, tiers[OTHER])
        _check_law(rulebook, calendars, version, tiers)


def _response(
    level: ServiceLevel, hours: ServiceHours, happened: Sequence[CaseEvent], at: dt.datetime
) -> ServiceClock:
    start = happened[0].at
    answered = next((event.at for event in happened if event.name in ANSWERS), None)
    return _minutes("first_response", level, hours, level.first_response, start, answered, at)


def _update(
    level: ServiceLevel, hours: ServiceHours, happened: Sequence[CaseEvent], at: dt.datetime
) -> ServiceClock:
    since: dt.datetime | None = None
    before: tuple[dt.datetime, dt.datetime] | None = None
    for event in happened:
        if event.name in ASKS and since is None:
            since = event.at
        if event.name in (*ANSWERS, "paused") and since is not None:
            before, since = (since, event.at), None
    if since is not None:
        return _minutes("update", level, hours, level.update, since, None, at)
    first, last = before if before is not None else (happened[0].at, happened[0].at)
    return _minutes("update", level, hours, level.update, first, last, at)


def _minutes(
    name: str, level: ServiceLevel, hours: ServiceHours, target: dt.timedelta, start: dt.datetime, stopped: dt.datetime | None,
    at: dt.datetime,
) -> ServiceClock:  # fmt: skip
    state = "running" if stopped is None else "stopped"
    try:
        due, used = hours.after(start, target), hours.between(start, at if stopped is None else stopped)
    except NotCoveredError:
        due, used = None, dt.timedelta(0)
    return ServiceClock(name, state, start, due, stopped, used, "house", level.reference)


def _resolution(
    level: ServiceLevel, hours: ServiceHours, complexity: str, happened: Sequence[CaseEvent], at: dt.datetime, law: Clock | None
) -> ServiceClock:  # fmt: skip
    counting = Counting(_rule(level), hours.zone, hours.calendar)
    course = run_course(counting, complexity, happened, {}, at)
    start = happened[0].at
    held = course.held
    own = None if held is not None else counting.due(course.level, hours.day(start), course.holds).legal
    theirs = (
        None
        if law is None
        else min((day for day in (law.safe_due, law.proven_due) if day is not None), default=None)
    )
    days = [day for day in (own, theirs) if day is not None]
    due, used = None, dt.timedelta(0)
    try:
        due = (
            hours.last_open(dt.datetime.combine(min(days) + _DAY, dt.time.min, tzinfo=hours.zone))[1]
            if days
            else None
        )
        used = hours.between(start, course.stopped or at)
        used -= sum((hours.between(one.begins, one.ends or at) for one in course.holds), dt.timedelta(0))
    except NotCoveredError:
        pass
    state = (
        "stopped"
        if course.stopped is not None
        else "paused"
        if held is not None and due is None
        else "running"
    )
    bound = "law" if theirs is not None and (own is None or theirs < own) else "house"
    return ServiceClock("resolution", state, start, due, course.stopped, used, bound, level.reference)


def _news(
    level: ServiceLevel, days: int, hours: ServiceHours, happened: Sequence[CaseEvent], at: dt.datetime
) -> ServiceClock:
    """Return the promise to be told how it stands: from what was told last, on the end of service of so many working days later."""
    start, stopped = happened[0].at, None
    for event in happened:
        if event.name in (*TELLS, "reopened"):
            start, stopped = event.at, event.at if event.name in CLOSING else None
    try:
        last = hours.calendar.after(hours.day(start), days)
        due = hours.last_open(dt.datetime.combine(last + _DAY, dt.time.min, tzinfo=hours.zone))[1]
        used = hours.between(start, at if stopped is None else stopped)
    except NotCoveredError:
        due, used = None, dt.timedelta(0)
    state = "running" if stopped is None else "stopped"
    return ServiceClock(_NEWS, state, start, due, stopped, used, "house", level.reference)


def _rule(level: ServiceLevel) -> ClockRule:
    """Return the promise of a resolution as a clock: working days that a pause stops."""
    return ClockRule(
        "resolution", _TITLE, "bank", RECEIVED, CLOSING, "working_days", level.resolution, {}, rolls=False, closes=None,
        proof=False, pauses=True, condition=None, reference=level.reference, status="confirmed", roll_reference=None,
    )  # fmt: skip


def _check_floor(version: Version, level: ServiceLevel, floor: ServiceLevel) -> None:
    """Refuse a tier that is promised less than everybody is."""
    pairs = {one: (level.resolution[one], floor.resolution[one]) for one in COMPLEXITIES}
    minutes = {
        "first_response": (level.first_response, floor.first_response),
        "update": (level.update, floor.update),
    }
    longer = [name for name, (own, theirs) in minutes.items() if own > theirs]
    longer += [_NEWS] if floor.news is not None and (level.news is None or level.news > floor.news) else []
    longer += [f"resolution {name}" for name, (days, most) in pairs.items() if days > most]
    if longer:
        what = phrase(
            "{name} of {tier} longer than that of {other}", name=longer[0], tier=level.tier, other=OTHER
        )
        raise RuleError(
            what=what, path=version.path, expected=phrase("a tier that is promised no less than everybody")
        )


def _check_law(
    rulebook: Rulebook, calendars: Calendars, version: Version, tiers: Mapping[str, ServiceLevel]
) -> None:
    level = tiers[OTHER]
    regime = regime_of(rulebook, level.law[0], version.first_day)
    clock = next((one for one in regime.clocks if one.id == level.law[1]), None)
    if clock is None:
        raise RuleError(what=keyed("law", level.law), path=version.path, expected=_EXPECTED)
    calendar = calendars.known(regime.calendar, dt.date.max)
    theirs, own = (Counting(rule, regime.zone, calendar) for rule in (clock, _rule(level)))
    for year in sorted(calendar.years):
        for step in range(366):
            day = dt.date(year, 1, 1) + _DAY * step
            for complexity in COMPLEXITIES if day >= max(version.first_day, regime.first_day) else ():
                safe, house = theirs.due(complexity, day, ()).safe, own.due(complexity, day, ()).legal
                if safe is not None and house is not None and house > safe:
                    what = phrase(
                        "a resolution of {days} working days, received on {day}: {house} is after the law's safe date, {safe}",
                        days=level.resolution[complexity], day=day, house=house, safe=safe,
                    )  # fmt: skip
                    raise RuleError(
                        what=what, path=version.path, expected=phrase("a standard that only tightens the law")
                    )


def _journeys(version: Version) -> dict[str, dict[str, ServiceLevel]]:
    if not isinstance(version.value, dict):
        raise RuleError(what=f"{version.value!r}", path=version.path, expected=_EXPECTED)
    return {journey: _tiers(version, journey, raw) for journey, raw in version.value.items()}


def _tiers(version: Version, journey: str, raw: Any) -> dict[str, ServiceLevel]:  # noqa: ANN401 - as the YAML holds it
    sound = (
        isinstance(raw, dict)
        and set(raw) == _JOURNEY
        and isinstance(raw["tiers"], dict)
        and OTHER in raw["tiers"]
    )
    if not sound or not isinstance(raw["law"], dict) or set(raw["law"]) != {"regime", "clock"}:
        raise RuleError(what=keyed(journey, raw), path=version.path, expected=_EXPECTED)
    law = (str(raw["law"]["regime"]), str(raw["law"]["clock"]))
    return {
        tier: _level(version, journey, tier, (str(raw["desk"]), law), one)
        for tier, one in raw["tiers"].items()
    }


def _level(
    version: Version, journey: str, tier: str, where: tuple[str, tuple[str, str]], raw: Any  # noqa: ANN401 - as the YAML holds it
) -> ServiceLevel:  # fmt: skip
    days = raw.get("resolution") if isinstance(raw, dict) and set(raw) - {_NEWS} == _TIER else None
    if not isinstance(days, dict) or set(days) != set(COMPLEXITIES):
        raise RuleError(what=keyed(tier, raw), path=version.path, expected=_EXPECTED)
    counts: list[Any] = [days[one] for one in COMPLEXITIES]
    minutes: list[Any] = [raw[name] for name in ("first_response", "update")]
    news: list[Any] = [raw[_NEWS]] if _NEWS in raw else []
    if any(type(one) is not int or one < 1 for one in (*counts, *minutes, *news)) or counts != sorted(counts):
        raise RuleError(what=keyed(tier, raw), path=version.path, expected=_EXPECTED)
    first, update = (one * _MINUTE for one in minutes)
    return ServiceLevel(
        journey, tier, where[0], where[1], first, update, dict(days), version.reference.title, next(iter(news), None)
    )  # fmt: skip
