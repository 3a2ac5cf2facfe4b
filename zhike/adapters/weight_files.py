"""Answers with their weights, written for whoever goes on with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from zhike.core.errors import InputUnreadableError
from zhike.core.phrases import phrase, reason_of

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
    weighted = table.drop(WEIGHT, strict=False).with_columns(pl.Series(WEIGHT, weights))
    try:
        weighted.write_parquet(path) if path.suffix == ".parquet" else weighted.write_csv(path)
    except OSError as problem:
        raise InputUnreadableError(
            path=path,
            what=reason_of(problem),
            expected=phrase("a file that can be written"),
            advice=phrase("Name another file with --out."),
        ) from problem
