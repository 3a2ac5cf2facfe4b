"""Move what is sealed under one master key to another, a page of rows at a time, inside a transaction that writes.

Two things are: persons' keys, and what belongs to no customer. What belongs to a customer is sealed under a key of the customer's own,
which stays as it is. A key that was destroyed is gone: there is nothing to wrap anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.adapters.store.ciphers import unopened
from zhike.adapters.store.opening import NOTES
from zhike.adapters.store.schema import PERSON_KEYS, STATE
from zhike.adapters.store.statements import Paging, Sought, Statement
from zhike.core.ledger import CUSTOMER, LEDGER
from zhike.core.phrases import phrase
from zhike.core.store_errors import StoreInvalidError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.adapters.store.backend import Workings
    from zhike.adapters.store.keyring import MasterKey
    from zhike.adapters.store.session import Session
    from zhike.core.ledger import LedgerTable

__all__ = ["BANKS_OWN", "Page", "Resealer"]

BANKS_OWN: Final = tuple(
    table.name
    for table in LEDGER.values()
    if table.sealed and not (table.personal and table.column(CUSTOMER).required)
)
"""Tables with rows that may be sealed under the bank's key."""
_PERSONS: Final = LEDGER[PERSON_KEYS]
_OWNER: Final = (Sought(CUSTOMER, 1),)


class Page(NamedTuple):
    """What became of a page of rows: how many changed, and the key of the last one; None where there was none."""

    changed: int
    last: tuple[Any, ...] | None


class Resealer:
    """Exchanges the bank's keys in one transaction.

    Parameters
    ----------
    workings : Workings
        Of the store.
    session : Session
        Of the transaction.
    """

    def __init__(self, workings: Workings, session: Session) -> None:
        self._statements = workings.statements
        self._session = session

    def noted(self) -> dict[str, str]:
        """Return what the store notes about itself."""
        return dict(self._session.rows(STATE.name, Statement(NOTES, None), ()))

    def note(self, name: str, value: str | None) -> None:
        """Note something about the store; None takes the note away."""
        there = self._statements.delete(STATE.name, (Sought(STATE.c.name.name, 1),))
        self._session.write(STATE.name, there, [name])
        if value is not None:
            self._session.add(STATE.name, self._statements.insert(STATE.name), [[name, value]])

    def persons(self, old: MasterKey, new: MasterKey, after: tuple[Any, ...] | None, limit: int) -> Page:
        """Wrap a page of persons' keys anew.

        Parameters
        ----------
        old, new : MasterKey
        after : tuple or None
            Key of the last row of the page before.
        limit : int
            Most rows.

        Raises
        ------
        StoreInvalidError
            When one is wrapped under neither key.
        """
        rows = self._page(_PERSONS, (), after, limit)
        changed = []
        for customer, wrapped, *_ in rows:
            if wrapped is None or new.unwrap(wrapped, customer) is not None:
                continue
            root = old.unwrap(wrapped, customer)
            if root is None:
                raise StoreInvalidError(what=phrase("a person's key that its key does not open"))
            changed.append([new.wrap(root, customer), customer])
        self._write(PERSON_KEYS, ("wrapped",), _OWNER, changed)
        return Page(len(changed), (rows[-1][0],) if rows else None)

    def rows(
        self, name: str, old: MasterKey, new: MasterKey, after: tuple[Any, ...] | None, limit: int
    ) -> Page:
        """Seal a page of rows of nobody anew; see `persons`."""
        table = LEDGER[name]
        nobodys = (Sought(CUSTOMER, 0, empty=True),) if table.personal else ()
        places = {column.name: place for place, column in enumerate(table.columns)}
        rows, changed = self._page(table, nobodys, after, limit), []
        for row in rows:
            sealed = [
                _moved(row[places[column]], name, column, old, new)
                if row[places[column]] is not None
                else None
                for column in table.sealed
            ]
            if any(one is not row[places[column]] for one, column in zip(sealed, table.sealed, strict=True)):
                changed.append([*sealed, *(row[places[part]] for part in table.key)])
        self._write(name, table.sealed, tuple(Sought(part, 1) for part in table.key), changed)
        return Page(len(changed), tuple(rows[-1][places[part]] for part in table.key) if rows else None)

    def _page(
        self, table: LedgerTable, sought: tuple[Sought, ...], after: tuple[Any, ...] | None, limit: int
    ) -> list[tuple[Any, ...]]:
        order = tuple((part, False) for part in table.key)
        beyond = None if after is None else (False,) * len(order)
        statement = self._statements.select(table.name, sought, Paging(order, beyond, limited=True))
        return self._session.rows(table.name, statement, [*(after or ()), limit])

    def _write(
        self, table: str, columns: tuple[str, ...], sought: tuple[Sought, ...], rows: Sequence[Sequence[Any]]
    ) -> None:
        if rows:
            self._session.add(table, self._statements.update(table, columns, sought), rows)


def _moved(sealed: bytes, table: str, column: str, old: MasterKey, new: MasterKey) -> bytes:
    """Return a value sealed under the new key: the same bytes where it is already."""
    if new.bank.opened(sealed, table, column) is not None:
        return sealed
    content = old.bank.opened(sealed, table, column)
    if content is None:
        raise unopened(table, column)
    return new.bank.seal(content, table, column)
