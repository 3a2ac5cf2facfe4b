"""`zhike verify`: does a plan keep what it promises? Computed anew from the problem, whoever made the plan."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from zhike.cli.console import chosen_language, emit_json, show_table, write
from zhike.core.language import Text

if TYPE_CHECKING:
    from pathlib import Path

    from zhike.core.language import Language
    from zhike.govern.verification import RowCheck, Verification

__all__ = ["verify"]

_VERIFIED: Final = Text(
    "Verified: the plan is feasible and at most {gap} below the best there is.",
    "核验通过：计划可行，与最优的差距至多为 {gap}。",
    "核驗通過：計畫可行，與最佳的差距至多為 {gap}。",
)
_RELAXED: Final = Text(
    "Verified as relaxed (limits eased: {relaxed}): the plan is at most {gap} below the best under the eased limits, and not "
    "feasible for the problem as asked.",
    "按放宽后的条件核验通过（放宽的限额：{relaxed}）：与放宽后最优的差距至多为 {gap}；对原问题不可行。",
    "按放寬後的條件核驗通過（放寬的限額：{relaxed}）：與放寬後最佳的差距至多為 {gap}；對原問題不可行。",
)
_FAILED: Final = Text(
    "Not verified; checks that failed: {count}.",
    "核验未通过；失败的检查：{count}。",
    "核驗未通過；失敗的檢查：{count}。",
)
_SIZES: Final = Text(
    "{customers:,} customers, {variables:,} variables, {chosen:,} chosen; {seconds:.1f} s",
    "{customers:,} 位客户，{variables:,} 个变量，选中 {chosen:,} 个；{seconds:.1f} 秒",
    "{customers:,} 位客戶，{variables:,} 個變數，選中 {chosen:,} 個；{seconds:.1f} 秒",
)
_LOOSE: Final = Text(
    "For {loose:,} customers or households the bound was estimated from above: too many selections.",
    "有 {loose:,} 位客户或家庭的上界为估计值：可能的选择过多。",
    "有 {loose:,} 位客戶或家庭的上界為估計值：可能的選擇過多。",
)
_FIGURES: Final = Text("Plan", "计划", "計畫")
_FIGURE_HEADS: Final = (Text("figure", "指标", "指標"), Text("recomputed", "重算值", "重算值"))
_OBJECTIVE: Final = Text("objective", "目标值", "目標值")
_BOUND: Final = Text("bound", "上界", "上界")
_GAP: Final = Text("gap", "差距", "差距")
_STATUS: Final = Text("status", "状态", "狀態")
_STATUSES: Final = {
    "optimal": Text("optimal", "最优", "最佳"),
    "feasible": Text("feasible", "可行", "可行"),
    "relaxed": Text("relaxed", "已放宽", "已放寬"),
}
_ROWS: Final = Text("Rows", "约束", "約束")
_ROW_HEADS: Final = (
    Text("row", "约束", "約束"),
    Text("load", "负载", "負載"),
    Text("limit", "限额", "限額"),
    Text("price", "价格", "價格"),
    Text("violation", "超出", "超出"),
    Text("relaxed by", "放宽", "放寬"),
)
_FAILURES: Final = Text("Failed checks", "未通过的检查", "未通過的檢查")
_FAILURE_HEADS: Final = (Text("code", "代码", "代碼"), Text("what was found", "发现", "發現"))


def verify(problem: Path, plan: Path, *, as_json: bool, lang: str | None) -> int:
    """Check a plan against its problem; return 0 when it is verified, else 1."""
    from zhike.adapters.allocation_files import read_arrays, read_plan_arrays
    from zhike.govern.verification import verify as verified

    started = time.perf_counter()
    found = verified(read_arrays(problem), read_plan_arrays(plan))
    seconds, language = time.perf_counter() - started, chosen_language(lang)
    if as_json:
        emit_json({**found.to_dict(language), "seconds": round(seconds, 3)})
    else:
        _show(found, seconds, language)
    return 0 if found.verified else 1


def _show(found: Verification, seconds: float, language: Language) -> None:
    write(_verdict(found, language))
    sizes = {name: getattr(found, name) for name in ("customers", "variables", "chosen")}
    write(_SIZES.render(language, **sizes, seconds=seconds))
    if found.loose:
        write(_LOOSE.render(language, loose=found.loose))
    if found.objective is not None:
        _show_figures(found, language)
    if found.failures:
        heads = [head.in_language(language) for head in _FAILURE_HEADS]
        told = [(failure.code, failure.render(language)) for failure in found.failures]
        show_table(_FAILURES.in_language(language), heads, told)


def _verdict(found: Verification, language: Language) -> str:
    if not found.verified:
        return _FAILED.render(language, count=len(found.failures))
    relaxed = sum(row.relaxed_by > 0 for row in found.rows)
    text = _RELAXED if found.status == "relaxed" else _VERIFIED
    return text.render(language, relaxed=relaxed, gap=_share(found.gap))


def _show_figures(found: Verification, language: Language) -> None:
    status = _STATUSES.get(found.status, Text(*[found.status] * 3))
    figures = [
        (_OBJECTIVE, _number(found.objective)),
        (_BOUND, _number(found.bound)),
        (_GAP, _share(found.gap)),
        (_STATUS, status.in_language(language)),
    ]
    heads = [head.in_language(language) for head in _FIGURE_HEADS]
    lines = [(name.in_language(language), figure) for name, figure in figures]
    show_table(_FIGURES.in_language(language), heads, lines)
    if found.rows:
        cells = [_row_cells(row) for row in found.rows]
        # Violations and relaxations take room only where there are some.
        shown = [column for column in range(len(_ROW_HEADS)) if any(row[column] for row in cells)]
        heads = [_ROW_HEADS[column].in_language(language) for column in shown]
        show_table(_ROWS.in_language(language), heads, [[row[column] for column in shown] for row in cells])


def _row_cells(row: RowCheck) -> tuple[str, ...]:
    """Return the cells of a row; a floor is stored negated, and shown as staff know it."""
    floor = row.limit < 0
    # Added to zero, a load of minus nothing is nothing.
    load, limit = (0.0 - row.load, -row.limit) if floor else (row.load, row.limit)
    return (
        row.name,
        _number(load),
        f"{'≥' if floor else '≤'} {_number(limit)}",
        f"{row.price:,.6g}",
        f"{row.violation:.3g}" if row.violation else "",
        _number(row.relaxed_by) if row.relaxed_by else "",
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"


def _share(value: float | None) -> str:
    """Return a share with three digits that count: gaps are small."""
    return "-" if value is None else f"{100 * value:.3g} %"
