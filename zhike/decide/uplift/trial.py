"""What a learner of an effect needs to know: who was treated, with what probability, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.decide.inputs import hash_uniforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Trial", "folds_by_name"]


@dataclass(frozen=True, slots=True)
class Trial:
    """Rows of a comparison with known probabilities, such as a randomised campaign or logged choices.

    Parameters
    ----------
    x : ndarray of float, shape (n, n_features)
        Features as they were known before the choice.
    treated : ndarray of bool, shape (n,)
    outcome : ndarray of float, shape (n,)
    probability : ndarray of float, shape (n,)
        Probability with which each row was to be treated, strictly between 0 and 1 (the ``action_probability`` of the log).
    fold : ndarray of int, shape (n,)
        Part of the row for cross-fitting, from 0 on; rows of one customer belong in one fold. See `folds_by_name`.

    Raises
    ------
    UsageError
        Where shapes differ, arms are not told as true and false, an outcome is no number, a probability is not between 0 and 1, or there are
        fewer than two folds.
    """

    x: NDArray[np.float64]
    treated: NDArray[np.bool_]
    outcome: NDArray[np.float64]
    probability: NDArray[np.float64]
    fold: NDArray[np.int64]

    def __post_init__(self) -> None:
        shapes = {len(self.x), *(len(a) for a in (self.treated, self.outcome, self.probability, self.fold))}
        if len(shapes) != 1:
            raise UsageError(
                what=phrase("a trial of {rows} rows", rows=sorted(shapes)),
                expected=phrase("as many rows everywhere"),
            )
        if self.treated.dtype != np.bool_ or not np.isfinite(self.outcome).all():
            raise UsageError(
                what=phrase("arms as {dtype}, or an outcome that is no number", dtype=self.treated.dtype),
                expected=phrase("arms as true and false, finite outcomes"),
            )
        if not ((self.probability > 0) & (self.probability < 1)).all():
            raise UsageError(
                what=phrase("a probability of being treated of 0 or 1, or none"),
                expected=phrase("probabilities strictly between 0 and 1"),
            )
        if len(np.unique(self.fold)) < 2:  # noqa: PLR2004
            raise UsageError(
                what=phrase("a trial of {count} folds", count=len(np.unique(self.fold))),
                expected=phrase("two folds or more"),
            )

    def __len__(self) -> int:
        return len(self.treated)

    def rows(self, kept: NDArray[np.bool_]) -> Trial:
        """Return the rows of a mask of shape (n,)."""
        return Trial(
            self.x[kept], self.treated[kept], self.outcome[kept], self.probability[kept], self.fold[kept]
        )

    def folds(self) -> list[NDArray[np.bool_]]:
        """Return a mask of shape (n,) for each fold, in order."""
        return [self.fold == one for one in np.unique(self.fold)]

    def contrast(self) -> NDArray[np.float64]:
        """Return (w - e) / (e (1 - e)): its product with the outcome has the effect as its mean."""
        return (self.treated - self.probability) / (self.probability * (1.0 - self.probability))


def folds_by_name(names: Sequence[str], count: int, salt: str = "uplift|fold") -> NDArray[np.int64]:
    """Return a fold for each name from the name alone, so that neither row order nor repeated rows matter.

    Parameters
    ----------
    names : sequence of str, length n
        Usually customer identifiers.
    count : int
        Number of folds.
    salt : str
        Another salt is another partition.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> first = folds_by_name(["a", "b", "c"], 5)
    >>> (first[::-1] == folds_by_name(["c", "b", "a"], 5)).all()
    np.True_
    """
    return (hash_uniforms(names, salt, 1)[:, 0] * count).astype(np.int64)
