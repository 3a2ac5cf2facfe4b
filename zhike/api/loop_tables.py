"""The board of call-backs as rows under names of columns, for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["COLUMNS", "loop_rows"]

COLUMNS: Final[dict[str, Text]] = {
    "loop_id": Text("Call-back", "回访编号", "回訪編號"),
    "customer_id": Text("Customer number", "客户号", "客戶編號"),
    "name": Text("Name", "姓名", "姓名"),
    "trigger": Text("Opened by", "触发项", "觸發項"),
    "value": Text("Value", "数值", "數值"),
    "words": Text("In the survey", "调查中的原话", "調查中的原話"),
    "owner": Text("To be done by", "责任人", "負責人"),
    "recorded_at": Text("Opened at", "开立时间", "開立時間"),
    "due_at": Text("Due at", "截止时间", "截止時間"),
    "state": Text("State", "状态", "狀態"),
    "overdue": Text("Late", "逾期", "逾期"),
    "cause": Text("Cause", "原因", "原因"),
    "outcome": Text("What came of it", "结果", "結果"),
    "action": Text("What is done about it", "所采取的措施", "所採取的措施"),
    "said": Text("What the customer said", "客户原话", "客戶原話"),
    "closed_at": Text("Closed at", "办结时间", "辦結時間"),
}
"""Names of columns, in their order."""


def loop_rows(body: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Yield a row for every call-back of an answer, its cause in words."""
    titles = {one["cause"]: one["title"] for one in body["causes"]}
    for loop in body["loops"]:
        told = {**loop, "cause": titles.get(loop["cause"], loop["cause"])}
        yield tuple(told[name] for name in COLUMNS)
