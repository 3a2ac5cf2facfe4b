"""Judge first, learn after: a model answers each row with the labels that are known then, and with no other.

A. P. Dawid, "Present position and potential developments: the prequential approach", JRSS A 147(2), 1984. Label delay is
counted in rows: with delay d, row i is answered from the labels of rows before i - d.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from zhike.decide.propensities.delayed_labels import known_before

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["prequential"]


class Learner(Protocol):
    """A model that learns on from further rows."""

    def partial_fit(self, x: NDArray[Any], y: NDArray[np.float64], /) -> object:
        """Learn from further rows."""
        ...

    def predict_proba(self, x: NDArray[Any], /) -> NDArray[np.float64]:
        """Return probabilities of shape (n_rows, 2)."""
        ...


def prequential(
    model: Learner, x: NDArray[Any], y: NDArray[np.float64], *, delay: int, start: int = 0, step: int = 1
) -> NDArray[np.float64]:
    """Return P(yes) of every row from ``start`` on, NaN before.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_columns)
        In time order.
    y : ndarray of float, shape (n_rows,)
        Outcome, 0 to 1.
    delay : int
        Rows between the next decision and a row's label.
    start : int
        First row to be answered; the rows known by then are learned from first, in one go.
    step : int
        Rows answered between two rounds of learning; with more than 1 the later ones of a step get labels later than they could.

    Examples
    --------
    >>> from zhike.decide.propensities.hashed_logistic import HashedLogistic
    >>> x, y = np.ones((3, 1), dtype=np.uint64), np.array([1.0, 1.0, 0.0])
    >>> prequential(HashedLogistic(rate=1.0, base_rate=0.5), x, y, delay=0)[0]
    np.float64(0.5)
    """
    answers, learned = np.full(len(y), np.nan), 0
    for row in range(start, len(y), step):
        known = known_before(row, delay)
        if known > learned:
            model.partial_fit(x[learned:known], y[learned:known])
            learned = known
        answers[row : row + step] = model.predict_proba(x[row : row + step])[:, 1]
    return answers
