"""How well a ranked list of products met what customers then took.

For a customer with relevant products R and a list of k, gains g_r = 1 where the product at rank r is in R:

    nDCG@k      sum_r g_r / log2(r + 1)  divided by the same sum over the first min(k, |R|) ranks
    recall@k    sum_r g_r / |R|
    precision@k sum_r g_r / k

A customer with no relevant product scores 0 and stays in the mean, as in the FAR-Trans protocol (arXiv 2407.08692).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RankingQuality", "band_consistency", "ranking_quality"]


@dataclass(frozen=True, slots=True)
class RankingQuality:
    """Means over customers.

    Parameters
    ----------
    coverage : float
        Share of the candidate products that stand on at least one list.
    served : float
        Share of customers whose list is not empty.
    """

    ndcg: float
    recall: float
    precision: float
    coverage: float
    served: float


def ranking_quality(top: NDArray[np.int64], relevant: NDArray[np.bool_], candidates: int) -> RankingQuality:
    """Measure lists against what was taken.

    Parameters
    ----------
    top : ndarray of int, shape (n_customers, k)
        Columns of the products recommended, best first, -1 for none.
    relevant : ndarray of bool, shape (n_customers, n_products)
    candidates : int
        Number of products that could have been recommended.

    Examples
    --------
    >>> quality = ranking_quality(np.array([[0, 2]]), np.array([[True, False, True]]), 3)
    >>> quality.ndcg, quality.recall, quality.precision
    (1.0, 1.0, 1.0)
    """
    if len(top) == 0:
        return RankingQuality(0.0, 0.0, 0.0, 0.0, 0.0)
    k = top.shape[1]
    gains = np.take_along_axis(relevant, np.maximum(top, 0), axis=1) & (top >= 0)
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    wanted = relevant.sum(axis=1)
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[np.minimum(wanted, k)]
    hits = gains.sum(axis=1)
    return RankingQuality(
        ndcg=float(_ratio(gains @ discount, ideal).mean()),
        recall=float(_ratio(hits, wanted).mean()),
        precision=float(hits.mean() / k),
        coverage=len(np.unique(top[top >= 0])) / max(candidates, 1),
        served=float((top >= 0).any(axis=1).mean()),
    )


def band_consistency(
    top: NDArray[np.int64],
    customer_level: NDArray[np.float64],
    product_level: NDArray[np.float64],
    bands: int,
) -> float:
    """Return the share of recommended products at most ``bands`` levels from their customer's own (PC@k).

    Parameters
    ----------
    top : ndarray of int, shape (n_customers, k)
    customer_level : ndarray of float, shape (n_customers,)
        NaN where unknown; such customers do not count.
    product_level : ndarray of float, shape (n_products,)
        NaN where unknown; such products do not count.

    Examples
    --------
    >>> band_consistency(np.array([[0, 1]]), np.array([1.0]), np.array([2.0, 4.0]), 1)
    0.5
    """
    distance = np.abs(product_level[np.maximum(top, 0)] - customer_level[:, None])
    counted = (top >= 0) & ~np.isnan(distance)
    return float((distance <= bands)[counted].mean()) if counted.any() else float("nan")


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
