"""What the ledger tells of hold-out and exploring: the truth where there is one, no conclusion where there is none, and no comparison of what cannot be compared."""

from types import SimpleNamespace

import numpy as np
import pytest

from zhike.act.first_decisions import ACCEPTED, SOLD, WITHDREW, FirstDecision
from zhike.decide.policy import Exploration, Holdout
from zhike.decide.serving import lots
from zhike.measure.experiments import STANDING_CONTRASTS, held_out
from zhike.measure.standing_experiment import UNREADABLE, read_standing

HOLDOUT, SHARE = Holdout(0.2, "tests"), 0.3
POLICY = SimpleNamespace(holdout=HOLDOUT, exploration=Exploration(SHARE, 5.0))


def customers(seed, count):
    return [FirstDecision(f"d{seed}-{n}", f"c{seed}-{n}", n) for n in range(count)]


def answered(seed, count, *, served, holdout, explored):
    """Return first decisions whose customers accept with a probability that hangs on the arm alone."""
    rows, dice = customers(seed, count), np.random.default_rng(seed)
    out = held_out([one.customer_id for one in rows], HOLDOUT)
    explores = lots([one.decision_id for one in rows], 1)[:, 0, 0] < SHARE
    for one, held, lot in zip(rows, out, explores, strict=True):
        rate = holdout if held else explored if lot else served
        if dice.random() < rate:
            one.what.add(ACCEPTED)
    return rows


def outcome(contrast, name=ACCEPTED):
    return next(one for one in contrast.outcomes if one.outcome == name)


def test_a_difference_that_is_there_is_found_and_lies_in_the_interval():
    out, explore = read_standing(answered(1, 6000, served=0.4, holdout=0.1, explored=0.2), POLICY)
    truth = {"holdout": 0.7 * 0.4 + 0.3 * 0.2 - 0.1, "exploration": 0.2}
    for contrast in (out, explore):
        found = outcome(contrast)
        assert contrast.obstacle is None
        assert found.low < truth[contrast.name] < found.high
        assert (found.verdict, found.p < 0.01) == ("higher", True)
        assert outcome(contrast, WITHDREW).verdict == "open"
    assert (
        outcome(read_standing(answered(2, 6000, served=0.1, holdout=0.4, explored=0.1), POLICY)[0]).verdict
        == "lower"
    )


def test_every_customer_is_in_one_arm_and_the_held_out_in_no_arm_of_exploring():
    rows = answered(3, 500, served=0.5, holdout=0.5, explored=0.5)
    out, explore = read_standing(rows, POLICY)
    assert out.n_test + out.n_control == len(rows)
    assert explore.n_test + explore.n_control == out.n_test
    assert (out.n_control, explore.share) == (
        sum(held_out([one.customer_id for one in rows], HOLDOUT)),
        SHARE,
    )
    assert outcome(out).test == outcome(explore).test + outcome(explore).control


def test_looked_at_again_and_again_nothing_is_found_where_nothing_is():
    """Thirty banks looked at four times each: one alarm or two would be within what is promised, more hardly."""
    alarms = 0
    for seed in range(30):
        rows = answered(100 + seed, 1200, served=0.3, holdout=0.3, explored=0.3)
        looks = [read_standing(rows[: 300 * n], POLICY) for n in range(1, 5)]
        alarms += any(
            one.verdict != "open" for look in looks for contrast in look for one in contrast.outcomes
        )
    assert alarms <= 2


def test_a_few_answers_are_no_conclusion():
    found = outcome(read_standing(answered(4, 40, served=0.5, holdout=0.0, explored=0.5), POLICY)[0])
    assert found.difference > 0
    assert found.low < 0 < found.high
    assert found.verdict == "open"


@pytest.mark.parametrize(
    ("policy", "obstacle"),
    [
        (SimpleNamespace(holdout=Holdout(0.0, "tests"), exploration=Exploration(0.0, 5.0)), "not_run"),
        (SimpleNamespace(holdout=Holdout(1.0, "tests"), exploration=Exploration(1.0, 5.0)), "not_run"),
        (SimpleNamespace(holdout=Holdout(1e-9, "tests"), exploration=Exploration(1e-9, 5.0)), "empty"),
    ],
)
def test_an_arm_without_customers_is_compared_with_nothing(policy, obstacle):
    for contrast in read_standing(answered(5, 200, served=0.5, holdout=0.5, explored=0.5), policy):
        assert contrast.obstacle == obstacle
        assert {(one.difference, one.low, one.verdict) for one in contrast.outcomes} == {(None, None, None)}


def test_without_anybody_nothing_is_told():
    assert [one.obstacle for one in read_standing([], POLICY)] == ["empty", "empty"]


def test_arms_of_other_sizes_than_planned_are_not_compared():
    rows = customers(6, 3000)
    kept = held_out([one.customer_id for one in rows], HOLDOUT)
    lost = [one for n, (one, held) in enumerate(zip(rows, kept, strict=True)) if not held or n % 2]
    whole, fewer = read_standing(rows, POLICY)[0], read_standing(lost, POLICY)[0]
    assert (whole.obstacle, fewer.obstacle) == (None, "sample_ratio")
    assert fewer.sample_ratio < 0.0005 < whole.sample_ratio


def test_a_sale_to_somebody_held_out_says_that_the_arms_are_others():
    rows = customers(7, 200)
    held = next(
        one
        for one, out in zip(rows, held_out([one.customer_id for one in rows], HOLDOUT), strict=True)
        if out
    )
    held.what.add(SOLD)
    assert [one.obstacle for one in read_standing(rows, POLICY)] == ["sold", None]


def test_the_contrasts_that_nobody_is_served_by_are_named():
    assert set(UNREADABLE) == {one.name for one in STANDING_CONTRASTS}
    assert [name for name, why in UNREADABLE.items() if why == "softmax"] == ["random"]
