"""The change of a score from one wave to the next, with persons who answered both counted as the same persons.

With ``u_i = (x_i - m) / n`` what a person adds to the error of a wave's score ``m`` (weighted: ``w_i (x_i - m) / sum w``),

    error^2 = error1^2 + error2^2 - 2 sum over persons in both of u1_i u2_i

Nobody in both is the case of independent waves, everybody in both the paired one; what lies between follows from the same formula. Whoever
was content last year is so this year, as a rule: leaving out the covariance makes the interval too wide.

References
----------
L. Kish, Survey Sampling, 1965, section 12.4 (overlapping samples).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from zhike.measure.scores.estimate import Estimate, around, normal_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["shared_covariance", "wave_difference"]


def wave_difference(
    before: Estimate, after: Estimate, covariance: float = 0.0, level: float = 0.95
) -> Estimate:
    """Return the score after less the one before.

    Parameters
    ----------
    before, after : Estimate
    covariance : float
        Of the two scores, see `shared_covariance`; 0 for independent waves.
    level : float
        Between 0 and 1.

    Examples
    --------
    >>> one, other = Estimate(17.5, 1.5, 0, 0, 900), Estimate(21.0, 2.0, 0, 0, 500)
    >>> [round(part, 3) for part in wave_difference(one, other)[:4]]
    [3.5, 2.5, -1.4, 8.4]
    """
    square = before.error**2 + after.error**2 - 2 * covariance
    # The sum of three estimates may fall below 0 by rounding where everybody answered alike twice.
    error = math.nan if math.isnan(square) else math.sqrt(max(0.0, square))
    return around(after.value - before.value, error, min(before.n, after.n), normal_quantile(level))


def shared_covariance(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Return the covariance of two waves' scores from those who answered both.

    Parameters
    ----------
    before, after : array, shape (n12,)
        Of the same persons, what each adds to the error of its wave: ``w_i (x_i - m) / sum w`` over all answers of the wave.

    Examples
    --------
    >>> import numpy as np
    >>> one, other = np.array([5.0, 6, 7, 2]), np.array([6.0, 6, 9, 3])
    >>> covariance = shared_covariance((one - one.mean()) / 4, (other - other.mean()) / 4)
    >>> bool(np.isclose(covariance, np.cov(one, other, ddof=0)[0, 1] / 4))
    True
    """
    return float(before @ after)
