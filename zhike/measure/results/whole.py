"""Everything that the sheets of one version say, at once: what is remembered until something changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.measure.results.answered import response_rates
from zhike.measure.results.population import represented
from zhike.measure.results.scores import (
    GROUPINGS,
    ScoreRead,
    answers_by_question,
    grouped_scores,
    read_scores,
    told_apart,
)
from zhike.measure.results.sheets import SheetTable
from zhike.measure.results.waves import compared, latest_of_each, waves_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.measure.results.answered import AskedOne
    from zhike.measure.results.forms import InstrumentForm, ResultRules
    from zhike.measure.results.population import Represented
    from zhike.measure.results.sheets import FilledSheet
    from zhike.measure.scores.estimate import Floats

__all__ = ["UNKNOWN_MODE", "Heard", "Part", "Whole", "whole_results"]

UNKNOWN_MODE: Final = "kiosk_unknown"
"""The mode of sheets of people whom nobody knows."""
_MARGINS: Final = ("branch", "tier")


@dataclass(frozen=True)
class Heard:
    """What was asked and answered.

    Parameters
    ----------
    sheets : sequence of FilledSheet
        In the order in which they were sent.
    asked : sequence of AskedOne
    customers : mapping of (branch, tier) to int
        Of all who are served.
    margins : tuple of str
        What sheets are weighted by.
    late_after : float
        Days from the invitation after which an answer is late.
    imported : int
        How many of the sheets come from another tool: of those nobody knows who was asked.
    held : int
        Sheets of the period that do not count yet, as too few came with them.
    unknown : sequence of FilledSheet
        Of people whom nobody knows, from kiosks. They chose themselves, and may have answered as customers as well: so they stand beside the others
        in what is told by mode, and are in nothing else.
    """

    sheets: Sequence[FilledSheet] = field(repr=False)
    asked: Sequence[AskedOne] = field(repr=False)
    customers: Mapping[tuple[str | None, str | None], int] = field(repr=False)
    late_after: float
    margins: tuple[str, ...] = _MARGINS
    imported: int = 0
    held: int = 0
    unknown: Sequence[FilledSheet] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of results that needs so many sheets.

    Parameters
    ----------
    n, needed : int
        Sheets that there are, and that are needed.
    found : dict or None
        None where there are too few, or it could not be computed.
    problem : AnswersError or None
        Why it could not.
    """

    n: int
    needed: int
    found: dict[str, Any] | None
    problem: AnswersError | None = None


@dataclass(frozen=True)
class Whole:
    """Results; parts that the instrument has no form for are not there."""

    sheets: int
    persons: int
    imported: int
    held: int
    asked: dict[str, Any]
    stands_for: Represented = field(repr=False)
    scores: list[dict[str, Any]] = field(repr=False)
    groups: list[dict[str, Any]] = field(repr=False)
    late: list[dict[str, Any]] = field(repr=False)
    questions: list[dict[str, Any]] = field(repr=False)
    waves: dict[str, list[dict[str, Any]]] = field(repr=False)
    modes: list[dict[str, Any]] = field(repr=False)
    unknown: int
    parts: dict[str, Part] = field(repr=False)


def whole_results(form: InstrumentForm, rules: ResultRules, heard: Heard, rng: np.random.Generator) -> Whole:
    """Return everything that is told of some sheets.

    Parameters
    ----------
    form : InstrumentForm
    rules : ResultRules
    heard : Heard
    rng : Generator
        Draws resamples.
    """
    questionnaire, limits = form.questionnaire, (rules.least, rules.level)
    every = SheetTable.of(questionnaire, heard.sheets)
    table = every.taken(latest_of_each(heard.sheets))
    stands_for = represented(table, heard.customers, heard.margins, rules.least, rules.trim)
    weights = stands_for.weights
    reads = ScoreRead.all_of(questionnaire)
    monthly = every.taken(latest_of_each(heard.sheets, by_month=True))
    return Whole(
        len(heard.sheets), len(table), heard.imported, heard.held,
        response_rates(heard.asked, ("branch", "tier", "mode"), rules.least), stands_for,
        read_scores(questionnaire, table, weights, *limits),
        [grouped_scores(one, table, weights, by, limits) for one in reads for by in GROUPINGS],
        _late(reads, table, heard.late_after, limits), answers_by_question(questionnaire, table, rules.least),
        {one.rule.name: waves_of(one, monthly, *limits) for one in reads},
        _modes(reads, table, SheetTable.of(questionnaire, heard.unknown), limits), len(heard.unknown),
        {name: _part(name, form, rules, (table, weights), rng) for name in form.parts},
    )  # fmt: skip


def wave_pair(
    form: InstrumentForm, rules: ResultRules, sheets: Sequence[FilledSheet], names: tuple[str, str]
) -> dict[str, dict[str, Any] | None]:
    """Return two months compared, by score."""
    every = SheetTable.of(form.questionnaire, sheets)
    monthly = every.taken(latest_of_each(sheets, by_month=True))
    return {
        one.rule.name: compared(one, monthly, names, rules.least, rules.level)
        for one in ScoreRead.all_of(form.questionnaire)
    }


def _late(
    reads: Sequence[ScoreRead], table: SheetTable, after: float, limits: tuple[int, float]
) -> list[dict[str, Any]]:
    """Return scores of those who answered soon and of those who did late; whoever answers late is likest to whoever never does."""
    waited = np.array([one.waited for one in table.sheets], dtype=np.float64)
    sides = table.taken(waited <= after), table.taken(waited > after)
    return [told_apart(one, sides, *limits) for one in reads]


def _modes(
    reads: Sequence[ScoreRead], table: SheetTable, unknown: SheetTable, limits: tuple[int, float]
) -> list[dict[str, Any]]:
    """Return each mode against the one that most people used, those of whom nobody knows last."""
    modes = np.array([one.mode for one in table.sheets], dtype=str)
    names, counts = np.unique(modes, return_counts=True)
    if len(names) == 0:
        return []
    usual = str(names[counts.argmax()])
    others = {str(name): table.taken(modes == name) for name in names if name != usual}
    if len(unknown):
        others[UNKNOWN_MODE] = unknown
    return [
        {"usual": usual, "mode": name, **told_apart(one, (table.taken(modes == usual), other), *limits)}
        for one in reads for name, other in others.items()
    ]  # fmt: skip


def _journeys(
    form: InstrumentForm, rules: ResultRules, table: SheetTable, rng: np.random.Generator
) -> dict[str, Any]:
    """Return each journey that the instrument rates, or why the sheets do not tell it."""
    found: list[dict[str, Any]] = []
    for journey in form.journeys:
        draws = int(rules.resamples["attributes"])
        try:
            told: dict[str, Any] | None = form.measured(journey, table, rules.journeys, rng, draws)
            found.append({"journey": journey, "told": told, "problem": None})
        except AnswersError as problem:
            found.append({"journey": journey, "told": None, "problem": problem})
    return {"journeys": found}


def _part(
    name: str,
    form: InstrumentForm,
    rules: ResultRules,
    of: tuple[SheetTable, Floats | None],
    rng: np.random.Generator,
) -> Part:
    table, weights = of
    ways: dict[str, tuple[int, Callable[[], dict[str, Any]]]] = {
        "model": (rules.least_model, lambda: form.fitted(table, weights, rng, int(rules.resamples["model"]))),
        "importance": (rules.least_attributes, lambda: form.importance(table, rules, rng)),
        "gaps": (rules.least, lambda: form.gaps(table, rules.level)),
        "kano": (rules.least, lambda: form.kano(table, rules.level)),
        "journeys": (rules.journeys.least, lambda: _journeys(form, rules, table, rng)),
    }
    needed, compute = ways[name]
    if len(table) < needed:
        return Part(len(table), needed, None)
    try:
        return Part(len(table), needed, compute())
    except AnswersError as problem:
        return Part(len(table), needed, None, problem)
