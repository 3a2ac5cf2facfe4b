"""Explanations: every stored verdict follows from the stored evidence, and what was changed is seen."""

import dataclasses

import decide_bank
import polars as pl
import pytest
from decide_bank import ACTIONS, template

from zhike.adapters.bank import Bank
from zhike.adapters.decision_files import decide_bank as decide_and_write
from zhike.adapters.decision_files import read_evidence
from zhike.core.errors import DecisionNotFoundError
from zhike.decide.explanation import explain_action, explain_customer


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """The evidence of a run with care, notices, packages and exploration."""
    folder = tmp_path_factory.mktemp("explained")
    bank = Bank.open(decide_bank.write(folder / "bank"))
    members = [{"family": ["card"]}, {"family": ["fund"]}]
    rules = decide_bank.rulebook(
        ACTIONS,
        [template("package", products=None, members=members, purpose="marketing", channels=["adviser"])],
    )
    policy = decide_bank.policy(
        exploration={"share": 0.3, "temperature": 9.0}, holdout={"share": 0.2, "salt": "h"}
    )
    decide_and_write(bank, rules, policy, decide_bank.AT, folder / "decisions")
    return read_evidence(folder / "decisions")


def changed(evidence, name, action, **values):
    """Return the evidence with one stored candidate overwritten."""
    here = (pl.col("customer_id") == name) & (pl.col("action_id") == action)
    columns = [
        pl.when(here).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
        for column, value in values.items()
    ]
    table = evidence.candidates.with_columns(pl.col(pl.Categorical).cast(pl.String))
    return dataclasses.replace(evidence, candidates=table.with_columns(columns))


def test_the_reasons_of_all_candidates_lead_to_their_stored_verdicts(evidence):
    stored = evidence.candidates.select("customer_id", "action_id", "verdict", "reason_codes").collect()
    assert len(stored) == 10 * len(evidence.actions)
    assert stored["verdict"].n_unique() >= 5
    for row in stored.to_dicts():
        found = explain_action(evidence, row["customer_id"], row["action_id"])
        assert found.consistent, row
        assert found.verdict == row["verdict"]
        assert {reason.code for reason in found.refusals} == set(filter(None, row["reason_codes"].split(";")))
        assert len(found.reasons) == len(evidence.conditions)


def test_every_decision_is_explained_with_its_place_and_probability(evidence):
    decisions = evidence.decisions.collect()
    for name in decisions["customer_id"].unique().sort():
        whole = explain_customer(evidence, name)
        mine = decisions.filter(customer_id=name).sort("rank")
        assert [one.action_id for one in whole.chosen] == mine["action_id"].to_list()
        assert [one.action_probability for one in whole.chosen] == mine["action_probability"].to_list()
        assert all(one.consistent and not one.refusals for one in whole.chosen)
        assert sum(whole.verdicts.values()) == len(evidence.actions)


def test_every_reason_carries_its_numbers_and_its_reference(evidence):
    found = explain_action(evidence, "C01", "invest:F4:app")
    match = next(reason for reason in found.refusals if reason.code == "eu.mifid.suitability.level_match")
    assert (match.value, match.threshold) == (4, 1)
    assert match.reference
    assert match.rule == "eu.mifid.suitability.level_match"
    assert "4" in match.message.render("zh-Hans", value=match.value, threshold=match.threshold)


def test_the_pieces_add_up_to_the_score(evidence):
    found = explain_action(evidence, "C02", "everyday:P0:app")
    assert {piece.product_id for piece in found.pieces} <= {"C0", "B1"}
    assert sum(piece.weight for piece in found.pieces) == pytest.approx(found.score, abs=1e-6)


def test_a_product_stands_for_its_best_candidate(evidence):
    assert explain_action(evidence, "C04", "B1").action_id == "invest:B1:adviser"


def test_the_best_of_those_refused_are_of_different_products(evidence):
    names = [one.product for one in explain_customer(evidence, "C01").best_refused]
    assert names
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "values",
    [
        {"verdict": "allowed"},
        {"verdict": "allowed", "reason_codes": ""},
        {"reason_codes": "contact.gap"},
        {"expected_value": 999_999},
        {"propensity": 0.99},
    ],
)
def test_a_candidate_that_was_changed_is_seen(evidence, values):
    assert explain_action(evidence, "C01", "invest:F4:app").consistent
    assert not explain_action(
        changed(evidence, "C01", "invest:F4:app", **values), "C01", "invest:F4:app"
    ).consistent


def test_a_decision_that_was_put_in_is_seen(evidence):
    row = evidence.decisions.collect().filter(customer_id="C01").head(1)
    forged = row.with_columns(pl.lit("invest:S5:app").alias("action_id"), pl.lit("S5").alias("product_id"))
    found = explain_action(dataclasses.replace(evidence, decisions=forged.lazy()), "C01", "invest:S5:app")
    assert found.rank == 1
    assert not found.consistent


def test_inputs_that_were_changed_are_seen(evidence):
    raised = evidence.inputs.with_columns(
        pl.lit(5, dtype=evidence.inputs.schema["risk_level"]).alias("risk_level")
    )
    assert not explain_action(dataclasses.replace(evidence, inputs=raised), "C01", "invest:F4:app").consistent


def test_a_candidate_that_was_taken_out_is_named(evidence):
    name, action = evidence.decisions.collect().select("customer_id", "action_id").row(0)
    rest = evidence.candidates.filter(pl.col("action_id") != action)
    with pytest.raises(DecisionNotFoundError, match=action):
        explain_customer(dataclasses.replace(evidence, candidates=rest), name)


@pytest.mark.parametrize(
    ("name", "action"), [("nobody", None), ("C01", "sell_everything"), ("nobody", "no_action")]
)
def test_what_is_not_there_is_said(evidence, name, action):
    with pytest.raises(DecisionNotFoundError, match=action if name == "C01" else name):
        explain_customer(evidence, name) if action is None else explain_action(evidence, name, action)
