"""Effects of groups of customers with intervals, and the groups that an action harms.

A group's effect is the mean of its doubly robust scores psi, its standard error that of a mean. It holds whatever the models are
worth, as long as who is in the group does not depend on the rows' own outcomes: by a feature, or by a score from other folds.

References
----------
V. Chernozhukov, M. Demirer, E. Duflo and I. Fernández-Val, "Fisher-Schultz lecture: Generic machine learning inference on
heterogeneous treatment effects in randomized experiments", Econometrica 93, 2025; N. Radcliffe and P. Surry, "Real-world
uplift modelling with significance-based uplift trees", 2011, for the name *sleeping dogs*.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.uplift.ranking import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["GroupEffect", "bands", "do_not_contact", "group_effects"]

LEVEL: Final = 0.95
_FEWEST: Final = 50
"""Fewest rows of a group about which anything is said: below it a mean of a rare outcome is far from normal."""


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """What an action changes in one group.

    Parameters
    ----------
    group : str
    n : int
        Rows.
    effect, error : float
        Mean change of the outcome and its standard error.
    low, high : float
        The interval; of all groups given together, all hold at the level asked for.
    """

    group: str
    n: int
    effect: float
    error: float
    low: float
    high: float


def group_effects(
    pseudo: NDArray[np.float64],
    group: Sequence[str],
    level: float = LEVEL,
    *,
    customer: NDArray[np.int64] | None = None,
    told: int | None = None,
) -> list[GroupEffect]:
    """Return the effect of every group, in the order of their names.

    Parameters
    ----------
    pseudo : ndarray of float, shape (n,)
        Doubly robust scores, see `zhike.decide.uplift.nuisance.Nuisance.scores`.
    group : sequence of str, length n
    level : float
        Probability that *all* intervals hold (Bonferroni).
    customer : ndarray of int, shape (n,), optional
        Whose row it is; rows of one customer are then one draw. Each row is one of its own where it is not given.
    told : int, optional
        Groups told in all, where these are not the only ones; as many as are found here unless given.

    Notes
    -----
    Groups of fewer than 50 rows are left out.
    """
    names, place = np.unique(np.asarray(group), return_inverse=True)
    kept = [k for k in range(len(names)) if np.count_nonzero(place == k) >= _FEWEST]
    z = NormalDist().inv_cdf(1.0 - (1.0 - level) / (2.0 * max(1, told or len(kept))))
    who = np.arange(len(pseudo)) if customer is None else customer
    return [_effect(str(names[k]), pseudo[place == k], who[place == k], z) for k in kept]


def _effect(name: str, scores: NDArray[np.float64], who: NDArray[np.int64], z: float) -> GroupEffect:
    """Return the mean with its error by customer: sqrt(m / (m - 1) sum_c (sum_{i of c} (psi_i - mean))^2) / n, m customers."""
    mean, n = float(scores.mean()), len(scores)
    _, place = np.unique(who, return_inverse=True)
    sums = np.bincount(place, weights=scores - mean)
    error = float(np.sqrt(len(sums) / max(len(sums) - 1, 1) * (sums**2).sum())) / n
    return GroupEffect(name, n, mean, error, mean - z * error, mean + z * error)


def bands(score: NDArray[np.float64], count: int = 10) -> list[str]:
    """Return each row's band of the order by a score: ``01`` has the lowest scores; equal scores share a band.

    Parameters
    ----------
    score : ndarray of float, shape (n,)
        Effects from models fitted on other rows.
    count : int
        Number of bands, at most 99.

    Examples
    --------
    >>> bands(np.array([0.1, 0.4, 0.2, 0.3]), 2)
    ['01', '02', '01', '02']
    """
    from_below = places(-score)
    return [f"{1 + (place - 1) * count // len(score):02d}" for place in from_below.tolist()]


def do_not_contact(
    pseudo: NDArray[np.float64], group: Sequence[str], *, cost: float = 0.0, level: float = LEVEL
) -> list[GroupEffect]:
    """Return the groups where an action surely brings less than it costs: *sleeping dogs* where the cost is 0.

    Parameters
    ----------
    pseudo, group, level
        See `group_effects`. For groups by a score see `bands`.
    cost : float
        Of one contact, in units of the outcome.

    Returns
    -------
    list of GroupEffect
        Those whose interval ends below ``cost``, worst first. None are returned by chance in more than ``1 - level`` of
        cases, however many groups were looked at.
    """
    found = [one for one in group_effects(pseudo, group, level) if one.high < cost]
    return sorted(found, key=lambda one: one.effect)
