"""`zhike allocate`: the best plan for a problem file, with its certificate."""

from __future__ import annotations

import contextlib
import resource
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, show_table, write
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from zhike.core.language import Language
    from zhike.decide.allocation import Allocation, Margin, Problem

__all__ = ["allocate"]

_PATIENCE: Final = 3.0
"""Seconds after which a first call says what it is doing."""
_COMPILING: Final = Text(
    "Compiling the solver's loops; later calls use what is kept.",
    "正在编译求解器循环；之后的调用将直接使用缓存。",
    "正在編譯求解器迴圈；之後的呼叫將直接使用快取。",
)
_OUTCOME: Final = Text(
    "{status}: value {objective:,.2f}, no plan exceeds {bound:,.2f} (gap {gap:.2g}); {chosen:,} actions chosen for {customers:,} customers; {cpu:.2f} s of processor time, {peak:,.0f} MB",
    "{status}：价值 {objective:,.2f}，任何计划都不超过 {bound:,.2f}（差距 {gap:.2g}）；为 {customers:,} 位客户选中 {chosen:,} 项行动；处理器时间 {cpu:.2f} 秒，内存 {peak:,.0f} MB",
    "{status}：價值 {objective:,.2f}，任何計畫都不超過 {bound:,.2f}（差距 {gap:.2g}）；為 {customers:,} 位客戶選中 {chosen:,} 項行動；處理器時間 {cpu:.2f} 秒，記憶體 {peak:,.0f} MB",
)
_STATUSES: Final = {
    "optimal": Text("Optimal", "最优", "最佳"),
    "feasible": Text("Feasible", "可行", "可行"),
    "relaxed": Text("Not feasible as asked", "按原要求不可行", "按原要求不可行"),
}
_CONFLICT: Final = Text(
    "These rows cannot all hold: {rows}.", "以下约束无法同时满足：{rows}。", "以下約束無法同時滿足：{rows}。"
)
_NOT_FOUND: Final = Text(
    "No plan in whole actions was found that keeps all of: {rows}.",
    "未找到同时满足以下约束的整数计划：{rows}。",
    "未找到同時滿足以下約束的整數計畫：{rows}。",
)
_LOOSENED: Final = Text(
    "The plan is the best found with these loosened: {rows}.",
    "计划在放宽以下约束后为已知最优：{rows}。",
    "計畫在放寬以下約束後為已知最佳：{rows}。",
)
_ROWS: Final = Text("Rows", "约束", "約束")
_HEADS: Final = (
    Text("row", "约束", "約束"),
    Text("load", "负载", "負載"),
    Text("limit", "限额", "限額"),
    Text("price of one more", "多一单位的价值", "多一單位的價值"),
    Text("last", "最后入选", "最後入選"),
    Text("margin", "余量", "餘量"),
    Text("next", "下一位", "下一位"),
    Text("short by", "差额", "差額"),
)


def allocate(
    problem: Path, out: Path, *, seed: int, gap: float, threads: int, as_json: bool, lang: str | None
) -> int:
    """Solve a problem and write its plan; return 0, for a plan that loosens rows says so."""
    from zhike.adapters.allocation_files import read_arrays, write_plan

    if gap < 0 or threads < 1:
        raise UsageError(
            what=f"--gap {gap}, --threads {threads}", expected=phrase("a gap of 0 or more, a thread or more")
        )
    begun = time.perf_counter()
    arrays = read_arrays(problem)
    read = time.perf_counter() - begun
    asked, found, margins, spent = _solved(arrays, seed, gap, threads, chosen_language(lang))
    write_plan(out, _plan_arrays(asked, found))
    seconds = {**spent, "read": round(read, 3)}
    told = _told(asked, found, margins, seconds, arrays)
    if as_json:
        emit_json(told)
    else:
        _show(told, chosen_language(lang))
    return 0


def _solved(
    arrays: Mapping[str, Any], seed: int, gap: float, threads: int, language: Language
) -> tuple[Problem, Allocation, list[Margin], dict[str, float]]:
    """Return the problem, its plan, who is at the margin of its rows, and the seconds of compiling and solving."""
    import numpy as np

    from zhike.decide.allocation import Problem, allocate, margins, warm

    begun = time.perf_counter()
    asked = Problem.of(arrays)
    with _patient(language):
        warm(asked)
    ready, cpu = time.perf_counter(), time.process_time()
    found = allocate(asked, np.random.default_rng(seed), goal=gap, threads=threads)
    spent = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - ready,
        "compile": ready - begun,
    }
    return asked, found, margins(asked, found), {name: round(value, 3) for name, value in spent.items()}


@contextlib.contextmanager
def _patient(language: Language) -> Iterator[None]:
    """Say on standard error that loops are being compiled, where that takes long: on the first call after an installation."""
    note = threading.Timer(_PATIENCE, lambda: sys.stderr.write(_COMPILING.in_language(language) + "\n"))
    note.daemon = True
    note.start()
    try:
        yield
    finally:
        note.cancel()


def _plan_arrays(asked: Problem, found: Allocation) -> dict[str, Any]:
    return {
        "chosen": found.chosen, "prices": found.prices, "bound": found.bound, "objective": found.objective, "gap": found.gap,
        "status": found.status, "b_kept": found.kept, "names": list(asked.names),
    }  # fmt: skip


def _told(
    asked: Problem,
    found: Allocation,
    margins: list[Margin],
    seconds: dict[str, float],
    arrays: Mapping[str, Any],
) -> dict[str, Any]:
    """Return everything there is to say about a plan."""
    conflict = found.conflict
    return {
        "status": found.status, "objective": found.objective, "bound": found.bound, "gap": found.gap,
        "worst_violation": found.violation, "complete_search": found.complete,
        "customers": asked.customers, "variables": len(asked.act), "chosen": len(found.chosen),
        "rows": [
            {
                "name": name, "load": float(found.load[row]), "limit": float(asked.capacity[row]), "kept": float(found.kept[row]),
                "price": float(found.prices[row]), "last": _place(asked, arrays, margin.last, margin.last_margin),
                "next": _place(asked, arrays, margin.next, margin.next_margin),
            }
            for row, (name, margin) in enumerate(zip(asked.names, margins, strict=True))
        ],
        "conflict": conflict and {
            "rows": list(conflict.rows), "relaxation": dict(conflict.relaxation), "proven": conflict.proven,
            "least_relative_relaxation": conflict.least,
        },
        "seconds": seconds,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }  # fmt: skip


def _place(asked: Problem, arrays: Mapping[str, Any], variable: int, margin: float) -> dict[str, Any] | None:
    """Return customer and action of a variable, with their names where the problem has them."""
    if variable < 0:
        return None
    customer = int(asked.indptr.searchsorted(variable, side="right")) - 1
    action = int(asked.act[variable])
    named: dict[str, int | str] = {"customer": customer, "action": action}
    for key, labels in (("customer", "customers"), ("action", "actions")):
        if labels in arrays:
            named[key] = str(arrays[labels][named[key]])
    return {"variable": variable, **named, "margin": margin}


def _show(told: dict[str, Any], language: Language) -> None:
    write(_OUTCOME.render(
        language, **{**told, "status": _STATUSES[told["status"]].in_language(language)}, cpu=told["seconds"]["cpu"], peak=told["peak_mb"],
    ))  # fmt: skip
    conflict = told["conflict"]
    if conflict:
        heard = _CONFLICT if conflict["proven"] else _NOT_FOUND
        write(heard.render(language, rows=", ".join(conflict["rows"])))
        loosened = [f"{name} (+{more:,.6g})" for name, more in conflict["relaxation"].items()]
        write(_LOOSENED.render(language, rows=", ".join(loosened) or "-"))
    show_table(
        _ROWS.in_language(language),
        [head.in_language(language) for head in _HEADS],
        [_cells(row) for row in told["rows"]],
    )


def _cells(row: dict[str, Any]) -> list[str]:
    cells = [row["name"], f"{row['load']:,.2f}", f"{row['limit']:,.2f}", f"{row['price']:,.4g}"]
    for place in (row["last"], row["next"]):
        cells += (
            [f"{place['customer']} / {place['action']}", f"{place['margin']:,.4g}"] if place else ["", ""]
        )
    return cells
