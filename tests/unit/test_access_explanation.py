"""Why a request was refused: each sentence follows from the rules, and the verdict is that of the check itself."""

import datetime as dt

import pytest
from access_tables import DAY

from zhike.adapters.rule_files import load_rulebook
from zhike.core.grants import SCOPES
from zhike.core.language import LANGUAGES
from zhike.govern.access_explanation import SCOPE_TITLES, explain_access
from zhike.govern.roles import Access, Actor, Subject, decide_access

ACCESS = Access.of(load_rulebook())


def why(roles, verb, subject, purpose, at=DAY):
    found = explain_access(ACCESS, Actor("S1", roles), verb, subject, purpose, at)
    return [sentence.en for sentence in found.sentences]


def test_a_stranger_is_refused_and_the_page_says_what_would_be_granted():
    told = why(("relationship_manager",), "customer.view", Subject(), "service")
    assert told[0] == (
        "Asked: see a customer's page; customer: somebody else's; purpose: serve the customer; roles: relationship manager."
    )
    assert told[1] == "Refused."
    assert "No rule grants it." in told
    assert "Granted to these roles for: a customer for whom the glass was broken; purpose: emergency." in told
    assert any(line.startswith("Who may: relationship manager (purpose: serve") for line in told)
    assert any(line.startswith("The customer stays unknown") for line in told)
    assert told[-1].endswith("in force since 2026-01-01 (provisional).")


def test_a_denial_is_named_with_its_reason():
    told = why(("branch_manager",), "override.approve", Subject(is_own=True), "supervision")
    assert (
        "Denied by access.roles#own_book_is_not_judged: Nobody judges a matter of their own customers."
        in told
    )
    assert (
        "Granted by access.roles#branch_manager_approves_overrides: customers of the branch, up to class C2."
        in told
    )
    assert "No rule grants it." not in told
    assert not any(line.startswith("Granted to these roles for") for line in told)


def test_a_denial_of_a_class_is_not_told_as_a_refusal():
    told = why(("relationship_manager",), "customer.view", Subject(is_own=True), "service")
    assert told[1] == "Allowed; personal data up to class C2 are shown."
    assert any(line.startswith("Class C3 is closed by access.roles#nobody_sees") for line in told)
    assert not any(line.startswith("Denied") for line in told)


def test_a_second_person_is_announced():
    told = why(("data_protection_officer",), "privacy.erase", Subject(), "privacy_request")
    assert told[2] == "It takes effect when a second person approves it: whoever may approve an erasure."


def test_a_token_that_is_limited_to_something_else():
    limited = Actor("S1", ("relationship_manager",), scopes=("customer.search", "decision.*"))
    own, stranger = (
        [
            one.en
            for one in explain_access(ACCESS, limited, "customer.view", subject, "service", DAY).sentences
        ]
        for subject in (Subject(is_own=True), Subject())
    )
    told = "The token shown is limited to customer.search, decision.*; another token of the same owner may reach further."
    assert own[1] == "Refused."
    assert told in own
    assert told in stranger
    # The roles would do for one's own customer, so nothing is said of other roles; for somebody else's they would not either.
    assert "No rule grants it." not in own
    assert "No rule grants it." in stranger
    assert not any(line.startswith("The customer stays unknown") for line in own)
    assert stranger[-2].startswith("The customer stays unknown")


def test_names_that_the_rules_do_not_know():
    told = why(("ghost",), "fly", None, "fun")
    assert {"The rules know no 'fly'.", "The rules know no 'fun'.", "No rule grants it."} <= set(told)
    assert told[0] == "Asked: fly; customer: without a customer; purpose: fun; roles: ghost."
    assert why((), "health.view", None, "operation")[0].endswith("roles: -.")


def test_a_day_without_rules():
    told = why(("administrator",), "health.view", None, "operation", dt.date(2025, 12, 31))
    assert told == ["Refused.", "No access rules are in force on 2025-12-31."]


def test_several_ties_are_all_named():
    told = why(("branch_manager",), "customer.view", Subject(is_own=True, same_branch=True), "service")
    assert "customer: one of their own, of the branch" in told[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_filled(language):
    for roles in (("analyst",), ("administrator", "relationship_manager")):
        for subject in (None, Subject(), Subject(is_own=True, opened=True)):
            for verb in ("customer.view", "policy.approve", "override.approve", "nothing"):
                found = explain_access(ACCESS, Actor("S", roles), verb, subject, "audit", DAY)
                told = [sentence.in_language(language) for sentence in found.sentences]
                assert all(told)
                assert not any("{" in line for line in told)


def test_the_verdict_is_that_of_the_check():
    for role in ACCESS.at(DAY).table.roles:
        for verb in ACCESS.at(DAY).table.verbs:
            actor, subject = Actor("S", (role,)), Subject(same_branch=True)
            found = explain_access(ACCESS, actor, verb, subject, "governance", DAY).permission
            assert found == decide_access(ACCESS, actor, verb, subject, "governance", DAY)


def test_every_scope_has_a_title():
    assert set(SCOPE_TITLES) == set(SCOPES)
