"""Learners of an effect: what is promised about inputs, seeds, folds and groups. Whether they are right is in tests/truth."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from zhike.core.errors import UsageError
from zhike.decide.uplift import (
    DRLearner,
    EffectSelector,
    LinearEffect,
    ResponseRanking,
    RLearner,
    SLearner,
    TLearner,
    Trial,
    XLearner,
    bands,
    do_not_contact,
    group_effects,
)  # fmt: skip
from zhike.decide.uplift.learners import TransformedOutcome
from zhike.decide.uplift.nuisance import cross_fit
from zhike.decide.uplift.regressions import BoostedTrees, Logistic, Ridge
from zhike.decide.uplift.selector import EffectsTogether, fit_all, usual_learners
from zhike.decide.uplift.shrunken_effect import LADDER, ShrunkenEffect
from zhike.decide.uplift.trial import folds_by_name

TREES = BoostedTrees(trees=20)
EFFECT_TREES = BoostedTrees(binary=False, trees=20)


def made_trial(seed=0, n=1500, effect=0.4):
    """A trial whose effect is ``effect`` where the first feature is positive, else 0."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    treated = rng.random(n) < 0.5
    rate = 0.2 + effect * treated * (x[:, 0] > 0) + 0.2 * (x[:, 1] > 0)
    return Trial(x, treated, (rng.random(n) < rate).astype(float), np.full(n, 0.5), np.arange(n) % 5)


def learners():
    return {
        "s": SLearner(TREES),
        "s_linear": SLearner(Logistic(), interactions=True),
        "t": TLearner(Logistic()),
        "x": XLearner(Logistic(), Ridge(0.01)),
        "r": RLearner(Logistic(), EFFECT_TREES),
        "dr": DRLearner(TREES, Ridge(0.01)),
        "transformed": TransformedOutcome(Ridge(0.01)),
        "shrunken": ShrunkenEffect(),
    }


@pytest.fixture(scope="module")
def trial():
    return made_trial()


@pytest.mark.parametrize("name", list(learners()))
def test_learner_tells_who_is_changed(name, trial):
    learner = learners()[name]
    assert learner.fit(trial) is learner
    effect = learner.effect(trial.x)
    first = trial.x[:, 0] > 0
    assert effect.shape == (len(trial),)
    assert effect[first].mean() - effect[~first].mean() > 0.15


@pytest.mark.parametrize("name", list(learners()))
def test_fit_twice_is_the_same(name, trial):
    one, two = (learners()[name].fit(trial).effect(trial.x) for _ in range(2))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("name", ["t", "x", "dr", "transformed"])
def test_row_order_does_not_matter(name, trial):
    order = np.random.default_rng(1).permutation(len(trial))
    mixed = trial.rows(order)
    again = learners()[name].fit(mixed).effect(trial.x)
    assert again == pytest.approx(learners()[name].fit(trial).effect(trial.x), abs=2e-3)


def test_shared_outcome_models_are_the_learners_own(trial):
    together, apart = learners(), learners()
    fit_all(together, trial)
    for name, learner in apart.items():
        assert np.array_equal(learner.fit(trial).effect(trial.x), together[name].effect(trial.x))


def test_effect_before_fit_is_refused(trial):
    for learner in (TLearner(), DRLearner(), EffectSelector()):
        with pytest.raises(UsageError, match="not fitted"):
            learner.effect(trial.x)


def test_own_outcome_never_enters_own_prediction(trial):
    other = trial.outcome.copy()
    other[trial.fold == 2] = 1.0 - other[trial.fold == 2]
    changed = Trial(trial.x, trial.treated, other, trial.probability, trial.fold)
    before, after = cross_fit(trial, Logistic()), cross_fit(changed, Logistic())
    kept = trial.fold == 2
    assert np.array_equal(before.treated[kept], after.treated[kept])
    assert not np.array_equal(before.treated[~kept], after.treated[~kept])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"probability": np.ones(6)}, "strictly between"),
        ({"fold": np.zeros(6, dtype=int)}, "two folds"),
        ({"outcome": np.zeros(5)}, "as many rows"),
    ],
)
def test_bad_trials_are_refused(change, message):
    parts = {
        "x": np.zeros((6, 1)), "treated": np.arange(6) % 2 == 0, "outcome": np.zeros(6),
        "probability": np.full(6, 0.5), "fold": np.arange(6) // 3,
    }  # fmt: skip
    with pytest.raises(UsageError, match=message):
        Trial(**(parts | change))


def test_an_empty_arm_is_refused(trial):
    alone = trial.rows(trial.treated)
    with pytest.raises(UsageError, match="nobody who is untreated"):
        TLearner().fit(alone)


def test_folds_go_by_name():
    names = [f"c{i}" for i in range(1000)]
    folds = folds_by_name(names, 5)
    assert np.array_equal(folds_by_name(names[::-1], 5)[::-1], folds)
    assert np.bincount(folds).min() > 150


def test_nobody_answering_is_no_failure():
    silent = made_trial(n=300)
    silent = Trial(silent.x, silent.treated, np.zeros(300), silent.probability, silent.fold)
    for learner in (TLearner(Logistic()), SLearner(TREES), DRLearner(Logistic(), Ridge())):
        assert learner.fit(silent).effect(silent.x) == pytest.approx(0.0, abs=0.01)
    assert np.isfinite(EffectsTogether().fit(silent).effect(silent.x)).all()


def test_effects_are_drawn_to_a_common_shift_where_there_is_no_more_in_the_data():
    rng = np.random.default_rng(8)
    n = 4000
    x, treated = rng.normal(size=(n, 4)), rng.random(n) < 0.5
    base, turned = -1.5 + 0.8 * x[:, 0] + 0.5 * treated, 0.6 * treated * x[:, 1]
    drawn = rng.random(n)
    found = {}
    for name, logit in (("alike", base), ("apart", base + turned)):
        outcome = (drawn < 1.0 / (1.0 + np.exp(-logit))).astype(float)
        found[name] = ShrunkenEffect().fit(Trial(x, treated, outcome, np.full(n, 0.5), np.arange(n) % 5))
    pull = {name: one.evidence_ @ np.log10(LADDER) for name, one in found.items()}
    assert pull["alike"] > 3.0
    assert pull["apart"] < 1.5
    assert np.corrcoef(found["alike"].effect(x), x[:, 0])[0, 1] > 0.9
    assert np.corrcoef(found["apart"].effect(x), x[:, 1])[0, 1] > 0.8


def test_mode_of_the_shrunken_effect_is_a_penalised_maximum():
    trial = made_trial(n=600)
    mode = ShrunkenEffect(ladder=(30.0,)).fit(trial).modes_[0]
    z = (trial.x - trial.x.mean(axis=0)) / trial.x.std(axis=0)
    contrast = trial.treated - trial.treated.mean()
    terms = np.column_stack([np.ones(600), contrast, z, contrast[:, None] * z])
    slope = terms.T @ (trial.outcome - 1.0 / (1.0 + np.exp(-terms @ mode)))
    assert slope == pytest.approx(np.repeat([0.0, 10.0, 30.0], [2, 3, 3]) * mode, abs=1e-4)


def small_selector():
    effects = EffectsTogether({"t": TLearner(Logistic()), "dr": DRLearner(Logistic(), Ridge(0.1))})
    return EffectSelector(effects)


def test_selector_takes_effects_where_response_misleads():
    selector = small_selector().fit(made_trial(n=6000))
    assert selector.shares_["response"] < 0.05
    assert sum(selector.shares_.values()) == pytest.approx(1.0)
    assert selector.advantage_.interval[0] > 0


def test_selector_falls_back_where_response_is_as_good():
    rng = np.random.default_rng(4)
    n = 3000
    x = rng.normal(size=(n, 3))
    treated = rng.random(n) < 0.5
    base = 1.0 / (1.0 + np.exp(2.0 - 1.5 * x[:, 0]))
    outcome = (rng.random(n) < base * np.where(treated, 1.2, 1.0)).astype(float)
    trial = Trial(x, treated, outcome, np.full(n, 0.5), np.arange(n) % 5)
    selector = small_selector().fit(trial)
    assert selector.chosen_ == "response"
    response = ResponseRanking(Logistic()).fit(trial)
    assert np.corrcoef(selector.effect(x), response.effect(x))[0, 1] > 0.9


def test_selector_shares_are_as_sure_as_the_comparison(trial):
    effects = EffectsTogether({"t": TLearner(Logistic())})
    selector = EffectSelector(effects).fit(trial)
    lead = selector.advantage_
    assert selector.shares_["response"] == pytest.approx(norm.sf(lead.value / lead.error - selector.least))
    assert EffectSelector(effects, least=lead.value / lead.error).fit(trial).shares_[
        "response"
    ] == pytest.approx(0.5)


def test_selector_averages_over_cuts(trial):
    one, other = trial.fold, np.random.default_rng(3).permutation(trial.fold)
    effects = EffectsTogether({"t": TLearner(Logistic())})
    alone = [
        EffectSelector(effects).fit(replace(trial, fold=fold)).rates_["effects"].value
        for fold in (one, other)
    ]
    both = EffectSelector(effects).fit(trial, cuts=[other])
    assert both.rates_["effects"].value == pytest.approx(np.mean(alone))
    with pytest.raises(UsageError, match="three folds"):
        EffectSelector().fit(trial, cuts=[trial.fold % 2])


def test_selector_asks_for_proof_when_told_to(trial):
    effects = EffectsTogether({"t": TLearner(Logistic())})
    selector = EffectSelector(effects=effects, least=100.0).fit(trial)
    assert selector.shares_["response"] == 1.0
    order = ResponseRanking(Logistic()).fit(trial).effect(trial.x)
    assert (np.argsort(selector.effect(trial.x)) == np.argsort(order)).all()


def test_selector_needs_three_folds(trial):
    two = Trial(trial.x, trial.treated, trial.outcome, trial.probability, trial.fold % 2)
    with pytest.raises(UsageError, match="three folds"):
        EffectSelector().fit(two)


def test_usual_learners_are_fresh_each_time():
    assert usual_learners()["t_logistic"] is not usual_learners()["t_logistic"]


def test_bands_put_equals_together():
    assert bands(np.array([5.0, 1.0, 1.0, 1.0]), 2) == ["02", "02", "02", "02"]
    assert bands(np.arange(4.0), 4) == ["01", "02", "03", "04"]


def test_group_effects_are_means_with_intervals_that_widen_with_groups():
    pseudo = np.concatenate([np.tile([1.0, 0.0], 50), np.tile([-1.0, 0.0], 50)])
    two = group_effects(pseudo, ["a"] * 100 + ["b"] * 100)
    one = group_effects(pseudo[:100], ["a"] * 100)
    assert [g.effect for g in two] == [0.5, -0.5]
    assert two[0].low < one[0].low
    assert one[0].error == pytest.approx(np.std(pseudo[:100], ddof=1) / 10)


def test_do_not_contact_names_only_those_surely_harmed():
    pseudo = np.concatenate([np.tile([1.0, 0.0], 50), np.tile([-1.0, 0.0], 50), np.tile([1.0, -1.1], 50)])
    names = ["good"] * 100 + ["harmed"] * 100 + ["unsure"] * 100
    assert [g.group for g in do_not_contact(pseudo, names)] == ["harmed"]
    assert "good" in [g.group for g in do_not_contact(pseudo, names, cost=0.9)]


def test_small_groups_are_not_told():
    assert group_effects(np.ones(60), ["a"] * 49 + ["b"] * 11) == []


def test_linear_effect_refuses_collinear_features(trial):
    doubled = Trial(
        np.column_stack([trial.x, trial.x[:, 0]]), trial.treated, trial.outcome, trial.probability, trial.fold
    )
    with pytest.raises(UsageError, match="collinear"):
        LinearEffect().fit(doubled)


@pytest.mark.parametrize(
    "changes", [{"treated": np.arange(4) % 2}, {"outcome": np.array([0.0, np.nan, 1.0, 0.0])}]
)
def test_arms_as_numbers_and_outcomes_that_are_none_are_refused(changes):
    """Numbers of 0 and 1 would be taken for row numbers where an arm is turned round."""
    sound = {"x": np.zeros((4, 1)), "treated": np.arange(4) % 2 == 0, "outcome": np.zeros(4)}
    with pytest.raises(UsageError, match="arms as"):
        Trial(**{**sound, **changes}, probability=np.full(4, 0.5), fold=np.arange(4) % 2)
