"""The real-time twin of the batch: one customer answered at prices, and a day of customers played from beginning to end.

A customer who comes gets the best answer at the prices of the moment, ``max_{x in X_i} (v_i - p A_i) x``, by the loops of the batch.
What an action takes and is not there any more closes it: the answer is then the best of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.decide.allocation.arrays import part_of
from zhike.decide.allocation.arrivals import Room, answer, serve
from zhike.decide.allocation.pacing import apart, worths

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from zhike.decide.allocation.arrays import Arrays
    from zhike.decide.allocation.pacing import Pacer
    from zhike.decide.allocation.problem import Problem

__all__ = ["Answer", "Day", "Terms", "arrival_order", "portion", "respond_one", "simulate_day"]

_MARGIN, _MANY = 1e-12, 1_000
"""Sums of fractions of more customers than that may differ in their last digits by the order of summation: rows hold in any."""
_FIRST, _NEXT, _LAST = 0.01, 0.15, 10
"""Prices are found anew after this share of the customers, then after as many again or this share of those to come, whichever is
less, until only the last few are still to come: often where the day shows its kind, and where little is left to correct with."""


@dataclass(frozen=True, slots=True)
class Terms:
    """All that an answer needs beside the customer: prices, and what the rows charge at them.

    Parameters
    ----------
    prices : ndarray of float64, shape (n_rows,)
    table : ndarray of float64, shape (n_segments, 2, n_actions)
        See `Problem.price_tables`.
    k : int
        Most actions a customer.
    stops : ndarray of bool, shape (n_rows,)
        Rows that may never be exceeded: all but floors, which begin below their right-hand side.
    data : Arrays
        Groups, uses and caps; its customers are not looked at.
    """

    prices: NDArray[np.float64]
    table: NDArray[np.float64] = field(repr=False)
    k: int
    stops: NDArray[np.bool_]
    data: Arrays = field(repr=False)

    @classmethod
    def of(cls, problem: Problem, prices: NDArray[np.float64]) -> Terms:
        """Return the terms of a problem at some prices."""
        return cls(prices, problem.price_tables(prices), problem.k, problem.capacity >= 0, apart(problem))

    def at(self, problem: Problem, prices: NDArray[np.float64]) -> Terms:
        """Return the same terms at other prices."""
        return replace(self, prices=prices, table=problem.price_tables(prices))


@dataclass(frozen=True, slots=True)
class Answer:
    """What one customer gets, with the pieces of its score ``net = value - charge.sum(axis=1)``.

    Parameters
    ----------
    chosen : ndarray of int64, shape (n_chosen,)
        Places among the customer's variables, best first.
    value, net : ndarray of float64, shape (n_chosen,)
    use, charge : ndarray of float64, shape (n_chosen, n_rows)
        What each takes of the rows, and what that costs at the prices.
    closed : int
        Better actions that no longer fitted.
    """

    chosen: NDArray[np.int64]
    value: NDArray[np.float64]
    use: NDArray[np.float64]
    charge: NDArray[np.float64]
    net: NDArray[np.float64]
    closed: int


def respond_one(
    terms: Terms,
    segment: int,
    act: ArrayLike,
    val: ArrayLike,
    cost: ArrayLike,
    left: NDArray[np.float64] | None = None,
    limit: NDArray[np.int64] | None = None,
) -> Answer:
    """Return the best answer for one customer at the prices.

    Parameters
    ----------
    terms : Terms
    segment : int
    act, val, cost : array_like, shape (n_variables,)
        What is open to the customer.
    left : ndarray of float64, shape (n_rows,), optional
        What is left of every row: an action that takes more is closed, and the answer is the best without it. Everything fits if
        not given.
    limit : ndarray of int64, shape (n_caps,), optional
        What each cap still allows, where the customer or its household has some already.

    Examples
    --------
    One hour is left and the better action takes two.

    >>> from zhike.decide.allocation import Problem
    >>> problem = Problem.of({"indptr": np.array([0]), "act": np.zeros(0, np.uint8), "val": np.zeros(0), "cost": np.zeros(0),
    ...     "seg": np.zeros(0, np.uint8), "group": np.arange(2), "use_group": 0, "k": 1, "W0": np.array([[[2.0, 1.0]]]),
    ...     "W1": np.zeros((1, 1, 2)), "b": np.array([9.0]), "names": np.array(["hours"])})
    >>> found = respond_one(Terms.of(problem, np.array([3.0])), 0, [0, 1], [10.0, 5.0], [0.0, 0.0], left=np.array([1.0]))
    >>> found.chosen.tolist(), found.value.tolist(), found.charge.tolist(), found.net.tolist(), found.closed
    ([1], [5.0], [[3.0]], [2.0], 1)
    """
    data = _one(terms.data, segment, act, val, cost)
    rows = len(terms.stops)
    room = Room(
        np.full(rows, np.inf) if left is None else left, terms.stops, data.limit if limit is None else limit
    )
    place = np.empty(terms.k, dtype=np.int32)
    closed = answer(data, 0, terms.table, room, place)
    return _told(terms, data, place[place >= 0].astype(np.int64), int(closed))


def _one(terms: Arrays, segment: int, act: ArrayLike, val: ArrayLike, cost: ArrayLike) -> Arrays:
    """Return the arrays of one customer, of the kinds for which the loops are compiled."""
    columns = {"act": act, "val": val, "cost": cost}
    of = {name: np.ascontiguousarray(values, getattr(terms, name).dtype) for name, values in columns.items()}
    ends = np.array([0, len(of["act"])], dtype=np.int64)
    seg = np.array([segment], dtype=terms.seg.dtype)
    return terms._replace(indptr=ends, seg=seg, unit=np.zeros(1, np.int64), first=np.array([0, 1]), **of)


def _told(terms: Terms, data: Arrays, chosen: NDArray[np.int64], closed: int) -> Answer:
    """Return an answer with the pieces of its score."""
    use = np.zeros((len(chosen), len(terms.prices)))
    for at, place in enumerate(chosen):
        cell = int(data.seg[0]) * len(data.group) + int(data.act[place])
        of = slice(data.start[cell], data.start[cell + 1])
        use[at, data.row[of]] = data.by_unit[of] + data.by_cost[of] * float(data.cost[place])
    value, charge = data.val[chosen].astype(np.float64), use * terms.prices
    return Answer(chosen, value, use, charge, value - charge.sum(axis=1), closed)


@dataclass(frozen=True, slots=True)
class Day:
    """A day played to its end.

    Parameters
    ----------
    chosen : ndarray of int64
        Variables of the problem, ascending.
    objective : float
        Their value.
    load : ndarray of float64, shape (n_rows,)
    violation : float
        Largest excess over a row that may not be exceeded, relative to its right-hand side.
    missed : ndarray of float64, shape (n_rows,)
        By how much each floor was missed, in the unit of the row; 0 elsewhere.
    refused : int
        Customers who lost an action of their best answer because too little was left.
    refreshes : int
    prices : ndarray of float64, shape (n_rows,)
        The last ones.
    """

    chosen: NDArray[np.int64]
    objective: float
    load: NDArray[np.float64]
    violation: float
    missed: NDArray[np.float64]
    refused: int
    refreshes: int
    prices: NDArray[np.float64]

    def regret(self, best: float) -> float:
        """Return what the day fell short of ``best``, the value or the bound of the plan made with hindsight, as a share of it."""
        return (best - self.objective) / (abs(best) or 1.0)


def simulate_day(
    problem: Problem, order: NDArray[np.int64], prices: NDArray[np.float64], pacer: Pacer | None = None
) -> Day:
    """Let customers come in an order and answer each at the prices of the moment.

    Parameters
    ----------
    problem : Problem
        The day's customers, and what is there for all of them.
    order : ndarray of int64
        Customers in the order in which they come, each once.
    prices : ndarray of float64, shape (n_rows,)
        Stored prices with which the day begins.
    pacer : Pacer, optional
        Finds them anew; without it they stay.

    Raises
    ------
    UsageError
        When a customer comes twice, or is none of the problem's.
    """
    order = np.ascontiguousarray(order, np.int64)
    _check(problem, order)
    desk = _Desk(problem, prices)
    if pacer is None:
        desk.serve(order)
        return desk.day(0)
    pace, begun = pacer.opened(prices), 0
    of = pacer.strata(desk.terms.data.seg, worths(desk.terms.data))[order]
    for end in _ends(len(order)):
        desk.price(pace.prices)
        desk.serve(order[begun:end])
        came = pace.came + np.bincount(of[begun:end], minlength=len(pace.came))
        pace, begun = pacer.refreshed(pace, end / len(order), desk.used(), came), end
    desk.price(pace.prices)
    desk.serve(order[begun:])
    return desk.day(pace.refreshes)


def arrival_order(problem: Problem, rng: np.random.Generator, *, drifting: bool) -> NDArray[np.int64]:
    """Return the customers in an order of arrival: at random, or rich ones and the largest segment rather early in the day."""
    if not drifting:
        return rng.permutation(problem.customers)
    rank = np.argsort(np.argsort(worths(apart(problem)))) / max(problem.customers, 1)
    largest = np.bincount(problem.seg, minlength=1).argmax()
    lateness = 0.5 * (1.0 - rank) + 0.25 * (problem.seg != largest)
    return np.argsort(lateness + 0.5 * rng.random(problem.customers), kind="stable")


def portion(problem: Problem, rows: NDArray[np.int64]) -> Problem:
    """Return the problem of some customers, with their share of the right-hand sides."""
    data = part_of(apart(problem), rows)
    caps = problem.caps and replace(problem.caps, household=problem.caps.household[rows])
    return replace(
        problem, indptr=data.indptr, act=data.act, val=data.val, cost=data.cost, seg=data.seg,
        capacity=problem.capacity * (len(rows) / max(problem.customers, 1)), caps=caps,
    )  # fmt: skip


class _Desk:
    """Serves customers of a problem and keeps the books."""

    def __init__(self, problem: Problem, prices: NDArray[np.float64]) -> None:
        self.problem, self.terms, self.refused = problem, Terms.of(problem, prices), 0
        caps, limits = problem.caps, len(self.terms.data.limit)
        self._household = np.zeros(problem.customers, np.int64) if caps is None else caps.household
        self._sharing = np.zeros(0, bool) if caps is None else caps.by_household
        self._had = np.zeros((int(self._household.max(initial=0)) + 1, limits), np.int64)
        margin = _MARGIN * (problem.customers > _MANY)
        self._opened = problem.capacity - margin * np.abs(problem.capacity) * _fractional(problem)
        self._room = Room(self._opened.copy(), self.terms.stops, self.terms.data.limit.copy())
        self._taken = np.full((problem.customers, problem.k), -1, dtype=np.int32)

    def price(self, prices: NDArray[np.float64]) -> None:
        self.terms = self.terms.at(self.problem, prices)

    def used(self) -> NDArray[np.float64]:
        return np.asarray(self._opened - self._room.left, dtype=np.float64)

    def serve(self, order: NDArray[np.int64]) -> None:
        self.refused += serve(
            self.terms.data, order, self.terms.table, self._room, self._household, self._sharing, self._had, self._taken
        )  # fmt: skip

    def day(self, refreshes: int) -> Day:
        at, slot = np.nonzero(self._taken >= 0)
        chosen = np.sort(self.problem.indptr[at] + self._taken[at, slot])
        load, objective = self.problem.totals(chosen)
        over = np.maximum(load - self.problem.capacity, 0.0)
        stops, size = self.terms.stops, np.maximum(np.abs(self.problem.capacity), 1.0)
        worst = float((over / size)[stops].max(initial=0.0))
        missed = np.where(stops, 0.0, over)
        return Day(chosen, objective, load, worst, missed, self.refused, refreshes, self.terms.prices)


def _fractional(problem: Problem) -> NDArray[np.bool_]:
    """Return which rows add up more than whole numbers."""
    uses = problem.uses
    odd = (uses.by_cost != 0) | (uses.by_unit != np.round(uses.by_unit))
    return np.bincount(uses.row, odd, len(problem.capacity)) > 0


def _ends(customers: int) -> list[int]:
    """Return after how many customers prices are found anew."""
    ends, came = [], max(1, int(customers * _FIRST))
    while customers - came > _LAST:
        ends.append(came)
        came += max(1, min(came, int((customers - came) * _NEXT)))
    return ends


def _check(problem: Problem, order: NDArray[np.int64]) -> None:
    if len(order) and not (order.min() >= 0 and order.max() < problem.customers):
        raise UsageError(
            what=phrase("a customer who is not in the problem"), expected=phrase("customers of the problem")
        )
    if np.bincount(order, minlength=1).max() > 1:
        raise UsageError(what=phrase("a customer who comes twice"), expected=phrase("each customer once"))
