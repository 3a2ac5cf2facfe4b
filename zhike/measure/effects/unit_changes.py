r"""What changed where an action was rolled out, held against units where it was not.

Each unit is one case, however many periods it has: its mean after less its mean before. Errors that hang together within a unit, which make
differences in differences on unit-periods far too sure (Bertrand, Duflo and Mullainathan), are then no matter. With ``c_i`` these changes,

    effect = mean(c | treated) - mean(c | not),   error^2 = s^2 (1 / n_1 + 1 / n_0),   Student(n_1 + n_0 - 2)

with ``s`` pooled; where both sides have `OWN_SPREAD` units or more each has its own spread (Welch). In a trial, whose units were drawn, the means after are
adjusted for those before by one regression (analysis of covariance), Student(n - 3): what a unit was like before then costs no precision. ``p_value`` is
that of the draw: the share of all ways to draw as many units whose effect is as far from 0 (Fisher), the drawn one counted in.

That both would have gone the same way is assumed where units were not drawn; ``before`` says how far the trends already differed before.

References
----------
M. Bertrand, E. Duflo, S. Mullainathan, "How much should we trust differences-in-differences estimates?", Quarterly Journal of Economics 119, 2004;
R. Fisher, The Design of Experiments, 1935; B. Welch, Biometrika 34, 1947.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.scores.estimate import Estimate, around, student_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["OWN_SPREAD", "UnitChange", "trial_change", "unit_change"]

OWN_SPREAD: Final = 8
"""Units on each side from which on each side's own spread is taken: below, it is known too badly."""
_ALL_DRAWS: Final = 5_000
_DRAWS: Final = 4_999
_FEWEST: Final = 2


class UnitChange(NamedTuple):
    """What changed.

    Parameters
    ----------
    effect : Estimate
        ``n`` counts units.
    improved : float
        Chance that the effect lies above 0, by the same Student distribution as the interval.
    p_value : float
        Of the draw, see above.
    before : Estimate or None
        How far trends a period differed before the action; None with fewer than two periods before, or of a trial.
    treated, comparison : int
        Units.
    """

    effect: Estimate
    improved: float
    p_value: float
    before: Estimate | None
    treated: int
    comparison: int


def unit_change(
    panel: NDArray[np.float64],
    treated: NDArray[np.bool_],
    later: NDArray[np.bool_],
    rng: np.random.Generator,
    level: float = 0.95,
) -> UnitChange:
    """Return the difference of the changes of treated and other units.

    Parameters
    ----------
    panel : array, shape (units, periods)
        NaN where a unit has no figure of a period.
    treated : array of bool, shape (units,)
    later : array of bool, shape (periods,)
        Periods from the start on.
    rng : Generator
        Draws units again where all ways to draw them are too many.
    level : float
        Of the interval.

    Raises
    ------
    AnswersError
        When there is no treated unit, fewer than two others, or a unit has no figure before or after.

    Examples
    --------
    >>> panel = np.array([[5.0, 8.0], [4.0, 7.5], [5.0, 5.5], [6.0, 6.0], [4.0, 4.5]])
    >>> found = unit_change(panel, np.array([True, True, False, False, False]), np.array([False, True]), np.random.default_rng(0))
    >>> round(found.effect.value, 3), round(found.p_value, 2)
    (2.917, 0.1)
    """
    _check_units(panel, treated, later)
    changes = np.nanmean(panel[:, later], axis=1) - np.nanmean(panel[:, ~later], axis=1)
    effect, degrees = _between(changes, treated, level)
    return UnitChange(
        effect, _improved(effect, degrees), _draw_p(changes, treated, rng), _trends(panel[:, ~later], treated, level),
        int(treated.sum()), int((~treated).sum()),
    )  # fmt: skip


def trial_change(
    panel: NDArray[np.float64],
    treated: NDArray[np.bool_],
    later: NDArray[np.bool_],
    rng: np.random.Generator,
    level: float = 0.95,
) -> UnitChange:
    """Return the effect of a trial whose units were drawn; see `unit_change` for the parameters.

    Raises
    ------
    AnswersError
        As `unit_change`, and with fewer than four units.
    """
    _check_units(panel, treated, later)
    if len(panel) <= _FEWEST + 1:
        raise _few_units(int(treated.sum()), int((~treated).sum()))
    after, before = np.nanmean(panel[:, later], axis=1), np.nanmean(panel[:, ~later], axis=1)
    design = np.column_stack([np.ones(len(panel)), treated.astype(np.float64), before - before.mean()])
    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ (design.T @ after)
    degrees = len(panel) - int(np.linalg.matrix_rank(design))
    spread = float(((after - design @ beta) ** 2).sum()) / degrees
    effect = around(
        float(beta[1]), math.sqrt(spread * inverse[1, 1]), len(panel), student_quantile(level, degrees)
    )
    # What is left of the means after once those before are taken off is exchangeable under no effect.
    centred = before - before.mean()
    squares = float(centred @ centred)
    rest = after - centred * (float(centred @ after) / squares if squares > 0 else 0.0)
    return UnitChange(
        effect, _improved(effect, degrees), _draw_p(rest, treated, rng), None, int(treated.sum()), int((~treated).sum()),
    )  # fmt: skip


def _improved(effect: Estimate, degrees: float) -> float:
    from scipy.special import stdtr

    if effect.error > 0:
        return float(stdtr(degrees, effect.value / effect.error))
    return float(np.sign(effect.value) / 2 + 0.5)


def _between(
    changes: NDArray[np.float64], treated: NDArray[np.bool_], level: float
) -> tuple[Estimate, float]:
    """Return the difference of means with its interval, and its degrees of freedom."""
    with_it, without = changes[treated], changes[~treated]
    n_1, n_0 = len(with_it), len(without)
    squares = [float(((one - one.mean()) ** 2).sum()) for one in (with_it, without)]
    degrees = float(n_1 + n_0 - 2)
    variance = sum(squares) / degrees * (1 / n_1 + 1 / n_0)
    if min(n_1, n_0) >= OWN_SPREAD:
        own = [square / (n - 1) / n for square, n in zip(squares, (n_1, n_0), strict=True)]
        variance = sum(own)
        parts = sum(one**2 / (n - 1) for one, n in zip(own, (n_1, n_0), strict=True))
        degrees = variance**2 / parts if parts > 0 else degrees
    value = float(with_it.mean() - without.mean())
    return around(value, math.sqrt(variance), n_1 + n_0, student_quantile(level, degrees)), degrees


def _trends(before: NDArray[np.float64], treated: NDArray[np.bool_], level: float) -> Estimate | None:
    """Return how far the trends before differed; None where a unit has not two periods."""
    if np.isfinite(before).sum(axis=1).min() < _FEWEST:
        return None
    places = np.where(np.isfinite(before), np.arange(before.shape[1], dtype=np.float64), np.nan)
    x = places - np.nanmean(places, axis=1, keepdims=True)
    slopes = np.nansum(x * before, axis=1) / np.nansum(x**2, axis=1)
    return _between(slopes, treated, level)[0]


def _draw_p(values: NDArray[np.float64], treated: NDArray[np.bool_], rng: np.random.Generator) -> float:
    """Return the share of draws whose difference of means is as far from 0 as that of the units drawn."""
    n, many = len(values), int(treated.sum())
    if math.comb(n, many) <= _ALL_DRAWS:
        sums = values[np.array(list(itertools.combinations(range(n), many)))].sum(axis=1)
    else:
        drawn = rng.permuted(np.tile(values, (_DRAWS, 1)), axis=1)[:, :many].sum(axis=1)
        sums = np.append(drawn, values[treated].sum())
    away = np.abs(sums / many - (values.sum() - sums) / (n - many))
    seen = abs(float(values[treated].mean() - values[~treated].mean()))
    return float(np.mean(away >= seen * (1 - 1e-9)))


def _check_units(panel: NDArray[np.float64], treated: NDArray[np.bool_], later: NDArray[np.bool_]) -> None:
    with_it, without = int(treated.sum()), int((~treated).sum())
    if with_it < 1 or without < _FEWEST:
        raise _few_units(with_it, without)
    seen = np.isfinite(panel)
    lacking = ~(seen[:, later].any(axis=1) & seen[:, ~later].any(axis=1))
    if lacking.any():
        raise AnswersError(
            what=phrase("{count} units without a figure before or after the start", count=int(lacking.sum())),
            expected=phrase("at least one of each for every unit"),
            advice=phrase("Leave out units that opened or closed meanwhile, or take more periods."),
        )


def _few_units(with_it: int, without: int) -> AnswersError:
    return AnswersError(
        what=phrase("{treated} units with the action and {others} without", treated=with_it, others=without),
        expected=phrase("one at least with it and two without, four in a trial"),
        advice=phrase("Name the units under `treated` and `comparison`, or take design `interrupted`."),
    )
