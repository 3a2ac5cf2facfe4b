"""Agreement of coders against published examples: Krippendorff (2011), Fleiss, Levin and Paik (2003, table 18.3), Cohen (1960) as computed by scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from zhike.measure.notes import cohen_kappa, krippendorff_alpha

FOUR = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
BINARY = """
0 1 0 0 0 0 0 0 1 0
1 1 1 0 0 1 0 0 0 0
"""
LETTERS = """
0 0 1 1 3 2 2 2 4 3 3 0
1 0 1 1 1 2 2 2 4 3 3 3
"""


@pytest.mark.parametrize(("published", "alpha"), [(FOUR, 0.743), (BINARY, 0.095), (LETTERS, 0.692)])
def test_alpha_is_as_published(published, alpha):
    rows = [
        [-1 if one == "." else int(one) for one in line.split()] for line in published.strip().split("\n")
    ]
    assert krippendorff_alpha(np.array(rows)) == pytest.approx(alpha, abs=5e-4)


def test_kappa_and_its_error_are_as_published():
    table = np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    one = np.repeat(np.arange(3), table.sum(axis=1))
    other = np.concatenate([np.repeat(np.arange(3), row) for row in table])
    kappa, error = cohen_kappa(one, other)
    assert (kappa, error) == (pytest.approx(0.68, abs=5e-3), pytest.approx(0.087, abs=1e-3))
    assert kappa == pytest.approx(cohen_kappa_score(one, other))


def test_kappa_is_that_of_those_whom_both_coded():
    one, other = np.array([0, 1, 1, 0, -1, 1, 0]), np.array([0, 1, 0, 0, 1, -1, 1])
    both = (one >= 0) & (other >= 0)
    assert cohen_kappa(one, other)[0] == pytest.approx(cohen_kappa_score(one[both], other[both]))
