"""The rows behind customers' pages: accounts, family, holdings, contacts and complaints, as known on the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.know.holdings import active_holdings

if TYPE_CHECKING:
    from zhike.know.view import View

__all__ = ["PageDetails", "detail_rows", "page_details"]

Row = dict[str, Any]
NEWEST: Final = 5
"""Contacts and complaints that a page shows."""
_WHO: Final = "customer_id"


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
    frames = detail_rows(view, newest=NEWEST, only=customer_id)
    rows = {name: frame.collect().to_dicts() for name, frame in frames.items()}
    return PageDetails(**{name: tuple(_shown(name, row) for row in found) for name, found in rows.items()})


def _shown(name: str, row: Row) -> Row:
    """Return a row of one customer's page, on which it need not say whose it is where all are the customer's own."""
    of = {name: value for name, value in row.items() if name != _WHO}
    if name == "household":
        return {"object_id": of["object_id"], _WHO: of["member_id"], "role": of["role"]}
    return of if name in ("accounts", "holdings") else row


def detail_rows(view: View, *, newest: int, only: str | None = None) -> dict[str, pl.LazyFrame]:
    """Return the rows behind the pages of all customers or of one, by list; each customer's rows in the order in which they are shown.

    Parameters
    ----------
    view : View
    newest : int
        Contacts and complaints a customer.
    only : str, optional
        The only customer wanted.

    Returns
    -------
    dict of str to LazyFrame
        By the names of `PageDetails`; each frame begins with ``customer_id``, whose page it is.
    """
    own = pl.lit(value=True) if only is None else pl.col(_WHO) == only
    ties = view.current("relationships").select(_WHO, "object_type", "object_id", "role")
    return {
        "staff": ties.filter(pl.col("object_type") == "staff", own).sort(_WHO, "object_id"),
        "accounts": _accounts(view, ties, own),
        "household": _household(ties, own),
        "holdings": _holdings(view, own),
        "contacts": _newest(
            view.history("interactions").filter(own), "occurred_on", "interaction_id", newest
        ),
        "complaints": _newest(view.current("complaints").filter(own), "received_on", "complaint_id", newest),
    }


def _accounts(view: View, ties: pl.LazyFrame, own: pl.Expr) -> pl.LazyFrame:
    """Return accounts, with the others who are tied to each."""
    every = ties.filter(pl.col("object_type") == "account").rename({"object_id": "account_id"})
    mine = every.filter(own).select(_WHO, "account_id", "role")
    other = every.select("account_id", pl.col(_WHO).alias("other"), pl.col("role").alias("other_role"))
    others = (
        mine.select(_WHO, "account_id")
        .unique()
        .join(other, on="account_id")
        .filter(pl.col("other") != pl.col(_WHO))
        .sort("other")
        .group_by(_WHO, "account_id", maintain_order=True)
        .agg(pl.struct(pl.col("other").alias(_WHO), pl.col("other_role").alias("role")).alias("others"))
    )
    accounts = view.current("accounts").select("account_id", "region", "opened_on", "closed_on", "currency")
    return (
        mine.join(accounts, on="account_id", how="left")
        .join(others, on=[_WHO, "account_id"], how="left")
        .sort(_WHO, "account_id", "role")
    )


def _household(ties: pl.LazyFrame, own: pl.Expr) -> pl.LazyFrame:
    """Return the members of each customer's households, the customer among them."""
    members = ties.filter(pl.col("object_type") == "household").drop("object_type")
    mine = members.filter(own).select(_WHO, "object_id").unique()
    return mine.join(members.rename({_WHO: "member_id"}), on="object_id").sort(_WHO, "object_id", "member_id")


def _holdings(view: View, own: pl.Expr) -> pl.LazyFrame:
    names = view.current("products").select("product_id", "name")
    columns = (
        _WHO, "holding_id", "product_id", "name", "family", "started_on", "started_after", "amount", "currency", "status", "matures_on",
    )  # fmt: skip
    rows = active_holdings(view).filter(own).join(names, on="product_id", how="left")
    return rows.select(columns).sort(_WHO, "started_on", "holding_id")


def _newest(frame: pl.LazyFrame, day: str, key: str, most: int) -> pl.LazyFrame:
    ordered = frame.sort(_WHO, day, key, descending=[False, True, False])
    return ordered.group_by(_WHO, maintain_order=True).head(most)
