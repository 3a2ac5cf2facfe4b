"""Offers that were sent, as known on a day: to whom, when, whether they arrived, and after how many days a yes came.

Unlike the log of choices it needs no probabilities and no choice of doing nothing, and it leaves in what was sent yesterday.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from zhike.decide.catalogue import NO_ACTION
from zhike.decide.choice_log import known_before, stretch_of, stretches_of
from zhike.decide.deliveries import offered, with_delivery

if TYPE_CHECKING:
    from zhike.decide.policy import ChanceWindow
    from zhike.know.rules import ArchiveRules
    from zhike.know.view import View

__all__ = ["sent_offers"]


def sent_offers(
    seen: View, timezone: str, rules: ArchiveRules, window: ChanceWindow, *, in_memory: bool = False
) -> pl.DataFrame:
    """Return one row an offer of the window, by ``decision_id``, with what was known of its customer before it.

    Parameters
    ----------
    seen : View
    timezone : str
        The bank's IANA zone.
    rules : ArchiveRules
        With which the archives are built on the days before each stretch of the window.
    window : ChanceWindow
    in_memory : bool
        Whether the tables are in memory; see `zhike.know.brief_archive.brief_archive`.

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
    known = known_before(seen, timezone, rules, stretches, in_memory=in_memory)
    joined = offers.join(known, on=["customer_id", "stretch"], how="left")
    return joined.with_columns(pl.col("products_held").fill_null([])).drop("stretch").sort("decision_id")


def _answered(seen: View, window: ChanceWindow) -> pl.DataFrame:
    first = seen.at - dt.timedelta(days=window.window_days)
    sent = seen.current("decisions").filter(pl.col("decided_on") > pl.lit(first))
    columns = sent.select(
        "decision_id",
        "customer_id",
        "decided_on",
        *offered(),
        seen.age_in_days("decided_on").alias("days_ago"),
    ).filter(pl.col("template") != NO_ACTION)
    yes = (pl.col("outcome") == "accepted") & (pl.col("wait") >= 0)
    return with_delivery(seen, columns, pl.col("wait").filter(yes).min().alias("waited")).collect()
