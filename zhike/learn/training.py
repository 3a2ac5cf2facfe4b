"""Fit a model so that it can be said later from what, by what and how: tables in, a record with its provenance out.

The hash of a table is over its rows in any order: SHA-256 of the sorted SHA-256 of the rows, columns by name. So the same facts
give the same hash, however a bank stores them, and one changed cell gives another.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.rulebook import canonical_json
from zhike.govern.audit_chain import hash_of
from zhike.learn.model_encoding import state_sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.learn.stored_model import ModelKinds, StoredModel

__all__ = ["ModelRecord", "Provenance", "TableRead", "TrainingSetting", "table_sha256", "train"]

_CHUNK: Final = 50_000
"""Rows whose texts are held at once."""


@dataclass(frozen=True, slots=True)
class TrainingSetting:
    """What a fit is given beside its tables.

    Parameters
    ----------
    at : date
        The day as of which it is fitted: nothing known later may be in the tables.
    first, last : date
        The days on which labels were observed; ``last <= at``, or they would not be known yet.
    seed : int
        Of whatever is random in the fit.
    code_version : str
        Version of the code that fits.
    configuration : mapping
        Everything else that the fit depends on, as JSON values.
    """

    at: dt.date
    first: dt.date
    last: dt.date
    seed: int
    code_version: str
    configuration: Mapping[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Raise where labels would lie after the day.

        Raises
        ------
        UsageError
        """
        if not self.first <= self.last <= self.at:
            what = f"labels from {self.first} to {self.last} for a fit as of {self.at}"
            raise UsageError(what=what, expected=phrase("a window that has closed by that day"))


@dataclass(frozen=True, slots=True)
class TableRead:
    """A table that a model was fitted on, without a row of it.

    Parameters
    ----------
    sha256 : str
        See `table_sha256`.
    rows : int
    columns : tuple of str
    """

    sha256: str
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a model comes from.

    Parameters
    ----------
    setting : TrainingSetting
    tables : mapping of str to TableRead
    """

    setting: TrainingSetting
    tables: Mapping[str, TableRead]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values; `of` reads them back."""
        setting = asdict(self.setting)
        days = {name: setting[name].isoformat() for name in ("at", "first", "last")}
        read = {
            name: {"sha256": table.sha256, "rows": table.rows, "columns": list(table.columns)}
            for name, table in sorted(self.tables.items())
        }
        return {**setting, **days, "configuration": dict(self.setting.configuration), "tables": read}

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Provenance:
        """Read what `to_dict` returned."""
        at, first, last = (dt.date.fromisoformat(raw[name]) for name in ("at", "first", "last"))
        setting = TrainingSetting(at, first, last, raw["seed"], raw["code_version"], raw["configuration"])
        tables = {
            name: TableRead(table["sha256"], table["rows"], tuple(table["columns"]))
            for name, table in raw["tables"].items()
        }
        return cls(setting, tables)


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A fitted model as it is kept.

    Parameters
    ----------
    name : str
        What it is for, such as ``attrition``; a later fit of the same has the same name.
    kind : str
        Format of the state, see `zhike.learn.stored_model`.
    state : mapping
    provenance : Provenance
    """

    name: str
    kind: str
    state: Mapping[str, Any]
    provenance: Provenance

    @property
    def sha256(self) -> str:
        """Hash of all of it: the same fit of the same data is the same model."""
        origin = canonical_json(self.provenance.to_dict()).encode()
        return hash_of(
            b"model", self.name.encode(), self.kind.encode(), state_sha256(self.state).encode(), origin
        )

    @property
    def version(self) -> str:
        """The first 16 digits of its hash, by which it is called."""
        return self.sha256[:16]

    def model(self, kinds: ModelKinds) -> StoredModel:
        """Return the model itself."""
        return kinds.model(self.kind, self.state)


def train(
    name: str,
    fit: Callable[[Mapping[str, pl.DataFrame], TrainingSetting], StoredModel],
    tables: Mapping[str, pl.DataFrame],
    setting: TrainingSetting,
) -> ModelRecord:
    """Fit a model and return it with its provenance.

    Parameters
    ----------
    name : str
        What the model is for.
    fit : callable
        Returns the fitted model for tables and setting. It takes its seed from there and must not depend on the order of rows.
    tables : mapping of str to DataFrame
        All that it is fitted on.
    setting : TrainingSetting

    Raises
    ------
    UsageError
        When the labels were not all known on the day.
    """
    setting.check()
    model = fit(tables, setting)
    read = {key: TableRead(table_sha256(t), t.height, tuple(sorted(t.columns))) for key, t in tables.items()}
    return ModelRecord(name, model.kind, model.state(), Provenance(setting, read))


def table_sha256(table: pl.DataFrame) -> str:
    """Return the hash of a table's rows and columns in whatever order.

    Parameters
    ----------
    table : DataFrame
        Columns of any type; nested ones count by their JSON text.

    Examples
    --------
    >>> one = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    >>> table_sha256(one) == table_sha256(one.select("b", "a").reverse())
    True
    """
    names = sorted(table.columns)
    head = canonical_json([[name, str(table.schema[name])] for name in names])
    digests: list[bytes] = []
    for start in range(0, table.height, _CHUNK):
        digests += _row_digests(table.slice(start, _CHUNK), names)
    return hash_of(b"table", head.encode(), hashlib.sha256(b"".join(sorted(digests))).digest())


def _row_digests(rows: pl.DataFrame, names: list[str]) -> list[bytes]:
    texts = rows.select(pl.struct(_as_text(name, rows.schema[name]) for name in names).struct.json_encode())
    return [hashlib.sha256(text.encode()).digest() for text in texts.to_series()]


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Return a column as text: JSON has no word for what is not a number, and fewer digits than an instant."""
    if dtype.is_nested():
        return pl.struct(name).struct.json_encode().alias(name)
    return pl.col(name).cast(pl.String)
