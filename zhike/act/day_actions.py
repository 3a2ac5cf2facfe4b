"""What is done with a line of a day: done, refused by the manager, postponed, handed over. Each leaves its row and its numbered event.

A line is an offer, a task, or a reminder, which is no row at all. What is to rest, or to be done by somebody else, becomes a task: one
that serves the offer, or deals with the reminder. While it is open its line takes the place of the other. Older offers of the same to
the same customer lapse with the one that was dealt with, so that nobody is called twice about one thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.act.acting import customer_row, records_of
from zhike.act.book_memory import known_now
from zhike.act.responses import Response, check_respond, do_respond, lapse
from zhike.act.tasks import (
    NewTask,
    check_assignee,
    check_close,
    check_make,
    check_open,
    check_postpone,
    do_cancel,
    do_close,
    do_hand_over,
    do_make,
    do_postpone,
)
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.decide.catalogue import offer_of
from zhike.decide.contact_hours import local_day
from zhike.decide.live import Live
from zhike.decide.reminders import REMINDERS, Reminder, reminders

if TYPE_CHECKING:
    import datetime as dt

    from zhike.act.acting import Acting
    from zhike.act.decisions import DecisionDesk
    from zhike.core.ports import Transaction
    from zhike.decide.day_rules import DayRules
    from zhike.govern.roles import Access

__all__ = ["ANSWERS", "DayActions", "LineOf", "Touched", "line_of"]

ANSWERS: Final = ("accepted", "refused", "shown")
"""What a customer can have said to an offer."""
_BLOCKED: Final = "blocked"


@dataclass(frozen=True, slots=True)
class Touched:
    """What an act has written.

    Parameters
    ----------
    response : dict or None
        What is recorded of the offer.
    task : dict or None
        As it is now.
    """

    response: dict[str, Any] | None = None
    task: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a line is: an offer, a task with the offer that it serves, or a reminder."""

    customer: dict[str, Any]
    offer: dict[str, Any] | None = None
    task: dict[str, Any] | None = None
    reminder: Reminder | None = None


class LineOf(NamedTuple):
    """Whose a line is, and of what.

    Parameters
    ----------
    customer : str
    offer : bool
        Whether it is an offer, or a task that serves one.
    task : bool
        Whether it is a task or a reminder.
    """

    customer: str
    offer: bool
    task: bool


def line_of(tx: Transaction, line_id: str) -> LineOf:
    """Return whose a line is, and of what.

    Raises
    ------
    RecordNotFoundError
        When there is no such line.
    """
    kind, colon, customer = line_id.partition(":")
    if colon and kind in REMINDERS:
        return LineOf(customer, offer=False, task=True)
    offer = tx.one("offers", offer_id=line_id)
    if offer is not None:
        return LineOf(offer["customer_id"], offer=True, task=False)
    task = tx.one("tasks", task_id=line_id)
    if task is None:
        raise RecordNotFoundError(what=phrase("line"))
    return LineOf(task["customer_id"], task["offer_id"] is not None, task=True)


@dataclass(frozen=True)
class DayActions:
    """Acts on the lines of a day, in a transaction that writes.

    Parameters
    ----------
    desk : DecisionDesk
    tx : Transaction
    rules : DayRules
    today : date
        Where the bank is.
    actor : str
        Who acts; that they may is settled.
    """

    desk: DecisionDesk
    tx: Transaction
    rules: DayRules
    today: dt.date
    actor: str

    def done(self, line_id: str, outcome: str, text: str = "") -> Touched:
        """Record that a line was done.

        Parameters
        ----------
        line_id : str
        outcome : str
            Of an offer what the customer said: accepted, refused (with their reason) or shown. Of a task or reminder achieved, not_reached
            or not_needed; of a task that serves an offer either.
        text : str
            The customer's reason; or what came of it.

        Raises
        ------
        RecordNotFoundError
            When there is no such line.
        UsageError
            When the outcome is none, or a refusal has no reason.
        StateConflictError
            When the offer or task is not open any more.
        """
        line = self._line(line_id)
        answered = outcome in ANSWERS
        if answered and (line.offer is None or line.reminder is not None):
            raise UsageError(
                what=phrase("outcome '{outcome}' without an offer", outcome=outcome),
                expected=phrase("achieved, not_reached or not_needed"),
            )
        if not answered and line.task is None and line.reminder is None:
            raise UsageError(
                what=phrase("outcome '{outcome}' of an offer", outcome=outcome), expected=", ".join(ANSWERS)
            )
        if outcome == "refused" and not text.strip():
            raise UsageError(
                what=phrase("a refusal without a reason"),
                expected=phrase("the customer's reason, or that they gave none"),
            )
        response = self._respond(line.offer, outcome, text) if answered and line.offer is not None else None
        if line.task is None and line.reminder is None:
            return Touched(response)
        came = "achieved" if answered else outcome
        check_close(came, text)
        return Touched(response, do_close(self._acting, self.tx, self._task(line), self.actor, came, text))

    def refused(self, line_id: str, reason: str) -> Touched:
        """Record that the manager sets a line aside, and why: it says nothing about the customer, and later plans tell it.

        Raises
        ------
        RecordNotFoundError, UsageError, StateConflictError
            As `done`; also when no reason is given.
        """
        line = self._line(line_id)
        if not reason.strip():
            raise UsageError(what=phrase("no reason"), expected=phrase("why the line is set aside"))
        made = line.offer is not None and line.offer["state"] == "made"
        response = (
            self._respond(line.offer, _BLOCKED, reason)
            if line.offer is not None and (made or line.task is None)
            else None
        )
        if line.task is None and line.reminder is None:
            return Touched(response)
        return Touched(response, do_cancel(self._acting, self.tx, self._task(line), self.actor, reason))

    def postponed(self, line_id: str, day: dt.date) -> Touched:
        """Let a line rest until a day, on which it is due.

        Raises
        ------
        RecordNotFoundError, UsageError, StateConflictError
            As `done`; also when the day is not to come, or the offer is over by then.
        """
        check_postpone(day, self.today)
        line = self._line(line_id)
        if line.offer is not None and line.offer["lapses_at"] is not None:
            last = local_day(line.offer["lapses_at"], self._zone)
            if day > last:
                raise StateConflictError(
                    what=phrase("an offer that lapses on {last}", last=last),
                    expected=phrase("a day before that"),
                )
        task = self._task(line, self.actor)
        return Touched(task=do_postpone(self._acting, self.tx, task, self.actor, day))

    def handed_over(self, line_id: str, deputy: str, access: Access) -> Touched:
        """Give a line to a deputy, who acts for the customer until it is done.

        Raises
        ------
        RecordNotFoundError, UsageError, StateConflictError
            As `done`; also when the deputy is nobody, has no role for it, or has it already.
        """
        line = self._line(line_id)
        check_assignee(self.tx, access, deputy, line.customer, self.today)
        task = self._task(line, self.actor)
        return Touched(task=do_hand_over(self._acting, self.tx, task, self.actor, deputy))

    # -- what a line is ----------------------------------------------------------------------------------------------

    @property
    def _acting(self) -> Acting:
        return self.desk.acting

    @property
    def _zone(self) -> str:
        current, _ = self.desk.dossiers(self.tx, ())
        return "UTC" if current is None else current.setting.timezone

    def _line(self, line_id: str) -> _Found:
        whose = line_of(self.tx, line_id)
        row = customer_row(self.tx, whose.customer)
        if not whose.task:
            return _Found(row, offer=self._open_offer(line_id))
        kind, colon, _ = line_id.partition(":")
        if colon:
            return _Found(row, reminder=self._reminder(row, kind))
        task = check_open(self.tx, line_id)
        offer = self.tx.one("offers", offer_id=task["offer_id"]) if whose.offer else None
        return _Found(row, offer if offer is not None and offer["state"] in ("made", "shown") else None, task)

    def _open_offer(self, offer_id: str) -> dict[str, Any]:
        """Return an offer that is open and that no open task serves: else the task is the line."""
        offer = self.tx.one("offers", offer_id=offer_id)
        if offer is None or offer["state"] != "made":
            raise StateConflictError(
                what=phrase("the offer {offer}", offer=offer and offer["state"]),
                expected=phrase("one that is made"),
            )
        if self.tx.count(
            "tasks", {"customer_id": offer["customer_id"], "offer_id": offer_id, "state": ["open", "claimed"]}
        ):
            raise StateConflictError(
                what=phrase("an offer that a task serves"), expected=phrase("the line of the task")
            )
        return offer

    def _reminder(self, row: dict[str, Any], kind: str) -> Reminder:
        """Return what calls for a contact with a customer, if it does and no task deals with it."""
        own = {
            "customer_id": records_of(self.tx, row["customer_id"]),
            "kind": kind,
            "state": ["open", "claimed"],
        }
        if self.tx.count("tasks", own):
            raise StateConflictError(
                what=phrase("a reminder that a task deals with"), expected=phrase("the line of the task")
            )
        found = self.desk.dossier(self.tx, row["customer_id"])
        rule = self.rules.reminders.get(kind)
        if found is not None and rule is not None:
            known = known_now(found[0].setting, found[1], Live.of(row["live"]), self.today)
            for one in reminders(known, self.today, {kind: rule}):
                return one
        raise RecordNotFoundError(what=phrase("line"))

    # -- written -----------------------------------------------------------------------------------------------------

    def _respond(self, offer: dict[str, Any] | None, outcome: str, text: str) -> dict[str, Any] | None:
        """Record what became of an offer; older ones of the same lapse."""
        if offer is None:
            return None
        told = Response(offer["offer_id"], outcome, self.actor, None, text)
        checked = check_respond(self.tx, told, self._acting.clock.now())
        lapse(self._acting, self.tx, self._older(offer), self.actor)
        return do_respond(self._acting, self.tx, checked, told)

    def _older(self, offer: dict[str, Any]) -> list[dict[str, Any]]:
        whose = records_of(self.tx, customer_row(self.tx, offer["customer_id"])["customer_id"])
        rows = self.tx.find(
            "offers", {"customer_id": whose, "state": "made", "channel": list(self.rules.contact)}
        )
        same = [one for one in rows if offer_of(one["action_id"]) == offer_of(offer["action_id"])]
        return [
            one for one in same if one["offer_id"] != offer["offer_id"] and one["made_at"] <= offer["made_at"]
        ]

    def _task(self, line: _Found, assignee: str | None = None) -> dict[str, Any]:
        """Return the task of a line, made where there is none yet."""
        if line.task is not None:
            return line.task
        kind, due_on = (
            ("offer", None) if line.reminder is None else (line.reminder.kind, line.reminder.due_on)
        )
        new = NewTask(
            line.customer["customer_id"], self.actor, kind, assignee or self.actor, None, due_on, None,
            None if line.offer is None else line.offer["offer_id"],
        )  # fmt: skip
        check_make(self.tx, new)
        return do_make(self._acting, self.tx, new)
