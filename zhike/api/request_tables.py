"""What customers ask about their data as rows under names of columns, for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["COLUMNS", "request_rows"]

COLUMNS: Final[dict[str, Text]] = {
    "request_id": Text("Request", "请求编号", "請求編號"),
    "kind": Text("What is asked", "请求事项", "請求事項"),
    "customer_id": Text("Customer", "客户", "客戶"),
    "words": Text("In the customer's words", "客户原话", "客戶原話"),
    "opened_on": Text("Since", "提出日期", "提出日期"),
    "due_on": Text("Answer due", "答复期限", "答覆期限"),
    "state": Text("State", "状态", "狀態"),
    "refused": Text("Refused", "是否不予办理", "是否不予辦理"),
    "answer": Text("Answer", "答复", "答覆"),
}
"""Names of columns, in their order."""


def request_rows(requests: Iterable[Mapping[str, Any]]) -> list[list[object]]:
    """Return requests as rows, a cell a column of `COLUMNS`."""
    return [[one[name] for name in COLUMNS] for one in requests]
