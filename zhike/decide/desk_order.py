r"""Which complaint comes next: earliest date first, and harm first wherever that costs nobody their date.

With work ``h_i`` due on day ``d_i`` and hours ``C(t)`` from now to the evening of day ``t``, a desk that is one server keeps every date that any order
keeps by taking the earliest first. What is left over is slack,

    S(t) = C(t) - sum of h_i with d_i <= t - R(t),      R(t): hours kept for what may still come in and be due by t

and taking a case before its turn uses ``h_k`` of ``S(t)`` for every ``t < d_k``. A case is taken before its turn, the greatest harm first, only as long as
that slack is there. So whoever was harmed most is served first on a quiet day, and on a busy one the order becomes the one of dates.

A case whose planned day has passed has lost what was kept free before its date; it is taken at once, whatever harm others suffered.

Cases that are late already have no date to keep. Taking them first would make the next late in turn, until all are; they come in where there is slack, and
``floor`` hours go to them in any case, so that none is forgotten.

References
----------
J. Jackson, "Scheduling a production line to minimize maximum tardiness", 1955; W. Horn, Naval Research Logistics Quarterly 21, 1974.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

__all__ = ["Waiting", "desk_order", "slack_of"]

_ROUNDING: Final = 1e-9


class Waiting(NamedTuple):
    """A case that waits: day of its date counted from today (negative where it has passed), hours left, harm, when it came in.

    Parameters
    ----------
    due : int
    hours : float
    harm : float
        In any unit; 0 where there is no more than the wait. Of two, the greater comes first.
    since : int
        Any number that grows with the time of receipt.
    pressed : int
        Days by which the day on which it was to be done has passed while its date has not; such cases come first, the most pressed of all.
    """

    due: int
    hours: float
    harm: float
    since: int = 0
    pressed: int = 0


def desk_order(
    waiting: Sequence[Waiting], capacity: Reals, reserve: Reals | None = None, floor: float = 0.0
) -> list[int]:
    """Return positions of cases in the order in which they are to be taken.

    Parameters
    ----------
    waiting : sequence of Waiting
    capacity : ndarray of shape (days,)
        Hours of each day, today first. A date beyond them is as good as one on the last day.
    reserve : ndarray of shape (days,), optional
        Hours up to each day that what comes in later may need; infinite ones keep strictly to the order of dates.
    floor : float
        Hours of today that go to cases already late.

    Notes
    -----
    As long as no case is late and what comes in later stays within the reserve, no date is missed that any order would have kept.

    Examples
    --------
    >>> cases = [Waiting(0, 4.0, 0.0), Waiting(1, 4.0, 0.0), Waiting(2, 2.0, 9.0)]
    >>> desk_order(cases, np.array([7.0, 7.0, 7.0])), desk_order(cases, np.array([5.0, 4.0, 7.0]))
    ([2, 0, 1], [0, 1, 2])
    """
    by_date = sorted(
        range(len(waiting)), key=lambda one: (waiting[one].due, -waiting[one].harm, waiting[one].since)
    )
    late = [one for one in by_date if waiting[one].due < 0]
    in_time = by_date[len(late) :]
    slack = slack_of([waiting[one] for one in in_time], capacity, reserve)
    pressed = sorted(
        (one for one in in_time if waiting[one].pressed > 0), key=lambda one: -waiting[one].pressed
    )
    floored = list(_floor(waiting, late, floor))
    slack -= sum(waiting[one].hours for one in floored)
    first = [*floored, *pressed]
    wanted = [one for one in late if one not in set(floored)]
    wanted += sorted(
        (one for one in in_time if waiting[one].harm > 0 and not waiting[one].pressed),
        key=lambda one: (-waiting[one].harm, waiting[one].due, waiting[one].since),
    )
    ahead = list(_promoted(waiting, wanted, slack))
    taken = {*first, *ahead}
    rest = [one for one in in_time if one not in taken]
    return [*first, *ahead, *rest, *(one for one in late if one not in taken)]


def slack_of(in_time: Sequence[Waiting], capacity: Reals, reserve: Reals | None = None) -> Reals:
    """Return the hours that are left over up to each day when every case is done by its date; negative where they do not suffice."""
    days = len(capacity)
    due = np.array([min(one.due, days - 1) for one in in_time], dtype=np.int64)
    hours = np.array([one.hours for one in in_time], dtype=np.float64)
    needed = np.cumsum(np.bincount(due, hours, days))
    return np.asarray(np.cumsum(capacity) - needed - (0.0 if reserve is None else reserve))


def _floor(waiting: Sequence[Waiting], late: Sequence[int], floor: float) -> Iterator[int]:
    for one in late:
        if floor <= 0:
            return
        floor -= waiting[one].hours
        yield one


def _promoted(waiting: Sequence[Waiting], wanted: Sequence[int], slack: Reals) -> Iterator[int]:
    """Yield the cases that can be taken before their turn, using up the slack; one whose turn is the first day's needs none."""
    for one in wanted:
        case = waiting[one]
        before = slack[: case.due] if case.due >= 0 else slack
        if case.due > 0 or case.due < 0:
            if len(before) and float(before.min()) + _ROUNDING < case.hours:
                continue
            before -= case.hours
        yield one
