"""Opinions on aspects: which aspect a piece of text names, and whether what it says of it is good or bad.

A text is taken piece by piece, from one mark of punctuation to the next. An opinion word speaks of the aspect that is nearest to it in its piece, else of the last one named before it
in the same sentence; a word of denial within the few characters before it turns it round.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from zhike.know.text.language import normal
from zhike.know.text.terms import term_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Opinion", "OpinionWords", "opinions"]

T = TypeVar("T")

_SENTENCE: Final = re.compile(r"[^.!?。！？;；\n]+")
_PIECE: Final = re.compile(r"[^,，、:：]+")
_REACH: Final = 14
"""Characters before an opinion word in which a denial is looked for."""


class Opinion(NamedTuple):
    """An opinion of a text: the aspect's id, 1 for good and -1 for bad, and the words that say so."""

    aspect: str
    mood: int
    words: str


class OpinionWords:
    """Words by which aspects, opinions and denials are known.

    Parameters
    ----------
    aspects : mapping of str to sequence of str
        Terms of each aspect by its id.
    good, bad, denials : sequence of str

    Examples
    --------
    >>> words = OpinionWords({"fee": ["fee", "年费"], "app": ["app"]}, ["good", "划算"], ["slow", "高"], ["not", "不"])
    >>> opinions("年费不高，app is slow", words)
    [Opinion(aspect='fee', mood=1, words='年费不高'), Opinion(aspect='app', mood=-1, words='app is slow')]
    """

    def __init__(
        self,
        aspects: Mapping[str, Sequence[str]],
        good: Sequence[str],
        bad: Sequence[str],
        denials: Sequence[str],
    ) -> None:
        self.aspect_of = {normal(term): name for name, terms in aspects.items() for term in terms}
        self.mood_of = {normal(term): mood for mood, terms in ((1, good), (-1, bad)) for term in terms}
        self.aspects, self.moods = term_pattern(list(self.aspect_of)), term_pattern(list(self.mood_of))
        self.denials = re.compile(rf"(?:{term_pattern(denials).pattern})[^,.，。]{{0,{_REACH}}}$")


def opinions(text: str, words: OpinionWords) -> list[Opinion]:
    """Return the opinions that a text holds on aspects, in order; the same aspect more than once where it is named so."""
    found: list[Opinion] = []
    for sentence in _SENTENCE.findall(normal(text)):
        last = None
        for piece in _PIECE.findall(sentence):
            named = list(words.aspects.finditer(piece))
            last = named[0] if named else last
            for one in words.moods.finditer(piece):
                nearest = min(named, key=lambda other: abs(other.start() - one.start()), default=last)
                if nearest is not None and nearest[0] != one[0]:
                    mood = _of_term(words.mood_of, one[0]) * (
                        -1 if words.denials.search(piece[: one.start()]) else 1
                    )
                    found.append(Opinion(_of_term(words.aspect_of, nearest[0]), mood, piece.strip()))
            last = named[-1] if named else last
    return found


def _of_term(terms: Mapping[str, T], found: str) -> T:
    """Return what belongs to the term of which a piece of text is a form: the longest one with which it begins."""
    return terms[max((term for term in terms if found.startswith(term)), key=len)]
