"""FAR-Trans, a Greek bank's retail investors 2018-2022, as a bank folder.

The source dates its rows poorly, and each correction is stated in the manifest's notes. A profile whose
questionnaire is dated later than the row itself was overwritten, so its level counts as known from the questionnaire
on. A first purchase is dated to about two weeks, so it counts as known when the interval ends.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.adapters.bank_load import Load
from zhike.adapters.far_trans_notes import notes_of
from zhike.adapters.far_trans_windows import read_windows
from zhike.adapters.source_files import day_of, finished, read_source, source_folder
from zhike.core.contracts import contract
from zhike.core.decision_tables import DecisionTable
from zhike.core.tables import VALID_FROM
from zhike.observe.checks import Failure, Split, contract_failures, split_rows

if TYPE_CHECKING:
    from pathlib import Path

    from zhike.core.rulebook import Rulebook, Version

__all__ = ["ASSET_LEVEL", "CUSTOMER_LEVEL", "read_far_trans"]

CUSTOMER_LEVEL: Final = "eu.mifid.far_trans.customer_level"
ASSET_LEVEL: Final = "eu.mifid.far_trans.asset_level"
TIMEZONE: Final = "Europe/Athens"
CURRENCY: Final = "EUR"
POLICY: Final = "policies.wealth_eu"

_PROFILE: Final = (
    "customerID",
    "customerType",
    "riskLevel",
    "investmentCapacity",
    "lastQuestionnaireDate",
    "timestamp",
)
_ASSET: Final = (
    "ISIN", "assetName", "assetShortName", "assetCategory", "assetSubCategory", "sector", "industry", "timestamp",
)  # fmt: skip
_BUY: Final = ("customerID", "ISIN", "first_buy_from", "first_buy_before", "evidence")
_FILLER: Final = dt.date(2000, 1, 1)
_IMPUTED: Final = "Predicted_"
_CUSTOMER_TYPES: Final = {
    "Mass": "person",
    "Premium": "person",
    "Professional": "professional",
    "Legal Entity": "firm",
    "Inactive": "inactive",
}
_FAMILIES: Final = {"Bond": "bond", "Stock": "stock", "MTF": "fund"}
_CAPACITIES: Final[dict[str, tuple[int, int, int | None]]] = {
    "CAP_LT30K": (1, 0, 30_000_00),
    "CAP_30K_80K": (2, 30_000_00, 80_000_00),
    "CAP_80K_300K": (3, 80_000_00, 300_000_00),
    "CAP_GT300K": (4, 300_000_00, None),
}
"""The source's bands of investable money: rank, and bounds in cents."""


def read_far_trans(folder: Path, rules: Rulebook) -> Load:
    """Read the FAR-Trans files into contract tables.

    Parameters
    ----------
    folder : Path
        Folder with the Parquet files that the source's text names.
    rules : Rulebook
        Must hold the tables `CUSTOMER_LEVEL` and `ASSET_LEVEL`, which are the bank's own reading of the source's words.

    Returns
    -------
    Load
        Tables customers, assessments, products and holdings; outcomes windows, purchases, offered and returns.
    """
    folder = source_folder(folder)
    profiles = _dated(read_source(folder, "customer_information.parquet", _PROFILE))
    assets = read_source(folder, "asset_information.parquet", _ASSET)
    buys = _known_buys(read_source(folder, "first_buys.parquet", _BUY))
    days = (profiles["_row_day"].max(), buys[VALID_FROM].max())
    last_day = max((day for day in days if isinstance(day, dt.date)), default=dt.date.max)
    customer_level, asset_level = rules.at(CUSTOMER_LEVEL, last_day), rules.at(ASSET_LEVEL, last_day)
    splits = {
        "customers": _customers(profiles, buys),
        "products": _products(assets, asset_level),
        "holdings": _holdings(buys),
        "assessments": _assessments(profiles, customer_level),
    }
    return Load(
        name="FAR-Trans",
        source="far-trans",
        timezone=TIMEZONE,
        currency=CURRENCY,
        policy=POLICY,
        tables={name: split.good for name, split in splits.items()},
        rejects={name: split.rejects for name, split in splits.items() if split.rejects.height},
        outcomes=read_windows(folder),
        notes=notes_of(profiles, assets, splits["customers"].good, (customer_level, asset_level)),
    )


def _dated(profiles: pl.DataFrame) -> pl.DataFrame:
    """Add the day of the row, of the questionnaire, and the day from which the levels count as known."""
    questionnaire = day_of(profiles, "lastQuestionnaireDate")
    days = profiles.with_columns(
        _row_day=day_of(profiles, "timestamp"),
        _asked_on=pl.when(questionnaire != _FILLER).then(questionnaire),
    )
    later = pl.max_horizontal("_row_day", "_asked_on")
    return days.with_columns(_level_day=pl.when(pl.col("_row_day").is_not_null()).then(later))


def _known_buys(buys: pl.DataFrame) -> pl.DataFrame:
    """Date first purchases: in [from, before) by training sets, in (from, before] by the last test sets."""
    opens, closes = day_of(buys, "first_buy_from"), day_of(buys, "first_buy_before")
    train, day = pl.col("evidence") == "train", pl.duration(days=1)
    return buys.with_columns(
        started_after=pl.when(train).then(opens).otherwise(opens + day),
        valid_from=pl.when(train).then(closes - day).otherwise(closes),
    )


def _customers(profiles: pl.DataFrame, buys: pl.DataFrame) -> Split:
    """Return a version for each row, and one from the first purchase for whom no row was known by then."""
    kind = pl.col("customerType")
    stated = profiles.select(
        "_source_file", "_line", "customerType", "timestamp",
        customer_id="customerID",
        customer_type=kind.replace_strict(_CUSTOMER_TYPES, default=None, return_dtype=pl.String),
        service_tier=kind,
        origin=pl.lit("source"),
        valid_from="_row_day",
    )  # fmt: skip
    first_buy = buys.group_by(customer_id="customerID").agg(pl.col(VALID_FROM).min()).sort("customer_id")
    first_row = profiles.group_by(customer_id="customerID").agg(first_row=pl.col("_row_day").min())
    inferred = (
        first_buy.join(first_row, on="customer_id", how="left")
        .filter(pl.col("first_row").is_null() | (pl.col(VALID_FROM) < pl.col("first_row")))
        .select(
            "customer_id", VALID_FROM, origin=pl.lit("inferred"), _source_file=pl.lit("first_buys.parquet")
        )
    )
    everyone = finished(pl.concat([stated, inferred], how="diagonal"), "customers", TIMEZONE)
    unknown = kind.is_not_null() & pl.col("customer_type").is_null()
    needed = " | ".join(_CUSTOMER_TYPES)
    return _split(
        everyone,
        "customers",
        [Failure("bad_value", "customer_type", needed, unknown, kind), _undated("timestamp")],
    )


def _products(assets: pl.DataFrame, level: Version) -> Split:
    """Return a version for each asset and day.

    Three funds are described twice on one day, once as a stock without a sub-category: the description with a
    sub-category stays, and takes the sector from the other.
    """
    key = ["ISIN", "timestamp"]
    described = [name for name in (*_ASSET, "_source_file", "_line") if name not in key]
    one = (
        assets.sort(*key, pl.col("assetSubCategory").is_null(), "_line")
        .group_by(key, maintain_order=True)
        .agg(
            pl.col("assetCategory").first(),
            pl.col(*[n for n in described if n != "assetCategory"]).drop_nulls().first(),
        )
        .with_columns(asset_category="assetCategory", asset_sub_category="assetSubCategory")
    )
    family = pl.col("assetCategory").replace_strict(_FAMILIES, default=None, return_dtype=pl.String)
    rows = one.with_columns(
        valid_from=day_of(one, "timestamp"),
        product_id="ISIN",
        name=pl.coalesce("assetName", "assetShortName"),
        family=family,
        product_group=family,
        regime=pl.lit("eu-mifid"),
        seller_risk_level=DecisionTable.of(level).expressions()["level"],
        complex=pl.col("assetSubCategory").eq_missing(pl.lit("Structured")),
        target_market=pl.lit("all"),
        currency=pl.lit(CURRENCY),
        terms=pl.concat_str(["sector", "industry"], separator=" / ", ignore_nulls=True).replace("", None),
    )
    return _split(finished(rows, "products", TIMEZONE), "products", [_undated("timestamp")])


def _holdings(buys: pl.DataFrame) -> Split:
    rows = buys.with_columns(
        holding_id=pl.format("{}:{}", "customerID", "ISIN"),
        customer_id="customerID",
        product_id="ISIN",
        currency=pl.lit(CURRENCY),
    )
    return _split(finished(rows, "holdings", TIMEZONE), "holdings", [_undated("first_buy_before")])


def _assessments(profiles: pl.DataFrame, level: Version) -> Split:
    """Return the two levels of each profile; of two with one date the row that was written last speaks."""
    table = DecisionTable.of(level)
    decided = table.expressions()
    stated = pl.col("label").str.strip_prefix(_IMPUTED)
    rank = {band: values[0] for band, values in _CAPACITIES.items()}
    lower = {band: values[1] for band, values in _CAPACITIES.items()}
    upper = {band: values[2] for band, values in _CAPACITIES.items()}
    risk = _answers(profiles, "riskLevel", "risk_tolerance").with_columns(risk_label="label")
    capacity = _answers(profiles, "investmentCapacity", "capacity_for_loss")
    both = pl.concat(
        [
            risk.with_columns(
                level=decided["level"].cast(pl.Int16), method=pl.coalesce(decided["method"], "method")
            ),
            capacity.with_columns(
                level=stated.replace_strict(rank, default=None, return_dtype=pl.Int16),
                lower_amount=stated.replace_strict(lower, default=None, return_dtype=pl.Int64),
                upper_amount=stated.replace_strict(upper, default=None, return_dtype=pl.Int64),
                currency=pl.lit(CURRENCY),
            ),
        ],
        how="diagonal",
    )
    spoken = both.sort("timestamp", "_line").filter(
        pl.struct("assessment_id", VALID_FROM).is_last_distinct() | pl.col(VALID_FROM).is_null()
    )
    words = [*table.inputs["risk_label"], *_CAPACITIES, *(f"{_IMPUTED}{band}" for band in _CAPACITIES)]
    failure = Failure("bad_value", "label", " | ".join(words), ~pl.col("label").is_in(words), pl.col("label"))
    return _split(finished(spoken, "assessments", TIMEZONE), "assessments", [failure, _undated("timestamp")])


def _answers(profiles: pl.DataFrame, column: str, kind: str) -> pl.DataFrame:
    imputed = pl.col(column).str.starts_with(_IMPUTED)
    return profiles.select(
        "_source_file", "_line", "timestamp", "lastQuestionnaireDate",
        assessment_id=pl.format("{}:{}", "customerID", pl.lit(kind)),
        customer_id="customerID",
        kind=pl.lit(kind),
        method=pl.when(imputed).then(pl.lit("imputed")).otherwise(pl.lit("questionnaire")),
        label=column,
        assessed_on="_asked_on",
        valid_from="_level_day",
    )  # fmt: skip


def _undated(column: str) -> Failure:
    text = pl.col(column).cast(pl.String)
    undated = pl.col(VALID_FROM).is_null() & text.is_not_null()
    return Failure("bad_date", VALID_FROM, "%Y-%m-%d", undated, text)


def _split(rows: pl.DataFrame, name: str, failures: list[Failure]) -> Split:
    table = contract(name)
    return split_rows(rows, table, [*failures, *contract_failures(table)])
