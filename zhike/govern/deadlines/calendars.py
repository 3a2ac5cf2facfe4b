"""Working days as authorities announced them, and what was known of them on any day.

A document of kind ``calendar`` holds, by the day of the announcement, the years that it announced::

    kind: calendar
    zone: Asia/Shanghai
    weekend: [6, 7]                      # rest days: 1 is Monday, 7 is Sunday
    values:
      2025-11-04:
        2026: {published: true, closed: ["2026-02-15/2026-02-23"], open: ["2026-02-14"]}

A later announcement replaces the years that it names and leaves the others as they were. A year that nobody announced, or one
that says ``published: false``, is not covered: whoever counts through it is told so and gets no date.
"""

from __future__ import annotations

import bisect
import datetime as dt
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zhike.core.errors import RuleError, RuleNotFoundError
from zhike.core.phrases import keyed, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.core.rulebook import Rulebook, Version

__all__ = ["KIND", "Calendar", "Calendars", "NotCoveredError", "YearTable", "check_calendar", "zone_of"]

KIND: Final = "calendar"
_DAY: Final = dt.timedelta(days=1)
_WEEK: Final = 7
_YEAR_KEYS: Final = {"published", "closed", "open"}


class NotCoveredError(Exception):
    """A day lies in a year that the calendar does not cover; it never leaves this package.

    Parameters
    ----------
    path : str
        The calendar.
    day : date
        First day that was asked for and is not covered.
    """

    def __init__(self, path: str, day: dt.date) -> None:
        super().__init__(f"{path} does not cover {day}")
        self.path, self.day = path, day


@dataclass(frozen=True, slots=True)
class YearTable:
    """One year as it was announced: days without work, and rest days that are worked."""

    published_on: dt.date
    closed: frozenset[dt.date]
    open: frozenset[dt.date]
    reference: str
    status: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days as they were known on one day.

    Parameters
    ----------
    path : str
        Of the document.
    zone : str
        Where its days begin and end.
    weekend : frozenset of int
        ISO weekdays without work: 1 is Monday, 7 is Sunday.
    years : mapping of int to YearTable
        Only years that were published.

    Examples
    --------
    >>> table = YearTable(dt.date(2025, 11, 4), frozenset({dt.date(2026, 2, 16)}), frozenset({dt.date(2026, 2, 14)}), "notice", "confirmed")
    >>> days = Calendar("calendars.cn", "Asia/Shanghai", frozenset({6, 7}), {2026: table})
    >>> days.is_working(dt.date(2026, 2, 14)), days.next_working(dt.date(2026, 2, 15)).isoformat()
    (True, '2026-02-17')
    """

    path: str
    zone: str
    weekend: frozenset[int]
    years: Mapping[int, YearTable]

    def is_working(self, day: dt.date) -> bool:
        """Return whether work is done on a day.

        Raises
        ------
        NotCoveredError
            When the day's year was not published.
        """
        table = self.years.get(day.year)
        if table is None:
            raise NotCoveredError(self.path, day)
        return day in table.open or (day.isoweekday() not in self.weekend and day not in table.closed)

    def is_closed(self, day: dt.date) -> bool:
        """Return whether a day was announced as one without work, a mere rest day not counted."""
        table = self.years.get(day.year)
        return table is not None and day in table.closed

    def next_working(self, day: dt.date) -> dt.date:
        """Return the first working day on or after a day."""
        while not self.is_working(day):
            day += _DAY
        return day

    def previous_working(self, day: dt.date) -> dt.date:
        """Return the last working day on or before a day."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def after(self, day: dt.date, count: int) -> dt.date:
        """Return the working day that is number ``count`` after a day, which itself is not counted."""
        for _ in range(count):
            day = self.next_working(day + _DAY)
        return day

    def between(self, first: dt.date, last: dt.date) -> int:
        """Return how many working days come after ``first`` and not after ``last``."""
        days = (first + _DAY * step for step in range(1, (last - first).days + 1))
        return sum(self.is_working(day) for day in days)


@dataclass(frozen=True, slots=True)
class Calendars:
    """All calendars of a rulebook, with all of their announcements.

    Parameters
    ----------
    announced : mapping of str to tuple
        By path: days of announcement in ascending order, and the calendar as it was known before the first and from each on.
    """

    announced: Mapping[str, tuple[tuple[dt.date, ...], tuple[Calendar, ...]]]

    @classmethod
    def of(cls, rulebook: Rulebook) -> Calendars:
        """Read every calendar of a rulebook.

        Raises
        ------
        RuleError
            When one breaks the schema.
        """
        return cls(MappingProxyType({e.path: _announced(e.versions) for e in rulebook if e.kind == KIND}))

    def known(self, path: str, day: dt.date) -> Calendar:
        """Return a calendar as it was known at the end of a day; it covers nothing before its first announcement.

        Raises
        ------
        RuleNotFoundError
            When there is no such calendar.
        """
        if path not in self.announced:
            known = ", ".join(self.announced) or phrase("no rule at all")
            raise RuleNotFoundError(path=path, at=day, known=known)
        days, calendars = self.announced[path]
        return calendars[bisect.bisect_right(days, day)]

    def announcements(self, path: str, after: dt.date, until: dt.date) -> tuple[dt.date, ...]:
        """Return the days after one day and up to another on which something was announced."""
        return tuple(day for day in self.announced[path][0] if after < day <= until)


def check_calendar(version: Version) -> None:
    """Raise `RuleError` unless a version of a calendar keeps to the schema."""
    _head(version)
    _years(version)


def zone_of(path: str, name: object) -> ZoneInfo:
    """Return a time zone by its name in the tz database, or raise `RuleError`."""
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        expected = phrase("a zone of the tz database such as Asia/Shanghai")
        raise RuleError(what=keyed("zone", name), path=path, expected=expected) from problem


def _announced(versions: Sequence[Version]) -> tuple[tuple[dt.date, ...], tuple[Calendar, ...]]:
    zone, weekend = _head(versions[0])
    calendars = [Calendar(versions[0].path, zone, weekend, {})]
    for version in versions:
        years = {**calendars[-1].years, **_years(version)}
        told = {year: table for year, table in years.items() if table is not None}
        calendars.append(Calendar(version.path, zone, weekend, MappingProxyType(told)))
    return tuple(version.first_day for version in versions), tuple(calendars)


def _head(version: Version) -> tuple[str, frozenset[int]]:
    zone, weekend = str(version.head.get("zone")), version.head.get("weekend")
    zone_of(version.path, zone)
    if not isinstance(weekend, list) or any(type(day) is not int or not 1 <= day <= _WEEK for day in weekend):
        expected = phrase("weekdays, 1 for Monday to 7 for Sunday")
        raise RuleError(what=keyed("weekend", weekend), path=version.path, expected=expected)
    return zone, frozenset(weekend)


def _years(version: Version) -> dict[int, YearTable | None]:
    """Return the years that a version names; None for one that it does not publish."""
    raw = version.value if version.value is not None else {}
    if not isinstance(raw, dict):
        raise RuleError(what=f"{raw!r}", path=version.path, expected=phrase("years and their tables"))
    return {_year(version, year): _table(version, year, table) for year, table in raw.items()}


def _year(version: Version, year: Any) -> int:  # noqa: ANN401 - a key as the YAML holds it
    if type(year) is not int or not dt.MINYEAR < year < dt.MAXYEAR:
        raise RuleError(what=f"{year!r}", path=version.path, expected=phrase("a year such as 2026"))
    return year


def _table(version: Version, year: int, raw: Any) -> YearTable | None:  # noqa: ANN401 - as the YAML holds it
    if not isinstance(raw, dict) or set(raw) != _YEAR_KEYS or not isinstance(raw["published"], bool):
        expected = phrase("published: true or false, closed and open days")
        raise RuleError(what=keyed(year, raw), path=version.path, expected=expected)
    closed, opened = (_days(version, year, raw[key]) for key in ("closed", "open"))
    both = sorted(closed & opened)
    if both:
        what = phrase("{day} both closed and open", day=both[0])
        raise RuleError(what=what, path=version.path, expected=phrase("one of the two"))
    if not raw["published"]:
        return None
    return YearTable(version.first_day, closed, opened, version.reference.title, version.status)


def _days(version: Version, year: int, raw: Any) -> frozenset[dt.date]:  # noqa: ANN401 - as the YAML holds it
    expected = phrase('days of {year} such as "{year}-05-01", or "{year}-05-01/{year}-05-05"', year=year)
    if not isinstance(raw, list):
        raise RuleError(what=f"{raw!r}", path=version.path, expected=expected)
    found: set[dt.date] = set()
    for span in raw:
        try:
            first, _, last = str(span).partition("/")
            begin = dt.date.fromisoformat(first)
            end = dt.date.fromisoformat(last) if last else begin
        except ValueError as problem:
            raise RuleError(what=f"{span!r}", path=version.path, expected=expected) from problem
        if not begin <= end or begin.year != year or end.year != year:
            raise RuleError(what=f"{span!r}", path=version.path, expected=expected)
        found |= {begin + _DAY * step for step in range((end - begin).days + 1)}
    return frozenset(found)
