"""What a reader of the FAR-Trans bank must know, with the counts of the extract at hand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.language import Text

if TYPE_CHECKING:
    from zhike.core.rulebook import Version

__all__ = ["notes_of"]

_OVERWRITTEN: Final = Text(
    "{n} profile rows carry a questionnaire date later than their own date: the source overwrote them, so their levels count as known from the questionnaire on.",
    "{n} 行客户资料的问卷日期晚于该行自身日期：来源已将其覆盖，因此等级自问卷日起才视为已知。",
    "{n} 列客戶資料的問卷日期晚於該列自身日期：來源已將其覆寫，因此等級自問卷日起才視為已知。",
)
_REPLACED: Final = Text(
    "{n} of them fall on the same questionnaire as a later row of another level; the later row speaks.",
    "其中 {n} 行与等级不同的较晚一行对应同一问卷；以较晚一行为准。",
    "其中 {n} 列與等級不同的較晚一列對應同一問卷；以較晚一列為準。",
)
_NO_ANSWER: Final = Text(
    "{n} profile rows carry 2000-01-01 as questionnaire date, which stands for none; {m} carry it as their own date, which is kept.",
    "{n} 行客户资料的问卷日期为 2000-01-01，表示没有问卷；{m} 行以其为自身日期，予以保留。",
    "{n} 列客戶資料的問卷日期為 2000-01-01，表示沒有問卷；{m} 列以其為自身日期，予以保留。",
)
_INFERRED: Final = Text(
    "{n} customers bought before a profile of theirs was known: a version of origin 'inferred' names them from the purchase on.",
    "{n} 位客户在其资料已知之前已有购买：自购买之日起以来源为 inferred 的版本记载。",
    "{n} 位客戶在其資料已知之前已有購買：自購買之日起以來源為 inferred 的版本記載。",
)
_TWICE: Final = Text(
    "{n} assets are described twice on one day; the description with a sub-category stays, its gaps are filled from the other.",
    "{n} 个资产在同一天有两种描述；保留带子类别的描述，其空缺由另一描述补足。",
    "{n} 個資產在同一天有兩種描述；保留帶子類別的描述，其空缺由另一描述補足。",
)
_LEVELS: Final = Text(
    "Levels come from the rule {path} of {day} ({status}).",
    "等级取自 {day} 版规则 {path}（{status}）。",
    "等級取自 {day} 版規則 {path}（{status}）。",
)
_PURCHASES: Final = Text(
    "Holdings are first purchases, dated to an interval of about two weeks and known when it ends; sales, amounts and channels are not in the source.",
    "持有记录为首次购买，日期精确到约两周的区间，区间结束时视为已知；来源不含卖出、金额和渠道。",
    "持有紀錄為首次購買，日期精確到約兩週的區間，區間結束時視為已知；來源不含賣出、金額和通路。",
)


def notes_of(
    profiles: pl.DataFrame, assets: pl.DataFrame, customers: pl.DataFrame, levels: tuple[Version, ...]
) -> tuple[Text, ...]:
    """Return the notes, in the order in which a reader needs them."""
    filler = dt.date(2000, 1, 1)
    overwritten = profiles.filter(pl.col("_asked_on") > pl.col("_row_day")).height
    unasked = profiles.filter(pl.col("_asked_on").is_null()).height
    undated = profiles.filter(pl.col("_row_day") == filler).height
    inferred = customers.filter(pl.col("origin") == "inferred")["customer_id"].n_unique()
    level = ["riskLevel", "investmentCapacity"]
    answers = profiles.unique(["customerID", "_level_day", *level]).group_by("customerID", "_level_day").len()
    replaced = answers.select((pl.col("len") - 1).sum()).item()
    described = assets.drop("_line").unique().group_by("ISIN", "timestamp").len()
    return (
        _OVERWRITTEN.filled(n=overwritten),
        _REPLACED.filled(n=replaced),
        _NO_ANSWER.filled(n=unasked, m=undated),
        _INFERRED.filled(n=inferred),
        _TWICE.filled(n=described.filter(pl.col("len") > 1).height),
        _PURCHASES,
        *(_LEVELS.filled(path=v.path, day=v.first_day, status=v.status) for v in levels),
    )
