"""A version of a questionnaire's document, as the rulebook holds it, into a `Questionnaire`; the first breach is a `RuleError`.

What cannot be asked is refused here: a text that lacks a language, a scale that is not there, a condition on an answer that
comes later. What can be asked but should not is found by `zhike.measure.surveys.lint`.
"""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, Any, Final, cast

from zhike.core.expressions import parse_expression
from zhike.core.language import LANGUAGES, Text
from zhike.core.phrases import either, phrase
from zhike.measure.document_parts import (
    checked_keys,
    checked_list,
    checked_name,
    checked_text,
    each_once,
    refused,
)
from zhike.measure.surveys.order import check_order
from zhike.measure.surveys.questionnaire import (
    KINDS,
    SIDES,
    Block,
    Carried,
    Choice,
    Label,
    Question,
    Questionnaire,
    Quota,
    Scale,
    ScoreRule,
)
from zhike.measure.surveys.scoring import WAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.expressions import Expression
    from zhike.core.rulebook import Version

__all__ = ["read_questionnaire"]

_TOP: Final = ("given", "scales", "blocks", "quotas", "scores", "thanks")
_BLOCK: Final = ("id", "title", "questions", "when", "repeat", "shuffle", "pick", "trade", "page")
_QUESTION: Final = (
    "id", "kind", "text", "scale", "choices", "sides", "carried", "when", "low", "high", "required",
    "not_applicable", "everyone", "short", "reverse", "shuffle",
)  # fmt: skip
_QUOTA: Final = ("id", "title", "limit", "when", "option", "days", "skip", "words", "margin")
_LEANS: Final = {"negative": -1, "neutral": 0, "positive": 1}
_RESERVED: Final = ("mode", "loop", "given")
"""Names that answers, loops and given facts have already."""
_PROMOTERS: Final = (0, 10)
_SCALED: Final = ("rating", "matrix", "pair", "kano")
_CHOSEN: Final = ("single", "multiple", "matrix", "points")


def read_questionnaire(version: Version) -> Questionnaire:
    """Return the questionnaire that a version of a document holds.

    Raises
    ------
    RuleError
        On the first breach; it names the document, the block or question, what was found and what was needed.
    """
    path, value = version.path, version.value
    checked_keys(path, value, ("blocks",), _TOP)
    scales = {name: _scale(f"{path}:{name}", raw) for name, raw in (value.get("scales") or {}).items()}
    blocks = tuple(_block(path, raw, scales) for raw in checked_list(path, "blocks", value["blocks"]))
    bare = Questionnaire(
        path, version.first_day, version.title, blocks, dict(value.get("given") or {}),
        tuple(_quota(path, raw) for raw in value.get("quotas") or ()),
        tuple(_score(path, raw) for raw in value.get("scores") or ()),
        checked_text(path, "thanks", value["thanks"]) if "thanks" in value else None,
    )  # fmt: skip
    names = [question.name for block in blocks for question in block.questions]
    each_once(path, names)
    found = replace(
        bare, by_name={question.name: question for block in blocks for question in block.questions}
    )
    _check_names(found)
    check_order(found)
    unknown = {name: nan for one in found.conditions() for name in sorted(one.names)}
    return replace(found, unknown=unknown, steering=_steering(found, unknown))


def _condition(path: str, raw: Mapping[str, Any]) -> Expression | None:
    return parse_expression(str(raw["when"]), path) if "when" in raw else None


def _scale(path: str, raw: Any) -> Scale:  # noqa: ANN401 - as the YAML holds it
    checked_keys(path, raw, ("low", "high", "labels"), ("low", "high", "labels", "sides"))
    low, high = raw["low"], raw["high"]
    if not isinstance(low, int) or not isinstance(high, int) or low >= high:
        raise refused(path, f"{low!r} - {high!r}", phrase("whole numbers, low below high"))
    labels = {point: _label(path, raw["labels"][point]) for point in raw["labels"]}
    if not set(labels) <= set(range(low, high + 1)):
        raise refused(
            path,
            phrase("labels {names}", names=", ".join(sorted(map(str, labels)))),
            phrase("points from {low} to {high}", low=low, high=high),
        )
    sides = {side: checked_text(path, side, text) for side, text in (raw.get("sides") or {}).items()}
    return Scale(low, high, labels, sides)


def _label(path: str, raw: Any) -> Label:  # noqa: ANN401 - as the YAML holds it
    checked_keys(path, raw, ("lean", *LANGUAGES), ("lean", *LANGUAGES))
    if raw["lean"] not in _LEANS:
        raise refused(path, phrase("lean '{name}'", name=raw["lean"]), either(_LEANS))
    return Label(checked_text(path, "label", raw), _LEANS[raw["lean"]])


def _block(path: str, raw: Any, scales: Mapping[str, Scale]) -> Block:  # noqa: ANN401 - as the YAML holds it
    checked_keys(path, raw, ("id", "title", "questions"), _BLOCK)
    where = f"{path}:{checked_name(path, raw['id'])}"
    questions = tuple(
        _question(path, one, scales) for one in checked_list(where, "questions", raw["questions"])
    )
    return Block(
        raw["id"], checked_text(where, "title", raw["title"]), questions, _condition(where, raw), raw.get("repeat"),
        bool(raw.get("shuffle", False)), raw.get("pick"), raw.get("trade"), raw.get("page"),
    )  # fmt: skip


def _question(path: str, raw: Any, scales: Mapping[str, Scale]) -> Question:  # noqa: ANN401 - as the YAML holds it
    checked_keys(path, raw, ("id", "kind", "text"), _QUESTION)
    where = f"{path}:{checked_name(path, raw['id'])}"
    if raw["id"] in _RESERVED:
        raise refused(where, phrase("name '{odd}'", odd=raw["id"]), phrase("a name that is not taken"))
    kind = raw["kind"]
    if kind not in KINDS:
        raise refused(where, phrase("kind '{kind}'", kind=kind), either(KINDS))
    flags = {
        key: bool(raw.get(key, key == "required"))
        for key in ("required", "not_applicable", "everyone", "short", "reverse", "shuffle")
    }
    scale = _scale_of(where, raw, scales)
    return Question(
        raw["id"], kind, checked_text(where, "text", raw["text"]), scale, _choices(where, raw), _sides(where, raw, scale),
        _carried(where, raw), _condition(where, raw), raw.get("low"), raw.get("high"), **flags,
    )  # fmt: skip


def _scale_of(where: str, raw: Mapping[str, Any], scales: Mapping[str, Scale]) -> Scale | None:
    if (raw["kind"] in _SCALED) != ("scale" in raw) or ("scale" in raw and raw["scale"] not in scales):
        needed = either(scales) if raw["kind"] in _SCALED else phrase("no scale")
        raise refused(where, phrase("scale {name}", name=raw.get("scale")), needed)
    return scales[raw["scale"]] if "scale" in raw else None


def _choices(where: str, raw: Mapping[str, Any]) -> tuple[Choice, ...]:
    if (raw["kind"] in _CHOSEN) != ("choices" in raw):
        needed = phrase("choices") if raw["kind"] in _CHOSEN else phrase("no choices")
        raise refused(where, phrase("choices {names}", names=raw.get("choices")), needed)
    found = tuple(
        _choice(where, one)
        for one in (checked_list(where, "choices", raw["choices"]) if "choices" in raw else ())
    )
    codes = [choice.code for choice in found]
    each_once(where, codes)
    return found


def _choice(where: str, raw: Any) -> Choice:  # noqa: ANN401 - as the YAML holds it
    checked_keys(where, raw, ("id", "text"), ("id", "text", "points", "alone"))
    return Choice(
        checked_name(where, raw["id"]),
        checked_text(where, "text", raw["text"]),
        raw.get("points"),
        bool(raw.get("alone")),
    )


def _sides(where: str, raw: Mapping[str, Any], scale: Scale | None) -> dict[str, Text]:
    given = {side: checked_text(where, side, text) for side, text in (raw.get("sides") or {}).items()}
    found = {**(scale.sides if scale else {}), **given} if raw["kind"] in SIDES else given
    wanted = SIDES.get(raw["kind"], ())
    if set(found) != set(wanted):
        raise refused(
            where,
            phrase("sides {names}", names=", ".join(sorted(found)) or "-"),
            ", ".join(wanted) or phrase("no sides"),
        )
    return found


def _carried(where: str, raw: Mapping[str, Any]) -> Carried | None:
    if "carried" not in raw:
        return None
    checked_keys(where, raw["carried"], ("question", "chosen"), ("question", "chosen"))
    return Carried(str(raw["carried"]["question"]), bool(raw["carried"]["chosen"]))


def _quota(path: str, raw: Any) -> Quota:  # noqa: ANN401 - as the YAML holds it
    checked_keys(path, raw, ("id", "title", "limit"), _QUOTA)
    where = f"{path}:{checked_name(path, raw['id'])}"
    if ("when" in raw) == ("option" in raw):
        raise refused(where, phrase("when and option"), phrase("one of them"))
    if "option" in raw and ("skip" in raw or "words" in raw):
        raise refused(where, phrase("skip or words of an option"), phrase("those of a cell: an option that is full is not offered"))  # fmt: skip
    if type(raw["limit"]) is not int or raw["limit"] < 0 or not _days(raw.get("days")):
        raise refused(where, f"limit {raw['limit']!r}, days {raw.get('days')!r}", phrase("whole numbers, days of 1 or more"))  # fmt: skip
    question, _, code = str(raw.get("option", "")).partition(".")
    return Quota(
        raw["id"], checked_text(where, "title", raw["title"]), raw["limit"], _condition(where, raw), (question, code) if "option" in raw else None,
        raw.get("days"), tuple(map(str, checked_list(where, "skip", raw["skip"]))) if "skip" in raw else (),
        checked_text(where, "words", raw["words"]) if "words" in raw else None, str(raw.get("margin", "")),
    )  # fmt: skip


def _days(given: object) -> bool:
    return given is None or (type(given) is int and given >= 1)


def _score(path: str, raw: Any) -> ScoreRule:  # noqa: ANN401 - as the YAML holds it
    checked_keys(path, raw, ("id", "title", "way", "of"), ("id", "title", "way", "of", "weights", "least"))
    where = f"{path}:{checked_name(path, raw['id'])}"
    if raw["way"] not in WAYS:
        raise refused(where, phrase("way '{way}'", way=raw["way"]), either(WAYS))
    names = tuple(map(str, checked_list(where, "of", raw["of"])))
    # Half of the questions must be answered, unless the document says how many.
    least = int(raw.get("least", (len(names) + 1) // 2))
    return ScoreRule(
        raw["id"], checked_text(where, "title", raw["title"]), raw["way"], names, raw.get("weights"), least
    )


def _check_names(found: Questionnaire) -> None:
    """Refuse names that stand twice, scores of questions that are not there, and data of a kind that no condition reads."""
    each_once(found.path, [block.name for block in found.blocks])
    known = found.by_name
    scores = {score.name for score in found.scores}
    for score in found.scores:
        names = scores if WAYS[score.way].of_scores else set(known)
        odd = [name for name in score.questions if name not in names]
        if odd:
            raise refused(f"{found.path}:{score.name}", f"'{', '.join(odd)}'", either(sorted(names)))
        _check_score(found, score)
    for name, sort in cast("dict[str, Any]", found.given).items():
        if sort not in ("number", "text"):
            raise refused(f"{found.path}:given.{name}", f"{sort!r}", either(("number", "text")))


def _check_score(found: Questionnaire, score: ScoreRule) -> None:
    """Refuse a way of scoring that the questions do not have the answers for."""
    way, known = WAYS[score.way], found.by_name
    kinds = {name: known[name].kind for name in score.questions if name in known}
    odd = sorted(name for name, kind in kinds.items() if kind not in way.kinds)
    if odd and not way.of_scores:
        raise refused(f"{found.path}:{score.name}", f"'{', '.join(odd)}'", either(way.kinds))
    wrong = [known[name] for name in score.questions if score.way == "nps" and not _from_0_to_10(known[name])]
    if wrong:
        raise refused(
            f"{found.path}:{score.name}",
            f"'{wrong[0].name}'",
            phrase("a scale from 0 to 10, its high end the good one"),
        )
    shares = known.get(score.weights or "")
    if way.of_scores and (
        shares is None or shares.kind != "points" or shares.part_names() != score.questions
    ):
        raise refused(
            f"{found.path}:{score.name}",
            phrase("weights {name}", name=score.weights),
            phrase("a question of points with a row for each of {names}", names=", ".join(score.questions)),
        )


def _steering(found: Questionnaire, read: Mapping[str, float]) -> frozenset[str]:
    loops = {block.repeat for block in found.blocks if block.repeat}
    sources = {question.carried.question for question in found.by_name.values() if question.carried}
    return frozenset({name.partition(".")[0] for name in read} | loops | sources)


def _from_0_to_10(question: Question) -> bool:
    scale = question.scale
    return scale is not None and (scale.low, scale.high) == _PROMOTERS and not question.reverse
