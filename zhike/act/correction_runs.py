"""Corrections of rows that an import rejected: handed in, run beside the calls, what came of them kept.

What a cell should have had may be personal. It is kept sealed until the run has ended, and then only in the bank. The job and the trail hold
how many rows and cells there were, and where something is still wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.jobs import JobDuty, jobs_of, run_jobs
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["KIND", "correction_run", "correction_runs", "correction_values", "do_hand_in", "run_corrections"]

KIND: Final = "correction"
"""Of its jobs."""
_TURN: Final = "corrections"
_STREAM: Final = "store"
_TURN_LASTS: Final = 1_800_000_000
"""Microseconds for which a run that was killed holds up the next."""


def do_hand_in(
    acting: Acting, tx: Transaction, table: str, values: Sequence[Mapping[str, Any]], actor: str
) -> dict[str, Any]:
    """Hand in corrections that were checked against the rejects; return their job.

    Parameters
    ----------
    table : str
        Contract table that the rows were meant for.
    values : sequence of mapping
        ``source_file``, ``line``, ``column`` and ``value`` of every cell that is corrected, as plain JSON values.
    actor : str
    """
    if not values:
        raise UsageError(what=phrase("no corrections"), expected=phrase("one at least"))
    now, rows = acting.clock.now(), {(one["source_file"], one["line"]) for one in values}
    content = {"table": table, "rows": len(rows), "cells": len(values)}
    row = {
        "job_id": acting.new_id("k"), "kind": KIND, "state": "waiting", "content": content, "result": None, "recorded_at": now, "actor": actor,
    }  # fmt: skip
    tx.insert("jobs", [row])
    tx.insert(
        "job_inputs",
        [{"job_id": row["job_id"], "content": [dict(one) for one in values], "recorded_at": now}],
    )
    _tell(acting, tx, AuditEvent.REJECTS_CORRECTED, row, {"rows": len(rows), "cells": len(values)})
    return row


def correction_run(tx: Transaction, table: str, job_id: str) -> dict[str, Any]:
    """Return a run of corrections of a table.

    Raises
    ------
    RecordNotFoundError
        When there is none of that identifier.
    """
    row = tx.one("jobs", job_id=job_id)
    if row is None or row["kind"] != KIND or row["content"]["table"] != table:
        raise RecordNotFoundError(what=phrase("run"))
    return row


def correction_runs(tx: Transaction) -> list[dict[str, Any]]:
    """Return the latest runs of corrections, the newest first."""
    return jobs_of(tx, (KIND,))


def correction_values(tx: Transaction, job_id: str) -> list[dict[str, Any]]:
    """Return the corrections of a run that has not ended, as they were handed in; none of one that has."""
    row = tx.one("job_inputs", job_id=job_id)
    return [] if row is None else list(row["content"])


def run_corrections(
    acting: Acting,
    work: Callable[[Mapping[str, Any], Callable[[], None]], dict[str, Any]],
    *,
    stop: Callable[[], bool] = lambda: False,
) -> int | None:
    """Run the corrections that wait, one process at a time; return how many runs were, None where another process is at it.

    Parameters
    ----------
    acting : Acting
    work : callable
        Given a job's row, and what to call now and then; returns what came of it as plain JSON values, nothing personal.
    stop : callable
        Asked before each run whether to end.
    """

    def ended(tx: Transaction, row: Mapping[str, Any], state: str) -> None:
        tx.remove("job_inputs", {"job_id": row["job_id"]})
        _tell(acting, tx, AuditEvent.REJECTS_RUN, row, {"state": state})

    return run_jobs(acting, JobDuty((KIND,), _TURN, _TURN_LASTS, ended), work, stop)


def _tell(
    acting: Acting, tx: Transaction, event: AuditEvent, row: Mapping[str, Any], more: Mapping[str, Any]
) -> None:
    content = {"run": row["job_id"], "table": row["content"]["table"], **more}
    record(tx, [Happened(_STREAM, event, row["actor"], None, content)], acting.clock.now(), acting.chance)
