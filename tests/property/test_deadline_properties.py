"""Whatever happens to a case: no clock runs backwards, a pause loses nothing, a tighter standard is never later, a replay is identical."""

import datetime as dt
from dataclasses import replace

from deadline_cases import BOOK, CALENDARS, SHANGHAI, book_of, clock_of, event, found, year
from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zhike.govern.deadlines import case_events
from zhike.govern.deadlines.service_hours import ServiceHours
from zhike.govern.deadlines.service_levels import service_clocks, service_level

FIRST = dt.datetime(2026, 1, 5, tzinfo=SHANGHAI)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
CLOSED = ["2026-02-16/2026-02-20", "2026-03-05", "2026-05-01/2026-05-05"]
OPEN = ["2026-02-14", "2026-05-09"]
BOOKS = {
    (unit, roll): book_of(
        [clock_of(unit=unit, roll=roll, length=9 if unit.endswith("days") else 2)],
        {**year(2026, CLOSED, OPEN), **year(2027)},
    )
    for unit in ("calendar_days", "working_days", "weeks", "months")
    for roll in ("next_working_day", "none")
}
HOURS = ServiceHours.of(BOOK, "complaints", CALENDARS, dt.date(2026, 11, 27))
LEVEL = service_level(BOOK.at("service.levels", dt.date(2026, 11, 27)), "complaint", "other")

books = st.sampled_from(sorted(BOOKS))
moments = st.integers(0, 24 * 120).map(lambda hours: FIRST + hours * HOUR)
spans = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 300)), max_size=4)


def paused(start, pauses):
    """Return pauses and resumptions, one after the other, as offsets in hours from the one before."""
    events, now = [], start
    for number, (wait, length) in enumerate(pauses):
        now += wait * HOUR
        events.append(event(now.isoformat(), "paused", reason="papers", id=f"p{number}"))
        now += length * HOUR
        events.append(event(now.isoformat(), "resumed", id=f"r{number}"))
    return events, now


def clock(book, start, events, until):
    return found("test", start.isoformat(), "c", events, book=BOOKS[book], until=until)


@settings(max_examples=examples(60))
@given(books, moments, spans, st.lists(st.integers(0, 24 * 60), min_size=2, max_size=5))
def test_no_clock_runs_backwards(book, start, pauses, later):
    events, _ = paused(start, pauses)
    used = [clock(book, start, events, start + hours * HOUR).used for hours in sorted(later)]
    assert used == sorted(used)


def days_of(spans_):
    found_ = set()
    for span in spans_:
        first, _, last = span.partition("/")
        day = dt.date.fromisoformat(first)
        while day <= dt.date.fromisoformat(last or first):
            found_.add(day)
            day += DAY
    return found_


def counts(unit, day):
    if unit != "working_days":
        return True
    return day in days_of(OPEN) or (day.weekday() < 5 and day not in days_of(CLOSED))


def by_hand(unit, start, length, pauses):
    """Return the last day, taking away one unit for every day that counts and on which the clock did not stand."""
    stood = []
    now = start
    for wait, span in pauses:
        begins = now + wait * HOUR
        now = begins + span * HOUR
        if now.date() > begins.date():
            stood.append((begins.date(), now.date()))
    day, left = start.date(), length
    while True:
        gap = next((gap for gap in stood if gap[0] == day), None)
        if left == 0:
            last = day
            while not counts(unit, last):
                last += DAY
            gap = next((one for one in stood if day <= one[0] <= last), None)
            if gap is None:
                return last
        if gap is not None:
            stood.remove(gap)
            day = gap[1]
            continue
        day += DAY
        left -= counts(unit, day)


@settings(max_examples=examples(100))
@given(books, moments, spans)
def test_a_pause_and_its_end_lose_nothing(book, start, pauses):
    unit, roll = book
    assume(roll == "none")
    events, end = paused(start, pauses)
    length = (
        (clock(book, start, [], start).legal_due - start.date()).days if unit in ("weeks", "months") else 9
    )
    assert clock(book, start, events, end).legal_due == by_hand(unit, start, length, pauses)


@settings(max_examples=examples(40))
@given(books, moments, spans, st.integers(1, 400))
def test_a_longer_pause_is_never_an_earlier_deadline(book, start, pauses, more):
    assume(pauses)
    wait, length = pauses[0]
    short, long = (paused(start, [(wait, span)])[0] for span in (length, length + more))
    one, other = (clock(book, start, events, FIRST + 200 * DAY).legal_due for events in (short, long))
    assert one <= other


@settings(max_examples=examples(40))
@given(books, moments, st.integers(1, 9), st.integers(0, 30), spans)
def test_a_shorter_time_is_never_a_later_deadline(book, start, length, more, pauses):
    events, end = paused(start, pauses)
    unit, roll = book
    dues = []
    for count in (length, length + more):
        one = book_of(
            [clock_of(unit=unit, roll=roll, length=count)], {**year(2026, CLOSED, OPEN), **year(2027)}
        )
        dues.append(found("test", start.isoformat(), "c", events, book=one, until=max(end, start)).legal_due)
    assume(None not in dues)
    assert dues[0] <= dues[1]


@settings(max_examples=examples(40))
@given(moments, spans, st.integers(1, 600), st.integers(0, 600), st.integers(1, 5), st.integers(0, 4))
def test_a_tighter_standard_never_loosens_a_promise(start, pauses, minutes, more, days, more_days):
    assume(start.year == 2026)
    raw, end = paused(start, pauses)
    events = case_events(raw)

    def promised(extra_minutes, extra_days):
        span = (minutes + extra_minutes) * dt.timedelta(minutes=1)
        resolution = dict.fromkeys(("simple", "complex", "special"), days + extra_days)
        own = replace(LEVEL, first_response=span, update=span, resolution=resolution, news=days + extra_days)
        return service_clocks(own, HOURS, start, "simple", events, max(end, start))

    for tight, loose in zip(promised(0, 0), promised(more, more_days), strict=True):
        assert tight.due_at is None or loose.due_at is None or tight.due_at <= loose.due_at


@settings(max_examples=examples(40))
@given(moments, st.integers(0, 4000), st.integers(0, 4000))
def test_service_time_adds_up(start, first, second):
    one = dt.timedelta(minutes=first)
    middle = HOURS.after(start, one)
    assert HOURS.between(start, middle) == one
    assert HOURS.after(start, one + dt.timedelta(minutes=second)) == HOURS.after(
        middle, dt.timedelta(minutes=second)
    )
    assert HOURS.next_open(start) >= start


@settings(max_examples=examples(40))
@given(books, moments, spans)
def test_a_replay_is_identical_and_does_not_see_what_came_later(book, start, pauses):
    events, end = paused(start, pauses)
    assert clock(book, start, events, end) == clock(book, start, events, end)
    later = event((end + HOUR).isoformat(), "informed")
    assert clock(book, start, [*events, later], end) == clock(book, start, events, end)
