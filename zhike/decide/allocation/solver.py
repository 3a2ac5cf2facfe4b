"""From a problem to a selection: prices from a sample, customers who can still change their answer, whole actions.

1. Prices from a random sample, with their sampling error.
2. One pass over everybody at these prices: whoever has the same best response for all prices within a box around them is settled.
3. The rest, the *core*, is solved in the same way under what the settled leave of the rows, until it is small enough to be
   solved as a whole. Where the prices then lie outside the box, 2 is done again around them.

Problems with caps, and small ones, are solved as a whole from the start.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from zhike.decide.allocation.arrays import arrays_of, part_of
from zhike.decide.allocation.conflicts import Feasibility
from zhike.decide.allocation.descent import descend
from zhike.decide.allocation.dual import CEILING, SEARCHED, Dual
from zhike.decide.allocation.kernels import accumulate, respond, screen
from zhike.decide.allocation.prices import newton_step
from zhike.decide.allocation.rounding import improved, repaired, warm_moves
from zhike.decide.allocation.search import searched

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from numpy.typing import NDArray

    from zhike.decide.allocation.arrays import Arrays
    from zhike.decide.allocation.prices import Look
    from zhike.decide.allocation.problem import Problem

    Result = TypeVar("Result")

__all__ = ["Solver"]

_DIRECT, _DIRECT_CORE = 300_000, 1_500_000
"""Variables up to which all customers are solved at once: from nothing, and from prices close by."""
_SAMPLE: Final = 20_000
_FIRST_SAMPLE: Final = 3_000
"""Customers of the samples; the first one finds where to begin."""
_SHARE: Final = 200
"""The last sample is at least one in so many."""
_FEW_SAMPLES: Final = 2
"""Sizes of the first sample up to which everybody is as quick."""
_COARSE: Final[tuple[float, ...]] = (1.0, 0.25, 1 / 16)
_FINE: Final = (1 / 64, 1 / 256, 1 / 1024, 1 / 4096, 1 / 16384)
"""Widths of the smoothing in mean values: far from the prices, and near them."""
_MOST_PARTS: Final = 150
"""Most fractional variables from which whole actions are rounded: more are too far from the bound."""
_HARMLESS: Final = 0.5
"""Share of the goal that rounding may lose where they are more: a width for each at most."""
_CONFLICT_SAMPLE: Final = 2_000
"""Customers of the sample on which conflicts between rows are looked for."""
_DEVIATIONS: Final = 4.0
"""Radius of the ellipsoid in which the prices of everybody are looked for."""
_STEPPED, _STEADY = 0.15, 1e-4
"""Share of the sampling error that one step with everybody's loads leaves; its damping."""
_BEYOND: Final = 2.0
"""How far beyond the radius prices may lie: few answers change there, and the certificate counts them."""
_WIDER: Final = 4.0
"""Growth of the covariance where prices lay beyond that, or nothing fitted."""
_BOX: Final = 3.0
"""Half the side of the box for the prices of a core, in radii: outside, its settled customers say nothing."""
_LEAST_SPREAD: Final = 2e-4
"""Least standard deviation of a price, in its unit, for the usual number of customers or fewer."""
_USUAL: Final = 100_000
_FEWER: Final = 0.7
"""Share of customers beyond which narrowing no longer pays."""
_SCREENS: Final = 4
_ACCURATE, _NEAR, _ROUGH = 1e-9, 1e-7, 1e-6
"""Share of the bound that may be left to gain at a width."""
_POOR, _AGAIN = 1e-4, 3_000_000
"""Gap, and variables, from which and up to which everybody is solved as a whole after all."""
_GOOD: Final = 5e-5
"""Gap at which a core is good enough although its prices lie far off, and moves of very many customers are not tried."""
_POLISHED: Final = 30_000_000
"""Variables up to which moves of everybody are tried where those of the core left a gap."""
_LOOKED_AT, _TIED, _APART = 20_000, 0.05, 1e-4
"""Values looked at for ties; share of them that are different, up to which they are told apart; by how much, in mean values."""
_LITTLE, _SMALL = 1e-7, 20_000
"""Share of the bound below which a finer width is not worth its passes; variables up to which it always is."""


class _Solved(NamedTuple):
    """A selection, shape (n_customers, k): positions, -1 where none; prices; and whether every row holds."""

    taken: NDArray[np.int32]
    prices: NDArray[np.float64]
    fits: bool


class Solver:
    """Solves one problem.

    Parameters
    ----------
    problem : Problem
    rng : Generator
        Draws the samples.
    goal : float
        Gap at which nothing more is tried.
    threads : int
        Threads of the passes over everybody.
    """

    def __init__(self, problem: Problem, rng: np.random.Generator, goal: float, threads: int) -> None:
        self.problem, self.rng, self.goal, self.threads = problem, rng, goal, threads
        self.true, self.rows = arrays_of(problem)
        self.data = _untied(self.true, rng)
        units = len(self.data.first) - 1
        self._sample = rng.choice(units, min(units, max(_SAMPLE, units // _SHARE)), replace=False)
        self._unit = Dual(problem, part_of(self.data, np.sort(self._sample)), problem.capacity).unit
        # Where caps are searched, wide smoothing would list too many selections.
        self._coarse = _COARSE if problem.caps is None else _COARSE[-1:]
        rough = problem.caps is not None and len(problem.act) > SEARCHED
        self._accurate = _NEAR if rough else _ACCURATE
        # The more customers, the less a price can be off by what one of them does.
        self._least = _LEAST_SPREAD * min(1.0, (_USUAL / max(units, 1)) ** 0.5)
        self._size = 0.0
        self._responses: tuple[object, float] = (None, 0.0)

    def solve(self, capacity: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the chosen variables, ascending, and the prices, for right-hand sides ``capacity``."""
        self._size = 0.0
        found = self._improved(self._solved(capacity), capacity)
        if _DIRECT < len(self.data.act) <= _AGAIN and not self._close(found, capacity, _POOR):
            again = self._improved(self._whole(self.data, capacity, found.prices), capacity)
            found = max(found, again, key=lambda one: (one.fits, self._value(one)))
        return self._chosen(found.taken), found.prices

    def _improved(self, found: _Solved, capacity: NDArray[np.float64]) -> _Solved:
        """Try moves of everybody where those of the core left a gap."""
        wanted = self.goal if len(self.data.act) <= _AGAIN else max(self.goal, _GOOD)
        if found.fits and not self._close(found, capacity, wanted) and len(self.data.act) <= _POLISHED:
            bound = self.bound(capacity, found.prices)
            dual = Dual(self.problem, self.true, capacity, unit=self._unit, scale=1.0)
            improved(dual, found.prices, found.taken, self.goal * abs(bound), bound)
        return found

    def _close(self, found: _Solved, capacity: NDArray[np.float64], gap: float) -> bool:
        bound = self.bound(capacity, found.prices)
        return found.fits and bound - self._value(found) <= gap * abs(bound)

    def _value(self, found: _Solved) -> float:
        count, spent = (np.zeros((self.problem.segments, self.problem.actions)) for _ in range(2))
        return accumulate(self.true, found.taken, count, spent)

    def _chosen(self, taken: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the variables of the problem behind a selection, ascending."""
        taken = np.sort(taken, axis=1)
        at, slot = np.nonzero(taken >= 0)
        chosen = self.problem.indptr[self.rows[at]] + taken[at, slot]
        return chosen if self.problem.caps is None else np.sort(chosen)

    def bound(self, capacity: NDArray[np.float64], prices: NDArray[np.float64], worth: float = 1.0) -> float:
        """Return the dual at some prices in float64, from one pass over all customers; values count ``worth`` times."""
        if not self.problem.k:
            return float(prices @ capacity)
        key = (worth, prices.tobytes())
        if self._responses[0] != key:
            self._responses = key, self._response(prices, worth)
        return self._responses[1] + float(prices @ capacity)

    def _response(self, prices: NDArray[np.float64], worth: float) -> float:
        """Return what the best responses of everybody are worth at some prices, net of them."""
        if self.problem.caps is not None:
            return Dual(self.problem, self.true, 0.0 * prices, worth, np.ones(len(prices))).bound(prices)
        table, k = self.problem.price_tables(prices), self.problem.k
        return float(
            sum(self._in_parts(self.true, lambda lo, hi: respond(self.true, lo, hi, table, k, worth)))
        )

    def searched(
        self, capacity: NDArray[np.float64], prices: NDArray[np.float64]
    ) -> NDArray[np.int64] | None:
        """Return the best plan of all, where the problem is small enough to search it completely; see `searched`."""
        if len(self.data.act) > _SMALL:
            return None
        dual = Dual(self.problem, self.true, capacity)
        weights = 1.0 / np.maximum(np.abs(capacity), dual.scale / dual.unit)
        taken = searched(self.true, capacity, prices, weights, self.problem.k)
        return None if taken is None else self._chosen(taken)

    def conflict(self) -> NDArray[np.bool_] | None:
        """Return rows that cannot all hold, as few as were found, where prices prove it for everybody; else None.

        Prices come from a sample. Without a floor there is nothing to prove: no action at all keeps every row.
        """
        if (self.problem.capacity >= 0).all():
            return None
        rows, _ = self.feasibility(_CONFLICT_SAMPLE)

        def proves(prices: NDArray[np.float64]) -> bool:
            return self.bound(self.problem.capacity, prices, worth=0.0) < 0.0

        return rows.smallest(proves) if rows.conflict and proves(rows.look.prices) else None

    def feasibility(self, most: int, near: NDArray[np.float64] | None = None) -> tuple[Feasibility, float]:
        """Return what the rows allow, of everybody or of a random sample, and how many times as many everybody is.

        ``near`` are prices from fewer customers, each as a share of its weight.
        """
        data, customers = self.data, self.problem.customers
        if self.problem.caps is not None or customers <= most:
            return Feasibility(self.problem, data, self.problem.capacity, near), 1.0
        rows = np.sort(self.rng.choice(customers, most, replace=False))
        stretch = customers / most
        return Feasibility(self.problem, part_of(data, rows), self.problem.capacity / stretch, near), stretch

    def warm(self, capacity: NDArray[np.float64]) -> None:
        """Go every way once, so that all loops are compiled; meant for a few customers."""
        if self.problem.caps is None:
            self._from_sample(capacity)
        self.solve(capacity)
        self.feasibility(_CONFLICT_SAMPLE)
        warm_moves(Dual(self.problem, self.data, capacity, unit=self._unit))

    def _solved(self, capacity: NDArray[np.float64]) -> _Solved:
        if self.problem.caps is None and len(self.data.act) > _DIRECT:
            return self._from_sample(capacity)
        if len(self.data.first) - 1 <= _FEW_SAMPLES * _FIRST_SAMPLE:
            return self._whole(self.data, capacity)
        return self._whole(self.data, capacity, self._sampled(capacity, _FIRST_SAMPLE)[1].prices)

    def _from_sample(self, capacity: NDArray[np.float64]) -> _Solved:
        """Solve everybody, beginning with prices from a sample and how far they may be off."""
        dual, look = self._sampled(capacity, _FIRST_SAMPLE, len(self._sample))
        rounded = dual.rounded(look.prices, _COARSE[-1] * dual.scale)
        spread = dual.spread(look, rounded, self.problem.customers)
        hessian = look.hessian * (self.problem.customers / dual.customers)
        return self._narrowed(self.data, capacity, look.prices, hessian, spread)

    def _narrowed(
        self, data: Arrays, capacity: NDArray[np.float64], prices: NDArray[np.float64], hessian: NDArray[np.float64],
        spread: NDArray[np.float64],
    ) -> _Solved:  # fmt: skip
        """Solve some customers whose prices lie around ``prices`` with a covariance of ``spread``.

        Where the core's prices lie far off, or nothing of it fits, the next core is larger, and around the prices found.
        """
        taken = np.empty((len(data.seg), self.problem.k), dtype=np.int32)
        prices = self._stepped(data, capacity, prices, hessian, taken)
        spread = _STEPPED**2 * spread + np.diag((self._least * self._unit) ** 2)
        for turn in range(_SCREENS):
            rows, load = self._screened(data, prices, spread, taken)
            core, left = part_of(data, rows), capacity - load
            if len(rows) > _FEWER * len(data.seg):
                found = self._whole(core, left, prices)
                break
            if len(core.act) <= _DIRECT_CORE:
                found = self._whole(core, left, prices, spread, patient=turn == _SCREENS - 1)
            else:
                found = self._narrowed(core, left, prices, hessian, spread)
            taken[rows] = found.taken
            # Within a core only the fit counts: how good the prices are is seen with everybody.
            near = _distance(found.prices - prices, spread) <= _BEYOND * _DEVIATIONS
            inner = data is not self.data
            if found.fits and (inner or near or self._close(found._replace(taken=taken), capacity, _GOOD)):
                break
            prices, spread = found.prices, _WIDER * spread
        taken[rows] = found.taken
        return _Solved(taken, found.prices, found.fits)

    def _stepped(
        self, data: Arrays, capacity: NDArray[np.float64], prices: NDArray[np.float64], hessian: NDArray[np.float64],
        taken: NDArray[np.int32],
    ) -> NDArray[np.float64]:  # fmt: skip
        """Return the prices after one Newton step with the loads of everybody's best response."""
        self._screened(data, prices, np.zeros_like(hessian), taken)
        count, spent = (np.zeros((self.problem.segments, self.problem.actions)) for _ in range(2))
        accumulate(data, taken, count, spent)
        slope = capacity - self.problem.loads(count, spent)
        box = (np.zeros(len(prices)), CEILING * self._unit)
        return np.clip(prices + newton_step(prices, hessian, slope, self._unit, box, _STEADY), *box)

    def _whole(
        self, data: Arrays, capacity: NDArray[np.float64], near: NDArray[np.float64] | None = None,
        spread: NDArray[np.float64] | None = None, *, patient: bool = True,
    ) -> _Solved:  # fmt: skip
        """Solve some customers as a whole: from nothing, from prices near by, or within a box around these with a covariance.

        Without patience a selection that does not fit soon is left to a larger core.
        """
        widths = (*self._coarse, *_FINE) if near is None else _FINE
        start, box = np.zeros(len(capacity)) if near is None else near, None
        if spread is not None:
            reach = _BOX * _DEVIATIONS * np.sqrt(np.diag(spread))
            box = (np.maximum(start - reach, 0.0), start + reach)
        dual = Dual(self.problem, data, capacity, unit=self._unit, box=box)
        self._size = self._size or max(abs(dual.look(start, dual.scale).bound), 1e-9)
        best, taken, width = self._priced(dual, start, widths)
        fits = bool((repaired(dual, best.prices, taken, width, pairs=patient) >= 0).all())
        if fits:
            improved(dual, best.prices, taken, self.goal * self._size, best.bound)
        return _Solved(taken, best.prices, fits)

    def _priced(
        self, dual: Dual, start: NDArray[np.float64], widths: tuple[float, ...]
    ) -> tuple[Look, NDArray[np.int32], float]:
        """Return the look with the lowest bound, a selection rounded from a smoothed solution, and the width of that one."""
        accurate = self._accurate if dual.customers == self.problem.customers else _NEAR
        little = _LITTLE * self._size if len(dual.data.act) > _SMALL else -np.inf
        best = dual.look(start, widths[0] * dual.scale)
        rounded_at: tuple[NDArray[np.float64], float] | None = None
        for share in widths:
            before, width = best.bound, share * dual.scale
            look, last = descend(dual, start, [width], accurate * self._size)
            start, best = last.prices, look if look.bound < best.bound else best
            if rounded_at is not None and before - best.bound < little:
                break
            harmless = last.parts * width <= _HARMLESS * self.goal * self._size
            if rounded_at is None and share <= _FINE[0] and (last.parts <= _MOST_PARTS or harmless):
                rounded_at = start, width
        near, width = rounded_at or (start, width)
        return best, dual.rounded(near, width), width

    def _sampled(self, capacity: NDArray[np.float64], *sizes: int) -> tuple[Dual, Look]:
        """Return the dual of the last of some random samples of growing size, and its look at its own best prices."""
        prices, widths = np.zeros(len(capacity)), self._coarse
        for size in sizes:
            part = part_of(self.data, np.sort(self._sample[:size]))
            share = len(part.seg) / max(self.problem.customers, 1)
            dual = Dual(self.problem, part, capacity * share, unit=self._unit)
            scale = abs(dual.look(prices, dual.scale).bound)
            _, look = descend(dual, prices, [width * dual.scale for width in widths], _ROUGH * scale)
            prices, widths, self._size = look.prices, self._coarse[-1:], scale / share
        return dual, look

    def _screened(
        self, data: Arrays, prices: NDArray[np.float64], spread: NDArray[np.float64], taken: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Fill in everybody's best response; return who is open, and the loads of the others."""
        table, wide = self.problem.price_tables(prices), _DEVIATIONS * self.problem.radius_tables(spread)
        open_ = np.empty(len(data.seg), dtype=bool)

        def part(lo: int, hi: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            count, spent = (np.zeros((self.problem.segments, self.problem.actions)) for _ in range(2))
            screen(data, lo, hi, table, wide, taken, open_, count, spent)
            return count, spent

        parts = self._in_parts(data, part)
        count, spent = (np.sum(tables, axis=0) for tables in zip(*parts, strict=True))
        return np.flatnonzero(open_), self.problem.loads(count, spent)

    def _in_parts(self, data: Arrays, run: Callable[[int, int], Result]) -> list[Result]:
        """Run something over ranges of customers, one a thread."""
        if self.threads == 1:
            return [run(0, len(data.seg))]
        edges = np.linspace(0, len(data.seg), self.threads + 1).astype(int).tolist()
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(run, edges[:-1], edges[1:]))


def _untied(data: Arrays, rng: np.random.Generator) -> Arrays:
    """Return the customers with values told apart where very many are equal: no price could divide them otherwise."""
    values = data.val[:: max(1, len(data.val) // _LOOKED_AT)]
    if len(data.val) <= _SMALL or len(np.unique(values)) > _TIED * len(values):
        return data
    apart = _APART * float(np.abs(values).mean(dtype=np.float64)) * rng.random(len(data.val))
    return data._replace(val=(data.val + apart).astype(data.val.dtype))


def _distance(moved: NDArray[np.float64], spread: NDArray[np.float64]) -> float:
    """Return how many deviations prices lie apart."""
    return float(max(float(moved @ np.linalg.solve(spread, moved)), 0.0) ** 0.5)
