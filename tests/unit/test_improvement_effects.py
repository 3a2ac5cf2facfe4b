"""Effects of improvements: what the model reads, what is refused, and figures that follow by hand."""

import numpy as np
import polars as pl
import pytest

from zhike.adapters.answer_files import Answers
from zhike.core.measure_errors import AnswersError, MeasureModelError
from zhike.measure.effects import Season, autocorrelated_fit, interrupted_series, trial_change, unit_change
from zhike.measure.effects.units import drawn_units
from zhike.measure.studies.effect import EffectBounds, EffectModel, effect_study
from zhike.measure.studies.periods import period_places

T = np.arange(24)
MODEL = {"period": "month", "value": "csat", "start": "2026-03"}
BRANCHES = {**MODEL, "unit": "branch", "treated": ["a"], "design": "controlled"}


def rng():
    return np.random.default_rng(0)


def months(many=24):
    return [f"{2025 + place // 12}-{place % 12 + 1:02d}" for place in range(many)]


def answers(columns):
    table = pl.DataFrame(columns).cast(pl.String)
    return Answers("series.csv", table, np.arange(1, len(table) + 1))


def series(gain=5.0, units="abc"):
    noise = np.random.default_rng(3).normal(0, 0.5, (len(units), 24))
    rows = [
        (month, unit, 60 + place + noise[place, at] + gain * (unit == "a" and at >= 14))
        for place, unit in enumerate(units)
        for at, month in enumerate(months())
    ]
    return answers(dict(zip(("month", "branch", "csat"), zip(*rows, strict=True), strict=True)))


def told(columns, model=MODEL, **changes):
    asked = EffectModel.of({**model, **changes}, "effect.yaml")
    return effect_study(asked, columns, rng(), EffectBounds())


# -- regression ----------------------------------------------------------------------------------------------------------


def test_independent_errors_give_least_squares():
    y = 3 + 0.2 * T + np.random.default_rng(1).normal(size=24)
    design = np.column_stack([np.ones(24), T]).astype(float)
    found = autocorrelated_fit(y, design, T)
    place = int(np.argmin(np.abs(found.correlations)))
    assert found.correlations[place] == 0
    wanted, squares = np.linalg.lstsq(design, y, rcond=None)[:2]
    assert found.beta[place] == pytest.approx(wanted)
    assert found.covariance[place] == pytest.approx(squares[0] / 22 * np.linalg.inv(design.T @ design))


def test_weights_are_the_covariance_of_a_stationary_series_with_gaps():
    """Generalised least squares with the correlations written out, on months of which three are missing."""
    periods = np.delete(np.arange(15), [3, 4, 9])
    y = np.random.default_rng(2).normal(size=12)
    found = autocorrelated_fit(y, np.ones((12, 1)), periods)
    place = int(np.argmin(np.abs(found.correlations - 0.6)))
    r = found.correlations[place]
    inverse = np.linalg.inv(r ** np.abs(periods[:, None] - periods[None, :]))
    mean = inverse.sum(axis=0) @ y / inverse.sum()
    assert found.beta[place, 0] == pytest.approx(mean)
    assert found.covariance[place, 0, 0] == pytest.approx(
        (y - mean) @ inverse @ (y - mean) / 11 / inverse.sum()
    )
    told = (
        -np.linalg.slogdet(np.linalg.inv(inverse))[1] / 2
        - np.log(inverse.sum()) / 2
        - 11 / 2 * np.log((y - mean) @ inverse @ (y - mean))
    )
    other = int(np.argmin(np.abs(found.correlations - 0.2)))
    r = found.correlations[other]
    inverse = np.linalg.inv(r ** np.abs(periods[:, None] - periods[None, :]))
    mean = inverse.sum(axis=0) @ y / inverse.sum()
    told -= (
        -np.linalg.slogdet(np.linalg.inv(inverse))[1] / 2
        - np.log(inverse.sum()) / 2
        - 11 / 2 * np.log((y - mean) @ inverse @ (y - mean))
    )
    assert np.log(found.chance[place] / found.chance[other]) == pytest.approx(told)


def test_interval_ends_where_the_mixture_has_the_share():
    found = autocorrelated_fit(np.random.default_rng(4).normal(size=20), np.ones((20, 1)), np.arange(20))
    one = found.estimate(np.ones(1), 0.9)
    assert found.below(np.ones(1), one.low) == pytest.approx(0.05, abs=1e-6)
    assert found.below(np.ones(1), one.high) == pytest.approx(0.95, abs=1e-6)


def test_a_season_is_told_apart_and_the_counterfactual_goes_on_with_it():
    t = np.arange(36)
    wave = 2 * np.cos(2 * np.pi * t / 12)
    found = interrupted_series(10 + wave + 4.0 * (t >= 24), t, 24, season=Season(12, 2))
    assert (found.level.value, found.mean.value) == pytest.approx((4, 4), abs=1e-6)
    assert found.without == pytest.approx(10 + wave, abs=1e-6)
    assert (found.before, found.after, found.improved) == (24, 12, pytest.approx(1))


@pytest.mark.parametrize(
    ("many", "start", "season"), [(11, 7, None), (11, 8, None), (20, 10, Season(12, 2)), (30, 10, Season(12, 1))]
)  # fmt: skip
def test_too_few_points_say_nothing(many, start, season):
    t = np.arange(many)
    with pytest.raises(AnswersError):
        interrupted_series(np.sin(t * 1.7), t, start, season=season)


def test_as_many_coefficients_as_points_say_nothing():
    t = np.arange(8)
    with pytest.raises(AnswersError, match="9"):
        interrupted_series(np.sin(t * 1.7), t, 4, season=Season(4, 2), least=(2, 2))


# -- units ---------------------------------------------------------------------------------------------------------------


def test_changes_of_units_are_students_two_samples():
    from scipy.stats import ttest_ind

    panel = np.random.default_rng(5).normal(size=(9, 6))
    treated, later = np.arange(9) < 4, np.arange(6) >= 3
    found = unit_change(panel, treated, later, rng())
    changes = panel[:, 3:].mean(axis=1) - panel[:, :3].mean(axis=1)
    wanted = ttest_ind(changes[treated], changes[~treated])
    interval = wanted.confidence_interval(0.95)
    assert (found.effect.value, found.effect.low, found.effect.high) == pytest.approx(
        (changes[:4].mean() - changes[4:].mean(), interval.low, interval.high)
    )
    assert 2 * min(found.improved, 1 - found.improved) == pytest.approx(wanted.pvalue)
    assert found.before.n == 9


def test_the_draw_counts_every_way_to_draw_as_many_units():
    panel = np.column_stack([np.zeros(6), [5.0, 4, 0, 0, 0, 0]])
    found = unit_change(panel, np.arange(6) < 2, np.array([False, True]), rng())
    assert found.p_value == pytest.approx(1 / 15)
    assert found.before is None
    drawn = trial_change(panel + np.arange(6)[:, None], np.arange(6) < 2, np.array([False, True]), rng())
    assert drawn.effect.value == pytest.approx(4.5, abs=1)


def test_units_are_drawn_whatever_their_order():
    units = [f"u{one}" for one in range(11)]
    assert drawn_units(units, "x") == drawn_units(units[::-1], "x") != drawn_units(units, "y")
    assert [len(drawn_units(units, "x", share)) for share in (0.001, 0.3, 0.999)] == [1, 3, 10]


# -- from a table --------------------------------------------------------------------------------------------------------


def test_designs_of_a_table_agree_where_there_is_but_the_action():
    for design in ("controlled", "difference"):
        found = told(series(), BRANCHES, design=design)
        assert (found["design"], found["verdict"]) == (design, "better")
        assert found["effect"]["value"] == pytest.approx(5, abs=0.5)
        assert found["units"] == {"treated": ["a"], "comparison": ["b", "c"]}
    down = told(series(), BRANCHES, better="lower")
    assert (down["verdict"], down["improved"] < 0.01) == ("worse", True)
    assert told(series(0.0), BRANCHES)["verdict"] == "not_shown"


def test_a_washout_counts_neither_way():
    found = told(series(), BRANCHES, washout=3)
    assert found["n"] == {"before": 14, "after": 7}
    assert "2026-04" not in [one["period"] for one in found["points"]]


def test_sizes_weigh_units_and_points():
    table = {
        "month": months() * 2,
        "branch": ["a"] * 24 + ["b"] * 24,
        "csat": [float(one) for one in range(48)],
        "n": [3] * 24 + [1] * 24,
    }
    found = told(answers(table), {**MODEL, "unit": "branch", "treated": ["a", "b"], "size": "n"})
    assert found["points"][0]["value"] == pytest.approx(24 / 4)


@pytest.mark.parametrize(
    ("written", "steps"),
    [(["2026-01-01", "2026-02-01", "2026-04-01"], [1, 2]), (["2026-01-05", "2026-01-12", "2026-01-26"], [1, 2]), (["2026-01-05", "2026-01-07"], [2]), (["3", "7"], [4])],
)  # fmt: skip
def test_periods_are_read_as_they_are_written(written, steps):
    assert np.diff(period_places(written)).tolist() == steps


@pytest.mark.parametrize("written", [["2026-13"], ["May"], ["2026-01", "2026-01-05"], ["2026-02-30"], [""]])
def test_periods_of_no_form_are_refused(written):
    with pytest.raises(AnswersError):
        period_places(written)


@pytest.mark.parametrize(
    "changes",
    [
        {"design": "moon"}, {"design": "controlled"}, {"unit": "branch"}, {"unit": "branch", "design": "trial", "treated": ["a"]},
        {"unit": "branch", "treated": ["a"], "comparison": ["a"]}, {"unit": "branch", "treated": ["a"], "draw": {"name": "x"}},
        {"unit": "branch", "draw": {"name": "x", "share": 1.5}}, {"slope": "no"}, {"season": {"period": 4, "waves": 3}}, {"starts": "2026-01"}, {"start": None},
    ],
)  # fmt: skip
def test_models_that_do_not_fit_are_refused(changes):
    with pytest.raises(MeasureModelError):
        EffectModel.of({**MODEL, **changes}, "effect.yaml")


@pytest.mark.parametrize(
    "changes", [{"start": "2024-01"}, {"start": "2027-01"}, {"start": "soon"}, {"treated": ["z"]}, {"treated": ["a", "b", "c"]}, {"unit": "month", "treated": ["2026-01"]}]
)  # fmt: skip
def test_what_the_table_does_not_have_is_refused(changes):
    with pytest.raises(AnswersError):
        told(series(), BRANCHES, **changes)


def test_a_period_twice_is_refused():
    with pytest.raises(AnswersError, match="2025-01"):
        told(answers({"month": [*months(), "2025-01"], "csat": ["1"] * 25}))
