"""The portfolio of improvements: the best of all sets, counted out; what requires and excludes; how sure a member is."""

import itertools

import numpy as np
import polars as pl
import pytest

from zhike.adapters.answer_files import Answers
from zhike.core.measure_errors import AnswersError, MeasureModelError
from zhike.measure.studies.portfolio import PortfolioModel, portfolio_study

MODEL = {
    "candidate": "name", "costs": {"money": "cost", "hours": "hours"}, "budgets": {"money": 200, "hours": 100}, "requires": [["c", "d"]], "excludes": [["a", "b"]],
    "targets": {"satisfaction": {"worth": 10, "effect": "sat", "low": "low", "high": "high"}, "value": {"effect": "gain"}}, "reach": "reach",
}  # fmt: skip
ON_DRIVERS = {
    "candidate": "name", "costs": {"money": "cost"}, "budgets": {"money": 100}, "driver": "driver", "change": "points",
    "targets": {"satisfaction": {"of": "satisfaction"}, "loyalty": {"of": "loyalty", "worth": 2}},
}  # fmt: skip
EFFECTS = {("satisfaction", "quality"): (0.5, 0.3, 0.7), ("loyalty", "quality"): (0.2, 0.0, 0.4), ("satisfaction", "value"): (0.1, 0.1, 0.1), ("loyalty", "value"): (0.1, 0.1, 0.1)}  # fmt: skip


def table(columns):
    frame = pl.DataFrame(columns)
    return Answers("candidates.csv", frame.cast(pl.String), np.arange(1, len(frame) + 1))


def candidates(seed=0, many=8):
    rng = np.random.default_rng(seed)
    sat = rng.uniform(-1, 4, many)
    return {
        "name": list("abcdefgh")[:many], "cost": rng.uniform(20, 90, many), "hours": rng.uniform(10, 50, many), "sat": sat, "low": sat - 1, "high": sat + 1,
        "gain": rng.uniform(0, 5, many), "reach": rng.uniform(0.1, 1, many),
    }  # fmt: skip


def told(columns, model=MODEL, draws=0, **more):
    return portfolio_study(
        PortfolioModel.of(model, "p.yaml"), table(columns), np.random.default_rng(1), draws, **more
    )


def counted_out(columns):
    """Return the best set by trying all."""
    worth = columns["reach"] * (10 * columns["sat"] + columns["gain"])
    sets = np.array(list(itertools.product((0, 1), repeat=len(worth))))
    fit = (
        (sets @ columns["cost"] <= 200)
        & (sets @ columns["hours"] <= 100)
        & (sets[:, 2] <= sets[:, 3])
        & (sets[:, 0] + sets[:, 1] <= 1)
    )
    values = np.where(fit, sets @ worth, -np.inf)
    return values.max(), {columns["name"][one] for one in np.flatnonzero(sets[values.argmax()])}


@pytest.mark.parametrize("seed", range(6))
def test_no_other_set_is_better(seed):
    columns = candidates(seed)
    value, chosen = counted_out(columns)
    found = told(columns)
    assert found["value"] == pytest.approx(value)
    assert {one["candidate"] for one in found["candidates"] if one["chosen"]} == chosen
    assert found["complete"]
    assert found["bound"] >= value - 1e-9
    assert all(one["spent"] <= one["budget"] + 1e-9 for one in found["budgets"])


def test_a_sure_choice_is_sure_and_a_near_tie_is_not():
    columns = {"name": ["a", "b", "c"], "cost": [100, 100, 100], "hours": [1, 1, 1], "reach": [1, 1, 1], "gain": [0, 0, 0],
               "sat": [9.0, 3.0, 2.9], "low": [8.0, 1.0, 0.9], "high": [10.0, 5.0, 4.9]}  # fmt: skip
    found = told(columns, {**MODEL, "requires": [], "excludes": []}, 300)
    chances = {one["candidate"]: one["chance"] for one in found["candidates"]}
    assert chances["a"] > 0.99
    # Of two effects with deviation 1.02 each that differ by 0.1, the better one is better in 53 % of draws.
    assert chances["b"] == pytest.approx(0.53, abs=0.09)
    assert chances["b"] + chances["c"] == pytest.approx(1, abs=0.02)
    assert 0.9 < found["kept"] < 1


def test_candidates_on_one_driver_share_its_uncertainty():
    columns = {"name": ["a", "b"], "cost": [100, 100], "driver": ["quality", "quality"], "points": [4.0, 3.9]}
    found = told(columns, ON_DRIVERS, 100, drivers=EFFECTS)
    assert found["candidates"][0]["by_target"] == pytest.approx({"satisfaction": 2.0, "loyalty": 1.6})
    # Whatever the driver's effect turns out to be, a has more of it, unless that is below 0.
    assert found["candidates"][0]["chance"] > 0.97


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": {}}, {"targets": {"x": {"effect": "sat", "of": "y"}}}, {"targets": {"x": {}}}, {"targets": {"x": {"of": "y"}}}, {"budgets": {"money": 1}},
        {"budgets": {"money": -1, "hours": 1}}, {"requires": ["c"]}, {"requires": [["c", "d", "e"]]}, {"budget": {}},
    ],
)  # fmt: skip
def test_models_that_do_not_fit_are_refused(changes):
    with pytest.raises(MeasureModelError):
        PortfolioModel.of({**MODEL, **changes}, "p.yaml")


@pytest.mark.parametrize(
    ("changes", "model"),
    [
        ({"name": list("aacdefgh")}, MODEL), ({"cost": [None] * 8}, MODEL), ({"cost": [-1.0] * 8}, MODEL), ({}, {**MODEL, "requires": [["c", "z"]]}),
        ({"driver": ["moon"] * 8, "points": [1] * 8}, {**ON_DRIVERS}),
    ],
)  # fmt: skip
def test_tables_that_do_not_fit_are_refused(changes, model):
    with pytest.raises(AnswersError):
        told({**candidates(), **changes}, model)
