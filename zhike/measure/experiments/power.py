"""How many customers an experiment needs, and what it can see with those it has.

For a difference d between two arms whose estimate has variance v_t / n_t + v_c / n_c, with share s of all n in the treated arm,

    n = (z_(1 - alpha / 2) + z_power)^2 (v_t / s + v_c / (1 - s)) / d^2.

For shares v = p (1 - p), each at its own rate. With pre-period data of correlation r to the outcome, variances are (1 - r^2) of
what they were (`zhike.measure.experiments.variance_reduction`). An experiment that is read sequentially needs more: see the widths in
`zhike.measure.experiments.sequential`.

References
----------
J. Fleiss, B. Levin and M. C. Paik, "Statistical methods for rates and proportions", 3rd ed., 2003, chapter 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

__all__ = ["Plan", "size_for_means", "size_for_shares"]

_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an experiment is to hold to.

    Parameters
    ----------
    alpha : float
        Probability of a false alarm, two-sided.
    power : float
        Probability of seeing the difference where it is there.
    treated : float
        Share of the customers who are treated.
    correlation : float
        Of the outcome with the pre-period data it is adjusted by.
    """

    alpha: float = 0.05
    power: float = 0.8
    treated: float = 0.5
    correlation: float = 0.0

    def __post_init__(self) -> None:
        inside = (self.alpha, self.power, self.treated)
        if not all(0 < one < 1 for one in inside) or not -1 < self.correlation < 1:
            raise UsageError(
                what=phrase(
                    "alpha, power and share treated {inside}, correlation {correlation}",
                    inside=inside,
                    correlation=self.correlation,
                ),
                expected=phrase("the first three between 0 and 1, the correlation between -1 and 1"),
            )

    def spread(self, treated: float, untreated: float) -> float:
        """Return the variance of the difference times the number of customers, from the variances of the arms."""
        raw = treated / self.treated + untreated / (1.0 - self.treated)
        return raw * (1.0 - self.correlation**2)

    def size(self, difference: float, treated: float, untreated: float) -> int:
        """Return the number of customers, of both arms, from a difference and the variances of the arms."""
        if difference == 0:
            raise UsageError(
                what=phrase("a difference of 0"),
                expected=phrase("another one: no number of customers shows that"),
            )
        z = _NORMAL.inv_cdf(1.0 - self.alpha / 2.0) + _NORMAL.inv_cdf(self.power)
        wanted = (z / difference) * (z / difference) * self.spread(treated, untreated)
        if not math.isfinite(wanted) or not math.isfinite(difference):
            raise UsageError(
                what=phrase(
                    "a difference of {difference} with variances of {treated} and {untreated}",
                    difference=difference,
                    treated=treated,
                    untreated=untreated,
                ),
                expected=phrase("numbers, and a difference that some number of customers shows"),
            )
        # An arm of nobody shows nothing, however little outcomes vary.
        return max(math.ceil(wanted), math.ceil(1.0 / min(self.treated, 1.0 - self.treated)))

    def reached(self, n: int, difference: float, treated: float, untreated: float) -> float:
        """Return the power that ``n`` customers give; ``n`` is 1 or more."""
        if n < 1:
            raise UsageError(what=phrase("{n} customers", n=n), expected=phrase("1 or more"))
        error = math.sqrt(self.spread(treated, untreated) / n)
        z = _NORMAL.inv_cdf(1.0 - self.alpha / 2.0)
        away = abs(difference) / error if error > 0 else math.inf if difference else 0.0
        return _NORMAL.cdf(away - z) + _NORMAL.cdf(-away - z)


def size_for_shares(untreated: float, treated: float, plan: Plan | None = None) -> int:
    """Return how many customers, of both arms together, tell two shares apart.

    Parameters
    ----------
    untreated, treated : float
        Share that answers in each arm.
    plan : Plan, optional

    Examples
    --------
    Textbook: .10 against .15 at 80 % power takes about 683 an arm.

    >>> size_for_shares(0.10, 0.15)
    1366
    """
    return (plan or Plan()).size(treated - untreated, _variance(treated), _variance(untreated))


def size_for_means(difference: float, deviation: float, plan: Plan | None = None) -> int:
    """Return how many customers, of both arms together, show a difference of means.

    Parameters
    ----------
    difference, deviation : float
        Difference to be seen and standard deviation of the outcome, in one unit.
    plan : Plan, optional

    Examples
    --------
    >>> size_for_means(0.5, 1.0)
    126
    """
    if not deviation > 0:
        raise UsageError(
            what=phrase("a standard deviation of {deviation}", deviation=deviation),
            expected=phrase("one above 0"),
        )
    return (plan or Plan()).size(difference, deviation**2, deviation**2)


def _variance(share: float) -> float:
    if not 0 <= share <= 1:
        raise UsageError(
            what=phrase("a share of {share}", share=share),
            expected=phrase("one from 0 to 1"),
        )
    return share * (1.0 - share)
