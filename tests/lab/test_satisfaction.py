"""Satisfaction follows the published model, and answers to what customers live through."""

import numpy as np
import pytest
import resting_bank

from zhike.lab import satisfaction
from zhike.lab.satisfaction import LATENTS, PATHS, R2

MANY = 20_000


@pytest.fixture(scope="module")
def rested():
    """Six quiet months later: each latent variable of 20,000 customers, by name."""
    dice, traits, state = resting_bank.people(MANY)
    for month in range(resting_bank.MONTH, resting_bank.MONTH + 6):
        felt = _form(dice, traits, state, month)
    return {name: getattr(felt, name).astype(float) for name in LATENTS} | {"experience": state.experience}


def _form(dice, traits, state, month=resting_bank.MONTH, weather=None, sales=None, cases=None):
    size = len(traits)
    return satisfaction.form(
        dice,
        traits,
        state,
        month,
        weather or resting_bank.calm(month),
        sales or resting_bank.quiet(size),
        cases or resting_bank.no_cases(size),
    )


def _regression(rested, effect):
    causes = [cause for cause, led in PATHS if led == effect]
    known = np.column_stack([*(rested[cause] for cause in causes), np.ones(MANY)])
    found, left_over, *_ = np.linalg.lstsq(known, rested[effect], rcond=None)
    variance = left_over[0] / (MANY - len(found))
    errors = np.sqrt(np.diag(variance * np.linalg.inv(known.T @ known)))
    return causes, found, errors, 1 - variance / rested[effect].var()


@pytest.mark.parametrize("effect", LATENTS[1:])
def test_regressions_recover_the_published_paths(rested, effect):
    causes, found, errors, explained = _regression(rested, effect)
    for cause, coefficient, error in zip(causes, found, errors, strict=False):
        assert abs(coefficient - PATHS[cause, effect]) < 3 * error, (cause, effect)
    assert abs(explained - R2[effect]) < 0.03


@pytest.mark.parametrize("name", [*LATENTS, "experience"])
def test_every_latent_variable_is_standardised_at_rest(rested, name):
    assert abs(rested[name].mean()) < 4 / np.sqrt(MANY)
    assert abs(rested[name].var() - 1) < 0.05


def test_experience_moves_quality_and_through_it_satisfaction_by_the_total_effect():
    dice, traits, state = resting_bank.people(500)
    usual, cheered = state.copy(), state.copy()
    plain = _form(dice, traits, usual)
    better = _form(dice, traits, cheered, sales=resting_bank.quiet(500, mood=np.full(500, 0.1)))
    quality, total = better.perceived - plain.perceived, better.satisfaction - plain.satisfaction
    moved = np.abs(state.experience) < 2
    direct = PATHS["perceived", "satisfaction"]
    through_worth = PATHS["perceived", "worth"] * PATHS["worth", "satisfaction"]
    assert (quality[moved] > 0.03).all()
    np.testing.assert_allclose(total[moved], (direct + through_worth) * quality[moved], atol=1e-5)
    np.testing.assert_array_equal(better.expectation, plain.expectation)


def test_experience_fades_to_nothing():
    dice, traits, state = resting_bank.people(4_000)
    state.experience[:] = 3.0
    for month in range(resting_bank.MONTH, resting_bank.MONTH + 24):
        _form(dice, traits, state, month)
    assert abs(state.experience.mean()) < 0.1


def test_crowded_channels_rumours_and_felt_injustice_make_things_worse():
    dice, traits, state = resting_bank.people(500)
    plain = _form(dice, traits, state.copy())
    crowded = _form(dice, traits, state.copy(), weather=resting_bank.calm(load=np.full(5, 2.0)))
    rumoured = _form(dice, traits, state.copy(), weather=resting_bank.calm(rumour=np.full(12, 2.0)))
    wronged = state.copy()
    wronged.wronged[:] = 1.0
    grudging = _form(dice, traits, wronged)
    assert (crowded.satisfaction <= plain.satisfaction).all()
    assert crowded.satisfaction.mean() < plain.satisfaction.mean()
    assert (rumoured.image < plain.image).all()
    assert (rumoured.loyalty < plain.loyalty).all()
    assert (grudging.handling < plain.handling).all()
    assert (wronged.wronged < 1.0).all()


def test_the_view_of_handling_can_be_worked_out_again_from_the_state():
    dice, traits, state = resting_bank.people(500)
    felt = _form(dice, traits, state)
    again = satisfaction.handling(dice, traits, state, resting_bank.MONTH)
    np.testing.assert_allclose(again, felt.handling, atol=1e-5)


def test_chunks_change_nothing():
    dice, traits, state = resting_bank.people(1_000)
    whole = state.copy()
    _form(dice, traits, whole)
    for first in (0, 500):
        _form(dice, traits.part(first, first + 500), state.part(first, first + 500))
    for name in ("experience", "satisfaction", "loyalty", "wronged", "rumour"):
        np.testing.assert_array_equal(getattr(state, name), getattr(whole, name))
