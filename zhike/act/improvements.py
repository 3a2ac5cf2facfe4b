"""The outer loop: a cause of dissatisfaction is put right, and what that changed is measured again.

A case goes from planned over running to measured and closed; each step is kept with its time and who took it. Its evidence are closed call-backs and complaints of the
same cause, answers and drivers, by identifier: no customer is named. What it changed is computed elsewhere (`zhike.measure.effects`) and kept here as
found. Whoever sees to an improvement does not declare it a success: another one closes it as kept.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = [
    "CLOSED", "DESIGNS", "OUTCOMES", "PLANNED", "STATES", "Evidence", "Measure", "NewImprovement", "check_close_improvement", "check_measure", "check_open_improvement",
    "check_start", "do_close_improvement", "do_measure", "do_open_improvement", "do_start", "improvement_row",
]  # fmt: skip

PLANNED, RUNNING, MEASURED, CLOSED = "planned", "running", "measured", "closed"
STATES: Final = (PLANNED, RUNNING, MEASURED, CLOSED)
KEPT: Final = "kept"
OUTCOMES: Final = (KEPT, "changed", "dropped")
"""What becomes of the action: it stays, another one takes its place, or it is given up."""
DESIGNS: Final = ("interrupted", "controlled", "difference", "trial")
"""How the effect is told; see `zhike.measure.effects`."""
_STREAM: Final = "cases"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows a cause.

    Parameters
    ----------
    loops : tuple of str
        Closed call-backs of the cause.
    answers : tuple of str
        Sheets of answers in which it is said.
    drivers : tuple of str
        Names of drivers or latents of a study.
    complaints : tuple of str
        Complaints that were closed with the cause.
    """

    loops: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured again.

    Parameters
    ----------
    indicator : str or None
        Name of an indicator of the rulebook; None where a series is handed in.
    said : str
        What it is, in words.
    level : str
        Level whose units are compared.
    better : str
        ``higher`` or ``lower``.
    design : str
        One of `DESIGNS`.
    """

    indicator: str | None
    said: str
    level: str
    better: str
    design: str


@dataclass(frozen=True, slots=True)
class NewImprovement:
    """An improvement to be planned."""

    title: str
    cause: str
    evidence: Evidence
    action: str
    owner: str
    due_on: dt.date
    measure: Measure


def check_open_improvement(
    tx: Transaction, new: NewImprovement, causes: Collection[str], today: dt.date
) -> None:
    """Refuse an improvement that could not be followed.

    Raises
    ------
    UsageError
        When the cause is none, nothing shows it, the day is over, or a call-back or complaint is of another cause.
    RecordNotFoundError
        When the owner, a call-back, a complaint or an answer is not there.
    """
    if new.cause not in causes:
        raise UsageError(what=phrase("cause '{cause}'", cause=new.cause), expected=", ".join(causes))
    if not any(dataclasses.astuple(new.evidence)):
        raise UsageError(
            what=phrase("no evidence"),
            expected=phrase("a closed call-back or complaint, an answer or a driver at least"),
        )
    if new.due_on < today:
        raise UsageError(
            what=phrase("{day}, a day that is over", day=new.due_on), expected=phrase("a day from {today} on", today=today)
        )  # fmt: skip
    owner = tx.one("staff", staff_id=new.owner)
    if owner is None or owner["state"] == "left":
        raise RecordNotFoundError(what=phrase("member of staff"))
    _check_evidence(tx, new)


def _check_evidence(tx: Transaction, new: NewImprovement) -> None:
    for loop_id in new.evidence.loops:
        row = tx.one("loops", loop_id=loop_id)
        if row is None:
            raise RecordNotFoundError(what=phrase("call-back"))
        if row["cause"] != new.cause:
            raise UsageError(
                what=phrase("a call-back of cause '{cause}'", cause=row["cause"] or "-"),
                expected=phrase("call-backs that were closed with cause '{cause}'", cause=new.cause),
            )
    for complaint_id in new.evidence.complaints:
        row = tx.one("complaints", complaint_id=complaint_id)
        if row is None:
            raise RecordNotFoundError(what=phrase("complaint"))
        if row["cause"] != new.cause:
            raise UsageError(
                what=phrase("a complaint of cause '{cause}'", cause=row["cause"] or "-"),
                expected=phrase("complaints that were closed with cause '{cause}'", cause=new.cause),
            )
    for answer_id in new.evidence.answers:
        if tx.one("survey_answers", answer_id=answer_id) is None:
            raise RecordNotFoundError(what=phrase("survey"))


def do_open_improvement(acting: Acting, tx: Transaction, new: NewImprovement, actor: str) -> dict[str, Any]:
    """Plan an improvement that was checked; return its row."""
    now = acting.clock.now()
    row = {
        "improvement_id": acting.new_id("j"), "title": new.title, "cause": new.cause,
        "evidence": {name: list(found) for name, found in dataclasses.asdict(new.evidence).items()}, "action": new.action, "owner": new.owner,
        "due_on": str(new.due_on), "measure": dataclasses.asdict(new.measure), "state": PLANNED, "start_on": None,
        "units": {"treated": [], "comparison": [], "drawn": False}, "effect": None, "outcome": None, "conclusion": None,
        "history": [_step(PLANNED, now, actor)], "changed_at": now, "recorded_at": now, "actor": actor,
    }  # fmt: skip
    tx.insert("improvements", [row])
    told = {"cause": new.cause, "owner": new.owner, "due_on": row["due_on"], "evidence": row["evidence"]}
    _tell(acting, tx, AuditEvent.IMPROVEMENT_OPENED, row, actor, told)
    return row


def improvement_row(tx: Transaction, improvement_id: str) -> dict[str, Any]:
    """Return the row of an improvement.

    Raises
    ------
    RecordNotFoundError
        When there is none.
    """
    row = tx.one("improvements", improvement_id=improvement_id)
    if row is None:
        raise RecordNotFoundError(what=phrase("improvement"))
    return row


def check_start(row: Mapping[str, Any], start_on: dt.date, today: dt.date, sides: tuple[Sequence[str], Sequence[str]]) -> None:  # fmt: skip
    """Refuse to start what is running, a day to come, or units both with the action and without.

    Parameters
    ----------
    row : mapping
    start_on, today : date
    sides : tuple of sequence of str
        Units with the action, and those that are compared with them.

    Raises
    ------
    StateConflictError, UsageError
    """
    _in_state(row, (PLANNED,))
    if start_on > today:
        raise UsageError(
            what=phrase("{day}, a day to come", day=start_on), expected=phrase("the day on which it began, up to {today}", today=today)
        )  # fmt: skip
    if row["measure"]["design"] != DESIGNS[0] and not sides[0]:
        raise UsageError(
            what=phrase("no unit with the action"), expected=phrase("the units where it was rolled out")
        )
    if set(sides[0]) & set(sides[1]):
        raise UsageError(
            what=phrase("units both with the action and without"), expected=phrase("units that are either")
        )


def do_start(
    acting: Acting, tx: Transaction, row: Mapping[str, Any], start_on: dt.date, units: Mapping[str, Any], actor: str
) -> dict[str, Any]:  # fmt: skip
    """Note that an improvement is running, since when and where; return its row.

    Parameters
    ----------
    units : mapping
        ``treated``, ``comparison`` and whether they were ``drawn``.
    """
    values = {"start_on": str(start_on), "units": dict(units)}
    return _moved(acting, tx, AuditEvent.IMPROVEMENT_STARTED, row, RUNNING, values, actor)


def check_measure(row: Mapping[str, Any]) -> None:
    """Refuse to measure what is not running.

    Raises
    ------
    StateConflictError
    """
    _in_state(row, (RUNNING, MEASURED))


def do_measure(
    acting: Acting, tx: Transaction, row: Mapping[str, Any], effect: Mapping[str, Any], actor: str
) -> dict[str, Any]:
    """Keep what an improvement changed, as computed; return its row. It may be measured again: the last reading stands, all are in the trail."""
    return _moved(acting, tx, AuditEvent.IMPROVEMENT_MEASURED, row, MEASURED, {"effect": dict(effect)}, actor)


def check_close_improvement(row: Mapping[str, Any], outcome: str, actor: str) -> None:
    """Refuse to keep what was not measured, and to judge one's own improvement.

    Raises
    ------
    StateConflictError
        When it is closed; when it is to be kept and was not measured, or by whoever sees to it.
    """
    _in_state(row, (PLANNED, RUNNING, MEASURED))
    if outcome == KEPT and row["state"] != MEASURED:
        raise StateConflictError(
            what=phrase("an improvement that was not measured"), expected=phrase("its effect first")
        )
    if outcome == KEPT and row["owner"] == actor:
        raise StateConflictError(
            what=phrase("one's own improvement"), expected=phrase("somebody else to judge it")
        )


def do_close_improvement(
    acting: Acting, tx: Transaction, row: Mapping[str, Any], outcome: str, conclusion: str, actor: str
) -> dict[str, Any]:
    """Close an improvement that was checked; return its row."""
    values = {"outcome": outcome, "conclusion": conclusion}
    return _moved(acting, tx, AuditEvent.IMPROVEMENT_CLOSED, row, CLOSED, values, actor)


def _in_state(row: Mapping[str, Any], states: Sequence[str]) -> None:
    if row["state"] not in states:
        raise StateConflictError(
            what=phrase("an improvement that is {state}", state=row["state"]), expected=", ".join(states)
        )


def _step(state: str, at: int, actor: str) -> dict[str, Any]:
    return {"state": state, "at": at, "actor": actor}


def _moved(
    acting: Acting, tx: Transaction, event: AuditEvent, row: Mapping[str, Any], state: str, values: Mapping[str, Any], actor: str
) -> dict[str, Any]:  # fmt: skip
    now = acting.clock.now()
    changed = {
        **values,
        "state": state,
        "history": [*row["history"], _step(state, now, actor)],
        "changed_at": now,
    }
    tx.change("improvements", {"improvement_id": row["improvement_id"]}, changed)
    # The points of a series stay in the row; the trail keeps what was concluded from them.
    told = {
        name: {part: one for part, one in value.items() if part != "points"}
        if isinstance(value, dict)
        else value
        for name, value in values.items()
    }
    _tell(acting, tx, event, row, actor, told)
    return {**row, **changed}


def _tell(
    acting: Acting, tx: Transaction, event: AuditEvent, row: Mapping[str, Any], actor: str, told: Mapping[str, Any]
) -> None:  # fmt: skip
    content = {"improvement": row["improvement_id"], **told}
    record(tx, [Happened(_STREAM, event, actor, None, content)], acting.clock.now(), acting.chance)
