"""`zhike lab complaints`: a year of the complaint desk, played in a ledger and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import emit_json, show_progress, show_table, write
from zhike.core.language import Text

if TYPE_CHECKING:
    from zhike.core.language import Language
    from zhike.lab.complaint_year import YearOrder

__all__ = ["play"]

_STORE, _REPORT = "zhike.db", "year.json"
_HEADS: Final = (Text("figure", "指标", "指標"), Text("value", "数值", "數值"))
_ROWS: Final = {
    "cases": Text("complaints", "投诉件数", "申訴件數"),
    "missed_total": Text("legal dates missed", "法定期限逾期", "法定期限逾期"),
    "missed_internal": Text("told later than the house promises", "超出本行承诺时限", "超出本行承諾時限"),
    "decide": Text("days to the decision: median, 95 %, longest", "告知处理结果所用天数：中位数、95%、最长", "告知處理結果所用天數：中位數、95%、最長"),
    "close": Text("days to the close: median, 95 %, longest", "结案所用天数：中位数、95%、最长", "結案所用天數：中位數、95%、最長"),
    "handlers": Text("handlers", "处理人员", "處理人員"),
    "hindsight": Text("the fewest with whom any order of work keeps every date", "任何排序下不逾期的最少人数", "任何排序下不逾期的最少人數"),
    "warnings": Text("forecasts that warned, of all", "发出预警的预测次数（共）", "發出預警的預測次數（共）"),
    "lead": Text("days from the first warning to the first date missed", "首次预警至首次逾期的天数", "首次預警至首次逾期的天數"),
    "needed": Text("handlers that the first warning asked for", "首次预警所需人手", "首次預警所需人手"),
}  # fmt: skip
_NONE: Final = "-"


def play(
    out: str, order: YearOrder, rulebook: Path | None, *, resume: bool, as_json: bool, language: Language
) -> int:  # fmt: skip
    """Play a year and print what came of it; return the exit code: 1 where a legal date was missed.

    Raises
    ------
    UsageError
        When the order cannot be played, or the store holds another year.
    """
    from zhike.adapters.rule_files import load_rulebook
    from zhike.adapters.store.engine import open_store
    from zhike.lab.complaint_year import play_year

    order.check()
    folder = None if "://" in out or out.endswith(".db") else Path(out)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    store = open_store(out if folder is None else str(folder / _STORE), create=True)
    with show_progress("complaints", quiet=as_json) as progress:
        told = play_year(store, load_rulebook(rulebook), order, resume=resume, progress=progress)
    if folder is not None:
        (folder / _REPORT).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    if as_json:
        emit_json(told)
    else:
        _show(told, language)
    return 1 if told["missed_total"] else 0


def _show(told: dict[str, Any], language: Language) -> None:
    values = {
        "cases": f"{told['cases']:,}", "missed_total": _missed(told), "missed_internal": f"{sum(told['missed_internal'].values()):,}",
        "decide": _spread(told["days_to_decide"]), "close": _spread(told["days_to_close"]),
        "handlers": " → ".join(str(one["handlers"]) for one in told["handlers"]), "hindsight": str(told["needed_in_hindsight"]),
        "warnings": f"{told['warnings']} / {told['forecasts']}", "lead": _NONE if told["lead_days"] is None else str(told["lead_days"]),
        "needed": _NONE if told["needed"] is None else str(told["needed"]["first"]),
    }  # fmt: skip
    show_table("", [head.in_language(language) for head in _HEADS], [(title.in_language(language), values[name]) for name, title in _ROWS.items()])  # fmt: skip
    write()


def _missed(told: dict[str, Any]) -> str:
    by_clock = ", ".join(f"{name} {count:,}" for name, count in told["missed_legal"].items())
    return f"{told['missed_total']:,} ({by_clock})" if by_clock else "0"


def _spread(days: dict[str, Any]) -> str:
    return _NONE if not days["count"] else f"{days['median']}, {days['p95']}, {days['longest']}"
