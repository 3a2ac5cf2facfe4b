"""One transaction on the ledger, the same on both back ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.adapters.store.schema import PERSON_KEYS
from zhike.adapters.store.statements import Paging, seek
from zhike.adapters.store.values import TableCodec
from zhike.core.errors import ErasedError, NotFoundError, StoreInvalidError, UsageError
from zhike.core.ledger import CUSTOMER, LEDGER, ledger_table, ordering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zhike.adapters.store.backend import Workings
    from zhike.adapters.store.sealing import PersonKey
    from zhike.adapters.store.statements import Sought, Statement
    from zhike.core.errors import ZhikeError

__all__ = ["LedgerTransaction"]

_CODECS: Final = {name: TableCodec(table) for name, table in LEDGER.items()}
_FIRST: Final = Paging()
_SINGLE: Final = Paging(limited=True)
_AT_A_TIME: Final = 512


def _codec(table: str) -> TableCodec:
    codec = _CODECS.get(table)
    return codec if codec is not None else _CODECS[ledger_table(table).name]


class LedgerTransaction:
    """See `zhike.core.ports.Transaction`.

    Once a statement has failed, the whole transaction has: every later call raises the same error and nothing is committed,
    even when the caller caught it. One back end would go on, the other not; so neither does.
    """

    def __init__(self, workings: Workings, connection: Any, *, writing: bool) -> None:  # noqa: ANN401
        self._workings = workings
        self._statements = workings.statements
        self._sealer = workings.sealer
        self._cursor = workings.backend.cursor(connection)
        self._writing = writing
        self._persons: dict[str, PersonKey | None] = {}
        self._failed: ZhikeError | None = None
        self.connection_lost = False

    # -- reading ----------------------------------------------------------------------------------------------------

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
            rows = self._rows(codec, self._statements.select(table, sought, _FIRST), values)
        else:
            rows = self._rows(codec, self._statements.select(table, sought, _SINGLE), [*values, 2])
        if len(rows) > 1:
            raise UsageError(what=f"several such rows of table '{table}'", expected="values that one row has")
        return rows[0] if rows else None

    def find(
        self,
        table: str,
        where: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        after: Sequence[Any] | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return rows, ordered and paged."""
        codec = _codec(table)
        sought, values = seek(codec, where or {})
        columns = ordering(codec.table, order)
        for name, _ in columns:
            codec.sought(name)
        nulls, marks = (None, []) if after is None else _after(codec, columns, after)
        ends = [] if limit is None else [_limit(limit)]
        values += marks + ends
        paging = Paging(columns, nulls, limit is not None)
        return self._rows(codec, self._statements.select(table, sought, paging), values)

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Return the number of rows."""
        sought, values = seek(_codec(table), where or {})
        self._run(table, self._statements.count(table, sought), values)
        return int(self._cursor.fetchall()[0][0])  # to the end: a statement half read holds its snapshot

    def address(self, customer: str, content: bytes) -> str:
        """Return the keyed hash under which content of this customer is kept.

        Raises
        ------
        ErasedError
            When the customer's key is destroyed.
        NotFoundError
            When there is no key yet and this transaction only reads: then nothing is kept under any address.
        """
        person = self._keys_of([customer])[customer]
        if person is None:
            raise ErasedError(table="evidence")
        return person.address(content)

    # -- writing ----------------------------------------------------------------------------------------------------

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows."""
        codec = self._written(table)
        for row in rows:
            codec.check_row(row)
        if not rows:
            return
        plain = [codec.open_values(row) for row in rows]
        if codec.sealed:
            self._seal(codec, rows, plain)
        ordered = [[record[name] for name in codec.names] for record in plain]
        self._run(table, self._statements.insert(table), ordered, many=True)

    def change(self, table: str, where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """Change rows; return how many there were."""
        codec = self._written(table)
        sought, given = _some(codec, where)
        codec.check_change(values)
        if not values:
            return self.count(table, where)
        if all(values.get(column.name) is None for column in codec.sealed):
            return self._update(codec, values, None, sought, given)
        return sum(
            self._update(codec, values, person, *seek(codec, {**where, CUSTOMER: customer}))
            for customer, person in self._owners(codec, sought, given)
        )

    def remove(self, table: str, where: Mapping[str, Any]) -> int:
        """Remove rows; return how many there were."""
        sought, values = _some(self._written(table), where)
        self._run(table, self._statements.delete(table, sought), values)
        return int(self._cursor.rowcount)

    def destroy_key(self, customer: str, at: int) -> bool:
        """Destroy the customer's key: what is sealed under it is gone for good; return whether there was one.

        The wrapped key is overwritten in its row; `LedgerStore.scrub` removes what the back end still keeps of it.
        """
        self._check_writing()
        codec = _CODECS[PERSON_KEYS]
        sought, values = seek(codec, {CUSTOMER: [customer]})
        keys = self._rows(codec, self._statements.select(PERSON_KEYS, sought, _FIRST), values)
        self._sealer.forget(customer)
        self._persons.pop(customer, None)
        if not keys or keys[0]["wrapped"] is None:
            return False
        return bool(self._update(codec, {"wrapped": None, "destroyed_at": at}, None, sought, values))

    # -- inside -----------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Raise what failed, where a caller caught it, and take no further call."""
        if self._failed is not None:
            raise self._failed
        self.close()

    def close(self) -> None:
        """Take no further call."""
        self._failed = UsageError(what="a transaction that has ended", expected="one inside its `with`")

    def _run(self, table: str, statement: Statement, values: Sequence[Any], *, many: bool = False) -> None:
        if self._failed is not None:
            raise self._failed
        try:
            if many:
                self._cursor.executemany(statement.sql, [statement.arguments(row) for row in values])
            else:
                self._cursor.execute(statement.sql, statement.arguments(values))
        except self._workings.backend.errors as error:
            fault = self._workings.backend.fault(error, table)
            self._failed, self.connection_lost = fault.error, fault.gone
            raise fault.error from error

    def _rows(self, codec: TableCodec, statement: Statement, values: Sequence[Any]) -> list[dict[str, Any]]:
        self._run(codec.table.name, statement, values)
        rows = []
        for raw in self._cursor.fetchall():
            row = dict(zip(codec.names, raw, strict=False))  # the key's columns follow those of the row
            for name, decode in codec.decode:
                if row[name] is not None:
                    row[name] = decode(row[name])
            if codec.sealed:
                self._unseal(codec, row, *raw[-2:])
            rows.append(row)
        return rows

    def _unseal(
        self, codec: TableCodec, row: dict[str, Any], wrapped: bytes | None, destroyed: int | None
    ) -> None:
        customer = row[CUSTOMER]
        if customer is None:
            person = self._sealer.bank
        elif wrapped is not None:
            person = self._sealer.opened(customer, wrapped)
        else:
            return self._lost(codec, row, destroyed)
        table = codec.table.name
        for column in codec.sealed:
            if (sealed := row[column.name]) is not None:
                row[column.name] = column.decode(person.unseal(sealed, table, column.name))
        return None

    def _lost(self, codec: TableCodec, row: dict[str, Any], destroyed: int | None) -> None:
        """Return sealed columns as None, where their key was destroyed and is not missing."""
        self._sealer.forget(row[CUSTOMER])
        for column in codec.sealed:
            if row[column.name] is not None and destroyed is None:
                raise StoreInvalidError(what=f"a row of table '{codec.table.name}' whose customer has no key")
            row[column.name] = None

    def _seal(
        self, codec: TableCodec, rows: Sequence[Mapping[str, Any]], plain: list[dict[str, Any]]
    ) -> None:
        """Add the sealed columns to rows, making the keys of customers who have none."""
        table, names = codec.table.name, [column.name for column in codec.sealed]
        secret = {
            record[CUSTOMER]
            for row, record in zip(rows, plain, strict=True)
            if any(row.get(name) is not None for name in names)
        }
        persons = self._keys_of(secret - {None})
        for row, record in zip(rows, plain, strict=True):
            person = self._sealer.bank if record[CUSTOMER] is None else persons.get(record[CUSTOMER])
            for column in codec.sealed:
                value = row.get(column.name)
                record[column.name] = (
                    None
                    if value is None
                    else _required(person, table).seal(column.encode(value), table, column.name)
                )

    def _update(
        self,
        codec: TableCodec,
        values: Mapping[str, Any],
        person: PersonKey | None,
        sought: tuple[Sought, ...],
        given: list[Any],
    ) -> int:
        table, sealed = codec.table.name, {column.name: column for column in codec.sealed}
        new: list[Any] = []
        for name, value in values.items():
            if value is None:
                new.append(None)
            elif name in sealed:
                new.append(_required(person, table).seal(sealed[name].encode(value), table, name))
            else:
                new.append(codec.encode[name](value))
        self._run(table, self._statements.update(table, tuple(values), sought), [*new, *given])
        return int(self._cursor.rowcount)

    def _owners(
        self, codec: TableCodec, sought: tuple[Sought, ...], given: list[Any]
    ) -> Iterator[tuple[str | None, PersonKey | None]]:
        """Yield whose rows a change of sealed columns meets, with their keys."""
        table = codec.table.name
        self._run(table, self._statements.customers(table, sought), given)
        customers = [customer for (customer,) in self._cursor.fetchall()]
        persons = self._keys_of([customer for customer in customers if customer is not None])
        for customer in customers:
            yield customer, self._sealer.bank if customer is None else persons[customer]

    def _keys_of(self, customers: Iterable[str]) -> dict[str, PersonKey | None]:
        """Return the keys of customers, None where destroyed; those that were never made are made now."""
        wanted = [customer for customer in customers if customer not in self._persons]
        for start in range(0, len(wanted), _AT_A_TIME):
            self._open_keys(wanted[start : start + _AT_A_TIME])
        unmade = [customer for customer in wanted if customer not in self._persons]
        if unmade:
            self._make_keys(unmade)
        return self._persons

    def _open_keys(self, customers: list[str]) -> None:
        codec = _CODECS[PERSON_KEYS]
        sought, values = seek(codec, {CUSTOMER: customers})
        for row in self._rows(codec, self._statements.select(PERSON_KEYS, sought, _FIRST), values):
            customer, wrapped = row[CUSTOMER], row["wrapped"]
            destroyed = wrapped is None
            self._persons[customer] = None if destroyed else self._sealer.opened(customer, wrapped)

    def _make_keys(self, customers: list[str]) -> None:
        if not self._writing:
            raise NotFoundError(what="key of this customer")
        made = {customer: self._sealer.new(customer) for customer in customers}
        at = self._workings.now()
        rows = [[customer, person.wrapped, at, None] for customer, person in made.items()]
        self._run(PERSON_KEYS, self._statements.insert(PERSON_KEYS), rows, many=True)
        self._persons.update(made)

    def _written(self, table: str) -> TableCodec:
        """Return the codec of a table that is to be written."""
        codec = _codec(table)
        self._check_writing()
        if table == PERSON_KEYS:
            raise UsageError(
                what=f"a write to table '{table}'", expected="none: the store keeps it by itself"
            )
        return codec

    def _check_writing(self) -> None:
        if not self._writing:
            raise UsageError(what="a write in a transaction that reads", expected="one opened with write()")


def _required(person: PersonKey | None, table: str) -> PersonKey:
    if person is None:
        raise ErasedError(table=table)
    return person


def _whole_key(codec: TableCodec, where: Mapping[str, Any]) -> bool:
    """Return whether a condition names one value for each column of the key, so that no two rows meet it."""
    return all(isinstance(where.get(name), str | int) for name in codec.table.key)


def _some(codec: TableCodec, where: Mapping[str, Any]) -> tuple[tuple[Sought, ...], list[Any]]:
    """Return the shape and values of a condition that is not empty."""
    if not where:
        raise UsageError(
            what=f"no condition for rows of table '{codec.table.name}'", expected="a column at least"
        )
    return seek(codec, where)


def _after(
    codec: TableCodec, columns: tuple[tuple[str, bool], ...], after: Sequence[Any]
) -> tuple[tuple[bool, ...], list[Any]]:
    """Return which values of the last row of a page are None, and the others."""
    if len(after) != len(columns):
        names = ", ".join(name for name, _ in columns)
        raise UsageError(what=f"{len(after)} values for 'after'", expected=f"those of {names}")
    given = [
        codec.sought(name)(value)
        for (name, _), value in zip(columns, after, strict=True)
        if value is not None
    ]
    return tuple(value is None for value in after), given


def _limit(limit: int) -> int:
    if type(limit) is not int or not 0 <= limit < 1 << 63:
        raise UsageError(what=f"limit {limit}", expected="a number of rows")
    return limit
