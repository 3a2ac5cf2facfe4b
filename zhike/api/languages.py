"""Which language a caller asks for, of those that texts are in."""

from __future__ import annotations

import re
from typing import Final

from zhike.core.language import Language, language_of

__all__ = ["spoken"]

_RANGE: Final = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
_KNOWN: Final = ("en", "zh")
_MOST: Final = 20


def spoken(header: str | None) -> Language:
    """Return the language that an Accept-Language header likes best, English where it likes none of ours.

    Examples
    --------
    >>> spoken("zh-TW,zh;q=0.9,en;q=0.8"), spoken("fr, zh-CN;q=0.5"), spoken("zh;q=0.1, en"), spoken(None)
    ('zh-Hant', 'zh-Hans', 'en', 'en')
    """
    liked = []
    for place, part in enumerate((header or "").split(",")[:_MOST]):
        found = _RANGE.fullmatch(part)
        if found is not None and found[1].lower().split("-")[0] in _KNOWN:
            quality = float(found[2] or 1.0)
            if quality > 0.0:
                liked.append((-quality, place, found[1]))
    return language_of(min(liked)[2]) if liked else "en"
