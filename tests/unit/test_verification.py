"""A plan is verified when all that it states is so, and every way of not being so has its code."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from brute_force import brute_force

from zhike.adapters.allocation_files import write_plan, write_problem
from zhike.cli.verify import verify as verify_command
from zhike.core.language import LANGUAGES
from zhike.govern.allocation_format import PLAN_ARRAYS, PROBLEM_ARRAYS
from zhike.govern.allocation_instance import Instance
from zhike.govern.selection_bound import selection_bound
from zhike.govern.verification import verify
from zhike.govern.verification_failures import SENTENCES, Failure

NAN, INF = float("nan"), float("inf")


def problem(**changes):
    """Three customers, three actions of two groups, a budget of 6 and a floor of one contact in segment 1."""
    return {
        "indptr": np.array([0, 2, 4, 5]),
        "act": np.array([0, 1, 0, 2, 1], np.uint8),
        "val": np.array([5, 4, 3, 6, 2], np.float32),
        "cost": np.array([2, 1, 2, 3, 1], np.float32),
        "seg": np.array([0, 1, 1], np.uint8),
        "group": np.array([0, 0, 1], np.uint8),
        "use_group": np.int64(1),
        "k": np.int64(2),
        "W0": np.array([np.zeros((2, 3)), [[0, 0, 0], [-1, -1, -1]]]),
        "W1": np.array([np.ones((2, 3)), np.zeros((2, 3))]),
        "b": np.array([6.0, -1.0]),
        "names": np.array(["budget", "floor"]),
        **changes,
    }


def plan(**changes):
    """The best plan of `problem`, with the best price of its budget."""
    return {
        "chosen": np.array([0, 3, 4]),
        "prices": np.array([1.5, 0.0]),
        "bound": np.float64(13.5),
        "objective": np.float64(13.0),
        "gap": np.float64(0.5 / 13.5),
        "status": np.array("feasible"),
        "b_kept": np.array([6.0, -1.0]),
        "names": np.array(["budget", "floor"]),
        **changes,
    }


def caps(limit, scope, *, actions=(True, True, True)):
    return {
        "cap_actions": np.array([actions]),
        "cap_limit": np.array([limit]),
        "cap_scope": np.array([scope]),
        "cap_names": np.array(["all together"]),
        "household": np.array([7, 7, -2]),
    }


def codes(found):
    return [failure.code for failure in found.failures]


def test_the_best_plan_is_verified_with_its_figures():
    found = verify(problem(), plan())
    assert brute_force(problem())[0] == 13.0
    assert found.verified
    assert (found.objective, found.bound, found.gap) == (13.0, 13.5, 0.5 / 13.5)
    assert (found.status, found.feasible, found.loose, found.worst_violation) == ("feasible", True, 0, 0.0)
    assert (found.customers, found.variables, found.chosen) == (3, 5, 3)
    assert [row.to_dict() for row in found.rows] == [
        {"name": "budget", "load": 6.0, "limit": 6.0, "violation": 0.0, "price": 1.5, "relaxed_by": 0.0},
        {"name": "floor", "load": -2.0, "limit": -1.0, "violation": 0.0, "price": 0.0, "relaxed_by": 0.0},
    ]


@pytest.mark.parametrize(("changes", "expected"), [
    ({"objective": 13.001}, ["objective_differs", "gap_differs"]),
    ({"objective": NAN}, ["objective_differs", "gap_differs"]),
    ({"bound": 13.4, "gap": 0.4 / 13.4}, ["bound_below"]),
    ({"bound": 13.6, "gap": 0.6 / 13.6}, ["bound_differs"]),
    ({"bound": INF, "gap": NAN}, ["bound_differs", "gap_differs"]),
    ({"bound": NAN}, ["bound_differs", "gap_differs"]),
    ({"gap": 0.0}, ["gap_differs"]),
    ({"prices": np.array([1.4, 0.0])}, ["bound_below"]),
    ({"prices": np.array([1.5, 0.1])}, ["bound_below"]),
    ({"prices": np.array([1.5, -1e-12])}, ["price_negative"]),
    ({"prices": np.array([1.5, NAN])}, ["not_finite"]),
    ({"prices": np.array([1.5, INF])}, ["not_finite"]),
    ({"prices": np.array([1e308, 0.0])}, ["bound_below"]),
    ({"status": "optimal"}, ["status_wrong"]),
    ({"status": "best"}, ["status_wrong"]),
    ({"status": "relaxed"}, ["status_wrong"]),
    ({"status": "best", "prices": np.array([NAN, 0.0])}, ["not_finite", "status_wrong"]),
    ({"chosen": np.array([0, 3])}, ["objective_differs"]),
    ({"chosen": np.array([1, 3, 4])}, ["objective_differs"]),
    ({"chosen": np.array([0, 2, 3, 4])}, ["row_violated", "objective_differs"]),
    ({"chosen": np.array([0, 1, 3, 4])}, ["group_cap", "row_violated", "objective_differs"]),
    ({"chosen": np.array([0, 1])}, ["group_cap", "row_violated", "objective_differs"]),
    ({"chosen": np.zeros(0, int)}, ["row_violated", "objective_differs"]),
    ({"chosen": np.array([0, 3, 4, 4])}, ["not_a_choice"]),
    ({"chosen": np.array([3, 0, 4])}, ["not_a_choice"]),
    ({"chosen": np.array([0, 3, 4, 5])}, ["not_a_choice"]),
    ({"chosen": np.array([-1, 0, 3, 4])}, ["not_a_choice"]),
    ({"chosen": np.array([0, 3, 4], np.uint64)}, []),
    ({"chosen": np.array([0, 3, 2**64 - 1], np.uint64)}, ["not_a_choice", "objective_differs"]),
    ({"chosen": np.array([0.0, 3.0, 4.0])}, ["not_a_choice"]),
    ({"chosen": np.array([0.0, NAN, 3.0, 4.0])}, ["not_a_choice"]),
    ({"b_kept": np.array([6.5, -1.0]), "bound": 14.25, "gap": 1.25 / 14.25}, ["rhs_wrong"]),
    ({"b_kept": np.array([6.0, NAN])}, ["row_violated", "rhs_wrong", "not_finite"]),
    ({"names": np.array(["budget", "ceiling"])}, ["names_differ"]),
    ({"names": np.array(["budget"])}, ["shape"]),
    ({"prices": np.zeros(3)}, ["shape"]),
    ({"chosen": np.array([[0, 3, 4]])}, ["shape"]),
    ({"chosen": np.array(["0"])}, ["shape"]),
    ({"bound": np.array([13.5])}, ["shape"]),
    ({"gap": None}, ["shape"]),
])  # fmt: skip
def test_what_is_wrong_with_a_plan_has_its_code(changes, expected):
    found = verify(problem(), plan(**changes))
    assert codes(found) == expected
    assert found.verified == (not expected)


def test_a_plan_without_an_array_is_refused():
    found = verify(problem(), {key: value for key, value in plan().items() if key != "prices"})
    assert [failure.to_dict() for failure in found.failures] == [
        {"code": "missing", "array": "prices", "message": "there is no array 'prices'"}
    ]


@pytest.mark.parametrize(("changes", "expected"), [
    ({"val": np.array([5, NAN, 3, 6, 2], np.float32)}, {"code": "not_finite", "array": "val", "count": 1}),
    ({"cost": np.array([2, 1, INF, 3, INF])}, {"code": "not_finite", "array": "cost", "count": 2}),
    ({"b": np.array([6.0, -INF])}, {"code": "not_finite", "array": "b", "count": 1}),
    ({"W0": np.full((2, 2, 3), NAN)}, {"code": "not_finite", "array": "W0", "count": 12}),
    ({"act": np.array([0, 1, 0, 3, 1])}, {"code": "out_of_range", "array": "act", "count": 1, "lowest": 0, "highest": 2}),
    ({"seg": np.array([0, 1, -1])}, {"code": "out_of_range", "array": "seg", "count": 1, "lowest": 0, "highest": 1}),
    ({"use_group": np.int64(2)}, {"code": "out_of_range", "array": "use_group", "count": 1, "lowest": 0, "highest": 1}),
    ({"indptr": np.array([0, 4, 2, 5])}, {"code": "indptr", "first": 0, "last": 5, "falls": 1, "variables": 5}),
    ({"indptr": np.array([1, 2, 4, 5])}, {"code": "indptr", "first": 1, "last": 5, "falls": 0, "variables": 5}),
    ({"indptr": np.array([0, 2, 4, 6])}, {"code": "indptr", "first": 0, "last": 6, "falls": 0, "variables": 5}),
    ({"indptr": np.array([0, 5])}, {"code": "shape", "array": "indptr", "found": "int64 (2)", "needed": "int or uint (n+1 = 4)"}),
    ({"group": np.zeros(4, int)}, {"code": "shape", "array": "group", "found": "int64 (4)", "needed": "int or uint (m = 3)"}),
    ({"act": np.zeros(5)}, {"code": "shape", "array": "act", "found": "float64 (5)", "needed": "int or uint (nnz = 5)"}),
    ({"val": np.array([None] * 5)}, {"code": "shape", "array": "val", "found": "object (5)", "needed": "float (nnz = 5)"}),
    ({"k": np.array([1, 2])}, {"code": "shape", "array": "k", "found": "int64 (2)", "needed": "int or uint ()"}),
    ({"cap_limit": np.array([1])}, {"code": "missing", "array": "cap_actions"}),
    ({**caps(1, 1), "household": np.zeros(2, int)}, {"code": "shape", "array": "household", "found": "int64 (2)", "needed": "int or uint (n = 3)"}),
    ({**caps(-1, 0)}, {"code": "out_of_range", "array": "cap_limit", "count": 1, "lowest": 0, "highest": 2**63 - 1}),
    ({**caps(1, 2)}, {"code": "out_of_range", "array": "cap_scope", "count": 1, "lowest": 0, "highest": 1}),
])  # fmt: skip
def test_what_is_wrong_with_a_problem_is_told_not_raised(changes, expected):
    found = verify(problem(**changes), plan())
    first = found.failures[0].to_dict()
    first.pop("message")
    assert first == expected
    assert (found.verified, found.objective, found.bound, found.rows) == (False, None, None, ())


def test_a_shared_cap_needs_households():
    changed = problem(**caps(1, 1))
    del changed["household"]
    assert codes(verify(changed, plan())) == ["missing"]


@pytest.mark.parametrize(("changes", "code", "detail"), [
    ({"k": np.int64(0)}, "customer_cap", {"limit": 0, "over": 3, "worst": 1}),
    (caps(0, 0, actions=(False, True, True)), "cap", {"name": "all together", "limit": 0, "over": 2, "worst": 1}),
    (caps(1, 1), "cap", {"name": "all together", "limit": 1, "over": 1, "worst": 1}),
    (caps(0, 1), "cap", {"name": "all together", "limit": 0, "over": 2, "worst": 2}),
])  # fmt: skip
def test_limits_of_customers_and_households_are_counted(changes, code, detail):
    found = verify(problem(**changes), plan())
    assert not found.feasible
    assert dict(next(f for f in found.failures if f.code == code).detail) == detail


def test_groups_are_counted():
    found = verify(problem(), plan(chosen=np.array([0, 1, 2, 3, 4])))
    assert dict(found.failures[0].detail) == {"over": 1, "worst": 1}


@pytest.mark.parametrize(("changes", "gain"), [
    ({}, 4.5),
    ({"k": np.int64(0)}, 0.0),
    ({"k": np.int64(1)}, 4.5),
    ({"use_group": np.int64(0)}, 6.5),
    (caps(1, 0), 4.5),
    (caps(1, 1), 3.0),
    (caps(1, 1, actions=(False, True, True)), 4.0),
    (caps(0, 0, actions=(False, True, True)), 2.0),
    (caps(2**40, 1), 4.5),
])  # fmt: skip
def test_the_bound_is_the_best_of_each_customer_or_household(changes, gain):
    found = selection_bound(Instance.of(problem(**changes)), np.array([1.5, 0.0]))
    assert found == (gain, 0)


def test_a_cap_leaves_room_for_the_next_best():
    """The best action is barred; of the two kinds of groups left, ``k`` of one kind are the best selection."""
    one = problem(
        indptr=np.array([0, 4]), act=np.array([2, 0, 1, 3]), val=np.array([10.0, 5.0, 4.0, 3.0]), cost=np.zeros(4),
        seg=np.zeros(1, int), group=np.arange(4), W0=np.zeros((2, 1, 4)), W1=np.zeros((2, 1, 4)),
        cap_actions=np.array([[False, False, True, False]]), cap_limit=np.zeros(1, int), cap_scope=np.zeros(1, int),
    )  # fmt: skip
    assert selection_bound(Instance.of(one), np.zeros(2)) == (9.0, 0)


def test_with_too_many_selections_the_bound_is_valid_and_says_so():
    """Two caps for every action, more than one word holds: no two selections leave the same allowed."""
    actions = 14
    large = problem(
        indptr=np.array([0, actions]), act=np.arange(actions), val=np.ones(actions), cost=np.zeros(actions),
        seg=np.zeros(1, int), group=np.arange(actions), use_group=np.int64(0), k=np.int64(actions),
        W0=np.zeros((2, 1, actions)), W1=np.zeros((2, 1, actions)), b=np.zeros(2), household=np.zeros(1, int),
        cap_actions=np.vstack([*[np.eye(actions, dtype=bool)] * 2, np.arange(actions) % 2 == 0]),
        cap_limit=np.array([1] * 2 * actions + [3]), cap_scope=np.ones(2 * actions + 1, int),
    )  # fmt: skip
    instance, free = Instance.of(large), np.zeros(2)
    assert selection_bound(instance, free) == (10.0, 0)
    loose = selection_bound(instance, free, nodes=100)
    assert loose.loose == 1
    assert loose.gain >= 10.0


def test_a_relaxed_plan_is_verified_as_relaxed_only():
    tight, kept = problem(b=np.array([5.0, -1.0])), plan(status="relaxed")
    found = verify(tight, kept)
    assert found.verified
    assert not found.feasible
    assert [row.relaxed_by for row in found.rows] == [1.0, 0.0]
    assert codes(verify(tight, kept | {"status": "feasible"})) == ["rhs_wrong"]
    lowered = verify(tight, kept | {"b_kept": np.array([6.0, -1.5])})
    assert codes(lowered) == ["rhs_wrong"]


def test_a_load_may_exceed_by_rounding_only():
    assert verify(problem(b=np.array([6.0 - 5e-9, -1.0])), plan(b_kept=np.array([6.0 - 5e-9, -1.0]))).verified
    over = np.array([6.0 - 7e-9, -1.0])
    assert codes(verify(problem(b=over), plan(b_kept=over))) == ["row_violated"]


def test_a_problem_of_nothing_has_the_plan_of_nothing():
    empty = problem(
        indptr=np.array([0]), act=np.zeros(0, int), val=np.zeros(0), cost=np.zeros(0), seg=np.zeros(0, int),
        W0=np.zeros((0, 2, 3)), W1=np.zeros((0, 2, 3)), b=np.zeros(0), names=np.zeros(0, "U1"),
    )  # fmt: skip
    nothing = plan(
        chosen=np.zeros(0, int), prices=np.zeros(0), b_kept=np.zeros(0), names=np.zeros(0, "U1"), bound=0.0,
        objective=0.0, gap=0.0, status="optimal",
    )  # fmt: skip
    for changes in ({}, {**caps(1, 1), "household": np.zeros(0, int)}):
        found = verify({**empty, **changes}, nothing)
        assert found.verified
        assert (found.objective, found.bound, found.gap) == (0.0, 0.0, 0.0)


def test_customers_of_a_household_may_stand_apart():
    order = np.array([2, 0, 1])
    changed = problem(**caps(1, 1), seg=np.array([1, 0, 1]), indptr=np.array([0, 1, 3, 5]))
    changed |= {name: problem()[name][[4, 0, 1, 2, 3]] for name in ("act", "val", "cost")}
    changed["household"] = caps(1, 1)["household"][order]
    for step in (1, 2, 100):
        assert selection_bound(Instance.of(changed), np.array([1.5, 0.0]), step=step) == (3.0, 0)


def test_every_sentence_is_in_three_languages_and_names_the_same_figures():
    for code, text in SENTENCES.items():
        fields = [sorted(re.findall(r"{(\w+)", text.in_language(language))) for language in LANGUAGES]
        assert fields[0] == fields[1] == fields[2], code
        assert len({text.in_language(language) for language in LANGUAGES}) == 3, code


def test_a_failure_says_what_it_is_in_each_language():
    failure = Failure("gap_differs", {"stated": 0.5, "found": 0.25})
    assert failure.render() == "the stated gap is 0.5; the stated bound and objective give 0.25"
    assert "0.25" in failure.render("zh-Hans")


def test_every_code_and_every_array_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "allocation-files.md").read_text("utf-8")
    parts = dict(part.split("\n", 1) for part in page.split("\n## "))
    listed = {
        title: {name for cell in re.findall(r"^\|([^|]*)\|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", cell)}
        for title, text in parts.items()
    }  # fmt: skip
    assert listed["What is checked"] == set(SENTENCES)
    assert listed["Arrays of a problem"] == set(PROBLEM_ARRAYS)
    assert listed["Arrays of a plan"] == {"format", *PLAN_ARRAYS}


@pytest.fixture
def files(tmp_path):
    write_problem(tmp_path / "problem.npz", problem())
    write_plan(tmp_path / "plan.npz", plan())
    write_plan(tmp_path / "wrong.npz", plan(objective=14.0))
    return tmp_path


def test_the_command_prints_figures_rows_and_failures(files, capsys):
    assert verify_command(files / "problem.npz", files / "plan.npz", as_json=False, lang="en") == 0
    told = capsys.readouterr().out
    assert told.startswith("Verified: the plan is feasible and at most 3.7 % below the best there is.\n")
    assert "objective\t13.00\nbound\t13.50\ngap\t3.7 %\nstatus\tfeasible\n" in told
    assert "row\tload\tlimit\tprice\nbudget\t6.00\t≤ 6.00\t1.5\nfloor\t2.00\t≥ 1.00\t0\n" in told
    assert verify_command(files / "problem.npz", files / "wrong.npz", as_json=False, lang="zh-Hant") == 1
    told = capsys.readouterr().out
    assert told.startswith("核驗未通過；失敗的檢查：2。\n")
    assert "objective_differs\t所述目標值為 14，所選價值之和為 13\n" in told


def test_the_command_prints_one_json_document(files, capsys):
    assert verify_command(files / "problem.npz", files / "wrong.npz", as_json=True, lang="en") == 1
    told = json.loads(capsys.readouterr().out)
    assert {
        "verified": False,
        "objective": 13.0,
        "bound": 13.5,
        "customers": 3,
        "variables": 5,
        "chosen": 3,
    }.items() <= told.items()
    assert told["failures"][0] == {
        "code": "objective_differs", "stated": 14.0, "found": 13.0,
        "message": "the stated objective is 14, the chosen values add up to 13",
    }  # fmt: skip
    assert told["rows"][1]["name"] == "floor"
    assert told["seconds"] >= 0


def test_the_command_tells_of_relaxed_rows(files, capsys):
    write_problem(files / "tight.npz", problem(b=np.array([5.0, -1.0])))
    write_plan(files / "relaxed.npz", plan(status="relaxed"))
    assert verify_command(files / "tight.npz", files / "relaxed.npz", as_json=False, lang="en") == 0
    told = capsys.readouterr().out
    assert told.startswith("Verified as relaxed (limits eased: 1): the plan is at most 3.7 % below the best")
    assert (
        "row\tload\tlimit\tprice\trelaxed by\nbudget\t6.00\t≤ 5.00\t1.5\t1.00\nfloor\t2.00\t≥ 1.00\t0\t\n"
        in told
    )
