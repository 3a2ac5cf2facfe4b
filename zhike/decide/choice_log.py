"""Logged choices whose horizon has closed, as arrays: who was offered what, who was offered nothing, what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.core.tables import KNOWN_AT, VALID_FROM, VALID_TO
from zhike.decide.catalogue import NO_ACTION
from zhike.decide.deliveries import offered, with_delivery
from zhike.decide.profiles import CELL_COLUMNS, cell_of
from zhike.know.brief_archive import brief_archive
from zhike.know.holdings import ENDED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.decide.policy import EffectWindow
    from zhike.know.rules import ArchiveRules
    from zhike.know.view import View

__all__ = [
    "CELL_COLUMNS",
    "ChoiceLog",
    "Offers",
    "cell_of",
    "closed_choices",
    "known_before",
    "products_got",
    "read_choices",
    "stretch_of",
    "stretches_of",
]

_STRETCH_DAYS: Final = 122
_MOST_STRETCHES: Final = 3
"""The window is cut into stretches of about four months, three at most: each has the archive of the day before it, which
costs about a second for 20,000 customers. In a young bank nothing is known before the first. Invented."""


@dataclass(frozen=True, slots=True)
class Offers:
    """Choices of one template over one channel: arrays of shape (n_offers,).

    ``profile``, ``month`` and ``product`` are positions (-1 for no product); ``weight`` is one over the probability of
    the choice; ``new``: the customer got the product within the horizon; ``held``: had it already.
    """

    profile: NDArray[np.int64]
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
        return len(self.profile)


@dataclass(frozen=True, slots=True)
class ChoiceLog:
    """The log of one window.

    Parameters
    ----------
    stretches : tuple of date
        First day of each stretch of the window.
    profiles : DataFrame
        One row a customer and stretch: the columns of ``CELL_COLUMNS`` on the day before the stretch, so that they precede
        every choice in it and what came of it.
    cells : tuple of str
        Names of the cells, see `zhike.decide.profiles.cell_of`.
    cell : ndarray of int, shape (n_profiles,)
    bands : DataFrame
        ``customer_id``, ``stretch`` and ``value_band`` of everyone known.
    offers : mapping of (template, channel) to Offers
    profile, month, weight : ndarray of shape (n_idle,)
        Choices of doing nothing where something could have been done.
    row, product, new, held : ndarray of shape (n_pairs,)
        Of those choices (by ``row``) each product that the customer got within the horizon, or had.
    """

    stretches: tuple[dt.date, ...]
    months: int
    products: tuple[str, ...]
    profiles: pl.DataFrame
    cells: tuple[str, ...]
    cell: NDArray[np.int64]
    bands: pl.DataFrame
    offers: Mapping[tuple[str, str], Offers]
    profile: NDArray[np.int64]
    month: NDArray[np.int64]
    weight: NDArray[np.float64]
    row: NDArray[np.int64]
    product: NDArray[np.int64]
    new: NDArray[np.bool_]
    held: NDArray[np.bool_]


def read_choices(seen: View, timezone: str, rules: ArchiveRules, window: EffectWindow) -> ChoiceLog | None:
    """Return the log of the choices whose horizon closed by the view's day; None where there is none.

    Parameters
    ----------
    seen : View
    timezone : str
    rules : ArchiveRules
        With which the archives are built on the days before each stretch of the window.
    window : EffectWindow
    """
    choices = closed_choices(seen, window)
    if choices.is_empty():
        return None
    stretches = stretches_of(choices["decided_on"])
    choices = choices.with_columns(stretch_of(pl.col("decided_on"), stretches))
    known = known_before(seen, timezone, rules, stretches)
    keys = ["customer_id", "stretch"]
    profiles = choices.select(keys).unique().join(known, on=keys, how="left").sort(keys)
    profiles = profiles.with_columns(cell_of(), pl.col("products_held").fill_null([])).with_row_index(
        "profile"
    )
    products = sorted(set(choices["product_id"].drop_nulls()) | _products(seen))
    choices = choices.join(profiles.select(*keys, "profile"), on=keys).sort("decision_id")
    cells = sorted(profiles["cell"].unique().to_list())
    place = {name: position for position, name in enumerate(cells)}
    months = int(choices["month"].max() or 0) + 1  # type: ignore[arg-type] # a column of whole numbers
    idle = choices.filter(pl.col("template") == NO_ACTION, pl.col("action_probability") < 1.0)
    return ChoiceLog(
        stretches, months, tuple(products), profiles, tuple(cells),
        np.array([place[name] for name in profiles["cell"]], dtype=np.int64),
        known.select(*keys, "value_band"),
        _offers(choices.filter(pl.col("template") != NO_ACTION), seen, products, window),
        idle["profile"].cast(pl.Int64).to_numpy(), idle["month"].to_numpy(), idle["weight"].to_numpy(),
        *_pairs(idle, seen, products, window),
    )  # fmt: skip


def stretches_of(days: pl.Series) -> tuple[dt.date, ...]:
    """Return the first days of the stretches that choices are cut into."""
    first: dt.date = days.min()  # type: ignore[assignment] # a column of dates
    last: dt.date = days.max()  # type: ignore[assignment] # as above
    span = (last - first).days + 1
    count = min(_MOST_STRETCHES, -(-span // _STRETCH_DAYS))
    return tuple(first + dt.timedelta(days=span * place // count) for place in range(count))


def stretch_of(day: pl.Expr, stretches: tuple[dt.date, ...]) -> pl.Expr:
    """Return the number of the stretch of a day; days before the first count to it."""
    later = (day >= pl.lit(start) for start in stretches[1:])
    return pl.sum_horizontal(pl.lit(0), *later).cast(pl.Int64).alias("stretch")


def known_before(
    seen: View,
    timezone: str,
    rules: ArchiveRules,
    stretches: tuple[dt.date, ...],
    *,
    in_memory: bool = False,
) -> pl.DataFrame:
    """Return the columns of ``CELL_COLUMNS`` of everybody on the day before each stretch."""
    parts = []
    for number, start in enumerate(stretches):
        day = start - dt.timedelta(days=1)
        rows = brief_archive(seen.tables, day, timezone, rules, in_memory=in_memory)
        parts.append(rows.with_columns(stretch=pl.lit(number, dtype=pl.Int64)))
    return pl.concat(parts)


def _products(seen: View) -> set[str]:
    return set(seen.history("holdings").select(pl.col("product_id").unique()).collect()["product_id"])


def closed_choices(seen: View, window: EffectWindow) -> pl.DataFrame:
    """Return one row a choice whose horizon closed by the view's day, with what the customer answered within it."""
    last = seen.at - dt.timedelta(days=window.horizon_days)
    first = last - dt.timedelta(days=window.window_days)
    day, outcome = pl.col("decided_on"), pl.col("outcome")
    # Doing nothing with certainty was no choice: nothing else was open. It cannot stand for those who had one.
    chosen = seen.current("decisions").filter(day > first, day <= last, pl.col("action_probability") > 0)
    columns = chosen.select(
        "decision_id", "customer_id", "decided_on", "action_probability", "rank", *offered(),
        (1.0 / pl.col("action_probability")).alias("weight"),
        (day.dt.year().cast(pl.Int64) * 12 + day.dt.month()).alias("month"),
    )  # fmt: skip
    accepted = ((outcome == "accepted") & (pl.col("wait") <= window.horizon_days)).any().alias("accepted")
    told = with_delivery(seen, columns, accepted).with_columns(pl.col("accepted").fill_null(value=False))
    return told.with_columns(pl.col("month") - pl.col("month").min()).collect()


def _spells(seen: View) -> pl.LazyFrame:
    """Return every holding with its first day and, where it has one, its last."""
    versions = seen.history("holdings").sort(VALID_FROM, KNOWN_AT)
    ended = pl.when(pl.col("status").last().is_in(ENDED)).then(pl.col(VALID_FROM).last())
    return versions.group_by("holding_id", "customer_id", "product_id").agg(
        pl.col(VALID_FROM).min().alias("start"), pl.coalesce(ended, pl.col(VALID_TO).last()).alias("end")
    )


def products_got(choices: pl.DataFrame, seen: View, keys: list[str], window: EffectWindow) -> pl.DataFrame:
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
    found = products_got(idle.with_row_index("row"), seen, ["customer_id"], window)
    product = _positions(found["product_id"], products)
    row = found["row"].cast(pl.Int64).to_numpy()
    return row, product, found["new"].to_numpy(), found["held"].to_numpy()


def _offers(
    choices: pl.DataFrame, seen: View, products: list[str], window: EffectWindow
) -> dict[tuple[str, str], Offers]:
    rows = choices.with_row_index("row")
    found = products_got(rows, seen, ["customer_id", "product_id"], window)
    rows = rows.join(found.drop("product_id"), on="row", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("new", "held").fill_null(value=False))
    parts = rows.partition_by("template", "channel", as_dict=True)
    return {(str(key[0]), str(key[1])): _offers_of(parts[key], products) for key in sorted(parts)}


def _offers_of(rows: pl.DataFrame, products: list[str]) -> Offers:
    return Offers(
        rows["profile"].cast(pl.Int64).to_numpy(), rows["month"].cast(pl.Int64).to_numpy(),
        _positions(rows["product_id"], products), rows["weight"].to_numpy(), rows["delivered"].to_numpy(),
        rows["accepted"].to_numpy(), rows["new"].to_numpy(), rows["held"].to_numpy(),
    )  # fmt: skip
