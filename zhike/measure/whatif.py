"""What another policy would do to everybody: two runs over the whole base, compared figure by figure and customer by customer.

Both runs decide for the same customers on the same day. Who is in the comparison group, and who explores what, hangs on hashes of
the customer's identifier, the day and the policy's salt, so two policies with one salt share their luck (common random numbers): a
difference is the policy's doing. Every difference is the second policy, ``tomorrow``, less the first, ``today``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.measure.group_changes import group_changes, total_change
from zhike.measure.list_changes import CHANGES, NOTHING, NOTICE, list_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Run", "WhatIf", "figures", "scarce_rows", "whatif"]

_ROW_FIGURES: Final = ("limit", "used", "price")
_ROW_NAMES: Final = ("id", "kind", "title", "owner", "unit", "sense")
_PLAN_FIGURES: Final = ("objective", "bound", "gap")


@dataclass(frozen=True, slots=True)
class Run:
    """What one policy decided for everybody.

    Parameters
    ----------
    decisions : DataFrame
        One row a place of a list.
    actions : DataFrame
        ``action_id``, ``hours`` and ``cost`` of every action of the day.
    plan : mapping
        ``funnel``, ``verdicts`` and, with constraints in force, ``allocation``, as ``plan.json`` has them.
    """

    decisions: pl.DataFrame
    actions: pl.DataFrame
    plan: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Two policies compared over everybody.

    Parameters
    ----------
    today, tomorrow, change : dict
        `figures` of both, and the second less the first.
    scarce : dict
        What is scarce: ``today`` and ``tomorrow`` (status, objective, bound and gap of the plan, None without constraints), ``change``,
        and ``rows``, see `scarce_rows`.
    customers : DataFrame
        See `zhike.measure.list_changes.list_changes`.
    total : dict
        All customers, measured as a group is.
    classes : dict
        Customers by what becomes of them, and ``revalued``: how many of them keep their list but have it valued otherwise.
    groups : list of dict
        See `zhike.measure.group_changes.group_changes`.
    """

    today: dict[str, Any]
    tomorrow: dict[str, Any]
    change: dict[str, Any]
    scarce: dict[str, Any]
    customers: pl.DataFrame
    total: dict[str, Any]
    classes: dict[str, int]
    groups: list[dict[str, Any]]


def whatif(today: Run, tomorrow: Run, attributes: pl.DataFrame) -> WhatIf:
    """Compare what two policies decided for the same customers on the same day.

    Parameters
    ----------
    today, tomorrow : Run
        The policy that decides now, and the one to try.
    attributes : DataFrame
        ``customer_id`` of everybody, and texts to group by.
    """
    before, after = figures(today), figures(tomorrow)
    customers = list_changes(attributes, today.decisions, tomorrow.decisions)
    return WhatIf(
        before, after, _difference(before, after), _scarce(today, tomorrow), customers, total_change(customers),
        _classes(customers), group_changes(customers, attributes),
    )  # fmt: skip


def figures(run: Run) -> dict[str, Any]:
    """Return what one policy does over everybody.

    Returns
    -------
    dict
        ``value`` (expected, of what the bank chose) and ``notices_value`` (of notices that must be sent), ``cost`` of both, in minor
        units; ``decisions``, ``nothing`` and ``contacts``; ``customers_reached`` (by more than notices); ``hours``;
        ``by_channel`` and ``by_kind`` (contacts); ``funnel`` and ``verdicts`` (candidates).
    """
    rows = run.decisions
    contacts, notice = rows.filter(pl.col("kind") != NOTHING), pl.col("kind") == NOTICE
    chosen = contacts.filter(~notice)
    counted = contacts.group_by("action_id").len("times").join(run.actions, on="action_id").sort("action_id")
    return {
        "value": int(chosen["expected_value"].sum()), "notices_value": int(contacts.filter(notice)["expected_value"].sum()),
        "cost": int((counted["times"].cast(pl.Int64) * counted["cost"]).sum()),
        "decisions": len(rows), "nothing": len(rows) - len(contacts), "contacts": len(contacts),
        "customers_reached": chosen["customer_id"].n_unique(),
        # Summed without rounding on the way, so that the order of the actions does not show.
        "hours": math.fsum(counted["times"] * counted["hours"]),
        "by_channel": _counts(contacts["channel"]), "by_kind": _counts(contacts["kind"]),
        "funnel": dict(run.plan["funnel"]), "verdicts": dict(run.plan["verdicts"]),
    }  # fmt: skip


def scarce_rows(
    today: Sequence[Mapping[str, Any]], tomorrow: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the limits of two plans side by side: those of the first in their order, then those that only the second has.

    Returns
    -------
    list of dict
        ``id``, ``kind``, ``title``, ``owner``, ``unit`` and ``sense``; ``today``, ``tomorrow`` and ``change``, each with ``limit``, ``used`` and
        ``price``, or None where a plan does not have the row.
    """
    sides = [{row["id"]: row for row in rows} for rows in (today, tomorrow)]
    found = []
    for name in dict.fromkeys([*sides[0], *sides[1]]):
        pair = [side.get(name) for side in sides]
        before, after = ({one: row[one] for one in _ROW_FIGURES} if row else None for row in pair)
        told = pair[1] or pair[0] or {}
        change = _difference(before, after) if before and after else None
        found.append(
            {**{one: told[one] for one in _ROW_NAMES}, "today": before, "tomorrow": after, "change": change}
        )
    return found


def _scarce(today: Run, tomorrow: Run) -> dict[str, Any]:
    plans = [run.plan.get("allocation") for run in (today, tomorrow)]
    before, after = (
        {one: plan[one] for one in ("status", *_PLAN_FIGURES)} if plan else None for plan in plans
    )
    change = (
        _difference(*({one: side[one] for one in _PLAN_FIGURES} for side in (before, after)))
        if before and after
        else None
    )
    rows = scarce_rows(*(plan["rows"] if plan else [] for plan in plans))
    return {"today": before, "tomorrow": after, "change": change, "rows": rows}


def _classes(customers: pl.DataFrame) -> dict[str, int]:
    counts = _counts(customers["change"])
    revalued = customers.filter(pl.col("same_list"), pl.col("value_change") != 0)
    return {**{name: counts.get(name, 0) for name in CHANGES}, "revalued": len(revalued)}


def _counts(column: pl.Series) -> dict[str, int]:
    return {str(name): int(count) for name, count in column.value_counts().sort(column.name).iter_rows()}


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the second less the first, key by key; what one of them does not name is 0 there."""
    return {
        key: _difference(before.get(key, {}), after.get(key, {}))
        if isinstance(before.get(key, after.get(key)), Mapping)
        else after.get(key, 0) - before.get(key, 0)
        for key in dict.fromkeys([*before, *after])
    }
