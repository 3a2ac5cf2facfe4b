"""The second half of the report: what each policy brings, where personalisation loses, and who is served."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from zhike.cli import charts
from zhike.cli.charts import Dot
from zhike.cli.report_parts import (
    Cell,
    escaped,
    figure,
    folded,
    framed,
    legend,
    number,
    places,
    said,
    scale,
    sentences,
    signed,
    table,
    unit_name,
    verdict,
)
from zhike.cli.report_words import BETTER, MONTHLY, POLICIES_MEAN, SAID, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.cli.story import Effect, Loss, Months, Served, Story
    from zhike.core.language import Language

__all__ = ["by_group", "by_month", "in_brief", "the_dividend", "the_losses"]

_ORDER: Final = ("standard", "tiered", "propensity", "zhike", "oracle")
_PLOTTED: Final = ("bank_value", "customer_benefit")
_LOSSES_OPEN: Final = 12
"""Losses that stand open on the page; the rest is folded."""
_STYLES: Final = {"better": "good", "worse": "bad"}
_OURS, _BASE = "zhike", "standard"


def _ordered(policies: Sequence[str]) -> list[str]:
    """Return each policy once: the known ones in their order, then the others as they came."""
    met = list(dict.fromkeys(policies))
    return [name for name in _ORDER if name in met] + [name for name in met if name not in _ORDER]


def _policies(story: Story) -> list[str]:
    monthly = [
        policy for series in (story.months.series.values() if story.months else ()) for policy in series
    ]
    return _ordered(
        [*monthly, *(row.policy for row in story.dividend), *(row.policy for row in story.fairness)]
    )


def _confidence(story: Story) -> str:
    return f"{story.confidence * 100:g}%"


def in_brief(story: Story, language: Language) -> str:
    """Return what the policies are, and the good and the bad of the project's own."""
    policies = _policies(story)
    meanings = "".join(
        f"<dt>{escaped(named(name, language))} {_code(name, language)}</dt><dd>{escaped(POLICIES_MEAN[name].in_language(language))}</dd>"
        for name in policies if name in POLICIES_MEAN
    )  # fmt: skip
    listed = f'<dl class="policies">{meanings}</dl>\n' if meanings else ""
    return listed + _against(story, language)


def _code(policy: str, language: Language) -> str:
    return "" if named(policy, language) == policy else f"<code>{escaped(policy)}</code>"


def _against(story: Story, language: Language) -> str:
    """Return what the project's own policy does against standard, the bad with the good."""
    ours = [row for row in story.dividend if row.policy == _OURS and row.metric != "regret"]
    if not ours:
        return ""
    name = named(_OURS, language)
    lead = said("against", language, policy=name, months=len(story.months.labels) if story.months else "?")
    lines = "".join(f"<li>{_against_line(row, language)}</li>" for row in _by_metric(ours))
    worse = [
        named(row.metric, language)
        for row in _by_metric(ours)
        if verdict(row.metric, row.low, row.high) == "worse"
    ]
    joined = (", " if language == "en" else "、").join(worse)
    closing = (
        said("worse_in", language, policy=name, metrics=joined)
        if worse
        else said("not_worse", language, policy=name)
    )
    groups = said("groups_worse", language, n=len(story.loses)) if story.loses else ""
    return f"<p>{lead}</p>\n<ul>{lines}</ul>\n<p>{sentences(language, closing, groups)}</p>\n"


def _against_line(row: Effect, language: Language) -> str:
    mean, low, high = _shown(row)
    told = SAID[verdict(row.metric, row.low, row.high)].in_language(language)
    return said(
        "against_line", language, metric=named(row.metric, language), mean=mean, low=low, high=high,
        unit=unit_name(row.unit, language), verdict=told,
    )  # fmt: skip


def _shown(row: Effect) -> tuple[str, str, str]:
    """Return mean and interval, with as many decimals as the row's own figures need: the oracle's are of another size."""
    decimals = places(part * scale(row.unit) for part in (row.mean, row.low, row.high))
    # Regret has no sign to read: it is a distance to the oracle.
    write = number if row.metric == "regret" else signed
    mean, low, high = (write(part * scale(row.unit), decimals) for part in (row.mean, row.low, row.high))
    return mean, low, high


def _by_metric(rows: Sequence[Effect]) -> list[Effect]:
    known = list(BETTER)
    return sorted(rows, key=lambda row: known.index(row.metric) if row.metric in known else len(known))


def by_month(months: Months | None, language: Language) -> str:
    """Return one chart a metric, all policies in it, with the figures behind."""
    if months is None or not months.labels:
        return ""
    policies = _ordered([policy for series in months.series.values() for policy in series])
    drawn = "".join(_month_chart(months, metric, language) for metric in MONTHLY if metric in months.series)
    return f'<p>{said("months_text", language)}</p>\n{legend(policies, language)}<div class="grid">\n{drawn}</div>\n'


def _month_chart(months: Months, metric: str, language: Language) -> str:
    series, unit = months.series[metric], months.units.get(metric, MONTHLY[metric])
    policies = _ordered(list(series))
    title, counted = named(metric, language), unit_name(unit, language)
    frame = framed(f"m-{metric}", title, language, counted, share=unit.startswith("share"))
    svg = charts.lines(frame, months.labels, {policy: series[policy] for policy in policies})
    decimals = places(one * scale(unit) for figures in series.values() for one in figures)
    rows = [
        [
            Cell(escaped(month), heads=True),
            *(Cell(number(series[policy][at] * scale(unit), decimals), "n") for policy in policies),
        ]
        for at, month in enumerate(months.labels)
    ]
    heads = [
        Cell(said("month", language)),
        *(Cell(escaped(named(policy, language)), "n") for policy in policies),
    ]
    below = folded(SAID["figures"].in_language(language), table(f"{title} ({counted})", heads, rows))
    return figure(title, svg, counted, below)


def the_dividend(story: Story, language: Language) -> str:
    """Return each policy's difference to standard: two charts, and a table of every metric."""
    if not story.dividend:
        return ""
    text = said("dividend_text", language, confidence=_confidence(story))
    drawn = "".join(_dividend_chart(story, metric, language) for metric in _PLOTTED)
    regret = said("regret_means", language) if any(row.metric == "regret" for row in story.dividend) else ""
    return f'<p>{text}</p>\n{drawn}{_dividend_table(story, language)}<p class="soft">{regret}</p>\n'


def _dividend_chart(story: Story, metric: str, language: Language) -> str:
    rows = {row.policy: row for row in story.dividend if row.metric == metric and row.policy != _BASE}
    if not rows:
        return ""
    listed = [rows[policy] for policy in _ordered(list(rows))]
    title, unit = named(metric, language), listed[0].unit
    axis = SAID["difference"].render(language, unit=unit_name(unit, language))
    dots = [
        Dot(
            named(row.policy, language),
            row.policy,
            *(part * scale(unit) for part in (row.mean, row.low, row.high)),
        )
        for row in listed
    ]
    told = SAID["beside_zero"].in_language(language)
    return figure(title, charts.intervals(framed(f"d-{metric}", title, language, axis), dots), told)


def _dividend_table(story: Story, language: Language) -> str:
    rows = {(row.policy, row.metric): row for row in story.dividend}
    policies = [
        policy for policy in _ordered([row.policy for row in story.dividend])
        if policy != _BASE or (_BASE, "regret") in rows
    ]  # fmt: skip
    metrics = list(dict.fromkeys(row.metric for row in _by_metric(story.dividend)))
    body = [
        [
            _metric_cell(rows, metric, language),
            *(_effect_cell(rows.get((policy, metric)), language) for policy in policies),
        ]
        for metric in metrics
    ]
    caption = SAID["dividend_table"].render(language, confidence=_confidence(story))
    heads = [
        Cell(said("metric", language)),
        *(Cell(escaped(named(policy, language)), "n") for policy in policies),
    ]
    return table(caption, heads, body)


def _metric_cell(rows: dict[tuple[str, str], Effect], metric: str, language: Language) -> Cell:
    unit = next(row.unit for row in rows.values() if row.metric == metric)
    return Cell(
        f'{escaped(named(metric, language))}<span class="of">{escaped(unit_name(unit, language))}</span>',
        heads=True,
    )


def _effect_cell(row: Effect | None, language: Language) -> Cell:
    if row is None or (row.policy == _BASE and row.metric != "regret"):
        return Cell(number(math.nan), "n")
    mean, low, high = _shown(row)
    told = "" if row.metric == "regret" else _told(verdict(row.metric, row.low, row.high), language)
    interval = said("interval", language, low=low, high=high)
    return Cell(f'{mean}<span class="of">{interval}</span>{told}', "n")


def _told(what: str, language: Language) -> str:
    return f'<span class="says {_STYLES.get(what, "soft")}">{said(what, language)}</span>'


def the_losses(story: Story, language: Language) -> str:
    """Return the groups for whom the project's own policy does worse than standard."""
    if not story.loses:
        return f"<p>{said('loses_none', language)}</p>\n" if story.dividend else ""
    counted = (
        said("compared", language, n=len(story.loses), all=story.groups_compared)
        if story.groups_compared
        else ""
    )
    units = {row.metric: row.unit for row in story.dividend}
    heads = [
        Cell(said("grouping", language)), Cell(said("group", language)), Cell(said("metric", language)),
        Cell(said("mean", language), "n"), Cell(said("range", language, confidence=_confidence(story)), "n"), Cell(said("says", language)),
    ]  # fmt: skip
    rows = [_loss_row(row, units.get(row.metric, ""), language) for row in story.loses]
    text, title = (
        sentences(language, said("loses_text", language), counted),
        SAID["loses"].in_language(language),
    )
    open_rows, more = rows[:_LOSSES_OPEN], rows[_LOSSES_OPEN:]
    rest = table(title, heads, more, repeats=True) if more else ""
    return f"<p>{text}</p>\n{table(title, heads, open_rows, repeats=True)}{folded(SAID['figures'].in_language(language), rest)}"


def _loss_row(row: Loss, unit: str, language: Language) -> list[Cell]:
    scaled = [part * scale(unit) for part in (row.mean, row.low, row.high)]
    decimals = places(scaled)
    mean, low, high = (signed(part, decimals) for part in scaled)
    metric = (
        f'{escaped(named(row.metric, language))}<span class="of">{escaped(unit_name(unit, language))}</span>'
    )
    return [
        Cell(escaped(named(row.group, language)), heads=True), Cell(escaped(named(row.label, language))), Cell(metric),
        Cell(mean, "n"), Cell(said("interval", language, low=low, high=high), "n"),
        Cell(_told(verdict(row.metric, row.low, row.high), language)),
    ]  # fmt: skip


def by_group(story: Story, language: Language) -> str:
    """Return what each policy brings to groups of customers."""
    if not story.fairness:
        return ""
    met = _ordered([row.policy for row in story.fairness])
    shown = [policy for policy in met if policy in (_BASE, _OURS)] or met
    drawn = "".join(
        _group_chart(story, kind, shown, language)
        for kind in dict.fromkeys(row.kind for row in story.fairness)
    )
    note = said("fairness_only", language) if len(shown) < len(met) else ""
    return (
        f"<p>{sentences(language, said('fairness_text', language), note)}</p>\n{legend(shown, language)}{drawn}"
        f"{folded(SAID['figures'].in_language(language), _group_table(story, language))}"
    )


def _group_chart(story: Story, kind: str, shown: Sequence[str], language: Language) -> str:
    rows = sorted(
        (row for row in story.fairness if row.kind == kind and row.policy in shown),
        key=lambda row: shown.index(row.policy),
    )
    title, unit = named(kind, language), unit_name("CNY", language)
    axis = SAID["benefit_axis"].render(language, unit=unit)
    dots = [Dot(named(row.group, language), row.policy, row.mean, row.low, row.high) for row in rows]
    return (
        figure(title, charts.intervals(framed(f"f-{kind}", title, language, axis), dots, _span(story, shown)))
        if dots
        else ""
    )


def _span(story: Story, shown: Sequence[str]) -> tuple[float, float]:
    """Return what the axis of every grouping reaches over, so that their charts compare."""
    ends = [
        end
        for row in story.fairness
        if row.policy in shown
        for end in (row.low, row.high)
        if math.isfinite(end)
    ]
    return min([0.0, *ends]), max([0.0, *ends])


def _group_table(story: Story, language: Language) -> str:
    decimals = places(row.mean for row in story.fairness)
    rows = [_group_row(row, decimals, language) for row in story.fairness]
    heads = [
        Cell(said("grouping", language)), Cell(said("group", language)), Cell(said("policy", language)),
        Cell(said("served", language), "n"), Cell(said("benefit", language), "n"),
        Cell(said("range", language, confidence=_confidence(story)), "n"),
    ]  # fmt: skip
    return table(SAID["fairness"].in_language(language), heads, rows)


def _group_row(row: Served, decimals: int, language: Language) -> list[Cell]:
    low, high = number(row.low, decimals), number(row.high, decimals)
    return [
        Cell(escaped(named(row.kind, language)), heads=True), Cell(escaped(named(row.group, language))),
        Cell(escaped(named(row.policy, language))), Cell(f"{row.share:.1%}", "n"), Cell(number(row.mean, decimals), "n"),
        Cell(said("interval", language, low=low, high=high), "n"),
    ]  # fmt: skip
