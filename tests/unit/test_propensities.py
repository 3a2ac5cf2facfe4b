"""Members, delay and mixture against figures worked out by hand, and state that goes on where the other stopped."""

import math

import numpy as np
import polars as pl
import pytest

from zhike.decide.propensities.adaptive_bayes import AdaptiveBayes, bin_auc, contribution
from zhike.decide.propensities.boosted_propensity import BoostedPropensity
from zhike.decide.propensities.contact_pace import days_of, recent_mean, recent_volume
from zhike.decide.propensities.delayed_labels import (
    arrived_share,
    delayed_log_likelihood,
    expected_labels,
    observation_weight,
    prior_shift,
)
from zhike.decide.propensities.hashed_logistic import HashedLogistic
from zhike.decide.propensities.level_codes import LevelCodes
from zhike.decide.propensities.propensity_mix import PropensityMix, with_shifts
from zhike.decide.propensities.tokens import hashed_tokens, rounded
from zhike.measure.prequential import prequential
from zhike.measure.propensity_quality import propensity_quality


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(7)
    x = rng.integers(1, 5, size=(400, 3))
    y = (rng.random(400) < np.where(x[:, 0] == 1, 0.7, 0.2)).astype(float)
    return x, y


def models(x):
    return {
        "hashed": (HashedLogistic(rate=0.05, bits=12), x.astype(np.uint64)),
        "bayes": (AdaptiveBayes((5, 5, 5)), x),
        "boosted": (BoostedPropensity(every=50, rounds=30, leaves=4), x.astype(float)),
        "mixture": (PropensityMix(3, 5, lasting=(10.0, np.inf, np.inf)), x / 6),
    }


@pytest.mark.parametrize("name", ["hashed", "bayes", "boosted", "mixture"])
def test_a_model_goes_on_from_its_state(rows, name):
    model, x = models(rows[0])[name]
    y = rows[1]
    assert np.isfinite(model.predict_proba(x[:3])).all()
    model.partial_fit(x[:200], y[:200])
    other = type(model).from_state(model.state())
    assert model.state()["kind"] == model.kind
    assert (other.predict_proba(x) == model.predict_proba(x)).all()
    for one in (model, other):
        one.partial_fit(x[200:], y[200:])
    p = model.predict_proba(x)
    assert (other.predict_proba(x) == p).all()
    assert ((p > 0) & (p < 1)).all()
    assert p.sum(axis=1) == pytest.approx(np.ones(len(x)))


@pytest.mark.parametrize("name", ["hashed", "bayes", "boosted"])
def test_learns_who_answers_and_fit_forgets(rows, name):
    model, x = models(rows[0])[name]
    y = rows[1]
    model.partial_fit(x, 1 - y)
    model.fit(x[:50], y[:50])
    for row in range(50, 400, 50):
        model.partial_fit(x[row : row + 50], y[row : row + 50])
    p, often = model.predict_proba(x)[:, 1], rows[0][:, 0] == 1
    assert p[often].mean() > p[~often].mean() + 0.1


@pytest.mark.parametrize("name", ["hashed", "bayes", "boosted"])
def test_a_blocked_send_is_no_observation(rows, name):
    x, y = rows
    blocked = np.arange(len(y)) % 3 == 0
    weight = observation_weight(np.ones(len(y)), blocked)
    one, wide = models(x)[name]
    other, _ = models(x)[name]
    found = one.fit(wide, np.where(blocked, 1 - y, y), weight).predict_proba(wide)
    assert (found == other.fit(wide[~blocked], y[~blocked]).predict_proba(wide)).all()


@pytest.mark.parametrize("delay", [0, 3, 60])
@pytest.mark.parametrize("name", ["hashed", "bayes", "boosted", "mixture"])
def test_labels_that_are_not_known_yet_change_nothing(rows, name, delay):
    y, at = rows[1], 300
    spoilt = y.copy()
    spoilt[at - delay :] = 1 - spoilt[at - delay :]
    found = []
    for labels in (y, spoilt):
        model, x = models(rows[0])[name]
        step = 20 if name == "boosted" else 1
        found.append(prequential(model, x, labels, delay=delay, start=100, step=step))
    assert np.isnan(found[0][:100]).all()
    assert (found[0][100 : at + 1] == found[1][100 : at + 1]).all()
    assert not (found[0][at + 1 :] == found[1][at + 1 :]).all()


def test_adaptive_bayes_by_hand():
    codes, y = np.array([[0], [0], [0], [1]]), np.array([1.0, 1.0, 0.0, 0.0])
    model = AdaptiveBayes((2,), least_auc=0.5, score_bins=1).fit(codes, y)
    added = math.log(2.5) - math.log(1.5) - math.log(3) + math.log(3)
    assert contribution(np.array([2.0, 0]), np.array([1.0, 1]), 2)[0] == pytest.approx(added)
    assert model.scores(codes[:1])[0] == pytest.approx((math.log(3) - math.log(3) + added) / 2)
    assert model.predict_proba(codes)[0, 1] == pytest.approx(2.5 / 5)
    assert bin_auc(np.array([2.0, 0]), np.array([1.0, 1])) == pytest.approx(0.75)


def test_a_predictor_that_ranks_nothing_is_not_active(rows):
    x, y = rows
    constant = np.column_stack([x[:, 0], np.ones(len(y), dtype=np.int64)])
    model = AdaptiveBayes((5, 5)).fit(constant, y)
    assert model.active_ == 1
    assert (model.table_[5:] == 0).all()


def test_shares_of_columns_add_up_to_the_logit(rows):
    tokens = rows[0].astype(np.uint64)
    tokens[0, 1] = 0
    model = HashedLogistic().fit(tokens, rows[1])
    shares = model.column_shares(tokens[:3])
    assert model.bias_ + shares.sum(axis=1) == pytest.approx(model.decision_function(tokens[:3]), abs=1e-12)
    assert (shares[0] != 0).tolist() == (tokens[0] != 0).tolist()


def test_first_step_of_adagrad_has_the_length_of_the_rate():
    model = HashedLogistic(rate=0.1, base_rate=0.5).fit(np.array([[9]], dtype=np.uint64), np.array([1.0]))
    assert model.decision_function(np.array([[9]], dtype=np.uint64))[0] == pytest.approx(0.2, rel=1e-6)


def test_mixture_stays_at_the_start_under_a_long_delay_and_follows_at_once_without(rows):
    y = rows[1]
    good, bad = np.where(y > 0, 0.8, 0.2), np.where(y > 0, 0.3, 0.7)
    p = np.column_stack([good, bad])
    late, soon = (PropensityMix(2, delay).fit(p, y) for delay in (100_000, 0))
    assert late.weights_[:2] == pytest.approx([0.5, 0.5], abs=1e-6)
    assert soon.weights_[0] > 1
    assert soon.weights_[1] < 0
    assert PropensityMix(2, 500, lasting=(500.0, np.inf)).fit(p[:0], y[:0]).weights_[:2] == pytest.approx(
        [1 / 3, 2 / 3]
    )


def test_a_row_of_weight_nothing_is_no_observation_to_the_mixture_and_weight_tells():
    rng = np.random.default_rng(4)
    p, y = rng.uniform(0.1, 0.9, (200, 2)), (rng.random(200) < 0.5).astype(float)
    blocked = np.arange(200) % 3 == 0
    unseen = PropensityMix(2).fit(p, np.where(blocked, np.nan, y))
    weightless = PropensityMix(2).fit(p, y, np.where(blocked, 0.0, 1.0))
    assert (unseen.weights_ == weightless.weights_).all()
    assert (PropensityMix(2).fit(p, y, np.ones(200)).weights_ == PropensityMix(2).fit(p, y).weights_).all()
    for_yes = PropensityMix(2).fit(p, y, np.where(y > 0, 3.0, 1.0))
    assert (
        for_yes.predict_proba(p)[:, 1].mean() > PropensityMix(2).fit(p, y).predict_proba(p)[:, 1].mean() + 0.1
    )


def test_mixture_recalibrates_members_that_are_too_low():
    y = np.random.default_rng(5).permutation(np.tile([1.0, 0.0], 1000))
    mixed = PropensityMix(1).fit(np.full((2000, 1), 0.1), y)
    assert mixed.predict_proba(np.full((1, 1), 0.1))[0, 1] == pytest.approx(0.5, abs=0.05)
    unseen = PropensityMix(1).fit(np.full((3, 1), 0.1), np.full(3, np.nan))
    assert unseen.predict_proba(np.full((1, 1), 0.1))[0, 1] == pytest.approx(0.1)


def test_the_mixture_follows_runs_of_rare_yeses_and_does_better_for_it():
    """Yeses come at 3 %, in runs of a hundred rows at 20 %, which no member knows of."""
    rng = np.random.default_rng(8)
    chance = np.where(np.repeat(rng.random(60) < 0.2, 100), 0.2, 0.03)
    y, known = (rng.random(6000) < chance).astype(float), np.full((6000, 1), 0.06)
    p = prequential(PropensityMix(1), known, y, delay=0)[3000:]
    high = chance[3000:] > 0.1
    assert p[high].mean() > 1.7 * p[~high].mean()
    loss = [-(y[3000:] * np.log(one) + (1 - y[3000:]) * np.log(1 - one)).mean() for one in (p, 0.06)]
    assert loss[0] < 0.96 * loss[1]


def test_a_shift_is_a_step_of_newton_from_the_start_mixture_and_rows_weigh_what_they_weigh():
    y, weight = np.array([1.0, 0.0, 1.0]), np.array([1.0, 2.0, 0.5])
    mixed = PropensityMix(1, memories=(2.0,)).fit(np.full((3, 1), 0.1), y, weight)
    fade = 0.5 ** (np.array([2.0, 1.0, 0.0]) / 2.0)
    told = (fade * weight * (y - 0.1)).sum() / (1.0 + (fade * weight * 0.09).sum())
    assert mixed.shifts_ == pytest.approx([told])


def test_a_mixture_that_kept_residuals_answers_as_it_did_and_learns_on():
    rng = np.random.default_rng(9)
    model = PropensityMix(2, 3).fit(rng.uniform(0.1, 0.9, (300, 2)), (rng.random(300) < 0.4).astype(float))
    state = model.state()
    old = {name: state[name] for name in ("parameters", "information", "pull", "weights")}
    old |= {"residuals": np.array([0.2, -0.1, 0.05]), "earlier": rng.normal(0, 0.1, (4, 3))}
    p = rng.uniform(0.1, 0.9, (5, 2))
    logit = (
        np.log(p / (1 - p)) @ old["weights"][:2] + old["weights"][2] + old["weights"][3:] @ old["residuals"]
    )
    new = PropensityMix.from_state(with_shifts(old))
    assert new.decision_function(p) == pytest.approx(logit)
    again = new.partial_fit(p, np.ones(5)).state()
    assert again["shifts"] == pytest.approx(again["sums"][0] / (1.0 + again["sums"][1]))
    assert np.isfinite(new.predict_proba(p)).all()


def test_a_yes_that_may_still_come():
    p, yes, arrived = np.full(3, 0.4), np.array([True, False, False]), np.array([0.2, 0.5, 1.0])
    labels = expected_labels(p, yes, arrived)
    assert labels == pytest.approx([1.0, 0.4 * 0.5 / 0.8, 0.0])
    step = 1e-6
    logit = np.log(p / (1 - p))
    ends = [
        delayed_log_likelihood(1 / (1 + np.exp(-logit - s)), yes, arrived, np.ones(3)) for s in (step, -step)
    ]
    assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(labels - p, abs=1e-6)


def test_share_of_yeses_that_have_arrived():
    share = arrived_share(np.array([1.0, 2.0, 50.0]), np.array([0.0, 1.0, 5.0, 10.0]), 10.0)
    assert share == pytest.approx([0.0, 1.1 / 3, 2.5 / 3, 1.0])


def test_prior_shift_there_and_back():
    assert prior_shift(np.array([0.3]), 0.2, 0.2) == pytest.approx([0.3])
    back = prior_shift(prior_shift(np.array([0.3]), 0.2, 0.6), 0.6, 0.2)
    assert back == pytest.approx([0.3])


def test_codes_and_tokens():
    table = pl.DataFrame({"job": ["a", None, "b"], "age": [20, 40, None]})
    coder = LevelCodes.from_state(LevelCodes(bins=4).fit(table).state())
    assert coder.transform(table)[:, 0].tolist() == [1, 0, 2]
    assert coder.transform(table)[2, 1] == 0
    assert (coder.transform(table).max(axis=0) < coder.sizes(table.columns)).all()
    tokens = hashed_tokens(table)
    assert (tokens == 0).tolist() == [[False, False], [True, False], [False, True]]
    assert hashed_tokens(table.reverse()).tolist() == tokens[::-1].tolist()
    assert rounded(table, {"age": 15.0})["age"].to_list() == [1.0, 2.0, None]


def test_pace_looks_at_earlier_rows_only():
    day = days_of(np.array([1, 1, 2, 2, 3]), np.array(["x", "x", "x", "y", "y"]))
    assert day.tolist() == [0, 0, 1, 2, 3]
    assert recent_volume(day, 2)[2:].tolist() == [2.0, 1.5, 1.0]
    values = np.array([1.0, 0.0, 1.0, 1.0])
    changed = np.append(values[:3], 9.0)
    assert recent_mean(values, 3.0)[1:].tolist() == recent_mean(changed, 3.0)[1:].tolist()
    assert recent_volume(day[:0], 2).size == recent_mean(values[:0], 2.0).size == 0


def test_quality_by_hand():
    found = propensity_quality(np.array([0.2, 0.8, 0.5, 0.5]), np.array([False, True, False, True]))
    assert (found.auc, found.base_rate, found.alift) == pytest.approx((0.875, 0.5, 0.6875))
    assert found.brier == pytest.approx((0.04 + 0.04 + 0.25 + 0.25) / 4)
    assert found.log_loss == pytest.approx(-(math.log(0.8) + math.log(0.5)) / 2)
    assert found.ece == pytest.approx(0.1)
    assert math.isnan(propensity_quality(np.array([0.2]), np.array([False])).auc)
    assert math.isnan(propensity_quality(np.zeros(0), np.zeros(0, dtype=bool)).ece)
