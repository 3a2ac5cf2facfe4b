"""Errors of cases: what happened to a complaint cannot have happened like that."""

from __future__ import annotations

from zhike.core.errors import ZhikeError
from zhike.core.language import Text

__all__ = ["CaseEventError"]


class CaseEventError(ZhikeError):
    """An event of a case cannot be read, or cannot follow what happened before."""

    code = "case_event_invalid"
    http_status = 422
    found = Text("found {what} in event {number}", "第 {number} 个事件：{what}", "第 {number} 個事件：{what}")
    needed = Text("needed {expected}", "需要：{expected}", "需要：{expected}")
    remedy = Text(
        "Correct the events; docs/reference/deadline.md shows every key.",
        "请更正事件；所有键见 docs/reference/deadline.md。",
        "請更正事件；所有鍵見 docs/reference/deadline.md。",
    )
