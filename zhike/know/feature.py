"""What a feature of the archive is: where it comes from, in what unit, how late, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from zhike.core.language import Text
from zhike.core.tables import polars_dtype

if TYPE_CHECKING:
    from zhike.core.tables import PersonalDataClass

__all__ = ["Feature", "FeatureDtype", "feature", "feature_dtype"]

FeatureDtype = Literal[
    "string",
    "int64",
    "int16",
    "float64",
    "bool",
    "date",
    "money",
    "list of string",
    "list of money",
    "list of need",
    "list of warning",
]

MINOR: Final = "minor units of `currency`"


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the archive.

    Parameters
    ----------
    name : str
        Column name.
    dtype : str
        Contract dtype, or one of the lists.
    unit : str or None
        Unit of the number; None where there is none.
    source : str
        Contract tables it is computed from.
    lag_days : int
        Days between a fact and the bank's knowledge of it that one must expect.
    meaning : Text
        What it says, in three languages.
    personal : str
        Class of personal data: C3, C2, C1 or ``-``.

    Examples
    --------
    >>> feature("age", "int16", "customers", 1, ("Age.", "年龄。", "年齡。"), unit="years").unit
    'years'
    """

    name: str
    dtype: FeatureDtype
    unit: str | None
    source: str
    lag_days: int
    meaning: Text
    personal: PersonalDataClass


def feature(
    name: str,
    dtype: FeatureDtype,
    source: str,
    lag_days: int,
    meaning: tuple[str, str, str],
    *,
    unit: str | None = None,
    personal: PersonalDataClass = "C2",
) -> Feature:
    """Declare a feature; money is in minor units of the customer's currency unless stated otherwise."""
    unit = MINOR if dtype == "money" and unit is None else unit
    return Feature(name, dtype, unit, source, lag_days, Text(*meaning), personal)


def _warning_fields() -> dict[str, Any]:
    """Return what a warning of a customer holds; an effect is what a feature adds to the log-odds against the usual customer."""
    import polars as pl

    shares = dict.fromkeys(("probability", "low", "high", "usual"), pl.Float64)
    reason = {"feature": pl.String, "value": pl.String, "effect": pl.Float64}
    return {
        "warning": pl.String, **shares, "raised": pl.Boolean, "window_first": pl.Date, "window_last": pl.Date,
        "model_version": pl.String, "reasons": pl.List(pl.Struct(reason)),
    }  # fmt: skip


def feature_dtype(dtype: FeatureDtype) -> Any:  # noqa: ANN401 - polars mixes dtype classes and instances
    """Return the polars dtype that a feature is stored in."""
    import polars as pl

    if dtype == "list of string":
        return pl.List(pl.String)
    if dtype == "list of money":
        return pl.List(pl.Int64)
    if dtype == "list of need":
        fields = {"family": pl.String, "source": pl.String, "strength": pl.Float64, "peer_share": pl.Float64}
        return pl.List(pl.Struct(fields))
    if dtype == "list of warning":
        return pl.List(pl.Struct(_warning_fields()))
    return polars_dtype(dtype)
