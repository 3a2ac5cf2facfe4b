"""What a table of the ledger says of itself: what a row is, its key, its columns, and how rows are ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ACTOR",
    "AT",
    "CUSTOMER",
    "WHO",
    "LedgerColumn",
    "LedgerTable",
    "column",
    "optional",
    "ordering",
    "sealed",
]

LedgerType = Literal["text", "int", "float", "bool", "instant", "day", "json", "bytes"]
CUSTOMER: Final = "customer_id"


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column.

    Parameters
    ----------
    dtype : str
        ``json`` is what JSON can hold, returned as Python values; ``bytes`` are as they are.
    personal : str
        Class of JR/T 0171-2020: ``C1`` to ``C3``, ``-`` for none.
    sealed : bool
        Whether it is encrypted under the customer's key, or the bank's where there is no customer; sealed columns can be neither sought nor ordered by.
    """

    name: str
    dtype: LedgerType
    personal: str
    meaning: str
    required: bool = True
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """One table: what a row is, its key, what else is unique or looked up, its columns."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[LedgerColumn, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    clustered: bool = False
    """Whether rows lie in the order of their key where the back end can: for many small rows that are only sought by it."""

    @property
    def personal(self) -> bool:
        """Whether its rows belong to a customer."""
        return any(column.name == CUSTOMER for column in self.columns)

    @property
    def sealed(self) -> tuple[str, ...]:
        """Names of the columns that are encrypted."""
        return tuple(column.name for column in self.columns if column.sealed)

    def column(self, name: str) -> LedgerColumn:
        """Return a column by name."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            names = ", ".join(column.name for column in self.columns)
            raise UsageError(
                what=phrase("column '{name}' of table '{name2}'", name=name, name2=self.name), expected=names
            )
        return found


def column(name: str, dtype: LedgerType, personal: str, meaning: str) -> LedgerColumn:
    """Return a column that every row fills."""
    return LedgerColumn(name, dtype, personal, meaning)


def optional(name: str, dtype: LedgerType, personal: str, meaning: str) -> LedgerColumn:
    """Return a column that a row may leave empty."""
    return LedgerColumn(name, dtype, personal, meaning, required=False)


def sealed(name: str, dtype: LedgerType, meaning: str, personal: str = "C2") -> LedgerColumn:
    """Return a column that is encrypted; a row may leave it empty."""
    return LedgerColumn(name, dtype, personal, meaning, required=False, sealed=True)


WHO: Final = column(CUSTOMER, "text", "C2", "The customer.")
AT: Final = column("recorded_at", "instant", "C1", "When it was recorded.")
ACTOR: Final = column("actor", "text", "C1", "Who did it: a member of staff, a machine, or the customer.")


def ordering(table: LedgerTable, order: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Return the columns by which rows are ordered, and whether each falls: those asked for, then what the key adds.

    The key falls where the column before it does, so that a list of the newest first is the reverse of the oldest first.

    Examples
    --------
    >>> from zhike.core.ledger import LEDGER
    >>> ordering(LEDGER["offers"], ("-made_at",))
    (('made_at', True), ('offer_id', True))
    """
    asked = tuple((name.removeprefix("-"), name.startswith("-")) for name in order)
    names = [name for name, _ in asked]
    if len(set(names)) < len(names):
        raise UsageError(
            what=phrase("order {names}", names=", ".join(order)), expected=phrase("each column once")
        )
    falls = asked[-1][1] if asked else False
    # No two rows share the key: once it is whole, nothing more is needed.
    return asked + tuple((table.column(name).name, falls) for name in table.key if name not in names)
