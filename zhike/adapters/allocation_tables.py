"""The customers of a problem folder: tables ``customers-*.parquet``, read one row group at a time into arrays.

How many customers and variables there are is known from the tables' footers, so each array is made once: memory stays at the
arrays and one row group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhike.core.errors import InputUnreadableError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["TABLES", "read_customers"]

TABLES: Final = "customers-*.parquet"
_LISTS: Final = ("act", "val", "cost")
_LABEL: Final = "customer"
_READABLE: Final = phrase("a Parquet file that can be read")


def _is_list_of(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda kind: (pa.types.is_list(kind) or pa.types.is_large_list(kind)) and inner(kind.value_type)


def _is_text(kind: Any) -> bool:  # noqa: ANN401 - pyarrow has no types
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


_COLUMNS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "seg": ("integers", pa.types.is_integer),
    "act": ("lists of integers", _is_list_of(pa.types.is_integer)),
    "val": ("lists of floats", _is_list_of(pa.types.is_floating)),
    "cost": ("lists of floats", _is_list_of(pa.types.is_floating)),
    "household": ("integers", pa.types.is_integer),
    _LABEL: ("texts", _is_text),
}
_REQUIRED: Final = ("seg", *_LISTS)


def read_customers(folder: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays by customer of a problem folder, its tables in the order of their names.

    Raises
    ------
    InputUnreadableError
        When there is no table, a column is missing or of another type, a value is missing, or the lists of a row differ in
        length.
    """
    footers = [_footer(path) for path in sorted(folder.glob(TABLES))]
    if not footers:
        raise _unreadable(
            folder, phrase("no {tables}", tables=TABLES), phrase("at least one table of customers")
        )
    columns = _columns(footers)
    arrays = _Arrays.empty(footers, columns)
    for footer in footers:
        try:
            _read(footer.path, columns, arrays)
        except (pa.ArrowException, OSError, ValueError) as problem:
            raise _unreadable(footer.path, problem, _READABLE) from problem
    return arrays.finished()


def _unreadable(path: Path, what: object, expected: object) -> InputUnreadableError:
    advice = phrase("See docs/reference/allocation-files.md for every column.")
    return InputUnreadableError(path=path, what=what, expected=expected, advice=advice)


class _Footer(NamedTuple):
    """What a table says about itself: rows, the most values that its lists can hold, and the types of its columns."""

    path: Path
    rows: int
    values: int
    kinds: dict[str, Any]


def _footer(path: Path) -> _Footer:
    try:
        with pq.ParquetFile(path) as file:
            meta, schema = file.metadata, file.schema_arrow
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise _unreadable(path, problem, _READABLE) from problem
    kinds = {field.name: field.type for field in schema if field.name in _COLUMNS}
    _check_kinds(path, kinds)
    leaf = next(n for n in range(meta.num_columns) if meta.schema.column(n).path.split(".")[0] == "act")
    # An empty list counts as one value there: the sum is the most there can be.
    values = sum(meta.row_group(group).column(leaf).num_values for group in range(meta.num_row_groups))
    return _Footer(path, meta.num_rows, values, kinds)


def _check_kinds(path: Path, kinds: dict[str, Any]) -> None:
    missing = [name for name in _REQUIRED if name not in kinds]
    if missing:
        raise _unreadable(
            path,
            phrase("no column {names}", names=", ".join(missing)),
            phrase("the columns {names}", names=", ".join(_REQUIRED)),
        )
    for name, kind in kinds.items():
        wanted, is_right = _COLUMNS[name]
        if not is_right(kind):
            raise _unreadable(
                path,
                phrase("column '{name}' of type {kind}", name=name, kind=kind),
                phrase("{wanted} in it", wanted=wanted),
            )


def _columns(footers: Sequence[_Footer]) -> list[str]:
    """Return the columns that every table has; one that only some have is refused."""
    first = footers[0]
    for footer in footers[1:]:
        odd = sorted(footer.kinds.keys() ^ first.kinds.keys())
        if odd:
            what = phrase(
                "column '{odd}' only in this table or only in {name}", odd=odd[0], name=first.path.name
            )
            raise _unreadable(footer.path, what, phrase("the same columns in every table"))
    return [name for name in _COLUMNS if name in first.kinds]


def _read(path: Path, columns: Sequence[str], arrays: _Arrays) -> None:
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            arrays.add(file.read_row_group(group, columns=list(columns)))


@dataclass(slots=True)
class _Arrays:
    """Arrays that are filled from their beginning."""

    arrays: dict[str, NDArray[Any]]
    labels: list[NDArray[np.str_]]
    customers: int = 0
    variables: int = 0

    @classmethod
    def empty(cls, footers: Sequence[_Footer], columns: Sequence[str]) -> _Arrays:
        """Return arrays of the lengths that the footers tell."""
        rows, values = sum(footer.rows for footer in footers), sum(footer.values for footer in footers)
        arrays: dict[str, NDArray[Any]] = {"indptr": np.zeros(rows + 1, dtype=np.int64)}
        for name in columns:
            kinds = [footer.kinds[name] for footer in footers]
            if name in _LISTS:
                arrays[name] = np.empty(values, _numpy_type(kind.value_type for kind in kinds))
            elif name != _LABEL:
                arrays[name] = np.empty(rows, _numpy_type(kinds))
        return cls(arrays, [])

    def add(self, table: Any) -> None:  # noqa: ANN401 - pyarrow has no types
        """Append the rows of a table; raise ValueError where a value is missing or lists differ in length."""
        lengths = [pc.list_value_length(_whole(table, name)).to_numpy() for name in _LISTS]
        if not all(np.array_equal(lengths[0], other) for other in lengths[1:]):
            raise ValueError(f"lists of different length in {', '.join(_LISTS)}")
        ends = self.variables + np.cumsum(lengths[0], dtype=np.int64)
        last = self.customers + len(ends)
        self.arrays["indptr"][self.customers + 1 : last + 1] = ends
        for name in table.column_names:
            if name == _LABEL:
                self.labels.append(np.array(_whole(table, name).to_pylist(), dtype=np.str_))
            elif name in _LISTS:
                self._fill(name, self.variables, pc.list_flatten(_whole(table, name)))
            else:
                self._fill(name, self.customers, _whole(table, name))
        self.customers, self.variables = last, self.variables + int(lengths[0].sum())

    def _fill(self, name: str, start: int, values: Any) -> None:  # noqa: ANN401 - pyarrow has no types
        _refuse_nulls(name, values)
        self.arrays[name][start : start + len(values)] = values.to_numpy()

    def finished(self) -> dict[str, NDArray[Any]]:
        """Return the arrays, as long as what they hold."""
        labels = {"customers": np.concatenate(self.labels)} if self.labels else {}
        lists = {name: self.arrays[name][: self.variables] for name in _LISTS}
        return {**self.arrays, **lists, **labels}


def _whole(table: Any, name: str) -> Any:  # noqa: ANN401 - pyarrow has no types
    column = table[name]
    _refuse_nulls(name, column)
    return column


def _refuse_nulls(name: str, values: Any) -> None:  # noqa: ANN401 - pyarrow has no types
    if values.null_count:
        raise ValueError(f"{values.null_count:,} values of '{name}' are missing")


def _numpy_type(kinds: Any) -> np.dtype[Any]:  # noqa: ANN401 - pyarrow has no types
    return np.result_type(*(kind.to_pandas_dtype() for kind in kinds))
