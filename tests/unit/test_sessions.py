"""The numbers of ``access.sessions``, and when a token is in force."""

import datetime as dt

import pytest
from access_tables import FIRST, text

from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import RuleError
from zhike.core.rulebook import parse_entry
from zhike.govern.sessions import SESSIONS, SessionRules, in_force

VALUE = {
    "idle_minutes": 20, "most_hours": 12, "failed_tries": 5, "locked_minutes": 15, "least_characters": 12, "most_characters": 128, "one_time_hours": 24,
}  # fmt: skip
MINUTE = 60_000_000
MACHINE = {"revoked_at": None, "expires_at": None, "used_at": None, "idle": None}
SESSION = {"revoked_at": None, "expires_at": 1000, "used_at": 100, "idle": 50}


def version(value):
    raw = {
        "kind": "parameter", "title": text("Sessions"), "owner": "law", "last_checked": FIRST, "status": "provisional", "unit": "x",
        "values": {FIRST: value}, "reference": {FIRST: {"title": "Decision"}},
    }  # fmt: skip
    return parse_entry(SESSIONS, raw).at(FIRST)


def test_the_shipped_numbers():
    rules = SessionRules.of(load_rulebook().at(SESSIONS, dt.date(2026, 6, 30)))
    assert rules == SessionRules(20 * MINUTE, 12 * 60 * MINUTE, 5, 15 * MINUTE, 12, 128)


@pytest.mark.parametrize(
    "changes",
    [
        {"idle_minutes": 0}, {"most_hours": -1}, {"failed_tries": 2.5}, {"failed_tries": True}, {"least_characters": "12"},
        {"locked_minutes": 24 * 60 + 1}, {"least_characters": 129}, {"further": 1},
    ],
)  # fmt: skip
def test_numbers_that_cannot_be_meant(changes):
    with pytest.raises(RuleError) as caught:
        SessionRules.of(version(VALUE | changes))
    assert SESSIONS in str(caught.value)


def test_no_name_is_locked_for_longer_than_a_day():
    assert SessionRules.of(version(VALUE | {"locked_minutes": 24 * 60})).locked == 24 * 60 * MINUTE


def test_a_number_that_is_missing():
    with pytest.raises(RuleError):
        SessionRules.of(version({name: value for name, value in VALUE.items() if name != "idle_minutes"}))
    with pytest.raises(RuleError):
        SessionRules.of(version(20))


@pytest.mark.parametrize(
    ("row", "now", "expected"),
    [
        (MACHINE, 10**18, True), (MACHINE | {"expires_at": 10}, 9, True), (MACHINE | {"expires_at": 10}, 10, False),
        (MACHINE | {"revoked_at": 5}, 4, False), (SESSION, 149, True), (SESSION, 150, False), (SESSION | {"used_at": 140}, 150, True),
        (SESSION | {"used_at": 999}, 999, True), (SESSION | {"used_at": 999}, 1000, False), (SESSION | {"revoked_at": 120}, 121, False),
    ],
)  # fmt: skip
def test_when_a_token_is_in_force(row, now, expected):
    assert in_force(row, now) is expected
