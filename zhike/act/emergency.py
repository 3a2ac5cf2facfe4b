"""Break-glass in the ledger: somebody sees a customer who is not theirs, others are told at once, somebody else looks at it later.

The steps are those of `zhike.govern.break_glass`; here they are written with their event, and with the alert in the outbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import customer_row, microseconds, moment, records_of
from zhike.act.outbox import Event, queue
from zhike.act.proposals import refused_step
from zhike.act.routes import GLASS_BROKEN
from zhike.act.trail import Happened, record
from zhike.core.ledger import CUSTOMER
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.govern import break_glass
from zhike.govern.audit_events import AuditEvent
from zhike.govern.break_glass import GlassReview, Opening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.govern.break_glass import BreakGlassRules, Opened
    from zhike.govern.roles import Actor, Permission

__all__ = [
    "ALERTS",
    "close_glass",
    "glass_is_open",
    "open_glass",
    "opening_row",
    "review_glass",
    "state_of",
]

STREAM: Final = "staff"
ALERTS: Final = "alerts"
"""Route of what those who control are told."""


def open_glass(
    acting: Acting,
    rules: BreakGlassRules,
    actor: Actor,
    permission: Permission,
    *,
    customer: str,
    reason: str,
) -> dict[str, Any]:
    """Break the glass for one customer; return the opening as recorded.

    Parameters
    ----------
    acting : Acting
    rules : BreakGlassRules
    actor : Actor
    permission : Permission
        The actor's, for ``break_glass.use`` and this customer.
    customer, reason : str

    Raises
    ------
    RecordNotFoundError
        When there is no such customer.
    ForbiddenError
        When the right is missing.
    StateConflictError
        When the role may not, or the reason is too short.
    """
    now, opening_id = acting.clock.now(), acting.new_id("g")
    with acting.store.write() as tx:
        whose = customer_row(tx, customer)[CUSTOMER]
        opening = _taken(
            break_glass.open_glass(
                rules,
                actor,
                permission,
                opening_id=opening_id,
                customer_id=whose,
                reason=reason,
                at=moment(now),
            )
        )
        row = {
            "opening_id": opening_id, "staff_id": actor.actor_id, "customer_id": whose, "reason": reason,
            "until": microseconds(opening.ends_at), "review_by": microseconds(opening.review_by), "reviewed_by": None,
            "justified": None, "finding": None, "recorded_at": now,
        }  # fmt: skip
        tx.insert("break_glass", [row])
        told = _told(row, opening)
        tx.insert("outbox", [_alert(acting, row, told)])
        queue(acting, tx, [Event(GLASS_BROKEN, whose, told)], now)
        content = {"opening": opening_id, "until": row["until"], "told": list(opening.alerts)}
        record(
            tx,
            [Happened(STREAM, AuditEvent.GLASS_BROKEN, actor.actor_id, whose, content)],
            now,
            acting.chance,
        )
    return row


def close_glass(acting: Acting, rules: BreakGlassRules, opening_id: str, actor_id: str) -> dict[str, Any]:
    """End one's own view before its time; return the opening as recorded.

    Raises
    ------
    RecordNotFoundError
        When there is no such opening.
    StateConflictError
        When it is somebody else's, or over.
    """
    now = acting.clock.now()
    with acting.store.write() as tx:
        row = opening_row(tx, opening_id)
        _taken(break_glass.close_glass(_opening(row, rules), actor_id, moment(now)))
        tx.change("break_glass", {"opening_id": opening_id}, {"until": now})
    return {**row, "until": now}


def review_glass(
    acting: Acting,
    rules: BreakGlassRules,
    opening_id: str,
    permission: Permission,
    *,
    justified: bool,
    reason: str,
) -> dict[str, Any]:
    """Say whether somebody else's view was justified; one that still lasts ends with it. Return the opening as recorded.

    Parameters
    ----------
    permission : Permission
        The reviewer's, for ``break_glass.review`` and the customer.

    Raises
    ------
    RecordNotFoundError
        When there is no such opening.
    ForbiddenError
        When the right is missing.
    StateConflictError
        When it is one's own, was looked at already, or the reason is too short.
    """
    now = acting.clock.now()
    with acting.store.write() as tx:
        row = opening_row(tx, opening_id)
        _taken(
            break_glass.review_glass(
                _opening(row, rules), permission, justified=justified, reason=reason, at=moment(now)
            )
        )
        values = {
            "reviewed_by": permission.actor_id, "justified": justified, "finding": reason, "until": min(row["until"], now)
        }  # fmt: skip
        tx.change("break_glass", {"opening_id": opening_id}, values)
        content = {"opening": opening_id, "justified": justified}
        happened = Happened(STREAM, AuditEvent.GLASS_REVIEWED, permission.actor_id, row[CUSTOMER], content)
        record(tx, [happened], now, acting.chance)
    return {**row, **values}


def glass_is_open(tx: Transaction, staff_id: str, customer: str, now: int) -> bool:
    """Return whether somebody has broken the glass for a customer and it still lasts."""
    rows = tx.find("break_glass", {"staff_id": staff_id, CUSTOMER: records_of(tx, customer)})
    return any(row["recorded_at"] <= now < row["until"] and row["reviewed_by"] is None for row in rows)


def opening_row(tx: Transaction, opening_id: str) -> dict[str, Any]:
    """Return an opening's row.

    Raises
    ------
    RecordNotFoundError
        When there is none.
    """
    row = tx.one("break_glass", opening_id=opening_id)
    if row is None:
        raise RecordNotFoundError(what=phrase("opening"))
    return row


def state_of(row: Mapping[str, Any], now: int) -> str:
    """Return where an opening stands: open, ended or reviewed."""
    if row["reviewed_by"] is not None:
        return "reviewed"
    return "open" if now < row["until"] else "ended"


def _opening(row: Mapping[str, Any], rules: BreakGlassRules) -> Opening:
    """Return the opening that a row holds; how long a reviewer's reason must be is a matter of today."""
    review = None
    if row["reviewed_by"] is not None:
        review = GlassReview(
            row["reviewed_by"], row["justified"], row["finding"] or "", moment(row["recorded_at"])
        )
    return Opening(
        row["opening_id"], row["staff_id"], row[CUSTOMER], row["reason"] or "", moment(row["recorded_at"]), moment(row["until"]),
        moment(row["review_by"]), rules.characters, rules.alerts, review=review,
    )  # fmt: skip


def _taken(step: Opened) -> Opening:
    if step.missing or step.opening is None:
        raise refused_step(step.missing)
    return step.opening


def _told(row: Mapping[str, Any], opening: Opening) -> dict[str, Any]:
    """Return what those who control are told."""
    return {
        "opening": row["opening_id"], "staff": row["staff_id"], "customer": row[CUSTOMER], "reason": row["reason"],
        "until": opening.ends_at.isoformat(), "review_by": opening.review_by.isoformat(), "roles": list(opening.alerts),
    }  # fmt: skip


def _alert(acting: Acting, row: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message to those who control; it is there whether or not anybody outside is told as well."""
    return {
        "message_id": acting.new_id("m"), "customer_id": row[CUSTOMER], "route": ALERTS, "topic": GLASS_BROKEN, "content": told,
        "state": "waiting", "attempts": 0, "next_at": row["recorded_at"], "problem": None, "recorded_at": row["recorded_at"],
    }  # fmt: skip
