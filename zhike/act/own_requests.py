"""What customers ask of the bank on their own page: a person who calls, a correction, their erasure; and what staff answer.

A call becomes a task of whoever advises them. What needs a decision becomes a case with a clock. Nothing is corrected or erased because
somebody has a link: a person answers the case, and an erasure goes the way that it always goes, on two persons' word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.day_book import OPEN_TASKS
from zhike.act.staff import THE_CUSTOMER
from zhike.act.tasks import NewTask, check_make, do_make
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = [
    "REQUEST_KINDS", "CallWanted", "NewRequest", "check_call", "check_request", "check_room", "check_settle", "do_ask_for_call", "do_request",
    "do_settle", "who_calls",
]  # fmt: skip

CORRECTION, ERASURE, OTHER = "correction", "erasure", "other"
REQUEST_KINDS: Final = (CORRECTION, ERASURE, OTHER)
"""Kinds of case that a customer can open; a complaint is none of them, and has its own way."""
_CALL: Final = "call"
_LEADS: Final = "branch_manager"
_LONGEST: Final = 2_000
_OPEN, _ANSWERED = "open", "answered"


@dataclass(frozen=True, slots=True)
class CallWanted:
    """When a customer wants to be called, and about what.

    Parameters
    ----------
    on : date
    hours : tuple of (str or None, str or None)
        Not before, and not after, a time of day such as 09:00.
    words : str
        The customer's.
    """

    on: dt.date
    hours: tuple[str | None, str | None] = (None, None)
    words: str = ""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request that a person decides.

    Parameters
    ----------
    customer : str
        The record that stays.
    kind : str
        One of `REQUEST_KINDS`.
    words : str
        The customer's.
    opened_on, due_on : date
        First day, and last day for an answer.
    """

    customer: str
    kind: str
    words: str
    opened_on: dt.date
    due_on: dt.date


def check_room(tx: Transaction, records: Sequence[str], most: int) -> None:
    """Refuse another request of a customer who has as many open as may be.

    Raises
    ------
    StateConflictError
        When there are ``most`` of them.
    """
    own = {"customer_id": list(records), "actor": THE_CUSTOMER}
    waiting = tx.count("cases", {**own, "state": _OPEN}) + tx.count(
        "tasks", {**own, "state": list(OPEN_TASKS)}
    )
    if waiting >= most:
        raise StateConflictError(
            what=phrase("{waiting} requests that are open", waiting=waiting),
            expected=phrase("fewer than {most}", most=most),
        )


def check_call(wanted: CallWanted, today: dt.date) -> None:
    """Refuse a call that cannot be made when it is wanted.

    Raises
    ------
    UsageError
        When the day is over, the later hour does not come after the earlier, or the words are too long.
    """
    _check_words(wanted.words)
    if wanted.on < today:
        raise UsageError(
            what=phrase("a call on a day that is over"), expected=phrase("a day from {today} on", today=today)
        )
    first, last = wanted.hours
    if first is not None and last is not None and first >= last:
        raise UsageError(
            what=phrase("hours of a call"), expected=phrase("two times such as 09:00, the earlier first")
        )


def who_calls(tx: Transaction, row: dict[str, Any]) -> str | None:
    """Return who is to call a customer: their adviser, else who leads the branch; None where there is nobody."""
    adviser = None if row["adviser"] is None else tx.one("staff", staff_id=row["adviser"], state="active")
    if adviser is not None:
        return str(adviser["staff_id"])
    if row["branch"] is None:
        return None
    staff = tx.find("staff", {"branch": row["branch"], "state": "active"}, order=["staff_id"])
    return next((str(one["staff_id"]) for one in staff if _LEADS in one["roles"]), None)


def do_ask_for_call(
    acting: Acting, tx: Transaction, row: dict[str, Any], wanted: CallWanted, due_on: dt.date
) -> dict[str, Any]:
    """Give whoever is to call the task to do so; a case where there is nobody, so that it is not lost. Return the row of either.

    Parameters
    ----------
    row : dict
        Of the customer.
    wanted : CallWanted
        Checked.
    due_on : date
        Last day for an answer to the case.
    """
    hours = "–".join(one or "" for one in wanted.hours) if any(wanted.hours) else ""
    text = " · ".join(part for part in (hours, wanted.words) if part)
    assignee = who_calls(tx, row)
    if assignee is None:
        new = NewRequest(row["customer_id"], OTHER, f"{wanted.on} {text}".strip(), wanted.on, due_on)
        return do_request(acting, tx, new)
    task = NewTask(row["customer_id"], THE_CUSTOMER, _CALL, assignee, wanted.on, wanted.on, None, None, text)
    check_make(tx, task)
    return do_make(acting, tx, task)


def check_request(tx: Transaction, new: NewRequest, records: Sequence[str]) -> None:
    """Refuse a request that cannot be opened.

    Raises
    ------
    UsageError
        When it is of no kind, its words are too long, or a correction does not say what is wrong.
    StateConflictError
        When an erasure was asked for before and is not answered.
    """
    if new.kind not in REQUEST_KINDS:
        raise UsageError(what=phrase("a request of no kind"), expected=", ".join(REQUEST_KINDS))
    _check_words(new.words)
    if new.kind == CORRECTION and not new.words.strip():
        raise UsageError(what=phrase("no words"), expected=phrase("what is wrong, and what is right"))
    own = {"customer_id": list(records), "kind": ERASURE, "state": _OPEN}
    if new.kind == ERASURE and tx.count("cases", own):
        raise StateConflictError(
            what=phrase("an erasure that was asked for before"), expected=phrase("its answer first")
        )


def do_request(acting: Acting, tx: Transaction, new: NewRequest) -> dict[str, Any]:
    """Open a case that was checked; return its row."""
    now = acting.clock.now()
    row = {
        "case_id": acting.new_id("q"), "customer_id": new.customer, "kind": new.kind, "state": _OPEN, "opened_on": str(new.opened_on),
        "due_on": str(new.due_on), "text": {"words": new.words, "answer": ""}, "recorded_at": now, "actor": THE_CUSTOMER,
    }  # fmt: skip
    tx.insert("cases", [row])
    content = {"case": row["case_id"], "kind": new.kind, "due_on": row["due_on"]}
    happened = Happened("cases", AuditEvent.CASE_OPENED, THE_CUSTOMER, new.customer, content)
    record(tx, [happened], now, acting.chance)
    return row


def check_settle(tx: Transaction, case_id: str, answer: str) -> dict[str, Any]:
    """Return the row of a request that can be answered.

    Raises
    ------
    RecordNotFoundError
        When there is no such request; a complaint is none.
    StateConflictError
        When it is answered.
    UsageError
        When the answer is empty, or too long.
    """
    row = tx.one("cases", case_id=case_id)
    if row is None or row["kind"] not in REQUEST_KINDS:
        raise RecordNotFoundError(what=phrase("request"))
    if row["state"] != _OPEN:
        raise StateConflictError(
            what=phrase("the request {state}", state=row["state"]), expected=phrase("one that is open")
        )
    _check_words(answer)
    if not answer.strip():
        raise UsageError(what=phrase("no answer"), expected=phrase("what the customer is to read"))
    return row


def do_settle(
    acting: Acting, tx: Transaction, row: dict[str, Any], answer: str, actor: str
) -> dict[str, Any]:
    """Write the answer to a request that was checked; the customer reads it on their page. Return its row."""
    values = {"state": _ANSWERED, "text": {**(row["text"] or {}), "answer": answer}}
    tx.change("cases", {"case_id": row["case_id"]}, values)
    happened = Happened(
        "cases",
        AuditEvent.CASE_ANSWERED,
        actor,
        row["customer_id"],
        {"case": row["case_id"], "kind": row["kind"]},
    )
    record(tx, [happened], acting.clock.now(), acting.chance)
    return {**row, **values}


def _check_words(words: str) -> None:
    if len(words) > _LONGEST:
        raise UsageError(
            what=phrase("words of {count} characters", count=len(words)),
            expected=phrase("at most {longest}", longest=_LONGEST),
        )
