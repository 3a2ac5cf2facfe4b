"""Shares of groups and their differences, each with an interval that holds for small groups and for shares near 0 and 1.

With ``k`` of ``n`` and ``z`` the quantile of the normal distribution, the interval of a share is Wilson's,

    (k + z^2 / 2 +- z sqrt(k (n - k) / n + z^2 / 4)) / (n + z^2)

and that of the difference of two independent shares ``p`` and ``q`` with Wilson's ends ``(l, u)`` and ``(m, v)`` is Newcombe's hybrid score,

    p - q - sqrt((p - l)^2 + (v - q)^2),   p - q + sqrt((u - p)^2 + (q - m)^2)

Neither leaves its range, and neither has length 0 where nobody or everybody counts.

References
----------
E. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
R. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17, 1998, methods 3 and 10.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final, NamedTuple

__all__ = ["LEVEL", "Share", "difference", "quantile", "share"]

LEVEL: Final = 0.95
"""Share of repetitions in which an interval holds the truth."""


class Share(NamedTuple):
    """A share, or the difference of two, with the ends of its interval."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether it differs from 0 beyond chance."""
        return self.low > 0 or self.high < 0


def quantile(comparisons: int = 1) -> float:
    """Return the ``z`` of two-sided intervals that hold all together at `LEVEL`, however they depend on each other (Bonferroni).

    Parameters
    ----------
    comparisons : int
        How many intervals there are.

    Examples
    --------
    >>> round(quantile(), 2), round(quantile(20), 2)
    (1.96, 3.02)
    """
    return NormalDist().inv_cdf(1 - (1 - LEVEL) / (2 * max(1, comparisons)))


def share(count: float, size: float, z: float | None = None) -> Share | None:
    """Return ``count`` of ``size`` with its interval; None where there is nobody.

    Parameters
    ----------
    count, size : float
    z : float, optional
        See `quantile`; that of one interval unless given.

    Examples
    --------
    >>> [round(part, 4) for part in share(15, 148)]
    [0.1014, 0.0624, 0.1605]
    """
    if size <= 0:
        return None
    z = quantile() if z is None else z
    middle = (count + z * z / 2) / (size + z * z)
    half = z * math.sqrt(count * (size - count) / size + z * z / 4) / (size + z * z)
    # At 0 and 1 the end is the share itself, which rounding would miss by a digit.
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == size else middle + half
    return Share(count / size, low, high)


def difference(one: tuple[int, int], other: tuple[int, int], z: float | None = None) -> Share | None:
    """Return the share of one group less that of another with its interval; None where either is empty.

    Parameters
    ----------
    one, other : tuple of (int, int)
        Count and size.
    z : float, optional
        See `quantile`; that of one interval unless given.

    Examples
    --------
    >>> [round(part, 4) for part in difference((56, 70), (48, 80))]
    [0.2, 0.0524, 0.3339]
    """
    p, q = share(*one, z), share(*other, z)
    if p is None or q is None:
        return None
    value = p.value - q.value
    low = value - math.hypot(p.value - p.low, q.high - q.value)
    high = value + math.hypot(p.high - p.value, q.value - q.low)
    return Share(value, low, high)
