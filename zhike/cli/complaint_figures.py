"""`zhike complaints`: what complaints are about, the sector's figures, the self-rating, the supervisor's return, equal redress, what recovery changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from zhike.cli import complaint_figures_told as told
from zhike.cli.complaint_source import ComplaintSource, Consulted, Last, ReceiptDays
from zhike.cli.console import chosen_language, emit_json, said
from zhike.cli.option_groups import Answer, option_groups
from zhike.cli.options import day_of
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.core.language import Language
    from zhike.core.rulebook import Rulebook

__all__ = ["register"]

CasesFile = Annotated[
    Path | None,
    typer.Argument(metavar="[CASES]", help=said("Complaints, a row each: CSV or Parquet; without it those of the store.", "投诉明细，每件一行：CSV 或 Parquet；不给则取存储中的投诉。", "申訴明細，每件一列：CSV 或 Parquet；不給則取儲存中的申訴。")),
]  # fmt: skip
Outlets = Annotated[
    int | None,
    typer.Option("--outlets", min=1, metavar="N", help=said("Outlets of the bank.", "网点数。", "分行數。")),
]
Customers = Annotated[
    int | None, typer.Option("--customers", min=1, metavar="N", help=said("Personal customers of the bank.", "个人客户数。", "個人客戶數。"))
]  # fmt: skip
Facet = Annotated[
    str, typer.Option("--by", metavar="FACET", help=said("origin, business, issue, cause, branch, or facets: the first three together.", "origin、business、issue、cause、branch，或 facets（前三项组合）。", "origin、business、issue、cause、branch，或 facets（前三項組合）。"))
]  # fmt: skip
Groups = Annotated[
    str | None, typer.Option("--by", metavar="COLUMNS", help=said("Groups to compare, separated by commas; default: those of the rule.", "要比较的分组列，逗号分隔；默认按规则。", "要比較的分組欄，逗號分隔；預設依規則。"))
]  # fmt: skip
Facts = Annotated[
    Path | None, typer.Option("--facts", metavar="FILE", help=said("What nothing measures: points of education, and deduction (YAML).", "无法由数据计算的分值：education 与 deduction（YAML）。", "無法由資料計算的分數：education 與 deduction（YAML）。"))
]  # fmt: skip
Quarter = Annotated[str, typer.Option("--quarter", metavar="QUARTER", help=said("Such as 2026Q3.", "如 2026Q3。", "如 2026Q3。"))]  # fmt: skip
KnownAt = Annotated[
    str | None, typer.Option("--known-at", metavar="TIME", help=said("As the store knew it then, such as 2026-10-08T09:00:00+08:00; default: now.", "按当时存储所知，如 2026-10-08T09:00:00+08:00；默认现在。", "依當時儲存所知，如 2026-10-08T09:00:00+08:00；預設現在。"))
]  # fmt: skip
OutFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=said("File to write.", "输出文件。", "輸出檔案。"))]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BankSize:
    """Options: how large the bank is; what is not said is as the store knows it."""

    outlets: Outlets = None
    customers: Customers = None


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    for name, command, summary in (
        ("pareto", _pareto, said("What complaints are about, the most frequent first, with the places that each may truly have.", "投诉集中在哪里：按频次排列，附可信位次。", "申訴集中在哪裡：依頻次排列，附可信位次。")),
        ("trend", _trend, said("Complaints month by month on control charts.", "投诉逐月控制图。", "申訴逐月管制圖。")),
        ("kpis", _kpis, said("The sector's figures: per 1,000 outlets, per 10 million customers, in time, answered in days.", "行业口径指标：每千网点、每千万客户投诉量，按时率与用时。", "行業口徑指標：每千分行、每千萬客戶申訴量，按時率與用時。")),
        ("rating", _rating, said("Self-rating of consumer protection from live figures; a range where something is not known.", "消费者权益保护自评：取自实际数据，未知部分给出区间。", "消費者權益保護自評：取自實際資料，未知部分給出區間。")),
        ("return", _return, said("The supervisor's quarterly return as CSV, with its hash.", "监管季度报表（CSV）及其哈希。", "監理季度報表（CSV）及其雜湊。")),
        ("audit", _audit, said("Whether equal harm got equal redress in every tier and group, by matched pairs.", "同等损害是否同等补偿：按客户等级与分组配对检查。", "同等損害是否同等補償：依客戶等級與分組配對檢查。")),
        ("recovery", _recovery, said("What each measure of recovery changed, doubly robust; what it costs.", "各补救措施的成效（双重稳健估计）与成本。", "各補救措施的成效（雙重穩健估計）與成本。")),
    ):  # fmt: skip
        app.command(name, help=summary, epilog=_EXAMPLES[name])(option_groups(command))


_EXAMPLES: Final = {
    "pareto": "Example: zhike complaints pareto cases.csv --by issue --json",
    "trend": "Example: zhike complaints trend cases.csv --by business --customers 250000",
    "kpis": "Example: zhike complaints kpis cases.csv --from 2026-01-01 --outlets 120 --customers 2500000",
    "rating": "Example: zhike complaints rating cases.csv --facts facts.yaml --customers 2500000",
    "return": "Example: zhike complaints return cases.csv --quarter 2026Q3 --out return.csv",
    "audit": "Example: zhike complaints audit cases.csv --by tier,age_band --json",
    "recovery": "Example: zhike complaints recovery cases.csv --json",
}


def _pareto(
    cases: CasesFile = None,
    *,
    by: Facet = "issue",
    days: ReceiptDays,
    consulted: Consulted,
    answer: Answer,
) -> None:
    from zhike.api.complaint_sources import analysis_rules
    from zhike.measure.complaint_analysis import FACETS, pareto

    _check_facet(by, FACETS)
    source = consulted.source(cases)
    part = source.register(days)
    found = {**pareto(part, by, analysis_rules(source.rulebook, source.day)), "rejects": part.rejects}
    _give(answer, found, told.show_pareto, source)


def _trend(
    cases: CasesFile = None,
    *,
    by: Facet = "issue",
    customers: Customers = None,
    until: Last = None,
    consulted: Consulted,
    answer: Answer,
) -> None:
    from zhike.api.complaint_sources import analysis_rules
    from zhike.measure.complaint_analysis import FACETS, trends
    from zhike.measure.complaint_analysis.pareto import JOINED

    _check_facet(by, tuple(one for one in FACETS if one != JOINED))
    source = consulted.source(cases)
    last = source.day if until is None else day_of(until)
    found = trends(
        source.register(ReceiptDays(until=until)),
        by,
        analysis_rules(source.rulebook, source.day),
        last,
        customers,
    )
    _give(answer, found, told.show_trend, source)


def _kpis(
    cases: CasesFile = None,
    *,
    size: BankSize,
    days: ReceiptDays,
    consulted: Consulted,
    answer: Answer,
) -> None:
    source = consulted.source(cases)
    found = _ratios(source, days, size)
    answer.give(found, told.show_kpis)


def _ratios(source: ComplaintSource, days: ReceiptDays, bank: BankSize) -> dict[str, Any]:
    from zhike.api.complaint_sources import analysis_rules
    from zhike.measure.complaint_analysis import Size, complaint_ratios

    part = source.register(days)
    earliest = part.table["received_on"].min() if len(part) else source.day
    assert isinstance(earliest, dt.date)  # noqa: S101 - a column of dates
    first = earliest if days.first is None else day_of(days.first)
    last = source.day if days.until is None else day_of(days.until)
    if first > last:
        raise UsageError(
            what=phrase("a period from {first} until {last}", first=first, last=last),
            expected=phrase("a first day that is not after the last"),
        )
    size = Size(bank.outlets or source.size.outlets, bank.customers or source.size.customers)
    return complaint_ratios(part, size, first, last, analysis_rules(source.rulebook, source.day))


def _rating(
    cases: CasesFile = None,
    *,
    facts: Facts = None,
    size: BankSize,
    days: ReceiptDays,
    consulted: Consulted,
    answer: Answer,
) -> None:
    from zhike.api.complaint_sources import house_figures, rated

    source = consulted.source(cases)
    ratios = _ratios(source, days, size)
    house = house_figures(source.rulebook, source.day, source.improvements, _audited_quietly(source))
    said_by_bank = {} if facts is None else _facts(facts)
    found = rated(source.rulebook, source.day, ratios, source.register(days).table, house, said_by_bank)
    _give(answer, found, told.show_rating, source)


def _facts(path: Path) -> dict[str, float]:
    from zhike.adapters.measure_models import read_model_file

    document = read_model_file(path)
    if not isinstance(document, dict) or any(isinstance(one, bool) or not isinstance(one, int | float) for one in document.values()):  # fmt: skip
        raise UsageError(
            what=phrase("facts in '{path}' that are no numbers", path=str(path)),
            expected=phrase("points by name, such as education: 8"),
        )
    return {str(name): float(value) for name, value in document.items()}


def _return(
    quarter: Quarter,
    cases: CasesFile = None,
    *,
    out: OutFile = None,
    known_at: KnownAt = None,
    consulted: Consulted,
    answer: Answer,
) -> None:
    from zhike.api.complaint_returns import return_of

    source = consulted.source(cases, known_at)
    found = return_of(source.register(ReceiptDays(until="9999-12-31")), quarter, source.rulebook, source.day)
    if out is not None:
        out.write_bytes(found.content)
    told_of = {**found.told(), "known_at": source.known_at, "file": None if out is None else str(out)}
    if answer.as_json:
        emit_json(told_of)
    elif out is None:
        typer.echo(found.content.decode("utf-8-sig"), nl=False)
    else:
        told.show_return(told_of, chosen_language(answer.lang))


def _audit(cases: CasesFile = None, *, by: Groups = None, consulted: Consulted, answer: Answer) -> None:
    source = consulted.source(cases)
    found = _audited(source, by)
    answer.give(found, told.show_audit)


def _audited(source: ComplaintSource, by: str | None) -> dict[str, Any]:
    from zhike.api.complaint_sources import audit_rules
    from zhike.measure.redress import RedressCases, redress_audit

    rules = audit_rules(source.rulebook, source.day)
    names = rules.by if by is None else tuple(one.strip() for one in by.split(",") if one.strip())
    if by is not None:
        for name in names:
            source.answers.column(name)
    return redress_audit(RedressCases.of(source.answers, names), rules, names)


def _audited_quietly(source: ComplaintSource) -> dict[str, Any] | None:
    """Return the comparison of redress; None where the complaints do not tell enough for one."""
    from zhike.core.measure_errors import AnswersError

    try:
        return _audited(source, None)
    except AnswersError:
        return None


def _recovery(cases: CasesFile = None, *, consulted: Consulted, answer: Answer) -> None:
    from zhike.api.complaint_sources import recovery_rules
    from zhike.measure.redress import RedressCases, recovery_menu

    source = consulted.source(cases)
    menu = tuple(source.rulebook.at("complaints.redress", source.day).value)
    found = recovery_menu(
        RedressCases.of(source.answers, ()), menu, recovery_rules(source.rulebook, source.day)
    )
    _give(answer, found, told.show_recovery, source)


def _give(
    answer: Answer,
    found: dict[str, Any],
    show: Callable[[Mapping[str, Any], Rulebook, dt.date, Language], None],
    source: ComplaintSource,
) -> None:
    """Print what was found; people read codes under the titles that the rules of the day give them."""
    answer.give(found, lambda told_of, language: show(told_of, source.rulebook, source.day, language))


def _check_facet(facet: str, known: tuple[str, ...]) -> None:
    if facet not in known:
        raise UsageError(what=phrase("facet '{name}'", name=facet), expected=", ".join(known))
