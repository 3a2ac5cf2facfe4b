"""Check the trail of the ledger itself, by the code with which an auditor checks an export of it, and record that it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhike.act.digests import digests, trail
from zhike.act.trail import Happened, record
from zhike.govern.audit import TrailCheck
from zhike.govern.audit_chain import AuditEntry
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from zhike.act.acting import Acting
    from zhike.govern.audit_report import TrailReport

__all__ = ["check_trail", "verify_ledger_trail"]


def check_trail(acting: Acting, *, opened: bool) -> TrailReport:
    """Return what a check of the whole trail finds: every hash and link, every digest and signature.

    Parameters
    ----------
    acting : Acting
    opened : bool
        Whether every commitment is held against its content as well; that takes about five times as long.

    Notes
    -----
    The keys are those of the store: whoever has taken over the store and its keys would pass. Against that stands an export, checked
    elsewhere with a key or a digest known from before.
    """
    check = TrailCheck(acting.store.audit_keys())
    with acting.store.read() as tx:
        for digest in digests(tx):
            check.digest(digest)
        for one in trail(tx, opened=opened):
            if isinstance(one, AuditEntry):
                check.entry(one)
            else:
                check.opening(one)
    return check.report()


def verify_ledger_trail(acting: Acting, actor: str, *, opened: bool) -> TrailReport:
    """Check the whole trail, and record who did and what was found; see `check_trail`."""
    found, now = check_trail(acting, opened=opened), acting.clock.now()
    last = found.last_digest
    content = {
        "entries": found.entries, "digest": None if last is None else last.number, "opened": opened, "failed": found.failed,
    }  # fmt: skip
    with acting.store.write() as tx:
        record(tx, [Happened("store", AuditEvent.TRAIL_VERIFIED, actor, None, content)], now, acting.chance)
    return found
