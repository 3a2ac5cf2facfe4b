"""Themes that the bank has named: an answer speaks of one when one of its terms stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.know.text.terms import term_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.core.language import Text

__all__ = ["Named", "spoken_of"]


class Named(NamedTuple):
    """A theme of record: its id, what people call it, and the terms by which it is known."""

    id: str
    title: Text
    terms: tuple[str, ...]


def spoken_of(theme: Named, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return how many terms of a theme stand in each text in its normal form, shape (n_texts,)."""
    pattern = term_pattern(theme.terms)
    return np.array([len(pattern.findall(text)) for text in texts], dtype=np.float64)
