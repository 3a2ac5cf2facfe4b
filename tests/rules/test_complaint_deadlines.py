"""Deadlines of complaints against the printed tables, and against counting done here, day by day, on lists typed here."""

import datetime as dt

import pytest
from deadline_cases import at, book_of, clock_of, dates, event, found, year

# State Council notice of 4 November 2025, typed again here so that the rulebook's table is not its own witness.
CLOSED_2026 = {
    *(f"2026-01-{d:02}" for d in (1, 2, 3)), *(f"2026-02-{d:02}" for d in range(15, 24)), *(f"2026-04-{d:02}" for d in (4, 5, 6)),
    *(f"2026-05-{d:02}" for d in range(1, 6)), *(f"2026-06-{d:02}" for d in (19, 20, 21)), *(f"2026-09-{d:02}" for d in (25, 26, 27)),
    *(f"2026-10-{d:02}" for d in range(1, 8)),
}  # fmt: skip
OPEN_2026 = {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}
DAY = dt.timedelta(days=1)


def works(day):
    return str(day) in OPEN_2026 or (day.weekday() < 5 and str(day) not in CLOSED_2026)


@pytest.mark.parametrize(
    ("received", "simple", "safe", "complex_", "special", "safe_special", "seven"),
    [
        ("2026-02-02", "2026-02-24", "2026-02-14", "2026-03-04", "2026-04-03", "2026-04-03", "2026-02-11"),
        ("2026-04-20", "2026-05-06", "2026-04-30", "2026-05-20", "2026-06-22", "2026-06-18", "2026-04-29"),
        ("2026-09-20", "2026-10-08", "2026-09-30", "2026-10-20", "2026-11-19", "2026-11-19", "2026-09-30"),
    ],
)
def test_printed_table_of_china(received, simple, safe, complex_, special, safe_special, seven):
    case = ("cn-cbirc-2020-3", received)
    assert dates(found(*case, "decide")) == (simple, safe)
    assert found(*case, "decide", complexity="complex").legal_due.isoformat() == complex_
    assert dates(found(*case, "decide", complexity="special")) == (special, safe_special)
    assert found(*case, "regulator_forward").legal_due.isoformat() == seven


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-12-18", {"summary_resolution": "2026-12-23", "payment_response": "2027-01-13", "payment_exceptional_response": "2027-02-10", "final_response": "2027-02-12"}),
        ("2026-12-23", {"summary_resolution": "2026-12-30", "final_response": "2027-02-17"}),
        ("2026-12-19", {"summary_resolution": "2026-12-23"}),
    ],
)  # fmt: skip
def test_printed_vectors_of_disp(received, expected):
    got = {name: str(found("uk-disp", received, name).legal_due) for name in expected}
    assert got == expected
    closing = found("uk-disp", received, "summary_resolution").closes_at
    assert closing.isoformat() == f"{expected['summary_resolution']}T17:00:00+00:00"


def test_every_day_of_2026_in_china_is_counted_as_by_hand():
    day = dt.date(2026, 1, 1)
    while day < dt.date(2026, 12, 10):
        last = day + 15 * DAY
        legal, safe = last, last
        while not works(legal):
            legal += DAY
        while not works(safe):
            safe -= DAY
        working, left = day, 7
        while left:
            working += DAY
            left -= works(working)
        if legal.year == 2026:
            assert dates(found("cn-cbirc-2020-3", str(day), "decide")) == (str(legal), str(safe)), day
            assert found("cn-cbirc-2020-3", str(day), "regulator_forward").legal_due == working, day
        day += DAY


def easter(year):
    """Return Easter Sunday by the anonymous Gregorian computation."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, g = b // 4, b % 4, (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    m = (a + 11 * h) // 319
    j, k = c // 4, c % 4
    le = (2 * e + 2 * j - k - h + m + 32) % 7
    n = (h - m + le + 90) // 25
    return dt.date(year, n, (h - m + le + n + 19) % 32)


def test_target_and_english_days_follow_from_easter():
    for number in range(2020, 2028):
        sunday = easter(number)
        for name, clock in (("eu-psd2", "response"), ("uk-disp", "payment_response")):
            start = sunday - 4 * DAY  # Wednesday: Thursday counts, Good Friday and Easter Monday do not
            day, left = start, 15
            while left:
                day += DAY
                closed = {sunday - 2 * DAY, sunday + DAY}
                early_may = [
                    dt.date(number, 5, d) for d in range(1, 8) if dt.date(number, 5, d).weekday() == 0
                ]
                closed |= (
                    {dt.date(number, 5, 1)}
                    if name == "eu-psd2"
                    else set(early_may if number != 2020 else [dt.date(2020, 5, 8)])
                )
                left -= day.weekday() < 5 and day not in closed
            if (name, number) != ("uk-disp", 2023):
                assert found(name, str(start), clock).legal_due == day, (name, number)


@pytest.mark.parametrize(
    ("instant", "local"),
    [
        ("2026-03-28T23:30:00+00:00", "2026-03-28"),  # London, last evening of winter time
        ("2026-03-29T22:59:00+00:00", "2026-03-29"),  # 23:59 of summer time
        ("2026-03-29T23:00:00+00:00", "2026-03-30"),  # midnight of summer time
        ("2026-10-25T00:30:00+01:00", "2026-10-25"),
        ("2026-10-25T23:59:00+00:00", "2026-10-25"),  # a day of 25 hours
    ],
)
def test_a_change_of_daylight_saving_moves_no_deadline(instant, local):
    clock = found("uk-disp", instant, "final_response")
    assert clock.legal_due == dt.date.fromisoformat(local) + 56 * DAY
    hour = "+01:00" if clock.legal_due < dt.date(2026, 10, 25) else "+00:00"
    assert clock.closes_at.isoformat() == f"{clock.legal_due}T23:59:59.999999{hour}"


def test_a_receipt_at_midnight_belongs_to_the_day_that_begins():
    before, after = "2026-04-20T15:59:59.999999+00:00", "2026-04-20T16:00:00+00:00"
    assert dates(found("cn-cbirc-2020-3", before, "decide")) == ("2026-05-06", "2026-04-30")
    assert dates(found("cn-cbirc-2020-3", after, "decide")) == ("2026-05-06", "2026-05-06")


def test_one_instant_is_another_day_in_washington():
    assert found("us-cfpb", "2026-01-01T04:59:00+00:00", "respond").legal_due == dt.date(2026, 1, 15)
    assert found("us-cfpb", "2026-01-01T05:00:00+00:00", "respond").legal_due == dt.date(2026, 1, 16)


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ("2026-08-31", "2027-02-28"),
        ("2026-08-28", "2027-02-28"),
        ("2026-09-30", "2027-03-30"),
        ("2026-12-31", "2027-06-30"),
    ],
)
def test_six_months_end_on_the_same_day_or_the_months_last(told, due):
    events = [event(f"{told}T12:00:00+00:00", "informed")]
    assert str(found("uk-disp", "2026-08-03", "ombudsman_referral", events).legal_due) == due


def test_a_leap_day_is_a_day():
    assert str(found("cn-cbirc-2020-3", "2024-02-20", "decide").legal_due) == "2024-03-06"
    events = [event("2023-08-31T12:00:00+01:00", "informed")]
    assert str(found("uk-disp", "2023-08-01", "ombudsman_referral", events).legal_due) == "2024-02-29"


def test_outside_a_published_calendar_there_is_no_date_but_a_reason():
    clock = found("cn-cbirc-2020-3", "2026-12-20", "decide")
    assert (clock.legal_due, clock.safe_due, clock.computable, clock.code) == (
        None,
        None,
        False,
        "not_covered",
    )
    assert "2027-01-04" in clock.reason.en
    assert "尚未公布" in clock.reason.zh_hans
    # Nothing rolls here, so the legal date is plain counting; the safe date needs the calendar.
    plain = found("hk-ic4", "2026-12-20", "reply")
    assert (str(plain.legal_due), plain.safe_due, plain.computable, plain.code) == (
        "2027-01-19",
        None,
        True,
        "safe_not_covered",
    )


def test_a_calendar_is_known_from_its_announcement_on():
    # On 3 November 2025 nobody knew the days of 2026; on the 4th everybody did.
    case = ("cn-cbirc-2020-3", "2025-11-03", "decide")
    early = found(*case, complexity="special", until=at("2025-11-03T20:00:00+08:00"))
    later = found(*case, complexity="special", until=at("2025-11-04T20:00:00+08:00"))
    assert (early.code, str(later.legal_due)) == ("not_covered", "2026-01-04")
    assert [(str(one.announced_on), one.legal_before, str(one.legal_after)) for one in later.corrections] == [
        ("2025-11-04", None, "2026-01-04")
    ]


def test_replay_of_2020_finds_the_lengthened_spring_festival():
    case = ("cn-cbrc-2012", "2020-01-10", "decide")
    assert str(found(*case, until=at("2020-01-25T12:00:00+08:00")).legal_due) == "2020-02-05"
    after = found(*case)
    assert str(after.legal_due) == "2020-02-07"
    (one,) = after.corrections
    assert (str(one.announced_on), str(one.legal_before), str(one.legal_after)) == (
        "2020-01-26",
        "2020-02-05",
        "2020-02-07",
    )
    assert "国办发明电〔2020〕1号" in one.reference


def test_a_clock_names_its_rule_and_how_it_was_found():
    clock = found("cn-cbirc-2020-3", "2026-02-02", "decide")
    assert (clock.regime, clock.version, clock.status) == ("cn-cbirc-2020-3", "2020-03-01", "confirmed")
    told = " ".join(step.en for step in clock.steps)
    for fact in (
        "2026-02-02 (Asia/Shanghai)",
        "15 calendar days end on 2026-02-17",
        "2026-02-24 (Civil Code",
        "2026-02-14",
    ):
        assert fact in told
    assert all("{" not in text for step in clock.steps for text in (step.en, step.zh_hans, step.zh_hant))


@pytest.mark.parametrize(("unit", "used"), [("calendar_days", 3), ("weeks", 3), ("working_days", 1)])
def test_time_that_passed_is_counted_as_the_clock_counts(unit, used):
    """From a Friday to a Monday."""
    book = book_of([clock_of(unit=unit)], {**year(2026), **year(2027)})
    clock = found("test", "2026-07-03", "c", book=book, until=at("2026-07-06T12:00:00+08:00"))
    assert clock.used == used


def test_a_clock_that_stands_can_still_be_given_longer():
    """It runs out of nothing while the customer is awaited, however long that takes."""
    book = book_of([clock_of(length={"simple": 10, "complex": 30})], {**year(2026), **year(2027)})
    awaited = [event("2026-07-05", "paused", reason="papers"), event("2026-08-20", "extended", to="complex")]
    late = [event("2026-08-20", "extended", to="complex")]
    back = event("2026-08-25", "resumed")
    ends = [
        found("test", "2026-07-01", "c", given, book=book).legal_due for given in ([*awaited, back], late)
    ]
    # 4 of 30 days had passed at the pause, and 26 are left; without a pause the ten days were over.
    assert [str(one) for one in ends] == ["2026-09-20", "2026-07-11"]
