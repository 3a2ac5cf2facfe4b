"""Benchmarks of quality on data laid out like the open part, but with other rows: what they read, and the lines they print."""

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from benchmark_scripts import benchmark_script

KEYS = ["benchmark", "metric", "value", "low", "high", "n", "seconds"]


def printed(capsys):
    return [json.loads(line, parse_constant=pytest.fail) for line in capsys.readouterr().out.splitlines()]


def test_a_figure_is_one_line_of_json(capsys):
    figure_line = benchmark_script("figure_lines").figure_line
    figure_line("b", "m", np.float64(0.12345678), (np.nan, np.inf), np.int64(7), 1.5)
    figure_line("b", "m")
    first, second = printed(capsys)
    assert list(first) == KEYS
    assert first == dict(zip(KEYS, ["b", "m", 0.123457, None, None, 7, 1.5], strict=True))
    assert isinstance(first["n"], int)
    assert second["value"] is None


@pytest.fixture(scope="module")
def coil():
    return benchmark_script("coil")


def test_coil_takes_labels_as_they_are_published_or_as_tables(coil, tmp_path):
    told = [0, 1, 0, 1, 1]
    (tmp_path / "tictgts2000.txt").write_text("".join(f"{one}\n" for one in told), "utf-8")
    table = pl.DataFrame({"CARAVAN": told})
    table.write_csv(tmp_path / "labels.csv")
    table.write_parquet(tmp_path / "labels.parquet")
    silent = pl.DataFrame({"CARAVAN": pl.Series([None] * 5, dtype=pl.Int64)})
    for name in ("tictgts2000.txt", "labels.csv", "labels.parquet"):
        assert coil.owners_told(silent, tmp_path / name).tolist() == [bool(one) for one in told]
    assert coil.owners_told(silent, None) is None
    assert coil.owners_told(table, None).tolist() == [bool(one) for one in told]


def test_coil_refuses_labels_of_other_rows(coil, tmp_path, capsys):
    (tmp_path / "labels.txt").write_text("0\n1\n", "utf-8")
    with pytest.raises(SystemExit, match="2"):
        coil.owners_told(pl.DataFrame({"CARAVAN": [0, 1, 1]}), tmp_path / "labels.txt")
    assert "found 2 labels in labels.txt, needed 3" in capsys.readouterr().err


def test_coil_picks_a_fifth_of_whatever_rows_there_are(coil, capsys):
    y = np.arange(500) % 10 == 0
    coil.score("eval", np.where(y, 0.9, 0.1) - np.arange(500) * 1e-5, y, 1, 0.5)
    lines = printed(capsys)
    assert all(list(line) == KEYS for line in lines)
    first = lines[0]
    assert first["metric"] == "eval owners among 100"
    assert first["value"] == first["low"] == first["high"] == 50
    assert coil.found(np.zeros(500), y) == pytest.approx(0.2 * 238)


@pytest.fixture(scope="module")
def bank():
    return benchmark_script("bank_marketing")


def bank_rows(bank, n):
    rng = np.random.default_rng(2)
    words = {name: rng.choice(["a", "b"], n) for name in bank.WORDS}
    numbers = {name: rng.integers(0, 5, n) for name in (*bank.COUNTS, *bank.MACRO)}
    outcome = {"duration": rng.integers(0, 900, n), "y": np.where(np.arange(n) % 9 == 0, "yes", "no")}
    return pl.DataFrame(words | numbers | outcome)


def test_bank_marketing_reads_rows_in_time_order_and_never_the_duration(bank, tmp_path):
    rows = bank_rows(bank, 90)
    rows.write_parquet(tmp_path / "plain.parquet")
    shuffled = rows.with_row_index("row").sample(fraction=1.0, shuffle=True, seed=1)
    shuffled.with_columns(pl.col("job", "y").cast(pl.Categorical)).write_parquet(
        tmp_path / "shuffled.parquet"
    )
    plain, other = (bank.read(tmp_path / f"{name}.parquet") for name in ("plain", "shuffled"))
    assert plain.table.equals(other.table)
    assert (plain.y == other.y).all()
    assert plain.start == 60
    assert not {"duration", "row", "y"} & set(plain.table.columns)
    assert bank.Stream(pl.DataFrame(), np.zeros(41_188)).start == 27_458


def test_far_trans_finds_the_published_model_among_its_relatives(tmp_path):
    script = benchmark_script("far_trans_ranking")
    pl.DataFrame({
        "split_set": ["evaluation"] * 3, "split_index": [7, 7, 8], "model": ["LightGCN", "PC-LightGCN (lambda=0)", "light_gcn"],
        "ndcg@10": [0.31, 0.32, 0.33],
    }).write_csv(tmp_path / "reference_per_split_metrics.csv")  # fmt: skip
    assert script.published(tmp_path) == {7: 0.31, 8: 0.33}
    assert script.published(tmp_path / "nowhere") == {}


def test_few_splits_have_an_interval_and_one_has_none():
    intervals = benchmark_script("far_trans_ranking").intervals
    value, low, high = intervals(np.linspace(0.2, 0.4, 9), 1)
    assert low < value < high
    assert intervals([0.3], 1) == (0.3, None, None)


def windows(kind, seed):
    """Sixty overlapping windows of 120 products whose steps have what the kind says; three in ten returns are unknown."""
    script, rng = benchmark_script("far_trans_returns"), np.random.default_rng(seed)
    parts, many, n = script.OVERLAP, 60, 120
    steps, groups = rng.standard_normal((many + parts, n)), rng.integers(0, 8, (1, n))
    if kind == "groups":
        steps += 0.3 * rng.standard_normal(8)[groups[0]]
    for step in range(1, len(steps)):
        steps[step] -= (kind == "reversal") * steps[max(step - parts, 0) : step].mean(axis=0)
    path = np.vstack([np.zeros(n), steps.cumsum(axis=0)])
    returns = np.where(rng.random((many, n)) < 0.7, path[parts : many + parts] - path[:many], np.nan)
    begin = np.arange(many)
    traits = rng.standard_normal((many, 2, n))
    return script, script.Panel(returns, begin, begin + parts, groups, traits)


@pytest.mark.parametrize(("kind", "least"), [("groups", 0.3), ("reversal", 0.1)])
def test_a_forecast_of_returns_learns_what_ended_windows_hold(kind, least):
    script, panel = windows(kind, 5)
    forward = script.WalkForward(panel)
    known = ~np.isnan(panel.returns)
    met = [
        script.rank_correlation(forward.forecast(w)[known[w]], panel.returns[w, known[w]])
        for w in range(40, 60)
    ]
    assert np.mean(met) > least
    if kind == "reversal":
        assert forward.skill("last", 59) < 0


def test_a_forecast_of_returns_knows_no_window_that_had_not_ended():
    script, panel = windows("groups", 6)
    later = panel.returns.copy()
    later[40 - script.OVERLAP + 1 :] = np.random.default_rng(7).standard_normal(later[28:].shape)
    told = script.WalkForward(panel).forecast(40)
    assert told.std() > 0
    np.testing.assert_array_equal(told, script.WalkForward(replace(panel, returns=later)).forecast(40))
    later[27] += np.arange(later.shape[1])
    assert (told != script.WalkForward(replace(panel, returns=later)).forecast(40)).any()
    assert not script.WalkForward(panel).forecast(5).any()


def test_signals_that_never_told_anything_are_not_trusted():
    script, panel = windows("none", 8)
    forward = script.WalkForward(panel)
    assert forward.forecast(20).std() == pytest.approx(1)
    names = ("last", "group", *(("ridge", one) for one in script.PENALTIES))
    forward.shown |= {(name, v): -0.2 for name in names for v in panel.ended(59)}
    assert not forward.forecast(59).any()
