"""Qini, AUUC and Radcliffe's Q against cases counted by hand, and against scikit-uplift where it can be imported."""

import numpy as np
import pytest

from zhike.core.errors import UsageError
from zhike.measure.uplift_quality import (
    Outcomes,
    auuc,
    paired_bootstrap,
    policy_value,
    qini,
    radcliffe_q,
    rate,
)


def outcomes(y, w):
    return Outcomes(np.array(y, dtype=float), np.array(w, dtype=bool))


def random_case(seed, n=400):
    rng = np.random.default_rng(seed)
    return outcomes(rng.random(n) < 0.3, rng.random(n) < 0.5), rng.integers(0, 20, n) / 20.0


def test_qini_by_hand():
    # Order T1 C0 T0 C1: Q = 0, 1, 1, 2 - 0, 2/2 * 0 ...: (0, 1, 1, 2, 1) with Y_c n_t / n_c = 0, 0, 0, 1.
    seen = outcomes([1, 0, 1, 1], [1, 0, 1, 0])
    score = np.array([4.0, 3.0, 2.0, 1.0])
    # Curve 0, 1, 1, 2, 1 over 0..4 has area 4.5, the line to (4, 1) has 2: 2.5 above it.
    assert radcliffe_q(seen, score) == pytest.approx(2.5 / 4 / 2)
    # Perfect: both treated first (Q 2, a tie of score 1), then C0 (2), then C1 (1): 2 + 2 + 1.5 = 5.5, so 3.5 above.
    assert qini(seen, score) == pytest.approx(2.5 / 3.5)


def test_uplift_curve_by_hand():
    seen = outcomes([1, 0, 1, 1], [1, 0, 1, 0])
    # U = 1, 2, 3, (1 - 1/2) 4 = 2: area .5 + 1.5 + 2.5 + 2.5 = 7, the line to (4, 2) has 4.
    # Perfect: a tie of two treated (2), C0 (3), C1 (2): 2 + 2.5 + 2.5 = 7.
    assert auuc(seen, np.array([4.0, 3.0, 2.0, 1.0])) == pytest.approx(1.0)


def test_equal_scores_are_no_order():
    seen, _ = random_case(1)
    assert qini(seen, np.zeros(400)) == pytest.approx(0.0)


def test_row_order_and_ties_do_not_matter():
    seen, score = random_case(2)
    order = np.random.default_rng(3).permutation(400)
    for figure in (qini, auuc, radcliffe_q):
        assert figure(seen.rows(order), score[order]) == pytest.approx(figure(seen, score))


def test_nobody_answers_gives_no_figure():
    assert np.isnan(qini(outcomes([0, 0, 0], [1, 0, 1]), np.array([1.0, 2.0, 3.0])))


@pytest.mark.parametrize("seed", range(5))
def test_as_scikit_uplift(seed):
    sklift = pytest.importorskip("sklift.metrics", reason="scikit-uplift is not installed")
    seen, score = random_case(seed)
    told = (seen.outcome.astype(int), score, seen.treated.astype(int))
    assert qini(seen, score) == pytest.approx(sklift.qini_auc_score(*told))


def test_paired_difference_of_an_order_to_itself_is_nothing():
    seen, score = random_case(4)
    found = paired_bootstrap(seen, (score, score), np.random.default_rng(0), draws=5)
    assert found == (0.0, 0.0, 0.0)


def test_paired_bootstrap_repeats_by_seed_and_sees_a_perfect_order():
    seen, score = random_case(5)
    best = np.where(seen.treated, seen.outcome, -seen.outcome)
    one, two = (paired_bootstrap(seen, (best, score), np.random.default_rng(9), draws=40) for _ in range(2))
    assert one == two
    assert one.low > 0.5


def test_rates_by_hand():
    score, pseudo = np.array([3.0, 2.0, 1.0]), np.array([3.0, 0.0, 0.0])
    # TOC at 1/3, 2/3, 1: 3 - 1, 1.5 - 1, 0.
    assert rate(score, pseudo, "autoc").value == pytest.approx((2 + 0.5 + 0) / 3)
    assert rate(score, pseudo, "qini").value == pytest.approx((2 / 3 + 2 / 3 * 0.5) / 3)


@pytest.mark.parametrize("weighting", ["autoc", "qini"])
def test_rate_is_free_of_row_order_and_0_without_order(weighting):
    rng = np.random.default_rng(6)
    score, pseudo = rng.integers(0, 9, 200) / 9.0, rng.normal(size=200)
    order = rng.permutation(200)
    found = rate(score, pseudo, weighting)
    again = rate(score[order], pseudo[order], weighting)
    assert again.value == pytest.approx(found.value)
    assert again.influence == pytest.approx(found.influence[order])
    assert rate(np.zeros(200), pseudo, weighting).value == pytest.approx(0.0)


def test_policy_value_shares_the_margin():
    pseudo = np.array([1.0, 3.0, 5.0, 7.0])
    assert policy_value(np.zeros(4), pseudo, 0.5).value == pytest.approx(2.0)
    assert policy_value(np.array([0.0, 0.0, 1.0, 1.0]), pseudo, 0.75).value == pytest.approx((12 + 2) / 4)
    assert policy_value(np.arange(4.0), pseudo, 1.0).value == pytest.approx(4.0)
    with pytest.raises(UsageError, match="budget"):
        policy_value(np.zeros(4), pseudo, 0.0)
