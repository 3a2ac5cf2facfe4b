"""The loops of the hashed logistic regression, compiled: where a row's terms stand, its logit, one step of learning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["column_shares", "learn", "logits"]

_ODD = np.uint64(0x9E3779B97F4A7C15)
_OTHER = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)


@njit(cache=True, nogil=True)
def _place(token: np.uint64, size: int) -> np.int64:
    """Return the place of a token among ``size`` (a power of two): multiply, fold, multiply, keep low bits."""
    mixed = token * _ODD
    mixed = (mixed ^ (mixed >> _SHIFT)) * _OTHER
    return np.int64((mixed ^ (mixed >> _SHIFT)) & np.uint64(size - 1))


@njit(cache=True, nogil=True)
def _fill(
    row: NDArray[np.uint64], size: int, pairs: bool, at: NDArray[np.int64], first: NDArray[np.int64], second: NDArray[np.int64]  # noqa: FBT001
) -> int:  # fmt: skip
    """Write the places of a row's terms and the columns they come from; return how many there are."""
    count = 0
    for a in range(len(row)):
        if row[a] == 0:
            continue
        at[count], first[count], second[count] = _place(row[a], size), a, a
        count += 1
        if pairs:
            for b in range(a + 1, len(row)):
                if row[b] != 0:
                    at[count] = _place(row[a] * _OTHER + (row[b] ^ (row[b] >> _SHIFT)), size)
                    first[count], second[count] = a, b
                    count += 1
    return count


@njit(cache=True, nogil=True)
def logits(tokens: NDArray[np.uint64], weights: NDArray[np.float64], pairs: bool) -> NDArray[np.float64]:  # noqa: FBT001
    """Return the logit of every row; the bias stands last among the weights."""
    most = tokens.shape[1] * (tokens.shape[1] + 1) // 2
    at, first, second = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    result = np.empty(len(tokens))
    for i in range(len(tokens)):
        count = _fill(tokens[i], len(weights) - 1, pairs, at, first, second)
        total = weights[-1]
        for k in range(count):
            total += weights[at[k]]
        result[i] = total
    return result


@njit(cache=True, nogil=True)
def column_shares(
    tokens: NDArray[np.uint64],
    weights: NDArray[np.float64],
    pairs: bool,  # noqa: FBT001
) -> NDArray[np.float64]:
    """Return what each column adds to the logit of every row, a pair's weight halved between its two columns: shape of the tokens."""
    most = tokens.shape[1] * (tokens.shape[1] + 1) // 2
    at, first, second = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    result = np.zeros(tokens.shape)
    for i in range(len(tokens)):
        count = _fill(tokens[i], len(weights) - 1, pairs, at, first, second)
        for k in range(count):
            result[i, first[k]] += weights[at[k]] / 2
            result[i, second[k]] += weights[at[k]] / 2
    return result


@njit(cache=True, nogil=True)
def learn(
    tokens: NDArray[np.uint64], y: NDArray[np.float64], sample_weight: NDArray[np.float64],
    weights: NDArray[np.float64], squares: NDArray[np.float64], rate: float, pairs: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """Take one AdaGrad step a row, in place; a row of weight 0 changes nothing."""
    most = tokens.shape[1] * (tokens.shape[1] + 1) // 2
    at, first, second = np.empty(most + 1, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    for i in range(len(tokens)):
        if sample_weight[i] == 0.0:
            continue
        count = _fill(tokens[i], len(weights) - 1, pairs, at, first, second)
        at[count] = len(weights) - 1
        total = 0.0
        for k in range(count + 1):
            total += weights[at[k]]
        gradient = sample_weight[i] * (1.0 / (1.0 + np.exp(-total)) - y[i])
        for k in range(count + 1):
            squares[at[k]] += gradient * gradient
            weights[at[k]] -= rate * gradient / np.sqrt(squares[at[k]])
