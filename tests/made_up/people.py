"""The made-up bank's customers: traits that all else follows from, their households, and how the bank records them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from made_up.shelf import AREAS
from made_up.streams import days_between, happens, picked, spread, stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ADULT", "FIRST_DAY", "LAST_DAY", "customer_records", "households", "people"]

FIRST_DAY: Final = np.datetime64("2025-05-01")
"""First day of the bookings and contacts in the extract."""
LAST_DAY: Final = np.datetime64("2026-10-31")
"""Last day of the extract."""

ADULT: Final = 18
_MARRIES, _RETIRES = 24, 62
_OLDEST_TIE: Final = np.datetime64("2015-03-01")
_KINDS: Final = {"person": 0.925, "firm": 0.05, "professional": 0.01, "inactive": 0.015}
_AGES: Final = {(8, 18): 0.04, (18, 25): 0.09, (25, 35): 0.2, (35, 50): 0.28, (50, 65): 0.21, (65, 90): 0.18}
_KIND_WORDS: Final = {"person": "个人", "firm": "企业", "professional": "专业投资者", "inactive": "睡眠户"}
_CAPACITIES: Final = {"完全": 0.97, "限制": 0.008, "未知": 0.022}
_TIERS: Final = ((1.6, "private"), (0.7, "affluent"))
_COUPLE_GAP_YEARS: Final = 6.0


def people(customers: int, seed: int) -> pl.DataFrame:
    """Return one row a customer with the traits behind everything the customer does.

    Parameters
    ----------
    customers : int
    seed : int

    Returns
    -------
    DataFrame
        customer_id, kind, sex, birth (days), age (years), area, since (day), wealth (standard scale), risk (1 to 5),
        digital (0 to 1), income (yuan a year), household (number or -1).
    """
    rng = stream(seed, "people")
    kind = picked(rng, _KINDS, customers)
    human = kind != "firm"
    age = _ages(rng, customers)
    birth = LAST_DAY - np.round(age * 365.25).astype("timedelta64[D]")
    wealth = np.clip(rng.normal(0, 1, customers) + (age - 45) / 60, -2.5, 3.0)
    frame = pl.DataFrame({
        "customer_id": [f"C{number:06d}" for number in range(1, customers + 1)],
        "kind": kind,
        "sex": np.where(happens(rng, 0.51, customers), "女", "男"),
        "birth": birth,
        "age": age,
        "area": rng.choice(AREAS, customers, p=[0.22, 0.2, 0.18, 0.16, 0.14, 0.1]),
        "since": _since(rng, birth, human),
        "wealth": wealth,
        "risk": np.clip(2.9 + 0.8 * rng.normal(0, 1, customers) + 0.35 * wealth - (age - 48) / 30, 0.6, 5.4),
        "digital": 1 / (1 + np.exp((age - 52) / 9 + rng.normal(0, 0.7, customers))),
        "income": np.round(spread(rng, 110_000 * np.exp(0.5 * wealth), 0.3, customers), -3),
    })  # fmt: skip
    return frame.with_columns(pl.Series("household", _household_numbers(frame, rng)))


def _ages(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    bands = np.array(list(_AGES), dtype=np.float64)
    band = bands[rng.choice(len(bands), size=size, p=list(_AGES.values()))]
    return np.asarray(band[:, 0] + rng.random(size) * (band[:, 1] - band[:, 0]))


def _since(rng: np.random.Generator, birth: NDArray[Any], human: NDArray[np.bool_]) -> NDArray[np.datetime64]:
    """First day with the bank: one in twelve came in the last weeks, the others over the years, none before birth."""
    fresh = happens(rng, 1 / 12, len(birth))
    earliest = np.where(fresh, LAST_DAY - np.timedelta64(85, "D"), _OLDEST_TIE)
    latest = np.where(fresh, LAST_DAY - np.timedelta64(5, "D"), LAST_DAY - np.timedelta64(120, "D"))
    after_birth = np.where(human, birth + np.timedelta64(200, "D"), _OLDEST_TIE)
    return days_between(rng, np.maximum(earliest, after_birth), latest)


def _household_numbers(frame: pl.DataFrame, rng: np.random.Generator) -> NDArray[np.int64]:
    """Pair adults of near age, then give the couples their children and some of their parents."""
    number = np.full(len(frame), -1)
    human, age = (frame["kind"] == "person").to_numpy(), frame["age"].to_numpy()
    adults = np.flatnonzero(human & (age >= _MARRIES))
    adults = adults[np.argsort(age[adults] + rng.normal(0, 2, len(adults)), kind="stable")]
    pairs = adults[: len(adults) // 2 * 2].reshape(-1, 2)
    close = np.abs(age[pairs[:, 0]] - age[pairs[:, 1]]) < _COUPLE_GAP_YEARS
    couples = pairs[close & happens(rng, 0.6, len(pairs))]
    number[couples] = np.arange(len(couples))[:, None]
    alone = human & (number < 0)
    for low, high, joining, share in (
        (0, 18, (28, 52), 1.0),
        (18, 26, (42, 62), 0.6),
        (62, 95, (30, 55), 0.25),
    ):
        members = np.flatnonzero(alone & (age >= low) & (age < high) & (rng.random(len(frame)) < share))
        hosts = np.flatnonzero((age[couples[:, 0]] >= joining[0]) & (age[couples[:, 0]] < joining[1]))
        if len(hosts):
            number[members] = rng.choice(hosts, len(members))
    return number


def customer_records(folk: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the customer file as the bank keeps it: a first version, and a second where income or tier changed.

    Parameters
    ----------
    folk : DataFrame
        See `people`.
    seed : int

    Returns
    -------
    DataFrame
        Chinese column names; a change is recorded up to four days after the day it took effect.
    """
    rng = stream(seed, "customer records")
    size = len(folk)
    first = _versions(folk, rng, folk["since"].to_numpy(), np.zeros(size), folk["wealth"].to_numpy() - 0.25)
    changed = np.flatnonzero(happens(rng, 0.3, size) & (folk["since"].to_numpy() < FIRST_DAY))
    days = days_between(rng, np.full(len(changed), FIRST_DAY), LAST_DAY - np.timedelta64(5, "D"))
    later = folk[changed.tolist()]
    second = _versions(later, rng, days, rng.integers(0, 5, len(changed)), later["wealth"].to_numpy())
    # What the bank knew before, it still knows: only income and tier are new.
    kept = first.select("客户号", "行为能力", "语言")
    second = second.drop("行为能力", "语言").join(kept, on="客户号", how="left").select(first.columns)
    return pl.concat([first, second]).sort("客户号", "生效日期")


def _versions(
    folk: pl.DataFrame,
    rng: np.random.Generator,
    since: NDArray[Any],
    late: NDArray[Any],
    wealth: NDArray[np.float64],
) -> pl.DataFrame:
    size, human = len(folk), pl.col("kind") != "firm"
    minor = pl.col("age") < ADULT
    recorded = (np.asarray(since) + late.astype("timedelta64[D]")).astype("datetime64[ms]") + rng.integers(
        9 * 3600, 17 * 3600, size
    ).astype("timedelta64[s]")
    drawn = folk.with_columns(
        pl.Series("tier", np.select([wealth > edge for edge, _ in _TIERS], [name for _, name in _TIERS], "mass")),
        pl.Series("earned", folk["income"].to_numpy() * np.exp(0.5 * (wealth - folk["wealth"].to_numpy()))),
        pl.Series("capacity", picked(rng, _CAPACITIES, size)), pl.Series("told", happens(rng, 0.88, size)), pl.Series("start", since),
        pl.Series("recorded", recorded), pl.Series("tongue", picked(rng, {"简体": 0.95, "繁体": 0.03, "EN": 0.02}, size)),
    )  # fmt: skip
    capacity = pl.when(minor).then(pl.lit("限制")).otherwise("capacity")
    return drawn.select(
        pl.col("customer_id").alias("客户号"), pl.col("kind").replace_strict(_KIND_WORDS).alias("客户类型"),
        pl.col("tier").alias("客户等级"), pl.when(human).then("sex").alias("性别"),
        pl.when(human).then(pl.col("birth").dt.to_string("%Y%m%d")).alias("出生日期"),
        pl.when(human).then(capacity).alias("行为能力"), pl.col("area").alias("地区"),
        pl.col("tongue").alias("语言"),
        pl.when(human & ~minor & pl.col("told")).then((pl.col("earned") / 1_000).round().cast(pl.Int64) * 1_000).alias("家庭年收入"),
        pl.col("start").dt.to_string("%Y-%m-%d").alias("生效日期"),
        pl.col("recorded").dt.to_string("%Y-%m-%d %H:%M:%S").alias("录入时间"),
    )  # fmt: skip


def households(folk: pl.DataFrame) -> pl.DataFrame:
    """Return the ties of customers to their households: the oldest below 62 is the head, a tie begins with the youngest tie."""
    members = folk.filter(pl.col("household") >= 0).with_columns(
        start=pl.col("since").max().over("household"),
        place=pl.when(pl.col("age") < _RETIRES)
        .then(pl.col("age"))
        .otherwise(0)
        .rank("ordinal", descending=True)
        .over("household"),
    )
    return members.select(
        (pl.lit("H-") + pl.col("customer_id")).alias("REL_NO"), pl.col("customer_id").alias("CUST_NO"),
        pl.lit("H").alias("OBJ_TYPE"), pl.format("H{}", pl.col("household").cast(pl.String).str.zfill(5)).alias("OBJ_NO"),
        pl.when(pl.col("place") == 1).then(pl.lit("户主")).otherwise(pl.lit("成员")).alias("ROLE"),
        pl.col("start").dt.to_string("%Y-%m-%d").alias("START_DT"),
    )  # fmt: skip
