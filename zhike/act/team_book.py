"""What the figures of a branch are counted from: its customers, who works for them, contacts, tasks, hand-overs and refusals.

Nothing sealed is opened and no dossier is read: for thousands of customers that would take longer than anybody waits. What a branch is
measured by of the archive stands in the row of each customer: service tier and last contact, as the publication has them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import ACTIVE, DAY, MERGED
from zhike.act.day_book import OPEN_TASKS
from zhike.decide.contact_hours import local_day
from zhike.decide.day_rules import DayRules
from zhike.decide.service_standards import ServiceStandards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zhike.act.decisions import DecisionDesk
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Rulebook
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["LocalDays", "TeamBook", "TeamCustomer", "team_book"]

CUSTOMER: Final = "customer_id"
_MOST: Final = 2_048
"""Members of one question to the store: statements of many more take long to be built, once a process."""
_CUSTOMERS: Final = (CUSTOMER, "adviser", "tier", "contacted_on")
_OFFERS: Final = (
    "offer_id", CUSTOMER, "action_id", "channel", "kind", "outbound", "state", "made_at", "changed_at", "lapses_at",
)  # fmt: skip
_NOTES: Final = (CUSTOMER, "happened_at", "recorded_at")
_TASKS: Final = (
    "task_id", CUSTOMER, "offer_id", "assignee", "kind", "state", "starts_on", "due_on", "minutes", "outcome", "closed_at", "recorded_at",
)  # fmt: skip
_RESPONSES: Final = ("response_id", CUSTOMER, "offer_id", "outcome", "responded_at", "actor")
_HAND_OVERS: Final = (CUSTOMER, "task_id", "from_staff", "to_staff", "recorded_at")
_MEETINGS: Final = ["call", "meeting", "visit"]
"""Notes that report a contact."""
_ANSWERED: Final = ("shown", "accepted", "refused")
_UNCOUNTED: Final = ("mandatory", "none")
_QUARTER: Final = 900_000_000
"""Microseconds of a quarter of an hour: no zone of today begins its days in between."""


class LocalDays:
    """The bank's day of an instant, each quarter of an hour reckoned once.

    Parameters
    ----------
    zone : str

    Examples
    --------
    >>> LocalDays("Asia/Shanghai")(1_782_878_400_000_000)
    datetime.date(2026, 7, 1)
    """

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._known: dict[int, dt.date] = {}

    def __call__(self, at: int) -> dt.date:
        """Return the day of an instant."""
        quarter = at // _QUARTER
        found = self._known.get(quarter)
        if found is None:
            found = self._known[quarter] = local_day(at, self._zone)
        return found


@dataclass(slots=True)
class TeamCustomer:
    """A customer of a branch.

    Parameters
    ----------
    adviser, tier : str or None
    last, last_before : date or None
        Last contact by the bank that is known: up to today, and up to the day before the window.
    """

    adviser: str | None
    tier: str | None
    last: dt.date | None = None
    last_before: dt.date | None = None


@dataclass(frozen=True)
class TeamBook:
    """What the figures of a branch are counted from.

    Parameters
    ----------
    branch : str
    today : date
    now : int
        Microseconds of UTC.
    days : int
        Of the window, which ends yesterday.
    rules : DayRules
    standards : ServiceStandards
    setting : ServingSetting or None
        Of the publication that is served from.
    day : LocalDays
    staff : mapping of str to str
        Names by identifier: of the branch, and whoever else works for its customers.
    customers : mapping of str to TeamCustomer
    records : mapping of str to str
        The customer to whom each record belongs, merged ones too.
    tasks : tuple of row
        Of its customers: all that are open, and closed ones as far back as contacts count.
    elsewhere : tuple of row
        Open tasks of its staff about other customers.
    offers : mapping of identifier to row
        Of its customers, as far back as contacts count.
    responses, hand_overs : tuple of row
        Of the window and today; answers of yes are left out.
    """

    branch: str
    today: dt.date
    now: int
    days: int
    rules: DayRules
    standards: ServiceStandards
    setting: ServingSetting | None
    day: LocalDays = field(repr=False)
    staff: Mapping[str, str] = field(repr=False)
    customers: Mapping[str, TeamCustomer] = field(repr=False)
    records: Mapping[str, str] = field(repr=False)
    tasks: tuple[dict[str, Any], ...] = field(repr=False)
    elsewhere: tuple[dict[str, Any], ...] = field(repr=False)
    offers: Mapping[str, dict[str, Any]] = field(repr=False)
    responses: tuple[dict[str, Any], ...] = field(repr=False)
    hand_overs: tuple[dict[str, Any], ...] = field(repr=False)

    @property
    def before(self) -> dt.date:
        """The last day before the window."""
        return self.today - dt.timedelta(days=self.days + 1)

    @property
    def known_before(self) -> bool:
        """Whether contacts are known as they were before the window: of a contact in it the archive does not say what came before."""
        return self.setting is None or self.setting.at <= self.before


def team_book(
    desk: DecisionDesk, tx: Transaction, rulebook: Rulebook, branch: str, days: int, today: dt.date
) -> TeamBook:
    """Read what the figures of a branch are counted from.

    Parameters
    ----------
    desk : DecisionDesk
    tx : Transaction
    rulebook : Rulebook
    branch : str
        One that nobody is of has neither staff nor customers.
    days : int
        Of the window.
    today : date
        Where the bank is.
    """
    rules, standards = DayRules.of(rulebook, today), ServiceStandards.of(rulebook, today)
    current, _ = desk.dossiers(tx, ())
    now, setting = desk.acting.clock.now(), None if current is None else current.setting
    # Two windows before today, and a contact before the first of them can still count.
    since = now - (standards.longest + 2 * days + 2) * DAY
    rows = tx.find("customers", {"branch": branch, "state": ACTIVE}, columns=_CUSTOMERS)
    records, merged = _records(tx, rows)
    here = sorted(records)
    offers = _of(tx, "offers", here, _OFFERS, {}, ("made_at", since))
    tasks = _of(tx, "tasks", here, _TASKS, {"state": list(OPEN_TASKS)}, None)
    tasks += _of(tx, "tasks", here, _TASKS, {"state": ["done", "cancelled"]}, ("recorded_at", since))
    day = LocalDays("UTC" if setting is None else setting.timezone)
    customers = {row[CUSTOMER]: TeamCustomer(row["adviser"], row["tier"]) for row in rows}
    staff = _staff(tx, branch, customers, tasks)
    recently = now - (days + 2) * DAY
    book = TeamBook(
        branch, today, now, days, rules, standards, setting, day, staff, customers, records, tuple(tasks),
        tuple(_elsewhere(tx, staff, records)), {one["offer_id"]: one for one in offers},
        tuple(_of(tx, "responses", here, _RESPONSES, {"outcome": ["refused", "blocked"]}, ("responded_at", recently))),
        tuple(_of(tx, "hand_overs", here, _HAND_OVERS, {}, ("recorded_at", recently))),
    )  # fmt: skip
    notes = _of(tx, "notes", here, _NOTES, {"kind": _MEETINGS}, ("recorded_at", since))
    _met(book, [*_published([*rows, *merged]), *_reported(book, notes), *_offered(book), *_called(book)])
    return book


# -- read --------------------------------------------------------------------------------------------------------------


def _records(tx: Transaction, rows: Sequence[dict[str, Any]]) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return the customer to whom each record belongs, and the rows of those that were merged."""
    found: dict[str, str] = {row[CUSTOMER]: row[CUSTOMER] for row in rows}
    newest, merged = sorted(found), []
    while newest:
        into = _parts(tx, "customers", "merged_into", newest, {"state": MERGED}, (*_CUSTOMERS, "merged_into"))
        found |= {row[CUSTOMER]: found[row["merged_into"]] for row in into}
        merged += into
        newest = sorted(row[CUSTOMER] for row in into)
    return found, merged


def _of(
    tx: Transaction,
    table: str,
    here: Sequence[str],
    columns: tuple[str, ...],
    where: Mapping[str, Any],
    since: tuple[str, int] | None,
) -> list[dict[str, Any]]:
    return _parts(tx, table, CUSTOMER, here, where, columns, since)


def _parts(
    tx: Transaction,
    table: str,
    column: str,
    members: Sequence[str],
    where: Mapping[str, Any],
    columns: tuple[str, ...],
    since: tuple[str, int] | None = None,
) -> list[dict[str, Any]]:
    """Return some columns of the rows whose column is one of many members, from an instant on."""
    order, after = ((), None) if since is None else ((since[0],), (since[1], ""))
    parts = (members[start : start + _MOST] for start in range(0, len(members), _MOST))
    return [
        row
        for part in parts
        for row in tx.find(table, {**where, column: part}, order=order, after=after, columns=columns)
    ]


def _staff(
    tx: Transaction, branch: str, customers: Mapping[str, TeamCustomer], tasks: Sequence[dict[str, Any]]
) -> dict[str, str]:
    """Return the names of the staff of a branch and of whoever else works for its customers; who was never hired has but a number."""
    columns = ("staff_id", "name")
    found = tx.find("staff", {"branch": branch, "state": ACTIVE}, columns=columns)
    names = {row["staff_id"]: row["name"] for row in found}
    others = {one.adviser for one in customers.values()} | {
        task["assignee"] for task in tasks if task["state"] in OPEN_TASKS
    }
    others -= {None, *names}
    known = _parts(tx, "staff", "staff_id", sorted(filter(None, others)), {}, columns)
    names |= {name: name for name in others if name is not None}
    return dict(sorted({**names, **{row["staff_id"]: row["name"] for row in known}}.items()))


def _elsewhere(
    tx: Transaction, staff: Mapping[str, str], records: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the open tasks of staff about customers of other branches: they take their time all the same."""
    for task in _parts(tx, "tasks", "assignee", list(staff), {"state": list(OPEN_TASKS)}, _TASKS):
        if task[CUSTOMER] not in records:
            yield task


# -- contacts ----------------------------------------------------------------------------------------------------------


def _met(book: TeamBook, contacts: Iterable[tuple[str, dt.date]]) -> None:
    """Note the last contact of each customer; a day to come is none yet."""
    today, before = book.today, book.before
    for record, day in contacts:
        one = book.customers[book.records[record]]
        if day <= today and (one.last is None or day > one.last):
            one.last = day
        if day <= before and (one.last_before is None or day > one.last_before):
            one.last_before = day


def _published(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dt.date]]:
    for row in rows:
        if row["contacted_on"] is not None:
            yield row[CUSTOMER], dt.date.fromisoformat(row["contacted_on"])


def _reported(book: TeamBook, notes: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dt.date]]:
    for note in notes:
        at = note["recorded_at"] if note["happened_at"] is None else note["happened_at"]
        yield note[CUSTOMER], book.day(at)


def _offered(book: TeamBook) -> Iterator[tuple[str, dt.date]]:
    """Yield offers that reached the customer: what somebody has to speak about counts once it was spoken about."""
    for offer in book.offers.values():
        if offer["kind"] in _UNCOUNTED:
            continue
        if offer["channel"] in book.rules.contact:
            if offer["state"] in _ANSWERED:
                yield offer[CUSTOMER], book.day(offer["changed_at"])
        elif offer["outbound"] and offer["state"] != "blocked":
            yield offer[CUSTOMER], book.day(offer["made_at"])


def _called(book: TeamBook) -> Iterator[tuple[str, dt.date]]:
    """Yield tasks in which the customer was reached."""
    for task in book.tasks:
        if task["outcome"] == "achieved" and task["kind"] != "paperwork":
            yield task[CUSTOMER], book.day(task["closed_at"])
