"""Complaints of several people about one thing: who speaks for all, the plan of a major one, and one step for all of them.

A group holds nothing that its complaints hold: each stays a case with clocks, steps and proof of its own, and a step for the group is that
step in every one of them, or in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.act.complaint_house import ComplaintHouse
    from zhike.core.ports import Transaction

__all__ = [
    "NewGroup", "check_group", "do_gather", "do_group", "do_plan", "group_of", "lacks_plan", "members_of", "size_of",
]  # fmt: skip

_STREAM: Final = "cases"
_LONGEST: Final = 200
"""Complaints that are gathered at a time."""


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A group to be made.

    Parameters
    ----------
    subject : str
        What all complain of.
    complaints, representatives : tuple of str
        Identifiers; who speaks for all are some of them.
    people : int
        How many people it is said to be; more than complaints where not everybody is a customer.
    """

    subject: str
    complaints: tuple[str, ...]
    representatives: tuple[str, ...] = ()
    people: int = 0


def check_group(tx: Transaction, new: NewGroup, house: ComplaintHouse) -> None:
    """Refuse what is no group.

    Raises
    ------
    UsageError
        When a complaint is named twice, or too many speak for all, or one that is not in the group.
    StateConflictError
        When a complaint has ended, or is part of another group.
    """
    most = int(house.groups["representatives"])
    if len(set(new.complaints)) < len(new.complaints) or not 0 < len(new.complaints) <= _LONGEST:
        raise UsageError(
            what=phrase("{count} complaints, some of them twice or too many", count=len(new.complaints)),
            expected=phrase("1 to {most} complaints, each once", most=_LONGEST),
        )
    if len(new.representatives) > most or set(new.representatives) - set(new.complaints):
        raise UsageError(
            what=phrase("representatives {names}", names=", ".join(new.representatives) or "-"),
            expected=phrase("at most {most}, of the complaints of the group", most=most),
        )
    _check_free(tx, new.complaints, None)


def do_group(acting: Acting, tx: Transaction, new: NewGroup, actor: str) -> dict[str, Any]:
    """Make a group that was checked; return its row."""
    now = acting.clock.now()
    row: dict[str, Any] = {
        "group_id": acting.new_id("q"), "people": max(new.people, len(new.complaints)), "changed_at": now, "recorded_at": now, "actor": actor,
        "content": {"subject": new.subject, "representatives": list(new.representatives), "plan": None},
    }  # fmt: skip
    tx.insert("complaint_groups", [row])
    _gathered(tx, new.complaints, row["group_id"])
    _told(acting, tx, row, "made", actor)
    return row


def _told(acting: Acting, tx: Transaction, row: Mapping[str, Any], what: str, actor: str) -> None:
    """Write into the trail what was done to a group."""
    told = {"group": row["group_id"], "what": what, "people": row["people"]}
    record(
        tx,
        [Happened(_STREAM, AuditEvent.CASES_GROUPED, actor, None, told)],
        acting.clock.now(),
        acting.chance,
    )


def do_gather(
    acting: Acting,
    tx: Transaction,
    group: dict[str, Any],
    complaints: Sequence[str],
    people: int | None,
    actor: str,
) -> dict[str, Any]:
    """Add complaints to a group, or say how many people it is; those that it has already stay; return its row.

    Raises
    ------
    StateConflictError
        When a complaint has ended, or is part of another group.
    """
    _check_free(tx, complaints, group["group_id"])
    _gathered(tx, complaints, group["group_id"])
    stated = max(people or group["people"], len(members_of(tx, group)))
    changed = _changed(acting, tx, group, {"people": stated})
    _told(acting, tx, changed, "gathered", actor)
    return changed


def do_plan(
    acting: Acting, tx: Transaction, group: dict[str, Any], plan: Mapping[str, Any], actor: str
) -> dict[str, Any]:
    """Keep the plan of a group, with when it was made; return its row."""
    kept = {**plan, "actor": actor, "at": acting.clock.now()}
    changed = _changed(acting, tx, group, {"content": {**group["content"], "plan": kept}})
    _told(acting, tx, changed, "planned", actor)
    return changed


def _changed(
    acting: Acting, tx: Transaction, group: dict[str, Any], values: dict[str, Any]
) -> dict[str, Any]:
    changed = {**values, "changed_at": acting.clock.now()}
    tx.change("complaint_groups", {"group_id": group["group_id"]}, changed)
    return {**group, **changed}


def group_of(tx: Transaction, group_id: str) -> dict[str, Any]:
    """Return the row of a group.

    Raises
    ------
    RecordNotFoundError
        When there is none.
    """
    row = tx.one("complaint_groups", group_id=group_id)
    if row is None:
        raise RecordNotFoundError(what=phrase("group of complaints"))
    return row


def members_of(tx: Transaction, group: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the complaints of a group, the oldest first."""
    return tx.find("complaints", {"group_id": group["group_id"]}, order=["received_at"])


def size_of(tx: Transaction, group: Mapping[str, Any]) -> int:
    """Return how many people complain: as many as are said, and no fewer than complaints."""
    return max(int(group["people"]), tx.count("complaints", {"group_id": group["group_id"]}))


def lacks_plan(tx: Transaction, group: Mapping[str, Any], house: ComplaintHouse) -> bool:
    """Return whether a group is a major complaint without a plan."""
    return group["content"]["plan"] is None and house.is_major(size_of(tx, group))


def _check_free(tx: Transaction, complaints: Sequence[str], group_id: str | None) -> None:
    known = {row["complaint_id"]: row for row in tx.find("complaints", {"complaint_id": list(complaints)})}
    for name in complaints:
        row = known.get(name)
        if row is None:
            raise RecordNotFoundError(what=phrase("complaint"))
        if not row["open"] or row["group_id"] not in (None, group_id):
            raise StateConflictError(
                what=phrase("complaint '{name}', ended or of another group", name=name),
                expected=phrase("an open complaint that is part of no other group"),
            )


def _gathered(tx: Transaction, complaints: Sequence[str], group_id: str) -> None:
    if complaints:
        tx.change("complaints", {"complaint_id": list(complaints)}, {"group_id": group_id})
