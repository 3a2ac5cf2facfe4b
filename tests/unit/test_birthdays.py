"""Birthdays and complete years, and that they are those of the archive."""

import datetime as dt

import polars as pl
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.core.birthdays import age_on, next_birthday
from zhike.know.view import months_between

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@settings(max_examples=examples(100))
@given(DAYS, DAYS)
def test_on_the_next_birthday_somebody_is_a_year_older_and_not_before(born, day):
    coming = next_birthday(born, day)
    assert day <= coming <= day + dt.timedelta(days=366)
    assert age_on(born, coming) == coming.year - born.year == age_on(born, coming - dt.timedelta(days=1)) + 1
    assert age_on(born, day) == age_on(born, coming) - (coming > day)


@settings(max_examples=examples(50))
@given(st.lists(DAYS, min_size=1, max_size=20), DAYS)
def test_years_are_those_of_the_archive(births, day):
    births = [*births, dt.date(1960, 2, 29), day]
    archived = pl.DataFrame({"born": births}).select(months_between(pl.col("born"), day) // 12)
    assert archived.to_series().to_list() == [age_on(born, day) for born in births]


@pytest.mark.parametrize(
    ("day", "coming"),
    [("2027-02-28", "2027-03-01"), ("2027-03-01", "2027-03-01"), ("2027-03-02", "2028-02-29"), ("2028-02-29", "2028-02-29"),
     ("2028-03-01", "2029-03-01")],
)  # fmt: skip
def test_whoever_was_born_on_a_leap_day_has_a_birthday_each_year(day, coming):
    assert str(next_birthday(dt.date(1960, 2, 29), dt.date.fromisoformat(day))) == coming
