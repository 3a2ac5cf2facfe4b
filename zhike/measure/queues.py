r"""Waiting lines: how long customers wait with so many staff, how many give up, and what the speed of one tier costs the others.

Arrivals come by chance at rate ``lambda``, service takes the time ``s`` on average (exponential), ``a = lambda s`` is the load, ``N`` the staff.

    B_0 = 1,  B_k = a B_{k-1} / (k + a B_{k-1})                      Erlang B: all busy, nobody waits
    C = N B / (N - a (1 - B))                                        Erlang C: a customer has to wait
    within t: 1 - C exp(-(N - a) t / s),   mean wait: C s / (N - a)

With patience (Erlang A, exponential with mean ``1 / theta``), states ``n`` have rates ``lambda`` up and ``min(n, N) / s + max(0, n - N) theta`` down, and
are solved as they stand. With classes served in order of priority, none interrupted and all of one service time (Cobham),

    W_k = (C s / N) / ((1 - sigma_{k-1}) (1 - sigma_k)),   sigma_k = load of classes 1 to k, over N

so that ``sum rho_k W_k`` is the same whatever the order: what a tier gains, others lose.

References
----------
A. Erlang, 1917; A. Cobham, Operations Research 2, 1954; C. Palm, 1946; A. Mandelbaum, S. Zeltyn, "Service engineering in action: the Palm/Erlang-A
queue", 2007; L. Kleinrock, Queueing Systems 2, 1976 (the conservation law).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Line", "PatientLine", "erlang_a", "erlang_b", "erlang_c", "priority_waits", "staff_for"]


class Line(NamedTuple):
    """A line in which everybody waits as long as it takes; infinite where the load is not below the staff.

    Parameters
    ----------
    waits : float
        Chance of having to wait.
    mean_wait : float
        Of all customers, in the unit of the service time.
    occupancy : float
        Share of staff that is busy.
    drain : float
        ``(N - a) / s``: waits above 0 are exponential with this rate.
    """

    waits: float
    mean_wait: float
    occupancy: float
    drain: float

    def within(self, time: float) -> float:
        """Return the share of customers who wait at most ``time`` (the service level)."""
        return 1 - self.waits * math.exp(-self.drain * time) if self.drain > 0 else 0.0


class PatientLine(NamedTuple):
    """A line that customers leave: chances to wait and to give up, mean wait of all, occupancy, mean number waiting."""

    waits: float
    gives_up: float
    mean_wait: float
    occupancy: float
    waiting: float


def erlang_b(load: float, staff: int) -> float:
    """Return the chance that all are busy where nobody waits.

    Parameters
    ----------
    load : float
        Arrivals times service time.
    staff : int

    Examples
    --------
    >>> round(erlang_b(10.0, 10), 4)
    0.2146
    """
    busy = 1.0
    for one in range(1, staff + 1):
        busy = load * busy / (one + load * busy)
    return busy


def erlang_c(arrivals: float, service: float, staff: int) -> Line:
    """Return the line of ``arrivals`` per unit of time, each served for ``service`` units.

    Examples
    --------
    >>> found = erlang_c(100 / 1800, 180, 14)
    >>> round(found.waits, 6), round(found.within(20), 6), round(found.mean_wait, 3), round(found.occupancy, 4)
    (0.174132, 0.88835, 7.836, 0.7143)
    """
    load = arrivals * service
    if load >= staff:
        return Line(1.0, math.inf, 1.0, 0.0)
    busy = erlang_b(load, staff)
    waits = staff * busy / (staff - load * (1 - busy))
    return Line(waits, waits * service / (staff - load), load / staff, (staff - load) / service)


def staff_for(
    arrivals: float, service: float, level: float, time: float, shrinkage: float = 0.0
) -> tuple[int, int]:
    """Return the fewest staff with whom a share ``level`` waits at most ``time``, and the positions that takes.

    Parameters
    ----------
    level : float
        Below 1.
    shrinkage : float
        Share of paid time in which staff do not serve, below 1.

    Examples
    --------
    >>> staff_for(100 / 1800, 180, 0.8, 20, 0.3)
    (14, 20)
    """
    staff = math.floor(arrivals * service) + 1
    while erlang_c(arrivals, service, staff).within(time) < level:
        staff += 1
    # A position of 14 / 0.7 is 20, not 20.000000000000004.
    return staff, math.ceil(round(staff / (1 - shrinkage), 9))


def erlang_a(arrivals: float, service: float, staff: int, patience: float) -> PatientLine:
    """Return the line whose customers give up after ``patience`` units of time on average.

    Examples
    --------
    >>> found = erlang_a(48, 1, 50, 2)
    >>> round(found.waits, 5), round(found.gives_up, 5), round(60 * found.mean_wait, 3), round(found.occupancy, 5)
    (0.46777, 0.03091, 3.709, 0.93032)
    """
    load = arrivals * service
    # Above the mean line by many deviations: what is left out is below the last digit.
    last = staff + math.ceil(2 * arrivals * patience + 40 * math.sqrt(arrivals * patience + load + 1))
    state = np.arange(last + 1)
    down = np.minimum(state, staff)[1:] / service + np.maximum(0, state - staff)[1:] / patience
    logs = np.concatenate([[0.0], np.cumsum(math.log(arrivals) - np.log(down))])
    chance = np.exp(logs - logs.max())
    chance /= chance.sum()
    waiting = float(chance @ np.maximum(0, state - staff))
    busy = float(chance @ np.minimum(state, staff))
    return PatientLine(
        float(chance[staff:].sum()), waiting / patience / arrivals, waiting / arrivals, busy / staff, waiting
    )


def priority_waits(arrivals: Sequence[float], service: float, staff: int) -> list[float]:
    """Return the mean wait of each class, the first served first; infinite from where the load is not below the staff.

    Parameters
    ----------
    arrivals : sequence of float
        Per unit of time, by class.
    service : float
        Units of time, the same for all classes.
    staff : int

    Examples
    --------
    >>> [round(60 * wait, 4) for wait in priority_waits([6, 18, 24], 1 / 12, 5)]
    [0.6157, 1.0261, 4.6176]
    """
    line = erlang_c(sum(arrivals), service, staff)
    used, waits = 0.0, []
    for rate in arrivals:
        more = used + rate * service / staff
        waits.append(line.waits * service / staff / ((1 - used) * (1 - more)) if more < 1 else math.inf)
        used = more
    return waits
