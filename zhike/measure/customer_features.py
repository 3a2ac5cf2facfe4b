"""What was known of customers as a table of numbers, for models of their rewards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["customer_features"]

_MOST_LEVELS: Final = 12
"""Levels of a text up to which each gets a column; a text with more tells customers apart, not kinds of them."""


def customer_features(frame: pl.DataFrame) -> NDArray[np.float64]:
    """Return a row of numbers for every row of a table of customers.

    Parameters
    ----------
    frame : DataFrame of shape (n, ...)
        Numbers, truths and texts are used; identifiers, days and lists are not.

    Returns
    -------
    ndarray of float, shape (n, d)
        Numbers as the logarithm of their size with their sign, as money is skewed; what is unknown as the column's mean. A column for every
        level of a text.

    Examples
    --------
    >>> customer_features(pl.DataFrame({"age": [0, None], "sex": ["f", "m"]})).tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    columns: list[NDArray[np.float64]] = []
    for name, column in frame.to_dict().items():
        if name == "customer_id":
            continue
        if column.dtype.is_numeric() or column.dtype == pl.Boolean:
            columns.append(_number(column))
        elif column.dtype == pl.String:
            columns += _levels(column)
    return np.stack(columns, axis=1) if columns else np.zeros((len(frame), 0))


def _number(column: pl.Series) -> NDArray[np.float64]:
    values = column.cast(pl.Float64).to_numpy()
    scaled = np.sign(values) * np.log1p(np.abs(values))
    known = np.isfinite(scaled)
    return np.where(known, scaled, scaled[known].mean() if known.any() else 0.0)


def _levels(column: pl.Series) -> list[NDArray[np.float64]]:
    levels = sorted(column.drop_nulls().unique().to_list())
    if len(levels) > _MOST_LEVELS:
        return []
    return [
        (column == level).fill_null(value=False).cast(pl.Float64).to_numpy().astype(np.float64)
        for level in levels
    ]
