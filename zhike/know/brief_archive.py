"""A few columns of the customer archive, for whoever reads it for many days: what models of answers know of a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.know.archive import archive
from zhike.know.contacts import main_channel
from zhike.know.features import archive_schema
from zhike.know.flows import PARTS, balances
from zhike.know.holdings import holdings
from zhike.know.identity import identity
from zhike.know.risk_profile import capacity
from zhike.know.segments import decided, value_position, value_total
from zhike.know.view import view

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.know.rules import ArchiveRules
    from zhike.know.view import View

__all__ = ["BRIEF_COLUMNS", "brief_archive"]

BRIEF_COLUMNS: Final = (
    "life_stage", "value_band", "main_channel",
    "customer_type", "age", "tenure_months", "balance", "assets_held", "products_held",
)  # fmt: skip
_OF_IDENTITY: Final = ("customer_id", "currency", "customer_type", "age", "tenure_months", "household_size")
_AT_HAND: Final = frozenset(
    (*_OF_IDENTITY, *BRIEF_COLUMNS, "capacity_level", "value_total", "value_position")
)
"""What the rules of life stages and value bands may go by; where a bank's own go by more, the whole archive is built."""


def brief_archive(
    tables: Mapping[str, pl.LazyFrame],
    at: dt.date,
    timezone: str,
    rules: ArchiveRules,
    *,
    in_memory: bool = False,
) -> pl.DataFrame:
    """Return ``customer_id`` and ``BRIEF_COLUMNS`` of the archive of a day, the same as `zhike.know.archive.archive` says.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables by name; an absent one counts as empty.
    at : date
        The day asked for. Nothing known later, and nothing dated later, has any effect.
    timezone : str
        The bank's IANA zone, in which that day ends.
    rules : ArchiveRules
    in_memory : bool
        Whether the tables are in memory, so that nothing is gained by reading them in parts.
    """
    asked_for = {*rules.life_stage.inputs, *rules.value_band.inputs}
    rows = (
        _brief(view(tables, at, timezone), rules, 1 if in_memory else PARTS)
        if asked_for <= _AT_HAND
        else archive(tables, at, timezone, rules)
    )
    return rows.select("customer_id", *BRIEF_COLUMNS).collect(
        engine="in-memory" if in_memory else "streaming"
    )


def _brief(bank: View, rules: ArchiveRules, parts: int) -> pl.LazyFrame:
    customers = identity(bank).select(_OF_IDENTITY).sort("customer_id")
    keys = customers.select("customer_id", "currency")
    held = holdings(bank, keys).select("customer_id", "assets_held", "products_held")
    able = capacity(bank).select("customer_id", "capacity_level")
    for part in (held, balances(bank, keys, parts), main_channel(bank), able):
        customers = customers.join(part, on="customer_id", how="left", maintain_order="left")
    told = customers.with_columns(
        pl.col("products_held").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        decided(rules.life_stage),
        value_total().alias("value_total"),
    )
    banded = told.with_columns(value_position().alias("value_position")).with_columns(
        decided(rules.value_band)
    )
    schema = archive_schema()
    return banded.select(pl.col(name).cast(schema[name]) for name in ("customer_id", *BRIEF_COLUMNS))
