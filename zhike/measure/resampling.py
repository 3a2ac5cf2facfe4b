"""Samples drawn again, as counts of rows, and the percentile intervals of what they give.

The interval corrected for bias and skew is in `zhike.measure.bca`; it needs each figure without each row, which figures of many columns can
seldom afford.

References
----------
B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["percentile_interval", "resample_counts"]

_HELD: Final = 4_000_000
"""Counts held at a time."""


def resample_counts(n: int, draws: int, rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Yield how often each of ``n`` rows stands in each drawn sample, in blocks of shape (some draws, n).

    Examples
    --------
    >>> blocks = list(resample_counts(5, 3, np.random.default_rng(1)))
    >>> [block.sum(axis=1).tolist() for block in blocks]
    [[5.0, 5.0, 5.0]]
    """
    block = max(1, min(draws, _HELD // max(n, 1)))
    for start in range(0, draws, block):
        many = min(block, draws - start)
        rows = rng.integers(0, n, size=(many, n)) + n * np.arange(many)[:, None]
        yield np.bincount(rows.ravel(), minlength=many * n).reshape(many, n).astype(np.float64)


def percentile_interval(
    drawn: NDArray[np.float64], level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of percentile intervals.

    Parameters
    ----------
    drawn : array, shape (draws, ...)
    level : float

    Returns
    -------
    tuple of array
        Low and high, each of shape ``drawn.shape[1:]``; NaN where a drawn sample had no figure.
    """
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
