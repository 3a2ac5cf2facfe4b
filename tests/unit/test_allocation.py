"""The solver on problems small and odd: whatever is asked, it ends well and its certificate holds."""

import dataclasses

import numpy as np
import pytest
from brute_force import brute_force
from scarce_service import plan_of, scarce_service, with_caps
from scipy.optimize import linprog
from scipy.sparse import csr_array, diags_array, hstack, vstack

from zhike.core.errors import UsageError
from zhike.decide.allocation import Problem, allocate, margins, warm
from zhike.govern.verification import verify


def solved(problem, seed=0, **options):
    found = allocate(Problem.of(problem), np.random.default_rng(seed), **options)
    checked = verify(problem, plan_of(problem, found))
    assert checked.verified, checked.to_dict()
    return found


def shares_held(problem, found):
    """Tell from the definition alone whether every row and every customer's limits hold."""
    owner = np.repeat(np.arange(len(problem["seg"])), np.diff(problem["indptr"]))[found.chosen]
    action = problem["act"][found.chosen].astype(int)
    segment = problem["seg"][owner]
    cost = problem["cost"][found.chosen].astype(float)
    load = [
        (unit[segment, action] + by_cost[segment, action] * cost).sum()
        for unit, by_cost in zip(problem["W0"], problem["W1"], strict=True)
    ]
    pairs = list(zip(owner.tolist(), problem["group"][action].tolist(), strict=True))
    limits = np.bincount(owner, minlength=1).max() <= problem["k"]
    groups = not problem["use_group"] or len(set(pairs)) == len(pairs)
    return bool((np.array(load) <= found.kept + 1e-9 * np.abs(found.kept)).all() and limits and groups)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("capped", [False, True])
def test_tiny_problems_are_solved_to_the_optimum(seed, capped):
    problem = scarce_service(4, 6, seed, share=0.6)
    while len(problem["val"]) > 14:
        problem = scarce_service(4, 4, seed + 100, share=0.6)
    problem = with_caps(problem, seed) if capped else problem
    found, best = solved(problem), brute_force(problem)
    if best is None:
        assert found.status == "relaxed"
    else:
        assert found.objective == pytest.approx(best[0], rel=1e-9, abs=1e-9)
        assert found.bound >= best[0] - 1e-9 * abs(best[0])


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 2.0])
@pytest.mark.parametrize("k", [1, 2, 5])
def test_thousands_of_customers_are_served_within_all_limits_and_close_to_the_bound(share, k):
    problem = scarce_service(4_000, 12, seed=k, k=k, share=share)
    found = solved(problem)
    assert shares_held(problem, found)
    assert found.status in ("optimal", "feasible")
    # A few hundred whole actions cannot use up fractional limits as well as many thousands.
    assert found.gap <= (2e-2 if share < 0.1 else 2e-3)


def test_a_problem_too_large_for_one_look_is_narrowed_and_just_as_good():
    problem = scarce_service(90_000, 20, seed=5, share=0.3)
    assert len(problem["val"]) > 300_000
    found = solved(problem)
    assert shares_held(problem, found)
    assert found.gap <= 1e-4
    again = solved(problem, threads=2)
    assert np.array_equal(again.chosen, found.chosen)


def test_tens_of_thousands_of_equal_values_are_allocated_as_well_as_any():
    base = scarce_service(30_000, 12, seed=6, share=0.3)
    found = solved(changed(base, val=np.ones(len(base["val"]), np.float32)))
    assert shares_held(base, found)
    assert found.status in ("optimal", "feasible")
    assert found.gap <= 3e-4  # one action is worth 6e-5 of the plan


def changed(problem, **arrays):
    return problem | {name: np.asarray(array) for name, array in arrays.items()}


BASE = scarce_service(300, 9, seed=3)
NO_FLOOR = changed(BASE, b=np.maximum(BASE["b"], 0.0))
ODD = {
    "no customer": changed(BASE, indptr=[0], act=BASE["act"][:0], val=BASE["val"][:0], cost=BASE["cost"][:0], seg=BASE["seg"][:0],
                           b=np.maximum(BASE["b"], 0.0)),
    "no candidate": changed(NO_FLOOR, indptr=np.zeros(301, int), act=BASE["act"][:0], val=BASE["val"][:0], cost=BASE["cost"][:0]),
    "no row": changed(BASE, W0=BASE["W0"][:0], W1=BASE["W1"][:0], b=BASE["b"][:0], names=BASE["names"][:0]),
    "one row": changed(BASE, W0=BASE["W0"][:1], W1=BASE["W1"][:1], b=BASE["b"][:1], names=BASE["names"][:1]),
    "nothing may be taken": changed(NO_FLOOR, k=0),
    "all values negative": changed(NO_FLOOR, val=-np.abs(BASE["val"])),
    "equal values and costs": changed(BASE, val=np.ones_like(BASE["val"]), cost=np.ones_like(BASE["cost"])),
    "values on a grid": changed(BASE, val=np.round(BASE["val"] / 5) * 5, cost=np.round(BASE["cost"])),
    "no capacity": changed(NO_FLOOR, b=np.zeros(len(BASE["b"]))),
    "one customer wants everything": changed(NO_FLOOR, val=np.where(np.arange(len(BASE["val"])) < BASE["indptr"][1], 1e6, 1e-3).astype(np.float32)),
    "float64": changed(BASE, val=BASE["val"].astype(float), cost=BASE["cost"].astype(float)),
    "two-byte actions": changed(BASE, act=BASE["act"].astype(np.uint16), seg=BASE["seg"].astype(np.uint16)),
    "a row nobody uses": changed(BASE, W0=np.concatenate([BASE["W0"], 0 * BASE["W0"][:1]]),
                                 W1=np.concatenate([BASE["W1"], 0 * BASE["W1"][:1]]), b=np.append(BASE["b"], 0.0),
                                 names=np.append(BASE["names"], "idle")),
}  # fmt: skip


LONG = ("float64", "two-byte actions")
"""Of other types: the kernels are compiled for them anew."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.campaign if name in LONG else ()) for name in ODD]
)
def test_anything_unusual_ends_well(name):
    found = solved(ODD[name])
    assert found.status in ("optimal", "feasible")
    assert found.violation == 0.0
    if name in ("no customer", "no candidate", "nothing may be taken", "all values negative", "no capacity"):
        assert (len(found.chosen), found.objective) == (0, 0.0)


@pytest.mark.parametrize("k", [1, 3, 10])
def test_five_hundred_rows_and_any_number_of_actions(k):
    rng, problem = np.random.default_rng(k), scarce_service(500, 9, seed=k, k=k)
    unit = (rng.random((500, 2, 9)) < 0.3) * 1.0
    limits = rng.uniform(20.0, 200.0, 500)
    problem = changed(problem, W0=unit, W1=0 * unit, b=limits, names=[f"row {row}" for row in range(500)])
    assert solved(problem).gap <= 0.03


def test_minimums_that_cannot_be_met_are_named_and_loosened_as_little_as_can_be():
    problem = changed(BASE, b=np.append(BASE["b"][:-1], -1e4))
    found = solved(problem)
    assert (found.status, found.conflict.rows, found.conflict.proven) == ("relaxed", ("floor",), True)
    floor = list(BASE["names"]).index("floor")
    members = BASE["seg"] == 0
    most = np.minimum(np.diff(BASE["indptr"]), 2)[members].sum()
    assert found.conflict.relaxation["floor"] >= 1e4 - most
    assert found.kept[floor] == found.load[floor]


def least_loosening(problem):
    """Return the least total loosening, each row's as a share of its right-hand side, by a linear program over the definition."""
    variables, rows = len(problem["val"]), len(problem["b"])
    owner = np.repeat(np.arange(len(problem["seg"])), np.diff(problem["indptr"]))
    action, segment = problem["act"].astype(int), problem["seg"][owner]
    use = problem["W0"][:, segment, action] + problem["W1"][:, segment, action] * problem["cost"].astype(
        float
    )
    total = csr_array((np.ones(variables), (owner, np.arange(variables))))
    pairs = np.unique(np.stack([owner, problem["group"][action]]), axis=1, return_inverse=True)[1].ravel()
    group = csr_array((np.ones(variables), (pairs, np.arange(variables))))
    sides = vstack([hstack([csr_array(use), -diags_array(np.ones(rows))]), hstack([total, csr_array((total.shape[0], rows))]),
                    hstack([group, csr_array((group.shape[0], rows))])])  # fmt: skip
    limits = np.concatenate([problem["b"], np.full(total.shape[0], problem["k"]), np.ones(group.shape[0])])
    weights = np.concatenate([np.zeros(variables), 1.0 / np.abs(problem["b"])])
    bounds = np.stack([np.zeros(variables + rows), np.r_[np.ones(variables), np.full(rows, np.inf)]], axis=1)
    return linprog(weights, sides, limits, bounds=bounds, method="highs").fun


@pytest.mark.parametrize(("customers", "floors"), [(1_500, 20.0), (1_500, 40.0), (15_000, 30.0)])
def test_the_relaxation_is_the_cheapest_that_a_linear_program_finds(customers, floors):
    base = scarce_service(customers, 9, seed=customers, share=0.2)
    problem = changed(base, b=np.append(base["b"][:-2], base["b"][-2:] * floors * [4.0, 1.0]))
    found, least = solved(problem), least_loosening(problem)
    assert found.status == "relaxed"
    assert found.conflict.least == pytest.approx(least, rel=0.01)
    total = sum(found.conflict.relaxation[name] / abs(side)
                for name, side in zip(problem["names"], problem["b"], strict=True) if name in found.conflict.relaxation)  # fmt: skip
    assert least * (1 - 1e-6) <= total <= least * 1.02
    assert shares_held(problem, found)


def test_two_rows_that_exclude_each_other_are_both_named():
    one = np.ones((1, 1, 2))
    problem = {
        "indptr": np.arange(0, 9, 2), "act": np.tile([0, 1], 4), "val": np.arange(1.0, 9.0), "cost": np.zeros(8),
        "seg": np.zeros(4, int), "group": np.arange(2), "use_group": 0, "k": 1, "W0": np.concatenate([one, -one]),
        "W1": np.zeros((2, 1, 2)), "b": np.array([3.0, -4.0]), "names": np.array(["most", "least"]),
    }  # fmt: skip
    for asked in (problem, with_caps(problem, 0) | {"cap_limit": np.array([2, 8])}):
        found = solved(asked)
        assert set(found.conflict.rows) == {"most", "least"}
        assert sum(found.conflict.relaxation.values()) == pytest.approx(1.0)


def test_the_same_seed_gives_the_same_plan():
    problem = scarce_service(2_000, 9, seed=8)
    first, second = solved(problem, 4), solved(problem, 4)
    for field in dataclasses.fields(first):
        one, other = getattr(first, field.name), getattr(second, field.name)
        assert np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other


def test_margins_name_the_last_chosen_and_the_next_of_every_row():
    problem = changed(BASE, b=BASE["b"] * np.where(BASE["b"] > 0, 0.3, 1.0))
    asked, found = Problem.of(problem), solved(problem)
    chosen = set(found.chosen.tolist())
    for name, margin in zip(problem["names"], margins(asked, found), strict=True):
        assert margin.last in chosen or name == "floor" or margin.last == -1
        assert margin.next not in chosen
        assert np.isnan(margin.next_margin) == (margin.next < 0)
    scarce = int(np.argmax(found.prices[:4]))
    assert found.prices[scarce] > 0
    assert abs(margins(asked, found)[scarce].last_margin) < 10 * found.prices[scarce]


def test_warming_up_changes_nothing_and_takes_empty_problems():
    warm(Problem.of(ODD["no customer"]))
    asked = Problem.of(BASE)
    warm(asked)
    assert asked.customers == 300


@pytest.mark.parametrize(("large", "types"), [
    ({}, ("f4", "f4", "u1", "u1")),
    ({"val": "f8"}, ("f8", "f8", "u1", "u1")),
    ({"cost": "i4", "seg": "i8"}, ("f8", "f8", "u2", "u2")),
    ({"act": "u2"}, ("f4", "f4", "u2", "u2")),
])  # fmt: skip
def test_values_and_costs_are_of_one_type_and_codes_of_another(large, types):
    asked = Problem.of(BASE | {name: BASE[name].astype(kind) for name, kind in large.items()})
    assert tuple(getattr(asked, name).dtype for name in ("val", "cost", "act", "seg")) == types


BROKEN = {
    "names missing": {"names": None},
    "another length": {"val": BASE["val"][:-1]},
    "an action beyond the last": {"act": np.full_like(BASE["act"], 200)},
    "a segment beyond the last": {"seg": np.full_like(BASE["seg"], 9)},
    "no number": {"val": np.where(np.arange(len(BASE["val"])) == 3, np.nan, BASE["val"])},
    "an infinite limit": {"b": np.append(BASE["b"][:-1], np.inf)},
    "falling starts": {"indptr": BASE["indptr"][::-1]},
    "fewer than none": {"k": np.int64(-1)},
    "household missing": {
        "cap_actions": np.ones((1, 9), bool),
        "cap_limit": np.array([1]),
        "cap_scope": np.array([1]),
    },
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_problems_are_refused_with_what_is_needed(name):
    problem = {key: array for key, array in (BASE | BROKEN[name]).items() if array is not None}
    with pytest.raises(UsageError) as refused:
        Problem.of(problem)
    assert refused.value.parts()["needed"]
