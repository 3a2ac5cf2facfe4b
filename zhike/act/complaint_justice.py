"""The three justices of a complaint: was its outcome fair, its procedure, and the way in which the customer was treated.

The customer says so in the survey on the handling; a reviewer who never handled the case judges it from its steps. The two are kept apart: where they differ,
that is a finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.surveys import COMPLETE
from zhike.act.trail import Happened, record
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = [
    "HANDLING", "JUSTICES", "Judgement", "check_judgement", "do_judge", "judged_by_reviewer", "said_in_survey", "said_of", "told_at",
]  # fmt: skip

JUSTICES: Final = ("outcome", "procedure", "interaction")
"""As ``complaints.redress`` names them."""
HANDLING: Final = "instruments.complaint_handling"
"""The survey on the handling of a complaint."""
_SCORES: Final = {"outcome": "outcome_mean", "procedure": "procedure_mean", "interaction": "treatment_mean"}
_SATISFIED: Final = "satisfied"
_TOLD: Final = ("inform", "answer_verification", "dismiss", "forward")
"""Moves by which the customer learns what became of it."""
_STREAM: Final = "cases"
_CUSTOMER: Final = "customer_id"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A reviewer's judgement, each justice from 1 to 5, and why."""

    outcome: int
    procedure: int
    interaction: int
    because: str


def told_at(steps: Sequence[Mapping[str, Any]]) -> int | None:
    """Return when the customer was first told what became of a complaint; None before."""
    return next((one["recorded_at"] for one in steps if one["move"] in _TOLD), None)


def check_judgement(steps: Sequence[Mapping[str, Any]], reviewer: str) -> None:
    """Refuse to judge what was not told yet, and one's own work.

    Raises
    ------
    StateConflictError
    """
    if told_at(steps) is None:
        raise StateConflictError(
            what=phrase("a complaint whose customer was not told yet"),
            expected=phrase("one that the customer was told about"),
        )
    standing = steps[-1]["content"]["standing"]
    if reviewer in {*standing["handled"], *standing["reviewed"], *standing["named"]}:
        raise StateConflictError(
            what=phrase("one's own case"), expected=phrase("somebody who had no hand in it to judge it")
        )


def do_judge(acting: Acting, tx: Transaction, row: Mapping[str, Any], found: Judgement, actor: str) -> dict[str, Any]:  # fmt: skip
    """Keep a judgement that was checked; return its row. Earlier ones stay; the last one speaks."""
    now = acting.clock.now()
    judged = {name: getattr(found, name) for name in (*JUSTICES, "because")}
    kept = {
        "judgement_id": acting.new_id("y"), "complaint_id": row["complaint_id"], "customer_id": row["customer_id"], "judged": judged,
        "recorded_at": now, "actor": actor,
    }  # fmt: skip
    tx.insert("complaint_justices", [kept])
    told = {"complaint": row["complaint_id"]}
    record(
        tx, [Happened(_STREAM, AuditEvent.CASE_JUDGED, actor, row["customer_id"], told)], now, acting.chance
    )
    return kept


def judged_by_reviewer(tx: Transaction, complaint_id: str) -> dict[str, Any] | None:
    """Return the last judgement of a reviewer; None where there is none, or it can be opened no more."""
    rows = tx.find("complaint_justices", {"complaint_id": complaint_id}, order=["-recorded_at"], limit=1)
    return rows[0] if rows and rows[0]["judged"] is not None else None


def said_of(tx: Transaction, row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], records: Sequence[str]) -> dict[str, Any] | None:  # fmt: skip
    """Return what the customer said of the handling of one complaint, see `said_in_survey`."""
    told = told_at(steps)
    if told is None:
        return None
    sheets = [one for one in tx.find("survey_answers", {_CUSTOMER: list(records)}) if one["survey"].startswith(f"{HANDLING}@")]  # fmt: skip
    later = [one for one in tx.find("complaints", {_CUSTOMER: list(records)}) if one["complaint_id"] != row["complaint_id"]]  # fmt: skip
    answers = [told_at(tx.find("complaint_steps", {"complaint_id": one["complaint_id"]}, order=["number"])) for one in later]  # fmt: skip
    return said_in_survey(
        sheets, told, min((one for one in answers if one is not None and one > told), default=None)
    )


def said_in_survey(
    sheets: Sequence[Mapping[str, Any]], told: int | None, until: int | None = None
) -> dict[str, Any] | None:
    """Return what the customer said of the handling: the last complete sheet since the answer, up to the answer to their next complaint.

    Parameters
    ----------
    sheets : sequence of mapping
        Rows of ``survey_answers`` of the customer, of `HANDLING`.
    told, until : int, optional
        When they were told about this complaint and about the next one, microseconds of UTC.

    Returns
    -------
    dict or None
        The three justices from 1 to 5 (None: not said), ``satisfied`` (1 or 0), ``answer_id`` and ``at``.
    """
    if told is None:
        return None
    mine = [
        one for one in sheets
        if one["state"] == COMPLETE and one["scores"] is not None and told <= one["changed_at"] and (until is None or one["changed_at"] < until)
    ]  # fmt: skip
    if not mine:
        return None
    last = max(mine, key=lambda one: (one["changed_at"], one["answer_id"]))
    scores = last["scores"]
    satisfied = scores.get(_SATISFIED)
    return {
        **{name: scores.get(score) for name, score in _SCORES.items()}, "satisfied": satisfied,
        "answer_id": last["answer_id"], "at": last["changed_at"],
    }  # fmt: skip
