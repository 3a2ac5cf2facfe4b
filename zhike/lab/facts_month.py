"""One month's results as contract tables: what a bank would have on record of it, and when it knew.

The rows of a customer depend on that customer alone, so they are the same whatever the chunk. Facts are known on the evening
of their day; card bookings a day later, complaints up to three, some customer records up to forty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.lab.facts_bookings import bookings
from zhike.lab.facts_cases import case_records
from zhike.lab.facts_events import contacts, decisions, responses, surveys
from zhike.lab.facts_frame import days, known, numbers
from zhike.lab.facts_holdings import holdings
from zhike.lab.facts_opening import new_customers
from zhike.lab.facts_prices import prices
from zhike.lab.month_results import MonthResults

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.deck import Deck
    from zhike.lab.dice import Dice
    from zhike.lab.state import State, Traits

    Tables = dict[str, pl.DataFrame]

__all__ = ["MonthResults", "frames"]

LATE_SHARE, LATEST_DAYS = 0.01, 40
"""Share of customer records that are entered late, and by how many days at most. Given."""
_MONTH_DAYS: Final = 28
_LETTERS: Final = {"customer_id": "C", "account_id": "A"}


def frames(dice: Dice, deck: Deck, traits: Traits, state: State, month: int, results: MonthResults) -> Tables:
    """Return the facts of a month.

    Parameters
    ----------
    dice, deck
        Of the world.
    traits, state : Traits, State
        A chunk of customers, the state as the month left it.
    month : int
        Months since 1970-01.
    results : MonthResults

    Returns
    -------
    dict of str to DataFrame
        By contract table, in the contract's columns; tables of which nothing is known are left out. Prices come with
        the chunk of customer 0.
    """
    made = _records(dice, traits, state, month, results)
    begun = holdings(traits, state, month, results)
    opened = made.pop("holdings").join(begun, on="holding_id", how="anti")
    made |= {
        "holdings": pl.concat([opened, begun]), "transactions": bookings(dice, traits, state, month, results),
        "decisions": decisions(deck, traits, month, results),
        "interactions": contacts(dice, deck, traits, state, month, results), "responses": responses(deck, traits, month, results),
        **surveys(dice, traits, month, results), **case_records(dice, traits, state, month, results),
    }  # fmt: skip
    if len(traits) and traits.who[0] == 0:
        made["prices"] = prices(dice, month)
    return {name: rows for name, rows in made.items() if rows.height}


def _records(dice: Dice, traits: Traits, state: State, month: int, results: MonthResults) -> Tables:
    """Return records of those who joined, and new versions of what changed about the others."""
    made = new_customers(dice, traits, state, results.joined, month)
    there = np.ones(len(traits), dtype=bool)
    there[results.joined] = False
    retiered = np.flatnonzero(there & state.here & (state.tier != results.flows.tier))
    asked = np.flatnonzero(there & state.here & (state.assessed == month))
    leavers, withdrawn = results.leavers.row, results.withdrawn[there[results.withdrawn]]
    rows = np.unique(np.concatenate([retiered, asked, leavers, withdrawn]))
    fresh = new_customers(dice, traits, state, rows, month)
    day = np.floor(_MONTH_DAYS * dice.uniform("day of a change", traits.who, month)).astype(np.int64) + 1
    day[results.leavers.row] = results.leavers.day
    changed = _Changes(traits, month, day)
    parts = {
        "customers": [
            _late(dice, month, changed.of(fresh["customers"], retiered, _MONTH_DAYS)),
            changed.of(fresh["customers"], leavers).with_columns(customer_type=pl.lit("inactive")),
        ],
        "relationships": [changed.of(fresh["relationships"], leavers).with_columns(valid_to=pl.col("valid_from"))],
        "accounts": [changed.of(fresh["accounts"], leavers).with_columns(closed_on=pl.col("valid_from"))],
        "assessments": [_answered(fresh["assessments"], traits, asked)],
        "consents": [changed.of(fresh["consents"].filter(pl.col("purpose") == "marketing"), withdrawn)],
        "preferences": [changed.of(fresh["preferences"].filter(pl.col("topic") == "do_not_contact"), withdrawn)],
    }  # fmt: skip
    return {name: pl.concat([rows, *parts.get(name, ())]) for name, rows in made.items()}


@dataclass(frozen=True, slots=True)
class _Changes:
    """Dates new versions on the day of each customer's change."""

    traits: Traits
    month: int
    day: NDArray[np.int64]

    def of(self, table: pl.DataFrame, rows: NDArray[np.int64], fixed: int | None = None) -> pl.DataFrame:
        day = self.day[rows] if fixed is None else np.full(len(rows), fixed)
        on = days(self.month, day)
        key = next(name for name in _LETTERS if name in table.columns)
        dated = pl.DataFrame({
            key: numbers(_LETTERS[key], self.traits.who[rows]), "valid_from": pl.Series(on).cast(pl.Int32).cast(pl.Date), "known_at": known(on, hours=1),
        })  # fmt: skip
        found = table.drop("valid_from", "known_at").join(dated, on=key, maintain_order="left")
        return found.select(table.columns)


def _answered(table: pl.DataFrame, traits: Traits, rows: NDArray[np.int64]) -> pl.DataFrame:
    return table.filter(pl.col("customer_id").is_in(numbers("C", traits.who[rows]).implode()))


def _late(dice: Dice, month: int, table: pl.DataFrame) -> pl.DataFrame:
    """Enter some records late."""
    who = table["customer_id"].str.slice(1).cast(pl.Int64).to_numpy()
    late = dice.happens(LATE_SHARE, "entered late", who, month)
    wait = np.where(late, 1 + np.floor(LATEST_DAYS * dice.uniform("days late", who, month)), 0)
    delay = pl.duration(days=pl.lit(pl.Series(wait.astype(np.int64))))
    return table.with_columns(known_at=(pl.col("known_at") + delay).cast(pl.Datetime("us", "UTC")))
