"""What policies are judged by: each measure is a ratio over customers, with the direction in which it is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.language import Text
from zhike.lab.intervals import ratio

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

    from zhike.lab.intervals import Estimate

__all__ = ["MEASURES", "Measure"]

_TEN_THOUSAND: Final = 10_000.0
_PERCENT: Final = 100.0


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure by which policies are compared.

    Parameters
    ----------
    plus, minus : tuple of str
        Columns of `zhike.lab.run.Played.customers` that are added and taken off.
    better : int
        1 when more is better, -1 when less is, 0 when neither can be said.
    scale : float
        Units by customer.
    unit : str
    of_those_here : bool
        Whether only customers who are here at the end count.
    decimals : int
        Shown.
    """

    name: str
    title: Text
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    better: int = 1
    scale: float = 1.0
    unit: str = "yuan / customer"
    of_those_here: bool = False
    decimals: int = 2

    def values(self, customers: pl.DataFrame) -> NDArray[np.float64]:
        """Return what each customer adds, shape (n,), 0 for unknown."""
        total = np.zeros(len(customers))
        for sign, names in ((1.0, self.plus), (-1.0, self.minus)):
            for name in names:
                total += sign * customers[name].fill_null(0.0).to_numpy()
        return total * self.scale

    def estimate(self, customers: pl.DataFrame) -> Estimate:
        """Return the measure over customers."""
        here = customers["satisfaction"].is_not_null().to_numpy().astype(np.float64)
        return ratio(self.values(customers), here if self.of_those_here else None)


_BANK, _BANK_LESS = ("base_margin", "margin"), ("cost", "complaint_cost", "franchise")

MEASURES: Final[Mapping[str, Measure]] = {
    measure.name: measure
    for measure in (
        Measure("bank_value", Text("value to the bank", "银行价值", "銀行價值"), _BANK, _BANK_LESS),
        Measure("customer_benefit", Text("benefit to customers", "客户获益", "客戶獲益"), ("benefit",), ("annoyance",)),
        Measure("total", Text("both together", "两者合计", "兩者合計"), (*_BANK, "benefit"), (*_BANK_LESS, "annoyance")),
        Measure("satisfaction", Text("satisfaction", "满意度", "滿意度"), ("satisfaction",), unit="standard deviations", of_those_here=True, decimals=4),
        Measure("complaints", Text("complaints per 10,000", "每万客户投诉", "每萬客戶申訴"), ("complaints",), better=-1, scale=_TEN_THOUSAND, unit="/ 10,000 customers"),
        Measure("attrition", Text("customers lost, %", "客户流失率，%", "客戶流失率，%"), ("left",), better=-1, scale=_PERCENT, unit="%"),
        Measure("unsuitable", Text("unsuitable sales per 10,000", "每万客户不适当销售", "每萬客戶不適合銷售"), ("unsuitable",), better=-1, scale=_TEN_THOUSAND, unit="/ 10,000 customers"),
        Measure("annoyance", Text("annoyance", "打扰", "打擾"), ("annoyance",), better=-1),
        Measure("contacts", Text("contacts felt", "感受到的联系次数", "感受到的聯絡次數"), ("contacts",), better=0, unit="/ customer"),
        Measure("served", Text("months with an action shown", "有行动触达的月数", "有行動觸達的月數"), ("served",), better=0, unit="months / customer"),
        Measure("cost", Text("cost of contacts", "联系成本", "聯絡成本"), ("cost",), better=0),
        Measure("hours", Text("hours of staff", "员工工时", "員工工時"), ("hours",), better=0, unit="hours / customer"),
    )
}  # fmt: skip
"""In the order in which they are shown."""
