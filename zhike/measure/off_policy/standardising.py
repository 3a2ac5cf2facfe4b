"""Features and rewards on common scales, as the reward models take them: learnt on one set of rows, applied to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Standardised", "UnitRewards"]


@dataclass(frozen=True, slots=True)
class Standardised:
    """Means and standard deviations of features; one that does not vary is left where it is."""

    center: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def of(cls, features: NDArray[np.float64]) -> Self:
        """Learn from features of shape (n, d)."""
        return cls(features.mean(axis=0), features.std(axis=0))

    def __call__(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return features of shape (m, d) in standard deviations from the mean."""
        return np.asarray((features - self.center) / np.where(self.spread > 0, self.spread, 1.0))


@dataclass(frozen=True, slots=True)
class UnitRewards:
    """Rewards brought to 0..1 by the least and the greatest seen; the mean stands for what nothing was seen of."""

    low: float
    span: float
    mean: float

    @classmethod
    def of(cls, reward: NDArray[np.float64]) -> Self:
        """Learn from rewards of shape (n,)."""
        return cls(float(reward.min()), float(np.ptp(reward)), float(reward.mean()))

    def share(self, reward: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return rewards as shares of the span."""
        return np.asarray((reward - self.low) / (self.span or 1.0))

    def reward(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return shares of the span as rewards."""
        return np.asarray(self.low + self.span * share)
