r"""Groups of a few answers, drawn toward all others by as much as chance would explain: empirical Bayes.

A branch with six answers tops every league table or ends it. Its answers are read with what the other groups say of the spread of
groups. Shares are beta-binomial: group shares follow ``Beta(a, b)``, with ``a`` and ``b`` of largest likelihood over all groups, and a
group with ``k`` of ``n`` has ``Beta(a + k, b + n - k)``. Means are normal: with the pooled variance ``s^2`` of answers within groups and the
variance ``t^2`` between them by Paule and Mandel, which solves ``sum (m_i - m)^2 / (s^2 / n_i + t^2) = K - 1``,

    B_i = (s^2 / n_i) / (s^2 / n_i + t^2)
    shrunk_i = B_i m + (1 - B_i) m_i,   variance_i = (1 - B_i) s^2 / n_i + B_i^2 var(m)

The intervals take the fitted spread of groups as known; with fewer than some ten groups they are a little too narrow.

References
----------
J. Kleinman, JASA 68, 1973 (beta-binomial); C. Morris, JASA 78, 1983 (normal); R. Paule, J. Mandel, J. Research NBS 87, 1982.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.scores.estimate import normal_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Shrunk", "between_variance", "shrunk_means", "shrunk_shares"]

_FEWEST: Final = 2
_STRONGEST: Final = 1e6
"""Answers that the prior counts as where groups do not differ beyond chance."""


class Shrunk(NamedTuple):
    """Values of groups after shrinkage, each array of shape (groups,); ``weight`` is the part of a group's own answers."""

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    weight: NDArray[np.float64]


def shrunk_shares(counts: NDArray[np.float64], sizes: NDArray[np.float64], level: float = 0.95) -> Shrunk:
    """Return shares of groups drawn toward each other.

    Parameters
    ----------
    counts, sizes : array, shape (groups,)
        ``0 <= counts <= sizes``.
    level : float
        Between 0 and 1.

    Examples
    --------
    >>> found = shrunk_shares(np.array([6.0, 70, 58, 41, 66]), np.array([6.0, 100, 90, 80, 88]))
    >>> bool(found.value[0] < found.value[4]), bool(found.weight[0] < 0.3)
    (True, True)
    """
    from scipy.special import betaincinv

    a, b = _beta_prior(counts, sizes)
    ends = [(1 - level) / 2, (1 + level) / 2]
    low, high = (betaincinv(a + counts, b + sizes - counts, end) for end in ends)
    return Shrunk((a + counts) / (a + b + sizes), low, high, sizes / (a + b + sizes))


def _beta_prior(counts: NDArray[np.float64], sizes: NDArray[np.float64]) -> tuple[float, float]:
    from scipy.optimize import minimize
    from scipy.special import betaln, expit, logit

    overall = float(np.clip(counts.sum() / sizes.sum(), 1e-4, 1 - 1e-4))
    if len(counts) < _FEWEST:
        return overall, 1 - overall

    def loss(at: NDArray[np.float64]) -> float:
        strength = math.exp(at[1])
        a, b = strength * expit(at[0]), strength * expit(-at[0])
        return -float(np.sum(betaln(a + counts, b + sizes - counts) - betaln(a, b)))

    bounds = [(-12.0, 12.0), (math.log(0.1), math.log(_STRONGEST))]
    # A few starts: along the strength the likelihood is flat far out, and a search may stay there.
    tries = [
        minimize(loss, [logit(overall), math.log(one)], bounds=bounds, method="L-BFGS-B")
        for one in (3.0, 30.0, 300.0, 3e4)
    ]
    at = min(tries, key=lambda one: one.fun).x
    strength = math.exp(at[1])
    return float(strength * expit(at[0])), float(strength * expit(-at[0]))


def shrunk_means(
    means: NDArray[np.float64], sizes: NDArray[np.float64], deviation: float, level: float = 0.95
) -> Shrunk:
    """Return means of groups drawn toward each other.

    Parameters
    ----------
    means, sizes : array, shape (groups,)
    deviation : float
        Of answers within groups, pooled over all of them: a group of three does not know its own.
    level : float
        Between 0 and 1.

    Examples
    --------
    >>> found = shrunk_means(np.array([9.0, 7.0, 6.0]), np.array([4.0, 100, 100]), 2.0)
    >>> bool(7.0 < found.value[0] < 9.0), bool(6.0 < found.value[2] < 6.1)
    (True, True)
    """
    own = deviation**2 / sizes
    between = between_variance(means, own)
    weight = 1 / (own + between) if between > 0 or deviation > 0 else np.ones_like(means)
    centre = float(weight @ means / weight.sum())
    drawn = own * weight
    value = drawn * centre + (1 - drawn) * means
    half = normal_quantile(level) * np.sqrt((1 - drawn) * own + drawn**2 / weight.sum())
    return Shrunk(value, value - half, value + half, 1 - drawn)


def between_variance(means: NDArray[np.float64], own: NDArray[np.float64]) -> float:
    """Return the variance between groups by Paule and Mandel; 0 where chance explains all of it.

    Parameters
    ----------
    means, own : array, shape (groups,)
        Values of groups, and the variance that chance alone gives each.
    """
    from scipy.optimize import brentq

    def surplus(between: float) -> float:
        w = 1 / (own + between)
        return float(w @ (means - w @ means / w.sum()) ** 2) - (len(means) - 1)

    if len(means) < _FEWEST or not np.all(own > 0):
        return float(np.var(means, ddof=1)) if len(means) >= _FEWEST else 0.0
    if surplus(0.0) <= 0:
        return 0.0
    most = 1.0
    while surplus(most) > 0:
        most *= 4
    return float(brentq(surplus, 0.0, most, xtol=1e-14 * most, rtol=1e-12))
