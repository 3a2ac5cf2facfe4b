"""SQL of the ledger, built with SQLAlchemy once for each shape of a question and kept: a call pays for values only.

A *shape* is everything of a question but its values: the table, the columns sought, how many members a list has (rounded up to a
power of two), the order. SQLAlchemy's own execution costs more than SQLite's, so the text goes to the driver directly; and as it takes
half a second over a list of ten thousand, one member of a list is compiled and its text repeated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.ext.compiler import compiles

from zhike.adapters.store.schema import METADATA, PERSON_KEYS
from zhike.core.errors import UsageError
from zhike.core.ledger import CUSTOMER, LEDGER
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Select, Table
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.base import Executable
    from sqlalchemy.sql.compiler import SQLCompiler

    from zhike.adapters.store.values import TableCodec

__all__ = ["MOST_MEMBERS", "Sought", "Statement", "Statements", "seek"]

MOST_MEMBERS: Final = 16_384
"""Longest list that a question may hold; SQLite takes 32,766 values in all."""

_MOST_KEPT: Final = 4096


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with the places of its values.

    Parameters
    ----------
    sql : str
        Text for the driver.
    slots : tuple of int, optional
        Which value, or constant after them, stands at each place; None where they stand as they are given.
    constants : tuple
        Values that the compiler itself put in.
    """

    sql: str
    slots: tuple[int, ...] | None
    constants: tuple[Any, ...] = ()

    def arguments(self, values: Sequence[Any]) -> Sequence[Any]:
        """Return the values in the order of their places."""
        if self.slots is None:
            return values
        given = (*values, *self.constants)
        return [given[slot] for slot in self.slots]


@dataclass(frozen=True, slots=True)
class Sought:
    """One column that rows are sought by: how many values it may have, and whether it may have none."""

    column: str
    members: int
    empty: bool = False


def seek(codec: TableCodec, where: Mapping[str, Any]) -> tuple[tuple[Sought, ...], list[Any]]:
    """Return the shape of a condition and its values.

    Raises
    ------
    UsageError
        For a column that there is not or that cannot be sought, for a value that it cannot have, for a list that is too long.
    """
    shape, values = [], []
    for name, value in where.items():
        check = codec.sought(name)
        if value is None:
            shape.append(Sought(name, 0, empty=True))
        elif type(value) in (list, tuple, set, frozenset):
            members = [check(member) for member in value if member is not None]
            padded = _padded(members, name)
            shape.append(Sought(name, len(padded), empty=len(members) < len(value)))
            values += padded
        else:
            shape.append(Sought(name, 1))
            values.append(check(value))
    return tuple(shape), values


def _padded(members: list[Any], name: str) -> list[Any]:
    """Return the members with the last one repeated up to a power of two, so that few shapes arise."""
    if len(members) > MOST_MEMBERS:
        raise UsageError(
            what=phrase("{count} values of '{name}'", count=len(members), name=name),
            expected=phrase("at most {most_members} at a time", most_members=MOST_MEMBERS),
        )
    length = 1 << (len(members) - 1).bit_length() if members else 0
    return members + members[-1:] * (length - len(members))


class Statements:
    """The statements of one SQL dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._kept = _kept_for(dialect.name, getattr(dialect, "server_version_info", None))

    def select(self, table: str, sought: tuple[Sought, ...], paging: Paging) -> Statement:
        """Return the statement that reads rows, with the wrapped key of each row's customer where columns are sealed."""
        return self._keep(("select", table, sought, paging), lambda: _select(table, sought, paging))

    def part(
        self, table: str, sought: tuple[Sought, ...], paging: Paging, names: tuple[str, ...]
    ) -> Statement:
        """Return the statement that reads some columns of rows, and no key."""
        return self._keep(("part", table, sought, paging, names), lambda: _part(table, sought, paging, names))

    def count(self, table: str, sought: tuple[Sought, ...]) -> Statement:
        """Return the statement that counts rows."""
        return self._keep(
            ("count", table, sought),
            lambda: select(func.count()).select_from(METADATA.tables[table]).where(_condition(table, sought)),
        )

    def customers(self, table: str, sought: tuple[Sought, ...]) -> Statement:
        """Return the statement that lists the customers of rows."""
        return self._keep(
            ("customers", table, sought),
            lambda: select(METADATA.tables[table].c[CUSTOMER]).where(_condition(table, sought)).distinct(),
        )

    def insert(self, table: str) -> Statement:
        """Return the statement that adds a row with all columns of the table."""
        return self._keep(("insert", table), lambda: _insert(METADATA.tables[table]))

    def update(self, table: str, names: tuple[str, ...], sought: tuple[Sought, ...]) -> Statement:
        """Return the statement that changes columns; the new values come before those sought."""
        return self._keep(("update", table, names, sought), lambda: _update(table, names, sought))

    def delete(self, table: str, sought: tuple[Sought, ...]) -> Statement:
        """Return the statement that removes rows."""
        return self._keep(
            ("delete", table, sought), lambda: delete(METADATA.tables[table]).where(_condition(table, sought))
        )

    def _keep(self, key: tuple[Any, ...], make: Callable[[], Executable]) -> Statement:
        statement = self._kept.get(key)
        if statement is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            statement = self._kept[key] = self._compiled(make())
        return statement

    def _compiled(self, executable: Executable) -> Statement:
        compiled: SQLCompiler = executable.compile(dialect=self._dialect)  # type: ignore[attr-defined]
        names = compiled.positiontup or []
        own = [name for name in names if not name.startswith(_VALUE)]
        places = {name: _places(name) for name in names if name.startswith(_VALUE)}
        given = sum(map(len, places.values()))
        slots = tuple(slot for name in names for slot in places.get(name) or (given + own.index(name),))
        constants = tuple(compiled.params[name] for name in own)
        sql = _REPEATED.sub(_repeated, str(compiled))
        return Statement(sql, None if slots == tuple(range(given)) else slots, constants)


@cache
def _kept_for(_dialect: str, _version: object) -> dict[tuple[Any, ...], Statement]:
    """Return where the stores of this process keep what was compiled for a dialect."""
    return {}


@dataclass(frozen=True, slots=True)
class Paging:
    """How rows are ordered and where a page begins and ends.

    Parameters
    ----------
    order : tuple of (str, bool)
        Columns, and whether each falls.
    after : tuple of bool, optional
        For a page after the first: which values of the last row before it are None.
    limited : bool
        Whether there is a most number of rows.
    """

    order: tuple[tuple[str, bool], ...] = ()
    after: tuple[bool, ...] | None = None
    limited: bool = False


_VALUE: Final = "zv"
_MANY, _OF, _END = "\x02", "\x03", "\x04"
"""Around what is repeated, once it is compiled; no statement has these characters."""
_REPEATED: Final = re.compile(f"{_MANY}(\\d+){_OF}(.*?){_END}")

# SQLAlchemy's own `false()` would take the conditions beside it out of the statement, and their values would have no place.
_NEVER: Final[ColumnElement[bool]] = literal_column("1 = 0", Boolean())


def _places(name: str) -> range:
    """Return the values that stand at a place, or at those that follow it."""
    first, members = map(int, name.removeprefix(_VALUE).split("_"))
    return range(first, first + members)


def _repeated(found: re.Match[str]) -> str:
    return ", ".join([found[2]] * int(found[1]))


class _Values:
    """Hands out the places of values in the order in which they will be given."""

    def __init__(self) -> None:
        self._count = 0

    def next(self, column: ColumnElement[Any] | None = None, members: int = 1) -> BindParameter[Any]:
        """Return the next place, which may stand for those of several members."""
        name = f"{_VALUE}{self._count}_{members}"
        self._count += members
        return bindparam(name, type_=None if column is None else column.type)


class _Members(ColumnElement[Any]):
    """The members of a list: the place of the first, which is compiled, and how many there are."""

    inherit_cache = False

    def __init__(self, place: BindParameter[Any], members: int) -> None:
        self.place, self.members = place, members


@compiles(_Members)
def _compiled_members(element: _Members, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401
    """Return the text of one member, marked as what stands there so many times."""
    return f"({_MANY}{element.members}{_OF}{compiler.process(element.place, **how)}{_END})"


def _condition(table: str, sought: tuple[Sought, ...], values: _Values | None = None) -> ColumnElement[bool]:
    columns, values = METADATA.tables[table].c, values or _Values()
    parts: list[ColumnElement[bool]] = []
    for one in sought:
        column = columns[one.column]
        among = _among(column, one.members, values)
        parts.append(or_(among, column.is_(None)) if one.empty else among)
    return and_(true(), *parts)


def _among(column: ColumnElement[Any], members: int, values: _Values) -> ColumnElement[bool]:
    """Return the condition that a column has one of so many values."""
    if not members:
        return _NEVER
    place = values.next(column, members)
    return column == place if members == 1 else column.bool_op("IN")(_Members(place, members))


def _select(table: str, sought: tuple[Sought, ...], paging: Paging) -> Select[Any]:
    source = METADATA.tables[table]
    statement = select(*source.c)
    if LEDGER[table].sealed and LEDGER[table].personal:
        keys = METADATA.tables[PERSON_KEYS].c
        statement = statement.add_columns(keys.wrapped, keys.destroyed_at)
        statement = statement.join_from(
            source, METADATA.tables[PERSON_KEYS], keys[CUSTOMER] == source.c[CUSTOMER], isouter=True
        )
    return _paged(statement, table, sought, paging)


def _part(table: str, sought: tuple[Sought, ...], paging: Paging, names: tuple[str, ...]) -> Select[Any]:
    columns = METADATA.tables[table].c
    return _paged(select(*(columns[name] for name in names)), table, sought, paging)


def _paged(statement: Select[Any], table: str, sought: tuple[Sought, ...], paging: Paging) -> Select[Any]:
    source, values = METADATA.tables[table], _Values()
    statement = statement.where(_condition(table, sought, values))
    if paging.after is not None:
        statement = statement.where(_beyond(source, paging.order, paging.after, values))
    statement = statement.order_by(*(_ordered(source, name, falls=falls) for name, falls in paging.order))
    return statement.limit(values.next()) if paging.limited else statement


def _ordered(source: Table, name: str, *, falls: bool) -> ColumnElement[Any]:
    """Return a column to order by; no value comes before every value, on both back ends."""
    column = source.c[name]
    ordered = column.desc() if falls else column.asc()
    if not column.nullable:
        return ordered
    return ordered.nulls_last() if falls else ordered.nulls_first()


def _beyond(
    source: Table, order: tuple[tuple[str, bool], ...], after: tuple[bool, ...], values: _Values
) -> ColumnElement[bool]:
    """Return the condition that a row comes after the last one of the page before."""
    columns = [source.c[name] for name, _ in order]
    places = [None if none else values.next(column) for column, none in zip(columns, after, strict=True)]
    falls = [falling for _, falling in order]
    if len(set(falls)) == 1 and not any(column.nullable for column in columns):
        # Compared as one value, an index in this order finds the place at once.
        here, there = tuple_(*columns), tuple_(*places)
        return here < there if falls[0] else here > there
    cases = []
    for n, column in enumerate(columns):
        same = [_same(*pair) for pair in zip(columns[:n], places[:n], strict=True)]
        cases.append(and_(*same, _further(column, places[n], falls=falls[n])))
    return or_(*cases)


def _same(column: ColumnElement[Any], place: BindParameter[Any] | None) -> ColumnElement[bool]:
    return column.is_(None) if place is None else column == place


def _further(
    column: ColumnElement[Any], place: BindParameter[Any] | None, *, falls: bool
) -> ColumnElement[bool]:
    if place is None:
        return _NEVER if falls else column.is_not(None)
    return or_(column < place, column.is_(None)) if falls else column > place


def _insert(table: Table) -> Executable:
    values = _Values()
    return insert(table).values({column.name: values.next(column) for column in table.c})


def _update(table: str, names: tuple[str, ...], sought: tuple[Sought, ...]) -> Executable:
    source, values = METADATA.tables[table], _Values()
    changed = {name: values.next(source.c[name]) for name in names}
    return update(source).values(changed).where(_condition(table, sought, values))
