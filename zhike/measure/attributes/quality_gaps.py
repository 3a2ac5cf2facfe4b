"""SERVQUAL: what customers got less what they expect, by item and dimension, weighted by what matters to them.

    gap_i = perception_i - expectation_i     of each respondent, item by item

An item's gap is the mean over respondents who answered both questions; its interval is paired. A respondent's gap in a dimension is the mean
of theirs over its items, where at least half of these were answered. The weighted score is the mean over respondents of
``sum w_d gap_d / sum w_d`` with the 100 points that each splits over the dimensions (whoever did not split them is not in it); the
unweighted one takes all dimensions alike. SERVPERF takes the perceptions alone in the same way.

References
----------
A. Parasuraman, V. Zeithaml, L. Berry, "SERVQUAL", J. Retailing 64, 1988; J. Cronin, S. Taylor, J. Marketing 56, 1992 (SERVPERF).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.measure.scores.estimate import Estimate, mean_estimate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["QualityGaps", "Reading", "quality_gaps"]


class Reading(NamedTuple):
    """Means of perceptions, of expectations and of their gap, each over respondents who answered for both."""

    perception: Estimate
    expectation: Estimate
    gap: Estimate


class QualityGaps(NamedTuple):
    """SERVQUAL's figures; `Reading` by item and dimension, scores over all dimensions as `Estimate`.

    ``weights`` are the mean points of a dimension, of 100; the weighted scores are None where nobody gave any.
    """

    items: Sequence[Reading]
    dimensions: Mapping[str, Reading]
    weights: Mapping[str, float]
    unweighted: Estimate
    weighted: Estimate | None
    servperf: Estimate
    weighted_servperf: Estimate | None


def quality_gaps(
    perceptions: NDArray[np.float64],
    expectations: NDArray[np.float64],
    dimensions: Mapping[str, Sequence[int]],
    points: NDArray[np.float64] | None = None,
    level: float = 0.95,
    weights: NDArray[np.float64] | None = None,
) -> QualityGaps:
    """Return gaps and scores.

    Parameters
    ----------
    perceptions, expectations : array, shape (n, items)
        NaN where there was no answer.
    dimensions : mapping
        Of each dimension its items' places.
    points : array, shape (n, dimensions), optional
        What each respondent gave each dimension, of any total.
    level : float
        Between 0 and 1.
    weights : array, shape (n,), optional
        What each respondent counts; then errors are linearised.

    Examples
    --------
    >>> got, expected = np.array([[5.0, 6], [4, 4], [6, 5]]), np.full((3, 2), 6.0)
    >>> found = quality_gaps(got, expected, {"reliability": [0], "empathy": [1]}, np.array([[80.0, 20]] * 3))
    >>> found.items[0].gap.value, round(found.unweighted.value, 2), round(found.weighted.value, 2)
    (-1.0, -1.0, -1.0)
    """
    both = np.isfinite(perceptions) & np.isfinite(expectations)
    got, expected = np.where(both, perceptions, np.nan), np.where(both, expectations, np.nan)
    of_dimensions = {
        name: (_mean_of(got[:, list(items)]), _mean_of(expected[:, list(items)]))
        for name, items in dimensions.items()
    }
    only_got = np.column_stack([_mean_of(perceptions[:, list(items)]) for items in dimensions.values()])
    gaps = np.column_stack([first - second for first, second in of_dimensions.values()])
    shares = None if points is None else _shares(points)

    def mean(values: NDArray[np.float64]) -> Estimate:
        return mean_estimate(values, weights, level)

    def reading(first: NDArray[np.float64], second: NDArray[np.float64]) -> Reading:
        return Reading(*(mean(one) for one in (first, second, first - second)))

    def weighted(values: NDArray[np.float64]) -> Estimate | None:
        return None if shares is None else mean((values * shares).sum(axis=1))

    return QualityGaps(
        [reading(got[:, one], expected[:, one]) for one in range(got.shape[1])],
        {name: reading(first, second) for name, (first, second) in of_dimensions.items()},
        {} if shares is None else dict(zip(dimensions, [100 * mean(one).value for one in shares.T], strict=True)),
        mean(gaps.mean(axis=1)), weighted(gaps), mean(only_got.mean(axis=1)), weighted(only_got),
    )  # fmt: skip


def _mean_of(answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each respondent's mean; NaN where fewer than half were answered."""
    given = np.isfinite(answers)
    counted = given.sum(axis=1)
    total = np.where(given, answers, 0.0).sum(axis=1)
    return np.where(2 * counted >= answers.shape[1], total / np.maximum(counted, 1), np.nan)


def _shares(points: NDArray[np.float64]) -> NDArray[np.float64]:
    total = points.sum(axis=1, keepdims=True)
    return np.asarray(points / np.where(total > 0, total, np.nan))
