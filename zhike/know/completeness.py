"""How much of what a complete archive knows is known of a customer, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.know.feature import Feature, feature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["COMPLETENESS_FEATURES", "completeness"]

COMPLETENESS_FEATURES: Final[tuple[Feature, ...]] = (
    feature("completeness", "float64", "every table", 1, (
        "Share of the attributes of rule know.completeness that are known.", "规则 know.completeness 所列信息的已知占比。", "規則 know.completeness 所列資訊的已知占比。"), unit="share", personal="C1"),
    feature("missing", "list of string", "every table", 1, (
        "Those that are not known.", "其中未知的信息。", "其中未知的資訊。"), personal="C1"),
)  # fmt: skip


def completeness(customers: pl.LazyFrame, attributes: Mapping[str, Sequence[str]]) -> pl.LazyFrame:
    """Return the frame with the share of known attributes and the list of the missing ones.

    Parameters
    ----------
    customers : LazyFrame
        One row per customer.
    attributes : mapping of str to sequence of str
        Columns to look at by customer_type, ``other`` for the types that are not named (a firm has no age). A null is
        unknown, and so is a consent record that does not exist.
    """
    share, missing = _share(attributes["other"]), _missing(attributes["other"])
    for kind, names in attributes.items():
        if kind != "other":
            is_kind = pl.col("customer_type") == kind
            share = pl.when(is_kind).then(_share(names)).otherwise(share)
            missing = pl.when(is_kind).then(_missing(names)).otherwise(missing)
    return customers.with_columns(share.alias("completeness"), missing.alias("missing"))


def _share(names: Sequence[str]) -> pl.Expr:
    return 1 - pl.sum_horizontal(_absent(name).cast(pl.Float64) for name in names) / len(names)


def _missing(names: Sequence[str]) -> pl.Expr:
    return pl.concat_list(pl.when(_absent(name)).then(pl.lit(name)) for name in names).list.drop_nulls()


def _absent(name: str) -> pl.Expr:
    return ~pl.col(name) if name == "consent_on_record" else pl.col(name).is_null()
