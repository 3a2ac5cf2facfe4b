"""The table of decisions: places, arms, values, the chain behind doing nothing."""

import decide_bank
import polars as pl
from decide_bank import customer

from zhike.decide.decisions import DECISION_SCHEMA


def test_the_table_has_its_columns_and_one_row_a_place():
    _, block = decide_bank.decided()
    assert block.decisions.schema == DECISION_SCHEMA
    keys = block.decisions.select("customer_id", "rank")
    assert keys.is_unique().all()
    assert block.decisions["decision_id"].is_unique().all()
    for _, ranks in block.decisions.group_by("customer_id", maintain_order=True):
        assert ranks["rank"].to_list() == list(range(1, len(ranks) + 1))
    assert set(block.decisions["customer_id"]) == set(block.judged.customers)


def test_doing_nothing_ends_the_list_and_says_what_became_of_the_rest():
    ready, block = decide_bank.decided()
    (nothing,) = block.decisions.filter(customer_id="C05").to_dicts()
    assert (nothing["action_id"], nothing["expected_value"], nothing["product_id"]) == ("no_action", 0, None)
    counts = dict(part.split("=") for part in nothing["attempts"].split(";"))
    verdicts = block.judged.verdicts
    found = pl.Series([verdicts.verdicts[code] for code in verdicts.pattern[4]]).value_counts()
    expected = {name: str(count) for name, count in found.iter_rows()}
    assert expected.pop("allowed") == "1"
    assert counts == expected
    assert sum(map(int, counts.values())) == len(ready.actions) - 1


def test_the_chain_tells_what_was_allowed_but_not_worth_its_cost():
    _, block = decide_bank.decided(minimum_value="1000.00")
    ends = block.decisions.filter(action_id="no_action")
    assert ends["customer_id"].to_list() == sorted(set(block.judged.customers) - {"C07"})
    assert ends["attempts"].str.contains("not_worth_its_cost=").sum() >= 8
    assert not ends["attempts"].str.contains("worthwhile").any()


def test_every_other_row_has_no_chain():
    _, block = decide_bank.decided()
    rest = block.decisions.filter(pl.col("action_id") != "no_action")
    assert rest["attempts"].null_count() == len(rest)


def test_arms_tell_how_the_choice_was_made():
    content = {
        "customers": [customer(f"P{number:03}") for number in range(200)],
        "products": list(decide_bank.PRODUCTS),
    }
    _, block = decide_bank.decided(
        content, holdout={"share": 0.3, "salt": "s"}, exploration={"share": 0.3, "temperature": 5.0}
    )
    assert set(block.decisions["arm"]) == {"best", "explored", "holdout"}
    held_out = decide_bank.prepared(content, holdout={"share": 0.3, "salt": "s"}).inputs.filter("held_out")[
        "customer_id"
    ]
    arms = block.decisions
    assert set(arms.filter(arm="holdout")["customer_id"]) <= set(held_out)
    theirs = arms.filter(pl.col("customer_id").is_in(held_out.implode()), pl.col("arm") != "mandatory")
    assert set(theirs["arm"]) == {"holdout"}
    assert not set(arms.filter(arm="best")["customer_id"]) & set(held_out)


def test_hours_in_which_the_channel_may_be_used_travel_along():
    _, block = decide_bank.decided()
    calls = block.decisions.filter(channel="phone")
    assert set(calls.select("contact_not_before", "contact_not_after").iter_rows()) == {("09:00", "19:00")}
    assert block.decisions.filter(channel="adviser")["contact_not_before"].null_count() == len(
        block.decisions.filter(channel="adviser")
    )


def test_the_source_of_a_propensity_is_said():
    _, learnt = decide_bank.decided()
    sales = learnt.decisions.filter(kind="sale")
    assert set(sales["propensity_source"]) == {"calibrated"}
    assert set(learnt.decisions.filter(kind="care")["propensity_source"]) == {"assumed"}
    # No window has closed since anybody held anything: the catalogue's assumption is all there is.
    _, early = decide_bank.decided(horizon_days=2000)
    assert set(early.decisions["propensity_source"]) == {"assumed"}
    assert set(early.decisions.filter(kind="sale", product_id="P0")["propensity"]) == {0.5}
