"""Weights count as that many respondents in every study, and groups are told apart no more often than chance allows."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from zhike.adapters.answer_files import Answers
from zhike.adapters.rule_files import load_rulebook
from zhike.core.measure_errors import AnswersError, MeasureModelError
from zhike.measure.studies.by_groups import by_groups
from zhike.measure.studies.drivers import DriverModel, driver_study
from zhike.measure.studies.importance import ImportanceModel, importance_study
from zhike.measure.studies.journey import journey_study
from zhike.measure.studies.journey_model import JOURNEY_RULES, JourneyModel, Thresholds
from zhike.measure.studies.kano import KanoModel, kano_study
from zhike.measure.studies.plain import plain_record
from zhike.measure.studies.quality import QualityModel, quality_figures, quality_study

NAMES = ("p1", "p2", "p3", "e1", "e2", "e3")


def answers(table):
    return Answers("answers.csv", table, np.arange(1, len(table) + 1))


def drawn(seed=1, n=120):
    rng = np.random.default_rng(seed)
    table = {name: rng.integers(1, 8, n).astype(float) for name in NAMES}
    table["p1"][::7] = np.nan
    table["y"] = np.clip(np.nan_to_num(table["p1"], nan=4) + table["p2"] + rng.normal(0, 1, n), 1, 14)
    table |= {"f": rng.integers(1, 6, n), "d": rng.integers(1, 6, n), "w": rng.integers(1, 4, n)}
    table |= {
        "wants": rng.choice(["app", "branch"], n),
        "uses": rng.choice(["app", "branch"], n),
        "g": rng.choice(["n", "s"], n),
    }
    return pl.DataFrame(table)


def repeated(table):
    """Return every row as often as it counts."""
    return pl.concat([table.filter(pl.col("w") >= count) for count in (1, 2, 3)]).with_columns(w=pl.lit(1))


def journey(given, **more):
    model = {
        "overall": "y", "scale": {"min": 1, "max": 7}, "overall_scale": {"min": 1, "max": 14}, "least": 5, "preferred": "wants", "used": "uses",
        "stages": ["s"], "touchpoints": {name: {"stage": "s", "channel": "app", "column": name} for name in ("p1", "p2", "p3")},
        "needs": {"more": {"wanted": "f", "had": "d"}}, **more,
    }  # fmt: skip
    rules = Thresholds.of(load_rulebook().at(JOURNEY_RULES, dt.date(2026, 11, 27)).value)
    found = journey_study(JourneyModel.of(model, "j"), given, None, rules, np.random.default_rng(0), 0)
    return plain_record(found._asdict())


def studies(weight):
    more = {} if weight is None else {"weight": weight}
    gaps = {
        "scale": {"min": 1, "max": 7},
        "dimensions": {"one": [["p1", "e1"], ["p2", "e2"]], "two": [["p3", "e3"]]},
    }
    plane = {"attributes": {one: [f"p{one}", f"e{one}"] for one in "123"}, "overall": "y"}
    return {
        "servqual": lambda given: quality_study(QualityModel.of({**gaps, **more}, "m"), given),
        "ipa": lambda given: importance_study(ImportanceModel.of({**plane, **more}, "m"), given, np.random.default_rng(0), 0),
        "drivers": lambda given: driver_study(
            DriverModel.of({"overall": "y", "drivers": ["p1", "p2", "p3"], "always": ["e1"], "cuts": {"low": 2, "high": 6}, **more}, "m"),
            given, np.random.default_rng(0), 0,
        ),
        "kano": lambda given: kano_study(KanoModel.of({"features": {"x": ["f", "d"]}, **more}, "m"), given),
        "journey": lambda given: journey(given, **more),
    }  # fmt: skip


def figures(told, path=""):
    """Yield every value of a document that weights leave as repetition does: no counts, errors and ends of intervals."""
    if isinstance(told, dict):
        for key, part in told.items():
            yield from figures(part, f"{path}/{key}")
    elif isinstance(told, list):
        for place, part in enumerate(told):
            yield from figures(part, f"{path}/{place}")
    elif path.rpartition("/")[2] in ("value", "share", "r2", "mean", "category", "quadrant", "verdict"):
        yield path, told


@pytest.mark.parametrize("name", ["servqual", "ipa", "drivers", "kano", "journey"])
def test_a_weight_counts_as_that_many_respondents(name):
    weighted = dict(figures(studies("w")[name](answers(drawn()))))
    repeats = dict(figures(studies(None)[name](answers(repeated(drawn())))))
    plain = dict(figures(studies(None)[name](answers(drawn()))))
    assert len(weighted) > 4
    assert weighted == pytest.approx(repeats, nan_ok=True)
    assert weighted != plain


@pytest.mark.parametrize("name", ["servqual", "kano", "journey"])
def test_unequal_weights_cost_certainty(name):
    def widths(told):
        if isinstance(told, dict):
            if told.get("low") is not None and np.isfinite(told["low"]) and "value" in told:
                yield told["high"] - told["low"]
            for part in told.values():
                yield from widths(part)
        elif isinstance(told, list):
            for part in told:
                yield from widths(part)

    weighted, repeats = (
        list(widths(one))
        for one in (studies("w")[name](answers(drawn())), studies(None)[name](answers(repeated(drawn()))))
    )
    assert np.mean(weighted) > 1.2 * np.mean(repeats)


def test_groups_are_told_apart_where_they_differ_and_seldom_otherwise():
    study = studies(None)["servqual"]
    false = 0
    for seed in range(60):
        by = by_groups(answers(drawn(seed)), "g", study, quality_figures)
        assert [one["group"] for one in by["groups"]] == ["n", "s"]
        false += any(one["p_adjusted"] < 0.05 for one in by["differences"])
    # The chance of at most 0.05 a world: more than 9 of 60 come about once in a thousand runs.
    assert false <= 9
    apart = drawn().with_columns(p3=pl.when(pl.col("g") == "n").then(6.0).otherwise(pl.col("p3")))
    found = {
        one["figure"]: one["p_adjusted"]
        for one in by_groups(answers(apart), "g", study, quality_figures)["differences"]
    }
    assert found["gap two"] < 0.01 < found["gap one"]


def test_a_group_of_few_is_left_out_and_named():
    few = drawn().with_columns(g=pl.when(pl.arange(0, 120) < 4).then(pl.lit("few")).otherwise("g"))
    by = by_groups(answers(few), "g", studies(None)["servqual"], quality_figures)
    assert by["too_small"] == [{"group": "few", "n": 4}]
    with pytest.raises(AnswersError, match="no column 'branch'"):
        by_groups(answers(drawn()), "branch", studies(None)["servqual"], quality_figures)


def test_without_a_scale_there_is_no_middle_of_it():
    given = answers(drawn())
    told = studies(None)["ipa"](given)
    assert set(told["attributes"][0]["by_cross"]) == {"grand_mean", "median"}
    with pytest.raises(MeasureModelError, match="nothing under 'scale'"):
        ImportanceModel.of({"attributes": {"a": ["p1", "e1"]}, "cross": "scale_middle"}, "m")
