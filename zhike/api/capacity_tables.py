"""Channels, what is scarce and what limits it as rows under names of columns, for a spreadsheet; the workbench uses the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language

__all__ = ["COLUMNS", "TABLES", "cap_words", "table_rows"]

_CAP: Final = Text(
    "{maximum} in {window_days} days", "{window_days} 天内 {maximum} 次", "{window_days} 天內 {maximum} 次"
)
COLUMNS: Final[dict[str, Text]] = {
    "about": Text("About", "适用范围", "適用範圍"),
    "actions": Text("Actions", "行动数", "行動數"),
    "amounts": Text("Says", "内容", "內容"),
    "at_once": Text("At once, at most", "单次决策上限", "單次決策上限"),
    "caps": Text("Contacts with one customer, at most", "每位客户联系上限", "每位客戶聯絡上限"),
    "channel": Text("Channel", "渠道", "通路"),
    "constraint": Text("Constraint", "约束", "限制"),
    "contact_from": Text("From", "开始", "開始"),
    "contact_until": Text("Until", "结束", "結束"),
    "cost_least": Text("Least cost of a contact", "单次联系最低成本", "單次聯絡最低成本"),
    "cost_most": Text("Highest cost of a contact", "单次联系最高成本", "單次聯絡最高成本"),
    "currency": Text("Currency", "币种", "幣別"),
    "draws_on": Text("Counts against", "占用", "占用"),
    "first_day": Text("First day", "首日", "首日"),
    "in_force": Text("In force", "是否生效", "是否生效"),
    "key": Text("Key in the policy", "策略中的项", "策略中的項"),
    "kind": Text("Kind", "类型", "類型"),
    "last_day": Text("Last day", "末日", "末日"),
    "left": Text("Left", "剩余", "剩餘"),
    "limit": Text("Limit", "限额", "限額"),
    "loosened_by": Text("Loosened by", "放宽幅度", "放寬幅度"),
    "owner": Text("Owner", "负责部门", "負責單位"),
    "price": Text("Price of one more", "多一个单位的价格", "多一個單位的價格"),
    "reference": Text("Reference", "依据", "依據"),
    "row": Text("Row", "行", "列"),
    "rows": Text("Rows of the plan", "计划行数", "計畫列數"),
    "sense": Text("Sense", "方向", "方向"),
    "share": Text("Share used", "占用率", "占用率"),
    "taken_by_mandatory": Text("Taken by notices that must be sent", "必发通知占用", "必發通知占用"),
    "title": Text("Name", "名称", "名稱"),
    "unit": Text("Unit", "单位", "單位"),
    "used": Text("Used by the plan", "计划占用", "計畫占用"),
}  # fmt: skip
"""Names of columns."""
TABLES: Final = {
    "channels": (
        "channel", "contact_from", "contact_until", "actions", "cost_least", "cost_most", "currency", "caps", "at_once", "draws_on",
    ),
    "resources": (
        "row", "title", "kind", "sense", "limit", "unit", "used", "taken_by_mandatory", "left", "share", "loosened_by", "price", "currency",
        "constraint", "owner", "key",
    ),
    "constraints": (
        "constraint", "title", "kind", "about", "amounts", "first_day", "last_day", "in_force", "rows", "owner", "reference",
    ),
}  # fmt: skip
"""Columns by the name under which a table is asked for, which is that of the part of the answer."""


def cap_words(cap: Mapping[str, int], language: Language) -> str:
    """Return a cap on contacts in words.

    Examples
    --------
    >>> cap_words({"window_days": 30, "maximum": 2}, "en")
    '2 in 30 days'
    """
    return _CAP.render(language, **cap)


def table_rows(name: str, body: Mapping[str, Any], language: Language) -> list[list[object]]:
    """Return the rows of one table of an answer, a cell a column of `TABLES`; what a cell has several of stands in it as one text."""
    # A price is in the currency of the plan, whatever the unit of its row.
    return [
        [
            _cell(column, {"currency": body["currency"], **one}.get(column), language)
            for column in TABLES[name]
        ]
        for one in body[name]
    ]


def _cell(column: str, value: Any, language: Language) -> object:  # noqa: ANN401 - as the answer holds it
    if column == "caps":
        return ", ".join(cap_words(one, language) for one in value)
    if isinstance(value, dict):
        return _pairs(value)
    return " ".join(value) if isinstance(value, list) else value


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} = {_listed(value)}" for key, value in values.items())


def _listed(value: object) -> str:
    return " / ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
