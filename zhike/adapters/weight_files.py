"""Answers with their weights, written for whoever goes on with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from zhike.adapters.answer_files import write_answers

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["WEIGHT", "write_weighted"]

WEIGHT = "weight"


def write_weighted(path: Path, table: pl.DataFrame, weights: NDArray[np.float64]) -> None:
    """Write answers with a column `WEIGHT` after all others, in place of one of that name.

    Parameters
    ----------
    path : Path
        ``.parquet``, or any other ending for CSV.
    table : DataFrame of shape (n, columns)
    weights : array of shape (n,)
        0 for whoever did not answer.

    Raises
    ------
    InputUnreadableError
        When the file cannot be written.
    """
    write_answers(path, table.drop(WEIGHT, strict=False).with_columns(pl.Series(WEIGHT, weights)))
