"""The engine that decides reads every rule as its cases do: one law, two readers."""

from types import SimpleNamespace

import numpy as np
import pytest

from zhike.adapters.rule_files import load_cases, load_rulebook
from zhike.core.rule_cases import NOT_IN_FORCE
from zhike.decide.conditions import conditions_of
from zhike.decide.policy import Policy

RULEBOOK = load_rulebook()
POLICY = RULEBOOK.entry("policies.wealth_eu").versions[0]
# contact.cap is left out: the engine turns it into one condition for each cap and counts for itself.
CASES = [
    (path, case)
    for path, cases in sorted(load_cases().items())
    for case in cases
    if RULEBOOK.entry(path).kind == "rule" and path != "contact.cap" and case["expect"] != NOT_IN_FORCE
]


@pytest.mark.parametrize(("path", "case"), CASES, ids=[f"{path}: {case['name']}" for path, case in CASES])
def test_the_engine_agrees_with_the_case(path, case):
    policy = Policy.from_content("policies.draft", "draft", {**POLICY.value, "packs": [path]})
    conditions = conditions_of(RULEBOOK, policy, SimpleNamespace(triggers={}), case["at"])
    (condition,) = [found for found in conditions if found.rule == path]
    values = dict.fromkeys(condition.names, np.nan)
    for group in ("customer", "product", "action", "pair"):
        given = case.get(group) or {}
        values |= {
            f"{group}.{name}": value if isinstance(value, str) else float(value)
            for name, value in given.items()
        }
    effect = {"passed": "permitted"}.get(condition.reason(values).effect, condition.reason(values).effect)
    assert effect == case["expect"]
    assert bool(condition.refused(values)) is (case["expect"] == "refused")
    assert bool(condition.obliged(values)) is (case["expect"] == "obliged")
