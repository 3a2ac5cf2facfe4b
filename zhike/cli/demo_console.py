"""The short story of a demonstration on the console: tables that are aligned in a pipe too, one line a fact."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.console import write
from zhike.cli.demo_story import month_name, prices_of, resource_named
from zhike.cli.demo_words import COMMANDS, UNITS, said

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from zhike.cli.demo_cases import Told
    from zhike.cli.story import Price
    from zhike.core.language import Language
    from zhike.lab.dividend import Dividend, Loss
    from zhike.lab.intervals import Interval
    from zhike.lab.loop import Evidence

__all__ = ["aligned", "show_decided", "show_dividend", "show_next", "show_prices", "show_told"]

_MEASURES: Final = (
    "bank_value", "customer_benefit", "total", "satisfaction", "complaints", "attrition", "contacts", "unsuitable",
)  # fmt: skip
_POLICIES: Final = ("tiered", "propensity", "zhike", "oracle")
"""Policies whose difference to standard is shown."""
_MOST_LOSSES: Final = 4
_CHANCE: Final = 0.025
"""Share of differences that exclude 0 on the losing side by chance alone."""
_HOURS: Final = "adviser_hours_"
_GAP: Final = "  "


def aligned(rows: Sequence[Sequence[str]], indent: str = _GAP) -> list[str]:
    """Return rows as lines: the first column to the left, the others to the right, wide characters counted as two.

    Examples
    --------
    >>> aligned([["客户", "1"], ["bank", "12"]], "")
    ['客户   1', 'bank  12']
    """
    from rich.cells import cell_len

    widths = [max(cell_len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        first = row[0] + " " * (widths[0] - cell_len(row[0]))
        others = [
            " " * (width - cell_len(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)
        ]
        lines.append(indent + _GAP.join([first, *others]).rstrip())
    return lines


def show_decided(summary: Mapping[str, int], funnel: Mapping[str, int], language: Language) -> None:
    """Print how many decisions there are, and what each layer left of all candidates."""
    from zhike.cli.report_words import named

    kinds = {
        kind: summary.get(f"kind:{kind}", 0) for kind in ("sale", "care", "service", "mandatory", "none")
    }
    kinds["care"] += kinds.pop("service")
    told = {name: f"{count:,}" for name, count in kinds.items()}
    counts = {name: f"{summary[name]:,}" for name in ("customers", "decisions")}
    write(_GAP + said("decided", language, **counts, **told))
    rows = [
        [said(stage, language) if stage == "proposed" else named(stage, language), f"{count:,}"]
        for stage, count in funnel.items()
    ]
    _write(aligned(rows, _GAP * 2))


def show_told(cases: Sequence[Told], language: Language) -> None:
    """Print each case in a few lines."""
    if not cases:
        write(_GAP + said("no_case", language))
    for told in cases:
        write(f"{_GAP}--- {told.headline}")
        _write([f"{_GAP * 2}{line}" for line in told.lines])


def show_prices(evidence: Evidence, language: Language) -> None:
    """Print what one more unit of each scarce resource would bring; of the regions' hours the dearest and the rest together."""
    from zhike.cli.report_parts import unit_name

    write(_GAP + said("prices", language, month=month_name(evidence.month)))
    rows = [
        [
            name, f"{one.price:,.2f}" if one.price else "0", unit_name(one.unit, language),
            said("used", language, used=f"{one.used:,.0f}", capacity=f"{one.capacity:,.0f}"),
        ]
        for name, one in _told_prices(prices_of(evidence), language)
    ]  # fmt: skip
    _write(aligned(rows, _GAP * 2))


def _told_prices(prices: Sequence[Price], language: Language) -> list[tuple[str, Price]]:
    hours = sorted((one for one in prices if one.resource.startswith(_HOURS)), key=lambda one: -one.price)
    told = [(resource_named(one.resource, language), one) for one in prices if one not in hours]
    if hours:
        told.append((resource_named(hours[0].resource, language), hours[0]))
    rest = hours[1:]
    if rest:
        # What all the others hold together, at the mean price of what they use.
        held = sum(one.capacity for one in rest)
        price = sum(one.price * one.capacity for one in rest) / held if held else 0.0
        together = replace(rest[0], price=price, used=sum(one.used for one in rest), capacity=held)
        told.append((said("hours_elsewhere", language), together))
    return told


def show_dividend(found: Dividend, language: Language) -> None:
    """Print what each policy brings beyond standard, what it leaves to the oracle, and where the project's own loses."""
    from zhike.cli.report_words import named
    from zhike.lab.measures import MEASURES

    policies = [policy for policy in _POLICIES if policy in found.less_reference]
    write(_GAP + said("dividend", language, months=found.months))
    rows = [["", "", *(named(policy, language) for policy in policies)]]
    for name in _MEASURES:
        cells = [_told(found.less_reference[policy][name], MEASURES[name].decimals) for policy in policies]
        rows.append([MEASURES[name].title.in_language(language), UNITS[name].in_language(language), *cells])
    _write(aligned(rows, _GAP * 2))
    _show_regret(found, language)
    _show_losses(found, language)


def _show_regret(found: Dividend, language: Language) -> None:
    from zhike.cli.report_words import named

    told = [
        f"{named(policy, language)} {lost.value:,.2f}"
        + (said("share", language, share=f"{found.regret_share[policy]:.1%}") if found.regret_share else "")
        for policy, lost in found.regret.items()
    ]
    if told:
        write(_GAP + said("regret", language, lost=said("comma", language).join(told)))


def _show_losses(found: Dividend, language: Language) -> None:
    if not found.losses:
        write(_GAP + said("no_loss", language, compared=found.compared))
        return
    chance = _CHANCE * found.compared
    write(_GAP + said("loses", language, lost=len(found.losses), compared=found.compared, chance=chance))
    everyone = [loss for loss in found.losses if not loss.group]
    shown = everyone[:_MOST_LOSSES]
    _write([f"{_GAP * 2}{_loss_told(loss, language)}" for loss in shown])
    left = len(found.losses) - len(shown)
    if left:
        groups = len(found.losses) - len(everyone)
        write(_GAP * 2 + said("more_losses", language, count=left, groups=groups))


def _loss_told(loss: Loss, language: Language) -> str:
    from zhike.cli.report_words import named
    from zhike.lab.measures import MEASURES

    measure = MEASURES[loss.measure]
    return said(
        "loss", language, measure=measure.title.in_language(language), unit=UNITS[loss.measure].in_language(language),
        against=named(loss.against, language), difference=_told(loss.difference, measure.decimals),
    )  # fmt: skip


def _told(interval: Interval, decimals: int) -> str:
    """Return a difference with its sign and the half width of its interval."""
    from zhike.cli.report_parts import number, signed

    half = (interval.high - interval.low) / 2
    value = signed(interval.value, decimals)
    return value if math.isnan(half) else f"{value} ± {number(half, decimals)}"


def show_next(places: Mapping[str, Path | str | dt.date], language: Language) -> None:
    """Print what to try next."""
    write(_GAP + said("next", language))
    rows = [(command.format(**places), meaning.in_language(language)) for command, meaning in COMMANDS]
    width = max(len(command) for command, _ in rows)
    _write([f"{_GAP * 2}{command:<{width}}  # {meaning}" for command, meaning in rows])


def _write(lines: Sequence[Any]) -> None:
    for line in lines:
        write(line)
