"""What the customer has with the bank: holdings by product family, since when, and their amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.contracts import FAMILIES
from zhike.know.feature import Feature, feature

if TYPE_CHECKING:
    from zhike.know.view import View

__all__ = [
    "FAMILY_NAMES",
    "HOLDING_FEATURES",
    "MATURING_FAMILIES",
    "active_holdings",
    "holdings",
    "offered_families",
]

ENDED: Final = ("repaid", "written_off", "lapsed", "closed")
ASSET_FAMILIES: Final = ("deposit", "fund", "bond", "stock", "wealth", "insurance", "metal")
MATURING_FAMILIES: Final = ("deposit", "bond", "wealth")
"""Those whose amount comes back at the end of the term; of an insurance it may be the premium, of a loan nothing comes back."""

FAMILY_NAMES: Final[dict[str, tuple[str, str, str]]] = {
    "deposit": ("deposit", "存款", "存款"),
    "loan": ("loan", "贷款", "貸款"),
    "settlement": ("current account", "结算账户", "結算帳戶"),
    "card": ("card", "银行卡", "銀行卡"),
    "fund": ("fund", "基金", "基金"),
    "bond": ("bond", "债券", "債券"),
    "stock": ("stock", "股票", "股票"),
    "wealth": ("wealth product", "理财产品", "理財產品"),
    "insurance": ("insurance", "保险", "保險"),
    "payment": ("standing payment", "代扣代付", "代扣代付"),
    "metal": ("precious metal", "贵金属", "貴金屬"),
}


def _holds(family: str) -> Feature:
    en, hans, hant = FAMILY_NAMES[family]
    meaning = (
        f"Holdings of the family '{family}' ({en}) on the day.",
        f"当日持有的{hans}类产品数。",
        f"當日持有的{hant}類產品數。",
    )
    return feature(f"holds_{family}", "int16", "holdings, products", 1, meaning, unit="holdings")


HOLDING_FEATURES: Final[tuple[Feature, ...]] = (
    feature("holdings_count", "int64", "holdings", 1, (
        "Holdings that are running on the day.", "当日存续的持有产品数。", "當日存續的持有產品數。"), unit="holdings"),
    feature("families_count", "int64", "holdings, products", 1, (
        "Different product families among them.", "其中不同产品大类数。", "其中不同產品大類數。"), unit="families"),
    *(_holds(family) for family in FAMILIES),
    feature("first_holding_on", "date", "holdings", 1, (
        "First day of the oldest holding, ended ones included.", "最早持有产品的起始日（含已结束）。", "最早持有產品的起始日（含已結束）。")),
    feature("last_holding_on", "date", "holdings", 1, (
        "First day of the newest holding, ended ones included.", "最近一次持有产品的起始日（含已结束）。", "最近一次持有產品的起始日（含已結束）。")),
    feature("holding_recency_days", "int64", "holdings", 1, (
        "Days since the newest holding began.", "距最近一次新增持有的天数。", "距最近一次新增持有的天數。"), unit="days"),
    feature("loan_outstanding", "money", "holdings, products", 1, (
        "Principal of the loans that run on the day, as granted.", "当日存续贷款的发放本金合计。", "當日存續貸款的核貸本金合計。")),
    feature("standing_payments", "money", "holdings, products", 1, (
        "Sum of the standing payments that run on the day.", "当日有效的定期代付金额合计。", "當日有效的定期代付金額合計。"), unit="minor units of `currency` / month"),
    feature("assets_held", "money", "holdings, products", 1, (
        "Amounts of deposits, funds, bonds, stocks, wealth products, insurance and metal held; empty when the bank's tables state no amount.",
        "所持存款、基金、债券、股票、理财、保险与贵金属的金额；源表未载金额时为空。", "所持存款、基金、債券、股票、理財、保險與貴金屬的金額；來源表未載金額時為空。")),
    feature("products_held", "list of string", "holdings", 1, (
        "Identifiers of the products held, in order.", "所持产品编号（按序）。", "所持產品編號（按序）。")),
    feature("next_maturity_on", "date", "holdings, products", 1, (
        "First day, the day itself included, on which a deposit, bond or wealth product held matures.",
        "所持存款、债券或理财中最近一次到期的日期（含当日）。", "所持存款、債券或理財中最近一次到期的日期（含當日）。")),
    feature("next_maturity_amount", "money", "holdings, products", 1, (
        "Amounts that mature on that day; empty when the bank's tables state none.", "该日到期的金额合计；源表未载金额时为空。", "該日到期的金額合計；來源表未載金額時為空。")),
)  # fmt: skip


def running_holdings(view: View) -> pl.LazyFrame:
    """Return the rows of the holdings that run on the day: neither past their time nor repaid, lapsed or closed."""
    return view.current("holdings").filter(pl.col("status").is_null() | ~pl.col("status").is_in(ENDED))


def active_holdings(view: View) -> pl.LazyFrame:
    """Return the holdings that run on the day, each with its family (null when not known by then) and first day."""
    families = view.current("products").select("product_id", "family")
    return (
        running_holdings(view)
        .join(families, on="product_id", how="left")
        .join(_starts(view), on="holding_id", how="left")
    )


def holdings(view: View, currencies: pl.LazyFrame) -> pl.LazyFrame:
    """Return the holding features, one row per customer that ever had a holding.

    Parameters
    ----------
    view : View
        The bank as known on the day.
    currencies : LazyFrame
        customer_id and currency: the one whose amounts are added up.
    """
    active = active_holdings(view).join(
        currencies.select("customer_id", pl.col("currency").alias("own")), on="customer_id", how="left"
    )
    own_currency = pl.col("currency").is_null() | (pl.col("currency") == pl.col("own"))
    amount = pl.when(own_currency).then(pl.col("amount"))
    now = active.group_by("customer_id").agg(
        pl.len().alias("holdings_count"),
        pl.col("family").drop_nulls().n_unique().alias("families_count"),
        *((pl.col("family") == family).sum().alias(f"holds_{family}") for family in FAMILIES),
        _of_families(amount, ("loan",)).sum().alias("loan_outstanding"),
        _of_families(amount, ("payment",)).sum().alias("standing_payments"),
        _of_families(amount, ASSET_FAMILIES).drop_nulls().sum().alias("assets_sum"),
        _of_families(amount, ASSET_FAMILIES).drop_nulls().len().alias("assets_rows"),
        pl.col("product_id").unique().sort().alias("products_held"),
    )
    ever = (
        _starts(view, "customer_id")
        .group_by("customer_id")
        .agg(
            pl.col("started_on").min().alias("first_holding_on"),
            pl.col("started_on").max().alias("last_holding_on"),
        )
    )
    stated = pl.when(pl.col("assets_rows") > 0).then(pl.col("assets_sum"))
    return (
        ever.join(now, on="customer_id", how="left")
        .join(_next_maturity(view, active, amount), on="customer_id", how="left")
        .with_columns(
            view.age_in_days("last_holding_on").alias("holding_recency_days"), stated.alias("assets_held")
        )
        .drop("assets_sum", "assets_rows")
    )


def _next_maturity(view: View, active: pl.LazyFrame, amount: pl.Expr) -> pl.LazyFrame:
    """Return when something of a customer matures next, and how much of it; nothing of those to whom nothing will come back."""
    ahead = active.filter(pl.col("family").is_in(MATURING_FAMILIES), pl.col("matures_on") >= view.at)
    first = pl.col("matures_on") == pl.col("matures_on").min().over("customer_id")
    return (
        ahead.filter(first)
        .select("customer_id", "matures_on", amount.alias("amount"))
        .group_by("customer_id")
        .agg(
            pl.col("matures_on").first().alias("next_maturity_on"),
            pl.when(pl.col("amount").count() > 0).then(pl.col("amount").sum()).alias("next_maturity_amount"),
        )
    )


def offered_families(view: View) -> pl.LazyFrame:
    """Return one row with a column ``offers_<family>`` per family: whether the bank's directory has a product of it."""
    family = view.current("products").select("family")
    return family.select(*((pl.col("family") == name).any().alias(f"offers_{name}") for name in FAMILIES))


def _of_families(amount: pl.Expr, families: tuple[str, ...]) -> pl.Expr:
    return amount.filter(pl.col("family").is_in(families))


def _starts(view: View, *extra: str) -> pl.LazyFrame:
    """First day of each holding: the oldest of its versions."""
    keys = ["holding_id", *extra]
    return view.history("holdings").group_by(keys).agg(pl.col("valid_from").min().alias("started_on"))
