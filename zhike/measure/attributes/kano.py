r"""Kano's categories from pairs of questions: how one would feel with a feature, and how without it.

The pair of answers is looked up in a table of five by five: attractive (A), one-dimensional (O), must-be (M), indifferent (I), reverse (R)
or questionable (Q). The category of a feature is the most frequent one, ties in favour of what must not be missed: M, O, A, I. With counts,

    better = (A + O) / (A + O + M + I),   worse = -(O + M) / (A + O + M + I)

each a share, and so with Wilson's interval. Fong's test asks whether the two most frequent categories with counts ``a`` and ``b`` of ``n``
differ: ``|a - b| >= 1.65 sqrt((a + b) (2 n - a - b) / (2 n))``. Its source was not read, only quoted; the exact test of ``a`` against
``b`` (each as likely, given ``a + b``) stands beside it and needs none.

References
----------
N. Kano et al., J. Japanese Society for Quality Control 14, 1984; C. Berger et al., "Kano's methods for understanding customer-defined
quality", Center for Quality Management Journal 2, 1993; D. Fong, ibid. 5, 1996 (as quoted).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.scores.estimate import Estimate, normal_quantile
from zhike.measure.shares import share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["CATEGORIES", "FEELINGS", "KanoCount", "fong_differs", "kano_categories", "kano_count"]

FEELINGS: Final = ("like", "must_be", "neutral", "live_with", "dislike")
"""The five answers, in the order of the table."""
CATEGORIES: Final = ("M", "O", "A", "I", "R", "Q")
"""In the order in which ties are decided."""
_TABLE: Final = np.array([list("QAAAO"), list("RIIIM"), list("RIIIM"), list("RIIIM"), list("RRRRQ")])
"""By the answer with the feature (rows) and without it (columns)."""
_FONG: Final = 1.65


class KanoCount(NamedTuple):
    """How a feature is seen.

    Parameters
    ----------
    counts : mapping
        Of each of `CATEGORIES`; of weighted answers no whole numbers.
    category : str
        Empty where nobody answered.
    second : str
        The next most frequent one.
    tied : bool
        Whether the order of ties decided.
    better, worse : Estimate
        NaN where nobody is A, O, M or I.
    fong : bool
        Whether the two most frequent differ by Fong's test.
    p_value : float
        Of the exact test of the same.
    questionable : float
        Share of Q: pairs that contradict each other.
    """

    counts: Mapping[str, float]
    category: str
    second: str
    tied: bool
    better: Estimate
    worse: Estimate
    fong: bool
    p_value: float
    questionable: float


def kano_categories(functional: NDArray[np.int64], dysfunctional: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return the category of each pair of answers.

    Parameters
    ----------
    functional, dysfunctional : array, shape (n,)
        Places in `FEELINGS`, 0 to 4; the answer with the feature and without it.

    Examples
    --------
    >>> kano_categories(np.array([0, 0, 1, 2, 4]), np.array([4, 2, 4, 3, 0])).tolist()
    ['O', 'A', 'M', 'I', 'R']
    """
    return np.asarray(_TABLE[functional, dysfunctional])


def kano_count(
    categories: NDArray[np.str_], level: float = 0.95, weights: NDArray[np.float64] | None = None
) -> KanoCount:
    """Return how a feature is seen by all who answered both questions.

    Parameters
    ----------
    categories : array, shape (n,)
    level : float
    weights : array, shape (n,), optional
        What each respondent counts; counts then add up to the effective number of answers, (sum w)^2 / sum w^2.

    Examples
    --------
    >>> found = kano_count(np.repeat(["A", "O", "M", "I"], [30, 40, 20, 10]))
    >>> found.category, found.better.value, found.worse.value, found.fong
    ('O', 0.7, -0.6, False)
    """
    counts = _counts(categories, weights)
    n = sum(counts.values())
    first, second, *_ = sorted(CATEGORIES, key=lambda one: -counts[one])
    a, b = counts[first], counts[second]
    base = sum(counts[one] for one in "AOMI")
    z = normal_quantile(level)
    return KanoCount(
        counts, first if n else "", second if n else "", n > 0 and a == b,
        _share(counts["A"] + counts["O"], base, z), _negated(_share(counts["O"] + counts["M"], base, z)),
        fong_differs(a, b, n), _exact(a, b), counts["Q"] / n if n else math.nan,
    )  # fmt: skip


def _counts(categories: NDArray[np.str_], weights: NDArray[np.float64] | None) -> dict[str, float]:
    if weights is None or not len(weights):
        return {one: int(np.sum(categories == one)) for one in CATEGORIES}
    scaled = weights * weights.sum() / (weights @ weights)
    return {one: float(scaled[categories == one].sum()) for one in CATEGORIES}


def fong_differs(a: float, b: float, n: float) -> bool:
    """Return whether counts ``a`` and ``b`` of ``n`` differ by Fong's test.

    Examples
    --------
    >>> fong_differs(40, 30, 100), fong_differs(60, 30, 100)
    (False, True)
    """
    return n > 0 and abs(a - b) >= _FONG * math.sqrt((a + b) * (2 * n - a - b) / (2 * n))


def _exact(a: float, b: float) -> float:
    from scipy.stats import binomtest

    whole = round(a), round(a) + round(b)
    return float(binomtest(*whole, 0.5).pvalue) if whole[1] else 1.0


def _share(count: float, base: float, z: float) -> Estimate:
    found = share(count, base, z)
    if found is None:
        return Estimate(math.nan, math.nan, math.nan, math.nan, 0)
    return Estimate(
        found.value, math.sqrt(found.value * (1 - found.value) / base), found.low, found.high, round(base)
    )


def _negated(one: Estimate) -> Estimate:
    return Estimate(-one.value, one.error, -one.high, -one.low, one.n)
