"""Hours in which a desk serves: several intervals a day, lunch break, days worked for a holiday, in the desk's own zone.

A rule ``service.hours`` names desks::

    complaints:
      zone: Asia/Shanghai
      calendar: calendars.cn
      weekdays: {1: ["09:00-12:00", "13:30-17:30"], 2: ..., 5: ...}     # 1 is Monday; a day that is not named is not served
      made_up: ["09:00-12:00", "13:30-17:30"]                           # on a rest day that is worked for a holiday

Time is counted as it passes: where the clock is put forward inside an interval, an hour of it is not there.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import keyed, phrase
from zhike.govern.deadlines.calendars import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from zhike.core.rulebook import Rulebook
    from zhike.govern.deadlines.calendars import Calendar, Calendars

__all__ = ["HOURS", "ServiceHours"]

HOURS: Final = "service.hours"
_DAY: Final = dt.timedelta(days=1)
_NOTHING: Final = dt.timedelta(0)
_KEYS: Final = {"zone", "calendar", "weekdays", "made_up"}
_WEEK: Final = range(1, 8)
_MIDNIGHT: Final = "24:00"
_MINUTES: Final = 24 * 60
_EXPECTED: Final = phrase(
    'zone, calendar, weekdays and made_up, with hours such as "09:00-12:00" in order and apart'
)

Hours = tuple[tuple[int, int], ...]
"""Intervals in minutes since midnight, in order and apart."""

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """The hours of one desk.

    Parameters
    ----------
    zone : ZoneInfo
    calendar : Calendar
        As it was known when hours are counted.
    weekdays : mapping of int to tuple
        By ISO weekday: intervals of local time.
    made_up : tuple
        Intervals of a day that is worked although its weekday is not served.
    """

    zone: ZoneInfo
    calendar: Calendar
    weekdays: Mapping[int, Hours]
    made_up: Hours

    @classmethod
    def of(cls, rulebook: Rulebook, desk: str, calendars: Calendars, day: dt.date) -> ServiceHours:
        """Read the hours of a desk as they stand on a day.

        Raises
        ------
        RuleNotFoundError
            When the rule, or the calendar that it names, is not in force.
        RuleError
            When the rule says something else than hours, or does not know the desk.
        """
        found = rulebook.at(HOURS, day).value
        if not isinstance(found, dict) or desk not in found:
            raise RuleError(
                what=keyed("desk", desk), path=HOURS, expected=phrase("a desk that the rule names")
            )
        raw = found[desk]
        if not isinstance(raw, dict) or set(raw) != _KEYS or not isinstance(raw["weekdays"], dict):
            raise RuleError(what=keyed(desk, raw), path=HOURS, expected=_EXPECTED)
        if any(type(one) is not int or one not in _WEEK for one in raw["weekdays"]):
            raise RuleError(what=keyed(desk, raw["weekdays"]), path=HOURS, expected=_EXPECTED)
        weekdays = {day: _hours(one) for day, one in raw["weekdays"].items()}
        if not any(weekdays.values()):
            raise RuleError(what=keyed(desk, raw["weekdays"]), path=HOURS, expected=_EXPECTED)
        calendar = calendars.known(str(raw["calendar"]), day)
        return cls(zone_of(HOURS, raw["zone"]), calendar, weekdays, _hours(raw["made_up"]))

    def spans(self, day: dt.date) -> list[Span]:
        """Return when a day is served, in UTC and in order; empty on a day without work.

        Raises
        ------
        NotCoveredError
            When the calendar does not cover the day.
        """
        weekday, working = day.isoweekday(), self.calendar.is_working(day)
        hours = self.weekdays.get(weekday, ())
        if hours and not working and (weekday not in self.calendar.weekend or self.calendar.is_closed(day)):
            return []
        if not hours and working and weekday in self.calendar.weekend:
            hours = self.made_up
        found = [(self._utc(day, first), self._utc(day, last)) for first, last in hours]
        return [(first, last) for first, last in found if first < last]

    def is_open(self, instant: dt.datetime) -> bool:
        """Return whether the desk serves at an instant."""
        return any(first <= instant < last for first, last in self.spans(self.day(instant)))

    def day(self, instant: dt.datetime) -> dt.date:
        """Return on which day of the desk's zone an instant falls."""
        return instant.astimezone(self.zone).date()

    def between(self, first: dt.datetime, last: dt.datetime) -> dt.timedelta:
        """Return how long the desk served from one instant to another."""
        served = _NOTHING
        day = self.day(first)
        while day <= self.day(last):
            served += sum(
                (max(min(end, last) - max(begin, first), _NOTHING) for begin, end in self.spans(day)),
                _NOTHING,
            )
            day += _DAY
        return served

    def after(self, start: dt.datetime, time: dt.timedelta) -> dt.datetime:
        """Return the instant by which the desk has served for some time since ``start``."""
        left = time
        for begin, end in self._from(start):
            first = max(begin, start)
            if left <= end - first:
                return first + left
            left -= end - first
        raise AssertionError  # pragma: no cover - the days do not end before the calendar does

    def next_open(self, instant: dt.datetime) -> dt.datetime:
        """Return the first instant from one on at which the desk serves."""
        return max(next(self._from(instant))[0], instant)

    def last_open(self, instant: dt.datetime) -> Span:
        """Return the last span of service that begins before an instant."""
        day = self.day(instant)
        while True:
            before = [span for span in self.spans(day) if span[0] < instant]
            if before:
                return before[-1]
            day -= _DAY

    def _from(self, instant: dt.datetime) -> Iterator[Span]:
        """Yield the spans that end after an instant."""
        first = self.day(instant)
        for step in itertools.count():
            yield from (span for span in self.spans(first + _DAY * step) if span[1] > instant)

    def _utc(self, day: dt.date, minutes: int) -> dt.datetime:
        days, left = divmod(minutes, _MINUTES)
        local = dt.datetime.combine(day + _DAY * days, dt.time(*divmod(left, 60)), tzinfo=self.zone)
        return local.astimezone(dt.UTC)


def _hours(raw: Any) -> Hours:  # noqa: ANN401 - as the YAML holds it
    """Return intervals of local time, refusing those that overlap or end before they begin."""
    spans: list[tuple[int, int]] = []
    for text in raw if isinstance(raw, list) else [raw]:
        first, _, last = str(text).partition("-")
        try:
            spans.append((_minutes(first), _MINUTES if last == _MIDNIGHT else _minutes(last)))
        except ValueError as problem:
            raise RuleError(what=keyed("hours", text), path=HOURS, expected=_EXPECTED) from problem
    edges = [edge for span in spans for edge in span]
    if any(one >= other for one, other in itertools.pairwise(edges)):
        raise RuleError(what=keyed("hours", raw), path=HOURS, expected=_EXPECTED)
    return tuple(spans)


def _minutes(text: str) -> int:
    time = dt.time.fromisoformat(text)
    return time.hour * 60 + time.minute
