"""Whatever the rows: probabilities lie inside (0, 1), counts do not mind their order, contributions add up."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx  # noqa: PT013 - reads as a number does

from zhike.decide.contributions import LinearParts, Reference, contributions
from zhike.decide.propensities.adaptive_bayes import AdaptiveBayes
from zhike.decide.propensities.delayed_labels import expected_labels, known_before, prior_shift
from zhike.decide.propensities.hashed_logistic import HashedLogistic
from zhike.measure.propensity_quality import propensity_quality

chances = st.floats(0.001, 0.999)


@st.composite
def counted(draw):
    size = draw(st.integers(1, 30))
    codes = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=size, max_size=size))
    y = draw(st.lists(st.integers(0, 1), min_size=size, max_size=size))
    return np.array(codes), np.array(y, dtype=float), draw(st.permutations(range(size)))


@settings(max_examples=50)
@given(counted())
def test_counts_do_not_mind_the_order_of_rows(rows):
    codes, y, order = rows
    one = AdaptiveBayes((4, 3)).fit(codes, y)
    other = AdaptiveBayes((4, 3)).fit(codes[list(order)], y[list(order)])
    assert one.scores(codes) == approx(other.scores(codes))
    assert one.predict_proba(codes) == approx(other.predict_proba(codes))


@settings(max_examples=50)
@given(counted(), st.floats(1e-4, 1.0))
def test_probabilities_lie_inside(rows, rate):
    codes, y, _ = rows
    tokens = codes.astype(np.uint64)
    for p in (
        HashedLogistic(rate=rate, bits=8).fit(tokens, y).predict_proba(tokens),
        AdaptiveBayes((4, 3)).fit(codes, y).predict_proba(codes),
    ):
        assert ((p > 0) & (p < 1)).all()


@given(chances, chances, chances, st.booleans(), st.floats(0, 1))
def test_corrections_stay_inside_and_go_the_right_way(p, learned, now, yes, arrived):
    moved = prior_shift(np.array([p]), learned, now)[0]
    assert 0 < moved < 1
    assert (moved >= p - 1e-12) if now >= learned else (moved <= p + 1e-12)
    label = expected_labels(np.array([p]), np.array([yes]), np.array([arrived]))[0]
    assert label == 1 if yes else 0 <= label <= p + 1e-12


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_row_never_knows_itself(row, delay):
    assert 0 <= known_before(row, delay) <= row


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60), st.randoms())
def test_quality_does_not_mind_the_order_of_rows(rows, dice):
    other = rows.copy()
    dice.shuffle(other)
    found = [
        propensity_quality(np.array([p for p, _ in r]), np.array([y for _, y in r])) for r in (rows, other)
    ]
    for name in ("auc", "log_loss", "brier", "ece"):
        assert getattr(found[0], name) == approx(getattr(found[1], name), nan_ok=True, abs=1e-9)


@given(st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 3), min_size=2, max_size=8))
def test_linear_contributions_add_up(rows):
    x = np.array(rows)
    model = LinearParts(np.array([0.5, -2.0, 1.0]), 0.25, ("a", "b", "c"))
    told = contributions(model, x, Reference.of(model, x[1:], "the others"))
    assert told.totals() == approx(x @ model.weights + 0.25, abs=1e-9)
