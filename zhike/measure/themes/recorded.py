"""Themes that the bank has named: an answer speaks of one when one of its terms stands in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zhike.know.text.language import normal
from zhike.know.text.tokens import is_han

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.core.language import Text

__all__ = ["Named", "spoken_of", "term_pattern"]


class Named(NamedTuple):
    """A theme of record: its id, what people call it, and the terms by which it is known."""

    id: str
    title: Text
    terms: tuple[str, ...]


def term_pattern(terms: Sequence[str]) -> re.Pattern[str]:
    """Return what finds terms in a text in its normal form: Chinese wherever they stand, Latin letters as whole words with or without a plain ending.

    Examples
    --------
    >>> term_pattern(["app", "queue", "排队"]).findall("queues and apps, no approval; 排队排到两点")
    ['queues', 'apps', '排队']
    """
    parts = [
        re.escape(one)
        if is_han(one)
        else rf"(?<![a-z0-9]){re.escape(one)}(?:e?s|e?d|r|ing|ment)?(?![a-z0-9])"
        for one in sorted(map(normal, terms), key=len, reverse=True)
    ]
    return re.compile("|".join(parts))


def spoken_of(theme: Named, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return how many terms of a theme stand in each text in its normal form, shape (n_texts,)."""
    pattern = term_pattern(theme.terms)
    return np.array([len(pattern.findall(text)) for text in texts], dtype=np.float64)
