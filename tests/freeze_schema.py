"""Write the newest schema of the store as files, to be kept as it is once it is released.

    .venv/bin/python tests/freeze_schema.py

writes ``tests/store/schemas/REVISION.*.sql``, and as long as there is but one version, the migration that makes it as well. A change
to a released schema is a new migration, written by hand, and a new member of ``REVISIONS``; then this writes its files only.
"""

import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from ledger_rows import ledger_rows
from released_schemas import KEYS, SCHEMAS, sql_file, write_keys
from sqlalchemy.dialects import postgresql, sqlite

from zhike.adapters.store import open_store
from zhike.adapters.store.migration import MIGRATIONS
from zhike.adapters.store.schema import METADATA, REVISIONS, VERSION, ddl
from zhike.core.ledger import LEDGER

ROWS = 3
ERASED = "t3"
"""The customer of the third rows, whose key is destroyed."""

HEAD = '''\
"""Version 0001 of the schema: the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Double, LargeBinary, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from alembic.operations import Operations
    from sqlalchemy.types import TypeEngine

revision: Final = "0001"
down_revision: Final = None

_KINDS: Final[dict[str, TypeEngine[Any]]] = {
    "text": Text().with_variant(postgresql.TEXT(collation="C"), "postgresql"),
    "int": BigInteger(),
    "float": Double(),
    "bool": Boolean(),
    "bytes": LargeBinary(),
}

# A table's key, its columns by name and kind (with a question mark: it may be without a value), what is unique, what is looked up,
# and whether its rows lie in the order of the key.
_TABLES: Final = {
'''

TAIL = '''\
}  # fmt: skip


def upgrade(op: Operations) -> None:
    """Make the tables."""
    for table, (key, columns, unique, indexes, clustered) in _TABLES.items():
        named = PrimaryKeyConstraint(*key.split(), name=f"pk_{table}")
        parts = (*map(_column, columns.split(", ")), named, *_unique(table, unique))
        op.create_table(table, *parts, sqlite_with_rowid=not clustered)
        for names in indexes:
            op.create_index(f"ix_{table}_{'_'.join(names.split())}", table, names.split())


def _column(written: str) -> Column[Any]:
    name, kind = written.split()
    return Column(name, _KINDS[kind.removesuffix("?")], nullable=kind.endswith("?"), autoincrement=False)


def _unique(table: str, unique: tuple[str, ...]) -> list[UniqueConstraint]:
    return [UniqueConstraint(*names.split(), name=f"uq_{table}_{'_'.join(names.split())}") for names in unique]
'''

_STORED = {"instant": "int", "day": "text", "json": "text"}


def migration():
    """Return the text of the migration that makes the newest schema from nothing."""
    tables = [
        *map(_written, LEDGER.values()),
        ("store_state", "name", "name text, value text", (), (), False),
    ]
    return HEAD + "".join(map(_entry, tables)) + TAIL


def _written(table):
    columns = ", ".join(f"{column.name} {_kind(column)}" for column in table.columns)
    joined = (tuple(" ".join(names) for names in each) for each in (table.unique, table.indexes))
    return table.name, " ".join(table.key), columns, *joined, table.clustered


def _kind(column):
    stored = "bytes" if column.sealed else _STORED.get(column.dtype, column.dtype)
    return stored if column.required else f"{stored}?"


def _entry(table):
    name, key, columns, unique, indexes, clustered = table
    # A column's name and kind stay together in a line.
    wrapped = [
        line.replace("~", " ") for line in textwrap.wrap(columns.replace(" ", "~").replace(",~", ", "), 104)
    ]
    texts = [f'"{line} "' for line in wrapped[:-1]] + [f'"{wrapped[-1]}"']
    whole = texts[0] if len(texts) == 1 else "({})".format("\n         ".join(texts))
    parts = [f'"{key}",', f"{whole},", f"{_tuple(unique)}, {_tuple(indexes)}, {clustered},"]
    return "\n".join([f'    "{name}": (', *(f"        {part}" for part in parts), "    ),", ""])


def _tuple(names):
    written = ", ".join(f'"{name}"' for name in names)
    return f"({written},)" if len(names) == 1 else f"({written})"


def filled():
    """Return the rows of a ledger with some in every table, one customer's key destroyed, as SQLite holds them."""
    with tempfile.TemporaryDirectory() as place:
        keys = Path(place) / "keys"
        write_keys(keys)
        with open_store(Path(place) / "ledger.db", keys, now=lambda: 1_790_000_000_000_000) as store:
            assert store.keys == KEYS
            with store.write() as tx:
                for name in LEDGER:
                    if name != "person_keys":
                        tx.insert(name, ledger_rows(name, ROWS))
                tx.destroy_key(ERASED, 1_790_000_000_000_001)
            connection = store.workings.backend.engine.raw_connection()
            try:
                return {
                    table: [
                        tuple(row) for row in connection.cursor().execute(f'SELECT {_names(table)} FROM "{table.name}"').fetchall()  # noqa: S608
                    ]
                    for table in (*METADATA.sorted_tables, VERSION)
                }  # fmt: skip
            finally:
                connection.close()


def _names(table):
    return ", ".join(f'"{column.name}"' for column in table.columns)


def script(dialect, rows):
    """Return a whole store as SQL."""
    statements = [f"{' '.join(statement.split())};" for statement in ddl(dialect)]
    for table, members in rows.items():
        kinds = [column.type.python_type for column in table.columns]
        for row in members:
            values = ", ".join(_literal(value, kind, dialect) for value, kind in zip(row, kinds, strict=True))
            statements.append(f"INSERT INTO {table.name} ({_names(table)}) VALUES ({values});")  # noqa: S608
    return "\n".join(statements) + "\n"


def _literal(value, kind, dialect):
    if value is None:
        return "NULL"
    if kind is bool:
        return str(bool(value)).lower() if dialect.name == "postgresql" else str(int(value))
    if kind is bytes:
        return rf"'\x{value.hex()}'" if dialect.name == "postgresql" else f"X'{value.hex()}'"
    return "'{}'".format(value.replace("'", "''")) if kind is str else repr(value)


def main():
    if len(REVISIONS) == 1:
        file = MIGRATIONS / f"r{REVISIONS[0]}.py"
        file.write_text(migration(), "utf-8")
        subprocess.run([Path(sys.executable).with_name("ruff"), "format", "--quiet", file], check=True)
    SCHEMAS.mkdir(exist_ok=True)
    rows = filled()
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        sql_file(REVISIONS[-1], dialect.name).write_text(script(dialect, rows), "utf-8")


if __name__ == "__main__":
    main()
