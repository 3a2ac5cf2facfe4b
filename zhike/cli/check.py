"""`zhike check`: the quality of a bank's data, what its notes say, and the proof that the archive does not look ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, show_progress, show_table, write
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import polars as pl

    from zhike.adapters.bank import Bank
    from zhike.core.language import Language
    from zhike.know.look_ahead import LookAheadFinding

__all__ = ["check"]

_HEADS: Final = (
    Text("severity", "级别", "級別"), Text("table", "表", "表"), Text("column", "列", "欄"),
    Text("check", "检查", "檢查"), Text("found", "发现", "發現"),
)  # fmt: skip
_SEVERITIES: Final = {
    "error": Text("error", "错误", "錯誤"),
    "warning": Text("warning", "警告", "警告"),
    "info": Text("info", "提示", "提示"),
}
_TOTALS: Final = Text(
    "{errors} errors, {warnings} warnings, {infos} remarks",
    "{errors} 项错误，{warnings} 项警告，{infos} 项提示",
    "{errors} 項錯誤，{warnings} 項警告，{infos} 項提示",
)
_NOTES: Final = Text("What the load says about the data:", "加载说明：", "載入說明：")
_REJECTS: Final = Text(
    "{rows} rows were rejected on loading; see `zhike rejects {bank}`",
    "加载时拒绝 {rows} 行；见 `zhike rejects {bank}`",
    "載入時拒絕 {rows} 列；見 `zhike rejects {bank}`",
)
_CLEAN: Final = Text(
    "no look-ahead: facts learnt or dated after {at} change nothing in its archive",
    "无前视：{at} 之后知悉或发生的事实不改变该日档案",
    "無前視：{at} 之後知悉或發生的事實不改變該日檔案",
)


def check(
    bank: Path,
    at: dt.date | None,
    rulebook: Path | None,
    *,
    look_ahead: bool,
    strict: bool,
    as_json: bool,
    lang: str | None,
) -> int:
    """Check a bank; return 1 when the archive looks ahead, or, if strict, when there are errors."""
    from zhike.adapters.bank import Bank
    from zhike.core.errors import UsageError

    if look_ahead and at is None:
        raise UsageError(
            what=phrase("--look-ahead without --at"),
            expected=phrase("the day of the archive, as in --at 2020-06-30"),
        )
    language = chosen_language(lang)
    opened = Bank.open(bank)
    with show_progress("check", quiet=as_json):
        found = _quality(opened, at, rulebook, language)
        ahead = _look_ahead(bank, at, rulebook) if look_ahead and at is not None else None
    if as_json:
        emit_json(_payload(opened, at, found, ahead, language))
    else:
        _show(opened, bank, at, found, ahead, language)
    errors = found.filter(found["severity"] == "error").height
    return 1 if ahead or (strict and errors) else 0


def _quality(opened: Bank, at: dt.date | None, rulebook: Path | None, language: Language) -> pl.DataFrame:
    import datetime as dt

    from zhike.adapters.rule_files import load_rulebook
    from zhike.observe.quality import QualityLimits, findings

    limits = load_rulebook(rulebook).at("know.quality.limits", at or dt.date.max).value
    return findings(opened.tables(), at, opened.manifest.timezone, QualityLimits(**limits), language)


def _look_ahead(bank: Path, at: dt.date, rulebook: Path | None) -> list[LookAheadFinding]:
    from zhike.cli.bank_archive import bank_archive
    from zhike.know.look_ahead import look_ahead_findings

    made = bank_archive(bank, at, rulebook)
    return look_ahead_findings(made.tables, at, made.bank.manifest.timezone, made.rules)


def _payload(
    opened: Bank,
    at: dt.date | None,
    found: pl.DataFrame,
    ahead: list[LookAheadFinding] | None,
    language: Language,
) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "bank": opened.manifest.name,
        "sha256": opened.sha256,
        "at": at,
        "rows": dict(opened.rows()),
        "rejects": sum(part.rows for part in opened.manifest.rejects.values()),
        "notes": [note.in_language(language) for note in opened.manifest.notes],
        "findings": found.to_dicts(),
    }
    if ahead is not None:
        payload["look_ahead"] = [finding.sentence.in_language(language) for finding in ahead]
    return payload


def _show(
    opened: Bank,
    bank: Path,
    at: dt.date | None,
    found: pl.DataFrame,
    ahead: list[LookAheadFinding] | None,
    language: Language,
) -> None:
    counts = {level: found.filter(found["severity"] == level).height for level in _SEVERITIES}
    write(_TOTALS.render(language, errors=counts["error"], warnings=counts["warning"], infos=counts["info"]))
    rejected = sum(part.rows for part in opened.manifest.rejects.values())
    if rejected:
        write(_REJECTS.render(language, rows=f"{rejected:,}", bank=bank))
    rows = [
        [
            _SEVERITIES[row["severity"]].in_language(language),
            row["table"],
            row["column"],
            row["check"],
            row["sentence"],
        ]
        for row in found.iter_rows(named=True)
    ]
    if rows:
        show_table("", [head.in_language(language) for head in _HEADS], rows)
    if opened.manifest.notes:
        write(_NOTES.in_language(language))
        for note in opened.manifest.notes:
            write(f"- {note.in_language(language)}")
    for finding in ahead or ():
        write(finding.sentence.in_language(language))
    if ahead is not None and not ahead:
        write(_CLEAN.render(language, at=at))
