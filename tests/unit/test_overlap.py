"""What a log holds of a policy, by hand, and what it is refused for."""

import numpy as np
import pytest

from zhike.measure.off_policy import Lack, Limits, LoggedChoices, overlap
from zhike.measure.off_policy.overlap import overlap_of

NONE = Limits(effective=0.0, largest=1.0, unsupported=1.0)


def log(chosen, evaluation, group=None, logging=None):
    """Return a log of two actions, each chosen with probability 1/2."""
    n = len(chosen)
    return LoggedChoices(
        np.array(chosen), np.zeros(n), np.full(n, 0.5), np.array(evaluation), group=group, logging=logging
    )


def test_by_hand():
    """Weights 2, 2, 0 and 1."""
    found = overlap(log([0, 0, 1, 1], [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.5, 0.5]]), NONE)
    assert found.effective == pytest.approx(25 / 9)
    assert found.largest_weight == 2.0
    assert found.largest_share == pytest.approx(0.4)
    assert found.mean_weight == pytest.approx(1.25)
    assert found.unsupported is None
    assert not found.refused


def test_the_logging_policy_itself_counts_every_row():
    same = log([0, 1] * 100, np.full((200, 2), 0.5))
    assert overlap(same).effective == pytest.approx(200)
    assert overlap(same).lacks == ()


def test_rows_of_a_customer_count_as_one():
    group = np.repeat(np.arange(50), 4)
    found = overlap(log([0, 1] * 100, np.full((200, 2), 0.5), group))
    assert found.effective == pytest.approx(50)
    assert found.largest_share == pytest.approx(0.02)
    assert found.lacks == (Lack.FEW_EFFECTIVE,)


def test_what_the_log_never_chose_is_refused():
    logging = np.tile([0.5, 0.5, 0.0], (200, 1))
    evaluation = np.tile([0.4, 0.4, 0.2], (200, 1))
    given = LoggedChoices(np.tile([0, 1], 100), np.zeros(200), np.full(200, 0.5), evaluation, logging=logging)
    found = overlap(given)
    assert found.unsupported == pytest.approx(0.2)
    assert found.mean_weight == pytest.approx(0.8)
    assert found.lacks == (Lack.NO_SUPPORT,)
    assert not overlap(given, Limits(unsupported=0.25)).refused


def test_one_row_that_decides_is_refused():
    probability = np.full(1000, 0.5)
    probability[0] = 0.005
    given = LoggedChoices(np.zeros(1000, int), np.zeros(1000), probability, np.full((1000, 2), 0.5))
    found = overlap(given)
    assert found.largest_weight == pytest.approx(100)
    assert found.largest_share == pytest.approx(100 / 1099)
    assert found.lacks == (Lack.ONE_DECIDES,)


def test_no_weight_at_all_is_refused():
    found = overlap(log([0, 0], [[0.0, 1.0], [0.0, 1.0]]))
    assert found.effective == 0.0
    assert set(found.lacks) == {Lack.FEW_EFFECTIVE, Lack.ONE_DECIDES}


def test_weights_from_tiny_probabilities_count_as_others_do():
    shares = np.array([4.0, 2.0, 1.0, 1.0])
    found = overlap_of(shares * 1e200, shares * 1e200, None)
    assert found.effective == pytest.approx(64 / 22)
    assert found.largest_share == pytest.approx(0.5)
    assert found.lacks == (Lack.FEW_EFFECTIVE, Lack.ONE_DECIDES)
