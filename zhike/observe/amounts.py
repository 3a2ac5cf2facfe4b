"""Amounts as decimal text into integers of their currency's smallest unit: exact, or null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.units import DEFAULT_MINOR_UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["in_minor_units"]

_EXACT: Final = pl.Decimal(38, 12)
_ANY: Final = r"^[+-]?(?:[0-9]+(?:\.[0-9]{0,12}0*)?|\.[0-9]{1,12}0*)$"
"""Decimal text that `_EXACT` holds without rounding."""

_SHORT: Final = r"^[+-]?[0-9]{1,11}(?:\.[0-9]{0,%d}0*)?$"
"""Decimal text of at most 15 digits: its product as a binary fraction rounds to the exact integer."""


def in_minor_units(
    rows: pl.DataFrame, text: pl.Expr, currency: pl.Expr, minor_units: Mapping[str, int]
) -> pl.Expr:
    """Return amounts in the smallest unit of each row's currency.

    Parameters
    ----------
    rows : DataFrame
        The rows at hand; which currencies they have decides how they are read.
    text : Expr
        Amounts as decimal text.
    currency : Expr
        ISO 4217 code of each row.
    minor_units : mapping of str to int
        Decimals of the currencies that do not have two.

    Returns
    -------
    Expr
        Int64, null where the text is no finite decimal or has digits below the smallest unit.

    Examples
    --------
    >>> rows = pl.DataFrame({"amount": ["1.10", "12.345", "7", "-.5", "nan"], "currency": ["EUR", "KWD", "JPY", "EUR", "EUR"]})
    >>> rows.select(in_minor_units(rows, pl.col("amount"), pl.col("currency"), {"JPY": 0, "KWD": 3}))["amount"].to_list()
    [110, 12345, 7, -50, None]
    """
    scales: dict[int, list[str]] = {}
    for code in rows.select(currency.unique().sort()).to_series().to_list():
        scales.setdefault(minor_units.get(code, DEFAULT_MINOR_UNITS), []).append(code)
    if len(scales) == 1 and _is_short(rows, text, *scales):
        (decimals,) = scales
        minor: pl.Expr = (text.cast(pl.Float64) * 10**decimals).round().cast(pl.Int64)
        return minor
    amount = pl.when(text.str.contains(_ANY)).then(text).cast(_EXACT, strict=False)
    result = pl.lit(None, dtype=pl.Int64)
    for decimals, codes in scales.items():
        result = pl.when(currency.is_in(codes)).then(_scaled(amount, decimals)).otherwise(result)
    return result.alias(text.meta.output_name())


def _is_short(rows: pl.DataFrame, text: pl.Expr, decimals: int) -> bool:
    return bool(rows.select(text.str.contains(_SHORT % decimals).fill_null(value=True).all()).item())


def _scaled(amount: pl.Expr, decimals: int) -> pl.Expr:
    kept = amount.cast(pl.Decimal(38, decimals), strict=False)
    return pl.when(kept == amount).then((kept * 10**decimals).cast(pl.Int64, strict=False))
