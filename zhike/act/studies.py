"""Questions about the whole base that take longer than a caller waits: asked for, answered beside the calls, their answers kept.

A study changes nothing. One that a run leaves half-way is answered from its beginning by the next run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.jobs import JobDuty, jobs_of, run_jobs
from zhike.act.trail import Happened, record
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["FUNNEL", "KINDS", "VALUE", "WHATIF", "ask_study", "keep_study", "run_studies", "studies", "study"]

WHATIF, FUNNEL, VALUE = "whatif", "funnel", "value"
KINDS: Final = (WHATIF, FUNNEL, VALUE)
_RUN: Final = (WHATIF, FUNNEL)
"""Answered by a run. The value of a policy is kept with its answer: it takes folders of decisions and the bank, which no store has."""
TURN: Final = "studies"
_STREAM: Final = "decisions"
_TURN_LASTS: Final = 1_800_000_000
"""Microseconds: how long a run that was killed holds up the next. It is prolonged between the parts of a study, one of which is a whole plan."""


def ask_study(acting: Acting, kind: str, content: Mapping[str, Any], actor: str) -> dict[str, Any]:
    """Ask for a study; return its job.

    Parameters
    ----------
    acting : Acting
    kind : str
        What if, or the funnel.
    content : mapping
        With what, as plain JSON values; nothing personal.
    actor : str
    """
    now = acting.clock.now()
    row = {
        "job_id": acting.new_id("y"), "kind": kind, "state": "waiting", "content": dict(content), "result": None, "recorded_at": now,
        "actor": actor,
    }  # fmt: skip
    with acting.store.write() as tx:
        tx.insert("jobs", [row])
        _tell(acting, tx, AuditEvent.STUDY_ASKED, row, {})
    return row


def keep_study(
    acting: Acting, kind: str, content: Mapping[str, Any], result: Mapping[str, Any], actor: str
) -> dict[str, Any]:
    """Keep a study that was answered elsewhere; return its job.

    Parameters
    ----------
    acting : Acting
    kind : str
        One of `KINDS`.
    content, result : mapping
        With what it was answered, and the answer, as plain JSON values; nothing personal.
    actor : str
    """
    now = acting.clock.now()
    row = {
        "job_id": acting.new_id("y"), "kind": kind, "state": "done", "content": dict(content),
        "result": {**result, "ended_at": now}, "recorded_at": now, "actor": actor,
    }  # fmt: skip
    with acting.store.write() as tx:
        tx.insert("jobs", [row])
        _tell(acting, tx, AuditEvent.STUDY_DONE, row, {"state": "done"})
    return row


def study(tx: Transaction, job_id: str) -> dict[str, Any]:
    """Return a study.

    Raises
    ------
    RecordNotFoundError
        When there is none of that identifier.
    """
    row = tx.one("jobs", job_id=job_id)
    if row is None or row["kind"] not in KINDS:
        raise RecordNotFoundError(what=phrase("study"))
    return row


def studies(tx: Transaction, kinds: tuple[str, ...] = KINDS, most: int = 50) -> list[dict[str, Any]]:
    """Return the latest studies of some kinds, the newest first."""
    return jobs_of(tx, kinds, most)


def run_studies(
    acting: Acting,
    answer: Callable[[Mapping[str, Any], Callable[[], None]], dict[str, Any]],
    *,
    stop: Callable[[], bool] = lambda: False,
) -> int | None:
    """Answer the studies that wait, one process at a time; return how many were, None where another process is at it.

    Parameters
    ----------
    acting : Acting
    answer : callable
        Given a study's row, and what to call now and then while it works; returns the answer as plain JSON values.
    stop : callable
        Asked before each study whether to end.
    """
    duty = JobDuty(
        _RUN, TURN, _TURN_LASTS, lambda tx, row, state: _tell(acting, tx, AuditEvent.STUDY_DONE, row, {"state": state})
    )  # fmt: skip
    return run_jobs(acting, duty, answer, stop)


def _tell(
    acting: Acting, tx: Transaction, event: AuditEvent, row: Mapping[str, Any], more: Mapping[str, Any]
) -> None:
    content = {"study": row["job_id"], "kind": row["kind"], **more}
    happened = Happened(_STREAM, event, row["actor"], None, content)
    record(tx, [happened], acting.clock.now(), acting.chance)
