"""What a catalogue or a policy must hold, and that everything they name is there and in force."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from zhike.core.contracts import CHANNELS, FAMILIES, contract
from zhike.core.errors import RuleError
from zhike.core.expressions import parse_expression
from zhike.core.language import LANGUAGES
from zhike.core.phrases import either, phrase
from zhike.core.rule_names import check_sorts
from zhike.core.rulebook import first_gap
from zhike.decide.catalogue import KINDS
from zhike.decide.constraint_lint import check_constraints
from zhike.decide.policy import Policy
from zhike.decide.said_lint import check_trigger

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.rule_names import Sort
    from zhike.core.rulebook import Rulebook, Version

__all__ = ["check_catalogue", "check_policy"]

_REQUIRED: Final = ("id", "kind", "title", "channels", "purpose", "group", "worth")
_ACTION: Final = (
    *_REQUIRED, "promoted", "mandatory", "repeatable", "priority", "cost", "reach", "effect_when_unscored", "trigger", "hours",
)  # fmt: skip
NO_RECORD: Final = "consent.no_record"
"""The rule that refuses where no answer of the customer is on record."""
_AGE: Final = "customer.assessment_age_months"
REGIMES: Final = "eligibility.regime"
"""Folder of the rules that say which suitability regimes a policy's packs cover."""


def check_catalogue(version: Version, names: Mapping[str, Sort]) -> None:
    """Raise `RuleError` at the first thing that is wrong with a catalogue."""
    path, value = version.path, version.value
    if not isinstance(value, dict) or not {"actions"} <= set(value) <= {"actions", "bundles"}:
        raise RuleError(
            what=f"{list(value) if isinstance(value, dict) else value!r}",
            path=path,
            expected=phrase("actions, and bundles"),
        )
    bundles = value.get("bundles") or []
    for action in value["actions"]:
        _check_action(path, action, ("products",), names)
    for bundle in bundles:
        _check_action(path, bundle, ("members",), names)
    ids = [action["id"] for action in (*value["actions"], *bundles)]
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        raise RuleError(
            what=phrase("id {names} twice", names=", ".join(repeated)),
            path=path,
            expected=phrase("each id once"),
        )
    if [action["id"] for action in value["actions"] if action["kind"] == "none"] != ["no_action"]:
        raise RuleError(
            what=phrase("no single no_action of kind none"),
            path=path,
            expected=phrase("doing nothing among the actions"),
        )


def _check_action(path: str, action: Any, extra: tuple[str, ...], names: Mapping[str, Sort]) -> None:  # noqa: ANN401 - as the YAML holds it
    if not isinstance(action, dict):
        raise RuleError(what=f"{action!r}", path=path, expected=phrase("an action with id, kind and title"))
    where = f"{path}:{action.get('id', '?')}"
    _check_keys(where, action, (*_REQUIRED, extra[0]), (*_ACTION, *extra))
    if action["kind"] not in KINDS:
        raise RuleError(what=phrase("kind '{kind}'", kind=action["kind"]), path=where, expected=either(KINDS))
    if not isinstance(action["title"], dict) or not all(
        action["title"].get(language) for language in LANGUAGES
    ):
        raise RuleError(
            what=phrase("title {title!r}", title=action["title"]),
            path=where,
            expected=phrase("a text in {names}", names=", ".join(LANGUAGES)),
        )
    if ":" in str(action["id"]):
        raise RuleError(
            what=phrase("id '{id}'", id=action["id"]), path=where, expected=phrase("an id without ':'")
        )
    _check_channels(where, action)
    _check_money(where, action)
    selectors = action[extra[0]]
    for selector in selectors if isinstance(selectors, list) else [selectors]:
        _check_selector(where, selector)
    if action.get("trigger") is not None:
        customer = {name: sort for name, sort in names.items() if name.startswith("customer.")}
        trigger = parse_expression(str(action["trigger"]), where)
        check_sorts(trigger, customer, where)
        check_trigger(trigger, str(action.get("kind", "")), where)


def _check_channels(where: str, action: Mapping[str, Any]) -> None:
    unknown = [channel for channel in action["channels"] if channel not in CHANNELS]
    if unknown or (not action["channels"] and action["kind"] != "none"):
        raise RuleError(
            what=phrase("channels {channels}", channels=action["channels"]),
            path=where,
            expected=phrase("some of {names}", names=", ".join(CHANNELS)),
        )
    for key in ("cost", "reach"):
        stray = sorted(set(action.get(key) or {}) - set(action["channels"]))
        if stray:
            raise RuleError(
                what=phrase("{key} of {names}", key=key, names=", ".join(stray)),
                path=where,
                expected=phrase("channels of the action"),
            )
    for key in ("reach", "effect_when_unscored"):
        shares = action.get(key) or 0
        for share in shares.values() if isinstance(shares, dict) else [shares]:
            _check_share(where, key, share)


def _check_money(where: str, action: Mapping[str, Any]) -> None:
    worth = action["worth"]
    if not isinstance(worth, dict) or set(worth) != {"amount", "currency"}:
        raise RuleError(
            what=phrase("worth {worth!r}", worth=worth), path=where, expected=phrase("amount and currency")
        )
    for key, amount in (
        ("worth", worth["amount"]),
        *((f"cost {k}", v) for k, v in (action.get("cost") or {}).items()),
    ):
        if not isinstance(amount, str):
            raise RuleError(
                what=f"{key} {amount!r}", path=where, expected=phrase('an amount in quotes, such as "12.00"')
            )
        try:
            Decimal(amount)
        except InvalidOperation as problem:
            raise RuleError(what=f"{key} '{amount}'", path=where, expected=phrase("an amount")) from problem


def _check_selector(where: str, selector: Any) -> None:  # noqa: ANN401 - as the YAML holds it
    if selector == "none":
        return
    known = {column.name: column.values for column in contract("products").columns}
    if not isinstance(selector, dict) or not selector or set(selector) - set(known):
        raise RuleError(
            what=phrase("selector {selector!r}", selector=selector),
            path=where,
            expected=phrase("product columns and lists of values, or none"),
        )
    for column, options in selector.items():
        allowed = FAMILIES if column == "family" else known[column]
        stray = [
            o for o in (options if isinstance(options, list) else [options]) if allowed and o not in allowed
        ]
        if stray:
            raise RuleError(
                what=f"{column} {', '.join(map(str, stray))}", path=where, expected=either(allowed)
            )


def check_policy(rulebook: Rulebook, version: Version, until: dt.date | None) -> None:
    """Raise an error at the first thing that is wrong with a policy in force from its first day until another day."""
    path, policy = version.path, version.value
    read = Policy.of(version)
    named = [
        ("catalogue", "catalogue"),
        ("caps", "parameter"),
        ("quiet_hours", "parameter"),
        ("risk_validity", "parameter"),
    ]
    for key, kind in named:
        if policy.get(key) is not None:
            _check_named(rulebook, version, policy[key], kind, until)
    rules = _rules_of(rulebook, version)
    _check_consent(version, rules)
    _check_validity(rulebook, version, rules)
    catalogue = rulebook.at(policy["catalogue"], version.first_day).value
    check_constraints(path, read.constraints, catalogue, str(version.first_day))
    if not any(rule.startswith(f"{REGIMES}.") for rule in rules):
        raise RuleError(
            what=phrase("no rule of {regimes}", regimes=REGIMES),
            path=path,
            expected=phrase("one that says which regimes the packs cover"),
        )


def _rules_of(rulebook: Rulebook, version: Version) -> set[str]:
    found: set[str] = set()
    for pack in version.value["packs"]:
        rules = {rule.path for rule in rulebook.in_force(pack, "rule", version.first_day)}
        if not rules:
            what = phrase(
                "pack '{pack}' without a rule in force on {first_day}", pack=pack, first_day=version.first_day
            )
            raise RuleError(
                what=what, path=version.path, expected=phrase("the path of a rule or of a folder of rules")
            )
        found |= rules
    return found


def _check_named(rulebook: Rulebook, version: Version, target: str, kind: str, until: dt.date | None) -> None:
    entry = rulebook.entry(target)
    if entry.kind != kind:
        raise RuleError(
            what=phrase("'{target}' of kind {kind}", target=target, kind=entry.kind),
            path=version.path,
            expected=phrase("a {kind}", kind=kind),
        )
    gap = first_gap(entry, version.first_day, until)
    if gap is not None:
        raise RuleError(
            what=phrase("'{target}' not in force on {gap}", target=target, gap=gap),
            path=version.path,
            expected=phrase("a value on every day of the policy"),
        )


def _check_consent(version: Version, rules: set[str]) -> None:
    answer = (version.value.get("consent") or {}).get("no_record", "deny")
    if answer not in ("deny", "presume"):
        raise RuleError(
            what=f"consent.no_record '{answer}'", path=version.path, expected=phrase("deny or presume")
        )
    if (answer == "deny") != (NO_RECORD in rules):
        expected = phrase("the pack {no_record} exactly where no_record is deny", no_record=NO_RECORD)
        raise RuleError(what=f"consent.no_record: {answer}", path=version.path, expected=expected)


def _check_validity(rulebook: Rulebook, version: Version, rules: set[str]) -> None:
    """Refuse a policy whose archive counts the validity of an answer by another period than its rules do."""
    for rule in rules:
        spoken = rulebook.at(rule, version.first_day)
        if any(_AGE in str(part) for part in spoken.value.values()):
            periods = (spoken.head.get("parameters") or {}).values()
            if version.value.get("risk_validity") not in periods:
                what = f"risk_validity {version.value.get('risk_validity')}"
                raise RuleError(
                    what=what,
                    path=version.path,
                    expected=phrase("{names}, as {rule} has it", names=", ".join(periods), rule=rule),
                )


def _check_keys(where: str, raw: Any, required: tuple[str, ...], known: tuple[str, ...]) -> None:  # noqa: ANN401 - as the YAML holds it
    if not isinstance(raw, dict):
        raise RuleError(
            what=f"{raw!r}", path=where, expected=phrase("the keys {names}", names=", ".join(required))
        )
    missing, odd = [key for key in required if key not in raw], sorted(set(raw) - set(known))
    if missing:
        raise RuleError(
            what=phrase("no {names}", names=", ".join(missing)),
            path=where,
            expected=phrase("the keys {names}", names=", ".join(required)),
        )
    if odd:
        raise RuleError(
            what=phrase("key {names}", names=", ".join(map(str, odd))),
            path=where,
            expected=phrase("only {names}", names=", ".join(known)),
        )


def _check_share(where: str, key: str, share: object) -> None:
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise RuleError(what=f"{key} {share!r}", path=where, expected=phrase("a share between 0 and 1"))
