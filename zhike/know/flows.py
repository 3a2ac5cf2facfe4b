"""Money of the customer's accounts: balance, trend, flows, salary-like inflow and how the money moves.

The bookings are read as a stream and added up per account and currency without being sorted; month-end balances
follow from the latest balance and the monthly net flows. All that comes after works on one row an account. The engine
keeps the rows of groups that do not recur soon, so its memory grows with the bookings: the accounts are therefore split
into parts that are read one after the other. Decoding is cheap beside adding up (benchmarks/speed/archive.py).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.know.feature import MINOR, Feature, feature
from zhike.know.identity import owned_accounts

if TYPE_CHECKING:
    from zhike.know.view import View

__all__ = ["FLOW_FEATURES", "PARTS", "account_flows", "balances", "flows", "month_ends"]

MONTHS: Final = 12
WINDOWS: Final = (30, 90, 365)
METHODS: Final = ("cash", "card", "transfer")
SALARY_PURPOSES: Final = ("salary", "pension")
PARTS: Final = 8
"""Parts into which accounts are split while bookings are added up: bookings are then read 8 times, but the memory needed is that of one part."""

_DAY: Final = 2**64
_TIE: Final = 2**43

_WINDOW_FEATURES: Final = tuple(
    feature(f"{side}_{days}d", "money", "transactions", 1, (
        f"Money {en} in the last {days} days, transfers between own accounts included.",
        f"近{days}天{hans}金额（含本人账户间转账）。", f"近{days}天{hant}金額（含本人帳戶間轉帳）。"))
    for side, en, hans, hant in (("inflow", "in", "转入", "轉入"), ("outflow", "out, as a positive amount,", "转出（以正数表示）", "轉出（以正數表示）"))
    for days in WINDOWS
)  # fmt: skip

FLOW_FEATURES: Final[tuple[Feature, ...]] = (
    feature("balance", "money", "transactions, relationships", 1, (
        "Sum of the latest balances of the open accounts the customer owns; a joint account counts in full for each owner.",
        "客户所拥有的未销户账户最新余额合计；共有账户对每位所有人全额计入。", "客戶所擁有的未銷戶帳戶最新餘額合計；共有帳戶對每位所有人全額計入。")),
    feature("balance_mean_12m", "float64", "transactions, relationships", 1, (
        "Mean of the last 12 month-end balances, from the first booking on.", "近12个月末余额均值（自首笔记账起）。", "近12個月末餘額均值（自首筆記帳起）。"), unit=MINOR),
    feature("balance_trend_12m", "float64", "transactions, relationships", 1, (
        "Least-squares slope of those month-end balances.", "上述月末余额的最小二乘斜率。", "上述月末餘額的最小平方斜率。"), unit="minor units of `currency` / month"),
    feature("balance_volatility_12m", "float64", "transactions, relationships", 1, (
        "Sample standard deviation of those month-end balances.", "上述月末余额的样本标准差。", "上述月末餘額的樣本標準差。"), unit=MINOR),
    feature("balance_low_12m", "money", "transactions, relationships", 1, (
        "Least of those month-end balances.", "上述月末余额的最小值。", "上述月末餘額的最小值。")),
    feature("balances_month_end", "list of money", "transactions, relationships", 1, (
        "Those month-end balances, oldest first; empty before the first booking.", "上述月末余额（由远及近，首笔记账前为空）。", "上述月末餘額（由遠及近，首筆記帳前為空）。"), unit=MINOR),
    *_WINDOW_FEATURES,
    feature("net_flow_90d", "money", "transactions", 1, (
        "Inflow less outflow of the last 90 days.", "近90天净流入。", "近90天淨流入。")),
    feature("transactions_90d", "int64", "transactions", 1, (
        "Bookings in the last 90 days.", "近90天记账笔数。", "近90天記帳筆數。"), unit="bookings"),
    feature("transactions_365d", "int64", "transactions", 1, (
        "Bookings in the last 365 days.", "近365天记账笔数。", "近365天記帳筆數。"), unit="bookings"),
    feature("transaction_recency_days", "int64", "transactions", 1, (
        "Days since the last booking.", "距最近一笔记账的天数。", "距最近一筆記帳的天數。"), unit="days"),
    feature("salary_like_inflow", "money", "transactions", 1, (
        ("Monthly amount of regular credits (rules know.salary_like.*): where each of the last complete months has a credit named salary or "
        "pension, their monthly mean; else the largest credits of the months, one exceptional month left out, if they differ by no more than "
        "the tolerance (the least of them). Cash, internal transfers and interest do not count."),
        ("规律性入账月额（规则 know.salary_like.*）：最近几个完整月份每月均有工资或养老金入账时取月均；否则取各月最大入账额（可剔除一个例外月份），"
        "相差不超过容差时取其最小值。现金、内部转账与利息不计。"),
        ("規律性入帳月額（規則 know.salary_like.*）：最近幾個完整月份每月均有薪資或年金入帳時取月均；否則取各月最大入帳額（可剔除一個例外月份），"
        "相差不超過容差時取其最小值。現金、內部轉帳與利息不計。")),
        unit="minor units of `currency` / month"),
    feature("fees_365d", "money", "transactions", 1, (
        "Fees paid in the last 365 days.", "近365天支付的手续费。", "近365天支付的手續費。")),
    feature("penalty_interest_365d", "money", "transactions", 1, (
        "Penalty interest paid in the last 365 days.", "近365天支付的罚息。", "近365天支付的罰息。")),
    *(feature(f"{method}_share_365d", "float64", "transactions", 1, (
        f"Share of the bookings of the last 365 days that moved by {method}, of those whose method is known.",
        f"近365天已知方式的记账中以{hans}进行的占比。", f"近365天已知方式的記帳中以{hant}進行的占比。"), unit="share")
      for method, hans, hant in (("cash", "现金", "現金"), ("card", "银行卡", "銀行卡"), ("transfer", "转账", "轉帳"))),
)  # fmt: skip


def month_ends(at: dt.date) -> tuple[int, ...]:
    """Return the last 12 month-ends up to a day, as months before the day's own month, newest first.

    Examples
    --------
    >>> import datetime as dt
    >>> month_ends(dt.date(2026, 6, 30))[:2], month_ends(dt.date(2026, 6, 29))[:2]
    ((0, 1), (1, 2))
    """
    newest = 0 if (at + dt.timedelta(days=1)).day == 1 else 1
    return tuple(range(newest, newest + MONTHS))


def account_flows(view: View, salary_months: int) -> pl.LazyFrame:
    """Return one row per account and currency with everything the bookings say: the streaming pass.

    Parameters
    ----------
    view : View
        The bank as known on the day.
    salary_months : int
        Complete months in which a regular credit must be seen.

    Notes
    -----
    The latest balance is the one stated by the last booking by day and sequence; where bookings of the last day share a
    sequence (or have none) their order is unknown and the lowest stated balance is taken. An account whose bookings
    state no balance has the sum of all its amounts.
    """
    month = pl.col("booked_on").dt.year().cast(pl.Int32) * 12 + pl.col("booked_on").dt.month().cast(pl.Int32)
    bookings = view.history("transactions").with_columns(
        (view.at.year * 12 + view.at.month - month).alias("month"),
        view.age_in_days("booked_on").alias("days"),
    )
    newest = month_ends(view.at)[0]
    terms = [*_balance_terms(), *_window_terms(), *_method_terms(), *_salary_terms(newest, salary_months)]
    return _by_account(bookings, [*_stated_terms(), *terms], PARTS)


def _by_account(bookings: pl.LazyFrame, terms: list[pl.Expr], parts: int) -> pl.LazyFrame:
    if parts == 1:
        return bookings.group_by("account_id", "currency").agg(terms)
    part = pl.col("account_id").hash() % parts
    return pl.concat(
        bookings.filter(part == number).group_by("account_id", "currency").agg(terms)
        for number in range(parts)
    )


def balances(view: View, currencies: pl.LazyFrame, parts: int = PARTS) -> pl.LazyFrame:
    """Return the balance alone, one row per customer who owns an account with a booking; see `flows`.

    Parameters
    ----------
    view : View
        The bank as known on the day.
    currencies : LazyFrame
        customer_id and currency: the one whose amounts are added up.
    parts : int
        Into which accounts are split; 1 where the bookings are in memory anyway.
    """
    accounts = _by_account(view.history("transactions"), _stated_terms(), parts).with_columns(_balance())
    return _owned(view, currencies, accounts).group_by("customer_id").agg(_open_balance())


def flows(view: View, currencies: pl.LazyFrame, salary_months: int, salary_tolerance: float) -> pl.LazyFrame:
    """Return the balance and flow features, one row per customer who owns an account with a booking.

    Parameters
    ----------
    view : View
        The bank as known on the day.
    currencies : LazyFrame
        customer_id and currency: the one whose amounts are added up.
    salary_months : int
        Complete months in which a regular credit must be seen.
    salary_tolerance : float
        Greatest share by which recurring credits without a named purpose may differ.
    """
    accounts = account_flows(view, salary_months).with_columns(
        _regular_credit(salary_months, salary_tolerance).alias("regular"), _balance()
    )
    added = _owned(view, currencies, accounts).group_by("customer_id").agg(*_customer_terms())
    return (
        _month_end_features(added, view)
        .with_columns(
            view.age_in_days("last_booked_on").alias("transaction_recency_days"),
            (pl.col("inflow_90d") - pl.col("outflow_90d")).alias("net_flow_90d"),
            *(
                pl.when(pl.col("with_method") > 0)
                .then(pl.col(f"by_{method}") / pl.col("with_method"))
                .alias(f"{method}_share_365d")
                for method in METHODS
            ),
        )
        .select("customer_id", *(feature.name for feature in FLOW_FEATURES))
    )


def _owned(view: View, currencies: pl.LazyFrame, accounts: pl.LazyFrame) -> pl.LazyFrame:
    """Return a row for every customer and account owned that has bookings in the customer's currency."""
    return (
        owned_accounts(view)
        .select("customer_id", "account_id", "open")
        .join(currencies.select("customer_id", "currency"), on="customer_id", how="inner")
        .join(accounts, on=["account_id", "currency"], how="inner")
    )


def _balance() -> pl.Expr:
    stated = pl.when(pl.col("stated") > 0).then(pl.col("last_stated"))
    return stated.otherwise(pl.col("total")).alias("balance")


def _open_balance() -> pl.Expr:
    return pl.col("balance").filter("open").sum()


def _stated_terms() -> list[pl.Expr]:
    balance = pl.col("balance_after")
    order = (
        pl.col("booked_on").to_physical().cast(pl.Int128) * _DAY
        + pl.col("sequence").fill_null(0).cast(pl.Int128)
    ) * _TIE - balance.clip(-_TIE // 2, _TIE // 2 - 1).cast(pl.Int128)
    return [
        balance.max_by(order).alias("last_stated"),
        balance.count().alias("stated"),
        pl.col("amount").sum().alias("total"),
    ]


def _balance_terms() -> list[pl.Expr]:
    return [
        pl.col("month").max().alias("first_month"),
        pl.col("booked_on").max().alias("last_booked_on"),
        *(_sum(pl.col("month") == month).alias(f"net_{month}") for month in range(MONTHS)),
    ]


def _window_terms() -> list[pl.Expr]:
    money_in, money_out = pl.col("amount") > 0, pl.col("amount") < 0
    recent = pl.col("days") < WINDOWS[-1]
    fee, penalty = pl.col("purpose") == "fee", pl.col("purpose") == "penalty_interest"
    return [
        *(_sum(money_in & (pl.col("days") < days)).alias(f"inflow_{days}d") for days in WINDOWS),
        *((-_sum(money_out & (pl.col("days") < days))).alias(f"outflow_{days}d") for days in WINDOWS),
        *((pl.col("days") < days).sum().alias(f"transactions_{days}d") for days in WINDOWS[1:]),
        (-_sum(recent & fee)).alias("fees_365d"),
        (-_sum(recent & penalty)).alias("penalty_interest_365d"),
    ]


def _method_terms() -> list[pl.Expr]:
    recent = pl.col("days") < WINDOWS[-1]
    return [
        *((recent & (pl.col("method") == method)).sum().alias(f"by_{method}") for method in METHODS),
        (recent & pl.col("method").is_not_null()).sum().alias("with_method"),
    ]


def _salary_terms(newest: int, months: int) -> list[pl.Expr]:
    """Named credits and the largest other credit, in each of the last complete months."""
    credit = pl.col("amount") > 0
    named = credit & pl.col("purpose").is_in(SALARY_PURPOSES)
    regular = (
        credit
        & ~pl.col("method").is_in(("cash", "internal")).fill_null(value=False)
        & ~(pl.col("purpose") == "interest").fill_null(value=False)
    )
    terms = []
    for number in range(months + 1):
        inside = pl.col("month") == newest + number
        terms.append(_sum(inside & named).alias(f"named_{number}"))
        terms.append(pl.col("amount").filter(inside & regular).max().alias(f"largest_{number}"))
    return terms


def _regular_credit(months: int, tolerance: float) -> pl.Expr:
    """Named credits of each of the last months, else the best run of largest credits with one month to spare."""
    named = [pl.col(f"named_{number}") for number in range(months)]
    falling = (
        pl.concat_list(f"largest_{number}" for number in range(months + 1))
        .list.drop_nulls()
        .list.sort(descending=True)
    )
    recurring = pl.lit(0, pl.Int64)
    for first in (1, 0):
        high = falling.list.get(first, null_on_oob=True)
        low = falling.list.get(first + months - 1, null_on_oob=True)
        recurring = pl.when(low >= (1 - tolerance) * high).then(low).otherwise(recurring)
    every = pl.all_horizontal(credit > 0 for credit in named)
    return pl.when(every).then(pl.sum_horizontal(named) // months).otherwise(recurring)


def _customer_terms() -> list[pl.Expr]:
    summed = [f"{side}_{days}d" for side in ("inflow", "outflow") for days in WINDOWS]
    summed += [f"transactions_{days}d" for days in WINDOWS[1:]]
    summed += ["fees_365d", "penalty_interest_365d", "with_method", *(f"by_{method}" for method in METHODS)]
    return [
        _open_balance(),
        *(pl.col(f"net_{month}").filter("open").sum() for month in range(MONTHS)),
        pl.col("first_month").max(),
        pl.col("last_booked_on").max(),
        pl.col("regular").sum().alias("salary_like_inflow"),
        *(pl.col(name).sum() for name in summed),
    ]


def _month_end_features(customers: pl.LazyFrame, view: View) -> pl.LazyFrame:
    """Balances at the last month-ends and what they say, from the first month with a booking on."""
    ends = month_ends(view.at)
    later = pl.lit(0, pl.Int64)
    balances = []
    for month in range(ends[-1] + 1):
        if month in ends:
            exists = pl.col("first_month") >= month
            balances.append(pl.when(exists).then(pl.col("balance") - later).alias(f"end_{month}"))
        later = later + pl.col(f"net_{month}") if month < MONTHS else later
    names = [f"end_{month}" for month in reversed(ends)]
    listed = customers.with_columns(balances).with_columns(
        pl.concat_list(names).list.drop_nulls().alias("balances_month_end")
    )
    ordered = pl.col("balances_month_end").list
    return listed.with_columns(
        ordered.mean().alias("balance_mean_12m"),
        ordered.std().alias("balance_volatility_12m"),
        ordered.min().alias("balance_low_12m"),
        _slope(names).alias("balance_trend_12m"),
    )


def _slope(names: list[str]) -> pl.Expr:
    """Least-squares slope over the months that have a balance; null with fewer than two."""
    present = [pl.col(name).is_not_null() for name in names]
    count = pl.sum_horizontal(present).cast(pl.Float64)
    mean_month = pl.sum_horizontal(p.cast(pl.Float64) * x for x, p in enumerate(present)) / count
    deviations = [(pl.lit(float(x)) - mean_month) * p.cast(pl.Float64) for x, p in enumerate(present)]
    covariance = pl.sum_horizontal(
        deviation * pl.col(name).fill_null(0) for deviation, name in zip(deviations, names, strict=True)
    )
    variance = pl.sum_horizontal(deviation * deviation for deviation in deviations)
    return pl.when(count > 1).then(covariance / variance)


def _sum(condition: pl.Expr) -> pl.Expr:
    return pl.col("amount").filter(condition).sum()
