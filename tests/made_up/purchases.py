"""Who has which accounts and products of the made-up bank, since when, and what has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from made_up.people import ADULT, FIRST_DAY, LAST_DAY
from made_up.shelf import SHELF, Product
from made_up.streams import days_between, happens, picked, spread, stream, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["account_records", "account_ties", "accounts", "contract_records", "purchases"]

_DAYS_PER_MONTH: Final = 30.44
_LATE_SHARE: Final = {
    "wealth": 0.75,
    "fund": 0.75,
    "card": 0.4,
    "deposit": 0.4,
    "insurance": 0.35,
    "payment": 0.35,
    "loan": 0.2,
}
"""Share of each family's purchases that fall into the extract's months: investing has grown of late."""
_COSTLY: Final = 100_000
_WORD_ACTIVE, _WORD_ARREARS = "正常", "逾期"
_ENDED_WORDS: Final = {"loan": "结清", "insurance": "失效"}
_MIDDLES: Final = {"deposit": 60_000, "wealth": 50_000, "fund": 20_000, "loan": 120_000, "payment": 350}
_PURCHASE_SCHEMA: Final = {
    "customer_id": pl.String, "account_id": pl.String, "product_id": pl.String, "family": pl.String,
    "start": pl.Date, "end": pl.Date, "matures": pl.Date, "renewed": pl.Date, "arrears": pl.Date, "amount": pl.Float64,
}  # fmt: skip


def accounts(folk: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return one row an account: every customer's first, and a second one of some.

    Returns
    -------
    DataFrame
        account_id, customer_id, area, opened, closed (days), first (whether it is the customer's first).
    """
    rng = stream(seed, "accounts")
    first = folk.select("customer_id", "area", opened="since").with_columns(first=pl.lit(value=True))
    second = folk.filter(pl.Series(happens(rng, 0.15, len(folk))), pl.col("kind") != "inactive")
    opened = days_between(rng, second["since"].to_numpy(), LAST_DAY)
    second = second.select("customer_id", "area", opened=pl.Series(opened)).with_columns(
        first=pl.lit(value=False)
    )
    every = pl.concat([first, second]).sort("opened", "customer_id", "first")
    closed = days_between(rng, np.maximum(every["opened"].to_numpy(), FIRST_DAY), LAST_DAY)
    gone = ~every["first"].to_numpy() & happens(rng, 0.12, len(every))
    return every.with_columns(
        pl.Series("closed", np.where(gone, closed, np.datetime64("NaT"))),
        account_id=pl.format("A{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7)),
    )


def account_records(held: pl.DataFrame) -> pl.DataFrame:
    """Return the account file: a row when it is opened, another known when it is closed."""
    opened = held.with_columns(since="opened", until=pl.lit(None, pl.Date))
    closed = held.filter(pl.col("closed").is_not_null()).with_columns(since="closed", until="closed")
    days = [pl.col(name).dt.to_string("%Y-%m-%d").alias(title) for name, title in
            (("opened", "OPEN_DT"), ("until", "CLOSE_DT"), ("since", "EFF_DT"))]  # fmt: skip
    rows = pl.concat([opened, closed]).sort("account_id", "since")
    return rows.select(pl.col("account_id").alias("ACCT_NO"), pl.col("area").alias("AREA"), *days)


def account_ties(folk: pl.DataFrame, held: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return who owns which account, alone or with another of the household, and who else may use it."""
    rng = stream(seed, "account ties")
    owners = held.select("account_id", "customer_id", start="opened", role=pl.lit("户主本人"))
    in_house = folk.filter(pl.col("household") >= 0, pl.col("age") >= ADULT).select(
        "customer_id", "household", "since"
    )
    shared = held.filter("first").join(in_house, on="customer_id")
    others = shared.join(in_house, on="household", suffix="_other").filter(
        pl.col("customer_id") != pl.col("customer_id_other")
    )
    others = others.sort("account_id", "customer_id_other").unique(
        "account_id", keep="first", maintain_order=True
    )
    role = pl.Series("role", picked(rng, {"": 0.7, "联名人": 0.2, "授权人": 0.1}, len(others)))
    partners = others.with_columns(role).filter(pl.col("role") != "").select(
        "account_id", pl.col("customer_id_other").alias("customer_id"), pl.max_horizontal("opened", "since_other").alias("start"),
        "role",
    )  # fmt: skip
    return pl.concat([owners, partners]).select(
        pl.format("{}-{}", "account_id", "customer_id").alias("REL_NO"), pl.col("customer_id").alias("CUST_NO"),
        pl.lit("A").alias("OBJ_TYPE"), pl.col("account_id").alias("OBJ_NO"), pl.col("role").alias("ROLE"),
        pl.col("start").dt.to_string("%Y-%m-%d").alias("START_DT"),
    )  # fmt: skip


def purchases(folk: pl.DataFrame, held: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return one row a product that a customer took: what, when, for how much, and whether it has ended.

    Parameters
    ----------
    folk : DataFrame
        See `made_up.people.people`; taste for a family follows from wealth, risk, age, household and digital use.
    held : DataFrame
        See `accounts`.
    seed : int
    """
    first = held.filter("first").select("customer_id", "account_id")
    every = folk.join(first, on="customer_id", how="left", maintain_order="left")
    parts = [
        _taken(every, family, taste, stream(seed, f"purchases {family}"))
        for family, taste in _tastes(every).items()
    ]
    return pl.concat(parts).sort("start", "customer_id", "product_id")


def _tastes(folk: pl.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return P(the customer takes any product of the family) by family."""
    wealth, risk, age, digital = (folk[name].to_numpy() for name in ("wealth", "risk", "age", "digital"))
    kind, house = folk["kind"].to_numpy(), folk["household"].to_numpy() >= 0
    middle_aged = within(age, 26, 55)
    tastes = {
        "deposit": -0.3 + 0.6 * wealth + 0.04 * (age - 45),
        "wealth": 0.4 + 0.8 * wealth + 0.4 * (risk - 3),
        "fund": 0.0 + 0.5 * wealth + 0.6 * (risk - 3) + 1.2 * (digital - 0.5),
        "insurance": -1.0 + 0.7 * house + 0.3 * wealth - 1.2 * within(age, 66, 120),
        "card": -0.2 + 1.6 * (digital - 0.5) - 0.8 * within(age, 70, 120),
        "loan": -4.6 + 1.0 * middle_aged + 0.5 * house,
        "payment": -0.6 + 1.4 * (digital - 0.5) + 0.4 * house,
    }
    chances = {family: 1 / (1 + np.exp(-taste)) for family, taste in tastes.items()}
    of_firms = {"deposit": 0.25, "payment": 0.6, "loan": 0.35}
    for family, chance in chances.items():
        chance[kind == "firm"] = of_firms.get(family, 0.0)
        chance[(kind == "inactive") | ((age < ADULT) & (kind != "firm") & (family != "deposit"))] = 0.0
    return {**chances, "settlement": np.ones(len(folk))}


def _taken(
    folk: pl.DataFrame, family: str, taste: NDArray[np.float64], rng: np.random.Generator
) -> pl.DataFrame:
    shelf = [product for product in SHELF if product.family == family]
    wanted = rng.random(len(folk)) < taste
    count = np.where(wanted, 1 + rng.binomial(2, 0.0 if family == "settlement" else 0.28, len(folk)), 0)
    liking = _liking(folk, shelf) + rng.gumbel(size=(len(folk), len(shelf)))
    place = np.argsort(np.argsort(-liking, axis=1), axis=1)
    rows, columns = np.nonzero((place < count[:, None]) & np.isfinite(liking))
    buyers = folk[rows.tolist()]
    return _dated(buyers, [shelf[column] for column in columns.tolist()], family, rng)


def _liking(folk: pl.DataFrame, shelf: list[Product]) -> NDArray[np.float64]:
    """Return how well each product suits each customer's nature, on a log scale; minus infinity for what is not for them."""
    level = np.array([max(product.seller_level or 0, product.issuer_level or 0) for product in shelf])
    risk, kind = folk["risk"].to_numpy(), folk["kind"].to_numpy()
    liking = np.where(
        level > 0, -1.3 * np.abs(np.maximum(level - risk[:, None], 0.4 * (risk[:, None] - level))), 0.0
    )
    liking -= 0.25 * np.arange(len(shelf))
    for column, product in enumerate(shelf):
        liking[:, column] += _fit(folk, product)
    return np.where((kind == "firm")[:, None] & ~_of_firms(shelf), -np.inf, liking)


def _fit(folk: pl.DataFrame, product: Product) -> float | NDArray[np.float64]:
    wealth, age = folk["wealth"].to_numpy(), folk["age"].to_numpy()
    if product.market == "professional":
        return np.where(folk["kind"].to_numpy() == "professional", 2.0, -np.inf)
    if product.family == "wealth" and product.seller_level is None:
        return -np.inf
    if product.code in ("L01", "P01", "S02"):
        return np.where(folk["kind"].to_numpy() == "firm", 3.0, -np.inf)
    if product.code == "L03":
        return np.where(within(age, 25, 50), 1.0, -1.5)
    costly = max(product.least or 0, product.single_premium or 0) >= _COSTLY or product.code == "K03"
    return 1.5 * (wealth - 1.0) if costly else 0.0


def _of_firms(shelf: list[Product]) -> NDArray[np.bool_]:
    return np.array(
        [product.family == "deposit" or product.code in ("L01", "P01", "S01", "S02") for product in shelf]
    )


def _dated(
    buyers: pl.DataFrame, products: list[Product], family: str, rng: np.random.Generator
) -> pl.DataFrame:
    size = len(products)
    since = buyers["since"].to_numpy() if size else np.array([], "datetime64[D]")
    launched = np.array([product.first_day for product in products], "datetime64[D]")
    withdrawn = np.array([product.last_day or str(LAST_DAY) for product in products], "datetime64[D]")
    floor = np.maximum(since, launched)
    late = happens(rng, _LATE_SHARE.get(family, 0.0), size) | (floor > FIRST_DAY)
    start = np.where(
        late, days_between(rng, np.maximum(floor, FIRST_DAY), withdrawn), days_between(rng, floor, FIRST_DAY)
    )
    if family == "settlement":
        start = since
    frame = pl.DataFrame({
        "customer_id": buyers["customer_id"], "account_id": buyers["account_id"],
        "product_id": [product.code for product in products], "family": [family] * size, "start": start,
        **_ends(start, products, family, rng), "amount": _amounts(buyers, products, family, rng),
    }, schema=_PURCHASE_SCHEMA)  # fmt: skip
    return frame.filter(pl.Series(start <= withdrawn))


def _ends(
    start: NDArray[Any], products: list[Product], family: str, rng: np.random.Generator
) -> dict[str, Any]:
    """Return the first maturity, the last renewal, the end and the day of falling into arrears; six in ten were renewed."""
    size, never = len(products), np.datetime64("NaT")
    span = np.array([round((product.months or 0) * _DAYS_PER_MONTH) for product in products]).astype(
        "timedelta64[D]"
    )
    has_term = span.astype(np.int64) > 0
    matures = np.where(has_term, start + span, never)
    over = has_term & (matures <= LAST_DAY)
    rolled = over & happens(rng, 0.6, size) & (family != "loan")
    rounds = (LAST_DAY - start).astype(np.int64) // np.maximum(span.astype(np.int64), 1)
    left = ~has_term & (
        happens(rng, {"fund": 0.12, "insurance": 0.05, "payment": 0.05}.get(family, 0.0), size)
    )
    end = np.where(over & ~rolled, matures, np.where(left, days_between(rng, start, LAST_DAY), never))
    behind = (family == "loan") & np.isnat(end) & happens(rng, 0.07, size)
    arrears = np.where(
        behind, days_between(rng, np.maximum(start, LAST_DAY - np.timedelta64(150, "D")), LAST_DAY), never
    )
    renewed = np.where(rolled, start + rounds * span, never)
    return {
        "end": np.where(end > start, end, never),
        "matures": matures,
        "renewed": renewed,
        "arrears": arrears,
    }


def _amounts(
    buyers: pl.DataFrame, products: list[Product], family: str, rng: np.random.Generator
) -> NDArray[np.float64]:
    size = len(products)
    if family in ("settlement", "card"):
        return np.full(size, np.nan)
    if family == "insurance":
        return np.array(
            [product.single_premium or product.yearly_premium or 0 for product in products], dtype=np.float64
        )
    drawn = spread(
        rng, _MIDDLES[family] * np.exp(0.5 * buyers["wealth"].to_numpy()) if size else 0.0, 0.6, size
    )
    least = np.array([product.least or 1 for product in products], dtype=np.float64)
    step = 10 if family == "payment" else 1_000
    return np.asarray(np.maximum(np.round(drawn / step) * step, np.maximum(least, step)))


def contract_records(taken: pl.DataFrame) -> pl.DataFrame:
    """Return the contract file: a row when it begins, another known when it is renewed, falls into arrears or ends.

    Returns
    -------
    DataFrame
        CONT_NO, CUST_NO, PROD_CODE, ACCT_NO, BEGIN_DT, END_DT, MATURE_DT, STATE, AMT, REG_TIME.
    """
    nothing = pl.lit(None, pl.Date)
    rows = taken.with_columns(
        number=pl.format("HT{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7))
    )
    begun = rows.with_columns(state=pl.lit(_WORD_ACTIVE), until=nothing, known="start", since="start")
    renewed = rows.filter(pl.col("renewed").is_not_null()).with_columns(
        state=pl.lit(_WORD_ACTIVE), until=nothing, known="renewed", since="renewed",
        matures=pl.col("renewed") + (pl.col("matures") - pl.col("start")),
    )  # fmt: skip
    behind = rows.filter(pl.col("arrears").is_not_null()).with_columns(
        state=pl.lit(_WORD_ARREARS), until=nothing, known="arrears", since="arrears"
    )
    ended = pl.col("family").replace_strict(_ENDED_WORDS, default="终止")
    over = rows.filter(pl.col("end").is_not_null()).with_columns(
        state=ended, until="end", known="end", since="end"
    )
    return pl.concat([begun, renewed, behind, over]).sort("number", "known").select(
        pl.col("number").alias("CONT_NO"), pl.col("customer_id").alias("CUST_NO"), pl.col("product_id").alias("PROD_CODE"),
        pl.col("account_id").alias("ACCT_NO"), pl.col("since").dt.to_string("%Y%m%d").alias("BEGIN_DT"),
        pl.col("until").dt.to_string("%Y%m%d").alias("END_DT"), pl.col("matures").dt.to_string("%Y%m%d").alias("MATURE_DT"),
        pl.col("state").alias("STATE"), pl.col("amount").fill_nan(None).round(2).cast(pl.Decimal(18, 2)).alias("AMT"),
        pl.col("known").dt.to_string("%Y-%m-%d 17:30:00").alias("REG_TIME"),
    )  # fmt: skip
