"""Equal harm, equal redress: what the audit finds where the truth is known, and how often its intervals hold it."""

import dataclasses
import datetime as dt

import numpy as np
import polars as pl
import pytest
from made_up_complaints import SHIPPED, as_answers, decided
from scipy.special import stdtr, stdtrit

from zhike.core.measure_errors import AnswersError
from zhike.measure.redress import (
    AuditRules,
    RecoveryRules,
    RedressCases,
    chosen_recovery,
    justice_links,
    matched_pairs,
    recovery_effects,
    redress_audit,
)
from zhike.measure.redress.cases import JUSTICES
from zhike.measure.redress.justice_links import FAIR

TODAY = dt.date(2026, 11, 27)
RULES = AuditRules.of(SHIPPED.at("complaints.redress_audit", TODAY).value)
RECOVERY = RecoveryRules.of(SHIPPED.at("complaints.recovery", TODAY).value)
CASES = RedressCases.of(as_answers(decided(1, 600)), ())


def audited(seed, **world):
    return redress_audit(RedressCases.of(as_answers(decided(seed, **world)), RULES.by), RULES)


def private(found, measure="redress"):
    return next(one for one in found["comparisons"] if (one["group"], one["measure"]) == ("private", measure))


def test_a_sweetened_tier_is_found_and_by_how_much():
    found = audited(1, sweetened=4_000.0)
    one = private(found)
    assert (found["verdict"], one["verdict"]) == ("differs", "more")
    # Of those compared four in five got anything, and so the sweetening.
    assert one["low"] < 0.8 * 4_000 < one["high"]
    assert private(found, "relief")["verdict"] != "more"


def test_what_counts_as_no_difference_is_a_share_of_the_harm_for_money_and_of_cases_for_relief():
    found = audited(1)
    money, relief = private(found), private(found, "relief")
    assert relief["margin"] == RULES.margin
    assert money["margin"] > 100 * RULES.margin
    error = (money["high"] - money["low"]) / 2 / stdtrit(money["pairs"] - 1, (1 + RULES.level) / 2)
    assert money["p"] == pytest.approx(2 * stdtr(money["pairs"] - 1, -abs(money["difference"]) / error))


def test_the_same_more_for_every_pair_is_no_certainty():
    everyone = {
        "harm": 10_000.0,
        "redress": pl.when(pl.col("tier") == "private").then(9_000.0).otherwise(5_000.0),
    }
    found = redress_audit(RedressCases.of(as_answers(decided(1).with_columns(**everyone)), ["tier"]), RULES)
    one = private(found)
    assert (one["verdict"], one["difference"]) == ("more", 4_000.0)
    assert one["low"] < 4_000 < one["high"]


def test_of_two_groups_the_one_comparison_is_told_once():
    ages = [one["group"] for one in audited(1)["comparisons"] if one["attribute"] == "age_band"]
    assert ages == ["over_60"] * 3


def test_speed_is_told_and_never_held_against_a_tier():
    found = audited(2, faster=6.0)
    days = private(found, "days")
    assert (days["verdict"], days["held"], days["p_adjusted"]) == ("less", False, None)
    assert found["verdict"] != "differs"


def test_larger_harm_is_no_sweetening():
    table = decided(3, richer=0.8)
    raw = table.group_by("tier").agg(pl.col("redress").mean()).sort("tier")["redress"]
    assert raw[2] > 1.5 * raw[0]
    assert private(audited(3, richer=0.8))["verdict"] != "more"


def test_intervals_hold_the_truth_as_often_as_they_say_and_false_alarms_are_as_rare():
    quiet = [audited(100 + seed, count=1_500) for seed in range(50)]
    held = [one["low"] <= 0 <= one["high"] for found in quiet for one in found["comparisons"] if one["measure"] == "redress" and one["low"] is not None]  # fmt: skip
    assert len(held) > 150
    assert np.mean(held) == pytest.approx(0.95, abs=0.035)
    assert (
        sum(found["verdict"] == "differs" for found in quiet) <= 6
    )  # 2.5 expected at most; more than 6 once in 100


def test_the_detectable_difference_is_found_about_as_often_as_its_power_says():
    detectable = np.mean([private(audited(seed))["detectable"] for seed in range(5)])
    found = [
        private(audited(300 + seed, sweetened=detectable / 0.8))["verdict"] == "more" for seed in range(30)
    ]
    assert 0.6 <= np.mean(found) <= 0.95


def test_without_partners_nothing_is_told():
    alone = decided(4).with_columns(
        business=pl.when(pl.col("tier") == "private").then(pl.lit("loan")).otherwise(pl.lit("savings"))
    )
    found = redress_audit(RedressCases.of(as_answers(alone), ["tier"]), RULES)
    assert {one["verdict"] for one in found["comparisons"] if one["group"] == "private"} == {
        "too_little_overlap"
    }
    assert all(one["difference"] is None for one in found["comparisons"] if one["group"] == "private")
    few = redress_audit(RedressCases.of(as_answers(decided(5, 120)), ["tier"]), RULES)
    assert private(few)["verdict"] in {"too_few_pairs", "too_little_overlap"}
    with pytest.raises(AnswersError, match="tier"):
        redress_audit(RedressCases.of(as_answers(decided(6).drop("tier")), ["tier"]), RULES)


def test_cases_that_lack_what_is_compared_are_counted_and_twice_is_refused():
    table = decided(7, 200).with_columns(harm=pl.when(pl.col("case") < "k000020").then(None).otherwise(pl.col("harm")))  # fmt: skip
    cases = RedressCases.of(as_answers(table), RULES.by)
    assert (len(cases), cases.left_out) == (180, {"harm": 20})
    with pytest.raises(AnswersError, match="twice"):
        RedressCases.of(as_answers(pl.concat([table, table.tail(1)])), RULES.by)


def test_the_order_of_the_cases_changes_nothing():
    table = decided(8, 700, sweetened=1_000.0)
    shuffled = table.sample(fraction=1.0, shuffle=True, seed=1)
    both = [redress_audit(RedressCases.of(as_answers(one), RULES.by), RULES) for one in (table, shuffled)]
    assert both[0] == both[1]


def test_no_more_pairs_could_be_had():
    # Paired greedily by nearness, 110 would take 100 and leave 104 alone.
    harm = np.array([104.0, 110.0, 100.0, 106.0])
    side = np.array([True, True, False, False])
    one, other = matched_pairs(np.zeros(4, int), harm, side, ~side, 0.05)
    assert sorted(zip(harm[one], harm[other], strict=True)) == [(104.0, 100.0), (110.0, 106.0)]


def effect(seed, **world):
    found = recovery_effects(RedressCases.of(as_answers(decided(seed, **world)), ()), ("goodwill", "apology", "none"), RECOVERY)  # fmt: skip
    return {(one["measure"], one["outcome"]): one for one in found}


def test_what_goodwill_changes_is_found_though_the_angriest_get_it():
    table = decided(11, 3_000, helps=0.15)
    given = table["measures"].str.contains("goodwill")
    raw = table.filter(given)["satisfied"].mean() - table.filter(~given)["satisfied"].mean()
    one = effect(11, count=3_000, helps=0.15)["goodwill", "satisfied"]
    assert one["verdict"] == "helps"
    assert one["low"] < 0.15 < one["high"]
    assert abs(one["effect"] - 0.15) < abs(raw - 0.15)
    assert effect(12, helps=0.0)["goodwill", "satisfied"]["verdict"] == "not_shown"


def test_intervals_of_effects_hold_the_truth():
    held = [one["low"] < 0.1 < one["high"] for seed in range(40) for one in [effect(500 + seed, count=900, helps=0.1)["goodwill", "satisfied"]]]  # fmt: skip
    assert np.mean(held) >= 0.92  # intervals are of four together: 0.9875 each


def linked(seed, fair_stay, unfair_stay):
    """Return whether staying goes with each justice, in a bank where it depends on the fairness of the procedure alone."""
    rng, count = np.random.default_rng(seed), 600
    score = {name: rng.integers(1, 6, count).astype(float) for name in JUSTICES}
    chance = np.where(score["procedure"] >= FAIR, fair_stay, unfair_stay)
    came = {"satisfied": np.full(count, np.nan), "retained": (rng.random(count) < chance).astype(float)}
    found = justice_links(dataclasses.replace(CASES, justices=score, outcomes=came), RECOVERY)
    return {(one["justice"], one["outcome"]): one for one in found}


def test_what_goes_with_a_fair_procedure_is_found_there_alone():
    one = linked(1, 0.95, 0.7)
    assert one["procedure", "retained"]["verdict"] == "more"
    assert one["procedure", "retained"]["low"] < 0.25 < one["procedure", "retained"]["high"]
    assert {one[name, "retained"]["verdict"] for name in ("outcome", "interaction")} == {"not_shown"}
    assert one["outcome", "satisfied"]["verdict"] == "not_enough_data"
    assert linked(2, 0.6, 0.9)["procedure", "retained"]["verdict"] == "less"


def test_where_fairness_changes_nothing_a_difference_is_as_rare_as_said():
    found = [
        {one["verdict"] for one in linked(900 + seed, 0.8, 0.8).values()} & {"more", "less"}
        for seed in range(400)
    ]
    assert np.mean([bool(one) for one in found]) <= 0.05
    truth = [linked(2_000 + seed, 0.9, 0.8)["procedure", "retained"] for seed in range(400)]
    assert np.mean([one["low"] < 0.1 < one["high"] for one in truth]) >= 0.975


def test_what_is_owed_is_never_weighed_and_the_unknown_is_said():
    effects = list(effect(13, count=3_000, helps=0.25).values())
    wronged = chosen_recovery(
        {"outcome": "upheld", "harm": 1200.0, "evidence": "documented"}, effects, RECOVERY
    )
    assert wronged["owed"] == ["explanation", "correction", "refund"]
    assert not {one["measure"] for one in wronged["options"]} & {"explanation", "correction", "refund"}
    # Never used in the past, so nothing is known of it.
    apology = next(one for one in wronged["options"] if one["measure"] == "apology")
    assert (apology["worth"], apology["verdicts"]["satisfied"]) == (None, "not_enough_data")
    dear = RecoveryRules.of({**SHIPPED.at("complaints.recovery", TODAY).value, "worth": {"satisfied": 500_000, "retained": 0}})  # fmt: skip
    assert wronged["suggested"] is None
    chosen = chosen_recovery({"outcome": "not_upheld", "harm": 0.0}, effects, dear)
    assert (chosen["owed"], chosen["suggested"], chosen["because"]) == (
        ["explanation"],
        "goodwill",
        "worth_its_cost",
    )
    assert chosen_recovery({}, [], RECOVERY)["because"] == "not_enough_data"
    assert chosen_recovery({}, [], RECOVERY)["owed"] == ["explanation", "correction", "refund"]
