"""Ranking metrics by hand, and against a plain loop."""

import math

import numpy as np
import pytest

from zhike.measure.ranking import band_consistency, ranking_quality


def gain(*ranks):
    return sum(1 / math.log2(rank + 1) for rank in ranks)


def test_ndcg_recall_and_precision_by_hand():
    top = np.array([[3, 0, 1], [2, 1, -1], [0, 1, 2]])
    relevant = np.array([[1, 0, 0, 1, 1], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0]], dtype=bool)
    found = ranking_quality(top, relevant, 5)
    # First: hits at ranks 1 and 2 of 3 relevant; second: hit at rank 2 of 1; third took nothing and counts as 0.
    assert found.ndcg == pytest.approx((gain(1, 2) / gain(1, 2, 3) + gain(2) / gain(1)) / 3)
    assert found.recall == pytest.approx((2 / 3 + 1) / 3)
    assert found.precision == pytest.approx((2 + 1) / 9)
    assert found.coverage == pytest.approx(4 / 5)
    assert found.served == 1.0


def test_the_ideal_is_cut_at_the_length_of_the_list():
    assert ranking_quality(np.array([[0, 1]]), np.ones((1, 9), bool), 9).ndcg == pytest.approx(1.0)


def test_an_empty_list_serves_nobody_and_hits_nothing():
    found = ranking_quality(np.full((2, 3), -1), np.ones((2, 4), bool), 4)
    assert (found.ndcg, found.recall, found.precision, found.coverage, found.served) == (0, 0, 0, 0, 0)


def test_no_customers_no_figures():
    assert ranking_quality(np.zeros((0, 10), int), np.zeros((0, 4), bool), 4).ndcg == 0.0


def test_as_a_plain_loop_has_it():
    generator = np.random.default_rng(5)
    top = np.array([generator.permutation(12)[:4] for _ in range(50)])
    relevant = generator.random((50, 12)) < 0.2
    slow = [
        gain(*(rank for rank, product in enumerate(row, 1) if want[product]))
        / (gain(*range(1, min(4, want.sum()) + 1)) or 1)
        for row, want in zip(top, relevant, strict=True)
    ]
    assert ranking_quality(top, relevant, 12).ndcg == pytest.approx(np.mean(slow))


def test_band_consistency_counts_what_is_known():
    top = np.array([[0, 1, 2], [2, -1, -1], [0, 1, 2]])
    customers, products = np.array([2.0, 5.0, np.nan]), np.array([1.0, 4.0, np.nan])
    assert band_consistency(top, customers, products, 1) == pytest.approx(1 / 2)
    assert band_consistency(top, customers, products, 2) == 1.0
    assert math.isnan(band_consistency(top[2:], customers[2:], products, 1))
