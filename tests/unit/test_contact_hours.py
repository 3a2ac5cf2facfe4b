"""When somebody may be reached: against a slow search minute by minute, over days on which clocks are put forward and back."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.decide.contact_hours import next_allowed

MINUTE = 60_000_000
TIMES = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)] + ["24:00"]
# From two days before clocks change in Europe and in New York to two days after, forward and back.
BEGAN = [
    dt.datetime(2026, 3, 6, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 27, tzinfo=dt.UTC),
    dt.datetime(2026, 10, 23, tzinfo=dt.UTC),
]


def inside(now, hours, zone):
    local = dt.datetime.fromtimestamp(now / 1e6, ZoneInfo(zone))
    time = f"{local.hour:02}:{local.minute:02}"
    return all(first <= time < last for first, last in hours)


def searched(now, hours, zone):
    return next(
        (at for at in range(now, now + 4 * 24 * 60 * MINUTE, MINUTE) if inside(at, hours, zone)), None
    )


@given(
    st.sampled_from(BEGAN),
    st.integers(0, 4 * 24 * 60),
    st.lists(st.tuples(st.sampled_from(TIMES), st.sampled_from(TIMES)), min_size=1, max_size=2),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_it_is_the_first_minute_that_a_search_finds(began, minutes, hours, zone):
    now = int(began.timestamp()) * 1_000_000 + minutes * MINUTE
    found, expected = next_allowed(now, hours, zone), searched(now, hours, zone)
    assert found is None or inside(found, hours, zone)
    if found != expected:
        # Where an hour is missing or comes twice it may be later than need be, by a day at most.
        assert None not in (found, expected)
        assert expected < found <= expected + 25 * 60 * MINUTE
        offsets = {
            dt.datetime.fromtimestamp(at / 1e6, ZoneInfo(zone)).utcoffset()
            for at in range(now, found, 60 * MINUTE)
        }
        assert len(offsets) == 2


def test_no_hours_are_all_hours():
    assert next_allowed(5, [], "UTC") == 5


@pytest.mark.parametrize(
    "hours", [[("18:00", "09:00")], [("09:00", "12:00"), ("12:00", "18:00")], [("09:00", "09:00")]]
)
def test_hours_that_no_day_has(hours):
    assert next_allowed(0, hours, "UTC") is None


@pytest.mark.parametrize(("text", "seconds"), [("09:00:30", 30), ("09:00+08:00", 0)])
def test_times_as_customers_may_give_them(text, seconds):
    assert next_allowed(0, [(text, "18:00")], "UTC") == (9 * 3600 + seconds) * 1_000_000
