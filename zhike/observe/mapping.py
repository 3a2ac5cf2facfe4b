"""Mapping files: which column of a source becomes which column of a contract table, and how its values are read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

from zhike.core.contracts import CONTRACTS
from zhike.core.errors import ContractError, MappingError
from zhike.core.phrases import both, phrase
from zhike.core.tables import KNOWN_AT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.tables import Column, Table

__all__ = ["ColumnMapping", "SourceMapping", "TableMapping", "as_they_are", "parse_mapping"]

_BANK_KEYS: Final = ("name", "timezone", "currency", "policy")
_TABLE_KEYS: Final = ("file", "separator", "encoding", "columns")
_COLUMN_KEYS: Final = ("from", "value", "values", "format", "money")
NO_CURRENCY: Final = "XXX"
"""ISO 4217's own code for 'no currency', for a source that names none."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How one contract column is filled.

    Parameters
    ----------
    column : str
        Contract column.
    source : str or None
        Column of the file; None when ``constant`` fills it.
    constant : str or None
        The same text for every row.
    values : mapping of str to (str or None), optional
        Translation of source values; ``*`` is the default, the empty text is a missing value.
    format : str or None
        strptime format of a day or an instant.
    money : {"major", "minor"}
        Whether amounts are in the currency's main unit or its smallest.
    """

    column: str
    source: str | None
    constant: str | None = None
    values: Mapping[str, str | None] | None = None
    format: str | None = None
    money: Literal["major", "minor"] = "major"


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How one contract table is filled from files of one layout."""

    table: str
    file: str
    columns: tuple[ColumnMapping, ...]
    separator: str = ","
    encoding: str = "utf-8"

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that the file must have, each once."""
        return tuple(dict.fromkeys(m.source for m in self.columns if m.source is not None))

    @property
    def dated(self) -> bool:
        """Whether the source says when the bank learnt a row."""
        return any(mapping.column == KNOWN_AT for mapping in self.columns)


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """A whole mapping file."""

    name: str
    timezone: str = "UTC"
    currency: str = NO_CURRENCY
    policy: str | None = None
    tables: Mapping[str, TableMapping] = field(default_factory=dict)


def parse_mapping(raw: object, path: str) -> SourceMapping:
    """Check what a mapping file holds and return it.

    Parameters
    ----------
    raw : object
        The YAML document.
    path : str
        The file's name, for errors.

    Raises
    ------
    MappingError
        On an unknown key, table or column, or a value outside its domain; it says what was found and what was needed.
    ContractError
        When a required column of a table is not mapped.

    Examples
    --------
    >>> mapping = parse_mapping({
    ...     "bank": {"name": "Demo", "timezone": "Asia/Shanghai", "currency": "CNY"},
    ...     "tables": {"staff": {"file": "people.csv", "columns": {
    ...         "staff_id": "no", "role": {"value": "adviser"}, "valid_from": {"from": "since", "format": "%d.%m.%Y"}}}},
    ... }, "mapping.yaml")
    >>> mapping.tables["staff"].sources
    ('no', 'since')
    """
    top = _mapping(raw, path, phrase("the file"), ("bank", "tables"))
    bank = _mapping(top.get("bank"), path, "bank", _BANK_KEYS)
    tables = top.get("tables")
    if not isinstance(tables, dict) or not tables:
        raise MappingError(
            what=phrase("tables {tables!r}", tables=tables),
            path=path,
            expected=phrase("at least one contract table"),
        )
    unknown = [name for name in tables if name not in CONTRACTS]
    if unknown:
        known = ", ".join(CONTRACTS)
        raise MappingError(
            what=phrase("table '{unknown}'", unknown=unknown[0]),
            path=path,
            expected=phrase("one of {known}", known=known),
        )
    policy = bank.get("policy")
    return SourceMapping(
        name=_text(bank, "name", path),
        timezone=_timezone(_text(bank, "timezone", path), path),
        currency=_currency(_text(bank, "currency", path), path),
        policy=None if policy is None else str(policy),
        tables={name: _table(name, tables[name], path) for name in CONTRACTS if name in tables},
    )


def as_they_are(table: str, file: str, header: list[str], separator: str = ",") -> TableMapping:
    """Return the mapping of a file that is named after a contract table and has its column names.

    Its amounts are read as the contract holds them, in the smallest unit of their currency.
    """
    definition = CONTRACTS[table]
    own = [column.name for column in definition.columns if column.name in header]
    columns = tuple(ColumnMapping(name, name, money="minor") for name in own)
    _require(definition, columns, header)
    return TableMapping(table, file, columns, separator)


def _table(name: str, raw: object, path: str) -> TableMapping:
    part = _mapping(raw, path, f"tables.{name}", _TABLE_KEYS)
    columns = part.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise MappingError(
            what=phrase("columns {columns!r} of {name}", columns=columns, name=name),
            path=path,
            expected=phrase("contract column: source column"),
        )
    definition = CONTRACTS[name]
    parsed = tuple(_column(definition, key, value, path) for key, value in columns.items())
    _require(definition, parsed, list(columns))
    separator = str(part.get("separator", ","))
    if len(separator.encode()) != 1 or separator in '"\r\n':
        raise MappingError(
            what=phrase("separator {separator!r} of {name}", separator=separator, name=name),
            path=path,
            expected=phrase("one character"),
        )
    return TableMapping(name, _text(part, "file", path), parsed, separator, _encoding(part, path))


def _require(definition: Table, columns: tuple[ColumnMapping, ...], found: list[str]) -> None:
    """Raise unless every required column is filled; the time of knowledge has a default."""
    filled = {mapping.column for mapping in columns}
    missing = [
        c.name for c in definition.columns if c.required and c.name not in filled and c.name != KNOWN_AT
    ]
    if missing:
        raise ContractError(
            table=definition.name, columns=", ".join(found) or "none", missing=", ".join(missing)
        )


def _column(definition: Table, name: object, raw: object, path: str) -> ColumnMapping:
    where = f"{definition.name}.{name}"
    column = next((c for c in definition.columns if c.name == name), None)
    if column is None:
        known = ", ".join(c.name for c in definition.columns)
        raise MappingError(
            what=phrase("column '{where}'", where=where),
            path=path,
            expected=phrase("one of {known}", known=known),
        )
    if isinstance(raw, str):
        return ColumnMapping(column.name, raw)
    part = _mapping(raw, path, where, _COLUMN_KEYS)
    if ("from" in part) == ("value" in part):
        raise MappingError(
            what=phrase("{raw!r} for '{where}'", raw=raw, where=where),
            path=path,
            expected=phrase("either from or value"),
        )
    constant = _constant(part["value"]) if "value" in part else None
    mapping = ColumnMapping(
        column.name,
        None if "value" in part else str(part["from"]),
        constant,
        _values(part.get("values"), where, path),
        None if part.get("format") is None else str(part["format"]),
        part.get("money", "major"),
    )
    _refuse_idle(column, mapping, part, where, path)
    return mapping


def _refuse_idle(column: Column, mapping: ColumnMapping, part: dict[str, Any], where: str, path: str) -> None:
    """Refuse a key that would be without effect: it hides a misunderstanding."""
    if mapping.money not in ("major", "minor"):
        raise MappingError(
            what=phrase("money: {money!r} for '{where}'", money=mapping.money, where=where),
            path=path,
            expected=phrase("major or minor"),
        )
    for key, dtypes in (("format", ("date", "instant")), ("money", ("money",))):
        if key in part and column.dtype not in dtypes:
            expected = phrase(
                "{key} only for {names} columns; this one is {dtype}",
                key=key,
                names=both(dtypes),
                dtype=column.dtype,
            )
            raise MappingError(
                what=phrase("{key} for '{where}'", key=key, where=where), path=path, expected=expected
            )


def _constant(raw: object) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    return raw.isoformat() if isinstance(raw, dt.date | dt.datetime) else str(raw)


def _values(raw: object, where: str, path: str) -> dict[str, str | None] | None:
    if raw is None:
        return None
    if not isinstance(raw, dict) or not raw:
        raise MappingError(
            what=phrase("values {raw!r} for '{where}'", raw=raw, where=where),
            path=path,
            expected=phrase("source value: contract value"),
        )
    return {_constant(key): None if value is None else _constant(value) for key, value in raw.items()}


def _mapping(raw: object, path: str, where: object, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise MappingError(
            what=phrase("{type} for {where}", type=type(raw).__name__, where=where),
            path=path,
            expected=phrase("keys {names}", names=", ".join(known)),
        )
    unknown = [str(key) for key in raw if key not in known]
    if unknown:
        raise MappingError(
            what=phrase("key '{unknown}' in {where}", unknown=unknown[0], where=where),
            path=path,
            expected=phrase("one of {names}", names=", ".join(known)),
        )
    return raw


def _text(raw: dict[str, Any], key: str, path: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise MappingError(what=f"{key} {value!r}", path=path, expected=phrase("a text for {key}", key=key))
    return value


def _encoding(part: dict[str, Any], path: str) -> str:
    name = str(part.get("encoding", "utf-8"))
    try:
        "".encode(name)
    except LookupError as error:
        raise MappingError(
            what=phrase("encoding '{name}'", name=name),
            path=path,
            expected=phrase("one such as utf-8 or gb18030"),
        ) from error
    return name


def _timezone(name: str, path: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise MappingError(
            what=phrase("timezone '{name}'", name=name),
            path=path,
            expected=phrase("one such as Asia/Shanghai"),
        ) from error
    return name


def _currency(code: str, path: str) -> str:
    if len(code) != len(NO_CURRENCY) or not (code.isascii() and code.isalpha() and code.isupper()):
        raise MappingError(
            what=phrase("currency '{code}'", code=code),
            path=path,
            expected=phrase("an ISO 4217 code such as CNY"),
        )
    return code
