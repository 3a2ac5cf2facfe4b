"""A base read back from dossiers decides as the bank's own rows do; what would be worth something else is refused."""

import dataclasses

import decide_bank
import numpy as np
import pytest
import served_bank
from constrained_bank import calls, planned

from zhike.core.errors import PolicyError
from zhike.decide.base_funnel import STAGES, base_funnel
from zhike.decide.dossier import dossiers, packed, unpacked
from zhike.decide.serving_setting import ServingSetting
from zhike.decide.stored_base import StoredBase, StoredCustomer, check_tried, conditions_under
from zhike.decide.strategy import decide_blocks, funnel, plan_of, verdict_counts

RULES = decide_bank.rulebook()


def published(**changes):
    """Return a small bank as it was prepared, its setting, and its base read back from bytes."""
    prepared = decide_bank.prepared(served_bank.content(), rules=RULES, **changes)
    setting = ServingSetting.of(prepared, plan_of(prepared), RULES, {})
    setting = ServingSetting.from_content(setting.content())
    read = [unpacked(packed(one), setting) for one in dossiers(prepared)]
    return prepared, setting, StoredBase.of(setting, map(StoredCustomer, read))


@pytest.fixture(scope="module")
def scarce():
    return published(constraints=[calls(4)], holdout={"share": 0.2, "salt": "s"})


def decided(prepared):
    """Return who gets what where, and what it is worth."""
    columns = ("customer_id", "rank", "action_id", "arm", "expected_value", "action_probability")
    return [row for block in decide_blocks(prepared) for row in block.decisions.select(columns).iter_rows()]


@pytest.mark.parametrize("changes", [
    {}, {"constraints": [calls(4)]}, {"holdout": {"share": 0.4, "salt": "other"}}, {"exploration": {"share": 0.5, "temperature": 9.0}},
    {"limits": {"actions_per_customer": 1}}, {"minimum_value": "30.00"},
    {"packs": [one for one in decide_bank.PACKS if one != "eu.mifid.suitability"]},
    {"constraints": [calls(2, by="region")]},
])  # fmt: skip
def test_under_any_policy_that_it_can_try_it_decides_as_the_bank_would(scarce, changes):
    _, setting, base = scarce
    policy = decide_bank.policy(
        **{"constraints": [calls(4)], "holdout": {"share": 0.2, "salt": "s"}, **changes}
    )
    conditions = conditions_under(setting, RULES, policy)
    check_tried(setting, policy, conditions)
    fresh = decide_bank.prepared(
        served_bank.content(),
        rules=RULES,
        **{"constraints": [calls(4)], "holdout": {"share": 0.2, "salt": "s"}, **changes},
    )
    assert decided(base.prepared(policy, conditions)) == decided(fresh)


@pytest.mark.parametrize("changes", [
    {"catalogue": "another"}, {"recommender": {"kind": "ease"}}, {"horizon_days": 30}, {"effects": {"minimum": 5}}, {"risk_validity": "x"},
])  # fmt: skip
def test_what_would_be_worth_something_else_is_refused(scarce, changes):
    _, setting, _ = scarce
    with pytest.raises(PolicyError, match="zhike whatif"):
        check_tried(setting, decide_bank.policy(**changes), setting.judge.conditions)


def test_a_constraint_by_what_no_dossier_holds_is_refused(scarce):
    _, setting, _ = scarce
    policy = decide_bank.policy(constraints=[calls(2, by="value_band")])
    with pytest.raises(PolicyError, match="value_band"):
        check_tried(setting, policy, setting.judge.conditions)


def test_what_has_happened_since_counts(scarce):
    prepared, setting, _ = scarce
    read = list(dossiers(prepared))
    changed = {"do_not_contact": True}
    quiet = StoredBase.of(setting, [StoredCustomer(one, changed) for one in read])
    kinds = {row[2] for row in decided(quiet.prepared(setting.policy, setting.judge.conditions))}
    assert not any(name.startswith(("invest", "everyday", "review")) for name in kinds)


def test_what_a_customer_does_not_want_is_never_chosen(scarce):
    prepared, setting, _ = scarce
    read, unwanted = list(dossiers(prepared)), setting.by_channel["phone"]
    base = StoredBase.of(setting, [StoredCustomer(one, {}, unwanted) for one in read])
    policy = dataclasses.replace(setting.policy, minimum_value=-1_000_000)
    rows = decided(base.prepared(policy, setting.judge.conditions))
    assert rows
    assert not any(row[2].endswith(":phone") for row in rows)


def test_the_funnel_is_that_of_the_batch_without_notices(scarce):
    prepared, _, base = scarce
    found = {one["stage"]: one["candidates"] for one in base_funnel(base)}
    assert list(found) == list(STAGES)
    counts = {}
    for block in decide_blocks(prepared):
        for name, count in verdict_counts(block.judged.verdicts).items():
            counts[name] = counts.get(name, 0) + count
    allowed = np.concatenate([block.judged.verdicts.allowed for block in decide_blocks(prepared)])
    skipped = prepared.actions.mandatory | (np.arange(len(prepared.actions)) == prepared.problem.nothing)
    assert found["considered"] == funnel(counts)["considered"] - len(allowed) * skipped.sum()
    assert found["experiment"] == counts["allowed"] - allowed[:, skipped].sum()
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert 0 < found["within_capacity"] <= found["worthwhile"]


def test_a_publication_keeps_what_its_plan_promises_and_names_nobody(scarce):
    _, setting, _ = scarce
    plan = setting.plan
    assert plan["verification"]["verified"] is True
    assert plan["verification"]["gap"] == pytest.approx(plan["gap"])
    _, made, _ = planned([calls(4)], served_bank.content(), holdout={"share": 0.2, "salt": "s"})
    assert plan["bound"] == pytest.approx(made.allocation.bound)
    (row,) = plan["rows"]
    assert (row["id"], row["limit"], row["unit"]) == ("calls", 4.0, "contacts")
    assert "C0" not in str(plan)


def test_without_constraints_there_is_no_plan():
    _, setting, base = published()
    assert setting.plan is None
    stages = {one["stage"]: one["candidates"] for one in base_funnel(base)}
    assert stages["within_capacity"] == stages["worthwhile"]
