"""What a map of a journey should not leave open: who answers for a touchpoint, what is promised there, how it is measured, where nobody is met.

Each finding names the document, the stage or touchpoint and what to change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError, RuleNotFoundError
from zhike.core.language import Text
from zhike.decide.rule_lint import Problem
from zhike.measure.journeys.reading import KIND, read_journey
from zhike.measure.surveys.lint import untranslated
from zhike.measure.surveys.reading import read_questionnaire

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from zhike.core.rulebook import Rulebook, Version
    from zhike.measure.journeys.journey_map import Journey, Touchpoint
    from zhike.measure.surveys.questionnaire import Question

__all__ = ["journey_findings", "lint", "promised"]

_ROLES: Final = "access.roles"
_INSTRUMENTS: Final = "instruments"
_CODED: Final = ("single", "multiple", "text")


def journey_findings(rulebook: Rulebook) -> list[Problem]:
    """Return what is wrong with every version of every journey of a rulebook, in path order."""
    versions = [version for entry in rulebook if entry.kind == KIND for version in entry.versions]
    return [problem for version in versions if version.value is not None for problem in lint(rulebook, version)]  # fmt: skip


def lint(rulebook: Rulebook, version: Version) -> list[Problem]:
    """Return what is wrong with one version: what breaks the schema, or else everything that it leaves open."""
    try:
        journey = read_journey(version)
    except RuleError as error:
        return [Problem.of(error)]
    book = _Book(rulebook, version.first_day)
    found = [problem for stage in journey.stages for problem in _stage(journey.path, stage.touchpoints, stage.name, unserved=stage.unserved)]  # fmt: skip
    for one in journey.touchpoints:
        found += [*_owned(journey, one, book), *_promised(journey, one, book), *_measured(journey, one, book)]
    found += [*_questions(journey, book), *_activities(journey)]
    titles = [
        *((one.name, one.title) for one in journey.stages),
        *((one.name, one.title) for one in journey.touchpoints),
        *((one.name, one.title) for one in journey.needs),
    ]
    for name, title in titles:
        found += untranslated(f"{journey.path}:{name}", title) if title is not None else ()
    return found


def promised(rulebook: Rulebook, promise: str, at: dt.date) -> Any:  # noqa: ANN401 - whatever the standard holds
    """Return what a promise refers to on a day: a document, or the part of it after a colon.

    Raises
    ------
    RuleNotFoundError
        When there is no such document, it is not in force, or has no such part.
    """
    path, _, part = promise.partition(":")
    value = rulebook.at(path, at).value
    if not part:
        return value
    if not isinstance(value, dict) or part not in value:
        known = ", ".join(map(str, value)) if isinstance(value, dict) else ""
        raise RuleNotFoundError(path=promise, at=at, known=known)
    return value[part]


class _Book:
    """The rulebook on the first day of a map."""

    def __init__(self, rulebook: Rulebook, day: dt.date) -> None:
        self._rulebook, self._day = rulebook, day

    def owners(self) -> set[str] | None:
        """Return the roles; None where the rulebook has none."""
        entry = self._rulebook.entries.get(_ROLES)
        return set(entry.versions[0].head.get("roles") or {}) if entry else None

    def keeps(self, promise: str) -> bool:
        """Return whether a promise names a standard in force."""
        try:
            promised(self._rulebook, promise, self._day)
        except RuleNotFoundError:
            return False
        return True

    def question(self, metric: str) -> Question | None:
        """Return the question that a metric names."""
        instrument, _, key = metric.partition(":")
        try:
            return read_questionnaire(self._rulebook.at(f"{_INSTRUMENTS}.{instrument}", self._day)).question(
                key.partition(".")[0]
            )
        except (RuleError, RuleNotFoundError):
            return None


def _finding(where: str, code: str, en: str, hans: str, hant: str) -> Problem:
    return Problem(where, code, Text(en, hans, hant))


def _stage(path: str, points: tuple[Touchpoint, ...], name: str, *, unserved: bool) -> Iterator[Problem]:
    if not points and not unserved:
        yield _finding(
            f"{path}:{name}", "stage_empty",
            "no touchpoint; add one, or say with unserved that nobody is met here",
            "该阶段没有触点；请补充，或以 unserved 注明此处无人服务", "該階段沒有觸點；請補充，或以 unserved 註明此處無人服務",
        )  # fmt: skip
    if points and unserved:
        yield _finding(
            f"{path}:{name}", "stage_served", "unserved, and it has a touchpoint; take one of them out",
            "注明 unserved 却有触点；请删去其一", "註明 unserved 卻有觸點；請刪去其一",
        )  # fmt: skip


def _owned(journey: Journey, one: Touchpoint, book: _Book) -> Iterator[Problem]:
    where, owners = f"{journey.path}:{one.name}", book.owners()
    if one.owner is None:
        yield _finding(
            where, "no_owner", "nobody answers for it; name the role of its owner", "无人负责；请注明责任角色", "無人負責；請註明責任角色"
        )  # fmt: skip
    elif owners is not None and one.owner not in owners:
        yield _finding(
            where, "owner_unknown", f"'{one.owner}' is no role of {_ROLES}; name one of them",
            f"“{one.owner}”不是 {_ROLES} 中的角色；请改为其中之一", f"「{one.owner}」不是 {_ROLES} 中的角色；請改為其中之一",
        )  # fmt: skip
    if one.often is None:
        yield _finding(
            where, "no_frequency", "nobody knows how often it is to be met; give often",
            "未说明预期频次；请填写 often", "未說明預期頻次；請填寫 often",
        )  # fmt: skip


def _promised(journey: Journey, one: Touchpoint, book: _Book) -> Iterator[Problem]:
    where = f"{journey.path}:{one.name}"
    if one.promise is None:
        yield _finding(
            where, "no_promise", "nothing is promised; name the service standard", "没有服务承诺；请注明服务标准", "沒有服務承諾；請註明服務標準"
        )  # fmt: skip
    elif not book.keeps(one.promise):
        yield _finding(
            where, "promise_unknown", f"'{one.promise}' names no standard in force; correct it, or write the standard",
            f"“{one.promise}”不是生效的服务标准；请更正，或先制定该标准", f"「{one.promise}」不是生效的服務標準；請更正，或先制定該標準",
        )  # fmt: skip


def _measured(journey: Journey, one: Touchpoint, book: _Book) -> Iterator[Problem]:
    where = f"{journey.path}:{one.name}"
    if one.metric is None:
        yield _finding(
            where, "no_metric", "nothing measures it; name the question that rates it", "没有衡量指标；请注明评价题目", "沒有衡量指標；請註明評價題目"
        )  # fmt: skip
        return
    question = book.question(one.metric)
    scale = None if question is None else question.scale
    if scale is None:
        yield _unknown_question(where, one.metric)
    elif journey.scale != (scale.low, scale.high):
        low, high = journey.scale or (0, 0)
        yield _finding(
            where, "scale_other", f"'{one.metric}' runs from {scale.low} to {scale.high}, the map from {low:g} to {high:g}; use one scale",
            f"“{one.metric}”的量表为 {scale.low} 至 {scale.high}，地图为 {low:g} 至 {high:g}；请统一量表",
            f"「{one.metric}」的量表為 {scale.low} 至 {scale.high}，地圖為 {low:g} 至 {high:g}；請統一量表",
        )  # fmt: skip


def _unknown_question(where: str, metric: str) -> Problem:
    return _finding(
        where, "metric_unknown", f"'{metric}' names no question of an instrument in force that fits; write instrument:question",
        f"“{metric}”不是生效问卷中的合适题目；请写作 问卷:题目", f"「{metric}」不是生效問卷中的合適題目；請寫作 問卷:題目",
    )  # fmt: skip


def _questions(journey: Journey, book: _Book) -> Iterator[Problem]:
    """Yield questions about the whole, channels and needs that no instrument asks."""
    overall = book.question(journey.overall)
    if overall is None or overall.scale is None:
        yield _unknown_question(journey.path, journey.overall)
    asked = [(journey.path, one) for one in (journey.preferred, journey.used) if one]
    asked += [(f"{journey.path}:{need.name}", one) for need in journey.needs for one in (need.wanted, need.had) if one]  # fmt: skip
    for where, one in asked:
        question = book.question(one)
        part = one.partition(":")[2].partition(".")[2]
        if (
            question is None
            or question.kind not in _CODED
            or (part and part not in {choice.code for choice in question.choices})
        ):
            yield _unknown_question(where, one)


def _activities(journey: Journey) -> Iterator[Problem]:
    """Yield events that two touchpoints of one channel would both take."""
    taken: dict[tuple[str, str], str] = {}
    for one in journey.touchpoints:
        for activity in one.events:
            other = taken.setdefault((activity, one.channel), one.name)
            if other != one.name:
                yield _finding(
                    f"{journey.path}:{one.name}", "activity_twice", f"'{activity}' on {one.channel} is an event of '{other}' too; give it to one of them",
                    f"{one.channel} 上的“{activity}”同时归于“{other}”；请只归于一个触点", f"{one.channel} 上的「{activity}」同時歸於「{other}」；請只歸於一個觸點",
                )  # fmt: skip
