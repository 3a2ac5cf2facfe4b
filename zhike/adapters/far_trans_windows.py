"""FAR-Trans' truth for replay: what was bought in each window, what was on offer, and what it returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from zhike.adapters.source_files import day_of, read_source

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_windows"]


def read_windows(folder: Path) -> dict[str, pl.DataFrame]:
    """Return the outcomes that the folder has files for.

    Returns
    -------
    dict of str to DataFrame
        ``windows`` (window_id, split_set, at, until), ``purchases`` (window_id, split_set, customer_id, product_id),
        ``offered`` (window_id, split_set, product_id), ``returns`` (window_id, split_set, product_id,
        monthly_return). A window is named by window_id and split_set together.
    """
    readers = {
        "windows": ("splits.parquet", _windows),
        "purchases": ("test_interactions.parquet", _purchases),
        "offered": ("eligible_assets.parquet", _offered),
        "returns": ("asset_returns_6m.parquet", _returns),
    }
    return {name: read(folder, file) for name, (file, read) in readers.items() if (folder / file).exists()}


def _windows(folder: Path, file: str) -> pl.DataFrame:
    splits = read_source(folder, file, ["split_set", "split_index", "time_point", "test_end"])
    days = splits.with_columns(at=day_of(splits, "time_point"), until=day_of(splits, "test_end"))
    return days.select(window_id="split_index", split_set="split_set", at="at", until="until")


def _purchases(folder: Path, file: str) -> pl.DataFrame:
    rows = read_source(folder, file, ["split_set", "split_index", "customerID", "ISIN"])
    return rows.select(
        window_id="split_index", split_set="split_set", customer_id="customerID", product_id="ISIN"
    )


def _offered(folder: Path, file: str) -> pl.DataFrame:
    rows = read_source(folder, file, ["split_set", "split_index", "ISIN"])
    return rows.select(window_id="split_index", split_set="split_set", product_id="ISIN")


def _returns(folder: Path, file: str) -> pl.DataFrame:
    """Read the returns; the source gives them for the evaluation windows only."""
    rows = read_source(folder, file, ["split_index", "ISIN", "monthly_return"])
    evaluation = pl.lit("evaluation").alias("split_set")
    return rows.select(
        pl.col("split_index").alias("window_id"),
        evaluation,
        pl.col("ISIN").alias("product_id"),
        "monthly_return",
    )
