"""What is punished and what is rewarded: the overall score of those who rate a driver low, and of those who rate it high.

With dummies for low and high answers of each driver, all in one regression of the overall score,

    overall = c + sum (penalty_j low_j + reward_j high_j) + e

``penalty`` is how far the overall score of whoever rates low lies from that of whoever rates in between (below 0 as a rule), ``reward``
how far that of whoever rates high does. A basic factor punishes only, an excitement factor rewards only; the asymmetry is

    (reward + penalty) / (|reward| + |penalty|),   from -1 (basic) to 1 (excitement)

Errors are those of unequal variances (HC3): discontent answers spread more than content ones.

References
----------
R. Brandt, "A procedure for identifying value-enhancing service components", 1987; J. Mikulic, D. Prebezac, Managing Service Quality 18, 2008.
J. MacKinnon, H. White, J. Econometrics 29, 1985 (HC3).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.measure.scores.estimate import Estimate, around, student_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Contrast", "penalty_reward"]


class Contrast(NamedTuple):
    """Penalty and reward of a driver in points of the overall score; None where too few rated low, or high.

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
) -> list[Contrast]:
    """Return penalty and reward of each driver.

    Parameters
    ----------
    ratings : array, shape (n, drivers)
    overall : array, shape (n,)
        Rows without gaps.
    cuts : tuple of float
        Highest answer that is low, lowest that is high.
    least : int
        Answers below which a side is not told.
    level : float
        Between 0 and 1.
    """
    sides = np.stack([ratings <= cuts[0], ratings >= cuts[1]], axis=2).astype(np.float64)
    counts = sides.sum(axis=0).astype(int)
    told = (counts >= least) & (counts <= len(ratings) - least)
    slopes, errors, degrees = _regression(sides[:, told], overall)
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


def _regression(
    dummies: NDArray[np.float64], overall: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Return slopes without the constant, their HC3 errors, and the degrees of freedom."""
    design = np.column_stack([np.ones(len(overall)), dummies])
    inverse = np.linalg.pinv(design.T @ design, hermitian=True)
    slopes = inverse @ design.T @ overall
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    # A row that its own dummy explains alone has leverage 1: it says nothing of the spread.
    residual = (overall - design @ slopes) / np.maximum(1 - leverage, 1e-8)
    half = inverse @ (design.T * residual)
    errors = np.sqrt(np.einsum("ij,ij->i", half, half))
    return slopes[1:], errors[1:], len(overall) - design.shape[1]
