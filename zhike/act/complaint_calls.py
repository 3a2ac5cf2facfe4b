"""Whom the ladder calls now: every open complaint whose date has come near, with the person who is to act, or who stands in for them.

The ladder of one complaint says who will be called (`zhike.act.complaint_ladder`); here whoever is called finds all that calls them in one place.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import customer_row, moment
from zhike.act.complaint_clocks import clocks_of, events_in
from zhike.act.complaint_ladder import RESOLUTION, ladder_of, staff_here
from zhike.act.complaint_promises import promises_of
from zhike.core.service_errors import RecordNotFoundError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.ports import Transaction
    from zhike.decide.escalation import Called
    from zhike.govern.deadlines.service_levels import ServiceClock

__all__ = ["MOST", "ComplaintCall", "complaint_calls"]

MOST: Final = 1_000
"""Open complaints that are looked at: those whose dates come first."""
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class ComplaintCall:
    """That somebody is called about a complaint: the highest step of its ladder that calls them.

    Parameters
    ----------
    complaint_id, customer_id : str
    to : str
        Who is called.
    instead_of : str or None
        For whom they stand in.
    role : str
        Of the step.
    since : datetime
        When they were first to be told of it.
    due_at : datetime
        When the step falls due.
    resolution_due_at : datetime
        When the case is to be resolved.
    """

    complaint_id: str
    customer_id: str
    to: str
    instead_of: str | None
    role: str
    since: dt.datetime
    due_at: dt.datetime
    resolution_due_at: dt.datetime


def complaint_calls(
    tx: Transaction, desk: ComplaintDesk, now: int, only: Sequence[str] | None = None
) -> tuple[ComplaintCall, ...]:
    """Return whom open complaints call at an instant, by when they are to be resolved.

    Parameters
    ----------
    tx : Transaction
    desk : ComplaintDesk
    now : int
        Microseconds of UTC.
    only : sequence of str, optional
        Complaints that are looked at; all open ones unless given, at most `MOST`.
    """
    names = _nearest(tx) if only is None else list(only)
    people, at = staff_here(tx), moment(now)
    customer = functools.cache(lambda name: _customer(tx, name))
    found: list[ComplaintCall] = []
    for start in range(0, len(names), _PAGE):
        page = names[start : start + _PAGE]
        rows = tx.find("complaints", {"complaint_id": page, "open": True})
        steps: dict[str, list[dict[str, Any]]] = {one["complaint_id"]: [] for one in rows}
        for step in tx.find("complaint_steps", {"complaint_id": list(steps)}, order=["complaint_id", "number"]):  # fmt: skip
            steps[step["complaint_id"]].append(step)
        for row in rows:
            person = customer(row["customer_id"])
            if person is None:
                continue
            events = events_in(steps[row["complaint_id"]])
            promised = promises_of(row, events, clocks_of(row, events, desk, now), desk, person["tier"], now)
            found += _calls(row, ladder_of(people, row, promised, desk, person["branch"], now), promised, at)
    return tuple(sorted(found, key=lambda one: (one.resolution_due_at, one.complaint_id, one.to)))


def _customer(tx: Transaction, name: str) -> dict[str, Any] | None:
    """Return the record of a customer; None of one who was erased, about whom nobody is called."""
    try:
        return customer_row(tx, name)
    except RecordNotFoundError:
        return None


def _nearest(tx: Transaction) -> list[str]:
    """Return the open complaints whose safe or legal dates come first."""
    rows = tx.find("complaints", {"open": True}, columns=("complaint_id", "safe_due", "legal_due"))
    dated = [(row["safe_due"] or row["legal_due"], row["complaint_id"]) for row in rows]
    return [name for due, name in sorted(one for one in dated if one[0] is not None)][:MOST]


def _calls(
    row: Mapping[str, Any], steps: Sequence[Called], promised: Sequence[ServiceClock], at: dt.datetime
) -> Iterator[ComplaintCall]:
    """Yield one call a person: whoever is called by several steps acts by the highest."""
    told: dict[str, list[Called]] = {}
    for one in steps:
        if one.to is not None and one.remind_at <= at:
            told.setdefault(one.to, []).append(one)
    due = next((one.due_at for one in promised if one.id == RESOLUTION), None)
    if due is None:
        return
    for name, mine in told.items():
        last = mine[-1]
        yield ComplaintCall(
            row["complaint_id"], row["customer_id"], name, last.instead_of, last.role, min(one.remind_at for one in mine), last.due_at, due
        )  # fmt: skip
