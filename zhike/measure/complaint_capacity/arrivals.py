r"""How many complaints will come in on each of the coming days, as sample paths: weekday, level, trend, season, and bursts that go on.

The mean of a day is ``level * factor(class of the day) * season``. The level is a discounted mean (gamma-Poisson with discount .94, about 16 days of memory),
the factors are shrunk to those of working and free days. Bursts and drifts are not modelled but kept: a path follows what came after some past day,
against the level of that day, for as long as the past allows, then what came after another: chance is in it. A past that holds few such stretches tells
little of how they spread, so the spread is widened as that of a prediction from so many.

References
----------
A. Harvey, C. Fernandes, Journal of Business & Economic Statistics 7, 1989 (discounted counts); H. Kuensch, Annals of Statistics 17, 1989 (blocks);
E. Gardner, E. McKenzie, Management Science 31, 1985 (damped trend).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["DAY_CLASSES", "arrival_paths", "day_class"]

DAY_CLASSES: Final = 9
"""Monday to Sunday as usual, a weekday without work, a Saturday or Sunday with work."""
_CLOSED, _MADE_UP = 7, 8
_WEEKEND: Final = (5, 6)
_DISCOUNT: Final = 0.94
_SHRINK: Final = 6.0
"""Days of a class that its usual factor counts for."""
_ROUNDS: Final = 3
_BLOCK: Final = 7
_WARM: Final = 14
"""First days, from which no ratio is taken: the level is not settled."""
_TREND_DAYS: Final = 56
_DAMPED: Final = 0.97
_YEAR: Final = 364
"""Days of 52 weeks, so that weekdays meet."""
_SEASON_HALF: Final = 10
_HALF: Final = 0.5
_MOST: Final = 1e9
"""Complaints a day that no bank has: a bound for what is drawn."""


def day_class(weekday: int, *, working: bool) -> int:
    """Return the class of a day; ``weekday`` counts from 1, Monday.

    Examples
    --------
    >>> day_class(3, working=True), day_class(3, working=False), day_class(6, working=True)
    (2, 7, 8)
    """
    free = weekday - 1 in _WEEKEND
    if free == working:
        return _MADE_UP if working else _CLOSED
    return weekday - 1


@dataclass(frozen=True, slots=True)
class _Fit:
    """What the past says: factors by class, the level before each day and at its end as a sum and its weight, growth."""

    factors: Reals
    levels: Reals
    total: float
    weight: float
    growth: float


def arrival_paths(
    counts: Whole, classes: Whole, ahead: Whole, paths: int, rng: np.random.Generator, unknown: float = 0.0
) -> Whole:
    """Return sample paths of the days to come, shape (paths, days).

    Parameters
    ----------
    counts, classes : ndarray of int, shape (n,)
        Complaints of each past day, the last one yesterday, and its class; three weeks or more, but with ``unknown``.
    ahead : ndarray of int, shape (days,)
        Classes of the days to come.
    paths : int
    rng : Generator
    unknown : float
        Standard deviation, as a share, of what comes in against the mean of the past: where the past is too short to show how days spread. 0 reads it from the past.
    """
    if unknown:
        return _young(counts, classes, ahead, paths, rng, unknown)
    fit = _fitted(counts, classes)
    usual, trend = fit.factors[ahead] * _season(counts, len(ahead)), _trend(fit.growth, len(ahead))
    # How well the level itself is known.
    level = rng.gamma(fit.total + _HALF, 1.0 / fit.weight, paths)
    ratios = _followed(fit, counts, fit.factors[classes], (paths, len(ahead)), rng)
    drawn = np.maximum((level[:, None] * (usual * trend) + _HALF) * ratios - _HALF, 0.0)
    return np.floor(np.minimum(drawn, _MOST) + rng.random(drawn.shape)).astype(np.int64)


def _young(
    counts: Whole, classes: Whole, ahead: Whole, paths: int, rng: np.random.Generator, unknown: float
) -> Whole:  # fmt: skip
    """Return paths around the mean of the few days there are; how far one is off it is assumed, not learnt."""
    factors = _usual(counts, classes)
    level = rng.gamma(counts.sum() + _HALF, 1.0 / max(float(factors[classes].sum()), _HALF), paths)
    variance = np.log1p(unknown**2)
    off = np.exp(rng.normal(-variance / 2, np.sqrt(variance), paths))
    return np.asarray(rng.poisson(np.minimum((level * off)[:, None] * factors[ahead], _MOST)), dtype=np.int64)


def _fitted(counts: Whole, classes: Whole) -> _Fit:
    factors = _usual(counts, classes)
    for _ in range(_ROUNDS):
        level, total, weight = _levels(counts, factors[classes])
        factors = _factors(counts, classes, level, factors)
    level, total, weight = _levels(counts, factors[classes])
    return _Fit(factors, level, total, weight, _growth(counts, factors[classes]))


def _levels(counts: Whole, factors: Reals) -> tuple[Reals, float, float]:
    """Return the level before each day, and the sum and weight after the last; it begins at the mean of the first two weeks."""
    first = float(counts[:_WARM].sum() / max(factors[:_WARM].sum(), _HALF))
    weight = 1.0 / (1.0 - _DISCOUNT)
    total, levels = first * weight, np.empty(len(counts))
    for day, (count, factor) in enumerate(zip(counts, factors, strict=True)):
        levels[day] = total / weight
        total, weight = _DISCOUNT * total + count, _DISCOUNT * weight + factor
    return levels, total, weight


def _usual(counts: Whole, classes: Whole) -> Reals:
    """Return the factors of working and of free days, as far as classes are not told apart."""
    free = np.isin(classes, [*_WEEKEND, _CLOSED])
    mean = max(float(counts.mean()), _HALF)
    by_kind = [
        float((counts[kind].sum() + _SHRINK * mean) / (kind.sum() + _SHRINK) / mean) for kind in (~free, free)
    ]
    return np.where(np.isin(np.arange(DAY_CLASSES), [*_WEEKEND, _CLOSED]), by_kind[1], by_kind[0])


def _factors(counts: Whole, classes: Whole, level: Reals, before: Reals) -> Reals:
    came = np.bincount(classes, weights=counts, minlength=DAY_CLASSES)
    expected = np.bincount(classes, weights=level, minlength=DAY_CLASSES)
    usual = float(level.mean()) * _SHRINK
    found = (came + usual * _usual(counts, classes)) / np.maximum(expected + usual, _HALF)
    # Level and factors are known up to a common factor: the mean day of the past has factor 1.
    scale = float(found[classes].mean())
    return np.asarray(found / scale) if scale > 0 else before


def _followed(
    fit: _Fit, counts: Whole, factors: Reals, shape: tuple[int, int], rng: np.random.Generator
) -> Reals:
    """Return paths of ratios: what came after a past day, against the level of that day, one such piece after another."""
    paths, days = shape
    length = min(days, max((len(counts) - _WARM) // 2, _BLOCK))
    origins = np.arange(_WARM, max(len(counts) - length, _WARM) + 1)
    places = np.minimum(origins[:, None] + np.arange(length), len(counts) - 1)
    expected = fit.levels[origins][:, None] * factors[places]
    pieces = (counts[places] + _HALF) / (expected + _HALF)
    # Stretches that overlap are no more than this many of their own.
    alone = max(len(origins) / length, 1.0) + 1.0
    wider = np.sqrt((alone + 1.0) / (alone - 1.0))
    pieces = np.maximum(1.0 + (pieces - pieces.mean(axis=0)) * wider, 0.0)
    found, reached = np.empty((paths, 0)), np.ones((paths, 1))
    while found.shape[1] < days:
        piece = pieces[rng.integers(0, len(pieces), paths)] * reached
        reached = piece[:, -_BLOCK:].mean(axis=1, keepdims=True)
        found = np.concatenate([found, piece], axis=1)
    return found[:, :days]


def _growth(counts: Whole, factors: Reals) -> float:
    """Return the daily growth of the level over the last eight weeks, drawn to none by how uncertain it is."""
    span = min(len(counts), _TREND_DAYS)
    weeks = span // _BLOCK
    if weeks < 4:  # noqa: PLR2004 - a line through fewer points says nothing
        return 0.0
    came = counts[-weeks * _BLOCK :].reshape(weeks, _BLOCK).sum(axis=1)
    usual = factors[-weeks * _BLOCK :].reshape(weeks, _BLOCK).sum(axis=1)
    logs = np.log((came + _HALF) / np.maximum(usual, _HALF))
    place = np.arange(weeks) - (weeks - 1) / 2
    slope = float(place @ logs / (place @ place))
    error = float(((logs - logs.mean() - slope * place) ** 2).sum() / max(weeks - 2, 1) / (place @ place))
    return slope * slope**2 / (slope**2 + error) / _BLOCK if slope else 0.0


def _trend(growth: float, days: int) -> Reals:
    """Return by how much each day is above the level, which follows a growth with the delay of its memory."""
    damped = growth * _DAMPED ** np.arange(days) / (1.0 - _DISCOUNT)
    return np.asarray(np.exp(np.clip(damped, -1.0, 1.0)))


def _season(counts: Whole, days: int) -> Reals:
    """Return what the same days of last year say against last year's level at this time, drawn half-way to 1; 1 without a year of past."""
    before = len(counts) - _YEAR
    if before < _SEASON_HALF:
        return np.ones(days)
    padded = np.cumsum(np.concatenate([[0], counts]))

    def around(day: int) -> float:
        low, high = max(day - _SEASON_HALF, 0), min(day + _SEASON_HALF + 1, len(counts))
        return float((padded[high] - padded[low] + 1) / (high - low))

    now = around(before)
    return np.sqrt([around(before + day) / now for day in range(days)])
