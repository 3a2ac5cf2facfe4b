"""What passed between bank and customer: contacts, complaints, consents and preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.know.feature import Feature, feature

if TYPE_CHECKING:
    from zhike.know.view import View

__all__ = ["CONTACT_FEATURES", "contacts", "main_channel"]

REFUSALS: Final = ("false", "no", "none", "0")
"""Values of the preference 'do_not_contact' that mean the customer may be contacted."""

CONTACT_FEATURES: Final[tuple[Feature, ...]] = (
    feature("contacts_in_365d", "int64", "interactions", 1, (
        "Contacts that the customer began in the last 365 days.", "近365天客户主动联系次数。", "近365天客戶主動聯絡次數。"), unit="contacts"),
    *(feature(f"contacts_out_{days}d", "int64", "interactions", 1, (
        f"Contacts that the bank began in the last {days} days.", f"近{days}天银行主动联系次数。", f"近{days}天銀行主動聯絡次數。"), unit="contacts")
      for days in (365, 30, 7)),
    feature("days_since_last_contact_out", "int64", "interactions", 1, (
        "Days since the bank last began a contact.", "距银行最近一次主动联系的天数。", "距銀行最近一次主動聯絡的天數。"), unit="days"),
    feature("main_channel", "string", "interactions", 1, (
        "Channel of most contacts in the last 365 days; ties by name.", "近365天使用最多的渠道（并列按名称）。", "近365天使用最多的通路（並列按名稱）。"), personal="C1"),
    feature("preferred_channel", "string", "preferences", 1, (
        "Channel the customer asked for.", "客户要求的联系渠道。", "客戶要求的聯絡通路。"), personal="C1"),
    feature("do_not_contact", "bool", "preferences", 1, (
        "Whether the customer asked not to be contacted.", "客户是否要求不被联系。", "客戶是否要求不被聯絡。")),
    feature("interests", "list of string", "preferences", 1, (
        "Topics the customer named.", "客户表示感兴趣的主题。", "客戶表示感興趣的主題。")),
    feature("consents_given", "list of string", "consents", 1, (
        "Consents in force, as purpose/channel.", "有效的同意（用途/渠道）。", "有效的同意（用途/通路）。")),
    feature("consents_withdrawn", "list of string", "consents", 1, (
        "Consents refused or withdrawn, as purpose/channel.", "已拒绝或撤回的同意（用途/渠道）。", "已拒絕或撤回的同意（用途/通路）。")),
    feature("consent_on_record", "bool", "consents", 1, (
        "Whether any answer to a request for consent is on record.", "是否有任何同意答复记录。", "是否有任何同意答覆紀錄。")),
    feature("complaints_open", "int64", "complaints", 1, (
        "Complaints that are open on the day.", "当日未结投诉数。", "當日未結申訴數。"), unit="complaints"),
    feature("complaints_365d", "int64", "complaints", 1, (
        "Complaints received in the last 365 days.", "近365天收到的投诉数。", "近365天收到的申訴數。"), unit="complaints"),
)  # fmt: skip

_COUNTS: Final = tuple(f.name for f in CONTACT_FEATURES if f.name.startswith(("contacts_", "complaints_")))
_LISTS: Final = ("interests", "consents_given", "consents_withdrawn")


def contacts(view: View, customers: pl.LazyFrame) -> pl.LazyFrame:
    """Return the contact features for each of the customers.

    Parameters
    ----------
    view : View
        The bank as known on the day.
    customers : LazyFrame
        Has customer_id.
    """
    frame = customers.select("customer_id")
    for part in (_counts(view), main_channel(view), _complaints(view), _consents(view), _preferences(view)):
        frame = frame.join(part, on="customer_id", how="left")
    return frame.with_columns(
        pl.col(_COUNTS).fill_null(0),
        pl.col(_LISTS).fill_null(pl.lit([], dtype=pl.List(pl.String))),
        pl.col("consent_on_record", "do_not_contact").fill_null(value=False),
    )


def _counts(view: View) -> pl.LazyFrame:
    outward = pl.col("direction") == "outbound"
    day = "occurred_on"
    return (
        view.history("interactions")
        .group_by("customer_id")
        .agg(
            (~outward & view.within(day, 365)).sum().alias("contacts_in_365d"),
            *(
                (outward & view.within(day, days)).sum().alias(f"contacts_out_{days}d")
                for days in (365, 30, 7)
            ),
            view.age_in_days(day).filter(outward).min().alias("days_since_last_contact_out"),
        )
    )


def main_channel(view: View) -> pl.LazyFrame:
    """Return the main channel of every customer with a contact in the last year."""
    recent = view.history("interactions").filter(view.within("occurred_on", 365))
    used = recent.group_by("customer_id", "channel").agg(pl.len().alias("times"))
    return (
        used.sort("times", "channel", descending=[True, False])
        .unique("customer_id", keep="first", maintain_order=True)
        .select("customer_id", pl.col("channel").alias("main_channel"))
    )


def _complaints(view: View) -> pl.LazyFrame:
    return (
        view.current("complaints")
        .group_by("customer_id")
        .agg(
            (pl.col("status") == "open").sum().alias("complaints_open"),
            view.within("received_on", 365).sum().alias("complaints_365d"),
        )
    )


def _consents(view: View) -> pl.LazyFrame:
    answer = pl.concat_str("purpose", "channel", separator="/")
    return (
        view.current("consents")
        .group_by("customer_id")
        .agg(
            answer.filter(pl.col("status") == "given").unique().sort().alias("consents_given"),
            answer.filter(pl.col("status") == "withdrawn").unique().sort().alias("consents_withdrawn"),
            pl.lit(value=True).alias("consent_on_record"),
        )
    )


def _preferences(view: View) -> pl.LazyFrame:
    def asked(topic: str) -> pl.Expr:
        return pl.col("value").filter(pl.col("topic") == topic).max()

    interests = asked("interest").str.split(",").list.eval(pl.element().str.strip_chars())
    return (
        view.current("preferences")
        .group_by("customer_id")
        .agg(
            asked("channel").alias("preferred_channel"),
            (~asked("do_not_contact").str.to_lowercase().is_in(REFUSALS)).alias("do_not_contact"),
            interests.alias("interests"),
        )
    )
