"""The forecast of a complaint desk: on which day its hours no longer suffice, which cases are then late, and how many hours would suffice.

Every coming day is played many times over (`arrival_paths`, hours drawn around their mean), each time with the work in order of its dates. What is said is a
bound: no order of work does better, and a desk whose hours cannot be shared out freely does somewhat worse; ``reserve_days`` are kept free for that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.measure.complaint_capacity.arrivals import arrival_paths
from zhike.measure.complaint_capacity.feasibility import hours_short, latest_start, least_levels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.measure.complaint_capacity.assumptions import Assumptions

    Reals = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["CapacityForecast", "CaseRisk", "DayAhead", "DeskLoad", "OpenCase", "capacity_forecast"]

_INTERVAL: Final = (0.1, 0.9)
_TINY: Final = 1e-12
_NO_HARM: Final = 0.005
"""Chance below which a case is not named."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case with a legal date: which, its state and complexity, and the day counted from today on which that date falls; negative where it has passed."""

    id: str
    state: str
    complexity: str | None
    due: int


@dataclass(frozen=True, slots=True)
class DeskLoad:
    """What a desk has before it.

    Parameters
    ----------
    cases : sequence of OpenCase
    counts, classes : ndarray of int
        Complaints of each past day, the last yesterday, and the class of the day, see `zhike.measure.complaint_capacity.arrivals`.
    ahead : ndarray of int, shape (days,)
        Classes of the days to come, today first.
    law : mapping of str to ndarray of int, shape (days,)
        By complexity: the day, counted from today, of the legal date of a case that comes in on each of the days.
    hours : ndarray of float, shape (days,)
        Hours that the desk serves on each day; 0 on one without work.
    staff : ndarray of float, shape (days,)
        Handlers who are there on each day, as far as is known.
    assessed : mapping of str to int
        Complaints assessed lately by complexity.
    handlers : int or None
        Members of staff, those included who are away; as many as ``staff`` and the share present make unless given.
    """

    cases: Sequence[OpenCase]
    counts: Whole
    classes: Whole
    ahead: Whole
    law: Mapping[str, Whole]
    hours: Reals
    staff: Reals
    assessed: Mapping[str, int]
    handlers: int | None = None


@dataclass(frozen=True, slots=True)
class DayAhead:
    """One day to come: mean and 80 % interval of arrivals, hours planned, chance that a date which falls due then is missed."""

    day: int
    arrivals: float
    low: int
    high: int
    hours: float
    chance: float


@dataclass(frozen=True, slots=True)
class CaseRisk:
    """One case that may be late: the chance of it, hours left, and the last day on which work on it can begin (counted from today)."""

    id: str
    due: int
    hours: float
    chance: float
    latest_start: int


@dataclass(frozen=True, slots=True)
class CapacityForecast:
    """What is to be expected.

    Parameters
    ----------
    chance : float
        That some legal date within the horizon is missed with the hours planned.
    sufficient : bool
        Whether it is at most what the confidence leaves.
    missed_from : int or None
        First day, counted from today, by which the chance that a date was missed is greater than that.
    act_by : int or None
        Last day from which the most overtime still keeps every date with that confidence; None where not even from today, or where nothing is needed.
    planned_hours, needed_hours : float
        Hours at cases on a working day: planned on average, and the least with which no date is missed at the confidence; infinite where nothing helps.
    planned_staff, needed_staff : int
        The same as members of staff, those included who are away.
    late : int
        Cases whose date has passed already.
    history_days : int
        Days of arrivals that it rests on; 0 where they were too few, and only what is open was looked at.
    days : tuple of DayAhead
    cases : tuple of CaseRisk
        The likeliest to be late first.
    """

    chance: float
    sufficient: bool
    missed_from: int | None
    act_by: int | None
    planned_hours: float
    needed_hours: float
    planned_staff: int
    needed_staff: int | None
    late: int
    history_days: int
    days: tuple[DayAhead, ...]
    cases: tuple[CaseRisk, ...]


def capacity_forecast(load: DeskLoad, assumed: Assumptions, rng: np.random.Generator) -> CapacityForecast:
    """Return what a desk is to expect.

    Parameters
    ----------
    load : DeskLoad
    assumed : Assumptions
    rng : Generator
        The same one gives the same forecast.
    """
    played = _Played.of(load, assumed, rng)
    capacity, shape = played.capacity, played.shape
    late: dict[str, Any] = {"late": played.late_hours, "late_share": assumed.late_share}
    short = hours_short(played.work, capacity, **late)
    ever = np.cumsum(short, axis=1) > 0
    chance, allowed = float(ever[:, -1].mean()), 1.0 - assumed.confidence
    by_day = ever.mean(axis=0)
    missed = np.flatnonzero(by_day > allowed)
    level = _level(played, assumed)
    worked = shape > 0
    planned = load.handlers
    if planned is None:
        planned = math.ceil(round(float(load.staff.max(initial=0.0)) / assumed.present, 6))
    act_by = (
        None
        if chance <= allowed
        else latest_start(played.work, capacity, capacity * assumed.surge, assumed.confidence, **late)
    )
    return CapacityForecast(
        chance, chance <= allowed, played.legal(int(missed[0])) if len(missed) else None, act_by,
        float(capacity[worked].mean()) if worked.any() else 0.0, level * (float(shape[worked].mean()) if worked.any() else 0.0),
        planned, _asked(level, planned, assumed, enough=chance <= allowed),
        played.late, played.history, tuple(played.days(short)), tuple(played.risks(short)),
    )  # fmt: skip


def _asked(level: float, planned: int, assumed: Assumptions, *, enough: bool) -> int | None:
    """Return how many members of staff it takes; more than there are where these do not suffice, since some are noted as away."""
    if not math.isfinite(level):
        return None
    least = math.ceil(round(level / assumed.present, 6))
    return least if enough else max(least, planned + 1)


def _level(played: _Played, assumed: Assumptions) -> float:
    """Return the handlers who have to be there so that no date is missed at the confidence, the late cases being dealt with within the horizon."""
    work = played.work.copy()
    work[:, 0, -2] += played.late_hours
    levels = np.sort(least_levels(work, played.shape))
    return float(levels[min(math.ceil(assumed.confidence * len(levels)), len(levels)) - 1])


@dataclass(frozen=True, slots=True)
class _Played:
    """Work of every path by the day it comes in and the day it is due, what comes of cases that are open, and the hours of each day."""

    work: Reals
    mine: Reals
    arrivals: Whole
    open_hours: Reals
    open_due: Whole
    cases: Sequence[OpenCase]
    late: int
    late_hours: float
    capacity: Reals
    shape: Reals
    history: int
    one_hours: Reals

    @classmethod
    def of(cls, load: DeskLoad, assumed: Assumptions, rng: np.random.Generator) -> _Played:
        """Draw them."""
        days, paths = len(load.ahead), assumed.paths
        enough = len(load.counts) >= assumed.fewest_days
        arrivals = (
            arrival_paths(load.counts, load.classes, load.ahead, paths, rng, assumed.unsettled if len(load.counts) < assumed.settled_days else 0.0)
            if enough else np.zeros((paths, days), dtype=np.int64)
        )  # fmt: skip
        earlier = _earlier(load.hours, assumed.reserve_days)
        cases = [one for one in load.cases if one.due >= 0]
        passed = [one for one in load.cases if one.due < 0]
        hours = np.array([assumed.hours_left(one.state, one.complexity) for one in cases], dtype=np.float64)
        due = np.array([earlier(one.due) for one in cases], dtype=np.int64)
        work = np.zeros((paths, days, days + 1))
        work[:, 0] = _drawn(
            _summed(due, hours, days), _summed(due, hours**2, days), assumed.spread, paths, rng
        )
        mine = work[:, 0].copy()
        shares = _shares(load.assessed, assumed)
        for name, share in shares.items():
            _add(
                work,
                arrivals,
                share,
                assumed.hours_of(name),
                np.array([earlier(int(one)) for one in load.law[name]]),
                assumed.spread,
                rng,
            )
        return cls(
            work, mine, arrivals, hours, due, cases, len(passed), sum(assumed.hours_left(one.state, one.complexity) for one in passed),
            load.hours * load.staff * assumed.at_cases, load.hours * assumed.at_cases, len(load.counts) if enough else 0, load.hours,
        )  # fmt: skip

    def legal(self, day: int) -> int:
        """Return the first legal date among cases that have to be done by a day; that day itself where none is known."""
        known = [one.due for one, due in zip(self.cases, self.open_due, strict=True) if due == day]
        return min(known, default=day)

    def days(self, short: Reals) -> list[DayAhead]:
        """Return the days to come."""
        low, high = np.quantile(self.arrivals, _INTERVAL, axis=0)
        mean, chance = self.arrivals.mean(axis=0), (short > 0).mean(axis=0)
        return [
            DayAhead(
                day,
                float(mean[day]),
                int(low[day]),
                math.ceil(high[day]),
                float(self.capacity[day]),
                float(chance[day]),
            )
            for day in range(len(self.capacity))
        ]

    def risks(self, short: Reals) -> list[CaseRisk]:
        """Return the cases that may be late: of those due on one day those that came last, after whatever is still to come in."""
        to_come = self.work[:, :, : short.shape[1]].sum(axis=1) - self.mine[:, : short.shape[1]]
        own = np.maximum(short - to_come, 0.0)
        behind: dict[int, float] = {}
        found = []
        for place in range(len(self.cases) - 1, -1, -1):
            due, hours, case = int(self.open_due[place]), float(self.open_hours[place]), self.cases[place]
            after = behind.get(due, 0.0)
            behind[due] = after + hours
            if due >= short.shape[1]:
                continue
            chance = float((own[:, due] > after).mean())
            if chance >= _NO_HARM:
                found.append(CaseRisk(case.id, case.due, hours, chance, self._latest(hours, due)))
        return sorted(found, key=lambda one: (-one.chance, one.due, one.id))

    def _latest(self, hours: float, due: int) -> int:
        """Return the last day on which one person can begin a case and end it by its date."""
        served = np.cumsum(self.one_hours[due::-1])
        enough = np.flatnonzero(served >= hours)
        return due - int(enough[0]) if len(enough) else 0


class _earlier:  # noqa: N801 - a function that remembers
    """From a legal date to the day by which the work has to be done: so many working days before, today at the earliest."""

    def __init__(self, hours: Reals, reserve: int) -> None:
        self.worked, self.reserve, self.days = np.flatnonzero(hours > 0), reserve, len(hours)

    def __call__(self, due: int) -> int:
        """Return the day; the number of days where it lies beyond them."""
        last = int(np.searchsorted(self.worked, due, side="right")) - 1
        # Of a case whose date is nearer than that, half the days that are left are kept free.
        place = last - min(self.reserve, (last + 1) // 2)
        if due >= self.days:
            # Working days beyond the horizon are not known: as many as there are weekdays among them.
            beyond = (due - self.days + 1) * 5 // 7
            if beyond > self.reserve or not len(self.worked):
                return self.days
            place = len(self.worked) - 1 - (self.reserve - beyond)
        return int(self.worked[place]) if place >= 0 else 0


def _shares(assessed: Mapping[str, int], assumed: Assumptions) -> dict[str, float]:
    total = sum(assessed.values()) + assumed.shares_weight
    if total == 0:
        return dict(assumed.shares)
    return {
        name: (assessed.get(name, 0) + assumed.shares_weight * share) / total
        for name, share in assumed.shares.items()
    }


def _add(
    work: Reals, arrivals: Whole, share: float, hours: float, due: Whole, spread: float, rng: np.random.Generator
) -> None:  # fmt: skip
    """Add the hours of cases to come of one complexity: so many of each day's are such, each with hours of its own."""
    number = rng.binomial(arrivals, share)
    for day, last in enumerate(due):
        count = number[:, day].astype(np.float64)
        mean, square = np.asarray(count * hours), np.asarray(count * hours**2)
        work[:, day, max(int(last), day)] += _hours(mean, square, spread, rng)


def _summed(due: Whole, hours: Reals, days: int) -> Reals:
    return np.asarray(np.bincount(due, hours, days + 1), dtype=np.float64)


def _drawn(mean: Reals, square: Reals, spread: float, paths: int, rng: np.random.Generator) -> Reals:
    """Return the hours of each due day, shape (paths, days)."""
    return _hours(np.tile(mean, (paths, 1)), np.tile(square, (paths, 1)), spread, rng)


def _hours(mean: Reals, square: Reals, spread: float, rng: np.random.Generator) -> Reals:
    """Return sums of hours of cases, given the sum of their means and of the squares of these: gamma, so that no work is less than none."""
    if spread == 0:
        return np.array(mean, dtype=np.float64)
    variance = np.maximum(spread**2 * square, _TINY)
    found = rng.gamma(mean**2 / variance) * variance / np.maximum(mean, _TINY)
    return np.asarray(np.where(mean > 0, found, 0.0))
