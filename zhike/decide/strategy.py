"""Compose the steps: tables in, decisions with verdicts and reasons out, block by block.

`zhike.decide.preparation.prepare` does once what all customers share; `decide_blocks` then walks over slices of customers.
A customer's result depends on the prepared state and on their own row, so neither the order of rows nor the size of a
block changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.core.types import ALLOWED, LAYERS
from zhike.core.units import DEFAULT_MINOR_UNITS
from zhike.decide.allocation import choice_probabilities, choose
from zhike.decide.decisions import Judged, decisions_frame
from zhike.decide.inputs import HELD, HELD_OUT, hash_uniforms
from zhike.decide.mandatory import forced_actions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from zhike.decide.candidates import Verdicts
    from zhike.decide.effects import Applied
    from zhike.decide.preparation import Preparation

__all__ = ["Block", "decide_blocks", "funnel", "verdict_counts"]

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


def decide_blocks(prepared: Preparation, customers: list[str] | None = None) -> Iterator[Block]:
    """Decide for all customers, or for those named, in blocks of bounded size, by ``customer_id``."""
    inputs = prepared.inputs
    if customers is not None:
        inputs = inputs.filter(pl.col("customer_id").is_in(customers))
    size = max(1, CELLS_PER_BLOCK // max(1, len(prepared.actions)))
    for chunk in inputs.iter_slices(size):
        yield _block(prepared, chunk)


def _block(prepared: Preparation, inputs: pl.DataFrame) -> Block:
    verdicts = prepared.judge.judge(inputs)
    score, propensity = _scored(prepared, inputs)
    learnt = None if prepared.effects is None else prepared.effects.applied(prepared.actions, inputs)
    value = _values(prepared, propensity, learnt)
    judged = Judged(inputs["customer_id"].to_list(), verdicts, score, propensity, value, learnt)
    optional = _optional(prepared, judged)
    keys, utility = _preference(prepared, judged)
    policy = prepared.policy
    choices = choose(
        prepared.problem, keys, utility, optional, _uniforms(prepared, judged.customers), policy.exploration
    )
    forced = forced_actions(prepared.actions, verdicts.allowed)
    decisions = decisions_frame(prepared, judged, optional, forced, choices, inputs[HELD_OUT].to_numpy())
    first = choice_probabilities(keys, utility, optional, policy.exploration)
    return Block(judged, decisions, np.where(optional, first, 0.0))


def _values(
    prepared: Preparation, propensity: NDArray[np.float64], learnt: Applied | None
) -> NDArray[np.int64]:
    """Return the expected value of every candidate in minor units: effect, or propensity, x reach x worth - cost."""
    reach, worth, cost = (prepared.actions.column(name)[None, :] for name in ("reach", "worth", "cost"))
    if learnt is None:
        gain = propensity * reach * worth
    else:
        known = ~np.isnan(learnt.effect)
        lift, share = np.where(known, learnt.effect, propensity), np.where(known, learnt.reach, reach)
        gain = lift * share * worth * learnt.factor
    value = np.rint(gain).astype(np.int64) - cost
    value[:, prepared.problem.nothing] = 0
    return np.asarray(value, dtype=np.int64)


def _optional(prepared: Preparation, judged: Judged) -> NDArray[np.bool_]:
    """Return what may be chosen freely: allowed, not mandatory, worth more than the policy's least value."""
    mandatory = prepared.actions.column("mandatory").astype(bool)
    worthwhile = judged.expected_value / _major(prepared)[None, :] > float(prepared.policy.minimum_value)
    optional = judged.verdicts.allowed & worthwhile & (~mandatory & prepared.problem.within_limits)[None, :]
    optional[:, prepared.problem.nothing] = True
    return np.asarray(optional, dtype=np.bool_)


def _preference(prepared: Preparation, judged: Judged) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the order of preference and the utility in major units."""
    value, score = judged.expected_value, np.nan_to_num(judged.score)
    # Values are whole minor units, so a score squeezed into (0, 1) orders equal values and nothing else.
    keys = value + 0.5 + 0.5 * score / (1.0 + np.abs(score))
    keys[:, prepared.problem.nothing] = 0.0
    return keys, value / _major(prepared)[None, :]


def _major(prepared: Preparation) -> NDArray[np.float64]:
    """Return the minor units in one major unit of each action's currency."""
    units = prepared.minor_units
    decimals = [units.get(code, DEFAULT_MINOR_UNITS) for code in prepared.actions.table["currency"]]
    return np.power(10.0, np.array(decimals, dtype=np.float64))


def _scored(prepared: Preparation, inputs: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return score (NaN without a product) and propensity of every candidate; a package takes its members' mean."""
    scoring, actions = prepared.scoring, prepared.actions
    by_product = scoring.recommender.scores(scoring.holdings(inputs[HELD].to_list()))
    place = {name: index for index, name in enumerate(scoring.products)}
    score = np.full((len(inputs), len(actions)), np.nan)
    for column, (product, members) in enumerate(actions.table.select("product_id", "members").iter_rows()):
        columns = [place[name] for name in ([product] if product else members)]
        if columns:
            score[:, column] = by_product[:, columns].mean(axis=1)
    assumed = np.broadcast_to(actions.column("effect_when_unscored")[None, :], score.shape)
    if scoring.calibration is None:
        return score, assumed
    calibrated = scoring.calibration.propensity(np.nan_to_num(score))
    return score, np.where(np.isnan(score), assumed, calibrated)


def _uniforms(prepared: Preparation, customers: list[str]) -> NDArray[np.float64]:
    places = range(prepared.policy.limits.actions_per_customer)
    salts = [f"explore|{prepared.policy.holdout.salt}|{prepared.at}|{place}" for place in places]
    return np.stack([hash_uniforms(customers, salt, 2) for salt in salts], axis=1)


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
