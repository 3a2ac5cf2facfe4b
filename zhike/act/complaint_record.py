"""What a move writes beside its step: particulars, priority, a document that is filed; and what the ledger adds to what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.complaint_groups import group_of, size_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.acting import Acting
    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.ports import Transaction

__all__ = ["do_file", "known_facts", "recorded"]

_RECORD, _SORT, _FILE = "record", "sort", "file"
_REGULATOR: Final = "regulator"


def recorded(row: Mapping[str, Any], name: str, given: Mapping[str, Any], desk: ComplaintDesk) -> dict[str, Any]:  # fmt: skip
    """Return the columns that a move changes by what is said with it: particulars, urgency, vulnerability."""
    detail = row["detail"] or {}
    if name == _RECORD:
        told = {key: words for key, words in given["particulars"].items() if words}
        return {"detail": {**detail, "particulars": {**detail.get("particulars", {}), **told}}}
    if name == _SORT:
        said = {name: given.get(name, detail.get(name)) for name in ("urgency", "vulnerability")}
        return {"priority": desk.house.ranked(row["channel"], **said), "detail": {**detail, **said}}
    return {}


def known_facts(
    tx: Transaction, row: Mapping[str, Any], given: Mapping[str, Any], desk: ComplaintDesk
) -> dict[str, Any]:
    """Return what is said with a proposal, with what the ledger knows whoever says otherwise: a major group, a regulator's forward."""
    if "facts" not in given:
        return dict(given)
    facts = dict(given["facts"])
    if row["channel"] == _REGULATOR:
        facts["regulatory"] = 1
    if row["group_id"] is not None and desk.house.is_major(size_of(tx, group_of(tx, row["group_id"]))):
        facts["major"] = 1
    return {**given, "facts": facts}


def do_file(
    acting: Acting, tx: Transaction, row: Mapping[str, Any], name: str, given: Mapping[str, Any], actor: str
) -> None:
    """Keep that a document was filed, where a move files one; one that came with a message before is named, not kept twice."""
    if name != _FILE:
        return
    same = {"complaint_id": row["complaint_id"], "sha256": given["sha256"]}
    speaker = (row["detail"] or {}).get("speaker") or {}
    if tx.change("complaint_documents", same, {"kind": given["document"]}):
        return
    tx.insert("complaint_documents", [{
        "document_id": acting.new_id("f"), "customer_id": row["customer_id"], "complaint_id": row["complaint_id"], "message_id": None,
        "kind": given["document"], "sha256": given["sha256"], "content": {"name": given.get("text"), "for": speaker.get("name")},
        "recorded_at": acting.clock.now(), "actor": actor,
    }])  # fmt: skip
