"""How the values of a feature are spread, without the values: counts by level, to compare a later day with.

A number is cut at quantiles, a text by its values, rare ones together; unknown is a level of its own. No level of a text is
told that has fewer customers than a group must have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["OTHER", "UNKNOWN", "FeatureProfile", "profiles_of"]

OTHER: Final = "*"
UNKNOWN: Final = "?"
_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class FeatureProfile:
    """Counts of one feature.

    Parameters
    ----------
    feature : str
    edges : tuple of float or None
        Inner edges of a number, ascending; each belongs to the level above it. None for a text.
    levels : tuple of str
        Names of a text's levels, `OTHER` and `UNKNOWN` last; of a number's level its place, `UNKNOWN` last.
    counts : tuple of int
        Of each level.
    """

    feature: str
    edges: tuple[float, ...] | None
    levels: tuple[str, ...]
    counts: tuple[int, ...]

    def counted(self, column: pl.Series) -> NDArray[np.int64]:
        """Return the counts of other values by this profile's levels."""
        if self.edges is None:
            place = {name: place for place, name in enumerate(self.levels[:-2])}
            texts = column.cast(pl.String).to_list()
            codes = [len(place) + 1 if text is None else place.get(text, len(place)) for text in texts]
            return np.bincount(np.array(codes, dtype=np.int64), minlength=len(self.levels))
        values = _numbers(column)
        codes_of = np.searchsorted(np.array(self.edges), values, side="right")
        codes_of[np.isnan(values)] = len(self.edges) + 1
        return np.bincount(codes_of, minlength=len(self.levels))

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values; `of` reads them back."""
        edges = None if self.edges is None else list(self.edges)
        return {
            "feature": self.feature,
            "edges": edges,
            "levels": list(self.levels),
            "counts": list(self.counts),
        }

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> FeatureProfile:
        """Read what `to_dict` returned."""
        edges = None if raw["edges"] is None else tuple(raw["edges"])
        return cls(raw["feature"], edges, tuple(raw["levels"]), tuple(raw["counts"]))


def profiles_of(table: pl.DataFrame, least: int) -> tuple[FeatureProfile, ...]:
    """Return the profile of every column that is a number, a truth value or a text.

    Parameters
    ----------
    table : DataFrame
    least : int
        Rows below which a text's level is not named.

    Examples
    --------
    >>> profiles_of(pl.DataFrame({"kind": ["a", "a", "b", None]}), least=2)[0].counts
    (2, 1, 1)
    """
    told = [
        name for name, dtype in table.schema.items() if dtype.is_numeric() or dtype in (pl.Boolean, pl.String)
    ]
    return tuple(_profile(table[name], least) for name in told)


def _profile(column: pl.Series, least: int) -> FeatureProfile:
    if column.dtype == pl.String:
        counts = column.drop_nulls().value_counts().filter(pl.col("count") >= least).sort(column.name)
        empty = FeatureProfile(column.name, None, (*counts[column.name].to_list(), OTHER, UNKNOWN), ())
    else:
        edges = _edges(_numbers(column))
        levels = (*map(str, range(len(edges) + 1)), UNKNOWN)
        empty = FeatureProfile(column.name, edges, levels, ())
    return FeatureProfile(empty.feature, empty.edges, empty.levels, tuple(empty.counted(column).tolist()))


def _edges(values: NDArray[np.float64]) -> tuple[float, ...]:
    known = values[~np.isnan(values)]
    if not len(known):
        return ()
    inner = np.unique(np.quantile(known, np.linspace(0.0, 1.0, _BINS + 1)[1:-1], method="higher"))
    return tuple(float(edge) for edge in inner if edge > known.min())


def _numbers(column: pl.Series) -> NDArray[np.float64]:
    return np.asarray(column.cast(pl.Float64).fill_null(float("nan")).to_numpy(), dtype=np.float64)
