"""Figures of touchpoints hold the truth as often as they say, and probabilities of verdicts are probabilities."""

import numpy as np
import pytest
from journey_worlds import drawn_world, sample

from zhike.measure.journeys.figures import drawn_figures
from zhike.measure.journeys.meetings import drawn_estimate, drawn_meetings, share_estimate
from zhike.measure.journeys.moments_of_truth import Asked, moments_of_truth
from zhike.measure.journeys.verdicts import judged

CUTS = (2.5, 4.5)
FIGURES = ("importance", "experience", "reach", "effort")


def told(worlds, respondents, draws, seed):
    """Return chances told of verdicts and whether they are true, and of each figure whether its interval holds the truth."""
    rng = np.random.default_rng(seed)
    chances, true, held = [], [], {name: [] for name in FIGURES}
    for _ in range(worlds):
        world = drawn_world(rng)
        ratings, overall, met, minutes = sample(world, respondents, rng)
        figures = drawn_figures(ratings, overall[:, None], CUTS, rng, draws)
        meetings = drawn_meetings(met, minutes, rng, draws)
        found = judged(figures.importance, figures.experience, meetings.effort, "grand_mean")
        chances.append(found.chances)
        high = world.importance >= world.importance.mean()
        second = np.where(high, world.mean >= world.mean.mean(), world.effort > world.effort.mean())
        true.append((2 * high + second)[:, None] == np.arange(4))
        for name, drawn, truth in (
            ("importance", figures.importance, world.importance), ("experience", figures.experience, world.mean),
            ("effort", meetings.effort, world.effort),
        ):  # fmt: skip
            ends = [drawn_estimate(column, respondents, 0.95) for column in drawn.T]
            held[name] += [one.low <= fact <= one.high for one, fact in zip(ends, truth, strict=True)]
        ends = [share_estimate(*one, 0.95) for one in meetings.met]
        held["reach"] += [one.low <= fact <= one.high for one, fact in zip(ends, world.reach, strict=True)]
    return np.concatenate(chances).ravel(), np.concatenate(true).ravel(), {k: np.mean(v) for k, v in held.items()}  # fmt: skip


@pytest.fixture(scope="module")
def small():
    return told(worlds=50, respondents=120, draws=120, seed=21)


@pytest.mark.parametrize(("low", "high"), [(0.05, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.01)])
def test_share_of_true_verdicts_is_the_probability_told(small, low, high):
    chance, true, _ = small
    kept = (chance >= low) & (chance < high)
    assert kept.sum() > 100
    # Twice the error of a share of so many verdicts, and what 120 samples leave of a probability.
    assert true[kept].mean() == pytest.approx(chance[kept].mean(), abs=0.05 + 1 / np.sqrt(kept.sum()))


@pytest.mark.parametrize("name", FIGURES)
def test_intervals_hold_the_truth(small, name):
    assert 0.9 <= small[2][name] <= 0.99


@pytest.mark.campaign
def test_intervals_and_verdicts_in_many_worlds():
    chance, true, held = told(worlds=500, respondents=400, draws=400, seed=5)
    assert {name: 0.93 <= share <= 0.97 for name, share in held.items()} == dict.fromkeys(FIGURES, True)
    for low in np.arange(0.05, 0.95, 0.1):
        kept = (chance >= low) & (chance < low + 0.1)
        assert true[kept].mean() == pytest.approx(chance[kept].mean(), abs=0.04), low


def found_in(world, rng, n=400, draws=60):
    ratings, overall, met, _ = sample(world, n, rng)
    figures = drawn_figures(ratings, overall[:, None], CUTS, rng, draws)
    reach = met.mean(axis=0)
    scores = reach * (figures.reward - figures.penalty)[:, :, 0]
    return moments_of_truth(ratings, overall, scores, [None] * met.shape[1], Asked(CUTS, 10, 0.95, 0.8))


def test_without_any_effect_hardly_a_survey_shows_a_moment_of_truth():
    """Holm keeps surveys with any false one below one in twenty; the second condition below that."""
    rng = np.random.default_rng(8)
    worlds = [drawn_world(rng) for _ in range(60)]
    flat = [any(one.kind != "none" for one in found_in(type(w)(w.reach, w.mean, 0 * w.slope, w.minutes), rng, draws=0)) for w in worlds]  # fmt: skip
    assert np.mean(flat) <= 0.12  # 0.05 and its error over 60 surveys


def test_what_is_decisive_is_found_and_what_is_not_is_not():
    rng = np.random.default_rng(9)
    right = wrong = 0
    for _ in range(10):
        world = drawn_world(rng)
        decisive = np.arange(8) < 2
        strong = type(world)(np.full(8, 0.7), world.mean, np.where(decisive, 0.6, 0.02), world.minutes)
        found = np.array([one.found for one in found_in(strong, rng)])
        right, wrong = right + found[decisive].sum(), wrong + found[~decisive].sum()
    assert right >= 18
    assert wrong <= 2  # of 60 that are not
