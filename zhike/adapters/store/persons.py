"""Persons' keys in one transaction: found, made where there are none, destroyed; and the rows that they seal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.adapters.store.schema import PERSON_KEYS
from zhike.adapters.store.statements import Paging, seek
from zhike.adapters.store.values import TableCodec
from zhike.core.ledger import CUSTOMER, LEDGER
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.core.store_errors import ErasedError, StoreInvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zhike.adapters.store.backend import Workings
    from zhike.adapters.store.sealing import PersonKey
    from zhike.adapters.store.session import Session

__all__ = ["Persons"]

_CODEC: Final = TableCodec(LEDGER[PERSON_KEYS])
_ALL: Final = Paging()
_AT_A_TIME: Final = 512


class Persons:
    """The keys that a transaction has met.

    Parameters
    ----------
    workings : Workings
        Of the store.
    session : Session
        Of the transaction.
    making : bool
        Whether keys may be made: whether the transaction writes.
    """

    def __init__(self, workings: Workings, session: Session, *, making: bool) -> None:
        self._workings = workings
        self._sealer = workings.sealer
        self._session = session
        self._making = making
        self._met: dict[str, PersonKey | None] = {}

    def key(self, customer: str) -> PersonKey | None:
        """Return the key of one customer, None where it is destroyed."""
        return self.keys([_named(customer)])[customer]

    def keys(self, customers: Iterable[str]) -> Mapping[str, PersonKey | None]:
        """Return the keys of customers, None where destroyed; those that were never made are made now.

        Raises
        ------
        RecordNotFoundError
            When there is none and none may be made.
        """
        wanted = [customer for customer in customers if customer not in self._met]
        for start in range(0, len(wanted), _AT_A_TIME):
            self._read(wanted[start : start + _AT_A_TIME])
        if unmade := [customer for customer in wanted if customer not in self._met]:
            self._make(unmade)
        return self._met

    def there(self, customer: str) -> PersonKey | None:
        """Return the key of one customer, None where it is destroyed or was never made."""
        if _named(customer) not in self._met:
            self._read([customer])
        return self._met.get(customer)

    def _read(self, customers: list[str]) -> None:
        for customer, wrapped in self._wrapped(customers).items():
            self._met[customer] = None if wrapped is None else self._sealer.opened(customer, wrapped)

    def _wrapped(self, customers: list[str]) -> dict[str, bytes | None]:
        sought, values = seek(_CODEC, {CUSTOMER: customers})
        statement = self._workings.statements.select(PERSON_KEYS, sought, _ALL)
        rows = self._session.rows(PERSON_KEYS, statement, values)
        return {customer: wrapped for customer, wrapped, *_ in rows}

    def _make(self, customers: list[str]) -> None:
        if not self._making:
            raise RecordNotFoundError(what=phrase("key of this customer"))
        made = {customer: self._sealer.new(customer) for customer in customers}
        at = self._workings.now()
        rows = [[customer, person.wrapped, at, None] for customer, person in made.items()]
        self._session.add(PERSON_KEYS, self._workings.statements.insert(PERSON_KEYS), rows)
        self._met.update(made)

    def destroy(self, customer: str, at: int) -> bool:
        """Overwrite a customer's wrapped key in its row; return whether there was one."""
        day, there = _CODEC.encode["destroyed_at"](at), self._wrapped([_named(customer)]).get(customer)
        self._sealer.forget(customer)
        self._met.pop(customer, None)
        if there is None:
            return False
        sought, values = seek(_CODEC, {CUSTOMER: customer})
        statement = self._workings.statements.update(PERSON_KEYS, ("wrapped", "destroyed_at"), sought)
        return bool(self._session.write(PERSON_KEYS, statement, [None, day, *values]))

    # -- rows ---------------------------------------------------------------------------------------------------------

    def seal(self, codec: TableCodec, records: Sequence[dict[str, Any]]) -> None:
        """Seal the sealed columns of rows, each under the key of its customer, or the bank's where there is none.

        Parameters
        ----------
        codec : TableCodec
            Of the table.
        records : sequence of dict
            Rows as the back end takes them, with bytes or None in their sealed columns; changed in place.

        Raises
        ------
        ErasedError
            When there is something to seal and the customer's key is destroyed.
        """
        names = codec.sealed_names
        secret = {
            record.get(CUSTOMER) for record in records if any(record[name] is not None for name in names)
        }
        keys = self.keys(owner for owner in secret if owner is not None)
        for record in records:
            if (customer := record.get(CUSTOMER)) in secret:
                self._seal_row(codec, record, self.of(customer, keys, codec))

    def of(self, customer: str | None, keys: Mapping[str, PersonKey | None], codec: TableCodec) -> PersonKey:
        """Return the key to seal under: the customer's, or the bank's own where there is no customer."""
        person = self._sealer.bank if customer is None else keys[customer]
        if person is None:
            raise ErasedError(table=codec.table.name)
        return person

    @staticmethod
    def _seal_row(codec: TableCodec, record: dict[str, Any], person: PersonKey) -> None:
        for name in codec.sealed_names:
            if (content := record[name]) is not None:
                record[name] = person.seal(content, codec.table.name, name)

    def unseal(
        self, codec: TableCodec, row: dict[str, Any], wrapped: bytes | None, destroyed: int | None
    ) -> None:
        """Open the sealed columns of a row in place; those whose key is destroyed become None.

        Parameters
        ----------
        codec : TableCodec
            Of the table.
        row : dict
            As the back end gave it.
        wrapped, destroyed : bytes or None, int or None
            What the same statement read of the customer's key: a key that is only remembered opens nothing.

        Raises
        ------
        StoreInvalidError
            When a value does not open, or its customer has no key and none was destroyed.
        """
        customer, table = row.get(CUSTOMER), codec.table.name
        if customer is not None and wrapped is None:
            self._lost(codec, row, destroyed)
            return
        opens = (
            self._sealer if customer is None or wrapped is None else self._sealer.opened(customer, wrapped)
        )
        for column in codec.sealed:
            if (sealed := row[column.name]) is not None:
                row[column.name] = column.decode(opens.unseal(sealed, table, column.name))

    def _lost(self, codec: TableCodec, row: dict[str, Any], destroyed: int | None) -> None:
        self._sealer.forget(row[CUSTOMER])
        for name in codec.sealed_names:
            if row[name] is not None and destroyed is None:
                raise StoreInvalidError(
                    what=phrase("a row of table '{name}' whose customer has no key", name=codec.table.name)
                )
            row[name] = None


def _named(customer: str) -> str:
    """Return a customer's identifier, checked as its column is."""
    named: str = _CODEC.sought(CUSTOMER)(customer)
    return named
