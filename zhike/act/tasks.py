"""Tasks of staff about customers: made, claimed, postponed, handed over to a deputy, closed, cancelled.

A task belongs to a customer. Whoever it is assigned to acts for that customer as long as it is open (`zhike.act.staff`), so that a deputy
can do what was handed over and sees nobody else's customers besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import customer_row
from zhike.act.day_book import OPEN_TASKS
from zhike.act.day_lines import TASK_KINDS
from zhike.act.staff import known_actor
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.decide.reminders import REMINDERS
from zhike.govern.audit_events import AuditEvent
from zhike.govern.roles import Subject, decide_access

if TYPE_CHECKING:
    import datetime as dt

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Access

__all__ = [
    "OUTCOMES", "NewTask", "check_assignee", "check_close", "check_make", "check_open", "check_postpone", "do_cancel", "do_claim",
    "do_close", "do_hand_over", "do_make", "do_postpone",
]  # fmt: skip

OUTCOMES: Final = ("achieved", "not_reached", "not_needed")
"""What can come of a task that is closed."""
SET_ASIDE: Final = "set_aside"
"""What came of one that was cancelled."""
_LONGEST: Final = 2_000
_MOST_MINUTES: Final = 24 * 60
_VERB, _PURPOSE = "task.manage", "service"


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be made.

    Parameters
    ----------
    customer, actor : str
    kind : str
        One of `zhike.act.day_lines.TASK_KINDS`, or a reminder that it deals with.
    assignee : str or None
        Who is to do it; None for whoever claims it.
    starts_on, due_on : date or None
        Day before which it rests; last day.
    minutes : int or None
        That it takes, where that is known.
    offer_id : str or None
        The offer that it serves.
    text : str
        Details.
    """

    customer: str
    actor: str
    kind: str
    assignee: str | None = None
    starts_on: dt.date | None = None
    due_on: dt.date | None = None
    minutes: int | None = None
    offer_id: str | None = None
    text: str = ""


def check_make(tx: Transaction, new: NewTask) -> dict[str, Any]:
    """Return the row of the customer of a task that can be made.

    Raises
    ------
    UsageError
        When kind, minutes or text are none, or it ends before it begins.
    RecordNotFoundError
        When there is no such customer, or the offer is not one of theirs.
    """
    row = customer_row(tx, new.customer)
    if new.kind not in TASK_KINDS and new.kind not in REMINDERS:
        raise UsageError(what=phrase("a task of no kind"), expected=", ".join((*TASK_KINDS, *REMINDERS)))
    if new.minutes is not None and not 0 < new.minutes <= _MOST_MINUTES:
        raise UsageError(
            what=phrase("{minutes} minutes", minutes=new.minutes),
            expected=phrase("1 to {most_minutes}", most_minutes=_MOST_MINUTES),
        )
    if new.starts_on is not None and new.due_on is not None and new.due_on < new.starts_on:
        raise UsageError(
            what=phrase("a last day before the first"), expected=phrase("a last day on or after it")
        )
    check_text(new.text)
    offer = None if new.offer_id is None else tx.one("offers", offer_id=new.offer_id)
    if new.offer_id is not None and (offer is None or not _same_person(tx, offer["customer_id"], row)):
        raise RecordNotFoundError(what=phrase("offer"))
    return row


def check_text(text: str) -> None:
    """Refuse a text that is too long."""
    if len(text) > _LONGEST:
        raise UsageError(
            what=phrase("a text of {count} characters", count=len(text)),
            expected=phrase("at most {longest}", longest=_LONGEST),
        )


def _same_person(tx: Transaction, record_id: str, row: dict[str, Any]) -> bool:
    return bool(customer_row(tx, record_id)["customer_id"] == row["customer_id"])


def check_assignee(tx: Transaction, access: Access, staff_id: str, row: dict[str, Any], day: dt.date) -> None:
    """Refuse an assignee who could do nothing for the customer.

    Parameters
    ----------
    tx : Transaction
    access : Access
    staff_id : str
    row : dict
        Of the customer.
    day : date
        On which the rules of access are read.

    Raises
    ------
    RecordNotFoundError
        When there is no such member of staff, or they have left.
    UsageError
        When none of their roles may do tasks for customers of their own.
    """
    actor = known_actor(tx, staff_id)
    near = Subject(is_own=True, same_branch=actor.subject(row["customer_id"], row["branch"]).same_branch)
    if not decide_access(access, actor, _VERB, near, _PURPOSE, day).allowed:
        raise UsageError(
            what=phrase("an assignee whose roles do no tasks"),
            expected=phrase("somebody who may {verb} for customers of their own", verb=_VERB),
        )


def do_make(acting: Acting, tx: Transaction, new: NewTask) -> dict[str, Any]:
    """Write a task that was checked; return its row."""
    now = acting.clock.now()
    row = {
        "task_id": acting.new_id("t"), "customer_id": new.customer, "offer_id": new.offer_id, "assignee": new.assignee, "kind": new.kind,
        "state": "open", "starts_on": _iso(new.starts_on), "due_on": _iso(new.due_on), "minutes": new.minutes, "text": new.text,
        "outcome": None, "result": None, "closed_at": None, "recorded_at": now, "actor": new.actor,
    }  # fmt: skip
    tx.insert("tasks", [row])
    told = {
        name: row[name] for name in ("kind", "assignee", "offer_id", "starts_on", "due_on", "minutes", "text")
    }
    _record(acting, tx, AuditEvent.TASK_CREATED, row, new.actor, told)
    return row


def check_open(tx: Transaction, task_id: str) -> dict[str, Any]:
    """Return the row of a task that is open or claimed.

    Raises
    ------
    RecordNotFoundError
        When there is no such task.
    StateConflictError
        When it is done or cancelled.
    """
    row = tx.one("tasks", task_id=task_id)
    if row is None:
        raise RecordNotFoundError(what=phrase("task"))
    if row["state"] not in OPEN_TASKS:
        raise StateConflictError(
            what=phrase("the task {state}", state=row["state"]), expected=phrase("one that is open")
        )
    return row


def do_claim(acting: Acting, tx: Transaction, row: dict[str, Any], actor: str) -> dict[str, Any]:
    """Let a member of staff take an open task on; return its row.

    Raises
    ------
    StateConflictError
        When somebody else has it.
    """
    if row["assignee"] not in (None, actor):
        raise StateConflictError(
            what=phrase("a task of somebody else"),
            expected=phrase("one that nobody has, or that was handed over"),
        )
    return _changed(acting, tx, AuditEvent.TASK_CLAIMED, row, actor, {"assignee": actor, "state": "claimed"})


def check_postpone(day: dt.date, today: dt.date) -> None:
    """Refuse to postpone to a day that is not to come.

    Raises
    ------
    UsageError
        When it is today or over.
    """
    if day <= today:
        raise UsageError(
            what=phrase("a task postponed to {day}", day=day),
            expected=phrase("a day after {today}", today=today),
        )


def do_postpone(
    acting: Acting, tx: Transaction, row: dict[str, Any], actor: str, day: dt.date
) -> dict[str, Any]:
    """Let a task rest until a day, on which it is due unless its last day is later; return its row."""
    due_on = max(str(day), row["due_on"] or "")
    return _changed(
        acting, tx, AuditEvent.TASK_POSTPONED, row, actor, {"starts_on": str(day), "due_on": due_on}
    )


def do_hand_over(
    acting: Acting, tx: Transaction, row: dict[str, Any], actor: str, deputy: str
) -> dict[str, Any]:
    """Give a task to a deputy who was checked (see `check_assignee`); return its row.

    Raises
    ------
    StateConflictError
        When they have it already.
    """
    if row["assignee"] == deputy:
        raise StateConflictError(what=phrase("a task that the deputy has"), expected=phrase("another deputy"))
    tx.insert("hand_overs", [{
        "hand_over_id": acting.new_id("h"), "customer_id": row["customer_id"], "task_id": row["task_id"], "from_staff": row["assignee"],
        "to_staff": deputy, "recorded_at": acting.clock.now(), "actor": actor,
    }])  # fmt: skip
    return _changed(
        acting, tx, AuditEvent.TASK_HANDED_OVER, row, actor, {"assignee": deputy, "state": "open"}
    )


def check_close(outcome: str, text: str) -> None:
    """Refuse an outcome that is none, or a text that is too long."""
    if outcome not in OUTCOMES:
        raise UsageError(what=phrase("outcome '{outcome}'", outcome=outcome), expected=", ".join(OUTCOMES))
    check_text(text)


def do_close(
    acting: Acting, tx: Transaction, row: dict[str, Any], actor: str, outcome: str, text: str = ""
) -> dict[str, Any]:
    """Write what came of a task, see `check_close`; return its row."""
    values = {"state": "done", "outcome": outcome, "result": text, "closed_at": acting.clock.now()}
    return _changed(acting, tx, AuditEvent.TASK_DONE, row, actor, values)


def do_cancel(
    acting: Acting, tx: Transaction, row: dict[str, Any], actor: str, reason: str
) -> dict[str, Any]:
    """Write that a task will not be done, and why; return its row.

    Raises
    ------
    UsageError
        When no reason is given, or one that is too long.
    """
    check_text(reason)
    if not reason.strip():
        raise UsageError(what=phrase("no reason"), expected=phrase("why it will not be done"))
    values = {"state": "cancelled", "outcome": SET_ASIDE, "result": reason, "closed_at": acting.clock.now()}
    return _changed(acting, tx, AuditEvent.TASK_CANCELLED, row, actor, values)


def _changed(
    acting: Acting,
    tx: Transaction,
    event: AuditEvent,
    row: dict[str, Any],
    actor: str,
    values: dict[str, Any],
) -> dict[str, Any]:
    tx.change("tasks", {"task_id": row["task_id"]}, values)
    _record(acting, tx, event, row, actor, values)
    return {**row, **values}


def _record(
    acting: Acting, tx: Transaction, event: AuditEvent, row: dict[str, Any], actor: str, told: dict[str, Any]
) -> None:
    content = {"task": row["task_id"], **told}
    record(
        tx, [Happened("cases", event, actor, row["customer_id"], content)], acting.clock.now(), acting.chance
    )


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else str(day)
