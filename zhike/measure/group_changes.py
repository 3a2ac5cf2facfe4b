"""Who wins and who loses when another policy decides: by each attribute that the bank knows of its customers.

A customer wins when their list is worth more to the bank under the second policy than under the first, and loses when it is worth
less. With ``n`` customers of a group, changes ``d_i`` and their mean ``m``,

    m +- 1.96 s / sqrt(n),   s^2 = sum (d_i - m)^2 / (n - 1)

is the interval of the mean change: paired by customer, normal approximation, customers taken as independent draws from all customers
like them. Sums and squares are added up as whole numbers, so that neither the order of rows nor the direction of the comparison
changes a digit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.decide.experiments import Z95

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.decision_tables import DecisionTable

__all__ = ["ATTRIBUTES", "attributes_of", "fallen", "group_changes", "total_change"]

AGE_BAND: Final = "age_band"
ATTRIBUTES: Final = (
    "customer_type", "service_tier", "value_band", "segment_rfm", "segment_reliance", "life_stage", AGE_BAND, "sex",
    "segment_demographic", "tenure_band", "region",
)  # fmt: skip
"""What customers are grouped by: columns of the archive, and the band of their age."""
_UNKNOWN: Final = "unknown"
_FEWEST: Final = 2
_EDGE: Final = 1e-9
"""Of customers: a fall by exactly the share that is allowed is no alert, whatever binary fractions make of it."""

_SUMS: Final = (
    pl.len().cast(pl.Int64).alias("customers"),
    (pl.col("value_change") > 0).sum().cast(pl.Int64).alias("winners"),
    (pl.col("value_change") < 0).sum().cast(pl.Int64).alias("losers"),
    pl.col("value_change").sum(),
    # A square of minor units, summed over millions of customers, does not fit into 64 bits.
    (pl.col("value_change").cast(pl.Int128) ** 2).sum().alias("squares"),
    *(pl.col(f"reached_{side}").sum().cast(pl.Int64) for side in ("today", "tomorrow")),
    *(pl.col(f"contacts_{side}").sum() for side in ("today", "tomorrow")),
)


def attributes_of(archive: pl.LazyFrame, age_bands: DecisionTable) -> pl.LazyFrame:
    """Return ``customer_id`` and `ATTRIBUTES` of an archive.

    Parameters
    ----------
    archive : LazyFrame
        See `zhike.know.archive`.
    age_bands : DecisionTable
        ``fairness.age_band`` in force on the day.
    """
    return archive.with_columns(age_bands.expressions()[AGE_BAND].alias(AGE_BAND)).select(
        "customer_id", *ATTRIBUTES
    )


def total_change(changes: pl.DataFrame) -> dict[str, Any]:
    """Return for all customers together what `group_changes` returns for a group."""
    return _measured(changes.select(_SUMS).row(0, named=True))


def group_changes(changes: pl.DataFrame, attributes: pl.DataFrame) -> list[dict[str, Any]]:
    """Return who wins and who loses, group by group.

    Parameters
    ----------
    changes : DataFrame
        See `zhike.measure.list_changes.list_changes`.
    attributes : DataFrame
        ``customer_id`` and texts to group by. One with fewer than two values says no more than the total and is left out.

    Returns
    -------
    list of dict
        The groups whose mean change is farthest beyond chance come first. ``attribute``, ``group`` (``unknown`` where nothing is
        known), ``customers``, ``winners``, ``losers``, ``value_change`` (their sum), ``mean_change`` with ``low`` and ``high`` (None where
        there are too few), ``reached_today``, ``reached_tomorrow``, ``contacts_today``, ``contacts_tomorrow``, and the last four a head.
    """
    found = []
    for name in (name for name in attributes.columns if name != "customer_id"):
        group = attributes.select(
            "customer_id", pl.col(name).cast(pl.String).fill_null(_UNKNOWN).alias("group")
        )
        joined = changes.join(group, on="customer_id", how="left")
        rows = joined.group_by("group").agg(_SUMS).sort("group").to_dicts()
        found += [{"attribute": name, **_measured(row)} for row in rows] if len(rows) >= _FEWEST else []
    return sorted(found, key=_by_effect)


def _measured(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return sums as means, with the interval of the mean change and what each head of the group gets."""
    size, sums = row["customers"], {name: value for name, value in row.items() if name != "squares"}
    mean, low, high = _mean(size, row["value_change"], row["squares"])
    return {
        **sums, "mean_change": mean, "low": low, "high": high,
        **{
            f"{name}_{side}": row[f"{source}_{side}"] / size if size else None
            for name, source in (("reached_share", "reached"), ("contacts_per_head", "contacts"))
            for side in ("today", "tomorrow")
        },
    }  # fmt: skip


def _mean(size: int, total: int, squares: int) -> tuple[float | None, float | None, float | None]:
    """Return a mean and the ends of its interval, from whole numbers; None where there are too few."""
    if size < _FEWEST:
        return (total / size if size else None), None, None
    variance = (size * squares - total * total) / (size * (size - 1))
    mean, half = total / size, Z95 * math.sqrt(variance / size)
    return mean, mean - half, mean + half


def _by_effect(row: Mapping[str, Any]) -> tuple[float, float, str, str]:
    """Order groups by how far their interval lies from 0, then by the size of the mean, so that three odd customers do not lead."""
    beyond = 0.0 if row["low"] is None else max(row["low"], -row["high"], 0.0)
    return -beyond, -abs(row["mean_change"] or 0.0), row["attribute"], row["group"]


def fallen(groups: list[dict[str, Any]], most: float) -> list[dict[str, Any]]:
    """Return the groups of which the share reached falls by more than ``most``, the largest fall first.

    Examples
    --------
    >>> group = {"attribute": "sex", "group": "female", "customers": 20, "reached_today": 11, "reached_tomorrow": 10}
    >>> len(fallen([group], 0.05)), len(fallen([group], 0.04))
    (0, 1)
    """

    def fall(group: Mapping[str, Any]) -> int:
        return int(group["reached_today"] - group["reached_tomorrow"])

    found = [group for group in groups if fall(group) > most * group["customers"] + _EDGE]
    return sorted(
        found, key=lambda group: (-fall(group) / group["customers"], group["attribute"], group["group"])
    )
