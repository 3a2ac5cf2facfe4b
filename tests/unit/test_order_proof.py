"""The proof that a warning orders customers: true of pairs within windows, an interval that holds, and verdicts that follow."""

import numpy as np
import polars as pl
import pytest
from learnt_models import cases
from sklearn.metrics import roc_auc_score

from zhike.learn.early_warning import EarlyWarning
from zhike.learn.model_metrics import area_under_curve
from zhike.learn.order_proof import auc_within, order_proof


def drawn(seed, customers=300, windows=4, signal=1.0, lasting=0.0):
    """Return outcome, score, window and customer: of each customer the same part of the score in every window."""
    rng = np.random.default_rng(seed)
    size = customers * windows
    window, customer = np.repeat(np.arange(windows), customers), np.tile(np.arange(customers), windows)
    own = rng.normal(size=customers)[customer]
    score = lasting * own + np.sqrt(1 - lasting**2) * rng.normal(size=size)
    risk = 1 / (1 + np.exp(2.0 - signal * score - lasting * own))
    return rng.random(size) < risk, score, window, customer


def test_with_one_window_and_customers_seen_once_it_is_the_usual_auc():
    outcome, score, window, customer = drawn(1, windows=1)
    found = auc_within(outcome, score, window, customer)
    assert found.value == pytest.approx(roc_auc_score(outcome, score))
    assert found == pytest.approx(area_under_curve(outcome, score), abs=2e-3)


def test_it_is_the_mean_over_windows_by_pairs_and_ignores_what_windows_differ_in():
    outcome, score, window, customer = drawn(2)
    found = auc_within(outcome, score, window, customer)
    areas = [roc_auc_score(outcome[window == w], score[window == w]) for w in range(4)]
    pairs = [outcome[window == w].sum() * (~outcome[window == w]).sum() for w in range(4)]
    assert found.value == pytest.approx(np.average(areas, weights=pairs))
    shifted = auc_within(outcome, score + 10 * window, window, customer)
    assert shifted.value == pytest.approx(found.value)


def test_the_interval_holds_the_truth_also_where_customers_come_again():
    """With nothing to find but customers who stay who they are, .5 must be inside as often as it says."""
    held = 0
    for seed in range(200):
        outcome, score, window, customer = drawn(seed, customers=150, signal=0.0)
        found = auc_within(outcome, score, window, customer)
        held += found.low <= 0.5 <= found.high
    assert 181 <= held <= 199  # 190 expected; either end has a probability of about .001


def test_customers_who_come_again_make_the_interval_wider_than_if_they_were_others():
    outcome, score, window, customer = drawn(3, lasting=0.95)
    together, apart = (auc_within(outcome, score, window, who) for who in (customer, np.arange(len(outcome))))
    assert together.value == apart.value
    assert together.high - together.low > 1.2 * (apart.high - apart.low)


def test_nothing_is_proven_where_no_window_has_both_outcomes():
    found = auc_within(
        np.array([True, True, False, False]), np.arange(4.0), np.array([0, 0, 1, 1]), np.arange(4)
    )
    assert found == (None, None, None)
    assert not order_proof(
        cases()[0].head(0).select("customer_id", "day", "outcome", odds=pl.lit(0.0))
    ).holds(0.5)


def test_a_warning_with_something_to_learn_is_proven_and_one_without_is_not():
    frame, _ = cases()
    proof = order_proof(EarlyWarning().fit(frame).forward_)
    assert proof.holds(0.5)
    assert (proof.windows, proof.cases) == (2, 1200)
    rng = np.random.default_rng(4)
    nothing = frame.with_columns(pl.Series("outcome", rng.random(frame.height) < 0.2))
    assert not order_proof(EarlyWarning().fit(nothing).forward_).holds(0.5)


def test_no_window_is_predicted_by_what_came_in_it_or_after_it():
    frame, _ = cases()
    *_, before, last = frame["day"].unique().sort().to_list()
    newest = pl.col("day") == last
    turned = frame.with_columns(
        pl.when(newest).then(~pl.col("outcome")).otherwise("outcome").alias("outcome")
    )
    told, other = (EarlyWarning().fit(one).forward_ for one in (frame, turned))
    assert set(told["day"]) == {before, last}
    assert told["odds"].equals(other["odds"])
    assert not told["outcome"].equals(other["outcome"])
