"""The tables of the ledger: what the bank did, was told and promised, kept so that it can be proven and, person by person, forgotten.

A column says its type, its personal-data class (as in `zhike.core.tables`) and whether it is *sealed*: written encrypted under the
key of the row's ``customer_id``, so that destroying that key makes it unreadable wherever a copy of it lies; where the row has no
customer, under the bank's own key. Instants are whole
microseconds since 1970 in UTC, days are ISO texts, so that every back end holds the same values.
"""

from __future__ import annotations

from typing import Final

from zhike.core.errors import UsageError
from zhike.core.ledger import (
    access,
    complaints,
    corrections,
    customer_word,
    decisions,
    delivery,
    erasure,
    listening,
    proof,
    serving,
    surveys,
)
from zhike.core.ledger.table import CUSTOMER, LedgerColumn, LedgerTable, ordering
from zhike.core.phrases import phrase

__all__ = ["CUSTOMER", "LEDGER", "LedgerColumn", "LedgerTable", "ledger_table", "ordering"]

_PARTS: Final = (
    serving,
    decisions,
    customer_word,
    complaints,
    surveys,
    listening,
    corrections,
    access,
    erasure,
    delivery,
    proof,
)

LEDGER: Final[dict[str, LedgerTable]] = {table.name: table for part in _PARTS for table in part.TABLES}
"""The tables by name, those that others rest on first."""


def ledger_table(name: str) -> LedgerTable:
    """Return a table by name.

    Examples
    --------
    >>> ledger_table("offers").key
    ('offer_id',)
    """
    if name not in LEDGER:
        raise UsageError(what=phrase("table '{name}'", name=name), expected=", ".join(LEDGER))
    return LEDGER[name]
