"""What the day of a member of staff is made from: their customers, the open offers over channels that take their time, and tasks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import ACTIVE, MERGED, customer_row
from zhike.core.service_errors import RecordNotFoundError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from zhike.act.decisions import DecisionDesk
    from zhike.act.publications import Publication
    from zhike.core.ports import Transaction
    from zhike.decide.dossier import Dossier

__all__ = ["OPEN_TASKS", "DayBook", "day_book"]

OPEN_TASKS: Final = ("open", "claimed")
_OPEN_OFFERS: Final = ("made", "shown")
_MOST: Final = 10_000
"""Members of one question to the store."""


@dataclass(frozen=True)
class DayBook:
    """What a day is made from.

    Parameters
    ----------
    staff_id : str
    publication : Publication or None
        The one that is served from.
    customers : mapping of identifier to row
        Of the member of staff's own book, and those for whom a task of theirs is open.
    own : frozenset of str
        The book alone.
    records : mapping of str to str
        The customer to whom each record belongs, merged ones too.
    dossiers : mapping of customer to Dossier
        No more of each than `zhike.act.decisions.DecisionDesk.glances` returns.
    offers : mapping of identifier to row
        Open ones: of the own book over channels that take staff's time, and those that a task of theirs serves.
    tasks : tuple of row
        Open and assigned to the member of staff.
    others : tuple of row
        Tasks of these customers that are open, whoever does them, or that dealt with a reminder.
    """

    staff_id: str
    publication: Publication | None
    customers: Mapping[str, dict[str, Any]] = field(repr=False)
    own: frozenset[str] = field(repr=False)
    records: Mapping[str, str] = field(repr=False)
    dossiers: Mapping[str, Dossier] = field(repr=False)
    offers: Mapping[str, dict[str, Any]] = field(repr=False)
    tasks: tuple[dict[str, Any], ...] = field(repr=False)
    others: tuple[dict[str, Any], ...] = field(repr=False)


def day_book(
    desk: DecisionDesk, tx: Transaction, staff_id: str, channels: Collection[str], reminders: Collection[str]
) -> DayBook:
    """Read what the day of a member of staff is made from.

    Parameters
    ----------
    desk : DecisionDesk
    tx : Transaction
    staff_id : str
    channels : collection of str
        That take their time.
    reminders : collection of str
        Kinds of reminders: of tasks that dealt with one, those that are over matter too.
    """
    own = {row["customer_id"]: row for row in tx.find("customers", {"adviser": staff_id, "state": ACTIVE})}
    tasks = tx.find("tasks", {"assignee": staff_id, "state": list(OPEN_TASKS)})
    records, customers = _records(tx, own), dict(own)
    for task in tasks:
        _add(tx, task["customer_id"], records, customers)
    here = sorted(records)
    offers = _find(tx, "offers", "customer_id", here, {"state": "made", "channel": list(channels)})
    served = sorted({task["offer_id"] for task in tasks if task["offer_id"] is not None})
    offers += _find(tx, "offers", "offer_id", served, {"state": list(_OPEN_OFFERS)})
    others = _find(tx, "tasks", "customer_id", here, {"state": list(OPEN_TASKS)})
    others += _find(
        tx, "tasks", "customer_id", here, {"state": ["done", "cancelled"], "kind": list(reminders)}
    )
    current, dossiers = desk.glances(tx, sorted(customers))
    return DayBook(
        staff_id, current, customers, frozenset(own), records, dossiers, {one["offer_id"]: one for one in offers},
        tuple(task for task in tasks if task["customer_id"] in records), tuple(others),
    )  # fmt: skip


def _records(tx: Transaction, own: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """Return the customer to whom each record of a book belongs."""
    found = {name: name for name in own}
    newest: Iterable[str] = sorted(own)
    while newest:
        merged = _find(tx, "customers", "merged_into", list(newest), {"state": MERGED})
        newest = [row["customer_id"] for row in merged]
        found |= {row["customer_id"]: found[row["merged_into"]] for row in merged}
    return found


def _add(tx: Transaction, record: str, records: dict[str, str], customers: dict[str, dict[str, Any]]) -> None:
    """Add the customer of a task who is in nobody's book here; of one who is not served any more nothing is planned."""
    if record in records:
        return
    try:
        row = customer_row(tx, record)
    except RecordNotFoundError:
        return
    customers[row["customer_id"]] = row
    records |= {record: row["customer_id"], row["customer_id"]: row["customer_id"]}


def _find(
    tx: Transaction, table: str, column: str, members: Sequence[str], where: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the rows whose column is one of many members."""
    parts = (members[start : start + _MOST] for start in range(0, len(members), _MOST))
    return [row for part in parts for row in tx.find(table, {**where, column: part})]
