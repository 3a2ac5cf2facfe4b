"""Recommenders against slow, plain computations, and calibration that never falls."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from zhike.decide.inputs import hash_uniforms
from zhike.decide.policy import Policy
from zhike.decide.propensity import (
    Calibration,
    ConditionalKNN,
    Ease,
    Popularity,
    RankBlend,
    ranked_top,
    recommender_of,
)

HELD = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 0], [0, 1, 0, 1], [1, 0, 0, 0]])


def random_holdings(customers, products):
    names = [str(number) for number in range(customers)]
    columns = [hash_uniforms(names, f"product {column}", 1)[:, 0] < 0.3 for column in range(products)]
    return csr_matrix(np.stack(columns, axis=1).astype(float))


def test_conditional_knn_by_hand():
    scores = ConditionalKNN().fit(csr_matrix(HELD)).scores(csr_matrix([[1, 1, 0, 0]]))
    # Product 0 has 4 holders, product 1 has 3; together they have 2, with product 2: 2 and 1, with product 3: 0 and 1.
    assert scores[0] == pytest.approx([2 / 3, 2 / 4, 2 / 4 + 1 / 3, 1 / 3], abs=1e-6)


@pytest.mark.parametrize("ridge", [0.5, 30.0])
def test_ease_is_the_ridge_regression_of_each_product_on_all_others(ridge):
    holdings = random_holdings(200, 7)
    dense = holdings.toarray()
    weights = Ease(ridge).fit(holdings).item_weights()
    for product in range(7):
        others = np.delete(dense, product, axis=1)
        slow = np.linalg.solve(others.T @ others + ridge * np.eye(6), others.T @ dense[:, product])
        assert np.delete(weights[:, product], product) == pytest.approx(slow, abs=1e-9)
        assert weights[product, product] == 0.0


def test_popularity_is_the_share_of_holders():
    assert Popularity().fit(csr_matrix(HELD)).scores(csr_matrix(HELD))[3].tolist() == pytest.approx(
        [4 / 6, 3 / 6, 2 / 6, 1 / 6]
    )


@pytest.mark.parametrize("model", [ConditionalKNN(), Ease(10.0)])
def test_a_customer_without_products_gets_what_is_popular(model):
    bare = model.fit(csr_matrix(HELD)).scores(csr_matrix((1, 4)))
    assert np.argsort(-bare[0]).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("model", [ConditionalKNN(), Ease(10.0)])
def test_the_score_is_the_sum_of_what_each_product_held_adds(model):
    holdings = random_holdings(50, 5)
    weights = model.fit(holdings).item_weights()
    scores = model.scores(holdings)
    held = holdings.toarray() > 0
    rows = held.any(axis=1)
    assert scores[rows] == pytest.approx(held[rows] @ weights, abs=1e-8)


def test_the_blend_is_the_mean_of_ranks():
    holdings = random_holdings(60, 5)
    blend = RankBlend(Popularity(), Ease(10.0)).fit(holdings)
    one, two = Popularity().fit(holdings).scores(holdings), Ease(10.0).fit(holdings).scores(holdings)
    ranks = [np.argsort(np.argsort(part, axis=1), axis=1) + 1 for part in (one, two)]
    assert blend.scores(holdings)[0] == pytest.approx((ranks[0] + ranks[1])[0] / 2 / 5)
    assert blend.item_weights() is None


@pytest.mark.parametrize("kind", ["conditional_knn", "ease", "blend", "popularity"])
def test_a_policy_names_its_recommender(kind):
    raw = {
        "packs": ["x"],
        "catalogue": "c",
        "recommender": {"kind": kind, "ridge": 7},
        "limits": {"actions_per_customer": 1},
    }
    scores = recommender_of(Policy.from_content("p", "1", raw)).fit(csr_matrix(HELD)).scores(csr_matrix(HELD))
    assert scores.shape == HELD.shape


def test_more_score_never_means_less_propensity():
    scores = hash_uniforms([str(number) for number in range(3000)], "scores", 2)
    taken = scores[:, 1] < 0.1 + 0.3 * scores[:, 0] ** 2
    fitted = Calibration(50).fit(scores[:, 0], taken)
    curve = fitted.propensity(np.linspace(-1, 2, 500))
    assert (np.diff(curve) >= 0).all()
    assert ((curve > 0) & (curve < 1)).all()
    assert fitted.propensity(scores[:, 0]).mean() == pytest.approx(taken.mean(), abs=0.02)


def test_calibration_of_one_score_is_the_rate():
    fitted = Calibration().fit(np.zeros(9), np.array([True] * 3 + [False] * 6))
    assert fitted.propensity(np.array([0.0, 5.0])).tolist() == pytest.approx([1 / 3, 1 / 3])


def test_calibration_without_pairs_says_never_and_does_not_fail():
    assert Calibration().fit(np.zeros(0), np.zeros(0, bool)).propensity(np.array([1.0])).tolist() == [0.0]


def test_the_top_breaks_ties_by_column_and_ends_with_the_candidates():
    scores = np.array([[1.0, 2.0, 2.0, -np.inf], [-np.inf] * 4])
    assert ranked_top(scores, 3).tolist() == [[1, 2, 0], [-1, -1, -1]]
