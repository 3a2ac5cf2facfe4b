"""What a duty keeps of an erased customer: apart from everything that works, under the bank's key, until its last day.

No decision, list or page reads it; whoever controls may, and each look is an event. Once the last day is over it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.live_state import day_of
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.govern.audit_events import AuditEvent
from zhike.govern.retention import years_after

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.govern.retention import Duty

__all__ = ["drop_expired", "end_relationship", "erasures_of", "keep", "read_retained"]

STREAM: Final = "privacy"
_AT_A_TIME: Final = 1_000
"""Rows in one sealed content."""


def keep(
    acting: Acting,
    tx: Transaction,
    erasure_id: str,
    origin: str,
    copies: Mapping[Duty, Sequence[Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    """Write what duties keep of one table; return what is kept, why and until when, as plain JSON values.

    Parameters
    ----------
    erasure_id : str
    origin : str
        The table; after ``bank:`` one of a bank folder.
    copies : mapping of Duty to rows
        See `zhike.govern.erasure.kept_copies`.
    """
    told = []
    for duty, rows in copies.items():
        if not rows:
            continue
        for start in range(0, len(rows), _AT_A_TIME):
            tx.insert("retained", [{
                "retained_id": acting.new_id("t"), "erasure_id": erasure_id, "origin": origin, "duty": duty.rule,
                "last_day": _iso(duty.last_day), "customer_id": None, "content": {"rows": list(rows[start : start + _AT_A_TIME])},
                "recorded_at": acting.clock.now(),
            }])  # fmt: skip
        told.append({
            "table": origin, "columns": list(rows[0]), "rows": len(rows), "rule": duty.rule, "years": duty.years,
            "reference": duty.reference, "status": duty.status, "last_day": _iso(duty.last_day),
        })  # fmt: skip
    return told


def erasures_of(tx: Transaction, customer: str) -> list[dict[str, Any]]:
    """Return the erasures of a customer, the oldest first; empty where there was none."""
    return tx.find("erasures", {"subject": customer}, order=["recorded_at"])


def read_retained(acting: Acting, customer: str, actor: str) -> list[dict[str, Any]]:
    """Return what is still kept of an erased customer, with its duty and last day; the look is an event.

    Raises
    ------
    RecordNotFoundError
        When the customer was not erased.
    """
    with acting.store.write() as tx:
        erasures = [row["erasure_id"] for row in erasures_of(tx, customer)]
        if not erasures:
            raise RecordNotFoundError(what=phrase("erased customer"))
        rows = tx.find("retained", {"erasure_id": erasures}, order=["origin"])
        found = [
            {
                "table": row["origin"],
                "rule": row["duty"],
                "last_day": row["last_day"],
                "rows": row["content"]["rows"],
            }
            for row in rows
        ]
        content = {"erasures": erasures, "retained": [row["retained_id"] for row in rows]}
        seen = Happened(STREAM, AuditEvent.CUSTOMER_VIEWED, actor, None, content)
        record(tx, [seen], acting.clock.now(), acting.chance)
    return found


def end_relationship(
    acting: Acting, customer: str, last: dt.date, years: Mapping[str, int], actor: str
) -> int:
    """Date what is kept of an erased customer whose relationship has ended since; return how many parts.

    Parameters
    ----------
    customer : str
    last : date
        Last day of the relationship.
    years : mapping of str to int
        How long each duty lasts, by its path.
    actor : str

    Raises
    ------
    UsageError
        When the day is still to come: what is dated is not dated again, so a slip would keep it for good.
    RecordNotFoundError
        When the customer was not erased.
    """
    if str(last) > day_of(acting.clock.now()):
        raise UsageError(
            what=phrase("a relationship that ends on a day to come"), expected=phrase("a day up to today")
        )
    with acting.store.write() as tx:
        erasures = [row["erasure_id"] for row in erasures_of(tx, customer)]
        if not erasures:
            raise RecordNotFoundError(what=phrase("erased customer"))
        rows = tx.find("retained", {"erasure_id": erasures, "last_day": None})
        for row in rows:
            until = years_after(last, years[row["duty"]])
            tx.change("retained", {"retained_id": row["retained_id"]}, {"last_day": str(until)})
        content = {"erasures": erasures, "relationship_end": str(last), "parts": len(rows)}
        happened = Happened(STREAM, AuditEvent.DATA_CORRECTED, actor, None, content)
        record(tx, [happened], acting.clock.now(), acting.chance)
    return len(rows)


def drop_expired(acting: Acting, actor: str) -> int:
    """Remove what no duty keeps any longer, from the files as well; return how many parts."""
    now = acting.clock.now()
    today = day_of(now)
    with acting.store.write() as tx:
        dated = tx.find("retained", order=["last_day"])
        over = [
            row["retained_id"] for row in dated if row["last_day"] is not None and row["last_day"] < today
        ]
        if over:
            tx.remove("retained", {"retained_id": over})
            happened = Happened(STREAM, AuditEvent.DATA_ERASED, actor, None, {"retained": over})
            record(tx, [happened], now, acting.chance)
    if over:
        acting.store.scrub(["retained"])
    return len(over)


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else str(day)
