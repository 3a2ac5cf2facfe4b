"""The same person under two customer numbers, and the merging of some of them later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.lab.facts_frame import days, framed, known, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice

    Tables = dict[str, pl.DataFrame]
    Ledger = list[tuple[str, pl.Series, str]]

__all__ = ["LETTER", "MERGE_ROLE", "SHARE", "split_in_two"]

LETTER: Final = "D"
"""First letter of a second number; the digits are those of the first one."""
SHARE: Final = 0.008
"""Share of customers with a second number. Invented; duplicate rates that banks report are between one and a few per cent."""
OWNS_ACCOUNT: Final = 0.5
"""Share of twins under whose number the account is kept; contacts of the others are recorded under both. Invented."""
MERGED: Final = 0.5
"""Share of twins that are merged some time. Invented."""
FIRST_MERGE, MERGE_MONTHS = 640, 60
"""Months, from 2023-05, over which mergers are spread evenly."""
CONTACTS: Final = 0.5
"""Share of a twin's contacts that are recorded under the second number. Invented."""
MERGE_ROLE: Final = "same_person"
"""Role in the tie of a merged number to the one that stays."""

_DAY: Final = 15
_OWNER_MARK: Final = "-A"


@dataclass(frozen=True, slots=True)
class _Twin:
    """Who has a second number: functions of the customer's number alone."""

    dice: Dice

    def is_one(self, who: NDArray[np.int64]) -> NDArray[np.bool_]:
        return self.dice.happens(SHARE, "second number", who)

    def owns(self, who: NDArray[np.int64], month: int) -> NDArray[np.bool_]:
        """Return under whose second number the account is kept in a month."""
        owner = self.is_one(who) & self.dice.happens(OWNS_ACCOUNT, "second number owns", who)
        return owner & ~((self.merges_in(who) <= month) & self.merged(who))

    def merged(self, who: NDArray[np.int64]) -> NDArray[np.bool_]:
        return self.dice.happens(MERGED, "second number merged", who)

    def merges_in(self, who: NDArray[np.int64]) -> NDArray[np.int64]:
        drawn = self.dice.uniform("month of merging", who)
        return np.asarray(FIRST_MERGE + np.floor(MERGE_MONTHS * drawn), dtype=np.int64)


def split_in_two(dice: Dice, frames: Tables, month: int) -> tuple[Tables, Ledger]:
    """Return the facts with second numbers, and what was done to which rows."""
    made, twin = dict(frames), _Twin(dice)
    ledger: Ledger = []
    born = _begun(twin, made)
    if "customers" in made:
        made["customers"] = _doubled(made["customers"], born, ledger)
    if "relationships" in made:
        made["relationships"] = _owned(twin, made["relationships"], month, ledger)
    if "interactions" in made:
        made["interactions"] = _recorded(twin, made["interactions"], month, ledger)
    if "transactions" in made:
        _merge(twin, made, month, ledger)
    return made, ledger


def _digits(column: pl.Series) -> NDArray[np.int64]:
    return np.asarray(column.str.slice(1, 7).cast(pl.Int64).to_numpy())


def _begun(twin: _Twin, frames: Tables) -> pl.Series:
    """Return the customers with a second number whose record begins here: those whose account tie begins."""
    if "relationships" not in frames:
        return pl.Series([], dtype=pl.String)
    ties = frames["relationships"].filter(
        pl.col("relationship_id").str.ends_with(_OWNER_MARK), pl.col("valid_to").is_null(), pl.col("customer_id").str.starts_with("C")
    )  # fmt: skip
    return ties["customer_id"].filter(pl.Series(twin.is_one(_digits(ties["customer_id"]))))


def _doubled(customers: pl.DataFrame, born: pl.Series, ledger: Ledger) -> pl.DataFrame:
    """Add a poorer record of the same person under the second number: same birth and region, no income, no tier above the lowest."""
    first = customers.filter(pl.col("customer_id").is_in(born.implode())).unique(
        "customer_id", keep="first", maintain_order=True
    )
    twins = first.with_columns(
        _second("customer_id").alias("customer_id"), pl.lit("mass").alias("service_tier"), pl.lit(None, pl.Int64).alias("household_income")
    )  # fmt: skip
    if twins.height:
        ledger.append(("customers", twins["customer_id"], "second number"))
    return pl.concat([customers, twins])


def _second(column: str) -> pl.Expr:
    return pl.lit(LETTER) + pl.col(column).str.slice(1)


def _owned(twin: _Twin, ties: pl.DataFrame, month: int, ledger: Ledger) -> pl.DataFrame:
    """Tie accounts to the second number."""
    owner = ties["relationship_id"].str.ends_with(_OWNER_MARK).to_numpy()
    hit = owner & twin.owns(_digits(ties["customer_id"]), month)
    return _renumbered("relationships", "relationship_id", ties, hit, ledger)


def _recorded(twin: _Twin, contacts: pl.DataFrame, month: int, ledger: Ledger) -> pl.DataFrame:
    """Record a part of the contacts under the second number, as long as it is not merged."""
    who = _digits(contacts["customer_id"])
    own = twin.is_one(who) & ~((twin.merges_in(who) <= month) & twin.merged(who))
    place = contacts["interaction_id"].str.slice(-1).cast(pl.Int64, strict=False).fill_null(10).to_numpy()
    hit = own & twin.dice.happens(CONTACTS, "contact under second number", who, month, place)
    return _renumbered("interactions", "interaction_id", contacts, hit, ledger)


def _renumbered(
    name: str, key: str, rows: pl.DataFrame, hit: NDArray[np.bool_], ledger: Ledger
) -> pl.DataFrame:
    if not hit.any():
        return rows
    ledger.append((name, rows[key].filter(pl.Series(hit)), "under second number"))
    moved = pl.when(pl.Series(hit)).then(_second("customer_id")).otherwise("customer_id")
    return rows.with_columns(moved.alias("customer_id"))


def _merge(twin: _Twin, made: Tables, month: int, ledger: Ledger) -> None:
    """Merge the second numbers whose month it is, of customers whose account is in use."""
    who = np.unique(_digits(made["transactions"]["account_id"]))
    who = who[twin.is_one(who) & twin.merged(who) & (twin.merges_in(who) == month)]
    if not len(who):
        return
    day = days(month, np.full(len(who), _DAY))
    first, second = numbers("C", who), numbers(LETTER, who)
    shared: dict[str, Any] = {"valid_from": day, "known_at": known(day)}
    gone = framed(
        "customers",
        {**shared, "customer_id": second, "customer_type": "inactive", "origin": "source"},
        len(who),
    )
    same = framed("relationships", {
        **shared, "relationship_id": second + "-S", "customer_id": second, "object_type": "customer", "object_id": first, "role": MERGE_ROLE,
    }, len(who))  # fmt: skip
    back = framed("relationships", {
        **shared, "relationship_id": first + _OWNER_MARK, "customer_id": first, "object_type": "account", "object_id": numbers("A", who),
        "role": "owner",
    }, len(who)).filter(pl.Series(twin.owns(who, FIRST_MERGE - 1)))  # fmt: skip
    made["customers"] = _with(made, "customers", gone)
    made["relationships"] = _with(made, "relationships", pl.concat([same, back]))
    ledger.append(("customers", second, "merged"))


def _with(made: Tables, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([made[name], rows]) if name in made else rows
