"""Whole actions made to fit with the least loss, then improved by moves, alone and in pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.decide.allocation.moves import (
    Moves,
    move_uses,
    pair_moves,
    repair_moves,
    repair_pair,
    single_moves,
)
from zhike.decide.allocation.unit_smoothing import smooth_moves

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.decide.allocation.dual import Dual

__all__ = ["improved", "repaired", "warm_moves"]

_EAGERNESS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 16.0, 64.0, 1e3, 1e6, np.inf)
"""Losses borne for a unit of priced violation, one after the other: the cheapest moves first."""
_ROUNDS: Final = 4
_REPAIR_MOVES, _LISTED = 30_000, 40_000
_FURTHER, _FULL = 1.5, 0.4
"""Loss looked at next, in largest losses of a list, where it holds so much of what it may."""
_PAIRED, _PAIRED_OF_ROW, _ROWS, _MUCH = 2_000, 500, 4, 0.02
"""Moves that are paired: of all, of a row; rows looked at, where this share of the gap is left unused."""
_TURN: Final = 0.618
"""Share of the customers by which each turn begins later: where moves are too many, others are met first."""
_PAIR_REPAIRS, _RELIEVING, _PARTNERS, _FAR = 30, 300, 8_000, 100.0
"""Pairs tried to make the rest fit; first moves, partners, and the losses looked at, in typical values."""
_NOTHING: Final = 1e-13
"""Gains that are rounding errors, as a share of the bound."""
_IMPROVEMENTS: Final = 30
_UNPRICED: Final = 1e-2
"""What a unit of a row without a price counts while it is violated, as a share of the row's price unit."""


def _listed(
    dual: Dual, prices: NDArray[np.float64], taken: NDArray[np.int32], theta: float, most: int, turn: int
) -> tuple[Moves, NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """Return moves with a loss of at most ``theta`` (fewer losses where there are too many), with their uses and gains."""
    moves = dual.moves(prices, taken, theta, most, int(turn * _TURN * len(taken)))
    use, gain = np.empty((len(moves.loss), len(prices))), np.empty(len(moves.loss))
    move_uses(dual.data, taken, moves, use, gain)
    return moves, use, gain


def repaired(
    dual: Dual, prices: NDArray[np.float64], taken: NDArray[np.int32], theta: float, *, pairs: bool = True
) -> NDArray[np.float64]:
    """Change ``taken`` until every row holds, or nothing helps any more, ``pairs`` of moves included; return the slack."""
    penalty = np.maximum(prices, _UNPRICED * dual.unit)
    slack = dual.slack(taken)
    for eagerness in _EAGERNESS:
        for turn in range(_ROUNDS):
            if (slack >= 0).all():
                return slack
            reach = max(theta, float(penalty @ np.maximum(-slack, 0.0))) if eagerness > 1 else theta
            moves, use, _ = _listed(dual, prices, taken, reach * max(1.0, eagerness), _REPAIR_MOVES, turn)
            touched = np.zeros(len(dual.data.first), dtype=bool)
            if not repair_moves(dual.data, moves, use, penalty, eagerness, slack, taken, touched):
                break
            slack = dual.slack(taken)
    return _repaired_in_pairs(dual, prices, taken, penalty) if pairs else dual.slack(taken)


def _repaired_in_pairs(
    dual: Dual, prices: NDArray[np.float64], taken: NDArray[np.int32], penalty: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Change ``taken`` by pairs, where a single move that relieves one row breaks another; return the slack."""
    for turn in range(_PAIR_REPAIRS):
        slack = dual.slack(taken)
        if (slack >= 0).all():
            break
        moves, use, _ = _listed(dual, prices, taken, _FAR * dual.scale, _LISTED, turn)
        relieving = np.flatnonzero((use[:, slack < 0] < 0).any(axis=1))[:_RELIEVING]
        pool = np.unique(np.concatenate([np.arange(min(len(use), _PARTNERS)), relieving]))
        firsts = np.searchsorted(pool, relieving)
        if not repair_pair(dual.data, moves.at(pool), use[pool], firsts, penalty, slack, taken):
            break
    return dual.slack(taken)


def improved(
    dual: Dual, prices: NDArray[np.float64], taken: NDArray[np.int32], enough: float, bound: float
) -> None:
    """Make single moves and pairs that add value and fit, until the value is within ``enough`` of the bound or none is left."""
    least, reach = _NOTHING * max(abs(bound), 1.0), np.inf
    for turn in range(_IMPROVEMENTS):
        made = 0
        for pairs in (False, True):
            slack, gap = dual.slack(taken), bound - dual.value(taken)
            if gap <= enough:
                return
            touched = np.zeros(len(dual.data.first), dtype=bool)
            moves, use, gain = _listed(dual, prices, taken, min(gap, reach), _LISTED, turn)
            # A full list says how far the next one will reach: it need not be looked for from the gap again.
            reach = _FURTHER * moves.loss[-1] if len(gain) > _FULL * _LISTED else np.inf
            if pairs:
                pool = _promising(use, prices * slack, gap)
                made += pair_moves(
                    dual.data, moves.at(pool), use[pool], gain[pool], prices, least, slack, taken, touched
                )
            else:
                order = np.argsort(-gain, kind="stable")
                made += single_moves(dual.data, order, moves, use, gain, least, slack, taken, touched)
        if not made:
            return


def _promising(use: NDArray[np.float64], priced: NDArray[np.float64], gap: float) -> NDArray[np.int64]:
    """Return moves to be paired: those with the least losses, of all and of those that use a row where much is left unused."""
    picked = [np.arange(min(len(use), _PAIRED))]
    rows = [row for row in np.argsort(-priced, kind="stable")[:_ROWS] if priced[row] > _MUCH * gap]
    picked += [np.flatnonzero(use[:, row] > 0)[:_PAIRED_OF_ROW] for row in rows]
    return np.unique(np.concatenate(picked))


def warm_moves(dual: Dual) -> None:
    """Compile the loops over moves, whichever of them a problem may need later."""
    prices, taken = np.zeros(len(dual.capacity)), dual.rounded(np.zeros(len(dual.capacity)), dual.scale)
    moves, use, gain = _listed(dual, prices, taken, dual.scale, _PAIRED, 0)
    slack, touched = dual.slack(taken), np.zeros(len(dual.data.first), dtype=bool)
    everything = np.arange(len(gain))
    repair_moves(dual.data, moves, use, dual.unit, 1.0, slack, taken, touched)
    single_moves(dual.data, everything, moves, use, gain, 0.0, slack, taken, touched)
    pair_moves(dual.data, moves, use, gain, prices, 0.0, slack, taken, touched)
    repair_pair(dual.data, moves, use, everything[:0], dual.unit, slack, taken)
    smooth_moves(dual.data, moves, use, gain, dual.scale, slack, np.zeros((len(slack), len(slack))))
