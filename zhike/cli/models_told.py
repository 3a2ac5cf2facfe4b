"""What `zhike models` says: lists, cards, alarms and steps, in three languages, and the same as plain values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import show_table, write
from zhike.core.language import Text
from zhike.learn.model_card import card_page
from zhike.learn.model_checks import ALARM_WORDS
from zhike.learn.model_summary import STEP_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.adapters.model_desk import Taken
    from zhike.core.language import Language
    from zhike.learn.drift import Alarm
    from zhike.learn.model_card import ModelCard
    from zhike.learn.model_checks import ModelCheck
    from zhike.learn.model_history import ModelStep

__all__ = [
    "show_alarms",
    "show_card",
    "show_models",
    "show_step",
    "show_trained",
    "stepped",
    "trained",
]

_SHORT: Final = 8
"""Digits by which a version is shown in tables."""
_NONE: Final = Text("No model is kept here.", "此处没有模型。", "此處沒有模型。")
_MODEL_HEADS: Final = (
    Text("model", "模型", "模型"), Text("versions", "版本数", "版本數"), Text("in force", "启用版本", "啟用版本"),
    Text("since", "自", "自"), Text("open proposal", "待办提议", "待辦提議"), Text("steps", "步骤数", "步驟數"),
)  # fmt: skip
_HISTORY: Final = Text("History", "历史", "歷史")
_HISTORY_HEADS: Final = (
    Text("step", "步骤", "步驟"), Text("at", "时间", "時間"), Text("what", "事项", "事項"), Text("version", "版本", "版本"),
    Text("who", "办理人", "辦理人"), Text("proposal", "提议", "提議"), Text("gain", "增益", "增益"), Text("reason", "理由", "理由"),
)  # fmt: skip
_TRAINED: Final = Text(
    "{name} {version} is kept: measured on {cases:,} cases with {events:,} events from {first} to {last}; AUC {auc}.",
    "已保存 {name} {version}：评估样本 {cases:,} 例，事件 {events:,} 例，{first} 至 {last}；AUC {auc}。",
    "已保存 {name} {version}：評估樣本 {cases:,} 例，事件 {events:,} 例，{first} 至 {last}；AUC {auc}。",
)
_ALARMS: Final = Text(
    "{name} {version} at {at}, compared with {compared_with}: {raised} of {looked} alarms ring.",
    "{name} {version}，{at} 与 {compared_with} 对比：{looked} 项检查中 {raised} 项告警。",
    "{name} {version}，{at} 與 {compared_with} 對比：{looked} 項檢查中 {raised} 項告警。",
)
_ALARM_HEADS: Final = (
    Text("kind", "类别", "類別"), Text("subject", "对象", "對象"), Text("rings", "告警", "告警"), Text("found", "结果", "結果"),
)  # fmt: skip
_RINGS: Final = {True: Text("yes", "是", "是"), False: Text("no", "否", "否")}
_NO_OUTCOMES: Final = Text(
    "No outcome since the card's is known yet: calibration and performance cannot be told.",
    "说明卡之后尚无已知结果：校准与表现暂无法判断。",
    "說明卡之後尚無已知結果：校準與表現暫無法判斷。",
)
_STEP: Final = Text(
    "{name} {version}: {what} (step {step}). In force: {champion}.",
    "{name} {version}：{what}（第 {step} 步）。启用版本：{champion}。",
    "{name} {version}：{what}（第 {step} 步）。啟用版本：{champion}。",
)
_PROPOSAL: Final = Text(
    "Proposal {proposal} waits for another person to approve it.",
    "提议 {proposal} 待他人审批。",
    "提議 {proposal} 待他人審批。",
)


def show_models(found: Sequence[Mapping[str, Any]], language: Language) -> None:
    """Print the list."""
    if not found:
        write(_NONE.in_language(language))
        return
    rows = [
        [one["name"], len(one["versions"]), _short(one["champion"]), _day(one["since"]), one["open_proposal"] or "-", one["steps"]]
        for one in found
    ]  # fmt: skip
    show_table("", [head.in_language(language) for head in _MODEL_HEADS], rows)


def show_card(card: ModelCard, history: Sequence[ModelStep], language: Language) -> None:
    """Print a card and the history of its name."""
    write(card_page(card, language))
    rows = [
        [
            step.number, step.at.isoformat(timespec="minutes"), STEP_WORDS[step.kind].in_language(language), _short(step.version),
            ", ".join(step.actors), step.evidence.get("proposal") or "-", _gain(step), step.reason,
        ]
        for step in history
    ]  # fmt: skip
    show_table(_HISTORY.in_language(language), [head.in_language(language) for head in _HISTORY_HEADS], rows)


def trained(card: ModelCard) -> dict[str, Any]:
    """Return what is said of a model that was trained."""
    figures = {name: list(estimate) for name, estimate in card.metrics.items()}
    return {
        "name": card.name, "version": card.version, "kind": card.kind, "measured": dict(card.measured), "metrics": figures,
    }  # fmt: skip


def show_trained(told: Mapping[str, Any], language: Language) -> None:
    """Print it."""
    auc = _interval(*told["metrics"]["auc"])
    said = {**told["measured"], "name": told["name"], "version": told["version"], "auc": auc}
    write(_TRAINED.render(language, **said))


def show_alarms(name: str, found: ModelCheck, language: Language) -> None:
    """Print what was looked at, what rings first."""
    head = {"name": name, "version": found.version, "at": found.at, "compared_with": found.compared_with}
    write(_ALARMS.render(language, **head, raised=found.raised, looked=len(found.alarms)))
    rows = [
        [ALARM_WORDS[one.kind].in_language(language), one.subject, _RINGS[one.raised].in_language(language), _measures(one)]
        for one in found.loudest_first()
    ]  # fmt: skip
    show_table("", [head.in_language(language) for head in _ALARM_HEADS], rows)
    if {one.kind for one in found.alarms} == {"population"}:
        write(_NO_OUTCOMES.in_language(language))


def stepped(name: str, taken: Taken, champion: str | None, language: Language) -> dict[str, Any]:
    """Return what is said of a step that was written."""
    step = taken.step
    return {
        "name": name, "version": step.version, "step": step.number, "kind": step.kind, "proposal": step.evidence.get("proposal"),
        "champion": champion, "actors": list(step.actors), "hash": step.hash,
        "missing": [{"code": one.code, "text": one.render(language)} for one in taken.missing],
    }  # fmt: skip


def show_step(told: Mapping[str, Any], language: Language) -> None:
    """Print it."""
    what = STEP_WORDS[told["kind"]].in_language(language)
    said = {"name": told["name"], "version": _short(told["version"]), "step": told["step"], "what": what}
    write(_STEP.render(language, **said, champion=_short(told["champion"])))
    for lack in told["missing"]:
        write(f"- {lack['text']}")
    if told["kind"] == "proposed":
        write(_PROPOSAL.render(language, proposal=told["proposal"]))


def _gain(step: ModelStep) -> str:
    reading = step.evidence.get("reading")
    return "-" if reading is None else _interval(reading["estimate"], reading["low"], reading["high"])


def _interval(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return "-"
    return f"{value:.4g} ({low:.4g} – {high:.4g})"


def _measures(alarm: Alarm) -> str:
    told = {
        name: value for name, value in alarm.measures.items() if value is not None and math.isfinite(value)
    }
    return ", ".join(f"{name} {value:.3g}" for name, value in told.items())


def _short(version: str | None) -> str:
    return "-" if version is None else version[:_SHORT]


def _day(instant: str | None) -> str:
    return "-" if instant is None else instant[:10]
