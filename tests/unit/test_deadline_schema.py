"""What packs, service hours, levels and ladders may not say: each slip is an error with its place, never a traceback."""

import contextlib
import copy
import datetime as dt

import pytest
from deadline_cases import BOOK, CALENDARS, book_of, clock_of, event, found, raw, year

from zhike.core.case_errors import CaseEventError
from zhike.core.errors import RuleError, RuleNotFoundError, UsageError
from zhike.core.rule_cases import run_case
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.decide.rule_lint import rulebook_problems
from zhike.govern.deadlines import clocks, regime_of, regimes
from zhike.govern.deadlines.calendars import Calendars, check_calendar
from zhike.govern.deadlines.case_events import case_events
from zhike.govern.deadlines.regimes import check_regime, read_regime
from zhike.govern.deadlines.service_hours import ServiceHours
from zhike.govern.deadlines.service_levels import check_levels, service_level
from zhike.measure.rule_kinds import READERS

DAY = dt.date(2026, 6, 1)
JUNK = (None, 0, -1, 2.5, True, "x", "", [], {}, [[]], {"simple": 0}, [{}], dt.date(2026, 1, 1))


def version_of(entry):
    return parse_entry("p", entry).versions[0]


def survives(read, document):
    """Return whether a document is read; whatever is refused is refused as a rule."""
    try:
        read(version_of(document))
    except RuleError:
        return False
    return True


def spoilt(document, path):
    """Yield copies of a document with junk under a path of keys."""
    for junk in JUNK:
        copied = copy.deepcopy(document)
        inner = copied
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = junk
        yield copied


FIRST = dt.date(2020, 1, 1)
PACK = raw(
    "clocks",
    {FIRST: {"enabled": True, "clocks": [clock_of(needs={"complex": {"approvers": ["a"]}}, length={"simple": 1, "complex": 2}, closes="17:00")],
             "suspensions": [{"matter": "m", "clocks": ["c"], "first_day": DAY, "last_day": None, "reference": "N"}]}},
    id="test", zone="Asia/Shanghai", calendar="calendars.cn", approvers={"a": clock_of()["title"]},
)  # fmt: skip


def test_junk_anywhere_in_a_pack_is_an_error_of_the_rule():
    clock = ("values", FIRST, "clocks", 0)
    paths = [(*clock, key) for key in PACK["values"][FIRST]["clocks"][0]]
    paths += [
        ("id",),
        ("zone",),
        ("calendar",),
        ("approvers",),
        ("values", FIRST, "enabled"),
        ("values", FIRST, "clocks"),
    ]
    paths += [("values", FIRST, "suspensions", 0, key) for key in ("clocks", "first_day", "last_day")]
    paths += [
        ("values", FIRST, "suspensions"),
        clock,
        (*clock, "needs", "complex"),
        (*clock, "length", "complex"),
    ]
    read = {
        path[-1]: [survives(lambda v: read_regime(v, None), one) for one in spoilt(PACK, path)]
        for path in paths
    }
    for key in ("starts", "stops", "unit", "length", "roll", "actor", "zone", "first_day"):
        assert not any(read[key][:-1]), key
    assert survives(lambda v: read_regime(v, None), PACK)


def test_junk_in_a_calendar_is_an_error_of_the_rule():
    calendar = raw("calendar", {FIRST: year()}, zone="Asia/Shanghai", weekend=[6, 7])
    for path in (
        ("zone",),
        ("weekend",),
        ("values", FIRST),
        ("values", FIRST, 2026),
        ("values", FIRST, 2026, "closed"),
        ("values", FIRST, 2026, "open"),
    ):
        for one in spoilt(calendar, path):
            survives(check_calendar, one)
    assert survives(check_calendar, calendar)


def hours_of(value):
    book = Rulebook(
        {**BOOK.entries, "service.hours": parse_entry("service.hours", raw("parameter", {FIRST: value}))}
    )
    return ServiceHours.of(book, "d", CALENDARS, DAY)


@pytest.mark.parametrize(
    "change",
    [
        {"zone": "Mars/Base"}, {"weekdays": {}}, {"weekdays": {1: []}}, {"weekdays": {8: ["09:00-17:00"]}}, {"weekdays": {1: ["17:00-09:00"]}},
        {"weekdays": {1: ["09:00-12:00", "11:00-13:00"]}}, {"weekdays": {1: ["09:00-12:00", "12:00-13:00"]}}, {"weekdays": {1: ["nine"]}},
        {"weekdays": {1: 9}}, {"weekdays": [1]}, {"made_up": ["25:00-26:00"]}, {"more": 1},
    ],
)  # fmt: skip
def test_hours_that_cannot_be_served_are_refused(change):
    usual = {
        "zone": "Asia/Shanghai",
        "calendar": "calendars.cn",
        "weekdays": {1: ["09:00-12:00"]},
        "made_up": [],
    }
    assert hours_of({"d": usual}).spans(dt.date(2026, 6, 1))
    with pytest.raises(RuleError):
        hours_of({"d": {**usual, **change}})
    for value in ({"e": usual}, ["d"], {"d": None}):
        with pytest.raises(RuleError):
            hours_of(value)


def test_a_calendar_that_is_not_there_is_named():
    with pytest.raises(RuleNotFoundError, match=r"calendars\.mars"):
        hours_of(
            {
                "d": {
                    "zone": "Asia/Shanghai",
                    "calendar": "calendars.mars",
                    "weekdays": {1: ["09:00-12:00"]},
                    "made_up": [],
                }
            }
        )
    assert CALENDARS.known("calendars.cn", dt.date(2011, 12, 5)).years == {}
    early = found("uk-disp", "2018-06-01", "payment_response", until=dt.datetime(2018, 6, 2, tzinfo=dt.UTC))
    assert (early.legal_due, early.code) == (None, "not_covered")


def test_junk_in_service_levels_is_an_error_of_the_rule():
    other = {"first_response": 60, "update": 60, "resolution": {"simple": 1, "complex": 2, "special": 3}}
    journey = {
        "desk": "complaints",
        "law": {"regime": "cn-cbirc-2020-3", "clock": "decide"},
        "tiers": {"other": other},
    }
    document = raw("parameter", {DAY: {"j": journey}})
    base = ("values", DAY, "j")
    paths = [("values", DAY), base, (*base, "law"), (*base, "tiers"), (*base, "tiers", "other")]
    paths += [(*base, "tiers", "other", key) for key in other]
    for path in paths:
        for one in spoilt(document, path):
            survives(lambda v: service_level(v, "j", None), one)
    assert service_level(version_of(document), "j", "gold").tier == "other"
    with pytest.raises(RuleError, match="journey"):
        service_level(version_of(document), "k", None)
    no_clock = copy.deepcopy(document)
    no_clock["values"][DAY]["j"]["law"]["clock"] = "nothing"
    with pytest.raises(RuleError, match="law"):
        check_levels(BOOK, version_of(no_clock))


def test_the_check_of_the_rulebook_finds_what_packs_say_of_each_other():
    good = book_of([clock_of()], year())
    assert {p.code for p in rulebook_problems(good, {}, {}, dt.date(2026, 11, 27))} == {"no_cases"}
    pack = good.entry("law.test")
    twice = Rulebook({**good.entries, "law.other": pack})
    with pytest.raises(RuleError, match="identifier of its own"):
        check_regime(twice, pack.versions[0])
    with pytest.raises(RuleError, match="path of a calendar"):
        check_regime(Rulebook({"law.test": pack}), pack.versions[0])
    shown = [
        p.sentence.en for p in rulebook_problems(Rulebook({"law.test": pack}), {}, {}, dt.date(2026, 11, 27))
    ]
    assert any("path of a calendar" in one for one in shown)


def test_cases_of_calendars_and_clocks_are_read_or_refused():
    book = book_of([clock_of()], year())
    case = {"name": "n", "at": DAY, "clock": "c", "expect": {"legal_due": dt.date(2026, 6, 11)}}
    assert run_case(book, "law.test", case, READERS).passed
    assert run_case(
        book, "calendars.test", {"name": "n", "at": DAY, "day": DAY, "expect": "working"}, READERS
    ).passed
    slips = (
        {"clock": "d"},
        {"expect": "x"},
        {"expect": {"colour": 1}},
        {"received": "2026-06-01T10:00"},
        {"until": "noon"},
    )
    for slip in slips:
        with pytest.raises(RuleError):
            run_case(book, "law.test", {**case, **slip}, READERS)
    with pytest.raises(RuleError):
        run_case(
            book, "calendars.test", {"name": "n", "at": DAY, "day": "Monday", "expect": "working"}, READERS
        )


def test_what_a_caller_may_not_ask():
    regime = regime_of(BOOK, "cn-cbirc-2020-3", DAY)
    noon = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
    for received, complexity, at in (
        (noon.replace(tzinfo=None), "simple", noon), (noon, "simple", noon.replace(tzinfo=None)), (noon, "hard", noon),
        (noon, "simple", noon - dt.timedelta(seconds=1)),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            clocks(regime, received, complexity, [], CALENDARS, at)
    with pytest.raises(RuleNotFoundError):
        clocks(regime, noon.replace(year=2019), "simple", [], CALENDARS, noon)
    draft = next(one for one in regimes(BOOK) if not one.enabled)
    with pytest.raises(RuleNotFoundError, match="draft"):
        clocks(draft, noon, "simple", [], CALENDARS, noon)
    with pytest.raises(CaseEventError, match="clocks"):
        found(
            "cn-cbirc-2020-3",
            "2026-06-01",
            "decide",
            [event("2026-06-02", "suspended", reference="N", clocks=["decision"])],
        )
    late = {"channel": "phone", "at": "2026-06-03T10:00:00+08:00"}
    with pytest.raises(CaseEventError, match="after the event"):
        case_events([event("2026-06-02", "informed", notice=late)])


def test_junk_of_an_event_is_refused_as_an_event():
    whole = event(
        "2026-06-02",
        "extended",
        to="special",
        approver="a",
        reason="r",
        clocks=["c"],
        notice={"channel": "phone"},
    )
    for key in whole:
        for junk in JUNK:
            with contextlib.suppress(CaseEventError):
                case_events([{**whole, key: junk}])
    assert case_events([whole])
    for junk in JUNK[:9]:
        if junk != []:
            with pytest.raises(CaseEventError):
                case_events(junk)


def test_an_unpublished_year_is_taken_back():
    document = raw("calendar", {FIRST: year(), DAY: year(published=False)}, zone="UTC", weekend=[6, 7])
    calendars = Calendars.of(Rulebook({"c": parse_entry("c", document)}))
    assert calendars.known("c", FIRST).is_working(DAY)
    assert calendars.known("c", DAY).years == {}
