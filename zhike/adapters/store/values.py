"""Values of the ledger's columns on their way in and out: checked at the door, the same on every back end.

SQLite stores what it is given and PostgreSQL refuses much of it; so what either would refuse or change (a NUL in a text, a NaN, an
int of more than 64 bits, a bool in an int column) is refused here, before anything is sent.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import UsageError
from zhike.core.ledger import CUSTOMER
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.core.ledger import LedgerColumn, LedgerTable

__all__ = ["TableCodec"]

_INT64: Final = 1 << 63
_AS_JSON: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _text(value: Any) -> str:  # noqa: ANN401 - whatever a caller passes is judged here
    if type(value) is not str or "\0" in value:
        raise ValueError
    if not value.isascii():
        value.encode()  # half of a surrogate pair has no UTF-8: a ValueError
    return value


def _int(value: Any) -> int:  # noqa: ANN401
    if type(value) is not int or not -_INT64 <= value < _INT64:
        raise ValueError
    return value


def _float(value: Any) -> float:  # noqa: ANN401
    if type(value) not in (float, int) or not math.isfinite(value):
        raise ValueError
    return float(value) + 0.0  # SQLite does not keep the sign of a zero


def _bool(value: Any) -> bool:  # noqa: ANN401
    if type(value) is not bool:
        raise ValueError
    return value


def _day(value: Any) -> str:  # noqa: ANN401
    if type(value) is not str or date.fromisoformat(value).isoformat() != value:
        raise ValueError
    return value


def _json(value: Any) -> str:  # noqa: ANN401
    text = _AS_JSON(value)
    text.encode()
    return text


def _bytes(value: Any) -> bytes:  # noqa: ANN401
    if type(value) not in (bytes, bytearray, memoryview):
        raise ValueError
    return bytes(value)


_ENCODE: Final[dict[str, Callable[[Any], Any]]] = {
    "text": _text,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "instant": _int,
    "day": _day,
    "json": _json,
    "bytes": _bytes,
}
_DECODE: Final[dict[str, Callable[[Any], Any]]] = {"bool": bool, "json": json.loads, "bytes": bytes}
_EXPECTED: Final = {
    "text": phrase("a str without NUL that UTF-8 can hold"),
    "int": phrase("an int of 64 bits"),
    "float": phrase("a finite float"),
    "bool": phrase("a bool"),
    "instant": phrase("microseconds since 1970 as an int of 64 bits"),
    "day": phrase("a day as an ISO text"),
    "json": phrase("what JSON can hold"),
    "bytes": phrase("bytes"),
}
_SEAL: Final[dict[str, Callable[[Any], bytes]]] = {
    "text": lambda value: _text(value).encode(),
    "json": lambda value: _json(value).encode(),
    "bytes": _bytes,
}
_UNSEAL: Final[dict[str, Callable[[bytes], Any]]] = {
    "text": bytes.decode,
    "json": lambda content: json.loads(content.decode()),
    "bytes": bytes,
}


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """How the bytes that are sealed become a sealed column's value."""

    name: str
    decode: Callable[[bytes], Any]


class TableCodec:
    """What a table's rows look like in Python and in the back end.

    Parameters
    ----------
    table : LedgerTable
        The table; ``names`` are its columns in their order. ``encode`` gives for each the check that turns a value into what the
        back end takes, or for a sealed column into the bytes to seal.
    """

    def __init__(self, table: LedgerTable) -> None:
        self.table: Final = table
        self.names: Final = tuple(column.name for column in table.columns)
        self.sealed_names: Final = table.sealed
        self.encode: Final = {column.name: _checked(column, table) for column in table.columns}
        self.decode: Final = tuple(
            (column.name, _DECODE[column.dtype])
            for column in table.columns
            if column.dtype in _DECODE and not column.sealed
        )
        self.sealed: Final = tuple(
            SealedColumn(column.name, _UNSEAL[column.dtype]) for column in table.columns if column.sealed
        )
        self._known: Final = frozenset(self.names)
        self._required: Final = tuple(column.name for column in table.columns if column.required)
        self._sought: Final = {
            column.name: self.encode[column.name]
            for column in table.columns
            if not column.sealed and column.dtype != "json"
        }

    def record(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a new row as the back end takes it, with bytes still to be sealed in its sealed columns.

        Raises
        ------
        UsageError
            For a column that there is not, one that is required and has no value, or a value that a column cannot have.
        """
        get = row.get
        if not self._known.issuperset(row):
            self.table.column(next(name for name in row if name not in self._known))
        for name in self._required:
            if get(name) is None:
                self._refuse_none(name)
        return {
            name: None if (value := get(name)) is None else encode(value)
            for name, encode in self.encode.items()
        }

    def changed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return new values of a row as `record` does.

        Raises
        ------
        UsageError
            As `record`; or for a change of the customer of a row that is sealed under the customer's key.
        """
        for name, value in values.items():
            if self.table.column(name).required and value is None:
                self._refuse_none(name)
        if CUSTOMER in values and self.sealed:
            raise UsageError(
                what=phrase(
                    "a change of '{customer}' in table '{name}'", customer=CUSTOMER, name=self.table.name
                ),
                expected=phrase("a new row: this one is sealed for its customer"),
            )
        return {name: None if value is None else self.encode[name](value) for name, value in values.items()}

    def _refuse_none(self, name: str) -> None:
        raise UsageError(
            what=phrase("no '{name}' in a row of table '{name2}'", name=name, name2=self.table.name),
            expected=phrase("a value"),
        )

    def plain(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of columns to be read on their own.

        Raises
        ------
        UsageError
            When there are none, one comes twice, there is no such column, or it is sealed.
        """
        known = {self.table.column(name).name for name in names}
        if not known or len(known) < len(names) or known & set(self.sealed_names):
            raise UsageError(
                what=phrase(
                    "columns {names} of table '{name}'", names=", ".join(names), name=self.table.name
                ),
                expected=phrase("each once, none of them sealed"),
            )
        return tuple(names)

    def sought(self, name: str) -> Callable[[Any], Any]:
        """Return the check of a value by which rows are sought or ordered."""
        check = self._sought.get(name)
        if check is None:
            self.table.column(name)
            raise UsageError(
                what=phrase(
                    "column '{name}' of table '{name2}' to seek or order by", name=name, name2=self.table.name
                ),
                expected=phrase("one that is neither sealed nor JSON"),
            )
        return check


def _checked(column: LedgerColumn, table: LedgerTable) -> Callable[[Any], Any]:
    """Return the check of a column's values; its error names the type found and not the value, which may be personal."""
    code = (_SEAL if column.sealed else _ENCODE)[column.dtype]

    def encode(value: Any) -> Any:  # noqa: ANN401
        try:
            return code(value)
        except (ValueError, TypeError, RecursionError, OverflowError) as error:
            what = phrase(
                "a value of type {type} for column '{name}' of table '{name2}'",
                type=type(value).__name__,
                name=column.name,
                name2=table.name,
            )
            raise UsageError(what=what, expected=_EXPECTED[column.dtype]) from error

    return encode
