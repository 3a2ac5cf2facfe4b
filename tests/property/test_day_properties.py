"""Whatever the lines: a day is never too full unless it must be, is the best that there is, and does not depend on any order."""

import datetime as dt
import itertools

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.core.language import Text
from zhike.decide.day_plan import Line, plan_day

TITLE = Text("call", "致电", "致電")
FIRST = dt.date(2026, 7, 1)


@st.composite
def books(draw, most=9, step=5):
    """Draw some lines of distinct names; minutes on the grid where the step is that of the plan."""
    count = draw(st.integers(0, most))
    return [
        Line(
            f"l{place}", "task", "C1", "call", TITLE, None, None, "phone", draw(st.integers(-200, 2000)) / 100, None, "EUR",
            draw(st.integers(0, 12)) * step if step > 1 else draw(st.integers(0, 60)),
            draw(st.none() | st.integers(0, 3).map(lambda days: FIRST + dt.timedelta(days=days))), draw(st.integers(0, 5)) == 0,
        )
        for place in range(count)
    ]  # fmt: skip


def cents(lines):
    return sum(round(100 * line.value) for line in lines)


def best_value(lines, minutes):
    """Return the value of the best subset that holds all musts, by trying every one."""
    musts, others = [one for one in lines if one.must], [one for one in lines if not one.must]
    left = minutes - sum(one.minutes for one in musts)
    subsets = (
        subset for size in range(len(others) + 1) for subset in itertools.combinations(others, size)
        if sum(one.minutes for one in subset) <= max(left, 0)
    )  # fmt: skip
    return cents(musts) + max(cents(subset) for subset in subsets)


MINUTES = st.integers(0, 40).map(lambda steps: 5 * steps)


@given(books(), MINUTES)
def test_it_is_the_best_plan(lines, minutes):
    assert cents(plan_day(lines, minutes).chosen) == best_value(lines, minutes)


@given(books(most=25, step=1), st.integers(0, 300))
def test_it_is_never_too_full_unless_it_must_be(lines, minutes):
    plan = plan_day(lines, minutes)
    musts = sum(line.minutes for line in lines if line.must)
    assert plan.used == sum(line.minutes for line in plan.chosen)
    assert plan.used <= max(minutes, musts)
    assert plan.over == max(0, musts - minutes)
    assert {line.line_id for line in lines if line.must} <= {line.line_id for line in plan.chosen}
    assert sorted(plan.chosen + plan.left_out, key=lambda line: line.line_id) == sorted(
        lines, key=lambda line: line.line_id
    )


@given(books(most=25, step=1), st.integers(0, 300), st.integers(0, 100))
def test_more_minutes_are_never_worth_less(lines, minutes, more):
    assert cents(plan_day(lines, minutes + more).chosen) >= cents(plan_day(lines, minutes).chosen)


@given(
    books(most=25, step=1).flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))),
    st.integers(0, 300),
)
def test_the_order_of_the_lines_is_nothing_to_it(both, minutes):
    lines, shuffled = both
    assert plan_day(lines, minutes) == plan_day(shuffled, minutes)


@settings(max_examples=examples(100))
@given(books(most=12), MINUTES, st.data())
def test_what_was_next_or_better_comes_in_where_a_line_goes(lines, minutes, data):
    plan = plan_day(lines, minutes)
    free = [line for line in plan.chosen if not line.must]
    if not free or plan.next_best is None:
        return
    gone = data.draw(st.sampled_from(free))
    again = plan_day([line for line in lines if line is not gone], minutes)
    kept, missed = cents(plan.chosen) - cents([gone]), plan.next_best
    assert cents(again.chosen) >= kept
    if missed.lacks <= gone.minutes:
        assert cents(again.chosen) >= kept + cents([missed.line])


@given(books(most=12), MINUTES)
def test_the_best_that_did_not_fit_fits_where_there_are_the_minutes_that_it_lacks(lines, minutes):
    plan = plan_day(lines, minutes)
    if plan.next_best is not None:
        assert plan.next_best.lacks > 0
        longer = plan_day(lines, minutes + plan.next_best.lacks)
        assert cents(longer.chosen) >= cents(plan.chosen) + cents([plan.next_best.line])


@given(books(most=12), MINUTES)
def test_of_equal_plans_the_one_whose_lines_are_due_first_is_taken(lines, minutes):
    """No line that is left out could take the place of one that is worth and takes as much and is due later."""
    plan = plan_day(lines, minutes)
    for one, other in itertools.product(plan.chosen, plan.left_out):
        if (
            not one.must
            and one.minutes == other.minutes
            and round(100 * one.value) == round(100 * other.value)
        ):
            assert (one.due_on or dt.date.max, one.line_id) < (other.due_on or dt.date.max, other.line_id)
