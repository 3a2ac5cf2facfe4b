"""Weighted rates with their errors, and estimates of many small groups drawn towards what they have in common.

A rate is self-normalised (J. Hajek): ``sum w y / sum w`` with w one over the probability of the choice. Its variance is
that of a ratio over clusters, ``sum_k (A_k - r B_k)^2 / (sum B)^2`` with A the weighted hits and B the weights of a
customer, so that a purchase seen from two months counts once.

Groups are drawn together as in a normal hierarchy: theta_k ~ N(centre, tau^2), d_k ~ N(theta_k, v_k), averaged over a
grid of tau under a flat prior (A. Gelman, "Prior distributions for variance parameters in hierarchical models",
Bayesian Analysis 1(3), 2006). A point estimate of tau would often be 0 and the intervals then too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Tally", "shrunk"]

_GRID: Final = 60


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over customers that a weighted rate and its error need, each of shape (n_cells,).

    Parameters
    ----------
    weight, hits : ndarray
        Sum of the weights, and of the weights of hits.
    squares, cross, hit_squares : ndarray
        Sums over customers of B^2, A B and A^2.
    """

    weight: NDArray[np.float64]
    hits: NDArray[np.float64]
    squares: NDArray[np.float64]
    cross: NDArray[np.float64]
    hit_squares: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        customer: NDArray[np.int64],
        weight: NDArray[np.float64],
        hits: NDArray[np.float64],
        cell: NDArray[np.int64],
        n_cells: int,
    ) -> Tally:
        """Add up rows by the cell of their customer.

        Parameters
        ----------
        customer, weight, hits : ndarray of shape (n_rows,)
            Position of the customer; weight; weight times outcome.
        cell : ndarray of int, shape (n_customers,)
        """
        b = _sums(customer, weight, len(cell))
        a = _sums(customer, hits, len(cell))
        return cls(*(_sums(cell, one, n_cells) for one in (b, a, b * b, a * b, a * a)))

    def total(self) -> Tally:
        """Return the tally of all cells together, of shape (1,)."""
        parts = (self.weight, self.hits, self.squares, self.cross, self.hit_squares)
        return Tally(*(part.sum(keepdims=True) for part in parts))

    @property
    def rate(self) -> NDArray[np.float64]:
        """Weighted share of hits, 0 where there is no weight."""
        return _ratio(self.hits, self.weight)

    @property
    def effective(self) -> NDArray[np.float64]:
        """Effective number of customers: as many equal weights would be as telling."""
        return _ratio(self.weight**2, self.squares)

    @property
    def variance(self) -> NDArray[np.float64]:
        """Variance of the rate; infinity where there is no weight."""
        rate = self.rate
        spread = np.maximum(self.hit_squares - 2.0 * rate * self.cross + rate**2 * self.squares, 0.0)
        return np.where(self.weight > 0, _ratio(spread, self.weight**2), np.inf)

    def steadied_variance(self) -> NDArray[np.float64]:
        """Return the variance of each cell's rate when its own few hits are not trusted alone.

        The variance of all cells together is scaled to the cell's effective number and to its rate, which is drawn
        towards the common one by the weight of one expected hit: a cell without a hit has no variance of 0.
        """
        every = self.total()
        common = (every.rate * every.effective + 0.5) / (every.effective + 1.0)
        design = np.maximum(every.variance * every.effective / (common * (1.0 - common)), 0.1)
        hits = self.rate * self.effective + 1.0
        rate = np.clip(hits / (self.effective + 1.0 / common), 1e-12, 1.0 - 1e-6)
        spread = design * rate * (1.0 - rate)
        return np.where(self.effective > 0, _ratio(spread, self.effective), np.inf)


def _sums(place: NDArray[np.int64], values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    return np.bincount(place, weights=values, minlength=count).astype(np.float64)


def _ratio(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(over, under, out=np.zeros(over.shape), where=under > 0))


def shrunk(
    estimate: NDArray[np.float64],
    variance: NDArray[np.float64],
    centre: tuple[float, float] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[float, float]]:
    """Return estimates drawn towards a centre, with their variances, and mean and variance of a group not seen.

    Parameters
    ----------
    estimate, variance : ndarray of shape (n_groups,)
        Infinite variance where a group has no estimate.
    centre : tuple of float, or None
        Mean and variance of the centre; None to estimate it from the groups.

    Examples
    --------
    >>> mean, _, _ = shrunk(np.array([0.0, 0.2]), np.array([0.0001, 1.0]), centre=(0.1, 0.0))
    >>> mean.round(2).tolist()
    [0.0, 0.1]
    """
    seen = np.isfinite(variance)
    if centre is None and seen.sum() == 1:
        centre = (float(estimate[seen][0]), float(variance[seen][0]))
        return np.full(len(estimate), centre[0]), np.full(len(estimate), centre[1]), centre
    if not seen.any():
        centre = centre or (0.0, np.inf)
        return np.full(len(estimate), centre[0]), np.full(len(estimate), centre[1]), centre
    value, noise = estimate[seen], np.maximum(variance[seen], 1e-18)
    tau2 = _grid(value, noise, centre)[:, None]
    middle, doubt = _centres(value, noise, tau2, centre)
    weight = _weights(value, noise, tau2, middle, doubt)
    kept = tau2 / (tau2 + noise)
    of_new = _mixed(weight, middle, doubt + tau2)
    mean, spread = (np.full(len(estimate), part[0]) for part in of_new)
    drawn = middle + kept * (value - middle)
    mean[seen], spread[seen] = _mixed(weight, drawn, kept * noise + (1.0 - kept) ** 2 * doubt)
    return mean, spread, (float(of_new[0][0]), float(of_new[1][0]))


def _grid(
    value: NDArray[np.float64], noise: NDArray[np.float64], centre: tuple[float, float] | None
) -> NDArray[np.float64]:
    """Return squares of evenly spaced tau, from 0 to well beyond what the estimates could spread."""
    middle = np.average(value, weights=1.0 / noise) if centre is None else centre[0]
    widest = 2.0 * np.sqrt(np.mean((value - middle) ** 2)) + np.sqrt(noise.min())
    return np.asarray(np.linspace(0.0, widest, _GRID) ** 2)


def _centres(
    value: NDArray[np.float64],
    noise: NDArray[np.float64],
    tau2: NDArray[np.float64],
    centre: tuple[float, float] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and variance of the centre for every tau, each of shape (n_grid, 1)."""
    if centre is not None:
        return np.full(tau2.shape, centre[0]), np.full(tau2.shape, centre[1])
    weight = 1.0 / (noise + tau2)
    total = weight.sum(axis=1, keepdims=True)
    return (weight * value).sum(axis=1, keepdims=True) / total, 1.0 / total


def _weights(
    value: NDArray[np.float64],
    noise: NDArray[np.float64],
    tau2: NDArray[np.float64],
    middle: NDArray[np.float64],
    doubt: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the posterior weight of every tau, shape (n_grid, 1)."""
    variance = noise + tau2
    logarithm = -0.5 * (np.log(variance) + (value - middle) ** 2 / variance).sum(axis=1, keepdims=True)
    logarithm += 0.5 * np.log(np.maximum(doubt, 1e-18))
    weight = np.exp(logarithm - logarithm.max())
    return np.asarray(weight / weight.sum())


def _mixed(
    weight: NDArray[np.float64], mean: NDArray[np.float64], variance: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and variance of a mixture over the grid."""
    middle = (weight * mean).sum(axis=0)
    return middle, (weight * (variance + mean**2)).sum(axis=0) - middle**2
