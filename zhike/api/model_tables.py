"""A model's figures, calibration and history as rows under names of columns, for a spreadsheet; the workbench uses the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["COLUMNS", "TABLES", "table_rows"]

Row = dict[str, Any]
COLUMNS: Final[dict[str, Text]] = {
    "actors": Text("Who", "办理人", "辦理人"),
    "at": Text("At", "时间", "時間"),
    "attribute": Text("Attribute", "属性", "屬性"),
    "attribute_title": Text("Attribute in words", "属性名称", "屬性名稱"),
    "cases": Text("Cases", "样本数", "樣本數"),
    "choices": Text("Choices", "选择次数", "選擇次數"),
    "customers": Text("Customers", "客户数", "客戶數"),
    "do_not_contact": Text("Do not contact", "不宜联系", "不宜聯絡"),
    "effect": Text("Effect", "效果", "效果"),
    "estimate": Text("Gain", "增益", "增益"),
    "events": Text("Events", "事件数", "事件數"),
    "expected": Text("Expected", "预期", "預期"),
    "group": Text("Group", "客群", "客群"),
    "group_title": Text("Group in words", "客群名称", "客群名稱"),
    "hash": Text("Hash", "哈希", "雜湊"),
    "high": Text("Upper end (95 %)", "上限（95%）", "上限（95%）"),
    "low": Text("Lower end (95 %)", "下限（95%）", "下限（95%）"),
    "metric": Text("Name of the figure", "指标代码", "指標代碼"),
    "n": Text("Rests on", "依据样本数", "依據樣本數"),
    "number": Text("Step", "步骤", "步驟"),
    "observed": Text("Observed", "实际", "實際"),
    "proposal": Text("Proposal", "提议", "提議"),
    "reason": Text("Reason", "理由", "理由"),
    "source": Text("Source of the gain", "增益来源", "增益來源"),
    "step": Text("What", "事项", "事項"),
    "title": Text("Figure", "指标", "指標"),
    "value": Text("Value", "值", "值"),
    "version": Text("Version", "版本", "版本"),
}
"""Names of columns."""
TABLES: Final = {
    "figures": ("attribute", "group", "cases", "events", "metric", "title", "value", "low", "high"),
    "calibration": ("cases", "events", "expected", "observed", "low", "high"),
    "contacts": (
        "attribute", "attribute_title", "group", "group_title", "customers", "choices", "effect", "low", "high", "do_not_contact",
    ),
    "history": (
        "number", "at", "step", "version", "actors", "proposal", "source", "estimate", "low", "high", "n", "reason", "hash",
    ),
}  # fmt: skip
"""Columns by the name under which a table is asked for."""


def table_rows(name: str, body: Mapping[str, Any]) -> list[list[object]]:
    """Return the rows of one table of `zhike.api.model_registry.model`'s answer, a cell a column of `TABLES`.

    Figures of everybody come first, without attribute and group.
    """
    return [[row.get(column) for column in TABLES[name]] for row in _ROWS[name](body)]


def _figures(body: Mapping[str, Any]) -> Iterator[Row]:
    card = body["card"]
    for part in ({**card["measured"], "figures": card["figures"]}, *card["groups"]):
        yield from ({**part, **figure} for figure in part["figures"])


def _calibration(body: Mapping[str, Any]) -> Iterator[Row]:
    yield from body["card"]["calibration"]


def _contacts(body: Mapping[str, Any]) -> Iterator[Row]:
    yield from body["card"]["contact_effects"]


def _history(body: Mapping[str, Any]) -> Iterator[Row]:
    for step in body["history"]:
        own = {**step, "step": step["title"], "actors": " ".join(step["actors"])}
        yield {**(step["reading"] or {}), **own}


_ROWS: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterator[Row]]]] = {
    "figures": _figures,
    "calibration": _calibration,
    "contacts": _contacts,
    "history": _history,
}
