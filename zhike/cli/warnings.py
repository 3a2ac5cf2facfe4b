"""`zhike warnings`: learn early warnings as of a day, say which may be given and why the others may not, write those that may."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli.console import chosen_language, emit_json, said, show_progress, show_table, write
from zhike.cli.options import AsJson, BankFolder, Day, Lang, RulebookFolder, check_day, day_of
from zhike.cli.stores import OPERATOR
from zhike.core.errors import InputNotFoundError, UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from zhike.core.language import Language
    from zhike.learn.warnings_of_day import WarningVerdict

__all__ = ["register"]

_SUFFIX: Final = ".parquet"
_HEADS: Final = (
    Text("warning", "预警", "預警"), Text("cases", "样本数", "樣本數"), Text("events", "事件数", "事件數"), Text("AUC", "AUC", "AUC"),
    Text("95% interval", "95% 区间", "95% 區間"), Text("windows", "窗口数", "觀察期數"), Text("model", "模型", "模型"),
    Text("customers", "客户数", "客戶數"), Text("raised", "提示数", "提示數"),
)  # fmt: skip
_WRITTEN: Final = Text("written to {out}", "已写入 {out}", "已寫入 {out}")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    told = said(
        "Learn early warnings from closed windows, and give those that order customers.",
        "从已结束的窗口学习早期预警，仅给出能对客户排序者。",
        "從已結束的觀察期學習早期預警，僅給出能對客戶排序者。",
    )
    example = "Example: zhike warnings mybank --at 2026-04-30 --out warnings.parquet"
    app.command("warnings", help=told, epilog=example)(_warnings)


def _warnings(
    bank: BankFolder,
    at: Day,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help=said(
                "Parquet file to write; the models are then kept in BANK/models.",
                "输出的 Parquet 文件；模型同时存入 BANK/models。",
                "輸出的 Parquet 檔；模型同時存入 BANK/models。",
            ),
        ),
    ] = None,
    *,
    rulebook: RulebookFolder = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    from zhike.adapters.bank import Bank
    from zhike.adapters.rule_files import load_rulebook
    from zhike.adapters.warning_files import bank_warnings, write_warnings

    _check_out(out)
    opened, rules, day = Bank.open(bank), load_rulebook(rulebook), day_of(at)
    check_day(day, opened.manifest.timezone)
    with show_progress("warnings", quiet=as_json):
        whole, verdicts, table = bank_warnings(opened, rules, day)
        if out is not None:
            _keep(bank, whole, verdicts)
            write_warnings(table, out)
    summary = _summary(verdicts, table, day, out)
    emit_json(summary) if as_json else _show(summary, verdicts, chosen_language(lang))


def _check_out(out: Path | None) -> None:
    """Refuse a file that could not be written before the work is done."""
    if out is not None and out.suffix != _SUFFIX:
        raise UsageError(what=f"--out {out.name}", expected=phrase("a file ending in {names}", names=_SUFFIX))
    if out is not None and not out.parent.is_dir():
        raise InputNotFoundError(path=out.parent)


def _keep(bank: Path, whole: Any, verdicts: list[WarningVerdict]) -> None:  # noqa: ANN401 - its class would be loaded with it
    from zhike.act.acting import moment
    from zhike.adapters.clock import SystemClock
    from zhike.adapters.model_registry import registry_of
    from zhike.adapters.warning_files import keep_models

    keep_models(registry_of(bank), whole, verdicts, OPERATOR, moment(SystemClock().now()))


def _summary(
    verdicts: list[WarningVerdict], table: pl.DataFrame, at: dt.date, out: Path | None
) -> dict[str, Any]:
    return {"at": at, "out": out, "warnings": [_told(one, table) for one in verdicts]}


def _told(one: WarningVerdict, table: pl.DataFrame) -> dict[str, Any]:
    import polars as pl

    rows, proof = table.filter(pl.col("warning") == one.warning), one.proof
    value, low, high = (None, None, None) if proof is None else proof.auc
    return {
        "warning": one.warning, "given": one.given is not None, "cases": one.cases, "events": one.events, "auc": value, "low": low,
        "high": high, "windows": 0 if proof is None else proof.windows,
        "model_version": None if one.record is None else one.record.version, "customers": rows.height, "raised": int(rows["raised"].sum()),
        "lacks": None if one.lacks is None else {"en": one.lacks.en, "zh-Hans": one.lacks.zh_hans, "zh-Hant": one.lacks.zh_hant},
    }  # fmt: skip


def _show(summary: dict[str, Any], verdicts: list[WarningVerdict], language: Language) -> None:
    from zhike.know.warning_words import WARNING_NAMES

    rows = [
        [
            WARNING_NAMES[one["warning"]].in_language(language), f"{one['cases']:,}", f"{one['events']:,}", _number(one["auc"]),
            "-" if one["auc"] is None else f"{one['low']:.3f} - {one['high']:.3f}", one["windows"], one["model_version"] or "-",
            f"{one['customers']:,}", f"{one['raised']:,}",
        ]
        for one in summary["warnings"]
    ]  # fmt: skip
    show_table("", [head.in_language(language) for head in _HEADS], rows)
    for one in verdicts:
        if one.lacks is not None:
            write(f"{WARNING_NAMES[one.warning].in_language(language)}: {one.lacks.in_language(language)}")
    if summary["out"] is not None:
        write(_WRITTEN.render(language, out=summary["out"]))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
