r"""Withdrawal: whose money goes elsewhere while the account stays open, which many leave before they are counted as lost.

With :math:`m` the mean month-end balance of the year before the day, and :math:`b` the mean of the month-ends in the outcome window,
money counts as withdrawn where :math:`b \le (1 - s)\, m`, s a share of the rulebook. Only customers with m > 0 can be judged.

References
----------
W. Buckinx, D. Van den Poel, "Customer base analysis: partial defection of behaviourally loyal clients", European Journal of Operational
Research 164, 2005.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.know.archive import archive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.know.rules import ArchiveRules
    from zhike.learn.windows import OutcomeWindow

__all__ = ["withdrawal"]

_DAYS_A_MONTH: Final = 30.4


def withdrawal(
    tables: Mapping[str, pl.LazyFrame],
    window: OutcomeWindow,
    timezone: str,
    rules: ArchiveRules,
    share: float,
) -> pl.DataFrame:
    """Return whose balance has fallen by a share in a window, of those who had one on its day.

    Parameters
    ----------
    tables : mapping of str to LazyFrame
        Contract tables by name.
    window : OutcomeWindow
        Its month-ends count, one at least.
    timezone : str
        The bank's IANA zone.
    rules : ArchiveRules
    share : float
        s above.

    Returns
    -------
    DataFrame
        ``customer_id`` and ``outcome``. Who has left by the window's end, and who had no balance to withdraw, has no row.
    """
    columns = ("customer_id", "customer_type", "balance_mean_12m", "balances_month_end")
    before, after = (
        archive(tables, day, timezone, rules).select(columns) for day in (window.day, window.last)
    )
    days = (window.last - window.first).days + 1
    months = max(1, round(days / _DAYS_A_MONTH))
    now = pl.col("balances_month_end").list.tail(months).list.mean().alias("now")
    left = pl.col("customer_type").fill_null("person") == "inactive"
    found = before.filter(pl.col("balance_mean_12m") > 0).join(
        after.filter(~left).select("customer_id", now), on="customer_id", how="inner"
    )
    fallen = pl.col("now") <= (1.0 - share) * pl.col("balance_mean_12m")
    known = found.filter(pl.col("now").is_not_null())
    return known.select("customer_id", fallen.alias("outcome")).sort("customer_id").collect()
