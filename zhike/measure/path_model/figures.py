r"""What a path model says, from moments of the items alone, for many samples at once.

Scores have variance 1. With :math:`C` their correlations, :math:`R` the items' and :math:`P` the latents that lead to latent :math:`j`:

==================  ==================================================================================================================
path coefficients   :math:`\beta_j = C_{PP}^{-1} C_{Pj}`, standardised
R²                  :math:`\beta_j^\top C_{Pj}`, not adjusted
loading             correlation of item and score
total effects       :math:`(I - B)^{-1} - I` with :math:`B` the path coefficients; indirect: total less direct
index               :math:`100\, \sum_k v_k (\bar x_k - \min_k) / \sum_k v_k (\max_k - \min_k)`, :math:`v_k` the weight over the item's
                    standard deviation (standardised items) or the weight (covariance form)
alpha               :math:`\frac{k}{k-1} \left(1 - k / \sum R\right)`, of standardised items (Cronbach 1951)
rho_a               :math:`(w^\top w)^2\, w^\top (S - \mathrm{diag}\, S) w / w^\top (w w^\top - \mathrm{diag}\, w w^\top) w` (Dijkstra &
                    Henseler 2015); 1 for one item and in mode B, where the score is taken as it is
composite           :math:`(\sum \lambda)^2 / ((\sum \lambda)^2 + \sum (1 - \lambda^2))` with loadings :math:`\lambda` (Jöreskog 1971)
ave                 mean of :math:`\lambda^2` (Fornell & Larcker 1981)
htmt                mean absolute correlation of the items of two latents over the geometric mean of those within each (Henseler, Ringle &
                    Sarstedt 2015; absolute as Ringle et al. 2023), 1 within a single item
gof                 :math:`\sqrt{\text{mean communality} \times \text{mean R²}}`, the communalities of items that share their latent
                    (Tenenhaus et al. 2005)
==================  ==================================================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhike.measure.path_model.weights import score_covariances, settled_weights, solved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.path_model.layout import Layout
    from zhike.measure.path_model.moments import Moments

__all__ = ["Figures", "figures"]

Figures = dict[str, "NDArray[np.float64]"]
"""Each figure by name, shape (n_samples, ...)."""


def figures(
    moments: Moments, layout: Layout, like: NDArray[np.float64] | None = None
) -> tuple[Figures, NDArray[np.int64]]:
    """Return every figure of each sample and the steps that its weights took.

    Parameters
    ----------
    moments : Moments
        Of n samples.
    layout : Layout
    like : array of shape (p,), optional
        Weights of the sample that these were drawn from. The steps begin there, and the sign of each score is that which correlates
        with it; without them most items of a latent correlate positively with its score.

    Returns
    -------
    tuple of (dict, array of shape (n_samples,))
        Figures that could not be computed are NaN.
    """
    deviations = np.sqrt(np.diagonal(moments.covariances, axis1=1, axis2=2))
    with np.errstate(divide="ignore", invalid="ignore"):
        correlations = moments.covariances / deviations[:, None] / deviations[:, :, None]
    analysed = correlations if layout.model.scaled else moments.covariances
    settled = settled_weights(analysed, layout, like)
    weights = _signed(analysed, settled.weights, layout, like)
    across, between = score_covariances(analysed, weights, layout)
    units = np.ones_like(deviations) if layout.model.scaled else deviations
    loadings = across[:, np.arange(len(layout.own)), layout.own] / units
    raw = weights / deviations if layout.model.scaled else weights
    inner = _inner_figures(between, layout)
    indices, spread = _indices(moments.means, raw, layout)
    outer = _outer_figures(analysed, correlations, weights, loadings, layout)
    found = {"weights": weights, "loadings": loadings, "indices": indices, **inner, **outer}
    found["gof"] = _gof(loadings, found["r2"], layout)
    # One more point of a driver's index moves the target's index by so many points.
    found["points"] = found["total"] * spread[:, None, :] / spread[:, :, None]
    return found, settled.iterations


def _signed(
    analysed: NDArray[np.float64],
    weights: NDArray[np.float64],
    layout: Layout,
    like: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Return the weights with the sign of each score chosen: the algorithm leaves it open."""
    across, _ = score_covariances(analysed, weights, layout)
    own = across[:, np.arange(len(layout.own)), layout.own]
    if like is not None:
        return weights * np.where((own * like) @ layout.member < 0, -1.0, 1.0)[:, layout.own]
    votes = np.sign(own) @ layout.member
    votes = np.where(votes == 0, own @ layout.member, votes)
    return weights * np.where(votes < 0, -1.0, 1.0)[:, layout.own]


def _inner_figures(between: NDArray[np.float64], layout: Layout) -> Figures:
    count, size, _ = between.shape
    direct, r2 = np.zeros_like(between), np.full((count, size), np.nan)
    for end in layout.ends:
        before = layout.before[end]
        sides = between[:, before, end]
        direct[:, before, end] = solved(between[:, before[:, None], before], sides)
        r2[:, end] = (direct[:, before, end] * sides).sum(axis=1)
    total, step = direct, direct
    for _ in range(size - 2):
        step = step @ direct
        total = total + step
    return {"direct": direct, "indirect": total - direct, "total": total, "r2": r2}


def _indices(
    means: NDArray[np.float64], raw: NDArray[np.float64], layout: Layout
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the index of each latent and its standard deviation over persons, both in points."""
    whole = (raw * layout.width) @ layout.member
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100 * ((raw * (means - layout.low)) @ layout.member) / whole, 100 / np.abs(whole)


def _outer_figures(
    analysed: NDArray[np.float64],
    correlations: NDArray[np.float64],
    weights: NDArray[np.float64],
    loadings: NDArray[np.float64],
    layout: Layout,
) -> Figures:
    several = np.array([len(latent.items) > 1 for latent in layout.model.latents])
    reflected = np.array([latent.mode == "A" for latent in layout.model.latents])
    parts = {
        "alpha": (_alpha(correlations, layout), several),
        "rho_a": (_rho_a(analysed, weights, layout), several & reflected),
        "composite": (_composite(loadings, layout), several),
        "ave": (loadings**2 @ layout.member / layout.member.sum(axis=0), several),
    }
    found = {name: np.where(counts, values, 1.0) for name, (values, counts) in parts.items()}
    return {**found, "htmt": _htmt(correlations, layout)}


def _alpha(correlations: NDArray[np.float64], layout: Layout) -> NDArray[np.float64]:
    sizes = layout.member.sum(axis=0)
    sums = _within(correlations, layout)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sizes / (sizes - 1) * (1 - sizes / sums))


def _within(matrices: NDArray[np.float64], layout: Layout) -> NDArray[np.float64]:
    """Return the sum of each latent's own block, shape (n, L)."""
    return np.stack([matrices[:, block, block].sum(axis=(1, 2)) for block in layout.blocks], axis=1)


def _rho_a(
    analysed: NDArray[np.float64], weights: NDArray[np.float64], layout: Layout
) -> NDArray[np.float64]:
    squares = weights**2
    # The weights make w'Sw = 1, so what is off the diagonal adds up to 1 less the diagonal.
    off = 1 - (squares * np.diagonal(analysed, axis1=1, axis2=2)) @ layout.member
    length = squares @ layout.member
    with np.errstate(divide="ignore", invalid="ignore"):
        return length**2 * off / (length**2 - squares**2 @ layout.member)


def _composite(loadings: NDArray[np.float64], layout: Layout) -> NDArray[np.float64]:
    common = (loadings @ layout.member) ** 2
    return common / (common + (1 - loadings**2) @ layout.member)


def _htmt(correlations: NDArray[np.float64], layout: Layout) -> NDArray[np.float64]:
    sizes = layout.member.sum(axis=0)
    absolute = np.abs(correlations)
    means = layout.member.T @ absolute @ layout.member / np.outer(sizes, sizes)
    pairs = np.maximum(sizes * (sizes - 1), 1)
    within = np.where(sizes > 1, (_within(absolute, layout) - sizes) / pairs, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(means / np.sqrt(within[:, None] * within[:, :, None]))


def _gof(loadings: NDArray[np.float64], r2: NDArray[np.float64], layout: Layout) -> NDArray[np.float64]:
    shared = layout.member.sum(axis=0)[layout.own] > 1
    if not shared.any():
        return np.full((len(loadings), 1), np.nan)
    communality = (loadings[:, shared] ** 2).mean(axis=1)
    return np.asarray(np.sqrt(communality * r2[:, layout.ends].mean(axis=1)))[:, None]
