"""What a customer lacks: product families that the life stage expects or that most peers hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from zhike.core.contracts import FAMILIES
from zhike.know.feature import Feature, feature

if TYPE_CHECKING:
    from zhike.know.rules import ArchiveRules

__all__ = ["NEED_FEATURES", "PEER_GROUP", "needs"]

PEER_GROUP: Final = ("life_stage", "value_band")

_SOURCES: Final = {1: "life_stage", 2: "peers", 3: "both"}
_DECIMALS: Final = 6
_SCALE: Final = 10**_DECIMALS
_SHARE, _SOURCE, _FAMILY = 2**20, 2**2, 2**4
_NO_SHARE: Final = _SHARE - 1

NEED_FEATURES: Final[tuple[Feature, ...]] = (
    feature("peers", "int64", "customers, holdings", 1, (
        "Customers of the same life stage and value band, this one included.", "同一人生阶段与价值分层的客户数（含本人）。", "同一人生階段與價值分層的客戶數（含本人）。"), unit="customers", personal="C1"),
    feature("needs", "list of need", "customers, holdings, products", 1, (
        ("Families that the bank offers, the customer does not hold, and the life stage expects (rule know.needs.expected_families) or enough "
        "peers hold (know.needs.peer_share); strongest first, then in the order of the families. Strength is the greater of the expectation and the share of peers."),
        "银行有售、客户未持有，且人生阶段预期（规则 know.needs.expected_families）或足够多同类客户持有（know.needs.peer_share）的产品大类，按强度由高到低；强度取预期值与同类持有率的较大者。",
        "銀行有售、客戶未持有，且人生階段預期（規則 know.needs.expected_families）或足夠多同類客戶持有（know.needs.peer_share）的產品大類，按強度由高到低；強度取預期值與同類持有率的較大者。")),
    feature("need_count", "int64", "customers, holdings, products", 1, (
        "Number of needs.", "需求数。", "需求數。"), unit="needs"),
)  # fmt: skip


def needs(customers: pl.LazyFrame, offered: pl.LazyFrame, rules: ArchiveRules) -> pl.LazyFrame:
    """Return the frame with the needs added.

    Parameters
    ----------
    customers : LazyFrame
        One row per customer with holdings and segments.
    offered : LazyFrame
        One row with ``offers_<family>``, see `zhike.know.holdings.offered_families`.
    rules : ArchiveRules
        Expectations and the peer parameters in force.

    Notes
    -----
    Strengths and shares are rounded to six decimals. A need is first packed into one integer (strength, family, source, share
    of peers, from the highest bits down): polars builds and sorts lists of integers fast, lists of structs slowly.
    """
    grouped = customers.join(offered, how="cross", maintain_order="left").with_columns(
        pl.len().over(PEER_GROUP).alias("peers"),
        *(
            (pl.col(f"holds_{family}") > 0).mean().over(PEER_GROUP).alias(f"peers_{family}")
            for family in FAMILIES
        ),
        *(
            expected.cast(pl.Float64).alias(name)
            for name, expected in rules.expected_families.expressions().items()
        ),
    )
    packed = pl.concat_list(_packed(number, rules) for number in range(len(FAMILIES)))
    in_order = packed.list.drop_nulls().list.sort(descending=True)
    listed = grouped.with_columns(in_order.list.eval(_unpacked()).alias("needs"))
    dropped = [f"{kind}_{family}" for kind in ("offers", "peers", "expects") for family in FAMILIES]
    return listed.with_columns(pl.col("needs").list.len().alias("need_count")).drop(dropped)


def _packed(number: int, rules: ArchiveRules) -> pl.Expr:
    """Return the need of one family as an integer; null where there is none."""
    family = FAMILIES[number]
    share, expected = pl.col(f"peers_{family}"), pl.col(f"expects_{family}")
    enough = pl.col("peers") >= rules.peer_minimum
    by_peers = (enough & (share >= rules.peer_share)).fill_null(value=False)
    by_stage = (expected > 0).fill_null(value=False)
    lacking = (pl.col(f"holds_{family}") == 0) & pl.col(f"offers_{family}")
    strength = pl.max_horizontal(pl.when(by_peers).then(share), pl.when(by_stage).then(expected))
    source = by_stage.cast(pl.Int64) + 2 * by_peers.cast(pl.Int64)
    seen = pl.when(enough).then(_scaled(share)).otherwise(_NO_SHARE)
    # The lower number of two equally strong families goes first, hence the complement.
    packed = ((_scaled(strength) * _FAMILY + (_FAMILY - 1 - number)) * _SOURCE + source) * _SHARE + seen
    return pl.when(lacking & (by_peers | by_stage)).then(packed)


def _unpacked() -> pl.Expr:
    packed = pl.element()
    share, rest = packed % _SHARE, packed // _SHARE
    source, ranked = rest % _SOURCE, rest // _SOURCE
    family = _FAMILY - 1 - ranked % _FAMILY
    return pl.struct(
        family.replace_strict(dict(enumerate(FAMILIES)), return_dtype=pl.String).alias("family"),
        source.replace_strict(_SOURCES, return_dtype=pl.String).alias("source"),
        (ranked // _FAMILY / _SCALE).round(_DECIMALS).alias("strength"),
        pl.when(share != _NO_SHARE).then((share / _SCALE).round(_DECIMALS)).alias("peer_share"),
    )


def _scaled(share: pl.Expr) -> pl.Expr:
    return (share * _SCALE).round().cast(pl.Int64)
