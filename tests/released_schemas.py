"""Schemas of the store as they were released, each with rows, as SQL for both back ends; and what a schema is, in lines to compare.

The files are made by ``python tests/freeze_schema.py``. A released one is never changed.
"""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect

from zhike.adapters.store import Keys

SCHEMAS = Path(__file__).with_name("store") / "schemas"
KEYS = Keys(bytes(range(32)), bytes(range(32, 64)))
"""Under which the rows of the released schemas are sealed."""


def write_keys(path):
    """Write the key file of the released schemas."""
    raw = {"format": "zhike-keys/1", "master": KEYS.master.hex(), "audit_seed": KEYS.audit_seed.hex()}
    path.write_text(json.dumps(raw), "utf-8")
    path.chmod(0o600)


def sql_file(revision, kind):
    return SCHEMAS / f"{revision}.{kind}.sql"


def restore(house, revision):
    """Make a house's database as a released version left it, with its keys; return its rows, by table."""
    write_keys(house.keys)
    script = sql_file(revision, house.kind).read_text("utf-8")
    tables = set(re.findall(r"^INSERT INTO (\w+)", script, re.MULTILINE))
    if house.kind == "sqlite":
        with closing(sqlite3.connect(house.place)) as connection:
            connection.executescript(script)
            return raw_rows(connection, tables)
    import psycopg  # absent where there is no server to restore to

    house.server.run(f"SET search_path = {house.schema}; {script}")
    with psycopg.connect(house.server.dsn()) as connection:
        connection.execute(f"SET search_path = {house.schema}")
        return raw_rows(connection, tables)


def described(engine):
    """Return a schema as a sorted list of lines: columns with types, keys, what is unique, indexes."""
    looked, lines = inspect(engine), []
    for table in looked.get_table_names():
        key = looked.get_pk_constraint(table)
        lines += [f"{table} key {key['name']} {key['constrained_columns']}"]
        lines += [_column(table, column) for column in looked.get_columns(table)]
        lines += [
            f"{table} unique {one['name']} {one['column_names']}"
            for one in looked.get_unique_constraints(table)
        ]
        lines += [f"{table} index {one['name']} {one['column_names']} {one['unique']}" for one in looked.get_indexes(table)
                  if not one.get("duplicates_constraint")]  # fmt: skip
        lines += [f"{table} check {one}" for one in looked.get_check_constraints(table)]
        lines += [f"{table} foreign {one}" for one in looked.get_foreign_keys(table)]
    return sorted(lines)


def _column(table, column):
    kind, collation = column["type"], getattr(column["type"], "collation", None)
    return (
        f"{table}.{column['name']} {kind} {collation} null={column['nullable']} default={column['default']}"
    )


def raw_rows(connection, tables):
    """Return the rows of tables as the database holds them, column by column."""
    found = {}
    for table in sorted(tables):
        cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]
        found[table] = sorted(rows, key=repr)
    return found


def _plain(value):
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else value
