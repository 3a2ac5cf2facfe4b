"""What came of a year of complaints: read from the ledger, not from the plan of the days."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.act.acting import microseconds, moment
from zhike.act.complaint_clocks import clocks_of, events_of
from zhike.act.trail import head_of
from zhike.govern.deadlines.service_levels import LEVELS, service_level
from zhike.lab.complaint_year.carrying import intake_key
from zhike.lab.complaint_year.setting import RULES_ON, TAIL_DAYS
from zhike.lab.tiers import TIERS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.core.ports import Store, Transaction
    from zhike.lab.complaint_year.setting import Setting

__all__ = ["told_year"]

_DAY: Final = 86_400_000_000
_CHECKED: Final = 5_000
"""Cases whose clocks are all computed again at the end, spread evenly over the year, besides those that were seen to miss a date."""
_READ: Final = (
    "complaint_id",
    "customer_id",
    "state",
    "open",
    "received_at",
    "intake_key",
    "complexity",
    "business",
)
_JOURNEY: Final = "complaint"
_SIMPLE: Final = "simple"
_WAITS: Final = ("ask", "hear")


def told_year(
    store: Store, setting: Setting, seen_late: Collection[int], forecasts: Sequence[Mapping[str, Any]], handlers: Sequence[Sequence[int]]
) -> dict[str, Any]:  # fmt: skip
    """Return the figures of a year.

    Parameters
    ----------
    seen_late : collection of int
        Cases that were seen with a legal date that had passed.

    Returns
    -------
    dict
        ``cases``, ``states`` and ``moves`` (counts), ``missed_legal`` (by clock), ``missed_internal`` (decisions later than the house promises the tier),
        ``days_to_decide`` and ``days_to_close`` (calendar days), ``forecasts``, ``warnings``, ``first_miss``, ``lead_days``, ``needed``, ``needed_in_hindsight``,
        ``handlers``, ``trail`` (end of the stream of cases).
    """
    with store.read() as tx:
        rows = tx.find("complaints", columns=_READ, order=("received_at",))
        steps = tx.find("complaint_steps", columns=("complaint_id", "move", "recorded_at"))
        missed, first, checked = _missed(tx, setting, rows, {intake_key(setting, case) for case in seen_late})
        head, tier = (
            head_of(tx, "cases"),
            {
                row["customer_id"]: row["tier"]
                for row in tx.find("customers", columns=("customer_id", "tier"))
            },
        )
    times = _times(steps)
    decided, closed = (_days(rows, times, names) for names in (("inform",), ("close",)))
    warnings = [one for one in forecasts if not one["sufficient"]]
    return {
        "cases": len(rows), "days": setting.days, "first_day": str(setting.date(0)), "seed": setting.seed,
        "handlers": [{"from": str(setting.date(day)), "handlers": number} for day, number in handlers],
        "states": dict(sorted(Counter(row["state"] for row in rows).items())), "open_at_end": sum(row["open"] for row in rows),
        "moves": dict(sorted(Counter(step["move"] for step in steps).items())),
        "missed_legal": missed, "missed_total": sum(missed.values()), "clocks_checked": checked,
        "missed_internal": _later_than_promised(setting, rows, times, tier),
        "days_to_decide": _spread(decided), "days_to_close": _spread(closed),
        "forecasts": len(forecasts), "warnings": len(warnings), "first_warning": dict(warnings[0]) if warnings else None, "first_miss": first,
        "lead_days": _lead(setting, warnings, first), "needed": _needed(warnings), "needed_in_hindsight": setting.needed_in_hindsight,
        "trail": {"number": head.number, "hash": head.hash},
    }  # fmt: skip


def _missed(
    tx: Transaction, setting: Setting, rows: Sequence[Mapping[str, Any]], late: Collection[str]
) -> tuple[dict[str, int], str | None, int]:
    """Return the dates missed by clock, the first of them, and how many cases were looked at: those seen late, those still open, and every so manieth."""
    counts, first, checked = Counter[str](), None, 0
    every, now = max(len(rows) // _CHECKED, 1), moment(setting.morning(setting.days + TAIL_DAYS - 1))
    for number, row in enumerate(rows):
        if number % every and row["intake_key"] not in late and not row["open"]:
            continue
        checked += 1
        for clock in clocks_of(row, events_of(tx, row["complaint_id"]), setting.desk, microseconds(now)):
            if (
                clock.actor == "bank"
                and row["state"] != "merged"
                and (clock.in_time is False or clock.overdue(now))
            ):
                counts[clock.id] += 1
                first = min(first or str(clock.legal_due), str(clock.legal_due))
    return dict(sorted(counts.items())), first, checked


def _times(steps: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = {}
    for step in steps:
        found.setdefault(step["complaint_id"], {}).setdefault(step["move"], []).append(step["recorded_at"])
    return found


def _days(
    rows: Sequence[Mapping[str, Any]], times: Mapping[str, Mapping[str, list[int]]], moves: tuple[str, ...]
) -> NDArray[np.float64]:
    """Return calendar days from receipt to the first of some moves, of the complaints that came to it."""
    found = [
        (min(at), row["received_at"])
        for row in rows
        for move in moves
        if (at := times[row["complaint_id"]].get(move))
    ]
    return np.array([(at - received) / _DAY for at, received in found])


def _spread(days: NDArray[np.float64]) -> dict[str, float | int | None]:
    if not len(days):
        return {"count": 0, "median": None, "p95": None, "longest": None}
    return {"count": len(days), "median": round(float(np.median(days)), 2), "p95": round(float(np.quantile(days, 0.95)), 2), "longest": round(float(days.max()), 2)}  # fmt: skip


def _later_than_promised(
    setting: Setting, rows: Sequence[Mapping[str, Any]], times: Mapping[str, Mapping[str, list[int]]], tier: Mapping[str, str]
) -> dict[str, int]:  # fmt: skip
    """Return by tier how many were told later than the house promises: working days by complexity, the days not counted on which the customer was waited for."""
    version = setting.desk.rulebook.at(LEVELS, RULES_ON)
    promised = {name: service_level(version, _JOURNEY, name).resolution for name in TIERS}
    zero = setting.midnight
    late = dict.fromkeys(TIERS, 0)
    for row in rows:
        told = times[row["complaint_id"]].get("inform")
        if not told:
            continue
        asked, heard = (sorted(times[row["complaint_id"]].get(name, ())) for name in _WAITS)
        spans = [
            (row["received_at"], min(told)),
            *((first, last) for first, last in zip(asked, heard, strict=False) if last <= min(told)),
        ]
        days = setting.workdays_between(
            *(np.array([(at - zero) // _DAY for at in ends]) for ends in zip(*spans, strict=True))
        )
        name = tier[row["customer_id"]]
        late[name] += int(days[0] - days[1:].sum() > promised[name][row["complexity"] or _SIMPLE])
    return late


def _lead(setting: Setting, warnings: Sequence[Mapping[str, Any]], first: str | None) -> int | None:
    """Return the calendar days from the first warning to the first date that was missed."""
    if first is None or not warnings:
        return None
    day = setting.number(first)
    return None if day is None else day - int(warnings[0]["day"])


def _needed(warnings: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return what was asked for: by the first warning, and the most that any asked for."""
    asked = [one["needed"]["handlers"] for one in warnings if one["needed"]["handlers"] is not None]
    return {"first": asked[0], "most": max(asked)} if asked else None
