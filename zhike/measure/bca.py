r"""Bootstrap intervals, bias-corrected and accelerated (BCa), for many figures at once.

With :math:`\hat\theta` the figure, :math:`\theta^*` its resampled values and :math:`\theta_{(i)}` its values without case i,

.. math::

    z_0 = \Phi^{-1}(P(\theta^* < \hat\theta)), \qquad
    a = \frac{\sum (\bar\theta - \theta_{(i)})^3}{6 (\sum (\bar\theta - \theta_{(i)})^2)^{3/2}}, \qquad
    \alpha' = \Phi\left(z_0 + \frac{z_0 + z_\alpha}{1 - a (z_0 + z_\alpha)}\right)

and the ends are the :math:`\alpha'` quantiles of the resampled values at both :math:`\alpha`. Resampled values equal to the figure count half.

References
----------
B. Efron, "Better bootstrap confidence intervals", JASA 82, 1987.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from zhike.measure.intervals import CONFIDENCE

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["bca_intervals"]


def bca_intervals(
    figures: NDArray[np.float64],
    resampled: NDArray[np.float64],
    left_out: NDArray[np.float64],
    confidence: float = CONFIDENCE,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and the upper ends of the intervals of figures.

    Parameters
    ----------
    figures : array of shape (k,)
    resampled : array of shape (n_resamples, k)
    left_out : array of shape (n_cases, k)
        The figures without each case in turn, for the acceleration.
    confidence : float

    Returns
    -------
    tuple of two arrays of shape (k,)

    Notes
    -----
    A figure that is no number in any resample, or without any case, has no interval: NaN. One that never changes has the figure itself as both ends.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.exponential(size=60)
    >>> means = rng.choice(x, size=(4000, 60)).mean(axis=1)[:, None]
    >>> without = ((x.sum() - x) / 59)[:, None]
    >>> low, high = bca_intervals(np.array([x.mean()]), means, without)
    >>> bool(x.mean() - low[0] < high[0] - x.mean())
    True
    """
    known = np.isfinite(figures) & np.isfinite(resampled).all(axis=0) & np.isfinite(left_out).all(axis=0)
    figures, resampled, left_out = (np.where(known, part, 0.0) for part in (figures, resampled, left_out))
    below = (resampled < figures).mean(axis=0) + (resampled == figures).mean(axis=0) / 2
    # A share of none or all would put the bias at infinity; half a resample is the least that can be told.
    bias: NDArray[np.float64] = ndtri(np.clip(below, 0.5 / len(resampled), 1 - 0.5 / len(resampled)))
    lift = _acceleration(left_out)
    ordered = np.sort(resampled, axis=0)
    low, high = (
        _quantiles(ordered, _adjusted(bias, lift, share))
        for share in ((1 - confidence) / 2, (1 + confidence) / 2)
    )
    constant = ordered[0] == ordered[-1]
    low, high = np.where(constant, figures, low), np.where(constant, figures, high)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _acceleration(left_out: NDArray[np.float64]) -> NDArray[np.float64]:
    away = left_out.mean(axis=0) - left_out
    spread: NDArray[np.float64] = (away**2).sum(axis=0) ** 1.5
    found = np.zeros_like(spread)
    np.divide((away**3).sum(axis=0), 6 * spread, out=found, where=spread > 0)
    return found


def _adjusted(bias: NDArray[np.float64], lift: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    point = bias + ndtri(share)
    return np.asarray(ndtr(bias + point / (1 - lift * point)), dtype=float)


def _quantiles(ordered: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a quantile of each sorted column, its own share each, linear between neighbours."""
    place = shares * (len(ordered) - 1)
    floor = np.clip(np.floor(place).astype(np.intp), 0, max(len(ordered) - 2, 0))
    columns = np.arange(ordered.shape[1])
    under, over = ordered[floor, columns], ordered[np.minimum(floor + 1, len(ordered) - 1), columns]
    return np.asarray(under + (place - floor) * (over - under))
