"""Open answers of a survey: what they speak of, how often, who does, whether that changed, and what it goes with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from zhike.core.language import LANGUAGES
from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.know.text import Redacted, detect, normal, redact
from zhike.know.text.terms import term_pattern
from zhike.know.text.tokens import words
from zhike.measure.scores.estimate import mean_estimate, student_quantile
from zhike.measure.shares import difference, share
from zhike.measure.studies.groups import group_report
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.roles import Roles
from zhike.measure.studies.score import Score
from zhike.measure.themes.discovery import discover, telling_words
from zhike.measure.themes.opinions import GOOD_OR_BAD
from zhike.measure.themes.recorded import Named, spoken_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from zhike.core.language import Language
    from zhike.measure.studies.roles import Answers
    from zhike.measure.themes.opinions import Opinion

    Floats = NDArray[np.float64]
    ReadOpinions = Callable[[str], list[Opinion]]

__all__ = ["ThemesModel", "themes_study"]

_KEYS: Final = (
    "text",
    "names",
    "group",
    "wave",
    "waves",
    "score",
    "score_kind",
    "themes",
    "own",
    "least",
    "quotes",
    "level",
    "missing_codes",
    "aspect_kind",
    "opinion_kind",
)
_LEAST: Final = 10
_QUOTES: Final = 3
_LONGEST: Final = 160
"""Characters of a quote at most."""
_COUNTS: Final = (2, 3, 4, 5, 6, 8, 10, 12)
"""Numbers of themes that are tried unless the model says how many."""
_NEW: Final = 0.25
"""A theme is new where it was spoken of before less than a quarter as often."""
_FEWEST: Final = 2
"""Themes that say something beside each other, and waves that show a change."""
_SENTENCE: Final = re.compile(r"(?:[^.!?。！？\n]|\.(?=\d))+[.!?。！？]*")
_SPOKEN: Final = Score("csat", 0.5)


@dataclass(frozen=True, slots=True)
class ThemesModel:
    """What is read of open answers; see docs/reference/measure.md for the keys.

    ``themes`` is ``"discover"``, a number of themes to discover, or ``"record"``; ``own`` holds themes of the model itself.
    """

    text: str
    names: str | None
    group: str | None
    wave: str | None
    waves: tuple[str, ...]
    score: str | None
    score_kind: str
    themes: str | int
    own: tuple[tuple[str, tuple[str, ...]], ...]
    least: int
    quotes: int
    level: float
    missing_codes: tuple[float | str, ...]
    span_kinds: tuple[str, str]

    @classmethod
    def of(
        cls, document: object, name: str, text: str | None = None, group: str | None = None
    ) -> ThemesModel:
        """Return the model that a document describes.

        Parameters
        ----------
        document : object
        name : str
            What an error calls it.
        text, group : str, optional
            Columns of the answers and of the groups, in place of what the document says.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles(document, name, _KEYS)
        roles.given |= {
            key: column for key, column in (("text", text), ("group", group)) if column is not None
        }
        own = (
            tuple(
                (one, Roles({"terms": terms}, name, ("terms",)).texts("terms"))
                for one, terms in roles.entries("own").items()
            )
            if "own" in roles.given
            else ()
        )
        asked = roles.given.get("themes", "record" if own else "discover")
        if isinstance(asked, bool) or not (
            asked in ("discover", "record") or (isinstance(asked, int) and asked >= _FEWEST)
        ):
            raise roles.refused(
                phrase("'{value}' under '{key}'", value=asked, key="themes"),
                phrase("discover, record, or a number from 2"),
            )
        return cls(
            roles.text("text"), roles.optional_text("names"), roles.optional_text("group"), roles.optional_text("wave"),
            roles.texts("waves", needed=False), roles.optional_text("score"), roles.choice("score_kind", ("nps", "ces")), asked, own,
            int(roles.number("least", _LEAST, least=2)), int(roles.number("quotes", _QUOTES, least=0)), roles.level(), roles.codes(),
            (roles.optional_text("aspect_kind") or "ASPECT", roles.optional_text("opinion_kind") or "OPINION"),
        )  # fmt: skip


class _Found(NamedTuple):
    """A theme with what it is known by, and how much of each answer is of it; ``language`` None where it is of every one."""

    id: str
    title: dict[str, str] | None
    terms: tuple[str, ...]
    language: str | None
    strength: Floats


class _Read(NamedTuple):
    """Answers without personal data, in the form that models read, and the language of each; None where there is none."""

    redacted: list[Redacted]
    plain: list[str]
    languages: list[Language | None]
    given: NDArray[np.bool_]


def themes_study(
    model: ThemesModel,
    answers: Answers,
    rows: NDArray[np.int64],
    record: Sequence[Named],
    opinions: ReadOpinions,
    seed: int,
) -> dict[str, Any]:
    """Return what open answers speak of.

    Parameters
    ----------
    model : ThemesModel
    answers : Answers
    rows : array of shape (n_persons,)
        Number of each row in its file, by which a quote is found again.
    record : sequence of Named
        Themes that the bank has named.
    opinions : callable
        Returns the opinions of a text, see `zhike.measure.themes.opinions`.
    seed : int
        Of the repeats by which the number of themes is chosen.

    Returns
    -------
    dict
        ``n`` answers, ``languages``, ``method``, ``stability`` by language, ``themes``, ``aspects``, ``unassigned``: the share of answers that speak of no theme.

    Raises
    ------
    AnswersError
        When a column is not there, nobody wrote anything, or a wave has no row.
    """
    read = _read(model, answers)
    if not read.given.any():
        raise AnswersError(
            what=phrase("no answer in words in column '{column}'", column=model.text), expected=phrase("answers in words"),
            advice=phrase("Name the column of the open question."),
        )  # fmt: skip
    found, stability = _themes(model, read, record, seed)
    study = _Study(model, answers, read, rows)
    spoken = np.zeros(len(answers), dtype=bool)
    for one in found:
        spoken |= one.strength > 0
    known = read.given
    return plain_record({
        "n": int(known.sum()), "level": model.level, "seed": seed, "method": "record" if model.themes == "record" else "discovered",
        "languages": {str(one or "other"): read.languages.count(one) - (0 if one else int((~known).sum())) for one in sorted(set(read.languages), key=str)},
        "stability": stability, "themes": [study.told(one) for one in found], "aspects": study.aspects(opinions, record),
        "unassigned": _share(known & ~spoken, known),
    })  # fmt: skip


def _read(model: ThemesModel, answers: Answers) -> _Read:
    given = answers.texts(model.text).to_list()
    named = [None] * len(given) if model.names is None else answers.texts(model.names).to_list()
    redacted = [redact(text or "", [name] if name else []) for text, name in zip(given, named, strict=True)]
    known = np.array([bool(text) for text in given])
    return _Read(
        redacted, [normal(one.text) for one in redacted], [detect(one.text) for one in redacted], known
    )


def _themes(
    model: ThemesModel, read: _Read, record: Sequence[Named], seed: int
) -> tuple[list[_Found], dict[str, Any]]:
    """Return the themes, and by language how stable each number of themes is."""
    if model.themes == "record":
        own = [_Found(name, None, terms, None, _strength(terms, read.plain)) for name, terms in model.own]
        named = [
            _Found(one.id, _titles(one), one.terms, None, spoken_of(one, read.plain))
            for one in record
            if not model.own
        ]
        return own + named, {}
    counts = _COUNTS if model.themes == "discover" else (int(model.themes),)
    found: list[_Found] = []
    stability = {}
    for kind in ("zh", "en"):
        held = [(one or "").startswith(kind) for one in read.languages]
        texts = [
            telling_words(words(text)) if mine else [] for text, mine in zip(read.plain, held, strict=True)
        ]
        themes = discover(texts, counts, seed)
        stability[kind] = [{"themes": count, "stability": value} for count, value in themes.stability]
        found += [
            _Found(f"{kind}{at}", None, one.words, kind, one.strength)
            for at, one in enumerate(themes.themes, 1)
        ]
    return found, stability


def _strength(terms: Sequence[str], texts: Sequence[str]) -> Floats:
    pattern = term_pattern(terms)
    return np.array([len(pattern.findall(text)) for text in texts], dtype=np.float64)


def _titles(theme: Named) -> dict[str, str]:
    return {"en": theme.title.en, "zh-Hans": theme.title.zh_hans, "zh-Hant": theme.title.zh_hant}


def _share(counted: NDArray[np.bool_], among: NDArray[np.bool_]) -> dict[str, Any] | None:
    found = share(int(counted.sum()), int(among.sum()))
    return found and found._asdict()


class _Study:
    """The parts of a report that every theme has."""

    def __init__(self, model: ThemesModel, answers: Answers, read: _Read, rows: NDArray[np.int64]) -> None:
        self.model, self.read, self.rows = model, read, rows
        self.groups = None if model.group is None else answers.texts(model.group)
        self.waves = None if model.wave is None else answers.texts(model.wave)
        self.scores = None if model.score is None else self._values(answers)
        self.order = self._order()

    def _values(self, answers: Answers) -> Floats:
        within = (0.0, 10.0) if self.model.score_kind == "nps" else None
        given = answers.numbers([str(self.model.score)], within, self.model.missing_codes)[:, 0]
        return Score("nps" if self.model.score_kind == "nps" else "ces").values(given)

    def _order(self) -> list[str]:
        """Return the waves in order: as the model says, else by name."""
        if self.waves is None:
            return []
        known = sorted(set(self.waves.drop_nulls().to_list()))
        odd = next((one for one in self.model.waves if one not in known), None)
        if odd is not None:
            raise AnswersError(
                what=phrase("no row with '{value}' in column '{column}'", value=odd, column=self.model.wave),
                expected=phrase("answers of both waves"), advice=phrase("Correct the names of the waves in the model."),
            )  # fmt: skip
        return list(self.model.waves) or known

    def told(self, theme: _Found) -> dict[str, Any]:
        """Return everything about a theme."""
        spoken, known = theme.strength > 0, self.read.given
        among = (
            known
            if theme.language is None
            else known & np.array([(one or "").startswith(theme.language) for one in self.read.languages])
        )
        return {
            "id": theme.id, "title": theme.title, "terms": list(theme.terms), "language": theme.language, "n": int(spoken.sum()),
            "share": _share(spoken, known), "share_of_language": _share(spoken, among),
            "quotes": self._quotes(theme) if spoken.sum() >= self.model.least else [],
            **self._grouped(spoken), **self._changed(spoken), "score": self._associated(spoken),
        }  # fmt: skip

    def _grouped(self, spoken: NDArray[np.bool_]) -> dict[str, Any]:
        if self.groups is None:
            return {"groups": None, "grouping": None}
        said = np.where(self.read.given, spoken.astype(np.float64), np.nan)
        return group_report(_SPOKEN, said, None, self.groups, (self.model.least, self.model.level))

    def _changed(self, spoken: NDArray[np.bool_]) -> dict[str, Any]:
        """Return the share of each wave, how the last one differs from the one before, and whether the theme is new in it."""
        if self.waves is None:
            return {"waves": None, "change": None, "new": None}
        of_wave = {
            one: (self.waves == one).fill_null(value=False).to_numpy() & self.read.given for one in self.order
        }
        counts = [(int((spoken & of_wave[one]).sum()), int(of_wave[one].sum())) for one in self.order]
        waves = [
            {"wave": one, "n": size, "share": _share(spoken & of_wave[one], of_wave[one])}
            for one, (_, size) in zip(self.order, counts, strict=True)
        ]
        if len(counts) < _FEWEST or min(counts[-1][1], counts[-2][1]) < self.model.least:
            return {"waves": waves, "change": None, "new": None}
        step = difference(counts[-1], counts[-2])
        earlier = (sum(one[0] for one in counts[:-1]), sum(one[1] for one in counts[:-1]))
        rise = difference(counts[-1], earlier)
        new = (
            rise is not None
            and rise.low > 0
            and earlier[0] / earlier[1] < _NEW * counts[-1][0] / counts[-1][1]
        )
        return {"waves": waves, "change": step and step._asdict(), "new": new}

    def _associated(self, spoken: NDArray[np.bool_]) -> dict[str, Any] | None:
        """Return how the score of those who speak of a theme differs from that of all others who wrote; Welch's interval."""
        if self.scores is None:
            return None
        known = self.read.given & np.isfinite(self.scores)
        sides = [
            mean_estimate(self.scores[known & side], None, self.model.level) for side in (spoken, ~spoken)
        ]
        if min(one.n for one in sides) < self.model.least:
            return {"with": None, "without": None, "difference": None}
        squares = [one.error**2 for one in sides]
        error = float(np.sqrt(sum(squares)))
        degrees = sum(squares) ** 2 / max(
            sum(square**2 / (one.n - 1) for square, one in zip(squares, sides, strict=True)), 1e-300
        )
        half = student_quantile(self.model.level, degrees) * error if error > 0 else 0.0
        value = sides[0].value - sides[1].value
        return {
            "with": sides[0],
            "without": sides[1],
            "difference": {"value": value, "low": value - half, "high": value + half},
        }

    def _quotes(self, theme: _Found) -> list[dict[str, Any]]:
        """Return answers that speak of a theme most, each cut to the sentence that does; none twice."""
        found: list[dict[str, Any]] = []
        seen: set[str] = set()
        for at in np.argsort(-theme.strength, kind="stable").tolist():
            if theme.strength[at] <= 0 or len(found) == self.model.quotes:
                break
            quote = quoted(self.read.redacted[at].shown(self.read.languages[at] or "en"), theme.terms)
            if quote and quote not in seen:
                seen.add(quote)
                found.append({"row": int(self.rows[at]), "text": quote, "language": self.read.languages[at]})
        return found

    def aspects(self, opinions: ReadOpinions, record: Sequence[Named]) -> list[dict[str, Any]]:
        """Return for each aspect how many answers hold an opinion on it, the shares of good and of bad ones, and answers that do; those on record first."""
        held: dict[str, dict[int, tuple[set[int], str]]] = {}
        for at, one in enumerate(self.read.redacted):
            for opinion in opinions(one.text) if self.read.given[at] else ():
                moods, _ = held.setdefault(opinion.aspect, {}).setdefault(at, (set(), opinion.words))
                moods.add(opinion.mood)
        titles: dict[str, dict[str, str]] = {one.id: _titles(one) for one in record}
        others = sorted(set(held) - set(titles), key=lambda name: (-len(held[name]), name))
        # What only a few answers name is no aspect yet, and may say who wrote it.
        titles |= {str(name): dict.fromkeys(map(str, LANGUAGES), name) for name in others if len(held[name]) >= self.model.least}  # fmt: skip
        return [self._aspect(name, title, held.get(name, {})) for name, title in titles.items()]

    def _aspect(
        self, name: str, title: dict[str, str], held: dict[int, tuple[set[int], str]]
    ) -> dict[str, Any]:
        n = len(held)
        told: dict[str, Any] = {"id": name, "title": title, "n": n, "suppressed": n < self.model.least}
        if n >= self.model.least:
            clear = [moods & GOOD_OR_BAD for moods, _ in held.values()]
            kinds = {"good": {1}, "bad": {-1}, "mixed": GOOD_OR_BAD, "unclear": set()}
            for kind, moods in kinds.items():
                found = share(sum(one == moods for one in clear), n)
                told[kind] = found and found._asdict()
            told["quotes"] = self._opinions(held)
        return told

    def _opinions(self, held: dict[int, tuple[set[int], str]]) -> list[dict[str, Any]]:
        """Return answers that hold an opinion, each cut to the sentence that does; none twice."""
        found: dict[str, dict[str, Any]] = {}
        for at, (_, piece) in held.items():
            if len(found) == self.model.quotes:
                break
            language = self.read.languages[at]
            quote = quoted(self.read.redacted[at].shown(language or "en"), [piece])
            found.setdefault(quote, {"row": int(self.rows[at]), "text": quote, "language": language})
        return list(found.values())


def quoted(shown: str, terms: Sequence[str]) -> str:
    """Return the first sentence of a text in which a term stands, a piece of the text as it is; the beginning where no sentence has one.

    Examples
    --------
    >>> quoted("Nice staff. The queue was long! Bye", ["queue"])
    'The queue was long!'
    """
    pattern = term_pattern(terms)
    sentences = [one.strip() for one in _SENTENCE.findall(shown) if one.strip()]
    sentence = next(
        (one for one in sentences if pattern.search(normal(one))), sentences[0] if sentences else ""
    )
    if len(sentence) <= _LONGEST:
        return sentence
    hit = pattern.search(sentence.casefold())
    start = max(0, (hit.start() if hit else 0) - _LONGEST // 2)
    return sentence[start : start + _LONGEST]
