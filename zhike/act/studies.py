"""Questions about the whole base that take longer than a caller waits: asked for, answered beside the calls, their answers kept.

A study changes nothing. One that a run leaves half-way is answered from its beginning by the next run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.trail import Happened, record
from zhike.act.turns import give_back, take_turn
from zhike.core.errors import InternalError, ZhikeError
from zhike.core.language import LANGUAGES
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.core.store_errors import StoreUnavailableError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["FUNNEL", "KINDS", "WHATIF", "ask_study", "run_studies", "studies", "study"]

WHATIF, FUNNEL = "whatif", "funnel"
KINDS: Final = (WHATIF, FUNNEL)
TURN: Final = "studies"
_OPEN: Final = ("waiting", "running")
_STREAM: Final = "decisions"
_TURN_LASTS: Final = 1_800_000_000
"""Microseconds: how long a run that was killed holds up the next. It is prolonged between the parts of a study, one of which is a whole plan."""


def ask_study(acting: Acting, kind: str, content: Mapping[str, Any], actor: str) -> dict[str, Any]:
    """Ask for a study; return its job.

    Parameters
    ----------
    acting : Acting
    kind : str
        One of `KINDS`.
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
    return tx.find("jobs", {"kind": list(kinds)}, order=["-recorded_at"], limit=most)


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
    with acting.store.read() as tx:
        if not _waiting(tx):
            return 0
    holder, done = acting.new_id("h"), 0
    try:
        while not stop() and take_turn(acting, TURN, holder, _TURN_LASTS):
            with acting.store.read() as tx:
                waiting = _waiting(tx)
            if not waiting:
                return done
            _answered(acting, waiting[0], holder, answer)
            done += 1
    finally:
        give_back(acting, TURN, holder)
    return done or None


def _waiting(tx: Transaction) -> list[dict[str, Any]]:
    return tx.find("jobs", {"kind": list(KINDS), "state": list(_OPEN)}, order=["recorded_at"], limit=1)


def _answered(
    acting: Acting,
    row: dict[str, Any],
    holder: str,
    answer: Callable[[Mapping[str, Any], Callable[[], None]], dict[str, Any]],
) -> None:
    """Answer one study; one that cannot be answered says why, and does not keep the others."""
    _put(acting, row, "running", None)
    try:
        found = answer(row, lambda: None if take_turn(acting, TURN, holder, _TURN_LASTS) else _overtaken())
    except (StoreUnavailableError, _OvertakenError):
        raise
    except Exception as problem:  # noqa: BLE001 - whatever it was, the next study is answered all the same
        known = problem if isinstance(problem, ZhikeError) else InternalError(what=type(problem).__name__)
        parts = {language: known.parts(language) for language in LANGUAGES}
        _put(acting, row, "failed", {"code": known.code, "told": parts})
    else:
        _put(acting, row, "done", found)


class _OvertakenError(Exception):
    """Another run has taken the turn: this one was taken for dead."""


def _overtaken() -> None:
    raise _OvertakenError


def _put(acting: Acting, row: dict[str, Any], state: str, result: dict[str, Any] | None) -> None:
    now = acting.clock.now()
    kept = None if result is None else {**result, "ended_at": now}
    with acting.store.write() as tx:
        tx.change("jobs", {"job_id": row["job_id"]}, {"state": state, "result": kept})
        if result is not None:
            _tell(acting, tx, AuditEvent.STUDY_DONE, row, {"state": state})


def _tell(
    acting: Acting, tx: Transaction, event: AuditEvent, row: Mapping[str, Any], more: Mapping[str, Any]
) -> None:
    content = {"study": row["job_id"], "kind": row["kind"], **more}
    happened = Happened(_STREAM, event, row["actor"], None, content)
    record(tx, [happened], acting.clock.now(), acting.chance)
