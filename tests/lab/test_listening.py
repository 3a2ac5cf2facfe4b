"""The survey reaches a random sample; who answers is not random, and what is answered has known loadings."""

import numpy as np
import pytest
import resting_bank

from zhike.core.contracts import CHANNELS
from zhike.lab import listening
from zhike.lab.listening import ITEMS
from zhike.lab.satisfaction import handling, image

MANY = 20_000


@pytest.fixture(scope="module")
def rest():
    """Dice, traits and state of 20,000 customers at rest; the survey changes nothing in them."""
    return resting_bank.people(MANY)


@pytest.fixture(scope="module")
def year(rest):
    """Twelve months of invitations."""
    return [listening.ask(*rest, month) for month in range(resting_bank.MONTH, resting_bank.MONTH + 12)]


@pytest.fixture(scope="module")
def scores(rest):
    """What everybody would answer."""
    return listening.item_scores(*rest, resting_bank.MONTH, np.arange(MANY))


def test_three_customers_in_two_hundred_are_invited_a_month_at_random(rest, year):
    invited = np.concatenate([answers.row for answers in year])
    expected = 12 * MANY * 0.015
    assert abs(len(invited) - expected) < 4 * np.sqrt(expected)
    assert abs(rest[2].satisfaction[invited].mean()) < 4 / np.sqrt(expected) + 0.02


def test_fifteen_to_twenty_percent_answer(crowd):
    traits, state = crowd
    chance = listening.answer_probability(traits, state, 675)[state.here]
    assert 0.15 < chance.mean() < 0.21


def test_answers_come_as_often_as_their_chance_says(rest, year):
    _, traits, state = rest
    chance = listening.answer_probability(traits, state, resting_bank.MONTH)
    expected = sum(chance[answers.row].sum() for answers in year)
    found = sum(answers.answered.sum() for answers in year)
    assert abs(found - expected) < 4 * np.sqrt(expected)


def test_strong_feelings_answer_more_and_tired_customers_less(rest):
    _, traits, state = rest
    chances = []
    for felt in (-2.0, 0.0, 2.0):
        moved = state.copy()
        moved.satisfaction[:] = felt
        chances.append(listening.answer_probability(traits, moved, resting_bank.MONTH))
    tired = state.copy()
    tired.fatigue[:] = 3
    assert (chances[0] > chances[1]).all()
    assert (chances[2] > chances[0]).all()
    usual = listening.answer_probability(traits, state, resting_bank.MONTH)
    assert (listening.answer_probability(traits, tired, resting_bank.MONTH) < usual).all()


def test_respondents_are_happier_than_customers(rest):
    _, traits, state = rest
    chance = listening.answer_probability(traits, state, resting_bank.MONTH)
    bias = np.average(state.satisfaction, weights=chance) - state.satisfaction.mean()
    assert 0.08 < bias < 0.25


def test_items_have_the_published_loadings_up_to_rounding(rest, scores):
    dice, traits, state = rest
    latents = {
        "image": image(traits, state),
        "handling": handling(dice, traits, state, resting_bank.MONTH - 1),
    }
    for place, (name, item) in enumerate(ITEMS.items()):
        if item.latent == "handling":
            continue  # Drawn anew each month, and this state was formed the month before.
        behind = latents.get(item.latent, getattr(state, item.latent, None))
        found = np.corrcoef(scores[:, place], behind)[0, 1]
        assert item.loading - 0.08 < found < item.loading + 0.02, name


def test_items_lie_on_their_scale_around_their_means(scores):
    assert scores.min() == 1
    assert scores.max() == 10
    np.testing.assert_array_equal(scores, np.rint(scores))
    means = np.array([item.mean for item in ITEMS.values()])
    np.testing.assert_allclose(scores.mean(axis=0), means, atol=0.4)


def test_what_comes_back_is_what_would_be_answered(rest, year):
    answers = year[0]
    everybody = listening.item_scores(*rest, resting_bank.MONTH, answers.row)
    given = ~np.isnan(answers.scores)
    assert answers.scores.shape == (len(answers.row), 24)
    assert not given[~answers.answered].any()
    np.testing.assert_array_equal(answers.scores[given], everybody[given])


def test_few_questions_are_left_out(year):
    answered = np.concatenate([answers.scores[answers.answered] for answers in year])
    assert 0.01 < np.isnan(answered).mean() < 0.03


def test_customers_are_asked_where_they_can_be_reached(rest, year):
    _, traits, _ = rest
    row = np.concatenate([answers.row for answers in year])
    channel = np.concatenate([answers.channel for answers in year])
    day = np.concatenate([answers.day for answers in year])
    in_app = channel == CHANNELS.index("app")
    assert {CHANNELS[place] for place in set(channel)} == {"app", "phone", "sms"}
    assert traits.digital[row[in_app]].mean() > traits.digital[row[~in_app]].mean()
    assert set(day) == set(range(1, 29))


def test_only_customers_who_are_here_are_asked(rest):
    dice, traits, state = rest
    gone = state.copy()
    gone.here[:] = False
    assert len(listening.ask(dice, traits, gone, resting_bank.MONTH).row) == 0


def test_chunks_change_nothing(rest):
    dice, traits, state = rest
    whole = listening.ask(dice, traits.part(0, 4_000), state.part(0, 4_000), resting_bank.MONTH)
    halves = [
        listening.ask(
            dice, traits.part(first, first + 2_000), state.part(first, first + 2_000), resting_bank.MONTH
        )
        for first in (0, 2_000)
    ]
    np.testing.assert_array_equal(np.concatenate([halves[0].row, halves[1].row + 2_000]), whole.row)
    np.testing.assert_array_equal(np.concatenate([half.scores for half in halves]), whole.scores)
