"""Two arms of yes or no, read every day without paying for it.

Each customer is in the treated arm with a known probability e, whatever happened before. With c a rate guessed beforehand,

    z = (w / e - (1 - w) / (1 - e)) (y - c)

has the mean d = P(y | treated) - P(y | untreated) exactly, whatever c is, and whatever the rates do from day to day as long as their
difference stays. Someone who starts with 1 and bets a part l of what they have on each z against a difference d owns

    K(l, d) = prod_i (1 + l (z_i - d)),

a martingale if d is the truth: it ever reaches 1 / a with a probability of at most a (Ville). Half is spread over bets that the truth
is larger than d, half over bets that it is smaller, each over a grid of sizes l chosen beforehand. Those d against which the money
grew 1 / a-fold are outside the interval; for d = 0 its inverse is the p-value. As z takes four values, the number of customers and of
answers in each arm is all that is needed, and the order does not matter.

Why not the normal approximation: with rare answers its variance is estimated from a handful of answers, or from none, and
repeated reading finds the moment when it is too small.

References
----------
I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting", JRSSB 86, 2024 (hedged capital);
J. Ville, "Étude critique de la notion de collectif", 1939; R. Johari, P. Koomen, L. Pekelis and D. Walsh, "Always valid inference:
continuous monitoring of A/B tests", Operations Research 70, 2022 (the p-value).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ArmCounts", "Reading", "SequentialReading"]

_BETS: Final = 60
_SMALLEST: Final = 1e-3
"""Least bet relative to the largest; the grid between is even in logarithms, so no size of effect is expected."""
_LARGEST: Final = 0.95
"""Largest bet relative to the one that could lose everything."""
_STEPS: Final = 30
"""Halvings with which an end of the interval is found."""


class ArmCounts(NamedTuple):
    """Customers and those who said yes, since the beginning."""

    untreated: int
    untreated_yes: int
    treated: int
    treated_yes: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be said on one day, and may be said on every day.

    Parameters
    ----------
    difference : float
        Share of yes among the treated less that among the others; NaN where an arm is empty.
    low, high : float
        The interval, never wider than the day before.
    p : float
        Of no difference, never larger than the day before.
    """

    difference: float
    low: float
    high: float
    p: float


@dataclass(slots=True)
class SequentialReading:
    """Reading of two arms, day after day.

    Parameters
    ----------
    probability : float
        Probability e with which a customer of the two arms is in the treated one.
    rate : float
        Guess c of the rate of yes, before the first reading. A bad guess makes the interval wider, not wrong.
    alpha : float
        Probability that the interval is *ever* wrong.

    Attributes
    ----------
    low_, high_, p_ : float
        As of the last reading.
    """

    probability: float = 0.5
    rate: float = 0.0
    alpha: float = 0.05
    low_: float = field(default=-1.0, init=False)
    high_: float = field(default=1.0, init=False)
    p_: float = field(default=1.0, init=False)

    def __post_init__(self) -> None:
        if not 0 < self.probability < 1 or not 0 <= self.rate <= 1 or not 0 < self.alpha < 1:
            raise UsageError(
                what=phrase(
                    "probability {probability}, rate {rate}, alpha {alpha}",
                    probability=self.probability,
                    rate=self.rate,
                    alpha=self.alpha,
                ),
                expected=phrase("probability and alpha between 0 and 1, the rate from 0 to 1"),
            )

    def read(self, counts: ArmCounts) -> Reading:
        """Read the counts since the beginning; each reading must contain the ones before.

        Raises
        ------
        UsageError
            Where an arm has more answers than customers.
        """
        if not (0 <= counts.untreated_yes <= counts.untreated and 0 <= counts.treated_yes <= counts.treated):
            raise UsageError(
                what=phrase("an arm with more answers than customers: {counts}", counts=tuple(counts)),
                expected=phrase("answers of customers of the arm only"),
            )
        rise, fall = self._log_capital(counts, 0.0, 1), self._log_capital(counts, 0.0, -1)
        self.p_ = min(self.p_, math.exp(-max(0.0, float(np.logaddexp(rise, fall)) - math.log(2.0))))
        self.low_ = self._end(counts, self.low_, 1)
        self.high_ = self._end(counts, self.high_, -1)
        return Reading(_difference(counts), self.low_, self.high_, self.p_)

    def _end(self, counts: ArmCounts, before: float, side: int) -> float:
        """Return the lower (side 1) or upper (side -1) end, from where it was before inwards.

        Capital that bets on a larger difference falls as the difference grows: the lower end is where it is 2 / alpha.
        """
        wanted = math.log(2.0 / self.alpha)
        outside, inside = before, float(side)
        if self._log_capital(counts, outside, side) < wanted:
            return before
        for _ in range(_STEPS):
            middle = (outside + inside) / 2.0
            if self._log_capital(counts, middle, side) >= wanted:
                outside = middle
            else:
                inside = middle
        return outside

    def _log_capital(self, counts: ArmCounts, difference: float, side: int) -> float:
        """Return the logarithm of what bets on a larger (side 1) or a smaller difference (side -1) have made of 1."""
        e, c = self.probability, self.rate
        z = np.array([c / (1.0 - e), -(1.0 - c) / (1.0 - e), -c / e, (1.0 - c) / e])
        n = np.array(
            [
                counts.untreated - counts.untreated_yes, counts.untreated_yes,
                counts.treated - counts.treated_yes, counts.treated_yes,
            ]
        )  # fmt: skip
        return _mixed(side * z, n, side * difference)


def _mixed(z: NDArray[np.float64], n: NDArray[np.int64], difference: float) -> float:
    """Return the logarithm of the mean capital over the grid of bets that z is larger than a difference."""
    # A difference can be 1, and a bet must survive that too: so the grid is the same for every difference.
    worst = 1.0 - z.min()
    bets = (_LARGEST / worst) * np.geomspace(_SMALLEST, 1.0, _BETS)
    logs = np.log1p(bets[:, None] * (z - difference)) @ n
    return float(np.logaddexp.reduce(logs)) - math.log(_BETS)


def _difference(counts: ArmCounts) -> float:
    if counts.untreated == 0 or counts.treated == 0:
        return math.nan
    return counts.treated_yes / counts.treated - counts.untreated_yes / counts.untreated
