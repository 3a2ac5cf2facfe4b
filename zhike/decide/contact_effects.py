"""What a contact changes, by group of customers, and the groups that it surely harms: found from logged choices by the learners of an effect.

The order of customers by effect is that of models fitted on other folds (`zhike.decide.uplift.selector`); the effect of a group is the mean of its
doubly robust scores, right as far as the log is (`zhike.decide.contact_trial`), whatever the models are worth. All intervals told together hold
at 95 %, rows of one customer counting as one draw. *Do not contact* is said of a group only where all of its interval is below 0: a contact
brings fewer purchases than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import numpy as np

from zhike.core.language import Text
from zhike.decide.contact_trial import ATTRIBUTES
from zhike.decide.profiles import Profiles
from zhike.decide.uplift.groups import bands, group_effects
from zhike.decide.uplift.nuisance import cross_fit
from zhike.decide.uplift.regressions import Logistic
from zhike.decide.uplift.selector import EffectSelector, EffectsTogether
from zhike.know.vocabulary import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.decide.contact_trial import ContactTrial
    from zhike.decide.uplift.trial import Trial

__all__ = ["EVERYBODY", "ContactEffects", "Learnt", "group_words", "learn_contact_effects"]

EVERYBODY: Final = "everybody"
ORDER: Final = "effect_order"
"""Attributes beside those of customers: all together, and tenths of the order by effect, 01 the lowest."""
_OUTCOME: Final = Logistic()
_NAMES: Final[Mapping[str, Text]] = {
    EVERYBODY: Text("everybody", "全部客户", "全部客戶"),
    ORDER: Text("order by expected effect", "按预期效果排序", "按預期效果排序"),
    "age": Text("age", "年龄", "年齡"),
    "money": Text(
        "money here, by share of customers", "在本行资金（按客户分位）", "在本行資金（按客戶分位）"
    ),
    "tenure": Text("time with the bank", "开户年限", "開戶年限"),
    "digital": Text("usual channel", "惯用渠道", "慣用通路"),
    "kind": Text("kind of customer", "客户类型", "客戶類型"),
}
_LEVELS: Final[Mapping[str, Text]] = {
    EVERYBODY: Text("all choices", "全部选择", "全部選擇"),
    "unknown": Text("not known", "未知", "未知"),
    "digital": Text("app or web", "手机银行或网银", "行動銀行或網銀"),
    "personal": Text("branch, adviser or phone", "网点、客户经理或电话", "分行、理專或電話"),
    "person": Text("person", "个人", "個人"),
    "professional": Text("professional", "专业投资者", "專業投資人"),
    "firm": Text("firm", "企业", "企業"),
    "inactive": Text("inactive", "不活跃", "不活躍"),
}
_TENTH: Final = Text(
    "tenth {place} of 10, from those who gain least", "第 {place} 个十分位（由获益最少者起）", "第 {place} 個十分位（由獲益最少者起）"
)  # fmt: skip
_BETWEEN: Final = Text("{low} to {high} {unit}", "{low} 至 {high} {unit}", "{low} 至 {high} {unit}")
_BELOW: Final = Text("below {high} {unit}", "不足 {high} {unit}", "未滿 {high} {unit}")
_ABOVE: Final = Text("{low} {unit} or more", "{low} {unit}及以上", "{low} {unit}及以上")
_UNITS: Final[Mapping[str, Text]] = {
    "years": Text("years", "岁", "歲"), "months": Text("months", "个月", "個月"), "%": Text("%", "%", "%"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContactEffects:
    """What was learnt.

    Parameters
    ----------
    groups : tuple of mapping
        By attribute and group: ``attribute``, ``group``, ``customers``, ``choices``, ``effect`` (change in P(gets a product)), ``error``, ``low``,
        ``high``, ``do_not_contact``.
    rates : mapping of str to tuple of float
        Value and interval by what is ranked: ``effects`` and ``response`` over a random order, ``advantage`` of the first over the second.
    share : float
        Of the effects in the order that `zhike.decide.uplift.selector.EffectSelector` would use; the rest is the response's.
    edges : tuple of float
        Of the bands of money, minor units.
    """

    kind: ClassVar[str] = "contact_effects/1"

    groups: tuple[Mapping[str, Any], ...]
    rates: Mapping[str, tuple[float, float, float]]
    share: float
    edges: tuple[float, ...]

    @property
    def do_not_contact(self) -> tuple[Mapping[str, Any], ...]:
        """Groups of customers' attributes that a contact surely harms, worst first."""
        found = (one for one in self.groups if one["do_not_contact"] and one["attribute"] in ATTRIBUTES)
        return tuple(sorted(found, key=lambda one: one["effect"]))

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept (`zhike.learn.stored_model`)."""
        return {
            "groups": [dict(one) for one in self.groups], "share": self.share, "edges": list(self.edges),
            "rates": {name: list(values) for name, values in self.rates.items()},
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the effects of such a state."""
        rates = {str(name): (float(a), float(b), float(c)) for name, (a, b, c) in state["rates"].items()}
        return cls(tuple(state["groups"]), rates, float(state["share"]), tuple(state["edges"]))


@dataclass(frozen=True, slots=True)
class Learnt:
    """Effects, and P(gets a product) of every row by models that did not learn from its fold: shape (n,)."""

    effects: ContactEffects
    expected: NDArray[np.float64]


def learn_contact_effects(found: ContactTrial, least: int) -> Learnt:
    """Learn what a contact changes.

    Parameters
    ----------
    found : ContactTrial
    least : int
        Customers of a group below which it is not told.

    Raises
    ------
    UsageError
        Where an arm is empty outside some fold.
    """
    trial = found.trial
    nuisance = cross_fit(trial, _OUTCOME)
    scores, selector = found.scores(nuisance), EffectSelector().fit(trial, nuisance)
    told = (selector.rates_["effects"], selector.rates_["response"], selector.advantage_)
    rates = {
        name: (one.value, *one.interval)
        for name, one in zip(("effects", "response", "advantage"), told, strict=True)
    }
    labels = {EVERYBODY: [EVERYBODY] * len(trial), ORDER: bands(_order(trial))}
    labels |= {name: found.choices[name].to_list() for name in ATTRIBUTES}
    groups = tuple(_groups(scores, labels, found.choices["customer_id"].to_numpy(), least))
    effects = ContactEffects(groups, rates, selector.shares_["effects"], found.edges)
    return Learnt(effects, nuisance.expected(trial))


def group_words(attribute: str, group: str) -> tuple[Text, Text]:
    """Return the words of an attribute and of a group of it.

    Examples
    --------
    >>> attribute, group = group_words("age", "35-45 years")
    >>> attribute.en, group.en, group.in_language("zh-Hans")
    ('age', '35 to 45 years', '35 至 45 岁')
    """
    return _NAMES[attribute], _tenth(group) if attribute == ORDER else _LEVELS.get(group) or _band(group)


def _order(trial: Trial) -> NDArray[np.float64]:
    """Return the effects together, of each fold by models of the others."""
    found = np.empty(len(trial))
    for fold in trial.folds():
        found[fold] = EffectsTogether().fit(trial.rows(~fold)).effect(trial.x[fold])
    return found


def _groups(
    scores: NDArray[np.float64], labels: Mapping[str, list[str]], names: NDArray[np.str_], least: int
) -> list[dict[str, Any]]:
    _, customer = np.unique(names, return_inverse=True)
    counts = {
        (name, one): len(np.unique(customer[np.array(levels) == one]))
        for name, levels in labels.items()
        for one in set(levels)
    }
    enough = {key for key, count in counts.items() if count >= least}
    rows = []
    for name, levels in labels.items():
        found = group_effects(scores, levels, customer=customer, told=len(enough))
        for one in sorted(found, key=lambda one: _place(name, one.group)):
            if (name, one.group) in enough:
                interval = {"effect": one.effect, "error": one.error, "low": one.low, "high": one.high}
                count = {"customers": counts[name, one.group], "choices": one.n}
                rows.append({"attribute": name, "group": one.group, **count, **interval, "do_not_contact": one.high < 0})  # fmt: skip
    return rows


def _place(attribute: str, group: str) -> tuple[int, str]:
    """Return what levels are told in the order of."""
    return (Profiles.level_names(attribute).index(group) if attribute in ATTRIBUTES else 0), group


def _tenth(group: str) -> Text:
    return filled(_TENTH, place=str(int(group)))


def _band(group: str) -> Text:
    """Return the words of a band as `zhike.decide.profiles` names it."""
    words = group.split()
    if words[0] == "below":
        return filled(_BELOW, high=words[1], unit=_UNITS[words[2]])
    if "-" in words[0]:
        low, high = words[0].split("-")
        return filled(_BETWEEN, low=low, high=high, unit=_UNITS[words[1]])
    return filled(_ABOVE, low=words[0], unit=_UNITS[words[1]])
