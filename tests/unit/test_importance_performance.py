"""Importance and performance: lines, quadrants, derived importance, and chances that go with distance from the lines."""

import numpy as np
import pytest

from zhike.measure.attributes import QUADRANTS, quadrant_chances, quadrants
from zhike.measure.attributes.importance_performance import derived_importance, vavra

RNG = 7


def answers(importance, performance, n=200, spread=1.0):
    rng = np.random.default_rng(RNG)
    return tuple(
        rng.normal(mean, spread, (n, len(mean))) for mean in (np.array(importance), np.array(performance))
    )


def test_line_is_chosen_and_changes_quadrants():
    importance, performance = np.array([9.0, 8.8, 5.0, 8.7]), np.array([8.5, 6.0, 8.0, 7.9])
    by_kind = {
        kind: [QUADRANTS[one] for one in quadrants(importance, performance, kind, (5.5, 5.5)).place]
        for kind in ("scale_middle", "grand_mean", "median")
    }
    assert by_kind["scale_middle"] == ["keep_up", "keep_up", "possible_overkill", "keep_up"]
    assert by_kind["grand_mean"] == ["keep_up", "concentrate_here", "possible_overkill", "keep_up"]
    assert by_kind["median"] == ["keep_up", "concentrate_here", "possible_overkill", "low_priority"]


def test_chances_are_sure_far_from_the_lines_and_even_on_them():
    importance, performance = answers([9, 5, 5, 7], [3, 3, 7, 5])
    importance[:, 3] += 7 - importance[:, 3].mean()
    performance[:, 3] += 5 - performance[:, 3].mean()
    found = quadrant_chances(
        performance, importance, "scale_middle", (7.0, 5.0), np.random.default_rng(1), draws=2000
    )
    assert found.sum(axis=1) == pytest.approx(1.0)
    assert [QUADRANTS[one] for one in found[:3].argmax(axis=1)] == [
        "concentrate_here",
        "low_priority",
        "possible_overkill",
    ]
    assert np.all(found[:3].max(axis=1) > 0.99)
    assert found[3] == pytest.approx(0.25, abs=0.05)


def test_missing_answers_are_left_out_attribute_by_attribute():
    importance, performance = answers([9, 5], [3, 7])
    performance[:150, 0] = np.nan
    found = quadrant_chances(
        performance, importance, "grand_mean", (5.5, 5.5), np.random.default_rng(1), draws=200
    )
    assert found[0, QUADRANTS.index("concentrate_here")] > 0.99


def test_standardised_importance_is_the_regression_in_standard_deviations():
    _, performance = answers([9, 5, 6], [3, 7, 5])
    overall = performance @ np.array([1.0, 0.2, 0.0]) + np.random.default_rng(2).normal(size=200)
    table = np.column_stack([performance, overall])
    scaled = (table - table.mean(axis=0)) / table.std(axis=0)
    expected = np.linalg.lstsq(scaled[:, :-1], scaled[:, -1], rcond=None)[0]
    assert derived_importance(table, "standardised", np.random.default_rng(0))[0] == pytest.approx(expected)


def test_chances_of_derived_importance_find_what_the_overall_score_goes_with():
    _, performance = answers([9, 5, 6], [3, 7, 5])
    overall = performance @ np.array([1.0, 0.2, 0.0]) + np.random.default_rng(2).normal(size=200)
    for derived in ("shapley", "standardised"):
        found = quadrant_chances(
            performance,
            overall,
            "grand_mean",
            (np.nan, 5.5),
            np.random.default_rng(1),
            derived=derived,
            draws=300,
        )
        assert found[0, QUADRANTS.index("concentrate_here")] > 0.99


def test_stated_against_derived():
    assert vavra(np.array([9.0, 5, 9, 5]), np.array([0.0, 0.5, 0.5, 0.0])) == [
        "basic",
        "excitement",
        "performance",
        "unimportant",
    ]
