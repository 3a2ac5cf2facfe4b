"""What the complaint desk has before it, as the ledger knows: cases that have a date, what came in day by day, who is there."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import DAY, moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from zhike.core.ports import Transaction

__all__ = ["OnDesk", "on_desk"]

_OPEN: Final = ("complaint_id", "state", "complexity", "legal_due", "received_at")
_CAME: Final = ("received_at", "complexity")
_ACTIVE: Final = "active"
_NOTED: Final = "noted"
_QUARTER: Final = DAY // 96
"""A quarter of an hour, in microseconds."""


@dataclass(frozen=True, slots=True)
class OnDesk:
    """What the ledger knows of the desk on the morning of a day.

    Parameters
    ----------
    today : date
        Of the desk's zone.
    cases : sequence of mapping
        Open complaints with a legal date: identifier, state, complexity, ``legal_due``; in the order of that date and of their receipt.
    undated : int
        Open complaints whose clock runs without a date, since a calendar is not announced yet.
    received : mapping of date to int
        Complaints by the day on which they came in, up to yesterday.
    assessed : mapping of str to int
        Of these, by complexity.
    handlers : int
        Active members of staff with the desk's role.
    away : mapping of date to int
        How many of them are noted as away, by day; only days on which somebody is.
    """

    today: dt.date
    cases: Sequence[Mapping[str, Any]]
    undated: int
    received: Mapping[dt.date, int]
    assessed: Mapping[str, int]
    handlers: int
    away: Mapping[dt.date, int]


def on_desk(tx: Transaction, zone: ZoneInfo, now: int, role: str, history: int, ahead: int) -> OnDesk:
    """Read it; nothing sealed is opened.

    Parameters
    ----------
    zone : ZoneInfo
        In which the desk reckons its days.
    now : int
    role : str
        Of those who handle complaints.
    history, ahead : int
        Days of receipts that are counted, and days for which absences are.
    """
    today = moment(now).astimezone(zone).date()
    rows = tx.find("complaints", {"open": True}, order=["safe_due", "received_at"], columns=_OPEN)
    dated = [row for row in rows if row["legal_due"] is not None]
    received, assessed = _received(tx, zone, now, today, history)
    handlers = {row["staff_id"] for row in tx.find("staff", {"state": _ACTIVE}) if role in row["roles"]}
    return OnDesk(
        today, sorted(dated, key=lambda row: (row["legal_due"], row["received_at"])), sum(_runs_undated(row) for row in rows), received, assessed,
        len(handlers), _away(tx, handlers, today, ahead),
    )  # fmt: skip


def _runs_undated(row: Mapping[str, Any]) -> bool:
    # Told and outside the house no clock of the bank's runs; before that one always does.
    return row["legal_due"] is None and row["state"] in (
        "received",
        "acknowledged",
        "assessed",
        "investigating",
    )


def _received(
    tx: Transaction, zone: ZoneInfo, now: int, today: dt.date, history: int
) -> tuple[Counter[dt.date], Counter[str]]:
    """Return the complaints of the past days by day, and by complexity."""
    since, days, assessed = now - (history + 1) * DAY, Counter[dt.date](), Counter[str]()
    quarters = Counter[int]()
    for row in tx.find("complaints", columns=_CAME):
        if row["received_at"] >= since:
            quarters[row["received_at"] // _QUARTER] += 1
            if row["complexity"] is not None:
                assessed[row["complexity"]] += 1
    # No zone's day begins within a quarter of an hour: whole quarters are of one day, and far fewer than complaints.
    for quarter, count in quarters.items():
        days[moment(quarter * _QUARTER).astimezone(zone).date()] += count
    return Counter({day: count for day, count in days.items() if day < today}), assessed


def _away(tx: Transaction, staff: set[str], today: dt.date, ahead: int) -> dict[dt.date, int]:
    found = Counter[dt.date]()
    last = today + dt.timedelta(days=ahead)
    for row in tx.find("absences", {"state": _NOTED}, order=["first_day"]):
        if row["staff_id"] in staff and row["last_day"] >= str(today) and row["first_day"] <= str(last):
            first, end = (dt.date.fromisoformat(row[name]) for name in ("first_day", "last_day"))
            begin, stop = max(first, today), min(end, last)
            found.update(begin + dt.timedelta(days=step) for step in range((stop - begin).days + 1))
    return dict(found)
