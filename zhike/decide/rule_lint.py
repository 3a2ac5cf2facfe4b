"""Problems of a rulebook: everything that can be proven wrong about its documents before a customer meets them.

The schema of the head is checked while a document is read (`zhike.core.rulebook`). Here the contents are checked, and
what documents say about each other: names, parameters in force, tables without gaps, references that resolve, cases.
Nothing stops at the first problem; an author sees all of them.
"""

from __future__ import annotations

import itertools
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.decision_tables import DecisionTable
from zhike.core.errors import PolicyError, RuleError, RuleNotFoundError
from zhike.core.expressions import parse_expression
from zhike.core.grants import GrantTable
from zhike.core.language import LANGUAGES, Text
from zhike.core.phrases import both, either, phrase
from zhike.core.rule_cases import NOT_IN_FORCE, OUTCOMES, check_case
from zhike.core.rule_names import check_sorts, sort_of
from zhike.core.rulebook import Rulebook, first_gap
from zhike.core.types import LAYERS
from zhike.decide.policy_lint import check_catalogue, check_policy
from zhike.decide.said_lint import check_said
from zhike.govern.deadlines.calendars import check_calendar
from zhike.govern.deadlines.regimes import check_regime
from zhike.govern.deadlines.service_levels import LEVELS, check_levels

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from zhike.core.decision_tables import Finding
    from zhike.core.rule_names import Sort
    from zhike.core.rulebook import Entry, Version

__all__ = ["Problem", "rulebook_problems"]

Cases = "Mapping[str, list[Mapping[str, Any]]]"

EFFECTS: Final = {"refuse": ("applies", "requires"), "oblige": ("applies", "compares")}
_WANTED: Final = {"refuse": ("permitted", "refused"), "oblige": ("obliged", "not_applicable")}
_HEAD: Final = ("kind", "title", "owner", "unit")
_HEADS: Final = {
    "parameter": (),
    "rule": ("layer", "code", "effect", "parameters", "message", "duty"),
    "table": ("inputs", "outputs", "hit", "parameters"),
    "grants": ("roles", "verbs", "purposes"),
    "catalogue": (),
    "policy": (),
    "questionnaire": (),
    "calendar": ("zone", "weekend"),
    "clocks": ("id", "zone", "calendar", "approvers"),
    "journey": (),
}
_FILLED: Final = ("value", "threshold")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document.

    Parameters
    ----------
    path : str
        Dotted path of the document, or the file and line where it could not be read.
    code : str
        What kind of problem.
    sentence : Text
    """

    path: str
    code: str
    sentence: Text

    @classmethod
    def of(cls, error: PolicyError | RuleError | RuleNotFoundError, path: str | None = None) -> Problem:
        """Return the problem that an error describes."""
        found: dict[str, str] = {language: error.render(language) for language in LANGUAGES}
        return cls(path or str(error.data["path"]), error.code, Text.of(found))


def rulebook_problems(
    rulebook: Rulebook, cases: Mapping[str, list[Mapping[str, Any]]], names: Mapping[str, Sort], at: dt.date
) -> list[Problem]:
    """Return every problem of a rulebook, in path order; empty for a sound one.

    Parameters
    ----------
    rulebook : Rulebook
    cases : mapping of str to list
        Cases by the path of their document.
    names : mapping of str to str
        Names that conditions may read, see `zhike.core.rule_names.vocabulary`.
    at : date
        Today: no document can have been checked later.

    Examples
    --------
    >>> rulebook_problems(Rulebook(), {}, {}, __import__("datetime").date(2026, 11, 21))
    []
    """
    found = [problem for entry in rulebook for problem in _entry_problems(rulebook, entry, names, at)]
    found += [
        problem for entry in rulebook for problem in _case_problems(entry, cases.get(entry.path, []), names)
    ]
    found += [
        _problem(
            path,
            "orphan",
            "cases of a document that is not there",
            "所属文档不存在的案例",
            "所屬文件不存在的案例",
        )
        for path in cases
        if path not in rulebook.entries
    ]
    found += _twice(rulebook)
    return sorted(found, key=lambda problem: (problem.path, problem.code, problem.sentence.en))


def _problem(path: str, code: str, en: str, hans: str, hant: str) -> Problem:
    return Problem(path, code, Text(en, hans, hant))


def _entry_problems(
    rulebook: Rulebook, entry: Entry, names: Mapping[str, Sort], at: dt.date
) -> Iterator[Problem]:
    if entry.last_checked > at:
        day = entry.last_checked
        yield _problem(
            entry.path,
            "checked_in_future",
            f"last_checked {day} is after {at}",
            f"last_checked {day} 晚于 {at}",
            f"last_checked {day} 晚於 {at}",
        )
    odd = sorted(set(entry.versions[0].head) - set(_HEAD) - set(_HEADS[entry.kind]))
    if odd:
        known = ", ".join((*_HEAD, *_HEADS[entry.kind]))
        yield Problem.of(
            RuleError(what=phrase("key {names}", names=", ".join(odd)), path=entry.path, expected=known)
        )
    for version in entry.versions:
        if version.value is not None:
            yield from _version_problems(rulebook, entry, version, names)


def _version_problems(
    rulebook: Rulebook, entry: Entry, version: Version, names: Mapping[str, Sort]
) -> Iterator[Problem]:
    try:
        if entry.kind == "rule":
            _check_rule(rulebook, version, names, _until(entry, version))
        elif entry.kind == "table":
            findings = _table_findings(rulebook, version, _until(entry, version))
            yield from (Problem(entry.path, finding.kind, finding.sentence) for finding in findings)
        elif entry.kind == "grants":
            findings = GrantTable.of(version).lint()
            yield from (Problem(entry.path, finding.kind, finding.sentence) for finding in findings)
        elif entry.kind == "catalogue":
            check_catalogue(version, names)
        elif entry.kind == "policy":
            check_policy(rulebook, version, _until(entry, version))
        elif entry.kind == "calendar":
            check_calendar(version)
        elif entry.kind == "clocks":
            check_regime(rulebook, version)
        elif entry.path == LEVELS:
            check_levels(rulebook, version)
    except (PolicyError, RuleError, RuleNotFoundError) as error:
        yield Problem.of(error, entry.path)


def _table_findings(rulebook: Rulebook, version: Version, until: dt.date | None) -> list[Finding]:
    """Return what is wrong with a decision table; its parameters are names that its outputs may say."""
    table = DecisionTable.of(version)
    outputs = [output for row in table.rows for output in row["then"].values()]
    said = {name for output in outputs for name in (output if isinstance(output, list) else [output])}
    _check_idle(version.path, set(_parameter_sorts(rulebook, version, until)) - said)
    return table.lint()


def _until(entry: Entry, version: Version) -> dt.date | None:
    """Return the first day on which a version no longer speaks, None while it lasts."""
    later = [other.first_day for other in entry.versions if other.first_day > version.first_day]
    return min(later, default=None)


def _check_rule(
    rulebook: Rulebook, version: Version, names: Mapping[str, Sort], until: dt.date | None
) -> None:
    head, path = version.head, version.path
    missing = [key for key in ("layer", "code", "effect", "message") if not head.get(key)]
    if missing:
        raise RuleError(
            what=phrase("no {names}", names=", ".join(missing)),
            path=path,
            expected=phrase("layer, code, effect and message"),
        )
    for key, known in (("layer", LAYERS), ("effect", tuple(EFFECTS))):
        if head[key] not in known:
            raise RuleError(what=f"{key} '{head[key]}'", path=path, expected=either(known))
    wanted = EFFECTS[head["effect"]]
    if not isinstance(version.value, dict) or set(version.value) != set(wanted):
        raise RuleError(what=f"{version.value!r}", path=path, expected=both(wanted))
    _check_message(path, "message", head["message"], filled=_FILLED)
    if head["effect"] == "oblige":
        _check_message(path, "duty", head.get("duty"), filled=())
    local = _parameter_sorts(rulebook, version, until)
    expressions = [parse_expression(str(version.value[key]), path) for key in wanted]
    for expression in expressions:
        check_sorts(expression, {**names, **local}, path)
    if head["effect"] == "refuse":
        for key, expression in zip(wanted, expressions, strict=True):
            check_said(expression, path, applies=key == "applies")
    _check_idle(path, set(local) - {name for expression in expressions for name in expression.names})


def _check_idle(path: str, idle: set[str]) -> None:
    if idle:
        names = ", ".join(sorted(idle))
        raise RuleError(
            what=phrase("parameter '{names}' that is never read", names=names),
            path=path,
            expected=phrase("only what is read"),
        )


def _parameter_sorts(rulebook: Rulebook, version: Version, until: dt.date | None) -> dict[str, Sort]:
    """Return the local names of a rule's parameters, all of them in force as long as the rule is."""
    found: dict[str, Sort] = {}
    for name, target in (version.head.get("parameters") or {}).items():
        entry = rulebook.entry(target)
        if entry.kind != "parameter" or "." in name:
            raise RuleError(
                what=f"'{name}: {target}'",
                path=version.path,
                expected=phrase("a plain name and a parameter's path"),
            )
        gap = first_gap(entry, version.first_day, until)
        if gap is not None:
            what = phrase("parameter '{target}' not in force on {gap}", target=target, gap=gap)
            raise RuleError(
                what=what,
                path=version.path,
                expected=phrase("a value on every day on which the rule is in force"),
            )
        sorts = {sort_of(other.value) for other in entry.versions if other.value is not None}
        sort = sorts.pop()
        if sort is None or sorts:
            raise RuleError(
                what=phrase("parameter '{target}'", target=target),
                path=version.path,
                expected=phrase("one number or one text"),
            )
        found[name] = sort
    return found


def _check_message(path: str, key: str, raw: object, filled: tuple[str, ...]) -> None:
    if not isinstance(raw, dict) or set(raw) != set(LANGUAGES) or not all(raw.values()):
        raise RuleError(
            what=f"{key} {raw!r}", path=path, expected=phrase("a text in {names}", names=", ".join(LANGUAGES))
        )
    named = {language: _placeholders(path, str(raw[language])) for language in LANGUAGES}
    for language, marks in named.items():
        if marks - set(filled):
            only = " and ".join(f"{{{mark}}}" for mark in filled)
            expected = phrase("only {only}", only=only) if filled else phrase("no {{...}}")
            raise RuleError(
                what=phrase(
                    "{key} in {language} with {marks}", key=key, language=language, marks=sorted(marks)
                ),
                path=path,
                expected=expected,
            )
        if marks != named["en"]:
            raise RuleError(
                what=phrase(
                    "{key} in {language} with {marks}", key=key, language=language, marks=sorted(marks)
                ),
                path=path,
                expected=phrase("{en} as in en", en=sorted(named["en"])),
            )


def _placeholders(path: str, text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as problem:
        raise RuleError(
            what=f"'{text}' ({problem})", path=path, expected=phrase("braces in pairs")
        ) from problem


def _case_problems(
    entry: Entry, cases: list[Mapping[str, Any]], names: Mapping[str, Sort]
) -> Iterator[Problem]:
    sound = True
    for case in cases:
        try:
            check_case(entry.path, entry.kind, case)
            _check_case_names(entry, case, names)
        except RuleError as error:
            sound = False
            yield Problem.of(error, entry.path)
    if not cases:
        yield _problem(entry.path, "no_cases", "has no cases beside it", "旁边没有案例文件", "旁邊沒有案例檔")
    elif sound:
        yield from _missing_outcomes(entry, cases)
        for name in sorted(_repeated([str(case["name"]) for case in cases])):
            yield _problem(
                entry.path,
                "case_twice",
                f"two cases are named '{name}'",
                f"有两个案例同名“{name}”",
                f"有兩個案例同名「{name}」",
            )


def _missing_outcomes(entry: Entry, cases: list[Mapping[str, Any]]) -> Iterator[Problem]:
    expected = [case["expect"] for case in cases]
    if all(outcome == NOT_IN_FORCE for outcome in expected):
        yield _problem(
            entry.path, "no_cases", "no case of a day in force", "没有生效日的案例", "沒有生效日的案例"
        )
    effect = str(entry.versions[0].head.get("effect"))
    for outcome in _WANTED.get(effect, ()) if entry.kind == "rule" else ():
        if outcome not in expected:
            yield _problem(
                entry.path,
                "case_missing",
                f"no case is {outcome}",
                f"缺少结果为 {outcome} 的案例",
                f"缺少結果為 {outcome} 的案例",
            )


def _check_case_names(entry: Entry, case: Mapping[str, Any], names: Mapping[str, Sort]) -> None:
    """Refuse an attribute that no condition could read: it is a slip of the pen, not an unknown."""
    where = phrase("{path} case '{name}'", path=entry.path, name=case["name"])
    for group in ("customer", "product", "action", "pair") if entry.kind in OUTCOMES else ():
        given = case.get(group) or {}
        for name, value in given.items() if isinstance(given, dict) else ():
            sort = names.get(f"{group}.{name}")
            if sort is None:
                raise RuleError(
                    what=phrase("unknown name '{group}.{name}'", group=group, name=name),
                    path=where,
                    expected=phrase("a name that rules may read"),
                )
            if value is not None and sort_of(value) != sort:
                raise RuleError(
                    what=f"{group}.{name} {value!r}", path=where, expected=phrase("a {sort}", sort=sort)
                )


def _twice(rulebook: Rulebook) -> Iterator[Problem]:
    """Find codes that two rules share: a stored decision could not tell them apart."""
    codes = sorted((str(e.versions[0].head.get("code")), e.path) for e in rulebook if e.kind == "rule")
    for code, shared in itertools.groupby(codes, key=lambda item: item[0]):
        paths = [path for _, path in shared]
        for path in paths[1:]:
            yield _problem(
                path,
                "code_twice",
                f"code '{code}' is that of {paths[0]}",
                f"代码“{code}”与 {paths[0]} 重复",
                f"代碼「{code}」與 {paths[0]} 重複",
            )


def _repeated(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
