"""Contributions add up to the score, in every kind of model, and are told in the words that were given."""

import lightgbm
import numpy as np
import pytest

from zhike.core.language import LANGUAGES, Text
from zhike.decide.contributions import (
    HashedParts,
    LinearParts,
    Reference,
    TreeParts,
    Wording,
    contributions,
    correlated_groups,
    top_reasons,
)
from zhike.decide.propensities.hashed_logistic import HashedLogistic

NAMES = ("a", "b", "c")


def told_in(word):
    return Text(*(f"{word} {language}" for language in LANGUAGES))


@pytest.fixture(scope="module")
def told():
    """Return kind of model, its parts, rows and their scores."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 3))
    y = (x[:, 0] + x[:, 1] ** 2 > 1).astype(float)
    settings = {"objective": "binary", "num_leaves": 6, "num_threads": 1, "verbosity": -1}
    booster = lightgbm.train(settings, lightgbm.Dataset(x, y), 20)
    weights = np.array([0.5, -1.0, 2.0])
    tokens = rng.integers(1, 6, size=(300, 3)).astype(np.uint64)
    hashed = HashedLogistic(rate=0.05).fit(tokens, y)
    return {
        "trees": (TreeParts(booster, NAMES), x, booster.predict(x, raw_score=True)),
        "linear": (LinearParts(weights, 0.3, NAMES), x, x @ weights + 0.3),
        "hashed": (HashedParts(hashed, NAMES), tokens, hashed.decision_function(tokens)),
    }


@pytest.mark.parametrize("kind", ["trees", "linear", "hashed"])
def test_they_add_up_to_the_score(told, kind):
    model, x, scores = told[kind]
    reference = Reference.of(model, x[:100], "first hundred")
    found = contributions(model, x, reference)
    assert np.abs(found.totals() - scores).max() <= 1e-9
    assert found.base == pytest.approx(scores[:100].mean(), abs=1e-9)
    assert np.abs(found.values[:100].mean(axis=0)).max() <= 1e-9
    grouped = found.grouped({"both": ("a", "c")})
    assert grouped.names == ("both", "b")
    assert grouped.values[:, 0] == pytest.approx(found.values[:, 0] + found.values[:, 2])
    assert np.abs(grouped.totals() - scores).max() <= 1e-9


def test_reasons_are_the_strongest_that_have_words():
    model = LinearParts(np.array([1.0, -2.0, 0.5]), 0.0, NAMES)
    found = contributions(model, np.array([[1.0, 2.0, 3.0]]), Reference("nobody", 0.0, np.zeros(3)))
    words = dict.fromkeys(("a", "b"), Wording(told_in("more"), told_in("less")))
    reasons = top_reasons(found, 0, words)
    assert [(reason.group, reason.value) for reason in reasons] == [("b", -4.0), ("a", 1.0)]
    assert [reason.text.in_language("zh-Hant") for reason in reasons] == ["less zh-Hant", "more zh-Hant"]
    assert len(top_reasons(found, 0, words, most=1)) == 1


def test_columns_that_move_together_are_one_group():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(500, 3))
    x[:, 2] = -np.exp(x[:, 0])
    assert correlated_groups(x, NAMES) == {"a": ("a", "c"), "b": ("b",)}
