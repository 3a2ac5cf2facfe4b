"""Whatever the order in which customers come, and at whatever prices: nothing is given that is no longer there."""

import numpy as np
import pytest
from brute_force import brute_force, locally_feasible, weights
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.decide.allocation import Pacer, Problem, Terms, allocate, respond_one, simulate_day

LAWS = settings(max_examples=examples(50))
PLENTY = 1e6


def draw_array(draw, shape, elements, dtype=float):
    size = int(np.prod(shape))
    return np.array(draw(st.lists(elements, min_size=size, max_size=size)), dtype).reshape(shape)


@st.composite
def days(draw):
    """Draw a problem of a few customers, an order in which they come, and prices."""
    degrees = draw(st.lists(st.integers(0, 4), min_size=1, max_size=6))
    n, variables = len(degrees), sum(degrees)
    actions, segments, rows = draw(st.integers(1, 5)), draw(st.integers(1, 2)), draw(st.integers(1, 3))
    quarters, small = st.integers(-4, 20).map(lambda value: value / 4), st.integers(-1, 2)
    problem = {
        "indptr": np.concatenate([[0], np.cumsum(degrees, dtype=int)]),
        "act": draw_array(draw, variables, st.integers(0, actions - 1), np.uint8),
        "val": draw_array(draw, variables, quarters, np.float32),
        "cost": draw_array(draw, variables, quarters.map(abs), np.float32),
        "seg": draw_array(draw, n, st.integers(0, segments - 1), np.uint8),
        "group": draw_array(draw, actions, st.integers(0, 2), np.uint8),
        "use_group": draw(st.integers(0, 1)),
        "k": draw(st.integers(0, 3)),
        "W0": draw_array(draw, (rows, segments, actions), small),
        "W1": draw_array(draw, (rows, segments, actions), small),
        "b": draw_array(draw, rows, st.integers(-2, 8)),
        "names": np.array([f"row {row}" for row in range(rows)]),
    }
    if draw(st.booleans()):
        problem |= {
            "cap_actions": draw_array(draw, (2, actions), st.booleans(), bool),
            "cap_limit": draw_array(draw, 2, st.integers(0, 3), int),
            "cap_scope": np.array([0, 1]),
            "household": draw_array(draw, n, st.integers(0, 2), int),
        }
    prices = draw_array(draw, rows, st.integers(0, 12).map(lambda value: value / 4))
    return problem, np.array(draw(st.permutations(range(n)))), prices


def paced(problem, prices, order):
    pacer = Pacer(problem, problem.capacity, problem.customers, np.random.default_rng(0), sample=50)
    return simulate_day(problem, order, prices, pacer)


@LAWS
@given(days(), st.booleans())
def test_capacities_are_never_exceeded_and_floors_are_told_as_they_are(drawn, with_pacing):
    arrays, order, prices = drawn
    problem = Problem.of(arrays)
    day = paced(problem, prices, order) if with_pacing else simulate_day(problem, order, prices)
    load, capacity = weights(arrays)[:, day.chosen].sum(axis=1), arrays["b"]
    assert day.violation == 0
    assert (load <= capacity)[capacity >= 0].all()
    assert day.missed == pytest.approx(np.where(capacity < 0, np.maximum(load - capacity, 0), 0))
    sets = np.zeros((1, len(problem.act)), int)
    sets[0, day.chosen] = 1
    assert locally_feasible(arrays, sets).all()


@LAWS
@given(days())
def test_nothing_is_refused_until_a_row_is_used_up_and_the_day_is_never_better_than_the_best_plan(drawn):
    arrays, order, prices = drawn
    arrays["b"] = np.abs(arrays["b"])
    problem = Problem.of(arrays)
    day = simulate_day(problem, order, prices)
    roomy = Problem.of(arrays | {"b": np.full(len(prices), PLENTY)})
    if not day.refused:
        assert day.chosen.tolist() == simulate_day(roomy, order, prices).chosen.tolist()
    if len(problem.act) <= 14:
        assert day.objective <= brute_force(arrays)[0] + 1e-9


@LAWS
@given(days(), st.booleans())
def test_with_room_for_everything_a_day_is_the_best_plan(drawn, with_pacing):
    arrays, order, _ = drawn
    arrays |= {"b": np.full(len(arrays["b"]), PLENTY)}
    # A household's cap goes to whoever comes first: only caps of customers can be kept without looking ahead.
    arrays |= {"cap_scope": np.array([0, 0])} if "cap_scope" in arrays else {}
    problem, nothing = Problem.of(arrays), np.zeros(len(arrays["b"]))
    day = paced(problem, nothing, order) if with_pacing else simulate_day(problem, order, nothing)
    assert day.objective == pytest.approx(allocate(problem, np.random.default_rng(0)).objective)
    assert day.refused == 0


@LAWS
@given(days())
def test_a_customer_answered_alone_gets_what_the_first_of_a_day_gets(drawn):
    arrays, order, prices = drawn
    problem = Problem.of(arrays)
    first = order[0]
    of = slice(problem.indptr[first], problem.indptr[first + 1])
    found = respond_one(
        Terms.of(problem, prices), problem.seg[first], problem.act[of], problem.val[of], problem.cost[of], left=problem.capacity
    )  # fmt: skip
    day = simulate_day(problem, order[:1], prices)
    assert (problem.indptr[first] + np.sort(found.chosen)).tolist() == day.chosen.tolist()
    assert (found.closed > 0) == (day.refused > 0)
