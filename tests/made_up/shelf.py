"""What the made-up bank offers, over which channels, and who works there. Names, levels and prices are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl
from made_up.streams import picked, stream

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AREAS", "SHELF", "Product", "channels", "products", "staff"]

AREAS: Final = ("城东", "城西", "城南", "城北", "新区", "港区")
CUSTOMERS_PER_STAFF: Final = 80


class Product(NamedTuple):
    """One product; amounts in yuan, levels 1 to 5, days in ISO form."""

    code: str
    name: str
    family: str
    group: str
    regime: str = "none"
    seller_level: int | None = None
    issuer_level: int | None = None
    complex: bool | None = None
    market: str | None = None
    least: int | None = None
    months: int | None = None
    yearly_premium: int | None = None
    single_premium: int | None = None
    paying_years: int | None = None
    uncertain: bool | None = None
    first_day: str = "2015-01-01"
    last_day: str | None = None


def _wealth(
    code: str, name: str, levels: tuple[int | None, int | None], least: int, months: int | None
) -> Product:
    return Product(code, name, "wealth", "理财", "cn-nfra", *levels, complex=code == "W07", market="retail",
                   least=least, months=months)  # fmt: skip


def _fund(code: str, name: str, level: int, least: int) -> Product:
    return Product(
        code, name, "fund", "公募基金", "cn-csrc", level, level, complex=False, market="retail", least=least
    )


def _insurance(
    code: str, name: str, level: int | None, terms: tuple[int | None, int | None, int], *, uncertain: bool
) -> Product:
    yearly, single, years = terms
    return Product(
        code, name, "insurance", "保险", "cn-insurance", level, level, complex=False, market="retail",
        yearly_premium=yearly, single_premium=single, paying_years=years, uncertain=uncertain,
    )  # fmt: skip


def _plain(
    code: str, name: str, family: str, group: str, least: int | None = None, months: int | None = None
) -> Product:
    return Product(code, name, family, group, market="all", least=least, months=months)


SHELF: Final[tuple[Product, ...]] = (
    _plain("D01", "三个月定期存款", "deposit", "定期存款", 50, 3),
    _plain("D02", "一年定期存款", "deposit", "定期存款", 50, 12),
    _plain("D03", "三年定期存款", "deposit", "定期存款", 50, 36),
    _plain("D04", "三年大额存单", "deposit", "大额存单", 200_000, 36),
    _wealth("W01", "稳盈日开理财", (1, 1), 1, None),
    _wealth("W02", "稳盈季开理财", (2, 2), 1_000, 3),
    _wealth("W03", "恒利一年封闭理财", (2, 2), 10_000, 12),
    # The issuer rates it higher than the seller does: the higher of the two counts.
    _wealth("W04", "恒利增强理财", (2, 3), 10_000, 12),
    _wealth("W05", "平衡配置理财", (3, 3), 10_000, 18),
    _wealth("W06", "成长权益理财", (4, 4), 50_000, 24)._replace(first_day="2026-03-02"),
    _wealth("W07", "进取量化理财", (5, 5), 100_000, 24),
    # Not rated yet: it must not be sold to anyone.
    _wealth("W08", "新发待评级理财", (None, None), 10_000, 12)._replace(first_day="2026-09-15"),
    _wealth("W09", "高净值专属理财", (4, 4), 1_000_000, 24)._replace(market="professional"),
    # Withdrawn from sale.
    _wealth("W10", "旧版月开理财", (2, 2), 1_000, 1)._replace(last_day="2026-01-31"),
    _fund("F01", "货币市场基金", 1, 1),
    _fund("F02", "纯债基金", 2, 10),
    _fund("F03", "平衡混合基金", 3, 10),
    _fund("F04", "宽基指数基金", 4, 10),
    _fund("F05", "行业主题基金", 4, 10),
    _fund("F06", "海外股票基金", 5, 10),
    _insurance("I01", "定期寿险", None, (1_800, None, 20), uncertain=False),
    _insurance("I02", "重大疾病保险", None, (6_500, None, 20), uncertain=False),
    _insurance("I03", "年金保险（趸交）", None, (None, 300_000, 1), uncertain=False),
    _insurance("I04", "分红型两全保险", 2, (20_000, None, 10), uncertain=True),
    _insurance("I05", "综合意外保险", None, (260, None, 1), uncertain=False),
    _plain("K01", "借记卡", "card", "借记卡"),
    _plain("K02", "标准信用卡", "card", "信用卡"),
    _plain("K03", "白金信用卡", "card", "信用卡"),
    _plain("L01", "小微经营贷款", "loan", "经营贷款", 10_000, 36),
    _plain("L02", "个人消费贷款", "loan", "消费贷款", 5_000, 36),
    _plain("L03", "住房按揭贷款", "loan", "按揭贷款", 100_000, 240),
    _plain("P01", "扫码收款", "payment", "收付服务"),
    _plain("P02", "水电燃气代缴", "payment", "代缴服务"),
    _plain("S01", "活期结算账户", "settlement", "结算账户"),
    _plain("S02", "企业收付通", "settlement", "企业结算"),
)

_CHANNELS: Final[Mapping[str, tuple[int, str]]] = {
    "branch": (40, "30.00"), "adviser": (12, "45.00"), "phone": (60, "8.00"), "app": (5_000, "0.02"),
    "sms": (5_000, "0.05"),
}  # fmt: skip
_ROLES: Final = {"relationship_manager": 4.0, "adviser": 2.0, "service": 3.0, "complaints": 1.0}


def products() -> pl.DataFrame:
    """Return the product directory in the bank's own columns; a withdrawn product has a second row, known that day."""
    rows = pl.DataFrame(list(SHELF), schema=list(Product._fields), orient="row", infer_schema_length=None)
    withdrawn = rows.filter(pl.col("last_day").is_not_null()).with_columns(recorded=pl.col("last_day"))
    running = rows.with_columns(last_day=pl.lit(None, pl.String), recorded=pl.col("first_day"))
    return pl.concat([running, withdrawn]).sort("code", "recorded").select(
        pl.col("code").alias("产品代码"), pl.col("name").alias("产品名称"), pl.col("family").alias("大类"),
        pl.col("group").alias("组别"), pl.col("regime").alias("监管口径"), pl.col("seller_level").alias("代销评级"),
        pl.col("issuer_level").alias("发行评级"), _yes_no("complex").alias("是否复杂"), pl.col("market").alias("目标客群"),
        pl.col("least").alias("起点金额"), pl.col("months").alias("期限月"), pl.col("yearly_premium").alias("年缴保费"),
        pl.col("single_premium").alias("趸交保费"), pl.col("paying_years").alias("缴费年数"),
        _yes_no("uncertain").alias("收益不确定"), pl.col("first_day").alias("起售日"), pl.col("last_day").alias("停售日"),
        pl.col("recorded").alias("登记日"),
    )  # fmt: skip


def channels() -> pl.DataFrame:
    """Return the channels with what they carry a day and what a contact costs, in yuan."""
    rows = [(name, capacity, cost, "2015-01-01") for name, (capacity, cost) in _CHANNELS.items()]
    return pl.DataFrame(rows, schema=["CHNL", "DAY_CAP", "UNIT_COST", "EFF_DT"], orient="row")


def staff(customers: int, seed: int) -> pl.DataFrame:
    """Return the members of staff: one of each role at least, then in proportion to the customers."""
    rng = stream(seed, "staff")
    count = len(_ROLES) + customers // CUSTOMERS_PER_STAFF
    drawn = picked(rng, _ROLES, count - len(_ROLES))
    return pl.DataFrame({
        "EMP_NO": [f"E{number:04d}" for number in range(1, count + 1)],
        "POST": [*_ROLES, *drawn.tolist()],
        "AREA": rng.choice(AREAS, count).tolist(),
        "WEEK_HOURS": rng.choice([20.0, 32.0, 38.0], count, p=[0.1, 0.2, 0.7]),
        "EFF_DT": ["2020-01-02"] * count,
    })  # fmt: skip


def _yes_no(column: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit("是")).when(~pl.col(column)).then(pl.lit("否"))
