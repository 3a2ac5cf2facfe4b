"""A path model as the arrays that its estimation needs: which indicator belongs where, and what leads to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.path_model.model import PathModel

__all__ = ["Layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Indices of a model with p indicators and L latents.

    Parameters
    ----------
    model : PathModel
    own : array of shape (p,)
        The latent of each indicator.
    columns : array of shape (p,)
        The column of each indicator among the model's items.
    member : array of shape (p, L)
        1 where an indicator belongs to a latent, else 0.
    blocks : tuple of slice
        The indicators of each latent.
    arrows : array of shape (L, L)
        Whether a path leads from the row to the column.
    before : tuple of array
        The latents that lead to each.
    low, width : array of shape (p,)
        Smallest answer and length of each indicator's scale; NaN without a scale.
    """

    model: PathModel
    own: NDArray[np.intp]
    columns: NDArray[np.intp]
    member: NDArray[np.float64]
    blocks: tuple[slice, ...]
    arrows: NDArray[np.bool_]
    before: tuple[NDArray[np.intp], ...]
    low: NDArray[np.float64]
    width: NDArray[np.float64]

    @classmethod
    def of(cls, model: PathModel) -> Layout:
        """Return the layout of a model."""
        sizes = [len(latent.items) for latent in model.latents]
        own = np.repeat(np.arange(len(sizes)), sizes)
        ends = np.cumsum(sizes)
        scales = [latent.scale or (np.nan, np.nan) for latent in model.latents]
        low, high = np.repeat(np.array(scales, dtype=float), sizes, axis=0).T
        arrows = model.arrows
        return cls(
            model, own, np.array([model.items.index(item) for _, item in model.indicators]),
            (own[:, None] == np.arange(len(sizes))).astype(float),
            tuple(slice(int(end - size), int(end)) for size, end in zip(sizes, ends, strict=True)),
            arrows, tuple(np.flatnonzero(arrows[:, place]) for place in range(len(sizes))), low, high - low,
        )  # fmt: skip

    @property
    def ends(self) -> NDArray[np.intp]:
        """The latents that a path leads to."""
        return np.flatnonzero(self.arrows.any(axis=0))

    @property
    def largest_regression(self) -> int:
        """Most regressors of any regression: paths into a latent, or items of one in mode B."""
        forms = [len(latent.items) for latent in self.model.latents if latent.mode == "B"]
        return max([len(before) for before in self.before] + forms)
