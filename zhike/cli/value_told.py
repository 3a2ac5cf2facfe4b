"""A policy's value as people read it: figures with their intervals, what the log holds of the policy, and why where there is no number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import show_table, write
from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.core.language import Language

__all__ = ["show_value"]

_HEAD: Final = Text(
    "What {policy} would have been worth: {lists:,} lists of {customers:,} customers, decided under {logging}, {days}",
    "{policy} 的价值评估：{customers:,} 位客户的 {lists:,} 份清单，由 {logging} 决定，{days}",
    "{policy} 的價值評估：{customers:,} 位客戶的 {lists:,} 份清單，由 {logging} 決定，{days}",
)
_COUNTED: Final = {
    "acquired": Text(
        "Counted: products newly had within {days} days by whatever way, and accepted care and service, less what contacts cost.",
        "计入：{days} 天内无论经何途径新持有的产品，以及被接受的关怀与服务，减去触达成本。",
        "計入：{days} 天內無論經何途徑新持有的產品，以及被接受的關懷與服務，減去接觸成本。",
    ),
    "accepted": Text(
        "Counted: actions accepted within {days} days, less what contacts cost. What customers would have taken anyway is not taken off.",
        "计入：{days} 天内被接受的行动，减去触达成本。客户本来就会办理的部分未扣除。",
        "計入：{days} 天內被接受的行動，減去接觸成本。客戶本來就會辦理的部分未扣除。",
    ),
}
_VALUES: Final = Text("Per list ({currency})", "每份清单（{currency}）", "每份清單（{currency}）")
_HEADS: Final = (
    Text("figure", "指标", "指標"),
    Text("estimate", "估计值", "估計值"),
    Text("{confidence:.0%} interval", "{confidence:.0%} 区间", "{confidence:.0%} 區間"),
)
_FIGURES: Final = {
    "value": Text("value of the draft", "拟试策略的价值", "擬試策略的價值"),
    "logged": Text("what the log's lists brought", "已记录清单的实际所得", "已記錄清單的實際所得"),
    "gain": Text("gain of the draft", "拟试策略的增益", "擬試策略的增益"),
    "blended": Text(
        "beside: between model and correction", "参考：介于模型与修正之间", "參考：介於模型與修正之間"
    ),
    "snipw": Text("beside: by weights alone", "参考：仅按权重", "參考：僅依權重"),
    "dm": Text("beside: by the model alone", "参考：仅按模型", "參考：僅依模型"),
}
_ALONE: Final = ("blended", "dm")
"""Figures that have no interval which holds."""
_OVERLAP: Final = Text("What the log holds of the draft", "日志对拟试策略的覆盖", "日誌對擬試策略的涵蓋")
_OVERLAP_HEADS: Final = (
    Text("measure", "度量", "度量"),
    Text("found", "实际", "實際"),
    Text("needed", "要求", "要求"),
)
_MEASURES: Final = {
    "effective": Text("customers that count", "有效客户数", "有效客戶數"),
    "largest_share": Text(
        "most of the weight of one customer", "单一客户的最大权重占比", "單一客戶的最大權重占比"
    ),
    "unsupported": Text(
        "of the draft, never tried by the log", "拟试策略中日志从未尝试的部分", "擬試策略中日誌從未嘗試的部分"
    ),
    "mean_weight": Text("mean weight", "平均权重", "平均權重"),
    "outcomes": Text("lists that count and had an outcome", "有结果的有效清单数", "有結果的有效清單數"),
}
_RANKS: Final = Text(
    "The same by rank: lists as far as each place",
    "按名次：清单截至各位次的覆盖",
    "依名次：清單截至各位次的涵蓋",
)
_RANK_HEADS: Final = (
    Text("rank", "名次", "名次"),
    Text("lists that have it", "有该位次的清单", "有該位次的清單"),
    Text("customers that count", "有效客户数", "有效客戶數"),
    Text("most of one customer", "单一客户最大占比", "單一客戶最大占比"),
    Text("never tried here", "此位次从未尝试", "此位次從未嘗試"),
    Text("mean weight", "平均权重", "平均權重"),
)
_REFUSED: Final = Text(
    "No value: this log cannot say what the draft would have been worth.",
    "不给出数值：该日志无法说明拟试策略的价值。",
    "不給出數值：該日誌無法說明擬試策略的價值。",
)
_WHY: Final = {
    "no_support": Text(
        "{unsupported:.1%} of what the draft would do had no chance in the log, or less than {least_chance:.1%}.",
        "拟试策略的行动中有 {unsupported:.1%} 在日志中没有机会，或机会低于 {least_chance:.1%}。",
        "擬試策略的行動中有 {unsupported:.1%} 在日誌中沒有機會，或機會低於 {least_chance:.1%}。",
    ),
    "few_effective": Text(
        "What the draft would do was so rarely done that the log counts as {effective:,.1f} customers.",
        "拟试策略会做的事很少发生，整个日志只相当于 {effective:,.1f} 位客户。",
        "擬試策略會做的事很少發生，整個日誌只相當於 {effective:,.1f} 位客戶。",
    ),
    "one_decides": Text(
        "One customer would decide {largest_share:.1%} of the estimate.",
        "单一客户将决定估计值的 {largest_share:.1%}。",
        "單一客戶將決定估計值的 {largest_share:.1%}。",
    ),
    "weights_astray": Text(
        "The weights average {mean_weight:.2f}, not 1: what the draft would do came up too rarely, or the probabilities on record are not those that decided.",
        "权重平均为 {mean_weight:.2f} 而非 1：拟试策略会做的事出现得太少，或所记概率并非实际决定时的概率。",
        "權重平均為 {mean_weight:.2f} 而非 1：擬試策略會做的事出現得太少，或所記機率並非實際決定時的機率。",
    ),
    "few_outcomes": Text(
        "Something came of {outcomes:,.1f} lists that count: too few for an interval that holds.",
        "有结果的有效清单仅 {outcomes:,.1f} 份，不足以得出可信的区间。",
        "有結果的有效清單僅 {outcomes:,.1f} 份，不足以得出可信的區間。",
    ),
}  # fmt: skip
_DO: Final = {
    "no_support": Text(
        "Try the untried: let the policy in force explore these actions for a share of customers, or take them out of the draft. `zhike whatif` says what the draft would do, without what comes of it.",
        "先试未试之事：让现行策略对部分客户探索这些行动，或从拟试策略中去掉。`zhike whatif` 可说明拟试策略会做什么，但不含结果。",
        "先試未試之事：讓現行策略對部分客戶探索這些行動，或從擬試策略中去掉。`zhike whatif` 可說明擬試策略會做什麼，但不含結果。",
    ),
    "few_effective": Text(
        "Give more folders of decisions, raise exploration.share or exploration.temperature of the policy in force, or change less at a time.",
        "提供更多决定文件夹，提高现行策略的 exploration.share 或 exploration.temperature，或一次少改一些。",
        "提供更多決定資料夾，提高現行策略的 exploration.share 或 exploration.temperature，或一次少改一些。",
    ),
    "one_decides": Text(
        "Give more folders of decisions, or raise exploration.temperature of the policy in force, so that no action is chosen with a tiny probability.",
        "提供更多决定文件夹，或提高现行策略的 exploration.temperature，使任何行动的选择概率都不致过小。",
        "提供更多決定資料夾，或提高現行策略的 exploration.temperature，使任何行動的選擇機率都不致過小。",
    ),
    "weights_astray": Text(
        "Prove the log with `zhike replay-check`. Where it holds, give more folders of decisions.",
        "用 `zhike replay-check` 核验日志；若日志无误，请提供更多决定文件夹。",
        "用 `zhike replay-check` 核驗日誌；若日誌無誤，請提供更多決定資料夾。",
    ),
    "few_outcomes": Text(
        "Wait for more outcomes, give more folders of decisions, or load the answers: {answers:,} of the log's places have one.",
        "等待更多结果，提供更多决定文件夹，或加载响应：目前日志中有 {answers:,} 处有响应。",
        "等待更多結果，提供更多決定資料夾，或載入回應：目前日誌中有 {answers:,} 處有回應。",
    ),
}  # fmt: skip
_REMEDY: Final = Text("What to do: {what}", "可以这样做：{what}", "可以這樣做：{what}")
_UNTRIED: Final = Text(
    "Never tried: {action}, {share:.1%} of the draft",
    "从未尝试：{action}，占拟试策略的 {share:.1%}",
    "從未嘗試：{action}，占擬試策略的 {share:.1%}",
)
_NO_GAIN: Final = Text(
    "The interval of the gain holds 0: the log does not show that the draft is better or worse.",
    "增益区间包含 0：日志未显示拟试策略更好或更差。",
    "增益區間包含 0：日誌未顯示擬試策略更好或更差。",
)
_KEPT: Final = Text("Kept as study {study}.", "已存为试算 {study}。", "已存為試算 {study}。")
_LEFT_OUT: Final = Text(
    "Left out: {left_out:,} customers whom the bank does not know any more.",
    "未计入：{left_out:,} 位银行已不再掌握的客户。",
    "未計入：{left_out:,} 位銀行已不再掌握的客戶。",
)


def show_value(found: Mapping[str, Any], language: Language) -> None:
    """Print a policy's value, as `zhike value --json` holds it."""
    logs = found["logs"]
    write(
        _HEAD.render(
            language, policy=found["policy"], lists=found["lists"], customers=found["customers"],
            logging=", ".join(dict.fromkeys(one["policy"] for one in logs)), days=", ".join(one["at"] for one in logs),
        )
    )  # fmt: skip
    write(_COUNTED[found["outcome"]].render(language, days=found["horizon_days"]))
    if left_out := sum(one["left_out"] for one in logs):
        write(_LEFT_OUT.render(language, left_out=left_out))
    _show_refusal(found, language) if found["refused"] else _show_figures(found, language)
    _show_overlap(found, language)
    if found["study"] is not None:
        write(_KEPT.render(language, study=found["study"]))


def _show_figures(found: Mapping[str, Any], language: Language) -> None:
    scale, places = 10 ** found["decimals"], found["decimals"]

    def cells(name: str) -> list[str]:
        one = found[name]
        if name in _ALONE:
            return [f"{(one if name == 'dm' else one['value']) / scale:,.{places}f}", "-"]
        low, high = (f"{one[end] / scale:,.{places}f}" for end in ("low", "high"))
        return [f"{one['value'] / scale:,.{places}f}", f"{low} … {high}"]

    heads = [head.render(language, confidence=found["confidence"]) for head in _HEADS]
    rows = [[title.in_language(language), *cells(name)] for name, title in _FIGURES.items()]
    show_table(_VALUES.render(language, currency=found["currency"]), heads, rows)
    if found["gain"]["low"] <= 0 <= found["gain"]["high"]:
        write(_NO_GAIN.in_language(language))


def _show_refusal(found: Mapping[str, Any], language: Language) -> None:
    figures = {
        **found["limits"], **found["overlap"], "answers": sum(one["answers"] for one in found["logs"]),
    }  # fmt: skip
    write(_REFUSED.in_language(language))
    for lack in found["lacks"]:
        write(f"- {_WHY[lack].render(language, **figures)}")
        write(f"  {_REMEDY.render(language, what=_DO[lack].render(language, **figures))}")
    if "no_support" in found["lacks"]:
        for one in found["untried"]:
            write(f"  {_UNTRIED.render(language, action=one['action_id'], share=one['share'])}")


def _show_overlap(found: Mapping[str, Any], language: Language) -> None:
    has, limits = found["overlap"], found["limits"]
    due = 1.0 - has["unsupported"]
    cells = {
        "effective": (f"{has['effective']:,.1f}", f"≥ {limits['effective']:,.0f}"),
        "largest_share": (f"{has['largest_share']:.1%}", f"≤ {limits['largest']:.1%}"),
        "unsupported": (f"{has['unsupported']:.1%}", f"≤ {limits['unsupported']:.1%}"),
        "mean_weight": (
            f"{has['mean_weight']:.2f} ± {has['weight_error']:.2f}",
            f"{due:.2f} ± {limits['weights_astray']:.2f}",
        ),
        "outcomes": (f"{has['outcomes']:,.1f}", f"≥ {limits['outcomes']:,.0f}"),
    }
    heads = [head.in_language(language) for head in _OVERLAP_HEADS]
    rows = [[_MEASURES[name].in_language(language), *pair] for name, pair in cells.items()]
    show_table(_OVERLAP.in_language(language), heads, rows)
    if len(has["ranks"]) > 1:
        _show_ranks(has["ranks"], language)


def _show_ranks(ranks: Sequence[Mapping[str, Any]], language: Language) -> None:
    rows = [
        [
            str(one["rank"]), f"{one['lists']:,}", f"{one['effective']:,.1f}", f"{one['largest_share']:.1%}", f"{one['untried']:.1%}",
            f"{one['mean_weight']:.2f} ± {one['weight_error']:.2f}",
        ]
        for one in ranks
    ]  # fmt: skip
    show_table(_RANKS.in_language(language), [head.in_language(language) for head in _RANK_HEADS], rows)
