"""From an allocation to lists: the plan's actions in order, or for those who explore what they draw, as long as every row holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.exploration import calmed_shares, drawn, softmax, thinned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.constraint_rows import ConstraintRows
    from zhike.decide.open_candidates import OpenCandidates
    from zhike.decide.policy import Exploration

__all__ = ["Lists", "Planned", "counted_lists", "lists_of", "tolerance"]

_ROUNDING: Final = 1e-7
"""Share of a limit by which sums of floats may exceed it without being an excess."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What every customer gets of the actions that may be chosen.

    Parameters
    ----------
    action : ndarray of int, shape (n_customers, n_places)
        Columns of the actions, best first, -1 behind the last.
    probability : ndarray of shape (n_customers,)
        P(the first place).
    explored : ndarray of bool, shape (n_customers,)
        Whether the first place was drawn.
    chance : ndarray of shape (n_candidates,)
        P(first place) of every open candidate.
    taken_back : int
        Draws that would have broken a row, and were not made.
    """

    action: NDArray[np.int64]
    probability: NDArray[np.float64]
    explored: NDArray[np.bool_]
    chance: NDArray[np.float64]
    taken_back: int


@dataclass(frozen=True, slots=True)
class Planned:
    """An allocation by customer.

    Parameters
    ----------
    customer, cell : ndarray of int, shape (n_candidates,)
        Customer of every open candidate, and its place among segments x actions.
    worth : ndarray of shape (n_candidates,)
        Value less what the rows charge at their prices.
    chosen : ndarray of int, shape (n_chosen,)
        Candidates of the plan, by customer, most worth first.
    place : ndarray of int, shape (n_chosen,)
        Place of each in its customer's list, 0 the first.
    first, nothing : ndarray of int, shape (n_customers,)
        Candidate at everybody's first place; the candidate that is doing nothing.
    """

    customer: NDArray[np.int64]
    cell: NDArray[np.int64]
    worth: NDArray[np.float64]
    chosen: NDArray[np.int64]
    place: NDArray[np.int64]
    first: NDArray[np.int64]
    nothing: NDArray[np.int64]

    @classmethod
    def of(
        cls, rows: ConstraintRows, open_: OpenCandidates, chosen: NDArray[np.int64], prices: NDArray[np.float64], nothing: int
    ) -> Planned:  # fmt: skip
        """Order what was chosen: by customer, then by worth at the prices."""
        customer, cell = open_.customer, rows.cells(open_.customer, open_.action)
        worth = open_.value - rows.charges(prices)[cell]
        order = chosen[np.lexsort((chosen, -worth[chosen], customer[chosen]))]
        who = customer[order]
        place = np.arange(len(order)) - np.searchsorted(who, who, side="left")
        idle = np.flatnonzero(open_.action == nothing)
        first = idle.copy()
        first[who[place == 0]] = order[place == 0]
        return cls(customer, cell, worth, order, place, first, idle)


def lists_of(
    rows: ConstraintRows,
    open_: OpenCandidates,
    plan: Planned,
    exploration: Exploration,
    places: int,
    kept: NDArray[np.float64],
    lot: NDArray[np.float64],
) -> Lists:
    """Return every customer's list.

    Parameters
    ----------
    rows, open_, plan
        What is scarce, what is open, what was allocated.
    exploration : Exploration
    places : int
        Length of a list.
    kept : ndarray of shape (n_rows,)
        Right-hand sides, minimums negated.
    lot : ndarray of shape (n_customers, 2)
        Numbers in [0, 1): whether to explore, and what.
    """
    chance, share = _chances(rows, open_, plan, exploration, kept)
    lists = np.full((open_.customers, places), -1, dtype=np.int64)
    lists[plan.customer[plan.chosen], plan.place] = open_.action[plan.chosen]
    rest = chance.copy()
    rest[plan.first] -= 1.0 - share
    explored = lot[:, 0] < share
    taken = np.where(explored, drawn(open_.start, rest, lot[:, 1]), plan.first)
    away = np.flatnonzero(taken != plan.first)
    away = away[np.argsort(lot[away, 0], kind="stable")]
    action = np.where(taken == plan.nothing, -1, open_.action[taken].astype(np.int64))[away]
    keeps = _fitting(rows, lists, away, action, kept)
    stays = away[~keeps]
    taken[stays], explored[stays] = plan.first[stays], False
    lists[away[keeps]] = -1
    lists[away[keeps], 0] = action[keeps]
    return Lists(lists, chance[taken], explored, chance, len(stays))


def counted_lists(rows: ConstraintRows, lists: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how many actions of some lists, one a customer, fall into every cell."""
    who, place = np.nonzero(lists >= 0)
    return rows.counted(who, lists[who, place])


def tolerance(bound: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much sums of floats may exceed limits."""
    return _ROUNDING * np.maximum(1.0, np.abs(bound))


def _chances(
    rows: ConstraintRows,
    open_: OpenCandidates,
    plan: Planned,
    exploration: Exploration,
    kept: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return P(first place) of every candidate, and the share with which every customer explores."""
    worth = np.where(_drawable(rows, open_, plan), plan.worth, -np.inf)
    soft = softmax(open_.start, worth, exploration.temperature)
    flat, who = rows.flat, plan.customer[plan.chosen]
    drawing, planned = (plan.customer, plan.cell, soft), (who, plan.cell[plan.chosen])
    share = calmed_shares(exploration.share, open_.customers, drawing, planned, flat, kept)
    explored = _thinned(rows, plan, share[plan.customer] * soft, share, kept)
    chance = explored
    chance[plan.nothing] = 0.0
    chance[plan.first] += np.where(plan.first == plan.nothing, 0.0, 1.0 - share)
    total = np.bincount(plan.customer, chance, open_.customers)
    # What is thinned away goes to doing nothing.
    chance[plan.nothing] = np.clip(1.0 - total, 0.0, 1.0)
    return chance, share


def _drawable(rows: ConstraintRows, open_: OpenCandidates, plan: Planned) -> NDArray[np.bool_]:
    """Return which candidates may be drawn: what a household shares only if the customer has of it in the plan.

    Whatever the others of a household draw, together they then get no more than their cap.
    """
    drawable = np.ones(len(plan.customer), dtype=np.bool_)
    for cap in rows.caps:
        if cap.by_household:
            counted = cap.counted[open_.action]
            own = np.bincount(plan.customer[plan.chosen[counted[plan.chosen]]], minlength=open_.customers) > 0
            drawable &= ~counted | own[plan.customer]
    return drawable


def _thinned(
    rows: ConstraintRows,
    plan: Planned,
    explored: NDArray[np.float64],
    share: NDArray[np.float64],
    kept: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the chance of every candidate to be drawn beside what those who do not explore keep."""
    flat = rows.flat
    cell, who = plan.cell[plan.chosen], plan.customer[plan.chosen]
    stays = np.bincount(cell, 1.0 - share[who], flat.shape[1]).astype(np.float64)
    varies = np.bincount(cell, (share * (1.0 - share))[who], flat.shape[1]).astype(np.float64)
    # A draw of the plan's first action goes on with the plan's list: it takes what the whole list takes.
    further = plan.chosen[plan.place > 0]
    whole = np.concatenate([explored, explored[plan.first[plan.customer[further]]]])
    cells = np.concatenate([plan.cell, plan.cell[further]])
    return thinned(whole, cells, stays, varies, flat, kept)[: len(explored)]


def _fitting(
    rows: ConstraintRows,
    lists: NDArray[np.int64],
    away: NDArray[np.int64],
    action: NDArray[np.int64],
    kept: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return which draws are made: those that would break a row are taken back, the last first, until every row holds.

    Without any of them the plan is left, which holds: so this ends.
    """
    change = _changes(rows, lists, away, action)
    keeps = np.ones(len(away), dtype=np.bool_)
    over = rows.loads(counted_lists(rows, lists)) - kept - tolerance(kept)
    while keeps.any():
        excess = over + change @ keeps
        if (excess <= 0).all():
            break
        row = int(np.argmax(excess > 0))
        harmful = np.flatnonzero(keeps & (change[row] > 0))[::-1]
        enough = int((np.cumsum(change[row, harmful]) < excess[row]).sum()) + 1
        keeps[harmful[:enough] if harmful.size else slice(None)] = False
    return keeps


def _changes(
    rows: ConstraintRows, lists: NDArray[np.int64], away: NDArray[np.int64], action: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how every row's load changes when customers leave their list for one action (-1 for none)."""
    flat, base = rows.flat, rows.segments.code[away] * len(rows.cost)
    change = np.where(action >= 0, flat[:, base + np.maximum(action, 0)], 0.0)
    for column in lists[away].T:
        change -= np.where(column >= 0, flat[:, base + np.maximum(column, 0)], 0.0)
    return change
