"""What becomes of each customer's list when another policy decides: what it is worth, whether they are reached, how it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CHANGES", "list_changes", "movers"]

SAME, OTHER, GAINS, LOSES, NEWLY, NO_LONGER = (
    "same_list",
    "other_list",
    "gains",
    "loses",
    "newly_reached",
    "no_longer_reached",
)
CHANGES: Final = (GAINS, NEWLY, OTHER, SAME, LOSES, NO_LONGER)
"""The six things that can become of a customer; each customer is in one of them."""

NOTICE, NOTHING = "mandatory", "none"
"""Kinds of decisions that are no choice of the bank's: a notice that must be sent, and doing nothing."""


def list_changes(customers: pl.DataFrame, today: pl.DataFrame, tomorrow: pl.DataFrame) -> pl.DataFrame:
    """Compare every customer's list under two policies.

    Parameters
    ----------
    customers : DataFrame
        ``customer_id`` of everybody who was decided for.
    today, tomorrow : DataFrame
        Decisions of the two policies, one row a place of a list.

    Returns
    -------
    DataFrame
        By ``customer_id``: ``value_today``, ``value_tomorrow`` and ``value_change`` (minor units, notices apart), ``contacts_today``
        and ``contacts_tomorrow`` (notices apart), ``reached_today`` and ``reached_tomorrow`` (at least one such contact),
        ``same_list`` (the same actions in the same places, notices included), and ``change``, one of `CHANGES`.

    Notes
    -----
    Who is reached under only one policy is newly or no longer reached, whatever the value. Of the others, who has a list of another
    value gains or loses, be the list another or the same one valued otherwise.
    """
    frame = customers.select("customer_id").sort("customer_id")
    for decisions, side in ((today, "today"), (tomorrow, "tomorrow")):
        frame = frame.join(_lists(decisions, side), on="customer_id", how="left", maintain_order="left")
    filled = frame.with_columns(
        pl.col("^list_.*$").fill_null(""), pl.col("^value_.*$", "^contacts_.*$").fill_null(0)
    )
    compared = filled.with_columns(
        (pl.col("value_tomorrow") - pl.col("value_today")).alias("value_change"),
        (pl.col("contacts_today") > 0).alias("reached_today"),
        (pl.col("contacts_tomorrow") > 0).alias("reached_tomorrow"),
        (pl.col("list_today") == pl.col("list_tomorrow")).alias("same_list"),
    )
    return compared.with_columns(_change().alias("change")).drop("list_today", "list_tomorrow")


def _lists(decisions: pl.DataFrame, side: str) -> pl.DataFrame:
    chosen = ~pl.col("kind").is_in([NOTICE, NOTHING])
    return decisions.group_by("customer_id").agg(
        pl.col("action_id").sort_by("rank").str.join("\n").alias(f"list_{side}"),
        pl.col("expected_value").filter(chosen).sum().alias(f"value_{side}"),
        chosen.sum().cast(pl.Int64).alias(f"contacts_{side}"),
    )


def _change() -> pl.Expr:
    before, after, value = pl.col("reached_today"), pl.col("reached_tomorrow"), pl.col("value_change")
    return (
        pl.when(after & ~before)
        .then(pl.lit(NEWLY))
        .when(before & ~after)
        .then(pl.lit(NO_LONGER))
        .when(value > 0)
        .then(pl.lit(GAINS))
        .when(value < 0)
        .then(pl.lit(LOSES))
        .when(pl.col("same_list"))
        .then(pl.lit(SAME))
        .otherwise(pl.lit(OTHER))
    )


def movers(changes: pl.DataFrame, number: int) -> Mapping[str, list[dict[str, Any]]]:
    """Return the customers with the largest gains and the largest losses, ties by identifier.

    Returns
    -------
    mapping
        ``gain`` and ``loss``, each a list of at most ``number`` customers with ``value_today``, ``value_tomorrow``,
        ``value_change`` and ``change``.
    """
    columns = ("customer_id", "value_today", "value_tomorrow", "value_change", "change")
    found = {}
    for side, moved, descending in (
        ("gain", pl.col("value_change") > 0, True),
        ("loss", pl.col("value_change") < 0, False),
    ):
        order = changes.filter(moved).sort("value_change", "customer_id", descending=[descending, False])
        found[side] = order.head(number).select(columns).to_dicts()
    return found
