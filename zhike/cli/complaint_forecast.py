"""`zhike complaints forecast`: whether the desk will keep every legal date, and how many hours it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_table, write
from zhike.cli.options import AsJson, Lang, RulebookFolder  # noqa: TC001 - read when the command is made
from zhike.cli.stores import StorePlace, acting_alone
from zhike.core.language import Text

if TYPE_CHECKING:
    from zhike.core.language import Language

__all__ = ["register"]

_SHOWN: Final = 15
_ENOUGH: Final = Text(
    "With {handlers} handlers every legal date of the next {days} days is kept with {chance:.0%} confidence ({open} open).",
    "按 {handlers} 名处理人员，未来 {days} 天内的法定期限均不逾期（置信度 {chance:.0%}，在办 {open} 件）。",
    "依 {handlers} 名處理人員，未來 {days} 天內的法定期限均不逾期（信賴度 {chance:.0%}，處理中 {open} 件）。",
)
_SHORT: Final = Text(
    "{handlers} handlers do not suffice: a legal date is missed with a chance of {miss:.0%}, from {day} on.",
    "{handlers} 名处理人员不够：法定期限逾期的概率为 {miss:.0%}，自 {day} 起。",
    "{handlers} 名處理人員不足：法定期限逾期的機率為 {miss:.0%}，自 {day} 起。",
)
_NEEDED: Final = Text(
    "Needed: {handlers} handlers, {hours:.1f} hours at cases on a working day (planned: {planned:.1f}).",
    "需要：{handlers} 名处理人员，每个工作日 {hours:.1f} 小时办案（现有安排 {planned:.1f} 小时）。",
    "需要：{handlers} 名處理人員，每個工作日 {hours:.1f} 小時辦案（現有安排 {planned:.1f} 小時）。",
)
_HOPELESS: Final = Text("No number of handlers keeps every date: work is due before the next working day.", "再多人手也无法全部按时：有工作在下一个工作日前到期。", "再多人手也無法全部按時：有工作在下一個工作日前到期。")  # fmt: skip
_ACT_BY: Final = Text("Overtime keeps every date if it begins by {day}.", "最迟 {day} 开始加班，可避免逾期。", "最遲 {day} 開始加班，可避免逾期。")  # fmt: skip
_TOO_LATE: Final = Text("Overtime alone no longer suffices.", "仅靠加班已不够。", "僅靠加班已不足。")
_LATE: Final = Text("{late} cases are late already.", "已有 {late} 件逾期。", "已有 {late} 件逾期。")
_YOUNG: Final = Text("Too little is known of the past: complaints still to come are not in it.", "历史不足：未计入未来新增投诉。", "歷史不足：未計入未來新增申訴。")  # fmt: skip
_DAYS: Final = (
    Text("day", "日期", "日期"), Text("complaints", "新增投诉", "新增申訴"), Text("80 %", "80% 区间", "80% 區間"), Text("hours", "工时", "工時"),
    Text("chance of a miss", "逾期概率", "逾期機率"),
)  # fmt: skip
_CASES: Final = (
    Text("complaint", "投诉", "申訴"), Text("legal date", "法定期限", "法定期限"), Text("hours left", "剩余工时", "剩餘工時"),
    Text("begin by", "最迟开始", "最遲開始"), Text("chance of a miss", "逾期概率", "逾期機率"),
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to those about complaints."""
    summary = said(
        "Say ahead of time whether the desk keeps every legal date, which cases it will miss, and how many handlers it takes. Exit code 1 if it will not.",
        "提前告知能否守住所有法定期限、哪些案件会逾期、需要多少人手。守不住时以 1 退出。",
        "提前告知能否守住所有法定期限、哪些案件會逾期、需要多少人手。守不住時以 1 結束。",
    )
    app.command("forecast", help=summary, epilog="Example: zhike complaints forecast --store zhike.db --json")(_forecast)  # fmt: skip


def _forecast(
    store: StorePlace = None,
    handlers: Annotated[
        int | None,
        typer.Option("--handlers", min=0, metavar="N", help=said("Handlers to be reckoned with; default: those on the staff.", "按此人数测算；默认取在册人员。", "依此人數估算；預設取在冊人員。")),
    ] = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    import numpy as np

    from zhike.adapters.rule_files import load_rulebook
    from zhike.measure.complaint_capacity import desk_forecast

    language, acting = chosen_language(lang), acting_alone(store)
    with acting.store.read() as tx:
        told = desk_forecast(
            tx, load_rulebook(rulebook), acting.clock.now(), np.random.default_rng(0), handlers
        )
    if as_json:
        emit_json(told)
    else:
        _show(told, language)
    raise typer.Exit(0 if told["sufficient"] else 1)


def _show(told: dict[str, Any], language: Language) -> None:
    planned, needed = told["planned"], told["needed"]
    if told["sufficient"]:
        write(
            _ENOUGH.render(
                language,
                handlers=planned["handlers"],
                days=told["horizon_days"],
                chance=told["confidence"],
                open=told["open"],
            )
        )
    else:
        write(
            _SHORT.render(
                language, handlers=planned["handlers"], miss=told["chance_of_miss"], day=told["missed_from"]
            )
        )
        write(_needed(needed, planned, language))
        write(
            _TOO_LATE.in_language(language)
            if told["act_by"] is None
            else _ACT_BY.render(language, day=told["act_by"])
        )
    if told["late"]:
        write(_LATE.render(language, late=told["late"]))
    if not told["history_days"]:
        write(_YOUNG.in_language(language))
    write()
    days = [
        (one["day"], one["arrivals"], f"{one['low']}–{one['high']}", one["hours"], f"{one['chance']:.1%}")
        for one in told["days"][:_SHOWN]
    ]
    show_table("", [head.in_language(language) for head in _DAYS], days)
    if told["cases"]:
        cases = [
            (
                one["complaint_id"],
                one["legal_due"],
                one["hours_left"],
                one["latest_start"],
                f"{one['chance']:.1%}",
            )
            for one in told["cases"][:_SHOWN]
        ]
        show_table("", [head.in_language(language) for head in _CASES], cases)


def _needed(needed: dict[str, Any], planned: dict[str, Any], language: Language) -> str:
    if needed["handlers"] is None:
        return _HOPELESS.in_language(language)
    return _NEEDED.render(
        language, handlers=needed["handlers"], hours=needed["hours_a_day"], planned=planned["hours_a_day"]
    )
