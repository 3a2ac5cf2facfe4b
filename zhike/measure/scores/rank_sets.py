"""The places that a group may have in an order, and no order where intervals overlap.

With intervals that hold all together at the level (each at ``1 - alpha / K``, Bonferroni), group ``i`` has a place between

    1 + #{j: low_j > high_i}   and   K - #{j: high_j < low_i}

for the true values, all groups at once. Where the two ends differ, the groups between are not told apart.

References
----------
M. Klein, T. Wright, J. Wieczorek, "A joint confidence region for an overall ranking of populations", JRSS C 69, 2020.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["RankSet", "joint_quantile", "rank_sets"]


class RankSet(NamedTuple):
    """The best and the worst place that a group may have; 1 is the highest value."""

    best: int
    worst: int

    @property
    def settled(self) -> bool:
        """Whether there is one place only."""
        return self.best == self.worst


def joint_quantile(groups: int, level: float = 0.95) -> float:
    """Return the ``z`` of intervals that hold for all groups together.

    Examples
    --------
    >>> round(joint_quantile(20), 2)
    3.02
    """
    return NormalDist().inv_cdf(1 - (1 - level) / (2 * max(1, groups)))


def rank_sets(low: NDArray[np.float64], high: NDArray[np.float64]) -> list[RankSet]:
    """Return the places of groups from intervals that hold together.

    Parameters
    ----------
    low, high : array, shape (groups,)
        A group without an interval (NaN) may have any place, and takes none from another.

    Examples
    --------
    >>> import numpy as np
    >>> rank_sets(np.array([8.0, 7.5, 5.0]), np.array([9.0, 8.5, 6.0]))
    [RankSet(best=1, worst=2), RankSet(best=1, worst=2), RankSet(best=3, worst=3)]
    """
    above = (low[None, :] > high[:, None]).sum(axis=1)
    below = (high[None, :] < low[:, None]).sum(axis=1)
    groups = len(low)
    return [RankSet(1 + int(more), groups - int(fewer)) for more, fewer in zip(above, below, strict=True)]
