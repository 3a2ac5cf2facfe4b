"""The report of a demonstration: one HTML file without scripts that opens where there is no network."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from zhike.cli.charts import FONTS
from zhike.cli.report_bank import an_example, the_bank, the_funnel, the_prices
from zhike.cli.report_parts import escaped, said, section
from zhike.cli.report_policies import by_group, by_month, in_brief, the_dividend, the_losses
from zhike.cli.report_words import READING
from zhike.cli.story import Story

if TYPE_CHECKING:
    from pathlib import Path

    from zhike.core.language import Language

__all__ = ["Story", "write_report"]


def write_report(path: Path, story: Story, language: Language) -> None:
    """Write the report; the same story in the same language gives the same bytes.

    Parameters
    ----------
    path : Path
        The HTML file.
    story : Story
        Figures, and texts of cases already in ``language``. A part that is empty is left out of the page.
    language : Language
    """
    path.write_bytes(_page(story, language).encode())


def _page(story: Story, language: Language) -> str:
    parts = {
        "brief": in_brief(story, language),
        "bank": the_bank(story, language),
        "funnel": the_funnel(story, language),
        "prices": the_prices(story.prices, language),
        "customers": "".join(an_example(one, language) for one in story.customers),
        "months": by_month(story.months, language),
        "dividend": the_dividend(story, language),
        "loses": the_losses(story, language),
        "fairness": by_group(story, language),
        "reading": "".join(f"<p>{escaped(text.in_language(language))}</p>\n" for text in READING),
    }
    there = {name: inner for name, inner in parts.items() if inner}
    links = "".join(f'<li><a href="#{name}">{said(name, language)}</a></li>' for name in there)
    style = (files("zhike.cli") / "report.css").read_text(
        "utf-8"
    ) + f"body {{ font-family: {FONTS[language]}; }}\n"
    title = said("title", language)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n'
        f'<header>\n<h1>{title}</h1>\n<p class="notice">{said("notice", language)}</p>\n</header>\n'
        f'<nav aria-label="{said("contents", language)}"><ul>{links}</ul></nav>\n<main>\n'
        + "".join(section(name, language, inner) for name, inner in there.items())
        + "</main>\n</body>\n</html>\n"
    )
