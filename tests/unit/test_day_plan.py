"""The plan of a day: what it is of, line by line; that it is the best one is shown in tests/property/test_day_properties.py."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from zhike.core.language import Text
from zhike.decide.day_plan import STEP, Line, plan_day

TITLE = Text("call", "致电", "致電")
TODAY = dt.date(2026, 7, 1)


def line(name, value=10.0, minutes=20, **given):
    usual = {
        "line_id": name, "source": "task", "customer_id": "C1", "kind": "call", "title": TITLE, "action_id": None, "offer_id": None,
        "channel": "phone", "value": value, "value_interval": None, "currency": "EUR", "minutes": minutes, "due_on": None, "must": False,
    }  # fmt: skip
    return Line(**{**usual, **given})


def names(lines):
    return [one.line_id for one in lines]


def test_two_that_fit_are_better_than_one_that_is_worth_more_by_the_minute():
    plan = plan_day([line("a", 60.0, 40), line("b", 50.0, 35), line("c", 50.0, 35)], 70)
    assert names(plan.chosen) == ["b", "c"]
    assert (plan.used, plan.over, plan.value) == (70, 0, 100.0)
    assert (plan.next_best.line.line_id, plan.next_best.lacks) == ("a", 40)


def test_what_must_be_done_is_planned_first_whatever_it_is_worth():
    plan = plan_day([line("rich", 999.0, 60), line("due", 0.0, 30, must=True, due_on=TODAY)], 60)
    assert names(plan.chosen) == ["due"]
    assert (plan.next_best.line.line_id, plan.next_best.lacks) == ("rich", 30)


def test_musts_that_exceed_the_minutes_are_all_there_the_most_urgent_first_and_nothing_else():
    musts = [
        line("later", 5.0, 40, must=True, due_on=TODAY),
        line("first", 1.0, 50, must=True, due_on=TODAY - dt.timedelta(days=3)),
        line("some_day", 9.0, 20, must=True),
    ]
    plan = plan_day([*musts, line("free", 50.0, 5), line("nothing", 1.0, 0)], 100)
    assert names(plan.chosen) == ["first", "later", "some_day", "nothing"]
    assert (plan.used, plan.over) == (110, 10)
    assert (plan.next_best.line.line_id, plan.next_best.lacks) == ("free", 15)


def test_equal_plans_are_told_apart_by_the_day_on_which_they_are_due_then_by_the_name():
    soon, late = TODAY + dt.timedelta(days=2), TODAY + dt.timedelta(days=20)
    lines = [line("a"), line("d", due_on=late), line("c", due_on=soon), line("b", due_on=soon)]
    assert names(plan_day(lines, 20).chosen) == ["b"]
    assert names(plan_day(lines, 40).chosen) == ["b", "c"]
    assert names(plan_day(lines, 60).chosen) == ["b", "c", "d"]
    assert names(plan_day(lines, 80).chosen) == ["b", "c", "d", "a"]


def test_a_line_worth_nothing_is_done_when_there_is_time_and_one_that_costs_is_not():
    lines = [line("nothing", 0.0, 30), line("costs", -0.01, 5), line("pays", 1.0, 30)]
    assert names(plan_day(lines, 30).chosen) == ["pays"]
    plan = plan_day(lines, 120)
    assert names(plan.chosen) == ["nothing", "pays"]
    assert names(plan.left_out) == ["costs"]
    assert plan.next_best is None


def test_a_plan_is_never_too_full_where_minutes_are_no_multiple_of_the_step():
    lines = [line(f"l{place}", 1.0, 7) for place in range(10)]
    plan = plan_day(lines, 33)
    assert len(plan.chosen) == 3
    assert plan.used == 21
    assert plan.next_best.lacks == 10
    assert plan_day([line("a", 1.0, 3)], STEP - 1).chosen == ()


@pytest.mark.parametrize("minutes", [-10, 0])
def test_without_time_nothing_is_planned(minutes):
    plan = plan_day([line("a"), line("b", 5.0)], minutes)
    assert plan.chosen == ()
    assert names(plan.left_out) == ["a", "b"]
    assert plan_day([], 60).next_best is None


def test_what_is_left_out_comes_in_the_order_of_its_worth():
    lines = [line("a", 5.0, 60), line("b", 30.0, 60), line("c", 20.0, 60), line("d", 20.0, 60, due_on=TODAY)]
    assert names(plan_day(lines, 60).left_out) == ["d", "c", "a"]


def test_sums_do_not_depend_on_how_floats_are_added():
    lines = [line(f"l{place:03}", 0.1, 5) for place in range(100)]
    assert plan_day(lines, 500).value == 10.0


def test_a_large_book_is_planned_as_a_small_one():
    rng = np.random.default_rng(7)
    values, minutes = rng.uniform(0, 200, 5000), rng.integers(5, 120, 5000)
    lines = [line(f"l{n:05}", float(values[n]), int(minutes[n])) for n in range(5000)]
    plan = plan_day(lines, 600)
    assert plan.used <= 600
    assert plan.value > plan_day(lines[:2500], 600).value


def test_planning_changes_no_line():
    one = line("a", must=True)
    (planned,) = plan_day([one], 0).chosen
    assert planned is one
    assert replace(one) == one
