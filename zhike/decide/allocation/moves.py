"""Moves: give up one action, take another, or both; what each costs at the prices, and takes from the rows.

A move's *loss* is the reduced value given up. With slack s >= 0 of the rows at prices p, a set of moves with uses d adds
``p d - loss`` to the plan's value, so at most ``p s - loss``: moves whose losses exceed the priced slack cannot help, which
keeps the search for one or two moves at once short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numba import njit

from zhike.decide.allocation.kernels import MOST_VARIABLES, reduce_values, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays

__all__ = [
    "Moves",
    "add_use",
    "list_moves",
    "move_uses",
    "pair_moves",
    "put_move",
    "repair_moves",
    "repair_pair",
    "single_moves",
]

FAR_TOO_MANY: Final = 4


class Moves(NamedTuple):
    """Moves, each part with shape (n_moves,).

    ``giver`` gives up ``out``, a slot or -1; ``taker`` takes ``into``, a position among its variables or -1. These two customers
    differ only within a household.
    """

    giver: NDArray[np.int64]
    out: NDArray[np.int64]
    taker: NDArray[np.int64]
    into: NDArray[np.int64]
    loss: NDArray[np.float64]

    @classmethod
    def room(cls, size: int) -> Moves:
        """Return room for so many moves."""
        giver, out, taker, into = np.empty((4, size), dtype=np.int64)
        return cls(giver, out, taker, into, np.empty(size))

    def at(self, places: NDArray[np.int64] | slice) -> Moves:
        """Return some of the moves."""
        return Moves(
            self.giver[places], self.out[places], self.taker[places], self.into[places], self.loss[places]
        )

    def sorted(self, most: int) -> Moves:
        """Return at most so many moves, by rising loss."""
        return self.at(np.argsort(self.loss, kind="stable")[:most])


@njit(cache=True, nogil=True, error_model="numpy")
def put_move(moves: Moves, at: int, giver: int, out: int, taker: int, into: int, loss: float) -> int:
    """Write one move where there is room; return the next place."""
    if at < len(moves.loss):
        moves.giver[at], moves.out[at], moves.taker[at], moves.into[at], moves.loss[at] = (
            giver,
            out,
            taker,
            into,
            loss,
        )
    return at + 1


@njit(cache=True, nogil=True, error_model="numpy")
def _list(
    data: Arrays, i: int, size: np.int64, reduced: NDArray[np.float64], taken: NDArray[np.int32], theta: float, found: int, moves: Moves
) -> int:  # fmt: skip
    """List the moves of one customer with a loss of at most ``theta`` behind ``found`` others; return how many there are then."""
    k, begin = taken.shape[1], data.indptr[i]
    empty, lowest = False, np.inf
    for slot in range(k):
        if taken[i, slot] < 0:
            empty, lowest = True, min(lowest, 0.0)
            continue
        held = reduced[taken[i, slot]]
        lowest = min(lowest, held)
        if held <= theta:
            found = put_move(moves, found, i, slot, i, whole(-1), held)
    for t in range(size):
        if lowest - reduced[t] > theta:
            continue
        same, inside, of = -1, False, data.group[data.act[begin + t]]
        for slot in range(k):
            if taken[i, slot] >= 0:
                inside = inside or taken[i, slot] == t
                if data.group[data.act[begin + taken[i, slot]]] == of:
                    same = slot
        if inside:
            continue
        if empty and same < 0 and -reduced[t] <= theta:
            found = put_move(moves, found, i, whole(-1), i, t, -reduced[t])
        for slot in range(k):
            if (
                taken[i, slot] >= 0
                and (same < 0 or same == slot)
                and reduced[taken[i, slot]] - reduced[t] <= theta
            ):
                found = put_move(moves, found, i, slot, i, t, reduced[taken[i, slot]] - reduced[t])
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def list_moves(
    data: Arrays, table: NDArray[np.float64], taken: NDArray[np.int32], theta: float, worth: float, offset: int, moves: Moves
) -> int:  # fmt: skip
    """List moves with a loss of at most ``theta``, beginning with customer ``offset``; return how many were met.

    That may be more than the arrays hold: the rest is not listed, and the search ends where there are far too many.
    """
    found, customers, reduced = whole(0), len(taken), np.empty(MOST_VARIABLES)
    for at in range(customers):
        i = (at + offset) % customers
        size = reduce_values(data, i, table, worth, reduced)
        found = _list(data, i, size, reduced, taken, theta, found, moves)
        if found > FAR_TOO_MANY * len(moves.loss):
            break
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def add_use(data: Arrays, actions: int, sign: float, p: int, s: np.int64, use: NDArray[np.float64]) -> None:
    """Add what variable p of a customer in segment s takes from the rows, times ``sign``."""
    cell = s * actions + np.int64(data.act[p])
    for e in range(data.start[cell], data.start[cell + 1]):
        use[data.row[e]] += sign * (data.by_unit[e] + data.by_cost[e] * np.float64(data.cost[p]))


@njit(cache=True, nogil=True, error_model="numpy")
def move_uses(
    data: Arrays, taken: NDArray[np.int32], moves: Moves, use: NDArray[np.float64], gain: NDArray[np.float64]
) -> None:  # fmt: skip
    """Fill in what each move takes from the rows, shape (n_moves, n_rows), and adds to the value, shape (n_moves,)."""
    actions = len(data.group)
    for a in range(len(moves.loss)):
        gain[a] = 0.0
        use[a, :] = 0.0
        if moves.out[a] >= 0:
            i = moves.giver[a]
            p = data.indptr[i] + taken[i, moves.out[a]]
            gain[a] -= np.float64(data.val[p])
            add_use(data, actions, -1.0, p, np.int64(data.seg[i]), use[a])
        if moves.into[a] >= 0:
            i = moves.taker[a]
            p = data.indptr[i] + moves.into[a]
            gain[a] += np.float64(data.val[p])
            add_use(data, actions, 1.0, p, np.int64(data.seg[i]), use[a])


@njit(cache=True, nogil=True, error_model="numpy")
def _make(moves: Moves, a: int, taken: NDArray[np.int32]) -> None:
    """Make one move: what is taken goes to the slot given up, or to an empty one."""
    if moves.out[a] >= 0:
        taken[moves.giver[a], moves.out[a]] = -1
    if moves.into[a] >= 0:
        i, slot = moves.taker[a], 0
        while taken[i, slot] >= 0:
            slot += 1
        taken[i, slot] = moves.into[a]


@njit(cache=True, nogil=True, error_model="numpy")
def repair_moves(
    data: Arrays, moves: Moves, use: NDArray[np.float64], penalty: NDArray[np.float64], most_loss: float,
    slack: NDArray[np.float64], taken: NDArray[np.int32], touched: NDArray[np.bool_],
) -> int:  # fmt: skip
    """Make moves whose loss is at most ``most_loss`` times the priced violation that they take away; return how many.

    ``slack`` (negative where a row is violated) and ``taken`` change in place; a household moves once.
    """
    made, rows = 0, len(slack)
    for a in range(len(moves.loss)):
        if touched[data.unit[moves.taker[a]]]:
            continue
        less = 0.0
        for r in range(rows):
            if use[a, r] != 0.0:
                less += penalty[r] * (max(0.0, -slack[r]) - max(0.0, use[a, r] - slack[r]))
        if less > 0.0 and moves.loss[a] <= most_loss * less:
            for r in range(rows):
                slack[r] -= use[a, r]
            _make(moves, a, taken)
            touched[data.unit[moves.taker[a]]] = True
            made += 1
    return made


@njit(cache=True, nogil=True, error_model="numpy")
def single_moves(
    data: Arrays, order: NDArray[np.int64], moves: Moves, use: NDArray[np.float64], gain: NDArray[np.float64], least: float,
    slack: NDArray[np.float64], taken: NDArray[np.int32], touched: NDArray[np.bool_],
) -> int:  # fmt: skip
    """Make every move that gains more than ``least`` and fits, in the order given; return how many."""
    made, rows = 0, len(slack)
    for a in order:
        if gain[a] <= least or touched[data.unit[moves.taker[a]]]:
            continue
        fits = True
        for r in range(rows):
            if use[a, r] > 0.0 and use[a, r] > slack[r]:
                fits = False
                break
        if fits:
            for r in range(rows):
                slack[r] -= use[a, r]
            _make(moves, a, taken)
            touched[data.unit[moves.taker[a]]] = True
            made += 1
    return made


@njit(cache=True, nogil=True, error_model="numpy")
def pair_moves(
    data: Arrays, moves: Moves, use: NDArray[np.float64], gain: NDArray[np.float64], prices: NDArray[np.float64], least: float,
    slack: NDArray[np.float64], taken: NDArray[np.int32], touched: NDArray[np.bool_],
) -> int:  # fmt: skip
    """Make pairs of moves that fit together and gain more than ``least``; moves stand by rising loss. Return how many pairs.

    For each first move the best partner is taken.
    """
    made, rows, left = 0, len(slack), np.zeros(len(slack))
    for a in range(len(moves.loss)):
        mine = data.unit[moves.taker[a]]
        if touched[mine]:
            continue
        room = 0.0
        for r in range(rows):
            left[r] = slack[r] - use[a, r]
            room += prices[r] * slack[r]
        if moves.loss[a] + moves.loss[0] >= room:
            break
        best, partner = least, whole(-1)
        for b in range(len(moves.loss)):
            if moves.loss[a] + moves.loss[b] >= room - best:
                break
            other = data.unit[moves.taker[b]]
            if gain[a] + gain[b] <= best or touched[other] or other == mine:
                continue
            fits = True
            for r in range(rows):
                if use[b, r] > left[r] and (use[b, r] > 0.0 or use[a, r] > 0.0):
                    fits = False
                    break
            if fits:
                best, partner = gain[a] + gain[b], b
        if partner >= 0:
            for r in range(rows):
                slack[r] = left[r] - use[partner, r]
            _make(moves, a, taken)
            _make(moves, partner, taken)
            touched[mine] = True
            touched[data.unit[moves.taker[partner]]] = True
            made += 1
    return made


@njit(cache=True, nogil=True, error_model="numpy")
def repair_pair(
    data: Arrays, moves: Moves, use: NDArray[np.float64], firsts: NDArray[np.int64], penalty: NDArray[np.float64],
    slack: NDArray[np.float64], taken: NDArray[np.int32],
) -> bool:  # fmt: skip
    """Make the pair that leaves the least priced violation, and among equals loses least; return whether it is less than before.

    ``firsts`` are places of moves that relieve a violated row; the partner makes good what they break.
    """
    rows, before = len(slack), 0.0
    for r in range(rows):
        before += penalty[r] * max(0.0, -slack[r])
    best, loss, first, second = before * (1.0 - 1e-9), np.inf, whole(-1), whole(-1)
    left = np.zeros(rows)
    for a in firsts:
        for r in range(rows):
            left[r] = slack[r] - use[a, r]
        for b in range(len(moves.loss)):
            if data.unit[moves.taker[b]] == data.unit[moves.taker[a]]:
                continue
            over = 0.0
            for r in range(rows):
                over += penalty[r] * max(0.0, use[b, r] - left[r])
                if over > best:
                    break
            lost = moves.loss[a] + moves.loss[b]
            if over < best or (over == best and lost < loss):
                best, loss, first, second = over, lost, a, b
    if first < 0:
        return False
    for r in range(rows):
        slack[r] -= use[first, r] + use[second, r]
    _make(moves, first, taken)
    _make(moves, second, taken)
    return True
