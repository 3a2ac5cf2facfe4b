"""Who is compared with whom, what is told of small groups, and that a planted difference is found and none other."""

import polars as pl
import pytest

from zhike.measure.fairness import group_reasons, group_shares
from zhike.measure.shares import difference, share


def customers(*groups):
    """Return customers: sex, how many, of whom so many offered something, and the reasons against them."""
    rows = [
        {"sex": sex, "region": "north", "offered": place < offered, "reasons": reasons}
        for sex, many, offered, reasons in groups
        for place in range(many)
    ]
    schema = {"sex": pl.String, "region": pl.String, "offered": pl.Boolean, "reasons": pl.List(pl.String)}
    return pl.DataFrame(rows, schema=schema)


def told(frame, least=10):
    return {one["group"]: one for one in group_shares(frame, ["sex", "region"], ["offered"], least)}


def test_a_group_is_compared_with_all_other_known_ones():
    found = told(customers(("female", 80, 48, []), ("male", 70, 56, []), (None, 40, 0, [])))
    assert found["male"]["share"] == 0.8
    assert (found["male"]["low"], found["male"]["high"]) == share(56, 70)[1:]
    names = ("difference", "difference_low", "difference_high")
    assert tuple(found["male"][name] for name in names) == difference((56, 70), (48, 80))
    assert tuple(found["unknown"][name] for name in names) == difference((0, 40), (104, 150))
    assert found["unknown"]["beyond_chance"]


def test_of_an_attribute_with_one_group_nothing_is_said():
    assert {
        one["attribute"]
        for one in group_shares(customers(("female", 80, 48, [])), ["sex", "region"], ["offered"], 10)
    } == set()


def test_a_small_group_is_not_told_nor_given_away_by_the_others():
    found = told(customers(("female", 80, 48, []), ("male", 9, 9, [])))
    assert set(found) == {"female"}
    assert found["female"]["difference"] is None
    assert not found["female"]["beyond_chance"]
    assert set(told(customers(("female", 80, 48, []), ("male", 10, 9, [])))) == {"female", "male"}


def test_whoever_a_measure_does_not_apply_to_is_not_counted():
    frame = customers(("female", 80, 48, []), ("male", 70, 56, []))
    some = frame.with_columns(
        pl.when(pl.int_range(pl.len()) < 20).then(None).otherwise(pl.col("offered")).alias("offered")
    )
    assert told(some)["female"]["customers"] == 60


def test_beyond_chance_is_judged_for_all_comparisons_together():
    """A difference just beyond chance alone is none among the many that were made."""
    frame = customers(("female", 100, 62, []), ("male", 100, 48, []))
    alone = [one for one in group_shares(frame, ["sex"], ["offered"], 10) if one["group"] == "female"]
    assert difference((62, 100), (48, 100)).excludes_zero
    assert not alone[0]["beyond_chance"]
    assert alone[0]["difference_low"] > 0


def test_the_reason_that_meets_one_group_comes_first():
    frame = customers(
        ("female", 60, 0, ["too_old", "quiet"]),
        ("female", 40, 0, ["quiet"]),
        ("male", 100, 0, ["quiet"]),
        ("male", 5, 0, None),
    )
    found = group_reasons(frame, ["sex"], 10, 3)
    assert [(one["measure"], one["beyond_chance"]) for one in found][:2] == [("too_old", True)] * 2
    assert {one["group"] for one in found[:2]} == {"female", "male"}
    assert found[2]["measure"] == "quiet"
    assert len(found) == 3


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_nothing(seed):
    frame = customers(("female", 60, 30, ["a"]), ("male", 50, 10, ["b"]), (None, 20, 3, []))
    turned = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    assert group_shares(turned, ["sex"], ["offered"], 10) == group_shares(frame, ["sex"], ["offered"], 10)
    assert group_reasons(turned, ["sex"], 10, 9) == group_reasons(frame, ["sex"], 10, 9)
