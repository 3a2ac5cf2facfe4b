"""What ``standard.service_standards`` may say."""

import datetime as dt

import pytest
from access_tables import FIRST, text

from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import RuleError, RuleNotFoundError
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.decide.service_standards import STANDARDS, ServiceStandard, ServiceStandards

ONE = {"contact_days": 31, "task_days": 2, "share": 0.9}


def rulebook(value):
    raw = {
        "kind": "parameter", "title": text("Standards"), "owner": "law", "last_checked": FIRST, "status": "provisional", "unit": "x",
        "values": {FIRST: value}, "reference": {FIRST: {"title": "Decision"}},
    }  # fmt: skip
    return Rulebook({STANDARDS: parse_entry(STANDARDS, raw)})


def test_the_shipped_standards():
    found = ServiceStandards.of(load_rulebook(), dt.date(2026, 6, 30))
    assert found.tiers["private"] == ServiceStandard(31, 2, 0.9)
    assert found.longest == 366
    assert [found.named(tier) for tier in ("private", "gold", None)] == ["private", "other", "other"]


@pytest.mark.parametrize("changes", [
    {"contact_days": 0}, {"contact_days": 1.5}, {"task_days": True}, {"task_days": None}, {"share": 1.1}, {"share": -0.1}, {"share": True},
    {"share": "most"}, {"share": float("nan")},
])  # fmt: skip
def test_numbers_that_cannot_be_meant(changes):
    with pytest.raises(RuleError) as caught:
        ServiceStandards.of(rulebook({"other": ONE | changes}), FIRST)
    assert STANDARDS in str(caught.value)


@pytest.mark.parametrize("value", [{"private": ONE}, 31])
def test_whoever_has_no_named_tier_has_a_standard_too(value):
    with pytest.raises(RuleError):
        ServiceStandards.of(rulebook(value), FIRST)


def test_before_the_first_day_nothing_was_promised():
    with pytest.raises(RuleNotFoundError):
        ServiceStandards.of(load_rulebook(), dt.date(1992, 12, 31))
