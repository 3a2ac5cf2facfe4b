"""The report's story, filled from a demonstration: the bank's own tables, its decisions, and the policies that were played."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.cli.demo_words import label, said
from zhike.cli.story import BankFacts, Crowd, Effect, Loss, Months, Price, Served, Story

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import polars as pl

    from zhike.adapters.bank import Bank
    from zhike.cli.story import Example
    from zhike.core.language import Language
    from zhike.lab.dividend import Dividend
    from zhike.lab.intervals import Interval
    from zhike.lab.loop import Evidence
    from zhike.lab.run import Run

__all__ = [
    "AGE_BANDS", "Wanted", "crowd_of", "effects_of", "funnel_of", "losses_of", "month_name", "months_of", "prices_of",
    "served_of", "story_of",
]  # fmt: skip

AGE_BANDS: Final = ("18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
_AGE_EDGES: Final = (18, 25, 35, 45, 55, 65, 75)
_SEXES: Final = ("female", "male")
_POINTS: Final = 30
"""Straight pieces of the Lorenz curve up to nine tenths of the customers, and as many for the last tenth."""
_SATISFACTION: Final = "CUSA1"
"""The survey's question on satisfaction as a whole, answered from 1 to 10."""
_SCORES: Final = range(1, 11)
_TEN_THOUSAND, _PERCENT, _MONTHS_A_YEAR = 10_000.0, 100.0, 12
_OURS, _REFERENCE, _ORACLE = "zhike", "standard", "oracle"

_EFFECTS: Final = {
    "bank_value": ("bank_value", "CNY", 1.0),
    "customer_benefit": ("customer_benefit", "CNY", 1.0),
    "satisfaction": ("satisfaction", "sd", 1.0),
    "complaints": ("complaints", "per_10000", 1.0),
    "attrition": ("attrition", "share", 1.0 / _PERCENT),
    "contacts": ("contacts", "per_customer", 1.0),
    "unsuitable_sales": ("unsuitable", "per_10000", 1.0),
}
"""The report's metric: the lab's measure, its unit in the report, and the factor between the two."""
_LOSING: Final = ("bank_value", "customer_benefit", "satisfaction")
"""Metrics that are compared by group."""
_HOURS: Final = "adviser_hours"
_UNIT_OF: Final = {"branch": "contact", "adviser": "contact", "phone": "call", "app": "send", "sms": "send"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a demonstration is to build and play: customers there ever are, months of history and ahead, seed of the dice."""

    customers: int
    seed: int
    history: int
    months: int


def story_of(
    wanted: Wanted, bank: Bank, at: dt.date, played: Run, found: Dividend, funnel: Mapping[str, int],
    customers: Sequence[Example], language: Language,
) -> Story:  # fmt: skip
    """Return everything that the report shows.

    Parameters
    ----------
    bank : Bank
        Its own tables say who the customers are; the truth is not read.
    at : date
        The last day of history.
    played, found : Run, Dividend
        The policies, and how they compare.
    funnel : mapping of str to int
        Of the decisions at the last day.
    customers : sequence of Example
        In ``language`` already.
    """
    evidence = played.played[_OURS].evidence
    return Story(
        bank=BankFacts(wanted.customers, wanted.history, wanted.seed, first_day(wanted, at).isoformat(), at.isoformat(), dict(bank.rows())),
        crowd=crowd_of(bank, at),
        months=months_of(played),
        dividend=effects_of(found),
        loses=[dataclasses.replace(one, label=label(one.label, language)) for one in losses_of(found)],
        groups_compared=sum(one.policy == _OURS and one.measure in _LOSING for one in found.groups),
        fairness=[dataclasses.replace(one, group=label(one.group, language)) for one in served_of(played, found)],
        funnel=funnel_named(funnel, language),
        prices=[] if evidence is None else [dataclasses.replace(one, resource=resource_named(one.resource, language)) for one in prices_of(evidence)],
        customers=customers,
    )  # fmt: skip


def first_day(wanted: Wanted, at: dt.date) -> dt.date:
    """Return the first day of history."""
    last = at.year * _MONTHS_A_YEAR + at.month - 1
    year, month = divmod(last - wanted.history + 1, _MONTHS_A_YEAR)
    return at.replace(year=year, month=month + 1, day=1)


def crowd_of(bank: Bank, at: dt.date) -> Crowd | None:
    """Return who the customers are by the bank's own archive, and what they answered; None where nobody has a balance."""
    from zhike.cli.bank_archive import bank_archive

    rows = (
        bank_archive(bank.path, at, None).rows.select("customer_id", "customer_type", "sex", "age", "balance")
        .collect(engine="streaming").sort("customer_id")
    )  # fmt: skip
    curve = _lorenz(rows["balance"].drop_nulls())
    return Crowd(AGE_BANDS, _ages(rows), curve, _answers(bank, at)) if curve else None


def _ages(rows: pl.DataFrame) -> dict[str, list[int]]:
    import numpy as np
    import polars as pl

    persons = rows.filter(pl.col("age") >= _AGE_EDGES[0], pl.col("customer_type") != "firm")
    band = np.searchsorted(_AGE_EDGES, persons["age"].to_numpy(), side="right") - 1
    return {
        sex: np.bincount(band[(persons["sex"] == sex).fill_null(value=False).to_numpy()], minlength=len(AGE_BANDS)).tolist()
        for sex in _SEXES
    }  # fmt: skip


def _lorenz(balances: pl.Series) -> list[tuple[float, float]]:
    """Return the share of customers, poorest first, and the share of all balances that they hold; overdrafts count as nothing."""
    import numpy as np

    held = np.sort(np.clip(balances.cast(float).to_numpy(), 0.0, None))
    if not held.sum() > 0:
        return []
    below = np.concatenate([[0.0], np.cumsum(held) / held.sum()])
    # The richest hold so much that the last tenth bends within single per cents of customers.
    share = np.union1d(
        np.linspace(0.0, 0.9, _POINTS + 1), 1.0 - 0.1 * np.linspace(0.0, 1.0, _POINTS + 1) ** 3
    )
    height = np.interp(share, np.linspace(0.0, 1.0, len(below)), below)
    return [(float(x), float(y)) for x, y in zip(share, height, strict=True)]


def _answers(bank: Bank, at: dt.date) -> list[tuple[str, int]]:
    import polars as pl

    from zhike.know.view import view

    answers = view(bank.tables(), at, bank.manifest.timezone).current("answers")
    scores = (
        answers.filter(pl.col("question") == _SATISFACTION).select("score").collect()["score"].drop_nulls()
    )
    counted = {int(score): count for score, count in scores.value_counts().iter_rows()}
    return [(str(score), counted.get(score, 0)) for score in _SCORES] if counted else []


def months_of(played: Run) -> Months:
    """Return the course of every policy, per customer who was with the bank in the month."""
    monthly = {policy: one.monthly for policy, one in played.played.items()}
    labels = [month_name(played.first_month + place) for place in range(played.months)]
    terms = _monthly_terms()
    series = {
        metric: {policy: rows.select(term.alias("figure"))["figure"].to_list() for policy, rows in monthly.items()}
        for metric, term in terms.items()
    }  # fmt: skip
    return Months(labels, series, {"satisfaction": "sd"})


def _monthly_terms() -> dict[str, Any]:
    import polars as pl

    present = pl.col("customers") + pl.col("left")
    bank = pl.sum_horizontal("base_margin", "margin") - pl.sum_horizontal(
        "cost", "complaint_cost", "franchise"
    )
    return {
        "bank_value": bank / present,
        "customer_benefit": (pl.col("benefit") - pl.col("annoyance")) / present,
        "satisfaction": pl.col("satisfaction"),
        "complaints": _TEN_THOUSAND * pl.col("complaints") / present,
        "contacts": pl.col("contacts") / present,
        "attrition": pl.col("left") / present,
    }


def month_name(month: int) -> str:
    """Return a month since 1970-01 as people write it.

    Examples
    --------
    >>> month_name(676)
    '2026-05'
    """
    year, place = divmod(month, _MONTHS_A_YEAR)
    return f"{1970 + year}-{place + 1:02d}"


def effects_of(found: Dividend) -> list[Effect]:
    """Return each policy's difference to standard, and its regret."""
    effects = [
        _effect(policy, metric, figures[measure].scaled(factor), unit)
        for policy, figures in found.less_reference.items()
        for metric, (measure, unit, factor) in _EFFECTS.items()
    ]
    return [*effects, *(_effect(policy, "regret", lost, "CNY") for policy, lost in found.regret.items())]


def _effect(policy: str, metric: str, interval: Interval, unit: str) -> Effect:
    return Effect(policy, metric, interval.value, interval.low, interval.high, unit)


def losses_of(found: Dividend) -> list[Loss]:
    """Return the groups for whom the project's policy does worse than standard by the mean, those beyond chance first."""
    worse = [
        one for one in found.groups
        if one.policy == _OURS and one.measure in _LOSING and one.less_reference.value < 0
    ]  # fmt: skip
    worse.sort(key=lambda one: not one.less_reference.excludes_zero)
    return [
        Loss(one.group, one.level, one.measure, one.less_reference.value, one.less_reference.low, one.less_reference.high)
        for one in worse
    ]  # fmt: skip


def served_of(played: Run, found: Dividend) -> list[Served]:
    """Return how many of each group every policy served, and what it brought them."""
    shares = {policy: _shares(played, policy) for policy in played.played}
    return [
        Served(
            one.policy, one.group, one.level, shares[one.policy].get((one.group, one.level), 0.0),
            one.figure.value, one.figure.low, one.figure.high,
        )
        for one in found.groups if one.measure == "customer_benefit"
    ]  # fmt: skip


def _shares(played: Run, policy: str) -> dict[tuple[str, str], float]:
    """Return the share of each group that was shown at least one action, of those who were ever with the bank."""
    import polars as pl

    from zhike.lab.groups import GROUPS

    rows = played.groups.hstack(played.played[policy].customers.select("served", "ever_here"))
    here = rows.filter(pl.col("ever_here"))
    return {
        (group, str(level)): share
        for group in GROUPS
        for level, share in here.drop_nulls(group)
        .group_by(group)
        .agg((pl.col("served") > 0).mean())
        .iter_rows()
    }


def funnel_of(plan: Mapping[str, Any]) -> dict[str, int]:
    """Return what each layer leaves of a plan's candidates, and last what is proposed; notices and doing nothing are no proposals."""
    summary = plan["summary"]
    proposed = sum(summary.get(f"kind:{kind}", 0) for kind in ("sale", "care", "service"))
    return {**plan["funnel"], "proposed": proposed}


def funnel_named(funnel: Mapping[str, int], language: Language) -> dict[str, int]:
    """Return a funnel with a name for the stage of which the report has none."""
    return {
        said("proposed", language) if stage == "proposed" else stage: count for stage, count in funnel.items()
    }


def prices_of(evidence: Evidence) -> list[Price]:
    """Return what is scarce in the month decided last, as the plan priced it."""
    return [
        Price(name, price, _UNIT_OF.get(name, "hour"), evidence.used[name], evidence.capacity[name])
        for name, price in evidence.prices.items()
    ]


def resource_named(resource: str, language: Language) -> str:
    """Return a resource in words: a region's hours by the region's code, a channel by the archive's word."""
    from zhike.know.vocabulary import word

    if not resource.startswith(_HOURS):
        return word(resource).in_language(language)
    return said("hours_in", language, region=word(resource.removeprefix(f"{_HOURS}_")).in_language(language))
