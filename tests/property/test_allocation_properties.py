"""What holds for every allocation: feasible, within its bound, indifferent to order, monotone in what is asked."""

import numpy as np
from brute_force import brute_force
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from scarce_service import plan_of, scarce_service, with_caps

from zhike.decide.allocation import Problem, allocate
from zhike.govern.verification import verify

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=examples(15))
NEARLY = 1e-6


def solved(problem):
    return allocate(Problem.of(problem), np.random.default_rng(0))


@FEW
@given(SEEDS, st.sampled_from([1, 2, 3]), st.sampled_from([0.1, 0.4, 1.5]), st.booleans())
def test_every_plan_is_verified_and_tiny_ones_are_optimal(seed, k, share, capped):
    problem = scarce_service(3, 4, seed, k=k, share=share)
    problem = with_caps(problem, seed) if capped else problem
    found, best = solved(problem), brute_force(problem)
    assert verify(problem, plan_of(problem, found)).verified
    if best is not None:
        assert abs(found.objective - best[0]) <= NEARLY * max(1.0, abs(best[0]))
    else:
        assert found.status == "relaxed"


@FEW
@given(SEEDS, st.integers(0, 5), st.floats(1.0, 3.0))
def test_more_capacity_never_lowers_the_bound(seed, row, factor):
    problem = scarce_service(40, 9, seed)
    wider = problem | {"b": problem["b"].copy()}
    wider["b"][row] += (factor - 1.0) * abs(wider["b"][row])
    before, after = solved(problem), solved(wider)
    if "relaxed" not in (before.status, after.status):
        assert after.bound >= before.bound - NEARLY * abs(before.bound)


@FEW
@given(SEEDS, st.floats(0.05, 1.0))
def test_a_further_row_never_raises_the_bound(seed, share):
    problem = scarce_service(40, 9, seed)
    one = np.ones((1, 2, 9))
    limited = problem | {
        "W0": np.concatenate([problem["W0"], one]), "W1": np.concatenate([problem["W1"], 0 * one]),
        "b": np.append(problem["b"], 80 * share), "names": np.append(problem["names"], "all"),
    }  # fmt: skip
    before, after = solved(problem), solved(limited)
    if "relaxed" not in (before.status, after.status):
        assert after.bound <= before.bound + NEARLY * abs(before.bound)


@FEW
@given(SEEDS)
def test_the_order_of_customers_and_actions_changes_nothing_beyond_the_gap(seed):
    problem = scarce_service(60, 9, seed)
    rng = np.random.default_rng(seed)
    rows, names = rng.permutation(60), rng.permutation(9)
    mixed = permuted(problem, rows, names)
    one, other = solved(problem), solved(mixed)
    if "relaxed" not in (one.status, other.status):
        room = one.bound - one.objective + NEARLY * abs(one.bound)
        assert abs(one.objective - other.objective) <= max(room, other.bound - other.objective)
        assert abs(one.bound - other.bound) <= NEARLY * abs(one.bound)


def permuted(problem, rows, names):
    """Return the same problem with its customers, and its actions, in another order."""
    size = np.diff(problem["indptr"])
    spots = np.concatenate(
        [np.arange(problem["indptr"][i], problem["indptr"][i + 1]) for i in rows] + [np.zeros(0, int)]
    )
    spots = spots.astype(int)
    place = np.argsort(names)
    return problem | {
        "indptr": np.concatenate([[0], np.cumsum(size[rows])]), "act": place[problem["act"][spots]].astype(np.uint8),
        "val": problem["val"][spots], "cost": problem["cost"][spots], "seg": problem["seg"][rows], "group": problem["group"][names],
        "W0": problem["W0"][:, :, names], "W1": problem["W1"][:, :, names],
    }  # fmt: skip
