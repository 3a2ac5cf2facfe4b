"""Allocation over all customers at once: the best plan under scarce service, with its proof."""

from zhike.decide.allocation.conflicts import Conflict
from zhike.decide.allocation.margins import Margin, margins
from zhike.decide.allocation.pacing import Pacer
from zhike.decide.allocation.plan import Allocation, allocate, warm
from zhike.decide.allocation.problem import Caps, Problem
from zhike.decide.allocation.realtime import Terms, respond_one, simulate_day

__all__ = [
    "Allocation",
    "Caps",
    "Conflict",
    "Margin",
    "Pacer",
    "Problem",
    "Terms",
    "allocate",
    "margins",
    "respond_one",
    "simulate_day",
    "warm",
]
