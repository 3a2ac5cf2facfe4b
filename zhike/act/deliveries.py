"""Deliver what is queued: claimed, looked at again, sent outside any transaction, then marked. At least once, with the same identifier.

A message is claimed by counting an attempt and setting its next one to the end of a lease, in one transaction: of two workers one gets
it. A worker that dies leaves it due again when the lease ends. So it may be sent twice, never lost, and never by two at once.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.act.acting import customer_row
from zhike.act.clearance import cleared
from zhike.act.decisions import DecisionDesk
from zhike.act.responses import Response, check_respond, do_respond
from zhike.act.routes import OFFER_MADE, SURVEY_TOPICS
from zhike.act.surveys import undo_contact
from zhike.act.trail import Happened, record
from zhike.core.phrases import kept
from zhike.core.service_errors import DeliveryError, DeliveryRefusedError, RecordNotFoundError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.act.retries import Retries
    from zhike.core.ports import Deliverer, Transaction

__all__ = ["RESULTS", "Deliverers", "deliver_due"]

RESULTS: Final = ("sent", "later", "retried", "failed", "blocked")
"""What can become of a message in a round: sent; put off to hours in which it may go; to be tried again; given up; held back."""
_EVENTS: Final = {
    "sent": AuditEvent.MESSAGE_SENT, "retried": AuditEvent.MESSAGE_FAILED, "failed": AuditEvent.MESSAGE_FAILED,
    "blocked": AuditEvent.MESSAGE_SUPPRESSED,
}  # fmt: skip
_RELEASED: Final = "released"
_STATES: Final = {"sent": "sent", "failed": "failed", "blocked": "blocked"}
_CLAIMED_AT_ONCE: Final = 100
_SETTLED_AT_ONCE: Final = 16
_MOST_ROUTES_AT_ONCE: Final = 8
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Deliverers:
    """Who carries messages out of the house.

    Parameters
    ----------
    carriers : mapping of route to Deliverer
        Channels, and routes of the house's own.
    webhook : callable
        Returns the deliverer of a row of ``webhooks``.
    retries : Retries
    """

    carriers: Mapping[str, Deliverer]
    webhook: Callable[[Mapping[str, Any]], Deliverer]
    retries: Retries


class _Outcome(NamedTuple):
    """What became of one message: one of ``RESULTS`` or released, when it is due again, why."""

    message: Mapping[str, Any]
    result: str
    next_at: int
    problem: str | None = None
    unreachable: bool = False


def deliver_due(
    acting: Acting, deliverers: Deliverers, actor: str, *, stop: Callable[[], bool] = lambda: False
) -> dict[str, int]:
    """Deliver the messages that are due, a hundred of each route at most; return how many of each of ``RESULTS``.

    Parameters
    ----------
    actor : str
        In whose name it is recorded.
    stop : callable
        Asked before each message whether to send no more.

    Notes
    -----
    Routes go side by side, so that a slow one does not hold up the others. Messages of routes that nobody here delivers wait.
    """
    with acting.store.read() as tx:
        if not _due(tx, {}, acting.clock.now(), 1):
            return dict.fromkeys(RESULTS, 0)
        hooks = {
            row["webhook_id"]: deliverers.webhook(row) for row in tx.find("webhooks", {"state": "active"})
        }
    desk, counts = DecisionDesk(acting), Counter[str]()
    rounds = [
        _Round(acting, desk, route, carrier, deliverers.retries, actor, stop)
        for route, carrier in {**deliverers.carriers, **hooks}.items()
    ]
    with ThreadPoolExecutor(_MOST_ROUTES_AT_ONCE, "delivery") as pool:
        for found in pool.map(_Round.run, rounds):
            counts += found
    return {name: counts[name] for name in RESULTS}


def _due(tx: Transaction, where: Mapping[str, Any], now: int, most: int) -> list[dict[str, Any]]:
    rows = tx.find("outbox", {"state": "waiting", **where}, order=["next_at"], limit=most)
    return [row for row in rows if row["next_at"] <= now]


@dataclass(slots=True)
class _Round:
    """One round over one route."""

    acting: Acting
    desk: DecisionDesk
    route: str
    carrier: Deliverer
    retries: Retries
    actor: str
    stop: Callable[[], bool]
    failures: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def run(self) -> Counter[str]:
        """Claim, send and mark what is due; return how many of each result."""
        claimed, outcomes = self._claimed(), list[_Outcome]()
        # Half of the lease is left for the message under way.
        ends = self.acting.clock.now() + self.retries.lease // 2
        for message in claimed:
            outcomes.append(self._released(message) if self._ends(ends) else self._tried(message))
            if len(outcomes) >= _SETTLED_AT_ONCE:
                self._settle(outcomes)
                outcomes = []
        self._settle(outcomes)
        return self.counts

    def _claimed(self) -> list[dict[str, Any]]:
        """Claim what is due; a message that another worker has claimed since it was read is left to that one."""
        now = self.acting.clock.now()
        with self.acting.store.read() as tx:
            found = _due(tx, {"route": self.route}, now, _CLAIMED_AT_ONCE)
        if not found:
            return []
        with self.acting.store.write() as tx:
            return [row for row in found if self._claim(tx, row, now)]

    def _claim(self, tx: Transaction, row: Mapping[str, Any], now: int) -> bool:
        seen = {name: row[name] for name in ("message_id", "state", "attempts", "next_at")}
        return bool(
            tx.change("outbox", seen, {"attempts": row["attempts"] + 1, "next_at": now + self.retries.lease})
        )

    def _ends(self, ends: int) -> bool:
        """Return whether to send no more in this round: asked to stop, out of time, or the route is down."""
        return self.stop() or self.acting.clock.now() >= ends or self.failures >= self.retries.pause_after

    def _released(self, message: Mapping[str, Any]) -> _Outcome:
        down = self.failures >= self.retries.pause_after
        return _Outcome(
            message, _RELEASED, self.acting.clock.now() + (self.retries.first_wait if down else 0)
        )

    def _tried(self, message: Mapping[str, Any]) -> _Outcome:
        now = self.acting.clock.now()
        with self.acting.store.read() as tx:
            clearance = cleared(self.desk, tx, message, now, self.retries.first_wait)
        if clearance.content is not None:
            return self._sent({**message, "content": clearance.content})
        if clearance.until is not None:
            return _Outcome(message, "later", clearance.until, clearance.problem)
        return _Outcome(message, "blocked", now, clearance.problem)

    def _sent(self, message: Mapping[str, Any]) -> _Outcome:
        try:
            self.carrier.deliver(_outside(message))
        except DeliveryRefusedError as problem:
            self.failures = 0
            return _Outcome(
                message, "failed", self.acting.clock.now(), kept(problem.data["what"]), unreachable=True
            )
        except DeliveryError as problem:
            return self._again(message, kept(problem.data["what"]))
        except Exception as problem:  # noqa: BLE001 - a deliverer of others: whatever it was, the message stays
            return self._again(message, type(problem).__name__)
        self.failures = 0
        return _Outcome(message, "sent", self.acting.clock.now())

    def _again(self, message: Mapping[str, Any], problem: str) -> _Outcome:
        """Return when a message is tried again, or that it has failed."""
        self.failures += 1
        now, made = self.acting.clock.now(), message["attempts"] + 1
        if made >= self.retries.attempts:
            return _Outcome(message, "failed", now, problem)
        return _Outcome(message, "retried", now + self.retries.wait(made, self.acting.chance), problem)

    def _settle(self, outcomes: Sequence[_Outcome]) -> None:
        """Mark what became of messages."""
        if not outcomes:
            return
        with self.acting.store.write() as tx:
            names = [one.message["message_id"] for one in outcomes]
            rows = {row["message_id"]: row for row in tx.find("outbox", {"message_id": names})}
            settled = [one for one in outcomes if _marked(tx, one, rows.get(one.message["message_id"]))]
            happened = [_happened(one, rows, self.actor) for one in settled if one.result in _EVENTS]
            if happened:
                record(tx, happened, self.acting.clock.now(), self.acting.chance)
            for one in settled:
                if one.result == "blocked" or one.unreachable:
                    _block_offer(self.acting, tx, one, self.actor)
                    _undo_asking(self.acting, tx, one)
        self.counts.update(one.result for one in settled)


def _marked(tx: Transaction, outcome: _Outcome, row: Mapping[str, Any] | None) -> bool:
    """Mark a message, unless it is gone or ended, or another worker has it as the lease ran out and it was not sent."""
    message, result = outcome.message, outcome.result
    made = message["attempts"] + 1
    if row is None or row["state"] != "waiting" or (result != "sent" and row["attempts"] != made):
        return False
    tried = result in ("sent", "retried", "failed")
    values = {
        "state": _STATES.get(result, "waiting"), "attempts": made if tried else message["attempts"], "next_at": outcome.next_at,
        "problem": message["problem"] if result == _RELEASED else outcome.problem,
    }  # fmt: skip
    return bool(tx.change("outbox", {"message_id": message["message_id"]}, values))


def _happened(outcome: _Outcome, rows: Mapping[str, Mapping[str, Any]], actor: str) -> Happened:
    """Return the event of a message; one whose customer has been erased names them no more."""
    message, result = outcome.message, outcome.result
    content = {"message": message["message_id"], "route": message["route"], "topic": message["topic"], "result": result,
               "attempt": message["attempts"] + (result != "blocked"), "problem": outcome.problem}  # fmt: skip
    erased = rows[message["message_id"]]["content"] is None
    return Happened("deliveries", _EVENTS[result], actor, None if erased else message["customer_id"], content)


def _block_offer(acting: Acting, tx: Transaction, outcome: _Outcome, actor: str) -> None:
    """Give the offer that cannot reach its customer the outcome blocked: then it is no contact any more."""
    content, message = outcome.message["content"], outcome.message
    if content is None or message["topic"] != OFFER_MADE or message["route"] != content["channel"]:
        return
    offer = tx.one("offers", offer_id=content["offer_id"])
    if offer is None or offer["state"] != "made":
        return
    now, told = acting.clock.now(), Response(offer["offer_id"], "blocked", actor, None, outcome.problem or "")
    try:
        customer_row(tx, offer["customer_id"])
    except RecordNotFoundError:  # nothing is kept live of somebody who is gone
        tx.change("offers", {"offer_id": offer["offer_id"]}, {"state": "blocked", "changed_at": now})
        content = {"offer": offer["offer_id"], "outcome": "blocked"}
        happened = Happened("offers", AuditEvent.OFFER_WITHDRAWN, actor, offer["customer_id"], content)
        record(tx, [happened], now, acting.chance)
        return
    do_respond(acting, tx, check_respond(tx, told, now), told)


def _undo_asking(acting: Acting, tx: Transaction, outcome: _Outcome) -> None:
    """Count what should have asked a customer, and did not reach them, as no contact; the survey still waits on their own page."""
    content, message = outcome.message["content"], outcome.message
    if content is None or message["topic"] not in SURVEY_TOPICS:
        return
    row = tx.one("survey_invitations", invitation_id=content["invitation_id"])
    if row is None:
        return
    with suppress(RecordNotFoundError):  # nothing is kept live of somebody who is gone
        undo_contact(acting, tx, row)


def _outside(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message as its deliverer gets it: instants as ISO texts."""
    names = ("message_id", "topic", "route", "customer_id")
    told = {name: message[name] for name in names} | {"attempt": message["attempts"] + 1}
    return {**told, "recorded_at": _iso(message["recorded_at"]), "content": {
        name: _iso(value) if name.endswith("_at") and value is not None else value for name, value in message["content"].items()
    }}  # fmt: skip


def _iso(at: int) -> str:
    return (_EPOCH + dt.timedelta(microseconds=at)).isoformat()
