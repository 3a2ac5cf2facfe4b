"""Worlds of a journey in which everything is known: normal ratings, effects that are really there, partial meetings."""

from dataclasses import dataclass

import numpy as np

__all__ = ["World", "drawn_world", "sample"]


@dataclass(frozen=True)
class World:
    """Reach, mean experience, points of the whole a point, minutes of a meeting, deviation of what else moves the whole."""

    reach: np.ndarray
    mean: np.ndarray
    slope: np.ndarray
    minutes: np.ndarray
    noise: float = 0.8

    @property
    def importance(self):
        """Slopes in deviations: ratings have deviation 1, the whole that of its parts."""
        return self.slope / np.sqrt(self.reach @ self.slope**2 + self.noise**2)

    @property
    def effort(self):
        load = self.reach * self.minutes
        return load / load.sum()


def drawn_world(rng, touchpoints=8):
    return World(
        rng.uniform(0.3, 0.9, touchpoints), rng.normal(3.5, 0.4, touchpoints), rng.uniform(0.0, 0.5, touchpoints),
        rng.uniform(2, 20, touchpoints),
    )  # fmt: skip


def sample(world, n, rng):
    """Return ratings, the overall score, and who met what with how many minutes."""
    met = rng.random((n, len(world.reach))) < world.reach
    away = rng.normal(size=met.shape)
    overall = 3.5 + np.where(met, away * world.slope, 0).sum(axis=1) + world.noise * rng.normal(size=n)
    minutes = met * world.minutes * rng.exponential(size=met.shape)
    return np.where(met, world.mean + away, np.nan), overall, met, minutes
