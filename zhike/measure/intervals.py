r"""Shares of what was counted, and how far they can be trusted.

A share of few cases says little, and one of none or all of them says less than it seems to. The score interval (Wilson 1927) stays between
0 and 1 and holds what it promises for small numbers too; for the difference of two shares the square-and-add method (Newcombe 1998, his
method 10) puts two of them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from zhike.measure.shares import LEVEL, share
from zhike.measure.shares import difference as of_two

__all__ = ["CONFIDENCE", "Share", "difference", "wilson"]

CONFIDENCE: Final = LEVEL


def wilson(met: int, cases: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    r"""Return the score interval of a share.

    Parameters
    ----------
    met, cases : int
        ``0 <= met <= cases``.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    tuple of (float, float)
        The whole of 0 to 1 where there are no cases.

    Notes
    -----
    With :math:`z` the quantile of the normal distribution, the bounds are those :math:`p` for which
    :math:`|\hat p - p| = z \sqrt{p (1 - p) / n}`.

    Examples
    --------
    >>> [round(one, 4) for one in wilson(81, 263)], wilson(0, 0)
    ([0.2553, 0.3662], (0.0, 1.0))
    """
    if not 0 <= met <= cases:
        raise ValueError(f"{met} of {cases}")
    found = share(met, cases, _quantile(confidence))
    return (0.0, 1.0) if found is None else (found.low, found.high)


def _quantile(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some cases met something.

    Parameters
    ----------
    met, cases : int

    Examples
    --------
    >>> whole = Share(3, 4) + Share(1, 4)
    >>> whole.value, [round(one, 3) for one in whole.interval]
    (0.5, [0.215, 0.785])
    """

    met: int = 0
    cases: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.met + other.met, self.cases + other.cases)

    @property
    def value(self) -> float | None:
        """The share; None where there are no cases."""
        return self.met / self.cases if self.cases else None

    @property
    def interval(self) -> tuple[float, float]:
        """See `wilson`."""
        return wilson(self.met, self.cases)


def difference(now: Share, before: Share, confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """Return the interval of the difference of two shares, that before taken from that now; None where one has no cases.

    Notes
    -----
    The cases are taken as independent. Where the same persons are counted twice the interval is rather too wide, so that a change is
    told later rather than too early.

    Examples
    --------
    >>> [round(one, 4) for one in difference(Share(56, 70), Share(48, 80))]
    [0.0524, 0.3339]
    """
    found = of_two((now.met, now.cases), (before.met, before.cases), _quantile(confidence))
    return None if found is None else (found.low, found.high)
