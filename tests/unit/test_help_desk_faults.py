"""Faults that help desks are known for, each by its name: none of them is one of ours.

The catalogue is that of `reference/service-quality.md` 3.3; the numbers are those of the public issues in which they were reported.
"""

import datetime as dt

import pytest
from deadline_cases import (
    BOOK,
    CALENDARS,
    SHA,
    TOLD,
    at,
    book_of,
    clock_of,
    event,
    found,
    raw,
    year,
)

from zhike.core.case_errors import CaseEventError
from zhike.core.errors import RuleError
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.decide.escalation import Rung, Staff, escalation, ladder
from zhike.decide.stand_ins import Away
from zhike.govern.deadlines import Calendars, case_events
from zhike.govern.deadlines.calendars import check_calendar
from zhike.govern.deadlines.service_hours import ServiceHours
from zhike.govern.deadlines.service_levels import check_levels, service_clocks, service_level

DAY = dt.date(2026, 11, 27)
HOURS = ServiceHours.of(BOOK, "complaints", CALENDARS, DAY)
MONDAY = "2026-06-01"
HOUR = dt.timedelta(hours=1)


def level(tier="other"):
    return service_level(BOOK.at("service.levels", DAY), "complaint", tier)


def served(
    received, events=(), tier="other", until="2026-11-27T12:00:00+08:00", law=None, complexity="simple"
):
    """Return the promises of a case by their names."""
    clocks = service_clocks(
        level(tier), HOURS, at(received), complexity, case_events(list(events)), at(until), law=law
    )
    return {clock.id: clock for clock in clocks}


def local(instant):
    return instant.astimezone(HOURS.zone).isoformat(timespec="minutes")[:16]


def own_hours(**keys):
    """Return hours of a desk of its own; around the clock on every day unless told otherwise."""
    usual = {
        "zone": "Europe/London",
        "calendar": "calendars.uk",
        "weekdays": {n: ["00:00-24:00"] for n in range(1, 8)},
        "made_up": [],
    }
    document = raw("parameter", {dt.date(2026, 1, 1): {"desk": {**usual, **keys}}})
    book = Rulebook({**BOOK.entries, "service.hours": parse_entry("service.hours", document)})
    return ServiceHours.of(book, "desk", CALENDARS, DAY)


def test_lunch_break_and_several_intervals_a_day():
    """Frappe 2212, Chatwoot 14009: four hours from 11:00 on end at 16:30, as nobody serves from 12:00 to 13:30."""
    assert local(served(f"{MONDAY}T11:00:00+08:00")["first_response"].due_at) == f"{MONDAY}T16:30"
    assert HOURS.between(at(f"{MONDAY}T11:00:00+08:00"), at(f"{MONDAY}T14:00:00+08:00")) == 1.5 * HOUR
    opens = {
        clock: HOURS.is_open(at(f"{MONDAY}T{clock}:00+08:00"))
        for clock in ("08:59", "09:00", "12:00", "12:30", "13:30", "17:30")
    }
    assert [clock for clock, is_open in opens.items() if is_open] == ["09:00", "13:30"]


def test_a_case_that_comes_at_night_waits_for_the_morning():
    """OsTicket before 4984, Chatwoot before 13392: hours of the clock that nobody serves do not count."""
    assert local(served("2026-06-05T20:00:00+08:00")["first_response"].due_at) == "2026-06-08T14:30"


def test_daylight_saving_takes_and_gives_an_hour_of_service():
    hours = own_hours()
    spring, autumn = at("2026-03-28T12:00:00+00:00"), at("2026-10-24T12:00:00+01:00")
    assert hours.after(spring, 24 * HOUR).astimezone(hours.zone).isoformat() == "2026-03-29T13:00:00+01:00"
    assert hours.after(autumn, 24 * HOUR).astimezone(hours.zone).isoformat() == "2026-10-25T11:00:00+00:00"
    short = [end - first for first, end in hours.spans(dt.date(2026, 3, 29))]
    long = [end - first for first, end in hours.spans(dt.date(2026, 10, 25))]
    assert (short, long) == ([23 * HOUR], [25 * HOUR])


def test_the_zone_is_the_desks_and_not_the_servers():
    early, late = "2026-06-01T09:00:00+08:00", "2026-06-01T01:00:00+00:00"
    assert served(early)["first_response"].due_at == served(late)["first_response"].due_at


@pytest.mark.parametrize(
    "junk",
    [
        {2026: {"published": True, "closed": ["2025-12-25"], "open": []}},
        {2026: {"published": True, "closed": ["2026-12-27/2026-12-25"], "open": []}},
        {2026: {"published": True, "closed": ["Christmas"], "open": []}},
        {2026: {"published": True, "closed": ["2026-12-25"], "open": ["2026-12-25"]}},
        {2026: {"closed": [], "open": []}},
        {2026: ["2026-12-25"]},
        {"2026": {"published": True, "closed": [], "open": []}},
        ["2026-12-25"],
    ],
)
def test_junk_of_a_holiday_feed_is_refused(junk):
    """Zammad 390: a feed of observances silently stretched two days to six. Here no feed is read, and no junk is taken."""
    document = raw("calendar", {dt.date(2026, 1, 1): junk}, zone="Europe/Berlin", weekend=[6, 7])
    with pytest.raises(RuleError):
        check_calendar(parse_entry("calendars.test", document).versions[0])


def test_a_made_up_saturday_is_a_working_day_with_hours():
    saturday = dt.date(2026, 2, 14)
    assert len(HOURS.spans(saturday)) == 2
    assert HOURS.spans(dt.date(2026, 2, 7)) == HOURS.spans(dt.date(2026, 2, 16)) == []
    assert local(served("2026-02-13T16:30:00+08:00")["first_response"].due_at) == "2026-02-14T12:00"


def test_a_desk_that_serves_on_saturdays_does_so_unless_a_holiday_falls_on_one():
    hours = own_hours(
        zone="Asia/Hong_Kong", calendar="calendars.hk", weekdays={6: ["09:00-13:00"], 1: ["09:00-17:00"]}
    )
    assert len(hours.spans(dt.date(2026, 9, 19))) == 1
    assert hours.spans(dt.date(2026, 9, 26)) == []  # the day following the Mid-Autumn Festival


def test_a_pause_is_kept_when_the_policy_changes():
    """GLPI 15605: another standard in the middle of a case forgot the pause. Here it is computed from the events."""
    events = [event("2026-06-02", "paused", reason="waits for papers"), event("2026-06-09", "resumed")]
    slow, fast = (
        served(f"{MONDAY}T10:00:00+08:00", events, tier)["resolution"].due_at for tier in ("other", "private")
    )
    assert (local(slow), local(fast)) == ("2026-06-15T17:30", "2026-06-11T17:30")
    assert {local(served(f"{MONDAY}T10:00:00+08:00", (), tier)["resolution"].due_at) for tier in ("other", "private")} == {
        "2026-06-08T17:30", "2026-06-04T17:30",
    }  # fmt: skip


def test_a_pause_by_status_stops_the_clock_where_the_rule_knows_one():
    """OsTicket 3034, open since 2016."""
    book = book_of([clock_of()], year())
    events = [event("2026-06-03", "paused", reason="papers"), event("2026-06-08", "resumed")]
    assert str(found("test", MONDAY, "c", events, book=book).legal_due) == "2026-06-16"
    waiting = found("test", MONDAY, "c", events[:1], book=book)
    assert (waiting.state, waiting.legal_due, waiting.code) == ("paused", None, "paused")


def test_a_pause_on_a_day_to_which_the_last_day_moved_still_counts():
    """Ten days end on Saturday 13 June and move to Monday the 15th: whoever pauses on Sunday is in time."""
    book = book_of([clock_of(roll="next_working_day")], year())
    plain = found("test", "2026-06-03", "c", book=book)
    assert (str(plain.legal_due), str(plain.safe_due)) == ("2026-06-15", "2026-06-12")
    events = [event("2026-06-14", "paused", reason="papers"), event("2026-06-18", "resumed")]
    assert str(found("test", "2026-06-03", "c", events, book=book).legal_due) == "2026-06-17"
    late = [event("2026-06-16", "paused", reason="papers"), event("2026-06-18", "resumed")]
    assert str(found("test", "2026-06-03", "c", late, book=book).legal_due) == "2026-06-15"


def test_a_pause_within_a_day_moves_nothing_and_is_not_told():
    book = book_of([clock_of()], year())
    events = [
        event("2026-06-03T09:00:00+08:00", "paused", reason="papers"),
        event("2026-06-03T17:00:00+08:00", "resumed"),
    ]
    clock = found("test", MONDAY, "c", events, book=book)
    assert (str(clock.legal_due), clock.steps) == ("2026-06-11", found("test", MONDAY, "c", book=book).steps)


def test_a_clock_of_the_banks_is_not_started_afresh_by_asking_twice():
    told = event("2026-06-05", "informed", notice=TOLD)
    asked = [
        told,
        event("2026-06-10", "verification_requested"),
        event("2026-06-20", "verification_requested"),
    ]
    assert str(found("cn-cbirc-2020-3", MONDAY, "verify_decide", asked).legal_due) == "2026-07-10"
    done = [
        *asked,
        event("2026-06-25", "verification_informed", notice=TOLD),
        event("2026-06-26", "verification_requested"),
    ]
    assert str(found("cn-cbirc-2020-3", MONDAY, "verify_decide", done).legal_due) == "2026-07-27"
    # The customer's own right begins with the decision that was told last.
    again = [told, event("2026-06-08", "reopened", reason="x"), event("2026-06-12", "informed", notice=TOLD)]
    assert str(found("cn-cbirc-2020-3", MONDAY, "verify_window", again).legal_due) == "2026-07-13"


def test_a_reopened_case_does_not_start_what_was_done_before():
    events = [
        event("2026-06-03", "forwarded"),
        event("2026-06-05", "informed", notice=TOLD),
        event("2026-06-08", "reopened", reason="x"),
    ]
    assert found("cn-cbirc-2020-3", MONDAY, "regulator_forward", events).state == "stopped"


def test_a_pause_that_the_law_does_not_know_moves_no_date_of_the_law():
    events = [event("2026-06-03", "paused", reason="papers"), event("2026-06-08", "resumed")]
    clock = found("cn-cbirc-2020-3", MONDAY, "decide", events)
    assert (str(clock.legal_due), clock.state) == ("2026-06-16", "running")
    assert any("no pause" in step.en for step in clock.steps)
    # The house may pause its own promise, but not past the law's safe date.
    long = [event("2026-06-03", "paused", reason="papers")]
    law = found("cn-cbirc-2020-3", MONDAY, "decide", long)
    promise = served(f"{MONDAY}T10:00:00+08:00", long, law=law)["resolution"]
    assert (local(promise.due_at), promise.bound_by, promise.state) == ("2026-06-16T17:30", "law", "running")
    # Of two dates the earlier counts: the house's as long as it is that, the law's where a pause has moved the house's beyond.
    gone_on = [*long, event("2026-06-15", "resumed")]
    for happened, bound in (([], "house"), (gone_on, "law")):
        law = found("cn-cbirc-2020-3", MONDAY, "decide", happened)
        own, both = (
            served(f"{MONDAY}T10:00:00+08:00", happened, law=one)["resolution"] for one in (None, law)
        )
        assert both.bound_by == bound
        assert (both.due_at == own.due_at) == (bound == "house")
        assert both.due_at <= own.due_at
    assert local(both.due_at) == "2026-06-16T17:30"


def test_the_clock_stops_at_resolution_and_resumes_at_reopening():
    """It goes on with what was left, and does not start again."""
    told = event("2026-06-05", "informed", notice=TOLD)
    again = event("2026-06-20", "reopened", reason="not what was agreed")
    clock = found("cn-cbirc-2020-3", MONDAY, "decide", [told])
    assert (clock.state, clock.in_time, str(clock.legal_due)) == ("stopped", True, "2026-06-16")
    clock = found("cn-cbirc-2020-3", MONDAY, "decide", [told, again])
    # Eleven of fifteen days were left on 5 June; they are counted from 20 June.
    assert (clock.state, str(clock.legal_due), clock.started_at.date().isoformat()) == (
        "running",
        "2026-07-01",
        MONDAY,
    )
    late = found(
        "cn-cbirc-2020-3",
        MONDAY,
        "decide",
        [event("2026-06-25", "informed", notice=TOLD), event("2026-06-26", "reopened", reason="x")],
    )
    assert str(late.legal_due) == "2026-06-16"  # what was late stays late


def test_the_next_answer_does_not_run_on_after_resolution():
    """Chatwoot 10178."""
    events = [
        event("2026-06-01T11:00:00+08:00", "customer_wrote"),
        event("2026-06-02", "informed", notice=TOLD),
    ]
    assert served(f"{MONDAY}T10:00:00+08:00", events)["update"].state == "stopped"


def test_the_customer_hears_how_it_stands_before_they_ask():
    """Five working days from what was told last, over a weekend worked for the festival; being told starts it anew, the decision ends it."""
    start = "2026-02-11T10:00:00+08:00"
    clock = served(start)["news"]
    # Thursday, Friday, the Saturday that is worked; then the Spring Festival; Tuesday 24th, Wednesday 25th.
    assert (clock.state, local(clock.due_at)) == ("running", "2026-02-25T17:30")
    assert clock.overdue(at("2026-02-25T17:31:00+08:00"))
    assert local(served(start, tier="private")["news"].due_at) == "2026-02-14T17:30"
    told = [event("2026-02-25T09:00:00+08:00", "answered")]
    assert local(served(start, told)["news"].due_at) == "2026-03-03T17:30"
    wrote = [*told, event("2026-02-27T09:00:00+08:00", "customer_wrote")]
    assert local(served(start, wrote)["news"].due_at) == "2026-03-03T17:30"
    assert served(start, [*told, event("2026-02-26", "informed", notice=TOLD)])["news"].state == "stopped"
    over = [
        event("2026-02-26", "informed", notice=TOLD),
        event("2026-02-27T09:00:00+08:00", "reopened", reason="x"),
    ]
    assert local(served(start, over)["news"].due_at) == "2026-03-05T17:30"


def test_the_update_runs_only_while_the_customer_waits():
    """Zammad 3140: it escalated although the agent had answered."""
    answered = [event("2026-06-01T11:00:00+08:00", "answered")]
    clock = served(f"{MONDAY}T10:00:00+08:00", answered)["update"]
    assert (clock.state, clock.overdue(at("2026-06-30T10:00:00+08:00"))) == ("stopped", False)
    wrote = [
        *answered,
        event("2026-06-03T09:30:00+08:00", "customer_wrote"),
        event("2026-06-03T11:00:00+08:00", "customer_wrote"),
    ]
    clock = served(f"{MONDAY}T10:00:00+08:00", wrote)["update"]
    assert (clock.state, local(clock.started_at), local(clock.due_at)) == (
        "running",
        "2026-06-03T09:30",
        "2026-06-05T09:30",
    )
    asked = [*wrote, event("2026-06-03T14:00:00+08:00", "paused", reason="asked for papers")]
    assert served(f"{MONDAY}T10:00:00+08:00", asked)["update"].state == "stopped"


NOBODY_AWAY = Staff(
    {"handler": ["ann"], "team_leader": ["bob"], "head": ["cay"]},
    lambda _name, _day: None,
    lambda _name: True,
)
RUNGS = (Rung("handler", 0.5, None), Rung("team_leader", None, 1), Rung("head", 1.0, None))


def climbed(
    staff=NOBODY_AWAY, rungs=RUNGS, start="2026-06-01T09:00:00+08:00", due="2026-06-05T17:30:00+08:00"
):
    return escalation(rungs, HOURS, at(start), at(due), staff, at("2026-06-04T10:00:00+08:00"))


def test_reminders_go_out_in_service_hours_only():
    """Zammad 4432: at midnight and at weekends."""
    night = climbed(rungs=(Rung("head", 1.0, None),), due="2026-06-07T23:59:59+08:00")[0]
    assert local(night.due_at) == "2026-06-07T23:59"
    assert (
        local(night.remind_at) == "2026-06-05T13:30"
    )  # Monday would be too late: the last service before it
    for start in range(24):
        for one in climbed(start=f"2026-06-01T{start:02}:10:00+08:00"):
            assert HOURS.is_open(one.remind_at) or one.remind_at == one.due_at == at(
                "2026-06-05T17:30:00+08:00"
            )


def test_every_step_of_the_ladder_has_its_own_time():
    """Chatwoot 6889, open since 2023: no step to a manager at all."""
    steps = climbed()
    assert [(one.role, local(one.due_at), one.reached) for one in steps] == [
        ("handler", "2026-06-03T14:00", True),
        ("team_leader", "2026-06-04T09:00", True),
        ("head", "2026-06-05T17:30", False),
    ]


def test_a_step_is_reached_at_the_instant_at_which_it_falls_due():
    steps = escalation(
        RUNGS, HOURS, at("2026-06-01T09:00:00+08:00"), at("2026-06-05T17:30:00+08:00"), NOBODY_AWAY, at("2026-06-03T14:00:00+08:00")
    )  # fmt: skip
    assert [one.reached for one in steps] == [True, False, False]
    # A case so short that the step lies before its beginning is called at once.
    hurried = climbed(rungs=(Rung("team_leader", None, 1),), start="2026-06-05T10:00:00+08:00")[0]
    assert local(hurried.due_at) == "2026-06-05T10:00"


def test_out_of_office_goes_to_the_deputy_and_else_up_the_ladder():
    days = {"ann": Away("dan", dt.date.max), "bob": Away(None, dt.date.max), "dan": Away("eve", dt.date.max)}
    steps = climbed(Staff(NOBODY_AWAY.holders, lambda name, _day: days.get(name), lambda _name: True))
    assert [(one.to, one.instead_of, one.answered_by) for one in steps] == [
        ("eve", "ann", "handler"),
        ("cay", None, "head"),
        ("cay", None, "head"),
    ]
    days["cay"] = Away("cay", dt.date.max)
    nobody = climbed(
        Staff(NOBODY_AWAY.holders, lambda name, _day: days.get(name), lambda name: name != "ann")
    )
    assert [(one.to, one.role) for one in nobody] == [
        (None, "handler"),
        (None, "team_leader"),
        (None, "head"),
    ]


def test_the_shipped_ladder_is_read_and_nonsense_is_not():
    version = BOOK.at("service.escalation", DAY)
    read = [(one.share, one.working_days_before) for one in ladder(version, "complaint")]
    assert read == [(0.5, None), (0.8, None), (0.9, None), (1.0, None)]
    assert [one.role for one in ladder(version, "complaint")] == [
        "handler",
        "complaints_lead",
        "branch_manager",
        "compliance",
    ]
    for steps in ([], [{"role": "x"}], [{"role": "x", "share": 0}], [{"role": "x", "share": 1.5}], [{"share": 0.5}],
                  [{"role": "x", "share": 0.5, "working_days_before": 1}], [{"role": "x", "working_days_before": 0}], "x"):  # fmt: skip
        bad = parse_entry(
            "service.escalation", raw("parameter", {dt.date(2026, 1, 1): {"complaint": steps}})
        ).versions[0]
        with pytest.raises(RuleError):
            ladder(bad, "complaint")


def test_a_correction_of_the_calendar_is_computed_again_and_told():
    early, late = dt.date(2026, 1, 1), dt.date(2026, 6, 10)
    calendar = {early: year(), late: year(closed=["2026-06-15/2026-06-17"])}
    book = book_of([clock_of(unit="working_days", pauses=False)], calendar)
    assert (
        str(found("test", MONDAY, "c", book=book, until=at("2026-06-09T12:00:00+08:00")).legal_due)
        == "2026-06-15"
    )
    after = found("test", MONDAY, "c", book=book)
    assert str(after.legal_due) == "2026-06-18"
    assert [(one.announced_on, str(one.legal_before), str(one.legal_after)) for one in after.corrections] == [
        (late, "2026-06-15", "2026-06-18")
    ]
    assert any("2026-06-15 to 2026-06-18" in step.en for step in after.steps)
    # A case that ends before the corrected days is not touched, and nothing is told of it.
    assert found("test", "2026-05-25", "c", book=book).corrections == ()


def test_when_a_complaint_was_received_does_not_change():
    other = event("2026-06-02", "received")
    with pytest.raises(CaseEventError, match="does not change"):
        found("cn-cbirc-2020-3", "2026-06-01T10:00:00+08:00", "decide", [other])
    same = event("2026-06-01T10:00:00+08:00", "received")
    assert (
        str(found("cn-cbirc-2020-3", "2026-06-01T10:00:00+08:00", "decide", [same]).legal_due) == "2026-06-16"
    )


def test_taking_an_event_in_twice_changes_nothing():
    pause, go = (
        event("2026-06-03", "paused", reason="papers", id="e1"),
        event("2026-06-08", "resumed", id="e2"),
    )
    book = book_of([clock_of()], year())
    once = found("test", MONDAY, "c", [pause, go], book=book)
    assert found("test", MONDAY, "c", [pause, pause, go, pause, go], book=book) == once
    with pytest.raises(CaseEventError, match="another event"):
        found("test", MONDAY, "c", [pause, {**go, "id": "e1"}], book=book)


def test_a_deadline_beyond_the_calendar_is_empty_and_says_so():
    for published in (year(2027, published=False), {}):
        book = book_of([clock_of(roll="next_working_day")], {**year(), **published})
        clock = found("test", "2026-12-28", "c", book=book, until=at("2026-12-28T12:00:00+08:00"))
        assert (clock.legal_due, clock.computable, clock.code) == (None, False, "not_covered")
        assert "2027-01-07" in clock.reason.en


def test_a_standard_that_loosens_the_law_is_refused():
    def levels(**changes):
        tiers = {
            "other": {
                "first_response": 60,
                "update": 60,
                "resolution": {"simple": 5, "complex": 14, "special": 30},
            }
        }
        tiers = {**tiers, **{name: {**tiers["other"], **change} for name, change in changes.items()}}
        value = {
            "complaint": {
                "desk": "complaints",
                "law": {"regime": "cn-cbirc-2020-3", "clock": "decide"},
                "tiers": tiers,
            }
        }
        return parse_entry("service.levels", raw("parameter", {dt.date(2026, 1, 1): value})).versions[0]

    check_levels(BOOK, levels())
    with pytest.raises(RuleError, match="after the law's safe date"):
        check_levels(BOOK, levels(other={"resolution": {"simple": 9, "complex": 14, "special": 30}}))
    with pytest.raises(RuleError, match="longer than that of other"):
        check_levels(BOOK, levels(private={"first_response": 61}))


def test_proof_of_notice_stops_the_clock_and_nothing_less():
    case = ("cn-cbirc-2020-3", MONDAY, "decide")
    for notice in (None, {"channel": "phone"}):
        clock = found(
            *case, [event("2026-06-05", "informed", **({} if notice is None else {"notice": notice}))]
        )
        assert (clock.state, any("without proof" in step.en for step in clock.steps)) == ("running", True)
    sent = {"channel": "electronic", "sha256": SHA, "at": "2026-06-16T23:59:59+08:00"}
    assert found(*case, [event("2026-06-17", "informed", notice=sent)]).in_time is True
    assert (
        found(*case, [event("2026-06-05", "unreachable", reason="three calls, a letter returned")]).state
        == "stopped"
    )
    assert found(*case, [event("2026-06-05", "withdrawn")]).state == "stopped"


def test_an_extension_needs_whoever_approves_a_reason_and_notice_in_time():
    harder = event("2026-06-05", "assessed", complexity="complex")
    whole = {"to": "special", "approver": "superior_institution", "reason": "expert report", "notice": TOLD}

    def due(when="2026-06-20", **changes):
        keys = {name: value for name, value in {**whole, **changes}.items() if value is not None}
        clock = found("cn-cbirc-2020-3", MONDAY, "decide", [harder, event(when, "extended", **keys)])
        return str(clock.legal_due)

    assert due() == "2026-07-31"
    refused = {
        due(approver="handler"),
        due(approver=None),
        due(reason=None),
        due(notice=None),
        due("2026-07-02"),
    }
    assert refused == {"2026-07-01"}
    assert due("2026-06-30", notice={**TOLD, "at": "2026-07-02T09:00:00+08:00"}) == "2026-07-01"
    only_a_reason = [event(day, "extended", to="complex", reason="x") for day in ("2026-06-16", "2026-06-17")]
    dues = [str(found("cn-pboc-2020-5", MONDAY, "decide", [one]).legal_due) for one in only_a_reason]
    assert dues == ["2026-07-31", "2026-06-16"]
    # Assessed as complex after the fifteen days had run out: too late to win fifteen more.
    late = found("cn-cbirc-2020-3", MONDAY, "decide", [event("2026-06-17", "assessed", complexity="complex")])
    assert str(late.legal_due) == "2026-06-16"
    # A mere assessment is no approval.
    alone = found(
        "cn-cbirc-2020-3", MONDAY, "decide", [event("2026-06-05", "assessed", complexity="special")]
    )
    assert str(alone.legal_due) == "2026-07-01"


def test_the_regulator_may_hold_a_class_of_complaints():
    held = [
        {
            "matter": "motor",
            "clocks": ["c"],
            "first_day": dt.date(2026, 6, 3),
            "last_day": dt.date(2026, 6, 12),
            "reference": "Notice",
        }
    ]
    book = book_of([clock_of(pauses=False)], year(), suspensions=held)
    assert str(found("test", MONDAY, "c", book=book).legal_due) == "2026-06-11"
    assert str(found("test", MONDAY, "c", book=book, matter="motor").legal_due) == "2026-06-21"
    assert str(found("test", "2026-06-08", "c", book=book, matter="motor").legal_due) == "2026-06-23"
    open_end = book_of([clock_of()], year(), suspensions=[{**held[0], "last_day": None}])
    clock = found("test", MONDAY, "c", book=open_end, matter="motor")
    assert (clock.state, clock.legal_due, clock.code) == ("suspended", None, "suspended")
    inside = found("test", MONDAY, "c", book=book, matter="motor", until=at("2026-06-05T12:00:00+08:00"))
    assert (inside.state, str(inside.legal_due), inside.used) == ("suspended", "2026-06-21", 2)
    before = found("test", MONDAY, "c", book=book, matter="motor", until=at("2026-06-02T12:00:00+08:00"))
    assert (before.state, str(before.legal_due)) == ("running", "2026-06-11")
    one_case = [
        event("2026-06-03", "suspended", reference="Notice", clocks=["c"]),
        event("2026-06-13T00:00:00+08:00", "lifted"),
    ]
    assert str(found("test", MONDAY, "c", one_case, book=open_end).legal_due) == "2026-06-21"


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([event("2026-06-02", "resumed")], "pause and resumption in turn"),
        ([event("2026-06-02", "paused", reason="x"), event("2026-06-03", "paused", reason="y")], "in turn"),
        ([event("2026-06-05", "answered"), event("2026-06-03", "answered")], "order of their time"),
        ([event("2026-05-31", "answered")], "order of their time"),
        ([event("2026-06-02", "reopened", reason="x")], "that was closed"),
        ([event("2026-06-02", "withdrawn"), event("2026-06-03", "decided")], "withdrawn"),
        ([event("2026-06-02", "lifted")], "suspension"),
        ([event("2026-06-02", "verification_informed", notice=TOLD)], "verification_requested first"),
        ([event("2026-06-02", "paused")], "no reason"),
        ([event("2026-06-02", "sold")], "event 'sold'"),
        ([event("2026-06-02", "assessed", complexity="hard")], "complexity 'hard'"),
        ([event("2026-06-02", "informed", notice={"channel": "pigeon"})], "channel"),
        ([event("2026-06-02", "informed", notice={"channel": "phone", "sha256": "xyz"})], "64 hexadecimal"),
        ([event("2026-06-02", "answered", colour="red")], "key colour"),
        ([{"at": "2026-06-02T10:00:00", "event": "answered"}], "offset"),
        ([{"event": "answered"}], "offset"),
        (["answered"], "mapping"),
    ],
)
def test_events_that_cannot_have_happened_are_refused(events, said):
    with pytest.raises(CaseEventError, match=said):
        found("cn-cbirc-2020-3", MONDAY, "decide", events)


def test_calendars_can_be_read_as_they_were():
    assert Calendars.of(BOOK).known("calendars.cn", dt.date(2020, 1, 25)).is_working(dt.date(2020, 1, 31))
