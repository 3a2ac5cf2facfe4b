"""Opinions on aspects: which aspect a piece of text names, and whether what it says of it is good or bad.

Aspects and opinions are known by listed words, or found by a tagger that the bank has taught (`zhike.know.text.spans`); whether an opinion is good or bad listed words say in both cases.

A text is taken piece by piece, from one mark of punctuation to the next. An opinion word speaks of the aspect that is nearest to it in its piece, else of the last one named before it
in the same sentence; a word of denial within the few characters before it turns it round.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

from zhike.know.text.language import normal
from zhike.know.text.terms import term_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.know.text.spans import NamedSpan

__all__ = ["GOOD_OR_BAD", "MarkedOpinions", "Opinion", "OpinionWords", "SpanFinder", "opinions"]

T = TypeVar("T")

_SENTENCE: Final = re.compile(r"[^.!?。！？;；\n]+")
_PIECE: Final = re.compile(r"[^,，、:：]+")
_REACH: Final = 14
"""Characters before an opinion word in which a denial is looked for."""


GOOD_OR_BAD: Final = frozenset((1, -1))


class Opinion(NamedTuple):
    """An opinion of a text: the aspect's id, 1 for good, -1 for bad and 0 where no listed word says which, and the words that say so."""

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


class SpanFinder(Protocol):
    """Finds in a text where something of a kind is named, as `zhike.know.text.spans.SpanTagger` does."""

    def spans(self, text: str) -> list[NamedSpan]:
        """Return the spans of a text, in order, none over another."""
        ...


class MarkedOpinions:
    """Reads opinions by a tagger of aspects and opinions.

    Parameters
    ----------
    finder : SpanFinder
    kinds : tuple of (str, str)
        What the tagger calls an aspect, and what an opinion.
    words : OpinionWords
        Say which aspect of record a span names, and whether an opinion is good. An aspect that is not on record is called by its words.

    Examples
    --------
    >>> from zhike.know.text.spans import NamedSpan, SpanLexicon
    >>> finder = SpanLexicon().fit(["提额秒批"], [[NamedSpan(0, 2, "ASPECT"), NamedSpan(2, 4, "OPINION")]])
    >>> read = MarkedOpinions(finder, ("ASPECT", "OPINION"), OpinionWords({}, ["秒批"], [], ["不"]))
    >>> read("提额秒批"), read("提额不秒批")
    ([Opinion(aspect='提额', mood=1, words='提额秒批')], [Opinion(aspect='提额', mood=-1, words='提额不秒批')])
    """

    def __init__(self, finder: SpanFinder, kinds: tuple[str, str], words: OpinionWords) -> None:
        self.finder, self.kinds, self.words = finder, kinds, words

    def __call__(self, text: str) -> list[Opinion]:
        """Return the opinions of a text, see `opinions`."""
        spans = self.finder.spans(text)
        found: list[Opinion] = []
        for sentence in _SENTENCE.finditer(text):
            last = None
            for piece in _PIECE.finditer(sentence[0]):
                start = sentence.start() + piece.start()
                inside = [one for one in spans if start <= one.start and one.end <= start + len(piece[0])]
                named = [one for one in inside if one.kind == self.kinds[0]]
                for one in inside:
                    nearest = min(named, key=lambda other: abs(other.start - one.start), default=last)
                    if one.kind == self.kinds[1] and nearest is not None:
                        mood = self._mood(text[start : one.start], text[one.start : one.end])
                        aspect = self._aspect(normal(text[nearest.start : nearest.end]))
                        found.append(Opinion(aspect, mood, normal(piece[0])))
                last = named[-1] if named else last
        return found

    def _mood(self, before: str, said: str) -> int:
        plain = normal(said)
        one = self.words.moods.search(plain) if self.words.mood_of else None
        if one is None:
            return 0
        denied = self.words.denials.search(normal(before) + plain[: one.start()])
        return _of_term(self.words.mood_of, one[0]) * (-1 if denied else 1)

    def _aspect(self, plain: str) -> str:
        one = self.words.aspects.search(plain) if self.words.aspect_of else None
        return plain if one is None else _of_term(self.words.aspect_of, one[0])


def _of_term(terms: Mapping[str, T], found: str) -> T:
    """Return what belongs to the term of which a piece of text is a form: the longest one with which it begins."""
    return terms[max((term for term in terms if found.startswith(term)), key=len)]
