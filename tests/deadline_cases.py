"""Complaints for tests of deadlines: the shipped rules, and a small regime whose law knows a pause."""

import datetime as dt
from zoneinfo import ZoneInfo

from zhike.adapters.rule_files import load_rulebook
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.govern.deadlines import Calendars, case_events, clocks, regime_of, running_dates

BOOK = load_rulebook()
CALENDARS = Calendars.of(BOOK)
NOW = dt.datetime(2027, 6, 30, 12, tzinfo=dt.UTC)
SHA = "ab" * 32
TOLD = {"channel": "written", "sha256": SHA}
WORDS = {"en": "x", "zh-Hans": "甲", "zh-Hant": "甲"}


def at(text):
    return dt.datetime.fromisoformat(text)


def raw(kind, value, first=dt.date(2020, 1, 1), **head):
    return {
        "kind": kind, "title": WORDS, "owner": "law", "last_checked": first, "status": "confirmed",
        "values": value if isinstance(value, dict) and all(isinstance(k, dt.date) for k in value) else {first: value},
        "reference": {day: {"title": "Law"} for day in (value if isinstance(value, dict) and all(isinstance(k, dt.date) for k in value) else [first])},
        **head,
    }  # fmt: skip


def book_of(clocks_, calendar, zone="Asia/Shanghai", **value):
    """Return a rulebook with one regime, ``test``, and one calendar, ``calendars.test``."""
    regime = raw("clocks", {dt.date(2020, 1, 1): {"enabled": True, "clocks": clocks_, **value}}, id="test", zone=zone, calendar="calendars.test",
                 approvers={"head": WORDS})  # fmt: skip
    days = raw("calendar", calendar, zone=zone, weekend=[6, 7])
    return Rulebook(
        {"law.test": parse_entry("law.test", regime), "calendars.test": parse_entry("calendars.test", days)}
    )


def clock_of(**keys):
    """Return a clock for `book_of`: ten calendar days that a pause stops."""
    usual = {
        "id": "c", "title": WORDS, "actor": "bank", "starts": "received", "stops": ["informed", "withdrawn"],
        "unit": "calendar_days", "length": 10, "roll": "none", "reference": "Law Art. 1", "pauses": True,
    }  # fmt: skip
    return {**usual, **keys}


def year(number=2026, closed=(), opened=(), published=True):  # noqa: FBT002 - a key of the file
    return {number: {"published": published, "closed": list(closed), "open": list(opened)}}


def found(name, received, clock, events=(), *, complexity="simple", until=NOW, book=BOOK, matter=None):
    """Return one clock of a case; a day stands for its first instant in the regime's zone."""
    moment = dt.date.fromisoformat(received) if len(received) == 10 else at(received)
    regime = regime_of(book, name, moment)
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time.min, tzinfo=regime.zone)
    calendars = CALENDARS if book is BOOK else Calendars.of(book)
    case = (regime, moment, complexity, case_events(list(events)), calendars, until)
    all_of_them = clocks(*case, matter=matter)
    # Whatever a test asks: the dates alone are those that the clocks tell.
    running = [(one.id, one.legal_due, one.safe_due) for one in all_of_them if one.state == "running"]
    short = running_dates(*case, matter=matter)
    assert [(one.id, one.legal_due, one.safe_due) for one in short] == running
    return next(one for one in all_of_them if one.id == clock)


def event(when, name, **keys):
    return {"at": when if "T" in when else f"{when}T10:00:00+08:00", "event": name, **keys}


def dates(clock):
    return str(clock.legal_due), str(clock.safe_due)


SHANGHAI = ZoneInfo("Asia/Shanghai")
