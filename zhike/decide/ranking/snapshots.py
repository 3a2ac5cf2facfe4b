"""Everything between products that the holdings of a day tell: who holds both, who moved on, who did so lately.

With X the holdings known at step t and R_r what was taken in the last r steps:

conditional kNN   G_ij / n_i, G = X'X, n its diagonal
EASE              see :mod:`zhike.decide.propensity`
active kNN        the conditional kNN among customers who took something in the last r steps
moved             P(took j in the last r steps | held i before them), 10 holders of nothing added
together          P(took j too in the last r steps | took i in them), 10 takers of nothing added

A snapshot reads no purchase after its step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.propensity import ConditionalKNN, Ease

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from zhike.decide.ranking.closed_windows import History

__all__ = ["RECENT", "Snapshot", "snapshot", "taken_lately"]

RECENT: Final = (1, 3, 6, 13)
"""Lengths in steps over which what was taken lately is counted; the last two also serve the item-to-item matrices."""
_PRIOR_HOLDERS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was known at a step.

    Parameters
    ----------
    at : int
        The step.
    known : ndarray of bool, shape (n_customers, n_products)
        Who holds what.
    holders : ndarray, shape (n_products,)
        Customers who hold each product.
    taken : mapping of int to ndarray, shape (n_products,)
        By a number of steps: customers who took each product within them.
    weights : mapping of str to ndarray, shape (n_products, n_products)
        Item-to-item matrices by name: ``knn``, ``ease``, ``moved_short``, ``moved_long``, ``active``, ``together``.
    """

    at: int
    known: NDArray[np.bool_]
    holders: NDArray[np.float64]
    taken: dict[int, NDArray[np.float64]]
    weights: dict[str, NDArray[np.float64]]


def snapshot(history: History, at: int, ridge: float = 1000.0) -> Snapshot:
    """Return what was known at a step.

    Parameters
    ----------
    history : History
    at : int
    ridge : float
        Of EASE.
    """
    from scipy.sparse import csr_matrix

    known = history.step <= at
    held = csr_matrix(known, dtype=np.float64)
    lately = {steps: csr_matrix(taken_lately(history.step, at, steps), dtype=np.float64) for steps in RECENT}
    before = {steps: csr_matrix(history.step <= at - steps, dtype=np.float64) for steps in RECENT[2:]}
    active = np.asarray(lately[RECENT[-1]].sum(axis=1)).ravel() > 0
    weights = {
        "knn": ConditionalKNN().fit(held).weights_,
        "ease": Ease(ridge).fit(held).weights_,
        "moved_short": _given(before[RECENT[2]], lately[RECENT[2]]),
        "moved_long": _given(before[RECENT[3]], lately[RECENT[3]]),
        "active": ConditionalKNN().fit(held[active]).weights_,
        "together": _given(lately[RECENT[3]], lately[RECENT[3]]),
    }
    taken = {steps: np.asarray(rows.sum(axis=0)).ravel() for steps, rows in lately.items()}
    return Snapshot(at, known, known.sum(axis=0).astype(np.float64), taken, weights)


def taken_lately(step: NDArray[np.int16], at: int, steps: int) -> NDArray[np.bool_]:
    """Return what was taken in the last steps, in the shape of ``step``.

    The first step of a calendar holds all that was taken before anybody kept count: it is never recent.

    Examples
    --------
    >>> taken_lately(np.array([[0, 1, 2, 3]], dtype=np.int16), 2, 9).tolist()
    [[False, True, True, False]]
    """
    return (step <= at) & (step > max(at - steps, 0))


def _given(first: csr_matrix, then: csr_matrix) -> NDArray[np.float64]:
    """Return the share of holders of the row's product who have the column's, drawn towards none."""
    together = np.asarray((first.T @ then).toarray(), dtype=np.float64)
    shares = together / (np.asarray(first.sum(axis=0)).ravel()[:, None] + _PRIOR_HOLDERS)
    np.fill_diagonal(shares, 0.0)
    return shares
