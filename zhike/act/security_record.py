"""What the ledger holds about security: refused and locked sign-ins, emergency views and who looked at them, keys that were exchanged.

Refusals of a right, tokens that are not in force and callers who ask too often are told in the log of the service, not here: nothing
was done, and whoever only knocks must not be able to fill the ledger.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.trail_search import TrailQuery, found_entries
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from zhike.core.ports import Transaction

__all__ = ["SECURITY_EVENTS", "SecurityRecord", "security_record"]

SECURITY_EVENTS: Final = (
    AuditEvent.SIGN_IN_REFUSED, AuditEvent.SIGN_IN_LOCKED, AuditEvent.GLASS_BROKEN, AuditEvent.GLASS_REVIEWED,
    AuditEvent.STAFF_ADDED, AuditEvent.KEY_ISSUED, AuditEvent.KEY_REVOKED, AuditEvent.PASSWORD_SET, AuditEvent.SESSIONS_ENDED,
    AuditEvent.APPROVAL_REFUSED, AuditEvent.KEYS_ROTATED, AuditEvent.AUDIT_KEY_CHANGED, AuditEvent.STORE_RESTORED,
    AuditEvent.WEBHOOK_ADDED, AuditEvent.WEBHOOK_SECRET_CHANGED,
)  # fmt: skip
"""What somebody who looks after security wants to see."""


@dataclass(frozen=True, slots=True)
class SecurityRecord:
    """What the ledger holds of some days.

    Parameters
    ----------
    counts : Counter of int
        By event: how often.
    entries : list of dict
        Entries of the trail, the newest first.
    openings : list of dict
        Rows of ``break_glass``: those not looked at yet, whenever they were, and all of the window; the newest first.
    locked : list of dict
        Rows of ``staff`` whose name is locked now.
    whole : bool
        Whether every entry of the window was read.
    """

    counts: Counter[int]
    entries: list[dict[str, Any]]
    openings: list[dict[str, Any]]
    locked: list[dict[str, Any]]
    whole: bool


def security_record(tx: Transaction, since: int, now: int, most: int) -> SecurityRecord:
    """Return what the ledger holds about security since a moment.

    Parameters
    ----------
    tx : Transaction
    since, now : int
        Microseconds of UTC.
    most : int
        Entries that are read, the newest first.
    """
    entries = found_entries(tx, TrailQuery(events=tuple(map(int, SECURITY_EVENTS)), since=since), limit=most)
    openings = [
        row
        for row in tx.find("break_glass", order=["-recorded_at"])
        if row["reviewed_by"] is None or row["recorded_at"] >= since
    ]
    locked = [
        row
        for row in tx.find("staff", order=["staff_id"])
        if row["locked_until"] is not None and now < row["locked_until"]
    ]
    counts = Counter(row["event"] for row in entries)
    return SecurityRecord(counts, entries, openings, locked, len(entries) < most)
