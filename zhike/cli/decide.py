"""`zhike decide`, `zhike replay-check`: write decisions, prove them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.cli.console import chosen_language, emit_json, show_progress, show_table, write
from zhike.cli.explain import code_told
from zhike.cli.prices import show_allocation
from zhike.core.language import Text

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from zhike.core.language import Language

__all__ = ["STAGE_NAMES", "decide", "replay_check"]

_STAGES = Text("Funnel", "漏斗", "漏斗")
_STAGE, _CANDIDATES = Text("stage", "阶段", "階段"), Text("candidates", "候选", "候選")
_SUMMARY = Text(
    "{customers} customers, {decisions} decisions ({sale} sale, {care} care and service, {mandatory} mandatory, {none} do nothing); policy {policy}; written to {out} in {seconds:.1f} s",
    "{customers} 位客户，{decisions} 项决定（销售 {sale}，关怀与服务 {care}，强制 {mandatory}，不行动 {none}）；策略 {policy}；{seconds:.1f} 秒写入 {out}",
    "{customers} 位客戶，{decisions} 項決定（銷售 {sale}，關懷與服務 {care}，強制 {mandatory}，不行動 {none}）；策略 {policy}；{seconds:.1f} 秒寫入 {out}",
)
STAGE_NAMES = {
    "considered": Text("considered", "全部候选", "全部候選"),
    "after_eligibility": Text("after eligibility", "资格之后", "資格之後"),
    "after_suitability": Text("after suitability", "适当性之后", "適合性之後"),
    "after_applicability": Text("after applicability", "适用性之后", "適用性之後"),
    "after_consent": Text("after consent", "同意之后", "同意之後"),
    "after_contact": Text("after contact policy", "触达规则之后", "接觸規則之後"),
    "after_experiment": Text("after the comparison group", "对照组之后", "對照組之後"),
}
_PROPENSITIES = Text("Propensities are {source}.", "响应概率来源：{source}。", "回應機率來源：{source}。")
_MODEL = Text(
    "Ranking {version} ({kind}), seed {seed}, learned from {purchases:,} purchases known by {at}; its weight beside the closed forms is {weight:.2f}.",
    "排序模型 {version}（{kind}），种子 {seed}，学自截至 {at} 已知的 {purchases:,} 笔持有记录；相对闭式方法的权重 {weight:.2f}。",
    "排序模型 {version}（{kind}），種子 {seed}，學自截至 {at} 已知的 {purchases:,} 筆持有紀錄；相對閉式方法的權重 {weight:.2f}。",
)
_CHANCES = Text(
    "Chances of a yes {version} ({kind}), seed {seed}, learned from {offers:,} offers known by {at}; segments with a model of their own: {own}.",
    "接受概率模型 {version}（{kind}），种子 {seed}，学自截至 {at} 已知的 {offers:,} 次推荐；有独立模型的分群：{own}。",
    "接受機率模型 {version}（{kind}），種子 {seed}，學自截至 {at} 已知的 {offers:,} 次推薦；有獨立模型的分群：{own}。",
)
_SAME = Text(
    "All {decisions} decisions are identical, byte for byte.",
    "全部 {decisions} 项决定逐字节一致。",
    "全部 {decisions} 項決定逐位元組一致。",
)
_DIFFERENT = Text(
    "{different} of {decisions} decisions differ; files that differ: {files}; changed since: {changed}",
    "{decisions} 项决定中有 {different} 项不同；不同的文件：{files}；此后变化：{changed}",
    "{decisions} 項決定中有 {different} 項不同；不同的檔案：{files}；此後變化：{changed}",
)


def decide(
    bank: Path,
    at: dt.date,
    out: Path,
    policy: str | None,
    rulebook: Path | None,
    *,
    as_json: bool,
    lang: str | None,
) -> int:
    """Decide for every customer and write the folder of decisions; return the exit code."""
    from zhike.adapters.bank import Bank
    from zhike.adapters.decision_files import decide_bank
    from zhike.adapters.policy_files import load_policy
    from zhike.adapters.rule_files import load_rulebook

    opened, rules = Bank.open(bank), load_rulebook(rulebook)
    chosen = load_policy(rules, policy, at, opened.manifest.policy)
    with show_progress("decide", quiet=as_json) as progress:
        plan = decide_bank(opened, rules, chosen, at, out, progress)
    if as_json:
        shown = (
            "at",
            "funnel",
            "verdicts",
            "summary",
            "propensities",
            "timing",
            "files",
            "allocation",
            "model",
            "chances",
        )
        emit_json(
            {
                **{key: plan[key] for key in shown if key in plan},
                "policy": plan["policy"]["path"],
                "out": str(out),
            }
        )
    else:
        _show_plan(plan, out, lang)
    return 0


def _show_plan(plan: dict[str, Any], out: Path, lang: str | None) -> None:
    language, summary = chosen_language(lang), plan["summary"]
    kinds = {
        kind: summary.get(f"kind:{kind}", 0) for kind in ("sale", "care", "service", "mandatory", "none")
    }
    write(
        _SUMMARY.render(
            language,
            customers=summary["customers"],
            decisions=summary["decisions"],
            sale=kinds["sale"],
            care=kinds["care"] + kinds["service"],
            mandatory=kinds["mandatory"],
            none=kinds["none"],
            policy=plan["policy"]["path"],
            out=out,
            seconds=sum(plan["timing"].values()),
        )
    )
    write(_PROPENSITIES.render(language, source=code_told(plan["propensities"], language)))
    if "model" in plan:
        write(_model_line(plan["model"], language))
    if "chances" in plan:
        write(_chances_line(plan["chances"], language))
    heads = [_STAGE.in_language(language), _CANDIDATES.in_language(language)]
    show_table(
        _STAGES.in_language(language),
        heads,
        [[STAGE_NAMES[stage].in_language(language), f"{count:,}"] for stage, count in plan["funnel"].items()],
    )

    if "allocation" in plan:
        show_allocation(plan["allocation"], language)


def _model_line(model: dict[str, Any], language: Language) -> str:
    origin = model["provenance"]
    return _MODEL.render(
        language, version=model["version"], kind=model["kind"], seed=origin["seed"], at=origin["at"],
        purchases=origin["tables"]["purchases"]["rows"], weight=model["weight_of_learned"],
    )  # fmt: skip


def _chances_line(chances: dict[str, Any], language: Language) -> str:
    origin = chances["provenance"]
    own = [name for name, trial in chances.get("segments", {}).items() if trial["helps"]]
    return _CHANCES.render(
        language, version=chances["version"], kind=chances["kind"], seed=origin["seed"], at=origin["at"],
        offers=origin["tables"]["offers"]["rows"], own=", ".join(own) or "-",
    )  # fmt: skip


def replay_check(folder: Path, bank: Path, rulebook: Path | None, *, as_json: bool, lang: str | None) -> int:
    """Decide again and compare; return 0 when every byte is the same, else 1."""
    from zhike.adapters.bank import Bank
    from zhike.adapters.decision_files import differences
    from zhike.adapters.rule_files import load_rulebook

    found = differences(folder, Bank.open(bank), load_rulebook(rulebook))
    if as_json:
        emit_json(found)
    else:
        odd = [name for name, hashes in found["files"].items() if len(set(hashes.values())) > 1]
        text = _SAME if found["identical"] else _DIFFERENT
        write(
            text.render(
                chosen_language(lang),
                decisions=found["decisions"],
                different=len(found["different_decisions"]),
                files=", ".join(odd) or "-",
                changed=", ".join(found["changed_inputs"]) or "-",
            )
        )
    return 0 if found["identical"] else 1
