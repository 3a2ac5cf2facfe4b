"""`zhike pace`: a day of customers who come one after the other, answered at prices, against the best plan made with hindsight."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, show_table, write
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import either, phrase

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from zhike.core.language import Language
    from zhike.decide.allocation import Allocation, Pacer, Problem
    from zhike.decide.allocation.realtime import Day

__all__ = ["ORDERS", "pace"]

ORDERS: Final = ("shuffled", "drifting")
_ANSWERS, _FIRST_ANSWERS = 2_000, 50
"""Answers that are timed, in processor time, and those before them that are not: they compile."""
_OFFLINE: Final = Text(
    "{customers:,} customers came ({order}), {forecast:,} others were the forecast. With hindsight ({status}): value {objective:,.2f}, no plan exceeds {bound:,.2f}.",
    "{customers:,} 位客户到来（{order}），另有 {forecast:,} 位用于预测。事后计划（{status}）：价值 {objective:,.2f}，任何计划都不超过 {bound:,.2f}。",
    "{customers:,} 位客戶到來（{order}），另有 {forecast:,} 位用於預測。事後計畫（{status}）：價值 {objective:,.2f}，任何計畫都不超過 {bound:,.2f}。",
)
_WORDS: Final = {
    "shuffled": Text("in random order", "随机顺序", "隨機順序"),
    "drifting": Text("rich ones and one segment first", "富裕客户与某一客群在先", "富裕客戶與某一客群在先"),
    "optimal": Text("optimal", "最优", "最佳"),
    "feasible": Text("feasible", "可行", "可行"),
    "relaxed": Text("rows loosened", "已放宽约束", "已放寬約束"),
    "stored": Text("stored prices", "固定价格", "固定價格"),
    "paced": Text("prices paced", "随时调价", "隨時調價"),
}
_POLICIES: Final = Text("Policies", "策略", "策略")
_HEADS: Final = (
    Text("policy", "策略", "策略"),
    Text("value", "价值", "價值"),
    Text("regret", "遗憾", "遺憾"),
    Text("to the bound", "与上界之差", "與上界之差"),
    Text("worst excess", "最大超出", "最大超出"),
    Text("floors missed", "未达下限", "未達下限"),
    Text("refused", "因不足被拒", "因不足被拒"),
    Text("refreshes", "调价次数", "調價次數"),
    Text("CPU µs, median", "处理器微秒，中位数", "處理器微秒，中位數"),
    Text("CPU µs, 99 %", "处理器微秒，99 %", "處理器微秒，99 %"),
)
_MISSED: Final = Text("Floors missed", "未达到的下限", "未達到的下限")
_MISSED_HEADS: Final = (
    Text("policy", "策略", "策略"),
    Text("floor", "下限", "下限"),
    Text("asked", "要求", "要求"),
    Text("short by", "差额", "差額"),
)


def pace(problem: Path, *, forecast: float, order: str, seed: int, as_json: bool, lang: str | None) -> int:
    """Play a day with stored and with paced prices; return 0.

    Parameters
    ----------
    problem : Path
    forecast : float
        Share of the customers, drawn at random, from whom prices are found; the others come, and theirs is the rest of every row.
    order : str
        One of `ORDERS`.
    seed : int
    as_json : bool
    lang : str or None
    """
    if not 0.0 < forecast < 1.0:
        raise UsageError(what=f"--forecast {forecast}", expected=phrase("a share between 0 and 1"))
    if order not in ORDERS:
        raise UsageError(what=f"--order {order}", expected=either(ORDERS))
    told = _told(problem, forecast, order, seed)
    if as_json:
        emit_json(told)
    else:
        _show(told, chosen_language(lang))
    return 0


def _told(file: Path, forecast: float, order: str, seed: int) -> dict[str, Any]:
    """Return what there is to say about a day."""
    import numpy as np

    from zhike.adapters.allocation_files import read_arrays
    from zhike.decide.allocation import Pacer, Problem, allocate
    from zhike.decide.allocation.realtime import arrival_order

    rng = np.random.default_rng(seed)
    before, day = _parted(Problem.of(read_arrays(file)), forecast, rng)
    best, prices = allocate(day, rng), allocate(before, rng).prices
    coming = arrival_order(day, rng, drifting=order == "drifting")
    pacer = Pacer(before, day.capacity, day.customers, rng)
    played = {"stored": _played(day, coming, prices, None), "paced": _played(day, coming, prices, pacer)}
    return {
        "order": order, "seed": seed, "customers": day.customers, "forecast_customers": before.customers,
        "offline": {"status": best.status, "objective": best.objective, "bound": best.bound},
        "policies": [_policy(name, day, best, *one) for name, one in played.items()],
    }  # fmt: skip


def _parted(asked: Problem, forecast: float, rng: np.random.Generator) -> tuple[Problem, Problem]:
    """Return the customers of the forecast and those of the day, each with their share of the right-hand sides."""
    import numpy as np

    from zhike.decide.allocation.realtime import portion

    who = rng.permutation(asked.customers)
    size = round(asked.customers * forecast)
    if not 0 < size < asked.customers:
        raise UsageError(
            what=phrase(
                "{customers} customers, --forecast {forecast}", customers=asked.customers, forecast=forecast
            ),
            expected=phrase("a customer for the forecast and one for the day"),
        )
    return portion(asked, np.sort(who[:size])), portion(asked, np.sort(who[size:]))


def _played(
    day: Problem, order: NDArray[np.int64], prices: NDArray[np.float64], pacer: Pacer | None
) -> tuple[Day, float, NDArray[np.float64]]:
    """Return the day, its seconds of processor time, and the microseconds of single answers to some of its customers with what it left."""
    from zhike.decide.allocation import simulate_day

    simulate_day(day, order[:1], prices)  # compiled before the clock is read
    begun = time.process_time()
    found = simulate_day(day, order, prices, pacer)
    return found, time.process_time() - begun, _timed(day, order, found)


def _timed(day: Problem, order: NDArray[np.int64], found: Day) -> NDArray[np.float64]:
    import numpy as np

    from zhike.decide.allocation import Terms, respond_one

    terms, left, spent = Terms.of(day, found.prices), day.capacity - found.load, []
    for i in order[:: max(1, len(order) // _ANSWERS)]:
        of = slice(day.indptr[i], day.indptr[i + 1])
        columns = day.act[of], day.val[of], day.cost[of]
        begun = time.thread_time()
        respond_one(terms, int(day.seg[i]), *columns, left=left)
        spent.append(1e6 * (time.thread_time() - begun))
    return np.array(spent[_FIRST_ANSWERS:] or spent[-1:])


def _policy(
    name: str, day: Problem, best: Allocation, found: Day, seconds: float, spent: NDArray[np.float64]
) -> dict[str, Any]:
    import numpy as np

    middle, late = np.quantile(spent, [0.5, 0.99])
    missed = [
        {"name": day.names[row], "floor": float(-day.capacity[row]), "by": float(found.missed[row])}
        for row in np.flatnonzero(found.missed > 0)
    ]
    return {
        "policy": name, "objective": found.objective, "regret": found.regret(best.objective),
        "regret_to_bound": found.regret(best.bound), "share_of_optimum": 1.0 - found.regret(best.objective),
        "share_of_bound": 1.0 - found.regret(best.bound), "worst_violation": found.violation, "floors_missed": missed,
        "refused": found.refused, "refreshes": found.refreshes,
        "cpu_microseconds": {"p50": round(float(middle), 1), "p99": round(float(late), 1), "answers": len(spent)},
        "cpu_seconds": round(seconds, 3),
    }  # fmt: skip


def _show(told: dict[str, Any], language: Language) -> None:
    words = {name: text.in_language(language) for name, text in _WORDS.items()}
    offline = told["offline"]
    write(_OFFLINE.render(
        language, customers=told["customers"], forecast=told["forecast_customers"], order=words[told["order"]],
        status=words[offline["status"]], objective=offline["objective"], bound=offline["bound"],
    ))  # fmt: skip
    heads = [head.in_language(language) for head in _HEADS]
    policies = told["policies"]
    show_table(
        _POLICIES.in_language(language), heads, [_cells(one, words[one["policy"]]) for one in policies]
    )
    short = [
        (words[one["policy"]], row["name"], f"{row['floor']:,.2f}", f"{row['by']:,.2f}")
        for one in policies
        for row in one["floors_missed"]
    ]
    if short:
        show_table(
            _MISSED.in_language(language), [head.in_language(language) for head in _MISSED_HEADS], short
        )


def _cells(one: dict[str, Any], name: str) -> list[str]:
    return [
        name, f"{one['objective']:,.2f}", f"{100 * one['regret']:.3f} %", f"{100 * one['regret_to_bound']:.3f} %",
        f"{one['worst_violation']:.3g}", str(len(one["floors_missed"])), f"{one['refused']:,}", str(one["refreshes"]),
        f"{one['cpu_microseconds']['p50']:,.0f}", f"{one['cpu_microseconds']['p99']:,.0f}",
    ]  # fmt: skip
