"""The ledger's tables for SQLAlchemy, made from `zhike.core.ledger`, and the version of their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from zhike.core.ledger import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

    from zhike.core.ledger import LedgerColumn, LedgerTable

__all__ = ["METADATA", "PERSON_KEYS", "REVISIONS", "STATE", "VERSION", "ddl"]

REVISIONS: Final = ("0001",)
"""Every version of the schema that was released, oldest first; the last is the one this code reads and writes."""

PERSON_KEYS: Final = "person_keys"

# Bytewise order on both back ends: a page that ends at one name must begin at the next one on the other as well.
_TEXT: Final = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

# JSON is text: a JSON type would reorder keys on one back end and not on the other.
_TYPES: Final[dict[str, TypeEngine[Any]]] = {
    "text": _TEXT,
    "int": BigInteger(),
    "float": Double(),
    "bool": Boolean(),
    "instant": BigInteger(),
    "day": _TEXT,
    "json": _TEXT,
    "bytes": LargeBinary(),
}

METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _column(column: LedgerColumn, table: LedgerTable) -> Column[Any]:
    kind = _TYPES["bytes"] if column.sealed else _TYPES[column.dtype]
    # Numbers are given by whoever writes: a key that the server counts up would hide a number forgotten.
    return Column(
        column.name,
        kind,
        nullable=not column.required,
        primary_key=column.name in table.key,
        autoincrement=False,
    )


def _table(table: LedgerTable) -> Table:
    unique = [UniqueConstraint(*names) for names in table.unique]
    indexes = [Index(None, *names) for names in table.indexes]
    columns = [_column(column, table) for column in table.columns]
    return Table(table.name, METADATA, *columns, *unique, *indexes, sqlite_with_rowid=not table.clustered)


for _one in LEDGER.values():
    _table(_one)

STATE: Final = Table(
    "store_state",
    METADATA,
    Column("name", _TEXT, primary_key=True),
    Column("value", _TEXT, nullable=False),
)
"""What the store notes about itself: the fingerprint of the keys under which it was written."""

VERSION: Final = Table(
    "ledger_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="ledger_version_pkc"),
)
"""Where Alembic notes the revision; a name of our own, as other programs may use the same database."""


def ddl(dialect: Dialect) -> Iterator[str]:
    """Yield the statements that make an empty store."""
    for table in (*METADATA.sorted_tables, VERSION):
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))
