"""Lists of actions that were made with known probabilities, what came of each place, and the policy to be valued along them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ENDED", "ListLog"]

ENDED: Final = -1
"""Behind the end of a list."""


@dataclass(frozen=True, slots=True)
class ListLog:
    r"""Lists of one or more days, each made for a customer on a day.

    Parameters
    ----------
    taken : ndarray of int, shape (n, places)
        Column of the action at each place, :math:`a_{ik}`; `ENDED` behind the end. Every list has a first place.
    chance : ndarray of float, shape (n, places)
        :math:`\pi_0(a_{ik} \mid x_i, a_{i1} \dots a_{i,k-1})` on record, above 0; 1 behind the end.
    reward : ndarray of float, shape (n, places)
        What came of each place, :math:`r_{ik}`; it may hang on the places before, not on those behind. 0 behind the end.
    hits : ndarray of bool, shape (n,)
        Whether anything came of a list but costs.
    evaluation : ndarray of float, shape (n, places, k)
        :math:`\pi(a \mid x_i, a_{i1} \dots a_{i,k-1})` of the policy to be valued, see `zhike.decide.list_chances`.
    first : ndarray of float, shape (n, k)
        :math:`\pi_0(a \mid x_i)` of every action at the first place.
    features : ndarray of float, shape (n, d)
        :math:`x_i`, known before the list was made.
    group : ndarray of int, shape (n,)
        Lists of one customer share a number.

    Raises
    ------
    UsageError
        Where there is no list, shapes do not fit, or a probability is none.
    """

    taken: NDArray[np.int64]
    chance: NDArray[np.float64]
    reward: NDArray[np.float64]
    hits: NDArray[np.bool_]
    evaluation: NDArray[np.float64]
    first: NDArray[np.float64]
    features: NDArray[np.float64]
    group: NDArray[np.int64]

    def __post_init__(self) -> None:
        shape, n = self.taken.shape, len(self.taken)
        shapes = (self.chance.shape, self.reward.shape, self.evaluation.shape[:2])
        fits = all(one == shape for one in shapes) and self.first.shape == (n, self.evaluation.shape[2])
        if (
            not n
            or not fits
            or {len(self.hits), len(self.features), len(self.group)} != {n}
            or (self.taken[:, 0] < 0).any()
        ):
            raise UsageError(
                what=phrase("a log of {n} lists whose columns do not fit", n=n),
                expected=phrase("one list at least, each with a first place, and columns of one length"),
            )
        if not ((self.chance > 0) & (self.chance <= 1)).all():
            raise UsageError(
                what=phrase("an action_probability of 0, above 1 or unknown"), expected=phrase("above 0 to 1")
            )

    def __len__(self) -> int:
        return len(self.taken)

    @property
    def places(self) -> int:
        """Longest list."""
        return int(self.taken.shape[1])

    def of_taken(self, table: NDArray[np.float64], place: int) -> NDArray[np.float64]:
        """Return the entries of a table of shape (n, k) at the actions of a place, shape (n,); 1 behind the end."""
        taken = self.taken[:, place]
        found = table[np.arange(len(self)), np.maximum(taken, 0)]
        return np.where(taken >= 0, found, 1.0)

    @property
    def weight(self) -> NDArray[np.float64]:
        r"""Weights :math:`w_{ik} = \prod_{j \le k} \pi(a_{ij} \mid \cdot) / \pi_0(a_{ij} \mid \cdot)`, shape (n, places)."""
        ratio = [self.of_taken(self.evaluation[:, k], k) / self.chance[:, k] for k in range(self.places)]
        return np.asarray(np.cumprod(np.stack(ratio, axis=1), axis=1), dtype=np.float64)

    @property
    def to_come(self) -> NDArray[np.float64]:
        """What came of each place and of those behind it, shape (n, places)."""
        return np.asarray(np.cumsum(self.reward[:, ::-1], axis=1)[:, ::-1], dtype=np.float64)

    def untried(self, least: float) -> NDArray[np.float64]:
        r"""Return by place and action the share of the evaluated policy that the log had no chance, or next to none, to choose, shape (places, k).

        Parameters
        ----------
        least : float
            A chance below it counts as none.

        Notes
        -----
        :math:`\tfrac1n \sum_i w_{i,k-1} \pi(a \mid \cdot) 1\{\pi_0(a \mid \cdot) < \text{least}\}`. Behind the first place the log
        has the probability of what was taken only: where that is one, everything else had no chance; where it is less, the rest counts as
        supported, and `zhike.measure.list_overlap` looks at the mean of the weights.
        """
        never = (self.first <= 0) | (self.first < least)
        lost = np.zeros(self.evaluation.shape[1:])
        lost[0] = np.where(never, self.evaluation[:, 0], 0.0).sum(axis=0)
        weight, rows = self.weight, np.arange(len(self))
        for k in range(1, self.places):
            certain = (self.taken[:, k] >= 0) & (self.chance[:, k] >= 1.0)
            beside = self.evaluation[:, k].copy()
            beside[rows, np.maximum(self.taken[:, k], 0)] = 0.0
            lost[k] = (weight[:, k - 1] * certain) @ beside
        return np.asarray(lost / len(self))
