"""The tables of a branch as rows under names of columns, for a spreadsheet; the workbench uses the same names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COLUMNS", "TABLES", "Table"]

COLUMNS: Final[dict[str, Text]] = {
    "at": Text("Time (UTC)", "时间（UTC）", "時間（UTC）"),
    "available": Text("Minutes available", "可用分钟", "可用分鐘"),
    "beyond": Text("Minutes beyond the day", "超出当日的分钟", "超出當日的分鐘"),
    "book": Text("Customers", "客户数", "客戶數"),
    "cases": Text("Cases", "例数", "件數"),
    "cases_before": Text("Cases before", "上期例数", "上期件數"),
    "change": Text("Change", "变化", "變化"),
    "change_high": Text("Change, upper bound", "变化上限", "變化上限"),
    "change_low": Text("Change, lower bound", "变化下限", "變化下限"),
    "count": Text("Number", "次数", "次數"),
    "direction": Text("Direction", "方向", "方向"),
    "done": Text("Done", "已完成", "已完成"),
    "from_staff": Text("From", "移交人", "移交人"),
    "high": Text("Upper bound", "上限", "上限"),
    "kind": Text("Kind", "类别", "類別"),
    "level": Text("Level", "层级", "層級"),
    "low": Text("Lower bound", "下限", "下限"),
    "median_days": Text("Median days to done", "完成天数中位数", "完成天數中位數"),
    "met": Text("Met", "达标数", "達標數"),
    "met_before": Text("Met before", "上期达标数", "上期達標數"),
    "must": Text("Minutes that must be done", "必须完成的分钟", "必須完成的分鐘"),
    "name": Text("Name", "姓名", "姓名"),
    "open_tasks": Text("Open tasks", "未结任务", "未結任務"),
    "overdue_tasks": Text("Overdue tasks", "逾期任务", "逾期任務"),
    "share": Text("Share", "占比", "占比"),
    "source": Text("Source", "来源", "來源"),
    "staff_id": Text("Staff number", "员工编号", "員工編號"),
    "standard": Text("Standard", "标准", "標準"),
    "still_open": Text("Still open", "尚未办结", "尚未辦結"),
    "target": Text("Target", "目标", "目標"),
    "tier": Text("Service tier", "服务等级", "服務等級"),
    "title": Text("What", "事项", "事項"),
    "to_staff": Text("To", "接收人", "接收人"),
    "verdict": Text("Against the target", "与目标相比", "與目標相比"),
    "who": Text("By", "由谁", "由誰"),
    "words": Text("Reason", "原因", "原因"),
    "work": Text("Minutes of all that is open", "全部未结事项的分钟", "全部未結事項的分鐘"),
}
"""Names of columns."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the answer.

    Parameters
    ----------
    part : str
        Of the answer, a list of mappings.
    names : tuple of str
        Its columns.
    """

    part: str
    names: tuple[str, ...]

    @property
    def columns(self) -> dict[str, Text]:
        """Names of the columns in three languages, by what they are called in the answer."""
        return {name: COLUMNS[name] for name in self.names}

    def rows(self, body: Mapping[str, Any]) -> list[tuple[object, ...]] | None:
        """Return the rows of an answer, None where the caller does not see them."""
        found = body[self.part]
        return None if found is None else [tuple(row[name] for name in self.names) for row in found]


TABLES: Final = {
    "staff": Table("staff", ("staff_id", "name", "book", "open_tasks", "overdue_tasks", "available", "must", "work", "beyond")),
    "standards": Table("attained", (
        "standard", "level", "staff_id", "tier", "met", "cases", "share", "low", "high", "target", "verdict", "met_before", "cases_before",
        "change", "change_low", "change_high", "direction",
    )),
    "hand_overs": Table("hand_overs", ("from_staff", "to_staff", "count", "still_open", "done", "median_days")),
    "refusals": Table("refusals", ("who", "staff_id", "source", "kind", "title", "count")),
    "reasons": Table("reasons", ("at", "who", "staff_id", "title", "words")),
}  # fmt: skip
"""By the name under which a table is asked for."""
