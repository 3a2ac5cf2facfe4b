"""Logged choices whose horizon has closed, as arrays: who was offered what, who was offered nothing, what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.core.tables import KNOWN_AT, VALID_FROM, VALID_TO
from zhike.decide.catalogue import NO_ACTION
from zhike.know.archive import archive
from zhike.know.holdings import ENDED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.decide.policy import EffectWindow
    from zhike.know.rules import ArchiveRules
    from zhike.know.view import View

__all__ = ["CELL_COLUMNS", "ChoiceLog", "Offers", "cell_of", "read_choices"]

CELL_COLUMNS: Final = ("life_stage", "value_band", "main_channel")
"""Columns of the archive that say which cell a customer belongs to."""
_DIGITAL: Final = ("app", "web")
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Offers:
    """Choices of one template over one channel: arrays of shape (n_offers,).

    ``customer``, ``month`` and ``product`` are positions (-1 for no product); ``weight`` is one over the probability of
    the choice; ``new``: the customer got the product within the horizon; ``held``: had it already.
    """

    customer: NDArray[np.int64]
    month: NDArray[np.int64]
    product: NDArray[np.int64]
    weight: NDArray[np.float64]
    delivered: NDArray[np.bool_]
    accepted: NDArray[np.bool_]
    new: NDArray[np.bool_]
    held: NDArray[np.bool_]

    def kept(self, mask: NDArray[np.bool_]) -> Offers:
        """Return some of the offers."""
        return Offers(*(getattr(self, name)[mask] for name in self.__slots__))

    def __len__(self) -> int:
        return len(self.customer)


@dataclass(frozen=True, slots=True)
class ChoiceLog:
    """The log of one window.

    Parameters
    ----------
    cells : tuple of str
        Names of the cells, see `cell_of`.
    cell : ndarray of int, shape (n_customers,)
        Cell of each customer at the start of the window.
    bands : DataFrame
        ``customer_id`` and ``value_band`` at the start of the window.
    offers : mapping of (template, channel) to Offers
    customer, month, weight : ndarray of shape (n_idle,)
        Choices of doing nothing where something could have been done.
    row, product, new, held : ndarray of shape (n_pairs,)
        Of those choices (by ``row``) each product that the customer got within the horizon, or had.
    """

    first_day: dt.date
    months: int
    products: tuple[str, ...]
    cells: tuple[str, ...]
    cell: NDArray[np.int64]
    bands: pl.DataFrame
    offers: Mapping[tuple[str, str], Offers]
    customer: NDArray[np.int64]
    month: NDArray[np.int64]
    weight: NDArray[np.float64]
    row: NDArray[np.int64]
    product: NDArray[np.int64]
    new: NDArray[np.bool_]
    held: NDArray[np.bool_]


def cell_of() -> pl.Expr:
    """Return the expression of a customer's cell: life stage, value band, and whether the main channel is a digital one.

    Examples
    --------
    >>> someone = {"life_stage": ["family"], "value_band": [None], "main_channel": ["app"]}
    >>> pl.DataFrame(someone, schema=dict.fromkeys(CELL_COLUMNS, pl.String)).select(cell_of()).item()
    'family|unknown|digital'
    """
    channel = pl.col("main_channel")
    digital = pl.when(channel.is_in(_DIGITAL)).then(pl.lit("digital")).otherwise(pl.lit("personal"))
    known = pl.when(channel.is_null()).then(pl.lit(UNKNOWN)).otherwise(digital)
    named = (pl.col(name).fill_null(UNKNOWN) for name in CELL_COLUMNS[:2])
    return pl.concat_str(*named, known, separator="|").alias("cell")


def read_choices(seen: View, timezone: str, rules: ArchiveRules, window: EffectWindow) -> ChoiceLog | None:
    """Return the log of the choices whose horizon closed by the view's day; None where there is none.

    Parameters
    ----------
    seen : View
    timezone : str
    rules : ArchiveRules
        With which the archive is built on the day before the first choice: what cells rest on precedes every outcome.
    window : EffectWindow
    """
    choices = _closed(seen, window)
    if choices.is_empty():
        return None
    first_day: dt.date = choices["decided_on"].min()  # type: ignore[assignment] # a column of dates
    lazy = archive(seen.tables, first_day - dt.timedelta(days=1), timezone, rules)
    known = lazy.select("customer_id", *CELL_COLUMNS).collect(engine="streaming")
    people = choices.select(pl.col("customer_id").unique().sort()).join(known, on="customer_id", how="left")
    people = people.sort("customer_id").with_columns(cell_of()).with_row_index("customer")
    products = sorted(set(choices["product_id"].drop_nulls()) | _products(seen))
    choices = choices.join(people.select("customer_id", "customer"), on="customer_id").sort("decision_id")
    cells = sorted(people["cell"].unique().to_list())
    place = {name: position for position, name in enumerate(cells)}
    months = int(choices["month"].max() or 0) + 1  # type: ignore[arg-type] # a column of whole numbers
    idle = choices.filter(pl.col("template") == NO_ACTION, pl.col("action_probability") < 1.0)
    return ChoiceLog(
        first_day, months, tuple(products), tuple(cells),
        np.array([place[name] for name in people["cell"]], dtype=np.int64),
        known.select("customer_id", "value_band"),
        _offers(choices.filter(pl.col("template") != NO_ACTION), seen, products, window),
        idle["customer"].cast(pl.Int64).to_numpy(), idle["month"].to_numpy(), idle["weight"].to_numpy(),
        *_pairs(idle, seen, products, window),
    )  # fmt: skip


def _products(seen: View) -> set[str]:
    return set(seen.history("holdings").select(pl.col("product_id").unique()).collect()["product_id"])


def _closed(seen: View, window: EffectWindow) -> pl.DataFrame:
    """Return one row a choice, with what the customer answered within the horizon."""
    last = seen.at - dt.timedelta(days=window.horizon_days)
    first = last - dt.timedelta(days=window.window_days)
    day, parts = pl.col("decided_on"), pl.col("action_id").str.split(":")
    # Doing nothing with certainty was no choice: nothing else was open. It cannot stand for those who had one.
    chosen = seen.current("decisions").filter(day > first, day <= last, pl.col("action_probability") > 0)
    columns = chosen.select(
        "decision_id", "customer_id", "decided_on", "action_probability",
        pl.coalesce("product_id", pl.when(parts.list.len() == 3).then(parts.list.get(1, null_on_oob=True))).alias("product_id"),  # noqa: PLR2004 - template:product:channel
        parts.list.first().alias("template"), pl.coalesce("channel", parts.list.last()).alias("channel"),
        (1.0 / pl.col("action_probability")).alias("weight"),
        (day.dt.year().cast(pl.Int64) * 12 + day.dt.month()).alias("month"),
    )  # fmt: skip
    joined = columns.join(_answers(seen, columns, window), on="decision_id", how="left")
    filled = joined.with_columns(pl.col("blocked", "accepted").fill_null(value=False))
    return filled.with_columns(pl.col("month") - pl.col("month").min()).collect()


def _answers(seen: View, choices: pl.LazyFrame, window: EffectWindow) -> pl.LazyFrame:
    answers = seen.current("responses").select("decision_id", "responded_on", "outcome")
    dated = answers.join(choices.select("decision_id", "decided_on"), on="decision_id")
    wait = (pl.col("responded_on") - pl.col("decided_on")).dt.total_days()
    outcome = pl.col("outcome")
    return dated.group_by("decision_id").agg(
        (outcome == "blocked").any().alias("blocked"),
        ((outcome == "accepted") & (wait <= window.horizon_days)).any().alias("accepted"),
    )


def _spells(seen: View) -> pl.LazyFrame:
    """Return every holding with its first day and, where it has one, its last."""
    versions = seen.history("holdings").sort(VALID_FROM, KNOWN_AT)
    ended = pl.when(pl.col("status").last().is_in(ENDED)).then(pl.col(VALID_FROM).last())
    return versions.group_by("holding_id", "customer_id", "product_id").agg(
        pl.col(VALID_FROM).min().alias("start"), pl.coalesce(ended, pl.col(VALID_TO).last()).alias("end")
    )


def _outcomes(choices: pl.DataFrame, seen: View, keys: list[str], window: EffectWindow) -> pl.DataFrame:
    """Return by row and product whether the customer got the product within the horizon, and whether he had it."""
    joined = choices.select("row", "decided_on", *keys).lazy().join(_spells(seen), on=keys)
    wait = (pl.col("start") - pl.col("decided_on")).dt.total_days()
    running = (pl.col("end") >= pl.col("decided_on")).fill_null(value=True)
    flags = joined.select(
        "row", "product_id", wait.is_between(0, window.horizon_days).alias("new"), ((wait < 0) & running).alias("held")
    )  # fmt: skip
    telling = flags.filter(pl.col("new") | pl.col("held"))
    return telling.group_by("row", "product_id").agg(pl.col("new", "held").any()).sort("row", "product_id").collect()  # fmt: skip


def _positions(column: pl.Series, products: list[str]) -> NDArray[np.int64]:
    place = {name: position for position, name in enumerate(products)}
    codes = column.replace_strict(place, default=-1, return_dtype=pl.Int64)
    return np.asarray(codes.to_numpy(), dtype=np.int64)


def _pairs(
    idle: pl.DataFrame, seen: View, products: list[str], window: EffectWindow
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    found = _outcomes(idle.with_row_index("row"), seen, ["customer_id"], window)
    product = _positions(found["product_id"], products)
    row = found["row"].cast(pl.Int64).to_numpy()
    return row, product, found["new"].to_numpy(), found["held"].to_numpy()


def _offers(
    choices: pl.DataFrame, seen: View, products: list[str], window: EffectWindow
) -> dict[tuple[str, str], Offers]:
    rows = choices.with_row_index("row")
    found = _outcomes(rows, seen, ["customer_id", "product_id"], window)
    rows = rows.join(found.drop("product_id"), on="row", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("new", "held").fill_null(value=False))
    parts = rows.partition_by("template", "channel", as_dict=True)
    return {(str(key[0]), str(key[1])): _offers_of(parts[key], products) for key in sorted(parts)}


def _offers_of(rows: pl.DataFrame, products: list[str]) -> Offers:
    return Offers(
        rows["customer"].cast(pl.Int64).to_numpy(), rows["month"].cast(pl.Int64).to_numpy(),
        _positions(rows["product_id"], products), rows["weight"].to_numpy(), ~rows["blocked"].to_numpy(),
        rows["accepted"].to_numpy(), rows["new"].to_numpy(), rows["held"].to_numpy(),
    )  # fmt: skip
