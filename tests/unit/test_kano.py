"""Kano: the whole table, ties, both tests of the first against the second category, and the uneven scale."""

import math
from collections import Counter

import numpy as np
import pytest

from zhike.adapters.answer_files import read_answers
from zhike.measure.attributes import kano_categories, kano_count, kano_point
from zhike.measure.attributes.kano import CATEGORIES, fong_differs
from zhike.measure.studies.kano import KanoModel, kano_study

TABLE = {"like": "QAAAO", "must_be": "RIIIM", "neutral": "RIIIM", "live_with": "RIIIM", "dislike": "RRRRQ"}


def test_every_pair_of_answers_has_its_category():
    rows, columns = np.divmod(np.arange(25), 5)
    assert "".join(kano_categories(rows, columns)) == "".join(TABLE.values())


@pytest.mark.parametrize("pair", ["MO", "OA", "AI", "MI"])
def test_ties_go_to_what_must_not_be_missed(pair):
    for order in (pair, pair[::-1]):
        found = kano_count(np.repeat(list(order), 5))
        assert (found.category, found.second, found.tied) == (pair[0], pair[1], True)


def test_counts_are_of_all_answers_and_coefficients_of_four_categories():
    found = kano_count(np.repeat(list("AOMIRQ"), [3, 4, 2, 1, 5, 5]))
    assert found.counts == dict(zip(CATEGORIES, [2, 4, 3, 1, 5, 5], strict=True))
    assert (found.better.value, found.better.n, found.worse.value) == (0.7, 10, -0.6)
    assert found.questionable == 0.25
    assert found.worse.low < -0.6 < found.worse.high <= 0


def test_fong_needs_a_larger_difference_than_its_line():
    """Of 100, 45 against b: the line is 1.65 sqrt((a + b)(2n - a - b) / 2n)."""
    for b in range(45):
        line = 1.65 * math.sqrt((45 + b) * (155 - b) / 200)
        assert fong_differs(45, b, 100) == (45 - b >= line)


def test_exact_test_is_of_a_fair_coin():
    found = kano_count(np.repeat(["A", "M"], [8, 2]))
    assert found.p_value == pytest.approx(2 * (45 + 10 + 1) / 1024)


def test_nobody_answered():
    found, point = kano_count(np.array([], dtype=str)), kano_point(np.array([], int), np.array([], int))
    assert (found.category, point.category, found.p_value) == ("", "", 1.0)
    assert math.isnan(found.better.value)


@pytest.mark.parametrize(
    ("functional", "dysfunctional", "category"),
    [(0, 4, "O"), (0, 2, "A"), (2, 4, "M"), (2, 2, "I"), (1, 3, "O")],
)
def test_uneven_scale_has_the_category_of_its_point(functional, dysfunctional, category):
    pair = np.full(4, functional), np.full(4, dysfunctional)
    assert kano_point(*pair).category == category


@pytest.mark.parametrize(
    ("cells", "placed"),
    [
        (["1 - I like it", "2 - must be", "不知道", "99"], [0, 1, -1, -1]),
        (["Like", "Must be", "must-be", "Live with"], [0, 1, 1, 3]),
    ],
)
def test_answers_may_stand_beside_their_labels(tmp_path, cells, placed):
    file = tmp_path / "answers.csv"
    file.write_text("f,d\n" + "".join(f"{one},3\n" for one in cells), "utf-8")
    model = KanoModel.of({"features": {"a": ["f", "d"]}, "missing_codes": [99]}, "model")
    found = kano_study(model, read_answers(file))["features"][0]
    categories = [kano_categories(np.array([one]), np.array([2]))[0] for one in placed if one >= 0]
    assert found["n"] == len(categories)
    assert {key: count for key, count in found["counts"].items() if count} == dict(Counter(categories))
