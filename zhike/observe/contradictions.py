"""Facts of a bank that cannot all be true: each check declared once, with what it says when it finds some."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from zhike.core.language import Text
from zhike.observe.finding import Check, Severity

__all__ = ["CONTRADICTIONS", "Contradiction"]

Tables = Mapping[str, pl.LazyFrame]

ENDED: Final = ("repaid", "written_off", "lapsed", "closed")
SAMPLE: Final = 2_000_000
"""Bookings that the check of running balances looks at; of larger tables every so many-th account."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A check and the expression of it.

    Parameters
    ----------
    check : Check
        Name, severity and sentence.
    table, column : str
        Where it is reported.
    cases : callable
        From the tables to a frame with the boolean column ``wrong``, one row per case looked at.
    values : tuple of str
        Further columns of that frame whose greatest value among the wrong cases the sentence names.
    """

    check: Check
    table: str
    column: str
    cases: Callable[[Tables], pl.LazyFrame]
    values: tuple[str, ...] = ()


def _c(
    place: str, severity: Severity, cases: Callable[[Tables], pl.LazyFrame], *sentence: str
) -> Contradiction:
    name, table, column = place.split(" ")
    values = ("largest",) if "{largest}" in sentence[0] else ()
    return Contradiction(Check(name, severity, Text(*sentence)), table, column, cases, values)


def _loans(tables: Tables) -> pl.LazyFrame:
    families = tables["products"].select("product_id", "family").unique("product_id", keep="any")
    return tables["holdings"].join(families, on="product_id").filter(pl.col("family") == "loan")


def _starts(tables: Tables) -> pl.LazyFrame:
    """Every holding with the first day of its oldest version and the one of its end."""
    ended = pl.col("valid_from").filter(pl.col("status").is_in(ENDED))
    return (
        tables["all holdings"]
        .group_by("holding_id")
        .agg(
            pl.col("product_id").first(),
            pl.col("account_id").drop_nulls().first(),
            pl.col("valid_from").min().alias("started_on"),
            ended.min().alias("ended_on"),
            pl.col("valid_from").filter(~pl.col("status").is_in(ENDED)).min().alias("granted_on"),
            pl.col("status").is_in(ENDED).any().alias("ended"),
        )
    )


def _loan_paid_before_grant(tables: Tables) -> pl.LazyFrame:
    loans = _starts(tables).join(_loans(tables).select("holding_id"), on="holding_id", how="semi")
    return loans.filter("ended").select(
        wrong=(pl.col("granted_on") >= pl.col("ended_on")).fill_null(value=False)
    )


def _loan_payment_before_grant(tables: Tables) -> pl.LazyFrame:
    """Accounts with loan payments whose first payment precedes the first loan of the account."""
    paid = (
        tables["transactions"]
        .filter(pl.col("purpose") == "loan_payment")
        .group_by("account_id")
        .agg(pl.col("booked_on").min())
    )
    loans = _loans(tables).select("holding_id")
    granted = (
        _starts(tables)
        .join(loans, on="holding_id", how="semi")
        .group_by("account_id")
        .agg(pl.col("started_on").min())
    )
    return paid.join(granted, on="account_id").select(wrong=pl.col("booked_on") < pl.col("started_on"))


def _card_before_account(tables: Tables) -> pl.LazyFrame:
    cards = tables["products"].filter(pl.col("family") == "card").select("product_id")
    issued = _starts(tables).join(cards, on="product_id", how="semi")
    opened = issued.join(tables["accounts"], on="account_id")
    return opened.select(wrong=pl.col("started_on") < pl.col("opened_on"))


def _matures_before_start(tables: Tables) -> pl.LazyFrame:
    ends = tables["holdings"].filter(pl.col("matures_on").is_not_null())
    return ends.join(_starts(tables).select("holding_id", "started_on"), on="holding_id").select(
        wrong=pl.col("matures_on") < pl.col("started_on")
    )


def _product_before_launch(tables: Tables) -> pl.LazyFrame:
    launched = (
        tables["all products"].group_by("product_id").agg(pl.col("valid_from").min().alias("launched_on"))
    )
    return (
        _starts(tables)
        .join(launched, on="product_id")
        .select(wrong=pl.col("started_on") < pl.col("launched_on"))
    )


def _booking_days(tables: Tables) -> pl.LazyFrame:
    """First and last booking of each account beside its opening and closing."""
    days = (
        tables["transactions"]
        .group_by("account_id")
        .agg(pl.col("booked_on").min().alias("first_on"), pl.col("booked_on").max().alias("last_on"))
    )
    return days.join(tables["accounts"], on="account_id")


def _booking_before_opening(tables: Tables) -> pl.LazyFrame:
    return _booking_days(tables).select(wrong=pl.col("first_on") < pl.col("opened_on"))


def _booking_after_closing(tables: Tables) -> pl.LazyFrame:
    closed = _booking_days(tables).filter(pl.col("closed_on").is_not_null())
    return closed.select(wrong=pl.col("last_on") > pl.col("closed_on"))


def _born_after_account(tables: Tables) -> pl.LazyFrame:
    ties = tables["relationships"].filter(pl.col("object_type") == "account", pl.col("role") == "owner")
    opened = tables["accounts"].select(pl.col("account_id").alias("object_id"), "opened_on")
    people = (
        tables["customers"].select("customer_id", "birth_date").filter(pl.col("birth_date").is_not_null())
    )
    born = ties.select("customer_id", "object_id").join(opened, on="object_id").join(people, on="customer_id")
    return born.select(wrong=pl.col("birth_date") >= pl.col("opened_on"))


def _closed_before_opened(tables: Tables) -> pl.LazyFrame:
    closed = tables["accounts"].filter(pl.col("closed_on").is_not_null())
    return closed.select(wrong=pl.col("closed_on") < pl.col("opened_on"))


def _ends_before_start(name: str) -> Callable[[Tables], pl.LazyFrame]:
    def cases(tables: Tables) -> pl.LazyFrame:
        ended = tables[f"all {name}"].filter(pl.col("valid_to").is_not_null())
        return ended.select(wrong=pl.col("valid_to") < pl.col("valid_from"))

    return cases


def _negative_balance(tables: Tables) -> pl.LazyFrame:
    stated = tables["transactions"].filter(pl.col("balance_after").is_not_null())
    return stated.select(wrong=pl.col("balance_after") < 0)


def _balance_chain(tables: Tables) -> pl.LazyFrame:
    """Balances of neighbouring days with one booking each: the order of bookings within a day never matters here."""
    bookings = tables["transactions"].filter(pl.col("balance_after").is_not_null())
    step = pl.max_horizontal(pl.len() // SAMPLE, 1)
    sample = bookings.with_columns(step.alias("step")).filter(
        pl.col("account_id").hash() % pl.col("step") == 0
    )
    days = sample.group_by("account_id", "booked_on").agg(
        pl.len().alias("bookings"), pl.col("amount").sum(), pl.col("balance_after").first()
    )
    ordered = days.sort("account_id", "booked_on")
    before = pl.col("balance_after", "bookings").shift(1).over("account_id").name.suffix("_before")
    pairs = ordered.with_columns(before).filter(pl.col("bookings") == 1, pl.col("bookings_before") == 1)
    difference = (pl.col("balance_after_before") + pl.col("amount") - pl.col("balance_after")).abs()
    return pairs.select(wrong=difference > 0, largest=difference)


def _complaint_decided_early(tables: Tables) -> pl.LazyFrame:
    steps = tables["case_events"].join(
        tables["all complaints"].group_by("complaint_id").agg(pl.col("received_on").min()), on="complaint_id"
    )
    return steps.select(wrong=pl.col("happened_on") < pl.col("received_on"))


def _assessment_dated_late(tables: Tables) -> pl.LazyFrame:
    dated = tables["all assessments"].filter(pl.col("assessed_on").is_not_null())
    # A day of slack: the instant is in UTC, the day in the bank's zone.
    return dated.select(wrong=pl.col("assessed_on") > pl.col("known_at").dt.date() + dt.timedelta(days=1))


def _response_before_decision(tables: Tables) -> pl.LazyFrame:
    both = tables["responses"].join(tables["decisions"], on="decision_id")
    return both.select(wrong=pl.col("responded_on") < pl.col("decided_on"))


def _unknown_object(tables: Tables) -> pl.LazyFrame:
    ties = tables["relationships"].filter(pl.col("object_type") == "account")
    known = tables["accounts"].select("account_id", found=pl.lit(value=True))
    return ties.join(known, left_on="object_id", right_on="account_id", how="left").select(
        wrong=pl.col("found").is_null()
    )


def _no_owner(tables: Tables) -> pl.LazyFrame:
    owners = tables["relationships"].filter(
        pl.col("object_type") == "account", pl.col("role").is_in(("owner", "joint_owner"))
    )
    owned = owners.select("object_id", found=pl.lit(value=True)).unique()
    return (
        tables["accounts"]
        .join(owned, left_on="account_id", right_on="object_id", how="left")
        .select(wrong=pl.col("found").is_null())
    )


CONTRADICTIONS: Final[tuple[Contradiction, ...]] = (
    _c("loan_paid_before_grant holdings status", "error", _loan_paid_before_grant,
       "{rows} of {of} finished loans were finished before or on the day they were granted",
       "{of} 笔已结清贷款中有 {rows} 笔的结清日不晚于发放日", "{of} 筆已結清貸款中有 {rows} 筆的結清日不晚於撥款日"),
    _c("loan_payment_before_grant transactions booked_on", "warning", _loan_payment_before_grant,
       "on {rows} of {of} accounts with loan payments the first payment precedes the first loan on record (an earlier loan may be missing)",
       "{of} 个有还贷记账的账户中，{rows} 个的首笔还款早于首笔在册贷款（可能缺少更早的贷款）", "{of} 個有還貸記帳的帳戶中，{rows} 個的首筆還款早於首筆在冊貸款（可能缺少更早的貸款）"),
    _c("card_before_account holdings valid_from", "error", _card_before_account,
       "{rows} of {of} cards were issued before their account was opened", "{of} 张卡中有 {rows} 张在开户前发出", "{of} 張卡中有 {rows} 張在開戶前發出"),
    _c("matures_before_start holdings matures_on", "error", _matures_before_start,
       "{rows} of {of} holdings mature before they begin", "{of} 项持有中有 {rows} 项的到期日早于起始日", "{of} 項持有中有 {rows} 項的到期日早於起始日"),
    _c("held_before_product holdings product_id", "warning", _product_before_launch,
       "{rows} of {of} holdings began before the first record of their product, so their family is unknown on early days",
       "{of} 项持有中有 {rows} 项早于其产品的首条记录，因此早期日期的产品大类未知", "{of} 項持有中有 {rows} 項早於其產品的首筆紀錄，因此早期日期的產品大類未知"),
    _c("booking_before_opening transactions booked_on", "error", _booking_before_opening,
       "{rows} of {of} accounts have a booking before they were opened", "{of} 个账户中有 {rows} 个在开户前已有记账", "{of} 個帳戶中有 {rows} 個在開戶前已有記帳"),
    _c("booking_after_closing transactions booked_on", "error", _booking_after_closing,
       "{rows} of {of} closed accounts have a booking after closing", "{of} 个已销户账户中有 {rows} 个在销户后仍有记账", "{of} 個已銷戶帳戶中有 {rows} 個在銷戶後仍有記帳"),
    _c("born_after_account customers birth_date", "error", _born_after_account,
       "{rows} of {of} account owners were born on or after the day their account was opened", "{of} 位账户所有人中有 {rows} 位的出生日不早于开户日", "{of} 位帳戶所有人中有 {rows} 位的出生日不早於開戶日"),
    _c("closed_before_opened accounts closed_on", "error", _closed_before_opened,
       "{rows} of {of} closed accounts were closed before they were opened", "{of} 个已销户账户中有 {rows} 个销户日早于开户日", "{of} 個已銷戶帳戶中有 {rows} 個銷戶日早於開戶日"),
    *(_c(f"ends_before_start {name} valid_to", "error", _ends_before_start(name),
         "{rows} of {of} ended rows end before they begin", "{of} 条已结束记录中有 {rows} 条的结束早于开始", "{of} 筆已結束紀錄中有 {rows} 筆的結束早於開始")
      for name in ("customers", "relationships", "accounts", "products", "holdings", "assessments", "consents", "complaints")),
    _c("negative_balance transactions balance_after", "info", _negative_balance,
       "{rows} of {of} stated balances are negative ({share})", "{of} 个所载余额中有 {rows} 个为负（{share}）", "{of} 個所載餘額中有 {rows} 個為負（{share}）"),
    _c("balance_breaks transactions balance_after", "warning", _balance_chain,
       "{rows} of {of} balances do not follow from the balance before and the amount (days with one booking each were compared; the largest difference is {largest} minor units): bookings are missing, wrong or rounded",
       "{of} 个余额中有 {rows} 个与上一余额加发生额不符（仅比较单笔记账日，最大差额为 {largest} 个最小货币单位）：记账有缺失、错误或舍入", "{of} 個餘額中有 {rows} 個與上一餘額加發生額不符（僅比較單筆記帳日，最大差額為 {largest} 個最小貨幣單位）：記帳有缺漏、錯誤或捨入"),
    _c("step_before_complaint case_events happened_on", "error", _complaint_decided_early,
       "{rows} of {of} steps in handling complaints precede the complaint's receipt", "{of} 个投诉处理步骤中有 {rows} 个早于投诉受理日", "{of} 個申訴處理步驟中有 {rows} 個早於申訴受理日"),
    _c("assessment_dated_late assessments assessed_on", "warning", _assessment_dated_late,
       "{rows} of {of} assessments are dated after the day on which the bank says it learnt them", "{of} 次评估中有 {rows} 次的评估日晚于银行声称的知悉日", "{of} 次評估中有 {rows} 次的評估日晚於銀行聲稱的知悉日"),
    _c("response_before_decision responses responded_on", "error", _response_before_decision,
       "{rows} of {of} responses precede the decision they answer", "{of} 条响应中有 {rows} 条早于所回应的决策", "{of} 筆回應中有 {rows} 筆早於所回應的決策"),
    _c("tie_to_unknown_account relationships object_id", "error", _unknown_object,
       "{rows} of {of} ties name an account that is not there", "{of} 条关系中有 {rows} 条指向不存在的账户", "{of} 筆關係中有 {rows} 筆指向不存在的帳戶"),
    _c("account_without_owner accounts account_id", "warning", _no_owner,
       "{rows} of {of} accounts have no owner on record", "{of} 个账户中有 {rows} 个没有登记所有人", "{of} 個帳戶中有 {rows} 個沒有登記所有人"),
)  # fmt: skip
