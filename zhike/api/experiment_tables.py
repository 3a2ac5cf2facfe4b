"""The standing experiment as rows under names of columns, for a spreadsheet; the workbench uses the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["COLUMNS", "contrast_rows"]

COLUMNS: Final[dict[str, Text]] = {
    "contrast": Text("Contrast", "对比", "對比"),
    "outcome": Text("Outcome", "结果", "結果"),
    "test_arm": Text("Test arm", "试验组", "試驗組"),
    "test_customers": Text("Customers, test arm", "试验组客户数", "試驗組客戶數"),
    "test": Text("With the outcome, test arm", "试验组出现结果数", "試驗組出現結果數"),
    "test_share": Text("Share, test arm", "试验组占比", "試驗組占比"),
    "control_arm": Text("Control arm", "对照组", "對照組"),
    "control_customers": Text("Customers, control arm", "对照组客户数", "對照組客戶數"),
    "control": Text("With the outcome, control arm", "对照组出现结果数", "對照組出現結果數"),
    "control_share": Text("Share, control arm", "对照组占比", "對照組占比"),
    "difference": Text("Difference", "差异", "差異"),
    "low": Text("Lower bound", "下限", "下限"),
    "high": Text("Upper bound", "上限", "上限"),
    "p": Text("p-value", "p 值", "p 值"),
    "verdict": Text("Conclusion", "结论", "結論"),
    "planned_share": Text("Share planned for the control arm", "对照组计划占比", "對照組計畫占比"),
    "sample_ratio": Text("p-value of the arms' sizes", "组别规模 p 值", "組別規模 p 值"),
    "obstacle": Text("Why not compared", "不可比较的原因", "不可比較的原因"),
}
"""Names of columns, in their order."""


def contrast_rows(body: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Yield a row for every contrast and outcome of an answer."""
    for contrast in body["contrasts"]:
        for outcome in contrast["outcomes"]:
            yield tuple({**contrast, **outcome}[name] for name in COLUMNS)
