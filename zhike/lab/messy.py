"""Spoilt records, as extracts of real banks have them: doubles, twins, gaps, contradictions, late and impossible rows.

Whether a row is spoilt depends on its identifier and the month alone, so it does not depend on the chunk. Every fault goes to a
ledger, which belongs to the sealed truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.contracts import contract
from zhike.lab.shelf import REGIONS
from zhike.lab.twins import LETTER, split_in_two

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice

    Tables = dict[str, pl.DataFrame]

__all__ = ["FAULTS", "mess"]

FAULTS: Final = {"table": pl.String, "key": pl.String, "fault": pl.String}
"""Columns of the ledger: contract table, key of the row (several columns joined by a bar), what was done to it."""

DOUBLED: Final = {"transactions": 0.002, "interactions": 0.004, "holdings": 0.004, "responses": 0.004}
"""Share of rows that come twice. Invented."""
EMPTIED: Final = {"birth_date": 0.010, "region": 0.010, "household_income": 0.020}
"""Share of customer records without the field. Invented."""
MOVED: Final = 0.015
"""Share of accounts kept in a region that is not the customer's by mistake. Invented."""
LATE: Final = {
    "transactions": 0.001,
    "holdings": 0.010,
    "customers": 0.010,
    "responses": 0.005,
    "assessments": 0.010,
}
"""Share of rows that are known weeks late. Invented."""
EARLIEST, LATEST = 14, 50
"""Days by which they are late."""
IMPOSSIBLE: Final = {"accounts": 0.004, "assessments": 0.010, "products": 0.15, "transactions": 0.0004}
"""Impossible rows that come on top, as a share of the rows. Invented."""


def mess(dice: Dice, frames: Tables, month: int) -> tuple[Tables, pl.DataFrame]:
    """Spoil the facts of one chunk and month.

    Parameters
    ----------
    dice : Dice
    frames : dict of str to DataFrame
        Facts by contract table, as `zhike.lab.facts_month.frames` and `zhike.lab.facts_opening` return them.
    month : int
        Months since 1970-01.

    Returns
    -------
    frames : dict of str to DataFrame
        The same tables; impossible rows do not satisfy the contract and are for a loader to reject.
    faults : DataFrame
        The ledger, with the columns of `FAULTS`.
    """
    made, ledger = split_in_two(dice, frames, month)
    for name, rows in made.items():
        spoilt = _Spoilt(dice, name, rows, month, ledger)
        spoilt.empty()
        spoilt.move()
        spoilt.delay()
        spoilt.add_impossible()
        spoilt.double()
        made[name] = spoilt.rows
    found = [
        pl.DataFrame({"table": table, "key": keys, "fault": fault}, schema=FAULTS)
        for table, keys, fault in ledger
    ]
    return made, pl.concat([pl.DataFrame(schema=FAULTS), *found])


class _Spoilt:
    """One table while it is spoilt; the faults are chosen on the rows as they were."""

    def __init__(
        self, dice: Dice, name: str, rows: pl.DataFrame, month: int, ledger: list[tuple[str, pl.Series, str]]
    ) -> None:
        self.rows = rows
        self._sound = rows
        self._dice, self._name, self._month, self._ledger = dice, name, month, ledger
        self._number: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    def empty(self) -> None:
        """Take fields out of customer records."""
        if self._name != "customers":
            return
        for field, share in EMPTIED.items():
            hit = self._hit(share, f"{field} missing") & self._sound[field].is_not_null().to_numpy()
            self._write(field, hit, pl.lit(None), f"{field} missing")

    def move(self) -> None:
        """Keep accounts in a region that contradicts the customer's."""
        if self._name != "accounts":
            return
        following = pl.col("region").replace_strict(list(REGIONS), [*REGIONS[1:], REGIONS[0]], default=None)
        self._write("region", self._hit(MOVED, "region contradicts"), following, "region contradicts")

    def delay(self) -> None:
        """Let some rows be known weeks after they were so."""
        share = LATE.get(self._name, 0.0)
        if not share or not self.rows.height:
            return
        hit = self._hit(share, "late")
        drawn = self._dice.uniform(f"days late: {self._name}", *self._numbers(), self._month)
        wait = pl.lit(pl.Series(np.floor(EARLIEST + (LATEST - EARLIEST) * drawn).astype(np.int64)))
        later = (pl.col("known_at") + pl.duration(days=wait)).cast(pl.Datetime("us", "UTC"))
        self._write("known_at", hit, later, "late")

    def add_impossible(self) -> None:
        """Add rows that cannot be."""
        share = IMPOSSIBLE.get(self._name, 0.0)
        if not share or not self.rows.height:
            return
        rows = self._sound.filter(pl.Series(self._hit(share, "impossible")))
        fault, change = _IMPOSSIBLE[self._name]
        self._append(rows.with_columns(**change), fault)

    def double(self) -> None:
        """Send rows twice, the same in every column."""
        share = DOUBLED.get(self._name, 0.0)
        if share and self.rows.height:
            hit = self._hit(share, "doubled")
            self._append(self.rows.head(len(hit)).filter(pl.Series(hit)), "doubled")

    def _hit(self, share: float, fault: str) -> NDArray[np.bool_]:
        return self._dice.happens(share, f"{fault}: {self._name}", *self._numbers(), self._month)

    def _numbers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return two numbers for each row: the digits of its key, set apart by second numbers, and its day."""
        if self._number is None:
            table = contract(self._name)
            key = pl.concat_str([pl.col(column).cast(pl.String) for column in table.key])
            digits = (
                key.str.replace_all(r"\D", "").str.tail(_DIGITS).cast(pl.Int64, strict=False).fill_null(0)
            )
            second = pl.when(key.str.starts_with(LETTER)).then(-1).otherwise(1)
            day = pl.col(table.day).cast(pl.Int32).cast(pl.Int64)
            numbers = self._sound.select((digits * second).alias("key"), day.alias("day"))
            self._number = numbers["key"].to_numpy(), numbers["day"].to_numpy()
        return self._number

    def _write(self, column: str, hit: NDArray[np.bool_], value: pl.Expr, fault: str) -> None:
        if hit.any():
            self.rows = self.rows.with_columns(
                pl.when(pl.Series(hit)).then(value).otherwise(pl.col(column)).alias(column)
            )
            self._note(self._sound.filter(pl.Series(hit)), fault)

    def _append(self, rows: pl.DataFrame, fault: str) -> None:
        if rows.height:
            self.rows = pl.concat([self.rows, rows])
            self._note(rows, fault)

    def _note(self, rows: pl.DataFrame, fault: str) -> None:
        self._ledger.append((self._name, _keys(self._name, rows), fault))


_DIGITS: Final = 18
_MONTH_BEFORE: Final = pl.duration(days=30)
_IMPOSSIBLE: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "accounts": ("closed before opened", {"closed_on": pl.col("opened_on") - _MONTH_BEFORE}),
    "assessments": ("level out of range", {"level": pl.lit(7, dtype=pl.Int16)}),
    "products": ("negative premium", {"annual_premium": pl.lit(-100, dtype=pl.Int64)}),
    "transactions": ("no amount", {"amount": pl.lit(None, dtype=pl.Int64)}),
}


def _keys(name: str, rows: pl.DataFrame) -> pl.Series:
    columns = [pl.col(column).cast(pl.String) for column in contract(name).key]
    return rows.select(pl.concat_str(columns, separator="|").alias("key")).to_series()
