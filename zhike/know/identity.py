"""Who the customer is: identity, household, accounts and how long the relationship has lasted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.know.feature import Feature, feature
from zhike.know.view import View, months_between

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["IDENTITY_FEATURES", "identity", "owned_accounts"]

OWNER_ROLES: Final = ("owner", "joint_owner")
HOUSEHOLD_ROLES: Final = ("head", "member")

IDENTITY_FEATURES: Final[tuple[Feature, ...]] = (
    feature("customer_id", "string", "customers", 1, (
        "The bank's identifier of the customer.", "银行的客户编号。", "銀行的客戶編號。")),
    feature("customer_type", "string", "customers", 1, (
        "Person, professional, firm or inactive.", "客户类型：个人、专业投资者、企业或不活跃。", "客戶類型：個人、專業投資者、企業或不活躍。"), personal="C1"),
    feature("service_tier", "string", "customers", 1, (
        "The bank's own service tier.", "银行自定的服务等级。", "銀行自訂的服務等級。"), personal="C1"),
    feature("sex", "string", "customers", 1, (
        "As the bank records it.", "银行登记的性别。", "銀行登記的性別。")),
    feature("birth_date", "date", "customers", 1, (
        "Day of birth.", "出生日期。", "出生日期。")),
    feature("age", "int16", "customers", 1, (
        "Complete years since the day of birth.", "自出生日起的整年数。", "自出生日起的整年數。"), unit="years"),
    feature("region", "string", "customers", 1, (
        "Region or district of residence.", "居住地区。", "居住地區。")),
    feature("language", "string", "customers, preferences", 1, (
        "Language the customer asked for, else the one on record.", "客户要求的语言，未要求时为登记语言。", "客戶要求的語言，未要求時為登記語言。"), personal="C1"),
    feature("full_capacity", "bool", "customers", 1, (
        "Whether the customer has full legal capacity.", "是否具有完全民事行为能力。", "是否具有完全行為能力。")),
    feature("household_income", "money", "customers", 30, (
        "Yearly income of the household.", "家庭年收入。", "家庭年收入。"), unit="minor units of `currency` / year"),
    feature("currency", "string", "customers, accounts, holdings", 1, (
        "Currency of all amounts in the row; amounts in another currency are left out, never converted.",
        "本行全部金额的币种；其他币种的金额不计入，也不折算。", "本列全部金額的幣別；其他幣別的金額不計入，也不折算。"), personal="C1"),
    feature("tenure_months", "int64", "relationships, accounts, holdings, customers", 1, (
        "Complete months since the first relationship, account or holding; without any, since the first record of the customer.",
        "自首个关系、账户或持有产品起的整月数；均无时自客户首次登记起。", "自首個關係、帳戶或持有產品起的整月數；均無時自客戶首次登記起。"), unit="months"),
    feature("household_id", "string", "relationships", 30, (
        "Household the customer belongs to.", "所属家庭。", "所屬家庭。")),
    feature("household_size", "int64", "relationships", 30, (
        "Customers of the bank in that household.", "该家庭中本行客户数。", "該家庭中本行客戶數。"), unit="customers"),
    feature("accounts_owned", "int64", "relationships, accounts", 1, (
        "Open accounts that the customer owns, alone or jointly.", "单独或共同拥有的未销户账户数。", "單獨或共同擁有的未銷戶帳戶數。"), unit="accounts"),
    feature("accounts_authorised", "int64", "relationships, accounts", 1, (
        "Open accounts of others that the customer may use.", "可使用的他人未销户账户数。", "可使用的他人未銷戶帳戶數。"), unit="accounts"),
)  # fmt: skip


def identity(view: View) -> pl.LazyFrame:
    """Return the identity features, one row per customer known on the day.

    Notes
    -----
    The amounts of a row are in one currency: the customer's own on record, else the one most of their accounts
    are kept in, else the one most of their holdings are in (ties by code).
    """
    customers = view.current("customers").drop("valid_from", "valid_to", "known_at", "origin")
    parts = (_currencies(view), _since(view), _households(view), _account_roles(view), _asked_language(view))
    for part in parts:
        customers = customers.join(part, on="customer_id", how="left")
    return customers.with_columns(
        (months_between(pl.col("birth_date"), view.at) // 12).alias("age"),
        months_between(pl.col("since"), view.at).alias("tenure_months"),
        pl.coalesce("currency", "usual_currency").alias("currency"),
        pl.coalesce("asked_language", "language").alias("language"),
        pl.col("accounts_owned", "accounts_authorised").fill_null(0),
    ).drop("since", "usual_currency", "asked_language")


def owned_accounts(view: View) -> pl.LazyFrame:
    """Return customer_id, account_id, opened_on and whether the account is open, for each account owned."""
    return _accounts_by_role(view, OWNER_ROLES)


def _accounts_by_role(view: View, roles: Sequence[str]) -> pl.LazyFrame:
    ties = (
        view.current("relationships")
        .filter(pl.col("object_type") == "account", pl.col("role").is_in(roles))
        .select("customer_id", pl.col("object_id").alias("account_id"))
        .unique()
    )
    accounts = view.current("accounts").select("account_id", "opened_on", "closed_on", "currency")
    is_open = pl.col("closed_on").is_null() | (pl.col("closed_on") > view.at)
    return (
        ties.join(accounts, on="account_id", how="left").with_columns(is_open.alias("open")).drop("closed_on")
    )


def _account_roles(view: View) -> pl.LazyFrame:
    counts = [
        _accounts_by_role(view, roles).filter("open").group_by("customer_id").agg(pl.len().alias(name))
        for name, roles in (("accounts_owned", OWNER_ROLES), ("accounts_authorised", ("authorised_user",)))
    ]
    return counts[0].join(counts[1], on="customer_id", how="full", coalesce=True)


def _households(view: View) -> pl.LazyFrame:
    """One household a customer (the first by identifier where there are several), with its size."""
    members = (
        view.current("relationships")
        .filter(pl.col("object_type") == "household", pl.col("role").is_in(HOUSEHOLD_ROLES))
        .select("customer_id", pl.col("object_id").alias("household_id"))
        .unique()
    )
    sizes = members.group_by("household_id").agg(pl.len().alias("household_size"))
    first = members.group_by("customer_id").agg(pl.col("household_id").min())
    return first.join(sizes, on="household_id", how="left")


def _since(view: View) -> pl.LazyFrame:
    """First day of the relationship, from whatever was known of it by the day."""
    ties = view.history("relationships").select("customer_id", pl.col("valid_from").alias("since"))
    opened = owned_accounts(view).select("customer_id", pl.col("opened_on").alias("since"))
    held = view.history("holdings").select("customer_id", pl.col("valid_from").alias("since"))
    business = pl.concat([ties, opened.filter(pl.col("since") <= view.at), held])
    recorded = (
        view.history("customers").group_by("customer_id").agg(pl.col("valid_from").min().alias("recorded"))
    )
    first = business.group_by("customer_id").agg(pl.col("since").min())
    return recorded.join(first, on="customer_id", how="left").select(
        "customer_id", pl.coalesce("since", "recorded").alias("since")
    )


def _currencies(view: View) -> pl.LazyFrame:
    """Currency of most accounts, else of most holdings."""
    accounts = owned_accounts(view).select("customer_id", "currency", pl.lit(0).alias("order"))
    holdings = view.current("holdings").select("customer_id", "currency", pl.lit(1).alias("order"))
    counted = (
        pl.concat([accounts, holdings])
        .drop_nulls("currency")
        .group_by("customer_id", "order", "currency")
        .agg(pl.len().alias("rows"))
    )
    return (
        counted.sort("order", "rows", "currency", descending=[False, True, False])
        .unique("customer_id", keep="first", maintain_order=True)
        .select("customer_id", pl.col("currency").alias("usual_currency"))
    )


def _asked_language(view: View) -> pl.LazyFrame:
    asked = view.current("preferences").filter(pl.col("topic") == "language")
    return asked.select("customer_id", pl.col("value").alias("asked_language"))
