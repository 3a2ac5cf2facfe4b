"""Prices kept up with the day: found anew from a forecast, what is left of every row, and who is still to come.

    p_t = argmin_{p >= 0}  p (b - used_t) + waiting_t / m  sum_{i in sample of m} max_{x in X_i} (v_i - p A_i) x

("re-solving", Jasin and Kumar, Math. Oper. Res. 37, 2012). The sample is drawn by strata (segment, and what the best action is worth)
so that it is like those still to come. Three readings of the day are weighed by what counts of arrivals say beyond chance
(shrunk as by James and Stein, 1961):

- those who come are like the forecast: so is the rest;
- they are unlike it, but alike among themselves: the day is another one, and the rest is unlike the forecast in the same direction;
- they change while the day goes on: only the order differs, and the rest is the forecast less those who came; towards the end, where
  that is a small difference of large counts, it is like those who came last.

A rest that is always taken to be like the forecast is not safe: where rich customers come first, it loses several times as much as
prices that stay (measured; see docs/concepts/allocation-in-real-time.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.decide.allocation.arrays import arrays_of, part_of
from zhike.decide.allocation.descent import descend
from zhike.decide.allocation.dual import Dual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays
    from zhike.decide.allocation.problem import Problem

__all__ = ["Pace", "Pacer", "apart", "worths"]

_SAMPLE, _LEAST_SAMPLE = 10_000, 1_000
_WORTHS: Final = 8
"""Strata of each segment, by what the best action is worth: more of them are counted too roughly in a forecast of 10,000."""
_WIDTH, _ENOUGH = 1 / 64, 1e-5
"""Width of the smoothing, and what may be left to gain a customer, in mean values."""
_CEILING: Final = 100.0
"""Highest price in price units: a floor that can no longer be filled asks for no more than everything."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the day stands.

    Parameters
    ----------
    prices : ndarray of float64, shape (n_rows,)
        For the customers who come next.
    used : ndarray of float64, shape (n_rows,)
        What was taken of every row so far.
    came, lately : ndarray of int64, shape (n_strata,)
        Customers who came so far, and between the last two refreshes, see `Pacer.strata`.
    progress : float
        Share of the day's customers who should have come, 0 to 1.
    refreshes : int
        How often prices were found.
    change, chance : float
        Chi-squared statistics of those who came between two refreshes against those before, summed; what chance makes them.
    """

    prices: NDArray[np.float64]
    used: NDArray[np.float64]
    came: NDArray[np.int64]
    lately: NDArray[np.int64]
    progress: float = 0.0
    refreshes: int = 0
    change: float = 0.0
    chance: float = 0.0


class Pacer:
    """Finds prices for the rest of a day. It keeps no state of the day itself: that is a `Pace`.

    Parameters
    ----------
    forecast : Problem
        Customers like those who will come, such as yesterday's or a sample of all. Its right-hand sides are not looked at, and a
        cap of a household counts for each member alone.
    capacity : ndarray of float64, shape (n_rows,)
        Right-hand sides of the whole day.
    expected : float
        How many customers the day will bring.
    rng : Generator
        Draws the samples.
    sample : int
        Customers from whom prices are found, at most.
    """

    def __init__(
        self, forecast: Problem, capacity: NDArray[np.float64], expected: float, rng: np.random.Generator, *, sample: int = _SAMPLE
    ) -> None:  # fmt: skip
        self.forecast, self.capacity, self.expected = forecast, capacity, expected
        self.sample = min(sample, max(forecast.customers, _LEAST_SAMPLE))
        self._data = part_of(apart(forecast), rng.permutation(forecast.customers))
        worth = worths(self._data)
        self._edges = np.quantile(worth, np.arange(1, _WORTHS) / _WORTHS) if len(worth) else np.zeros(0)
        of = self.strata(self._data.seg, worth)
        self._pool = np.argsort(of, kind="stable")
        self._size = np.bincount(of, minlength=forecast.segments * _WORTHS)
        self._first = np.cumsum(self._size) - self._size
        whole = Dual(forecast, self._data, capacity)
        self._unit, self._scale = whole.unit, whole.scale

    def strata(self, segment: NDArray[Any], worth: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the strata of customers by segment and by what their best action is worth, see `worths`."""
        return segment.astype(np.int64) * _WORTHS + np.searchsorted(self._edges, worth)

    def opened(self, prices: NDArray[np.float64]) -> Pace:
        """Return the beginning of a day with stored prices, such as those of the batch over the forecast."""
        none = np.zeros_like(self._size)
        return Pace(np.minimum(prices, _CEILING * self._unit), np.zeros_like(self.capacity), none, none)

    def refreshed(
        self, pace: Pace, progress: float, used: NDArray[np.float64], came: NDArray[np.int64]
    ) -> Pace:
        """Return the state with prices for the rest of the day.

        Parameters
        ----------
        pace : Pace
            The state before.
        progress : float
            Share of the day's customers who should have come, 0 to 1.
        used : ndarray of float64, shape (n_rows,)
            What was taken of every row since the day began.
        came : ndarray of int64, shape (n_strata,)
            Customers who came since the day began, by stratum.
        """
        lately = came - pace.came
        more, by_chance = _unlike(lately, pace.came)
        now = replace(
            pace, used=used, came=came, lately=lately, progress=progress, refreshes=pace.refreshes + 1, change=pace.change + more,
            chance=pace.chance + by_chance,
        )  # fmt: skip
        waiting = self.expected * (1.0 - progress)
        if waiting < 1.0 or not self.forecast.k or not len(self._data.act):
            return now
        data = part_of(self._data, self._pool[self._places(self.awaited(now, waiting))])
        left = (self.capacity - used - self._caution(progress)) * (len(data.seg) / waiting)
        return replace(now, prices=self._priced(data, left, pace.prices))

    def awaited(self, pace: Pace, waiting: float) -> NDArray[np.float64]:
        """Return how many customers of each stratum are still to come, of ``waiting`` in all."""
        share, arrived = self._size / self._size.sum(), pace.came.sum()
        off = (pace.came - share * arrived) * _beyond(*_unlike(pace.came, self._size))
        changing = _beyond(pace.change, pace.chance)
        # What a part of the day says about the rest weighs as much as that part: at first the forecast is believed.
        alike = waiting / (arrived + waiting)
        rest = _shares((share > 0) * (share * waiting + off * ((1.0 - changing) * alike - changing)), share)
        late = changing * self._lateness(share, arrived + waiting, waiting)
        return waiting * ((1.0 - late) * rest + late * _shares(pace.lately * (share > 0), rest))

    def _lateness(self, share: NDArray[np.float64], all_: float, waiting: float) -> float:
        """Return how far the last arrivals say more than the forecast less all of them, a difference of large counts."""
        error = float(np.sqrt(all_ * share * (1.0 - share) * (1.0 + all_ / self._size.sum())).sum())
        return error**2 / (error**2 + waiting**2)

    def _caution(self, progress: float) -> NDArray[np.float64]:
        """Return by how much more is asked of floors while it is not sure who comes: a floor missed cannot be made good later.

        That is the standard error of a count of half of all customers, from a forecast, as a share of it; it ends with the day.
        """
        error = (1.0 / self.expected + 1.0 / self.forecast.customers) * (1.0 - progress)
        return np.where(self.capacity < 0, np.sqrt(error) * -self.capacity, 0.0)

    def _places(self, awaited: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return places in the pool, of each stratum its share of the sample; of a small stratum some stand there twice."""
        upto = np.floor(np.cumsum(awaited) * (self.sample / awaited.sum()) + 0.5).astype(np.int64)
        count = np.diff(upto, prepend=0) * (self._size > 0)
        of = np.repeat(np.arange(len(count)), count)
        within = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
        return np.asarray(self._first[of] + within % self._size[of], dtype=np.int64)

    def _priced(
        self, data: Arrays, left: NDArray[np.float64], prices: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        box = (0.0 * self._unit, _CEILING * self._unit)
        dual = Dual(self.forecast, data, left, unit=self._unit, scale=self._scale, box=box)
        return descend(
            dual, prices, [_WIDTH * self._scale], _ENOUGH * self._scale * len(data.seg)
        ).best.prices


def apart(problem: Problem) -> Arrays:
    """Return all customers of a problem as units of their own: a cap that a household shares counts for each member alone."""
    data, _ = arrays_of(problem.uncapped())
    if problem.caps is None:
        return data
    caps = problem.caps
    return data._replace(counted=caps.actions, limit=caps.limit, shared=np.zeros_like(caps.by_household))


def worths(data: Arrays) -> NDArray[np.float64]:
    """Return what the best action of each customer is worth, 0 where there is none."""
    found, some = np.zeros(len(data.seg)), np.diff(data.indptr) > 0
    if some.any():
        found[some] = np.maximum.reduceat(data.val, data.indptr[:-1][some])
    return found


def _unlike(some: NDArray[np.int64], others: NDArray[np.int64]) -> tuple[float, float]:
    """Return the chi-squared statistic against two counts having the same shares, and its degrees of freedom."""
    size, of = int(some.sum()), int(others.sum())
    if not size or not of:
        return 0.0, 0.0
    both = some + others
    seen = both > 0
    off = (some - others * (size / of))[seen]
    variance = both[seen] / (size + of) * size * (1.0 + size / of)
    return float((off**2 / variance).sum()), float(seen.sum() - 1)


def _shares(counts: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares of counts, those below 0 left aside; where none is left, the others."""
    some = np.maximum(counts, 0.0)
    return np.asarray(some / some.sum() if some.sum() > 0 else others, dtype=np.float64)


def _beyond(found: float, by_chance: float) -> float:
    """Return the share of a chi-squared statistic that chance does not explain."""
    return max(0.0, 1.0 - by_chance / found) if found > 0 else 0.0
