"""Rules of the rulebook as conditions that judge a block of customers x actions and say why.

A condition has two halves. Where ``applies`` is surely false the rule is silent; where it is true *or unknown* the rule
speaks. A refusing rule then lets a candidate pass only where ``requires`` is surely true (default deny); an obliging
rule ties a duty to the candidate and lets it pass.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.errors import RuleError
from zhike.core.expressions import Expression, parse_expression
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.types import LAYERS, Reason
from zhike.decide.policy import Cap

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.core.rulebook import Rulebook, Version
    from zhike.decide.catalogue import Actions
    from zhike.decide.policy import Policy

__all__ = ["CAP_MAXIMUM", "CAP_WINDOW", "Condition", "conditions_of"]

CAP_WINDOW: Final = "pair.contacts_window"
CAP_MAXIMUM: Final = "pair.contacts_maximum"
"""Names under which a condition made of a contact cap reads the count and the cap."""
_TRIGGER: Final = "applicability.trigger"


@dataclass(frozen=True, slots=True)
class Condition:
    """One rule in force, with its parameters resolved.

    Parameters
    ----------
    applies, tests : Expression
        Where the rule speaks; what it requires (refuse) or compares (oblige).
    constants : mapping of str to scalar
        Parameters by their local names.
    aliases : mapping of str to str
        Names that stand for another attribute, as one contact rule serves several caps.
    """

    rule: str
    code: str
    layer: str
    effect: str
    applies: Expression
    tests: Expression
    constants: Mapping[str, Any]
    reference: str
    status: str
    title: Text
    message: Text
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The attributes that must be supplied, dotted."""
        read = {self.aliases.get(name, name) for name in self.applies.names | self.tests.names}
        return frozenset(read - set(self.constants))

    def to_dict(self) -> dict[str, Any]:
        """Return the condition as plain values, for the evidence of a run."""
        texts = {"title": self.title, "message": self.message}
        return {
            "rule": self.rule, "code": self.code, "layer": self.layer, "effect": self.effect,
            "applies": self.applies.source, "tests": self.tests.source,
            "constants": {name: _plain(value) for name, value in self.constants.items()},
            "aliases": dict(self.aliases), "reference": self.reference, "status": self.status,
            **{name: text.by_language() for name, text in texts.items()},
        }  # fmt: skip

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Condition:
        """Return the condition that `to_dict` wrote."""
        return cls(
            raw["rule"], raw["code"], raw["layer"], raw["effect"], parse_expression(raw["applies"], raw["rule"]),
            parse_expression(raw["tests"], raw["rule"]),
            {name: _scalar(value) for name, value in raw["constants"].items()}, raw["reference"], raw["status"],
            Text.of(raw["title"]), Text.of(raw["message"]), raw["aliases"],
        )  # fmt: skip

    def refused(
        self, values: Mapping[str, Any], speaks: NDArray[np.bool_] | None = None
    ) -> NDArray[np.bool_]:
        """Return where the rule refuses, broadcastable to (n_customers, n_actions); ``speaks`` is where it speaks, if known."""
        if self.effect != "refuse":
            return np.zeros((1, 1), dtype=np.bool_)
        bound = self._bound(values)
        where = self._speaks(bound) if speaks is None else speaks
        return where & ~self.tests.truth(bound).true

    def obliged(
        self, values: Mapping[str, Any], speaks: NDArray[np.bool_] | None = None
    ) -> NDArray[np.bool_]:
        """Return where the rule ties a duty to the candidate; ``speaks`` as in `refused`."""
        if self.effect != "oblige":
            return np.zeros((1, 1), dtype=np.bool_)
        return self._speaks(self._bound(values)) if speaks is None else speaks

    def speaks_of(self, values: Mapping[str, Any]) -> NDArray[np.bool_] | None:
        """Return where the rule speaks if some values suffice to tell, None where it reads others too."""
        bound = self._bound(values)
        return self._speaks(bound) if self.applies.names <= bound.keys() else None

    def _speaks(self, bound: Mapping[str, Any]) -> NDArray[np.bool_]:
        return np.asarray(~self.applies.truth(bound).false, dtype=np.bool_)

    def reason(self, values: Mapping[str, Any]) -> Reason:
        """Return the reason for one candidate, values being scalars."""
        bound = self._bound(values)
        value, threshold = (_plain(side) for side in self.tests.sides(bound))
        return Reason(
            self.rule, self.code, self.layer, value, threshold, self.reference, self._effect(values), self.status,
            self.title, self.message,
        )  # fmt: skip

    def _effect(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of Reason's literals
        if bool(np.all(self.applies.truth(self._bound(values)).false)):
            return "not_applicable"
        if self.effect == "oblige":
            return "obliged"
        return "refused" if bool(np.all(self.refused(values))) else "passed"

    def _bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        renamed = {name: values[target] for name, target in self.aliases.items() if target in values}
        return {**values, **renamed, **self.constants}


def conditions_of(rulebook: Rulebook, policy: Policy, actions: Actions, at: dt.date) -> list[Condition]:
    """Return every condition of a policy's packs in force on a day, in layer order, then by code.

    Contact caps become one condition each; every action template with a trigger becomes one.
    """
    versions = {v.path: v for pack in policy.packs for v in rulebook.in_force(pack, "rule", at)}
    found: list[Condition] = []
    for version in versions.values():
        condition = _condition(rulebook, version, at)
        reads_caps = CAP_WINDOW in condition.applies.names | condition.tests.names
        found += _per_cap(condition, caps_of(rulebook, policy, at)) if reads_caps else [condition]
    found += [_trigger(name, expression, policy) for name, expression in actions.triggers.items()]
    found.append(_holdout(policy))
    return sorted(found, key=lambda condition: (LAYERS.index(condition.layer), condition.code))


def caps_of(rulebook: Rulebook, policy: Policy, at: dt.date) -> list[Cap]:
    """Return the contact caps that a policy names."""
    if policy.caps is None:
        return []
    return [
        Cap(cap["channel"], int(cap["window_days"]), int(cap["maximum"]))
        for cap in rulebook.at(policy.caps, at).value
    ]


def _condition(rulebook: Rulebook, version: Version, at: dt.date) -> Condition:
    head, path = version.head, version.path
    missing = [key for key in ("layer", "code", "effect", "message") if key not in head]
    if missing or head["layer"] not in LAYERS or head["effect"] not in ("refuse", "oblige"):
        raise RuleError(
            what=phrase("layer, code, effect {missing}", missing=missing),
            path=path,
            expected=phrase("a layer of {names}", names=", ".join(LAYERS)),
        )
    constants = {
        name: rulebook.at(target, at).value for name, target in (head.get("parameters") or {}).items()
    }
    tests = version.value["requires" if head["effect"] == "refuse" else "compares"]
    return Condition(
        path, head["code"], head["layer"], head["effect"], parse_expression(str(version.value["applies"]), path),
        parse_expression(str(tests), path), {name: _scalar(value) for name, value in constants.items()},
        version.reference.title, version.status, version.title, _message(head),
    )  # fmt: skip


def _message(head: Mapping[str, Any]) -> Text:
    """Return what the rule says of a candidate; with an obliging rule, also what has to be done."""
    message = Text.of(head["message"])
    if not head.get("duty"):
        return message
    duty = Text.of(head["duty"])
    return Text(f"{message.en} {duty.en}", message.zh_hans + duty.zh_hans, message.zh_hant + duty.zh_hant)


def _per_cap(condition: Condition, caps: list[Cap]) -> list[Condition]:
    return [
        dataclasses.replace(
            condition,
            code=f"{condition.code}.{cap.channel}_{cap.window_days}d",
            applies=_with_channel(condition, cap.channel),
            constants={**condition.constants, CAP_MAXIMUM: float(cap.maximum)},
            aliases={CAP_WINDOW: f"customer.{cap.column}"},
        )
        for cap in caps
    ]


def _with_channel(condition: Condition, channel: str) -> Expression:
    if channel == "all":
        return condition.applies
    return parse_expression(f"({condition.applies.source}) and action.channel == '{channel}'", condition.rule)


def _trigger(template: str, expression: Expression, policy: Policy) -> Condition:
    """Return the condition under which a care, service or mandatory action fits the customer now."""
    return Condition(
        f"{policy.catalogue}:{template}", f"{_TRIGGER}.{template}", "applicability", "refuse",
        parse_expression(f"action.template == '{template}'"), expression, {}, policy.catalogue, "provisional",
        Text("The action fits the customer's situation", "该行动适合客户现状", "該行動適合客戶現況"),
        Text(
            "The customer's situation does not call for this action: {value} against {threshold}.",
            "客户现状不需要该行动：{value}，条件为 {threshold}。",
            "客戶現況不需要該行動：{value}，條件為 {threshold}。",
        ),
    )  # fmt: skip


def _holdout(policy: Policy) -> Condition:
    """Return the condition that keeps the permanent comparison group free of offers."""
    reference = Text("Permanent comparison group", "永久对照组", "永久對照組")
    return Condition(
        policy.path, "experiment.holdout", "experiment", "refuse", parse_expression("action.kind == 'sale'"),
        parse_expression("customer.held_out == 0"), {}, f"{policy.path} {policy.version}", "confirmed", reference,
        Text(
            "The customer belongs to the permanent comparison group, which gets no offers.",
            "该客户属于永久对照组，不向其提供产品。",
            "該客戶屬於永久對照組，不向其提供產品。",
        ),
    )  # fmt: skip


def _scalar(value: Any) -> Any:  # noqa: ANN401 - as the YAML holds it
    if value is None:
        return np.nan
    return float(value) if isinstance(value, bool | int | float) else value


def _plain(side: Any) -> Any:  # noqa: ANN401 - array, scalar or list in; plain Python out
    if isinstance(side, list):
        return [_plain(item) for item in side]
    item = np.asarray(side).ravel()[0] if np.asarray(side).size else None
    if item is None or (isinstance(item, float | np.floating) and np.isnan(item)):
        return None
    if isinstance(item, bool | np.bool_):
        return bool(item)
    if isinstance(item, int | float | np.integer | np.floating):
        return int(item) if float(item).is_integer() else float(item)
    return str(item) or None
