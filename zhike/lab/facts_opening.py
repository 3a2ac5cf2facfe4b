"""What the bank has on record when its history begins: contract tables of its customers, products, staff and channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.contracts import contract
from zhike.core.tables import KNOWN_AT, VALID_FROM
from zhike.lab.facts_frame import named, numbers
from zhike.lab.joining import joined_in
from zhike.lab.maturing import maturity_day
from zhike.lab.naming import names, phones
from zhike.lab.opening import PRODUCTS_SINCE, unpaid_share
from zhike.lab.resources import COST, STAFF_ROLES, WEEKLY_HOURS, Resources
from zhike.lab.shelf import FAMILIES, PRODUCTS, REGIONS, SHELF, TALKING
from zhike.lab.tiers import TIERS
from zhike.lab.traits import FIRM, born_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.dice import Dice
    from zhike.lab.shelf import Product
    from zhike.lab.state import State, Traits

    Numbers = NDArray[np.int64]

__all__ = ["bank_frames", "new_customers", "opening_frames", "products"]

_FEN: Final = 100
_CURRENCY: Final = "CNY"
_EVENING: Final = pl.duration(hours=10)
"""18:00 in Asia/Shanghai, in UTC: when the facts of a day are known."""

PREMIUMS: Final = {"I01": 300, "I02": 4_500, "I03": 12_000}
"""Yuan a year of the usual contract of each insurance product. Invented."""
_RATED: Final = ("wealth", "fund", "insurance")
_KINDS: Final = ("person", "professional", "firm")
_LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en")
_WORKING_DAYS, _DAYS = 21.75, 30.0

_TOLD_INCOME: Final = 0.85
"""Share of persons whose household income is on record. Invented."""
_LIMITED, _UNRECORDED = 0.004, 0.02
"""Shares of persons without full legal capacity, and of persons of whom it is not on record. Invented."""
_ASKED_FOR_CAPACITY: Final = 0.5
"""Share of risk questionnaires that ask for the loss that can be borne. Invented."""
_LOSSES: Final = (0, 10_000, 50_000, 200_000, 1_000_000)
"""Yuan from which the answer names the next level of capacity for loss. Invented."""
_OTHER_PURPOSES: Final = {"profiling": 0.6, "survey": 0.4}
"""Share of those who answered on marketing that answered alike on another purpose. Invented."""
_ASKED_FOR_CHANNEL: Final = 0.4
"""Share of customers with a channel on record that they asked for: the one they like best. Invented."""
_LEAST_UNPAID: Final = 0.05
"""Share of the principal that counts as unpaid at least. Invented."""
_LEFT_ALONE: Final = 0.15
"""Share of those who withdrew their consent that want no contact at all. Invented."""


def bank_frames(n_customers: int) -> dict[str, pl.DataFrame]:
    """Return what belongs to nobody: products, staff and channels of a bank of so many customers."""
    resources = Resources.of(n_customers)
    return {"products": products(), "staff": _staff(resources), "channels": _channels(resources)}


def opening_frames(dice: Dice, traits: Traits, state: State, month: int) -> dict[str, pl.DataFrame]:
    """Return what is on record of the customers who are here before the first month of history.

    Parameters
    ----------
    dice : Dice
    traits, state : Traits, State
        A chunk of customers, before the month is played.
    month : int
        First month of history, months since 1970-01.

    Returns
    -------
    dict of str to DataFrame
        Customers, relationships, accounts, holdings, assessments, consents and preferences, by contract table.

    Notes
    -----
    What a customer record says of the present (tier, income) is dated on the first day of the month, accounts and holdings
    on the day they began.
    """
    return _frames(dice, traits, state, np.flatnonzero(state.here), month)


def new_customers(
    dice: Dice, traits: Traits, state: State, rows: Numbers, month: int
) -> dict[str, pl.DataFrame]:
    """Return what is on record of customers as of a month, such as those who joined in it: the same tables.

    Parameters
    ----------
    rows : ndarray of int
        As returned by `zhike.lab.opening.join`, with the state as it left it: all is dated on the first of the month then.
    """
    return _frames(dice, traits, state, rows, month)


def products() -> pl.DataFrame:
    """Return the product directory: every product, on sale since 2005."""
    rows = [_product(product) for product in PRODUCTS]
    directory = pl.DataFrame(rows, infer_schema_length=None)
    since = pl.lit(np.datetime64(PRODUCTS_SINCE, "M").astype("M8[D]").item())
    return _table("products", directory.with_columns(since.alias(VALID_FROM)))


def _product(product: Product) -> dict[str, Any]:
    rated = product.family in _RATED
    return {
        "product_id": product.code, "name": product.name, "family": product.family, "product_group": product.group,
        "regime": product.regime, "seller_risk_level": product.seller_level, "issuer_risk_level": product.issuer_level,
        "complex": product.complex if rated else None, "target_market": "retail" if rated else "all",
        "minimum_amount": None if product.least is None else product.least * _FEN, "currency": _CURRENCY,
        "term_months": product.months, "annual_premium": PREMIUMS[product.code] * _FEN if product.code in PREMIUMS else None,
        "paying_years": product.paying_years, "uncertain_benefit": bool(product.uncertain) if product.code in PREMIUMS else None,
    }  # fmt: skip


def _staff(resources: Resources) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "staff_id": _staff_numbers(np.arange(len(resources))),
            "role": np.array(STAFF_ROLES)[resources.role],
            "region": np.array(REGIONS)[resources.region],
        }
    )
    return _table("staff", frame.with_columns(weekly_hours=WEEKLY_HOURS, valid_from=_launch()))


def _channels(resources: Resources) -> pl.DataFrame:
    days = np.where(np.isin(TALKING, ("app", "sms")), _DAYS, _WORKING_DAYS)
    frame = pl.DataFrame(
        {
            "channel": list(TALKING),
            "daily_capacity": np.maximum(1, np.floor(resources.monthly / days)).astype(np.int64),
            "cost_per_contact": [round(COST[channel] * _FEN) for channel in TALKING],
        }
    )
    return _table("channels", frame.with_columns(currency=pl.lit(_CURRENCY), valid_from=_launch()))


def _launch() -> pl.Expr:
    return pl.lit(np.datetime64(PRODUCTS_SINCE, "M").astype("M8[D]").item())


def _frames(dice: Dice, traits: Traits, state: State, rows: Numbers, month: int) -> dict[str, pl.DataFrame]:
    people, now = traits.at(rows), state.at(rows)
    # Everybody joins on the first, so that all that happens in that month comes after, whichever month's frames say so.
    joined = _first_day(now.joined)
    folk = pl.DataFrame(
        {
            "customer_id": numbers("C", people.who),
            "account_id": numbers("A", people.who),
            "joined": joined,
            "recorded": np.maximum(joined, _first_day(np.array(month))),
        }
    )
    return {
        "customers": _customers(dice, people, now, folk),
        "relationships": _relationships(dice, people, folk),
        "accounts": _accounts(people, folk),
        "holdings": _holdings(dice, people, now, folk, month),
        "assessments": _assessments(dice, people, now, folk),
        "consents": _consents(dice, people, now, folk),
        "preferences": _preferences(dice, people, now, folk),
    }


def _customers(dice: Dice, people: Traits, now: State, folk: pl.DataFrame) -> pl.DataFrame:
    who, person = people.who, people.kind != FIRM
    yearly = np.rint(12e-3 * now.income * (1 + now.married)).astype(np.int64) * 1_000 * _FEN
    drawn = dice.uniform("legal capacity", who)
    born = _first_day(people.born) + np.floor(28 * dice.uniform("day of birth", who)).astype(np.int64)
    told = person & dice.happens(_TOLD_INCOME, "tells the income", who)
    frame = folk.with_columns(
        pl.Series("name", names(dice, people), pl.String), pl.Series("phone", phones(dice, people), pl.String),
        named(_KINDS, people.kind).alias("customer_type"), named(TIERS, now.tier).alias("service_tier"),
        named(("female", "male"), people.sex).alias("sex"), _where(person, born).alias("birth_date"),
        _where(person & (drawn >= _UNRECORDED), drawn < 1 - _LIMITED).alias("full_capacity"),
        named(REGIONS, people.region).alias("region"), named(_LANGUAGES, people.language).alias("language"),
        _where(told, yearly).alias("household_income"), pl.lit(_CURRENCY).alias("currency"), pl.lit("source").alias("origin"),
        pl.col("recorded").alias(VALID_FROM),
    )  # fmt: skip
    return _table("customers", frame)


def _relationships(dice: Dice, people: Traits, folk: pl.DataFrame) -> pl.DataFrame:
    """Return ties to account, household, employer and adviser."""
    role = np.where(people.household == people.who, "head", "member")
    employer = np.maximum(people.employer, 0)
    founded = born_in(dice, employer, employer, np.ones(len(people), dtype=np.bool_))
    present = joined_in(dice, employer, founded, np.ones(len(people), dtype=np.bool_))
    ties = folk.with_columns(
        own=pl.lit("owner"), place=pl.Series(role), household=numbers("H", people.household), employer=numbers("C", employer),
        adviser=_staff_numbers(people.adviser), employed_from=pl.Series(_first_day(present)),
    ).with_columns(employed_from=pl.max_horizontal("joined", "employed_from"))  # fmt: skip
    parts = (
        _ties(ties, None, "A", "account", "account_id", pl.col("own"), "joined"),
        _ties(ties, people.household_size > 1, "H", "household", "household", pl.col("place"), "joined"),
        _ties(ties, people.employer >= 0, "E", "customer", "employer", pl.lit("employer"), "employed_from"),
        _ties(ties, people.adviser >= 0, "M", "staff", "adviser", pl.lit("adviser"), "recorded"),
    )
    return pl.concat(parts)


def _ties(
    folk: pl.DataFrame, of: NDArray[np.bool_] | None, mark: str, kind: str, to: str, role: pl.Expr, since: str
) -> pl.DataFrame:
    tied = folk if of is None else folk.filter(pl.Series(of))
    frame = tied.select(
        "customer_id", pl.format("{}-" + mark, "customer_id").alias("relationship_id"), pl.lit(kind).alias("object_type"),
        pl.col(to).alias("object_id"), role.alias("role"), pl.col(since).alias(VALID_FROM),
    )  # fmt: skip
    return _table("relationships", frame)


def _accounts(people: Traits, folk: pl.DataFrame) -> pl.DataFrame:
    frame = folk.with_columns(
        pl.Series("product_id", np.where(people.kind == FIRM, "S02", "S01")),
        named(REGIONS, people.region).alias("region"),
        pl.lit(_CURRENCY).alias("currency"),
        pl.col("joined").alias("opened_on"),
        pl.col("joined").alias(VALID_FROM),
    )
    return _table("accounts", frame)


def _holdings(dice: Dice, people: Traits, now: State, folk: pl.DataFrame, month: int) -> pl.DataFrame:
    row, product = np.nonzero(now.amount > 0)
    since, who = now.since[row, product].astype(np.int64), people.who[row]
    day = np.floor(28 * dice.uniform("day of a holding", who, product)).astype(np.int64)
    began = np.where(since < month, _first_day(since) + day, _first_day(since))
    flat = SHELF.flat[product]
    # Who missed instalments still owes something when the term is over.
    principal = now.amount[row, product] / np.maximum(unpaid_share(product, month - since), _LEAST_UNPAID)
    ends = _first_day(since + SHELF.months[product]) + maturity_day(who, product) - 1
    frame = folk[row].with_columns(
        named(SHELF.codes, product).alias("product_id"), pl.Series(began).alias("began"),
        pl.Series((_first_day(since)).astype("M8[D]")).dt.strftime("%Y%m").alias("month"),
        _where(~flat, np.rint(principal).astype(np.int64) * _FEN).alias("amount"),
        _where((SHELF.months[product] > 0) & (SHELF.family[product] != FAMILIES.index("card")), ends).alias("matures_on"),
        pl.lit(_CURRENCY).alias("currency"), pl.lit("active").alias("status"),
    )  # fmt: skip
    digits = pl.col("customer_id").str.slice(1)
    return _table("holdings", frame.with_columns(
        pl.format("H{}-{}-{}", digits, "product_id", "month").alias("holding_id"),
        pl.max_horizontal("began", "joined").alias(VALID_FROM),
    ))  # fmt: skip


def _assessments(dice: Dice, people: Traits, now: State, folk: pl.DataFrame) -> pl.DataFrame:
    """Return the risk questionnaires, and what half of them say of the loss that can be borne."""
    rows = np.flatnonzero(now.assessed > 0)
    asked, assessed = people.at(rows), now.assessed[rows].astype(np.int64)
    day = np.floor(28 * dice.uniform("day of the questionnaire", asked.who, assessed)).astype(np.int64)
    answered = folk[rows].with_columns(
        pl.Series("answered", _first_day(assessed) + day), pl.Series("level", now.stated_level[rows]), pl.lit("questionnaire").alias("method"),
    ).with_columns(pl.max_horizontal("answered", "joined").alias(VALID_FROM))  # fmt: skip
    answered = answered.with_columns(pl.col(VALID_FROM).alias("assessed_on"))
    month = pl.col("answered").dt.strftime("%Y%m")
    tolerance = answered.with_columns(
        pl.format("{}-Q-{}", "customer_id", month).alias("assessment_id"), pl.lit("risk_tolerance").alias("kind"),
        pl.format("C{}", "level").alias("label"),
    )  # fmt: skip
    return pl.concat([_table("assessments", tolerance), _capacity(dice, asked, answered, month)])


def _capacity(dice: Dice, asked: Traits, answered: pl.DataFrame, month: pl.Expr) -> pl.DataFrame:
    level = np.clip(np.rint(asked.capacity), 1, len(_LOSSES)).astype(np.int64)
    bounds = np.array([*_LOSSES, 0]) * _FEN
    frame = answered.with_columns(
        pl.format("{}-L-{}", "customer_id", month).alias("assessment_id"), pl.lit("capacity_for_loss").alias("kind"),
        pl.Series("level", level), pl.Series("lower_amount", bounds[level - 1]),
        _where(level < len(_LOSSES), bounds[level]).alias("upper_amount"), pl.lit(_CURRENCY).alias("currency"),
    )  # fmt: skip
    told = dice.happens(_ASKED_FOR_CAPACITY, "tells the capacity", asked.who)
    return _table("assessments", frame.filter(pl.Series(told)))


def _consents(dice: Dice, people: Traits, now: State, folk: pl.DataFrame) -> pl.DataFrame:
    """Return the answers on marketing, on all channels, and on further purposes at the same time."""
    days = (folk["recorded"] - folk["joined"]).dt.total_days().to_numpy()
    later = np.floor(days * dice.uniform("day of the consent", people.who)).astype(np.int64)
    answer = folk.with_columns(
        pl.lit("all").alias("channel"), pl.Series("status", np.where(now.consent == 1, "given", "withdrawn")),
        pl.Series(VALID_FROM, folk["joined"].to_numpy() + later), pl.Series("asked", now.consent >= 0),
    ).with_columns(pl.format("form {}", pl.col("customer_id")).alias("evidence"))  # fmt: skip
    parts = [answer.filter("asked").with_columns(purpose=pl.lit("marketing"))]
    for purpose, share in _OTHER_PURPOSES.items():
        also = (now.consent >= 0) & dice.happens(share, f"consent to {purpose}", people.who)
        parts.append(answer.filter(pl.Series(also)).with_columns(purpose=pl.lit(purpose)))
    return pl.concat([_table("consents", part) for part in parts])


def _preferences(dice: Dice, people: Traits, now: State, folk: pl.DataFrame) -> pl.DataFrame:
    channel = pl.lit(named(TALKING, people.liking.argmax(axis=1)))
    asks = dice.happens(_ASKED_FOR_CHANNEL, "asks for a channel", people.who)
    alone = (now.consent == 0) & dice.happens(_LEFT_ALONE, "wants to be left alone", people.who)
    wishes = (
        ("channel", channel, asks),
        ("do_not_contact", pl.lit("yes"), alone),
        ("language", pl.lit(named(_LANGUAGES, people.language)), people.language > 0),
    )
    dated = folk.with_columns(pl.col("recorded").alias(VALID_FROM))
    parts = [
        dated.with_columns(value.alias("value"), pl.lit(topic).alias("topic")).filter(pl.Series(of))
        for topic, value, of in wishes
    ]
    return pl.concat([_table("preferences", part) for part in parts])


def _table(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows in a contract's columns; those that are not given are empty, and facts are known on their evening."""
    evening = pl.col(VALID_FROM).cast(pl.Datetime("us")).dt.replace_time_zone("UTC") + _EVENING
    dated = frame.with_columns(evening.alias(KNOWN_AT))
    schema = contract(name).schema()
    return dated.select(
        (pl.col(column) if column in dated.columns else pl.lit(None)).cast(kind).alias(column)
        for column, kind in schema.items()
    )


def _first_day(month: NDArray[Any]) -> NDArray[np.datetime64]:
    return month.astype(np.int64).astype("M8[M]").astype("M8[D]")


def _staff_numbers(place: NDArray[Any]) -> pl.Series:
    """Return the identifiers of staff by place in `Resources`, from M0001."""
    text = pl.col("place").cast(pl.String).str.zfill(4)
    return pl.DataFrame({"place": place + 1}).select(pl.format("M{}", text)).to_series()


def _where(condition: NDArray[np.bool_], values: NDArray[Any]) -> pl.Expr:
    return pl.when(pl.Series(condition)).then(pl.Series(values))
