"""Words of a text, Latin letters and Chinese alike."""

from __future__ import annotations

import re
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from zhike.know.text.language import HAN

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_han", "pieces", "words"]

_PIECE: Final = re.compile(rf"(?P<han>[{HAN}]+)|(?P<latin>(?:(?![{HAN}])\w)+)")
_HAN_FIRST: Final = re.compile(f"[{HAN}]")


@cache
def _cutter() -> Any:  # noqa: ANN401 - jieba has no types
    """Return jieba, its dictionary read once when the first Chinese text comes, about a second.

    Its own way of starting keeps a copy of the dictionary in the folder of temporary files and believes whatever it finds there; so it is started by hand.
    """
    with warnings.catch_warnings():
        # Python complains about escapes in its patterns, and about how it looks for its files.
        warnings.simplefilter("ignore")
        import jieba

        found = jieba.Tokenizer()
        found.FREQ, found.total = found.gen_pfdict(found.get_dict_file())
    found.initialized = True
    return found


def is_han(word: str) -> bool:
    """Tell whether a word is Chinese."""
    return _HAN_FIRST.match(word) is not None


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the runs of Chinese characters and the words of Latin letters and digits of a text, and whether each is Chinese."""
    for found in _PIECE.finditer(text):
        yield found["han"] is not None, found[0]


def words(text: str) -> list[str]:
    """Return the words of a text in its normal form (`zhike.know.text.language.normal`).

    Examples
    --------
    >>> words("信用卡额度太低, app is slow")
    ['信用卡', '额度', '太低', 'app', 'is', 'slow']
    """
    return [word for han, piece in pieces(text) for word in (_cutter().lcut(piece) if han else (piece,))]
