"""What the day of a member of staff is made from: their customers, the open offers over channels that take their time, and tasks.

Of a book of thousands nothing is read that its lines do not need: a sealed column costs more than all the others of its row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import ACTIVE, MERGED, customer_row
from zhike.core.ledger import CUSTOMER
from zhike.core.service_errors import RecordNotFoundError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zhike.act.book_memory import Glance
    from zhike.act.decisions import DecisionDesk
    from zhike.act.publications import Publication
    from zhike.core.ports import Transaction
    from zhike.decide.day_rules import DayRules
    from zhike.decide.reminders import Reminder

__all__ = ["OPEN_TASKS", "DayBook", "day_book"]

OPEN_TASKS: Final = ("open", "claimed")
_OPEN_OFFERS: Final = ("made", "shown")
_OFFER: Final = ("offer_id", "decision_id", CUSTOMER, "action_id", "channel", "state", "made_at", "lapses_at")
_OTHER: Final = (CUSTOMER, "offer_id", "kind", "state", "closed_at")
"""Columns that are read of offers, and of tasks whoever does them."""
_MOST: Final = 8_192
"""Members of one question to the store."""


@dataclass(frozen=True)
class DayBook:
    """What a day is made from.

    Parameters
    ----------
    staff_id : str
    publication : Publication or None
        The one that is served from.
    own : frozenset of str
        Customers in the member of staff's own book.
    records : mapping of str to str
        The customer to whom each record belongs, merged ones too: of the own book, and of those for whom a task of theirs is open.
    glances : mapping of customer to Glance
        Of these customers, where they have a dossier.
    reminders : mapping of customer to tuple of Reminder
        What calls for a contact in the own book.
    offers : mapping of identifier to row
        Open ones: of the own book over channels that take staff's time, and those that a task of theirs serves.
    tasks : tuple of row
        Open and assigned to the member of staff.
    others : tuple of row
        Tasks of these customers that are open, whoever does them, or that dealt with a reminder.
    """

    staff_id: str
    publication: Publication | None
    own: frozenset[str] = field(repr=False)
    records: Mapping[str, str] = field(repr=False)
    glances: Mapping[str, Glance] = field(repr=False)
    reminders: Mapping[str, tuple[Reminder, ...]] = field(repr=False)
    offers: Mapping[str, dict[str, Any]] = field(repr=False)
    tasks: tuple[dict[str, Any], ...] = field(repr=False)
    others: tuple[dict[str, Any], ...] = field(repr=False)


def day_book(desk: DecisionDesk, tx: Transaction, staff_id: str, rules: DayRules, today: dt.date) -> DayBook:
    """Read what the day of a member of staff is made from.

    Parameters
    ----------
    desk : DecisionDesk
    tx : Transaction
    staff_id : str
    rules : DayRules
        Of today.
    today : date
    """
    own = tx.find("customers", {"adviser": staff_id, "state": ACTIVE}, columns=[CUSTOMER, "version"])
    tasks = tx.find("tasks", {"assignee": staff_id, "state": list(OPEN_TASKS)})
    versions = {row[CUSTOMER]: row["version"] for row in own}
    book, records = frozenset(versions), _records(tx, list(versions))
    for task in tasks:
        _add(tx, task[CUSTOMER], records, versions)
    current, memory = desk.remembered(tx)
    memory.keep_book(staff_id, book)
    moment = memory.moment(today, rules.reminders)
    glances = {} if current is None else memory.glances(tx, current, versions)
    calls = {name: glances[name].reminders(moment) for name in book & glances.keys()}
    return DayBook(
        staff_id, current, book, records, glances, calls, {one["offer_id"]: one for one in _offers(tx, records, tasks, rules)},
        tuple(task for task in tasks if task[CUSTOMER] in records), tuple(_others(tx, records, rules)),
    )  # fmt: skip


def _offers(
    tx: Transaction, records: Mapping[str, str], tasks: Iterable[Mapping[str, Any]], rules: DayRules
) -> Iterator[dict[str, Any]]:
    """Yield the offers of a day: those made over channels that take time, and those that tasks serve."""
    made = {"state": "made", "channel": list(rules.contact)}
    yield from _find(tx, "offers", CUSTOMER, list(records), made, _OFFER)
    served = sorted({task["offer_id"] for task in tasks if task["offer_id"] is not None})
    yield from _find(tx, "offers", "offer_id", served, {"state": list(_OPEN_OFFERS)}, _OFFER)


def _others(tx: Transaction, records: Mapping[str, str], rules: DayRules) -> Iterator[dict[str, Any]]:
    """Yield tasks of customers, whoever does them: the open ones, and of those that dealt with a reminder also those that are over."""
    yield from _find(tx, "tasks", CUSTOMER, list(records), {"state": list(OPEN_TASKS)}, _OTHER)
    over = {"state": ["done", "cancelled"], "kind": list(rules.reminders)}
    yield from _find(tx, "tasks", CUSTOMER, list(records), over, _OTHER)


def _records(tx: Transaction, own: list[str]) -> dict[str, str]:
    """Return the customer to whom each record of a book belongs."""
    found, newest = {name: name for name in own}, own
    while newest:
        merged = _find(tx, "customers", "merged_into", newest, {"state": MERGED}, (CUSTOMER, "merged_into"))
        found |= {row[CUSTOMER]: found[row["merged_into"]] for row in merged}
        newest = [row[CUSTOMER] for row in merged]
    return found


def _add(tx: Transaction, record: str, records: dict[str, str], versions: dict[str, int]) -> None:
    """Add the customer of a task who is in nobody's book here; of one who is not served any more nothing is planned."""
    if record in records:
        return
    try:
        row = customer_row(tx, record)
    except RecordNotFoundError:
        return
    versions[row[CUSTOMER]] = row["version"]
    records |= {record: row[CUSTOMER], row[CUSTOMER]: row[CUSTOMER]}


def _find(
    tx: Transaction,
    table: str,
    column: str,
    members: Sequence[str],
    where: Mapping[str, Any],
    columns: Sequence[str],
) -> list[dict[str, Any]]:
    """Return some columns of the rows whose column is one of many members."""
    parts = (members[start : start + _MOST] for start in range(0, len(members), _MOST))
    return [row for part in parts for row in tx.find(table, {**where, column: part}, columns=columns)]
