"""Money that adds up, days that end where the bank is, months that are complete."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.core.errors import UsageError
from zhike.core.units import Money, end_of_day
from zhike.know.view import months_between

UNITS = {"JPY": 0, "KWD": 3}
CURRENCIES = st.sampled_from(["EUR", "CNY", "JPY", "KWD"])


@given(st.integers(-(10**15), 10**15), CURRENCIES)
def test_minor_units_round_trip(minor, currency):
    assert Money.from_minor(minor, currency, UNITS).to_minor(UNITS) == minor


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=20), CURRENCIES)
def test_a_sum_of_money_is_the_sum_of_its_minor_units(amounts, currency):
    total = Money(Decimal(0), currency)
    for amount in amounts:
        total += Money.from_minor(amount, currency, UNITS)
    assert total.to_minor(UNITS) == sum(amounts)


def test_money_of_two_currencies_does_not_add():
    with pytest.raises(UsageError, match=r"EUR \+ CNY"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "CNY")


@pytest.mark.parametrize(("amount", "currency"), [("1.005", "EUR"), ("0.5", "JPY"), ("0.0001", "KWD")])
def test_an_amount_finer_than_its_currency_is_refused(amount, currency):
    with pytest.raises(UsageError, match=amount):
        Money(Decimal(amount), currency).to_minor(UNITS)


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        ("2020-06-30", "Asia/Shanghai", "2020-06-30T15:59:59.999999+00:00"),
        ("2020-03-29", "Europe/Athens", "2020-03-29T20:59:59.999999+00:00"),
        ("2020-10-25", "Europe/Athens", "2020-10-25T21:59:59.999999+00:00"),
        ("2020-12-31", "UTC", "2020-12-31T23:59:59.999999+00:00"),
    ],
)
def test_a_day_ends_at_midnight_of_the_banks_zone(day, zone, instant):
    assert end_of_day(dt.date.fromisoformat(day), zone).isoformat() == instant


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        ("2026-02-10", "2027-02-10", 12),
        ("2026-02-10", "2027-02-09", 11),
        ("2024-02-29", "2025-02-28", 11),
        ("2024-02-29", "2025-03-01", 12),
        ("2026-01-31", "2026-02-28", 0),
        ("2026-05-01", "2026-05-01", 0),
        ("2026-05-02", "2026-05-01", -1),
    ],
)
def test_months_are_counted_when_complete(since, until, months):
    days = pl.DataFrame({"since": [dt.date.fromisoformat(since)]})
    found = days.select(months_between(pl.col("since"), dt.date.fromisoformat(until)))
    assert found.item() == months
