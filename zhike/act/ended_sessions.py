"""Sessions of staff that ended long ago go: by then the trail alone says when somebody came and went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import DAY
from zhike.act.sessions import SESSION
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.govern.audit_events import AuditEvent
from zhike.govern.sessions import ended_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.act.acting import Acting

__all__ = ["SESSION_DAYS", "drop_sessions"]

SESSION_DAYS: Final = "access.session_days"
_AT_ONCE: Final = 500
"""Rows looked at in one transaction: whoever writes beside need not wait for all of them."""


def drop_sessions(acting: Acting, days: int, actor: str) -> int:
    """Remove sessions that ended, or were ended, some days ago; return how many.

    Parameters
    ----------
    acting : Acting
    days : int
        For how many days they are kept, counted from their end: ``access.session_days``.
    actor : str
        In whose name it is recorded.

    Raises
    ------
    UsageError
        When the days are fewer than none.
    """
    if days < 0:
        raise UsageError(what=phrase("{days} days", days=days), expected=phrase("0 or more"))
    until, dropped, after = acting.clock.now() - days * DAY, 0, None
    while True:
        rows, over = _page(acting, until, after, actor)
        dropped += over
        # No session ends before it begins: what began later than that is kept whatever became of it.
        if len(rows) < _AT_ONCE or rows[-1]["recorded_at"] > until:
            return dropped
        after = rows[-1]["recorded_at"], rows[-1]["token_hash"]


def _page(
    acting: Acting, until: int, after: Sequence[Any] | None, actor: str
) -> tuple[list[dict[str, Any]], int]:
    """Look at a page of sessions, those that began first before others, and remove what ended up to an instant."""
    with acting.store.write() as tx:
        rows = tx.find("tokens", {"kind": SESSION}, order=["recorded_at"], after=after, limit=_AT_ONCE)
        over = [row["token_hash"] for row in rows if ended_at(row) <= until]
        if over:
            tx.remove("tokens", {"token_hash": over})
            content = {"sessions": len(over), "ended_up_to": until}
            happened = Happened("staff", AuditEvent.DATA_ERASED, actor, None, content)
            record(tx, [happened], acting.clock.now(), acting.chance)
    return rows, len(over)
