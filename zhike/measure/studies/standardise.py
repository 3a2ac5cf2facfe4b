"""Businesses by frequency, variety and interaction: to which degree each is standardised, and what that frees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.journeys.meetings import share_estimate
from zhike.measure.scores.estimate import mean_estimate
from zhike.measure.standardising import (
    Automation,
    cases_of,
    degree_of,
    freed_hours,
    rate_estimate,
    steps,
    variety,
)
from zhike.measure.standardising.quality import quality_of
from zhike.measure.studies.event_log import EventColumns, event_table
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.decision_tables import DecisionTable
    from zhike.measure.scores.estimate import Estimate, Floats
    from zhike.measure.standardising import Cases, Step
    from zhike.measure.studies.roles import Answers

__all__ = ["DEGREES", "FREEING", "Freeing", "StandardModel", "standard_study"]

DEGREES: Final = "listening.standardising_degree"
FREEING: Final = "listening.standardising"
_KEYS: Final = ("columns", "months", "least", "level")
_MONTH: Final = 30.44 * 86_400
"""Seconds of a mean month."""
_ALL: Final = "all"
_WAYS: Final = 5
"""Most usual variants that are told."""


class Freeing(NamedTuple):
    """What standardising frees: the dated rule `FREEING`."""

    chance: float
    least: int
    automation: Automation
    automated: float
    beyond: dict[str, float]

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Freeing:
        """Return what a version of the rule holds."""
        return cls(
            value["chance"],
            value["least"],
            Automation(**value["automation"]),
            value["automated"],
            value["beyond"],
        )


class StandardModel(NamedTuple):
    """Columns of the log, months that it covers (None: from its first to its last event), least cases of a business, level of intervals."""

    columns: EventColumns
    months: float | None
    least: int | None
    level: float

    @classmethod
    def of(cls, document: object, name: str) -> StandardModel:
        """Return the model that a document describes; without one, columns have the names of what they say.

        Raises
        ------
        MeasureModelError
        """
        roles = Roles({} if document is None else document, name, _KEYS)
        months = roles.number("months", 0.0, least=1e-3) if "months" in roles.given else None
        least = int(roles.number("least", 1, least=2)) if "least" in roles.given else None
        return cls(EventColumns.of(roles.given.get("columns"), name), months, least, roles.level())


def standard_study(
    model: StandardModel, events: Answers, table: DecisionTable, rules: Freeing, rng: np.random.Generator, draws: int = 1000
) -> dict[str, Any]:  # fmt: skip
    """Return what a log says of each business, the most hours first.

    Raises
    ------
    AnswersError
        When a column is not there, the log has no time and the model no months, or no business has enough cases.
    """
    log = event_table(events, model.columns, ("case", "activity")).with_columns(
        pl.col("business").fill_null(_ALL)
    )
    months = model.months or _months(log)
    least = model.least or rules.least
    parts = {str(name): part for (name,), part in log.partition_by("business", as_dict=True, maintain_order=True).items()}  # fmt: skip
    told = {name: part for name, part in parts.items() if part["case"].n_unique() >= least}
    if not told:
        raise AnswersError(
            what=phrase("no business with {count:,} cases", count=least),
            expected=phrase("at least {count:,}", count=least),
            advice=phrase("Give a longer log, or lower `least` in the model."),
        )
    rows = [_business(model, name, told[name], table, rules, months, rng, draws) for name in sorted(told)]
    rows.sort(key=lambda row: (-(row["minutes"].value if row["minutes"] else 0.0) * row["frequency"].value, row["business"]))  # fmt: skip
    return plain_record({
        "kind": "association", "level": model.level, "bootstrap": draws, "months": months, "events": len(log),
        "cases": sum(part["case"].n_unique() for part in parts.values()), "businesses": rows,
        "too_few": [{"business": name, "cases": part["case"].n_unique()} for name, part in sorted(parts.items()) if name not in told],
        "assumed": {"automated": rules.automated, "beyond": dict(rules.beyond)},
    })  # fmt: skip


def _months(log: pl.DataFrame) -> float:
    times = log["seconds"].drop_nulls().to_numpy()
    span = float(times.max() - times.min()) if len(times) else 0.0
    if not span:
        raise AnswersError(
            what=phrase("a log without times"),
            expected=phrase("a column of times, or `months` in the model"),
            advice=phrase("How often a business is done is told by the month."),
        )
    return span / _MONTH


def _business(
    model: StandardModel, name: str, events: pl.DataFrame, table: DecisionTable, rules: Freeing, months: float, rng: np.random.Generator,
    draws: int,
) -> dict[str, Any]:  # fmt: skip
    cases, names = cases_of(events)
    frequency = rate_estimate(len(cases.variant), months, model.level)
    ways = variety(cases.counts, model.level)
    minutes, hand_offs, contacts = (_mean(one, model.level) for one in (cases.minutes, cases.hand_offs, cases.contacts))  # fmt: skip
    degree = degree_of(table, frequency, ways, minutes, rng, draws)
    done = steps(events, months, rules.automation, model.level)
    usual = cases.variant == 0
    clean = usual & ~(cases.rework > 0)
    # Where the most usual way was never gone without rework, it is what it is.
    standard = clean if clean.any() else usual
    chances = degree.probabilities
    return {
        "business": name, "cases": len(cases.variant), "frequency": frequency, "variety": ways,
        "variants": _variants(cases, model.level), "minutes": minutes, "hand_offs": hand_offs, "contacts": contacts,
        "rework": None if np.isnan(cases.rework).all() else share_estimate(int(cases.rework.sum()), len(cases.rework), model.level),
        "degree": degree.degree, "probabilities": chances,
        "settled": chances is not None and chances[degree.degree] >= rules.chance,
        "steps": done, "freed": _freed(model, cases, names, events, done, standard, degree.degree, rules, months, rng, draws),
        "quality": quality_of(cases, usual, model.level),
    }  # fmt: skip


def _mean(values: Floats, level: float) -> Estimate | None:
    return None if np.isnan(values).all() else mean_estimate(values, level=level)


def _variants(cases: Cases, level: float) -> list[dict[str, Any]]:
    total = len(cases.variant)
    return [
        {"variant": way, "cases": int(n), "share": share_estimate(int(n), total, level)}
        for way, n in list(zip(cases.variants, cases.counts, strict=True))[:_WAYS]
    ]


def _freed(  # noqa: PLR0913, PLR0917 - what is known of a business, taken apart
    model: StandardModel, cases: Cases, names: pl.Series, events: pl.DataFrame, done: list[Step], standard: np.ndarray, degree: str,
    rules: Freeing, months: float, rng: np.random.Generator, draws: int,
) -> Any:  # fmt: skip  # noqa: ANN401 - an estimate, or nothing
    if np.isnan(cases.minutes).all():
        return None
    chosen = [step.activity for step in done if step.candidate]
    taken = events.filter(pl.col("activity").is_in(chosen)).group_by("case").agg(pl.col("minutes").sum())
    candidate = pl.DataFrame({"case": names}).join(taken, on="case", how="left", maintain_order="left")["minutes"].fill_null(0.0).to_numpy()  # fmt: skip
    parts = rules.automated, rules.beyond.get(degree, 0.0)
    return freed_hours(candidate, cases.minutes - candidate, standard, parts, months, rng, draws, model.level)
