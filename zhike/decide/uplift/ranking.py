"""How much better an order of customers is than treating at random, from doubly robust scores.

Customers are ordered by a score fixed beforehand, best first; u is a customer's place as a share, tau(u) the mean effect there.
The targeting operator characteristic is TOC(q) = E(tau | u <= q) - E(tau): what the first share q gains above the average
customer. A rank-weighted average treatment effect (RATE) is its weighted integral,

    autoc = integral TOC(q) dq,      qini = integral q TOC(q) dq,

both 0 for a random order. autoc stresses the first customers, qini weighs all alike, so it sees diffuse differences better. Both are
means of psi_i c(u_i), with c(u) = -log(u) - 1 and c(u) = 1/2 - u.

References
----------
S. Yadlowsky, S. Fleming, N. Shah, E. Brunskill and S. Wager, "Evaluating treatment prioritization rules via rank-weighted
average treatment effects", JASA 120, 2025 (arXiv 2111.07966).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RankingValue", "Weighting", "places", "policy_value", "rate"]

Weighting = Literal["autoc", "qini"]
Z95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class RankingValue:
    """An estimate that is close to a mean of one term a row.

    Parameters
    ----------
    value : float
        In units of the outcome a customer.
    influence : ndarray of float, shape (n,)
        Each row's influence, with mean 0, in the order of the rows given.
    """

    value: float
    influence: NDArray[np.float64]

    @property
    def error(self) -> float:
        """Standard error."""
        return float(np.sqrt(np.mean(self.influence**2) / len(self.influence)))

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.value - Z95 * self.error, self.value + Z95 * self.error

    def __sub__(self, other: RankingValue) -> RankingValue:
        """Return the paired difference to another estimate from the same rows."""
        return RankingValue(self.value - other.value, self.influence - other.influence)


def places(score: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each row how many rows have its score or a higher one: shape (n,), from 1 to n.

    Examples
    --------
    >>> places(np.array([0.2, 0.9, 0.2])).tolist()
    [3, 1, 3]
    """
    rising = np.sort(-score)
    return np.searchsorted(rising, -score, side="right")


def rate(
    score: NDArray[np.float64], pseudo: NDArray[np.float64], weighting: Weighting = "qini"
) -> RankingValue:
    """Estimate a rank-weighted average treatment effect.

    Parameters
    ----------
    score : ndarray of float, shape (n,)
        By which customers are ordered, highest first; from a model that did not see these rows' outcomes. Equal scores share
        the mean of their weights, so the order of rows does not matter.
    pseudo : ndarray of float, shape (n,)
        Doubly robust scores, see `zhike.decide.uplift.nuisance.Nuisance.scores`.
    weighting : str
        ``autoc`` or ``qini``.

    Returns
    -------
    RankingValue
        The influence counts that a place depends on who else is there: a row j adds c'(u_i) psi_i / n to all i behind it.

    Examples
    --------
    >>> found = rate(np.array([3.0, 2.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0, 0.0]), "qini")
    >>> round(found.value, 4)
    0.0938
    """
    n = len(score)
    order = np.argsort(-score, kind="stable")
    first, last = _ties(score[order])
    rank = np.arange(1, n + 1)
    weight, slope = _weights(rank, weighting)
    weight, slope = (_shared(one, first, last) for one in (weight, slope))
    told = pseudo[order]
    # What lies strictly behind a row, ties not included.
    behind = np.concatenate([np.cumsum((slope * told)[::-1])[::-1], [0.0]])[last] / n
    term = told * weight + behind
    influence = np.empty(n)
    influence[order] = term - term.mean()
    return RankingValue(float(np.mean(told * weight)), influence)


def _weights(
    rank: NDArray[np.int64], weighting: Weighting
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return c and c' at every rank; the first have mean 0 exactly."""
    n = len(rank)
    if weighting == "qini":
        return (n + 1 - 2 * rank) / (2.0 * n), np.full(n, -1.0)
    return np.cumsum((1.0 / rank)[::-1])[::-1] - 1.0, -n / rank


def _shared(
    values: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return at each place the mean over its run of equals."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((total[last] - total[first]) / (last - first))


def _ties(ordered: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each place of a sorted array where the run of equals begins and where it ends, exclusively."""
    starts = np.flatnonzero(np.concatenate([[True], np.diff(ordered) != 0]))
    ends = np.append(starts[1:], len(ordered))
    return np.repeat(starts, ends - starts), np.repeat(ends, ends - starts)


def policy_value(score: NDArray[np.float64], pseudo: NDArray[np.float64], budget: float) -> RankingValue:
    """Estimate what treating the best share of customers gains over treating nobody, per customer of all.

    V(q) = E(psi 1(u <= q)). Equal scores at the margin are treated with the probability that fills the budget.

    Parameters
    ----------
    score, pseudo : ndarray of float, shape (n,)
        See `rate`.
    budget : float
        Share q that can be treated, above 0 and at most 1.

    Returns
    -------
    RankingValue
        The influence takes the margin as given.

    Examples
    --------
    >>> policy_value(np.array([3.0, 2.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0, -1.0]), 0.5).value
    0.25
    """
    if not 0 < budget <= 1:
        raise UsageError(
            what=phrase("a budget of {budget}", budget=budget),
            expected=phrase("a share above 0, 1 at most"),
        )
    places_ = places(score)
    size = np.bincount(places_, minlength=len(score) + 1)[places_]
    treated = np.clip((budget * len(score) - (places_ - size)) / size, 0.0, 1.0)
    term = pseudo * treated
    return RankingValue(float(term.mean()), term - term.mean())
