"""Jobs that wait, done one after the other by one process at a time; one that a run leaves half-way is done from its beginning by the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.turns import give_back, take_turn
from zhike.core.errors import InternalError, ZhikeError
from zhike.core.language import LANGUAGES
from zhike.core.store_errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["OPEN", "JobDuty", "jobs_of", "run_jobs"]

OPEN: Final = ("waiting", "running")
"""States of a job that is not done."""


@dataclass(frozen=True, slots=True)
class JobDuty:
    """Jobs of which one process at a time does one.

    Parameters
    ----------
    kinds : tuple of str
    turn : str
        Name of the turn that whoever does them has.
    lasts : int
        Microseconds for which a run that was killed holds up the next.
    ended : callable
        Given the transaction that writes how a job ended, its row and its state: done or failed.
    """

    kinds: tuple[str, ...]
    turn: str
    lasts: int
    ended: Callable[[Transaction, Mapping[str, Any], str], None]


def jobs_of(tx: Transaction, kinds: tuple[str, ...], most: int = 50) -> list[dict[str, Any]]:
    """Return the latest jobs of some kinds, the newest first."""
    return tx.find("jobs", {"kind": list(kinds)}, order=["-recorded_at"], limit=most)


def run_jobs(
    acting: Acting,
    duty: JobDuty,
    work: Callable[[Mapping[str, Any], Callable[[], None]], dict[str, Any]],
    stop: Callable[[], bool],
) -> int | None:
    """Do the jobs that wait; return how many were, None where another process is at it.

    Parameters
    ----------
    acting : Acting
    duty : JobDuty
    work : callable
        Given a job's row, and what to call now and then while it works; returns the result as plain JSON values.
    stop : callable
        Asked before each job whether to end.
    """
    with acting.store.read() as tx:
        if not _waiting(tx, duty):
            return 0
    holder, done = acting.new_id("h"), 0
    try:
        while not stop() and take_turn(acting, duty.turn, holder, duty.lasts):
            with acting.store.read() as tx:
                waiting = _waiting(tx, duty)
            if not waiting:
                return done
            _done(acting, duty, waiting[0], holder, work)
            done += 1
    finally:
        give_back(acting, duty.turn, holder)
    return done or None


def _waiting(tx: Transaction, duty: JobDuty) -> list[dict[str, Any]]:
    return tx.find("jobs", {"kind": list(duty.kinds), "state": list(OPEN)}, order=["recorded_at"], limit=1)


def _done(
    acting: Acting, duty: JobDuty, row: dict[str, Any], holder: str,
    work: Callable[[Mapping[str, Any], Callable[[], None]], dict[str, Any]],
) -> None:  # fmt: skip
    """Do one job; one that cannot be done says why, and does not keep the others."""
    _put(acting, duty, row, "running", None)
    try:
        found = work(row, lambda: None if take_turn(acting, duty.turn, holder, duty.lasts) else _overtaken())
    except (StoreUnavailableError, _OvertakenError):
        raise
    except Exception as problem:  # noqa: BLE001 - whatever it was, the next job is done all the same
        known = problem if isinstance(problem, ZhikeError) else InternalError(what=type(problem).__name__)
        parts = {language: known.parts(language) for language in LANGUAGES}
        _put(acting, duty, row, "failed", {"code": known.code, "told": parts})
    else:
        _put(acting, duty, row, "done", found)


class _OvertakenError(Exception):
    """Another run has taken the turn: this one was taken for dead."""


def _overtaken() -> None:
    raise _OvertakenError


def _put(
    acting: Acting, duty: JobDuty, row: dict[str, Any], state: str, result: dict[str, Any] | None
) -> None:
    kept = None if result is None else {**result, "ended_at": acting.clock.now()}
    with acting.store.write() as tx:
        tx.change("jobs", {"job_id": row["job_id"]}, {"state": state, "result": kept})
        if result is not None:
            duty.ended(tx, row, state)
