"""`zhike init`, `zhike rejects`: load a source into a bank folder, and show what was not loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import chosen_language, emit_json, show_progress, show_table, write
from zhike.core.language import Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhike.adapters.bank_load import LoadReport
    from zhike.cli.options import Simulation
    from zhike.core.rulebook import Rulebook

__all__ = ["fix", "init", "rejects"]

SIMULATE: Final = "simulate"
_USUAL: Final = (20_000, 24, 7)
"""Customers, months and seed of a simulated bank of which nothing else is said."""
_LOADED, _LOADED_WITH_REJECTS = 0, 3
_MOST_SHOWN: Final = 50
_COLUMNS: Final = (
    Text("table", "表", "表"),
    Text("rows", "总行数", "總列數"),
    Text("added", "新增", "新增"),
    Text("already there", "已存在", "已存在"),
    Text("rejected", "被拒", "被拒"),
)
_TITLE: Final = Text("Bank {name} ({source}), {timezone}, {currency}", "银行 {name}（{source}），{timezone}，{currency}", "銀行 {name}（{source}），{timezone}，{currency}")  # fmt: skip
_UNCHANGED: Final = Text(
    "Nothing new: the bank already held all of it.",
    "没有新内容：该银行已包含全部数据。",
    "沒有新內容：該銀行已包含全部資料。",
)
_SEE_REJECTS: Final = Text(
    "{rows} rows were rejected; see `zhike rejects {bank}`.",
    "{rows} 行被拒；请查看 `zhike rejects {bank}`。",
    "{rows} 列被拒；請查看 `zhike rejects {bank}`。",
)
_FIXED: Final = Text(
    "{rows} rejected rows corrected: {added} added, {identical} already there.",
    "已更正被拒行 {rows} 行：新增 {added} 行，已存在 {identical} 行。",
    "已更正被拒列 {rows} 列：新增 {added} 列，已存在 {identical} 列。",
)
_NO_REJECTS: Final = Text("No rejected rows.", "没有被拒的行。", "沒有被拒的列。")
_REJECTS: Final = Text(
    "{shown} of {all} rejected cells",
    "{all} 个被拒单元格中的 {shown} 个",
    "{all} 個被拒儲存格中的 {shown} 個",
)
_REJECT_COLUMNS: Final = (
    Text("table", "表", "表"),
    Text("file", "文件", "檔案"),
    Text("line", "行", "列"),
    Text("reason", "原因", "原因"),
    Text("column", "列", "欄位"),
    Text("found", "发现", "發現"),
    Text("needed", "需要", "需要"),
    Text("what to do", "如何处理", "如何處理"),
)


def init(
    bank: Path,
    source_kind: str,
    source: Path | None,
    mapping: Path | None,
    rulebook: Path | None,
    simulation: Simulation,
    *,
    as_json: bool,
    lang: str | None,
) -> int:
    """Build a bank folder from a source, or add to it; return 0, or 3 when rows were rejected."""
    from zhike.adapters.rule_files import load_rulebook

    rules = load_rulebook(rulebook)
    with show_progress(f"init {source_kind}", quiet=as_json) as progress:
        if source_kind == SIMULATE:
            report = _simulate(bank, source or mapping, simulation, rules, progress)
        else:
            report = _read(bank, source_kind, source, mapping, simulation, rules, progress)
    if as_json:
        emit_json(_summary(report, bank))
    else:
        _show(report, bank, lang)
    return _LOADED_WITH_REJECTS if report.rejected_rows else _LOADED


def _simulate(
    bank: Path,
    extract: Path | None,
    simulation: Simulation,
    rules: Rulebook,
    progress: Callable[[int, int], None],
) -> LoadReport:
    from zhike.core.errors import UsageError
    from zhike.lab.simulated_bank import Order, build

    if extract is not None:
        raise UsageError(
            what=phrase("'{extract}' with --from {simulate}", extract=extract, simulate=SIMULATE),
            expected=phrase("no extract and no mapping"),
        )
    sizes = (simulation.customers, simulation.months, simulation.seed)
    customers, months, seed = (
        given if given is not None else usual for given, usual in zip(sizes, _USUAL, strict=True)
    )
    order = Order(customers, months, seed, simulation.messy)
    return build(bank, order, simulation.truth, rules, progress)


def _read(
    bank: Path,
    source_kind: str,
    source: Path | None,
    mapping: Path | None,
    simulation: Simulation,
    rules: Rulebook,
    progress: Callable[[int, int], None],
) -> LoadReport:
    from zhike.adapters.sources import SOURCES, load_source
    from zhike.core.errors import UsageError

    if source_kind not in SOURCES:
        raise UsageError(
            what=f"--from {source_kind}",
            expected=phrase("one of {names}", names=", ".join((*SOURCES, SIMULATE))),
        )
    if simulation.given():
        what = phrase(
            "{names} with --from {source_kind}", names=", ".join(simulation.given()), source_kind=source_kind
        )
        raise UsageError(what=what, expected=phrase("them with --from {simulate} only", simulate=SIMULATE))
    if source is None:
        raise UsageError(
            what=phrase("no folder of an extract"),
            expected=phrase("SRC, or --from {simulate}", simulate=SIMULATE),
        )
    return load_source(bank, source_kind, source, rules, mapping, progress)


def rejects(bank: Path, table: str | None, *, as_json: bool, lang: str | None) -> int:
    """Print the rejected rows of a bank; return 0."""
    from zhike.adapters.bank import Bank

    rows = Bank.open(bank).open_rejects(table)
    if as_json:
        emit_json({"bank": str(bank), "rejects": rows.to_dicts()})
        return 0
    language = chosen_language(lang)
    if rows.is_empty():
        write(_NO_REJECTS.in_language(language))
        return 0
    shown = rows.head(_MOST_SHOWN)
    title = _REJECTS.render(language, shown=shown.height, all=rows.height)
    cells = [_reject_cells(row, lang) for row in shown.iter_rows(named=True)]
    show_table(title, [text.in_language(language) for text in _REJECT_COLUMNS], cells)
    return 0


def fix(
    bank: Path,
    corrections: Path,
    mapping: Path | None,
    rulebook: Path | None,
    *,
    as_json: bool,
    lang: str | None,
) -> int:
    """Run rejected rows with corrected cells through the ingest once more; return 0, or 3 where some are rejected still."""
    from zhike.adapters.reject_runs import read_corrections, rerun_rejects
    from zhike.adapters.rule_files import load_rulebook
    from zhike.adapters.sources import MINOR_UNITS

    minor_units = load_rulebook(rulebook).entry(MINOR_UNITS).versions[-1].value
    told = rerun_rejects(bank, read_corrections(corrections), mapping, minor_units)
    numbers = {"rows": told.rows, "added": told.added, "identical": told.identical}
    if as_json:
        emit_json(
            {"bank": str(bank), **numbers, "unchanged": told.unchanged, "rejected": told.rejected.to_dicts()}
        )
    else:
        language = chosen_language(lang)
        write(_FIXED.render(language, **numbers))
        if told.rejected.height:
            cells = [
                _reject_cells(row, lang) for row in told.rejected.head(_MOST_SHOWN).iter_rows(named=True)
            ]
            title = _REJECTS.render(language, shown=len(cells), all=told.rejected.height)
            show_table(title, [text.in_language(language) for text in _REJECT_COLUMNS], cells)
    return _LOADED_WITH_REJECTS if told.rejected.height else _LOADED


def _reject_cells(row: dict[str, Any], lang: str | None) -> list[object]:
    from zhike.core.rejects import REJECT_REASONS

    language, reason = chosen_language(lang), REJECT_REASONS[row["code"]]
    meaning = f"{row['code']}: {reason.meaning.in_language(language)}"
    place = [row["table"], row["source_file"], row["line"], meaning, row["column"]]
    return [*place, row["found"], row["needed"], reason.remedy.in_language(language)]


def _summary(report: LoadReport, bank: Path) -> dict[str, Any]:
    manifest = report.manifest
    return {
        "bank": str(bank),
        "name": manifest.name,
        "source": manifest.source,
        "timezone": manifest.timezone,
        "currency": manifest.currency,
        "policy": manifest.policy,
        "unchanged": report.unchanged,
        "tables": {name: part.rows for name, part in manifest.tables.items()},
        "added": dict(report.added),
        "identical": dict(report.identical),
        "rejected": {name: dict(codes) for name, codes in report.rejected.items()},
        "rejected_rows": report.rejected_rows,
        "outcomes": {name: part.rows for name, part in manifest.outcomes.items()},
        "notes": [
            {"en": note.en, "zh-Hans": note.zh_hans, "zh-Hant": note.zh_hant} for note in manifest.notes
        ],
    }


def _show(report: LoadReport, bank: Path, lang: str | None) -> None:
    language, manifest = chosen_language(lang), report.manifest
    title = _TITLE.render(
        language,
        name=manifest.name,
        source=manifest.source,
        timezone=manifest.timezone,
        currency=manifest.currency,
    )
    rows = [
        [
            name,
            part.rows,
            report.added.get(name, 0),
            report.identical.get(name, 0),
            sum(report.rejected.get(name, {}).values()),
        ]
        for name, part in manifest.tables.items()
    ]
    show_table(title, [text.in_language(language) for text in _COLUMNS], rows)
    for note in manifest.notes:
        write(f"- {note.in_language(language)}")
    if report.unchanged:
        write(_UNCHANGED.in_language(language))
    if report.rejected_rows:
        write(_SEE_REJECTS.render(language, rows=report.rejected_rows, bank=bank))
