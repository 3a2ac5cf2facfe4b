"""Control charts: limits by definition, each rule at the point that completes it, and false alarms as often as is said."""

import numpy as np
import pytest

from zhike.measure.control_charts import RUN_LENGTHS, individuals_chart, p_chart, signals, u_chart


def test_limits_follow_the_sizes():
    sizes = np.array([100.0, 400, 100])
    shares, rates = p_chart(np.array([20.0, 80, 20]), sizes), u_chart(np.array([20.0, 80, 20]), sizes)
    assert (shares.centre, rates.centre) == pytest.approx((0.2, 0.2))
    assert shares.high == pytest.approx(0.2 + 3 * np.sqrt(0.16 / sizes))
    assert rates.low == pytest.approx(0.2 - 3 * np.sqrt(0.2 / sizes))
    assert p_chart(np.array([1.0, 0]), np.array([10.0, 10])).low.tolist() == [0, 0]


def test_baseline_is_not_moved_by_what_comes_after():
    x = np.array([1.0, 2, 1, 2, 1, 9])
    assert individuals_chart(x, 5).centre == pytest.approx(1.4)
    assert signals(individuals_chart(x, 5).z)[1].tolist() == [False] * 5 + [True]


def test_baseline_without_spread_marks_every_other_value():
    found = individuals_chart(np.array([2.0, 2, 2, 3, 1]), 3)
    assert found.z.tolist() == [0, 0, 0, np.inf, -np.inf]
    assert individuals_chart(np.array([2.0, 2, 2])).z.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("rule", "z", "at"),
    [
        (1, [0, -3.1, 3.0, 3.01], [1, 3]),
        (2, [2.1, -2.1, 2.1, 0, 2.2], [2, 4]),
        (3, [1.1, 1.2, 0, 1.3, 1.4, 0.9], [4]),
        (4, [0.1] * 9 + [-0.1], [7, 8]),
    ],
)
def test_rule_signals_at_the_point_that_completes_it(rule, z, at):
    for side in (1, -1):
        assert np.flatnonzero(signals(side * np.array(z), [rule])[rule]).tolist() == at


@pytest.fixture(scope="module")
def stable():
    return np.random.default_rng(7).normal(size=(1500, 3000))


QUICK = ({1}, {1, 2, 3, 4})


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(
            rules, marks=() if rules in QUICK else pytest.mark.campaign, id="".join(map(str, sorted(rules)))
        )
        for rules in RUN_LENGTHS
    ],
)
def test_stable_process_gives_its_first_false_alarm_as_late_as_is_said(stable, rules):
    found = np.logical_or.reduce(list(signals(stable, rules).values()))
    first = np.where(found.any(axis=1), found.argmax(axis=1) + 1, stable.shape[1])
    assert first.mean() == pytest.approx(RUN_LENGTHS[rules], abs=4 * first.std() / np.sqrt(len(first)))
