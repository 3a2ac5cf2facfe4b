"""The rows behind one customer's page: accounts, family, holdings, contacts and complaints, as known on the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.know.holdings import active_holdings

if TYPE_CHECKING:
    from zhike.know.view import View

__all__ = ["PageDetails", "page_details"]

Row = dict[str, Any]
NEWEST: Final = 5
"""Contacts and complaints that a page shows."""


@dataclass(frozen=True, slots=True)
class PageDetails:
    """Rows about one customer, each list in the order in which it is shown."""

    staff: tuple[Row, ...]
    accounts: tuple[Row, ...]
    household: tuple[Row, ...]
    holdings: tuple[Row, ...]
    contacts: tuple[Row, ...]
    complaints: tuple[Row, ...]


def page_details(view: View, customer_id: str) -> PageDetails:
    """Gather the rows about one customer from a bank as known on a day."""
    ties = view.current("relationships").select("customer_id", "object_type", "object_id", "role").collect()
    return PageDetails(
        staff=_rows(
            ties.filter(pl.col("object_type") == "staff", pl.col("customer_id") == customer_id).sort(
                "object_id"
            )
        ),
        accounts=_accounts(view, ties, customer_id),
        household=_household(ties, customer_id),
        holdings=_holdings(view, customer_id),
        contacts=_newest(view.history("interactions"), customer_id, "occurred_on", "interaction_id"),
        complaints=_newest(view.current("complaints"), customer_id, "received_on", "complaint_id"),
    )


def _rows(frame: pl.DataFrame) -> tuple[Row, ...]:
    return tuple(frame.iter_rows(named=True))


def _accounts(view: View, ties: pl.DataFrame, customer_id: str) -> tuple[Row, ...]:
    """Return the customer's accounts, with the others who are tied to them."""
    to_accounts = ties.filter(pl.col("object_type") == "account").rename({"object_id": "account_id"})
    own = to_accounts.filter(pl.col("customer_id") == customer_id).select("account_id", "role")
    others = (
        to_accounts.join(own, on="account_id", how="semi")
        .filter(pl.col("customer_id") != customer_id)
        .sort("customer_id")
        .group_by("account_id")
        .agg(pl.struct(pl.col("customer_id"), pl.col("role")).alias("others"))
    )
    accounts = (
        view.current("accounts")
        .select("account_id", "region", "opened_on", "closed_on", "currency")
        .collect()
    )
    return _rows(
        own.join(accounts, on="account_id", how="left")
        .join(others, on="account_id", how="left")
        .sort("account_id", "role")
    )


def _household(ties: pl.DataFrame, customer_id: str) -> tuple[Row, ...]:
    members = ties.filter(pl.col("object_type") == "household")
    own = members.filter(pl.col("customer_id") == customer_id).select("object_id")
    return _rows(
        members.join(own, on="object_id", how="semi")
        .sort("object_id", "customer_id")
        .select("object_id", "customer_id", "role")
    )


def _holdings(view: View, customer_id: str) -> tuple[Row, ...]:
    names = view.current("products").select("product_id", "name")
    own = (
        active_holdings(view)
        .filter(pl.col("customer_id") == customer_id)
        .join(names, on="product_id", how="left")
    )
    columns = (
        "holding_id",
        "product_id",
        "name",
        "family",
        "started_on",
        "started_after",
        "amount",
        "currency",
        "status",
        "matures_on",
    )
    return _rows(own.select(columns).sort("started_on", "holding_id").collect())


def _newest(frame: pl.LazyFrame, customer_id: str, day: str, key: str) -> tuple[Row, ...]:
    own = frame.filter(pl.col("customer_id") == customer_id)
    return _rows(own.sort(day, key, descending=[True, False]).head(NEWEST).collect())
