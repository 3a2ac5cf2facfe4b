"""Propensities against what customers take: in other runs of the months that were learnt from, and in the months that follow.

The months learnt from are played again from the same state, under the same weather and campaigns, with other dice: what is taken
there is the truth about the window. The months that follow have another season; the truth says by how much takings differ.
"""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from zhike.decide.propensity import Calibration, recommender_of
from zhike.lab import campaigns
from zhike.lab.dice import Dice
from zhike.lab.shelf import SHELF
from zhike.lab.simulated_bank import LAST_MONTH
from zhike.lab.weather import weather_of
from zhike.lab.world import World

HORIZON_MONTHS = 3
FORKS = 4
SIGMA = 4.0
SLOPE = (0.8, 1.25)


def played_on(world, seed):
    """Return what each customer holds after a horizon of campaigns: the weather is the world's, the dice are others."""
    own, dice = world.copy(), Dice(seed)
    capacity = own.resources.monthly

    def order(traits, state, weather):
        return campaigns.orders(own.dice, own.deck, traits, state, weather, capacity)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            World, "weather", lambda self: weather_of(world.dice, self.month, self.rumour, self.load)
        )
        own.dice = dice
        for _ in range(HORIZON_MONTHS):
            own.play(order, campaigns.name_of(own.month), chunk=own.customers)
    return own.state.amount > 0


@pytest.fixture(scope="module")
def before(world, deck):
    """The world three months before the end of history: played again from its opening, which gives the same world."""
    from truth.conftest import BANK

    again = World.opening(world.dice, deck, BANK.customers, LAST_MONTH - BANK.months + 1)

    def order(traits, state, weather):
        return campaigns.orders(again.dice, deck, traits, state, weather, again.resources.monthly)

    while again.month <= LAST_MONTH - HORIZON_MONTHS:
        again.play(order, campaigns.name_of(again.month))
    return again


class Taken:
    """Propensity and taking, over customers who hold something, products that they do not hold, and several runs."""

    def __init__(self, start, scoring, recommender, seeds):
        columns = [scoring.products.index(code) for code in SHELF.codes]
        mine = np.flatnonzero(start.state.here & (start.state.amount > 0).any(axis=1))
        held = np.zeros((len(mine), len(scoring.products)), dtype=bool)
        held[:, columns] = start.state.amount[mine] > 0
        model = recommender or scoring.recommender
        found = csr_matrix(held.astype(float))
        self.score = (model.fit(found) if recommender else model).scores(found)[~held]
        self.propensity = scoring.calibration.propensity(self.score)
        self.runs = []
        for seed in seeds:
            after = np.zeros(held.shape, dtype=bool)
            after[:, columns] = played_on(start, seed)[mine]
            self.runs.append(after[~held])
        self.rate = np.mean(self.runs, axis=0)

    @property
    def mean(self):
        return float(self.rate.mean())

    @property
    def takers(self):
        return int(sum(run.sum() for run in self.runs))

    def slope(self, propensity):
        """Return the slope of share taken on propensity over tenths of it."""
        parts = np.array_split(np.argsort(propensity, kind="stable"), 10)
        points = [(propensity[part].mean(), self.rate[part].mean()) for part in parts]
        return float(np.polyfit(*np.transpose(points), 1)[0])


@pytest.fixture(scope="module")
def window(before, prepared, policy):
    """The window learnt from, run again."""
    return Taken(before, prepared.scoring, recommender_of(policy), range(100, 100 + FORKS))


@pytest.fixture(scope="module")
def following(world, prepared):
    """The window after the end of history, with the recommender that is used then."""
    return Taken(world, prepared.scoring, None, range(200, 200 + FORKS))


def error(taken, learnt_from):
    """Return the relative standard error of predicted over taken: of the takers learnt from and of those found."""
    return np.sqrt(1 / learnt_from + 1 / taken.takers)


def learnt_from(window):
    """Return how many takers the calibration saw: those of one run."""
    return window.takers / FORKS


def test_the_mean_propensity_is_the_share_that_takes(window):
    """Within 4 standard errors, about a fifth; half or double is noticed."""
    ratio = window.propensity.mean() / window.mean
    bound = SIGMA * error(window, learnt_from(window))
    assert bound < 0.3
    assert abs(ratio - 1) < bound
    assert abs(1.5 * ratio - 1) > bound
    assert abs(ratio / 1.5 - 1) > bound


def test_a_calibration_keeps_the_mean_of_what_it_learns_from(window):
    """Pooled rates of bins average to the share taken, whatever the scores: within a twentieth."""
    learnt = Calibration().fit(window.score, window.runs[0]).propensity(window.score)
    assert learnt.mean() == pytest.approx(window.runs[0].mean(), rel=0.05)


def test_the_slope_over_tenths_is_one(window):
    assert SLOPE[0] < window.slope(window.propensity) < SLOPE[1]


def test_a_shuffled_score_is_noticed(window):
    shuffled = window.propensity[np.argsort(np.modf(np.arange(len(window.rate)) * 0.6180339887)[0])]
    assert not SLOPE[0] < window.slope(shuffled) < SLOPE[1]
    learnt = Calibration().fit(shuffled, window.runs[0]).propensity(window.score)
    assert not SLOPE[0] < window.slope(learnt) < SLOPE[1]


def test_takers_of_the_next_horizon_are_ranked_first(following):
    top = following.propensity >= np.quantile(following.propensity, 0.9)
    assert following.rate[top].mean() > 3 * following.mean


def test_the_next_horizon_takes_what_season_and_market_leave_of_the_propensity(window, following):
    """Predicted over taken is the true ratio of the two windows' takings: nothing but the season makes it wrong."""
    season = window.mean / following.mean
    ratio = following.propensity.mean() / following.mean
    bound = SIGMA * error(following, learnt_from(window))
    assert abs(ratio / season - 1) < bound
