"""The clocks of a complaint: for each the legal date, the safe date, and every step by which they were found.

Pure: the same case, rules, calendars and instant give the same clocks, today and in ten years.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhike.core.case_errors import CaseEventError
from zhike.core.errors import RuleNotFoundError, UsageError
from zhike.core.phrases import either, keyed, phrase
from zhike.govern.deadlines import words
from zhike.govern.deadlines.case_events import COMPLEXITIES, RECEIVED, CaseEvent, history
from zhike.govern.deadlines.counting import Counting, Hold
from zhike.govern.deadlines.course import run_course

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.core.language import Text
    from zhike.govern.deadlines.calendars import Calendars
    from zhike.govern.deadlines.counting import Due
    from zhike.govern.deadlines.course import Course
    from zhike.govern.deadlines.regimes import ClockRule, Regime

__all__ = ["Clock", "Correction", "RunningDate", "clocks", "running_dates"]

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Correction:
    """What one announcement of the calendar changed about a deadline after the complaint was received."""

    announced_on: dt.date
    legal_before: dt.date | None
    legal_after: dt.date | None
    safe_before: dt.date | None
    safe_after: dt.date | None
    reference: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of a case at an instant.

    Parameters
    ----------
    id, title, actor : str, Text, str
        Which clock, and whose: ``bank``, ``customer`` or ``regulator``.
    state : str
        ``waiting`` (not started), ``running``, ``paused``, ``suspended`` or ``stopped``.
    legal_due : date or None
        Last day in the regime's zone; None where it cannot be computed.
    closes_at : datetime or None
        Last instant of it that is in time.
    safe_due : date or None
        Last working day on or before the counted last day.
    proven_due : date or None
        Legal date that what is proven by events carries: earlier than ``legal_due`` where a longer time is only assumed.
    computable : bool
        Whether there is a legal date.
    code, reason : str or None, Text or None
        Why there is no legal date, or no safe date: ``not_started``, ``paused``, ``suspended``, ``not_covered``, ``safe_not_covered``.
    needs : tuple of str
        What the longer time that is assumed still needs: ``approver``, ``reason``, ``notice``.
    used, length : int or None, int
        How much of the time has passed, and how much there is: working days, else calendar days for ``used`` and the rule's unit for ``length``.
    started_at, stopped_at : datetime or None
    in_time : bool or None
        Whether it stopped in time; None while it has not, or where that cannot be computed.
    corrections : tuple of Correction
    steps : tuple of Text
        How it was found, in order.
    reference, status : str
        Of the rule.
    regime, version : str
        Which rules.
    """

    id: str
    title: Text
    actor: str
    state: str
    legal_due: dt.date | None
    closes_at: dt.datetime | None
    safe_due: dt.date | None
    proven_due: dt.date | None
    computable: bool
    code: str | None
    reason: Text | None
    needs: tuple[str, ...]
    unit: str
    used: int | None
    length: int
    started_at: dt.datetime | None
    stopped_at: dt.datetime | None
    in_time: bool | None
    condition: Text | None
    corrections: tuple[Correction, ...]
    steps: tuple[Text, ...]
    reference: str
    status: str
    regime: str
    version: str

    def overdue(self, at: dt.datetime) -> bool:
        """Return whether a clock that still runs has run out."""
        return self.state == "running" and self.closes_at is not None and at > self.closes_at


@dataclass(frozen=True, slots=True)
class RunningDate:
    """Legal and safe date of a clock that runs; None where they cannot be computed."""

    id: str
    legal_due: dt.date | None
    safe_due: dt.date | None


def clocks(
    regime: Regime,
    received: dt.datetime,
    complexity: str,
    events: Sequence[CaseEvent],
    calendars: Calendars,
    at: dt.datetime,
    *,
    matter: str | None = None,
    actor: str | None = None,
) -> tuple[Clock, ...]:
    """Return every clock of a case as it stands at an instant, in the order of the regime.

    Parameters
    ----------
    regime : Regime
        As it was in force on the day of receipt, see `zhike.govern.deadlines.regimes.regime_of`.
    received : datetime
        With its offset; it never changes.
    complexity : str
        ``simple``, ``complex`` or ``special``: as the case was taken at its receipt. A longer time that the law ties to an approval is then
        an assumption: ``needs`` says what is missing, ``proven_due`` which date stands without it.
    events : sequence of CaseEvent
        In the order of their time; those after ``at`` had not happened yet.
    calendars : Calendars
    at : datetime
        Nothing later is known: no event, no announcement of a calendar.
    matter : str, optional
        Class of complaints that the regulator may have suspended.
    actor : str, optional
        Whose clocks alone are returned.

    Raises
    ------
    UsageError
        When an instant has no offset, the receipt is after ``at``, or the complexity is none.
    RuleNotFoundError
        When the regime was not in force on the day of receipt, or is a draft.
    CaseEventError
        When events contradict each other.
    """
    happened = _happened(regime, received, complexity, events, at, matter)
    asked = [rule for rule in regime.clocks if actor in (None, rule.actor)]
    return tuple(_clock(regime, rule, complexity, happened, calendars, at) for rule in asked)


def running_dates(
    regime: Regime, received: dt.datetime, complexity: str, events: Sequence[CaseEvent], calendars: Calendars, at: dt.datetime, *,
    matter: str | None = None, actor: str | None = None,
) -> tuple[RunningDate, ...]:  # fmt: skip
    """Return the dates of the clocks that run at an instant: those of `clocks`, without the words by which they were found.

    Raises
    ------
    UsageError, RuleNotFoundError, CaseEventError
        As `clocks` does.
    """
    happened = _happened(regime, received, complexity, events, at, matter)
    today, found = at.astimezone(regime.zone).date(), []
    for rule in regime.clocks:
        if actor not in (None, rule.actor):
            continue
        counting = Counting(rule, regime.zone, calendars.known(regime.calendar, today))
        course = run_course(counting, complexity, happened, regime.approvers, at)
        if course.started is None or course.held is not None or _state(course, at) != "running":
            continue
        due = counting.due(course.level, counting.day(course.started), course.holds)
        found.append(RunningDate(rule.id, due.legal, due.safe))
    return tuple(found)


def _happened(
    regime: Regime, received: dt.datetime, complexity: str, events: Sequence[CaseEvent], at: dt.datetime, matter: str | None
) -> list[CaseEvent]:  # fmt: skip
    """Return what happened to a case up to an instant, its receipt and the regulator's suspensions among it, after it was checked."""
    _check(regime, received, complexity, at)
    _check_named(regime, events)
    happened = [CaseEvent(received, RECEIVED), *history(events, received, at)]
    return sorted([*happened, *_suspensions(regime, received, at, matter)], key=lambda event: event.at)


def _state(course: Course, at: dt.datetime) -> str:
    if course.stopped is not None:
        return "stopped"
    spans = [(hold.begins, hold.ends) for hold in course.holds]
    stands = any(begins <= at and (ends is None or at < ends) for begins, ends in spans)
    return "suspended" if stands else "running"


def _check(regime: Regime, received: dt.datetime, complexity: str, at: dt.datetime) -> None:
    for name, instant in (("received", received), ("at", at)):
        if instant.utcoffset() is None:
            expected = phrase("an instant with its offset, such as 2026-06-30T09:00:00+08:00")
            raise UsageError(what=keyed(name, instant.isoformat()), expected=expected)
    if complexity not in COMPLEXITIES:
        raise UsageError(what=keyed("complexity", complexity), expected=either(COMPLEXITIES))
    if received > at:
        what = phrase("a receipt on {received}", received=received.isoformat())
        raise UsageError(what=what, expected=phrase("one up to {at}", at=at.isoformat()))
    day = received.astimezone(regime.zone).date()
    if not regime.enabled:
        raise RuleNotFoundError(path=regime.id, at=day, known=phrase("it is a draft that is not enabled"))
    if day < regime.first_day or (regime.until is not None and day >= regime.until):
        known = phrase("the first is of {first}", first=regime.first_day)
        raise RuleNotFoundError(path=regime.id, at=day, known=known)


def _check_named(regime: Regime, events: Sequence[CaseEvent]) -> None:
    """Refuse an event about a clock that the regime does not have: it is a slip of the pen, and would do nothing."""
    known = [clock.id for clock in regime.clocks]
    for number, event in enumerate(events, 1):
        odd = next((name for name in event.data.get("clocks", ()) if name not in known), None)
        if odd is not None:
            raise CaseEventError(number=number, what=keyed("clocks", odd), expected=either(known))


def _suspensions(
    regime: Regime, received: dt.datetime, at: dt.datetime, matter: str | None
) -> list[CaseEvent]:
    """Return the regulator's suspensions of a class as events of a case that belongs to it; an end that is announced is known before it comes."""
    found: list[CaseEvent] = []
    for one in regime.suspensions:
        begins = dt.datetime.combine(one.first_day, dt.time.min, tzinfo=regime.zone)
        ends = (
            None
            if one.last_day is None
            else dt.datetime.combine(one.last_day + _DAY, dt.time.min, tzinfo=regime.zone)
        )
        if one.matter != matter or begins > at or (ends is not None and ends <= received):
            continue
        data = {"clocks": one.clocks, "reference": one.reference}
        found.append(CaseEvent(max(begins, received), "suspended", data))
        found += [] if ends is None else [CaseEvent(ends, "lifted", data)]
    return found


def _clock(
    regime: Regime, rule: ClockRule, complexity: str, events: Sequence[CaseEvent], calendars: Calendars, at: dt.datetime
) -> Clock:  # fmt: skip
    today = at.astimezone(regime.zone).date()
    counting = Counting(rule, regime.zone, calendars.known(regime.calendar, today))
    course = run_course(counting, complexity, events, regime.approvers, at)
    return _Telling(regime, rule, counting, course, calendars, at).clock()


@dataclass(frozen=True, slots=True)
class _Telling:
    """From the course of a clock to what it says of itself."""

    regime: Regime
    rule: ClockRule
    counting: Counting
    course: Course
    calendars: Calendars
    at: dt.datetime

    def clock(self) -> Clock:
        """Return the clock."""
        course, counting = self.course, self.counting
        if course.started is None:
            waits = words.say(words.NOT_STARTED, event=words.EVENT_TITLES[self.rule.starts])
            return self._made("waiting", None, None, ("not_started", waits), (waits,))
        start = counting.day(course.started)
        held = course.held
        if held is not None:
            why = words.say(words.STANDS, day=counting.day(held[1]), why=words.EVENT_TITLES[held[0]])
            return self._made(held[0], None, None, (held[0], why), (*course.steps, why))
        due = counting.due(course.level, start, course.holds)
        proven = due if course.level == course.granted else counting.due(course.granted, start, course.holds)
        corrections = self._corrections(start)
        steps = (*course.steps, *self._level(proven), *due.steps, *self._last(corrections))
        return self._made(_state(course, self.at), due, proven, self._gap(due), steps, corrections)

    def _level(self, proven: Due) -> list[Text]:
        """Return how long the clock has, and what of that is assumed."""
        course, rule = self.course, self.rule
        name = words.COMPLEXITIES[course.level]
        count = rule.lengths[rule.level(course.level)]
        said = []
        if len(rule.lengths) > 1:
            said.append(words.say(words.LEVEL, complexity=name, count=count, unit=words.UNITS[rule.unit]))
        if self._needed():
            told = {
                "complexity": name,
                "needs": course.said(self._needed(), course.level),
                "due": proven.legal or "-",
            }
            said.append(words.say(words.ASSUMED, **told))
        return said

    def _needed(self) -> tuple[str, ...]:
        if self.course.level == self.course.granted:
            return ()
        needs = self.course.needs(self.course.level)
        wanted = {"approver": bool(needs.approvers), "reason": needs.reason, "notice": needs.notice}
        return tuple(name for name, want in wanted.items() if want)

    def _last(self, corrections: tuple[Correction, ...]) -> list[Text]:
        said = [
            words.say(
                words.CORRECTED,
                day=one.announced_on,
                before=one.legal_before or "-",
                after=one.legal_after or "-",
            )
            for one in corrections
        ]
        if self.rule.closes is None:
            return said
        hour = f"{self.rule.closes:%H:%M}"
        return [words.say(words.CLOSES, time=hour, zone=self.counting.zone.key), *said]

    def _gap(self, due: Due) -> tuple[str, Text] | None:
        path = self.counting.calendar.path
        if due.gap is not None:
            return "not_covered", words.say(words.NOT_COVERED, calendar=path, day=due.gap)
        if due.safe_gap is not None:
            return "safe_not_covered", words.say(words.SAFE_NOT_COVERED, calendar=path, day=due.safe_gap)
        return None

    def _corrections(self, start: dt.date) -> tuple[Correction, ...]:
        """Return what each announcement since the clock started changed about its date."""
        path, today = self.regime.calendar, self.counting.day(self.at)
        found = []
        for day in self.calendars.announcements(path, start, today):
            before = self._known(start, day - _DAY)
            after = self._known(start, day)
            if (before.legal, before.safe) != (after.legal, after.safe):
                years = self.calendars.known(path, day).years.values()
                reference = next((table.reference for table in years if table.published_on == day), path)
                found.append(Correction(day, before.legal, after.legal, before.safe, after.safe, reference))
        return tuple(found)

    def _known(self, start: dt.date, day: dt.date) -> Due:
        """Return the last day as it was computed with the calendar of a past day."""
        counting = Counting(self.rule, self.regime.zone, self.calendars.known(self.regime.calendar, day))
        return counting.due(self.course.level, start, self.course.holds)

    def _made(
        self, state: str, due: Due | None, proven: Due | None, gap: tuple[str, Text] | None, steps: tuple[Text, ...],
        corrections: tuple[Correction, ...] = (),
    ) -> Clock:  # fmt: skip
        rule, course, regime = self.rule, self.course, self.regime
        legal = None if due is None else due.legal
        closes = None if legal is None else self.counting.closing(legal)
        in_time = None if course.stopped is None or closes is None else course.stopped <= closes
        until = self.at if course.stopped is None else min(course.stopped, self.at)
        holds = [*course.holds, *self._open()]
        used = (
            0
            if course.started is None
            else self.counting.used(course.started, max(until, course.started), holds)
        )
        return Clock(
            id=rule.id, title=rule.title, actor=rule.actor, state=state, legal_due=legal, closes_at=closes,
            safe_due=None if due is None else due.safe, proven_due=None if proven is None else proven.legal,
            computable=legal is not None, code=None if gap is None else gap[0], reason=None if gap is None else gap[1],
            needs=self._needed(), unit=rule.unit, used=used, length=rule.lengths[rule.level(course.level)],
            started_at=course.started, stopped_at=course.stopped, in_time=in_time, condition=rule.condition,
            corrections=corrections, steps=steps, reference=rule.reference, status=rule.status, regime=regime.id,
            version=regime.version,
        )  # fmt: skip

    def _open(self) -> list[Hold]:
        held = self.course.held
        return [] if held is None else [Hold(held[1], None, words.EVENT_TITLES[held[0]])]
