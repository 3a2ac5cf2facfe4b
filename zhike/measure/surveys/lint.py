"""What should not be asked that way: wording, scales, ways out, ways through, length.

Each finding names the document, the question and what to change. A questionnaire with a finding can still be asked; one that breaks
its schema cannot, and that is told first.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError, RuleNotFoundError
from zhike.core.language import LANGUAGES, Text
from zhike.decide.rule_lint import Problem
from zhike.measure.surveys.exploring import explore
from zhike.measure.surveys.length import minutes_on
from zhike.measure.surveys.reading import read_questionnaire

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from zhike.core.rulebook import Rulebook, Version
    from zhike.measure.surveys.exploring import Explored
    from zhike.measure.surveys.questionnaire import Question, Questionnaire, Scale

__all__ = ["TIMING", "WORDING", "findings", "lint", "rulebook_findings", "untranslated"]

WORDING: Final = "surveys.wording"
TIMING: Final = "surveys.timing"
_ASKS_ONE: Final = ("rating", "single", "matrix", "pair", "kano")
_EXPERIENCE: Final = ("rating", "matrix", "pair")
_DIRECTED: Final = ("rating", "matrix", "pair")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_LETTERS: Final = re.compile(r"[A-Za-z]{2,}")


def rulebook_findings(rulebook: Rulebook, at: dt.date) -> list[Problem]:
    """Return what is wrong with every version of every questionnaire of a rulebook, in path order.

    Parameters
    ----------
    at : date
        Day on which the lists of words and times are read.
    """
    versions = [
        version
        for entry in rulebook
        if entry.kind == "questionnaire"
        for version in entry.versions
        if version.value is not None
    ]
    return [problem for version in versions for problem in lint(rulebook, version, at)]


def lint(rulebook: Rulebook, version: Version, at: dt.date) -> list[Problem]:
    """Return what is wrong with one version: what breaks the schema, or else everything that spoils answers."""
    try:
        questionnaire = read_questionnaire(version)
        return findings(questionnaire, rulebook.at(WORDING, at).value, rulebook.at(TIMING, at).value)
    except (RuleError, RuleNotFoundError) as error:
        return [Problem.of(error)]


def findings(
    questionnaire: Questionnaire,
    wording: Mapping[str, Any],
    timing: Mapping[str, Any],
    ways: tuple[Explored, Explored] | None = None,
) -> list[Problem]:
    """Return everything that spoils answers to a questionnaire.

    Parameters
    ----------
    wording : mapping
        As ``surveys.wording`` has it: ``joining``, ``leading`` and ``allowed`` words by language.
    timing : mapping
        As ``surveys.timing`` has it.
    ways : tuple of Explored, optional
        The whole and the short version played, where they have been.
    """
    found: list[Problem] = []
    for question in questionnaire.by_name.values():
        where = f"{questionnaire.path}:{question.name}"
        found += [*_worded(where, question, wording), *_way_out(where, question)]
        for text in _texts(question):
            found += untranslated(where, text)
    whole, short = ways or (explore(questionnaire), explore(questionnaire, elder=True))
    found += [
        *_scales(questionnaire),
        *_ways(questionnaire, whole, short),
        *_length(questionnaire, whole, timing),
        *_quotas(questionnaire, whole),
    ]
    return found


def _finding(where: str, code: str, en: str, hans: str, hant: str) -> Problem:
    return Problem(where, code, Text(en, hans, hant))


def _texts(question: Question) -> list[Text]:
    return [question.text, *question.sides.values(), *(choice.text for choice in question.choices)]


def _worded(where: str, question: Question, wording: Mapping[str, Any]) -> Iterator[Problem]:
    asked = [question.text, *question.sides.values()]
    asked += [choice.text for choice in question.choices] if question.kind == "matrix" else []
    for text in asked if question.kind in _ASKS_ONE else ():
        for language, word in _words_in(text, wording["joining"], wording["allowed"]):
            yield _finding(
                where,
                "double_barrelled",
                f"'{word}' in {language}: it may ask about two things; ask one question for each",
                f"{language} 文字含“{word}”，可能一题两问；请拆成两题",
                f"{language} 文字含「{word}」，可能一題兩問；請拆成兩題",
            )
    for text in asked:
        for language, word in _words_in(text, wording["leading"], wording["allowed"]):
            yield _finding(
                where,
                "leading",
                f"'{word}' in {language} tells what to answer; leave it out",
                f"{language} 文字含诱导性词语“{word}”；请删去",
                f"{language} 文字含誘導性詞語「{word}」；請刪去",
            )


def _words_in(
    text: Text, listed: Mapping[str, list[str]], allowed: Mapping[str, list[str]]
) -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        words = text.in_language(language).lower()
        for phrase in allowed.get(language, ()):
            words = words.replace(phrase.lower(), " ")
        for word in listed.get(language, ()):
            whole = rf"(?<![a-z]){re.escape(word.lower())}(?![a-z])"
            if re.search(whole, words):
                yield language, word


def _way_out(where: str, question: Question) -> Iterator[Problem]:
    if (
        question.kind in _EXPERIENCE
        and question.required
        and not (question.not_applicable or question.everyone)
    ):
        yield _finding(
            where,
            "no_way_out",
            "whom it does not concern has to answer; allow not_applicable, or say that everyone can answer",
            "与此无关者也必须作答；请允许 not_applicable，或注明 everyone",
            "與此無關者也必須作答；請允許 not_applicable，或註明 everyone",
        )


def untranslated(where: str, text: Text) -> Iterator[Problem]:
    """Yield the languages in which a text stands in another one."""
    found = [
        language
        for language in LANGUAGES
        if (language == "en" and _HAN.search(text.en))
        or (language != "en" and _LETTERS.search(text.en) and not _HAN.search(text.in_language(language)))
    ]
    for language in found:
        yield _finding(
            where,
            "untranslated",
            f"'{text.in_language(language)}' is not in {language}; translate it",
            f"“{text.in_language(language)}”不是 {language} 文字；请翻译",
            f"「{text.in_language(language)}」不是 {language} 文字；請翻譯",
        )


def _scales(questionnaire: Questionnaire) -> Iterator[Problem]:
    used: dict[int, tuple[Question, Scale]] = {}
    for question in questionnaire.by_name.values():
        if question.scale is not None:
            used.setdefault(id(question.scale), (question, question.scale))
    for question, scale in used.values():
        yield from _balanced(f"{questionnaire.path}:{question.name}", scale)
    ways = {_direction(scale) for question, scale in used.values() if question.kind in _DIRECTED}
    if {-1, 1} <= ways:
        first = next(q for q, scale in used.values() if q.kind in _DIRECTED and _direction(scale) < 0)
        yield _finding(
            f"{questionnaire.path}:{first.name}",
            "direction_mixed",
            "the high end of its scale is bad, of another it is good; turn one of them round",
            "此量表高端为差，另一量表高端为好；请统一方向",
            "此量表高端為差，另一量表高端為好；請統一方向",
        )


def _balanced(where: str, scale: Scale) -> Iterator[Problem]:
    leans = [scale.labels[point].lean for point in sorted(scale.labels)]
    if leans.count(1) != leans.count(-1):
        yield _finding(
            where,
            "unbalanced_scale",
            f"{leans.count(1)} labels lean to the good, {leans.count(-1)} to the bad; name as many of either",
            f"偏好标签 {leans.count(1)} 个，偏差标签 {leans.count(-1)} 个；两侧数目应相同",
            f"偏好標籤 {leans.count(1)} 個，偏差標籤 {leans.count(-1)} 個；兩側數目應相同",
        )
    if not {scale.low, scale.high} <= set(scale.labels):
        yield _finding(
            where,
            "ends_unnamed",
            "an end of the scale has no words; name both",
            "量表一端没有文字；请标明两端",
            "量表一端沒有文字；請標明兩端",
        )
    if leans not in (sorted(leans), sorted(leans, reverse=True)):
        yield _finding(
            where,
            "scale_out_of_order",
            "its labels go up and down; let them go one way",
            "标签好坏次序混乱；请按一个方向排列",
            "標籤好壞次序混亂；請按一個方向排列",
        )


def _direction(scale: Scale) -> int:
    ends = [scale.labels[point].lean for point in (scale.low, scale.high) if point in scale.labels]
    return 0 if len(ends) < 2 else (ends[1] > ends[0]) - (ends[1] < ends[0])  # noqa: PLR2004 - two ends


def _ways(questionnaire: Questionnaire, whole: Explored, short: Explored) -> Iterator[Problem]:
    questions = questionnaire.by_name
    for name in [name for name in questions if name not in whole.asked]:
        yield _finding(
            f"{questionnaire.path}:{name}",
            "unreachable",
            "no answers lead to it; correct the conditions before it",
            "任何作答都到不了此题；请更正其前的条件",
            "任何作答都到不了此題；請更正其前的條件",
        )
    if not any(question.short for question in questions.values()):
        yield _finding(
            questionnaire.path,
            "no_short_version",
            "no question is marked short; the elder mode would ask nothing",
            "没有题目标为 short；长者版将没有题目",
            "沒有題目標為 short；長者版將沒有題目",
        )
    for name in [name for name, one in questions.items() if one.short and name not in short.asked]:
        yield _finding(
            f"{questionnaire.path}:{name}",
            "unreachable_short",
            "the short version never comes to it; mark what its conditions read as short",
            "长者版到不了此题；请将其条件所读题目标为 short",
            "長者版到不了此題；請將其條件所讀題目標為 short",
        )
    for name in sorted(whole.gaps | short.gaps):
        yield _finding(
            f"{questionnaire.path}:{name}",
            "piped_unknown",
            "an answer is piped into its text that may have been passed over; require it, or ask only when it is known",
            "其文字引用的作答可能为空；请设为必答，或仅在已知时提问",
            "其文字引用的作答可能為空；請設為必答，或僅在已知時提問",
        )


def _quotas(questionnaire: Questionnaire, whole: Explored) -> Iterator[Problem]:
    taken = {name for cell in whole.cells for name in cell}
    for quota in questionnaire.quotas:
        where = f"{questionnaire.path}:{quota.name}"
        if not quota.limit:
            yield _finding(
                where,
                "quota_of_none",
                "a quota without places ends every sheet of its cell; give it places, or do not ask these people",
                "配额为零，凡属此格者一律无法作答；请给出名额，或不邀请此类客户",
                "配額為零，凡屬此格者一律無法作答；請給出名額，或不邀請此類客戶",
            )
        if quota.name not in taken:
            yield _finding(
                where,
                "quota_unreachable",
                "no sheet that comes to its end takes a place of it; correct its condition",
                "任何完整答卷都不会占用此配额；请更正其条件",
                "任何完整答卷都不會占用此配額；請更正其條件",
            )
    for one, other in sorted(_overlapping(questionnaire, whole)):
        yield _finding(
            f"{questionnaire.path}:{other}",
            "quotas_overlap",
            f"a sheet can take a place of it and of '{one}'; keep the cells apart, or give them different margins",
            f"同一答卷可同时占用此配额与“{one}”；请使各格互斥，或以 margin 区分",
            f"同一答卷可同時占用此配額與「{one}」；請使各格互斥，或以 margin 區分",
        )


def _overlapping(questionnaire: Questionnaire, whole: Explored) -> set[tuple[str, str]]:
    """Return the cells of one margin that one sheet takes places of, each pair in the order in which they are written."""
    cells = [quota for quota in questionnaire.quotas if quota.when is not None]
    return {
        (one.name, other.name)
        for one, other in combinations(cells, 2)
        if one.margin == other.margin and any({one.name, other.name} <= cell for cell in whole.cells)
    }


def _length(questionnaire: Questionnaire, whole: Explored, timing: Mapping[str, Any]) -> Iterator[Problem]:
    minutes = minutes_on(whole.longest, timing)
    if minutes > timing["most_minutes"]:
        yield _finding(
            questionnaire.path,
            "too_long",
            f"it takes about {minutes:.0f} minutes, more than {timing['most_minutes']}; leave questions out",
            f"约需 {minutes:.0f} 分钟，超过 {timing['most_minutes']} 分钟；请删减题目",
            f"約需 {minutes:.0f} 分鐘，超過 {timing['most_minutes']} 分鐘；請刪減題目",
        )
