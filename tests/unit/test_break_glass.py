"""Break-glass: who, for how long, for whom alone, and that somebody else looks at it."""

import datetime as dt

import pytest
from access_tables import DAY, FIRST, text

from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import RuleError
from zhike.core.rulebook import parse_entry
from zhike.govern.break_glass import BREAK_GLASS, BreakGlassRules, close_glass, open_glass, review_glass
from zhike.govern.roles import Access, Actor, Permission, decide_access

RULEBOOK = load_rulebook()
RULES = BreakGlassRules.of(RULEBOOK.at(BREAK_GLASS, DAY))
ACCESS = Access.of(RULEBOOK)
NOW = dt.datetime(2026, 6, 30, 9, tzinfo=dt.UTC)
HOUR, TICK = dt.timedelta(hours=1), dt.timedelta(microseconds=1)
MING = Actor("S1", ("relationship_manager",), "North", frozenset({"C1"}))
WHY = "The customer stands at the counter and her manager is ill."


def opened(actor=MING, customer="C9", reason=WHY, at=NOW):
    subject = actor.subject(customer, "South")
    permission = decide_access(ACCESS, actor, "break_glass.use", subject, "emergency", at.date())
    return open_glass(RULES, actor, permission, opening_id="B1", customer_id=customer, reason=reason, at=at)


def right(actor, verb="break_glass.review", *, allowed=True):
    return Permission(actor, verb, "audit", allowed, "C2", visible=True, needs_second_person=False, rules=())


def codes(outcome):
    return [missing.code for missing in outcome.missing]


def test_the_glass_opens_one_customer_to_one_person_for_some_hours():
    opening = opened().opening
    assert (opening.ends_at, opening.review_by) == (NOW + 4 * HOUR, NOW + 72 * HOUR)
    assert opening.alerts == ("branch_manager", "compliance", "data_protection_officer")
    times = [NOW - TICK, NOW, NOW + 4 * HOUR - TICK, NOW + 4 * HOUR]
    assert [opening.opens("S1", "C9", at) for at in times] == [False, True, True, False]
    assert not opening.opens("S2", "C9", NOW)
    assert not opening.opens("S1", "C8", NOW)
    assert [opening.state(at) for at in times] == ["open", "open", "open", "ended"]


def test_what_an_opening_shows():
    """A stranger is invisible, an opened one is seen in an emergency, and only then."""
    opening = opened().opening
    before = decide_access(ACCESS, MING, "customer.view", MING.subject("C9", "South"), "emergency", DAY)
    subject = MING.subject("C9", "South", opened=opening.opens("S1", "C9", NOW))
    during = decide_access(ACCESS, MING, "customer.view", subject, "emergency", DAY)
    sale = decide_access(ACCESS, MING, "customer.view", subject, "marketing", DAY)
    assert (before.allowed, before.visible) == (False, False)
    assert (during.allowed, during.highest_class) == (True, "C2")
    assert (sale.allowed, sale.visible) == (False, True)


def test_the_longest_of_several_roles_counts():
    both = Actor("S1", ("relationship_manager", "branch_manager"), "North")
    assert opened(both).opening.ends_at == NOW + 8 * HOUR


def test_who_may_not():
    analyst = Actor("S4", ("analyst",))
    assert codes(opened(analyst)) == ["not_permitted", "role_not_named"]
    auditor = Actor("S5", ("relationship_manager", "auditor"))
    assert codes(opened(auditor)) == ["not_permitted"]
    assert codes(opened(reason="Urgent, please!     ")) == ["reason_short"]
    foreign = right("S2", "break_glass.use")
    found = open_glass(RULES, MING, foreign, opening_id="B1", customer_id="C9", reason=WHY, at=NOW)
    assert (found.opening, codes(found)) == (None, ["not_permitted"])


def test_whoever_opened_may_close():
    opening = opened().opening
    assert codes(close_glass(opening, "S2", NOW + HOUR)) == ["not_the_person"]
    assert codes(close_glass(opening, "S1", NOW - HOUR)) == ["too_early"]
    closed = close_glass(opening, "S1", NOW + HOUR).opening
    assert [closed.opens("S1", "C9", at) for at in (NOW + HOUR - TICK, NOW + HOUR)] == [True, False]
    assert codes(close_glass(closed, "S1", NOW + 2 * HOUR)) == ["wrong_state"]


def test_somebody_else_looks_at_it():
    opening = opened().opening
    assert codes(review_glass(opening, right("S1"), justified=True, reason=WHY, at=NOW + HOUR)) == [
        "same_person"
    ]
    assert codes(
        review_glass(opening, right("S2", allowed=False), justified=True, reason=WHY, at=NOW + HOUR)
    ) == ["not_permitted"]
    assert codes(review_glass(opening, right("S2", "audit.view"), justified=True, reason="", at=NOW - HOUR)) == [
        "not_permitted", "reason_short", "too_early",
    ]  # fmt: skip
    seen = review_glass(opening, right("S2"), justified=False, reason=WHY, at=NOW + HOUR).opening
    assert (seen.state(NOW + HOUR), seen.review.justified, seen.review.reviewer) == ("reviewed", False, "S2")
    # A review ends what still lasts, and is not made twice.
    assert not seen.opens("S1", "C9", NOW + HOUR)
    assert codes(review_glass(seen, right("S3"), justified=True, reason=WHY, at=NOW + 2 * HOUR)) == [
        "wrong_state"
    ]


def test_an_opening_that_nobody_looked_at_is_overdue():
    opening = opened().opening
    seen = review_glass(opening, right("S2"), justified=True, reason=WHY, at=NOW + 5 * HOUR).opening
    late = NOW + 72 * HOUR
    assert [opening.overdue(at) for at in (late - TICK, late)] == [False, True]
    assert not seen.overdue(late)


@pytest.mark.parametrize(
    "changes",
    [
        {"hours": {"adviser": 0}},
        {"hours": {"adviser": "long"}},
        {"review_hours": 0},
        {"characters": 0},
        {"alerts": []},
        {"more": 1},
    ],
)
def test_malformed_rules_are_refused(changes):
    value = {
        "hours": {"adviser": 4},
        "characters": 20,
        "alerts": ["compliance"],
        "review_hours": 72,
        **changes,
    }
    raw = {
        "kind": "parameter", "title": text("Glass"), "owner": "law", "last_checked": FIRST, "status": "provisional",
        "values": {FIRST: value}, "reference": {FIRST: {"title": "Decision"}},
    }  # fmt: skip
    with pytest.raises(RuleError):
        BreakGlassRules.of(parse_entry(BREAK_GLASS, raw).at(DAY))
