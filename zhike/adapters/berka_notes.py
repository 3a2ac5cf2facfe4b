"""What a reader of the Berka bank must know, with the coverage of the extract at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["notes_of"]

_PUBLISHED: Final = {"trans": 1_056_320, "loan": 682, "card": 892}
"""Rows of the files as published in 1999."""

_PARTIAL: Final = Text(
    "Transactions are partial: {n} of {published} published rows, for {accounts} of {all} accounts; {without} accounts have none.",
    "交易不完整：已公布 {published} 行中有 {n} 行，涉及 {all} 个账户中的 {accounts} 个；{without} 个账户没有交易。",
    "交易不完整：已公布 {published} 列中有 {n} 列，涉及 {all} 個帳戶中的 {accounts} 個；{without} 個帳戶沒有交易。",
)
_COMPLETE: Final = Text(
    "Transactions: all {published} published rows, for {accounts} of {all} accounts.",
    "交易：已公布的 {published} 行全部在内，涉及 {all} 个账户中的 {accounts} 个。",
    "交易：已公布的 {published} 列全部在內，涉及 {all} 個帳戶中的 {accounts} 個。",
)
_PART: Final = Text(
    "{file}: {n} transactions of {accounts} accounts, {first} to {last}; a median account has {median}.",
    "{file}：{accounts} 个账户的 {n} 笔交易，{first} 至 {last}；账户中位数为 {median} 笔。",
    "{file}：{accounts} 個帳戶的 {n} 筆交易，{first} 至 {last}；帳戶中位數為 {median} 筆。",
)
_FEWER: Final = Text(
    "{file}: {n} of {published} published rows.",
    "{file}：已公布 {published} 行中有 {n} 行。",
    "{file}：已公布 {published} 列中有 {n} 列。",
)
_LOANS: Final = Text(
    "The status of a loan is the state at the end of 1998 and counts as known from 1999-01-01; a finished loan that was not paid stands as in_arrears, because nothing says that it was written off.",
    "贷款状态为 1998 年末的状态，自 1999-01-01 起视为已知；到期未还的贷款记为 in_arrears，因为来源未说明已核销。",
    "貸款狀態為 1998 年末的狀態，自 1999-01-01 起視為已知；到期未還的貸款記為 in_arrears，因為來源未說明已核銷。",
)
_ORDERS: Final = Text(
    "Standing orders have no date and count as known from 1999-01-01.",
    "定期转账指令没有日期，自 1999-01-01 起视为已知。",
    "定期轉帳指示沒有日期，自 1999-01-01 起視為已知。",
)
_TIES: Final = Text(
    "Clients and authorised users have no date of their own and count as known since the account was opened.",
    "客户和被授权人没有自己的日期，自开户之日起视为已知。",
    "客戶和被授權人沒有自己的日期，自開戶之日起視為已知。",
)
_STATEMENTS: Final = Text(
    "Statements of accounts: {counts}.", "账户对账单频率：{counts}。", "帳戶對帳單頻率：{counts}。"
)


def notes_of(booked: pl.DataFrame, source: Mapping[str, pl.DataFrame]) -> tuple[Text, ...]:
    """Return the notes, the partial transactions first.

    Parameters
    ----------
    booked : DataFrame
        Every transaction row: columns source_file, account_id, booked_on.
    source : mapping of str to DataFrame
        The other files as read.
    """
    parts = booked.group_by("source_file", maintain_order=True).agg(
        n=pl.len(),
        accounts=pl.col("account_id").n_unique(),
        first=pl.col("booked_on").min(),
        last=pl.col("booked_on").max(),
        median=pl.col("account_id").value_counts().struct.field("count").median().cast(pl.Int64),
    )
    frequencies = source["account"]["frequency"].value_counts(sort=True).iter_rows()
    return (
        _coverage(booked, source["account"].height),
        *(_PART.filled(file=file, n=n, accounts=accounts, first=first, last=last, median=median)
          for file, n, accounts, first, last, median in parts.iter_rows()),
        *(_FEWER.filled(file=name, n=source[name].height, published=_PUBLISHED[name])
          for name in ("loan", "card") if source[name].height < _PUBLISHED[name]),
        _LOANS,
        _ORDERS,
        _TIES,
        _STATEMENTS.filled(counts=", ".join(f"{name} {count}" for name, count in frequencies)),
    )  # fmt: skip


def _coverage(booked: pl.DataFrame, accounts: int) -> Text:
    reached, published = booked["account_id"].n_unique(), _PUBLISHED["trans"]
    text = _PARTIAL if booked.height < published else _COMPLETE
    return text.filled(
        n=booked.height, published=published, accounts=reached, all=accounts, without=accounts - reached
    )
