"""What coded notes of conversations say: how far coders agree, what was spoken of in how many conversations, and in whose words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from zhike.core.measure_errors import AnswersError, MeasureModelError
from zhike.core.phrases import phrase
from zhike.know.text import Redacted, detect, redact
from zhike.measure.notes.agreement import (
    FEWEST,
    agreement_interval,
    agreement_of,
    alpha_disagreements,
    alpha_parts,
    cohen_kappa,
    kappa_disagreements,
    kappa_parts,
)
from zhike.measure.shares import share
from zhike.measure.studies.groups import group_report
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.score import Score

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.measure.notes.agreement import Disagreements, Floats
    from zhike.measure.notes.code_book import Code, NoteRules
    from zhike.measure.notes.note import Note, Segment

__all__ = ["Drawing", "notes_study"]

_LEVEL: Final = 0.95
_QUOTES: Final = 3
_SPOKEN: Final = Score("csat", 0.5)
_ABSENT, _READ, _GIVEN = -1, 0, 1
_TWO: Final = 2


class Drawing(NamedTuple):
    """Samples drawn for the intervals of agreement, from which generator, and how many quotations a code has at most."""

    rng: np.random.Generator
    draws: int = 1000
    quotes: int = _QUOTES


class _Piece(NamedTuple):
    """A segment of a note that counts: the note's place, the segment's number, what it says without personal data, and its codes."""

    note: int
    number: int
    segment: Segment
    redacted: Redacted
    counted: frozenset[str]


def notes_study(
    notes: Sequence[Note], book_at: Callable[[dt.date], Mapping[str, Code]], rules: NoteRules, today: dt.date, by: str | None,
    drawing: Drawing,
) -> dict[str, Any]:  # fmt: skip
    """Return what notes say.

    Parameters
    ----------
    notes : sequence of Note
    book_at : callable
        The code book that was in force on a day.
    rules : NoteRules
    today : date
        A note whose consent has run out by then is left out.
    by : str, optional
        Group by which codes are told too.
    drawing : Drawing

    Raises
    ------
    MeasureModelError
        When a code is in no book of its day, or no note has the group.
    AnswersError
        When no note may be used.
    """
    used, left_out = _usable(notes, today)
    if not used:
        raise AnswersError(
            what=phrase("no note with consent that still holds"), expected=phrase("a note that may be used"),
            advice=phrase("Ask for consent before a conversation is noted, and say it under `consent`."),
        )  # fmt: skip
    books = {one.coded_on: book_at(one.coded_on) for one in used}
    known: dict[str, Code] = {}
    for _, book in sorted(books.items()):
        known |= book
    _check_codes(used, books)
    study = _Study(used, _pieces(used), known, rules, by, drawing)
    return plain_record({
        "n": len(used), "persons": sum(one.persons for one in used), "segments": len(study.pieces),
        "methods": dict(Counter(one.method for one in used)), "guides": sorted({one.guide for one in used}),
        "left_out": left_out, "level": _LEVEL, "by": by, "redacted": dict(Counter(span.kind for one in study.pieces for span in one.redacted.spans)),
        "agreement": study.agreement(), "uncoded": study.share_of(lambda one: not one.counted, study.pieces),
        "codes": study.codes(), "causes": study.linked("cause"), "touchpoints": study.linked("touchpoint"),
    })  # fmt: skip


def _usable(notes: Sequence[Note], today: dt.date) -> tuple[list[Note], list[dict[str, str]]]:
    used, left_out = [], []
    for one in notes:
        over = one.consent.until is not None and one.consent.until < today
        if one.consent.given and not over:
            used.append(one)
        else:
            left_out.append(
                {"note": one.name, "reason": "consent_over" if one.consent.given else "no_consent"}
            )
    return used, left_out


def _check_codes(notes: Sequence[Note], books: Mapping[dt.date, Mapping[str, Code]]) -> None:
    for note in notes:
        for number, segment in enumerate(note.segments, 1):
            odd = next(
                (one for codes in segment.codes.values() for one in codes if one not in books[note.coded_on]),
                None,
            )
            if odd is not None:
                raise MeasureModelError(
                    what=phrase("code '{code}' of {day}", code=odd, day=note.coded_on), path=f"{note.name}, segment {number}",
                    expected=phrase("codes of {names}", names=", ".join(books[note.coded_on]) or "-"),
                )  # fmt: skip


def _pieces(notes: Sequence[Note]) -> list[_Piece]:
    return [
        _Piece(place, number, one, redact(one.text, note.names), _majority(one))
        for place, note in enumerate(notes)
        for number, one in enumerate(note.segments, 1)
    ]


def _majority(segment: Segment) -> frozenset[str]:
    """Return the codes that more than half of those who read a segment gave it."""
    counts = Counter(code for codes in segment.codes.values() for code in codes)
    return frozenset(code for code, many in counts.items() if 2 * many > len(segment.codes))


class _Study:
    """The parts of a report."""

    def __init__(
        self, notes: Sequence[Note], pieces: list[_Piece], known: Mapping[str, Code], rules: NoteRules, by: str | None,
        drawing: Drawing,
    ) -> None:  # fmt: skip
        self.notes, self.pieces, self.rules, self.drawing = notes, pieces, rules, drawing
        used = {code for one in pieces for codes in one.segment.codes.values() for code in codes}
        self.known = {name: code for name, code in known.items() if name in used}
        self.groups = self._groups(by)

    def _groups(self, by: str | None) -> pl.Series | None:
        if by is None:
            return None
        own = {"method": lambda one: one.method, "role": lambda one: one.role, "guide": lambda one: one.guide}
        found = [own[by](one) if by in own else one.groups.get(by) for one in self.notes]
        if all(one is None for one in found):
            names = sorted({*own, *(key for one in self.notes for key in one.groups)})
            raise MeasureModelError(
                what=phrase("no group '{group}' in any note", group=by),
                path="--by",
                expected=", ".join(names),
            )
        return pl.Series(by, found, dtype=pl.String)

    def share_of(self, holds: Callable[[Any], bool], among: Sequence[Any]) -> dict[str, Any] | None:
        """Return the share of those of which something holds, with its interval."""
        found = share(sum(holds(one) for one in among), len(among))
        return found and found._asdict()

    def codes(self) -> list[dict[str, Any]]:
        """Return of each code in how many conversations it came up, by group, and who said what; the most frequent first."""
        rows = []
        for name, code in self.known.items():
            spoken = self._spoken({name})
            rows.append({
                "code": name, "title": _titles(code.title), "cause": code.cause, "touchpoint": code.touchpoint, **self._counted(spoken),
                "segments": sum(name in one.counted for one in self.pieces), **self._grouped(spoken), "quotes": list(self._quotes(name)),
            })  # fmt: skip
        return sorted(rows, key=lambda row: (-row["n"], row["code"]))

    def linked(self, kind: str) -> list[dict[str, Any]]:
        """Return in how many conversations a cause or touchpoint of the outer loop came up, and by which codes."""
        rows = []
        for name in sorted({found for one in self.known.values() if (found := getattr(one, kind))}):
            codes = {one.id for one in self.known.values() if getattr(one, kind) == name}
            spoken = self._spoken(codes)
            rows.append({kind: name, **self._counted(spoken), "codes": sorted(codes)})
        return sorted(rows, key=lambda row: (-row["n"], row[kind]))

    def _spoken(self, codes: Collection[str]) -> NDArray[np.float64]:
        """Return 1 for each conversation in which any of the codes came up, else 0: a focus group is one voice, as its members hear each other."""
        found = np.zeros(len(self.notes))
        found[[one.note for one in self.pieces if not one.counted.isdisjoint(codes)]] = 1.0
        return found

    def _counted(self, spoken: NDArray[np.float64]) -> dict[str, Any]:
        return {"n": int(spoken.sum()), "share": self.share_of(bool, spoken.tolist())}

    def _grouped(self, spoken: NDArray[np.float64]) -> dict[str, Any]:
        if self.groups is None:
            return {"groups": None, "grouping": None}
        return group_report(_SPOKEN, spoken, None, self.groups, (self.rules.least, _LEVEL))

    def _quotes(self, code: str) -> Iterator[dict[str, Any]]:
        """Yield what was said, of as many different conversations as there are, only where it may be quoted."""
        mine = [one for one in self.pieces if code in one.counted and self.notes[one.note].consent.quotations]
        seen: Counter[int] = Counter()
        order = []
        for one in mine:
            order.append((seen[one.note], one.note, one))
            seen[one.note] += 1
        for *_, one in sorted(order, key=lambda each: each[:2])[: self.drawing.quotes]:
            note, language = self.notes[one.note], detect(one.redacted.text)
            yield {
                "note": note.name, "segment": one.number, "role": note.role, "speaker": one.segment.speaker,
                "text": one.redacted.shown(language or "en"), "language": language,
            }  # fmt: skip

    def agreement(self) -> dict[str, Any] | None:
        """Return how far coders agree; None where no segment was read by two."""
        coders = sorted({coder for one in self.pieces for coder in one.segment.codes})
        twice = [one for one in self.pieces if len(one.segment.codes) >= _TWO]
        if not twice:
            return None
        clusters, drawn = self._clusters(twice)
        parts = {name: alpha_parts(self._placed(twice, coders, name), _TWO) for name in self.known}
        whole = np.stack(list(parts.values()), axis=1)
        return {
            "coders": coders, "segments": len(twice), "drawn": drawn, "bootstrap": self.drawing.draws,
            "overall": self._alpha(_together(whole, clusters)), "exclusive": self._exclusive(twice, coders, clusters),
            "codes": [
                {
                    "code": name, **self._alpha(_together(one[:, None], clusters)),
                    "marked": {coder: sum(name in piece.segment.codes.get(coder, ()) for piece in twice) for coder in coders},
                }
                for name, one in parts.items()
            ],
            "pairs": [
                self._pair(twice, (one, other), clusters)
                for place, one in enumerate(coders) for other in coders[place + 1 :]
            ],
        }  # fmt: skip

    def _clusters(self, pieces: Sequence[_Piece]) -> tuple[NDArray[np.int64], str]:
        """Return what is drawn again as a whole: conversations, or segments where there are too few conversations to tell their spread."""
        notes = np.unique([one.note for one in pieces], return_inverse=True)[1]
        if notes.max() + 1 >= FEWEST:
            return notes.astype(np.int64), "notes"
        return np.arange(len(pieces)), "segments"

    def _placed(self, pieces: Sequence[_Piece], coders: Sequence[str], code: str) -> NDArray[np.int64]:
        return np.array([
            [_ABSENT if coder not in one.segment.codes else _GIVEN if code in one.segment.codes[coder] else _READ for one in pieces]
            for coder in coders
        ])  # fmt: skip

    def _exclusive(
        self, pieces: Sequence[_Piece], coders: Sequence[str], clusters: NDArray[np.int64]
    ) -> dict[str, Any] | None:
        """Return agreement on which code a segment has, where every coder gave each exactly one."""
        if any(len(codes) != 1 for one in pieces for codes in one.segment.codes.values()):
            return None
        place = {name: number for number, name in enumerate(self.known)}
        values = np.array([
            [place[one.segment.codes[coder][0]] if coder in one.segment.codes else _ABSENT for one in pieces] for coder in coders
        ])  # fmt: skip
        return self._alpha(_together(alpha_parts(values, len(place))[:, None], clusters))

    def _alpha(self, parts: Floats) -> dict[str, Any]:
        return self._told(alpha_disagreements, parts)

    def _told(self, disagreements: Disagreements, parts: Floats) -> dict[str, Any]:
        value = float(agreement_of(parts.sum(axis=0, keepdims=True), disagreements)[0])
        low, high = agreement_interval(disagreements, parts, self.drawing.rng, self.drawing.draws, _LEVEL)
        ends = {
            name: one if np.isfinite(one) else None
            for name, one in (("value", value), ("low", low), ("high", high))
        }
        return {**ends, "verdict": self._verdict(low, high)}

    def _verdict(self, low: float, high: float) -> str:
        if low >= self.rules.reliable:
            return "reliable"
        if low >= self.rules.tentative:
            return "tentative"
        return "unreliable" if high < self.rules.tentative else "not_settled"

    def _pair(
        self, pieces: Sequence[_Piece], coders: tuple[str, str], clusters: NDArray[np.int64]
    ) -> dict[str, Any]:
        values = {name: self._placed(pieces, coders, name) for name in self.known}
        parts = np.stack([kappa_parts(one[0], one[1], _TWO) for one in values.values()], axis=1)
        both = int(parts[:, 0, 0].sum())
        codes = []
        for name, (one, other) in values.items():
            kappa, error = cohen_kappa(one, other)
            codes.append({"code": name, **{key: part if np.isfinite(part) else None for key, part in (("value", kappa), ("error", error))}})  # fmt: skip
        overall = self._told(kappa_disagreements, _together(parts, clusters))
        return {"one": coders[0], "other": coders[1], "n": both, "overall": overall, "codes": codes}


def _together(parts: Floats, clusters: NDArray[np.int64]) -> Floats:
    """Return the parts of units added up by cluster, shape (clusters, codes, ...)."""
    found = np.zeros((int(clusters.max()) + 1, *parts.shape[1:]))
    np.add.at(found, clusters, parts)
    return found


def _titles(text: Any) -> dict[str, str]:  # noqa: ANN401 - a Text
    return {"en": text.en, "zh-Hans": text.zh_hans, "zh-Hant": text.zh_hant}
