"""Raking: weights under which every margin is that of the population (iterative proportional fitting), not too unequal.

Margin after margin, weights of a category are multiplied by what it lacks, until all margins hold at once:

    w_i <- w_i T_c / sum of w over c     for each category c of each margin

Weights outside of ``low`` to ``high`` times their mean are drawn in and the margins raked again, until both hold; where they cannot both hold,
the margins do not quite, and the answer says by how much.

References
----------
W. Deming, F. Stephan, Annals of Mathematical Statistics 11, 1940; F. Potter, Proc. Survey Research Methods Section ASA, 1990 (trimming).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Margin", "Raked", "Trim", "rake"]

_ENOUGH: Final = 1e-10
_CYCLES: Final = 2000
_TRIMMINGS: Final = 100
_AT_BOUND: Final = 1e-9
_HOLDS: Final = 1e-8


class Margin(NamedTuple):
    """One margin: each row's category as a place in ``totals``, none of which is 0 or without a row."""

    codes: NDArray[np.int64]
    totals: NDArray[np.float64]


class Trim(NamedTuple):
    """Bounds of weights, in multiples of their mean."""

    low: float = 0.0
    high: float = np.inf


class Raked(NamedTuple):
    """Weights of shape (n,), how they came about and how well they hold.

    ``off`` is the largest relative distance of a category's weights from its total, ``trimmed`` how many weights stand at a bound.
    """

    weights: NDArray[np.float64]
    cycles: int
    off: float
    trimmed: int

    @property
    def converged(self) -> bool:
        """Whether every margin holds to eight digits."""
        return self.off < _HOLDS


def rake(weights: NDArray[np.float64], margins: Sequence[Margin], trim: Trim | None = None) -> Raked:
    """Return weights that meet the margins.

    Parameters
    ----------
    weights : array, shape (n,)
        To begin with, above 0; ones, or one over the chance of being asked.
    margins : sequence of Margin
        Of one population: their totals add up to the same.
    trim : Trim, optional

    Examples
    --------
    >>> sex, age = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1])
    >>> found = rake(np.ones(4), [Margin(sex, np.array([50.0, 50])), Margin(age, np.array([20.0, 80]))])
    >>> found.weights.round(3).tolist(), found.converged
    ([20.0, 15.0, 15.0, 50.0], True)
    """
    found, cycles = _cycled(weights, margins)
    if trim is not None:
        for _ in range(_TRIMMINGS):
            bounds = trim.low * found.mean(), trim.high * found.mean()
            drawn = np.clip(found, *bounds)
            if np.allclose(drawn, found, rtol=_AT_BOUND, atol=0.0):
                break
            found, more = _cycled(drawn, margins)
            cycles += more
        else:
            found = drawn
    return Raked(found, cycles, max(_off(found, one) for one in margins), _at_bound(found, trim))


def _cycled(weights: NDArray[np.float64], margins: Sequence[Margin]) -> tuple[NDArray[np.float64], int]:
    found = weights.astype(np.float64)
    cycle = 0
    while cycle < _CYCLES:
        cycle += 1
        for one in margins:
            found = found * (one.totals / np.bincount(one.codes, found, len(one.totals)))[one.codes]
        if max(_off(found, one) for one in margins) < _ENOUGH:
            break
    return found, cycle


def _off(weights: NDArray[np.float64], margin: Margin) -> float:
    reached = np.bincount(margin.codes, weights, len(margin.totals))
    return float(np.max(np.abs(reached / margin.totals - 1)))


def _at_bound(weights: NDArray[np.float64], trim: Trim | None) -> int:
    if trim is None:
        return 0
    relative = weights / weights.mean()
    near = 1e-6
    return int(np.sum((relative <= trim.low * (1 + near)) | (relative >= trim.high * (1 - near))))
