"""Which language a text is in, by the characters that it is written with."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from zhike.know.text.scripts import SIMPLIFIED_ONLY, TRADITIONAL_ONLY, simplified

if TYPE_CHECKING:
    from zhike.core.language import Language

__all__ = ["HAN", "detect", "normal"]

HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""Chinese characters, as the inside of a character class."""
_HAN_ONE: Final = re.compile(f"[{HAN}]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z]+")
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
"""Characters that take no room: nobody sees them, and a model should not either."""


def detect(text: str) -> Language | None:
    """Return the language of a text; None where it is neither Chinese nor written in Latin letters.

    Parameters
    ----------
    text : str

    Notes
    -----
    A Chinese character says about as much as a word of Latin letters, so a text is Chinese where it has at least as many of the former. It is traditional where more
    of its characters are of traditional script only than of simplified only; where neither has any (as in 你好) simplified. Other languages in
    Latin letters count as English: nothing here can read them, and what is learnt from them is theirs.

    Examples
    --------
    >>> detect("My card was declined"), detect("信用卡被拒了"), detect("信用卡額度太低"), detect("APP 闪退"), detect("?? 123")
    ('en', 'zh-Hans', 'zh-Hant', 'zh-Hans', None)
    """
    han, words = len(_HAN_ONE.findall(text)), len(_LATIN_WORD.findall(text))
    if not han and not words:
        return None
    if han < words:
        return "en"
    traditional = sum(one in TRADITIONAL_ONLY for one in text)
    return "zh-Hant" if traditional > sum(one in SIMPLIFIED_ONLY for one in text) else "zh-Hans"


def normal(text: str) -> str:
    r"""Return a text as models read it: one form of each character, small letters, simplified characters, single blanks.

    Examples
    --------
    >>> normal("  ＡＰＰ　閃退！\u200b ")
    'app 闪退!'
    """
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    return " ".join(simplified(folded).split())
