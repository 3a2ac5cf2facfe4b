"""Offers that were sent, as known on a day: to whom, when, whether they arrived, and after how many days a yes came.

Unlike the log of choices it needs no probabilities and no choice of doing nothing, and it leaves in what was sent yesterday.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.decide.catalogue import NO_ACTION
from zhike.decide.choice_log import known_before, stretch_of, stretches_of

if TYPE_CHECKING:
    from zhike.decide.policy import ChanceWindow
    from zhike.know.rules import ArchiveRules
    from zhike.know.view import View

__all__ = ["sent_offers"]

_PARTS: Final = 3
"""template:product:channel"""


def sent_offers(seen: View, timezone: str, rules: ArchiveRules, window: ChanceWindow) -> pl.DataFrame:
    """Return one row an offer of the window, by ``decision_id``, with what was known of its customer before it.

    Parameters
    ----------
    seen : View
    timezone : str
        The bank's IANA zone.
    rules : ArchiveRules
        With which the archives are built on the days before each stretch of the window.
    window : ChanceWindow

    Returns
    -------
    DataFrame
        ``decision_id``, ``customer_id``, ``decided_on``, ``template``, ``channel``, ``product_id``; ``days_ago`` and ``waited`` in days, the
        latter null where no yes has come; ``delivered``; the columns of ``CELL_COLUMNS``.
    """
    offers = _answered(seen, window)
    if offers.is_empty():
        return offers
    stretches = stretches_of(offers["decided_on"])
    offers = offers.with_columns(stretch_of(pl.col("decided_on"), stretches))
    known = known_before(seen, timezone, rules, stretches)
    joined = offers.join(known, on=["customer_id", "stretch"], how="left")
    return joined.with_columns(pl.col("products_held").fill_null([])).drop("stretch").sort("decision_id")


def _answered(seen: View, window: ChanceWindow) -> pl.DataFrame:
    day, parts = pl.col("decided_on"), pl.col("action_id").str.split(":")
    product = pl.when(parts.list.len() == _PARTS).then(parts.list.get(1, null_on_oob=True))
    sent = seen.current("decisions").filter(day > pl.lit(seen.at - dt.timedelta(days=window.window_days)))
    columns = sent.select(
        "decision_id", "customer_id", "decided_on", parts.list.first().alias("template"),
        pl.coalesce("channel", parts.list.last()).alias("channel"), pl.coalesce("product_id", product).alias("product_id"),
        seen.age_in_days("decided_on").alias("days_ago"),
    ).filter(pl.col("template") != NO_ACTION)  # fmt: skip
    joined = columns.join(_first_yes(seen, columns), on="decision_id", how="left")
    filled = joined.with_columns(pl.col("answered", "shown", "blocked").fill_null(value=False))
    # Where a channel notes what was shown, silence means that the customer was not reached; elsewhere only a blocked send was not.
    noted = pl.col("shown").any().over("channel")
    arrived = pl.when(noted).then(pl.col("answered")).otherwise(~pl.col("blocked")).alias("delivered")
    return filled.with_columns(arrived).drop("answered", "shown", "blocked").collect()


def _first_yes(seen: View, sent: pl.LazyFrame) -> pl.LazyFrame:
    answers = seen.current("responses").select("decision_id", "responded_on", "outcome")
    dated = answers.join(sent.select("decision_id", "decided_on"), on="decision_id")
    wait = (pl.col("responded_on") - pl.col("decided_on")).dt.total_days()
    outcome = pl.col("outcome")
    return dated.group_by("decision_id").agg(
        (outcome != "blocked").any().alias("answered"),
        (outcome == "shown").any().alias("shown"),
        (outcome == "blocked").any().alias("blocked"),
        wait.filter((outcome == "accepted") & (wait >= 0)).min().alias("waited"),
    )
