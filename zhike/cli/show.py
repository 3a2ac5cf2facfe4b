"""`zhike show`: one customer's page, as panels on a terminal and as plain text in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from zhike.cli.console import chosen_language, emit_json, show_progress, write
from zhike.core.language import Text

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from zhike.core.language import Language
    from zhike.know.customer_page import CustomerPage

__all__ = ["show"]

_TITLE: Final = Text(
    "Customer {customer}, as known at the end of {at}",
    "客户 {customer}，截至 {at} 日终所知",
    "客戶 {customer}，截至 {at} 日終所知",
)
_EXAMPLES: Final = 5


def show(
    bank: Path, customer: str, at: dt.date, rulebook: Path | None, *, as_json: bool, lang: str | None
) -> int:
    """Print a customer's page; return the exit code."""
    language = chosen_language(lang)
    with show_progress("archive", quiet=as_json):
        page = _page(bank, customer, at, rulebook)
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
            what="customer", name=customer, path=f"{bank} on {at}", known=f"{known}, ..."
        )
    decimals = made.rulebook.entry("standard.iso4217.minor_units").in_force(at)
    units = {} if decimals is None else decimals.value
    return customer_page(
        rows.row(0, named=True), made.tables, at, made.bank.manifest.timezone, made.rules, units
    )


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
