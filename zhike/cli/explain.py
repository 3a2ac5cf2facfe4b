"""`zhike explain`: the tree of rules and numbers behind a decision, or behind an action that was not chosen."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, write
from zhike.cli.prices import charge_lines, charges_json, show_prices
from zhike.core.contracts import CHANNELS
from zhike.core.errors import UsageError
from zhike.core.language import Language, Text
from zhike.core.phrases import both, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhike.core.types import Reason
    from zhike.decide.chance_reasons import ChanceReasons
    from zhike.decide.explanation import CandidateExplanation, Explanation

__all__ = [
    "channel_told",
    "code_told",
    "explain",
    "explain_prices",
    "learnt_told",
    "money_told",
    "reason_told",
]

_CUSTOMER: Final = Text(
    "Customer {customer} on {at}, policy {policy}",
    "客户 {customer}，{at}，策略 {policy}",
    "客戶 {customer}，{at}，策略 {policy}",
)
_CHOSEN: Final = Text(
    "{rank}. {title} {product} ({channel})",
    "{rank}. {title} {product}（{channel}）",
    "{rank}. {title} {product}（{channel}）",
)
_NOT_CHOSEN: Final = Text(
    "{title} {product} ({channel})", "{title} {product}（{channel}）", "{title} {product}（{channel}）"
)
_VALUE: Final = Text(
    "expected value {value} = P(response) {propensity:.4f} ({source}) x reach {reach:.2f} x worth {worth} - cost {cost}",
    "预期价值 {value} = 响应概率 {propensity:.4f}（{source}）x 触达率 {reach:.2f} x 价值 {worth} - 成本 {cost}",
    "預期價值 {value} = 回應機率 {propensity:.4f}（{source}）x 觸及率 {reach:.2f} x 價值 {worth} - 成本 {cost}",
)
_EFFECT: Final = Text(
    "expected value {value} = {what} {effect:.1%} (from {choices} logged choices, interval {low:.1%} to {high:.1%}) x reach {reach:.2f} x worth {worth} - cost {cost}",
    "预期价值 {value} = {what} {effect:.1%}（来自 {choices} 次有记录的选择，区间 {low:.1%} 至 {high:.1%}）x 触达率 {reach:.2f} x 价值 {worth} - 成本 {cost}",
    "預期價值 {value} = {what} {effect:.1%}（來自 {choices} 次有記錄的選擇，區間 {low:.1%} 至 {high:.1%}）x 觸及率 {reach:.2f} x 價值 {worth} - 成本 {cost}",
)
_CHOICE: Final = Text(
    "how it was chosen: {arm}; probability of this choice {probability:.4f}",
    "选择方式：{arm}；该选择的概率 {probability:.4f}",
    "選擇方式：{arm}；該選擇的機率 {probability:.4f}",
)
_CHANCE: Final = Text(
    "score of a yes {score:+.3f}, {base:+.3f} on average of {compared} customers drawn from {customers:,}; the difference comes from:",
    "接受评分 {score:+.3f}；从 {customers:,} 位客户中抽取的 {compared} 位平均为 {base:+.3f}；差异来自：",
    "接受評分 {score:+.3f}；從 {customers:,} 位客戶中抽取的 {compared} 位平均為 {base:+.3f}；差異來自：",
)
_SCORE: Final = Text(
    "score {score:.4f}, because the customer holds:",
    "评分 {score:.4f}，因为客户持有：",
    "評分 {score:.4f}，因為客戶持有：",
)
_REFERENCE: Final = Text(
    "[{code}] {value} against {threshold}; {reference}{status}",
    "[{code}] {value}，条件 {threshold}；{reference}{status}",
    "[{code}] {value}，條件 {threshold}；{reference}{status}",
)
_PROVISIONAL: Final = Text(" (provisional)", "（暂定）", "（暫定）")
_UNKNOWN: Final = Text("unknown", "未知", "未知")
_CHANGED: Final = Text(
    "WARNING: the stored verdict does not follow from the stored evidence; one of them was changed.",
    "警告：所存结论与所存证据不符，其中之一已被改动。",
    "警告：所存結論與所存證據不符，其中之一已被改動。",
)
_ATTEMPTS: Final = Text(
    "Nothing to do, after: {attempts}", "不行动，经过：{attempts}", "不行動，經過：{attempts}"
)
_OTHERS: Final = Text(
    "What became of all candidates: {counts}", "全部候选的结果：{counts}", "全部候選的結果：{counts}"
)
_BEST_REFUSED: Final = Text("Best of those refused:", "被拒候选中评分最高者：", "被拒候選中評分最高者：")
_VERDICT: Final = Text("verdict: {verdict}", "结论：{verdict}", "結論：{verdict}")
_OUTRANKED: Final = Text(
    "allowed, but other actions were worth more, a limit was reached, or it was not worth its cost",
    "可行，但其他行动价值更高、已达上限或价值不及成本",
    "可行，但其他行動價值更高、已達上限或價值不及成本",
)
_MARKS: Final = {"refused": "✗", "obliged": "!", "passed": "✓", "not_applicable": "·"}
_WORDS: Final[dict[str, Text]] = {
    "allowed": Text("allowed", "可行", "可行"),
    "eligibility": Text("refused by eligibility", "资格不符", "資格不符"),
    "suitability": Text("refused by suitability", "适当性不符", "適合性不符"),
    "applicability": Text("does not fit now", "目前不适用", "目前不適用"),
    "consent": Text("refused by consent", "未获同意", "未獲同意"),
    "contact": Text("refused by contact policy", "触达规则不允许", "接觸規則不允許"),
    "experiment": Text("held out for comparison", "属于对照组", "屬於對照組"),
    "best": Text("the best of those open", "可选中最优", "可選中最佳"),
    "explored": Text("drawn to learn", "为学习而抽取", "為學習而抽取"),
    "holdout": Text("comparison group", "对照组", "對照組"),
    "mandatory": Text("mandatory", "强制", "強制"),
    "calibrated": Text("calibrated on the last closed window", "按最近闭合窗口校准", "按最近閉合視窗校準"),
    "not_worth_its_cost": Text("not worth its cost", "价值不及成本", "價值不及成本"),
    "worthwhile": Text("worthwhile", "值得", "值得"),
    "answers": Text("learnt from answers to such offers", "学自同类推荐的答复", "學自同類推薦的答覆"),
    "assumed": Text("assumed by the catalogue", "目录假设", "目錄假設"),
    "not_ranked": Text(
        "outside what the customer may have, so not ranked",
        "不在客户可选范围内，未排序",
        "不在客戶可選範圍內，未排序",
    ),
}

_LEARNT: Final[dict[str, Text]] = {
    "experiment": Text("effect", "效果", "效果"),
    "responses": Text("response", "响应概率", "回應機率"),
}


def explain(folder: Path, customer: str, action: str | None, *, as_json: bool, lang: str | None) -> int:
    """Print why the customer got what they got, or why one action was not chosen; return the exit code."""
    from zhike.adapters.decision_files import read_evidence
    from zhike.decide.explanation import explain_action, explain_customer

    evidence, language = read_evidence(folder), chosen_language(lang)
    if action is not None:
        found = explain_action(evidence, customer, action)
        lines, payload = list(_candidate_lines(found, language)), _candidate_json(found, language)
    else:
        whole = explain_customer(evidence, customer)
        lines, payload = list(_lines(whole, language)), _json(whole, language)
    if as_json:
        emit_json(payload)
    else:
        for line in lines:
            write(line)
    return 0


def explain_prices(folder: Path, *, as_json: bool, lang: str | None) -> int:
    """Print what one more unit of everything scarce is worth, and who was last and next; return the exit code.

    Raises
    ------
    UsageError
        When the decisions rest on no plan over all customers.
    """
    from zhike.adapters.decision_files import read_plan

    found = read_plan(folder).get("allocation")
    if found is None:
        raise UsageError(
            what=phrase("--prices of decisions in which nothing was scarce"),
            expected=phrase("decisions of a policy with constraints"),
        )
    if as_json:
        emit_json(found)
    else:
        show_prices(found, chosen_language(lang))
    return 0


def about(customer: str | None, action: str | None, *, prices: bool) -> str | None:
    """Return the customer that an explanation is about, None for the prices; other combinations are refused."""
    if prices == (customer is not None) or (prices and action is not None):
        given = [
            f"--{name}"
            for name, one in (("customer", customer), ("action", action), ("prices", prices))
            if one
        ]
        raise UsageError(
            what=both(given) or phrase("no customer"),
            expected=phrase("--customer, with --action or not, or --prices"),
        )
    return customer


def _lines(whole: Explanation, language: Language) -> Iterator[str]:
    yield _CUSTOMER.render(language, customer=whole.customer_id, at=whole.at, policy=whole.policy)
    for candidate in whole.chosen:
        yield ""
        yield from _candidate_lines(candidate, language)
    if whole.attempts:
        yield "  " + _ATTEMPTS.render(language, attempts=_counts(whole.attempts, language))
    yield ""
    counts = ";".join(f"{verdict}={count}" for verdict, count in whole.verdicts.items())
    yield _OTHERS.render(language, counts=_counts(counts, language))
    if whole.best_refused:
        yield _BEST_REFUSED.in_language(language)
    for candidate in whole.best_refused:
        yield "  " + _head(candidate, language)
        for reason in candidate.refusals:
            yield from _reason_lines(reason, language, "    ")


def _candidate_lines(candidate: CandidateExplanation, language: Language) -> Iterator[str]:
    yield _head(candidate, language)
    yield "  " + _VERDICT.render(language, verdict=code_told(candidate.verdict, language))
    if not candidate.consistent:
        yield "  " + _CHANGED.in_language(language)
    missed = candidate.scarcity is not None and candidate.scarcity.missed_by is not None
    if candidate.rank is None and candidate.verdict == "allowed" and not missed:
        yield "  " + _OUTRANKED.in_language(language)
    yield "  " + _value_line(candidate, language)
    if candidate.scarcity is not None and candidate.verdict == "allowed":
        chosen = candidate.rank is not None
        for line in charge_lines(candidate.scarcity, candidate.currency, language, chosen=chosen):
            yield "  " + line
    if candidate.arm is not None:
        yield "  " + _CHOICE.render(
            language, arm=code_told(candidate.arm, language), probability=candidate.action_probability
        )
    yield from _chance_lines(candidate.chance, language)
    if candidate.pieces and candidate.score is not None:
        yield "  " + _SCORE.render(language, score=candidate.score)
        for piece in candidate.pieces:
            yield f"    {piece.weight:+.4f}  {piece.name} ({piece.product_id})"
    for reason in candidate.reasons:
        if reason.effect != "not_applicable":
            yield from _reason_lines(reason, language, "  ")


def _chance_lines(chance: ChanceReasons | None, language: Language) -> Iterator[str]:
    """Yield why the chance of a yes is what it is, the strongest reason first; nothing where it was not learnt from answers."""
    if chance is None:
        return
    told = {name: getattr(chance, name) for name in ("score", "base", "compared", "customers")}
    yield "  " + _CHANCE.render(language, **told)
    for one in chance.reasons:
        yield f"    {one.value:+.3f}  {one.text.in_language(language)}"


def _value_line(candidate: CandidateExplanation, language: Language) -> str:
    """Return how the expected value came about: from a learnt effect where there is one, else from the propensity."""
    factor = "" if candidate.worth_factor == 1.0 else f" x {candidate.worth_factor:.2f}"
    told = {
        "value": money_told(candidate.expected_value, candidate), "reach": candidate.reach,
        "worth": money_told(candidate.worth, candidate) + factor, "cost": money_told(candidate.cost, candidate),
    }  # fmt: skip
    learnt = candidate.effect
    if learnt is None:
        source = code_told(candidate.propensity_source, language)
        return _VALUE.render(language, propensity=candidate.propensity, source=source, **told)
    return _EFFECT.render(
        language, what=learnt_told(learnt.source, language), effect=learnt.effect, choices=learnt.choices, low=learnt.low,
        high=learnt.high, **told,
    )  # fmt: skip


def _reason_lines(reason: Reason, language: Language, indent: str) -> Iterator[str]:
    value, threshold = _shown(reason.value, language), _shown(reason.threshold, language)
    yield f"{indent}{_MARKS[reason.effect]} {reason_told(reason, language)}"
    status = _PROVISIONAL.in_language(language) if reason.status == "provisional" else ""
    yield f"{indent}    " + _REFERENCE.render(
        language,
        code=reason.code,
        value=value,
        threshold=threshold,
        reference=reason.reference,
        status=status,
    )


def reason_told(reason: Reason, language: Language) -> str:
    """Return what a rule says of a candidate: its title where it lets pass, else its message with both sides filled in."""
    text = reason.title if reason.effect == "passed" else reason.message
    return text.render(
        language, value=_shown(reason.value, language), threshold=_shown(reason.threshold, language)
    )


def _head(candidate: CandidateExplanation, language: Language) -> str:
    text = _CHOSEN if candidate.rank is not None else _NOT_CHOSEN
    title = candidate.title.in_language(language)
    return text.render(
        language,
        rank=candidate.rank,
        title=title,
        product=candidate.product or "",
        channel=channel_told(candidate, language),
    )


def money_told(minor: int, candidate: CandidateExplanation) -> str:
    """Return an amount of a candidate's currency in major units."""
    return f"{minor / 10**candidate.decimals:.{candidate.decimals}f} {candidate.currency}"


def channel_told(candidate: CandidateExplanation, language: Language) -> str:
    """Return the words for a candidate's channel; a dash for doing nothing."""
    from zhike.know.vocabulary import word

    return word(candidate.channel).in_language(language) if candidate.channel in CHANNELS else "-"


def code_told(name: str, language: Language) -> str:
    """Return the words for a code of verdicts, choices, channels or sources; the code itself where there are none."""
    return _WORDS[name].in_language(language) if name in _WORDS else name


def learnt_told(source: str, language: Language) -> str:
    """Return the word for what was learnt from logged choices: an effect, or a response."""
    return _LEARNT[source].in_language(language)


def _counts(chain: str, language: Language) -> str:
    pairs = [part.split("=") for part in chain.split(";") if part]
    return ", ".join(f"{code_told(name, language)} {count}" for name, count in pairs)


def _shown(value: Any, language: Language) -> str:  # noqa: ANN401 - number, text, list or None
    if value is None:
        return _UNKNOWN.in_language(language)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _json(whole: Explanation, language: Language) -> dict[str, Any]:
    return {
        "customer_id": whole.customer_id, "at": whole.at, "policy": whole.policy,
        "chosen": [_candidate_json(candidate, language) for candidate in whole.chosen],
        "attempts": whole.attempts, "verdicts": dict(whole.verdicts),
        "best_refused": [_candidate_json(candidate, language) for candidate in whole.best_refused],
    }  # fmt: skip


def _candidate_json(candidate: CandidateExplanation, language: Language) -> dict[str, Any]:
    skipped = ("title", "reasons", "pieces", "scarcity", "chance")
    plain = {
        field.name: getattr(candidate, field.name)
        for field in dataclasses.fields(candidate)
        if field.name not in skipped
    }
    return {
        **plain,
        "effect": None if candidate.effect is None else dataclasses.asdict(candidate.effect),
        "scarcity": charges_json(candidate.scarcity, language),
        "title": candidate.title.in_language(language),
        "chance": None if candidate.chance is None else _chance_json(candidate.chance, language),
        "because_held": [dataclasses.asdict(piece) for piece in candidate.pieces],
        "reasons": [_reason_json(reason, language) for reason in candidate.reasons],
    }


def _chance_json(chance: ChanceReasons, language: Language) -> dict[str, Any]:
    reasons = [
        {"group": one.group, "value": one.value, "text": one.text.in_language(language)}
        for one in chance.reasons
    ]
    told = {name: getattr(chance, name) for name in ("score", "base", "compared", "customers")}
    return {**told, "reasons": reasons}


def _reason_json(reason: Reason, language: Language) -> dict[str, Any]:
    texts = {"title": reason.title, "message": reason.message}
    plain = {f.name: getattr(reason, f.name) for f in dataclasses.fields(reason) if f.name not in texts}
    shown = {"value": _shown(reason.value, language), "threshold": _shown(reason.threshold, language)}
    return {**plain, **{name: text.render(language, **shown) for name, text in texts.items()}}
