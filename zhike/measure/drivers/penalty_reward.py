"""What is punished and what is rewarded: the overall score of those who rate a driver low, and of those who rate it high.

With dummies for low and high answers of each driver, all in one regression of the overall score,

    overall = c + sum (penalty_j low_j + reward_j high_j) + e

``penalty`` is how far the overall score of whoever rates low lies from that of whoever rates in between (below 0 as a rule), ``reward``
how far that of whoever rates high does. A basic factor punishes only, an excitement factor rewards only; the asymmetry is

    (reward + penalty) / (|reward| + |penalty|),   from -1 (basic) to 1 (excitement)

Errors are those of unequal variances (HC3, `zhike.measure.drivers.regression`): discontent answers spread more than content ones. Whoever gave a driver no rating is on neither
side of it; columns that stay in the model (``beside``) can tell them from those who rate in between.

References
----------
R. Brandt, "A procedure for identifying value-enhancing service components", 1987; J. Mikulic, D. Prebezac, Managing Service Quality 18, 2008.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.measure.drivers.regression import hc3
from zhike.measure.scores.estimate import Estimate, around, student_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Contrast", "penalty_reward"]


class Contrast(NamedTuple):
    """Penalty and reward of a driver in points of the overall score; None where too few rated low, or high, or in between.

    ``factor`` is ``basic`` where only the penalty is beyond chance, ``excitement`` where only the reward is, ``performance`` where both
    are, else ``none``.
    """

    rated_low: int
    rated_high: int
    penalty: Estimate | None
    reward: Estimate | None
    asymmetry: float
    factor: str


def penalty_reward(
    ratings: NDArray[np.float64],
    overall: NDArray[np.float64],
    cuts: tuple[float, float],
    least: int = 5,
    level: float = 0.95,
    beside: NDArray[np.float64] | None = None,
    weights: NDArray[np.float64] | None = None,
) -> list[Contrast]:
    """Return penalty and reward of each driver.

    Parameters
    ----------
    ratings : array, shape (n, drivers)
        NaN where there was none.
    overall : array, shape (n,)
        Without gaps.
    cuts : tuple of float
        Highest answer that is low, lowest that is high.
    least : int
        Answers below which a side is not told.
    level : float
        Between 0 and 1.
    beside : array, shape (n, columns), optional
        What stays in the model beside the sides.
    weights : array, shape (n,), optional
        What each respondent counts.
    """
    sides = np.stack([ratings <= cuts[0], ratings >= cuts[1]], axis=2).astype(np.float64)
    counts = sides.sum(axis=0).astype(int)
    rated = np.isfinite(ratings).sum(axis=0)[:, None]
    # Where hardly anybody rates in between, there is nothing that low and high could be compared with.
    told = (counts >= least) & (rated - counts.sum(axis=1, keepdims=True) >= least)
    design = sides[:, told] if beside is None else np.column_stack([sides[:, told], beside])
    slopes, errors, degrees = hc3(design, overall, weights)
    t = student_quantile(level, degrees)
    place = np.cumsum(told).reshape(told.shape) - 1

    def found(driver: int, side: int) -> Estimate | None:
        if not told[driver, side]:
            return None
        one = place[driver, side]
        return around(float(slopes[one]), float(errors[one]), int(counts[driver, side]), t)

    return [
        _contrast((int(low), int(high)), found(one, 0), found(one, 1))
        for one, (low, high) in enumerate(counts.tolist())
    ]


def _contrast(counts: tuple[int, int], penalty: Estimate | None, reward: Estimate | None) -> Contrast:
    punished = penalty is not None and penalty.high < 0
    rewarded = reward is not None and reward.low > 0
    factor = {(True, True): "performance", (True, False): "basic", (False, True): "excitement"}.get(
        (punished, rewarded), "none"
    )
    asymmetry = math.nan
    if penalty is not None and reward is not None and (span := abs(reward.value) + abs(penalty.value)) > 0:
        asymmetry = (reward.value + penalty.value) / span
    return Contrast(*counts, penalty, reward, asymmetry, factor)
