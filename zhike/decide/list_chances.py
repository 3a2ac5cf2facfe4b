"""With which probability a policy would have made lists that another one made: place by place, given the places before.

A list is what a customer got of the actions that may be chosen; notices that must be sent are no part of it, as nobody chooses them.
Along a list that was made the policy is asked at each place what it would have done next,

    P(a at place k | the places before),

so that the products of these probabilities, over those on record, weigh the lists of a log as if the policy had made them. Without
constraints each place is drawn by itself (`zhike.decide.choice`). Under one plan over all customers the first place is drawn, and what
follows is certain: the plan's list goes on, or what was drawn beside it stands alone (`zhike.decide.plan_lists`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.choice import choice_probabilities
from zhike.decide.judging import POSITION, judged_slices, optional_candidates, preference
from zhike.decide.plan_lists import Planned
from zhike.decide.strategy import CELLS_PER_BLOCK, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from zhike.decide.decisions import Judged
    from zhike.decide.preparation import Preparation
    from zhike.decide.shared_plan import SharedPlan

__all__ = ["OTHER", "list_chances"]

OTHER: Final = -1
"""In a list: an action that the policy does not have."""


def list_chances(
    prepared: Preparation,
    customers: list[str],
    lists: NDArray[np.int64],
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> NDArray[np.float64]:
    """Return what a policy would have done at every place of some lists, given the places before.

    Parameters
    ----------
    prepared : Preparation
        Of the policy, on the day of the lists.
    customers : list of str, length n
        In ascending order, all of them customers of the run.
    lists : ndarray of int, shape (n, places)
        Columns among the policy's actions, or `OTHER`. A list ends with doing nothing or is full; what stands behind its end
        counts for nothing.
    progress : callable
        Told the customers done and their total.

    Returns
    -------
    ndarray of float, shape (n, places, n_actions)
        Rows sum to one at each place that the policy could come to, 0 behind a list's end and behind an action that is `OTHER`.
        At places beyond the policy's own limit doing nothing is certain.

    Notes
    -----
    What a policy with constraints does to a customer hangs on all others. Its plan is made for everybody, as on the day; that it
    takes back a draw now and then, so that a row holds, is left aside.
    """
    plan = plan_of(prepared)
    planned = None if plan is None else _planned_lists(prepared, plan)
    found = np.zeros((*lists.shape, len(prepared.actions)))
    done = 0
    for judged, inputs in judged_slices(prepared, CELLS_PER_BLOCK, customers):
        rows = slice(done, done + len(judged.customers))
        if plan is None or planned is None:
            found[rows] = _by_themselves(prepared, judged, lists[rows])
        else:
            place = inputs[POSITION].cast(int).to_numpy()
            first = plan.first_probability(place, len(prepared.actions))
            found[rows] = _along_a_plan(first, planned[place], lists[rows], prepared.problem.nothing)
        done = rows.stop
        progress(done, len(customers))
    return found


def _by_themselves(prepared: Preparation, judged: Judged, lists: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the probabilities where nobody depends on anybody else, shape (n, places, n_actions)."""
    problem, policy = prepared.problem, prepared.policy
    keys, utility = preference(prepared, judged.expected_value, judged.score)
    open_ = optional_candidates(prepared, judged.expected_value, judged.verdicts.allowed)
    rows, running = np.arange(len(lists)), np.ones(len(lists), dtype=np.bool_)
    group_left = np.tile(problem.group_limit, (len(lists), 1))
    channel_left = np.tile(problem.channel_limit, (len(lists), 1))
    found = np.zeros((*lists.shape, len(prepared.actions)))
    for place, taken in enumerate(lists.T):
        if place < policy.limits.actions_per_customer:
            found[:, place] = choice_probabilities(keys, utility, open_, policy.exploration)
        else:
            found[:, place, problem.nothing] = 1.0
        found[~running, place] = 0.0
        running &= (taken != OTHER) & (taken != problem.nothing)
        action = np.where(running, taken, problem.nothing)
        group_left[rows, problem.group[action]] -= 1
        channel_left[rows, problem.channel[action]] -= 1
        open_ &= problem.compatible[action]
        open_ &= (group_left > 0)[:, problem.group] & (channel_left > 0)[:, problem.channel]
        open_[:, problem.nothing] = True
    return found


def _along_a_plan(
    first: NDArray[np.float64], planned: NDArray[np.int64], lists: NDArray[np.int64], nothing: int
) -> NDArray[np.float64]:
    """Return the probabilities under a plan over all customers.

    Parameters
    ----------
    first : ndarray of shape (n, n_actions)
        P(first place).
    planned : ndarray of int, shape (n, own places)
        The plan's lists, doing nothing behind their ends.
    lists : ndarray of int, shape (n, places)
    nothing : int
    """
    found = np.zeros((*lists.shape, first.shape[1]))
    found[:, 0] = first
    rows = np.arange(len(lists))
    running, with_plan = np.ones(len(lists), dtype=np.bool_), np.ones(len(lists), dtype=np.bool_)
    for place in range(1, lists.shape[1]):
        before = lists[:, place - 1]
        running &= (before != OTHER) & (before != nothing)
        with_plan &= before == _at(planned, place - 1, nothing)
        certain = np.where(with_plan, _at(planned, place, nothing), nothing)
        found[rows, place, certain] = running
    return found


def _at(planned: NDArray[np.int64], place: int, nothing: int) -> NDArray[np.int64]:
    return planned[:, place] if place < planned.shape[1] else np.full(len(planned), nothing)


def _planned_lists(prepared: Preparation, plan: SharedPlan) -> NDArray[np.int64]:
    """Return what the plan gives everybody before anybody explores, shape (n_customers, own places)."""
    nothing = prepared.problem.nothing
    chosen = plan.variables[plan.allocation.chosen]
    of = Planned.of(plan.rows, plan.open, chosen, plan.allocation.prices, nothing)
    places = prepared.policy.limits.actions_per_customer
    found = np.full((plan.open.customers, places), nothing, dtype=np.int64)
    found[of.customer[of.chosen], of.place] = plan.open.action[of.chosen]
    return found
