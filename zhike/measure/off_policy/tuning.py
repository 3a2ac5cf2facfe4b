"""SLOPE: choose among estimators with less and less variance and more and more bias, without knowing the bias."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["half_width", "slope"]

_CONFIDENCE: Final = 0.95
"""One-sided, for the widths that are compared."""


def half_width(rows: NDArray[np.float64], confidence: float = _CONFIDENCE) -> float:
    """Return the half-width of a one-sided normal interval of a mean; 0 for rows that are all alike."""
    return NormalDist().inv_cdf(confidence) * float(rows.std()) / math.sqrt(len(rows))


def slope(values: NDArray[np.float64], widths: NDArray[np.float64], factor: float = math.sqrt(6) - 1) -> int:
    r"""Return the place of the estimate that SLOPE chooses.

    Parameters
    ----------
    values, widths : ndarray of float, shape (m,)
        Estimates of one quantity, and half-widths of their intervals.
    factor : float
        :math:`C`; :math:`\sqrt 6 - 1` makes the bound of the second paper smallest.

    Returns
    -------
    int
        Taken from the widest to the narrowest, the last estimate :math:`i` with
        :math:`|\hat\theta_i - \hat\theta_j| \le c_i + C c_j` for all :math:`j` before it, when no one before failed that.

    References
    ----------
    Y. Su, P. Srinath, A. Krishnamurthy, "Adaptive estimator selection for off-policy evaluation", ICML 2020.
    G. Tucker, J. Lee, "Improved estimator selection for off-policy evaluation", ICML workshop on RL theory 2021.

    Examples
    --------
    The second agrees with the first and is narrower; the third is far from both.

    >>> slope(np.array([1.0, 1.1, 3.0]), np.array([0.5, 0.2, 0.1]))
    1
    """
    order = np.argsort(-widths, kind="stable")
    for place in range(1, len(order)):
        one, before = order[place], order[:place]
        if (np.abs(values[before] - values[one]) > widths[one] + factor * widths[before]).any():
            return int(order[place - 1])
    return int(order[-1])
