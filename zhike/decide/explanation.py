"""Why an action was chosen, and why another was not: from the evidence that the run itself wrote.

The evidence holds every customer's inputs, the actions with their products, the conditions as they were in force, and
each candidate's stored verdict. A reason is computed by the very condition that judged, from the very inputs; where it
does not lead to the stored verdict, the evidence was changed, and that is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.errors import DecisionNotFoundError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.types import ALLOWED, LAYERS, Reason
from zhike.core.units import DEFAULT_MINOR_UNITS
from zhike.decide.candidates import Judge
from zhike.decide.catalogue import ACTION_SCHEMA, Actions
from zhike.decide.chance_reasons import chance_reasons
from zhike.decide.effects import ANSWERS, ASSUMED
from zhike.decide.inputs import HELD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.decide.chance_reasons import ChanceReasons, Explainable
    from zhike.decide.charges import CandidateCharges, PricedRows
    from zhike.decide.conditions import Condition
    from zhike.decide.effects import Effects

__all__ = [
    "CandidateExplanation",
    "Evidence",
    "Explanation",
    "LearntEffect",
    "ScorePiece",
    "explain_action",
    "explain_customer",
]

NOT_RANKED: Final = "not_ranked"
"""Outside what the customer may have: no place in the ranking, no chance."""
_MOST_PIECES: Final = 5
_MOST_REFUSED: Final = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run wrote, enough to explain every one of its verdicts without the bank.

    Parameters
    ----------
    inputs, actions, products, model : DataFrame
        Customers' inputs, actions, products on sale, item weights of the recommender.
    decisions, candidates : LazyFrame
        The two tables of the run.
    effects : Effects or None
        What the log of choices said; None where nothing was learnt.
    scarce : PricedRows or None
        What was scarce and its prices; None for a policy without constraints.
    answered : frozenset of (template, channel)
        Of which the chance of a yes was learnt from offers sent before.
    chances : Explainable or None
        What was learnt from them; None where nothing was, or the folder was written before it was kept.
    conditions : tuple of Condition
    titles : mapping of str to Text
        Names of templates.
    """

    at: str
    policy: str
    presume_consent: bool
    propensities: str
    inputs: pl.DataFrame
    actions: pl.DataFrame
    products: pl.DataFrame
    model: pl.DataFrame
    decisions: pl.LazyFrame
    candidates: pl.LazyFrame
    conditions: tuple[Condition, ...]
    titles: Mapping[str, Text]
    minor_units: Mapping[str, int]
    where: str
    effects: Effects | None = None
    scarce: PricedRows | None = None
    answered: frozenset[tuple[str, str]] = frozenset()
    chances: Explainable | None = None

    def action_set(self) -> Actions:
        """Return the actions as the judge needs them."""
        place = {name: row for row, name in enumerate(self.products["product_id"])}
        index = np.array([place.get(name, -1) for name in self.actions["product_id"]], dtype=np.int64)
        return Actions(self.actions.select(list(ACTION_SCHEMA)), self.products, index)


@dataclass(frozen=True, slots=True)
class ScorePiece:
    """What one product held adds to the score of the product proposed."""

    product_id: str
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class LearntEffect:
    """What the log of choices says of an action in a customer's cell.

    Parameters
    ----------
    effect, low, high : float
        Change in P(gets the product) by a delivered offer (source ``experiment``), or P(accepts | delivered) (source
        ``responses``), with its 95 % interval.
    reach : float
        Share delivered.
    choices, compared : int
        Logged choices of the template and channel, and of doing nothing, that it rests on.
    """

    effect: float
    low: float
    high: float
    reach: float
    choices: int
    compared: int
    source: str


@dataclass(frozen=True, slots=True)
class CandidateExplanation:
    """One candidate: its verdict, every reason for it, and how its value came about.

    Parameters
    ----------
    reasons : tuple of Reason
        Refusals first, then duties, then rules passed; rules that do not apply last.
    propensity, reach, worth, cost, expected_value
        ``expected_value = propensity x reach x worth x worth_factor - cost``, minor units; with an effect it takes the
        propensity's place.
    effect : LearntEffect or None
        What the log of choices says of the action in the customer's cell.
    scarcity : CandidateCharges or None
        What it was charged for what is scarce; None without constraints, and for notices and doing nothing.
    consistent : bool
        Whether the reasons lead to the stored verdict, the numbers to the stored value, and both to the decision.
    chance : ChanceReasons or None
        Why the propensity is what it is, where it was learnt from answers.
    """

    action_id: str
    title: Text
    product: str | None
    channel: str
    verdict: str
    rank: int | None
    arm: str | None
    reasons: tuple[Reason, ...]
    pieces: tuple[ScorePiece, ...]
    score: float | None
    propensity: float
    propensity_source: str
    effect: LearntEffect | None
    reach: float
    worth: int
    worth_factor: float
    cost: int
    expected_value: int
    currency: str
    decimals: int
    action_probability: float | None
    scarcity: CandidateCharges | None
    consistent: bool
    chance: ChanceReasons | None = None

    @property
    def refusals(self) -> tuple[Reason, ...]:
        """The reasons that refuse the candidate."""
        return tuple(reason for reason in self.reasons if reason.effect == "refused")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A customer's whole list, and what became of everything else."""

    customer_id: str
    at: str
    policy: str
    chosen: tuple[CandidateExplanation, ...]
    attempts: str | None
    verdicts: Mapping[str, int]
    best_refused: tuple[CandidateExplanation, ...]


def explain_customer(evidence: Evidence, customer: str) -> Explanation:
    """Explain every decision for one customer.

    Raises
    ------
    DecisionNotFoundError
        When the run did not decide for this customer.
    """
    inputs, candidates = _customer(evidence, customer)
    rows = evidence.decisions.filter(pl.col("customer_id") == customer).sort("rank").collect()
    chosen = [
        _with_chance(evidence, customer, _explained(evidence, inputs, candidates, row["action_id"], row))
        for row in rows.to_dicts()
    ]
    counts = candidates.group_by("verdict").len().sort("verdict")
    refused = candidates.filter(pl.col("verdict") != ALLOWED, pl.col("score").is_not_null())
    best = refused.sort("score", "action_id", descending=[True, False]).unique(
        "product_key", keep="first", maintain_order=True
    )
    attempts = next((row["attempts"] for row in rows.to_dicts() if row["attempts"]), None)
    return Explanation(
        customer, evidence.at, evidence.policy, tuple(chosen), attempts,
        dict(counts.iter_rows()),
        tuple(_explained(evidence, inputs, candidates, name, None) for name in best["action_id"][:_MOST_REFUSED]),
    )  # fmt: skip


def explain_action(evidence: Evidence, customer: str, action: str) -> CandidateExplanation:
    """Explain why one action was or was not chosen for one customer.

    Parameters
    ----------
    action : str
        Identifier of the action, or of a product, which stands for its best candidate.

    Raises
    ------
    DecisionNotFoundError
        When it was no candidate of this customer.
    """
    inputs, candidates = _customer(evidence, customer)
    named = candidates.filter((pl.col("action_id") == action) | (pl.col("product_key") == action))
    if named.is_empty():
        known = ", ".join(candidates["action_id"][:6].to_list())
        raise DecisionNotFoundError(
            what=phrase("action"), name=action, path=evidence.where, known=f"{known}, ..."
        )
    best = named.sort(pl.col("verdict") != ALLOWED, pl.col("expected_value") * -1, "action_id")["action_id"][
        0
    ]
    rows = (
        evidence.decisions.filter(pl.col("customer_id") == customer, pl.col("action_id") == best)
        .collect()
        .to_dicts()
    )
    found = _explained(evidence, inputs, candidates, best, rows[0] if rows else None)
    return _with_chance(evidence, customer, found)


def _customer(evidence: Evidence, customer: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    inputs = evidence.inputs.filter(pl.col("customer_id") == customer)
    if inputs.is_empty():
        known = ", ".join(evidence.inputs["customer_id"][:3].to_list())
        raise DecisionNotFoundError(
            what=phrase("customer"), name=customer, path=evidence.where, known=f"{known}, ..."
        )
    candidates = evidence.candidates.filter(pl.col("customer_id") == customer).collect()
    keys = evidence.actions.select("action_id", pl.coalesce("product_id", "template").alias("product_key"))
    return inputs, candidates.join(keys, on="action_id", how="left", maintain_order="left")


def _explained(
    evidence: Evidence,
    inputs: pl.DataFrame,
    candidates: pl.DataFrame,
    name: str,
    decision: Mapping[str, Any] | None,
) -> CandidateExplanation:
    rows = candidates.filter(pl.col("action_id") == name).to_dicts()
    column = evidence.actions["action_id"].index_of(name)
    if len(rows) != 1 or column is None:
        known = ", ".join(candidates["action_id"][:6].to_list())
        raise DecisionNotFoundError(
            what=phrase("candidate"), name=name, path=evidence.where, known=f"{known}, ..."
        )
    stored = rows[0]
    action = evidence.actions.row(column, named=True)
    reasons = _reasons(evidence, inputs, column)
    chosen = decision or {}
    product = action["product_id"]
    learnt, factor = _learnt(evidence, inputs, column)
    return CandidateExplanation(
        action_id=name,
        title=evidence.titles.get(action["template"], Text(*[action["template"]] * 3)),
        product=None if product is None else _name(evidence.products, product),
        channel=action["channel"],
        verdict=stored["verdict"],
        rank=chosen.get("rank"),
        arm=chosen.get("arm"),
        reasons=reasons,
        pieces=_pieces(evidence, inputs[HELD][0].to_list(), product),
        score=stored["score"],
        propensity=stored["propensity"],
        propensity_source=_source(evidence, stored, action),
        effect=learnt,
        reach=action["reach"] if learnt is None else learnt.reach,
        worth=action["worth"],
        worth_factor=factor,
        cost=action["cost"],
        expected_value=stored["expected_value"],
        currency=action["currency"],
        decimals=evidence.minor_units.get(action["currency"], DEFAULT_MINOR_UNITS),
        action_probability=chosen.get("action_probability"),
        scarcity=_charged(evidence, inputs, action, column, stored["expected_value"]),
        consistent=_consistent(stored, action, reasons, chosen, _gain(stored, action, learnt, factor)),
    )


def _with_chance(evidence: Evidence, customer: str, found: CandidateExplanation) -> CandidateExplanation:
    """Return the same with why its chance of a yes is what it is, where it rests on one."""
    if evidence.chances is None or found.effect is not None or found.propensity_source != ANSWERS:
        return found
    actions, column = evidence.action_set(), evidence.actions["action_id"].to_list().index(found.action_id)
    told = chance_reasons(evidence.chances, actions, evidence.inputs, customer, column)
    inputs = evidence.inputs.filter(pl.col("customer_id") == customer)
    said = float(evidence.chances.applied(actions, inputs)[0, column])
    return replace(found, chance=told, consistent=found.consistent and math.isclose(said, found.propensity))


def _source(evidence: Evidence, stored: Mapping[str, Any], action: Mapping[str, Any]) -> str:
    """Return where the propensity comes from."""
    if stored["score"] is None and action["product_id"] is not None and stored["propensity"] == 0:
        return NOT_RANKED
    if (action["template"], action["channel"]) in evidence.answered:
        return ANSWERS
    return ASSUMED if stored["score"] is None else evidence.propensities


def _charged(
    evidence: Evidence, inputs: pl.DataFrame, action: Mapping[str, Any], column: int, value: int
) -> CandidateCharges | None:
    """Return what a candidate was charged for what is scarce; what must be sent is not charged."""
    if evidence.scarce is None or action["kind"] in ("mandatory", "none"):
        return None
    customer = evidence.inputs["customer_id"].index_of(inputs["customer_id"][0])
    major = value / 10 ** evidence.minor_units.get(action["currency"], DEFAULT_MINOR_UNITS)
    return None if customer is None else evidence.scarce.of(customer, column, major)


def _learnt(evidence: Evidence, inputs: pl.DataFrame, column: int) -> tuple[LearntEffect | None, float]:
    """Return the effect of one action for one customer, and the worth of accepting it relative to the catalogue's."""
    if evidence.effects is None:
        return None, 1.0
    told, factor = evidence.effects.told(evidence.action_set(), inputs, column)
    names = LearntEffect.__slots__
    return None if told is None else LearntEffect(**{name: getattr(told, name) for name in names}), factor


def _gain(
    stored: Mapping[str, Any], action: Mapping[str, Any], learnt: LearntEffect | None, factor: float
) -> int:
    """Return what the action brings before its cost, in minor units."""
    lift, reach = (stored["propensity"], action["reach"]) if learnt is None else (learnt.effect, learnt.reach)
    gain: float = lift * reach * action["worth"] * factor
    return round(gain)


def _consistent(
    stored: Mapping[str, Any],
    action: Mapping[str, Any],
    reasons: Sequence[Reason],
    decision: Mapping[str, Any],
    gain: int,
) -> bool:
    """Return whether reasons, verdict, value and decision say the same."""
    refusing = [reason for reason in reasons if reason.effect == "refused"]
    verdict = min((reason.layer for reason in refusing), key=LAYERS.index, default=ALLOWED)
    value = 0 if action["kind"] == "none" else gain - action["cost"]
    return (
        {reason.code for reason in refusing} == set(filter(None, stored["reason_codes"].split(";")))
        and stored["verdict"] == verdict
        and stored["expected_value"] == value
        and (not decision or (verdict == ALLOWED and decision["expected_value"] == value))
    )


_ORDER: Final = ("refused", "obliged", "passed", "not_applicable")


def _reasons(evidence: Evidence, inputs: pl.DataFrame, column: int) -> tuple[Reason, ...]:
    """Return one reason per condition; a member's refusal speaks for its package."""
    judge = Judge(evidence.conditions, evidence.action_set(), presume_consent=evidence.presume_consent)
    settings = judge.of_action(inputs, column)
    reasons = []
    for condition in evidence.conditions:
        found = [condition.reason(values) for values in settings]
        reasons.append(min(found, key=lambda reason: _ORDER.index(reason.effect)))
    return tuple(sorted(reasons, key=lambda reason: _ORDER.index(reason.effect)))


def _pieces(evidence: Evidence, held: Sequence[str], product: str | None) -> tuple[ScorePiece, ...]:
    if product is None:
        return ()
    adds = evidence.model.filter(pl.col("product_id") == product, pl.col("held_product_id").is_in(held))
    best = adds.sort(pl.col("weight").abs(), "held_product_id", descending=[True, False])[:_MOST_PIECES]
    return tuple(
        ScorePiece(name, _name(evidence.products, name), weight)
        for name, weight in best.select("held_product_id", "weight").iter_rows()
    )


def _name(products: pl.DataFrame, product: str) -> str:
    names = products.filter(pl.col("product_id") == product)["name"].to_list()
    return names[0] if names and names[0] else product
