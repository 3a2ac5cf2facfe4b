"""Who may do what: the rules of the day, the actor and the customer, what stays invisible, how far a search reaches."""

import datetime as dt

import pytest
from access_tables import DAY, FIRST, allow, deny, grants_document, text

from zhike.adapters.rule_files import load_rulebook
from zhike.core.errors import RuleError, RuleNotFoundError
from zhike.core.rulebook import Rulebook, parse_entry
from zhike.govern.break_glass import BreakGlassRules
from zhike.govern.roles import Access, Actor, Subject, decide_access, permitted_scope

SHIPPED = Access.of(load_rulebook())
MING = Actor("S1", ("relationship_manager",), "North", frozenset({"C1"}))
FOUR = {"do": {"approved_by": "see", "hours": 1, "characters": 0}}
LATER = dt.date(2026, 9, 1)


def four_eyes(value, **changes):
    raw = {
        "kind": "parameter", "title": text("Two"), "owner": "law", "last_checked": FIRST, "status": "provisional",
        "values": {FIRST: value}, "reference": {FIRST: {"title": "Decision"}}, **changes,
    }  # fmt: skip
    return parse_entry("access.four_eyes", raw)


def access(rows, second=None, **changes):
    roles = parse_entry("access.roles", grants_document(rows) | changes)
    entries = {"access.roles": roles, "access.four_eyes": second or four_eyes(FOUR)}
    return Access.of(Rulebook(entries))


def ask(rules, roles=("a",), verb="see", subject=None, purpose="x", at=DAY):
    return decide_access(rules, Actor("S9", tuple(roles)), verb, subject, purpose, at)


def test_how_an_actor_stands_to_a_customer():
    assert MING.subject("C1", "South") == Subject(is_own=True)
    assert MING.subject("C2", "North") == Subject(same_branch=True)
    assert MING.subject("C2", None, opened=True) == Subject(opened=True)
    assert Actor("S2", ()).subject("C2", None) == Subject()


def test_every_tie_has_its_bit():
    ties = [Subject(own, branch, opened) for own in (0, 1) for branch in (0, 1) for opened in (0, 1)]
    assert len({tie.near for tie in ties}) == 8
    assert all(tie.near & 8 for tie in ties)


@pytest.mark.parametrize(
    ("subject", "allowed", "visible"),
    [
        (Subject(is_own=True), True, True),
        (Subject(same_branch=True), False, False),
        (Subject(), False, False),
        (None, False, True),
    ],
)
def test_somebody_elses_customer_is_invisible(subject, allowed, visible):
    found = decide_access(SHIPPED, MING, "customer.view", subject, "service", DAY)
    assert (found.allowed, found.visible) == (allowed, visible)


def test_a_customer_who_may_be_seen_to_some_end_is_visible_when_another_request_is_refused():
    own = Subject(is_own=True)
    assert decide_access(SHIPPED, MING, "privacy.erase", own, "privacy_request", DAY).visible
    assert decide_access(SHIPPED, MING, "customer.view", own, "analysis", DAY).visible
    assert not decide_access(SHIPPED, MING, "privacy.erase", Subject(), "privacy_request", DAY).visible


def test_a_denial_of_another_role_takes_the_sight():
    both = Actor("S1", ("relationship_manager", "administrator"))
    assert not decide_access(SHIPPED, both, "customer.view", Subject(is_own=True), "service", DAY).visible
    assert decide_access(SHIPPED, both, "health.view", None, "operation", DAY).allowed


def test_sight_is_what_some_request_would_show():
    """The precomputed bits agree with asking for every way to see the customer."""
    rules = SHIPPED.at(DAY)
    names = list(rules.table.roles)
    for roles in [(name,) for name in names] + [(a, b) for a in names for b in names if a < b]:
        for near in range(8, 16):
            ways = (
                (verb, one) for verb in ("customer.view", "customer.search") for one in rules.table.purposes
            )
            seen = any(rules.table.judge(roles, *way, near).highest is not None for way in ways)
            assert rules.visible(Actor("S", roles), near) is seen, (roles, near)


@pytest.mark.parametrize(
    ("scopes", "own", "stranger"),
    [
        (None, (True, True), (False, False)), (("customer.view",), (True, True), (False, False)),
        (("customer.*", "policy.view"), (True, True), (False, False)), (("customer.search",), (False, True), (False, False)),
        (("decision.make",), (False, False), (False, False)), ((), (False, False), (False, False)),
    ],
)  # fmt: skip
def test_a_token_sees_who_its_scopes_let_it_see(scopes, own, stranger):
    limited = Actor("S1", ("relationship_manager",), scopes=scopes)
    for subject, expected in ((Subject(is_own=True), own), (Subject(), stranger)):
        found = decide_access(SHIPPED, limited, "customer.view", subject, "service", DAY)
        assert (found.allowed, found.visible) == expected
    assert decide_access(SHIPPED, limited, "customer.view", None, "service", DAY).visible


def test_a_limited_token_is_told_in_the_audit_record():
    limited = Actor("S1", ("relationship_manager",), scopes=("decision.make",))
    found = decide_access(SHIPPED, limited, "customer.view", Subject(is_own=True), "service", DAY).to_dict()
    assert (found["allowed"], found["outside_scopes"]) == (False, True)
    assert found["rules"]


def test_what_needs_a_second_person():
    chen = Actor("S3", ("data_protection_officer",))
    assert decide_access(
        SHIPPED, chen, "privacy.erase", Subject(), "privacy_request", DAY
    ).needs_second_person
    assert not decide_access(
        SHIPPED, chen, "privacy.export", Subject(), "privacy_request", DAY
    ).needs_second_person
    # Who may not even propose it needs nobody's approval.
    assert not decide_access(
        SHIPPED, MING, "privacy.erase", Subject(), "privacy_request", DAY
    ).needs_second_person


def test_classes_that_are_shown():
    analyst = Actor("S4", ("analyst",))
    found = decide_access(SHIPPED, analyst, "customer.view", Subject(), "analysis", DAY)
    assert [found.shows(one) for one in ("-", "C1", "C2", "C3")] == [True, True, False, False]
    refused = decide_access(SHIPPED, analyst, "customer.view", Subject(), "service", DAY)
    assert refused.highest_class is None
    assert not refused.shows("-")


def test_the_rules_of_the_day_are_asked():
    rows, more = [allow("one", scope="none")], [allow("one", scope="none"), deny("all", roles=["a"])]
    dated = {"values": {FIRST: rows, LATER: more}, "reference": {d: {"title": "x"} for d in (FIRST, LATER)}}
    rules = access(rows, **dated)
    days = [FIRST - dt.timedelta(1), FIRST, LATER - dt.timedelta(1), LATER]
    assert [ask(rules, at=day).allowed for day in days] == [False, True, True, False]
    assert ask(rules, at=days[0]).visible
    assert not ask(rules, at=days[0], subject=Subject(is_own=True)).visible


def test_without_the_list_of_what_needs_two_nothing_is_granted():
    """A missing document must not turn into "nobody needs a second person"."""
    dated = {"values": {FIRST: FOUR, LATER: None}, "reference": {d: {"title": "x"} for d in (FIRST, LATER)}}
    rules = access([allow("one", scope="none")], four_eyes(FOUR, **dated))
    assert ask(rules, at=DAY).allowed
    assert not ask(rules, at=LATER).allowed
    assert permitted_scope(rules, Actor("S", ("a",)), "see", "x", LATER) is None
    with pytest.raises(RuleNotFoundError):
        Access.of(Rulebook({"access.roles": parse_entry("access.roles", grants_document([allow("one")]))}))


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"fly": {"approved_by": "see", "hours": 1, "characters": 0}}, "verb 'fly'"),
        ({"do": {"approved_by": "fly", "hours": 1, "characters": 0}}, "verb 'fly'"),
        ({"do": {"approved_by": "do", "hours": 1, "characters": 0}}, "approved_by 'do'"),
        ({"do": {"approved_by": "see", "hours": 0, "characters": 0}}, "hours, 1 or more"),
        ({"do": {"approved_by": "see", "hours": 1.5, "characters": 0}}, "hours, 1 or more"),
        ({"do": {"approved_by": "see", "hours": 1, "characters": -1}}, "characters, 0 or more"),
        ({"do": {"approved_by": "see"}}, "keys"),
    ],
)
def test_a_malformed_rule_of_two_is_refused(value, named):
    with pytest.raises(RuleError) as caught:
        access([allow("one")], four_eyes(value))
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("roles", "verb", "purpose", "scope"),
    [
        (("relationship_manager",), "customer.search", "service", "own_book"),
        (("branch_manager",), "customer.search", "service", "branch"),
        (("relationship_manager", "branch_manager"), "customer.search", "service", "branch"),
        (("complaints_officer",), "customer.search", "complaint", "all"),
        (("complaints_officer",), "customer.search", "service", None),
        (("administrator", "complaints_officer"), "customer.search", "complaint", None),
        (("relationship_manager",), "customer.view", "emergency", None),
        (("integration",), "customer.search", "service", None),
    ],
)
def test_how_far_a_search_reaches(roles, verb, purpose, scope):
    assert permitted_scope(SHIPPED, Actor("S", roles), verb, purpose, DAY) == scope


def test_an_audit_record_names_every_rule():
    found = decide_access(SHIPPED, MING, "case.view", Subject(is_own=True), "marketing", DAY).to_dict()
    assert (found["allowed"], found["highest_class"], found["actor_id"]) == (False, None, "S1")
    assert {"rule": "access.roles#complaints_do_not_serve_marketing", "effect": "deny"} in found["rules"]


def test_roles_of_break_glass_are_those_that_the_grants_name():
    """The hours are said in one document, the right in another: a role is in both or in neither."""
    rulebook = load_rulebook()
    hours = set(BreakGlassRules.of(rulebook.at("access.break_glass", DAY)).hours)
    table = SHIPPED.at(DAY).table
    using = {role for role in table.roles if table.judge([role], "break_glass.use", "emergency", 8).highest}
    opened = {role for grant in table.grants if grant.scope == "opened" for role in grant.roles}
    assert hours == using == opened
    alerts = BreakGlassRules.of(rulebook.at("access.break_glass", DAY)).alerts
    assert set(alerts) <= set(table.roles)
