"""What a purchase is worth by value band, relative to the mean of its family.

Amounts are so skewed that a few purchases make a mean. They are winsorised: what lies above the 99th percentile of the
family counts as that percentile (W. Dixon, "Simplified estimation from censored normal samples", Annals of Mathematical
Statistics 31(2), 1960). Means of bands are then drawn towards the family's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.decide.choice_log import stretch_of
from zhike.decide.profiles import UNKNOWN
from zhike.decide.shrinkage import shrunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.catalogue import Actions
    from zhike.decide.choice_log import ChoiceLog
    from zhike.know.view import View

__all__ = ["WORTH_SCHEMA", "applied_factors", "learn_worth"]

WORTH_SCHEMA: Final[dict[str, Any]] = {
    "family": pl.String,
    "value_band": pl.String,
    "factor": pl.Float64,
    "holdings": pl.Int64,
}
WINSORISED: Final = 0.99
FACTORS: Final = (0.1, 10.0)
"""Percentile beyond which an amount counts no more; least and largest factor. Invented."""


def learn_worth(seen: View, log: ChoiceLog, currency: str) -> pl.DataFrame:
    """Return the factors of the holdings begun in the window, by family and the band before the stretch they began in.

    Returns
    -------
    DataFrame
        Columns of ``WORTH_SCHEMA``.
    """
    families = seen.current("products").select("product_id", "family").drop_nulls()
    first = seen.history("holdings").sort("valid_from", "known_at").group_by("holding_id").first()
    begun = first.filter(pl.col("valid_from") >= log.stretches[0], pl.col("amount") > 0)
    own = begun.filter(pl.col("currency").is_null() | (pl.col("currency") == currency))
    placed = own.with_columns(stretch_of(pl.col("valid_from"), log.stretches))
    banded = placed.join(families, on="product_id").join(
        log.bands.lazy(), on=["customer_id", "stretch"], how="left"
    )
    amount = pl.col("amount").cast(pl.Float64)
    most = amount.quantile(WINSORISED, interpolation="higher").over("family")
    counted = banded.with_columns(pl.min_horizontal(amount, most).alias("counted"))
    told = counted.select("family", pl.col("value_band").fill_null(UNKNOWN), "counted").collect()
    parts = told.sort("family", "value_band", "counted").partition_by("family", maintain_order=True)
    return pl.concat([pl.DataFrame(schema=WORTH_SCHEMA), *map(_factors, parts)])


def _factors(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the factors of one family's bands, drawn towards 1, from its amounts in order."""
    # Sums are taken here and not in a query, whose threads add up in any order: the bytes would differ from run to run.
    bands = rows.partition_by("value_band", as_dict=True)
    amounts = [part["counted"].to_numpy() for part in bands.values()]
    holdings, mean = np.array([len(one) for one in amounts]), np.array([one.mean() for one in amounts])
    overall = float((holdings * mean).sum() / holdings.sum())
    spread = np.array([one.var(ddof=1) if len(one) > 1 else np.inf for one in amounts])
    variance = spread / holdings / overall**2
    factor, _, _ = shrunk(mean / overall, np.maximum(variance, 1e-6), centre=(1.0, 0.0))
    factors = np.where(np.isfinite(variance), np.clip(factor, *FACTORS), 1.0)
    names = {"family": [rows["family"][0]] * len(bands), "value_band": [key[0] for key in bands]}
    return pl.DataFrame({**names, "factor": factors, "holdings": holdings}, schema=WORTH_SCHEMA)


def applied_factors(worth: pl.DataFrame, actions: Actions, inputs: pl.DataFrame) -> NDArray[np.float64]:
    """Return the factor of every customer and action, 1 where nothing is known, shape (n_customers, n_actions)."""
    family = actions.products["family"].to_list()
    known = {(f, band): factor for f, band, factor, _ in worth.rows()}
    bands = inputs["value_band"].fill_null(UNKNOWN).to_list()
    names = sorted(set(bands))
    position = {name: place for place, name in enumerate(names)}
    place = np.array([position[band] for band in bands], dtype=np.int64)
    families = [family[row] if row >= 0 else None for row in actions.product_index]
    by_band = [[known.get((f, band), 1.0) for f in families] for band in names]
    return np.array(by_band, dtype=np.float64).reshape(len(names), len(families))[place]
