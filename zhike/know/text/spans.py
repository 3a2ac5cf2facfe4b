"""Where in a text something of a kind is named: a bank, a product, an aspect of it, an opinion.

An averaged structured perceptron over characters. Each character is read with its neighbours, the word that it is in, and what a lexicon of the spans that were learnt from says
about it; the tags of a whole text are chosen together (Viterbi), so that a span is never begun in its middle.

The lexicon says of a text which known spans cover it, the longest first. While learning, the lexicon that a text is read with is made of other texts only: otherwise the
tagger would learn to believe a lexicon that has seen the answers.

References
----------
M. Collins, "Discriminative training methods for hidden Markov models", EMNLP 2002.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Self

import numpy as np

from zhike.core.measure_errors import TextsError
from zhike.core.phrases import phrase
from zhike.know.text.scripts import simplified
from zhike.know.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["NamedSpan", "SpanLexicon", "SpanTagger", "spans_of_tags", "strict_f1"]

_OUT: Final = "O"
_INNER: Final = 5
"""Parts of the texts from which lexicons are made in turn while learning."""
_RESERVES: Final = np.linspace(-0.15, 0.1, 11)
"""In margins; nothing outside was ever best."""
_NEVER: Final = -1e9
_APART: Final = "\n"


class NamedSpan(NamedTuple):
    """Characters ``start`` to ``end`` of a text, and what is named there."""

    start: int
    end: int
    kind: str


def spans_of_tags(tags: Sequence[str]) -> list[NamedSpan]:
    """Return the spans of tags such as ``B-BANK I-BANK O``; a tag ``I-`` without a begun span of its kind begins none.

    Examples
    --------
    >>> spans_of_tags(["B-BANK", "I-BANK", "O", "B-PRODUCT"])
    [NamedSpan(start=0, end=2, kind='BANK'), NamedSpan(start=3, end=4, kind='PRODUCT')]
    """
    found: list[NamedSpan] = []
    for at, tag in enumerate(tags):
        if tag.startswith("B-"):
            found.append(NamedSpan(at, at + 1, tag[2:]))
        elif tag.startswith("I-") and found and found[-1].end == at and found[-1].kind == tag[2:]:
            found[-1] = found[-1]._replace(end=at + 1)
    return found


def _plain(text: str) -> str:
    """Return a text of the same length, small letters and simplified characters."""
    return simplified("".join(one.lower() if len(one.lower()) == 1 else one for one in text))


class SpanLexicon:
    """Which pieces of text are spans, of which kind, and how often they are where they stand.

    Attributes
    ----------
    entries_ : dict of str to (str, float)
        Kind, and the share of the places where the piece stands at which it was a span of that kind.

    Examples
    --------
    >>> lexicon = SpanLexicon().fit(["交行不错"], [[NamedSpan(0, 2, "BANK"), NamedSpan(2, 4, "OPINION")]])
    >>> lexicon.spans("喜欢交行")
    [NamedSpan(start=2, end=4, kind='BANK')]
    """

    def fit(self, texts: Sequence[str], spans: Sequence[Sequence[NamedSpan]]) -> Self:
        """Learn from texts and their spans."""
        kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text, found in zip(texts, spans, strict=True):
            for span in found:
                kinds[_plain(text)[span.start : span.end]][span.kind] += 1
        self._index(kinds)
        stands = Counter(piece for text in texts for _, piece in self._known(_plain(text)))
        self.entries_ = {
            piece: (kind.most_common(1)[0][0], kind.most_common(1)[0][1] / max(stands[piece], 1))
            for piece, kind in kinds.items()
        }
        return self

    def _index(self, pieces: Mapping[str, object]) -> None:
        self._pieces = pieces
        self._lengths = sorted({len(piece) for piece in pieces if piece}, reverse=True)

    def _known(self, text: str) -> list[tuple[int, str]]:
        return [
            (at, text[at : at + size])
            for size in self._lengths
            for at in range(len(text) - size + 1)
            if text[at : at + size] in self._pieces
        ]

    def spans(self, text: str, least: float = 0.5) -> list[NamedSpan]:
        """Return the spans that the lexicon sees, the longest first, none over another; of pieces that are spans at least so often."""
        return [span for span, _ in self.weighed(text, least)]

    def weighed(self, text: str, least: float) -> list[tuple[NamedSpan, float]]:
        """Return the same with each piece's share."""
        taken = np.zeros(len(text), dtype=bool)
        found = []
        for at, piece in self._known(_plain(text)):
            kind, often = self.entries_[piece]
            if often >= least and not taken[at : at + len(piece)].any():
                taken[at : at + len(piece)] = True
                found.append((NamedSpan(at, at + len(piece), kind), often))
        return sorted(found)

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept."""
        pieces = sorted(self.entries_)
        return {
            "pieces": _APART.join(pieces), "kinds": _APART.join(self.entries_[one][0] for one in pieces),
            "often": np.array([self.entries_[one][1] for one in pieces]),
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the lexicon of such a state."""
        made = cls()
        entries = zip(
            state["pieces"].split(_APART), state["kinds"].split(_APART), state["often"].tolist(), strict=True
        )
        made.entries_ = {piece: (kind, often) for piece, kind, often in entries}
        made._index(made.entries_)
        return made


def _kind_of_character(one: str) -> str:
    if one.isdigit():
        return "9"
    if one.isascii() and one.isalpha():
        return "a"
    return "汉" if one.isalpha() else "."


def _word_places(text: str) -> tuple[list[str], list[str]]:
    """Return for each character the word that it is in, and where in it: begin, middle, end, single."""
    inside, place = [""] * len(text), ["-"] * len(text)
    at = 0
    for word in words(text):
        at = text.index(word, at)
        marks = "S" if len(word) == 1 else "B" + "M" * (len(word) - 2) + "E"
        for offset, mark in enumerate(marks):
            inside[at + offset], place[at + offset] = word, mark
        at += len(word)
    return inside, place


def _features(text: str, lexicon: SpanLexicon) -> list[list[str]]:
    """Return what each character is read by."""
    plain = _plain(text)
    c = ["<", "<", *plain, ">", ">"]
    word, place = _word_places(plain)
    seen = ["-"] * len(plain)
    length = ["0"] * len(plain)
    for span, often in lexicon.weighed(text, 0.1):
        for at in range(span.start, span.end):
            seen[at] = f"{'B' if at == span.start else 'I'}{span.kind}{min(int(often * 5), 4)}"
            length[at] = f"{min(span.end - span.start, 5)}{at == span.end - 1:d}"
    around = ["<", *seen, ">"]
    rows = []
    for at in range(len(plain)):
        i = at + 2
        rows.append([
            "1", f"a{c[i]}", f"b{c[i - 1]}", f"c{c[i + 1]}", f"d{c[i - 2]}", f"e{c[i + 2]}", f"f{c[i - 1]}{c[i]}", f"g{c[i]}{c[i + 1]}",
            f"h{c[i - 1]}{c[i + 1]}", f"i{c[i - 2]}{c[i - 1]}{c[i]}", f"j{c[i]}{c[i + 1]}{c[i + 2]}", f"k{c[i - 1]}{c[i]}{c[i + 1]}",
            f"l{place[at]}{word[at]}", f"m{place[at]}{_kind_of_character(c[i])}", f"n{seen[at]}", f"o{seen[at]}{length[at]}",
            f"p{around[at]}{seen[at]}", f"q{seen[at]}{around[at + 2]}", f"r{seen[at]}{place[at]}", f"s{seen[at]}{word[at]}", f"t{c[i - 2]}{c[i - 1]}", f"u{c[i + 1]}{c[i + 2]}",
        ])  # fmt: skip
    return rows


class SpanTagger:
    """Finds spans in texts.

    Parameters
    ----------
    rounds : int
        Times that every text is learnt from, each time with the lexicons of another partition.
    margin : float
        By how much the true tag must win while learning, in corrections.
    seed : int
        Of the order of texts.

    Attributes
    ----------
    tags_ : list of str
    lexicon_ : SpanLexicon
    weights_ : array of shape (n_features, n_tags)
    steps_ : array of shape (n_tags, n_tags)
        What following from one tag to the next adds.
    reserve_ : float
        What the tag of no span gets on top, so that F1 is largest on texts that were held out.
    """

    kind: ClassVar[str] = "span_tagger/1"

    def __init__(self, *, rounds: int = 4, margin: float = 30.0, seed: int = 0) -> None:
        self.rounds = rounds
        self.margin = margin
        self.seed = seed

    def fit(self, texts: Sequence[str], spans: Sequence[Sequence[NamedSpan]]) -> Self:
        """Learn from texts and their spans.

        Raises
        ------
        TextsError
            When no text has a span.
        """
        kinds = sorted({span.kind for found in spans for span in found})
        if not kinds:
            raise TextsError(
                what=phrase("no text with a span"),
                expected=phrase("texts in which spans are marked"),
                advice=phrase("Name the column of tags."),
            )
        self.tags_ = [_OUT, *(f"{edge}-{kind}" for kind in kinds for edge in "BI")]
        rng = np.random.Generator(np.random.PCG64(self.seed))
        views = [self._read_with_others(texts, spans, rng) for _ in range(self.rounds)]
        self.lexicon_ = SpanLexicon().fit(texts, spans)
        held = Counter(name for view in views for one in view for row in one for name in set(row))
        self._index(sorted(name for name, many in held.items() if many > self.rounds))
        numbered = [[self._numbered(one) for one in view] for view in views]
        truth = [self._places(len(text), found) for text, found in zip(texts, spans, strict=True)]
        self.reserve_ = self._reserved(numbered, truth, rng) if len(texts) >= _INNER else 0.0
        self._learn(numbered, truth, rng)
        return self

    def _reserved(
        self, views: list[list[NDArray[np.int64]]], truth: list[NDArray[np.int64]], rng: np.random.Generator
    ) -> float:
        part = rng.permutation(len(truth)) % _INNER
        kept, out = np.flatnonzero(part > 0).tolist(), np.flatnonzero(part == 0).tolist()
        self.reserve_ = 0.0
        self._learn([[view[i] for i in kept] for view in views], [truth[i] for i in kept], rng)
        found = []
        for one in _RESERVES:
            self.reserve_ = float(one) * self.margin
            told = [self._named(self._best(views[0][i])) if len(views[0][i]) else [] for i in out]
            found.append(strict_f1(told, [self._named(truth[i]) for i in out]))
        return float(_RESERVES[int(np.argmax(found))] * self.margin)

    def _named(self, places: NDArray[np.int64]) -> list[NamedSpan]:
        return spans_of_tags([self.tags_[one] for one in places])

    def _read_with_others(
        self, texts: Sequence[str], spans: Sequence[Sequence[NamedSpan]], rng: np.random.Generator
    ) -> list[list[list[str]]]:
        part = rng.permutation(len(texts)) % _INNER
        lexicons = []
        for one in range(_INNER):
            kept = np.flatnonzero(part != one).tolist()
            lexicons.append(SpanLexicon().fit([texts[i] for i in kept], [spans[i] for i in kept]))
        return [_features(text, lexicons[one]) for text, one in zip(texts, part, strict=True)]

    def _index(self, names: list[str]) -> None:
        self.names_ = names
        self._place = {name: at for at, name in enumerate(names, 1)}
        self._allowed = np.array([[_follows(one, other) for other in self.tags_] for one in self.tags_])
        self._starts = np.array([0.0 if not tag.startswith("I-") else _NEVER for tag in self.tags_])

    def _numbered(self, rows: list[list[str]]) -> NDArray[np.int64]:
        """Return the places of features, shape (n_characters, n_features of one); 0 for those that are not known, whose weights stay 0."""
        return np.array([[self._place.get(name, 0) for name in row] for row in rows], dtype=np.int64).reshape(
            len(rows), -1
        )

    def _places(self, length: int, spans: Sequence[NamedSpan]) -> NDArray[np.int64]:
        number = {tag: at for at, tag in enumerate(self.tags_)}
        found = np.zeros(length, dtype=np.int64)
        for span in spans:
            found[span.start : span.end] = number[f"I-{span.kind}"]
            found[span.start] = number[f"B-{span.kind}"]
        return found

    def _learn(
        self, views: list[list[NDArray[np.int64]]], truth: list[NDArray[np.int64]], rng: np.random.Generator
    ) -> None:
        """Learn by correcting what is wrong; kept is the mean over all steps, each correction weighed by how long it stood."""
        count = len(self.tags_)
        self.weights_, self.steps_ = np.zeros((len(self.names_) + 1, count)), np.zeros((count, count))
        late, late_steps = np.zeros_like(self.weights_), np.zeros_like(self.steps_)
        reserve, self.reserve_ = self.reserve_, 0.0
        step = 0
        for rows in views:
            for at in rng.permutation(len(rows)).tolist():
                step += 1
                if not len(rows[at]):
                    continue
                told = self._best(rows[at], self._margins(truth[at]))
                wrong = np.flatnonzero(told != truth[at])
                if not len(wrong):
                    continue
                for tags, sign in ((truth[at], 1.0), (told, -1.0)):
                    places = (rows[at][wrong], tags[wrong][:, None])
                    np.add.at(self.weights_, places, sign)
                    np.add.at(late, places, sign * step)
                    np.add.at(self.steps_, (tags[:-1], tags[1:]), sign)
                    np.add.at(late_steps, (tags[:-1], tags[1:]), sign * step)
                self.weights_[0] = late[0] = 0
        self.weights_ = (self.weights_ - late / (step + 1)).astype(np.float32)
        self.steps_ -= late_steps / (step + 1)
        self.reserve_ = reserve

    def _margins(self, truth: NDArray[np.int64]) -> Floats:
        """Return what every tag but the true one gets on top while learning: right must be right by a margin."""
        found = np.full((len(truth), len(self.tags_)), self.margin)
        found[np.arange(len(truth)), truth] = 0
        return found

    def _best(self, rows: NDArray[np.int64], margins: Floats | float = 0.0) -> NDArray[np.int64]:
        """Return the tags that score most together."""
        scores = self.weights_[rows].sum(axis=1) + margins
        scores[:, 0] += self.reserve_
        moves = self.steps_ + self._allowed
        best = scores[0] + self._starts
        back = np.zeros((len(rows), len(self.tags_)), dtype=np.int64)
        for at in range(1, len(rows)):
            ways = best[:, None] + moves
            back[at] = ways.argmax(axis=0)
            best = ways.max(axis=0) + scores[at]
        found = np.empty(len(rows), dtype=np.int64)
        found[-1] = best.argmax()
        for at in range(len(rows) - 1, 0, -1):
            found[at - 1] = back[at, found[at]]
        return found

    def spans(self, text: str) -> list[NamedSpan]:
        """Return the spans of a text, in order."""
        if not text:
            return []
        return self._named(self._best(self._numbered(_features(text, self.lexicon_))))

    def state(self) -> dict[str, Any]:
        """Return everything that was learnt, as it is kept (`zhike.learn.stored_model`)."""
        return {
            "rounds": self.rounds, "margin": self.margin, "seed": self.seed, "reserve": self.reserve_, "tags": self.tags_, "names": _APART.join(self.names_), "weights": self.weights_,
            "steps": self.steps_, "lexicon": self.lexicon_.state(),
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the tagger of such a state."""
        made = cls(rounds=int(state["rounds"]), margin=float(state["margin"]), seed=int(state["seed"]))
        made.reserve_ = float(state["reserve"])
        made.tags_, made.weights_, made.steps_ = list(state["tags"]), state["weights"], state["steps"]
        made.lexicon_ = SpanLexicon.from_state(state["lexicon"])
        made._index(state["names"].split(_APART))
        return made


def strict_f1(told: Sequence[Sequence[NamedSpan]], true: Sequence[Sequence[NamedSpan]]) -> float:
    """Return the F1 of spans, of which one counts where both ends and the kind are right; 0 where there is none.

    Examples
    --------
    >>> strict_f1([[NamedSpan(0, 2, "A")], []], [[NamedSpan(0, 2, "A"), NamedSpan(3, 4, "A")], []]).__round__(3)
    0.667
    """
    right = sum(len(set(one) & set(other)) for one, other in zip(told, true, strict=True))
    return 2 * right / max(sum(map(len, told)) + sum(map(len, true)), 1)


def _follows(one: str, other: str) -> float:
    """Return 0 where a tag may follow another, else minus a lot."""
    return _NEVER if other.startswith("I-") and one[2:] != other[2:] else 0.0
