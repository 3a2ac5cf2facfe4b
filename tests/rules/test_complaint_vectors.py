"""Deadlines of complaints around holidays, year ends, zones and daylight saving: each date was counted by hand, on paper calendars."""

import pytest
from deadline_cases import TOLD, at, dates, event, found

from zhike.core.case_errors import CaseEventError
from zhike.core.errors import RuleNotFoundError

CN, PBOC, OLD, UK, EU, US, HK = (
    "cn-cbirc-2020-3", "cn-pboc-2020-5", "cn-cbrc-2012", "uk-disp", "eu-psd2", "us-cfpb", "hk-ic4",
)  # fmt: skip
NONE = "None"
FAR = at("2029-12-31T00:00:00+00:00")

# Regime, clock, complexity, receipt, legal date, safe date, and what is sharp about it.
PLAIN = [
    (CN, "decide", "simple", "2026-01-09T22:30:00+08:00", "2026-01-26", "2026-01-23", "Friday evening, ends on a Saturday"),
    (CN, "decide", "simple", "2026-02-28", "2026-03-16", "2026-03-13", "a Saturday that is worked, ends on a Sunday"),
    (CN, "decide", "simple", "2026-10-01", "2026-10-16", "2026-10-16", "on National Day"),
    (CN, "regulator_forward", "simple", "2026-10-01", "2026-10-15", "2026-10-15", "working days from within a holiday, a Saturday worked among them"),
    (CN, "decide", "simple", "2026-05-20T15:59:59+00:00", "2026-06-04", "2026-06-04", "a second before midnight in Shanghai, told in UTC"),
    (CN, "decide", "simple", "2026-05-20T16:00:00+00:00", "2026-06-05", "2026-06-05", "midnight in Shanghai"),
    (CN, "decide", "simple", "2026-09-09T20:00:00-04:00", "2026-09-28", "2026-09-24", "the day before in New York; ends at Mid-Autumn"),
    (CN, "decide", "simple", "2026-04-16", "2026-05-06", "2026-04-30", "ends on 1 May"),
    (CN, "decide", "complex", "2026-04-24", "2026-05-25", "2026-05-22", "thirty days end on a Sunday"),
    (CN, "decide", "simple", "2026-04-24", "2026-05-09", "2026-05-09", "ends on a Saturday that is worked"),
    (CN, "decide", "simple", "2026-09-05", "2026-09-20", "2026-09-20", "ends on a Sunday that is worked"),
    (CN, "decide", "simple", "2026-09-25", "2026-10-10", "2026-10-10", "from a holiday to a Saturday that is worked"),
    (CN, "decide", "simple", "2026-01-30", "2026-02-14", "2026-02-14", "ends on the Saturday worked before the Spring Festival"),
    (CN, "decide", "simple", "2026-02-03", "2026-02-24", "2026-02-14", "ends within the Spring Festival"),
    (CN, "decide", "simple", "2026-02-13", "2026-02-28", "2026-02-28", "over the Spring Festival to a Saturday that is worked"),
    (CN, "decide", "simple", "2025-12-31", "2026-01-15", "2026-01-15", "on the last day of a year"),
    (CN, "decide", "simple", "2025-12-19", "2026-01-04", "2025-12-31", "moves to a Sunday that is worked, safe in the year before"),
    (CN, "decide", "simple", "2025-01-20", "2025-02-05", "2025-01-27", "last day of the Spring Festival of 2025"),
    (CN, "decide", "simple", "2025-09-23", "2025-10-09", "2025-09-30", "eight days of holiday in 2025"),
    (CN, "decide", "simple", "2025-09-26", "2025-10-11", "2025-10-11", "a Saturday worked in 2025"),
    (CN, "decide", "simple", "2023-09-19", "2023-10-07", "2023-09-28", "moves to the Saturday after the holiday, which is worked"),
    (CN, "decide", "simple", "2024-02-14", "2024-02-29", "2024-02-29", "ends on a leap day"),
    (CN, "decide", "complex", "2024-01-30", "2024-02-29", "2024-02-29", "thirty days to a leap day"),
    (CN, "decide", "complex", "2023-01-30", "2023-03-01", "2023-03-01", "the same where there is none"),
    (CN, "decide", "simple", "2020-03-01", "2020-03-16", "2020-03-16", "the first day of the order"),
    (CN, "decide", "simple", "2020-02-29T16:00:00+00:00", "2020-03-16", "2020-03-16", "its first instant, told in UTC"),
    (CN, "decide", "simple", "2026-12-16", "2026-12-31", "2026-12-31", "the last day of the published calendar"),
    (CN, "decide", "simple", "2026-12-17", NONE, NONE, "one day beyond it"),
    (CN, "decide", "complex", "2026-12-01", "2026-12-31", "2026-12-31", "thirty days to its last day"),
    (CN, "decide", "complex", "2026-12-02", NONE, NONE, "and one beyond"),
    (CN, "decide", "special", "2026-11-01", "2026-12-31", "2026-12-31", "sixty days to its last day"),
    (CN, "decide", "special", "2026-11-02", NONE, NONE, "and one beyond"),
    (CN, "regulator_forward", "simple", "2026-12-22", "2026-12-31", "2026-12-31", "seven working days to its last day"),
    (CN, "regulator_forward", "simple", "2026-12-23", NONE, NONE, "and one beyond"),
    (PBOC, "decide", "simple", "2026-08-20", "2026-09-04", "2026-09-04", "fifteen days"),
    (PBOC, "decide", "complex", "2026-08-02", "2026-10-08", "2026-09-30", "sixty days end on National Day"),
    (PBOC, "decide", "special", "2026-08-02", "2026-10-08", "2026-09-30", "no longer time than that"),
    (OLD, "decide", "simple", "2013-02-01", "2013-02-27", "2013-02-27", "a weekend worked after the Spring Festival"),
    (OLD, "decide", "simple", "2014-09-19", "2014-10-15", "2014-10-15", "a Sunday and a Saturday worked around National Day"),
    (OLD, "decide", "simple", "2019-12-31", "2020-01-21", "2020-01-21", "over New Year, a Sunday worked"),
    (OLD, "decide", "simple", "2020-02-29", "2020-03-20", "2020-03-20", "its last day; the case stays under it"),
    (UK, "summary_resolution", "simple", "2026-04-02", "2026-04-09", "2026-04-09", "Maundy Thursday"),
    (UK, "summary_resolution", "simple", "2026-06-05T18:30:00+01:00", "2026-06-10", "2026-06-10", "Friday evening"),
    (UK, "summary_resolution", "simple", "2026-03-29T23:30:00+00:00", "2026-04-02", "2026-04-02", "half past midnight of summer time"),
    (UK, "summary_resolution", "simple", "2022-09-15", "2022-09-21", "2022-09-21", "the state funeral of 2022"),
    (UK, "summary_resolution", "simple", "2023-05-03", "2023-05-09", "2023-05-09", "the coronation of 2023"),
    (UK, "summary_resolution", "simple", "2020-05-06", "2020-05-12", "2020-05-12", "early May moved to Friday in 2020"),
    (UK, "summary_resolution", "simple", "2026-12-31T23:30:00-05:00", "2027-01-06", "2027-01-06", "New Year's Eve in New York, New Year's Day in London"),
    (UK, "payment_response", "simple", "2026-12-24", "2027-01-19", "2027-01-19", "Christmas, its substitute and New Year"),
    (UK, "final_response", "simple", "2026-03-29T00:30:00+00:00", "2026-05-24", "2026-05-22", "before the hour that is left out; ends on a Sunday, which nothing moves"),
    (UK, "final_response", "simple", "2026-03-29T01:00:00+00:00", "2026-05-24", "2026-05-22", "after it"),
    (UK, "final_response", "simple", "2026-10-25T01:30:00+01:00", "2026-12-20", "2026-12-18", "the first half past one of that night"),
    (UK, "final_response", "simple", "2026-10-25T01:30:00+00:00", "2026-12-20", "2026-12-18", "and the second"),
    (UK, "final_response", "simple", "2026-10-24T23:30:00+00:00", "2026-12-20", "2026-12-18", "already the 25th in London"),
    (UK, "final_response", "simple", "2026-10-25T23:59:59+00:00", "2026-12-20", "2026-12-18", "still the 25th"),
    (UK, "final_response", "simple", "2026-10-26T00:00:00+00:00", "2026-12-21", "2026-12-21", "the 26th"),
    (UK, "final_response", "simple", "2024-01-04", "2024-02-29", "2024-02-29", "eight weeks to a leap day"),
    (UK, "final_response", "simple", "2027-11-20", "2028-01-15", NONE, "plain counting beyond the calendar: no safe date"),
    (UK, "payment_exceptional_response", "simple", "2027-11-20", NONE, NONE, "working days beyond the calendar: no date"),
    (EU, "response", "simple", "2026-04-01", "2026-04-24", "2026-04-24", "Easter of TARGET"),
    (EU, "exceptional_response", "simple", "2026-11-16", "2027-01-06", "2027-01-06", "over Christmas and New Year; 28 December is open"),
    (EU, "response", "simple", "2026-12-24", "2027-01-18", "2027-01-18", "Christmas Eve"),
    (EU, "response", "simple", "2026-03-28T23:30:00+00:00", "2026-04-21", "2026-04-21", "the Sunday of the change, told in UTC"),
    (EU, "response", "simple", "2026-03-29T22:30:00+00:00", "2026-04-22", "2026-04-22", "the Monday after it, by summer time"),
    (EU, "response", "simple", "2028-12-06", "2028-12-29", "2028-12-29", "the last working day of the published calendar"),
    (EU, "response", "simple", "2028-12-11", NONE, NONE, "beyond it"),
    (US, "respond", "simple", "2026-03-08T06:59:00+00:00", "2026-03-23", "2026-03-23", "a minute before the hour that is left out in New York"),
    (US, "respond", "simple", "2026-03-08T07:00:00+00:00", "2026-03-23", "2026-03-23", "and right after it"),
    (US, "final", "simple", "2026-11-01T01:30:00-04:00", "2026-12-31", "2026-12-31", "the first half past one of that night"),
    (US, "final", "simple", "2026-11-01T01:30:00-05:00", "2026-12-31", "2026-12-31", "and the second"),
    (US, "respond", "simple", "2026-11-01T03:59:00+00:00", "2026-11-15", "2026-11-13", "Halloween in New York; ends on a Sunday"),
    (US, "respond", "simple", "2026-11-02T04:59:00+00:00", "2026-11-16", "2026-11-16", "a minute before midnight of winter time"),
    (US, "respond", "simple", "2026-11-02T05:00:00+00:00", "2026-11-17", "2026-11-17", "midnight of winter time"),
    (US, "final", "simple", "2023-12-31", "2024-02-29", "2024-02-29", "sixty days from New Year's Eve to a leap day"),
    (US, "respond", "simple", "2023-12-31", "2024-01-15", "2024-01-12", "ends on a federal holiday, which nothing moves"),
    (US, "respond", "simple", "2026-11-11", "2026-11-26", "2026-11-25", "ends on Thanksgiving"),
    (US, "final", "simple", "2028-12-20", "2029-02-18", NONE, "beyond the calendar"),
    (US, "investigation_flag", "simple", "2026-12-02", "2027-01-01", "2026-12-31", "thirty days to New Year"),
    (HK, "acknowledge", "simple", "2026-02-12", "2026-02-19", "2026-02-16", "ends within the Lunar New Year, which moves nothing"),
    (HK, "acknowledge", "simple", "2023-04-05", "2023-04-12", "2023-04-12", "the first day of the guideline"),
    (HK, "reply", "simple", "2026-12-01", "2026-12-31", "2026-12-31", "the last day of the gazette"),
    (HK, "reply", "simple", "2026-12-02", "2027-01-01", NONE, "and one beyond"),
    (HK, "reply", "simple", "2026-12-31T16:30:00+00:00", "2027-01-31", NONE, "already the next year in Hong Kong"),
    ("us-reg-e", "investigate", "simple", "2026-06-18", "2026-07-06", "2026-07-06", "Juneteenth, and the 4th of July kept on the 3rd"),
    ("rs-nbs", "answer", "simple", "2026-01-05", "2026-01-20", NONE, "a country without a calendar: plain counting"),
    ("ru-cbr", "answer", "simple", "2026-01-05", NONE, NONE, "and working days: no date"),
]  # fmt: skip


@pytest.mark.parametrize(("regime", "clock", "complexity", "received", "legal", "safe"), [one[:6] for one in PLAIN], ids=[one[6] for one in PLAIN])  # fmt: skip
def test_counted_by_hand(regime, clock, complexity, received, legal, safe):
    got = found(regime, received, clock, complexity=complexity, until=FAR)
    assert dates(got) == (legal, safe)
    assert got.computable == (legal != NONE)
    assert (got.code is None) == (NONE not in (legal, safe))


SPECIAL = {
    "to": "special",
    "approver": "superior_institution",
    "reason": "an expert's report",
    "notice": TOLD,
}
LATE_NOTICE = {**TOLD, "at": "2026-04-02T09:00:00+08:00"}
COMPLEX = [event("2026-03-10", "assessed", complexity="complex")]
LONGER = [*COMPLEX, event("2026-03-31", "extended", **SPECIAL)]
HELD = {"reference": "supervisor's notice"}

# Events after a receipt on 2 March 2026: fifteen days end on Tuesday 17 March, thirty on Wednesday 1 April, sixty on 1 May.
MOVED = [
    (COMPLEX, "2026-04-01", "assessed as complex in time"),
    ([event("2026-03-17T23:59:59+08:00", "assessed", complexity="complex")], "2026-04-01", "in the last second"),
    ([event("2026-03-18T00:00:00+08:00", "assessed", complexity="complex")], "2026-03-17", "one second later"),
    ([event("2026-03-17T16:00:00+00:00", "assessed", complexity="complex")], "2026-03-17", "which is the same instant in UTC"),
    ([event("2026-03-17T11:59:59-04:00", "assessed", complexity="complex")], "2026-04-01", "noon in New York is midnight"),
    (LONGER, "2026-05-06", "extended to sixty days: 1 May moves"),
    ([*LONGER, event("2026-04-20", "extended", **SPECIAL)], "2026-05-06", "a second extension adds nothing"),
    ([*LONGER, event("2026-04-20", "extended", to="complex", reason="x")], "2026-05-06", "nor does a shorter one take"),
    ([event("2026-03-17T23:00:00+08:00", "extended", **SPECIAL)], "2026-05-06", "straight from fifteen to sixty"),
    ([event("2026-03-18", "extended", **SPECIAL)], "2026-03-17", "extended when the time had run out"),
    ([*COMPLEX, event("2026-04-02T00:00:00+08:00", "extended", **SPECIAL)], "2026-04-01", "or the longer one had"),
    ([*COMPLEX, event("2026-03-31", "extended", **{**SPECIAL, "approver": "desk"})], "2026-04-01", "approved by nobody who may"),
    ([*COMPLEX, event("2026-03-31", "extended", **{**SPECIAL, "reason": ""})], "2026-04-01", "for no reason"),
    ([*COMPLEX, event("2026-03-31", "extended", to="special", approver="superior_institution", reason="x")], "2026-04-01", "and nobody told"),
    ([*COMPLEX, event("2026-03-31", "extended", **{**SPECIAL, "notice": LATE_NOTICE})], "2026-04-01", "or told too late"),
    ([*COMPLEX, event("2026-03-31", "extended", **{**SPECIAL, "notice": {"channel": "phone"}})], "2026-04-01", "or told without proof"),
    ([*COMPLEX, event("2026-03-12", "assessed", complexity="simple")], "2026-03-17", "found simple after all"),
    ([*COMPLEX, event("2026-03-12", "assessed", complexity="simple"), event("2026-03-20", "assessed", complexity="complex")], "2026-03-17", "complex again when the short time had run out"),
    ([event("2026-03-12", "assessed", complexity="special")], "2026-04-01", "an assessment alone gives no more than thirty"),
    ([event("2026-03-05", "paused", reason="papers"), event("2026-03-25", "resumed")], "2026-03-17", "the law knows no pause"),
    ([event("2026-03-05", "paused", reason="x")] * 2 + [event("2026-03-06", "resumed")] * 2, "2026-03-17", "the same pause twice, without identifiers"),
    ([event("2026-03-10", "suspended", **HELD), event("2026-03-20", "lifted")], "2026-03-27", "held by the regulator for ten days"),
    ([event("2026-03-16", "suspended", **HELD), event("2026-04-20", "lifted")], "2026-04-21", "held over the last day"),
    ([event("2026-03-18", "suspended", **HELD), event("2026-04-20", "lifted")], "2026-03-17", "held when it had run out"),
    ([event("2026-03-10", "suspended", **HELD), event("2026-05-02", "lifted")], "2026-05-09", "goes on within a holiday; ends on a Saturday that is worked"),
    ([event("2026-03-10", "suspended", **HELD), event("2026-03-12", "assessed", complexity="complex"), event("2026-03-20", "lifted")], "2026-04-13", "complex while it was held; moves off a Saturday"),
    ([event("2026-03-10", "suspended", **HELD)], NONE, "held until further notice"),
    ([event("2026-03-10", "suspended", **HELD), event("2026-12-30", "lifted")], NONE, "goes on beyond the calendar"),
    ([event("2026-03-12", "withdrawn"), event("2026-04-10", "reopened", reason="x")], "2026-04-15", "reopened with the five days that were left"),
    ([event("2026-03-12", "informed", notice=TOLD), event("2026-03-12", "informed", notice=TOLD)], "2026-03-17", "the same event twice"),
    ([event("2026-03-12", "answered", id="a"), event("2026-03-12", "answered", id="a"), *LONGER], None, "out of order behind one that counts once"),
    ([event("2026-03-12", "resumed")], None, "resumed, never paused"),
    ([event("2026-03-12", "paused", reason="x"), event("2026-03-13", "paused", reason="x")], None, "paused twice"),
    ([event("2026-03-12", "lifted")], None, "lifted, never suspended"),
    ([event("2026-03-01", "answered")], None, "before the receipt"),
    ([event("2026-03-12", "received")], None, "another receipt"),
    ([event("2026-03-12", "withdrawn"), event("2026-03-13", "extended", **SPECIAL)], None, "extended after the withdrawal"),
    ([event("2026-03-12", "answered", id="a"), event("2026-03-13", "answered", id="a")], None, "one identifier for two events"),
    ([event("2026-03-12", "verification_informed")], None, "a verification that nobody asked for"),
    ([event("2026-03-12", "reopened", reason="x")], None, "reopened, never closed"),
    ([event("2026-03-12", "answered", clocks=["decyde"])], None, "about a clock that there is not"),
]  # fmt: skip


@pytest.mark.parametrize(("events", "legal"), [one[:2] for one in MOVED], ids=[one[2] for one in MOVED])
def test_events_of_a_case_counted_by_hand(events, legal):
    raw = _read(events)
    if legal is None:
        with pytest.raises(CaseEventError):
            found(CN, "2026-03-02", "decide", raw)
        return
    assert str(found(CN, "2026-03-02", "decide", raw).legal_due) == legal


def _read(events):
    """Return events without a reason where it is empty: what is not said is left out."""
    return [{key: value for key, value in one.items() if value != ""} for one in events]


@pytest.mark.parametrize(
    ("regime", "clock", "received", "events", "expected"),
    [
        (CN, "verify_window", "2026-03-02", [event("2026-04-05", "informed", notice=TOLD)], ("2026-05-06", "2026-04-30")),
        (CN, "verify_decide", "2026-08-03", [event("2026-09-02", "verification_requested")], ("2026-10-08", "2026-09-30")),
        (PBOC, "decide", "2026-08-02", [event("2026-08-10", "extended", to="complex", reason="x")], ("2026-10-08", "2026-09-30")),
        (PBOC, "decide", "2026-08-02", [event("2026-08-10", "extended", to="complex")], ("2026-08-17", "2026-08-17")),
        (OLD, "decide", "2013-02-01", [event("2013-02-20", "extended", to="complex", notice=TOLD)], ("2013-05-03", "2013-05-03")),
        (UK, "ombudsman_referral", "2026-06-01", [event("2026-07-31T23:30:00+00:00", "informed")], ("2027-02-01", "2027-02-01")),
        (UK, "ombudsman_referral", "2026-06-01", [event("2026-10-31T12:00:00+00:00", "informed")], ("2027-04-30", "2027-04-30")),
        (UK, "ombudsman_referral", "2026-06-01", [event("2026-12-31T23:30:00+00:00", "informed")], ("2027-06-30", "2027-06-30")),
        (UK, "final_response", "2026-06-01", [event("2026-06-15T09:00:00+01:00", "suspended", clocks=["final_response"], **HELD), event("2026-07-15T09:00:00+01:00", "lifted", clocks=["final_response"])], ("2026-08-26", "2026-08-26")),
        (UK, "summary_resolution", "2026-06-01", [event("2026-06-02T09:00:00+01:00", "suspended", clocks=["final_response"], **HELD)], ("2026-06-04", "2026-06-04")),
        (EU, "response", "2026-06-01", [event("2026-06-08T10:00:00+02:00", "suspended", **HELD), event("2026-06-15T10:00:00+02:00", "lifted")], ("2026-06-29", "2026-06-29")),
        (EU, "response", "2026-06-01", [event("2026-06-08T10:00:00+02:00", "suspended", **HELD), event("2026-06-13T10:00:00+02:00", "lifted")], ("2026-06-26", "2026-06-26")),
        (EU, "response", "2026-06-01", [event("2026-06-06T10:00:00+02:00", "suspended", **HELD), event("2026-06-07T10:00:00+02:00", "lifted")], ("2026-06-22", "2026-06-22")),
        (US, "feedback", "2026-12-01", [event("2026-12-31T23:59:00-05:00", "informed")], ("2027-03-01", "2027-03-01")),
        (HK, "reply", "2026-03-07", [event("2026-04-06T23:00:00+08:00", "extended", to="complex", notice=TOLD)], ("2026-05-06", "2026-05-06")),
    ],
)  # fmt: skip
def test_other_clocks_that_events_start_or_move(regime, clock, received, events, expected):
    assert dates(found(regime, received, clock, events)) == expected


@pytest.mark.parametrize(
    ("regime", "received", "complexity", "proven", "needs"),
    [
        (CN, "2026-11-01", "special", "2026-12-01", ("approver", "reason", "notice")),
        (CN, "2026-11-02", "special", "2026-12-02", ("approver", "reason", "notice")),
        (PBOC, "2026-08-02", "complex", "2026-08-17", ("reason",)),
        (HK, "2026-03-07", "complex", "2026-04-06", ("notice",)),
    ],
)
def test_a_longer_time_that_is_only_assumed_says_what_it_needs(regime, received, complexity, proven, needs):
    clock = found(regime, received, "reply" if regime == HK else "decide", complexity=complexity)
    assert (str(clock.proven_due), clock.needs) == (proven, needs)


@pytest.mark.parametrize(
    ("told", "in_time"),
    [
        ("2026-03-17T23:59:59+08:00", True),
        ("2026-03-18T00:00:00+08:00", False),
        ("2026-03-17T15:59:59+00:00", True),
        ("2026-03-17T16:00:00+00:00", False),
    ],
)
def test_the_last_second_is_in_time_in_whatever_zone_it_is_told(told, in_time):
    assert found(CN, "2026-03-02", "decide", [event(told, "informed", notice=TOLD)]).in_time is in_time


def test_a_holding_reply_ends_what_it_may_and_no_more():
    events = [event("2026-06-10T09:00:00-04:00", "holding_reply")]
    states = {
        name: found(US, "2026-06-01", name, events).state
        for name in ("respond", "investigation_flag", "final")
    }
    assert states == {"respond": "stopped", "investigation_flag": "stopped", "final": "running"}


@pytest.mark.parametrize(
    ("regime", "received"),
    [
        (CN, "2020-02-29T23:59:59+08:00"), (CN, "2020-02-29T15:59:59+00:00"), (PBOC, "2020-10-31"), (OLD, "2020-03-01"), (OLD, "2011-12-31"),
        (HK, "2023-04-04"), (UK, "2018-01-12"), ("cn-2026-draft", "2026-11-27"),
    ],
)  # fmt: skip
def test_a_regime_that_was_not_in_force_gives_no_date(regime, received):
    with pytest.raises(RuleNotFoundError):
        found(regime, received, "decide")


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([*LONGER, event("2026-04-20", "extended", **SPECIAL)], "adds nothing: the clock has 60 calendar days already"),
        ([event("2026-03-12", "withdrawn"), event("2026-03-12", "reopened", reason="x"), event("2026-03-13", "informed", notice=TOLD), event("2026-03-14", "extended", **SPECIAL)], "adds nothing: the clock had stopped"),
        ([event("2026-03-18", "extended", **SPECIAL)], "to come before the time had run out"),
    ],
)  # fmt: skip
def test_a_longer_time_that_does_nothing_says_why(events, said):
    steps = found(CN, "2026-03-02", "decide", events).steps
    assert any(said in one.en for one in steps)
    assert all(one.zh_hans and "{" not in one.zh_hans for one in steps)
