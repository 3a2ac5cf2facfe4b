"""The few facts that simple policies go by, as arrays in the order of a situation's customers.

They come through the same gate as the archive (`zhike.know.view`): what was known by the end of the day, nothing later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.govern.consent import consent_answers, consent_column
from zhike.know.contacts import REFUSALS
from zhike.know.holdings import active_holdings
from zhike.know.identity import owned_accounts
from zhike.know.view import View, view
from zhike.lab.shelf import REGIONS, SHELF, TALKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.situation import Situation

__all__ = ["BankFacts", "bank_facts", "regions"]

SAVINGS: Final = ("deposit", "wealth", "fund")
"""Families that count towards a customer's balance, beside the accounts."""
_RECENT_DAYS: Final = 92
"""Days in which the last booking is looked for; an account without one counts as empty."""
_FEN: Final = 100.0
_DAYS_A_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class BankFacts:
    """What a bank's campaign desk sees: arrays of shape (n,) unless said otherwise.

    Parameters
    ----------
    here : bool
        Whether the customer is one on the day.
    firm : bool
    age, tenure : float
        Years; NaN where unknown.
    region : int
        Position in `zhike.lab.shelf.REGIONS`, -1 where unknown.
    balance : float
        Yuan on accounts and in savings products.
    holds : bool, shape (n, n_products)
    sellable : bool, shape (n, n_channels)
        Whether marketing is agreed to over the channel and not refused altogether.
    reachable : bool
        Whether the customer has not asked to be left alone.
    """

    here: NDArray[np.bool_]
    firm: NDArray[np.bool_]
    age: NDArray[np.float64]
    tenure: NDArray[np.float64]
    region: NDArray[np.int64]
    balance: NDArray[np.float64]
    holds: NDArray[np.bool_]
    sellable: NDArray[np.bool_]
    reachable: NDArray[np.bool_]


def bank_facts(situation: Situation) -> BankFacts:
    """Read the facts of a situation's day."""
    seen = view(situation.tables, situation.at, situation.timezone)
    rows = pl.DataFrame({"customer_id": list(situation.customers)}).with_row_index("row")
    accounts = owned_accounts(seen).collect()
    people = _people(seen, rows, accounts)
    held = active_holdings(seen).select("customer_id", "product_id", "family", "amount").collect()
    silent = _silent(seen, rows)
    here = (people["customer_type"].fill_null("inactive") != "inactive").to_numpy()
    return BankFacts(
        here=here,
        firm=(people["customer_type"].fill_null("") == "firm").to_numpy(),
        age=_years(people["birth_date"], seen),
        tenure=_years(people["opened_on"], seen),
        region=_places(people["region"]),
        balance=_balance(seen, rows, accounts, held),
        holds=_holds(rows, held),
        sellable=_sellable(seen, rows) & (here & ~silent)[:, None],
        reachable=here & ~silent,
    )  # fmt: skip


def regions(situation: Situation) -> NDArray[np.int64]:
    """Return the region of every customer of a situation, as `BankFacts.region` has it."""
    known = view(situation.tables, situation.at, situation.timezone).current("customers")
    rows = pl.DataFrame({"customer_id": list(situation.customers)})
    found = known.select("customer_id", "region").collect()
    return _places(rows.join(found, on="customer_id", how="left", maintain_order="left")["region"])


def _places(region: pl.Series) -> NDArray[np.int64]:
    places = region.cast(pl.String).replace_strict(list(REGIONS), list(range(len(REGIONS))), default=-1)
    return np.asarray(places.cast(pl.Int64).to_numpy(), dtype=np.int64)


def _people(seen: View, rows: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    columns = ("customer_id", "customer_type", "birth_date", "region")
    known = seen.current("customers").select(columns).collect()
    known = known.with_columns(pl.col("customer_type").fill_null("person"))
    since = accounts.group_by("customer_id").agg(pl.col("opened_on").min())
    joined = rows.join(known, on="customer_id", how="left", maintain_order="left")
    return joined.join(since, on="customer_id", how="left", maintain_order="left")


def _years(days: pl.Series, seen: View) -> NDArray[np.float64]:
    since = pl.select((pl.lit(seen.at) - days).dt.total_days().cast(pl.Float64)).to_series()
    return np.asarray(since.to_numpy() / _DAYS_A_YEAR, dtype=np.float64)


def _balance(
    seen: View, rows: pl.DataFrame, accounts: pl.DataFrame, held: pl.DataFrame
) -> NDArray[np.float64]:
    last = (
        seen.current("transactions")
        .filter(seen.within("booked_on", _RECENT_DAYS), pl.col("balance_after").is_not_null())
        .group_by("account_id")
        .agg(
            pl.col("balance_after").sort_by("booked_on", "sequence", "transaction_id").last().alias("amount")
        )
        .collect(engine="streaming")
    )
    on_accounts = accounts.filter("open").join(last, on="account_id").select("customer_id", "amount")
    saved = held.filter(pl.col("family").is_in(SAVINGS)).select("customer_id", "amount")
    total = pl.concat([on_accounts, saved]).group_by("customer_id").agg(pl.col("amount").sum())
    joined = rows.join(total, on="customer_id", how="left", maintain_order="left")
    return np.asarray(joined["amount"].fill_null(0).to_numpy() / _FEN, dtype=np.float64)


def _holds(rows: pl.DataFrame, held: pl.DataFrame) -> NDArray[np.bool_]:
    products = pl.DataFrame({"product_id": list(SHELF.codes)}).with_row_index("column")
    pairs = held.join(rows, on="customer_id").join(products, on="product_id")
    matrix = np.zeros((len(rows), len(products)), dtype=np.bool_)
    matrix[pairs["row"].to_numpy(), pairs["column"].to_numpy()] = True
    return matrix


def _sellable(seen: View, rows: pl.DataFrame) -> NDArray[np.bool_]:
    consents = seen.current("consents").collect()
    answers = consent_answers(consents, [("marketing", channel) for channel in TALKING])
    agreed = np.zeros((len(rows), len(TALKING)), dtype=np.bool_)
    for place, (channel, answer) in enumerate(zip(TALKING, answers, strict=True)):
        joined = rows.join(answer, on="customer_id", how="left", maintain_order="left")
        agreed[:, place] = joined[consent_column("marketing", channel)].fill_null(value=False).to_numpy()
    return agreed


def _silent(seen: View, rows: pl.DataFrame) -> NDArray[np.bool_]:
    refused = (
        seen.current("preferences")
        .filter(pl.col("topic") == "do_not_contact", ~pl.col("value").str.to_lowercase().is_in(REFUSALS))
        .select("customer_id")
        .unique()
        .collect()
    )
    return np.asarray(rows["customer_id"].is_in(refused["customer_id"].implode()).to_numpy(), dtype=np.bool_)
