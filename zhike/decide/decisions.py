"""The table of decisions: one row per place of a customer's list, doing nothing included."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.types import ALLOWED, LAYERS
from zhike.decide.effects import ANSWERS, ASSUMED, CALIBRATED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.candidates import Verdicts
    from zhike.decide.choice import Choice
    from zhike.decide.effects import Applied
    from zhike.decide.preparation import Preparation

__all__ = ["DECISION_SCHEMA", "Judged", "decisions_frame", "effect_sources"]

DECISION_SCHEMA: Final[dict[str, Any]] = {
    "decision_id": pl.String,
    "customer_id": pl.String,
    "rank": pl.Int16,
    "action_id": pl.String,
    "product_id": pl.String,
    "channel": pl.String,
    "kind": pl.String,
    "arm": pl.String,
    "score": pl.Float64,
    "propensity": pl.Float64,
    "propensity_source": pl.String,
    "effect": pl.Float64,
    "effect_source": pl.String,
    "action_probability": pl.Float64,
    "expected_value": pl.Int64,
    "currency": pl.String,
    "duties": pl.String,
    "attempts": pl.String,
    "contact_not_before": pl.String,
    "contact_not_after": pl.String,
}
MANDATORY, BEST, EXPLORED, HELD_OUT_ARM = "mandatory", "best", "explored", "holdout"


@dataclass(frozen=True, slots=True)
class Judged:
    """Every candidate of a slice of customers with its verdict and its value.

    Parameters
    ----------
    customers : list of str
    verdicts : Verdicts
    score, propensity : ndarray of float, shape (n_customers, n_actions)
        Recommender's score (NaN without a product); P(response | shown).
    expected_value : ndarray of int, shape (n_customers, n_actions)
        Minor units of the action's currency.
    learnt : Applied or None
        Effects of the candidates, None where nothing was learnt.
    """

    customers: list[str]
    verdicts: Verdicts
    score: NDArray[np.float64]
    propensity: NDArray[np.float64]
    expected_value: NDArray[np.int64]
    learnt: Applied | None = None


def effect_sources(prepared: Preparation, block: Judged) -> tuple[list[str], NDArray[np.int64]]:
    """Return where the change or the response comes from that a candidate's value rests on: sources, and which is whose.

    Returns
    -------
    list of str
        One an action, and one more where a candidate of a scored product has no score of its own.
    ndarray of int, shape (n_customers, n_actions)
        Place among them.
    """
    usual = np.where(
        _answered_actions(prepared), ANSWERS, np.where(_scored_actions(prepared), CALIBRATED, ASSUMED)
    ).tolist()
    known = usual if block.learnt is None else block.learnt.source
    sources = [one or str(other) for one, other in zip(known, usual, strict=True)]
    places = np.broadcast_to(np.arange(len(sources), dtype=np.int64)[None, :], block.score.shape)
    bare = np.isnan(block.score) & (np.array(sources) == CALIBRATED)[None, :]
    if not bare.any():
        return sources, places
    return [*sources, ASSUMED], np.where(bare, len(sources), places)


def decisions_frame(
    prepared: Preparation,
    block: Judged,
    optional: NDArray[np.bool_],
    forced: list[NDArray[np.int64]],
    choices: list[Choice],
    held_out: NDArray[np.bool_],
) -> pl.DataFrame:
    """Return the decisions of one block.

    Parameters
    ----------
    prepared : Preparation
    block : Judged
    optional : ndarray of bool, shape (n_customers, n_actions)
        What could be chosen at the first place.
    forced : list of ndarray of int, shape (n_customers,)
        Mandatory actions, see `zhike.decide.mandatory`.
    choices : list of Choice
    held_out : ndarray of bool, shape (n_customers,)

    Returns
    -------
    DataFrame
        Columns of ``DECISION_SCHEMA``, by customer, then rank.
    """
    nothing = prepared.problem.nothing
    parts = [_placed(action, np.ones(len(action)), MANDATORY, place) for place, action in enumerate(forced)]
    alone = np.ones(len(block.customers), dtype=bool)
    for action in forced:
        alone &= action < 0
    for place, choice in enumerate(choices):
        # A list that ends because nothing is left says so only when nothing else stands on it.
        ended = (choice.action == nothing) & (choice.probability == 1.0) & ~(alone & (place == 0))
        action = np.where(ended, -1, choice.action)
        arm = np.where(held_out, HELD_OUT_ARM, np.where(choice.explored, EXPLORED, BEST))
        parts.append(_placed(action, choice.probability, arm, len(forced) + place))
    placed = pl.concat(parts).sort("row", "place")
    ranked = placed.with_columns((pl.int_range(pl.len()).over("row") + 1).cast(pl.Int16).alias("rank"))
    return _described(prepared, block, ranked, optional)


def _placed(
    action: NDArray[np.int64], probability: NDArray[np.float64], arm: str | NDArray[Any], place: int
) -> pl.DataFrame:
    row = np.flatnonzero(action >= 0)
    arms = np.broadcast_to(np.asarray(arm, dtype=object), action.shape)[row]
    return pl.DataFrame(
        {
            "row": row.astype(np.int64),
            "place": np.full(len(row), place, dtype=np.int64),
            "action": action[row].astype(np.int64),
            "action_probability": probability[row].astype(np.float64),
            "arm": pl.Series(arms.tolist(), dtype=pl.String),
        }
    )


def _described(
    prepared: Preparation, block: Judged, ranked: pl.DataFrame, optional: NDArray[np.bool_]
) -> pl.DataFrame:
    row, action = ranked["row"].to_numpy(), ranked["action"].to_numpy()
    table = prepared.actions.table[action]
    customers = pl.Series(block.customers, dtype=pl.String).gather(row)
    known = _scored_actions(prepared)[action] & ~np.isnan(block.score[row, action])
    source = np.where(_answered_actions(prepared)[action], ANSWERS, np.where(known, CALIBRATED, ASSUMED))
    hours = [prepared.contact_hours.get(channel, (None, None)) for channel in table["channel"]]
    score, (sources, places) = block.score[row, action], effect_sources(prepared, block)
    frame = ranked.select("rank", "arm", "action_probability").with_columns(
        customers.alias("customer_id"),
        *(table[name] for name in ("action_id", "product_id", "channel", "kind", "currency")),
        pl.Series("score", score).fill_nan(None),
        pl.Series("propensity", block.propensity[row, action]),
        pl.Series("propensity_source", source.tolist(), dtype=pl.String),
        pl.Series("effect", _effect(block, row, action), dtype=pl.Float64).fill_nan(None),
        pl.Series("effect_source", [sources[one] for one in places[row, action]], dtype=pl.String),
        pl.Series("expected_value", block.expected_value[row, action]),
        pl.Series(
            "duties",
            [block.verdicts.duties[code] for code in block.verdicts.duty[row, action]],
            dtype=pl.String,
        ),
        pl.Series("attempts", _attempts(prepared, block, row, action, optional), dtype=pl.String),
        pl.Series("contact_not_before", [before for before, _ in hours], dtype=pl.String),
        pl.Series("contact_not_after", [after for _, after in hours], dtype=pl.String),
    )
    return frame.with_columns(_identifiers(prepared, frame)).select(list(DECISION_SCHEMA))


def _effect(block: Judged, row: NDArray[np.int64], action: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.full(len(row), np.nan) if block.learnt is None else block.learnt.effect[row, action]


def _answered_actions(prepared: Preparation) -> NDArray[np.bool_]:
    """Return which actions have a chance of a yes learnt from offers sent before, shape (n_actions,)."""
    if prepared.chances is None:
        return np.zeros(len(prepared.actions), dtype=bool)
    return prepared.chances.known(prepared.actions)


def _scored_actions(prepared: Preparation) -> NDArray[np.bool_]:
    """Return which actions have a product whose score became a probability, shape (n_actions,)."""
    members = prepared.actions.table["members"].list.len().to_numpy() > 0
    scored = (prepared.actions.product_index >= 0) | members
    return np.asarray(scored & (prepared.scoring.calibration is not None), dtype=np.bool_)


def _attempts(
    prepared: Preparation,
    block: Judged,
    row: NDArray[np.int64],
    action: NDArray[np.int64],
    optional: NDArray[np.bool_],
) -> list[str | None]:
    """Return for every choice of doing nothing what became of the alternatives: candidates by verdict."""
    return [
        _chain(block, one, optional) if column == prepared.problem.nothing else None
        for one, column in zip(row, action, strict=True)
    ]


def _chain(block: Judged, row: int, optional: NDArray[np.bool_]) -> str:
    sizes = np.bincount(block.verdicts.pattern[row], minlength=len(block.verdicts.verdicts))
    counts = dict.fromkeys((*LAYERS, ALLOWED), 0)
    for verdict, size in zip(block.verdicts.verdicts, sizes, strict=True):
        counts[verdict] += int(size)
    # Doing nothing is itself an allowed candidate: what remains besides it was not worth its cost.
    beside = counts.pop(ALLOWED) - 1
    worthwhile = int(optional[row].sum()) - 1
    chain = {**counts, "not_worth_its_cost": beside - worthwhile, "worthwhile": worthwhile}
    return ";".join(f"{name}={count}" for name, count in chain.items() if count)


def _identifiers(prepared: Preparation, frame: pl.DataFrame) -> pl.Series:
    run = f"{prepared.at}|{prepared.policy.path}|{prepared.policy.version}"
    keys = (f"{run}|{name}|{rank}" for name, rank in frame.select("customer_id", "rank").iter_rows())
    digests = [hashlib.blake2b(key.encode(), digest_size=12).hexdigest() for key in keys]
    return pl.Series("decision_id", digests, dtype=pl.String)
