"""The loop of Zhike, month by month: judge every candidate, value it, share out what is scarce, explore, keep the record.

A month's optional action of customer i is drawn from

    P(a) = (1 - e) [a = plan_i] + e s_i(a) t_a,   s_i = softmax((v_ia - charge_ia) / T),

where plan is the best plan within the capacities, charge what the scarce resources cost at its prices, and t_a in [0, 1] a thinning
so that what exploring customers draw fits beside the plan; what is thinned away goes to doing nothing. P sums to one and is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.adapters.policy_files import load_policy
from zhike.core.types import ALLOWED, LAYERS
from zhike.core.units import DEFAULT_MINOR_UNITS
from zhike.decide.exploration import drawn, softmax, thinned
from zhike.decide.inputs import hash_uniforms
from zhike.decide.judging import judged_slices
from zhike.decide.kept_models import NONE_KEPT
from zhike.decide.mandatory import forced_actions
from zhike.decide.preparation import prepare
from zhike.decide.strategy import CELLS_PER_BLOCK, funnel, verdict_counts
from zhike.lab.assignment import assign, uses
from zhike.lab.bank_facts import regions
from zhike.lab.deck import Orders
from zhike.lab.filling import fill
from zhike.lab.scarcity import charges, scarce
from zhike.lab.situation import CONTACTS_A_MONTH

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from zhike.decide.decisions import Judged
    from zhike.decide.kept_models import KeptModels
    from zhike.decide.policy import Policy
    from zhike.decide.preparation import Preparation
    from zhike.lab.assignment import Assignment, Resource
    from zhike.lab.situation import Situation

__all__ = ["Evidence", "Zhike"]

_POLICY: Final = "policies.retail_cn"
PLAN_SCHEMA: Final = {
    "customer_id": pl.String, "action_id": pl.String, "probability": pl.Float64, "arm": pl.String,
    "expected_value": pl.Float64, "charge": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one month's plan rests on.

    Parameters
    ----------
    funnel : mapping of str to int
        Candidates left after each layer of rules.
    prices, used, capacity : mapping of str to float
        By scarce resource: yuan that one more unit would bring, what the plan takes, what there was.
    gap : float
        Largest share of the possible gain by which the plan may fall short.
    plan : DataFrame
        One row an order: customer, action, probability, arm (mandatory, best, explored), yuan of value and of charge.
    """

    month: int
    funnel: Mapping[str, int]
    prices: Mapping[str, float]
    used: Mapping[str, float]
    capacity: Mapping[str, float]
    gap: float
    plan: pl.DataFrame


def _none_kept(_policy: Policy, _at: dt.date) -> KeptModels:
    return NONE_KEPT


@dataclass(slots=True)
class Zhike:
    """Decides as `zhike decide` does, for the whole bank at once under its capacities.

    Parameters
    ----------
    policy : str
        Path in the rulebook, or a policy file.
    kept : callable
        Of the policy and a day, the models of a registry that it names; without one it may name none.
    evidence : Evidence or None
        Of the month decided last.
    """

    policy: str = _POLICY
    kept: Callable[[Policy, dt.date], KeptModels] = field(default=_none_kept, repr=False)
    name: str = "zhike"
    evidence: Evidence | None = field(default=None, repr=False)

    def orders(self, situation: Situation) -> Orders:
        """Return one optional action or nothing for every customer, and the notices that are due."""
        policy = load_policy(situation.rulebook, self.policy, situation.at)
        models = self.kept(policy, situation.at)
        prepared = prepare(
            situation.tables, situation.at, situation.timezone, situation.rulebook, policy, models=models
        )
        found = _candidates(situation, prepared)
        region = regions(situation)[found.row]
        resources = scarce(situation, region, found.due_row, found.due_action)
        lot = hash_uniforms(found.customers, f"explore|{policy.holdout.salt}|{prepared.at}", 3)
        salt = f"plan|{policy.holdout.salt}|{prepared.at}"
        plan = assign(found.value, found.open, resources, situation.deck.nothing, salt, lot[:, 2])
        charge = charges(resources, plan.prices, len(found.row))
        chance = _chances(situation, policy, found, resources, plan, charge)
        taken = _drawn(chance, plan, lot, policy.exploration.share)
        taken = _fitting(situation, region, found, plan, taken, lot)
        self.evidence = _evidence(situation, found, resources, plan, charge, chance, taken)
        return _ordered(found, chance, taken)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The customers that the bank knows, with what may be done for them.

    ``row`` has shape (n,): their rows in the situation; ``value`` (yuan) and ``open`` have shape (n, n_actions) over the deck;
    ``due_row`` (a row of these arrays) and ``due_action`` are the notices that must go out.
    """

    customers: list[str]
    row: NDArray[np.int64]
    value: NDArray[np.float64]
    open: NDArray[np.bool_]
    due_row: NDArray[np.int64]
    due_action: NDArray[np.int64]
    funnel: Mapping[str, int]


def _candidates(situation: Situation, prepared: Preparation) -> _Candidates:
    deck, names = situation.deck, prepared.actions.table["action_id"].to_list()
    column = np.array([names.index(name) if name in names else -1 for name in deck.ids], dtype=np.int64)
    position = np.array([deck.ids.index(name) if name in deck.ids else -1 for name in names], dtype=np.int64)
    place = {name: row for row, name in enumerate(situation.customers)}
    parts, counts = [], dict.fromkeys((*LAYERS, ALLOWED), 0)
    for judged, _ in judged_slices(prepared, CELLS_PER_BLOCK):
        counts = {name: counts[name] + count for name, count in verdict_counts(judged.verdicts).items()}
        here = np.array([place.get(name, -1) for name in judged.customers], dtype=np.int64)
        due = np.stack(
            [np.full(len(here), -1), *forced_actions(prepared.actions, judged.verdicts.allowed)], axis=1
        )
        due = np.where(due >= 0, position[due], -1)[here >= 0]
        value, open_ = _valued(prepared, judged)
        parts.append((here[here >= 0], value[here >= 0][:, column], open_[here >= 0][:, column], due))
    row, value, open_, due = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    open_ &= column >= 0
    due_row, turn = np.nonzero(due >= 0)
    # Notices count as contacts: whoever gets as many as a month may bring gets nothing else.
    open_[np.bincount(due_row, minlength=len(row)) >= CONTACTS_A_MONTH] = False
    open_[:, deck.nothing] = True
    customers = [situation.customers[one] for one in row]
    return _Candidates(customers, row, value, open_, due_row, due[due_row, turn], funnel(counts))  # fmt: skip


def _valued(prepared: Preparation, judged: Judged) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return what every candidate is worth in major units, and which may be chosen freely."""
    actions, units = prepared.actions, prepared.minor_units
    decimals = [units.get(code, DEFAULT_MINOR_UNITS) for code in actions.table["currency"]]
    value = judged.expected_value / np.power(10.0, np.array(decimals))
    free = ~actions.column("mandatory").astype(bool) & prepared.problem.within_limits
    return value, judged.verdicts.allowed & free & (value > float(prepared.policy.minimum_value))


def _chances(
    situation: Situation,
    policy: Policy,
    found: _Candidates,
    resources: list[Resource],
    plan: Assignment,
    charge: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return P(chosen) of every candidate, thinned so that explored contacts fit beside the plan."""
    share, rows = policy.exploration.share, np.arange(len(found.row))
    segment, use = uses(resources, found.open.shape)
    use = use.reshape(len(resources), -1)
    row, column = np.nonzero(found.open)
    start = np.searchsorted(row, np.arange(len(rows) + 1))
    cell = segment * found.open.shape[1]
    planned = np.bincount(cell + plan.action, minlength=use[0].size).astype(np.float64)
    explored = share * softmax(start, (found.value - charge)[row, column], policy.exploration.temperature)
    kept, varying = (1.0 - share) * planned, share * (1.0 - share) * planned
    capacity = np.array([resource.capacity for resource in resources])
    chance = np.zeros(found.open.shape)
    chance[row, column] = thinned(explored, cell[row] + column, kept, varying, use, capacity)
    chance[rows, plan.action] += 1.0 - share
    chance[rows, situation.deck.nothing] += 1.0 - chance.sum(axis=1)
    return np.asarray(np.clip(chance, 0.0, 1.0), dtype=np.float64)


def _drawn(
    chance: NDArray[np.float64], plan: Assignment, lot: NDArray[np.float64], share: float
) -> NDArray[np.int64]:
    """Return the action of every customer: the plan's, or for explorers one drawn from the rest of the probability."""
    customers, actions = chance.shape
    rest = chance.copy()
    rest[np.arange(customers), plan.action] -= 1.0 - share
    place = drawn(np.arange(customers + 1) * actions, rest.ravel(), lot[:, 1])
    return np.where(lot[:, 0] < share, place % actions, plan.action)


def _fitting(
    situation: Situation,
    region: NDArray[np.int64],
    found: _Candidates,
    plan: Assignment,
    taken: NDArray[np.int64],
    lot: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the drawn actions, nothing where one would go beyond a capacity after all (fewer than 1 in 1,000 draws)."""
    nothing, rows = situation.deck.nothing, np.flatnonzero(taken != situation.deck.nothing)
    first = np.lexsort((lot[rows, 0], taken[rows] != plan.action[rows]))
    row, action = np.append(found.due_row, rows[first]), np.append(found.due_action, taken[rows[first]])
    fits = fill(situation, region, row, action, per_customer=len(situation.deck))
    fits = fits[fits >= len(found.due_row)]
    result = np.full(len(taken), nothing, dtype=np.int64)
    result[row[fits]] = action[fits]
    return result


def _ordered(found: _Candidates, chance: NDArray[np.float64], taken: NDArray[np.int64]) -> Orders:
    """Return notices first, then the drawn action of every customer with its probability."""
    rows = np.arange(len(taken))
    row = np.concatenate([found.row[found.due_row], found.row])
    action = np.concatenate([found.due_action, taken])
    probability = np.concatenate([np.ones(len(found.due_row)), chance[rows, taken]])
    order = np.argsort(row, kind="stable")
    return Orders(row[order], action[order], probability[order])


def _evidence(
    situation: Situation,
    found: _Candidates,
    resources: list[Resource],
    plan: Assignment,
    charge: NDArray[np.float64],
    chance: NDArray[np.float64],
    taken: NDArray[np.int64],
) -> Evidence:
    rows = np.arange(len(taken))
    due = pl.DataFrame(
        {
            "customer_id": [found.customers[row] for row in found.due_row],
            "action_id": situation.deck.named(found.due_action),
            "probability": np.ones(len(found.due_row)), "arm": ["mandatory"] * len(found.due_row),
            "expected_value": np.zeros(len(found.due_row)), "charge": np.zeros(len(found.due_row)),
        }, schema=PLAN_SCHEMA,
    )  # fmt: skip
    chosen = pl.DataFrame(
        {
            "customer_id": found.customers, "action_id": situation.deck.named(taken),
            "probability": chance[rows, taken], "arm": np.where(taken == plan.action, "best", "explored"),
            "expected_value": found.value[rows, taken], "charge": charge[rows, taken],
        }, schema=PLAN_SCHEMA,
    )  # fmt: skip
    capacity = {resource.name: float(resource.capacity) for resource in resources}
    return Evidence(
        situation.month, found.funnel, plan.prices, plan.used, capacity, plan.gap, pl.concat([due, chosen])
    )
