"""Choosing: exact probabilities, caps, groups, packages, and a list that ends with doing nothing."""

import numpy as np
import pytest

from zhike.decide.choice import ChoiceProblem, choice_probabilities, choose
from zhike.decide.inputs import hash_uniforms
from zhike.decide.policy import Exploration, Limits

VALUES = np.array([3.0, 2.5, 2.0, 1.0, 0.0])
KEYS = ("a", "a", "b", "c", "nothing")
NOTHING = 4


def problem(limits=None, members=(), groups=KEYS, channels=("app",) * 4 + ("none",), keys=KEYS):
    return ChoiceProblem.of(keys, groups, channels, limits or Limits(3), len(keys) - 1, members)


def uniforms(customers, places=3, salt="s"):
    names = [f"{salt}{number}" for number in range(customers)]
    return np.stack([hash_uniforms(names, f"place {place}", 2) for place in range(places)], axis=1)


def lists(task, exploration=Exploration(0.0, 1.0), customers=1, values=VALUES, allowed=None):  # noqa: B008 - frozen
    shape = (customers, len(values))
    values = np.broadcast_to(values, shape)
    allowed = np.broadcast_to(np.ones(shape[1], bool) if allowed is None else allowed, shape)
    chosen = choose(task, values, values, allowed, uniforms(customers), exploration)
    return np.stack([choice.action for choice in chosen], axis=1), np.stack(
        [c.probability for c in chosen], axis=1
    )


def test_without_exploration_the_best_is_taken_surely():
    actions, probability = lists(problem())
    assert actions.tolist() == [[0, 2, 3]]
    assert probability.tolist() == [[1.0, 1.0, 1.0]]


def test_a_product_is_offered_once_whatever_the_channel():
    assert 1 not in lists(problem())[0]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(3, per_group={"x": 1}), [0, 3, 4]),
        (Limits(3, per_group={"x": 0}), [3, 4, -1]),
        (Limits(3, per_channel={"app": 1}), [0, 4, -1]),
        (Limits(3, per_channel={"app": 2}), [0, 2, 4]),
        (Limits(3, per_group={"unheard of": 0}), [0, 2, 3]),
    ],
)
def test_caps_close_groups_and_channels(limits, expected):
    task = problem(limits, groups=("x", "x", "x", "y", "none"))
    assert lists(task)[0].tolist() == [expected]


def test_doing_nothing_ends_the_list():
    actions, probability = lists(problem(), values=np.array([-1.0, -1.0, 2.0, -1.0, 0.0]))
    assert actions.tolist() == [[2, 4, -1]]
    assert probability[0, 2] == 0.0


def test_a_package_and_its_members_exclude_each_other():
    task = problem(members=([], [], [], ["a", "z"], []), keys=("a", "a", "b", "pack", "nothing"))
    assert lists(task)[0].tolist() == [[0, 2, 4]]
    assert lists(task, values=np.array([3.0, 2.5, 2.0, 9.0, 0.0]))[0].tolist() == [[3, 2, 4]]


def test_two_packages_that_share_a_product_exclude_each_other():
    keys = ("one", "two", "three", "nothing")
    task = problem(members=(["a", "b"], ["b", "c"], ["c", "d"], []), keys=keys, groups=keys, channels=keys)
    assert lists(task, values=np.array([5.0, 4.0, 3.0, 0.0]))[0].tolist() == [[0, 2, 3]]


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("temperature", [1e-3, 1.0, 1e6])
def test_probabilities_of_the_open_candidates_sum_to_one(share, temperature):
    open_ = np.array([[True, False, True, True, True], [False, False, False, False, True]])
    values = np.tile(VALUES, (2, 1))
    found = choice_probabilities(values, values, open_, Exploration(share, temperature))
    assert found.sum(axis=1) == pytest.approx([1.0, 1.0], abs=1e-12)
    assert (found[~open_] == 0).all()
    assert (found >= 0).all()


def test_the_recorded_probability_is_the_frequency_of_every_path():
    customers, exploration = 40_000, Exploration(0.5, 1.5)
    actions, probability = lists(problem(Limits(3, per_channel={"app": 2})), exploration, customers)
    paths, first, count = np.unique(actions, axis=0, return_index=True, return_counts=True)
    expected = np.where(actions < 0, 1.0, probability).prod(axis=1)
    for path, example, found in zip(paths, first, count, strict=True):
        same = (actions == path).all(axis=1)
        assert np.ptp(expected[same]) == 0.0
        sure = 4.5 * np.sqrt(expected[example] * (1 - expected[example]) / customers)
        assert found / customers == pytest.approx(expected[example], abs=sure)
    assert expected[first].sum() == pytest.approx(1.0, abs=1e-9)
    assert len(paths) > 8


def test_only_what_is_allowed_is_drawn():
    allowed = np.array([False, True, False, True, True])
    actions, _ = lists(problem(), Exploration(1.0, 100.0), 2000, allowed=allowed)
    assert set(actions.ravel()) == {-1, 1, 3, 4}


def test_explored_says_whether_the_draw_decided():
    everyone = choose(
        problem(),
        np.tile(VALUES, (500, 1)),
        np.tile(VALUES, (500, 1)),
        np.ones((500, 5), bool),
        uniforms(500),
        Exploration(0.2, 1.0),
    )
    assert 0.12 < everyone[0].explored.mean() < 0.28
    assert (everyone[0].action[~everyone[0].explored] == 0).all()
