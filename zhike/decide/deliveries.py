"""Of logged offers: what was offered over which channel, and whether it arrived, as the answers to it tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from zhike.know.view import View

__all__ = ["offered", "with_delivery"]

_PARTS: Final = 3
"""template:product:channel"""


def offered() -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Return template, channel and product of logged decisions; those that the log does not name are read from the action's identifier."""
    parts = pl.col("action_id").str.split(":")
    product = pl.when(parts.list.len() == _PARTS).then(parts.list.get(1, null_on_oob=True))
    return (
        parts.list.first().alias("template"),
        pl.coalesce("channel", parts.list.last()).alias("channel"),
        pl.coalesce("product_id", product).alias("product_id"),
    )


def with_delivery(seen: View, sent: pl.LazyFrame, said: pl.Expr) -> pl.LazyFrame:
    """Return logged offers with ``delivered``, and with what was said to them.

    Parameters
    ----------
    seen : View
        Whose ``responses`` count.
    sent : LazyFrame
        With ``decision_id``, ``decided_on`` and ``channel``.
    said : Expr
        Over the answers to one offer: their ``outcome``, and ``wait``, the days since the decision. Null where nobody answered.
    """
    answers = seen.current("responses").select("decision_id", "responded_on", "outcome")
    dated = answers.join(sent.select("decision_id", "decided_on"), on="decision_id").with_columns(
        (pl.col("responded_on") - pl.col("decided_on")).dt.total_days().alias("wait")
    )
    outcome = pl.col("outcome")
    told = dated.group_by("decision_id").agg(
        (outcome != "blocked").any().alias("answered"),
        (outcome == "shown").any().alias("shown"),
        (outcome == "blocked").any().alias("blocked"),
        said,
    )
    flags = pl.col("answered", "shown", "blocked")
    filled = sent.join(told, on="decision_id", how="left").with_columns(flags.fill_null(value=False))
    # Where a channel notes what was shown, silence means that the customer was not reached; elsewhere only a blocked send was not.
    noted = pl.col("shown").any().over("channel")
    delivered = pl.when(noted).then(pl.col("answered")).otherwise(~pl.col("blocked")).alias("delivered")
    return filled.with_columns(delivered).drop("answered", "shown", "blocked")
