"""The first half of the report: the bank, its customers, the funnel, scarce resources and three cases."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from zhike.cli import charts
from zhike.cli.report_parts import (
    Cell,
    bare_figure,
    escaped,
    figure,
    folded,
    framed,
    number,
    places,
    said,
    sentences,
    table,
    unit_name,
)
from zhike.cli.report_words import SAID, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.cli.story import Crowd, Example, Price, Story
    from zhike.core.language import Language

__all__ = ["an_example", "the_bank", "the_funnel", "the_prices"]


def the_bank(story: Story, language: Language) -> str:
    """Return who the customers are and how much is known of them."""
    bank = story.bank
    days = (f'<span class="day">{escaped(day)}</span>' for day in (bank.first_day, bank.last_day))
    period = SAID["until"].render(language, first=next(days), last=next(days))
    facts = [
        ("n_customers", number(bank.customers)), ("n_months", number(bank.months)), ("period", period),
        *([("n_ahead", number(len(story.months.labels)))] if story.months else []), ("seed", str(bank.seed)),
    ]  # fmt: skip
    tiles = "".join(f"<div><dt>{said(what, language)}</dt><dd>{value}</dd></div>" for what, value in facts)
    crowd = _crowd(story.crowd, language) if story.crowd else ""
    rows = [
        [Cell(f"<code>{escaped(name)}</code>", heads=True), Cell(number(n), "n")]
        for name, n in bank.rows.items()
    ]
    heads = [Cell(said("table", language)), Cell(said("n_rows", language), "n")]
    counted = table(SAID["rows"].in_language(language), heads, rows) if rows else ""
    return (
        f'<dl class="facts">{tiles}</dl>\n<p>{sentences(language, said("bank_text", language), said("seed_means", language))}</p>\n'
        f"{crowd}{folded(SAID['rows'].in_language(language), counted)}"
    )


def _crowd(crowd: Crowd, language: Language) -> str:
    return f'<div class="grid">\n{_ages(crowd, language)}{_lorenz(crowd, language)}{_answers(crowd, language)}</div>\n'


def _ages(crowd: Crowd, language: Language) -> str:
    title, told = SAID["ages"].in_language(language), SAID["ages_means"].in_language(language)
    frame = framed("c-ages", title, language, SAID["ages_axis"].in_language(language), told=told)
    svg = charts.pyramid(frame, crowd.age_bands, crowd.ages["female"], crowd.ages["male"])
    rows = [
        [Cell(escaped(band), heads=True), Cell(number(women), "n"), Cell(number(men), "n")]
        for band, women, men in zip(crowd.age_bands, crowd.ages["female"], crowd.ages["male"], strict=True)
    ]
    heads = [
        Cell(escaped(named("age", language))),
        *(Cell(escaped(named(sex, language)), "n") for sex in ("female", "male")),
    ]
    return figure(title, svg, told, folded(SAID["figures"].in_language(language), table(title, heads, rows)))


def _lorenz(crowd: Crowd, language: Language) -> str:
    title = SAID["lorenz"].in_language(language)
    told = SAID["lorenz_means"].render(
        language, gini=f"{charts.gini(crowd.lorenz):.2f}", top=f"{1 - _at(crowd.lorenz, 0.9):.0%}"
    )
    frame = framed("c-lorenz", title, language, share=True, told=told)
    return figure(title, charts.curve(frame, crowd.lorenz, SAID["lorenz_x"].in_language(language)), told)


def _at(points: Sequence[tuple[float, float]], x: float) -> float:
    """Return the curve's height at ``x``, straight between its points."""
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if x0 <= x <= x1:
            return y0 if x1 == x0 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return float("nan")


def _answers(crowd: Crowd, language: Language) -> str:
    if not crowd.satisfaction:
        return ""
    title, told = SAID["answers"].in_language(language), SAID["answers_means"].in_language(language)
    frame = framed("c-answers", title, language, SAID["answers_axis"].in_language(language), told=told)
    return figure(title, charts.columns(frame, crowd.satisfaction), told)


def the_funnel(story: Story, language: Language) -> str:
    """Return how many candidates each layer leaves."""
    if not story.funnel:
        return ""
    title = SAID["funnel"].in_language(language)
    stages = [(named(stage, language), count) for stage, count in story.funnel.items()]
    svg = charts.bars(
        framed("c-funnel", title, language), [(stage, float(n), number(n)) for stage, n in stages]
    )
    before = [None, *(count for _, count in stages)]
    rows = [
        [Cell(escaped(stage), heads=True), Cell(number(n), "n"), Cell(f"{n / last:.1%}" if last else "", "n")]
        for (stage, n), last in zip(stages, before, strict=False)
    ]
    heads = [
        Cell(said("stage", language)),
        Cell(said("candidates", language), "n"),
        Cell(said("of_before", language), "n"),
    ]
    text = said("funnel_text", language)
    return f"<p>{text}</p>\n{bare_figure(svg)}{folded(SAID['figures'].in_language(language), table(title, heads, rows, repeats=True))}"


def the_prices(prices: Sequence[Price], language: Language) -> str:
    """Return what one more unit of each resource is worth and how much is used."""
    if not prices:
        return ""
    title, decimals = SAID["prices"].in_language(language), places(one.price for one in prices)
    told = [
        (
            named(one.resource, language),
            f"{number(one.price, decimals if one.price else 0)} {unit_name(one.unit, language)}",
        )
        for one in prices
    ]
    shares = [one.used / one.capacity if one.capacity else 0.0 for one in prices]
    bars = [(name, share, price) for (name, price), share in zip(told, shares, strict=True)]
    svg = charts.bars(framed("c-prices", title, language), bars, longest=1.0)
    rows = [
        [Cell(escaped(name), heads=True), Cell(escaped(price), "n"), Cell(number(one.used), "n"),
         Cell(number(one.capacity), "n"), Cell(f"{share:.0%}", "n")]
        for (name, price), share, one in zip(told, shares, prices, strict=True)
    ]  # fmt: skip
    heads = [
        Cell(said("resource", language)),
        *(Cell(said(what, language), "n") for what in ("price", "used", "capacity", "share_used")),
    ]
    return (
        f"<p>{said('prices_text', language)}</p>\n{bare_figure(svg)}{table(title, heads, rows, repeats=True)}"
    )


def an_example(one: Example, language: Language) -> str:
    """Return one customer's proposal with its reasons."""
    listed = "".join(
        f"<h4>{said(what, language)}</h4>\n<ul>{''.join(f'<li>{escaped(line)}</li>' for line in lines)}</ul>\n"
        for what, lines in (("why", one.reasons), ("why_not", one.refused)) if lines
    )  # fmt: skip
    return (
        f"<article>\n<h3>{escaped(one.headline)} <code>{escaped(one.customer_id)}</code></h3>\n"
        f'<h4>{said("proposal", language)}</h4>\n<p class="proposal">{escaped(one.proposal)}</p>\n{listed}</article>\n'
    )
