"""What a move of a complaint lacks beyond its life's own rules: a right to approve, a plan, an authority, and no document twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import moment, records_of
from zhike.act.complaint_groups import group_of, lacks_plan, size_of
from zhike.act.complaint_speakers import authority_of
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.govern.missing import Missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.ports import Transaction
    from zhike.govern.complaint_life import Mover

__all__ = ["further_missing"]

_EXTENDED: Final = "extended"
_REPRESENTATIVE: Final = "representative"


def further_missing(
    tx: Transaction, row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], name: str, mover: Mover,
    given: Mapping[str, Any], desk: ComplaintDesk,
) -> tuple[Missing, ...]:  # fmt: skip
    """Return what a move lacks that only the ledger and the house's rules tell.

    Raises
    ------
    UsageError
        When a right to approve is named that the regime does not know.
    """
    return (
        *_approval(row, name, mover, given, desk), *_plan(tx, row, name, desk), *_authority(tx, row, given, desk),
        *_documents(tx, row, steps, given, desk),
    )  # fmt: skip


def _approval(
    row: Mapping[str, Any], name: str, mover: Mover, given: Mapping[str, Any], desk: ComplaintDesk
) -> Iterator[Missing]:
    if desk.life.moves[name].event != _EXTENDED:
        return
    regime, right = desk.regime(row["business"], moment(row["received_at"])), given.get("approver")
    if right is None:
        needs = [clock.needs.get(str(given.get("to"))) for clock in regime.clocks]
        if any(one is not None and one.approvers for one in needs):
            yield Missing("not_said", {"what": "approver"})
        return
    if right not in regime.approvers:
        raise UsageError(
            what=phrase("{name} '{code}'", name="approver", code=right), expected=", ".join(regime.approvers)
        )
    if not desk.house.approves(right, mover.roles):
        yield Missing("not_the_approver", {"right": str(right), "actor_id": mover.staff_id})


def _plan(tx: Transaction, row: Mapping[str, Any], name: str, desk: ComplaintDesk) -> Iterator[Missing]:
    if row["group_id"] is None or name not in desk.house.groups["held_without_plan"]:
        return
    group = group_of(tx, row["group_id"])
    if lacks_plan(tx, group, desk.house):
        yield Missing(
            "plan_missing", {"people": size_of(tx, group), "needed": int(desk.house.groups["major_from"])}
        )


def _authority(
    tx: Transaction, row: Mapping[str, Any], given: Mapping[str, Any], desk: ComplaintDesk
) -> Iterator[Missing]:
    if given.get("told") != _REPRESENTATIVE:
        return
    found = authority_of(tx, row, desk.house)
    if found is None:
        yield Missing("nobody_speaks", {})
    elif not found.held:
        yield Missing("no_authority", {"name": found.name, "document": found.document})


def _documents(
    tx: Transaction, row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], given: Mapping[str, Any], desk: ComplaintDesk
) -> Iterator[Missing]:  # fmt: skip
    """Yield the documents that nobody may be asked for, once more unless it is said why."""
    asked = {
        code: one["recorded_at"] for one in steps for code in one["content"]["given"].get("documents") or ()
    }
    for code in given.get("documents") or ():
        if desk.house.is_held(code):
            yield Missing("held_by_bank", {"document": code})
        elif not given.get("again"):
            yield from _had_before(tx, row, code, asked)


def _had_before(
    tx: Transaction, row: Mapping[str, Any], code: str, asked: Mapping[str, int]
) -> Iterator[Missing]:
    own = {"customer_id": records_of(tx, row["customer_id"]), "kind": code}
    kept = [one["recorded_at"] for one in tx.find("complaint_documents", own, columns=["recorded_at"])]
    if kept:
        yield Missing("kept_already", {"document": code, "day": str(moment(max(kept)).date())})
    elif code in asked:
        yield Missing("asked_before", {"document": code, "day": str(moment(asked[code]).date())})
