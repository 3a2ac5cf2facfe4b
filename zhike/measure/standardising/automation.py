r"""Steps that a machine could do: often, always followed by the same, hardly ever done again, with nobody before the customer.

Of the ``m`` times a step was done in a business, ``c`` times it was followed by its most usual successor (the end of the case included), ``w``
times it had to be done again, ``g`` times a customer was with a member of staff. It is a candidate where it is done at least so many times a
month and

    certainty = c / m,     rework = w / m,     facing = g / m

are on the right side of the rule's thresholds. Only steps that take minutes of staff are told: the others are done by machines already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from zhike.measure.journeys.meetings import share_estimate
from zhike.measure.standardising.cases import FACING, steps_of

if TYPE_CHECKING:
    from zhike.measure.scores.estimate import Estimate

__all__ = ["Automation", "Step", "steps"]


class Automation(NamedTuple):
    """What a candidate must show: least ``certainty``, times ``per_month``, most ``rework`` and ``facing``."""

    certainty: float
    per_month: float
    rework: float
    facing: float


class Step(NamedTuple):
    """A step of a business: how often, what it takes, what follows, and whether it is a candidate; ``after`` is its most usual successor."""

    activity: str
    per_month: float
    hours_per_month: float
    certainty: Estimate
    after: str
    rework: Estimate
    facing: Estimate
    candidate: bool


def steps(events: pl.DataFrame, months: float, asked: Automation, level: float) -> list[Step]:
    """Return the steps of a business that take minutes of staff, the longest together first.

    Parameters
    ----------
    events : DataFrame
        Of one business, as `zhike.measure.standardising.cases.cases_of` takes them.
    months : float
        Length of the log.
    asked : Automation
    level : float
        Of the shares' intervals.
    """
    table = steps_of(events)
    usual = (
        table.group_by("activity", "after").len("usual").sort("activity", "usual", "after", descending=[False, True, False])
        .group_by("activity", maintain_order=True).first()
    )  # fmt: skip
    totals = table.group_by("activity").agg(
        pl.len().alias("times"), pl.col("minutes").sum(), (pl.col("rework").fill_null(0.0) > 0).sum().alias("again"),
        pl.col("channel").is_in(FACING).sum().alias("before"),
    )  # fmt: skip
    rows = totals.join(usual, on="activity").filter(pl.col("minutes") > 0)
    found = [_step(row, months, asked, level) for row in rows.iter_rows(named=True)]
    return sorted(found, key=lambda step: (-step.hours_per_month, step.activity))


def _step(row: dict[str, object], months: float, asked: Automation, level: float) -> Step:
    times, often = int(str(row["times"])), int(str(row["times"])) / months
    certainty, again, before = (share_estimate(int(str(row[key])), times, level) for key in ("usual", "again", "before"))  # fmt: skip
    fits = (
        certainty.value >= asked.certainty
        and often >= asked.per_month
        and again.value <= asked.rework
        and before.value <= asked.facing
    )
    hours = float(str(row["minutes"])) / 60 / months
    return Step(str(row["activity"]), often, hours, certainty, str(row["after"]), again, before, fits)
