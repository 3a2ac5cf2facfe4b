"""The survey against everybody's satisfaction: respondents are happier by a known amount, and their chances put that right."""

import numpy as np
import pytest

SIGMA = 4.0


@pytest.fixture(scope="module")
def survey(logged):
    """Satisfaction and chance of all who answered, mean of everybody, mean that respondents are expected to have."""
    months = [month.survey for month in logged.months]
    felt, chance = (
        np.concatenate([getattr(one, name) for one in months]) for name in ("satisfaction", "chance")
    )
    everybody, weighted = (
        float(np.mean([getattr(one, name) for one in months])) for name in ("everybody", "weighted")
    )
    return felt, chance, everybody, weighted


def mean_and_error(felt, weight):
    mean = np.average(felt, weights=weight)
    return mean, np.sqrt(((weight * (felt - mean)) ** 2).sum()) / weight.sum()


def test_respondents_are_happier_by_the_known_amount(survey):
    """The bias is that of the chances of answering, about 0.15 standard deviations; it is noticed as one."""
    felt, _, everybody, weighted = survey
    mean, error = mean_and_error(felt, np.ones(len(felt)))
    assert 0.08 < weighted - everybody < 0.25
    assert abs(mean - weighted) < SIGMA * error
    assert abs(mean - everybody) > SIGMA * error


def test_weighting_by_the_chance_of_answering_removes_the_bias(survey):
    felt, chance, everybody, _ = survey
    mean, error = mean_and_error(felt, 1 / chance)
    assert error < 0.04
    assert abs(mean - everybody) < SIGMA * error


def test_weighting_the_wrong_way_round_is_noticed(survey):
    felt, chance, everybody, _ = survey
    for wrong in (chance, np.roll(1 / chance, 1)):
        mean, error = mean_and_error(felt, wrong)
        assert abs(mean - everybody) > SIGMA * error
