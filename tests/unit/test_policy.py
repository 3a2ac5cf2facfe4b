"""Policies: what is missing, unknown or out of its domain is refused before anything is decided."""

from decimal import Decimal

import pytest
from decide_bank import POLICY, policy

from zhike.core.errors import PolicyError
from zhike.core.rulebook import parse_entry
from zhike.decide.policy import Cap, EffectWindow, Policy


def test_a_policy_reads_its_document():
    found = policy(minimum_value="1.50", replay={"k": 5, "comparable_bands": 2})
    assert found.limits.actions_per_customer == 3
    assert found.limits.per_group == {"investment": 1}
    assert found.minimum_value == Decimal("1.50")
    assert (found.replay_k, found.replay_bands, found.presume_consent) == (5, 2, True)


def test_what_a_policy_leaves_out_is_cautious():
    raw = {key: POLICY[key] for key in ("packs", "catalogue", "recommender", "limits")}
    found = Policy.from_content("p", "1", raw)
    assert not found.presume_consent
    assert found.effects is None
    assert (found.holdout.share, found.exploration.share, found.caps, found.minimum_value) == (
        0.0,
        0.0,
        None,
        0,
    )


@pytest.mark.parametrize("key", ["packs", "catalogue", "recommender", "limits"])
def test_a_missing_key_is_named(key):
    with pytest.raises(PolicyError, match=f"no {key}"):
        Policy.from_content("p", "1", {name: value for name, value in POLICY.items() if name != key})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"satisfaction": 1}, "unknown key satisfaction"),
        ({"recommender": {"kind": "oracle"}}, "oracle"),
        ({"recommender": "ease"}, "ease"),
        ({"recommender": {"kind": "ease", "ridge": -1}}, "ridge"),
        ({"recommender": {"kind": "ease", "rigde": 7}}, "rigde"),
        ({"recommender": {"kind": "window_blend", "seed": 0.5}}, "seed"),
        ({"recommender": {"kind": "ease", "ridge": float("nan")}}, "ridge"),
        ({"packs": []}, "packs"),
        ({"packs": "contact"}, "packs"),
        ({"limits": {}}, "actions_per_customer"),
        ({"limits": {"actions_per_customer": 0}}, "actions_per_customer"),
        ({"limits": {"actions_per_customer": 2.5}}, "actions_per_customer"),
        ({"limits": {"actions_per_customer": True}}, "actions_per_customer"),
        ({"limits": {"actions_per_customer": 1, "per_group": {"x": -1}}}, "per_group"),
        ({"limits": {"actions_per_customer": 1, "per_channel": ["app"]}}, "per_channel"),
        ({"limits": [1]}, "limits"),
        ({"holdout": {"share": 1.5, "salt": "s"}}, "holdout.share"),
        ({"holdout": {"share": "5 %", "salt": "s"}}, "holdout.share"),
        ({"exploration": {"share": -0.1}}, "exploration.share"),
        ({"exploration": {"share": 0.1, "temperature": 0}}, "temperature"),
        ({"horizon_days": 0}, "horizon_days"),
        ({"horizon_days": "long"}, "horizon_days"),
        ({"minimum_value": "much"}, "minimum_value"),
        ({"minimum_value": "NaN"}, "minimum_value"),
        ({"replay": {"k": 0}}, "replay.k"),
        ({"effects": {"window_days": 0}}, "effects.window_days"),
        ({"effects": {"minimum": "many"}}, "effects.minimum"),
        ({"effects": {"horizon": 60}}, "horizon"),
        ({"effects": 365}, "effects"),
    ],
)
def test_a_value_outside_its_domain_is_refused_by_name(changes, named):
    with pytest.raises(PolicyError) as caught:
        policy(**changes)
    assert named in str(caught.value)
    assert "tests.policy" in str(caught.value)


def test_content_that_is_no_mapping_is_refused():
    with pytest.raises(PolicyError):
        Policy.from_content("p", "1", ["packs"])


def test_effects_have_defaults_and_are_learnt_where_the_key_is_there():
    assert policy(effects={}).effects == EffectWindow(365, 60, 200)
    assert policy(effects={"horizon_days": 30}).effects == EffectWindow(365, 30, 200)


def test_another_kind_of_document_is_no_policy():
    from decide_bank import AT, document

    with pytest.raises(PolicyError, match="kind"):
        Policy.of(parse_entry("tests.number", document("parameter", 3)).at(AT))


def test_a_cap_names_the_column_that_counts_it():
    assert Cap("app", 7, 3).column == "contacts_app_7d"
