"""`zhike measure indicators`: every indicator of a bank by level, on its chart, with signals; see `zhike.measure.indicators`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, write
from zhike.cli.measure_told import VALUE, number, percent, show_rows
from zhike.cli.options import AsJson, Day, Lang, RulebookFolder, check_day, day_of
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import polars as pl

    from zhike.core.language import Language
    from zhike.core.rulebook import Rulebook

__all__ = ["register"]

_Level = Annotated[
    str | None,
    typer.Option("--level", metavar="LEVEL", help=said("bank, branch, team, channel or process; default: all.", "bank、branch、team、channel 或 process；默认全部。", "bank、branch、team、channel 或 process；預設全部。")),
]  # fmt: skip
_Bank = Annotated[
    Path | None,
    typer.Argument(metavar="BANK", help=said("Bank folder; may be left out with --store.", "银行文件夹；给出 --store 时可省略。", "銀行資料夾；給出 --store 時可省略。")),
]  # fmt: skip
_Store = Annotated[
    str | None,
    typer.Option("--store", metavar="STORE", help=said("Count sheets, complaints, call-backs and offers of this store too.", "一并计入此数据库中的答卷、投诉、回访与推荐。", "一併計入此資料庫中的答卷、申訴、回訪與推薦。")),
]  # fmt: skip
_LEVELS: Final = {
    "bank": Text("bank", "全行", "全行"),
    "branch": Text("branch", "网点", "分行"),
    "team": Text("team", "团队", "團隊"),
    "channel": Text("channel", "渠道", "通路"),
    "process": Text("process", "流程", "流程"),
}
_HEADS: Final = (
    Text("level", "层级", "層級"), Text("unit", "单位", "單位"), Text("period", "期间", "期間"), VALUE, Text("usual", "通常水平", "通常水準"),
    Text("limits", "控制界限", "管制界限"), Text("chart", "控制图", "管制圖"), Text("signal", "信号", "訊號"), Text("promise", "承诺", "承諾"),
)  # fmt: skip
_TITLE: Final = Text("{title} ({unit}; {owner})", "{title}（{unit}；{owner}）", "{title}（{unit}；{owner}）")
_SIGNALS: Final = {
    None: Text("none", "无", "無"),
    "better": Text("better than usual", "优于通常", "優於平常"),
    "worse": Text("worse than usual", "差于通常", "劣於平常"),
}
_STANDS: Final = Text(
    "{signal}, stands among all charts",
    "{signal}，计入全部图表后仍成立",
    "{signal}，計入全部圖表後仍成立",
)
_KEEPS: Final = {
    None: Text("-", "-", "-"),
    True: Text("kept as a rule", "通常达到", "通常達到"),
    False: Text("not kept as a rule", "通常未达到", "通常未達到"),
}
_FEW: Final = Text("too few periods", "期数不足", "期數不足")
_SUM: Final = Text(
    "{signals} of {charts} charts give a signal; of stable processes {expected:.2f} would. {standing} stand when all charts are reckoned with.",
    "{charts} 张图中 {signals} 张发出信号；若过程均稳定，预期 {expected:.2f} 张。计入全部图表后仍成立 {standing} 张。",
    "{charts} 張圖中 {signals} 張發出訊號；若過程均穩定，預期 {expected:.2f} 張。計入全部圖表後仍成立 {standing} 張。",
)
_NONE: Final = Text("No indicator is in force.", "没有生效的指标。", "沒有生效的指標。")


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    summary = said(
        "Indicators by level of the bank on control charts, with honest signals.",
        "按层级的服务指标：控制图与可靠信号。",
        "依層級的服務指標：管制圖與可靠訊號。",
    )
    example = (
        "Example: zhike measure indicators mybank --store zhike.db --at 2026-06-30 --level branch --json"
    )
    app.command("indicators", help=summary, epilog=example)(_indicators)


def _indicators(
    bank: _Bank = None,
    *,
    at: Day,
    level: _Level = None,
    store: _Store = None,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.adapters.rule_files import load_rulebook
    from zhike.measure.indicators import LEVELS, indicator_board, indicators_of

    if level is not None and level not in LEVELS:
        raise UsageError(what=phrase("level '{level}'", level=level), expected=", ".join(LEVELS))
    if bank is None and store is None:
        raise UsageError(
            what=phrase("neither BANK nor --store"), expected=phrase("a bank folder, a store, or both")
        )
    book, day = load_rulebook(rulebook), day_of(at)
    tables, timezone = _tables(bank, store, book, day)
    check_day(day, timezone)
    found = indicator_board(indicators_of(book, day), tables, day, timezone, level)
    emit_json(found) if as_json else _show(found, chosen_language(lang))


def _tables(
    bank: Path | None, store: str | None, book: Rulebook, day: dt.date
) -> tuple[Mapping[str, pl.LazyFrame], str]:
    """Return what is counted, and the zone whose days are."""
    from zhike.adapters.bank import Bank

    opened = None if bank is None else Bank.open(bank)
    folder = {} if opened is None else opened.tables()
    if store is None:
        return folder, str(opened and opened.manifest.timezone)
    from zhike.adapters.store_tables import with_store
    from zhike.cli.stores import acting_alone, zone_of

    acting = acting_alone(store)
    if opened is None:
        with acting.store.read() as tx:
            timezone = zone_of(tx)
    else:
        timezone = opened.manifest.timezone
    return with_store(folder, acting.store, book, day, timezone), timezone


def _show(found: Mapping[str, Any], language: Language) -> None:
    if not found["indicators"]:
        write(_NONE.in_language(language))
    for one in found["indicators"]:
        title = _TITLE.filled(title=one["title"][language], unit=one["unit"], owner=one["owner"])
        show_rows(title, _HEADS, [_cells(one, unit, language) for unit in one["units"]], language)
    write(_SUM.render(language, signals=found["signals"], charts=found["charts"], expected=found["expected_false"], standing=found["standing"]))  # fmt: skip


def _cells(indicator: Mapping[str, Any], unit: Mapping[str, Any], language: Language) -> list[str]:
    head = [_LEVELS[unit["level"]].in_language(language), unit["name"]]
    if unit["chart"] is None:
        return [*head, "", "", "", "", _FEW.in_language(language), "", ""]
    told = percent if indicator["measure"] == "share" and unit["chart"] != "g" else number
    newest = unit["points"][-1]
    signal = _SIGNALS[unit["signal"]].in_language(language)
    return [
        *head, unit["period"], told(unit["value"]), told(unit["centre"]), f"{told(newest['low'])} … {told(newest['high'])}", unit["chart"],
        _STANDS.render(language, signal=signal) if unit["stands"] else signal, _KEEPS[unit["meets_target"]].in_language(language),
    ]  # fmt: skip
