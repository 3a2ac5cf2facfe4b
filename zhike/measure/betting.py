r"""Intervals for means that hold at every look at the data, by betting against the candidates.

A gambler who doubts that the mean of non-negative observations :math:`y_t` is as low as :math:`\mu` bets on larger ones,

.. math::  K_t(\mu) = \prod_{i \le t} \bigl(1 + \lambda_i (y_i - \mu)\bigr), \qquad 0 \le \lambda_i \le c / \mu,

with stakes :math:`\lambda_i` that hang on earlier observations only. If :math:`\mu` is the mean, given the past, :math:`K_t` is a non-negative
martingale, and by Ville's inequality it ever exceeds :math:`2 / \alpha` with probability :math:`\alpha / 2` at most. So those means whose
capital stays below are a confidence sequence; no look is counted and no sample size is needed. The bound from above bets on
:math:`\text{high} - y`.

The stake at :math:`t` is that of a grid under which the bound would by now lie furthest out, were the rest like the past,

.. math::  \lambda_t = \arg\min_\lambda \frac{1}{\lambda} \Bigl( \frac{\log(2/\alpha)}{m_t} - \hat g_{t-1}(\lambda) \Bigr), \qquad
           \hat g_t(\lambda) = \frac1t \sum_{i \le t} \log\bigl(1 + \lambda (y_i - \hat\mu_{i-1})\bigr),

with :math:`m_t = t \log(1 + t)` for looks at any time, or :math:`m_t = \max(t, \text{horizon})` where most looks are expected near a horizon: the interval is
narrowest there, and holds everywhere. With a normal approximation of :math:`\hat g` this is the stake of the first paper,
:math:`\sqrt{2 \log(2/\alpha) / (\hat\sigma^2 m_t)}`; the logarithm itself knows that rare rewards are skewed, so that the bounds from above and below
need different stakes.

The normal interval, and the asymptotic sequence before rewards are many, promise this and do not hold it for rare rewards:
before the first reward their variance is 0.

References
----------
I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86, 2024.
I. Waudby-Smith, L. Wu, A. Ramdas, N. Karampatziakis, P. Mineiro, "Anytime-valid off-policy inference for contextual bandits", arXiv 2210.10768.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Sequential", "betting_sequence", "doubt", "policy_sequence", "stakes"]

CAP: Final = 0.9
"""Share of the capital that one observation can lose at most."""
GRID: Final = np.asarray(1e-3 * 1.2 ** np.arange(50), dtype=np.float64)
"""Stakes to choose from, on observations in 0..1 or of that size; from what fits some ten million rows to what fits a dozen."""


@dataclass(frozen=True, slots=True)
class Sequential:
    """A confidence sequence at some looks: arrays of shape (looks,).

    Parameters
    ----------
    rows : ndarray of int
        Observations seen at each look.
    low, high : ndarray of float
        Bounds; never wider at a later look. Over all looks together, and all between, the mean is outside with probability alpha at most.
    """

    rows: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def betting_sequence(
    observations: NDArray[np.float64], bounds: tuple[float, float] = (0.0, 1.0), looks: Sequence[int] | None = None,
    *, alpha: float = 0.05, horizon: int | None = None,
) -> Sequential:  # fmt: skip
    """Return a confidence sequence for the mean of bounded observations, in the order they came in.

    Parameters
    ----------
    observations : ndarray of float, shape (n,)
        Independent, or with one mean given the past.
    bounds : tuple of float
        Least and greatest value that an observation can take, known beforehand.
    looks : sequence of int or None
        Numbers of observations at which to look, rising; None for the end only.
    alpha : float
        Probability of ever being wrong.
    horizon : int or None
        Number of observations around which the interval shall be narrow; chosen without the data.

    Raises
    ------
    UsageError
        Where there are no observations, one is out of bounds, looks do not rise from 1 to n, or alpha or the horizon is none.
    """
    low, high = bounds
    seen = _looks(len(observations), looks)
    _check_setting(alpha, horizon)
    if not (
        high > low
        and math.isfinite(high - low)
        and (observations >= low).all()
        and (observations <= high).all()
    ):
        raise UsageError(
            what=phrase("observations beyond {low} to {high}", low=low, high=high),
            expected=phrase("finite bounds that hold all of them"),
        )
    span = high - low
    share = (observations - low) / span
    below = _one_sided(share, seen, alpha, horizon, 1.0)
    above = _one_sided(1.0 - share, seen, alpha, horizon, 1.0)
    return Sequential(seen, low + span * below, high - span * above)


def policy_sequence(
    weight: NDArray[np.float64], residual: NDArray[np.float64], direct: NDArray[np.float64],
    lowest: tuple[float, float], looks: Sequence[int] | None = None, *, alpha: float = 0.05, horizon: int | None = None,
) -> Sequential:  # fmt: skip
    r"""Return a confidence sequence for a policy's value from doubly robust terms, weights without bound allowed.

    Parameters
    ----------
    weight, residual, direct : ndarray of float, shape (n,)
        :math:`w_t`, :math:`r_t - \hat q_t(x_t, a_t)` and :math:`\hat v_t`, rewards within 0..1; predictions from earlier rows or other data only.
        With predictions of 0 these are importance-weighted rewards.
    lowest : tuple of float
        :math:`-k \le` of both :math:`w_t (r_t - \hat q_t) + \hat v_t` and of the same for :math:`1 - r_t`: 0 or less each, known beforehand.
        Cutting :math:`\hat q` at :math:`k / w` within a row's correction and direct term sees to it.
    looks, alpha, horizon
        See `betting_sequence`.

    Notes
    -----
    The pseudo-outcomes :math:`w_t e_t + \hat v_t` have the policy's value as mean, given the past, also where the logging policy adapts.
    They are bounded from below only, which is what the bet on larger ones needs; the bound from above bets on the same terms of :math:`1 - r`.

    Raises
    ------
    UsageError
        Where a pseudo-outcome is no number or lies below ``lowest``, or as in `betting_sequence`.
    """
    seen = _looks(len(weight), looks)
    _check_setting(alpha, horizon)
    correction = weight * residual
    # 1 - r has the prediction 1 - q: its residual is the negative, its direct term the rest to one.
    sides = (correction + direct, -correction + 1.0 - direct)
    found = []
    for outcome, least in zip(sides, lowest, strict=True):
        if not (np.isfinite(outcome).all() and outcome.min() >= least - 1e-12 and least <= 0):
            raise UsageError(
                what=phrase("a pseudo-outcome below {least}, or none", least=least),
                expected=phrase("its lower bound, 0 or less"),
            )
        found.append(least + _one_sided(np.maximum(outcome - least, 0.0), seen, alpha, horizon, 1.0 - least))
    return Sequential(seen, np.clip(found[0], 0.0, 1.0), np.clip(1.0 - found[1], 0.0, 1.0))


def stakes(
    observations: NDArray[np.float64], alpha: float = 0.05, horizon: int | None = None
) -> NDArray[np.float64]:
    r"""Return the stakes :math:`\lambda_t`, each from earlier observations only, before they are capped.

    Parameters
    ----------
    observations : ndarray of float, shape (n,)
        0 or more.
    """
    from zhike.measure.betting_kernel import growth_stakes

    times = np.arange(1, len(observations) + 1, dtype=np.float64)
    size = times * np.log1p(times) if horizon is None else np.maximum(times, float(horizon))
    found = growth_stakes(observations, GRID, np.asarray(math.log(2.0 / alpha) / size, dtype=np.float64), CAP)
    return np.asarray(found)


def doubt(
    observations: NDArray[np.float64], mean: float, alpha: float = 0.05, horizon: int | None = None
) -> NDArray[np.float64]:
    r"""Return the logarithm of the larger of the two capitals against a mean of observations in 0..1, after every one.

    Where it exceeds :math:`\log(2 / \alpha)` the mean is outside the sequence from there on.
    """
    from zhike.measure.betting_kernel import log_capital

    sides = ((observations, mean), (1.0 - observations, 1.0 - mean))
    paths = [log_capital(side, stakes(side, alpha, horizon), against, CAP) for side, against in sides]
    return np.maximum(*paths)


def _check_setting(alpha: float, horizon: int | None) -> None:
    if not 0 < alpha < 1 or (horizon is not None and horizon < 1):
        raise UsageError(
            what=phrase("alpha {alpha}, horizon {horizon}", alpha=alpha, horizon=horizon),
            expected=phrase("alpha between 0 and 1, and no horizon or one from 1 on"),
        )


def _looks(n: int, looks: Sequence[int] | None) -> NDArray[np.int64]:
    seen = np.asarray([n] if looks is None else looks, dtype=np.int64)
    rising = len(seen) > 0 and bool((np.diff(seen) > 0).all())
    if n == 0 or not rising or seen[0] < 1 or seen[-1] > n:
        raise UsageError(
            what=phrase("looks {looks} at {n} observations", looks=seen[:3].tolist(), n=n),
            expected=phrase("rising numbers from 1 to {n}", n=n),
        )
    return seen


def _one_sided(
    outcome: NDArray[np.float64], looks: NDArray[np.int64], alpha: float, horizon: int | None, most: float
) -> NDArray[np.float64]:
    """Return lower bounds of the mean of outcomes of 0 or more, the mean being at most ``most``; wrong with alpha / 2."""
    from zhike.measure.betting_kernel import lower_bounds

    return np.asarray(
        lower_bounds(outcome, stakes(outcome, alpha, horizon), looks, math.log(2.0 / alpha), CAP, most)
    )
