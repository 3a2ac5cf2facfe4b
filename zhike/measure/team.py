"""The work of a branch and of its staff: load, hand-overs, refusals. Counted, never guessed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from zhike.act.day_book import OPEN_TASKS
from zhike.act.day_lines import over_which
from zhike.decide.catalogue import offer_of
from zhike.decide.day_rules import DESK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zhike.act.team_book import TeamBook
    from zhike.core.ports import Transaction

__all__ = ["HandOvers", "Load", "Reason", "Refusal", "hand_overs", "loads", "reasons", "refusals", "summed"]


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has to do today.

    Parameters
    ----------
    book : int
        Customers.
    open_tasks, overdue_tasks : int
        Without those that rest; of these, those whose last day is over.
    available : int
        Minutes that can be planned.
    must : int
        Minutes of what must be done today.
    work : int
        Minutes of all that is open, what must be done included.
    beyond : int
        Minutes of it for which there is no time: at least so many are left out of the plan.
    """

    book: int = 0
    open_tasks: int = 0
    overdue_tasks: int = 0
    available: int = 0
    must: int = 0
    work: int = 0
    beyond: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(
            self.book + other.book, self.open_tasks + other.open_tasks, self.overdue_tasks + other.overdue_tasks,
            self.available + other.available, self.must + other.must, self.work + other.work,
            self.beyond + other.beyond,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class HandOvers:
    """Tasks handed over from one to another.

    Parameters
    ----------
    from_staff : str or None
        None where nobody had them.
    to_staff : str
    count, still_open, done : int
        All, those that the other still has to do, those that the other has done.
    median_days : float or None
        From the hand-over until it was done.
    """

    from_staff: str | None
    to_staff: str
    count: int
    still_open: int
    done: int
    median_days: float | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason in the words in which it was given.

    Parameters
    ----------
    at : int
        Microseconds of UTC.
    refusal : Refusal
        What it was about.
    words : str
    """

    at: int
    refusal: Refusal
    words: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """How often the same was refused.

    Parameters
    ----------
    who : str
        ``staff`` set it aside, or the ``customer`` said no.
    staff_id : str or None
        Who set it aside; or the customer's adviser.
    source : str
        ``offer`` or ``task``.
    kind : str
        Of the action or of the task.
    what : str
        Template and product of the action; empty for a task that serves none.
    count : int
    """

    who: str
    staff_id: str | None
    source: str
    kind: str
    what: str
    count: int


# -- load --------------------------------------------------------------------------------------------------------------


def loads(book: TeamBook) -> dict[str | None, Load]:
    """Return what each member of staff has to do today; under None, the customers and tasks that nobody has.

    The minutes are those of the lines of the day without reminders, which only dossiers know, and before any offer is judged again.
    """
    found: defaultdict[str | None, Load] = defaultdict(Load)
    found |= {name: Load(available=book.rules.working) for name in book.staff}
    for adviser, count in Counter(one.adviser for one in book.customers.values()).items():
        found[adviser] += Load(book=count)
    for task in (*book.tasks, *book.elsewhere):
        if task["state"] in OPEN_TASKS and (task["starts_on"] or "") <= str(book.today):
            found[task["assignee"]] += _of_task(book, task)
    for offer in _open_offers(book):
        minutes = _minutes(book, offer) or 0
        adviser = book.customers[book.records[offer["customer_id"]]].adviser
        found[adviser] += Load(must=minutes if offer["kind"] == "mandatory" else 0, work=minutes)
    return {name: replace(one, beyond=max(0, one.work - one.available)) for name, one in found.items()}


def summed(found: Iterable[Load]) -> Load:
    """Return the load of several together."""
    return sum(found, Load())


def _of_task(book: TeamBook, task: Mapping[str, Any]) -> Load:
    today, due_on = str(book.today), task["due_on"]
    offer = book.offers.get(task["offer_id"] or "")
    served = _minutes(book, offer) if offer is not None and offer["state"] in ("made", "shown") else None
    usual = book.rules.minutes(over_which(task["kind"], book.rules)) or book.rules.minutes(DESK) or 0
    minutes = task["minutes"] if task["minutes"] is not None else usual if served is None else served
    must = due_on is not None and due_on <= today
    return Load(0, 1, int(due_on is not None and due_on < today), 0, minutes if must else 0, minutes)


def _open_offers(book: TeamBook) -> Iterator[dict[str, Any]]:
    """Yield what would be spoken about: of each offer to a customer the newest, unless an open task serves it or it has lapsed."""
    newest, bound = {}, {task["offer_id"] for task in book.tasks if task["state"] in OPEN_TASKS}
    resting = set()
    for offer in sorted(book.offers.values(), key=lambda one: (one["made_at"], one["offer_id"])):
        what = book.records[offer["customer_id"]], offer_of(offer["action_id"])
        if offer["offer_id"] in bound and offer["state"] in ("made", "shown"):
            resting.add(what)
        if offer["state"] == "made" and offer["channel"] in book.rules.contact:
            newest[what] = offer
    for what, offer in newest.items():
        lapsed = offer["lapses_at"] is not None and offer["lapses_at"] <= book.now
        if what not in resting and not lapsed:
            yield offer


def _minutes(book: TeamBook, offer: Mapping[str, Any]) -> int | None:
    """Return the minutes of an offer; None where it is on sale no more, or takes nobody's time."""
    place = None if book.setting is None else book.setting.places.get(offer["action_id"])
    if book.setting is None or place is None:
        return None
    return book.rules.minutes(offer["channel"], book.setting.columns["hours"][place])


# -- hand-overs and refusals -------------------------------------------------------------------------------------------


def hand_overs(book: TeamBook) -> list[HandOvers]:
    """Return who handed tasks over to whom in the window and today, and what became of them."""
    tasks, ways = {task["task_id"]: task for task in book.tasks}, defaultdict(list)
    for one in book.hand_overs:
        if book.day(one["recorded_at"]) > book.before:
            task = tasks.get(one["task_id"])
            # Handed on again since, it says nothing of this one.
            theirs = None if task is None or task["assignee"] != one["to_staff"] else task
            ways[one["from_staff"], one["to_staff"]].append((one["recorded_at"], theirs))
    return [_way(*way, ways[way]) for way in sorted(ways, key=lambda way: (way[0] or "", way[1]))]


def _way(from_staff: str | None, to_staff: str, found: list[tuple[int, dict[str, Any] | None]]) -> HandOvers:
    theirs = [(at, task) for at, task in found if task is not None]
    took = [
        (task["closed_at"] - at) / 86_400e6
        for at, task in theirs
        if task["state"] == "done" and task["closed_at"] >= at
    ]
    still = sum(task["state"] in OPEN_TASKS for _, task in theirs)
    return HandOvers(from_staff, to_staff, len(found), still, len(took), median(took) if took else None)


def refusals(book: TeamBook) -> list[tuple[Refusal, tuple[tuple[str, str], ...]]]:
    """Return what was refused in the window and today, the most frequent first, each with the rows in which its reasons are sealed.

    Returns
    -------
    list of (Refusal, tuple of (str, str))
        Rows by table and key.
    """
    found: defaultdict[tuple[str, str | None, str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for key, row in (*_answers(book), *_set_aside(book)):
        found[key].append(row)
    counted = [(Refusal(*key, len(rows)), tuple(rows)) for key, rows in found.items()]
    return sorted(
        counted,
        key=lambda one: (
            -one[0].count,
            one[0].who,
            one[0].staff_id or "",
            one[0].kind,
            one[0].what,
            one[0].source,
        ),
    )


def reasons(
    tx: Transaction, found: Iterable[tuple[Refusal, tuple[tuple[str, str], ...]]], most: int
) -> list[Reason]:
    """Return the reasons of refusals in the words in which they were given, the newest first; what was erased is not there.

    Parameters
    ----------
    tx : Transaction
    found : iterable of (Refusal, tuple of (str, str))
        See `refusals`.
    most : int
        How many are read.
    """
    whose = {row: refusal for refusal, rows in found for row in rows}
    # An identifier goes on, behind the dash, with the time of its making.
    newest = sorted(whose, key=lambda row: row[1].partition("-")[2], reverse=True)[:most]
    told = [
        one
        for table in _WORDS
        for one in _told(tx, whose, table, [name for kept, name in newest if kept == table])
    ]
    return sorted(told, key=lambda one: (-one.at, one.words))


def _told(
    tx: Transaction, whose: Mapping[tuple[str, str], Refusal], table: str, names: list[str]
) -> Iterator[Reason]:
    key, at, words = _WORDS[table]
    for row in tx.find(table, {key: names}) if names else ():
        if text := (row[words] or "").strip():
            yield Reason(row[at], whose[table, row[key]], text)


_WORDS: Final = {
    "responses": ("response_id", "responded_at", "reason"),
    "tasks": ("task_id", "closed_at", "result"),
}
"""Key, instant and sealed words of the tables in which reasons stand."""
_Found = tuple[tuple[str, str | None, str, str, str], tuple[str, str]]


def _answers(book: TeamBook) -> Iterator[_Found]:
    for answer in book.responses:
        offer = book.offers.get(answer["offer_id"])
        if offer is None or book.day(answer["responded_at"]) <= book.before:
            continue
        row = ("responses", answer["response_id"])
        if answer["outcome"] == "refused":
            adviser = book.customers[book.records[answer["customer_id"]]].adviser
            yield ("customer", adviser, "offer", offer["kind"], offer_of(offer["action_id"])), row
        elif answer["actor"] in book.staff:  # what a channel could not deliver nobody set aside
            yield ("staff", answer["actor"], "offer", offer["kind"], offer_of(offer["action_id"])), row


def _set_aside(book: TeamBook) -> Iterator[_Found]:
    """Yield tasks that were cancelled; one that took its offer with it is told by the offer."""
    told = {one["offer_id"] for one in book.responses if one["outcome"] == "blocked"}
    for task in book.tasks:
        if task["state"] != "cancelled" or book.day(task["closed_at"]) <= book.before:
            continue
        if task["offer_id"] is None or task["offer_id"] not in told:
            offer = book.offers.get(task["offer_id"] or "")
            what = "" if offer is None else offer_of(offer["action_id"])
            yield ("staff", task["assignee"], "task", task["kind"], what), ("tasks", task["task_id"])
