"""Pieces of a page: tables, figures, legends and numbers, as HTML."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.cli.charts import Frame, swatch
from zhike.cli.report_words import BETTER, SAID, UNITS, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhike.core.language import Language

__all__ = [
    "Cell",
    "bare_figure",
    "escaped",
    "figure",
    "folded",
    "framed",
    "legend",
    "number",
    "places",
    "said",
    "scale",
    "section",
    "sentences",
    "signed",
    "table",
    "unit_name",
    "verdict",
]

escaped: Final = html.escape
_MINUS, _ABSENT = "\N{MINUS SIGN}", "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its HTML, its class, whether it heads its row."""

    inner: str
    style: str = ""
    heads: bool = False


def said(what: str, language: Language, **values: object) -> str:
    """Return a sentence of the report, escaped, with its values filled in."""
    return escaped(SAID[what].render(language, **values))


def sentences(language: Language, *parts: str) -> str:
    """Return sentences one after the other: a space between them in English, none in Chinese."""
    return (" " if language == "en" else "").join(filter(None, parts))


def section(name: str, language: Language, inner: str) -> str:
    """Return a part of the page with its heading; nothing when it would be empty."""
    return (
        inner
        and f'<section id="{name}" aria-labelledby="h-{name}">\n<h2 id="h-{name}">{said(name, language)}</h2>\n{inner}</section>\n'
    )


def figure(heading: str, svg: str, caption: str = "", below: str = "") -> str:
    """Return a chart with its heading and caption; ``below`` stands under it inside the figure."""
    told = f"<figcaption>{escaped(caption)}</figcaption>\n" if caption else ""
    return f"<figure>\n<h3>{escaped(heading)}</h3>\n{svg}\n{told}{below}</figure>\n"


def bare_figure(svg: str) -> str:
    """Return a chart that the heading of its section names."""
    return f"<figure>\n{svg}\n</figure>\n"


def folded(summary: str, inner: str) -> str:
    """Return what opens on a click; it is left out of print."""
    return inner and f"<details><summary>{escaped(summary)}</summary>\n{inner}</details>\n"


def framed(
    name: str, title: str, language: Language, axis: str = "", *, share: bool = False, told: str = ""
) -> Frame:
    """Return the frame of a chart; ``told`` is read out instead of its title and axis."""
    description = told or SAID["chart_of"].render(language, title=title, axis=axis or title)
    return Frame(name, title, description, language, axis, share)


def legend(policies: Iterable[str], language: Language) -> str:
    """Return the signs of the policies with their names."""
    items = "".join(f"<li>{swatch(policy)}{escaped(named(policy, language))}</li>" for policy in policies)
    return f'<ul class="legend" aria-label="{said("legend", language)}">{items}</ul>\n'


def table(
    caption: str, heads: Sequence[Cell], rows: Iterable[Sequence[Cell]], *, repeats: bool = False
) -> str:
    """Return a table whose headers name their scope; a caption that repeats the heading above is only read aloud."""
    top = "".join(f'<th scope="col"{_styled(head)}>{head.inner}</th>' for head in heads)
    body = "\n".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows)
    style = ' class="heard"' if repeats else ""
    titled = f"<caption{style}>{escaped(caption)}</caption>"
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escaped(caption)}"><table>{titled}\n'
        f"<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>\n"
    )


def _cell(cell: Cell) -> str:
    if cell.heads:
        return f'<th scope="row"{_styled(cell)}>{cell.inner}</th>'
    return f"<td{_styled(cell)}>{cell.inner}</td>"


def _styled(cell: Cell) -> str:
    return f' class="{cell.style}"' if cell.style else ""


def places(figures: Iterable[float]) -> int:
    """Return how many decimals show three digits of the largest figure, none of more than four.

    Examples
    --------
    >>> places([1234.5, 3.0]), places([0.25, 1.5]), places([0.0])
    (0, 2, 0)
    """
    largest = max((abs(one) for one in figures if math.isfinite(one)), default=0.0)
    return min(4, max(0, 2 - math.floor(math.log10(largest)))) if largest else 0


def number(figure: float, decimals: int = 0) -> str:
    """Return a figure with a comma at the thousands and a true minus; a dash for what is not a number.

    Examples
    --------
    >>> number(1234.56, 1), number(-0.001, 2), number(float("nan"))
    ('1,234.6', '0.00', '–')
    """
    if not math.isfinite(figure):
        return _ABSENT
    text = f"{figure:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", _MINUS)


def signed(figure: float, decimals: int = 0) -> str:
    """Return a figure as `number` does, with a plus where it is above zero.

    Examples
    --------
    >>> signed(2.5, 1), signed(-2.5, 1)
    ('+2.5', '−2.5')
    """
    text = number(figure, decimals)
    return f"+{text}" if figure > 0 and float(text.replace(",", "")) else text


def verdict(metric: str, low: float, high: float) -> str:
    """Return what an interval says about a difference: ``better``, ``worse``, ``more``, ``less`` or ``unclear``."""
    if not (low > 0 or high < 0):
        return "unclear"
    direction = BETTER.get(metric, 0) * (1 if low > 0 else -1)
    return {1: "better", -1: "worse"}.get(direction, "more" if low > 0 else "less")


def unit_name(unit: str, language: Language) -> str:
    """Return a unit in words; one without a code as it stands."""
    return UNITS[unit].in_language(language) if unit in UNITS else unit


def scale(unit: str) -> float:
    """Return what figures in a unit are multiplied by to be shown: fractions become per cent."""
    return 100.0 if unit.startswith("share") else 1.0
