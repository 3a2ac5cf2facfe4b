"""What decides is told, tried on everybody, changed by two persons, and followed by the next publication."""

import decide_bank
import pytest
import served_bank
from constrained_bank import calls

from zhike.act.studies import run_studies
from zhike.adapters.adopted import followed
from zhike.adapters.base_studies import Studies
from zhike.core.errors import PolicyError
from zhike.decide.policy import Policy

ONE_CALL = {"key": "limits.actions_per_customer", "value": "1"}
REASON = "fewer contacts, as the board decided in June"
OWNER, COMPLIANCE = ("policy_owner", "governance"), ("compliance", "governance")


def ask(bank, who, method, path, body=None):
    staff, purpose = who
    given = {} if body is None else {"json": body}
    return bank.ask(staff, method, f"/v1{path}", purpose=purpose, **given)


def answer(bank, least=5):
    """Answer what waits; groups of fewer customers are not told of."""
    rules = decide_bank.rulebook(fairness__least_group=decide_bank.document("parameter", least))
    return run_studies(bank.acting, Studies(bank.acting, rules))


def tried(bank, draft=ONE_CALL, who=OWNER):
    """Try a change on everybody; return the study."""
    asked = ask(bank, who, "POST", "/studies/whatif", draft)
    assert asked.status_code == 202, asked.text
    assert asked.json()["state"] == "waiting"
    assert answer(bank) == 1
    return ask(bank, who, "GET", f"/studies/{asked.json()['job_id']}").json()


def proposed(bank, **given):
    return ask(bank, OWNER, "POST", "/policies/changes", {"reason": REASON, **given})


def test_the_catalogue_says_what_each_offer_is_worth_and_costs(shared):
    told = ask(shared, OWNER, "GET", "/catalogue").json()
    invest = [one for one in told["offers"] if one["template"] == "invest"]
    assert {one["product_id"] for one in invest} == {"B1", "F2", "F4", "S5"}
    assert {one["worth"] for one in invest} == {100.0}
    assert {channel["channel"]: channel["cost"] for channel in invest[0]["channels"]} == {
        "adviser": 5.0,
        "app": 0.5,
    }
    assert told["source"]["path"] == decide_bank.CATALOGUE
    assert not any(one["kind"] == "none" for one in told["offers"])
    found = ask(shared, OWNER, "GET", "/catalogue?q=S5").json()["offers"]
    assert [one["product_id"] for one in found] == ["S5"]


def test_every_condition_says_what_it_reads_and_on_which_ground(shared):
    told = ask(shared, OWNER, "GET", "/conditions").json()["conditions"]
    with shared.store.read() as tx:
        kept = shared.service.desk.published(tx, 1).setting.judge.conditions
    assert [one["code"] for one in told] == [one.code for one in kept]
    assert all(one["reference"] and one["reads"] is not None for one in told)
    only = ask(shared, OWNER, "GET", "/conditions?q=MIFID").json()["conditions"]
    assert 0 < len(only) < len(told)


def test_a_plan_that_is_scarce_is_told_with_its_certificate(bank):
    assert ask(bank, OWNER, "GET", "/plans/active").json()["plan"] is None
    served_bank.publish_small(bank.acting, constraints=[calls(2)])
    bank.clock.later(seconds=2)
    told = ask(bank, OWNER, "GET", "/plans/active").json()
    assert told["plan"]["verification"]["verified"] is True
    assert told["plan"]["rows"][0]["used"] <= 2
    assert told["prices"]["calls"] == pytest.approx(told["plan"]["rows"][0]["price"])


def test_a_change_is_tried_on_everybody(bank):
    told = tried(bank)
    result = told["result"]
    assert (told["state"], result["customers"]) == ("done", 10)
    assert result["differences"] == [{"key": "limits.actions_per_customer", "before": 3, "after": 1}]
    assert result["change"]["contacts"] < 0
    assert result["change"]["value"] < 0
    assert sum(result["classes"][name] for name in result["classes"] if name != "revalued") == 10
    assert {one["group"] for one in result["groups"] if one["attribute"] == "region"} >= {"north"}
    assert result["small_groups"] >= 2
    assert "C0" not in str(result)


def test_of_a_handful_nothing_is_told(bank):
    asked = ask(bank, OWNER, "POST", "/studies/whatif", ONE_CALL).json()["job_id"]
    answer(bank, 6)
    result = ask(bank, OWNER, "GET", f"/studies/{asked}").json()["result"]
    assert result["groups"] == result["alerts"] == []
    assert result["small_groups"] > 2
    assert result["total"]["customers"] == 10


def test_the_same_policy_changes_nothing(bank):
    content = ask(bank, OWNER, "GET", "/policies/active").json()["content"]
    import json

    result = tried(bank, {"text": json.dumps(content)})["result"]
    assert result["differences"] == []
    assert result["change"]["value"] == result["change"]["contacts"] == 0
    assert result["classes"]["same_list"] == 10


def test_what_has_happened_since_the_publication_is_in_the_study(bank):
    before = tried(bank)["result"]["today"]
    said = {"purpose": "marketing", "channel": "all", "status": "withdrawn", "evidence": {}}
    for customer in served_bank.NORTH:
        assert (
            bank.post("rm", f"/v1/customers/{customer}/consents", said, purpose="service").status_code == 200
        )
    after = tried(bank)["result"]["today"]
    assert after["contacts"] < before["contacts"]


@pytest.mark.parametrize(("draft", "status"), [
    ({}, 422), ({"key": "limits.nowhere.at.all", "value": "1"}, 422), ({"key": "limits.actions_per_customer", "value": "none"}, 422),
    ({"key": "holdout.share", "value": "7"}, 422), ({"text": "[1, 2]"}, 422), ({"text": "a: &x [1]\nb: *x"}, 422), ({"text": "a: {"}, 422),
    ({"key": "catalogue", "value": "catalogue.retail_cn"}, 422), ({"key": "horizon_days", "value": "30"}, 422),
    ({"key": "limits", "value": "1"}, 422), ({"key": "minimum_value", "value": ".nan"}, 422), ({"key": "a b", "value": "1"}, 422),
])  # fmt: skip
def test_what_makes_no_policy_or_cannot_be_tried_is_said_at_once(shared, draft, status):
    before = shared.rows("jobs")
    asked = ask(shared, OWNER, "POST", "/studies/whatif", draft)
    assert asked.status_code == status, asked.text
    assert shared.rows("jobs") == before


def test_a_study_that_cannot_be_answered_says_why_and_keeps_no_other(bank):
    asked = ask(bank, OWNER, "POST", "/studies/whatif", ONE_CALL).json()["job_id"]
    with bank.store.write() as tx:
        row = tx.one("jobs", job_id=asked)
        tx.change("jobs", {"job_id": asked}, {"content": {**row["content"], "content": {}}})
    next_one = ask(bank, OWNER, "POST", "/studies/funnel", {}).json()["job_id"]
    assert answer(bank) == 2
    failed = ask(bank, OWNER, "GET", f"/studies/{asked}").json()
    assert failed["state"] == "failed"
    assert "packs" in failed["problem"]
    assert ask(bank, OWNER, "GET", f"/studies/{next_one}").json()["state"] == "done"
    assert answer(bank) == 0


def test_a_study_left_half_way_is_answered_by_the_next_run(bank):
    ask(bank, OWNER, "POST", "/studies/funnel", {"days": 3})

    def killed(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_studies(bank.acting, killed)
    assert bank.rows("jobs", {"kind": "funnel"})[0]["state"] == "running"
    assert answer(bank) == 1
    assert bank.rows("jobs", {"kind": "funnel"})[0]["state"] == "done"


def test_while_somebody_else_is_at_the_studies_nobody_waits(bank):
    from zhike.act.turns import take_turn

    ask(bank, OWNER, "POST", "/studies/funnel", {})
    assert take_turn(bank.acting, "studies", "other", 300_000_000)
    assert answer(bank) is None
    assert bank.rows("jobs", {"kind": "funnel"})[0]["state"] == "waiting"


def test_the_funnel_counts_what_became_of_offers(bank):
    made = {}
    for customer in served_bank.NORTH:
        made[customer] = bank.decide(customer).json()["actions"]
    offers = [one["offer_id"] for actions in made.values() for one in actions if one["kind"] != "mandatory"]
    for offer, outcome in zip(offers, ("shown", "accepted", "refused", "blocked"), strict=False):
        bank.post("integration", f"/v1/offers/{offer}/responses", {"outcome": outcome}, purpose="service")
    job = ask(bank, OWNER, "POST", "/studies/funnel", {"days": 7}).json()["job_id"]
    answer(bank)
    result = ask(bank, OWNER, "GET", f"/studies/{job}").json()["result"]
    told = {one["stage"]: one["number"] for one in result["made"]}
    assert told == {"decided": 5, "chosen": len(offers), "delivered": 3, "answered": 2, "accepted": 1}
    bank.clock.later(days=8)
    job = ask(bank, OWNER, "POST", "/studies/funnel", {"days": 7}).json()["job_id"]
    answer(bank)
    late = ask(bank, OWNER, "GET", f"/studies/{job}").json()["result"]
    assert {one["number"] for one in late["made"]} == {0}


def test_a_change_is_approved_by_somebody_else_adopted_and_followed(bank):
    study = tried(bank)
    change = proposed(bank, study=study["job_id"]).json()
    assert change["customer_id"] is None
    assert change["what"]["study"] == study["job_id"]
    path = f"/proposals/{change['proposal_id']}"
    assert ask(bank, OWNER, "POST", f"{path}/approval", {"reason": REASON}).status_code == 409
    assert ask(bank, OWNER, "POST", f"{path}/execution", {}).status_code == 409
    listed = ask(bank, COMPLIANCE, "GET", "/proposals?verb=policy.propose").json()["proposals"]
    assert [one["proposal_id"] for one in listed] == [change["proposal_id"]]
    assert ask(bank, COMPLIANCE, "GET", f"/studies/{study['job_id']}").status_code == 200
    approved = ask(bank, COMPLIANCE, "POST", f"{path}/approval", {"reason": REASON}).json()
    assert (approved["state"], approved["decided_by"]) == ("approved", "compliance")
    assert (
        followed(bank.acting, bank.service.rulebook, decide_bank.policy(), decide_bank.AT)
        == decide_bank.policy()
    )
    done = ask(bank, OWNER, "POST", f"{path}/execution", {})
    assert done.json()["proposal"]["state"] == "carried_out"
    # What is served goes on as published; the next publication follows.
    assert (
        ask(bank, OWNER, "GET", "/policies/active").json()["content"]["limits"]["actions_per_customer"] == 3
    )
    with pytest.raises(PolicyError, match="anew"):
        followed(bank.acting, bank.service.rulebook, decide_bank.policy(), decide_bank.AT)
    at = Policy.from_content("tests.policy", None, decide_bank.POLICY)
    next_one = followed(bank.acting, bank.service.rulebook, at, decide_bank.AT)
    assert next_one.limits.actions_per_customer == 1
    assert next_one.version == change["what"]["version"]
    events = [
        row["event"] for row in bank.rows("audit_entries") if row["actor"] in ("policy_owner", "compliance")
    ]
    assert events.count(624) == 1
    # A document that says what was adopted is as good.
    same = Policy.from_content("tests.policy", "another", next_one.raw)
    assert followed(bank.acting, bank.service.rulebook, same, decide_bank.AT) is same


def test_of_two_changes_against_one_version_the_second_is_made_anew(bank):
    paths = []
    for value in ("1", "2"):
        change = proposed(bank, key="limits.actions_per_customer", value=value).json()
        paths.append(f"/proposals/{change['proposal_id']}")
        ask(bank, COMPLIANCE, "POST", f"{paths[-1]}/approval", {"reason": REASON})
    assert ask(bank, OWNER, "POST", f"{paths[0]}/execution", {}).status_code == 200
    late = ask(bank, OWNER, "POST", f"{paths[1]}/execution", {})
    assert late.status_code == 409
    assert "made against" in late.json()["error"]["needed"]
    chained = proposed(bank, key="limits.per_group.investment", value="2").json()
    assert chained["what"]["content"]["limits"]["actions_per_customer"] == 1


def test_a_change_goes_with_no_study_but_its_own(bank):
    study = tried(bank)
    other = proposed(bank, study=study["job_id"], key="limits.actions_per_customer", value="2")
    assert other.status_code == 409
    waiting = ask(bank, OWNER, "POST", "/studies/whatif", ONE_CALL).json()["job_id"]
    assert proposed(bank, study=waiting).status_code == 409
    assert proposed(bank, study="y-nothing", **ONE_CALL).status_code == 404
    assert proposed(bank, key="limits.actions_per_customer", value="3").status_code == 409
    assert proposed(bank, **ONE_CALL).json()["what"]["study"] is None


@pytest.mark.parametrize(
    ("staff", "purpose"),
    [("compliance", "governance"), ("auditor", "audit"), ("administrator", "operation"), ("rm", "service")],
)
def test_who_controls_or_serves_starts_no_study_and_proposes_nothing(shared, staff, purpose):
    before = shared.rows("jobs"), shared.rows("proposals")
    for path, body in (
        ("/studies/whatif", ONE_CALL),
        ("/studies/funnel", {}),
        ("/policies/changes", {**ONE_CALL, "reason": REASON}),
    ):
        assert ask(shared, (staff, purpose), "POST", path, body).status_code == 403
    assert (shared.rows("jobs"), shared.rows("proposals")) == before


def test_what_is_wrong_with_a_draft_is_said_once(bank):
    answer = bank.ask("analyst", "POST", "/v1/studies/whatif", purpose="analysis", json={"text": "P: 0"})
    said = answer.json()["error"]
    assert answer.status_code == 422
    assert said["found"].startswith("found no packs, ")
    assert "unknown key P in policy" in said["found"]
    assert said["needed"].startswith("needed packs, ")
