"""The closed loop: an unhappy customer is called back in time, and what was the cause and what was done about it is recorded.

A loop is opened by a rule within the very transaction that records the answers, together with an ordinary task of whoever advises the
customer, so that it stands on their day like any other. While it is open, nothing is sold to the customer: what is live about them
counts it, and the rule ``contact.open_loop`` reads that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from zhike.act.acting import moment
from zhike.act.day_book import OPEN_TASKS
from zhike.act.live_state import refreshed
from zhike.act.own_requests import who_calls
from zhike.act.staff import THE_CUSTOMER
from zhike.act.tasks import NewTask, do_close, do_make
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.decide.contact_hours import local_day
from zhike.decide.loop_rules import LOOPS
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.decide.loop_rules import Opening

__all__ = [
    "CALL_BACK",
    "LOOP_OUTCOMES",
    "Closing",
    "NewLoop",
    "check_close_loop",
    "do_close_loop",
    "do_open_loop",
]

CALL_BACK: Final = "call_back"
"""Kind of the task."""
LOOP_OUTCOMES: Final = ("resolved", "partly", "not_resolved", "not_reached")
"""What can come of a loop; whoever was not reached is let go by a person, with a reason, and by no clock."""
OPEN, CLOSED = "open", "closed"
_TASK_OUTCOMES: Final = {"not_reached": "not_reached"}
"""What came of the task, by what came of the loop; where nothing else is said, it was done."""
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class NewLoop:
    """A loop to be opened.

    Parameters
    ----------
    invitation_id : str or None
        The survey that shows it.
    opening : Opening
        Why, by the rule.
    due_at : int
        Until when the customer is called back, microseconds of UTC.
    words : str
        The customer's.
    zone : str
        IANA zone in which days of the bank are reckoned.
    """

    invitation_id: str | None
    opening: Opening
    due_at: int
    words: str
    zone: str


@dataclass(frozen=True, slots=True)
class Closing:
    """What came of a loop.

    Parameters
    ----------
    outcome : str
        One of `LOOP_OUTCOMES`.
    cause : str
        One of ``listening.causes``.
    action : str
        What was done, or is being done, about it.
    words : str
        What the customer said, in their words.
    """

    outcome: str
    cause: str
    action: str
    words: str = ""


def do_open_loop(acting: Acting, tx: Transaction, row: dict[str, Any], new: NewLoop) -> dict[str, Any]:
    """Open a loop, with its task, and let the next decision know; return its row.

    Parameters
    ----------
    acting : Acting
    tx : Transaction
        In which the answers are recorded.
    row : dict
        Of the customer.
    new : NewLoop
    """
    now, owner = acting.clock.now(), who_calls(tx, row)
    task = do_make(acting, tx, _task(row, new, owner, now))
    opened = {
        "loop_id": acting.new_id("c"), "customer_id": row["customer_id"], "invitation_id": new.invitation_id, "trigger": new.opening.trigger,
        "detail": {"value": new.opening.value, "at_most": new.opening.at_most, "words": new.words}, "owner": owner,
        "task_id": task["task_id"], "due_at": new.due_at, "state": OPEN, "cause": None, "outcome": None, "result": None, "closed_at": None,
        "recorded_at": now, "actor": THE_CUSTOMER,
    }  # fmt: skip
    tx.insert("loops", [opened])
    told = {"loop": opened["loop_id"], "trigger": new.opening.trigger, "rule": LOOPS, "owner": owner,
            "task": task["task_id"], "due_at": new.due_at}  # fmt: skip
    happened = Happened("cases", AuditEvent.LOOP_OPENED, THE_CUSTOMER, row["customer_id"], told)
    record(tx, [happened], now, acting.chance)
    refreshed(tx, row["customer_id"], now)
    return opened


def _task(row: dict[str, Any], new: NewLoop, owner: str | None, now: int) -> NewTask:
    """Return the task to call back; the day on which it is due is the bank's, and its text says the time as well."""
    due_on = local_day(new.due_at, new.zone)
    said = f"{new.opening.trigger} = {new.opening.value:g}"
    due = f"{moment(new.due_at).astimezone(ZoneInfo(new.zone)):%Y-%m-%d %H:%M}"
    text = " · ".join(part for part in (due, said, new.words) if part)
    return NewTask(
        row["customer_id"],
        LOOPS,
        CALL_BACK,
        owner,
        local_day(now, new.zone),
        due_on,
        None,
        None,
        text[:_LONGEST],
    )


def check_close_loop(
    tx: Transaction, loop_id: str, closing: Closing, causes: Iterable[str]
) -> dict[str, Any]:
    """Return the row of a loop that can be closed so.

    Raises
    ------
    RecordNotFoundError
        When there is no such loop.
    StateConflictError
        When it is closed.
    UsageError
        When outcome or cause are none, or what was done is not said, or a text is too long.
    """
    row = tx.one("loops", loop_id=loop_id)
    if row is None:
        raise RecordNotFoundError(what=phrase("call-back"))
    if row["state"] != OPEN:
        raise StateConflictError(
            what=phrase("a call-back that is closed"), expected=phrase("one that is open")
        )
    if closing.outcome not in LOOP_OUTCOMES:
        raise UsageError(
            what=phrase("outcome '{outcome}'", outcome=closing.outcome), expected=", ".join(LOOP_OUTCOMES)
        )
    known = list(causes)
    if closing.cause not in known:
        raise UsageError(what=phrase("cause '{cause}'", cause=closing.cause), expected=", ".join(known))
    if not closing.action.strip():
        raise UsageError(what=phrase("no action"), expected=phrase("what is done about the cause"))
    for text in (closing.action, closing.words):
        if len(text) > _LONGEST:
            raise UsageError(
                what=phrase("a text of {count} characters", count=len(text)),
                expected=phrase("at most {longest}", longest=_LONGEST),
            )
    return row


def do_close_loop(
    acting: Acting, tx: Transaction, row: dict[str, Any], closing: Closing, actor: str
) -> dict[str, Any]:
    """Close a loop that was checked, with its task where that is open, and let the next decision know; return its row."""
    now = acting.clock.now()
    task = None if row["task_id"] is None else tx.one("tasks", task_id=row["task_id"])
    if task is not None and task["state"] in OPEN_TASKS:
        do_close(acting, tx, task, actor, _TASK_OUTCOMES.get(closing.outcome, "achieved"), closing.action)
    values = {
        "state": CLOSED, "cause": closing.cause, "outcome": closing.outcome, "closed_at": now,
        "result": {"action": closing.action, "words": closing.words, "by": actor},
    }  # fmt: skip
    tx.change("loops", {"loop_id": row["loop_id"]}, values)
    told = {"loop": row["loop_id"], "cause": closing.cause, "outcome": closing.outcome, "action": closing.action,
            "late": now > row["due_at"]}  # fmt: skip
    happened = Happened("cases", AuditEvent.LOOP_CLOSED, actor, row["customer_id"], told)
    record(tx, [happened], now, acting.chance)
    refreshed(tx, row["customer_id"], now)
    return {**row, **values}
