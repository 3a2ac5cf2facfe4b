"""Texts as points in a space in which what means the same is near: made elsewhere, by a model that this package does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Embedder"]


class Embedder(Protocol):
    """A model of sentences. It works on this machine and gives the same point for the same text."""

    @property
    def name(self) -> str:
        """Which model it is, and of which version: what was learnt from its points fits no other."""
        ...

    def points(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return texts as points, shape (n_texts, n_dimensions), each of length 1."""
        ...
