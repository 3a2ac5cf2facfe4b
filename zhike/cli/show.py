"""`zhike show`: one customer's page, as panels on a terminal and as plain text in a pipe."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Final

from zhike.cli.console import chosen_language, emit_json, show_progress, write
from zhike.cli.explain import channel_told, learnt_told, money_told, reason_told
from zhike.core.language import LANGUAGES, Text
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from zhike.core.language import Language
    from zhike.decide.explanation import CandidateExplanation
    from zhike.know.customer_page import CustomerPage, Section
    from zhike.know.page_lines import Line

__all__ = ["show"]

_TITLE: Final = Text(
    "Customer {customer}, as known at the end of {at}",
    "客户 {customer}，截至 {at} 日终所知",
    "客戶 {customer}，截至 {at} 日終所知",
)
_EXAMPLES: Final = 5
_MOST_PIECES: Final = 3
_NEXT: Final = Text(
    "Next actions, decided on {at} ({policy})",
    "下一步行动，决定于 {at}（{policy}）",
    "下一步行動，決定於 {at}（{policy}）",
)
_ACTION: Final = Text(
    "{product} by {channel}; expected value {value}, P(response) {propensity:.1%}.",
    "{product}，渠道 {channel}；预期价值 {value}，响应概率 {propensity:.1%}。",
    "{product}，通路 {channel}；預期價值 {value}，回應機率 {propensity:.1%}。",
)
_ACTION_EFFECT: Final = Text(
    "{product} by {channel}; expected value {value}, {what} {effect:.1%}.",
    "{product}，渠道 {channel}；预期价值 {value}，{what} {effect:.1%}。",
    "{product}，通路 {channel}；預期價值 {value}，{what} {effect:.1%}。",
)
_BECAUSE: Final = Text("Because of: {held}.", "因为持有：{held}。", "因為持有：{held}。")


def show(
    bank: Path,
    customer: str,
    at: dt.date,
    rulebook: Path | None,
    decisions: Path | None = None,
    *,
    as_json: bool,
    lang: str | None,
) -> int:
    """Print a customer's page, with the next actions where a folder of decisions is given; return the exit code."""
    language = chosen_language(lang)
    with show_progress("archive", quiet=as_json):
        page = _page(bank, customer, at, rulebook)
    if decisions is not None:
        page = dataclasses.replace(page, sections=(*page.sections, _next_actions(decisions, customer)))
    if as_json:
        emit_json(page.to_json(language))
    elif sys.stdout.isatty():
        _show_panels(page, language)
    else:
        _show_text(page, language)
    return 0


def _page(bank: Path, customer: str, at: dt.date, rulebook: Path | None) -> CustomerPage:
    import polars as pl

    from zhike.cli.bank_archive import bank_archive
    from zhike.core.errors import DecisionNotFoundError
    from zhike.know.customer_page import customer_page

    made = bank_archive(bank, at, rulebook)
    rows = made.rows.filter(pl.col("customer_id") == customer).collect(engine="streaming")
    if rows.is_empty():
        some = made.tables["customers"].select("customer_id").unique().sort("customer_id").head(_EXAMPLES)
        known = ", ".join(some.collect().to_series())
        raise DecisionNotFoundError(
            what=phrase("customer"),
            name=customer,
            path=phrase("{bank} on {at}", bank=bank, at=at),
            known=f"{known}, ...",
        )
    decimals = made.rulebook.entry("standard.iso4217.minor_units").in_force(at)
    units = {} if decimals is None else decimals.value
    return customer_page(
        rows.row(0, named=True), made.tables, at, made.bank.manifest.timezone, made.rules, units
    )


def _next_actions(decisions: Path, customer: str) -> Section:
    """Return what was decided for the customer: each action with its value and what speaks for it, or why nothing."""
    from zhike.adapters.decision_files import read_evidence
    from zhike.decide.explanation import explain_customer
    from zhike.know.customer_page import Section

    found = explain_customer(read_evidence(decisions), customer)
    lines = tuple(_action_line(candidate) for candidate in found.chosen)
    return Section("next_actions", _NEXT.filled(at=found.at, policy=found.policy), lines)


def _action_line(candidate: CandidateExplanation) -> Line:
    from zhike.know.page_lines import Line

    label = Text(*(f"{candidate.rank}. {candidate.title.in_language(language)}" for language in LANGUAGES))
    return Line(label, Text(*(_action_told(candidate, language) for language in LANGUAGES)))


def _action_told(candidate: CandidateExplanation, language: Language) -> str:
    held = ", ".join(piece.name for piece in candidate.pieces[:_MOST_PIECES])
    duties = [reason_told(reason, language) for reason in candidate.reasons if reason.effect == "obliged"]
    what = {
        "product": candidate.product or "-", "channel": channel_told(candidate, language),
        "value": money_told(candidate.expected_value, candidate),
    }  # fmt: skip
    learnt = candidate.effect
    told = (
        _ACTION.render(language, propensity=candidate.propensity, **what)
        if learnt is None
        else _ACTION_EFFECT.render(
            language, what=learnt_told(learnt.source, language), effect=learnt.effect, **what
        )
    )
    because = [_BECAUSE.render(language, held=held)] if held else []
    return " ".join([told, *because, *duties])


def _show_text(page: CustomerPage, language: Language) -> None:
    write(_TITLE.render(language, customer=page.customer_id, at=page.at))
    for section in page.sections:
        write()
        write(f"## {section.title.in_language(language)}")
        for line in section.lines:
            write(f"{line.label.in_language(language)}: {line.value.in_language(language)}")


def _show_panels(page: CustomerPage, language: Language) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.panel import Panel
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"[bold]{escape(_TITLE.render(language, customer=page.customer_id, at=page.at))}[/bold]")
    for section in page.sections:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", overflow="fold")
        grid.add_column(overflow="fold")
        for line in section.lines:
            grid.add_row(escape(line.label.in_language(language)), escape(line.value.in_language(language)))
        console.print(Panel(grid, title=escape(section.title.in_language(language)), title_align="left"))
