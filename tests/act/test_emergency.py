"""Broken glass opens one customer to one person for some hours, tells others at once, and is looked at later."""

import json

import decide_bank
import pytest
from two_persons import COMPLIANCE, merged, permission

from zhike.act.emergency import close_glass, glass_is_open, open_glass, review_glass, state_of
from zhike.act.staff import known_actor
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent
from zhike.govern.break_glass import BREAK_GLASS, BreakGlassRules

REASON = "the customer stands at the counter, her manager is ill"
RM = ("rm_south", "emergency")


def glass_rules(bank):
    return BreakGlassRules.of(decide_bank.SHIPPED.at(BREAK_GLASS, bank.service.today()))


def opened(bank, who=RM, customer="C01", reason=REASON):
    with bank.store.read() as tx:
        actor = known_actor(tx, who[0])
    right = permission(bank, who, "break_glass.use", customer)
    return open_glass(bank.acting, glass_rules(bank), actor, right, customer=customer, reason=reason)


def is_open(bank, staff="rm_south", customer="C01"):
    with bank.store.read() as tx:
        return glass_is_open(tx, staff, customer, bank.clock.now())


def sees(bank, customer="C01", purpose="emergency"):
    return bank.get("rm_south", f"/v1/customers/{customer}", purpose=purpose).status_code


def test_one_customer_is_seen_for_some_hours(bank):
    assert sees(bank) == 404
    opened(bank)
    assert (sees(bank), sees(bank, "C02"), sees(bank, purpose="service")) == (200, 404, 403)
    assert bank.get("rm", "/v1/customers/C06", purpose="emergency").status_code == 404
    assert (
        bank.post("rm_south", "/v1/decisions", {"customer_id": "C01"}, purpose="emergency").status_code == 403
    )
    bank.clock.later(hours=4, seconds=-1)
    assert sees(bank) == 200
    bank.clock.later(seconds=1)
    assert sees(bank) == 404


def test_those_who_control_are_told_at_once(bank):
    row = opened(bank)
    (alert,) = bank.rows("outbox")
    assert (alert["route"], alert["topic"], alert["state"], alert["next_at"]) == (
        "alerts",
        "glass.broken",
        "waiting",
        bank.clock.now(),
    )
    assert alert["content"]["roles"] == ["branch_manager", "compliance", "data_protection_officer"]
    assert (alert["content"]["staff"], alert["content"]["customer"], alert["content"]["reason"]) == (
        "rm_south",
        "C01",
        REASON,
    )
    (entry,) = [one for one in bank.rows("audit_entries") if one["event"] == AuditEvent.GLASS_BROKEN]
    assert entry["actor"] == "rm_south"
    opening = bank.rows("audit_openings", {"stream": entry["stream"], "number": entry["number"]})[0]
    assert json.loads(opening["content"])["opening"] == row["opening_id"]


def test_not_everybody_and_not_without_a_reason(bank):
    with pytest.raises(ForbiddenError):
        opened(bank, ("service_quality", "emergency"))
    with pytest.raises(StateConflictError, match="the reason has"):
        opened(bank, reason="please")
    with pytest.raises(RecordNotFoundError):
        opened(bank, customer="C99")
    assert bank.rows("break_glass") == bank.rows("outbox") == []
    assert not is_open(bank)


def test_it_ends_when_closed_by_the_one_who_opened_it(bank):
    row = opened(bank)
    with pytest.raises(StateConflictError, match="only 'rm_south'"):
        close_glass(bank.acting, glass_rules(bank), row["opening_id"], "rm")
    bank.clock.later(hours=1)
    close_glass(bank.acting, glass_rules(bank), row["opening_id"], "rm_south")
    assert not is_open(bank)
    with pytest.raises(StateConflictError, match="it is ended"):
        close_glass(bank.acting, glass_rules(bank), row["opening_id"], "rm_south")
    with pytest.raises(RecordNotFoundError):
        close_glass(bank.acting, glass_rules(bank), "g-none", "rm_south")


def test_somebody_else_says_whether_it_was_justified(bank):
    row = opened(bank)
    right = permission(bank, ("compliance", "audit"), "break_glass.review", "C01")
    with pytest.raises(ForbiddenError):
        review_glass(bank.acting, glass_rules(bank), row["opening_id"], permission(bank, COMPLIANCE, "erasure.approve", "C01"),
                     justified=True, reason=REASON)  # fmt: skip
    found = review_glass(
        bank.acting, glass_rules(bank), row["opening_id"], right, justified=False, reason=REASON
    )
    assert (found["reviewed_by"], found["justified"], state_of(found, bank.clock.now())) == (
        "compliance",
        False,
        "reviewed",
    )
    assert not is_open(bank)  # a view that still lasts ends with the review
    with pytest.raises(StateConflictError, match="it is reviewed"):
        review_glass(bank.acting, glass_rules(bank), row["opening_id"], right, justified=True, reason=REASON)
    (entry,) = [one for one in bank.rows("audit_entries") if one["event"] == AuditEvent.GLASS_REVIEWED]
    assert entry["actor"] == "compliance"


def test_it_opens_the_person_whichever_record_was_named(bank):
    opened(bank)
    merged(bank, "C01", "C02")
    assert is_open(bank, customer="C02")
    assert sees(bank, "C01") == sees(bank, "C02") == 200
