"""The recommendation score of the bank customers of `csibank`, by region, against counts made here."""

import json

import numpy as np
import polars as pl
import pytest
from benchmark_scripts import benchmark_script

from zhike.adapters.answer_files import read_answers
from zhike.measure.studies.scores import ScoreModel, score_study

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def source(shared_data):
    file = shared_data / "csibank" / "csibank.parquet"
    if not file.is_file():
        pytest.skip("the survey csibank is not in ../shared/data/csibank")
    return file


@pytest.fixture(scope="module")
def told(source):
    model = ScoreModel.of("nps", {"question": "loy3", "group": "Region"}, "nps.yaml")
    return score_study(model, read_answers(source), np.random.default_rng(0))


def test_score_of_each_region_is_that_of_its_counts(told, source):
    table = pl.read_parquet(source)
    for one in told["groups"]:
        answers = table.filter(pl.col("Region") == one["group"])["loy3"]
        n, p, d = len(answers), (answers >= 9).sum() + 0.75, (answers <= 6).sum() + 0.75
        assert (one["n"], one["value"]) == (n, pytest.approx(100 * (p - d) / n))
        middle, half = (
            (p - d) / (n + 3),
            1.959964 * np.sqrt(((p + d) / (n + 3) - ((p - d) / (n + 3)) ** 2) / (n + 3)),
        )
        assert (one["low"], one["high"]) == pytest.approx(
            (100 * (middle - half), 100 * (middle + half)), abs=1e-3
        )


def test_regions_differ_but_are_not_all_ranked(told):
    """Regions differ by more than chance, yet no order of all three is known: nothing is ranked where intervals overlap."""
    assert told["grouping"]["heterogeneity"]["p_value"] < 0.05
    assert not told["grouping"]["ranked"]
    assert any(one["rank"]["best"] < one["rank"]["worst"] for one in told["groups"])


def test_shrunk_regions_lie_between_their_own_score_and_that_of_all(told):
    for one in told["groups"]:
        ends = sorted([one["value"], told["grouping"]["centre"]])
        assert ends[0] - 1 <= one["shrunk"]["value"] <= ends[1] + 1


def test_one_command_reports_the_survey_from_any_file(told, source, tmp_path, capsys, monkeypatch):
    """Of a CSV as of Parquet: paths with intervals, the score of each region, and what differs when all columns are reckoned with."""
    pl.read_parquet(source).write_csv(tmp_path / "survey.csv", separator=";")
    script = benchmark_script("listening")
    monkeypatch.setattr(
        "sys.argv",
        ["listening.py", "--data", str(tmp_path / "survey.csv"), "--resamples", "60", "--groups", "Region"],
    )
    script.main()
    lines = {one["metric"]: one for one in map(json.loads, capsys.readouterr().out.splitlines())}
    for one in told["groups"]:
        shown = lines[f"Region: nps, {one['group']}"]
        assert (shown["value"], shown["low"], shown["n"]) == (
            pytest.approx(one["value"], abs=1e-5),
            pytest.approx(one["low"], abs=1e-5),
            one["n"],
        )
    path = lines["path quality -> satisfaction"]
    assert path["low"] < path["value"] < path["high"]
    # Ten paths and six indices, and the score.
    assert lines["segments: figures compared over all columns"]["value"] == 17
    differ = lines["segments: figures that differ, over all columns"]["value"]
    assert differ == sum(name.endswith("p adjusted over all columns") for name in lines)
