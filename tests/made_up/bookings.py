"""Eighteen months of bookings on the made-up bank's accounts; balances follow from the amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from made_up.people import FIRST_DAY, LAST_DAY
from made_up.streams import happens, spread, stream, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["bookings"]

_MONTHS: Final = np.arange(FIRST_DAY.astype("datetime64[M]"), LAST_DAY.astype("datetime64[M]") + 1)
_LOAN_MONTHLY: Final = {"L01": 1 / 33, "L02": 1 / 33, "L03": 1 / 170}
_SCHEMA: Final = {
    "account_id": pl.String, "day": pl.Date, "fen": pl.Int64, "method": pl.String, "purpose": pl.String,
}  # fmt: skip


def bookings(folk: pl.DataFrame, held: pl.DataFrame, taken: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the booking file, by day.

    Parameters
    ----------
    folk, held, taken : DataFrame
        See `made_up.people.people`, `made_up.purchases.accounts` and `made_up.purchases.purchases`.
    seed : int

    Returns
    -------
    DataFrame
        TXN_NO, ACCT_NO, TXN_DT (text, YYYYMMDD), SEQ, AMT and BAL (yuan with two decimals), METHOD, PURPOSE; no account
        begins below nothing.
    """
    first = folk.join(
        held.filter("first").select("customer_id", "account_id"), on="customer_id", maintain_order="left"
    )
    second = folk.join(
        held.filter(~pl.col("first")).select("customer_id", "account_id"),
        on="customer_id",
        maintain_order="left",
    )
    parts = [
        *_income(first, stream(seed, "income")), *_living(first, stream(seed, "living")),
        _saving(second, stream(seed, "saving")), *_trouble(first, stream(seed, "trouble")), *_of_contracts(taken),
    ]  # fmt: skip
    every = pl.concat(parts).join(held.select("account_id", "opened", "closed"), on="account_id")
    open_then = (pl.col("day") >= pl.max_horizontal("opened", pl.lit(FIRST_DAY).cast(pl.Date))) & (
        pl.col("closed").is_null() | (pl.col("day") < pl.col("closed"))
    )
    every = every.filter(open_then, pl.col("day") <= pl.lit(LAST_DAY).cast(pl.Date), pl.col("fen") != 0)
    return _balanced(every, held, stream(seed, "openings"))


def _monthly(
    who: pl.DataFrame,
    chance: float | NDArray[Any],
    day: int | NDArray[Any],
    fen: float | NDArray[Any],
    word: tuple[str, str],
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return at most one booking a month and account: with a chance, on a day of the month, of an amount that varies a little."""
    size, months = len(who), len(_MONTHS)
    rows, columns = np.nonzero(
        rng.random((size, months)) < np.broadcast_to(np.asarray(chance), size)[:, None]
    )
    days = _MONTHS[columns].astype("datetime64[D]") + (np.broadcast_to(day, size)[rows] - 1).astype(
        "timedelta64[D]"
    )
    amounts = np.broadcast_to(fen, size)[rows] * (1 + 0.02 * rng.standard_normal(len(rows)))
    return _rows(who, rows, days, amounts, word)


def _often(
    who: pl.DataFrame,
    per_month: float | NDArray[Any],
    middle_fen: float | NDArray[Any],
    width: float,
    word: tuple[str, str],
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return bookings on any day: a random number a month, of amounts around a middle."""
    size, months = len(who), len(_MONTHS)
    counts = rng.poisson(np.broadcast_to(np.asarray(per_month), size)[:, None], (size, months)).ravel()
    cells = np.repeat(np.arange(size * months), counts)
    rows, columns = cells // months, cells % months
    days = _MONTHS[columns].astype("datetime64[D]") + rng.integers(0, 28, len(rows)).astype("timedelta64[D]")
    amounts = spread(rng, np.broadcast_to(middle_fen, size)[rows], width, len(rows))
    return _rows(who, rows, days, amounts, word)


def _rows(
    who: pl.DataFrame, rows: NDArray[Any], days: NDArray[Any], amounts: NDArray[Any], word: tuple[str, str]
) -> pl.DataFrame:
    method, purpose = word
    return pl.DataFrame({
        "account_id": who["account_id"].gather(rows), "day": days, "fen": np.rint(amounts).astype(np.int64),
        "method": np.full(len(rows), method), "purpose": np.full(len(rows), purpose),
    }, schema=_SCHEMA)  # fmt: skip


def _income(who: pl.DataFrame, rng: np.random.Generator) -> list[pl.DataFrame]:
    """Salaries, pensions, what firms take in, allowances of the young, and interest each quarter."""
    age, kind = who["age"].to_numpy(), who["kind"].to_numpy()
    alive = (kind == "person") | (kind == "professional")
    working = alive & within(age, 22, 61) & happens(rng, 0.78, len(who))
    retired = alive & within(age, 60, 120) & ~working & happens(rng, 0.85, len(who))
    fen = who["income"].to_numpy() * 100 / 12
    payday = rng.integers(5, 16, len(who))
    months = np.arange(len(_MONTHS)) % 3 == 1
    quarter_days = (_MONTHS[months].astype("datetime64[D]") + np.timedelta64(20, "D")).tolist()
    interest = who.select("account_id").join(pl.DataFrame({"day": quarter_days}), how="cross")
    small = pl.Series("fen", np.rint(spread(rng, 900.0, 0.8, len(interest))).astype(np.int64))
    return [
        _monthly(who, working * 1.0, payday, fen * 0.62, ("代发", "工资"), rng),
        _monthly(who, retired * 1.0, 15, fen * 0.45, ("代发", "养老金"), rng),
        _often(who, (kind == "firm") * 9.0, 1_500_000, 0.9, ("转账", ""), rng),
        _often(who, (alive & ~working & ~retired) * 0.8, 220_000, 0.5, ("转账", ""), rng),
        interest.with_columns(small, method=pl.lit("系统"), purpose=pl.lit("利息")).cast(pl.Schema(_SCHEMA)),
    ]


def _living(who: pl.DataFrame, rng: np.random.Generator) -> list[pl.DataFrame]:
    """Card payments, cash, bills, transfers to others and fees; the old use cash, the young the card."""
    kind, digital = who["kind"].to_numpy(), who["digital"].to_numpy()
    firm, active = kind == "firm", kind != "inactive"
    fen = np.where(firm, 900_000, who["income"].to_numpy() * 100 / 12)
    human = (active & ~firm).astype(np.float64)
    return [
        _often(who, human * (1 + 5 * digital), -fen * 0.035, 0.7, ("刷卡", ""), rng),
        _often(who, human * (0.3 + 1.6 * (1 - digital)), -fen * 0.07, 0.4, ("现金", ""), rng),
        _often(who, firm * 5.0, -fen, 0.8, ("转账", ""), rng),
        _often(who, human * 0.8, -fen * 0.09, 0.6, ("转账", ""), rng),
        _monthly(who, human * 0.75, 20, -spread(rng, 32_000.0, 0.4, len(who)), ("代扣", "生活缴费"), rng),
        _monthly(who, active * 0.3, 28, -np.where(firm, 5_000.0, 1_000.0), ("系统", "手续费"), rng),
    ]


def _saving(who: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    return _monthly(who, 0.7, 18, who["income"].to_numpy() * 4, ("转账", ""), rng)


def _trouble(who: pl.DataFrame, rng: np.random.Generator) -> list[pl.DataFrame]:
    """Return the penalty interest that some pay, and the money that others take elsewhere in the last four months."""
    active = (who["kind"] != "inactive").to_numpy()
    short = active & happens(rng, 0.03, len(who))
    leaving = who.filter(pl.Series(active & ~short & happens(rng, 0.05, len(who))))
    out = _often(leaving, 1.6, -leaving["income"].to_numpy() * 45, 0.4, ("转账", ""), rng)
    recent = out.filter(pl.col("day") > pl.lit(LAST_DAY - np.timedelta64(120, "D")).cast(pl.Date))
    return [_monthly(who, short * 0.4, 26, -4_500.0, ("系统", "罚息"), rng), recent]


def _of_contracts(taken: pl.DataFrame) -> list[pl.DataFrame]:
    """Instalments of loans, yearly premiums, and the money that goes into an investment or a deposit."""
    fen = (pl.col("amount") * 100).round().cast(pl.Int64)
    bought = taken.filter(pl.col("family").is_in(["wealth", "fund"])).select(
        "account_id", day="start", fen=-fen, method=pl.lit("转账"), purpose=pl.lit("投资")
    )
    months = pl.DataFrame({"month": _MONTHS.astype("datetime64[D]")})
    running = taken.join(months, how="cross").filter(
        pl.col("month") > pl.col("start"), pl.col("end").is_null() | (pl.col("month") < pl.col("end"))
    )
    share = pl.col("product_id").replace_strict(_LOAN_MONTHLY, default=None, return_dtype=pl.Float64)
    paid = running.filter(
        pl.col("family") == "loan", pl.col("arrears").is_null() | (pl.col("month") < pl.col("arrears"))
    )
    loans = paid.select("account_id", day=pl.col("month").dt.offset_by("9d"), fen=-(fen * share).round().cast(pl.Int64),
                        method=pl.lit("代扣"), purpose=pl.lit("还贷"))  # fmt: skip
    yearly = running.filter(
        pl.col("family") == "insurance", pl.col("month").dt.month() == pl.col("start").dt.month()
    )
    premiums = yearly.filter(pl.col("product_id") != "I03").select(
        "account_id",
        day=pl.col("month").dt.offset_by("11d"),
        fen=-fen,
        method=pl.lit("代扣"),
        purpose=pl.lit("保费"),
    )
    return [frame.cast(pl.Schema(_SCHEMA)) for frame in (bought, loans, premiums)]


def _balanced(every: pl.DataFrame, held: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Order the bookings, begin each account with enough that it never falls below nothing, and add up."""
    order = ["account_id", "day", "fen", "method", "purpose"]
    running = every.select(order).sort(order, descending=[False, False, True, False, False])
    lowest = running.group_by("account_id").agg(pl.col("fen").cum_sum().min().alias("low"))
    spare = pl.Series("spare", spread(rng, 900_000.0, 1.0, len(held)))
    start = (
        held.with_columns(spare)
        .join(lowest, on="account_id", how="left")
        .select(
            "account_id",
            "opened",
            begin=(pl.col("spare").round() + pl.max_horizontal(0, -pl.col("low").fill_null(0))).cast(
                pl.Int64
            ),
        )
    )
    opened_within = start.filter(pl.col("opened") >= pl.lit(FIRST_DAY).cast(pl.Date))
    opening = opened_within.select(
        "account_id", day="opened", fen="begin", method=pl.lit("转账"), purpose=pl.lit("")
    ).cast(pl.Schema(_SCHEMA))
    before = start.with_columns(
        begin=pl.when(pl.col("opened") < pl.lit(FIRST_DAY).cast(pl.Date)).then("begin").otherwise(0)
    )
    ordered = pl.concat([opening, running.cast(pl.Schema(_SCHEMA))]).join(
        before.select("account_id", "begin"), on="account_id", maintain_order="left"
    )
    # The opening stands first; a stable sort by account and day keeps it there.
    summed = ordered.sort("account_id", "day", maintain_order=True).with_columns(
        balance=pl.col("fen").cum_sum().over("account_id") + pl.col("begin")
    )
    return _file(summed.sort("day", "account_id", maintain_order=True))


def _file(ordered: pl.DataFrame) -> pl.DataFrame:
    number = pl.int_range(1, pl.len() + 1)
    return ordered.select(
        pl.format("T{}", number.cast(pl.String).str.zfill(9)).alias("TXN_NO"), pl.col("account_id").alias("ACCT_NO"),
        pl.col("day").dt.to_string("%Y%m%d").alias("TXN_DT"), number.alias("SEQ"), _yuan("fen").alias("AMT"),
        _yuan("balance").alias("BAL"), pl.col("method").alias("METHOD"), pl.col("purpose").alias("PURPOSE"),
    )  # fmt: skip


def _yuan(fen: str) -> pl.Expr:
    return pl.col(fen).cast(pl.Decimal(18, 2)) / pl.lit(100).cast(pl.Decimal(18, 0))
