"""Random numbers of the made-up bank: one stream a part, so that a change in one part leaves the others as they were."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["days_between", "happens", "picked", "spread", "stream", "within"]

_WHOLE = 2**64 - 1


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the generator of one part of the bank.

    Examples
    --------
    >>> bool(stream(7, "people").integers(100) == stream(7, "people").integers(100))
    True
    """
    return np.random.default_rng([seed & _WHOLE, zlib.crc32(part.encode())])


def happens(rng: np.random.Generator, share: float | NDArray[Any], size: int) -> NDArray[np.bool_]:
    """Return for each row whether something with a chance of ``share`` happens."""
    return np.asarray(rng.random(size) < share)


def within(values: NDArray[Any], low: float, high: float) -> NDArray[np.bool_]:
    """Return where values are at least ``low`` and below ``high``."""
    return np.asarray((values >= low) & (values < high))


def days_between(
    rng: np.random.Generator, first: np.datetime64 | NDArray[Any], last: np.datetime64 | NDArray[Any]
) -> NDArray[np.datetime64]:
    """Return a day between two days, both included, for each row; the first where the last is before it."""
    start, end = np.broadcast_arrays(np.asarray(first, "datetime64[D]"), np.asarray(last, "datetime64[D]"))
    span = np.maximum((end - start).astype(np.int64), 0)
    return np.asarray(start + rng.integers(0, span + 1).astype("timedelta64[D]"))


def picked(rng: np.random.Generator, options: Mapping[str, float], size: int) -> NDArray[np.str_]:
    """Return options drawn by their weights."""
    weights = np.array(list(options.values()))
    return rng.choice(np.array(list(options)), size=size, p=weights / weights.sum())


def spread(
    rng: np.random.Generator, middle: float | NDArray[Any], width: float, size: int
) -> NDArray[np.float64]:
    """Return positive amounts around a middle: log-normal, ``width`` the standard deviation of the logarithm."""
    return np.asarray(middle * np.exp(rng.normal(0.0, width, size)), dtype=np.float64)
