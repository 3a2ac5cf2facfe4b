"""The verifier agrees with the definition on tiny problems: right plans pass, and no change that matters goes unseen."""

import numpy as np
from brute_force import brute_force, locally_feasible, room, weights
from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zhike.govern.allocation_instance import Instance
from zhike.govern.selection_bound import selection_bound
from zhike.govern.verification import verify

SLACK = 1e-9
LAWS = settings(max_examples=examples(75))


def draw_array(draw, shape, elements, dtype=float):
    size = int(np.prod(shape))
    return np.array(draw(st.lists(elements, min_size=size, max_size=size)), dtype).reshape(shape)


@st.composite
def problems(draw):
    """Draw a problem of up to five customers and about a dozen variables, with and without groups, caps and households."""
    degrees = draw(st.lists(st.integers(0, 4), max_size=5).filter(lambda found: sum(found) <= 12))
    n, variables = len(degrees), sum(degrees)
    actions, segments, rows = draw(st.integers(1, 5)), draw(st.integers(1, 2)), draw(st.integers(0, 3))
    quarters, small = st.integers(-4, 20).map(lambda value: value / 4), st.integers(-1, 2)
    return {
        "indptr": np.concatenate([[0], np.cumsum(degrees, dtype=int)]),
        "act": draw_array(draw, variables, st.integers(0, actions - 1), np.uint8),
        "val": draw_array(draw, variables, quarters, np.float32),
        "cost": draw_array(draw, variables, quarters.map(abs), np.float32),
        "seg": draw_array(draw, n, st.integers(0, segments - 1), np.uint8),
        "group": draw_array(draw, actions, st.integers(0, 2), np.uint8),
        "use_group": np.int64(draw(st.integers(0, 1))),
        "k": np.int64(draw(st.integers(0, 3))),
        "W0": draw_array(draw, (rows, segments, actions), small),
        "W1": draw_array(draw, (rows, segments, actions), small),
        "b": draw_array(draw, rows, st.integers(-2, 8)),
        "names": np.array([f"row {row}" for row in range(rows)], dtype="U8"),
        **(draw_caps(draw, n, actions) if draw(st.booleans()) else {}),
    }


def draw_caps(draw, n, actions):
    caps = draw(st.integers(0, 3))
    return {
        "cap_actions": draw_array(draw, (caps, actions), st.booleans(), bool),
        "cap_limit": draw_array(draw, caps, st.integers(0, 3), int),
        "cap_scope": draw_array(draw, caps, st.integers(0, 1), int),
        "household": draw_array(draw, n, st.integers(-1, 2), int),
    }


def prices_of(draw, problem):
    return draw_array(draw, len(problem["b"]), st.integers(0, 12).map(lambda value: value / 4))


def best_at(problem, prices):
    """Return what all customers together gain at best when the rows charge their prices, by looking at every set."""
    charged = problem["val"].astype(float) - prices @ weights(problem)
    no_rows = {name: problem[name][:0] for name in ("W0", "W1", "b")}
    return brute_force({**problem, **no_rows, "val": charged})[0]


def loads(problem, chosen):
    return weights(problem)[:, list(chosen)].sum(axis=1)


def gap_of(objective, bound):
    if bound == 0:
        return -objective
    return (bound - objective) / abs(bound)


def stated(problem, chosen, prices, kept):
    """Return the plan that states all that is so about a choice."""
    objective = float(problem["val"][list(chosen)].sum(dtype=float))
    bound = best_at(problem, prices) + float(prices @ kept)
    holds = (loads(problem, chosen) <= room(problem)).all()
    closed = bound - objective <= SLACK * max(1.0, abs(bound))
    return {
        "chosen": np.array(chosen, dtype=np.int64),
        "prices": prices,
        "bound": bound,
        "objective": objective,
        "gap": gap_of(objective, bound),
        "status": "relaxed" if not holds else "optimal" if closed else "feasible",
        "b_kept": kept,
        "names": problem["names"],
    }


@st.composite
def plans(draw, problem):
    """Draw a right plan: the best one with any prices; where there is none, or by chance, some choice with its rows relaxed."""
    best, prices = brute_force(problem), prices_of(draw, problem)
    if best is not None and draw(st.booleans()):
        return stated(problem, best[1], prices, problem["b"])
    chosen = draw_choice(draw, problem)
    return stated(problem, chosen, prices, np.maximum(problem["b"], loads(problem, chosen)))


def draw_choice(draw, problem):
    marks = draw_array(draw, (1, len(problem["val"])), st.integers(0, 1), int)
    while not locally_feasible(problem, marks)[0]:
        marks[0, np.flatnonzero(marks[0])[-1]] = 0
    return np.flatnonzero(marks[0])


def is_so(problem, plan):
    """Return whether a plan of the right shapes states what is so, by the definition."""
    chosen, prices, kept = plan["chosen"], plan["prices"], plan["b_kept"]
    ordered = (np.diff(chosen) > 0).all() and ((chosen >= 0) & (chosen < len(problem["val"]))).all()
    if not (ordered and np.isfinite(prices).all() and (prices >= 0).all() and np.isfinite(kept).all()):
        return False
    marks = np.zeros((1, len(problem["val"])), dtype=int)
    marks[0, chosen] = 1
    right = stated(problem, chosen, prices, kept)
    allowed = kept >= problem["b"] if plan["status"] == "relaxed" else kept == problem["b"]
    statuses = {"relaxed"} if right["status"] == "relaxed" else {right["status"], "feasible"}
    slack = SLACK * np.maximum(1.0, np.maximum(np.abs(problem["b"]), np.abs(kept)))
    return bool(
        locally_feasible(problem, marks)[0]
        and (loads(problem, chosen) <= kept + slack).all()
        and allowed.all()
        and plan["status"] in statuses
        and plan["names"].tolist() == problem["names"].tolist()
        and all(near(plan[name], right[name]) for name in ("objective", "bound"))
        and near(plan["gap"], gap_of(plan["objective"], plan["bound"]))
    )


def near(one, other):
    return one == other or abs(one - other) <= SLACK * max(1.0, abs(other)) < np.inf


AMOUNTS = st.sampled_from([-1.0, -0.25, -1e-6, 1e-6, 0.25, 1.0, np.nan, np.inf])


def change_choice(draw, plan, variables):
    chosen = plan["chosen"].tolist()
    how = draw(st.sampled_from(["drop", "add", "replace", "turn round"]))
    if how in ("drop", "replace") and chosen:
        chosen.pop(draw(st.integers(0, len(chosen) - 1)))
    if how in ("add", "replace"):
        chosen = sorted([*chosen, draw(st.integers(-1, variables))])
    return plan | {"chosen": np.array(chosen[::-1] if how == "turn round" else chosen, dtype=np.int64)}


def change_row(draw, plan, name):
    assume(len(plan[name]))
    changed = plan[name].copy()
    changed[draw(st.integers(0, len(changed) - 1))] += draw(AMOUNTS)
    return plan | {name: changed}


@st.composite
def changed_plans(draw, plan, variables):
    """Draw a plan of which one thing is changed."""
    what = draw(
        st.sampled_from(["chosen", "prices", "b_kept", "bound", "objective", "gap", "status", "names"])
    )
    if what == "chosen":
        return change_choice(draw, plan, variables)
    if what in ("prices", "b_kept"):
        return change_row(draw, plan, what)
    if what == "status":
        return plan | {what: draw(st.sampled_from(["optimal", "feasible", "relaxed", "proved"]))}
    if what == "names":
        assume(len(plan["names"]))
        return plan | {what: np.array([f"{name}!" for name in plan["names"]])}
    return plan | {what: plan[what] + draw(AMOUNTS)}


@LAWS
@given(st.data())
def test_right_plans_pass_and_no_plan_is_better_than_the_bound(data):
    problem = data.draw(problems())
    plan, best = data.draw(plans(problem)), brute_force(problem)
    found = verify(problem, plan)
    assert found.failures == ()
    assert found.loose == 0
    assert best is None or found.bound >= best[0] - SLACK * max(1.0, abs(best[0]))
    assert found.feasible == (plan["status"] != "relaxed")


@LAWS
@given(st.data())
def test_a_changed_plan_passes_only_if_it_is_still_so(data):
    problem = data.draw(problems())
    plan = data.draw(plans(problem))
    changed = data.draw(changed_plans(plan, len(problem["val"])))
    with np.errstate(invalid="ignore"):
        assert verify(problem, changed).verified == is_so(problem, changed)


@LAWS
@given(st.data())
def test_a_plan_is_held_to_its_own_problem(data):
    problem = data.draw(problems())
    plan, other = data.draw(plans(problem)), dict(problem)
    name = data.draw(st.sampled_from(["val", "cost", "b", "W0", "W1", "k", "cap_limit"]))
    assume(name in problem and np.size(problem[name]))
    flat = np.array(problem[name]).ravel()
    flat[data.draw(st.integers(0, flat.size - 1))] += 1
    other[name] = flat.reshape(np.shape(problem[name]))
    assert verify(other, plan).verified == is_so(other, plan)


@LAWS
@given(st.data())
def test_neither_parts_nor_a_tight_search_change_the_bound(data):
    problem = data.draw(problems())
    prices, instance = prices_of(data.draw, problem), Instance.of(problem)
    gain = best_at(problem, prices)
    for step, nodes in ((1, 1 << 20), (3, 1 << 20), (100, 100)):
        found = selection_bound(instance, prices, step=step, nodes=nodes)
        assert (near(found.gain, gain), found.loose) == (True, 0)
    eased = selection_bound(instance, prices, nodes=1)
    assert eased.gain >= gain - SLACK * max(1.0, gain)
    assert eased.loose or near(eased.gain, gain)


@LAWS
@given(st.data())
def test_a_broken_problem_is_told_not_raised(data):
    problem = data.draw(problems())
    plan, name = data.draw(plans(problem)), data.draw(st.sampled_from(sorted(problem)))
    array = np.asarray(problem[name])
    shorter = array[..., :-1] if array.ndim else array[None]
    other_kind = array.astype(object)
    assume(array.size)
    broken = problem | {name: data.draw(st.sampled_from([shorter, other_kind, np.datetime64("2026-01-01")]))}
    found = verify(broken, plan)
    assert "shape" in {failure.code for failure in found.failures}
    lacking = {key: value for key, value in problem.items() if key != name}
    needed = name != "household" or (problem["cap_scope"] == 1).any()
    assert verify(lacking, plan).verified == (not needed)
