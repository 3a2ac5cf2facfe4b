"""The solver on the instances with which rivals were measured, against the optimum of the linear program that HiGHS found."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scarce_service import plan_of

from zhike.decide.allocation import Problem, allocate
from zhike.govern.verification import verify

GENERATOR = Path(__file__).resolve().parents[3] / "shared" / "bench" / "allocation_instances.py"
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not GENERATOR.is_file(), reason="needs the instance generator in ../shared/bench"),
]
HIGHS = {1: 676_243.087}
"""Optimum of the linear program by seed, 10,000 customers and 50 actions, HiGHS simplex."""


@pytest.fixture(scope="module")
def generate():
    loaded = importlib.util.spec_from_file_location("allocation_instances", GENERATOR)
    module = importlib.util.module_from_spec(loaded)
    loaded.loader.exec_module(module)
    return module.generate


@pytest.mark.parametrize(
    ("family", "seed", "gap"), [("bank", 1, 1e-4), ("bank", 19, 1e-4), ("match", 1, 2e-4)]
)
def test_ten_thousand_customers(generate, family, seed, gap):
    problem = generate(10_000, 50, family=family, seed=seed)
    found = allocate(Problem.of(problem), np.random.default_rng(0))
    assert (found.status, found.violation) == ("feasible", 0.0)
    assert found.gap <= gap
    assert verify(problem, plan_of(problem, found)).verified
    if family == "bank" and seed in HIGHS:
        # HiGHS told three decimals; no bound can lie below its optimum.
        assert HIGHS[seed] - 1e-3 <= found.bound <= HIGHS[seed] * (1 + 1e-6)


def test_scarce_capacity_and_many_customers(generate):
    problem = generate(60_000, 60, seed=3)
    assert len(problem["val"]) > 300_000
    for share in (0.05, 0.1, 1.0):
        scarce = problem | {"b": problem["b"] * share}
        found = allocate(Problem.of(scarce), np.random.default_rng(0))
        assert found.status == "feasible"
        assert found.gap <= (1e-3 if share < 1 else 1e-4)
        assert verify(scarce, plan_of(scarce, found)).verified
