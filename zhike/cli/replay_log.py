"""`zhike replay-check --store`: every decision of the log computed again, bit for bit."""

from __future__ import annotations

from typing import Final

from zhike.cli.console import chosen_language, emit_json, write
from zhike.cli.stores import acting_on
from zhike.core.language import Text

__all__ = ["replay_log"]

_TOLD: Final = Text(
    "{decisions:,} decisions: {identical:,} identical bit for bit, {different:,} different, {degraded:,} safe answers, {erased:,} of erased customers; dossiers that do not follow from their inputs: {changed:,}",
    "{decisions:,} 项决定：逐位一致 {identical:,}，不同 {different:,}，安全答复 {degraded:,}，客户已删除 {erased:,}；与其输入不符的档案：{changed:,}",
    "{decisions:,} 項決定：逐位元一致 {identical:,}，不同 {different:,}，安全答覆 {degraded:,}，客戶已刪除 {erased:,}；與其輸入不符的檔案：{changed:,}",
)


def replay_log(store: str | None, *, as_json: bool, lang: str | None) -> int:
    """Compute every stored decision again; return 0 when all that can be computed is the same, else 1."""
    from zhike.act.decisions import DecisionDesk
    from zhike.act.replay import replay_log as run

    acting = acting_on(store)
    found = run(acting, DecisionDesk(acting))
    told = {
        "proven": found.proven, "decisions": found.decisions, "identical": found.identical, "degraded": found.degraded,
        "erased": found.erased, "different_decisions": found.different,
        "changed_dossiers": [{"publication": number, "customer_id": name} for number, name in found.changed_dossiers],
    }  # fmt: skip
    if as_json:
        emit_json(told)
    else:
        counts = {name: told[name] for name in ("decisions", "identical", "degraded", "erased")}
        sizes = {"different": len(found.different), "changed": len(found.changed_dossiers)}
        write(_TOLD.render(chosen_language(lang), **counts, **sizes))
    return 0 if found.proven else 1
