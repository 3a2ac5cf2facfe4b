"""Kano's questions as numbers: the mean of what a feature adds, and of what its absence takes.

Answers with the feature count 4, 2, 0, -1, -2 and answers without it -2, -1, 0, 2, 4 (from like to dislike). The scale is uneven on purpose:
«must be» and «live with» are weaker than «like» and «dislike», and answers on the negative side are doubtful. A feature is the point of
both means; from 2 upward on both sides it is one-dimensional, only with the feature attractive, only without it must-be, else indifferent.

The numbers of the scale were quoted, not read at the source; that the scale is uneven was.

References
----------
W. DuMouchel, in C. Berger et al., Center for Quality Management Journal 2, 1993 (as quoted).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.scores.estimate import Estimate, mean_estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KanoPoint", "kano_point"]

_WITH: Final = np.array([4.0, 2.0, 0.0, -1.0, -2.0])
_WITHOUT: Final = np.array([-2.0, -1.0, 0.0, 2.0, 4.0])
_EDGE: Final = 2.0


class KanoPoint(NamedTuple):
    """Means with Student's intervals, and the category of the point they make; empty where nobody answered."""

    functional: Estimate
    dysfunctional: Estimate
    category: str


def kano_point(
    functional: NDArray[np.int64], dysfunctional: NDArray[np.int64], level: float = 0.95, weights: NDArray[np.float64] | None = None
) -> KanoPoint:  # fmt: skip
    """Return the point of a feature.

    Parameters
    ----------
    functional, dysfunctional : array, shape (n,)
        Places in `zhike.measure.attributes.kano.FEELINGS`, 0 to 4.
    level : float
        Between 0 and 1.
    weights : array, shape (n,), optional

    Examples
    --------
    >>> found = kano_point(np.array([0, 0, 1]), np.array([4, 3, 4]))
    >>> round(found.functional.value, 3), round(found.dysfunctional.value, 3), found.category
    (3.333, 3.333, 'O')
    """
    added, taken = (
        mean_estimate(_WITH[functional], weights, level),
        mean_estimate(_WITHOUT[dysfunctional], weights, level),
    )
    if math.isnan(added.value):
        return KanoPoint(added, taken, "")
    category = {(True, True): "O", (True, False): "A", (False, True): "M"}.get(
        (added.value >= _EDGE, taken.value >= _EDGE), "I"
    )
    return KanoPoint(added, taken, category)
