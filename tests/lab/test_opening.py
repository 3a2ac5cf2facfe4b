"""How customers stand when history begins: marginals, holdings that can be, and customers who join later."""

import dataclasses

import numpy as np
import pytest

from zhike.lab.dice import Dice
from zhike.lab.joining import LAST_JOINING
from zhike.lab.opening import PRODUCTS_SINCE, join, opening_state, unpaid_share
from zhike.lab.shelf import FAMILIES, SHELF
from zhike.lab.tiers import tier_of
from zhike.lab.traits import FIRM, age_in, draw_traits

MANY, MONTH = 40_000, 652
SAVINGS = np.isin(SHELF.family, [FAMILIES.index(name) for name in ("deposit", "wealth", "fund")])


@pytest.fixture(scope="module")
def world():
    traits = draw_traits(Dice(11), np.arange(MANY), MANY)
    return traits, opening_state(Dice(11), traits, MONTH)


def holders(state, *families):
    wanted = np.isin(SHELF.family, [FAMILIES.index(name) for name in families])
    return (state.amount[:, wanted] > 0).any(axis=1)


def assets(state):
    return np.sort((state.balance + state.amount[:, SAVINGS].sum(axis=1))[state.here])


def test_the_opening_is_the_same_in_any_chunks(dice):
    traits = draw_traits(dice, np.arange(1_000), 1_000)
    whole = opening_state(dice, traits, MONTH)
    halves = [opening_state(dice, traits.part(*part), MONTH) for part in ((0, 500), (500, 1_000))]
    for field in dataclasses.fields(whole):
        joined = np.concatenate([getattr(half, field.name) for half in halves])
        assert np.array_equal(getattr(whole, field.name), joined), field.name


def test_arrays_have_the_types_of_the_state(world):
    _, state = world
    kinds = {
        "here": "bool",
        "joined": "int32",
        "balance": "float64",
        "amount": "float32",
        "since": "int16",
        "tier": "int8",
    }
    assert {name: str(getattr(state, name).dtype) for name in kinds} == kinds
    assert all(len(getattr(state, field.name)) == MANY for field in dataclasses.fields(state))


def test_median_balance_and_skew(world):
    _, state = world
    assert 2_000 < np.median(state.balance[state.here]) < 6_000
    held = assets(state)
    top = held[int(0.9 * len(held)) :].sum() / held.sum()
    rank = np.arange(1, len(held) + 1)
    gini = ((2 * rank - len(held) - 1) * held).sum() / (len(held) * held.sum())
    assert 0.80 < top < 0.95
    assert 0.85 < gini < 0.96


def test_tiers_have_their_shares_and_follow_from_assets(world):
    _, state = world
    share = np.bincount(state.tier[state.here], minlength=3) / state.here.sum()
    assert share == pytest.approx([0.85, 0.13, 0.02], abs=0.012)
    assert np.array_equal(state.tier, tier_of(state))


@pytest.mark.parametrize(
    ("family", "low", "high"),
    [("deposit", 0.18, 0.25), ("wealth", 0.10, 0.15), ("fund", 0.09, 0.13), ("insurance", 0.06, 0.11),
     ("card", 0.18, 0.25), ("loan", 0.08, 0.13), ("settlement", 0.44, 0.53), ("payment", 0.53, 0.65)],
)  # fmt: skip
def test_families_are_held_by_plausible_shares(world, family, low, high):
    _, state = world
    assert low < holders(state, family)[state.here].mean() < high


def test_holdings_are_within_the_products_terms(world):
    traits, state = world
    row, product = np.nonzero(state.amount)
    assert ((state.amount > 0) == (state.since > 0)).all()
    since = state.since[row, product].astype(int)
    assert (since < MONTH).all()
    assert (since >= np.maximum(state.joined[row], PRODUCTS_SINCE)).all()
    termed = (SHELF.months[product] > 0) & (SHELF.family[product] != FAMILIES.index("card"))
    assert (since >= MONTH - SHELF.months[product])[termed].all()
    owed = SHELF.family[product] == FAMILIES.index("loan")
    assert (state.amount[row, product] >= SHELF.least[product])[~owed].all()
    assert (state.amount[row, product] == 1)[SHELF.flat[product]].all()
    assert (traits.kind[row[SHELF.firms[product]]] == FIRM).all()


def test_loans_are_paid_off_over_their_term():
    loan = np.array([SHELF.codes.index("L01")] * 3)
    assert unpaid_share(loan, np.array([0, 9, 36])).tolist() == [1.0, 0.75, 0.0]
    assert unpaid_share(np.array([0]), np.array([2])).tolist() == [1.0]


def test_some_but_few_hold_more_risk_than_suits_them(world):
    traits, state = world
    bearable = np.maximum(np.floor(np.minimum(traits.tolerance, traits.capacity) + 0.5), 1)
    risky = (SHELF.level * (state.amount > 0) * SAVINGS).max(axis=1)
    investors = holders(state, "wealth", "fund")
    assert 0.01 < (risky > bearable)[investors].mean() < 0.12


def test_half_of_investors_hold_a_questionnaire(world):
    traits, state = world
    investors = holders(state, "wealth", "fund") & (traits.kind != FIRM)
    answered = state.assessed > 0
    assert answered[investors].mean() == pytest.approx(0.5, abs=0.03)
    assert ((state.stated_level > 0) == answered).all()
    assert (state.assessed[answered] >= state.joined[answered]).all()
    assert (state.assessed[answered] < MONTH).all()


def test_consent_income_family_and_strain(world):
    traits, state = world
    assert np.bincount(state.consent + 1) / MANY == pytest.approx([0.25, 0.10, 0.65], abs=0.01)
    person, age = traits.kind != FIRM, age_in(traits, MONTH)
    works = person & (age >= 22) & (age < 60)
    assert 5_000 < np.median(state.income[works]) < 8_000
    assert np.median(state.income[person & (age >= 60)]) < np.median(state.income[works])
    assert (state.jobless[works] > 0).mean() == pytest.approx(0.035, abs=0.01)
    assert not state.married[~person].any()
    borrowers = holders(state, "loan", "card")
    assert 0.005 < (state.distress[borrowers] > 0.5).mean() < 0.03
    assert not state.distress[~borrowers].any()


def test_satisfaction_is_at_rest(world):
    traits, state = world
    for name in ("expectation", "perceived", "worth", "satisfaction", "loyalty"):
        values = getattr(state, name)
        assert values.mean() == pytest.approx(0, abs=0.03)
        assert values.std() == pytest.approx(1, abs=0.03)
    assert np.corrcoef(traits.image, state.satisfaction)[0, 1] > 0.4


def test_the_month_of_joining_does_not_depend_on_when_history_begins(world):
    traits, state = world
    later = opening_state(Dice(11), traits, MONTH + 12)
    assert np.array_equal(state.joined, later.joined)
    assert np.array_equal(state.here, state.joined < MONTH)
    person = traits.kind != FIRM
    assert (state.joined - traits.born)[person].min() >= 8 * 12
    assert (state.joined >= traits.born).all()
    assert state.joined.max() <= LAST_JOINING


def test_six_percent_a_year_join(world):
    traits, state = world
    arriving = (state.joined >= MONTH) & (state.joined < MONTH + 24)
    assert arriving.sum() / state.here.sum() / 2 == pytest.approx(0.055, abs=0.01)
    assert state.here[traits.kind == FIRM].all()


def test_who_is_not_here_yet_has_nothing(world):
    _, state = world
    absent = ~state.here
    assert not state.amount[absent].any()
    assert not state.balance[absent].any()
    assert not state.assessed[absent].any()


def test_joining_brings_money_and_for_half_a_settlement_product(world):
    traits, before = world
    state, dice = before.copy(), Dice(11)
    months = range(MONTH, MONTH + 12)
    rows = np.concatenate([join(dice, traits, state, month) for month in months])
    assert np.array_equal(
        np.sort(rows), np.flatnonzero((before.joined >= MONTH) & (before.joined < MONTH + 12))
    )
    assert state.here[rows].all()
    assert (state.balance[rows] > 0).all()
    assert holders(state, "settlement")[rows].mean() == pytest.approx(0.5, abs=0.05)
    assert not holders(state, "deposit", "wealth", "fund", "loan")[rows].any()
    others = np.setdiff1d(np.arange(MANY), rows)
    assert np.array_equal(state.balance[others], before.balance[others])


def test_nobody_joins_twice_or_returns(world):
    traits, before = world
    state, dice = before.copy(), Dice(11)
    rows = join(dice, traits, state, MONTH)
    assert len(rows)
    assert not len(join(dice, traits, state, MONTH))
    state.here[rows], state.left[rows] = False, MONTH
    assert not len(join(dice, traits, state, MONTH))


def test_the_longest_history_can_begin(dice):
    traits = draw_traits(dice, np.arange(2_000), 2_000)
    state = opening_state(dice, traits, 436)
    assert 0 < state.here.mean() < 0.5
    assert state.since.max() < 436
    born = traits.born[state.here & (traits.kind != FIRM)]
    assert (born < 436).all()
    rows = join(dice, traits, state, 500)
    assert (state.income[rows] > 0).all()
