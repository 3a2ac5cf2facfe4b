r"""Whether a warning orders customers: the AUC forward in time, within windows, with an interval that knows of customers seen twice.

Every window was predicted from those before it alone. Pairs are formed within a window only, as a model that guesses merely how
many will leave in each would order pairs across windows well. With n_w pairs of an event and a non-event in window w

.. math:: A = \sum_w \frac{n_w}{\sum_v n_v} A_w

and the variance is that of the sum of placement values by customer: windows of one customer are not independent of each other.
It knows nothing of what a window has in common for all customers, as a crisis: few windows prove less than the interval says.

References
----------
E. DeLong, D. DeLong, D. Clarke-Pearson, Biometrics 44, 1988: placement values. N. Obuchowski, "Nonparametric analysis of clustered ROC
curve data", Biometrics 53, 1997: their sums by cluster. A. Dawid, "Present position and potential developments: the prequential
approach", Journal of the Royal Statistical Society A 147, 1984.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhike.learn.model_metrics import NOTHING, Estimate, interval_on_odds

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

__all__ = ["OrderProof", "auc_within", "order_proof"]


@dataclass(frozen=True, slots=True)
class OrderProof:
    """What closed windows say of a warning's order.

    Parameters
    ----------
    auc : Estimate
        A above; without values where no window had both outcomes.
    windows, cases, events : int
        That were predicted forward.
    """

    auc: Estimate
    windows: int
    cases: int
    events: int

    def holds(self, least: float) -> bool:
        """Return whether the interval lies above an AUC."""
        return self.auc.low is not None and self.auc.low > least


def order_proof(forward: pl.DataFrame) -> OrderProof:
    """Return what predictions forward in time prove.

    Parameters
    ----------
    forward : DataFrame
        ``customer_id``, ``day``, ``outcome``, ``odds``; see `zhike.learn.early_warning.EarlyWarning`.
    """
    outcome, odds = forward["outcome"].to_numpy(), forward["odds"].to_numpy()
    found = auc_within(outcome, odds, _codes(forward["day"]), _codes(forward["customer_id"]))
    return OrderProof(found, forward["day"].n_unique(), forward.height, int(outcome.sum()))


def auc_within(
    outcome: NDArray[np.bool_],
    score: NDArray[np.float64],
    window: NDArray[np.int64],
    customer: NDArray[np.int64],
) -> Estimate:
    """Return the AUC over pairs within windows, and its 95 % interval.

    Parameters
    ----------
    outcome, score : ndarray of shape (n,)
    window, customer : ndarray of int, shape (n,)
        Codes from 0.

    Examples
    --------
    >>> outcome, score = np.array([True, False, True, False]), np.array([0.2, 0.1, 0.9, 0.8])
    >>> auc_within(outcome, score, np.array([0, 0, 1, 1]), np.arange(4)).value
    1.0
    """
    parts = [np.flatnonzero(window == one) for one in np.unique(window)]
    parts = [part for part in parts if outcome[part].any() and not outcome[part].all()]
    pairs = np.array([_pairs(outcome[part]) for part in parts], dtype=np.float64)
    if pairs.sum() <= 1:
        return NOTHING
    value, influence = 0.0, np.zeros(len(outcome))
    for part, weight in zip(parts, pairs / pairs.sum(), strict=True):
        area, terms = _area(outcome[part], score[part])
        value += float(weight) * area
        influence[part] = weight * terms
    sums = np.bincount(customer, weights=influence)
    seen = np.concatenate(parts)
    fewest = min(len(np.unique(customer[seen][outcome[seen] == one])) for one in (True, False))
    return interval_on_odds(value, math.sqrt(float(sums @ sums)), fewest)


def _area(outcome: NDArray[np.bool_], score: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Return a window's AUC, and by how much each case moves it."""
    from scipy.stats import rankdata

    events, others = int(outcome.sum()), int((~outcome).sum())
    ranks = rankdata(score)
    above = (ranks[outcome] - rankdata(score[outcome])) / others
    below = 1.0 - (ranks[~outcome] - rankdata(score[~outcome])) / events
    area, terms = float(above.mean()), np.zeros(len(outcome))
    terms[outcome], terms[~outcome] = (above - area) / events, (below - area) / others
    return area, terms


def _pairs(outcome: NDArray[np.bool_]) -> int:
    return int(outcome.sum()) * int((~outcome).sum())


def _codes(column: pl.Series) -> NDArray[np.int64]:
    return np.asarray(column.rank("dense").to_numpy(), dtype=np.int64) - 1
