"""Additive logistic regression: known rates are found, rare levels give way, what would happen anyway is taken out."""

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from zhike.decide.profiles import CELL_COLUMNS, Profiles, money_edges
from zhike.decide.response_model import MODEL_SCHEMA, Offered, ResponseModel, Term, additive_logit
from zhike.lab.dice import Dice

PRODUCTS = pl.DataFrame({"product_id": ["D1", "K1"], "family": ["deposit", "card"]})
TERMS = (
    Term("", "product", 1.0),
    Term("age", "", 1.0),
    Term("age", "family", 0.5),
    Term("own", "family", 1.0),
)
EDGES = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)


def customers(ages, held=None):
    size = len(ages)
    return pl.DataFrame(
        {"age": ages, "products_held": held or [[]] * size},
        schema={"age": pl.Int64, "products_held": pl.List(pl.String)},
    ).with_columns(
        pl.lit(
            None, dtype=pl.Int64 if name in ("balance", "assets_held", "tenure_months") else pl.String
        ).alias(name)
        for name in CELL_COLUMNS
        if name not in ("age", "products_held")
    )


def profiles(ages, held=None):
    return Profiles.of(customers(ages, held), EDGES, PRODUCTS)


def offers(names):
    return Offered.of({"product": names, "family": ["card" if one == "K1" else "deposit" for one in names]})


def test_rates_of_well_seen_levels_are_found():
    codes = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    effects = additive_logit(codes, np.array([2, 2]), np.full(4, 1e5), np.array([1e4, 2e4, 1e4, 2e4]), 1.0)
    assert expit(effects[0] + effects[1] + effects[3:]) == pytest.approx([0.1, 0.2], abs=1e-3)


def test_a_rare_level_is_drawn_towards_the_others():
    codes, trials, wins = np.array([[0], [1]]), np.array([1000.0, 2.0]), np.array([100.0, 2.0])
    weak, strong = (additive_logit(codes, np.array([2]), trials, wins, ridge) for ridge in (0.01, 100.0))
    assert expit(weak[0] + weak[2]) > 0.5
    assert expit(strong[0] + strong[2]) < 0.12


def test_what_happens_anyway_is_taken_out():
    """A fifth of those beyond the floor are won, in both groups; their rates differ because the floors do."""
    floor, trials = np.array([0.0, 0.5]), np.full(2, 1e5)
    wins = trials * (floor + (1 - floor) * 0.2)
    effects = additive_logit(np.array([[0], [1]]), np.array([2]), trials, wins, 1.0, floor)
    assert expit(effects[0] + effects[1:]) == pytest.approx([0.2, 0.2], abs=1e-3)


def test_fewer_wins_than_the_floor_end_near_zero():
    effects = additive_logit(
        np.zeros((1, 1), int), np.array([1]), np.array([1e3]), np.array([10.0]), 1.0, np.array([0.5])
    )
    assert np.isfinite(effects).all()
    assert expit(effects[0]) < 0.01


def test_without_a_trial_every_effect_is_zero():
    assert not additive_logit(np.zeros((0, 2), int), np.array([2, 2]), np.zeros(0), np.zeros(0), 1.0).any()


def drawn(count=20_000):
    """Return customers of two ages offered two products, of which the old take the card more often."""
    dice, who = Dice(5), np.arange(count)
    age = np.where(dice.uniform("age", who) < 0.5, 30, 70)
    names = np.where(dice.uniform("product", who) < 0.5, "K1", "D1")
    chance = 0.05 + 0.10 * ((age == 70) & (names == "K1"))
    return age, names, (dice.uniform("takes", who) < chance).astype(float)


@pytest.fixture(scope="module")
def model():
    age, names, won = drawn()
    row = np.arange(len(age))
    return ResponseModel.fit(
        TERMS, profiles(age.tolist()), row, offers(names.tolist()), (np.ones(len(row)), won)
    )


def test_a_model_finds_who_takes_what(model):
    found = model.chances(profiles([30, 70]), offers(["D1", "K1"]).coded_by(model.names))
    assert found == pytest.approx(np.array([[0.05, 0.05], [0.05, 0.15]]), abs=0.012)


def test_pairs_and_the_whole_table_are_the_same(model):
    some, offered = profiles([30, None, 70], [["K1"], [], ["D1", "K1"]]), offers(["D1", "K1", "K9"])
    coded = offered.coded_by(model.names)
    whole = model.chances(some, coded)
    row, column = (part.ravel() for part in np.indices(whole.shape))
    np.testing.assert_allclose(model.chance(some, row, coded.at(column)), whole.ravel(), rtol=1e-12)


def test_a_model_survives_its_table(model):
    table = model.table("lift")
    assert table.schema == MODEL_SCHEMA
    again = ResponseModel.read(table, "lift", TERMS)
    some, coded = profiles([30, 70]), offers(["D1", "K1"]).coded_by(model.names)
    np.testing.assert_array_equal(again.chances(some, coded), model.chances(some, coded))
    assert ResponseModel.read(table, "organic", TERMS) is None


def test_the_order_of_rows_changes_nothing(model):
    age, names, won = drawn()
    back = np.arange(len(age))[::-1]
    again = ResponseModel.fit(
        TERMS, profiles(age.tolist()), back, offers(names[back].tolist()), (np.ones(len(back)), won[back])
    )
    assert again.table("lift").equals(model.table("lift"))


def test_what_is_unknown_has_a_level_of_its_own():
    found = profiles([20, 64, 65, None])
    assert [Profiles.level_names("age")[code] for code in found.codes["age"]] == [
        "below 25 years", "55-65 years", "65 years and more", "unknown",
    ]  # fmt: skip
    assert {Profiles.level_names(name)[codes[0]] for name, codes in found.codes.items() if name != "age"} == {
        "unknown"
    }


def test_families_held_are_told_with_regard_to_the_family_offered():
    found = profiles([30, 30], [["D1", "K1", "X9"], []])
    family = np.array([found.families.index("card")])
    assert found.code("own", np.array([0, 1]), family).tolist() == [1, 0]
    assert found.code("others", np.array([0, 1]), family).tolist() == [1, 0]


def test_customers_who_are_the_same_in_everything_are_one_group():
    group, first = profiles([30, 31, 70, 30], [[], [], [], ["D1"]]).alike()
    assert group[0] == group[1]
    assert len(first) == 3


def test_bands_of_money_are_shares_of_the_customers_known():
    frame = customers([30] * 100).with_columns(balance=pl.int_range(100), assets_held=pl.lit(100))
    assert money_edges(frame)[:2] == pytest.approx((119.8, 139.6))
    assert money_edges(customers([30])) == (0.0,) * 6
