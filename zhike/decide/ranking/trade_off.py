"""Lists that give up some chance for another aim: agreement with the customer's risk band, or past return.

A list is chosen as a whole: its k products are those with the greatest ``chance + bonus``, and they stand in the order of their chance. An
aim that is a mean over the list, as agreement and return are, does not depend on the order, so the order is left to the chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhike.decide.propensity import ranked_top

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["traded_top"]


def traded_top(scores: NDArray[np.float64], bonus: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Choose by chance and bonus, order by chance.

    Parameters
    ----------
    scores : ndarray of shape (n, m)
        Logarithms of something proportional to the chance; those of ``WindowBlend`` are minus the mean log place, so the chance is one
        over the place. ``-inf`` where a product is no candidate: it is never chosen, whatever its bonus.
    bonus : ndarray of shape (n, m)
        In units of chance; negative is a penalty.
    k : int

    Returns
    -------
    ndarray of shape (n, k)
        Columns, best first, -1 beyond the last candidate.

    Examples
    --------
    >>> traded_top(np.log([[0.5, 0.3, 0.2]]), np.array([[0.0, -0.2, 0.0]]), 2).tolist()
    [[0, 2]]
    """
    wanted = np.where(np.isneginf(scores), -np.inf, np.exp(scores) + bonus)
    chosen = ranked_top(wanted, k)
    kept = np.full(scores.shape, -np.inf)
    row, place = np.nonzero(chosen >= 0)
    column = chosen[row, place]
    kept[row, column] = scores[row, column]
    return ranked_top(kept, k)
