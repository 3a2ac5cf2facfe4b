"""Branches with their staff and customers, as numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from zhike.act.acting import ACTIVE

if TYPE_CHECKING:
    from zhike.core.ports import Transaction

__all__ = ["teams"]


def teams(tx: Transaction) -> list[dict[str, Any]]:
    """Return the branches by name, those without one last.

    Returns
    -------
    list of dict
        branch, staff (number of active ones by role), left, customers (who are served).
    """
    rows = tx.find("staff")
    # The ledger is asked for numbers only: no customer's row leaves it.
    names = {row["branch"] for row in rows}
    found = [_team(tx, name, [row for row in rows if row["branch"] == name]) for name in names]
    return sorted(found, key=lambda one: (one["branch"] is None, one["branch"] or ""))


def _team(tx: Transaction, branch: str | None, rows: list[dict[str, Any]]) -> dict[str, Any]:
    active = [row for row in rows if row["state"] == "active"]
    by_role = Counter(role for row in active for role in row["roles"])
    return {
        "branch": branch, "staff": dict(sorted(by_role.items())), "left": len(rows) - len(active),
        "customers": tx.count("customers", {"branch": branch, "state": ACTIVE}),
    }  # fmt: skip
