"""Needs: what the life stage expects, what peers hold, what the bank offers."""

import dataclasses

import pytest
from small_bank import TIMEZONE, bank, day

from zhike.adapters.rule_files import load_rulebook
from zhike.know.archive import archive, archive_rules

AT = day("2026-06-30")
RULES = archive_rules(load_rulebook(), AT)
OFFERED = [
    {"product_id": family, "family": family, "regime": "none"} for family in ("card", "settlement", "stock")
]


def needs_of(holders, others, *, rules=RULES, products=OFFERED, born="2005-01-01"):
    """Needs of the first customer; ``holders`` further customers hold a stock, ``others`` hold nothing."""
    people = [
        {"customer_id": f"c{n:03}", "customer_type": "person", "birth_date": born}
        for n in range(holders + others + 1)
    ]
    held = [
        {"holding_id": f"h{n}", "customer_id": f"c{n:03}", "product_id": "stock"}
        for n in range(1, holders + 1)
    ]
    row = (
        archive(bank(customers=people, holdings=held, products=products), AT, TIMEZONE, rules)
        .collect()
        .row(0, named=True)
    )
    assert row["need_count"] == len(row["needs"])
    return {need["family"]: need for need in row["needs"]}


def test_the_life_stage_expects_strongest_first():
    needs = needs_of(0, 0)
    assert list(needs) == ["settlement", "card"]
    assert needs["settlement"] == {
        "family": "settlement",
        "source": "life_stage",
        "strength": 0.9,
        "peer_share": None,
    }


def test_what_the_bank_does_not_offer_is_no_need():
    assert list(needs_of(0, 0, products=OFFERED[:1])) == ["card"]


def test_peers_count_from_half_of_at_least_thirty():
    assert needs_of(16, 14)["stock"] == {"family": "stock", "source": "peers", "strength": pytest.approx(16 / 31, abs=1e-6),
                                         "peer_share": pytest.approx(16 / 31, abs=1e-6)}  # fmt: skip
    assert "stock" not in needs_of(15, 16)
    assert "stock" not in needs_of(28, 0)


def test_peers_and_stage_together_are_both_with_the_greater_strength():
    every = dataclasses.replace(RULES, peer_share=0.0)
    card = needs_of(20, 20, rules=every)["card"]
    assert (card["source"], card["strength"], card["peer_share"]) == ("both", 0.6, 0.0)


def test_a_held_family_is_no_need():
    people = [{"customer_id": "c", "customer_type": "person", "birth_date": "2005-01-01"}]
    held = [{"holding_id": "h", "customer_id": "c", "product_id": "card"}]
    row = (
        archive(bank(customers=people, holdings=held, products=OFFERED), AT, TIMEZONE, RULES)
        .collect()
        .row(0, named=True)
    )
    assert [need["family"] for need in row["needs"]] == ["settlement"]


def test_equally_strong_needs_stand_in_the_order_of_the_families():
    products = [
        {"product_id": family, "family": family, "regime": "none"}
        for family in ("payment", "deposit", "fund", "loan")
    ]
    assert list(needs_of(0, 0, products=products, born="1998-01-01")) == [
        "deposit",
        "payment",
        "loan",
        "fund",
    ]


def test_nothing_is_expected_of_an_unknown_stage():
    assert needs_of(0, 0, born=None) == {}
