"""The dice: named, without state, uniform, independent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest, pearsonr

from zhike.lab.dice import Dice

MANY = np.arange(100_000)


@given(st.integers(0, 2**40), st.integers(0, 10**9), st.integers(0, 1000), st.integers(1, 200))
def test_a_number_depends_on_its_name_only(seed, first, month, size):
    dice, who = Dice(seed), np.arange(first, first + size)
    together = dice.uniform("thing", who, month)
    assert ((together > 0) & (together < 1)).all()
    alone = [float(dice.uniform("thing", who[i : i + 1], month)[0]) for i in range(0, size, 17)]
    assert together[::17].tolist() == alone
    assert dice.uniform("thing", who[::-1], month)[::-1].tolist() == together.tolist()


def test_numbers_are_uniform_and_normal():
    dice = Dice(11)
    assert kstest(dice.uniform("u", MANY, 3), "uniform").pvalue > 0.001
    assert kstest(dice.normal("n", MANY, 3), "norm").pvalue > 0.001


@pytest.mark.parametrize(
    "other",
    [
        lambda dice: dice.uniform("a", MANY, 4),
        lambda dice: dice.uniform("b", MANY, 3),
        lambda dice: dice.uniform("a", MANY + 1, 3),
        lambda dice: dice.uniform("a", MANY, 3, 0),
        lambda _dice: Dice(12).uniform("a", MANY, 3),
    ],
    ids=["month", "stream", "neighbour", "counter", "seed"],
)
def test_another_name_gives_independent_numbers(other):
    dice = Dice(11)
    assert abs(pearsonr(dice.uniform("a", MANY, 3), other(dice)).statistic) < 4.5 / np.sqrt(len(MANY))


def test_counters_broadcast():
    dice, who = Dice(5), np.arange(6)
    table = dice.uniform("t", who[:, None], 3, np.arange(4))
    assert table.shape == (6, 4)
    assert table[:, 2].tolist() == dice.uniform("t", who, 3, 2).tolist()


def test_picks_follow_their_weights():
    drawn = Dice(5).pick([1, 2, 5], "p", MANY)
    assert chisquare(np.bincount(drawn, minlength=3), np.array([1, 2, 5]) / 8 * len(MANY)).pvalue > 0.001


@pytest.mark.parametrize("mean", [0.0, 0.3, 4.0])
def test_counts_have_the_mean_and_variance_of_poisson(mean):
    drawn = Dice(5).poisson(mean, "c", MANY)
    error = 5 * max(mean, 1e-9) ** 0.5 / len(MANY) ** 0.5
    assert abs(drawn.mean() - mean) <= error
    assert abs(drawn.var() - mean) <= 8 * error * max(mean, 1) ** 0.5


def test_happens_and_its_share():
    share = np.where(MANY % 2 == 0, 0.1, 0.6)
    happened = Dice(5).happens(share, "h", MANY)
    assert abs(happened[::2].mean() - 0.1) < 0.01
    assert abs(happened[1::2].mean() - 0.6) < 0.01
