"""Along the lists that a policy made itself, what it says it would have done is what it recorded; along others it stops where it must."""

import decide_bank
import numpy as np
import pytest
from constrained_bank import calls, planned

from zhike.decide.list_chances import OTHER, list_chances
from zhike.decide.logged_lists import logged_lists
from zhike.decide.strategy import decide_blocks

EXPLORING = {"exploration": {"share": 0.6, "temperature": 40.0}}


def own(ready, decisions, places=3):
    """Return lists as columns of a policy's actions, and what is on record of them."""
    names = sorted(set(decisions["customer_id"]))
    lists = logged_lists(decisions, names, places)
    column = {name: place for place, name in enumerate(ready.actions.table["action_id"])}
    found = np.full((len(names), places), ready.problem.nothing)
    chance = np.ones((len(names), places))
    for row, place, action, probability in lists.select(
        "row", "place", "action_id", "action_probability"
    ).rows():
        found[row, place], chance[row, place] = column[action], probability
    return names, found, chance, lists


def of_taken(chances, lists):
    """Return the chances of what was taken; 1 behind the end, which has none."""
    rows, places = np.indices(lists.shape)
    found = chances[rows, places, lists]
    return np.where(chances.sum(axis=2) > 0, found, 1.0)


@pytest.mark.parametrize("salt", ["one", "two", "three"])
def test_a_policy_agrees_with_its_own_record(salt):
    ready = decide_bank.prepared(**EXPLORING, holdout={"share": 0.2, "salt": salt})
    (block,) = decide_blocks(ready)
    names, lists, chance, _ = own(ready, block.decisions)
    chances = list_chances(ready, names, lists)
    assert (block.decisions["arm"] == "explored").any()
    np.testing.assert_allclose(of_taken(chances, lists), chance, rtol=1e-12)
    np.testing.assert_allclose(chances[:, 0], block.first_probability, rtol=1e-12)


@pytest.mark.parametrize("salt", ["one", "two", "three", "four"])
def test_a_plan_over_all_customers_agrees_with_its_own_record(salt):
    ready, _, block = planned([calls(3)], **EXPLORING, holdout={"share": 0.0, "salt": salt})
    names, lists, chance, _ = own(ready, block.decisions)
    found = list_chances(ready, names, lists)
    np.testing.assert_allclose(of_taken(found, lists), chance, rtol=1e-12)
    assert (found[:, 1:].max(axis=2) % 1.0 == 0).all()


@pytest.mark.parametrize("constraints", [None, [calls(3)]])
def test_chances_add_up_to_one_until_a_list_ends(constraints):
    ready = decide_bank.prepared(**EXPLORING, constraints=constraints)
    names = ready.inputs["customer_id"].to_list()
    nothing, other = ready.problem.nothing, (ready.problem.nothing + 1) % len(ready.actions)
    lists = np.tile([other, nothing, other], (len(names), 1))
    lists[0] = [OTHER, nothing, nothing]
    sums = list_chances(ready, names, lists).sum(axis=2)
    np.testing.assert_allclose(sums[1:], [[1.0, 1.0, 0.0]] * (len(names) - 1))
    np.testing.assert_allclose(sums[0], [1.0, 0.0, 0.0])


def test_beyond_its_own_limit_a_policy_does_nothing():
    ready = decide_bank.prepared(limits={"actions_per_customer": 1})
    other = (ready.problem.nothing + 1) % len(ready.actions)
    names = ready.inputs["customer_id"].to_list()
    found = list_chances(ready, names, np.full((len(names), 2), other))
    assert (found[:, 1, ready.problem.nothing] == 1.0).all()


def test_what_a_place_excludes_is_out_at_the_next():
    """Two actions of one product over two channels exclude each other, and a group of one takes no second."""
    ready = decide_bank.prepared(**EXPLORING)
    ids = ready.actions.table["action_id"].to_list()
    group = ready.actions.table["group"].to_numpy()
    first = ids.index("invest:B1:app")
    names = ready.inputs["customer_id"].to_list()
    found = list_chances(ready, names, np.tile([first, ready.problem.nothing], (len(names), 1)))
    invested = np.flatnonzero(group == "investment")
    came_to = found[:, 0, first] > 0
    assert came_to.any()
    assert (found[:, 1, invested] == 0).all()
    assert (found[:, 0, invested].sum(axis=1)[came_to] > 0).all()


def test_customers_may_be_some_and_blocks_small(monkeypatch):
    ready = decide_bank.prepared(**EXPLORING)
    (block,) = decide_blocks(ready)
    names, lists, _, _ = own(ready, block.decisions)
    whole, told = list_chances(ready, names, lists), []
    monkeypatch.setattr("zhike.decide.list_chances.CELLS_PER_BLOCK", 1)
    some = list_chances(ready, names[2:5], lists[2:5], lambda done, of: told.append((done, of)))
    np.testing.assert_array_equal(some, whole[2:5])
    assert told == [(1, 3), (2, 3), (3, 3)]
