"""Means and covariances of answers, of the sample and of many resamples, from sums over cells of persons.

A resample counts how often each person was drawn. Its sums are those counts times the persons' own answers and products of answers, one
matrix product for thousands of resamples. Persons beyond `MOST_CELLS` are put into that many cells at random, and cells are drawn
instead of persons: the persons are exchangeable, so the spread of the resamples stays right, known from so many draws that its own
error is below two in a hundred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_CELLS", "Cells", "Moments"]

MOST_CELLS: Final = 2000


@dataclass(frozen=True, slots=True)
class Moments:
    """Means and covariances of samples.

    Parameters
    ----------
    means : array of shape (n_samples, p)
    covariances : array of shape (n_samples, p, p)
        Over n, not n - 1; what follows from them is the same with either, but for the unit of weights in the covariance form.
    """

    means: NDArray[np.float64]
    covariances: NDArray[np.float64]

    def __getitem__(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Moments:
        """Return some of the samples."""
        return Moments(self.means[which], self.covariances[which])


@dataclass(frozen=True, slots=True)
class Cells:
    """Sums over cells of persons.

    Parameters
    ----------
    sums : array of shape (n_cells, 1 + p + p (p + 1) / 2)
        Weight, weighted answers, weighted products of answers; answers are taken from `centre`.
    centre : array of shape (p,)
    """

    sums: NDArray[np.float64]
    centre: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        items: NDArray[np.float64],
        weights: NDArray[np.float64],
        rng: np.random.Generator,
        each: int | None = None,
        centre: NDArray[np.float64] | None = None,
    ) -> Cells:
        """Return the sums of answers without gaps.

        Parameters
        ----------
        items : array of shape (n_persons, p)
        weights : array of shape (n_persons,)
        rng : Generator
            Puts persons into cells where there are more than `MOST_CELLS`.
        each : int, optional
            Persons of a cell, all of them for moments alone; as few as `MOST_CELLS` allows unless given.
        centre : array of shape (p,), optional
            The means unless given; cells that are added to each other need the same.
        """
        count, size = items.shape
        # Numbers far from 0 would lose in the difference of two large sums what the answers differ by.
        centre = np.average(items, axis=0, weights=weights) if centre is None else centre
        shifted, weight = items - centre, weights / weights.mean()
        each = each or -(-count // MOST_CELLS)
        if 1 < each < count:
            order = rng.permutation(count)
            shifted, weight = shifted[order], weight[order]
        cells = -(-count // each)
        lack = cells * each - count
        if lack:
            shifted = np.vstack([shifted, np.zeros((lack, size))])
            weight = np.concatenate([weight, np.zeros(lack)])
        loads, placed = weight.reshape(cells, each, 1), shifted.reshape(cells, each, size)
        weighted = placed * loads
        products = placed.transpose(0, 2, 1) @ weighted
        upper = np.triu_indices(size)
        return cls(
            np.hstack([loads.sum(axis=1), weighted.sum(axis=1), products[:, upper[0], upper[1]]]), centre
        )

    def __len__(self) -> int:
        return len(self.sums)

    @property
    def whole(self) -> Moments:
        """Moments of the sample."""
        return self._moments(self.sums.sum(axis=0, keepdims=True))

    def __add__(self, other: Cells) -> Cells:
        return Cells(np.vstack([self.sums, other.sums]), self.centre)

    def resampled(self, counts: NDArray[np.float64]) -> Moments:
        """Return the moments of resamples.

        Parameters
        ----------
        counts : array of shape (n_samples, n_cells)
            How often each cell was drawn.
        """
        return self._moments(counts @ self.sums)

    def left_out(self) -> Moments:
        """Return the moments without each cell in turn (the jackknife)."""
        return self._moments(self.sums.sum(axis=0) - self.sums)

    def _moments(self, sums: NDArray[np.float64]) -> Moments:
        size = len(self.centre)
        means = sums[:, 1 : size + 1] / sums[:, :1]
        rows, columns = np.triu_indices(size)
        products = np.empty((len(sums), size, size))
        products[:, rows, columns] = sums[:, size + 1 :] / sums[:, :1]
        products[:, columns, rows] = products[:, rows, columns]
        return Moments(means + self.centre, products - means[:, :, None] * means[:, None])
