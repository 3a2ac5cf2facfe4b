"""Two persons: what is proposed, by whom it is approved, until when, and that nothing else is done."""

import datetime as dt

import pytest

from zhike.core.language import LANGUAGES
from zhike.govern.four_eyes import carry_out, propose, review, withdraw
from zhike.govern.missing import SENTENCES, Missing
from zhike.govern.roles import Permission
from zhike.govern.second_person import SecondPersonRule

NOW = dt.datetime(2026, 6, 30, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
RULE = SecondPersonRule("policy.propose", "policy.approve", hours=24, characters=5)
CONTENT, OTHER = "a" * 64, "b" * 64


def right(actor, verb, *, allowed=True):
    return Permission(
        actor, verb, "governance", allowed, "-" if allowed else None, visible=True, needs_second_person=False, rules=()
    )  # fmt: skip


def proposed(at=NOW):
    found = propose(RULE, right("S1", "policy.propose"), "P1", CONTENT, "Because of the audit.", at)
    assert found.missing == ()
    return found.proposal


def reviewed(
    proposal,
    actor="S2",
    *,
    approve=True,
    reason="I checked it.",
    at=NOW + HOUR,
    verb="policy.approve",
    allowed=True,
):
    return review(proposal, right(actor, verb, allowed=allowed), approve=approve, reason=reason, at=at)


def codes(outcome):
    return [missing.code for missing in outcome.missing]


def test_from_proposal_to_deed():
    proposal = proposed()
    assert (proposal.state(NOW), proposal.proposer, proposal.expires_at) == (
        "proposed",
        "S1",
        NOW + 24 * HOUR,
    )
    approved = reviewed(proposal)
    assert codes(approved) == []
    assert approved.proposal.state(NOW + HOUR) == "approved"
    done = carry_out(approved.proposal, right("S1", "policy.propose"), CONTENT, NOW + 2 * HOUR)
    assert done.proposal.state(NOW + 2 * HOUR) == "carried_out"
    assert [(step.kind, step.actor_id) for step in done.proposal.steps] == [
        ("approved", "S2"),
        ("carried_out", "S1"),
    ]
    # What was done stays done, however late one looks.
    assert done.proposal.state(NOW + 1000 * HOUR) == "carried_out"


def test_nobody_approves_their_own_proposal():
    found = reviewed(proposed(), actor="S1")
    assert codes(found) == ["same_person"]
    assert found.proposal == proposed()
    assert found.missing[0].render() == "another person than 'S1' is needed"


@pytest.mark.parametrize("approve", [True, False])
def test_a_review_needs_the_right_and_a_reason(approve):
    proposal = proposed()
    assert codes(reviewed(proposal, approve=approve, allowed=False)) == ["not_permitted"]
    assert codes(reviewed(proposal, approve=approve, verb="policy.propose")) == ["not_permitted"]
    assert codes(reviewed(proposal, approve=approve, reason=" o  k ")) == ["reason_short"]
    assert codes(reviewed(proposal, approve=approve, actor="S1", allowed=False, reason="")) == [
        "not_permitted", "reason_short", "same_person",
    ]  # fmt: skip


def test_a_proposal_needs_the_right_and_a_reason():
    found = propose(RULE, right("S1", "policy.propose", allowed=False), "P1", CONTENT, "x", NOW)
    assert (found.proposal, codes(found)) == (None, ["not_permitted", "reason_short"])
    assert codes(propose(RULE, right("S1", "policy.view"), "P1", CONTENT, "A reason.", NOW)) == [
        "not_permitted"
    ]


def test_what_was_refused_is_refused_for_good():
    refused = reviewed(proposed(), approve=False).proposal
    assert refused.state(NOW + HOUR) == "refused"
    assert codes(reviewed(refused, actor="S3", at=NOW + 2 * HOUR)) == ["wrong_state"]
    assert codes(carry_out(refused, right("S1", "policy.propose"), CONTENT, NOW + 2 * HOUR)) == [
        "wrong_state"
    ]


def test_only_what_was_approved_is_done_and_once():
    approved = reviewed(proposed()).proposal
    right_to = right("S1", "policy.propose")
    assert codes(carry_out(approved, right_to, OTHER, NOW + 2 * HOUR)) == ["content_changed"]
    assert codes(carry_out(proposed(), right_to, CONTENT, NOW + 2 * HOUR)) == ["wrong_state"]
    assert codes(
        carry_out(approved, right("S1", "policy.propose", allowed=False), CONTENT, NOW + 2 * HOUR)
    ) == ["not_permitted"]
    done = carry_out(approved, right_to, CONTENT, NOW + 2 * HOUR).proposal
    assert codes(carry_out(done, right_to, CONTENT, NOW + 3 * HOUR)) == ["wrong_state"]


def test_a_proposal_expires_approved_or_not():
    last, over = NOW + 24 * HOUR - dt.timedelta(microseconds=1), NOW + 24 * HOUR
    proposal = proposed()
    assert (proposal.state(last), proposal.state(over)) == ("proposed", "expired")
    assert codes(reviewed(proposal, at=last)) == []
    assert codes(reviewed(proposal, at=over)) == ["wrong_state"]
    approved = reviewed(proposal).proposal
    assert codes(carry_out(approved, right("S1", "policy.propose"), CONTENT, last)) == []
    late = carry_out(approved, right("S1", "policy.propose"), CONTENT, over)
    assert late.missing == (Missing("wrong_state", {"state": "expired", "needed": "approved"}),)


def test_a_proposal_is_withdrawn_by_who_made_it():
    approved = reviewed(proposed()).proposal
    assert codes(withdraw(approved, "S2", "", NOW + 2 * HOUR)) == ["not_the_person"]
    gone = withdraw(approved, "S1", "A mistake.", NOW + 2 * HOUR).proposal
    assert gone.state(NOW + 2 * HOUR) == "withdrawn"
    assert codes(carry_out(gone, right("S1", "policy.propose"), CONTENT, NOW + 3 * HOUR)) == ["wrong_state"]
    assert codes(withdraw(gone, "S1", "", NOW + 3 * HOUR)) == ["wrong_state"]


def test_time_does_not_run_backwards():
    assert codes(reviewed(proposed(), at=NOW - HOUR)) == ["too_early"]
    approved = reviewed(proposed(), at=NOW + 2 * HOUR).proposal
    assert codes(carry_out(approved, right("S1", "policy.propose"), CONTENT, NOW + HOUR)) == ["too_early"]


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_is_filled_in_every_language(code):
    detail = dict.fromkeys(
        (
            "verb",
            "actor_id",
            "found",
            "needed",
            "state",
            "roles",
            "at",
            "earliest",
            "reason",
            "low",
            "version",
            "source",
            "known",
            "proposal",
            "what",
            "right",
            "people",
            "name",
            "document",
            "day",
        ),
        "7",
    )
    told = {Missing(code, detail).render(language) for language in LANGUAGES}
    assert len(told) == 3
    assert not any("{" in line for line in told)
