r"""How good probabilities are: order, sharpness and calibration, each with its interval.

AUC
    :math:`P(s_1 > s_0) + \tfrac12 P(s_1 = s_0)` for an event and a non-event; variance of the placement values (DeLong). Where every
    pair is in order, that variance is 0 and says nothing: the end is :math:`(\alpha / 2)^{1/m}` of m pairs that share no case (Clopper and Pearson).
log loss
    :math:`-\frac1n \sum y \log p + (1 - y) \log(1 - p)`; normal interval of the mean.
calibration intercept
    a of :math:`\operatorname{logit} P(y) = a + \operatorname{logit} p`: 0 where as many events come as were expected.
calibration slope
    b of :math:`\operatorname{logit} P(y) = a + b \operatorname{logit} p`: 1 where the probabilities spread as they should. None where all
    events lie on one side of all non-events: every slope is too small then.
ECE
    :math:`\sum_b \frac{n_b}{n} |\bar y_b - \bar p_b|` over bins with as many cases each. Noise alone makes it positive. Its
    interval is what is possible while every bin's share is in its score interval, all bins together (Bonferroni): cautious.

References
----------
E. DeLong, D. DeLong, D. Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating characteristic curves",
Biometrics 44, 1988. C. Clopper, E. Pearson, "The use of confidence or fiducial limits", Biometrika 26, 1934. M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
B. Van Calster et al., "Calibration: the Achilles heel of predictive analytics", BMC Medicine 17, 2019.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from zhike.learn.recalibration import log_odds, mended_line
from zhike.measure.shares import LEVEL, quantile, share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "BINS",
    "METRICS",
    "Estimate",
    "area_under_curve",
    "calibration_bins",
    "interval_on_odds",
    "metrics",
    "metrics_by_group",
]

BINS: Final = 10
_EDGE: Final = 1e-12
_FEWEST: Final = 2
"""Cases of each outcome below which a variance is not known."""


class Estimate(NamedTuple):
    """A figure with the ends of its 95 % interval; None where it cannot be computed."""

    value: float | None
    low: float | None
    high: float | None


NOTHING: Final = Estimate(None, None, None)


def area_under_curve(outcome: NDArray[np.bool_], probability: NDArray[np.float64]) -> Estimate:
    """Return the AUC with DeLong's interval, on the log-odds scale so that it stays below 1.

    Parameters
    ----------
    outcome : ndarray of bool, shape (n,)
    probability : ndarray of float, shape (n,)

    Examples
    --------
    >>> round(area_under_curve(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.5, 0.1])).value, 2)
    0.75
    """
    from scipy.stats import rankdata

    events, others = int(outcome.sum()), int((~outcome).sum())
    if min(events, others) < _FEWEST:
        return NOTHING
    ranks = rankdata(probability)
    above = (ranks[outcome] - rankdata(probability[outcome])) / others
    below = 1.0 - (ranks[~outcome] - rankdata(probability[~outcome])) / events
    value = float(above.mean())
    error = math.sqrt(above.var(ddof=1) / events + below.var(ddof=1) / others)
    return interval_on_odds(value, error, min(events, others))


def metrics(outcome: NDArray[np.bool_], probability: NDArray[np.float64]) -> dict[str, Estimate]:
    """Return every figure by name, in the order of `METRICS`.

    Parameters
    ----------
    outcome : ndarray of bool, shape (n,)
    probability : ndarray of float, shape (n,)
    """
    return {name: measure(outcome, probability) for name, measure in METRICS.items()}


def metrics_by_group(
    outcome: NDArray[np.bool_],
    probability: NDArray[np.float64],
    groups: Mapping[str, Sequence[str | None]],
    least: int,
) -> list[dict[str, Any]]:
    """Return the figures of every group.

    Parameters
    ----------
    outcome, probability : ndarray of shape (n,)
    groups : mapping of str to sequence of str, length n
        Level of each case by attribute; None where unknown, and then it is no group.
    least : int
        Cases below which a group is not told: figures of a few are figures of persons.

    Returns
    -------
    list of dict
        ``attribute``, ``group``, ``cases``, ``events``, ``metrics`` (by name), in the order of their names.
    """
    rows = []
    for attribute, levels in groups.items():
        level = np.array(["" if one is None else str(one) for one in levels])
        for group in sorted(set(level.tolist()) - {""}):
            inside = level == group
            if inside.sum() >= least:
                part = metrics(outcome[inside], probability[inside])
                counts = {"cases": int(inside.sum()), "events": int(outcome[inside].sum())}
                rows.append({"attribute": attribute, "group": group, **counts, "metrics": part})
    return rows


def calibration_bins(
    outcome: NDArray[np.bool_], probability: NDArray[np.float64], bins: int = BINS, z: float | None = None
) -> pl.DataFrame:
    """Return, for bins with as many cases each, what was expected and what came.

    Returns
    -------
    DataFrame
        ``cases``, ``events``, ``expected`` (mean probability), ``observed`` with ``low`` and ``high`` of the score interval.
    """
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, min(bins, len(order))) if len(part)] if len(order) else []
    rows = []
    for part in parts:
        events = int(outcome[part].sum())
        found = share(events, len(part), z)
        if found is not None:
            rows.append((len(part), events, float(probability[part].mean()), *found))
    schema = {
        "cases": pl.Int64,
        "events": pl.Int64,
        **dict.fromkeys(("expected", "observed", "low", "high"), pl.Float64),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _log_loss(outcome: NDArray[np.bool_], probability: NDArray[np.float64]) -> Estimate:
    if len(outcome) < _FEWEST:
        return NOTHING
    inside = np.clip(probability, _EDGE, 1.0 - _EDGE)
    losses = -np.where(outcome, np.log(inside), np.log1p(-inside))
    return _normal(float(losses.mean()), float(losses.std(ddof=1)) / math.sqrt(len(losses)))


def _intercept(outcome: NDArray[np.bool_], probability: NDArray[np.float64]) -> Estimate:
    if min(outcome.sum(), (~outcome).sum()) < _FEWEST:
        return NOTHING
    line = mended_line(log_odds(probability), outcome, spread=(np.inf, 0.0))
    return _normal(line.intercept, math.sqrt(line.covariance[0, 0]))


def _slope(outcome: NDArray[np.bool_], probability: NDArray[np.float64]) -> Estimate:
    odds = log_odds(probability)
    if min(outcome.sum(), (~outcome).sum()) < _FEWEST or _apart(odds[outcome], odds[~outcome]):
        return NOTHING
    line = mended_line(odds, outcome)
    return _normal(line.slope, math.sqrt(line.covariance[1, 1]))


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return bool(one.min() >= other.max() or other.min() >= one.max())


def _expected_error(outcome: NDArray[np.bool_], probability: NDArray[np.float64]) -> Estimate:
    table = calibration_bins(outcome, probability, z=quantile(BINS))
    if table.is_empty():
        return NOTHING
    weight = table["cases"].to_numpy() / len(outcome)
    expected, observed, low, high = (
        table[name].to_numpy() for name in ("expected", "observed", "low", "high")
    )
    nearest = np.maximum(0.0, np.maximum(low - expected, expected - high))
    furthest = np.maximum(np.abs(expected - low), np.abs(expected - high))
    return Estimate(*(float(weight @ part) for part in (np.abs(observed - expected), nearest, furthest)))


METRICS: Final[Mapping[str, Callable[[NDArray[np.bool_], NDArray[np.float64]], Estimate]]] = {
    "auc": area_under_curve,
    "log_loss": _log_loss,
    "calibration_intercept": _intercept,
    "calibration_slope": _slope,
    "ece": _expected_error,
}


def _normal(value: float, error: float) -> Estimate:
    return Estimate(value, value - quantile() * error, value + quantile() * error)


def interval_on_odds(value: float, error: float, cases: int) -> Estimate:
    """Return the interval of a share by way of its log-odds, so that it stays between 0 and 1.

    Parameters
    ----------
    value, error : float
    cases : int
        Independent ones that it rests on at least: a share of all or none of them has the exact interval of so many.

    Examples
    --------
    >>> [round(end, 3) for end in interval_on_odds(1.0, 0.0, 20)]
    [1.0, 0.832, 1.0]
    """
    if not 0.0 < value < 1.0:
        near = ((1.0 - LEVEL) / 2.0) ** (1.0 / cases)
        return Estimate(value, *((near, 1.0) if value >= 1.0 else (0.0, 1.0 - near)))
    odds, wide = math.log(value / (1.0 - value)), quantile() * error / (value * (1.0 - value))
    low, high = (1.0 / (1.0 + math.exp(-end)) for end in (odds - wide, odds + wide))
    return Estimate(value, low, high)
