"""What results of surveys are read from: who was asked, the sheets that were sent, and how many customers there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.act.acting import ACTIVE, MERGED
from zhike.act.surveys import ANSWERED, BEGUN, COMPLETE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.ports import Transaction

__all__ = [
    "Known",
    "Placed",
    "SentInvitation",
    "SentSheet",
    "invitations",
    "kiosk_sheets",
    "known_customers",
    "opened_sheets",
    "sent_sheets",
    "sheet_counts",
    "sheets",
    "state_of_results",
    "wave_invitations",
]

CUSTOMER: Final = "customer_id"
_TABLES: Final = ("survey_answers", "survey_invitations", "kiosk_sheets")
"""What results are read from."""
_MOST: Final = 500
"""Members of one question to the store."""
_INVITATION: Final = ("invitation_id", CUSTOMER, "mode", "state", "lapses_at", "recorded_at", "reminders")


class Placed(NamedTuple):
    """A customer who is served: the record that stays, with branch and tier."""

    customer: str
    branch: str | None
    tier: str | None


Known = dict[str, Placed]
"""Every record that is of somebody who is served."""


@dataclass(frozen=True, slots=True)
class SentInvitation:
    """That somebody was asked; ``placed`` is None of whoever is served no more."""

    invitation_id: str
    placed: Placed | None
    mode: str
    answered: bool
    begun: bool
    reminders: int
    lapses_at: int
    at: int


@dataclass(frozen=True, slots=True)
class SentSheet:
    """A complete sheet of somebody who is served; ``answer`` as `zhike.measure.surveys.Sheet.to_json` makes it."""

    placed: Placed
    invitation_id: str | None
    mode: str
    at: int
    answer: Mapping[str, Any]
    scores: Mapping[str, float | None]


def state_of_results(tx: Transaction, version: str) -> tuple[Any, ...]:
    """Return what changes whenever results of a version do: what was sent, who was erased or merged, what is published.

    Nothing sealed is opened, and few rows are read.
    """
    latest = [
        tx.find(table, {"survey": version}, order=["-changed_at"], limit=1, columns=("changed_at",))
        for table in _TABLES
    ]
    published = tx.find("publications", {"state": "active"}, columns=("number",))
    return (
        tx.generation, tuple(row["number"] for row in published),
        *(tx.count(table, {"survey": version}) for table in _TABLES),
        *(rows[0]["changed_at"] if rows else None for rows in latest), tx.count("erasures"), tx.count("merges"),
    )  # fmt: skip


def sheet_counts(tx: Transaction, path: str, days: tuple[str, ...]) -> dict[str, int]:
    """Return how many complete sheets there are of each version, by its first day."""
    return {day: tx.count("survey_answers", {"survey": f"{path}@{day}", "state": COMPLETE}) for day in days}


def known_customers(
    tx: Transaction, branch: str | None
) -> tuple[Known, Counter[tuple[str | None, str | None]]]:
    """Return every record that is of somebody who is served, and how many there are in each branch and tier.

    Parameters
    ----------
    branch : str, optional
        Of this branch only.
    """
    where = {"state": ACTIVE} if branch is None else {"state": ACTIVE, "branch": branch}
    rows = tx.find("customers", where, columns=(CUSTOMER, "branch", "tier"))
    known = {row[CUSTOMER]: Placed(row[CUSTOMER], row["branch"], row["tier"]) for row in rows}
    counted = Counter((one.branch, one.tier) for one in known.values())
    merged = {
        row[CUSTOMER]: row["merged_into"]
        for row in tx.find("customers", {"state": MERGED}, columns=(CUSTOMER, "merged_into"))
    }
    for record in merged:
        into = record
        while into in merged:
            into = merged[into]
        if into in known:
            known[record] = known[into]
    return known, counted


def invitations(tx: Transaction, version: str, known: Known) -> list[SentInvitation]:
    """Return who was asked to fill in a version, in no order."""
    rows = tx.find("survey_invitations", {"survey": version}, columns=_INVITATION)
    return [
        SentInvitation(
            row["invitation_id"], known.get(row[CUSTOMER]), row["mode"], row["state"] == ANSWERED, row["state"] == BEGUN, row["reminders"], row["lapses_at"],
            row["recorded_at"],
        )
        for row in rows
    ]  # fmt: skip


def wave_invitations(tx: Transaction) -> list[dict[str, Any]]:
    """Return the invitations that waves have made, as far as nothing sealed has to be opened."""
    columns = (*_INVITATION, "survey", "wave")
    return [row for row in tx.find("survey_invitations", columns=columns) if row["wave"] is not None]


def sheets(tx: Transaction, version: str, known: Known) -> list[SentSheet]:
    """Return the complete sheets of a version of customers who are served, oldest first; one that can be opened no more is left out."""
    rows = tx.find("survey_answers", {"survey": version, "state": COMPLETE}, order=["changed_at"])
    return [
        SentSheet(
            known[row[CUSTOMER]], row["invitation_id"], row["mode"], row["changed_at"], row["answer"], row["scores"] or {}
        )
        for row in rows
        if row[CUSTOMER] in known and row["answer"] is not None
    ]  # fmt: skip


def kiosk_sheets(tx: Transaction, version: str, branch: str | None) -> list[dict[str, Any]]:
    """Return the complete sheets of a version from kiosks, of people whom nobody knows, oldest first; of one branch where it is given."""
    where = {"survey": version, "state": COMPLETE} | ({} if branch is None else {"branch": branch})
    return tx.find("kiosk_sheets", where, order=["changed_at"])


def sent_sheets(tx: Transaction, version: str) -> list[dict[str, Any]]:
    """Return the complete sheets of a version as they can be found without opening them, newest first: whose, and when."""
    return tx.find(
        "survey_answers", {"survey": version, "state": COMPLETE}, order=["-changed_at"], columns=("answer_id", CUSTOMER, "changed_at")
    )  # fmt: skip


def opened_sheets(tx: Transaction, answer_ids: list[str]) -> list[dict[str, Any]]:
    """Return some sheets opened, newest first; one that can be opened no more is left out."""
    parts = (answer_ids[start : start + _MOST] for start in range(0, len(answer_ids), _MOST))
    rows = [row for part in parts for row in tx.find("survey_answers", {"answer_id": part})]
    return sorted(
        (row for row in rows if row["answer"] is not None),
        key=lambda row: (-row["changed_at"], row["answer_id"]),
    )
