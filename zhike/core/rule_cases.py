"""Cases of a rule: examples that a lawyer can read, run against the document beside which they lie.

A case names a day, the attributes that matter and what is expected; attributes that it does not name are unknown. What is
expected depends on the kind of document:

=========  ==========================  =====================================================================
kind       the case gives              expect
=========  ==========================  =====================================================================
rule       customer, product, action,  ``permitted``, ``refused``, ``obliged`` or ``not_applicable``
           pair
table      input                       the outputs
grants     request                     the highest class of personal data that it opens, or ``denied``
parameter  key (optional)              the value, or its part under that key
catalogue  action, customer            ``triggered`` or ``not_triggered``
policy                                 some of its keys, dotted
any                                    ``none``: not in force that day
=========  ==========================  =====================================================================

What a ``questionnaire`` asks and scores, what a ``journey`` says, how a ``calendar`` and ``clocks`` count, is known to layers above;
whoever runs their cases hands in the readers (`zhike.measure.rule_kinds.READERS`).
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.decision_tables import DecisionTable
from zhike.core.errors import RuleError
from zhike.core.expressions import parse_expression
from zhike.core.grants import CLASSES, NEAR, NO_CUSTOMER, GrantTable
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.core.rulebook import Rulebook, Version

    Reader = Callable[[Rulebook, Version, Mapping[str, Any]], object]

__all__ = ["NOT_IN_FORCE", "CaseResult", "run_case", "run_cases"]

NOT_IN_FORCE: Final = "none"
DENIED: Final = "denied"
_NOBODY: Final = "none"
GROUPS: Final = ("customer", "product", "action", "pair")
OUTCOMES: Final = {
    "rule": ("permitted", "refused", "obliged", "not_applicable"),
    "catalogue": ("triggered", "not_triggered"),
    "grants": (*CLASSES, DENIED),
}
_KEYS: Final = {
    "rule": GROUPS,
    "table": ("input",),
    "grants": ("request",),
    "parameter": ("key",),
    "catalogue": ("action", "customer"),
    "policy": (),
    "questionnaire": ("given", "elder", "seed", "answers"),
    "calendar": ("day",),
    "clocks": ("clock", "received", "complexity", "events", "matter", "until"),
    "journey": ("touchpoint", "stage"),
}
_NO_MORE: Final[Mapping[str, Reader]] = {}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What one case expected and what came out."""

    path: str
    name: str
    at: dt.date
    expected: Any
    found: Any

    @property
    def passed(self) -> bool:
        """Whether the document says what the case expects."""
        return bool(self.expected == self.found) and isinstance(self.found, bool) == isinstance(
            self.expected, bool
        )


def run_cases(
    rulebook: Rulebook, cases: Mapping[str, list[Mapping[str, Any]]], further: Mapping[str, Reader] = _NO_MORE
) -> list[CaseResult]:
    """Run every case of every document, in path order, then in the order of the file.

    Parameters
    ----------
    further : mapping of str to function
        Readers of the kinds that layers above know; see `run_case`.

    Raises
    ------
    RuleError, RuleNotFoundError
        When a case is malformed or there is no document that it could be about.
    """
    return [run_case(rulebook, path, case, further) for path in sorted(cases) for case in cases[path]]


def run_case(
    rulebook: Rulebook, path: str, case: Mapping[str, Any], further: Mapping[str, Reader] = _NO_MORE
) -> CaseResult:
    """Run one case.

    Parameters
    ----------
    rulebook : Rulebook
        The whole rulebook: a rule's parameters are documents of their own.
    path : str
        Dotted path of the document.
    case : mapping
        As the cases file holds it.
    further : mapping of str to function
        By kind of document: what the document answers to a case, given rulebook, version and case.

    Raises
    ------
    RuleError
        When nobody can read cases of the document's kind, or the case lacks its name, day or expectation, or has a key that this kind of document does not know.

    Examples
    --------
    >>> from zhike.core.rulebook import Rulebook, parse_entry
    >>> day = dt.date(2026, 2, 1)
    >>> raw = {"kind": "parameter", "title": {"en": "Age", "zh-Hans": "年龄", "zh-Hant": "年齡"}, "owner": "law",
    ...        "last_checked": day, "status": "confirmed", "values": {day: 65}, "reference": {day: {"title": "Art. 18"}}}
    >>> rules = Rulebook({"age": parse_entry("age", raw)})
    >>> run_case(rules, "age", {"name": "in force", "at": day, "expect": 65}).passed
    True
    """
    entry = rulebook.entry(path)
    check_case(path, entry.kind, case)
    version = entry.in_force(case["at"])
    readers = {**_FOUND, **further}
    if entry.kind not in readers:
        raise RuleError(what=phrase("kind '{kind}'", kind=entry.kind), path=path, expected=either(readers))
    found = NOT_IN_FORCE if version is None else readers[entry.kind](rulebook, version, case)
    return CaseResult(path, case["name"], case["at"], case["expect"], found)


def check_case(path: str, kind: str, case: Mapping[str, Any]) -> None:
    """Raise `RuleError` unless a case has the keys that its kind of document needs, and no others."""
    where = phrase("{path} case '{name}'", path=path, name=case.get("name", "?"))
    missing = [key for key in ("name", "at", "expect") if key not in case]
    unknown = sorted(set(case) - {"name", "at", "expect", *_KEYS[kind]})
    if missing or unknown:
        what = (
            phrase("no {names}", names=", ".join(missing))
            if missing
            else phrase("key {names}", names=", ".join(unknown))
        )
        raise RuleError(
            what=what,
            path=where,
            expected=phrase("name, at, expect and {names}", names=either(_KEYS[kind]) or phrase("no more")),
        )
    if not isinstance(case["at"], dt.date) or isinstance(case["at"], dt.datetime):
        raise RuleError(
            what=phrase("at {at!r}", at=case["at"]), path=where, expected=phrase("a day such as 2026-02-01")
        )
    known = (*OUTCOMES.get(kind, ()), NOT_IN_FORCE)
    if kind in OUTCOMES and case["expect"] not in known:
        raise RuleError(
            what=phrase("expect {expect!r}", expect=case["expect"]), path=where, expected=either(known)
        )
    for group in (
        key
        for key in (*GROUPS, "input", "request")
        if key in case and not (kind == "catalogue" and key == "action")
    ):
        if not isinstance(case[group], dict):
            raise RuleError(
                what=f"{group} {case[group]!r}", path=where, expected=phrase("attributes and their values")
            )


def parameter_values(rulebook: Rulebook, version: Version, at: dt.date) -> dict[str, Any]:
    """Return the parameters of a rule on a day by their local names."""
    targets: Mapping[str, str] = version.head.get("parameters") or {}
    return {name: _plain(rulebook.at(target, at).value) for name, target in targets.items()}


def _rule(rulebook: Rulebook, version: Version, case: Mapping[str, Any]) -> str:
    applies = parse_expression(str(version.value["applies"]), version.path)
    refuses = version.head["effect"] == "refuse"
    tests = parse_expression(str(version.value["requires" if refuses else "compares"]), version.path)
    values: dict[str, Any] = dict.fromkeys(applies.names | tests.names, np.nan)
    for group in GROUPS:
        values |= {f"{group}.{name}": _plain(value) for name, value in (case.get(group) or {}).items()}
    values |= parameter_values(rulebook, version, case["at"])
    if bool(applies.truth(values).false):
        return "not_applicable"
    if not refuses:
        return "obliged"
    return "permitted" if bool(tests.truth(values).true) else "refused"


def _table(_: Rulebook, version: Version, case: Mapping[str, Any]) -> dict[str, Any]:
    table = DecisionTable.of(version)
    given = case.get("input") or {}
    unknown = sorted(set(given) - set(table.inputs))
    if unknown:
        where = phrase("{path} case '{name}'", path=version.path, name=case["name"])
        raise RuleError(
            what=phrase("input {names}", names=", ".join(unknown)), path=where, expected=either(table.inputs)
        )
    return table.decide({name: given.get(name) for name in table.inputs})


def _grants(_: Rulebook, version: Version, case: Mapping[str, Any]) -> str:
    table, where = (
        GrantTable.of(version),
        phrase("{path} case '{name}'", path=version.path, name=case["name"]),
    )
    request = case.get("request") or {}
    if set(request) != {"roles", "verb", "customer", "purpose"}:
        raise RuleError(
            what=phrase("request {request}", request=request),
            path=where,
            expected=phrase("roles, verb, customer and purpose"),
        )
    _known(where, request["roles"], table.roles)
    _known(where, [request["verb"]], table.verbs)
    _known(where, [request["purpose"]], table.purposes)
    near = _near(where, request["customer"])
    return table.judge(request["roles"], request["verb"], request["purpose"], near).highest or DENIED


def _near(where: object, raw: Any) -> int:  # noqa: ANN401 - one word or a list of them
    """Return the bits of the customer that a request is about."""
    if raw == _NOBODY:
        return NO_CUSTOMER
    ties = raw if isinstance(raw, list) else [raw]
    _known(where, ties, NEAR)
    return functools.reduce(operator.or_, (NEAR[tie] for tie in ties), NEAR["other"])


def _known(where: object, names: list[Any], known: Mapping[str, Any]) -> None:
    unknown = [str(name) for name in names if name not in known]
    if unknown:
        raise RuleError(what=f"'{', '.join(unknown)}'", path=where, expected=either(known))


def _parameter(_: Rulebook, version: Version, case: Mapping[str, Any]) -> object:
    return version.value if "key" not in case else _part(version, case, version.value, case["key"])


def _catalogue(_: Rulebook, version: Version, case: Mapping[str, Any]) -> str:
    offered = {
        action["id"]: action for action in (*version.value["actions"], *version.value.get("bundles", ()))
    }
    trigger = _part(version, case, offered, case.get("action")).get("trigger")
    if trigger is None:
        return "triggered"
    condition = parse_expression(str(trigger), version.path)
    given = {f"customer.{name}": _plain(value) for name, value in (case.get("customer") or {}).items()}
    holds = bool(condition.truth({**dict.fromkeys(condition.names, np.nan), **given}).true)
    return "triggered" if holds else "not_triggered"


def _policy(_: Rulebook, version: Version, case: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for dotted in case["expect"] if isinstance(case["expect"], dict) else ():
        part: Any = version.value
        for key in str(dotted).split("."):
            part = _part(version, case, part, key)
        found[dotted] = part
    return found


def _part(version: Version, case: Mapping[str, Any], whole: Any, key: Any) -> Any:  # noqa: ANN401 - as the YAML holds it
    try:
        return whole[key]
    except (KeyError, IndexError, TypeError) as problem:
        known = (
            ", ".join(map(str, whole))
            if isinstance(whole, dict)
            else phrase("a part of {whole!r}", whole=whole)
        )
        where = phrase("{path} case '{name}'", path=version.path, name=case["name"])
        raise RuleError(what=f"'{key}'", path=where, expected=known) from problem


def _plain(value: Any) -> Any:  # noqa: ANN401 - scalars of YAML in, scalars of the expression language out
    if value is None:
        return np.nan
    return float(value) if isinstance(value, bool | int | float) else value


_FOUND: Final[Mapping[str, Reader]] = {
    "rule": _rule,
    "table": _table,
    "grants": _grants,
    "parameter": _parameter,
    "catalogue": _catalogue,
    "policy": _policy,
}
