"""Waiting lines: the figures of the reference notes (checked there with pyworkforce, Mandelbaum and Zeltyn's case, and a simulation), and the law that binds tiers."""

import math

import numpy as np
import pytest

from zhike.measure.queues import erlang_a, erlang_b, erlang_c, priority_waits, staff_for

CALLS, HANDLING = 100 / 1800, 180.0


@pytest.mark.parametrize(
    ("staff", "waits", "within", "mean"), [(13, 0.285270, 0.795595, 17.116), (14, 0.174132, 0.888350, 7.836)]
)
def test_erlang_c_of_a_hundred_calls(staff, waits, within, mean):
    found = erlang_c(CALLS, HANDLING, staff)
    assert (found.waits, found.within(20)) == pytest.approx((waits, within), abs=5e-7)
    assert found.mean_wait == pytest.approx(mean, abs=5e-4)
    assert found.occupancy == pytest.approx(10 / staff)


@pytest.mark.parametrize(("staff", "waits"), [(21, 0.395872), (23, 0.190692)])
def test_erlang_c_of_load_18(staff, waits):
    assert erlang_c(18, 1, staff).waits == pytest.approx(waits, abs=5e-7)


def test_positions_with_shrinkage():
    assert staff_for(CALLS, HANDLING, 0.8, 20, 0.3) == (14, 20)


def test_fifty_agents_with_and_without_patience():
    patient = erlang_c(48, 1, 50)
    assert (patient.waits, 60 * patient.mean_wait) == pytest.approx((0.694456, 20.834), abs=5e-4)
    found = erlang_a(48, 1, 50, 2)
    assert (found.waits, found.gives_up, found.occupancy) == pytest.approx(
        (0.46777, 0.03091, 0.93032), abs=5e-6
    )
    assert 60 * found.mean_wait == pytest.approx(3.709, abs=5e-4)


def test_priorities_of_three_classes():
    arrivals = [6, 18, 24]
    line, waits = erlang_c(48, 1 / 12, 5), priority_waits(arrivals, 1 / 12, 5)
    assert line.waits == pytest.approx(0.554113, abs=5e-7)
    assert 60 * np.array(waits) == pytest.approx([0.6157, 1.0261, 4.6176], abs=5e-5)
    assert 60 * line.mean_wait == pytest.approx(2.7706, abs=5e-5)


def test_what_a_tier_gains_others_lose():
    arrivals = np.array([6.0, 18, 24])
    means = [
        arrivals[order] @ priority_waits(list(arrivals[order]), 1 / 12, 5) / 48
        for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0])
    ]
    assert means == pytest.approx([erlang_c(48, 1 / 12, 5).mean_wait] * 3)


def test_limits():
    assert erlang_b(3.0, 0) == 1.0
    overloaded = erlang_c(10, 1, 10)
    assert (overloaded.mean_wait, overloaded.within(1e9)) == (math.inf, 0.0)
    assert priority_waits([6, 70], 1 / 12, 5)[1] == math.inf
    # Nobody gives up: Erlang A is Erlang C; nobody waits at all: Erlang B.
    assert erlang_a(8, 1, 10, 1e4).waits == pytest.approx(erlang_c(8, 1, 10).waits, rel=1e-3)
    assert erlang_a(8, 1, 10, 1e-6).gives_up == pytest.approx(erlang_b(8, 10), rel=1e-4)
