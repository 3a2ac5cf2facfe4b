"""The change of a score from one wave to the next, with persons who answered both counted as the same persons.

With ``n1`` and ``n2`` answers, of which ``n12`` persons gave one in each wave with covariance ``s12``,

    error^2 = error1^2 + error2^2 - 2 n12 s12 / (n1 n2)

Nobody in both is the case of independent waves, everybody in both the paired one; what lies between follows from the same formula. Whoever
was content last year is so this year, as a rule: leaving out the covariance makes the interval too wide.

References
----------
L. Kish, Survey Sampling, 1965, section 12.4 (overlapping samples).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from zhike.measure.scores.estimate import Estimate, around, normal_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["shared_covariance", "wave_difference"]


def wave_difference(before: Estimate, after: Estimate, covariance: float = 0.0, level: float = 0.95) -> Estimate:
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


def shared_covariance(
    before: NDArray[np.float64], after: NDArray[np.float64], sizes: tuple[int, int], *, sample: bool
) -> float:
    """Return the covariance of two waves' means from those who answered both.

    Parameters
    ----------
    before, after : array, shape (n12,)
        The same persons' answers.
    sizes : tuple of int
        All answers of each wave, ``n1`` and ``n2``.
    sample : bool
        Whether the covariance is divided by ``n12 - 1`` as that of means, or by ``n12`` as that of shares.
    """
    shared = len(before)
    if shared < 2:  # noqa: PLR2004 - one person has no covariance
        return 0.0
    found = float(np.cov(before, after, ddof=1 if sample else 0)[0, 1])
    return shared * found / (sizes[0] * sizes[1])
