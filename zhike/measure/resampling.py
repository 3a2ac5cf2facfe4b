"""Intervals from figures of samples drawn again: percentiles, and percentiles corrected for bias and skew (BCa).

With ``G`` the distribution of the drawn figures, ``z0`` the normal quantile of the share of them below the figure itself (those equal to it
count half) and the acceleration ``a`` from the figures ``t_i`` of the answers without the ``i``-th,

    a = sum (t - t_i)^3 / (6 (sum (t - t_i)^2)^1.5),   with t their mean
    BCa(alpha) = G^-1( Phi( z0 + (z0 + z_alpha) / (1 - a (z0 + z_alpha)) ) )

References
----------
B. Efron, "Better bootstrap confidence intervals", JASA 82, 1987; B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 14.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["bca_interval", "percentile_interval", "resample_counts"]

_BLOCK = 4_000_000
"""Counts held at a time."""


def resample_counts(n: int, draws: int, rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Yield how often each of ``n`` rows stands in each drawn sample, in blocks of shape (some draws, n)."""
    block = max(1, min(draws, _BLOCK // max(n, 1)))
    for start in range(0, draws, block):
        many = min(block, draws - start)
        rows = rng.integers(0, n, size=(many, n)) + n * np.arange(many)[:, None]
        yield np.bincount(rows.ravel(), minlength=many * n).reshape(many, n).astype(np.float64)


def percentile_interval(drawn: NDArray[np.float64], level: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of percentile intervals.

    Parameters
    ----------
    drawn : array, shape (draws, ...)
        NaN where a drawn sample had no figure; those are passed over.

    Returns
    -------
    tuple of array
        Low and high, each of shape ``drawn.shape[1:]``.
    """
    low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def bca_interval(value: float, drawn: NDArray[np.float64], left_out: NDArray[np.float64], level: float = 0.95) -> tuple[float, float]:
    """Return the ends of the BCa interval of one figure.

    Parameters
    ----------
    value : float
        The figure of the answers themselves.
    drawn : array, shape (draws,)
        Its value in samples drawn again.
    left_out : array, shape (n,)
        Its value with each answer left out in turn.
    level : float
        Between 0 and 1.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> drawn = rng.normal(5, 1, 100_000)
    >>> [round(end, 1) for end in bca_interval(5.0, drawn, np.array([4.9, 5.0, 5.1]))]
    [3.1, 7.0]
    """
    away = left_out.mean() - left_out
    spread = float(np.sum(away**2))
    skew = float(np.sum(away**3)) / (6 * spread**1.5) if spread > 0 else 0.0
    below = float(np.mean(drawn < value) + np.mean(drawn == value) / 2)
    # All draws on one side leave the correction without an end; half a draw is as far as they can tell.
    z0 = ndtri(np.clip(below, 0.5 / len(drawn), 1 - 0.5 / len(drawn)))
    z = z0 + ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    low, high = np.quantile(drawn, ndtr(z0 + z / (1 - skew * z)))
    return float(low), float(high)
