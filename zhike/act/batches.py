"""Decide for many customers beside the calls, chunk by chunk.

How far it got is written in the transaction that writes the decisions: whatever ends a run, the next one goes on behind the last
customer decided for, and decides for nobody twice.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.drafts import Ask
from zhike.act.trail import Happened, record
from zhike.act.turns import give_back, take_turn
from zhike.core.errors import InternalError, UsageError, ZhikeError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.core.store_errors import StoreUnavailableError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zhike.act.acting import Acting
    from zhike.act.decisions import DecisionDesk
    from zhike.act.drafts import Decided
    from zhike.core.ports import Transaction

__all__ = ["MOST_CUSTOMERS", "batch", "batches", "run_batches", "submit_batch"]

KIND, _PART = "batch", "batch_part"
MOST_CUSTOMERS: Final = 100_000
"""That can be named; all customers can be more."""
TURN: Final = "batches"
_OPEN: Final = ("waiting", "running")
_CHUNK: Final = 100
_TURN_LASTS: Final = 60_000_000
"""Microseconds: how long a run that was killed holds up the next."""
_COUNTED: Final = ("kinds", "arms", "degraded", "skipped")


def submit_batch(
    acting: Acting, tx: Transaction, customers: Sequence[str] | None, direction: str, actor: str
) -> dict[str, Any]:
    """Ask for decisions for some customers, or for all; return the job.

    Parameters
    ----------
    tx : Transaction
        That writes.
    customers : sequence of str or None
        All who are served where None.
    direction : str
        outbound, where what is chosen counts as a contact by the bank, or inbound.

    Raises
    ------
    UsageError
        When the direction is none, or the customers are none or too many.
    """
    if direction not in ("outbound", "inbound"):
        raise UsageError(
            what=phrase("direction '{direction}'", direction=direction),
            expected=phrase("outbound or inbound"),
        )
    if customers is not None and not 1 <= len(customers) <= MOST_CUSTOMERS:
        raise UsageError(
            what=phrase("{count:,} customers", count=len(customers)),
            expected=phrase("1 to {most_customers:,}, or all of them", most_customers=MOST_CUSTOMERS),
        )
    named, now = None if customers is None else sorted(set(customers)), acting.clock.now()
    total = tx.count("customers", {"state": "active"}) if named is None else len(named)
    parts = [] if named is None else [named[at : at + _CHUNK] for at in range(0, total, _CHUNK)]
    row = {
        "job_id": acting.new_id("b"), "kind": KIND, "state": "waiting",
        "content": {"direction": direction, "parts": None if named is None else len(parts)},
        "result": {"customers": total, "done": 0, "no_action": 0, **{name: {} for name in _COUNTED}, "part": 0, "after": ""},
        "recorded_at": now, "actor": actor,
    }  # fmt: skip
    tx.insert("jobs", [row, *(_part_row(row, place, names) for place, names in enumerate(parts))])
    content = {"batch": row["job_id"], "customers": total, "named": named is not None, "direction": direction}
    record(tx, [Happened("decisions", AuditEvent.DECISIONS_ASKED, actor, None, content)], now, acting.chance)
    return row


def _part_row(job: dict[str, Any], place: int, names: list[str]) -> dict[str, Any]:
    """Return a part of a batch: who is named for it stands there until it is done, and no longer."""
    key = _part_key(job["job_id"], place)
    return {**job, "job_id": key, "kind": _PART, "content": {"customers": names}, "result": None}


def _part_key(job_id: str, place: int) -> str:
    return f"{job_id}-{place}"


def batch(tx: Transaction, job_id: str) -> dict[str, Any]:
    """Return a batch.

    Raises
    ------
    RecordNotFoundError
        When there is none of that identifier.
    """
    row = tx.one("jobs", job_id=job_id)
    if row is None or row["kind"] != KIND:
        raise RecordNotFoundError(what=phrase("batch"))
    return row


def batches(tx: Transaction, states: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return batches, the oldest first, those in some states where they are named."""
    where = {"kind": KIND} if states is None else {"kind": KIND, "state": list(states)}
    return tx.find("jobs", where, order=["recorded_at"])


def run_batches(
    desk: DecisionDesk,
    *,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    chunk: int = _CHUNK,
) -> int | None:
    """Work off the batches that wait, one process at a time; return the decisions made, None where another process is at it.

    Parameters
    ----------
    desk : DecisionDesk
    stop : callable
        Asked before each chunk whether to end; what is left is done by the next run.
    progress : callable
        Told customers done, and of how many.
    chunk : int
        Most customers a transaction: so long does a decision that is asked for meanwhile wait at most.
    """
    acting = desk.acting
    with acting.store.read() as tx:
        if not batches(tx, _OPEN):
            return 0
    holder = acting.new_id("h")
    if not take_turn(acting, TURN, holder, _TURN_LASTS):
        return None
    try:
        return _Run(desk, holder, stop, progress, chunk).all()
    finally:
        give_back(acting, TURN, holder)


@dataclass(slots=True)
class _Run:
    """A run over the batches that wait."""

    desk: DecisionDesk
    holder: str
    stop: Callable[[], bool]
    progress: Callable[[int, int], None]
    chunk: int
    decided: int = 0

    def all(self) -> int:
        """Do one batch after the other, the oldest first."""
        acting = self.desk.acting
        while not self.stop() and take_turn(acting, TURN, self.holder, _TURN_LASTS):
            with acting.store.read() as tx:
                waiting = batches(tx, _OPEN)
            if not waiting:
                break
            self._part(waiting[0])
        return self.decided

    def _part(self, job: dict[str, Any]) -> None:
        """Do the next chunk of a batch, or end it."""
        result, names = job["result"], self._next(job)
        with suppress(_OvertakenError):
            if names:
                self._done(job["job_id"], result["after"], names)
            else:
                self._ended(job)
        self.progress(result["done"] + len(names), result["customers"])

    def _next(self, job: dict[str, Any]) -> list[str]:
        """Return the customers of the next chunk, by their identifier."""
        result, after = job["result"], job["result"]["after"]
        with self.desk.acting.store.read() as tx:
            if job["content"]["parts"] is None:
                rows = tx.find(
                    "customers", {"state": "active"}, order=["customer_id"], after=[after], limit=self.chunk
                )
                return [row["customer_id"] for row in rows]
            part = tx.one("jobs", job_id=_part_key(job["job_id"], result["part"]))
        return [] if part is None else [name for name in part["content"]["customers"] if name > after]

    def _done(self, job_id: str, after: str, names: list[str]) -> None:
        """Decide for some customers in one transaction; where that fails, for each half, so that one is skipped and not all."""
        try:
            self._decided(job_id, after, names)
        except (StoreUnavailableError, _OvertakenError):
            raise
        except Exception as problem:  # noqa: BLE001 - whatever it was, it concerns somebody here, and not the others
            if len(names) == 1:
                self._skipped(job_id, after, names[0], problem)
                return
            half = len(names) // 2
            self._done(job_id, after, names[:half])
            self._done(job_id, names[half - 1], names[half:])

    def _decided(self, job_id: str, after: str, names: list[str]) -> None:
        desk = self.desk
        with desk.acting.store.read() as tx:
            job = batch(tx, job_id)
            outbound = job["content"]["direction"] == "outbound"
            asks = [Ask(name, job["actor"], outbound=outbound, origin="batch") for name in names]
            drafts = desk.drafts(tx, asks)
        with desk.acting.store.write() as tx:
            job = _still(tx, job_id, after)
            made = desk.written(tx, drafts)
            _put(tx, job, names, _counts(made))
        self.decided += len(made)

    def _skipped(self, job_id: str, after: str, name: str, problem: Exception) -> None:
        """Go past a customer who cannot be decided for, and count why."""
        code = problem.code if isinstance(problem, ZhikeError) else InternalError.code
        with self.desk.acting.store.write() as tx:
            _put(tx, _still(tx, job_id, after), [name], {"skipped": Counter([code])})

    def _ended(self, job: dict[str, Any]) -> None:
        """End a batch; one in which everybody was skipped has failed."""
        acting, now, job_id = self.desk.acting, self.desk.acting.clock.now(), job["job_id"]
        with acting.store.write() as tx:
            result = _still(tx, job_id, job["result"]["after"])["result"]
            skipped = sum(result["skipped"].values())
            state = "failed" if skipped == result["done"] > 0 else "done"
            tx.change("jobs", {"job_id": job_id}, {"state": state, "result": {**result, "after": ""}})
            told = {"batch": job_id, "state": state, "done": result["done"], "skipped": result["skipped"]}
            happened = Happened("decisions", AuditEvent.DECISIONS_RUN, job["actor"], None, told)
            record(tx, [happened], now, acting.chance)


class _OvertakenError(Exception):
    """Another run has gone on with a batch: this one was taken for dead."""


def _still(tx: Transaction, job_id: str, after: str) -> dict[str, Any]:
    """Return a job that is still where it was read."""
    job = batch(tx, job_id)
    if job["state"] not in _OPEN or job["result"]["after"] != after:
        raise _OvertakenError
    return job


def _put(tx: Transaction, job: dict[str, Any], names: list[str], counts: dict[str, Counter[str]]) -> None:
    """Write how far a batch is; a part that is done is forgotten."""
    before = job["result"]
    result = {**before, "done": before["done"] + len(names), "after": names[-1]}
    result["no_action"] += counts.pop("no_action", Counter()).total()
    for name, more in counts.items():
        result[name] = dict(Counter(before[name]) + more)
    if job["content"]["parts"] is not None:
        key = _part_key(job["job_id"], before["part"])
        part = tx.one("jobs", job_id=key)
        if part is not None and part["content"]["customers"][-1] == names[-1]:
            tx.remove("jobs", {"job_id": key})
            result["part"] += 1
    tx.change("jobs", {"job_id": job["job_id"]}, {"state": "running", "result": result})


def _counts(made: Sequence[Decided]) -> dict[str, Counter[str]]:
    """Return decisions by why they are safe answers, offers by kind and arm, and those that offer nothing."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ("kinds", "arms", "degraded", "no_action")}
    for one in made:
        reading = one.draft.reading
        if one.draft.degraded:
            found["degraded"][one.draft.degraded] += 1
        if not one.offers:
            found["no_action"]["none"] += 1
        if reading is not None:
            kinds = reading.setting.columns["kind"]
            found["kinds"].update(kinds[place.action] for place in reading.served.places)
            found["arms"].update(place.arm for place in reading.served.places)
    return found
