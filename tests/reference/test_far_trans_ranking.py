"""FAR-Trans: on two open splits the closed forms meet their figures and the blend stands beside them."""

from functools import cache

import numpy as np
import pytest
from benchmark_scripts import benchmark_script

from zhike.decide.ranking.snapshots import snapshot

pytestmark = [pytest.mark.data]


@pytest.fixture(scope="module")
def script():
    return benchmark_script("far_trans_ranking")


@pytest.fixture(scope="module")
def source(script, shared_data):
    folder = shared_data / "far_trans"
    if not (folder / "splits.parquet").is_file():
        pytest.skip("the FAR-Trans files are not in ../shared/data/far_trans")
    return script.load(folder)


@pytest.mark.parametrize(("index", "above"), [(0, -0.01), (20, 0.005)])
def test_a_split(script, source, index, above):
    split = next(row for row in source.splits.to_dicts() if row["split_index"] == index)
    task = script.task_of(source, split)
    assert len(task.rows) == split["eligible_customers"]
    assert (source.history.step <= task.at).sum() == split["train_pairs"]
    figures = script.measure(source, split, cache(lambda step: snapshot(source.history, step)), 1)
    assert figures["ndcg@10 blend"] > figures["ndcg@10 conditional_knn"] + above
    assert figures["level breaches others aggressive no level above"] == 0
    assert 0.9 < figures["pc@10 others aggressive band weight 0.45"] <= 1


def test_past_returns_come_from_windows_that_had_ended(script, source):
    by_index = {row["split_index"]: row for row in source.splits.to_dicts()}
    task = script.task_of(source, by_index[20])
    assert script.past_returns(source, script.task_of(source, by_index[0])) is None
    assert all(by_index[index]["test_end"] <= task.day for index in script.ended_before(source, task))
    assert np.isfinite(script.past_returns(source, task)).sum() > 50
    order = source.splits.sort("time_point")["split_index"].to_list()
    ended = source.walk_forward.panel.ended(order.index(20))
    assert [order[window] for window in ended] == script.ended_before(source, task)
