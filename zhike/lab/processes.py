"""Businesses of a made-up bank as a log of events: how often each is done, in which ways, by how many hands, with how many minutes.

Each business has its ways and their chances, so that variety, frequency and minutes are known: the measurement is tested against them.
"""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from zhike.lab.dice import Dice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["BUSINESSES", "Business", "Step", "chances", "process_log", "ways"]


class Step(NamedTuple):
    """A step: minutes of staff in the median, channel (None: nobody is there), chance that a case has it (1: each has it)."""

    name: str
    minutes: float
    channel: str | None = None
    chance: float = 1.0


class Business(NamedTuple):
    """A business: cases a month, its steps in order, chance that one is done again, chance that another takes over at a step."""

    per_month: float
    steps: tuple[Step, ...]
    rework: float
    changes: float


BUSINESSES: Final[Mapping[str, Business]] = MappingProxyType({
    "address_change": Business(260.0, (
        Step("receive", 3.0, "branch"), Step("check_papers", 2.0, None, 0.1), Step("enter", 4.0), Step("confirm", 1.0),
    ), 0.02, 0.05),
    "card_replacement": Business(180.0, (
        Step("block", 2.0, "phone"), Step("prove_identity", 4.0, "phone", 0.35), Step("order_card", 3.0), Step("tell_customer", 1.0, None, 0.5),
    ), 0.04, 0.1),
    "loan_change": Business(60.0, (
        Step("talk", 18.0, "branch"), Step("ask_papers", 5.0, None, 0.5), Step("value_security", 20.0, None, 0.3), Step("judge", 15.0),
        Step("ask_again", 8.0, "phone", 0.4), Step("write_contract", 9.0), Step("sign", 10.0, "branch"),
    ), 0.12, 0.35),
    "inheritance": Business(14.0, (
        Step("listen", 35.0, "adviser"), Step("papers_of_court", 12.0, None, 0.6), Step("find_accounts", 14.0, None, 0.7),
        Step("ask_heirs", 20.0, "phone", 0.5), Step("ask_tax", 10.0, None, 0.5), Step("legal_opinion", 25.0, None, 0.4),
        Step("second_talk", 30.0, "adviser", 0.5), Step("divide", 18.0), Step("close_accounts", 9.0, None, 0.6),
    ), 0.2, 0.5),
})  # fmt: skip
"""Four businesses, from what is done often in few ways to what is seldom and each time otherwise. Invented."""
_SPREAD: Final = 0.35
"""Deviation of the logarithm of a step's minutes. Invented."""
_CONTENT: Final = 4.2
"""Satisfaction with a case in one pair of hands without rework. Invented."""
_HANDED: Final = -0.25
"""Points of satisfaction that a hand-off costs. Invented."""
_AGAIN: Final = -0.8
"""Points that doing a step again costs. Invented."""
_NOISE: Final = 0.7
"""Deviation of satisfaction that neither explains. Invented."""
_ANSWERING: Final = 0.4
"""Share of cases that are rated. Invented."""
_STAFF: Final = 9
"""Members of staff. Invented."""
_MONTH: Final = 30.44
_FIRST: Final = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a log of one place


def ways(business: Business) -> NDArray[np.bool_]:
    """Return the ways that a business can go, shape (ways, steps): which steps each has."""
    open_steps = [place for place, step in enumerate(business.steps) if step.chance < 1]
    found = np.ones((2 ** len(open_steps), len(business.steps)), dtype=bool)
    for digit, place in enumerate(open_steps):
        found[:, place] = np.arange(len(found)) >> digit & 1
    return found


def chances(business: Business) -> Floats:
    """Return the chance of each way, of `ways`.

    Examples
    --------
    >>> [round(float(one), 3) for one in chances(BUSINESSES["address_change"])]
    [0.9, 0.1]
    """
    chance = np.array([step.chance for step in business.steps])
    has = ways(business)
    return np.asarray(np.where(has, chance, 1 - chance).prod(axis=1))


def process_log(months: float, seed: int, businesses: Mapping[str, Business] = BUSINESSES) -> pl.DataFrame:
    """Return the log of some months, an event a row, in the order in which things happened.

    Examples
    --------
    >>> log = process_log(1.0, 1)
    >>> log.columns
    ['business', 'case', 'activity', 'time', 'channel', 'minutes', 'staff', 'rework', 'satisfaction']
    """
    dice = Dice(seed)
    parts = [_of_business(dice, name, business, months) for name, business in businesses.items()]
    return pl.concat(parts).sort("time", "case").with_columns(pl.col("time").dt.strftime("%Y-%m-%d %H:%M:%S"))


def _of_business(dice: Dice, name: str, business: Business, months: float) -> pl.DataFrame:
    who = np.arange(_many(dice, name, business.per_month * months))
    way = dice.pick(chances(business).tolist(), f"{name} way", who)
    row, step = np.nonzero(ways(business)[way])
    again = dice.happens(business.rework, f"{name} again", who[row], step)
    # A step that is done again stands twice in a row.
    row, step, marked = (
        np.concatenate([one, one[again]]) for one in (row, step, np.zeros(len(row), np.int64))
    )
    marked[len(marked) - int(again.sum()) :] = 1
    order = np.lexsort((marked, step, row))
    row, step, marked = row[order], step[order], marked[order]
    usual, channel = (np.array([getattr(one, part) for one in business.steps], dtype=object) for part in ("minutes", "channel"))  # fmt: skip
    minutes = usual[step].astype(np.float64) * np.exp(_SPREAD * dice.normal(f"{name} minutes", who[row], step, marked))  # fmt: skip
    staff = _hands(dice, name, business, who, row, step)
    begun = 86_400 * _MONTH * months * dice.uniform(f"{name} begins", who)
    seconds = (begun[row] + 3_600 * (2.0 * step + marked)).astype(np.int64)
    rated = _satisfaction(dice, name, who, row, staff, marked)
    return pl.DataFrame({
        "business": [name] * len(row), "case": [f"{name}-{one}" for one in row],
        "activity": [business.steps[one].name for one in step],
        "time": pl.Series([_FIRST] * len(row), dtype=pl.Datetime("us")) + pl.Series(seconds * 1_000_000).cast(pl.Duration("us")),
        "channel": pl.Series(channel[step].tolist(), dtype=pl.String), "minutes": minutes.round(2), "staff": [f"S{one}" for one in staff],
        "rework": marked, "satisfaction": pl.Series(rated[row]).fill_nan(None),
    })  # fmt: skip


def _many(dice: Dice, name: str, mean: float) -> int:
    """Return a Poisson number by its quantile."""
    from scipy.stats import poisson

    return int(poisson.ppf(dice.uniform(f"{name} cases", np.zeros(1, np.int64))[0], mean))


def _hands(
    dice: Dice, name: str, business: Business, who: NDArray[np.int64], row: NDArray[np.int64], step: NDArray[np.int64]
) -> NDArray[np.int64]:  # fmt: skip
    """Return who does each step: the one before, or another member of staff."""
    first = np.floor(_STAFF * dice.uniform(f"{name} hands", who)).astype(np.int64)
    moved = dice.happens(business.changes, f"{name} moves", who[row], step).astype(np.int64)
    moved[np.flatnonzero(np.diff(row, prepend=-1))] = 0
    before = np.cumsum(moved)
    start = before[np.searchsorted(row, row)]
    return np.asarray((first[row] + before - start) % _STAFF)


def _satisfaction(
    dice: Dice, name: str, who: NDArray[np.int64], row: NDArray[np.int64], staff: NDArray[np.int64], marked: NDArray[np.int64]
) -> Floats:  # fmt: skip
    """Return satisfaction of each case, NaN where nobody was asked."""
    changed = np.bincount(row[1:], (np.diff(staff) != 0) & (np.diff(row) == 0), minlength=len(who))
    again = np.bincount(row, marked, minlength=len(who)) > 0
    felt = _CONTENT + _HANDED * changed + _AGAIN * again + _NOISE * dice.normal(f"{name} content", who)
    asked = dice.happens(_ANSWERING, f"{name} answers", who)
    return np.asarray(np.where(asked, np.clip(np.round(felt, 1), 1.0, 5.0), np.nan))
