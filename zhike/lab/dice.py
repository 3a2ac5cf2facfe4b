"""Random numbers that have a name: each is a function of seed, stream, customer and counters, of nothing else.

No state, no order: a customer's number is the same whatever the size of a chunk, the number of processes or what a policy
did before. That makes worlds comparable draw by draw (common random numbers).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Dice"]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_TO_UNIT: Final = 2.0**-53
_SMALL: Final = 8_192
"""Numbers mixed at a time: the work stays in the cache."""


@dataclass(frozen=True, slots=True)
class Dice:
    """The dice of one world.

    Parameters
    ----------
    seed : int
        Any whole number.

    Examples
    --------
    >>> dice, who = Dice(7), np.arange(4)
    >>> bool((dice.uniform("income", who) == dice.uniform("income", who[::-1])[::-1]).all())
    True
    >>> bool((dice.uniform("income", who, 3) == dice.uniform("income", who, 4)).any())
    False
    """

    seed: int

    def uniform(
        self, stream: str, who: NDArray[np.int64], *counters: int | NDArray[Any]
    ) -> NDArray[np.float64]:
        """Return numbers in the open interval (0, 1).

        Parameters
        ----------
        stream : str
            What the number is for; another stream gives independent numbers.
        who : ndarray of int
            Customers, regions or whatever the number belongs to.
        *counters : int or ndarray of int
            Month, action, product ...; broadcast against ``who``.

        Returns
        -------
        ndarray of float
            In the broadcast shape.

        Notes
        -----
        Three rounds of the finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014) a counter.
        """
        bits = self._bits(stream, who, *counters)
        return np.asarray(((bits >> np.uint64(11)).astype(np.float64) + 0.5) * _TO_UNIT)

    def normal(
        self, stream: str, who: NDArray[np.int64], *counters: int | NDArray[Any]
    ) -> NDArray[np.float64]:
        """Return standard normal numbers; parameters as in `uniform`."""
        return np.asarray(ndtri(self.uniform(stream, who, *counters)))

    def happens(
        self, share: float | NDArray[Any], stream: str, who: NDArray[np.int64], *counters: int | NDArray[Any]
    ) -> NDArray[np.bool_]:
        """Return where something with a chance of ``share`` happens; parameters as in `uniform`."""
        return np.asarray(self.uniform(stream, who, *counters) < share)

    def pick(
        self, weights: Sequence[float], stream: str, who: NDArray[np.int64], *counters: int | NDArray[Any]
    ) -> NDArray[np.int64]:
        """Return positions drawn by weights of shape (n_options,); other parameters as in `uniform`."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        drawn = np.searchsorted(edges / edges[-1], self.uniform(stream, who, *counters).ravel(), side="right")
        shape = np.broadcast_shapes(np.shape(who), *(np.shape(counter) for counter in counters))
        return np.asarray(np.minimum(drawn, len(edges) - 1), dtype=np.int64).reshape(shape)

    def poisson(
        self, mean: float | NDArray[Any], stream: str, who: NDArray[np.int64], *counters: int | NDArray[Any]
    ) -> NDArray[np.int64]:
        """Return counts around small means (at most 20 are told apart); other parameters as in `uniform`."""
        drawn = self.uniform(stream, who, *counters)
        level = np.broadcast_to(np.asarray(mean, dtype=np.float64), drawn.shape)
        term = np.exp(-level)
        reached, count = term.copy(), np.zeros(drawn.shape, dtype=np.int64)
        for number in range(1, 21):
            above = drawn > reached
            if not above.any():
                break
            count += above
            term = term * level / number
            reached = reached + term
        return count

    def _bits(self, stream: str, who: NDArray[np.int64], *counters: int | NDArray[Any]) -> NDArray[np.uint64]:
        key = int.from_bytes(
            hashlib.blake2b(f"{self.seed}|{stream}".encode(), digest_size=8).digest(), "little"
        )
        bits = _mixed(np.asarray(who).astype(np.uint64) * _GOLDEN ^ np.uint64(key))
        for counter in counters:
            bits = _mixed(bits ^ (np.atleast_1d(counter).astype(np.uint64) + np.uint64(1)) * _GOLDEN)
        return bits


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    shape, flat = np.shape(bits), np.atleast_1d(bits).reshape(-1)
    for start in range(0, len(flat), _SMALL):
        part = flat[start : start + _SMALL]
        part += _GOLDEN
        part ^= part >> np.uint64(30)
        part *= _FIRST
        part ^= part >> np.uint64(27)
        part *= _SECOND
        part ^= part >> np.uint64(31)
    return flat.reshape(shape)
