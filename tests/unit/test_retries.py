"""Waits grow, stay within their bounds, and malformed numbers are refused."""

import datetime as dt
from dataclasses import replace

import decide_bank
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.act.retries import RETRIES, Retries
from zhike.core.errors import RuleError
from zhike.core.rulebook import parse_entry

VERSION = decide_bank.SHIPPED.at(RETRIES, dt.date(2026, 7, 1))
RULES = Retries.of(VERSION)


@given(st.integers(1, 10_000), st.binary(min_size=4, max_size=4))
def test_a_wait_is_within_its_bounds(made, chance):
    wait = RULES.wait(made, lambda size: chance[:size])
    least = min(RULES.longest_wait, RULES.first_wait * RULES.factor ** min(made - 1, 30))
    assert least <= wait <= least * (1 + RULES.spread)


def test_all_attempts_together_take_between_a_day_and_two():
    total = sum(RULES.wait(made, bytes) for made in range(1, RULES.attempts))
    assert 24 * 3600 < total / 1e6 < 48 * 3600


@pytest.mark.parametrize(
    "changed",
    [{"attempts": 0}, {"attempts": 1.5}, {"attempts": True}, {"first_wait_seconds": -1}, {"factor": 0.5}, {"spread": 2},
     {"spread": "a lot"}, {"lease_seconds": None}, {"patience": 3}],
)  # fmt: skip
def test_numbers_that_could_not_be_meant(changed):
    raw = decide_bank.document("parameter", {**VERSION.value, **changed}, unit="seconds")
    with pytest.raises(RuleError):
        Retries.of(parse_entry("delivery.retries", raw).versions[0])


def test_a_missing_number_is_refused():
    for name in VERSION.value:
        value = {key: one for key, one in VERSION.value.items() if key != name}
        with pytest.raises(RuleError):
            Retries.of(replace(VERSION, value=value))
