r"""Outer weights of partial least squares path modelling, for many covariance matrices at once.

With :math:`S` the covariance matrix of the indicators and :math:`w_j` the weights of latent :math:`j`, scaled so that its score
:math:`Y_j = X_j w_j` has variance 1, a step is

1. the correlations of the scores, :math:`C = W^\top S W`;
2. the inner weights :math:`E`: for neighbours the sign of :math:`C` (centroid), :math:`C` itself (factorial), or in the path scheme the
   coefficients of the regression on the latents that lead to :math:`j`, and :math:`C` for those that :math:`j` leads to; others 0;
3. with :math:`Z_j = Y e_j`, the new weights: :math:`\mathrm{cov}(X_j, Z_j)` in mode A, :math:`S_{jj}^{-1} \mathrm{cov}(X_j, Z_j)` in mode B.

Nothing but :math:`S` is needed, so a step costs the same for a hundred persons and for a million. It starts from equal weights and ends
when the absolute changes of all weights add up to less than the tolerance.

References
----------
M. Tenenhaus, V. Esposito Vinzi, Y.-M. Chatelin, C. Lauro, "PLS path modeling", Computational Statistics & Data Analysis 48, 2005.
J.-B. Lohmöller, "Latent variable path modeling with partial least squares", 1989.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.path_model.layout import Layout

__all__ = ["Settled", "score_covariances", "settled_weights", "solved"]


class Settled(NamedTuple):
    """Weights at which the steps came to rest.

    Parameters
    ----------
    weights : array of shape (n_matrices, p)
        NaN where they did not settle.
    iterations : array of shape (n_matrices,)
        Steps that were made.
    """

    weights: NDArray[np.float64]
    iterations: NDArray[np.int64]


def settled_weights(
    covariances: NDArray[np.float64], layout: Layout, start: NDArray[np.float64] | None = None
) -> Settled:
    """Return the weights of each covariance matrix.

    Parameters
    ----------
    covariances : array of shape (n_matrices, p, p)
        Of the indicators in the order of the layout: correlations for standardised items.
    layout : Layout
    start : array of shape (p,), optional
        Weights to begin with; equal ones unless given.
    """
    count, size, _ = covariances.shape
    kept = np.full((count, size), np.nan)
    steps = np.zeros(count, dtype=np.int64)
    place, now = np.arange(count), np.ones((count, size)) if start is None else np.tile(start, (count, 1))
    now, across, between = _normalised(covariances, now, layout)
    for step in range(1, layout.model.iterations + 1):
        new = _outer(covariances, across, _inner(between, layout), layout)
        new, across, between = _normalised(covariances, new, layout)
        settled = np.abs(new - now).sum(axis=1) < layout.model.tolerance
        steps[place] = step
        kept[place[settled]] = new[settled]
        # What is no number any more never settles.
        done = settled | ~np.isfinite(new).all(axis=1)
        now = new
        if done.all():
            break
        if done.any():
            place, now, across, between, covariances = (
                part[~done] for part in (place, now, across, between, covariances)
            )
    return Settled(kept, steps)


def score_covariances(
    covariances: NDArray[np.float64], weights: NDArray[np.float64], layout: Layout
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the covariances of indicators with scores, shape (n, p, L), and of scores with each other, shape (n, L, L)."""
    placed = weights[:, :, None] * layout.member
    with np.errstate(invalid="ignore"):
        across = covariances @ placed
        return across, placed.transpose(0, 2, 1) @ across


def solved(matrices: NDArray[np.float64], sides: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the solutions of many small systems, shape (n, k); NaN for a singular one."""
    if matrices.shape[-1] == 1:
        with np.errstate(divide="ignore", invalid="ignore"):
            return sides / matrices[:, 0]
    try:
        return np.linalg.solve(matrices, sides[:, :, None])[:, :, 0].astype(float, copy=False)
    except np.linalg.LinAlgError:
        return np.stack([_one_solved(*pair) for pair in zip(matrices, sides, strict=True)])


def _one_solved(matrix: NDArray[np.float64], side: NDArray[np.float64]) -> NDArray[np.float64]:
    try:
        return np.linalg.solve(matrix, side).astype(float, copy=False)
    except np.linalg.LinAlgError:
        return np.full(len(side), np.nan)


def _normalised(
    covariances: NDArray[np.float64], weights: NDArray[np.float64], layout: Layout
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the weights of scores with variance 1, and what `score_covariances` gives for them."""
    across, between = score_covariances(covariances, weights, layout)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1 / np.sqrt(np.diagonal(between, axis1=1, axis2=2))
    return (
        weights * scale[:, layout.own],
        across * scale[:, None],
        between * scale[:, None] * scale[:, :, None],
    )


def _inner(between: NDArray[np.float64], layout: Layout) -> NDArray[np.float64]:
    """Return the inner weights, shape (n, L, L): column j holds what the scores count in the estimate of latent j."""
    neighbours = layout.arrows | layout.arrows.T
    if layout.model.scheme == "centroid":
        return np.sign(between) * neighbours
    found = between * neighbours
    if layout.model.scheme == "path":
        for end in layout.ends:
            before = layout.before[end]
            found[:, before, end] = solved(between[:, before[:, None], before], between[:, before, end])
    return found


def _outer(
    covariances: NDArray[np.float64], across: NDArray[np.float64], inner: NDArray[np.float64], layout: Layout
) -> NDArray[np.float64]:
    size = len(layout.own)
    with np.errstate(invalid="ignore"):
        new: NDArray[np.float64] = (across @ inner)[:, np.arange(size), layout.own]
    for latent, block in zip(layout.model.latents, layout.blocks, strict=True):
        if latent.mode == "B":
            new[:, block] = solved(covariances[:, block, block], new[:, block])
    return new
