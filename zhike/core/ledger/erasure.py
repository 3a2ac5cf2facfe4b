"""Who was forgotten, and what a duty keeps of them."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import ACTOR, AT, CUSTOMER, LedgerTable, column, optional, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "erasures", "That a customer was erased or made anonymous in one place, on whose word, with its certificate.", ("erasure_id",),
        (
            column("erasure_id", "text", "-", "Identifier."),
            column("subject", "text", "C2", "The customer; kept so that nobody brings them back by oversight."),
            column("kind", "text", "-", "erase or anonymise."), column("place", "text", "-", "ledger, or bank: and its name."),
            column("proposal_id", "text", "-", "The proposal that was approved."),
            optional("relationship_end", "day", "C1", "Last day of the relationship, from which duties count."),
            column("state", "text", "-", "begun, or done once nothing is left in the files."),
            column("content", "json", "C1", "What was erased and kept; once done, the signed certificate."), AT, ACTOR,
        ),
        indexes=(("subject",),),
    ),
    LedgerTable(
        "retained", "What a duty keeps of an erased customer, apart from everything else and sealed under the bank's key.", ("retained_id",),
        (
            column("retained_id", "text", "-", "Identifier."), column("erasure_id", "text", "-", "The erasure."),
            column("origin", "text", "-", "Table it was in; after bank: one of a bank folder."),
            column("duty", "text", "-", "Path of the duty that keeps it."),
            optional("last_day", "day", "-", "Last day on which it is kept; none while the relationship lasts."),
            optional(CUSTOMER, "text", "C2", "Nobody: the content is the bank's."), sealed("content", "json", "The rows."), AT,
        ),
        indexes=(("erasure_id",), ("last_day",)),
    ),
)  # fmt: skip
