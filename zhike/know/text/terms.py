"""Words that somebody has listed, found in texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhike.know.text.language import normal
from zhike.know.text.tokens import is_han

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["term_pattern"]


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
