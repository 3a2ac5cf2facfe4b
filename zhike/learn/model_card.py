"""A model's card: what it was learnt from, how good it is and for whom, what it must not be used for, and where it comes from.

Everything on it is a number or a text that was given; nothing of a customer. The profile of its features is kept with it, so that
drift can be told without the data that it was learnt from.

References
----------
M. Mitchell et al., "Model cards for model reporting", FAT* 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.core.language import Text
from zhike.decide.contact_effects import group_words
from zhike.learn.model_metrics import Estimate, calibration_bins, metrics, metrics_by_group
from zhike.learn.profile import FeatureProfile, profiles_of
from zhike.learn.training import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from zhike.core.language import Language
    from zhike.learn.training import ModelRecord

__all__ = ["METRIC_WORDS", "PROBABILITY", "CardInput", "ModelCard", "card_page", "model_card"]

PROBABILITY: Final = "probability"
"""What the model says, among the profiles of its features."""
METRIC_WORDS: Final[Mapping[str, Text]] = {
    "auc": Text("area under the ROC curve", "ROC 曲线下面积", "ROC 曲線下面積"),
    "log_loss": Text("log loss", "对数损失", "對數損失"),
    "calibration_intercept": Text(
        "calibration intercept (0 is right)", "校准截距（0 为准确）", "校準截距（0 為準確）"
    ),
    "calibration_slope": Text(
        "calibration slope (1 is right)", "校准斜率（1 为准确）", "校準斜率（1 為準確）"
    ),
    "ece": Text("expected calibration error", "期望校准误差", "期望校準誤差"),
    "order_by_effect": Text(
        "order by effect, above a random one (RATE)",
        "按效果排序优于随机（RATE）",
        "按效果排序優於隨機（RATE）",
    ),
    "order_by_response": Text(
        "order by response, above a random one (RATE)",
        "按响应排序优于随机（RATE）",
        "按回應排序優於隨機（RATE）",
    ),
    "order_advantage": Text(
        "order by effect, above that by response", "按效果排序优于按响应排序", "按效果排序優於按回應排序"
    ),
}
"""What each figure of `zhike.learn.model_metrics` is called, and the rates of `zhike.decide.uplift.ranking` where a model has them."""
_WORDS: Final = {
    "title": Text("Model {name}, version {version}", "模型 {name}，版本 {version}", "模型 {name}，版本 {version}"),
    "purpose": Text("Purpose", "用途", "用途"),
    "limits": Text("Limits", "局限", "限制"),
    "measured": Text(
        "Measured on {cases:,} cases with {events:,} events, observed from {first} to {last}.",
        "评估样本：{cases:,} 例，其中事件 {events:,} 例，观察期 {first} 至 {last}。",
        "評估樣本：{cases:,} 例，其中事件 {events:,} 例，觀察期 {first} 至 {last}。"),
    "metrics": Text("How good it is", "表现", "表現"),
    "metric": Text("figure", "指标", "指標"), "value": Text("value", "值", "值"),
    "interval": Text("95 % interval", "95% 区间", "95% 區間"),
    "groups": Text("By group", "分群表现", "分群表現"),
    "attribute": Text("attribute", "属性", "屬性"), "group": Text("group", "客群", "客群"),
    "cases": Text("cases", "样本数", "樣本數"), "events": Text("events", "事件数", "事件數"),
    "calibration": Text("Expected and observed", "预期与实际", "預期與實際"),
    "expected": Text("expected", "预期", "預期"), "observed": Text("observed", "实际", "實際"),
    "contacts": Text("What a contact changes", "联系带来的改变", "聯絡帶來的改變"),
    "contacts_how": Text(
        "Change in the chance of getting a product; all intervals hold together at 95 %.",
        "取得产品概率的变化；全部区间同时成立的置信度为 95%。",
        "取得產品機率的變化；全部區間同時成立的信賴水準為 95%。"),
    "customers": Text("customers", "客户数", "客戶數"), "choices": Text("choices", "选择次数", "選擇次數"),
    "effect": Text("effect", "效果", "效果"), "do_not_contact": Text("do not contact", "不宜联系", "不宜聯絡"),
    "provenance": Text("Where it comes from", "来源", "來源"),
    "learnt": Text(
        "Learnt as of {at}, outcomes from {first} to {last}; code {code_version}, seed {seed}, kind {kind}.",
        "截至 {at} 训练，标签期 {first} 至 {last}；代码 {code_version}，随机种子 {seed}，类型 {kind}。",
        "截至 {at} 訓練，標籤期 {first} 至 {last}；程式碼 {code_version}，隨機種子 {seed}，類型 {kind}。"),
    "table": Text("table", "表", "表"), "rows": Text("rows", "行数", "列數"),
    "none": Text("no group has enough cases", "没有样本足够的客群", "沒有樣本足夠的客群"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardInput:
    """What a card is made from.

    Parameters
    ----------
    cases : DataFrame
        The features, of cases that the model was not fitted on.
    outcome, probability : ndarray of shape (n,)
    groups : mapping of str to sequence of str, length n
        Level of each case by attribute; None where unknown.
    first, last : str
        First and last day on which the outcomes were observed, ISO.
    purpose : Text
    limits : tuple of Text
    least : int
        Cases of a group below which it is not told.
    """

    cases: pl.DataFrame
    outcome: NDArray[np.bool_]
    probability: NDArray[np.float64]
    groups: Mapping[str, Sequence[str | None]]
    first: str
    last: str
    purpose: Text
    limits: tuple[Text, ...]
    least: int


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A card; every part is a plain value.

    Parameters
    ----------
    name, version, kind : str
    purpose : Text
    limits : tuple of Text
    measured : mapping
        ``cases``, ``events``, ``first``, ``last``.
    metrics : mapping of str to Estimate
    groups : tuple of mapping
        See `zhike.learn.model_metrics.metrics_by_group`.
    calibration : tuple of mapping
        Rows of `zhike.learn.model_metrics.calibration_bins`.
    profiles : tuple of FeatureProfile
        Of features and ``probability``.
    provenance : Provenance
    contact_effects : tuple of mapping
        Of a model that says what a contact changes: ``groups`` of `zhike.decide.contact_effects.ContactEffects`.
    """

    name: str
    version: str
    kind: str
    purpose: Text
    limits: tuple[Text, ...]
    measured: Mapping[str, Any]
    metrics: Mapping[str, Estimate]
    groups: tuple[Mapping[str, Any], ...]
    calibration: tuple[Mapping[str, Any], ...]
    profiles: tuple[FeatureProfile, ...]
    provenance: Provenance
    contact_effects: tuple[Mapping[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values; `of` reads them back."""
        return {
            "name": self.name, "version": self.version, "kind": self.kind, "purpose": self.purpose.by_language(),
            "limits": [limit.by_language() for limit in self.limits], "measured": dict(self.measured),
            "metrics": _estimates(self.metrics),
            "groups": [{**group, "metrics": _estimates(group["metrics"])} for group in self.groups],
            "calibration": [dict(row) for row in self.calibration],
            "profiles": [profile.to_dict() for profile in self.profiles], "provenance": self.provenance.to_dict(),
            "contact_effects": [dict(one) for one in self.contact_effects],
        }  # fmt: skip

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> ModelCard:
        """Read what `to_dict` returned."""
        groups = tuple({**group, "metrics": _read(group["metrics"])} for group in raw["groups"])
        return cls(
            raw["name"], raw["version"], raw["kind"], Text.of(raw["purpose"]), tuple(map(Text.of, raw["limits"])),
            raw["measured"], _read(raw["metrics"]), groups, tuple(raw["calibration"]),
            tuple(map(FeatureProfile.of, raw["profiles"])), Provenance.of(raw["provenance"]),
            tuple(raw.get("contact_effects", ())),
        )  # fmt: skip


def model_card(record: ModelRecord, given: CardInput) -> ModelCard:
    """Return the card of a model.

    Parameters
    ----------
    record : ModelRecord
    given : CardInput
        Cases that the model was not fitted on, or the figures would flatter.
    """
    outcome, probability = given.outcome, given.probability
    counts = {"cases": len(outcome), "events": int(outcome.sum()), "first": given.first, "last": given.last}
    groups = metrics_by_group(outcome, probability, given.groups, given.least)
    seen = given.cases.with_columns(pl.Series(PROBABILITY, probability))
    return ModelCard(
        record.name, record.version, record.kind, given.purpose, given.limits, counts, metrics(outcome, probability),
        tuple(groups), tuple(calibration_bins(outcome, probability).to_dicts()), profiles_of(seen, given.least), record.provenance,
    )  # fmt: skip


def card_page(card: ModelCard, language: Language) -> str:
    """Return the card as a page of Markdown in one language."""
    origin = card.provenance.setting
    learnt = {name: getattr(origin, name) for name in ("at", "first", "last", "code_version", "seed")}
    parts = [
        f"# {_say('title', language, name=card.name, version=card.version)}",
        f"## {_say('purpose', language)}", card.purpose.in_language(language),
        f"## {_say('limits', language)}", "\n".join(f"- {limit.in_language(language)}" for limit in card.limits),
        f"## {_say('metrics', language)}", _say("measured", language, **card.measured), _metric_table(card, language),
        *_contact_parts(card, language),
        f"## {_say('groups', language)}", _group_table(card, language),
        f"## {_say('calibration', language)}", _calibration_table(card, language),
        f"## {_say('provenance', language)}", _say("learnt", language, kind=card.kind, **learnt), _data_table(card, language),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _metric_table(card: ModelCard, language: Language) -> str:
    rows = [
        [METRIC_WORDS[name].in_language(language), _number(found.value), _interval(found)]
        for name, found in card.metrics.items()
    ]
    return _table([_say(head, language) for head in ("metric", "value", "interval")], rows)


def _group_table(card: ModelCard, language: Language) -> str:
    if not card.groups:
        return _say("none", language)
    told = ("auc", "calibration_intercept", "calibration_slope")
    heads = [_say(head, language) for head in ("attribute", "group", "cases", "events")]
    rows = [
        [row["attribute"], row["group"], f"{row['cases']:,}", f"{row['events']:,}",
         *(f"{_number(row['metrics'][name].value)} ({_interval(row['metrics'][name])})" for name in told)]
        for row in card.groups
    ]  # fmt: skip
    return _table([*heads, *(METRIC_WORDS[name].in_language(language) for name in told)], rows)


def _contact_parts(card: ModelCard, language: Language) -> list[str]:
    if not card.contact_effects:
        return []
    heads = ("attribute", "group", "customers", "choices", "effect", "interval", "do_not_contact")
    rows = [
        [*(word.in_language(language) for word in group_words(one["attribute"], one["group"])), f"{one['customers']:,}",
         f"{one['choices']:,}", _number(one["effect"]), _interval(Estimate(None, one["low"], one["high"])),
         _say("do_not_contact", language) if one["do_not_contact"] else ""]
        for one in card.contact_effects
    ]  # fmt: skip
    table = _table([_say(head, language) for head in heads], rows)
    return [f"## {_say('contacts', language)}", _say("contacts_how", language), table]


def _calibration_table(card: ModelCard, language: Language) -> str:
    heads = [_say(head, language) for head in ("cases", "events", "expected", "observed", "interval")]
    rows = [
        [f"{row['cases']:,}", f"{row['events']:,}", _number(row["expected"]), _number(row["observed"]),
         _interval(Estimate(None, row["low"], row["high"]))]
        for row in card.calibration
    ]  # fmt: skip
    return _table(heads, rows)


def _data_table(card: ModelCard, language: Language) -> str:
    rows = [[name, f"{table.rows:,}", table.sha256] for name, table in card.provenance.tables.items()]
    return _table([_say("table", language), _say("rows", language), "SHA-256"], rows)


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _say(word: str, language: Language, **values: object) -> str:
    return _WORDS[word].render(language, **values)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _interval(found: Estimate) -> str:
    return "-" if found.low is None or found.high is None else f"{found.low:.4f} – {found.high:.4f}"


def _estimates(found: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: list(estimate) for name, estimate in found.items()}


def _read(raw: Mapping[str, Any]) -> dict[str, Estimate]:
    return {name: Estimate(*values) for name, values in raw.items()}
