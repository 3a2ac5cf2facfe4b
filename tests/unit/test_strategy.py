"""The composition: values add up, reach counts, exploration has its recorded frequency, nobody is left out."""

import decide_bank
import numpy as np
import polars as pl
import pytest
from decide_bank import ACTIONS, customer, template

from zhike.decide import strategy
from zhike.decide.strategy import decide_blocks, funnel, verdict_counts


def test_expected_value_is_propensity_times_reach_times_worth_minus_cost():
    half = template("half", "care", channels=["phone", "app"], reach={"phone": 0.5}, effect_when_unscored=0.2)
    ready, block = decide_bank.decided(rules=decide_bank.rulebook((*ACTIONS, half)))
    reach, worth, cost = (ready.actions.table[name].to_numpy() for name in ("reach", "worth", "cost"))
    expected = np.rint(block.judged.propensity * reach * worth).astype(int) - cost
    expected[:, ready.problem.nothing] = 0
    assert (block.judged.expected_value == expected).all()
    place = {name: column for column, name in enumerate(ready.actions.table["action_id"])}
    assert block.judged.propensity[0, [place["half:phone"], place["half:app"]]] == pytest.approx([0.2, 0.2])
    assert block.judged.expected_value[0, [place["half:phone"], place["half:app"]]].tolist() == [1000, 2000]


def test_a_package_is_scored_by_the_mean_of_its_members():
    members = [{"family": ["card"]}, {"family": ["payment"]}]
    ready, block = decide_bank.decided(
        rules=decide_bank.rulebook(bundles=[template("package", products=None, members=members)])
    )
    place = {name: column for column, name in enumerate(ready.actions.table["action_id"])}
    score = block.judged.score
    mean = (score[:, place["everyday:C0:app"]] + score[:, place["everyday:P0:app"]]) / 2
    assert score[:, place["package:app"]] == pytest.approx(mean)
    assert np.isnan(score[:, place["review:phone"]]).all()


def test_the_first_probability_is_a_distribution_over_what_may_be_chosen():
    ready, block = decide_bank.decided(exploration={"share": 0.4, "temperature": 3.0})
    assert block.first_probability.sum(axis=1) == pytest.approx(np.ones(10))
    mandatory = ready.actions.column("mandatory").astype(bool)
    assert (block.first_probability[~block.judged.verdicts.allowed] == 0).all()
    assert (block.first_probability[:, mandatory] == 0).all()
    first = (
        block.decisions.filter(pl.col("arm") != "mandatory")
        .group_by("customer_id", maintain_order=True)
        .first()
    )
    for row in first.to_dicts():
        here = block.first_probability[block.judged.customers.index(row["customer_id"])]
        column = ready.actions.table["action_id"].to_list().index(row["action_id"])
        assert here[column] == row["action_probability"]


def test_over_many_salts_choices_have_their_recorded_frequency():
    content = {"customers": [customer("A")], "products": list(decide_bank.PRODUCTS)}
    exploration = {"share": 0.6, "temperature": 4.0}
    ready = decide_bank.prepared(content, exploration=exploration, limits={"actions_per_customer": 1})
    keys = [f"{number}" for number in range(4000)]
    frames = pl.concat([ready.inputs] * len(keys)).with_columns(pl.Series("customer_id", keys))
    (many,) = decide_blocks(_with_inputs(ready, frames))
    table = many.decisions.group_by("action_id").agg(pl.len(), pl.col("action_probability").first())
    assert (
        many.decisions.group_by("action_id")
        .agg(pl.col("action_probability").n_unique())["action_probability"]
        .max()
        == 1
    )
    for _, count, probability in table.iter_rows():
        assert count / 4000 == pytest.approx(
            probability, abs=4.5 * np.sqrt(probability * (1 - probability) / 4000)
        )
    assert table["action_probability"].sum() == pytest.approx(1.0)


def test_a_limit_of_nought_closes_a_group_from_the_first_place():
    _, block = decide_bank.decided(
        limits={"actions_per_customer": 3, "per_group": {"daily": 0}},
        exploration={"share": 0.5, "temperature": 50.0},
    )
    assert not block.decisions["action_id"].str.starts_with("everyday").any()
    assert block.first_probability.sum(axis=1) == pytest.approx(np.ones(10))


def test_equal_values_are_ordered_by_score():
    ready, block = decide_bank.decided(horizon_days=2000)
    place = {name: column for column, name in enumerate(ready.actions.table["action_id"])}
    row = block.judged.customers.index("C10")
    two = [block.judged.score[row, place[f"everyday:{name}:app"]] for name in ("C0", "P0")]
    assert (
        block.judged.expected_value[row, place["everyday:C0:app"]]
        == block.judged.expected_value[row, place["everyday:P0:app"]]
    )
    assert two[0] > two[1]
    assert block.decisions.filter(customer_id="C10")["product_id"].drop_nulls()[0] == "C0"


def test_a_bank_without_customers_or_products_is_decided_too():
    empty = decide_bank.prepared({})
    assert list(decide_blocks(empty)) == []
    (block,) = decide_blocks(decide_bank.prepared({"customers": [customer("A")]}))
    assert block.decisions["action_id"].to_list() == ["review:phone", "invite:app"]


def test_named_customers_get_what_they_get_among_all(monkeypatch):
    ready, block = decide_bank.decided()
    monkeypatch.setattr(strategy, "CELLS_PER_BLOCK", 1)
    parts = pl.concat([part.decisions for part in decide_blocks(ready, ["C09", "C02"])])
    assert parts.equals(block.decisions.filter(pl.col("customer_id").is_in(["C02", "C09"])))


def test_the_funnel_counts_every_candidate_once():
    ready, block = decide_bank.decided()
    counts = verdict_counts(block.judged.verdicts)
    stages = funnel(counts)
    assert stages["considered"] == 10 * len(ready.actions)
    left = list(stages.values())
    assert left == sorted(left, reverse=True)
    assert left[-1] == counts["allowed"] == block.judged.verdicts.allowed.sum()


def _with_inputs(ready, frame):
    import dataclasses

    return dataclasses.replace(ready, inputs=frame)
