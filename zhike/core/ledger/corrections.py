"""What was wrong about a customer and was put right: facts corrected, records found to be one person."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import ACTOR, AT, CUSTOMER, WHO, LedgerTable, column, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "corrections", "A fact corrected after the archive: valid when, known when, and what it was before.", ("correction_id",),
        (
            column("correction_id", "text", "C1", "Identifier."), WHO,
            column("attribute", "text", "C2", "Attribute of the customer."), column("valid_from", "day", "C2", "Since when it is so."),
            sealed("value", "json", "The value."), sealed("before", "json", "What was known before."), AT, ACTOR,
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "merges", "Two records found to be one person; undone by a row that says so.", ("merge_id",),
        (
            column("merge_id", "text", "C1", "Identifier."), WHO,
            column("into", "text", "C2", "The record that stays."), column("state", "text", "C1", "merged or undone."),
            sealed("before", "json", "What the merge changed, for undoing it."), AT, ACTOR,
        ),
        indexes=((CUSTOMER,), ("into",)),
    ),
)  # fmt: skip
