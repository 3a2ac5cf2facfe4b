"""Compose the steps: tables in, decisions with verdicts and reasons out, block by block.

`zhike.decide.preparation.prepare` does once what all customers share; `decide_blocks` then walks over slices of customers.
A customer's result depends on the prepared state and on their own row, so neither the order of rows nor the size of a
block changes it. With constraints in force, it depends on one plan over all customers too, made before the walk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.core.types import ALLOWED, LAYERS
from zhike.decide.choice import choice_probabilities, choose
from zhike.decide.decisions import decisions_frame
from zhike.decide.inputs import HELD_OUT
from zhike.decide.judging import POSITION, judged_slices, optional_candidates, preference
from zhike.decide.mandatory import forced_actions
from zhike.decide.shared_plan import exploration_lots, shared_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from zhike.decide.candidates import Verdicts
    from zhike.decide.choice import Choice
    from zhike.decide.decisions import Judged
    from zhike.decide.preparation import Preparation
    from zhike.decide.shared_plan import SharedPlan

__all__ = ["Block", "decide_blocks", "funnel", "plan_of", "verdict_counts"]

CELLS_PER_BLOCK: Final = 1_000_000
"""Candidates judged at once: bounds memory at a few hundred megabytes."""


@dataclass(frozen=True, slots=True)
class Block:
    """The result for one slice of customers.

    Parameters
    ----------
    judged : Judged
        Verdicts and values of every candidate.
    decisions : DataFrame
        One row per place of a customer's list.
    first_probability : ndarray of float, shape (n_customers, n_actions)
        P(chosen at the first place that is open to choice).
    """

    judged: Judged
    decisions: pl.DataFrame
    first_probability: NDArray[np.float64]


def decide_blocks(
    prepared: Preparation, customers: list[str] | None = None, plan: SharedPlan | None = None
) -> Iterator[Block]:
    """Decide for all customers, or for those named, in blocks of bounded size, by ``customer_id``.

    Parameters
    ----------
    prepared : Preparation
    customers : list of str or None
    plan : SharedPlan or None
        See `plan_of`; made here where it is not given and the policy has constraints.
    """
    plan = plan_of(prepared) if plan is None else plan
    for judged, inputs in judged_slices(prepared, CELLS_PER_BLOCK, customers):
        yield _block(prepared, judged, inputs) if plan is None else _planned(prepared, judged, inputs, plan)


def plan_of(prepared: Preparation) -> SharedPlan | None:
    """Return the one plan over all customers; None where no constraint is in force, as then nobody depends on anybody else."""
    return shared_plan(prepared, CELLS_PER_BLOCK) if prepared.constraints else None


def _block(prepared: Preparation, judged: Judged, inputs: pl.DataFrame) -> Block:
    optional = optional_candidates(prepared, judged.expected_value, judged.verdicts.allowed)
    keys, utility = preference(prepared, judged.expected_value, judged.score)
    exploration, draws = prepared.policy.exploration, _uniforms(prepared, judged.customers)
    first = choice_probabilities(keys, utility, optional, exploration)
    choices = choose(prepared.problem, keys, utility, optional, draws, exploration, first=first)
    return _decided(prepared, judged, inputs, optional, choices, np.where(optional, first, 0.0))


def _planned(prepared: Preparation, judged: Judged, inputs: pl.DataFrame, plan: SharedPlan) -> Block:
    rows = inputs[POSITION].cast(pl.Int64).to_numpy()
    choices = plan.choices(rows, prepared.problem.nothing)
    first = plan.first_probability(rows, len(prepared.actions))
    optional = optional_candidates(prepared, judged.expected_value, judged.verdicts.allowed)
    return _decided(prepared, judged, inputs, optional, choices, first)


def _decided(
    prepared: Preparation,
    judged: Judged,
    inputs: pl.DataFrame,
    optional: NDArray[np.bool_],
    choices: list[Choice],
    first: NDArray[np.float64],
) -> Block:
    forced = forced_actions(prepared.actions, judged.verdicts.allowed)
    decisions = decisions_frame(prepared, judged, optional, forced, choices, inputs[HELD_OUT].to_numpy())
    return Block(judged, decisions, first)


def _uniforms(prepared: Preparation, customers: list[str]) -> NDArray[np.float64]:
    places = range(prepared.policy.limits.actions_per_customer)
    return np.stack([exploration_lots(prepared, customers, place) for place in places], axis=1)


def verdict_counts(verdicts: Verdicts) -> dict[str, int]:
    """Return how many candidates of a block each layer refused, and how many are allowed."""
    counts = dict.fromkeys((*LAYERS, ALLOWED), 0)
    sizes = np.bincount(verdicts.pattern.ravel(), minlength=len(verdicts.verdicts))
    for verdict, size in zip(verdicts.verdicts, sizes, strict=True):
        counts[verdict] += int(size)
    return counts


def funnel(counts: Mapping[str, int]) -> dict[str, int]:
    """Turn verdict counts into the funnel: considered, then what is left after each layer.

    Examples
    --------
    >>> funnel({"eligibility": 1, "suitability": 2, "allowed": 4})["after_suitability"]
    4
    """
    left = sum(counts.values())
    stages = {"considered": left}
    for layer in LAYERS:
        left -= counts.get(layer, 0)
        stages[f"after_{layer}"] = left
    return stages
