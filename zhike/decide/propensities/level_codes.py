"""Predictors as levels: words by name, numbers in bins of equal counts; 0 for what is missing or was not seen in ``fit``.

Numbers outside the range seen fall into the outermost bins: a model never extrapolates from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

__all__ = ["LevelCodes"]


@dataclass
class LevelCodes:
    """From a table to whole numbers, one column a predictor.

    Parameters
    ----------
    bins : int
        Most bins of a number.

    Examples
    --------
    >>> import polars as pl
    >>> coder = LevelCodes(bins=2).fit(pl.DataFrame({"job": ["a", "b"], "age": [20, 60]}))
    >>> coder.transform(pl.DataFrame({"job": ["b", "new"], "age": [99, None]})).tolist()
    [[2, 2], [0, 0]]
    """

    bins: int = 10

    kind: ClassVar[str] = "level_codes/1"

    def fit(self, table: pl.DataFrame) -> Self:
        """Learn levels and edges; outcomes are not looked at."""
        self.levels_: dict[str, list[str]] = {}
        self.edges_: dict[str, NDArray[np.float64]] = {}
        for column in table.iter_columns():
            if column.dtype.is_numeric():
                values = column.drop_nulls().to_numpy().astype(np.float64)
                self.edges_[column.name] = self._edges(values)
            else:
                self.levels_[column.name] = sorted(_words(column).drop_nulls().unique().to_list())
        return self

    def transform(self, table: pl.DataFrame) -> NDArray[np.int64]:
        """Return codes of shape (n_rows, n_columns), columns in the table's order."""
        codes = [
            self._binned(column) if column.name in self.edges_ else self._named(column)
            for column in table.iter_columns()
        ]
        return np.column_stack(codes) if codes else np.zeros((table.height, 0), dtype=np.int64)

    def sizes(self, columns: list[str]) -> NDArray[np.int64]:
        """Return the number of codes of each column, the 0 counted."""
        return np.array(
            [len(self.edges_[c]) + 2 if c in self.edges_ else len(self.levels_[c]) + 1 for c in columns],
            dtype=np.int64,
        )

    def state(self) -> dict[str, Any]:
        """Return levels and edges."""
        return {"kind": self.kind, "bins": self.bins, "levels": self.levels_, "edges": self.edges_}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the coder of such a state."""
        coder = cls(state["bins"])
        coder.levels_, coder.edges_ = dict(state["levels"]), dict(state["edges"])
        return coder

    def _edges(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if not values.size:
            return np.zeros(0)
        return np.unique(np.quantile(values, np.linspace(0, 1, self.bins + 1)[1:-1], method="lower"))

    def _binned(self, column: pl.Series) -> NDArray[np.int64]:
        import polars as pl

        values = column.cast(pl.Float64).to_numpy()
        found = np.searchsorted(self.edges_[column.name], values, side="left") + 1
        return np.where(np.isnan(values), 0, found).astype(np.int64)

    def _named(self, column: pl.Series) -> NDArray[np.int64]:
        import polars as pl

        place = {name: code for code, name in enumerate(self.levels_[column.name], start=1)}
        found = _words(column).replace_strict(place, default=0, return_dtype=pl.Int64)
        return found.fill_null(0).to_numpy().astype(np.int64)


def _words(column: pl.Series) -> pl.Series:
    import polars as pl

    return column.cast(pl.String)
