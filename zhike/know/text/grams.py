"""Texts as weighted counts of words and of short runs of characters, in Latin letters and in Chinese alike.

A word counts as itself and in pairs with each of the four words after it; Chinese, which has no blanks between words, is cut into words first, and each makes a pair with the
word after it only. A word of Latin letters counts by
its runs of two to five characters too, its edges included, so that what is misspelt still counts; Chinese by its runs of one to three characters, marks of
punctuation among them.

Each count ``c`` of a text is weighted by ``(1 + log c) (1 + log((1 + n) / (1 + d)))``, ``d`` of ``n`` texts holding it; words and runs are then
brought to length 1 each.

References
----------
G. Salton and C. Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing & Management 24, 1988.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from scipy import sparse

from zhike.know.text.language import HAN, normal
from zhike.know.text.tokens import is_han, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Grams"]

_WRITTEN: Final = re.compile(rf"(?:[{HAN}]|[^\w\s])*[{HAN}](?:[{HAN}]|[^\w\s])*")
"""A run of Chinese characters with the marks of punctuation in and around it."""
_NEAR: Final = 4
"""Words after a word with which it makes pairs."""
_LETTER_RUNS: Final = range(2, 6)
_CHARACTER_RUNS: Final = range(1, 4)
_EDGE: Final = " "
_APART: Final = "\n"
"""Between the grams of a state; `normal` leaves none in a text."""


@lru_cache(maxsize=100_000)
def _runs_of_word(word: str) -> tuple[str, ...]:
    """Return the runs of a word of Latin letters with its edges; a word that is shorter than a run counts whole once."""
    edged = _EDGE + word + _EDGE
    runs = [edged[:2]]
    for size in _LETTER_RUNS:
        if len(edged) <= size:
            runs.append(edged)
            break
        runs += [edged[at : at + size] for at in range(len(edged) - size + 1)]
    return tuple(runs)


def _counted(text: str) -> tuple[Counter[str], Counter[str]]:
    """Return the words and the runs of a text in its normal form."""
    counted: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    before: list[str] = []
    for word in words(text):
        han = is_han(word)
        counted.update([word, *(f"{one} {word}" for one in (before[-1:] if han else before))])
        before = [*before, word][-_NEAR:]
        if not han:
            runs.update(_runs_of_word(word))
    for found in _WRITTEN.finditer(text):
        part = found[0]
        runs.update(part[at : at + size] for size in _CHARACTER_RUNS for at in range(len(part) - size + 1))
    return counted, runs


class Grams:
    """Which words and runs count, and how much.

    Parameters
    ----------
    most : int
        Words, and runs, that are kept at most: those that stand in most texts.

    Attributes
    ----------
    names_ : list of str
        Words, then runs; column by column of what `transform` returns.
    n_words_ : int
    idf_ : array of shape (n_grams,)

    Examples
    --------
    >>> grams = Grams().fit(["lost my card", "my card is lost", "额度太低"])
    >>> grams.transform(["lost card", ""]).shape[0], grams.known("lost it, 额度")
    (2, ['lost', '额度'])
    """

    def __init__(self, *, most: int = 150_000) -> None:
        self.most = most

    def fit(self, texts: Sequence[str]) -> Self:
        """Learn which words, pairs and runs there are; of pairs and runs those that two texts hold."""
        held: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for text in texts:
            for seen, one in zip(held, _counted(normal(text)), strict=True):
                seen.update(one.keys())
        found, runs = self._kept(held[0], " "), self._kept(held[1], "")
        self.names_, self.n_words_ = found + runs, len(found)
        counts = [held[0][one] for one in found] + [held[1][one] for one in runs]
        self.idf_ = (1 + np.log((1 + len(texts)) / (1 + np.array(counts, dtype=np.float64)))).astype(
            np.float32
        )
        self._index()
        return self

    def _kept(self, held: Counter[str], mark: str) -> list[str]:
        """Return grams in order: those that two texts hold, and those of one text without a mark."""
        often = [one for one in held.items() if one[1] > 1 or mark not in one[0]]
        if len(often) > self.most:
            often = sorted(often, key=lambda one: (-one[1], one[0]))[: self.most]
        return sorted(name for name, _ in often)

    def _index(self) -> None:
        self._words = {name: place for place, name in enumerate(self.names_[: self.n_words_])}
        self._runs = {name: place for place, name in enumerate(self.names_[self.n_words_ :], self.n_words_)}

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return texts as weights, shape (n_texts, n_grams), float32; a text without a known gram is a row of zeros."""
        places: list[list[int]] = []
        weights: list[NDArray[np.float32]] = []
        for text in texts:
            for known, counted in zip((self._words, self._runs), _counted(normal(text)), strict=True):
                at = [known[name] for name in counted if name in known]
                count = np.fromiter(
                    (many for name, many in counted.items() if name in known), np.float32, len(at)
                )
                weighted = (1 + np.log(count)) * self.idf_[at]
                length = np.sqrt(weighted @ weighted)
                places.append(at)
                weights.append(weighted / length if length > 0 else weighted)
        ends = np.cumsum([0, *(len(places[i]) + len(places[i + 1]) for i in range(0, len(places), 2))])
        columns = np.fromiter(chain.from_iterable(places), np.int32, int(ends[-1]))
        values = np.concatenate([np.zeros(0, np.float32), *weights])
        found = sparse.csr_matrix((values, columns, ends), shape=(len(texts), len(self.names_)))
        found.sort_indices()
        return found

    def known(self, text: str) -> list[str]:
        """Return the words and pairs of a text that are known and stand in it as they are, in the order in which they are met, each once."""
        plain = normal(text)
        return [word for word in _counted(plain)[0] if word in self._words and word in plain]

    def places(self, words: Sequence[str]) -> list[int]:
        """Return the columns of known words."""
        return [self._words[word] for word in words]

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept."""
        return {
            "most": self.most,
            "names": _APART.join(self.names_),
            "n_words": self.n_words_,
            "idf": self.idf_,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return what such a state describes."""
        made = cls(most=int(state["most"]))
        made.names_ = state["names"].split(_APART) if state["names"] else []
        made.n_words_, made.idf_ = int(state["n_words"]), state["idf"]
        made._index()
        return made
