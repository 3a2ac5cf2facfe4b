"""The audit trail and its digests."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import AT, CUSTOMER, LedgerTable, column, optional, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "audit_entries", "The audit trail, hash-linked stream by stream.", ("stream", "number"),
        (
            column("stream", "text", "-", "Stream."), column("number", "int", "-", "Place in it, from 1."),
            column("at", "instant", "-", "When."), column("event", "int", "-", "Number of the event's type."),
            column("actor", "text", "C1", "Who."), column("subject", "text", "-", "Commitment to whom it concerns."),
            column("body", "text", "-", "Commitment to what was done."), column("previous", "text", "-", "Hash of the entry before."),
            column("hash", "text", "-", "Its own hash."),
        ),
    ),
    LedgerTable(
        "audit_openings", "What opens the commitments of an entry; goes with the person's key.", ("stream", "number"),
        (
            column("stream", "text", "-", "Stream."), column("number", "int", "-", "Place in it."),
            optional(CUSTOMER, "text", "C2", "The customer."), sealed("salt", "bytes", "Salt of the commitments."),
            sealed("content", "bytes", "What the body commits to."),
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "audit_digests", "Signed digests over the heads of all streams.", ("number",),
        (
            column("number", "int", "-", "Counted from 1."), column("content", "json", "-", "The digest with its signature."), AT,
        ),
    ),
)  # fmt: skip
