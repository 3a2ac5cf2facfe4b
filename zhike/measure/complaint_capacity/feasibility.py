r"""Whether hours that fall due day by day fit into the hours that there are: earliest date first, as a fluid.

Work is an array ``W`` of shape (paths, days, days + 1): ``W[p, r, d]`` hours come in on the morning of day ``r`` and are due on the evening of day
``d``; what is due later stands in the last column. Capacity is hours a day. One server that may be interrupted keeps every date exactly if

    for all a <= b:   sum of W[r, d] over r >= a, d <= b   <=   sum of capacity over a .. b

(the processor demand criterion), and then earliest date first keeps them. So the least level ``c`` of a capacity ``c * shape`` that keeps all dates of a
path is the greatest of ``demand(a, b) / shape(a, b)``, and the least that keeps them in a share of all paths is a quantile of these levels.

A desk of several people is such a server only as long as its work can be divided: what is said here is a bound, nobody can do with less.

References
----------
W. Horn, Naval Research Logistics Quarterly 21, 1974 (earliest date first is optimal); S. Baruah, L. Rosier, R. Howell, Real-Time Systems 2, 1990
(demand criterion).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

__all__ = ["hours_short", "latest_start", "least_levels"]

_TINY: Final = 1e-9
"""Hours that are rounding, not work."""


def hours_short(work: Reals, capacity: Reals, late: float = 0.0, late_share: float = 0.0) -> Reals:
    """Return the hours that are not done on the evening on which they are due, shape (paths, days).

    Parameters
    ----------
    work : ndarray of shape (paths, days, days + 1)
        Hours by the day on which they come in and the day on which they are due.
    capacity : ndarray of shape (days,)
        Hours of each day.
    late : float
        Hours of cases whose date has passed.
    late_share : float
        Share of each day that goes to them while there are any.

    Examples
    --------
    >>> work = np.zeros((1, 2, 3))
    >>> work[0, 0, :2] = 3.0, 6.0
    >>> hours_short(work, np.array([5.0, 3.0])).tolist()
    [[0.0, 1.0]]
    """
    paths, days, _ = work.shape
    waits, short = np.zeros((paths, days + 1)), np.zeros((paths, days))
    for day in range(days):
        waits += work[:, day]
        for_late = min(late, late_share * capacity[day])
        late -= for_late
        reached = np.cumsum(waits, axis=1)
        left = np.maximum(reached - (capacity[day] - for_late), 0.0)
        waits = np.diff(left, axis=1, prepend=0.0)
        short[:, day] = np.where(waits[:, day] > _TINY, waits[:, day], 0.0)
        waits[:, day] = 0.0
    return short


def least_levels(work: Reals, shape: Reals) -> Reals:
    """Return for each path the least level of a capacity in proportion to ``shape`` with which no date is missed.

    Parameters
    ----------
    work : ndarray of shape (paths, days, days + 1)
    shape : ndarray of shape (days,)
        Hours of each day at level 1; 0 on days without work.

    Returns
    -------
    ndarray of shape (paths,)
        Infinite where work is due before any day on which some is done.

    Examples
    --------
    >>> work = np.zeros((1, 3, 4))
    >>> work[0, 0, 0], work[0, 1, 2] = 2.0, 9.0
    >>> least_levels(work, np.array([1.0, 1.0, 2.0])).tolist()
    [3.0]
    """
    days = len(shape)
    # demand[p, a, b]: hours that come in on a or later and are due on b or earlier.
    demand = np.cumsum(np.cumsum(work[:, ::-1, :days], axis=1)[:, ::-1], axis=2)
    reached = np.concatenate([[0.0], np.cumsum(shape)])
    served = reached[None, 1:] - reached[:-1, None]
    # Work that came in before its own day only counts from that day on: a later day before an earlier one is no interval.
    ordered = np.triu(np.ones((days, days), dtype=bool))
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.where(ordered & (demand > _TINY), demand / np.where(ordered, served, 1.0), 0.0)
    return np.asarray(level.max(axis=(1, 2)))


def latest_start(
    work: Reals, capacity: Reals, more: Reals, confidence: float, **late: Any  # noqa: ANN401 - as `hours_short` takes it
) -> int | None:  # fmt: skip
    """Return the last day from which ``more`` hours a day keep every date in a share of all paths; None where not even from today.

    Parameters
    ----------
    more : ndarray of shape (days,)
        Hours that can be added to each day.
    """
    days = len(capacity)

    def kept(first: int) -> bool:
        added = np.where(np.arange(days) >= first, more, 0.0)
        return bool((hours_short(work, capacity + added, **late).sum(axis=1) == 0).mean() >= confidence)

    if not kept(0):
        return None
    low, high = 0, days
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if kept(middle) else (low, middle)
    return days if low == days - 1 and kept(days) else low
