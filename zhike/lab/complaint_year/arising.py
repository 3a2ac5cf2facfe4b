"""When whom what goes wrong: a year of complaints that arise from the state of the bank's customers, and from defects that begin, are found and are mended.

A customer of the simulated bank stands for so many alike that the year has the complaints that are asked for. Each month the bank is played on; whoever is
bitter, in distress, pestered or missold complains the likelier (`zhike.lab.complaints.hazard`). A defect (a fee charged twice, an app that is down, a collector
out of hand, a product that falls) hits a region or a tier from one day on, and its complaints come in a burst that fades once it is found.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab import campaigns
from zhike.lab.complaints import CAUSES, USUAL_MONTHLY_SHARE, hazard
from zhike.lab.shelf import REGIONS
from zhike.lab.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.govern.deadlines.calendars import Calendar
    from zhike.lab.deck import Deck, Orders
    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

    Reals = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Arisen", "Defect", "arise_year", "defects_of"]

_MONTHS: Final = 12
_DEFECTS_A_MONTH: Final = 1.5
"""Defects that begin in a month. Invented."""
_DEFECT_SHARE: Final = 0.2
"""Share of all complaints that come from defects. Invented."""
_FOUND_AFTER: Final = 9.0
"""Mean days until a defect is found. Invented."""
_FADES: Final = 6.0
"""Mean days for which complaints still come in after that. Invented."""
_SIZES: Final = 0.5
"""Spread of the logarithm of a defect's size. Invented."""
_DAYS: Final = (1.15, 1.1, 1.05, 1.0, 1.05, 0.55, 0.45)
"""Complaints by weekday against the mean, Monday first. Invented."""
_HOLIDAY: Final = 0.4
"""The same on a public holiday. Invented."""
_AGAIN: Final = 0.02
"""Share of complaints that repeat one of the days before. Invented."""
_OPENS, _OPEN_MINUTES = 7 * 60, 15 * 60
"""Complaints come in between seven in the morning and ten in the evening, evenly. Invented."""
_MINUTE: Final = 60_000_000
_ZONE_HOURS: Final = 8
_AT_CAUSES: Final = ("pricing", "systems", "collection", "returns", "process", "marketing")
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that goes wrong: what it is about, whom it hits, its first day and the one on which it is found (counted from the year's first), its size."""

    id: str
    cause: int
    region: int | None
    tier: int | None
    first: int
    found: int
    size: float


@dataclass(frozen=True, slots=True)
class Arisen:
    """Complaints in the order of their time.

    Parameters
    ----------
    at : ndarray of int
        Microseconds of UTC.
    customer : sequence of str
    cause, defect : ndarray of int
        Position in `zhike.lab.complaints.CAUSES` and among the defects; -1 for none.
    region, tier : ndarray of int
    vulnerable : ndarray of bool
    again : ndarray of int
        Which complaint it repeats; -1 for none.
    """

    at: Whole
    customer: Sequence[str]
    cause: Whole
    defect: Whole
    region: Whole
    tier: Whole
    vulnerable: NDArray[np.bool_]
    again: Whole


def defects_of(dice: Dice, days: int) -> tuple[Defect, ...]:
    """Return the defects of a year."""
    count = max(round(_DEFECTS_A_MONTH * days / 30), 1)
    who = np.arange(count)
    first = (dice.uniform("defect day", who) * days).astype(int)
    found = first + 1 + (-_FOUND_AFTER * np.log(dice.uniform("defect found", who))).astype(int)
    size = np.exp(_SIZES * dice.normal("defect size", who))
    cause = dice.pick([1.0] * len(_AT_CAUSES), "defect cause", who)
    # Half of them hit a region, a third a tier, the others everybody.
    kind, place = dice.pick([3.0, 2.0, 1.0], "defect reach", who), dice.uniform("defect place", who)
    return tuple(
        Defect(
            f"D{n:02d}", CAUSES.index(_AT_CAUSES[cause[n]]), int(place[n] * len(REGIONS)) if kind[n] == 0 else None,
            int(place[n] * 3) if kind[n] == 1 else None, int(first[n]), int(found[n]), float(size[n]),
        )
        for n in range(count)
    )  # fmt: skip


def arise_year(
    dice: Dice, deck: Deck, calendar: Calendar, first: dt.date, days: int, cases: int, customers: int
) -> Arisen:
    """Return exactly so many complaints of so many days.

    Parameters
    ----------
    calendar : Calendar
        Says which days are public holidays; it covers them all.
    customers : int
        Of the world that is played.
    """
    months = _played(dice, deck, first, days, customers)
    defects = defects_of(dice, days)
    usual, waves = _day_weights(calendar, first, days), _waves(defects, days)
    of_month = np.array([_month(first + _DAY * day) for day in range(days)]) - _month(first)
    # A cell is a day and what is complained of: a cause, or a defect.
    base = usual[:, None] * np.array([one.by_cause.sum(axis=0) for one in months])[of_month]
    share = _DEFECT_SHARE / (1.0 - _DEFECT_SHARE) * base.sum() / max(float(waves.sum()), 1e-12)
    cells = np.concatenate([base, share * waves * usual[:, None] / usual.mean()], axis=1)
    number = np.arange(cases)
    drawn = np.sort(dice.uniform("complaint of the year", number))
    edges = np.cumsum(cells.ravel())
    cell = np.minimum(np.searchsorted(edges / edges[-1], drawn, side="right"), cells.size - 1)
    day, what = np.divmod(cell, cells.shape[1])
    minute = _OPENS + dice.uniform("complaint minute", number) * _OPEN_MINUTES
    order = np.lexsort((number, minute, day))
    day, what, minute = day[order], what[order], minute[order]
    row = _rows(dice, months, of_month[day], what, defects)
    return _arisen(
        dice, months, first, (day, minute), (what, row), of_month[day], (defects, days, cases, customers)
    )


@dataclass(frozen=True, slots=True)
class _Month:
    """What the bank was in a month: chance of a complaint by customer and cause, tier, region, vulnerability."""

    by_cause: Reals
    tier: Whole
    region: Whole
    vulnerable: NDArray[np.bool_]


def _month(day: dt.date) -> int:
    return (day.year - 1970) * _MONTHS + day.month - 1


def _played(dice: Dice, deck: Deck, first: dt.date, days: int, customers: int) -> list[_Month]:
    world = World.opening(dice, deck, customers, _month(first))
    found = []
    for _ in range(_month(first + _DAY * (days - 1)) - _month(first) + 1):
        weather = world.weather()
        chance = hazard(world.traits, world.state, weather) * world.state.here[:, None]
        traits = world.traits
        found.append(
            _Month(
                chance,
                world.state.tier.astype(np.int64),
                traits.region.astype(np.int64),
                traits.vulnerable.copy(),
            )
        )
        world.play(partial(_campaigns, world), campaigns.name_of(world.month))
    return found


def _campaigns(world: World, traits: Traits, state: State, weather: Weather) -> Orders:
    return campaigns.orders(world.dice, world.deck, traits, state, weather, world.resources.monthly)


def _day_weights(calendar: Calendar, first: dt.date, days: int) -> Reals:
    each = [first + _DAY * day for day in range(days)]
    found = [_HOLIDAY if calendar.is_closed(day) else _DAYS[day.weekday()] for day in each]
    made_up = [day.weekday() > 4 and calendar.is_working(day) for day in each]  # noqa: PLR2004 - Friday
    return np.where(made_up, 1.0, found)


def _waves(defects: Sequence[Defect], days: int) -> Reals:
    """Return how strongly each defect is felt on each day, shape (days, defects): it rises until it is found, then fades."""
    day = np.arange(days)[:, None]
    first, found = (np.array([getattr(one, name) for one in defects]) for name in ("first", "found"))
    rising = np.clip((day - first + 1) / np.maximum(found - first, 1), 0.0, 1.0)
    fading = np.exp(-np.maximum(day - found, 0) / _FADES)
    return np.asarray(np.where(day >= first, rising * fading, 0.0) * np.array([one.size for one in defects]))


def _rows(
    dice: Dice, months: Sequence[_Month], month: Whole, what: Whole, defects: Sequence[Defect]
) -> Whole:
    """Return which customer of the world each complaint is of."""
    drawn = dice.uniform("complainant", np.arange(len(what)))
    row = np.zeros(len(what), dtype=np.int64)
    for number in np.unique(month):
        of_month = month == number
        for one in np.unique(what[of_month]):
            mine = of_month & (what == one)
            reached = np.cumsum(_weights(months[number], int(one), defects))
            row[mine] = np.minimum(
                np.searchsorted(reached / reached[-1], drawn[mine], side="right"), len(reached) - 1
            )
    return row


def _weights(month: _Month, what: int, defects: Sequence[Defect]) -> Reals:
    if what < len(CAUSES):
        return month.by_cause[:, what]
    defect, weight = defects[what - len(CAUSES)], month.by_cause.sum(axis=1)
    hit = np.ones(len(weight), dtype=bool)
    if defect.region is not None:
        hit = month.region == defect.region
    if defect.tier is not None:
        hit = month.tier == defect.tier
    return np.where(hit, weight, 0.0) if (weight * hit).any() else weight


def _arisen(
    dice: Dice, months: Sequence[_Month], first: dt.date, when: tuple[Whole, Reals], of: tuple[Whole, Whole], month: Whole,
    given: tuple[Sequence[Defect], int, int, int],
) -> Arisen:  # fmt: skip
    (day, minute), (what, row), (defects, days, cases, customers) = when, of, given
    number = np.arange(cases)
    again = _again(dice, number, max(cases // days, 1))
    origin = np.where(again >= 0, again, number)
    # So many alike that a person complains as often as customers do.
    alike = max(int(cases / (USUAL_MONTHLY_SHARE * _MONTHS * days / 365) / customers), 1)
    copy = (dice.uniform("one of those alike", number) * alike).astype(np.int64)
    row, copy, what = row[origin], copy[origin], what[origin]
    midnight = dt.datetime.combine(first, dt.time.min, tzinfo=dt.UTC) - dt.timedelta(hours=_ZONE_HOURS)
    start = int(midnight.timestamp()) * 1_000_000
    causes = np.array([*range(len(CAUSES)), *(one.cause for one in defects)])
    tier = np.array(
        [months[of_month].tier[one] for of_month, one in zip(month, row, strict=True)], dtype=np.int64
    )
    return Arisen(
        start + day * 1440 * _MINUTE + (minute * _MINUTE).astype(np.int64), [f"L{one:05d}-{two:05d}" for one, two in zip(row, copy, strict=True)],
        causes[what], np.where(what >= len(CAUSES), what - len(CAUSES), -1), months[0].region[row], tier, months[0].vulnerable[row], again,
    )  # fmt: skip


def _again(dice: Dice, number: Whole, a_day: int) -> Whole:
    """Return which complaints repeat one of the last days, themselves no repetition."""
    repeats = dice.happens(_AGAIN, "complains again", number)
    before = number - 1 - (dice.uniform("complained before", number) * 4 * a_day).astype(np.int64)
    before = np.maximum(before, -1)
    return np.where(repeats & (before >= 0) & ~repeats[before], before, -1)
