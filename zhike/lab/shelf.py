"""What the simulated bank offers, over which channels, in which regions. Names, terms and margins are invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FAMILIES", "PRODUCTS", "REGIONS", "SHELF", "TALKING", "Product", "Shelf"]

REGIONS: Final = ("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12")
"""Regions; the first four are cities, the next five towns, the last three countryside."""

TALKING: Final = ("branch", "adviser", "phone", "app", "sms")
"""Channels over which the bank addresses customers, in the order of every array by channel."""

FAMILIES: Final = ("deposit", "wealth", "fund", "insurance", "card", "loan", "settlement", "payment")
"""Families on the shelf, in the order of every array by family."""


class Product(NamedTuple):
    """One product. Amounts in yuan; levels 1 to 5.

    ``margin`` is what the bank earns over the product's life as a share of the amount; ``surplus`` what the product is
    worth to a customer whom it fits, as a share of the amount, beyond its price; ``typical`` the amount as a share of the
    customer's spare money (of yearly income for loans, premiums, settlement and cards).
    """

    code: str
    name: str
    family: str
    group: str
    regime: str
    seller_level: int | None
    issuer_level: int | None
    months: int | None
    least: int | None
    typical: float
    margin: float
    surplus: float
    paying_years: int | None = None
    uncertain: bool | None = None
    firms: bool = False
    complex: bool = False


PRODUCTS: Final = (
    Product("D01", "三个月定期存款", "deposit", "定期存款", "none", None, None, 3, 50, 0.30, 0.0060, 0.0020),
    Product("D02", "一年定期存款", "deposit", "定期存款", "none", None, None, 12, 50, 0.40, 0.0120, 0.0050),
    Product("D03", "三年定期存款", "deposit", "定期存款", "none", None, None, 36, 50, 0.45, 0.0200, 0.0100),
    Product("D04", "三年大额存单", "deposit", "大额存单", "none", None, None, 36, 200_000, 0.60, 0.0080, 0.0120),
    Product("W01", "稳盈日开理财", "wealth", "理财", "cn-nfra", 1, 1, None, 1, 0.30, 0.0100, 0.0080),
    Product("W02", "稳盈季开理财", "wealth", "理财", "cn-nfra", 2, 2, 3, 1_000, 0.35, 0.0140, 0.0120),
    # The issuer rates it higher than the seller does: the higher of the two counts.
    Product("W03", "恒利增强理财", "wealth", "理财", "cn-nfra", 2, 3, 12, 10_000, 0.40, 0.0120, 0.0140),
    Product("W04", "进取混合理财", "wealth", "理财", "cn-nfra", 4, 4, 24, 100_000, 0.40, 0.0080, 0.0120, complex=True),
    Product("F01", "货币市场基金", "fund", "公募基金", "cn-csrc", 1, 1, None, 10, 0.25, 0.0100, 0.0080),
    Product("F02", "纯债基金", "fund", "公募基金", "cn-csrc", 2, 2, None, 10, 0.25, 0.0180, 0.0150),
    Product("F03", "平衡混合基金", "fund", "公募基金", "cn-csrc", 3, 3, None, 10, 0.20, 0.0280, 0.0240),
    Product("F04", "股票基金", "fund", "公募基金", "cn-csrc", 4, 4, None, 10, 0.20, 0.0320, 0.0280),
    Product("F05", "行业主题基金", "fund", "公募基金", "cn-csrc", 5, 5, None, 10, 0.15, 0.0350, 0.0240),
    Product("I01", "意外险", "insurance", "保障保险", "cn-insurance", 1, 1, 12, 200, 0.003, 0.5000, 0.3000, 1),
    Product("I02", "重大疾病险", "insurance", "保障保险", "cn-insurance", 1, 1, 240, 3_000, 0.040, 0.1400, 0.1200, 20),
    Product("I03", "分红型年金险", "insurance", "储蓄保险", "cn-insurance", 2, 2, 120, 10_000, 0.080, 0.0600, 0.0300, 10, uncertain=True),
    Product("K01", "金卡信用卡", "card", "信用卡", "none", None, None, 36, None, 0.08, 0.0080, 0.0060),
    Product("K02", "商旅白金卡", "card", "信用卡", "none", None, None, 36, None, 0.12, 0.0100, 0.0060),
    Product("L01", "个人消费贷款", "loan", "消费贷款", "none", None, None, 36, 10_000, 0.60, 0.0110, 0.0080),
    Product("L02", "个人住房贷款", "loan", "住房贷款", "none", None, None, 240, 200_000, 4.00, 0.0014, 0.0020),
    Product("L03", "小微经营贷款", "loan", "经营贷款", "none", None, None, 24, 50_000, 0.40, 0.0045, 0.0050, firms=True),
    Product("S01", "工资结算账户", "settlement", "结算", "none", None, None, None, None, 0.00, 180.0, 60.0),
    Product("S02", "企业结算账户", "settlement", "结算", "none", None, None, None, None, 0.00, 1_500.0, 700.0, firms=True),
    Product("P01", "快捷支付", "payment", "支付", "none", None, None, None, None, 0.00, 40.0, 30.0),
    Product("P02", "商户收款", "payment", "支付", "none", None, None, None, None, 0.00, 900.0, 500.0, firms=True),
)  # fmt: skip
"""Settlement and payment have no amount: their margin and surplus are yuan, not shares.

Margins are what is left after funding, losses and capital, and such that a sale brings about what the house's catalogue assumes on average."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The products as arrays of shape (n_products,), in the order of `PRODUCTS`."""

    codes: tuple[str, ...]
    family: NDArray[np.int64]
    level: NDArray[np.int64]
    months: NDArray[np.int64]
    least: NDArray[np.float64]
    typical: NDArray[np.float64]
    margin: NDArray[np.float64]
    surplus: NDArray[np.float64]
    firms: NDArray[np.bool_]
    flat: NDArray[np.bool_]

    @classmethod
    def of(cls, products: tuple[Product, ...]) -> Shelf:
        """Return products as arrays; a level of 0 means that the product has none, 0 months that it has no term."""

        def column(values: list[Any], kind: type) -> NDArray[Any]:
            return np.array([0 if value is None else value for value in values], dtype=kind)

        return cls(
            tuple(product.code for product in products),
            np.array([FAMILIES.index(product.family) for product in products], dtype=np.int64),
            column([max(p.seller_level or 0, p.issuer_level or 0) for p in products], np.int64),
            column([p.months for p in products], np.int64),
            column([p.least for p in products], np.float64),
            column([p.typical for p in products], np.float64),
            column([p.margin for p in products], np.float64),
            column([p.surplus for p in products], np.float64),
            column([p.firms for p in products], np.bool_),
            column([p.family in ("settlement", "payment") for p in products], np.bool_),
        )


SHELF: Final = Shelf.of(PRODUCTS)
