"""Counting a time to its last day: days, working days, weeks, months, with the spans in which the clock stood.

The day on which a clock starts is not counted. A span in which the clock stood takes nothing: what was left of the time on the day on
which it stopped is counted from the day on which it went on. Days are those of the regime's zone, so that a change of daylight saving
moves no deadline.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.govern.deadlines import words
from zhike.govern.deadlines.calendars import NotCoveredError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from zhike.core.language import Text
    from zhike.govern.deadlines.calendars import Calendar
    from zhike.govern.deadlines.regimes import ClockRule

__all__ = ["Counting", "Due", "Hold"]

_DAY: Final = dt.timedelta(days=1)
_YEAR: Final = 12
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Hold:
    """A span in which a clock stood; ``ends`` is None while it does."""

    begins: dt.datetime
    ends: dt.datetime | None
    why: Text


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a time, and how it was found.

    Parameters
    ----------
    counted : date or None
        Before it moves off a day without work; None where a calendar does not cover it.
    legal, safe : date or None
        The last day after moving; the last working day on or before ``counted``.
    gap, safe_gap : date or None
        Day that the calendar does not cover, where that is why there is no legal, or no safe, date.
    """

    counted: dt.date | None
    legal: dt.date | None
    safe: dt.date | None
    gap: dt.date | None
    safe_gap: dt.date | None
    steps: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Counting:
    """How one clock counts.

    Parameters
    ----------
    rule : ClockRule
    zone : ZoneInfo
    calendar : Calendar
        As it was known when it is counted.
    """

    rule: ClockRule
    zone: ZoneInfo
    calendar: Calendar

    def day(self, instant: dt.datetime) -> dt.date:
        """Return on which day of the regime's zone an instant falls."""
        return instant.astimezone(self.zone).date()

    def closing(self, day: dt.date) -> dt.datetime:
        """Return the last instant of a day on which something is still in time."""
        if self.rule.closes is not None:
            return dt.datetime.combine(day, self.rule.closes, tzinfo=self.zone)
        return dt.datetime.combine(day, dt.time.max, tzinfo=self.zone)

    def due(self, level: str, start: dt.date, holds: Sequence[Hold]) -> Due:
        """Return the last day of the time that a complexity has, counted from the day on which the clock started."""
        count, unit = self.rule.lengths[self.rule.level(level)], words.UNITS[self.rule.unit]
        steps: list[Text] = []
        try:
            counted = self._counted(count, start, holds, steps)
        except NotCoveredError as problem:
            steps.append(words.say(words.NOT_COVERED, calendar=problem.path, day=problem.day))
            return Due(None, None, None, problem.day, problem.day, tuple(steps))
        steps.append(words.say(words.ENDS, count=count, unit=unit, day=counted))
        return self._moved(counted, steps)

    def units(self, first: dt.date, last: dt.date) -> int:
        """Return how much of the time passes after one day and up to another: working days, or calendar days for every other unit."""
        if self.rule.unit == "working_days":
            return self.calendar.between(first, last)
        return max((last - first).days, 0)

    def used(self, start: dt.datetime, until: dt.datetime, holds: Sequence[Hold]) -> int | None:
        """Return how much of the time had passed by an instant; None where the calendar does not cover it."""
        used, first = 0, start
        try:
            for hold in holds:
                if hold.begins >= until:
                    break
                used += self.units(self.day(first), self.day(hold.begins))
                if hold.ends is None or hold.ends >= until:
                    return used
                first = hold.ends
            return used + self.units(self.day(first), self.day(max(first, until)))
        except NotCoveredError:
            return None

    def _counted(self, count: int, start: dt.date, holds: Sequence[Hold], steps: list[Text]) -> dt.date:
        day = self._end(start, count)
        for hold in holds:
            if hold.ends is None or hold.begins > self.closing(self._rolled(day)):
                continue
            first, last = self.day(hold.begins), self.day(hold.ends)
            if last > first:
                day = self._later(day, first, last)
                steps.append(words.say(words.HELD, first=first, last=last, why=hold.why))
        return self.calendar.next_working(day) if self.rule.unit == "working_days" else day

    def _end(self, start: dt.date, count: int) -> dt.date:
        match self.rule.unit:
            case "working_days":
                return self.calendar.after(start, count)
            case "months":
                return _months_after(start, count)
            case "weeks":
                return start + _DAY * _WEEK * count
            case _:
                return start + _DAY * count

    def _later(self, day: dt.date, first: dt.date, last: dt.date) -> dt.date:
        """Return where a last day comes to when the clock stood from one day to another."""
        if self.rule.unit != "working_days":
            return day + (last - first)
        # With nothing left but the rest of a day, that rest is had on the day on which the clock goes on, or the next that is worked.
        return self.calendar.after(last, self.calendar.between(first, day))

    def _rolled(self, day: dt.date) -> dt.date:
        try:
            moves = self.rule.rolls or self.rule.unit == "working_days"
            return self.calendar.next_working(day) if moves else day
        except NotCoveredError:
            return day

    def _moved(self, counted: dt.date, steps: list[Text]) -> Due:
        """Return the legal and the safe date of a last day, each where the calendar covers it."""
        legal: dt.date | None = counted
        gap = safe = safe_gap = None
        try:
            legal = self.calendar.next_working(counted) if self.rule.rolls else counted
        except NotCoveredError as problem:
            legal, gap = None, problem.day
            steps.append(words.say(words.NOT_COVERED, calendar=problem.path, day=problem.day))
        if legal not in (None, counted):
            told = {"calendar": self.calendar.path, "ground": self.rule.roll_reference or self.rule.reference}
            steps.append(words.say(words.MOVED, day=counted, legal=legal, **told))
        try:
            safe = self.calendar.previous_working(counted)
            steps.append(words.say(words.SAFE, safe=safe))
        except NotCoveredError as problem:
            safe_gap = problem.day
            if gap is None:
                steps.append(words.say(words.SAFE_NOT_COVERED, calendar=problem.path, day=problem.day))
        return Due(counted, legal, safe, gap, safe_gap, tuple(steps))


def _months_after(day: dt.date, count: int) -> dt.date:
    """Return the same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.month - 1 + count, _YEAR)
    last = months.monthrange(day.year + year, month + 1)[1]
    return dt.date(day.year + year, month + 1, min(day.day, last))
