"""One transaction on the ledger, the same on both back ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.adapters.store.persons import Persons
from zhike.adapters.store.schema import PERSON_KEYS
from zhike.adapters.store.statements import Paging, seek
from zhike.adapters.store.values import TableCodec
from zhike.core.errors import UsageError
from zhike.core.ledger import CUSTOMER, LEDGER, ledger_table, ordering
from zhike.core.phrases import phrase
from zhike.core.store_errors import ErasedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.adapters.store.backend import Workings
    from zhike.adapters.store.sealing import PersonKey
    from zhike.adapters.store.session import Session
    from zhike.adapters.store.statements import Sought, Statement

__all__ = ["LedgerTransaction"]

_CODECS: Final = {name: TableCodec(table) for name, table in LEDGER.items()}
_ALL: Final = Paging()
_SINGLE: Final = Paging(limited=True)


class LedgerTransaction:
    """See `zhike.core.ports.Transaction`; made by `LedgerStore`.

    Parameters
    ----------
    workings : Workings
        Of the store.
    session : Session
        The statements of this transaction.
    writing : bool
        Whether it may write.
    """

    def __init__(self, workings: Workings, session: Session, *, writing: bool) -> None:
        self._statements = workings.statements
        self._session = session
        self._persons = Persons(workings, session, making=writing)
        self._writing = writing

    @property
    def generation(self) -> int:
        """Which database this is, see `zhike.core.ports.Transaction.generation`."""
        return self._session.generation

    # -- reading ------------------------------------------------------------------------------------------------------

    def one(self, table: str, **where: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any column's type
        """Return the only row with these values, None where there is none.

        Raises
        ------
        UsageError
            When several rows have them.
        """
        codec = _codec(table)
        sought, values = seek(codec, where)
        if _whole_key(codec, where):
            rows = self._rows(codec, self._statements.select(table, sought, _ALL), values)
        else:
            rows = self._rows(codec, self._statements.select(table, sought, _SINGLE), [*values, 2])
        if len(rows) > 1:
            raise UsageError(
                what=phrase("several such rows of table '{table}'", table=table),
                expected=phrase("values that one row has"),
            )
        return rows[0] if rows else None

    def find(
        self,
        table: str,
        where: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        after: Sequence[Any] | None = None,
        limit: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> list[dict[str, Any]]:
        """Return rows, ordered and paged."""
        codec = _codec(table)
        sought, values = seek(codec, where or {})
        by = ordering(codec.table, order)
        for name, _ in by:
            codec.sought(name)
        nulls, marks = (None, []) if after is None else _after(codec, by, after)
        ends = [] if limit is None else [_limit(limit)]
        paging, given = Paging(by, nulls, limit is not None), values + marks + ends
        if columns is None:
            return self._rows(codec, self._statements.select(table, sought, paging), given)
        names = codec.plain(columns)
        return self._some_columns(codec, names, self._statements.part(table, sought, paging, names), given)

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Return the number of rows."""
        sought, values = seek(_codec(table), where or {})
        return int(self._session.rows(table, self._statements.count(table, sought), values)[0][0])

    def address(self, customer: str, content: bytes) -> str:
        """Return the keyed hash under which content of this customer is kept.

        Raises
        ------
        ErasedError
            When the customer's key is destroyed.
        RecordNotFoundError
            When there is no key yet and this transaction only reads: then nothing is kept under any address.
        """
        person = self._persons.key(customer)
        if person is None:
            raise ErasedError(table=PERSON_KEYS)
        return person.address(content)

    def _rows(self, codec: TableCodec, statement: Statement, values: Sequence[Any]) -> list[dict[str, Any]]:
        rows, personal = [], codec.table.personal
        for raw in self._session.rows(codec.table.name, statement, values):
            row = dict(zip(codec.names, raw, strict=False))  # the key's columns follow those of the row
            for name, decode in codec.decode:
                if row[name] is not None:
                    row[name] = decode(row[name])
            if codec.sealed:
                self._persons.unseal(codec, row, *(raw[-2:] if personal else (None, None)))
            rows.append(row)
        return rows

    def _some_columns(
        self, codec: TableCodec, names: tuple[str, ...], statement: Statement, values: Sequence[Any]
    ) -> list[dict[str, Any]]:
        """Return rows with some columns, none of them sealed."""
        decode = [(name, how) for name, how in codec.decode if name in names]
        rows = [
            dict(zip(names, raw, strict=True))
            for raw in self._session.rows(codec.table.name, statement, values)
        ]
        for row in rows if decode else ():
            row.update({name: how(row[name]) for name, how in decode if row[name] is not None})
        return rows

    # -- writing ------------------------------------------------------------------------------------------------------

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows."""
        codec = self._written(table)
        records = [codec.record(row) for row in rows]
        if not records:
            return
        if codec.sealed:
            self._persons.seal(codec, records)
        ordered = [[record[name] for name in codec.names] for record in records]
        self._session.add(table, self._statements.insert(table), ordered)

    def change(self, table: str, where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """Change rows; return how many there were."""
        codec = self._written(table)
        sought, given = _some(codec, where)
        changed = codec.changed(values)
        if not changed:
            return self.count(table, where)
        if any(changed.get(name) is not None for name in codec.sealed_names):
            return self._change_sealed(codec, where, changed)
        return self._update(codec, changed, sought, given)

    def _change_sealed(self, codec: TableCodec, where: Mapping[str, Any], changed: dict[str, Any]) -> int:
        """Change rows customer by customer, as each has a key of their own."""
        if not codec.table.personal:
            banks = self._persons.of(None, {}, codec)
            return self._update(codec, self._sealed(codec, changed, banks), *seek(codec, where))
        sealed = [
            (owner, self._sealed(codec, changed, key)) for owner, key in self._owners(codec, where).items()
        ]
        return sum(
            self._update(codec, values, *seek(codec, {**where, CUSTOMER: owner})) for owner, values in sealed
        )

    def _owners(self, codec: TableCodec, where: Mapping[str, Any]) -> dict[str | None, PersonKey]:
        """Return whose rows a condition meets, with the keys to seal under."""
        named = where.get(CUSTOMER)
        if isinstance(named, str) and (key := self._persons.there(named)) is not None:
            return {named: key}
        table, (sought, given) = codec.table.name, seek(codec, where)
        owners = [
            owner for (owner,) in self._session.rows(table, self._statements.customers(table, sought), given)
        ]
        keys = self._persons.keys(owner for owner in owners if owner is not None)
        return {owner: self._persons.of(owner, keys, codec) for owner in owners}

    @staticmethod
    def _sealed(codec: TableCodec, changed: dict[str, Any], key: PersonKey) -> dict[str, Any]:
        """Return values with those of sealed columns sealed."""
        table = codec.table.name
        return {
            name: key.seal(value, table, name) if name in codec.sealed_names and value is not None else value
            for name, value in changed.items()
        }

    def _update(
        self, codec: TableCodec, changed: dict[str, Any], sought: tuple[Sought, ...], given: list[Any]
    ) -> int:
        statement = self._statements.update(codec.table.name, tuple(changed), sought)
        return self._session.write(codec.table.name, statement, [*changed.values(), *given])

    def remove(self, table: str, where: Mapping[str, Any]) -> int:
        """Remove rows; return how many there were."""
        sought, values = _some(self._written(table), where)
        return self._session.write(table, self._statements.delete(table, sought), values)

    def destroy_key(self, customer: str, at: int) -> bool:
        """Destroy the customer's key: what is sealed under it is gone for good; return whether there was one.

        The wrapped key is overwritten in its row; `LedgerStore.scrub` removes what the back end still keeps of it.
        """
        self._check_writing()
        return self._persons.destroy(customer, at)

    def _written(self, table: str) -> TableCodec:
        """Return the codec of a table that is to be written."""
        codec = _codec(table)
        self._check_writing()
        if table == PERSON_KEYS:
            raise UsageError(
                what=phrase("a write to table '{table}'", table=table),
                expected=phrase("none: the store keeps it by itself"),
            )
        return codec

    def _check_writing(self) -> None:
        if not self._writing:
            raise UsageError(
                what=phrase("a write in a transaction that reads"), expected=phrase("one opened with write()")
            )


def _codec(table: str) -> TableCodec:
    codec = _CODECS.get(table)
    return codec if codec is not None else _CODECS[ledger_table(table).name]


def _whole_key(codec: TableCodec, where: Mapping[str, Any]) -> bool:
    """Return whether a condition names one value for each column of the key, so that no two rows meet it."""
    return all(isinstance(where.get(name), str | int) for name in codec.table.key)


def _some(codec: TableCodec, where: Mapping[str, Any]) -> tuple[tuple[Sought, ...], list[Any]]:
    """Return the shape and values of a condition that is not empty."""
    if not where:
        raise UsageError(
            what=phrase("no condition for rows of table '{name}'", name=codec.table.name),
            expected=phrase("a column at least"),
        )
    return seek(codec, where)


def _after(
    codec: TableCodec, columns: tuple[tuple[str, bool], ...], after: Sequence[Any]
) -> tuple[tuple[bool, ...], list[Any]]:
    """Return which values of the last row of a page are None, and the others."""
    if len(after) != len(columns):
        names = ", ".join(name for name, _ in columns)
        raise UsageError(
            what=phrase("{count} values for 'after'", count=len(after)),
            expected=phrase("those of {names}", names=names),
        )
    given = [
        codec.sought(name)(value)
        for (name, _), value in zip(columns, after, strict=True)
        if value is not None
    ]
    return tuple(value is None for value in after), given


def _limit(limit: int) -> int:
    if type(limit) is not int or not 0 <= limit < 1 << 63:
        raise UsageError(what=phrase("limit {limit}", limit=limit), expected=phrase("a number of rows"))
    return limit
