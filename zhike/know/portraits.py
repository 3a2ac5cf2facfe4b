"""What pages show of each customer, gathered for all of them at once: the archive's row and the rows behind it, as JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.know.features import FEATURES
from zhike.know.flows import month_ends
from zhike.know.identity import owned_accounts
from zhike.know.page_details import PageDetails, detail_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.know.view import View

__all__ = ["details_of", "portraits", "read_portrait"]

_WHO: Final = "customer_id"
_DAYS: Final = frozenset(
    (*(one.name for one in FEATURES if one.dtype == "date"), "opened_on", "closed_on", "started_on", "started_after", "matures_on",
     "occurred_on", "received_on", "window_first", "window_last")
)  # fmt: skip
"""Columns that JSON gives back as texts."""
_NEWEST: Final = 30
"""Contacts and complaints that are kept for a page."""
_AT_A_TIME: Final = 50_000
"""Customers whose rows are written out together, which bounds the memory."""


def portraits(view: View, archive: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield every customer of an archive with a JSON object of what is known of them, by ``customer_id``.

    Parameters
    ----------
    view : View
        The bank on the day of the archive.
    archive : DataFrame
        One row per customer, see `zhike.know.archive`; ordered by ``customer_id``.

    Yields
    ------
    tuple of str
        The customer; an object of ``archive``, the lists of `zhike.know.page_details.PageDetails`, and ``months``: money in and out of
        the accounts they own, in the currency of the archive's row, by month (``2026-06``), of the last twelve with a complete end.
    """
    lists = {name: _listed(frame.collect(), name) for name, frame in _frames(view, archive).items()}
    for start in range(0, len(archive), _AT_A_TIME):
        part = archive.slice(start, _AT_A_TIME)
        rows = part.select(_WHO, pl.struct(pl.all()).alias("archive"))
        for name, listed in lists.items():
            rows = rows.join(listed, on=_WHO, how="left", maintain_order="left").with_columns(
                pl.col(name).fill_null([])
            )
        written = rows.select(_WHO, pl.struct("archive", *lists).struct.json_encode().alias("portrait"))
        yield from written.iter_rows()


def _frames(view: View, archive: pl.DataFrame) -> dict[str, pl.LazyFrame]:
    return {**detail_rows(view, newest=_NEWEST), "months": _months(view, archive)}


def _listed(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return one row per customer with the list of their rows, in the order in which they came."""
    return rows.group_by(_WHO, maintain_order=True).agg(pl.struct(pl.exclude(_WHO)).alias(name))


def _months(view: View, archive: pl.DataFrame) -> pl.LazyFrame:
    """Return what came into and went out of the accounts that customers own, by month."""
    ago = (view.at.year - pl.col("booked_on").dt.year()) * 12 + view.at.month - pl.col("booked_on").dt.month()
    flows = (
        view.history("transactions")
        .filter(ago.is_in(list(month_ends(view.at))))
        .group_by("account_id", "currency", pl.col("booked_on").dt.strftime("%Y-%m").alias("month"))
        .agg(
            pl.col("amount").filter(pl.col("amount") > 0).sum().alias("money_in"),
            pl.col("amount").filter(pl.col("amount") < 0).sum().neg().alias("money_out"),
        )
    )
    currencies = archive.lazy().select(_WHO, pl.col("currency").alias("own"))
    return (
        owned_accounts(view)
        .select(_WHO, "account_id")
        .unique()
        .join(flows, on="account_id")
        .join(currencies, on=_WHO)
        .filter(pl.col("currency") == pl.col("own"))
        .group_by(_WHO, "month")
        .agg(pl.col("money_in").sum(), pl.col("money_out").sum())
        .sort(_WHO, "month")
    )


def read_portrait(text: str) -> dict[str, Any]:
    """Return what `portraits` wrote of a customer, with its days as days."""

    def with_days(row: dict[str, Any]) -> dict[str, Any]:
        return {
            name: dt.date.fromisoformat(value) if name in _DAYS and value is not None else value
            for name, value in row.items()
        }

    found: dict[str, Any] = json.loads(text, object_hook=with_days)
    return found


def details_of(portrait: dict[str, Any]) -> PageDetails:
    """Return the rows behind a customer's page, from their portrait."""
    lists = {name: tuple(portrait[name]) for name in PageDetails.__slots__}
    members = tuple(
        {"object_id": one["object_id"], _WHO: one["member_id"], "role": one["role"]}
        for one in lists["household"]
    )
    return PageDetails(**{**lists, "household": members})
