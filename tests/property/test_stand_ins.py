"""Whatever is noted, what somebody leaves behind is with one person and with one only, and holidays are what the rule says."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.core.errors import RuleError
from zhike.decide.stand_ins import Away, is_holiday, stand_in, stood_in_for

NAMES = "ABCDEFG"
DEPUTIES = st.dictionaries(st.sampled_from(NAMES), st.none() | st.sampled_from(NAMES))
HERE = st.sets(st.sampled_from(NAMES))


def asked(deputies, here):
    away = {name: Away(deputy, dt.date.max) for name, deputy in deputies.items()}

    def stands_in(name):
        return stand_in(name, away.get, here.__contains__)

    def named_by(name):
        return [one for one, deputy in deputies.items() if deputy == name]

    return stands_in, lambda name: stood_in_for(name, named_by, stands_in)


@given(DEPUTIES, HERE)
def test_both_questions_have_one_answer(deputies, here):
    stands_in, covered = asked(deputies, here)
    for name in NAMES:
        assert {one for one in NAMES if stands_in(one) == name} == set(covered(name))


@given(DEPUTIES, HERE)
def test_whoever_stands_in_is_here_and_not_away(deputies, here):
    stands_in, _ = asked(deputies, here)
    for name in NAMES:
        found = stands_in(name)
        if found is not None:
            assert found in here
            assert found not in deputies
            assert name in deputies


@given(DEPUTIES, HERE, st.data())
def test_no_line_is_lost_and_none_doubled(deputies, here, data):
    """As `zhike.act.days` shares lines out: what must be done goes to whoever stands in, the rest stays."""
    stands_in, covered = asked(deputies, here)
    musts = {name: {f"{name}{n}" for n in range(data.draw(st.integers(0, 3)))} for name in NAMES}
    plans = {name: (set() if stands_in(name) else musts[name]) for name in NAMES}
    shown = [
        line
        for name in NAMES
        for line in (*plans[name], *(line for one in covered(name) for line in musts[one]))
    ]
    assert sorted(shown) == sorted(line for lines in musts.values() for line in lines)


class _Rules:
    def __init__(self, value):
        self.value, self.path = value, "day.holidays"

    def at(self, _path, _day):
        return self


@given(
    st.dates(), st.sets(st.integers(1, 7)), st.sets(st.dates(), max_size=3), st.sets(st.dates(), max_size=3)
)
def test_an_open_day_is_worked_and_any_other_by_weekday_and_list(day, weekdays, closed, opened):
    rules = _Rules(
        {
            "weekdays": sorted(weekdays),
            "closed": [str(one) for one in closed],
            "open": [str(one) for one in opened],
        }
    )
    assert is_holiday(rules, day) is (day not in opened and (day.isoweekday() in weekdays or day in closed))


@pytest.mark.parametrize("value", [
    [], {"weekdays": [6]}, {"weekdays": [0], "closed": [], "open": []}, {"weekdays": [True], "closed": [], "open": []},
    {"weekdays": 6, "closed": [], "open": []}, {"weekdays": [], "closed": [], "open": [], "more": []},
])  # fmt: skip
def test_a_rule_that_says_something_else_is_refused(value):
    with pytest.raises(RuleError):
        is_holiday(_Rules(value), dt.date(2026, 7, 1))
