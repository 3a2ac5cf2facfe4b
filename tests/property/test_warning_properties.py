"""What must hold of early warnings whatever the bank holds: nothing that is not yet known has a say, nor has the order of rows."""

import datetime as dt
import itertools

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from random_bank import AT, TIMEZONE, random_bank

from zhike.adapters.rule_files import load_rulebook
from zhike.core.contracts import CONTRACTS
from zhike.know.look_ahead import CHANGES, changed_table
from zhike.learn.warning_rules import WARNINGS
from zhike.learn.warnings_of_day import WarningBank
from zhike.learn.windows import Windows

RULEBOOK = load_rulebook()
DAY = AT - dt.timedelta(98)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31))


def cases(tables):
    """Return the cases of one window of every warning, and the features of the day, as known at its end."""
    bank = WarningBank(tables, TIMEZONE, RULEBOOK)
    windows = [Windows(14, 84).of(DAY)]
    return [bank.features(AT), *(bank.cases(warning, AT, windows) for warning in WARNINGS)]


@pytest.fixture(scope="module")
def one_bank():
    tables = random_bank(7)
    found = cases(tables)
    assert all(frame.height for frame in found[:3])
    return tables, found


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_not_yet_known_changes_neither_features_nor_outcomes(one_bank, change):
    tables, expected = one_bank
    changed = {
        name: changed_table(tables[name], CONTRACTS[name], change, AT, TIMEZONE).collect().lazy()
        for name in tables
    }
    for found, frame in zip(cases(changed), expected, strict=True):
        assert_frame_equal(found, frame, check_exact=True)


def test_features_of_a_window_do_not_see_what_came_after_its_day(one_bank):
    """What was known by the end of the newest day, but not on the window's, may change outcomes and nothing else."""
    tables, expected = one_bank
    changed = {
        name: changed_table(tables[name], CONTRACTS[name], "known later", DAY, TIMEZONE).collect().lazy()
        for name in tables
    }
    bank = WarningBank(changed, TIMEZONE, RULEBOOK)
    assert_frame_equal(
        bank.features(DAY), WarningBank(tables, TIMEZONE, RULEBOOK).features(DAY), check_exact=True
    )
    assert not bank.features(AT).equals(expected[0])


def test_the_order_of_rows_changes_nothing(one_bank):
    tables, expected = one_bank
    shuffled = {
        name: frame.collect().sample(fraction=1.0, shuffle=True, seed=3).lazy()
        for name, frame in tables.items()
    }
    for found, frame in zip(cases(shuffled), expected, strict=True):
        assert_frame_equal(found, frame, check_exact=True)


@settings(max_examples=examples(40))
@given(DAYS, st.integers(0, 60), st.integers(1, 120))
def test_windows_have_closed_do_not_overlap_and_keep_the_time_of_the_month(at, gap, outcome):
    found = Windows(gap, outcome).closed(at, at - dt.timedelta(1200))
    assert found
    last_of_month = (at + dt.timedelta(1)).day == 1
    for one in found:
        assert one.day < one.first <= one.last <= at
        assert (one.last - one.first).days + 1 == outcome
        assert (one.first - one.day).days == gap + 1
        ends = (one.day + dt.timedelta(1)).day == 1
        assert ends if last_of_month else one.day.day == at.day or ends
    assert all(one.last < other.first for one, other in itertools.pairwise(found))
