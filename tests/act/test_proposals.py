"""Proposals in the ledger: each step is checked, written and told, and a row gives back the proposal that it holds."""

import pytest
from two_persons import COMPLIANCE, ENDED, MANAGER, PROTECTION, REASON, approved, permission, proposed

from zhike.act.erasure import wanted_erasure
from zhike.act.proposals import (
    Wanted,
    carried_out,
    proposal_of,
    proposal_row,
    propose,
    review,
    state_of,
    wanted_of,
    withdraw,
)
from zhike.core.language import LANGUAGES
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent

WANTED = wanted_erasure("C02", "erase", ENDED)


def row_of(bank, proposal):
    with bank.store.read() as tx:
        return proposal_row(tx, proposal)


def approve(bank, proposal, who, reason=REASON):
    return review(
        bank.acting, proposal, permission(bank, who, "erasure.approve", "C02"), approve=True, reason=reason
    )


def test_a_row_gives_back_what_was_proposed(bank):
    proposal = approved(bank, WANTED)
    row = row_of(bank, proposal)
    found = proposal_of(row)
    assert (found.proposer, found.reason, found.content_sha256) == (
        "data_protection_officer",
        REASON,
        WANTED.sha256,
    )
    assert (found.rule.verb, found.rule.approved_by, found.rule.hours) == (
        "privacy.erase",
        "erasure.approve",
        168,
    )
    assert [(step.kind, step.actor_id) for step in found.steps] == [("approved", "compliance")]
    assert wanted_of(row) == WANTED
    assert row["expires_at"] - row["recorded_at"] == 168 * 3_600_000_000
    assert state_of(row, row["expires_at"] - 1) == "approved"
    assert state_of(row, row["expires_at"]) == "expired"


def test_every_step_is_told(bank):
    proposal = approved(bank, WANTED)
    withdraw(bank.acting, proposal, "data_protection_officer", REASON)
    other = proposed(bank, WANTED)
    right = permission(bank, COMPLIANCE, "erasure.approve", "C02")
    review(bank.acting, other, right, approve=False, reason=REASON)
    told = [row["event"] for row in bank.rows("audit_entries", {"stream": "staff"}, order=["number"])]
    assert told[-5:] == [
        AuditEvent.APPROVAL_ASKED, AuditEvent.APPROVAL_GIVEN, AuditEvent.APPROVAL_WITHDRAWN, AuditEvent.APPROVAL_ASKED,
        AuditEvent.APPROVAL_REFUSED,
    ]  # fmt: skip
    assert [row_of(bank, one)["state"] for one in (proposal, other)] == ["withdrawn", "refused"]


def test_nobody_approves_their_own(bank):
    proposal = proposed(bank, WANTED)
    with pytest.raises(StateConflictError) as refused:
        approve(bank, proposal, PROTECTION)
    told = [refused.value.render(language) for language in LANGUAGES]
    assert "another person than 'data_protection_officer'" in told[0]
    assert "以外的人" in told[1]
    assert refused.value.to_json("zh-Hant")["error"]["data"]["expected"] == "規則所要求的條件"
    assert row_of(bank, proposal)["state"] == "proposed"


def test_a_step_without_right_or_reason_is_refused(bank):
    with pytest.raises(ForbiddenError):
        proposed(bank, WANTED, who=MANAGER)
    with pytest.raises(StateConflictError, match="the reason has 5 characters"):
        proposed(bank, WANTED, reason="short")
    assert bank.rows("proposals") == []
    proposal = proposed(bank, WANTED)
    with pytest.raises(ForbiddenError):
        approve(bank, proposal, MANAGER)
    with pytest.raises(StateConflictError, match="characters"):
        approve(bank, proposal, COMPLIANCE, "ok")
    with pytest.raises(StateConflictError, match="only 'data_protection_officer'"):
        withdraw(bank.acting, proposal, "compliance", REASON)
    with pytest.raises(RecordNotFoundError):
        withdraw(bank.acting, "a-none", "compliance", REASON)


@pytest.mark.parametrize(
    "other",
    [Wanted("privacy.erase", "C03", WANTED.what), Wanted("privacy.erase", "C02", {"relationship_end": None}),
     Wanted("privacy.anonymise", "C02", WANTED.what)],
    ids=["another customer", "another day", "another verb"],
)  # fmt: skip
def test_nothing_else_is_done_on_the_strength_of_an_approval(bank, other):
    assert other.sha256 != WANTED.sha256
    proposal = approved(bank, WANTED)
    right = permission(bank, PROTECTION, "privacy.erase", "C02")
    with pytest.raises(StateConflictError, match="not what was approved"), bank.store.write() as tx:
        carried_out(bank.acting, tx, proposal, right, other)


def test_a_proposal_about_no_customer_is_about_nobody(bank):
    rule = bank.service.access.at(bank.service.today()).second_person["policy.propose"]
    from zhike.act.staff import known_actor
    from zhike.govern.roles import decide_access

    with bank.store.read() as tx:
        actor = known_actor(tx, "policy_owner")
    right = decide_access(
        bank.service.access, actor, "policy.propose", None, "governance", bank.service.today()
    )
    propose(bank.acting, rule, right, Wanted("policy.propose", "policies.retail_cn", {}), REASON)
    last = bank.rows("audit_openings", {"stream": "staff"}, order=["-number"], limit=1)[0]
    assert last["customer_id"] is None
    assert bank.rows("person_keys", {"customer_id": "policies.retail_cn"}) == []
