"""What a simulated year rests on and does not change: what arises, how it would go, who is there, days, hours and rules."""

from __future__ import annotations

import bisect
import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.act.acting import microseconds
from zhike.act.complaint_desk import ComplaintDesk
from zhike.govern.deadlines.case_events import COMPLEXITIES
from zhike.govern.deadlines.service_hours import ServiceHours
from zhike.govern.roles import Access, Actor, Subject, decide_access
from zhike.lab.complaint_year.arising import Arisen, arise_year
from zhike.lab.complaint_year.courses import Courses, courses_of
from zhike.lab.complaint_year.roles import ROLES
from zhike.lab.complaint_year.staffing import Staffing, staffing_of
from zhike.lab.dice import Dice
from zhike.lab.simulated_bank import deck_of
from zhike.measure.complaint_capacity import Assumptions, least_levels
from zhike.measure.complaint_capacity.assumptions import PARTS
from zhike.measure.complaint_capacity.reckoning import DESK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook

__all__ = ["FIRST_DAY", "RULES_ON", "TAIL_DAYS", "Setting"]

FIRST_DAY: Final = dt.date(2025, 5, 1)
"""First day of the year that is played: law and calendars are known until the last of its complaints is answered."""
RULES_ON: Final = dt.date(2026, 1, 1)
"""Day on which the rules of the house are read: the first one on which there are any."""
TAIL_DAYS: Final = 120
"""Days after the year in which what is still open is dealt with."""
_VERBS: Final = (
    "case.manage",
    "case.assign",
    "case.approve",
    "case.verify",
    "case.review_legal",
    "case.review_quality",
)
_LAW_DAYS: Final = (15, 30, 60)
_WEEKS: Final = 28
_BURSTS: Final = 1.25
"""Complaints to come for which hours are kept when a case is drawn forward, against those of the last weeks."""
NIGHTS: Final = (0, 1, 2, 0)
"""Working days for reviews beyond those of reserve, by complexity; the last of a case not assessed."""
_MARGIN: Final = 1.1
_DAY: Final = dt.timedelta(days=1)
_HOUR: Final = 3_600_000_000
_BEFORE_OPENING: Final = 1_800_000_000


@dataclass(frozen=True)
class Setting:
    """Everything that the days of a year are planned from; see `Setting.of`."""

    seed: int
    days: int
    first_handlers: int
    desk: ComplaintDesk
    assumed: Assumptions
    service: ServiceHours
    arisen: Arisen
    courses: Courses
    staffing: Staffing
    verbs: dict[str, frozenset[str]]

    duty = "duty-desk"

    @classmethod
    def of(
        cls, rulebook: Rulebook, seed: int, cases: int, days: int, handlers: int | None, customers: int
    ) -> Setting:
        """Draw a year.

        Parameters
        ----------
        handlers : int or None
            How many there are at first; a tenth more than `needed_in_hindsight` unless given.
        """
        dice, desk, assumed = (
            Dice(seed),
            ComplaintDesk.of(rulebook, RULES_ON),
            Assumptions.of(rulebook, RULES_ON),
        )
        service = ServiceHours.of(rulebook, DESK, desk.calendars, RULES_ON)
        arisen = arise_year(dice, deck_of(rulebook), service.calendar, FIRST_DAY, days, cases, customers)
        drawn = courses_of(dice, arisen, assumed)
        access = Access.of(rulebook)
        verbs = {name: _held(access, role) for name, role in ROLES.items()}
        least = cls(
            seed,
            days,
            1,
            desk,
            assumed,
            service,
            arisen,
            drawn,
            staffing_of(dice, 1, FIRST_DAY, days + TAIL_DAYS),
            verbs,
        )
        count = handlers or math.ceil(_MARGIN * least.needed_in_hindsight)
        staffing = staffing_of(dice, count, FIRST_DAY, days + TAIL_DAYS)
        return cls(seed, days, count, desk, assumed, service, arisen, drawn, staffing, verbs)

    def grown(self, handlers: int) -> Setting:
        """Return the same year with staff for so many handlers."""
        if handlers <= len(self.staffing.handlers):
            return self
        staffing = staffing_of(Dice(self.seed), handlers, FIRST_DAY, self.days + TAIL_DAYS)
        return Setting(
            self.seed, self.days, self.first_handlers, self.desk, self.assumed, self.service, self.arisen, self.courses, staffing, self.verbs
        )  # fmt: skip

    # -- days --------------------------------------------------------------------------------------------------------

    def date(self, day: int) -> dt.date:
        """Return the date of a day."""
        return FIRST_DAY + _DAY * day

    def number(self, date: str | None) -> int | None:
        """Return the day of a date in ISO form."""
        return None if date is None else (dt.date.fromisoformat(date) - FIRST_DAY).days

    @cached_property
    def _working(self) -> list[int]:
        last = dt.date(RULES_ON.year, 12, 31)
        return [
            day
            for day in range((last - FIRST_DAY).days + 1)
            if self.service.calendar.is_working(self.date(day))
        ]

    def working(self, day: int) -> bool:
        """Return whether the desk works on a day."""
        place = bisect.bisect_left(self._working, day)
        return place < len(self._working) and self._working[place] == day

    def workdays_upto(self, day: int) -> int:
        """Return how many working days there are up to a day, itself included."""
        return bisect.bisect_right(self._working, day)

    def next_working(self, day: int) -> int:
        """Return the first working day on or after a day."""
        return self._working[min(bisect.bisect_left(self._working, day), len(self._working) - 1)]

    def workdays_on(self, day: int, count: int) -> int:
        """Return the working day so many after a day."""
        return self._working[min(bisect.bisect_right(self._working, day) + count - 1, len(self._working) - 1)]

    def workdays_before(self, day: int, count: int | None = None) -> int:
        """Return the working day so many before a day, the days of reserve unless given; the day itself where none is known."""
        back = self.assumed.reserve_days if count is None else count
        place = bisect.bisect_right(self._working, day) - 1 - back
        return day if day > self._working[-1] else self._working[max(place, 0)]

    def workdays_between(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many working days come after each first day and not after the last."""
        days = np.array(self._working)
        return np.asarray(
            np.searchsorted(days, last, side="right") - np.searchsorted(days, first, side="right")
        )

    # -- hours -------------------------------------------------------------------------------------------------------

    @cached_property
    def day_hours(self) -> float:
        """Hours that a handler has for cases on a day."""
        spans = self.service.spans(self.date(self._working[0]))
        return sum((last - first).total_seconds() for first, last in spans) / 3600 * self.assumed.at_cases

    def morning(self, day: int) -> int:
        """Return an instant half an hour before the desk opens; of a day without service the middle of the day."""
        spans = self.service.spans(self.date(day))
        at = spans[0][0] if spans else dt.datetime.combine(self.date(day), dt.time(4), tzinfo=dt.UTC)
        return microseconds(at) - _BEFORE_OPENING

    def evening(self, day: int) -> int:
        """Return the last instant of a day."""
        return self.midnight + (day + 1) * 24 * _HOUR - 1

    def hour(self, day: int, worked: float) -> int:
        """Return the instant at which a handler has worked so many hours at cases, evenly over the day's service."""
        left = int(worked / self.assumed.at_cases * _HOUR)
        spans = self.service.spans(self.date(day))
        for first, last in spans:
            length = microseconds(last) - microseconds(first)
            if left <= length:
                return microseconds(first) + left
            left -= length
        return microseconds(spans[-1][1])

    @cached_property
    def _mean_left(self) -> NDArray[np.float64]:
        """Hours left on average by complexity (the last for one that was not assessed) and part."""
        known = [
            [self.assumed.hours_of(name, PARTS[part:]) for part in range(len(PARTS))] for name in COMPLEXITIES
        ]
        shares = [self.assumed.shares[name] for name in COMPLEXITIES]
        return np.array([*known, np.array(shares) @ np.array(known)])

    def mean_left(self, complexity: int, part: int) -> float:
        """Return the hours that such a case still takes on average."""
        return float(self._mean_left[complexity, part])

    def capacity_ahead(self, day: int, handlers: int, there: int) -> NDArray[np.float64]:
        """Return the hours of today and of the days to come."""
        ahead = range(day, day + self.assumed.horizon_days)
        usual = handlers * self.assumed.present
        return np.array(
            [(there if one == day else usual) * self.day_hours if self.working(one) else 0.0 for one in ahead]
        )

    def reserve(self, day: int) -> NDArray[np.float64]:
        """Return the hours up to each day that complaints still to come will need by then: as many a day as in the last four weeks, and a margin for bursts.

        Before long holidays a complaint that comes in has few working days: its own date says so.
        """
        since = max(day - _WEEKS, 0)
        mean = _BURSTS * (self._upto(day) - self._upto(since)) / max(day - since, 1)
        horizon = self.assumed.horizon_days
        needed = np.zeros(horizon)
        for name, due in zip(COMPLEXITIES, self._begun_by, strict=True):
            last = np.maximum(due[day : day + horizon] - day, np.arange(len(due[day : day + horizon])))
            hours = mean * self.assumed.shares[name] * self.assumed.hours_of(name)
            needed += np.bincount(last[last < horizon], minlength=horizon) * hours
        return np.asarray(np.cumsum(needed))

    @cached_property
    def _begun_by(self) -> list[NDArray[np.int64]]:
        """By complexity: the day by which the work on a case that comes in on each day has to be begun."""
        return [
            np.array([self.workdays_before(day + law, self.assumed.reserve_days + nights) for day in range(self.days + TAIL_DAYS)])
            for law, nights in zip(_LAW_DAYS, NIGHTS, strict=False)
        ]  # fmt: skip

    @cached_property
    def midnight(self) -> int:
        """The instant at which the year begins, in microseconds."""
        return microseconds(dt.datetime.combine(FIRST_DAY, dt.time.min, tzinfo=self.service.zone))

    @cached_property
    def _day_of(self) -> NDArray[np.int64]:
        return np.asarray((self.arisen.at - self.midnight) // (24 * _HOUR))

    def of_day(self, day: int) -> Sequence[int]:
        """Return the cases that come in on a day."""
        return range(self._upto(day), self._upto(day + 1))

    def _upto(self, day: int) -> int:
        return int(np.searchsorted(self._day_of, day, side="left"))

    @property
    def limit(self) -> int:
        """What a handler may give alone, in minor units."""
        return self.desk.limit([ROLES["handler"]])

    # -- hindsight ---------------------------------------------------------------------------------------------------

    @cached_property
    def needed_in_hindsight(self) -> int:
        """Handlers without whom no order of work would have kept every date of this year: a lower bound, all hours known."""
        days = self.days + _LAW_DAYS[-1]
        work = np.zeros((1, days, days + 1))
        due = np.array([[self._due(day, law) for law in _LAW_DAYS] for day in range(self.days)])
        day = np.minimum(self._day_of, self.days - 1)
        alone = (self.arisen.again < 0) & (self.courses.end == 0)
        hours = self.courses.hours.sum(axis=1) - self.courses.hours[:, -1]
        last = np.minimum(due[day, self.courses.complexity], days)
        np.add.at(work[0], (day[alone], last[alone]), hours[alone])
        shape = np.array([self.day_hours if self.working(one) else 0.0 for one in range(days)])
        return int(np.ceil(least_levels(work, shape)[0] / self.assumed.present))

    def _due(self, day: int, law: int) -> int:
        return self.workdays_before(day + law)


def _held(access: Access, role: str) -> frozenset[str]:
    """Return the verbs that a role has about a complainant, by the bank's own rules of access."""
    actor = Actor(role, (role,), None)
    subject: Any = Subject()
    return frozenset(
        verb for verb in _VERBS if decide_access(access, actor, verb, subject, "complaint", RULES_ON).allowed
    )
