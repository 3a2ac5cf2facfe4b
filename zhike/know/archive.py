"""The customer archive: one row per customer, as known at the end of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from zhike.core.contracts import FAMILIES
from zhike.know.completeness import completeness
from zhike.know.contacts import contacts
from zhike.know.features import archive_schema
from zhike.know.flows import flows
from zhike.know.holdings import holdings, offered_families
from zhike.know.identity import identity
from zhike.know.needs import needs
from zhike.know.risk_profile import risk_profile
from zhike.know.rules import ArchiveRules, archive_rules
from zhike.know.segments import segments
from zhike.know.view import view
from zhike.know.warning_columns import WARNING_FEATURES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

__all__ = ["ArchiveRules", "archive", "archive_rules"]

_COUNTS = ("holdings_count", "families_count", *(f"holds_{family}" for family in FAMILIES))
_SUMS = ("loan_outstanding", "standing_payments")
_ENTERED = frozenset(one.name for one in WARNING_FEATURES)
"""Columns that no table of the bank fills, see `zhike.know.given_warnings`."""


def archive(
    tables: Mapping[str, pl.LazyFrame], at: dt.date, timezone: str, rules: ArchiveRules
) -> pl.LazyFrame:
    """Return one row per customer known on a day, ordered by customer_id.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables by name; an absent one counts as empty.
    at : date
        The day asked for. Nothing known later, and nothing dated later, has any effect.
    timezone : str
        The bank's IANA zone, in which that day ends.
    rules : ArchiveRules
        Tables and parameters in force, see `archive_rules`.

    Returns
    -------
    LazyFrame
        The columns of `zhike.know.features.FEATURES`, in that order. Null means unknown; counts of what the tables could
        show are 0. Collect with ``engine="streaming"`` to hold memory down.

    Notes
    -----
    The bookings are read once and never sorted. Row order and the cut into files do not change the result.

    Examples
    --------
    >>> import datetime as dt
    >>> from zhike.know.features import FEATURES
    >>> len(FEATURES) > 100
    True
    """
    bank = view(tables, at, timezone)
    # Sorted while narrow; every join after keeps the order of its left side.
    customers = identity(bank).sort("customer_id")
    keys = customers.select("customer_id", "currency")
    parts = (
        holdings(bank, keys),
        flows(bank, keys, rules.salary_months, rules.salary_tolerance),
        contacts(bank, keys),
        risk_profile(bank, keys, rules.validity_months),
    )
    for part in parts:
        customers = customers.join(part, on="customer_id", how="left", maintain_order="left")
    customers = customers.with_columns(
        pl.col(*_COUNTS, *_SUMS).fill_null(0),
        pl.col("products_held").fill_null(pl.lit([], dtype=pl.List(pl.String))),
    )
    complete = completeness(
        needs(segments(customers, rules), offered_families(bank), rules), rules.completeness
    )
    typed = [
        (pl.lit(None) if name in _ENTERED else pl.col(name)).cast(dtype).alias(name)
        for name, dtype in archive_schema().items()
    ]
    return complete.select(typed)
