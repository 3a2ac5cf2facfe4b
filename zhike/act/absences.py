"""Absences of staff: noted beforehand, ended before their time; on their days nothing is planned, and a deputy stands in.

Whoever stands in acts for the customers of the person who is away, as long as they are. A deputy must therefore be somebody whose roles
serve customers of their own. Why somebody is away is not asked: kinds are few, and none says that somebody is unwell.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.decide.stand_ins import Away, stand_in, stood_in_for
from zhike.govern.audit_events import AuditEvent
from zhike.govern.roles import Actor, Subject, decide_access

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Access

__all__ = [
    "KINDS", "NewAbsence", "absences", "away_on", "check_deputy", "check_note", "covered_on", "do_end", "do_note", "noted", "stand_in_on",
]  # fmt: skip

KINDS: Final = ("leave", "training", "elsewhere", "other")
NOTED, ENDED = "noted", "ended"
_STREAM: Final = "staff"
_LONGEST: Final = dt.timedelta(days=366)
_VERB, _PURPOSE = "task.manage", "service"


@dataclass(frozen=True, slots=True)
class NewAbsence:
    """An absence to be noted.

    Parameters
    ----------
    staff_id : str
    kind : str
        One of `KINDS`.
    first_day, last_day : date
    deputy : str or None
    """

    staff_id: str
    kind: str
    first_day: dt.date
    last_day: dt.date
    deputy: str | None = None


# -- noted and ended -----------------------------------------------------------------------------------------------------


def check_note(tx: Transaction, new: NewAbsence, today: dt.date) -> dict[str, Any]:
    """Return the row of who will be away; refuse what is no absence.

    Raises
    ------
    RecordNotFoundError
        When there is no such member of staff, or they have left.
    UsageError
        When kind, days or deputy are none.
    StateConflictError
        When they are away on one of these days already.
    """
    row = _here(tx, new.staff_id)
    if new.kind not in KINDS:
        raise UsageError(what=phrase("kind '{kind}'", kind=new.kind), expected=", ".join(KINDS))
    if new.last_day < new.first_day or new.last_day < today or new.last_day - new.first_day > _LONGEST:
        raise UsageError(
            what=phrase("{first_day} to {last_day}", first_day=new.first_day, last_day=new.last_day),
            expected=phrase("days in order, not over, {days} at most", days=_LONGEST.days),
        )
    if new.deputy == new.staff_id:
        raise UsageError(what=phrase("oneself as the deputy"), expected=phrase("somebody else, or nobody"))
    for other in tx.find("absences", {"staff_id": new.staff_id, "state": NOTED}):
        if other["first_day"] <= str(new.last_day) and str(new.first_day) <= other["last_day"]:
            raise StateConflictError(
                what=phrase(
                    "an absence from {first_day} to {last_day}",
                    first_day=other["first_day"],
                    last_day=other["last_day"],
                ),
                expected=phrase("days on which there is none"),
            )
    return row


def check_deputy(
    tx: Transaction, access: Access, deputy: str, day: dt.date, within: Collection[str | None] | None = None
) -> None:
    """Refuse a deputy who could do nothing for the customers, or is of another branch.

    Parameters
    ----------
    tx : Transaction
    access : Access
    deputy : str
    day : date
        On which the rules of access are read.
    within : collection of str or None, optional
        Branches one of which must be theirs.

    Raises
    ------
    RecordNotFoundError
        When there is no such member of staff, or they have left.
    UsageError
        When none of their roles may do tasks for customers of their own, or their branch is another.
    """
    row = _here(tx, deputy)
    if within is not None and row["branch"] not in within:
        raise UsageError(
            what=phrase("a deputy of another branch"), expected=phrase("somebody of the same one")
        )
    actor = Actor(deputy, tuple(row["roles"]), row["branch"])
    if not decide_access(access, actor, _VERB, Subject(is_own=True), _PURPOSE, day).allowed:
        raise UsageError(
            what=phrase("a deputy whose roles do no tasks"),
            expected=phrase("somebody who may {verb} for customers of their own", verb=_VERB),
        )


def do_note(acting: Acting, tx: Transaction, new: NewAbsence, actor: str) -> dict[str, Any]:
    """Note an absence that was checked; return its row."""
    now = acting.clock.now()
    row = {
        "absence_id": acting.new_id("v"), "staff_id": new.staff_id, "kind": new.kind, "first_day": str(new.first_day),
        "last_day": str(new.last_day), "deputy": new.deputy, "state": NOTED, "ended_at": None, "ended_by": None, "recorded_at": now,
        "actor": actor,
    }  # fmt: skip
    tx.insert("absences", [row])
    _record(acting, tx, AuditEvent.ABSENCE_NOTED, row, actor)
    return row


def noted(tx: Transaction, absence_id: str) -> dict[str, Any]:
    """Return an absence that was not ended.

    Raises
    ------
    RecordNotFoundError
        When there is none.
    """
    row = tx.one("absences", absence_id=absence_id)
    if row is None or row["state"] != NOTED:
        raise RecordNotFoundError(what=phrase("absence"))
    return row


def do_end(
    acting: Acting, tx: Transaction, row: dict[str, Any], actor: str, today: dt.date
) -> dict[str, Any]:
    """End an absence: from today on nobody is away by it; the days that it had stay on record.

    Raises
    ------
    StateConflictError
        When it is over already.
    """
    if row["last_day"] < str(today):
        raise StateConflictError(
            what=phrase("an absence that ended on {last_day}", last_day=row["last_day"]),
            expected=phrase("one that goes on"),
        )
    values = {"state": ENDED, "ended_at": acting.clock.now(), "ended_by": actor}
    tx.change("absences", {"absence_id": row["absence_id"]}, values)
    _record(acting, tx, AuditEvent.ABSENCE_ENDED, row, actor)
    return {**row, **values}


def absences(tx: Transaction, today: dt.date, staff: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return the absences that are not over, the first to begin first; of some members of staff only where they are given."""
    where: dict[str, Any] = {"state": NOTED} if staff is None else {"state": NOTED, "staff_id": list(staff)}
    rows = tx.find("absences", where, order=["first_day"])
    return [row for row in rows if row["last_day"] >= str(today)]


# -- on a day ------------------------------------------------------------------------------------------------------------


def away_on(tx: Transaction, staff_id: str, day: dt.date) -> Away | None:
    """Return with which deputy and until when somebody is away on a day, None where they are not."""
    for row in tx.find("absences", {"staff_id": staff_id, "state": NOTED}):
        if row["first_day"] <= str(day) <= row["last_day"]:
            return Away(row["deputy"], dt.date.fromisoformat(row["last_day"]))
    return None


def stand_in_on(tx: Transaction, staff_id: str, day: dt.date) -> str | None:
    """Return who stands in for somebody on a day; see `zhike.decide.stand_ins.stand_in`."""
    return stand_in(staff_id, lambda name: away_on(tx, name, day), lambda name: _is_here(tx, name))


def covered_on(tx: Transaction, staff_id: str, day: dt.date) -> list[str]:
    """Return those for whom somebody stands in on a day, by identifier."""

    def named_by(name: str) -> list[str]:
        rows = tx.find("absences", {"deputy": name, "state": NOTED})
        return [row["staff_id"] for row in rows if row["first_day"] <= str(day) <= row["last_day"]]

    return stood_in_for(staff_id, named_by, lambda name: stand_in_on(tx, name, day))


def _is_here(tx: Transaction, staff_id: str) -> bool:
    row = tx.one("staff", staff_id=staff_id)
    return row is not None and row["state"] == "active"


def _here(tx: Transaction, staff_id: str) -> dict[str, Any]:
    row = tx.one("staff", staff_id=staff_id)
    if row is None or row["state"] != "active":
        raise RecordNotFoundError(what=phrase("member of staff"))
    return row


def _record(acting: Acting, tx: Transaction, event: AuditEvent, row: dict[str, Any], actor: str) -> None:
    content = {name: row[name] for name in ("absence_id", "staff_id", "first_day", "last_day", "deputy")}
    record(tx, [Happened(_STREAM, event, actor, None, content)], acting.clock.now(), acting.chance)
