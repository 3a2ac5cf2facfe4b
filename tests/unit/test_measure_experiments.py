"""Assignment, power, sample ratio, adjustment and sequential reading of experiments."""

import math

import numpy as np
import pytest
from scipy import stats

from zhike.core.errors import UsageError
from zhike.decide.policy import Holdout
from zhike.measure.experiments import (
    STANDING_CONTRASTS,
    Experiment,
    Plan,
    SequentialReading,
    adjusted_difference,
    held_out,
    read_contrast,
    sample_ratio,
    sequential_sample_ratio,
    size_for_means,
    size_for_shares,
    standing_experiment,
)  # fmt: skip
from zhike.measure.experiments.contrasts import NEXT_BEST, lift
from zhike.measure.experiments.sequential import ArmCounts

NAMES = [f"customer-{i}" for i in range(4000)]
HOLDOUT = Holdout(0.1, "2026")


def test_assignment_is_stable_and_free_of_row_order():
    trial = Experiment("spring", {"a": 0.5, "b": 0.5}, HOLDOUT)
    arms = dict(zip(NAMES, trial.arms(NAMES), strict=True))
    assert dict(zip(NAMES[::-1], trial.arms(NAMES[::-1]), strict=True)) == arms
    assert trial.arms(NAMES[7:8]) == [arms[NAMES[7]]]
    # Written down once: a customer must be in the same arm in every later version.
    assert trial.arms(["a", "b", "c", "d", "e", "f"]) == PINNED


PINNED = ["b", "b", "b", "a", "b", "a"]


def test_permanent_holdout_is_in_no_experiment():
    out = {name for name, kept in zip(NAMES, held_out(NAMES, HOLDOUT), strict=True) if kept}
    assert 300 < len(out) < 500
    for name in ("spring", "autumn"):
        arms = Experiment(name, {"a": 0.3, "b": 0.7}, HOLDOUT).arms(NAMES)
        assert {n for n, arm in zip(NAMES, arms, strict=True) if arm == "holdout"} == out


def test_holdout_is_the_day_plans():
    from zhike.decide.inputs import hash_uniforms

    lots = hash_uniforms(NAMES, f"holdout|{HOLDOUT.salt}", 1)[:, 0]
    assert held_out(NAMES, HOLDOUT) == (lots < HOLDOUT.share).tolist()


def test_shares_are_kept_and_experiments_independent():
    one = np.array(Experiment("one", {"a": 0.3, "b": 0.7}, Holdout(0.0, "x")).arms(NAMES))
    two = np.array(Experiment("two", {"a": 0.3, "b": 0.7}, Holdout(0.0, "x")).arms(NAMES))
    table = [[np.sum((one == i) & (two == j)) for j in "ab"] for i in "ab"]
    assert stats.binomtest(int((one == "a").sum()), len(NAMES), 0.3).pvalue > 1e-3
    assert stats.chi2_contingency(table).pvalue > 1e-3


def test_widening_an_arm_moves_nobody_else():
    before = Experiment("grow", {"a": 0.1, "b": 0.4, "c": 0.5}, HOLDOUT).arms(NAMES)
    after = Experiment("grow", {"a": 0.2, "b": 0.3, "c": 0.5}, HOLDOUT).arms(NAMES)
    moves = {(x, y) for x, y in zip(before, after, strict=True) if x != y}
    assert moves == {("b", "a")}


@pytest.mark.parametrize("shares", [{}, {"a": 0.5}, {"a": 1.2, "b": -0.2}, {"holdout": 0.5, "b": 0.5}])
def test_bad_shares_are_refused(shares):
    with pytest.raises(UsageError, match=r"arm"):
        Experiment("bad", shares, HOLDOUT)


def test_size_gives_the_power_asked_for():
    plan = Plan(power=0.9, treated=0.2)
    n = size_for_shares(0.02, 0.03, plan)
    assert plan.reached(n, 0.01, 0.03 * 0.97, 0.02 * 0.98) == pytest.approx(0.9, abs=1e-3)
    assert plan.reached(n, 0.0, 0.02 * 0.98, 0.02 * 0.98) == pytest.approx(0.05)


def test_correlation_saves_customers():
    assert size_for_means(0.1, 1.0, Plan(correlation=0.6)) == pytest.approx(
        0.64 * size_for_means(0.1, 1.0), abs=1
    )


def test_power_refuses_what_makes_no_sense():
    with pytest.raises(UsageError, match="difference of 0"):
        size_for_shares(0.1, 0.1)
    with pytest.raises(UsageError, match="a share"):
        size_for_shares(0.1, 1.1)
    with pytest.raises(UsageError, match="between 0 and 1"):
        Plan(power=1.0)


def test_sample_ratio_is_the_textbook_test():
    assert sample_ratio([40, 60], [0.5, 0.5]) == pytest.approx(stats.binomtest(40, 100, 0.5).pvalue)
    three = stats.chisquare([30, 30, 60], [40, 40, 40]).pvalue
    assert sample_ratio([30, 30, 60], [1 / 3, 1 / 3, 1 / 3]) == pytest.approx(three)
    assert sample_ratio([0, 0], [0.5, 0.5]) == 1.0
    with pytest.raises(UsageError, match="adding up"):
        sample_ratio([1, 2], [0.5, 0.4])


def test_sequential_sample_ratio_sees_a_wrong_split_and_remembers_it():
    right = [(50 * d, 50 * d) for d in range(1, 60)]
    wrong = [(50 * d, 60 * d) for d in range(1, 60)]
    assert sequential_sample_ratio(right, [0.5, 0.5]) == 1.0
    assert sequential_sample_ratio(wrong, [0.5, 0.5]) < 0.0005
    late = [*wrong, (3540, 3540)]
    assert sequential_sample_ratio(late, [0.5, 0.5]) == sequential_sample_ratio(wrong, [0.5, 0.5])


def test_sequential_sample_ratio_is_a_martingale():
    shares, total = (0.3, 0.7), 6
    mean = sum(
        stats.binom.pmf(k, total, 0.3) / sequential_sample_ratio([(k, total - k)], shares, 5.0)
        for k in range(total + 1)
    )
    # 1 / p is max(1, E), so its mean is E's mean of 1 and what lies below 1 on top.
    below = sum(
        stats.binom.pmf(k, total, 0.3) * (1.0 - e)
        for k in range(total + 1)
        if (e := evidence(k, total - k, shares, 5.0)) < 1
    )
    assert mean - below == pytest.approx(1.0)


def evidence(first, second, shares, weight):
    a, b = weight * shares[0], weight * shares[1]
    return math.exp(
        math.lgamma(weight) - math.lgamma(weight + first + second)
        + math.lgamma(a + first) - math.lgamma(a) + math.lgamma(b + second) - math.lgamma(b)
    ) / (shares[0] ** first * shares[1] ** second)  # fmt: skip


def adjusted_case(seed, slope=1.0, n=2000):
    rng = np.random.default_rng(seed)
    before = rng.normal(size=(n, 1))
    treated = rng.random(n) < 0.4
    return 0.2 * treated + slope * before[:, 0] + rng.normal(size=n), treated, before


def test_adjustment_saves_what_the_correlation_says():
    found = adjusted_difference(*adjusted_case(1))
    assert found.saved == pytest.approx(0.5, abs=0.06)
    assert found.low < 0.2 < found.high


def test_without_pre_period_data_it_is_the_difference_of_means():
    y, w, _ = adjusted_case(2)
    found = adjusted_difference(y, w, np.empty((len(y), 0)))
    assert found.value == pytest.approx(y[w].mean() - y[~w].mean())
    welch = math.sqrt(y[w].var(ddof=1) / w.sum() + y[~w].var(ddof=1) / (~w).sum())
    assert found.error == pytest.approx(welch)
    assert found.saved == pytest.approx(0.0)


def test_too_few_rows_are_refused():
    with pytest.raises(UsageError, match="more rows"):
        adjusted_difference(np.zeros(6), np.arange(6) < 3, np.zeros((6, 2)))


def test_sequential_capital_by_hand():
    reading = SequentialReading(0.5, 0.0)
    found = reading.read(ArmCounts(0, 0, 1, 1))
    # One treated yes: z = 2; bets up to .95 / 3 on a rise win 1 + 2 l, those on a fall 1 - 2 l: the mean is 1.
    assert found.p == pytest.approx(1.0)
    assert (found.low, found.high) == (-1.0, 1.0)


def test_sequential_reading_only_narrows_and_finds_a_large_difference():
    looks = [ArmCounts(200 * d, 2 * d, 200 * d, 8 * d) for d in range(1, 31)]
    reading = SequentialReading()
    found = [reading.read(one) for one in looks]
    lows, highs, ps = zip(*((r.low, r.high, r.p) for r in found), strict=True)
    assert list(lows) == sorted(lows)
    assert list(highs) == sorted(highs, reverse=True)
    assert list(ps) == sorted(ps, reverse=True)
    assert ps[-1] < 0.01
    assert 0 < lows[-1] < 0.03 < highs[-1]


def test_sequential_reading_is_symmetric_in_the_arms():
    one = SequentialReading().read(ArmCounts(900, 10, 1000, 30))
    two = SequentialReading().read(ArmCounts(1000, 30, 900, 10))
    assert (one.low, one.high) == pytest.approx((-two.high, -two.low))
    assert one.p == pytest.approx(two.p)


def test_sequential_reading_is_never_wrong_too_often():
    wrong = sum(ever_wrong(seed, 0.01, 0.0, 0.5) for seed in range(60))
    assert wrong <= stats.binom.ppf(0.999, 60, 0.05)


def ever_wrong(seed, base, difference, probability, *, days=20, arrivals=300, drift=0.0):
    """Whether the interval, read daily, ever leaves the truth out."""
    rng = np.random.default_rng(seed)
    reading = SequentialReading(probability, base)
    counts = np.zeros(4, dtype=int)
    for day in range(days):
        rate = base * (1.0 + drift * math.sin(day))
        treated = rng.binomial(arrivals, probability)
        untreated = arrivals - treated
        counts += [
            untreated,
            rng.binomial(untreated, rate),
            treated,
            rng.binomial(treated, rate + difference),
        ]
        found = reading.read(ArmCounts(*counts.tolist()))
        if not found.low <= difference <= found.high:
            return True
    return False


@pytest.mark.campaign
@pytest.mark.parametrize("probability", [0.5, 0.9])
@pytest.mark.parametrize(("base", "difference"), [(0.005, 0.0), (0.01, 0.005), (0.02, -0.01), (0.05, 0.0)])
def test_ever_wrong_under_daily_peeking(base, difference, probability):
    runs = 300
    wrong = sum(
        ever_wrong(seed, base, difference, probability, days=60, arrivals=500, drift=0.4)
        for seed in range(runs)
    )
    assert wrong <= stats.binom.ppf(0.999, runs, 0.05)


def test_an_impossible_count_is_refused():
    with pytest.raises(UsageError, match="more answers"):
        SequentialReading().read(ArmCounts(1, 2, 0, 0))
    with pytest.raises(UsageError, match="rate from 0 to 1"):
        SequentialReading(probability=1.0)


def test_the_five_contrasts_have_their_arms():
    trial = standing_experiment(HOLDOUT)
    arms = set(trial.arms(NAMES))
    assert len(STANDING_CONTRASTS) == 5
    assert {one.control for one in STANDING_CONTRASTS} | {NEXT_BEST, "holdout"} == arms
    assert all(one.test in trial.shares for one in STANDING_CONTRASTS)


def test_lift_by_the_delta_method():
    found = lift((0.12, 0.003), (0.10, 0.004))
    error = math.sqrt(0.003**2 + (1.2 * 0.004) ** 2) / 0.10
    assert found.value == pytest.approx(0.2)
    assert found.high - found.low == pytest.approx(2 * 1.959963984540054 * error)
    assert math.isnan(lift((0.1, 0.01), (0.0, 0.0)).value)


def test_contrast_is_read_with_the_experiments_own_probability():
    trial = standing_experiment(HOLDOUT)
    contrast = STANDING_CONTRASTS[0]
    counts = {contrast.control: (2000, 20), NEXT_BEST: (90000, 4500)}
    lifted, reading = read_contrast(contrast, counts, trial)
    assert lifted.value == pytest.approx(4.0)
    alone = SequentialReading(0.9 / 0.92).read(ArmCounts(2000, 20, 90000, 4500))
    assert (reading.low, reading.high, reading.p) == pytest.approx((alone.low, alone.high, alone.p))


@pytest.mark.parametrize("difference", [math.nan, math.inf, 1e-300])
def test_a_difference_that_no_number_shows_is_refused(difference):
    with pytest.raises(UsageError, match="a difference"):
        size_for_means(difference, 1.0)


@pytest.mark.parametrize("deviation", [0.0, -1.0, math.nan])
def test_a_deviation_that_is_none_is_refused(deviation):
    with pytest.raises(UsageError, match="standard deviation"):
        size_for_means(0.5, deviation)


def test_no_plan_leaves_an_arm_empty():
    assert size_for_shares(0.0, 1.0) == 2
    assert size_for_shares(0.0, 1.0, Plan(treated=0.01)) == 100
    with pytest.raises(UsageError, match="0 customers"):
        Plan().reached(0, 0.1, 1.0, 1.0)
    assert Plan().reached(10, 0.1, 0.0, 0.0) == 1.0


@pytest.mark.parametrize("counts", [[-1, 5], [1.5, 5], [math.nan, 5], [math.inf, 5]])
def test_arms_of_no_number_of_customers_are_refused(counts):
    with pytest.raises(UsageError, match="customers in the arms"):
        sample_ratio(counts, [0.5, 0.5])
    with pytest.raises(UsageError, match="customers in the arms"):
        sequential_sample_ratio([counts], [0.5, 0.5])
    with pytest.raises(UsageError, match="0 arms"):
        sample_ratio([], [])


def test_a_contrast_without_a_yes_has_an_interval():
    """Nobody of 50 and 5 of 50: the lift is -1, and it may be half as bad."""
    contrast, trial = STANDING_CONTRASTS[0], standing_experiment(Holdout(0.0, "s"))
    counts = {contrast.test: (50, 0), contrast.control: (50, 5)}
    found, _ = read_contrast(contrast, counts, trial)
    error = math.sqrt((2 / 54) * (52 / 54) / 54) / 0.1
    assert found.value == -1.0
    assert found.high - found.value == pytest.approx(1.959964 * error, rel=1e-6)


def test_arms_that_an_experiment_does_not_have_are_named():
    trial = Experiment("spring", {"letter": 1.0, "call": 0.0, "text": 0.0}, Holdout(0.0, "s"))
    for arms in (("letter", "fax"), ("call", "text")):
        with pytest.raises(UsageError, match="letter, call, text"):
            trial.probability(*arms)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"treated": np.arange(20) % 2}, "arms as int64"),
        ({"outcome": np.full(20, np.nan)}, "no number"),
        ({"before": np.full((20, 1), np.inf)}, "no number"),
        ({"before": np.zeros(20)}, "a table of columns"),
        ({"outcome": np.zeros(19)}, "arrays of"),
        ({"level": 1.0}, "level 1.0"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(changes, said):
    rng = np.random.default_rng(0)
    sound = {"outcome": rng.random(20), "treated": np.arange(20) % 2 == 0, "before": rng.random((20, 1))}
    with pytest.raises(UsageError, match=said):
        adjusted_difference(**{**sound, **changes})
