"""Groups of a path model: a difference that is there is found, one that is not is left alone, and small groups are named."""

import numpy as np
import pytest
from path_worlds import PATHS, SIZES, world, world_model

from zhike.measure.path_model import compare_groups, fit_path_model, group_report
from zhike.measure.path_model.groups import holm
from zhike.measure.path_model.moments import Cells

MODEL = world_model()


def compared(items, groups, seed=0, resamples=150, **more):
    return compare_groups(MODEL, items, groups, np.random.default_rng(seed), resamples=resamples, **more)


@pytest.fixture(scope="module")
def items():
    return world(np.random.default_rng(21), 300, 1000.0)


def test_each_group_is_fitted_as_if_it_were_alone(items):
    groups = ["b", "a", None] * 100
    found = compared(items, groups, resamples=0)
    assert list(found.fits) == ["a", "b"]
    alone = fit_path_model(MODEL, items[1::3], np.random.default_rng(5))
    assert found.fits["a"].values["direct"] == pytest.approx(alone.values["direct"], abs=1e-9)
    assert (found.compared, found.permutations) == ((), 0)


def test_an_index_that_differs_is_found(items):
    moved = items.copy()
    place = list(SIZES).index("loyalty")
    moved[:150, MODEL.items.index("loyalty1") :] += 0.8
    found = compared(moved, ["up"] * 150 + ["down"] * 150)
    indices = {one.latent: one for one in found.compared if one.latent}
    assert indices["loyalty"].p == 1 / 151
    assert indices["loyalty"].adjusted < 0.15
    (pair,) = indices["loyalty"].differences
    assert (pair.one, pair.other) == ("down", "up")
    assert pair.low < pair.value < pair.high < 0
    both = [found.fits[name].values["indices"][place] for name in ("down", "up")]
    assert pair.value == pytest.approx(both[0] - both[1])


def test_a_path_that_differs_is_found(items):
    """In one group loyalty is turned round, so that every path to it changes its sign."""
    turned = items.copy()
    block = slice(MODEL.items.index("satisfaction1"), MODEL.items.index("satisfaction1") + 3)
    rng = np.random.default_rng(1)
    turned[:150, block] = rng.permuted(turned[:150, block], axis=0)
    found = compared(turned, ["one"] * 150 + ["two"] * 150)
    paths = {one.path: one for one in found.compared if one.path}
    assert set(paths) == set(PATHS)
    assert paths["satisfaction", "loyalty"].p < 0.02
    assert paths["image", "expectation"].p > 0.05


def test_groups_by_chance_seldom_differ(items):
    """P-values of groups made at random are as often small as they say: of 15 divisions few have one below 0.05 a path."""
    rng = np.random.default_rng(9)
    p = [
        [
            one.p
            for one in compared(items, rng.permutation(["a"] * 140 + ["b"] * 160).tolist(), seed, 39).compared
        ]
        for seed in range(15)
    ]
    assert 0.01 < np.mean(np.array(p) < 0.1) < 0.19
    assert np.mean(p) == pytest.approx(0.5, abs=0.1)


def test_groups_that_cannot_carry_the_model_are_named(items):
    same = items.copy()
    same[20:60, 0] = 3
    found = compared(
        same, ["small"] * 9 + [None] * 11 + ["same"] * 40 + ["a"] * 120 + ["b"] * 120, resamples=0
    )
    assert found.small == {"same": 40, "small": 9}
    assert group_report(found)["too_small"] == [{"group": "same", "n": 40}, {"group": "small", "n": 9}]


def test_one_group_has_nothing_to_be_compared_with(items):
    found = compared(items, ["all"] * 300, resamples=20)
    assert list(found.fits) == ["all"]
    assert found.compared == ()


def test_large_groups_are_put_into_cells_at_random_of_the_same_sums(items):
    many, weights = np.tile(items, (9, 1)), np.linspace(1, 2, 2700)
    rng = np.random.default_rng(0)
    cells, each = Cells.of(many, weights, rng), Cells.of(many, weights, rng, 1)
    assert (len(cells), len(each)) == (1350, 2700)
    assert cells.whole.covariances == pytest.approx(each.whole.covariances, abs=1e-9)
    assert cells.whole.means[0] == pytest.approx(np.average(many, axis=0, weights=weights))


def test_holm_leaves_out_what_was_not_tested():
    adjusted = holm(np.array([0.02, np.nan, 0.01, 0.5]))
    assert adjusted[[0, 2, 3]] == pytest.approx([0.04, 0.03, 0.5])
    assert np.isnan(adjusted[1])
    assert holm(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]
