"""Who the customers are: marginals, ties that do not depend on chunks, and what follows from what."""

import dataclasses

import numpy as np
import pytest

from zhike.lab.dice import Dice
from zhike.lab.traits import FIRM, PROFESSIONAL, REFERENCE, age_in, answered_level, draw_traits, standing

MANY = 40_000


@pytest.fixture(scope="module")
def people():
    return draw_traits(Dice(11), np.arange(MANY), MANY)


@pytest.fixture(scope="module")
def person(people):
    return people.kind != FIRM


@pytest.fixture(scope="module")
def age(people):
    return age_in(people, REFERENCE)


def same(left, right):
    return all(
        np.array_equal(getattr(left, field.name), getattr(right, field.name))
        for field in dataclasses.fields(left)
    )


def test_traits_are_the_same_in_any_chunks_and_in_any_order(dice):
    whole = draw_traits(dice, np.arange(1_000), 1_000)
    assert same(whole.part(0, 500), draw_traits(dice, np.arange(500), 1_000))
    assert same(whole.part(501, 1_000), draw_traits(dice, np.arange(501, 1_000), 1_000))
    turned = draw_traits(dice, np.arange(1_000)[::-1], 1_000)
    assert same(whole, turned.at(np.arange(1_000)[::-1]))


def test_another_seed_gives_other_people(people):
    other = draw_traits(Dice(12), np.arange(MANY), MANY)
    assert abs(np.corrcoef(people.wealth, other.wealth)[0, 1]) < 0.03


def test_kinds_have_their_shares(people, person):
    assert (people.kind == FIRM).mean() == pytest.approx(0.03, abs=0.002)
    assert (people.kind == PROFESSIONAL).mean() == pytest.approx(0.015, abs=0.003)
    assert (people.sex[person] >= 0).all()
    assert (people.sex[~person] == -1).all()


def test_ages_are_those_of_a_bank(person, age):
    assert age[person].min() >= 18
    assert age[person].max() <= 95
    assert (age[person] >= 60).mean() == pytest.approx(0.20, abs=0.02)


def test_standing_is_standard_normal(people):
    stands = standing(Dice(11), people.who, people.wealth)
    for values in (people.wealth, stands):
        assert values.mean() == pytest.approx(0, abs=0.06)
        assert values.std() == pytest.approx(1, abs=0.03)


def test_a_household_is_a_run_of_numbers_of_one_region(people):
    first = people.household
    assert ((people.who >= first) & (people.who < first + people.household_size)).all()
    assert (first // 4 == people.who // 4).all()
    assert (people.region == people.region[first]).all()
    assert (people.household_size == people.household_size[first]).all()
    assert (people.household_size[people.kind == FIRM] == 1).all()
    assert (people.household_size > 1).mean() == pytest.approx(0.41, abs=0.02)


def test_couples_are_of_near_age_and_wealth(people, age):
    first = people.who[(people.household == people.who) & (people.household_size > 1)]
    assert np.abs(age[first] - age[first + 1]).mean() < 4
    assert np.corrcoef(people.wealth[first], people.wealth[first + 1])[0, 1] > 0.3
    assert (people.sex[first] != people.sex[first + 1]).all()


def test_the_last_household_is_cut_where_the_bank_ends(dice):
    for size in (10, 33, 35):
        few = draw_traits(dice, np.arange(size), size)
        assert (few.household + few.household_size <= size).all()
        assert (few.employer < size).all()


def test_employers_are_firms_of_the_bank(people, person, age):
    employed = people.employer >= 0
    assert (people.kind[people.employer[employed]] == FIRM).all()
    assert not employed[~person].any()
    working = person & (age >= 22) & (age < 60)
    assert not employed[~working].any()
    assert employed[working].mean() == pytest.approx(0.21, abs=0.02)


def test_digital_skill_falls_and_vulnerability_rises_with_age(people, person, age):
    young, old = person & (age < 35), person & (age >= 65)
    assert people.digital[young].mean() > people.digital[old].mean() + 0.4
    assert people.vulnerable[old].mean() > 2 * people.vulnerable[young].mean()
    assert people.vulnerable[person].mean() == pytest.approx(0.08, abs=0.015)
    poor = person & (people.wealth < -1)
    assert people.vulnerable[poor].mean() > people.vulnerable[person & (people.wealth > 1)].mean()


def test_tolerance_and_capacity_are_related_but_not_equal(people):
    assert np.corrcoef(people.tolerance, people.capacity)[0, 1] == pytest.approx(0.5, abs=0.05)
    for level in (people.tolerance, people.capacity):
        assert level.min() >= 1
        assert level.max() <= 5


def test_orientations_sum_to_one_and_likings_are_bounded(people):
    total = people.price + people.quality + people.relation + people.credit
    assert np.allclose(total, 1, atol=1e-5)
    assert np.abs(people.liking).max() <= 1
    assert people.liking.shape == (MANY, 5)


def test_patience_is_between_half_a_contact_and_four(people):
    assert people.patience.min() >= 0.5
    assert people.patience.max() <= 4
    assert people.patience.mean() == pytest.approx(1.6, abs=0.06)


def test_advisers_look_after_the_wealthy_of_their_region(people, person):
    from zhike.lab.resources import Resources

    advised = people.adviser >= 0
    assert advised[person].mean() == pytest.approx(0.12, abs=0.015)
    assert not advised[~person].any()
    assert people.wealth[advised].min() > people.wealth[~advised].mean()
    resources = Resources.of(MANY)
    assert (resources.region[people.adviser[advised]] == people.region[advised]).all()
    assert (resources.role[people.adviser[advised]] == 0).all()


def test_questionnaires_overstate_by_candour(people):
    level = answered_level(Dice(11), people, 600)
    assert set(np.unique(level)) == {1, 2, 3, 4, 5}
    bold, meek = people.candour > 1, people.candour < -0.2
    assert (level - people.tolerance)[bold].mean() > (level - people.tolerance)[meek].mean() + 1
    assert (level != answered_level(Dice(11), people, 612)).any()
