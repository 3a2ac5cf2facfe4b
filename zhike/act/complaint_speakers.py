"""Who speaks for a customer who complains: proxies, heirs and guardians, by a proof that is asked for once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import records_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.complaint_house import ComplaintHouse
    from zhike.core.ports import Transaction

__all__ = ["PROXY", "Authority", "authority_of"]

PROXY: Final = "proxy"
"""What somebody is who speaks for another by a mandate, unless it is said otherwise."""


@dataclass(frozen=True, slots=True)
class Authority:
    """By what somebody speaks for the customer.

    Parameters
    ----------
    name, kind : str
        Who, and what they are: a key of ``complaints.speakers``.
    mandate : str or None
        What they say that they speak by.
    document : str
        That proves it.
    held : bool
        Whether the bank has it.
    since : int or None
        When it came in.
    """

    name: str
    kind: str
    mandate: str | None
    document: str
    held: bool
    since: int | None


def authority_of(tx: Transaction, row: Mapping[str, Any], house: ComplaintHouse) -> Authority | None:
    """Return by what somebody speaks for the customer of a complaint; None where the customer speaks.

    A proof that was filed for another complaint of the customer counts, if it is for the same person.
    """
    speaker = (row["detail"] or {}).get("speaker") or {}
    if not speaker:
        return None
    kind = speaker.get("kind") or PROXY
    document = house.proof_of(kind)
    filed = tx.find(
        "complaint_documents",
        {"customer_id": records_of(tx, row["customer_id"]), "kind": document},
        order=["recorded_at"],
    )
    proofs = [
        one["recorded_at"] for one in filed
        if one["complaint_id"] == row["complaint_id"] or (one["content"] or {}).get("for") == speaker["name"]
    ]  # fmt: skip
    return Authority(
        speaker["name"], kind, speaker.get("mandate"), document, bool(proofs), proofs[0] if proofs else None
    )
