"""The queue of complaints at any size: ordered and counted by what lies open in their rows, and nothing sealed opened but of those that are shown."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import moment
from zhike.api.complaint_work import in_order, undated_among
from zhike.api.surveys import permitted_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.api.asking import Asking
    from zhike.core.ports import Transaction

__all__ = ["MOST", "SOON", "is_overdue", "queue_counts", "queued"]

MOST: Final = 500
"""Complaints that one answer lists."""
_SEE: Final = "case.view"
_PLAIN: Final = (
    "complaint_id", "customer_id", "state", "open", "received_at", "channel", "regime", "complexity", "business", "issue", "cause", "handler",
    "legal_due", "safe_due", "into", "group_id", "priority", "changed_at",
)  # fmt: skip
_ENDED, _OVERDUE = "ended", "overdue"
_ME, _NOBODY = "me", "none"
SOON: Final = 3
"""Days within which a date is near."""


def queued(
    asking: Asking, tx: Transaction, desk: ComplaintDesk, state: str, handler: str | None = None, stage: str | None = None
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the rows of the complaints that whoever asks may see, at most `MOST`, in the order in which they are to be looked at.

    Each has ``undated``: why it has no date, None where it has one or needs none. Ended ones come the last changed first.
    """
    where: dict[str, Any] = {"open": state != _ENDED, **({} if stage is None else {"state": stage})}
    if handler is not None:
        where["handler"] = {_ME: asking.actor.actor_id, _NOBODY: None}.get(handler, handler)
    if state == _ENDED:
        return [{**row, "undated": None} for row in _last_ended(asking, tx, where)]
    rows = _permitted(asking, tx, tx.find("complaints", where, columns=_PLAIN))
    now = asking.service.acting.clock.now()
    if state == _OVERDUE:
        rows = [row for row in rows if is_overdue(row, desk, now)]
    return in_order(_with_gaps(asking, tx, rows, desk, now))[:MOST]


def queue_counts(asking: Asking, tx: Transaction, desk: ComplaintDesk) -> dict[str, int]:
    """Return how many complaints are open of those that whoever asks may see, and how many of them need somebody to look at them."""
    now, today = asking.service.acting.clock.now(), asking.service.today()
    rows = _permitted(asking, tx, tx.find("complaints", {"open": True}, columns=_PLAIN))
    soon = str(today + dt.timedelta(days=SOON))
    dues = [row["safe_due"] or row["legal_due"] for row in rows]
    return {
        "open": len(rows), "overdue": sum(is_overdue(row, desk, now) for row in rows), "soon": sum(due is not None and due <= soon for due in dues),
        "free": sum(row["handler"] is None for row in rows), "undated": sum(row["undated"] is not None for row in _with_gaps(asking, tx, rows, desk, now)),
    }  # fmt: skip


def is_overdue(row: Mapping[str, Any], desk: ComplaintDesk, now: int) -> bool:
    """Return whether the legal date of an open complaint is over, in the zone of its clocks."""
    if not row["open"] or row["legal_due"] is None:
        return False
    return bool(row["legal_due"] < str(moment(now).astimezone(desk.zone_of(row)).date()))


def _with_gaps(
    asking: Asking, tx: Transaction, rows: Sequence[dict[str, Any]], desk: ComplaintDesk, now: int
) -> list[dict[str, Any]]:  # fmt: skip
    gaps = undated_among(tx, rows, desk, now, asking.language)
    return [{**row, "undated": gaps.get(row["complaint_id"])} for row in rows]


def _last_ended(asking: Asking, tx: Transaction, where: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in _pages(tx, where):
        found += _permitted(asking, tx, page)
        if len(found) >= MOST:
            break
    return found[:MOST]


def _pages(tx: Transaction, where: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    after: list[Any] | None = None
    while page := tx.find(
        "complaints", where, order=["-changed_at"], after=after, limit=2 * MOST, columns=_PLAIN
    ):
        yield page
        after = [page[-1]["changed_at"], page[-1]["complaint_id"]]


def _permitted(asking: Asking, tx: Transaction, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    allowed = permitted_among(asking, tx, {row["customer_id"] for row in rows}, _SEE)
    return [row for row in rows if row["customer_id"] in allowed]
