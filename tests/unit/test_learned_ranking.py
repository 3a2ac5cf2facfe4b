"""Rankings learned from closed windows: nothing after the day counts, masks hold, a seed gives one answer."""

import numpy as np
import pytest

from zhike.decide.ranking import (
    History,
    LearnedRanker,
    ListwiseLogit,
    RecentPopularity,
    WindowBlend,
    closed_count,
    traded_top,
    training_windows,
)
from zhike.decide.ranking.closed_windows import NEVER, last_closed
from zhike.decide.ranking.ranking_features import candidate_pool
from zhike.decide.ranking.snapshots import snapshot

STEPS, HORIZON, AT = 14, 40, 11


def made_up(seed=0, customers=400, products=12):
    """A history in which who holds product i tends to take i + 1 next."""
    rng = np.random.default_rng(seed)
    step = np.full((customers, products), NEVER, dtype=np.int16)
    for row in range(customers):
        first = rng.integers(products)
        step[row, first] = rng.integers(0, 3)
        for _ in range(rng.integers(0, 4)):
            nearby = (first + 1) % products if rng.random() < 0.7 else rng.integers(products)
            step[row, nearby] = min(step[row, nearby], rng.integers(1, STEPS))
            first = nearby
    calendar = np.datetime64("2020-01-01") + 10 * np.arange(STEPS)
    return History(calendar, step)


@pytest.fixture(scope="module")
def history():
    return made_up()


def fitted(history, seed=1, **changes):
    settings = {"customers": 100, "windows": 5, "ranker": LearnedRanker(trees=5)} | changes
    return WindowBlend(HORIZON, **settings).fit(history, AT, np.random.default_rng(seed))


def scores(blend, history, candidate=None):
    rows = np.arange(50)
    everything = np.ones((50, history.step.shape[1]), dtype=bool)
    return blend.scores(rows, everything if candidate is None else candidate)


def test_windows_end_by_the_day_and_the_last_closed_one_is_whole(history):
    windows = training_windows(history.calendar, AT, HORIZON, 2, 13)
    assert [w.start for w in windows] == [9, 7, 5, 3, 1]
    assert all(w.start < w.end <= AT for w in windows)
    assert [w.whole for w in windows] == [False, True, True, True, True]
    assert closed_count(history.calendar, AT, HORIZON) == 8
    assert last_closed(history.calendar, AT, HORIZON).start == 7
    assert last_closed(history.calendar, 2, HORIZON) is None


def test_shifting_the_future_changes_nothing(history):
    later = history.step.copy()
    future = later > AT
    later[future] = np.where(np.random.default_rng(3).random(future.sum()) < 0.5, NEVER, STEPS - 1)
    other = History(history.calendar, later)
    assert not np.array_equal(later, history.step)
    assert np.array_equal(scores(fitted(history), history), scores(fitted(other), other))
    recent = [RecentPopularity().fit(h, AT).score_ for h in (history, other)]
    assert np.array_equal(*recent)


def test_features_read_nothing_after_the_step(history):
    rows, everything = np.arange(30), np.ones((30, history.step.shape[1]), dtype=bool)
    groups = np.array([np.arange(12) % 3])
    cut = History(history.calendar, np.where(history.step > 5, NEVER, history.step).astype(np.int16))
    pools = [candidate_pool(h, snapshot(h, 5), rows, everything, groups) for h in (history, cut)]
    assert pools[0].features.keys() == pools[1].features.keys()
    for name, value in pools[0].features.items():
        assert np.array_equal(value, pools[1].features[name]), name


def test_masked_and_held_products_never_get_a_score(history):
    candidate = np.random.default_rng(1).random((50, 12)) < 0.5
    found = scores(fitted(history), history, candidate)
    assert np.isneginf(found[~candidate]).all()
    assert np.isneginf(found[history.step[:50] <= AT]).all()
    open_ = candidate & (history.step[:50] > AT)
    assert np.isfinite(found[open_]).all()


def test_a_mask_over_everything_leaves_nothing(history):
    assert np.isneginf(scores(fitted(history), history, np.zeros((50, 12), dtype=bool))).all()


def test_a_seed_gives_one_answer_and_another_seed_another(history):
    first = scores(fitted(history, seed=1), history)
    assert np.array_equal(first, scores(fitted(history, seed=1), history))
    assert not np.array_equal(first, scores(fitted(history, seed=2), history))


def test_the_weight_grows_with_closed_windows(history):
    weights = [
        WindowBlend(HORIZON, ranker=LearnedRanker(trees=2)).fit(history, at, np.random.default_rng(1)).weight_
        for at in (3, 6, 13)
    ]
    assert weights == sorted(weights)
    assert weights[0] == 0.0
    assert weights[2] == pytest.approx(10 / 16)


def test_without_a_closed_window_nothing_is_learned(history):
    assert WindowBlend(HORIZON).fit(history, 3, np.random.default_rng(1)).ranker_ is None
    assert (
        WindowBlend(HORIZON).fit(history, 3, np.random.default_rng(1)).calibration(np.random.default_rng(1))
        is None
    )


def test_a_ranker_comes_back_from_its_state(history):
    blend = fitted(history)
    before = scores(blend, history)
    blend.ranker_ = LearnedRanker.from_state(blend.ranker_.state())
    assert np.array_equal(before, scores(blend, history))


def test_the_parts_of_a_logit_score_add_up(history):
    blend = fitted(history)
    everything = np.ones((50, 12), dtype=bool)
    pool = candidate_pool(history, blend.seen_, np.arange(50), everything)
    logit = blend.ranker_.logit_
    parts = logit.contributions(pool.features)
    assert sum(parts.values()) == pytest.approx(logit.scores(pool.features), abs=1e-9)


def test_a_logit_without_evidence_ranks_as_the_conditional_knn(history):
    blend = fitted(history, ranker=LearnedRanker(pull=1e6, trees=2))
    weights = blend.ranker_.logit_.weights_
    assert weights.pop("score_knn") == pytest.approx(1.0, abs=1e-3)
    assert max(map(abs, weights.values())) < 1e-3


def test_a_column_that_hardly_varies_gets_no_great_weight(history):
    rows, everything = np.arange(60), np.ones((60, 12), dtype=bool)
    pool = candidate_pool(history, snapshot(history, 5), rows, everything)
    taken = np.zeros(len(pool.row), dtype=bool)
    taken[np.unique(pool.row, return_index=True)[1]] = True
    features = pool.features | {"growth_13": 0.5 + 1e-6 * taken}
    assert abs(ListwiseLogit().fit(features, taken, pool.row).weights_["growth_13"]) < 0.01


def test_calibrated_propensities_grow_with_the_score(history):
    blend = fitted(history)
    calibration = blend.calibration(np.random.default_rng(1))
    chance = calibration.propensity(np.sort(scores(blend, history)[np.isfinite(scores(blend, history))]))
    assert (np.diff(chance) >= 0).all()
    assert 0 < chance.max() < 1


def test_recent_popularity_halves_with_its_half_life():
    day = np.array(["2020-01-01", "2020-03-01"], dtype="datetime64[D]")
    found = RecentPopularity(60.0).fit(History.of(np.array([0, 0]), np.array([0, 1]), day, (1, 2)), 1)
    assert found.score_ == pytest.approx([0.5, 1.0])


def test_traded_lists_keep_the_order_of_chance_and_the_mask():
    chance = np.log(np.array([[0.5, 0.3, 0.2, 0.1]]))
    chance[0, 3] = -np.inf
    bonus = np.array([[0.0, -0.4, 0.9, 9.0]])
    assert traded_top(chance, bonus, 2).tolist() == [[0, 2]]
    assert traded_top(chance, bonus, 4).tolist() == [[0, 1, 2, -1]]
