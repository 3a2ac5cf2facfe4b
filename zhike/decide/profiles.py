"""What a response model knows of a customer: bands of age, money and tenure, families held, digital or not, and what kind.

Every attribute has a level of its own for what is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import polars as pl

from zhike.know.brief_archive import BRIEF_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["CELL_COLUMNS", "UNKNOWN", "Profiles", "cell_of", "money_edges"]

CELL_COLUMNS: Final = BRIEF_COLUMNS
"""Columns of the archive that a customer's cell (the first three) and profile are made of."""
_OF_CELL: Final = CELL_COLUMNS[:3]
UNKNOWN: Final = "unknown"
AGES: Final = (25.0, 35.0, 45.0, 55.0, 65.0)
TENURES: Final = (12.0, 36.0, 96.0)
"""Edges of the bands in years and months. Invented."""
SHARES: Final = (0.2, 0.4, 0.6, 0.8, 0.9, 0.97)
"""Shares of the log's customers below the edges of the bands of money (balance and assets held): any currency will do. Invented."""
MOST_OTHERS: Final = 3
"""Other families held beyond which they are not told apart. Invented."""
_MOST_KEY: Final = 2**60
_DIGITAL: Final = ("app", "web")
_KINDS: Final = ("person", "professional", "firm", "inactive", UNKNOWN)


def cell_of() -> pl.Expr:
    """Return the expression of a customer's cell: life stage, value band, and whether the main channel is a digital one.

    Examples
    --------
    >>> someone = {"life_stage": ["family"], "value_band": [None], "main_channel": ["app"]}
    >>> pl.DataFrame(someone, schema=dict.fromkeys(someone, pl.String)).select(cell_of()).item()
    'family|unknown|digital'
    """
    named = (pl.col(name).fill_null(UNKNOWN) for name in _OF_CELL[:2])
    return pl.concat_str(*named, _digital(), separator="|").alias("cell")


def _digital() -> pl.Expr:
    channel = pl.col("main_channel")
    digital = pl.when(channel.is_in(_DIGITAL)).then(pl.lit("digital")).otherwise(pl.lit("personal"))
    return pl.when(channel.is_null()).then(pl.lit(UNKNOWN)).otherwise(digital)


def _money(frame: pl.DataFrame) -> NDArray[np.float64]:
    """Return balance and assets held in minor units, NaN where neither is known."""
    parts = [pl.col(name).cast(pl.Float64) for name in ("balance", "assets_held")]
    known = pl.any_horizontal(part.is_not_null() for part in parts)
    total = pl.sum_horizontal(part.fill_null(0.0) for part in parts)
    return frame.select(pl.when(known).then(total).fill_null(np.nan)).to_series().to_numpy()


def money_edges(frame: pl.DataFrame) -> tuple[float, ...]:
    """Return the edges of the bands of money of customers with the columns of ``CELL_COLUMNS``, minor units."""
    money = _money(frame)
    known = money[~np.isnan(money)]
    return tuple(np.quantile(known, SHARES).tolist()) if len(known) else (0.0,) * len(SHARES)


@dataclass(frozen=True, slots=True)
class Profiles:
    """Customers as levels.

    Parameters
    ----------
    codes : mapping of str to ndarray of int, shape (n_customers,)
    holds : ndarray of bool, shape (n_customers, n_families + 1)
        The last column, of no family, is False.
    families : tuple of str
    """

    codes: Mapping[str, NDArray[np.int64]]
    holds: NDArray[np.bool_]
    families: tuple[str, ...]

    @classmethod
    def of(cls, frame: pl.DataFrame, edges: Sequence[float], products: pl.DataFrame) -> Self:
        """Code customers.

        Parameters
        ----------
        frame : DataFrame
            With the columns of ``CELL_COLUMNS``.
        edges : sequence of float
            Of the bands of money, see `money_edges`.
        products : DataFrame
            ``product_id`` and ``family``.
        """
        texts = frame.select(pl.col("customer_type").fill_null(UNKNOWN), _digital().alias("digital"))
        codes = {
            "age": _banded(_floats(frame, "age"), AGES),
            "money": _banded(_money(frame), edges),
            "tenure": _banded(_floats(frame, "tenure_months"), TENURES),
            "digital": _placed(texts["digital"].to_list(), _LEVELS["digital"]),
            "kind": _placed(texts["customer_type"].to_list(), _LEVELS["kind"]),
        }
        families = tuple(sorted(set(products["family"].drop_nulls())))
        return cls(codes, _holds(frame["products_held"], products, families), families)

    def __len__(self) -> int:
        return len(self.holds)

    @staticmethod
    def levels(name: str) -> int:
        """Return how many levels an attribute has."""
        return len(_LEVELS[name])

    @staticmethod
    def level_names(name: str) -> tuple[str | None, ...]:
        """Return the levels of an attribute, "" being the attribute that all share."""
        return _LEVELS[name]

    def alike(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the group of each customer, and a customer of each group: those of a group are the same in everything."""
        key = np.zeros(len(self), dtype=np.int64)
        for name, codes in self.codes.items():
            key = key * self.levels(name) + codes
        for column in self.holds.T:
            key = (
                np.unique(key * 2 + column, return_inverse=True)[1]
                if key.max(initial=0) > _MOST_KEY
                else key * 2 + column
            )
        _, first, group = np.unique(key, return_index=True, return_inverse=True)
        return group.astype(np.int64), first.astype(np.int64)

    def code(self, name: str, row: NDArray[np.int64], family: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Return the level of customers with regard to families (positions, -1 for none)."""
        if not name:
            return np.zeros_like(row)
        if name in self.codes:
            return self.codes[name][row]
        count = self.holds.sum(axis=1)[row]
        if name == "own":
            return self.holds[row, family].astype(np.int64)
        own = np.int64(0) if family is None else self.holds[row, family]
        return np.asarray(np.minimum(count - own, MOST_OTHERS), dtype=np.int64)


def _bands(edges: Sequence[float], unit: str) -> tuple[str, ...]:
    inner = (f"{low:g}-{high:g} {unit}" for low, high in pairwise(edges))
    return (f"below {edges[0]:g} {unit}", *inner, f"{edges[-1]:g} {unit} and more", UNKNOWN)


_LEVELS: Final[Mapping[str, tuple[str | None, ...]]] = {
    "": (None,),
    "age": _bands(AGES, "years"),
    "money": _bands([100 * share for share in SHARES], "%"),
    "tenure": _bands(TENURES, "months"),
    "digital": ("digital", "personal", UNKNOWN),
    "kind": _KINDS,
    "own": ("not held", "held"),
    "others": tuple(str(count) for count in range(MOST_OTHERS + 1)),
}


def _floats(frame: pl.DataFrame, name: str) -> NDArray[np.float64]:
    return frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy()


def _banded(values: NDArray[np.float64], edges: Sequence[float]) -> NDArray[np.int64]:
    # NaN sorts behind every edge, so the last level is the unknown.
    return np.searchsorted(np.append(edges, np.inf), values, side="right").astype(np.int64)


def _placed(values: Sequence[Any], levels: tuple[str | None, ...]) -> NDArray[np.int64]:
    place = {name: position for position, name in enumerate(levels)}
    return np.array([place.get(one, len(levels) - 1) for one in values], dtype=np.int64)


def _holds(held: pl.Series, products: pl.DataFrame, families: tuple[str, ...]) -> NDArray[np.bool_]:
    place = {name: position for position, name in enumerate(families)}
    column = {
        product: place[family]
        for product, family in products.select("product_id", "family").drop_nulls().rows()
    }
    result = np.zeros((len(held), len(families) + 1), dtype=np.bool_)
    pairs = pl.DataFrame({"held": held}).with_row_index("row").explode("held").drop_nulls()
    codes = (
        pairs["held"].replace_strict(column, default=-1, return_dtype=pl.Int64).to_numpy()
        if column
        else np.zeros(0, int)
    )
    known = codes >= 0
    result[pairs["row"].to_numpy()[known], codes[known]] = True
    return result
