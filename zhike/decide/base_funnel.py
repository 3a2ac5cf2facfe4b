"""How many candidates and customers are left after each step of deciding, over a whole base at the prices of its publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.types import ALLOWED, LAYERS
from zhike.decide.judging import judged_slices, optional_candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from zhike.decide.decisions import Judged
    from zhike.decide.stored_base import StoredBase

__all__ = ["STAGES", "base_funnel"]

STAGES: Final = ("considered", *LAYERS, "worthwhile", "within_capacity")
"""What is left: of all, after each layer of conditions, worth more than the policy's least value, worth its charges at the prices."""
_CELLS: Final = 1_000_000


def base_funnel(base: StoredBase, alive: Callable[[], None] = lambda: None) -> list[dict[str, Any]]:
    """Return ``stage``, ``candidates`` and ``customers`` (with a candidate left) of every stage; notices and doing nothing are no candidates.

    Parameters
    ----------
    base : StoredBase
    alive : callable
        Called now and then.
    """
    setting = base.setting
    prepared = base.prepared(setting.policy, setting.judge.conditions)
    choosable = ~setting.actions.mandatory
    choosable[setting.problem.nothing] = False
    counts = np.zeros((len(STAGES), 2), dtype=np.int64)
    for judged, inputs in judged_slices(prepared, _CELLS):
        alive()
        charge = _charges(base, inputs["position"].to_numpy())
        for stage, left in enumerate(_left(base, judged, charge)):
            kept = left & choosable
            counts[stage] += (kept.sum(), kept.any(axis=1).sum())
    return [
        {"stage": stage, "candidates": int(candidates), "customers": int(customers)}
        for stage, (candidates, customers) in zip(STAGES, counts.tolist(), strict=True)
    ]


def _left(base: StoredBase, judged: Judged, charge: NDArray[np.float64]) -> Iterator[NDArray[np.bool_]]:
    """Yield which candidates are left at each of `STAGES`, shape (n_customers, n_actions)."""
    order = {name: place for place, name in enumerate(LAYERS)} | {ALLOWED: len(LAYERS)}
    fails_at = np.array([order[verdict] for verdict in judged.verdicts.verdicts])[judged.verdicts.pattern]
    for layer in range(-1, len(LAYERS)):
        yield fails_at > layer
    worthwhile = optional_candidates(base.setting, judged.expected_value, fails_at == len(LAYERS))
    yield worthwhile
    scarcity = base.setting.scarcity
    net = judged.expected_value / base.setting.major[None, :] - charge
    yield worthwhile if scarcity is None else worthwhile & (net > 0) & ~scarcity.closed


def _charges(base: StoredBase, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    scarcity = base.setting.scarcity
    if scarcity is None:
        return np.zeros((len(rows), len(base.setting.actions)))
    return scarcity.charges(base.segment[rows])
