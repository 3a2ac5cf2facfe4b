r"""What changed with an action, seen in one series of before and after.

The series would have gone on as it went: that is what the action is held against. With ``k_t`` periods since the action and seasons of period ``s``,

    y_t = a + b t + [t >= start] (level + slope k_t) + sum_h (c_h cos(2 pi h t / s) + d_h sin(2 pi h t / s)) + e_t

and errors that hang together, see `zhike.measure.effects.autocorrelation`. ``level`` is the change at once, ``slope`` that of each period more; what
stands at the end and the mean of all periods since follow from both. A series of a comparison that the action did not reach is taken off first, period by
period (controlled interrupted series): what struck both, such as a law or a rate, is no effect then.

What this does not say: that nothing else changed on the same day. A comparison answers that as far as it would have gone the same way.

References
----------
A. Wagner, S. Soumerai, F. Zhang, D. Ross-Degnan, "Segmented regression analysis of interrupted time series studies in medication use research",
Journal of Clinical Pharmacy and Therapeutics 27, 2002; J. Lopez Bernal, S. Cummins, A. Gasparrini, "Interrupted time series regression for the
evaluation of public health interventions: a tutorial", International Journal of Epidemiology 46, 2017, and "The use of controls in interrupted time
series studies of public health interventions", ibidem 47, 2018.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.effects.autocorrelation import autocorrelated_fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.scores.estimate import Estimate

__all__ = ["InterruptedSeries", "Season", "interrupted_series"]


class Season(NamedTuple):
    """What comes again: after so many periods, in so many waves (pairs of cosine and sine)."""

    period: float
    waves: int


class InterruptedSeries(NamedTuple):
    """What changed.

    Parameters
    ----------
    level, slope : Estimate
        At once; with each period more. ``slope`` is None where it was not asked for.
    at_end, mean : Estimate
        In the last period; over all periods since.
    trend : Estimate
        Change a period before the action.
    improved : float
        Chance that ``mean`` lies above 0.
    correlation : tuple of float
        Of neighbouring errors, with the ends of its interval.
    fitted, without : array, shape (points,)
        As the model has it; as it would have gone on without the action.
    before, after : int
        Points.
    """

    level: Estimate
    slope: Estimate | None
    at_end: Estimate
    mean: Estimate
    trend: Estimate
    improved: float
    correlation: tuple[float, float, float]
    fitted: NDArray[np.float64]
    without: NDArray[np.float64]
    before: int
    after: int


def interrupted_series(
    values: NDArray[np.float64],
    periods: NDArray[np.int64],
    start: int,
    *,
    slope: bool = True,
    season: Season | None = None,
    sizes: NDArray[np.float64] | None = None,
    least: tuple[int, int] = (8, 4),
    level: float = 0.95,
) -> InterruptedSeries:
    """Return what changed in a series from a period on.

    Parameters
    ----------
    values : array, shape (points,)
        In the order of time.
    periods : array of int, shape (points,)
        Number of each point's period, rising.
    start : int
        First period with the action.
    slope : bool
        Whether the effect may grow or fade; else it is a change of level alone.
    season : Season, optional
    sizes : array, shape (points,), optional
        Cases behind each point.
    least : tuple of int
        Points before and from the start on below which nothing is said.
    level : float
        Of intervals.

    Raises
    ------
    AnswersError
        When there are too few points, or no two whole seasons, one of them before the start.

    Examples
    --------
    >>> t = np.arange(24)
    >>> found = interrupted_series(5.0 + 0.5 * t + np.where(t >= 12, 3.0, 0.0), t, 12)
    >>> round(found.level.value, 6), round(found.at_end.value, 6), found.mean.excludes_zero
    (3.0, 3.0, True)
    """
    since = np.maximum(periods - start, 0.0)
    later = (periods >= start).astype(np.float64)
    before, after = int((later == 0).sum()), int(later.sum())
    _check_points((before, after), least)
    _check_season(periods, start, season)
    changes = [later, since] if slope else [later]
    design = np.column_stack([np.ones(len(values)), periods - start, *changes, *_waves(periods, season)])
    if len(values) <= design.shape[1] + 1:
        raise _few(len(values), design.shape[1] + 2)
    found = autocorrelated_fit(values, design, periods, sizes)
    of = _contrasts(design, len(changes))
    estimate = {name: found.estimate(contrast, level) for name, contrast in of.items()}
    fitted = design @ found.mean
    gained = design[:, 2 : 2 + len(changes)] @ found.mean[2 : 2 + len(changes)]
    return InterruptedSeries(
        estimate["level"], estimate.get("slope"), estimate["at_end"], estimate["mean"], estimate["trend"],
        1 - found.below(of["mean"]), found.correlation(level), fitted, fitted - gained, before, after,
    )  # fmt: skip


def _contrasts(design: NDArray[np.float64], changes: int) -> dict[str, NDArray[np.float64]]:
    """Return what of the coefficients each figure is."""
    single = np.eye(design.shape[1])
    part = np.zeros(design.shape[1])
    place = slice(2, 2 + changes)
    at_end, mean = part.copy(), part.copy()
    at_end[place] = design[-1, place]
    mean[place] = design[design[:, 2] > 0, place].mean(axis=0)
    found = {"trend": single[1], "level": single[2], "at_end": at_end, "mean": mean}
    return {**found, "slope": single[3]} if changes > 1 else found


def _waves(periods: NDArray[np.int64], season: Season | None) -> list[NDArray[np.float64]]:
    if season is None:
        return []
    turns = 2 * np.pi * periods / season.period
    made = []
    for wave in range(1, season.waves + 1):
        made.append(np.cos(wave * turns))
        # The sine of the wave of two periods is 0 at every whole period.
        if not np.isclose(2 * wave, season.period):
            made.append(np.sin(wave * turns))
    return made


def _check_points(found: tuple[int, int], least: tuple[int, int]) -> None:
    if found[0] < least[0] or found[1] < least[1]:
        raise AnswersError(
            what=phrase("{before} points before the start and {after} from it on", before=found[0], after=found[1]),
            expected=phrase("at least {before} and {after}", before=least[0], after=least[1]),
            advice=phrase("Wait for more periods, take shorter ones, or compare units by design `difference`."),
        )  # fmt: skip


def _check_season(periods: NDArray[np.int64], start: int, season: Season | None) -> None:
    if season is None:
        return
    whole, before = int(periods[-1] - periods[0]) + 1, int(start - periods[0])
    if whole < 2 * season.period or before < season.period:
        raise AnswersError(
            what=phrase("{whole} periods, {before} of them before the start", whole=whole, before=before),
            expected=phrase("two whole seasons of {period:g}, one of them before the start", period=season.period),
            advice=phrase("Give a longer series, or leave out the season and compare with units that share it."),
        )  # fmt: skip


def _few(points: int, least: int) -> AnswersError:
    return AnswersError(
        what=phrase("{points} points", points=points),
        expected=phrase("at least {least} for this model", least=least),
        advice=phrase("Give a longer series, or fewer waves of the season."),
    )
