"""Control charts of indicators, with signals whose false alarms are said.

A chart takes what a stable process does by chance and marks what does not look like it. Centre and limits are of the baseline points:

    individuals   m +- 3 mean|x_t - x_{t-1}| / 1.128
    p (shares)    p +- 3 sqrt(p (1 - p) / n_t),   p = sum of counts over sum of sizes
    u (rates)     u +- 3 sqrt(u / n_t),           u = sum of counts over sum of sizes

Each further rule finds changes sooner and cries wolf more often. `RUN_LENGTHS` says after how many points of a stable process a set of
rules gives its first false alarm on average.

References
----------
W. Shewhart, 1931; Western Electric, Statistical Quality Control Handbook, 1956; C. Champ, W. Woodall, "Exact results for Shewhart control
charts with supplementary runs rules", Technometrics 29, 1987 (the run lengths).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["RULES", "RUN_LENGTHS", "Chart", "individuals_chart", "p_chart", "signals", "u_chart"]

RULES: Final = {1: (1, 1, 3.0), 2: (2, 3, 2.0), 3: (4, 5, 1.0), 4: (8, 8, 0.0)}
"""Western Electric's: so many of so many points beyond so many deviations, all on one side."""
RUN_LENGTHS: Final = {
    frozenset({1}): 370.4, frozenset({1, 2}): 225.44, frozenset({1, 3}): 166.05, frozenset({1, 4}): 152.73,
    frozenset({1, 2, 3}): 132.89, frozenset({1, 2, 4}): 122.05, frozenset({1, 3, 4}): 105.78, frozenset({1, 2, 3, 4}): 91.75,
}  # fmt: skip
"""Points of a stable process until the first false alarm, on average, by set of rules."""
_SPREAD: Final = 1.128
"""Mean distance of two normal values in deviations, 2 / sqrt(pi)."""


class Chart(NamedTuple):
    """A chart: ``values``, ``low`` and ``high`` of shape (points,), the ``centre``, and each point's distance ``z`` in deviations."""

    values: NDArray[np.float64]
    centre: float
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    z: NDArray[np.float64]


def individuals_chart(values: NDArray[np.float64], baseline: int | None = None) -> Chart:
    """Return the chart of single values in the order of time.

    Parameters
    ----------
    values : array, shape (points,)
        Two or more.
    baseline : int, optional
        How many points at the start tell centre and limits; all unless given.

    Examples
    --------
    >>> found = individuals_chart(np.array([10.0, 12, 11, 13, 9, 30]), baseline=5)
    >>> found.centre, round(float(found.high[0]), 3), round(float(found.z[-1]), 1)
    (11.0, 16.984, 9.5)
    """
    known = values[:baseline]
    centre, deviation = float(known.mean()), float(np.abs(np.diff(known)).mean()) / _SPREAD
    return _chart(values, centre, np.full(len(values), deviation), (-np.inf, np.inf))


def p_chart(counts: NDArray[np.float64], sizes: NDArray[np.float64], baseline: int | None = None) -> Chart:
    """Return the chart of shares ``counts / sizes``; limits stay between 0 and 1.

    Examples
    --------
    >>> found = p_chart(np.array([10.0, 12, 30]), np.array([100.0, 120, 100]), baseline=2)
    >>> found.centre, float(found.z[-1].round(2))
    (0.1, 6.67)
    """
    centre = float(counts[:baseline].sum() / sizes[:baseline].sum())
    return _chart(counts / sizes, centre, np.sqrt(centre * (1 - centre) / sizes), (0.0, 1.0))


def u_chart(counts: NDArray[np.float64], sizes: NDArray[np.float64], baseline: int | None = None) -> Chart:
    """Return the chart of rates ``counts / sizes``, such as complaints per 1,000 customers; limits stay at 0 or above.

    Examples
    --------
    >>> found = u_chart(np.array([4.0, 5, 16]), np.array([1.0, 1.25, 1]), baseline=2)
    >>> found.centre, float(found.z[-1])
    (4.0, 6.0)
    """
    centre = float(counts[:baseline].sum() / sizes[:baseline].sum())
    return _chart(counts / sizes, centre, np.sqrt(centre / sizes), (0.0, np.inf))


def _chart(
    values: NDArray[np.float64], centre: float, deviation: NDArray[np.float64], bounds: tuple[float, float]
) -> Chart:
    low, high = (np.clip(centre + side * 3 * deviation, *bounds) for side in (-1, 1))
    # A baseline without any spread makes every other value a signal, and its own none.
    away = values - centre
    z = np.where(away == 0, 0.0, np.copysign(np.inf, away))
    np.divide(away, deviation, out=z, where=deviation > 0)
    return Chart(values, centre, low, high, z)


def signals(z: NDArray[np.float64], rules: Iterable[int] = (1,)) -> dict[int, NDArray[np.bool_]]:
    """Return of each rule at which points it gives a signal.

    Parameters
    ----------
    z : array, shape (..., points)
        Distances in deviations, in the order of time.
    rules : iterable of int
        Of `RULES`; their false alarms together are in `RUN_LENGTHS`.

    Examples
    --------
    >>> z = np.array([0.5, 2.1, 0.3, 2.4, 3.2, -1.0])
    >>> {rule: np.flatnonzero(found).tolist() for rule, found in signals(z, (1, 2)).items()}
    {1: [4], 2: [3, 4]}
    """
    return {rule: _beyond(z, *RULES[rule]) | _beyond(-z, *RULES[rule]) for rule in rules}


def _beyond(z: NDArray[np.float64], many: int, of: int, distance: float) -> NDArray[np.bool_]:
    """Return at which points, themselves beyond, ``many`` of the last ``of`` were beyond on the upper side."""
    out = z > distance
    counted = np.cumsum(out, axis=-1)
    earlier = np.zeros_like(counted)
    earlier[..., of:] = counted[..., :-of]
    return np.asarray(out & (counted - earlier >= many))
