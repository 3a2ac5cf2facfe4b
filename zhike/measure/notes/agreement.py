r"""How far coders agree beyond chance.

With :math:`m_u` the coders who coded unit :math:`u`, :math:`n_{uc}` those of them who gave it category :math:`c`, over units with
:math:`m_u \ge 2`, and :math:`n = \sum m_u`, :math:`n_c = \sum_u n_{uc}`:

=======  ==================================================================================================================
alpha    :math:`1 - \frac{D_o}{D_e}`, :math:`D_o = \frac{1}{n} \sum_u \frac{m_u^2 - \sum_c n_{uc}^2}{m_u - 1}`,
         :math:`D_e = \frac{n^2 - \sum_c n_c^2}{n (n - 1)}` (Krippendorff; nominal, any number of coders, gaps allowed)
kappa    :math:`\frac{p_o - p_e}{1 - p_e}` of two coders, :math:`p_e = \sum_c p_{c \cdot} p_{\cdot c}` (Cohen); its standard error is that
         of Fleiss, Cohen and Everitt for units that are independent
=======  ==================================================================================================================

Both are sums over units, so that a sample drawn again costs one product of matrices. Over several codes that do not exclude each other,
disagreements are added up and set against the sum of what chance gives: each code's own chance, so that rare codes do not make agreement look better.

References
----------
K. Krippendorff, Computing Krippendorff's alpha-reliability, 2011; Content Analysis, 2004, chapter 11.
J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20, 1960.
J. Fleiss, J. Cohen, B. Everitt, Large sample standard errors of kappa and weighted kappa, Psychological Bulletin 72, 1969.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.measure.bca import bca_intervals
from zhike.measure.resampling import resample_counts

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]
    Disagreements = Callable[[Floats], tuple[Floats, Floats]]

__all__ = [
    "FEWEST",
    "agreement_interval", "agreement_of", "alpha_disagreements", "alpha_parts", "cohen_kappa", "kappa_disagreements",
    "kappa_parts", "krippendorff_alpha",
]  # fmt: skip

_PAIR: Final = 2
_NOTHING: Final = 1e-12
FEWEST: Final = 10
"""Conversations, or segments, below which there is no interval."""
_UNDEFINED: Final = 0.05
"""Part of the samples that may leave agreement undefined; with more there is no interval."""


def krippendorff_alpha(values: Places) -> float:
    """Return Krippendorff's alpha for nominal categories.

    Parameters
    ----------
    values : array of int, shape (coders, units)
        Place of the category; below 0 where the coder did not code the unit.

    Returns
    -------
    float
        NaN where no unit has two coders or only one category stands.

    Examples
    --------
    The example of Krippendorff (2011), section B:

    >>> ben, gerry = ([*map("abcde".index, coder)] for coder in ("aabbdcccedda", "babbbccceddd"))
    >>> round(krippendorff_alpha(np.array([ben, gerry])), 3)
    0.692
    """
    parts = alpha_parts(values, int(values.max(initial=0)) + 1)
    return float(agreement_of(parts.sum(axis=0)[None, None], alpha_disagreements)[0])


def alpha_parts(values: Places, categories: int) -> Floats:
    """Return what each unit adds: disagreement, coders, and coders by category, shape (units, 2 + categories)."""
    counts = np.stack([(values == one).sum(axis=0) for one in range(categories)], axis=1).astype(np.float64)
    coders = counts.sum(axis=1, keepdims=True)
    counts, coders = (np.where(coders >= _PAIR, one, 0.0) for one in (counts, coders))
    apart = (coders**2 - (counts**2).sum(axis=1, keepdims=True)) / np.maximum(coders - 1, 1)
    return np.hstack([apart, coders, counts])


def alpha_disagreements(sums: Floats) -> tuple[Floats, Floats]:
    """Return observed and expected disagreement from sums of `alpha_parts`, shape (..., 2 + categories); NaN where nobody coded."""
    apart, coders, counts = sums[..., 0], sums[..., 1], sums[..., 2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        return apart / coders, (coders**2 - (counts**2).sum(axis=-1)) / (coders * (coders - 1))


def cohen_kappa(one: Places, other: Places) -> tuple[float, float]:
    """Return Cohen's kappa of two coders and its standard error.

    Parameters
    ----------
    one, other : array of int, shape (units,)
        Place of the category; below 0 where the coder did not code the unit, which then counts for neither.

    Examples
    --------
    >>> one, other = np.repeat([0, 0, 1, 1], [20, 5, 10, 15]), np.repeat([0, 1, 0, 1], [20, 5, 10, 15])
    >>> [round(part, 3) for part in cohen_kappa(one, other)]
    [0.4, 0.127]
    """
    both = (one >= 0) & (other >= 0)
    size = int(max(one.max(initial=0), other.max(initial=0))) + 1
    table = np.zeros((size, size))
    np.add.at(table, (one[both], other[both]), 1.0)
    kappa = float(agreement_of(kappa_parts(one, other, size).sum(axis=0)[None, None], kappa_disagreements)[0])
    return kappa, _kappa_error(table / max(table.sum(), 1.0), kappa, int(both.sum()))


def _kappa_error(shares: Floats, kappa: float, n: int) -> float:
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    expected = float(rows @ columns)
    if not n or expected >= 1:
        return np.nan
    agreed = np.diagonal(shares)
    away = rows[None, :] + columns[:, None]
    on = float((agreed * (1 - (rows + columns) * (1 - kappa)) ** 2).sum())
    off = float(((shares - np.diag(agreed)) * away**2).sum()) * (1 - kappa) ** 2
    spread = on + off - (kappa - expected * (1 - kappa)) ** 2
    # Where coders never disagree, or agree as by chance alone, the formula says that nothing is uncertain: that is no error.
    return float(np.sqrt(spread / n) / (1 - expected)) if spread > _NOTHING else np.nan


def kappa_parts(one: Places, other: Places, categories: int) -> Floats:
    """Return what each unit adds: whether both coded it, agreed, and either's category, shape (units, 2 + 2 categories)."""
    both = (one >= 0) & (other >= 0)
    held = [both & (side == place) for side in (one, other) for place in range(categories)]
    return np.stack([both, both & (one == other), *held], axis=1).astype(np.float64)


def kappa_disagreements(sums: Floats) -> tuple[Floats, Floats]:
    """Return observed and expected disagreement from sums of `kappa_parts`; NaN where no unit has both coders."""
    n, agreed = sums[..., 0], sums[..., 1]
    size = (sums.shape[-1] - _PAIR) // 2
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (sums[..., 2 : 2 + size] * sums[..., 2 + size :]).sum(axis=-1) / n**2
        return 1 - agreed / n, 1 - expected


def agreement_of(sums: Floats, disagreements: Disagreements) -> Floats:
    """Return agreement over codes, shape (samples,), of sums of parts, shape (samples, codes, ...); NaN where chance leaves no disagreement."""
    observed, expected = (np.nan_to_num(one).sum(axis=-1) for one in disagreements(sums))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def agreement_interval(
    disagreements: Disagreements, parts: Floats, rng: np.random.Generator, draws: int, level: float
) -> tuple[float, float]:
    """Return the BCa interval of agreement; NaN where it cannot be told.

    Parameters
    ----------
    disagreements : callable
        `alpha_disagreements` or `kappa_disagreements`.
    parts : array, shape (clusters, codes, ...)
        What each conversation (or segment) adds: they are drawn again as wholes, as what one person says hangs together.
    rng : Generator
    draws : int
    level : float

    Notes
    -----
    Where nobody disagreed every sample drawn again says so too. The lower end is then that of the largest share of clusters with a
    disagreement that would show none in so many (Clopper and Pearson); of several codes a disagreement touches two, one given for another.
    """
    sums = parts.sum(axis=0, keepdims=True)
    found = float(agreement_of(sums, disagreements)[0])
    if not draws or len(parts) < FEWEST or not np.isfinite(found):
        return np.nan, np.nan
    if found == 1:
        unseen = 1 - ((1 - level) / 2) ** (1 / len(parts))
        expected = float(np.nan_to_num(disagreements(sums)[1]).sum())
        return 1 - min(parts.shape[1], _PAIR) * unseen / expected, 1.0
    flat = parts.reshape(len(parts), -1)
    drawn = np.concatenate([
        agreement_of((counts @ flat).reshape(-1, *parts.shape[1:]), disagreements)
        for counts in resample_counts(len(parts), draws, rng)
    ])  # fmt: skip
    left_out = agreement_of(sums - parts, disagreements)
    known = np.isfinite(drawn)
    if known.mean() < 1 - _UNDEFINED or not np.isfinite(left_out).all():
        return np.nan, np.nan
    low, high = bca_intervals(np.array([found]), drawn[known][:, None], left_out[:, None], level)
    return float(low[0]), float(high[0])
