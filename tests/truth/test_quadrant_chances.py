"""Chances of quadrants are chances: of attributes told to lie in a quadrant with chance p, a share p does by their true means."""

import numpy as np
import pytest

from zhike.measure.attributes import QUADRANTS, quadrant_chances, quadrants

WORLDS, ATTRIBUTES, RESPONDENTS = 150, 12, 60


@pytest.fixture(scope="module")
def told():
    """Chance told of each attribute and quadrant, and whether it lies there in truth."""
    rng = np.random.default_rng(21)
    chances, true = [], []
    for _ in range(WORLDS):
        importance, performance = rng.normal(7.0, 0.5, ATTRIBUTES), rng.normal(6.5, 0.5, ATTRIBUTES)
        content = rng.normal(0, 0.8, (RESPONDENTS, 1))
        what, how = (
            mean + content + rng.normal(0, 1.6, (RESPONDENTS, ATTRIBUTES))
            for mean in (importance, performance)
        )
        chances.append(quadrant_chances(how, what, "grand_mean", (5.5, 5.5), rng, draws=200))
        place = quadrants(importance, performance, "grand_mean", (5.5, 5.5)).place
        true.append(place[:, None] == np.arange(len(QUADRANTS)))
    return np.concatenate(chances).ravel(), np.concatenate(true).ravel()


@pytest.mark.parametrize(
    ("low", "high"), [(0.05, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01)]
)
def test_share_in_the_quadrant_is_the_chance_told(told, low, high):
    chance, true = told
    kept = (chance >= low) & (chance < high)
    assert kept.sum() > 200
    assert true[kept].mean() == pytest.approx(chance[kept].mean(), abs=0.05)


def test_chances_are_sharp_enough_to_decide_on(told):
    chance, _ = told
    assert np.mean(chance.reshape(-1, 4).max(axis=1) > 0.8) > 0.4
