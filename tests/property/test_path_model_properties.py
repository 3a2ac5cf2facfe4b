"""What a path model must not depend on: the order of persons, items and latents, and, standardised, the unit of an item."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhike.measure.bca import bca_intervals
from zhike.measure.path_model import PathModel, fit_path_model

NAMES = ("a", "b", "c", "d")


@st.composite
def models(draw):
    """A model of up to four latents in any order, any paths without a cycle, and answers to it."""
    size = draw(st.integers(2, 4))
    latents = {
        name: {
            "items": [f"{name}{one}" for one in range(draw(st.integers(1, 3)))],
            "mode": draw(st.sampled_from("AB")),
        }
        for name in NAMES[:size]
    }
    paths = [f"{start} -> {end}" for start, end in pairwise(NAMES[:size])]
    more = [f"{NAMES[one]} -> {NAMES[other]}" for one in range(size) for other in range(one + 2, size)]
    document = {
        "scale": {"min": 0, "max": 10}, "latents": latents, "paths": paths + draw(st.lists(st.sampled_from(more), unique=True) if more else st.just([])),
        "scheme": draw(st.sampled_from(["centroid", "factorial", "path"])), "scaled": draw(st.booleans()), "tolerance": 1e-10,
    }  # fmt: skip
    model = PathModel.of(document, "drawn")
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    common = rng.normal(size=(80, 1))
    return model, document, 5 + 1.5 * common + rng.normal(size=(80, len(model.items)))


def values(model, items):
    return fit_path_model(model, items, np.random.default_rng(0)).values


@settings(max_examples=20)
@given(models(), st.integers(0, 100))
def test_the_order_of_persons_changes_nothing(drawn, seed):
    model, _, items = drawn
    shuffled = np.random.default_rng(seed).permutation(items)
    one, other = values(model, items), values(model, shuffled)
    for figure in ("direct", "indices", "weights", "rho_a", "gof"):
        assert one[figure] == pytest.approx(other[figure], abs=1e-7, nan_ok=True)


@settings(max_examples=20)
@given(models(), st.floats(0.1, 10), st.floats(-5, 5))
def test_the_unit_of_a_standardised_item_changes_no_path(drawn, factor, shift):
    _, document, items = drawn
    model = PathModel.of({**document, "scaled": True}, "drawn")
    changed = items.copy()
    changed[:, 0] = changed[:, 0] * factor + shift
    one, other = values(model, items), values(model, changed)
    for figure in ("direct", "weights", "loadings", "r2", "htmt"):
        assert one[figure] == pytest.approx(other[figure], abs=1e-6, nan_ok=True)


@settings(max_examples=20)
@given(models())
def test_the_order_of_latents_and_items_changes_nothing(drawn):
    model, document, items = drawn
    turned = {
        name: {**body, "items": body["items"][::-1]} for name, body in reversed(document["latents"].items())
    }
    other = PathModel.of({**document, "latents": turned, "paths": document["paths"][::-1]}, "turned")
    one, two = (
        values(model, items),
        values(other, items[:, [model.items.index(item) for item in other.items]]),
    )
    places = [other.names.index(name) for name in model.names]
    assert one["direct"] == pytest.approx(two["direct"][np.ix_(places, places)], abs=1e-6)
    assert one["indices"] == pytest.approx(two["indices"][places], abs=1e-5)
    assert one["total"] == pytest.approx(one["direct"] + one["indirect"])


@settings(max_examples=20)
@given(models())
def test_shares_are_shares(drawn):
    model, _, items = drawn
    found = values(model, items)
    ends = np.isfinite(found["r2"])
    assert ((found["r2"][ends] >= -1e-12) & (found["r2"][ends] <= 1 + 1e-12)).all()
    assert (np.abs(found["loadings"]) <= 1 + 1e-9).all()
    assert (np.abs(found["htmt"]) >= 0).all()


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(5, 60), st.integers(20, 300))
def test_an_interval_lies_within_what_was_drawn(seed, cases, draws):
    rng = np.random.default_rng(seed)
    x = rng.gamma(0.7, size=cases)
    drawn = rng.choice(x, size=(draws, cases)).mean(axis=1)
    low, high = bca_intervals(np.array([x.mean()]), drawn[:, None], ((x.sum() - x) / (cases - 1))[:, None])
    assert drawn.min() <= low[0] <= high[0] <= drawn.max()
