r"""How many ways a business is done: the entropy of its variants, put right for what a sample has not seen.

With ``n`` cases, ``n_v`` of variant ``v``, ``K`` variants seen, ``f_1`` of them once and ``f_2`` twice, ``p_v = n_v / n``,

    plug-in           H = - sum p_v ln p_v                            too small: variants that were not seen are missing
    Miller-Madow      H + (K - 1) / 2 n
    Chao-Shen         C = 1 - f_1 / n,   q_v = C p_v,   H = - sum q_v ln q_v / (1 - (1 - q_v)^n)
    Chao-Wang-Jost    H = sum p_v sum_(k = n_v)^(n - 1) 1 / k
                        + f_1 / n (1 - A)^(1 - n) (- ln A - sum_(r = 1)^(n - 1) (1 - A)^r / r),   A = 2 f_2 / ((n - 1) f_1 + 2 f_2)

The last one is what is told: measured in worlds of 1 to 200 variants and 30 to 1,000 cases it was within 0.03 of the truth wherever an average
case of the sample was seen twice, and its interval held (docs/methodology/journeys.md). With ``f_2 = 0``, ``A = 2 / ((n - 1) (f_1 - 1) + 2)``;
without variants seen once the second part is nil. The *effective number* of variants is ``exp(H)``: as many equally frequent ones would be
as various. Its error is that of leaving out each case in turn (jackknife; cases of equally frequent variants give the same), its interval is
symmetric in ``H``.

References
----------
G. Miller, "Note on the bias of information estimates", 1955.
A. Chao, T.-J. Shen, Environmental and Ecological Statistics 10, 2003.
A. Chao, Y. Wang, L. Jost, "Entropy and the species accumulation curve", Methods in Ecology and Evolution 4, 2013.
M. Hill, Ecology 54, 1973 (effective numbers). B. Efron, C. Stein, Annals of Statistics 9, 1981 (jackknife).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.measure.scores.estimate import Estimate, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["ESTIMATORS", "Variety", "chao_shen", "chao_wang_jost", "miller_madow", "plug_in", "variety"]


class Variety(NamedTuple):
    """Variety of a business.

    Parameters
    ----------
    seen, once : int
        Variants seen, and seen once.
    coverage : float
        Estimated share of future cases that go a way that was seen.
    entropy, effective : Estimate
        In nats, and the effective number of variants.
    plug_in, miller_madow, chao_shen : float
        Other estimates of the entropy.
    """

    seen: int
    once: int
    coverage: float
    entropy: Estimate
    effective: Estimate
    plug_in: float
    miller_madow: float
    chao_shen: float


def plug_in(counts: NDArray[np.int64]) -> float:
    """Return the entropy of the shares as they are, in nats.

    Parameters
    ----------
    counts : array, shape (variants,)
        Above 0.

    Examples
    --------
    >>> round(plug_in(np.array([50, 50])), 4), plug_in(np.array([9]))
    (0.6931, 0.0)
    """
    p = counts / counts.sum()
    return float(-np.sum(p * np.log(p)) + 0.0)


def miller_madow(counts: NDArray[np.int64]) -> float:
    """Return the entropy with the first term of its bias added.

    Examples
    --------
    >>> round(miller_madow(np.array([50, 50])), 4)
    0.6981
    """
    return plug_in(counts) + (len(counts) - 1) / (2 * int(counts.sum()))


def chao_shen(counts: NDArray[np.int64]) -> float:
    """Return the entropy with rare variants counted for those that were not seen.

    Examples
    --------
    >>> round(chao_shen(np.array([4, 2, 1, 1])), 4)
    1.5784
    """
    n = int(counts.sum())
    q = _coverage(counts) * counts / n
    return float(-np.sum(q * np.log(q) / -np.expm1(n * np.log1p(-np.minimum(q, 1 - 1e-12)))) + 0.0)


def _coverage(counts: NDArray[np.int64]) -> float:
    n, once = int(counts.sum()), int(np.sum(counts == 1))
    return 1 - (once if once < n else n - 1) / n


def chao_wang_jost(counts: NDArray[np.int64]) -> float:
    """Return the entropy by the slope of the curve along which new variants turn up.

    Examples
    --------
    >>> round(chao_wang_jost(np.array([4, 2, 1, 1])), 4), round(chao_wang_jost(np.array([50, 50])), 4)
    (1.5652, 0.6982)
    """
    from scipy.special import psi

    n, once, twice = int(counts.sum()), int(np.sum(counts == 1)), int(np.sum(counts == 2))  # noqa: PLR2004 - seen twice
    seen = float(np.sum(counts / n * (psi(n) - psi(counts))))
    if not once:
        return seen
    a = 2 * twice / ((n - 1) * once + 2 * twice) if twice else 2 / ((n - 1) * (once - 1) + 2)
    if a >= 1:
        return seen
    r = np.arange(1, n)
    tail = -math.log(a) - float(np.sum((1 - a) ** r / r))
    return seen + once / n * math.exp((1 - n) * math.log1p(-a)) * tail


ESTIMATORS: Final = {
    "chao_wang_jost": chao_wang_jost, "chao_shen": chao_shen, "miller_madow": miller_madow, "plug_in": plug_in,
}  # fmt: skip


def variety(counts: NDArray[np.int64], level: float = 0.95, estimator: str = "chao_wang_jost") -> Variety:
    """Return the variety of a business.

    Parameters
    ----------
    counts : array, shape (variants,)
        Cases of each variant, above 0.
    level : float
        Between 0 and 1.
    estimator : str
        One of `ESTIMATORS`.

    Examples
    --------
    >>> found = variety(np.array([60, 30, 10]))
    >>> found.seen, round(found.effective.value, 2), found.effective.low < found.effective.value < found.effective.high
    (3, 2.48, True)
    """
    of, n = ESTIMATORS[estimator], int(counts.sum())
    value = of(counts)
    error = _jackknife(counts, of)
    half = normal_quantile(level) * error
    low, high = max(0.0, value - half), value + half
    effective = Estimate(math.exp(value), math.exp(value) * error, math.exp(low), math.exp(high), n)
    return Variety(
        len(counts), int(np.sum(counts == 1)), _coverage(counts), Estimate(value, error, low, high, n), effective,
        plug_in(counts), miller_madow(counts), chao_shen(counts),
    )  # fmt: skip


def _jackknife(counts: NDArray[np.int64], of: Callable[[NDArray[np.int64]], float]) -> float:
    """Return the error from leaving out each case; those of equally frequent variants give the same."""
    n = int(counts.sum())
    if n < 2:  # noqa: PLR2004 - a spread needs two
        return math.nan
    sizes, places, variants = np.unique(counts, return_index=True, return_counts=True)
    values = np.empty(len(sizes))
    for at, place in enumerate(places.tolist()):
        left = counts.copy()
        left[place] -= 1
        values[at] = of(left[left > 0])
    share = sizes * variants / n
    return float(math.sqrt((n - 1) * max(0.0, float(share @ (values - share @ values) ** 2))))
