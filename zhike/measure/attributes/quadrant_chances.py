r"""The chance of an attribute to lie in a quadrant, by drawing respondents again.

In each drawn sample means and lines are taken anew; the share of samples in which an attribute lies in a quadrant would be its chance if
attributes were spread without limit. They are not: of many attributes, the one that came out highest was lucky as a rule. So on each axis, with
``d_i`` how far an attribute lies from the mean of all, ``s_i^2`` the variance of that over samples and ``t^2`` the variance between attributes
(Paule and Mandel),

    k_i = t^2 / (t^2 + s_i^2)
    drawn_i = mean of all + k_i d_i + sqrt(k_i) (d_i in the sample - d_i)

which is empirical Bayes with the sample's own errors. Where answers are many, ``k`` is near 1 and nothing changes; fewer than five attributes
do not tell their spread and stay as drawn. The truth test of these chances is `tests/truth/test_quadrant_chances.py`.

References
----------
B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993; C. Morris, JASA 78, 1983.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.measure.attributes.importance_performance import QUADRANTS, cross, derived_importance, in_quadrant
from zhike.measure.resampling import resample_counts
from zhike.measure.scores.small_groups import between_variance

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["quadrant_chances", "sample_means", "steadied"]

_FEWEST: Final = 5
_LEAST_KEPT: Final = 0.05
"""Part of an attribute's distance that is kept where chance explains all of it: its chances are then near even."""


def quadrant_chances(
    performance: NDArray[np.float64], importance: NDArray[np.float64], kind: str, middles: tuple[float, float], rng: np.random.Generator,
    *, derived: str | None = None, draws: int = 1000, weights: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """Return of each attribute the share of drawn samples in which it lies in each quadrant.

    Parameters
    ----------
    performance : array, shape (n, attributes)
        Answers; NaN where there was none.
    importance : array, shape (n, attributes), or (n,) with ``derived``
        Answers on importance; with ``derived`` the overall score that it is derived from.
    kind, middles
        See `zhike.measure.attributes.importance_performance.quadrants`.
    rng : Generator
    derived : str, optional
        ``shapley`` or ``standardised``, see `zhike.measure.attributes.importance_performance.derived_importance`.
    draws : int
    weights : array, shape (n,), optional
        What each respondent counts; each is drawn with equal chances and carries its weight.

    Returns
    -------
    array, shape (attributes, 4)
        In the order of `QUADRANTS`.
    """
    complete = np.column_stack([performance, importance]) if derived else np.empty((len(performance), 0))
    kept = np.isfinite(complete).all(axis=1)
    each = np.ones(len(performance)) if weights is None else weights

    def axes(counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        how = sample_means(performance, counts)
        return (
            derived_importance(complete[kept], derived, rng, counts[:, kept])
            if derived
            else sample_means(importance, counts)
        ), how

    found = axes(each[None])
    drawn = [axes(counts * each) for counts in resample_counts(len(performance), draws, rng)]
    what, how = (steadied(found[axis][0], np.concatenate([one[axis] for one in drawn])) for axis in (0, 1))
    places = in_quadrant(
        what >= cross(what, kind, middles[0])[:, None], how >= cross(how, kind, middles[1])[:, None]
    )
    return np.stack([np.mean(places == one, axis=0) for one in range(len(QUADRANTS))], axis=1)


def sample_means(answers: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return means of attributes in each sample; that of all answers where a sample has none of an attribute.

    Parameters
    ----------
    answers : array, shape (n, attributes)
        NaN where there was none.
    counts : array, shape (samples, n)
        How often each row stands in each sample, times what it counts.
    """
    given = np.isfinite(answers)
    filled = np.where(given, answers, 0.0)
    many = counts @ given
    whole = filled.sum(axis=0) / np.maximum(given.sum(axis=0), 1)
    return np.where(many > 0, (counts @ filled) / np.where(many > 0, many, 1.0), whole)


def steadied(found: NDArray[np.float64], drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return drawn values of an axis, shape (draws, attributes), drawn to the mean of all as far as chance explains the distance.

    Parameters
    ----------
    found : array, shape (attributes,)
        Of the sample.
    drawn : array, shape (draws, attributes)
        Of samples drawn again.
    """
    if len(found) < _FEWEST:
        return drawn
    centre = drawn.mean(axis=1, keepdims=True)
    away, again = found - found.mean(), drawn - centre
    own = again.var(axis=0)
    if not np.all(own > 0):
        return drawn
    between = between_variance(away, own)
    part = np.maximum(_LEAST_KEPT, between / (between + own))
    return np.asarray(centre + part * away + np.sqrt(part) * (again - away))
