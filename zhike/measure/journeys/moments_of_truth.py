r"""Moments of truth from data: where a low rating costs and a high one pays more than elsewhere, on the way of many.

With penalty ``p_j`` and reward ``r_j`` of touchpoint ``j`` in one regression with a column for who met it,

    y = c + sum_j (a_j met_j + p_j low_j + r_j high_j) + e,        score_j = reach_j (r_j - p_j)

A touchpoint is a moment of truth where a penalty below 0 or a reward above 0 is beyond chance, *allowing for all sides of all touchpoints that
were looked at* (Holm), and its score lies above the mean of all touchpoints with the chance that the rules ask. Without the second, every
touchpoint of a large survey would be one. Standard errors are HC3. It is an association: who is content rates everything higher.

References
----------
R. Normann, Service Management, 1984 (the notion); R. Brandt, 1987; J. Mikulic, D. Prebezac, Managing Service Quality 18, 2008 (the contrast).
S. Holm, Scandinavian Journal of Statistics 6, 1979.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.attributes.quadrant_chances import steadied
from zhike.measure.drivers.penalty_reward import penalty_reward
from zhike.measure.journeys.meetings import drawn_estimate
from zhike.measure.journeys.result import AGREEMENTS, Moment, Side
from zhike.measure.path_model.groups import holm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.measure.drivers.penalty_reward import Contrast
    from zhike.measure.scores.estimate import Estimate, Floats

__all__ = ["Asked", "moments_of_truth"]

_KINDS: Final = {(True, True): "performance", (True, False): "basic", (False, True): "excitement"}


class Asked(NamedTuple):
    """What a moment of truth must show: ``cuts`` of low and high ratings, ``least`` ratings of a side, ``level``, ``chance`` of a score above the mean."""

    cuts: tuple[float, float]
    least: int
    level: float
    chance: float


def moments_of_truth(
    ratings: Floats, outcome: Floats, scores: Floats, flags: Sequence[bool | None], asked: Asked, weights: Floats | None = None
) -> list[Moment]:  # fmt: skip
    """Return what each touchpoint shows.

    Parameters
    ----------
    ratings : array, shape (n, touchpoints)
        NaN where a touchpoint was not met.
    outcome : array, shape (n,)
        More is better; without gaps.
    scores : array, shape (1 + draws, touchpoints)
        Of the sample first; see `zhike.measure.journeys.figures.swings`. Nothing is told of a score where too few rated low, or high.
    flags : sequence
        Of the map: whether it is held to be one.
    asked : Asked
    weights : array, shape (n,), optional
    """
    met = np.isfinite(ratings).astype(np.float64)
    beside = met[:, met.std(axis=0) > 0]
    found = penalty_reward(ratings, outcome, asked.cuts, asked.least, asked.level, beside, weights)
    sides = _sides(found, len(outcome) - 1 - beside.shape[1])
    # A score needs both sides: one that too few rated is not nil.
    both = np.array([penalty is not None and reward is not None for penalty, reward in sides])
    scores = np.where(both, scores, np.nan)
    above = _above(scores)
    level = 1 - asked.level
    return [
        _moment(
            flags[place], sides[place], drawn_estimate(scores[:, place], int(met[:, place].sum()), asked.level),
            above[place], asked.chance, level,
        )
        for place in range(len(found))
    ]  # fmt: skip


def _sides(found: Sequence[Contrast], left: int) -> list[tuple[Side | None, Side | None]]:
    """Return penalty and reward with p-values that allow for all of them; ``left`` degrees before the sides are taken off."""
    from scipy.special import stdtr

    both = [one for contrast in found for one in (contrast.penalty, contrast.reward)]
    told = [one for one in both if one is not None]
    degrees = left - len(told)
    p = np.array([2 * stdtr(degrees, -abs(one.value) / one.error) if one.error > 0 else 1.0 for one in told])
    adjusted = iter(holm(p).tolist()) if len(p) else iter(())
    sides = [None if one is None else Side(one, next(adjusted)) for one in both]
    return list(zip(sides[::2], sides[1::2], strict=True))


def _above(scores: Floats) -> list[float | None]:
    """Return of each touchpoint the chance that its score lies above the mean of those that have one."""
    told = np.isfinite(scores[0])
    kept = np.isfinite(scores[1:, told]).all(axis=1)
    chances: list[float | None] = [None] * scores.shape[1]
    if not kept.any():
        return chances
    drawn = steadied(scores[0, told], scores[1:][kept][:, told])
    above = np.mean(drawn > drawn.mean(axis=1, keepdims=True), axis=0)
    for place, chance in zip(np.flatnonzero(told).tolist(), above.tolist(), strict=True):
        chances[place] = chance
    return chances


def _moment(
    flagged: bool | None,  # noqa: FBT001 - a value, no switch
    sides: tuple[Side | None, Side | None],
    score: Estimate,
    chance: float | None,
    least_chance: float,
    level: float,
) -> Moment:
    penalty, reward = sides
    punished = penalty is not None and penalty.p_adjusted < level and penalty.estimate.value < 0
    rewarded = reward is not None and reward.p_adjusted < level and reward.estimate.value > 0
    found = (punished or rewarded) and chance is not None and chance >= least_chance
    agreement = None if flagged is None else AGREEMENTS[2 * flagged + found]
    kind = _KINDS.get((punished, rewarded), "none")
    return Moment(flagged, found, agreement, kind, score, chance, penalty, reward)
