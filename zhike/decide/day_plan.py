"""The day of a member of staff as an optimised plan: what must be done, then the best that fits into the minutes that are left.

What must be done today is planned whatever it is worth. Of everything else the set of greatest expected value is chosen that fits, which
is the 0/1 knapsack problem; it is solved exactly, on a grid of five minutes on which a line takes a little more than it needs and the
room is a little less than there is, so that no plan is too full. Values are added up as whole hundredths: the sum does not depend on the
order, and equal plans are told apart by the days on which their lines are due, then by their identifiers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.core.language import Language, Text

__all__ = ["STEP", "DayPlan", "Line", "Missed", "Why", "plan_day"]

STEP: Final = 5
"""Minutes of one step of the grid."""
_LONGEST: Final = 24 * 60
"""Minutes of a day: no plan is longer."""
_HUNDREDTHS: Final = 100
_NEVER: Final = dt.date.max


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for a line, in three languages.

    Parameters
    ----------
    code : str
        Short and stable.
    text : Text
        With the names of the values in it.
    values : mapping of str to value
        Filled in when it is told, as most lines of a large book never are.
    """

    code: str
    text: Text
    values: Mapping[str, object] = field(default_factory=dict)

    def told(self, language: Language) -> str:
        """Return the reason in one language."""
        return self.text.render(language, **self.values)


@dataclass(frozen=True, slots=True)
class Line:
    """Something that a member of staff could do today for one customer.

    Parameters
    ----------
    line_id : str
        Unique among the lines.
    source : str
        offer, task or reminder.
    customer_id : str
    kind : str
        Of the action, of the task, or of the reminder.
    title : Text
    action_id, offer_id : str or None
        The offer that it is, or serves.
    channel : str
        How the customer is met.
    value : float
        Expected value for the bank in major units of ``currency``.
    value_interval : tuple of (float, float) or None
        Its bounds, where they are known.
    currency : str
    minutes : int
        Preparation and travel included.
    due_on : date or None
        Last day.
    must : bool
        Whether it is to be done today, whatever it is worth.
    reasons : tuple of Why
        Why now.
    evidence : tuple of str
        Identifiers of what it rests on.
    details : str
        In the words of whoever made a task.
    """

    line_id: str
    source: str
    customer_id: str
    kind: str
    title: Text
    action_id: str | None
    offer_id: str | None
    channel: str
    value: float
    value_interval: tuple[float, float] | None
    currency: str
    minutes: int
    due_on: dt.date | None
    must: bool
    reasons: tuple[Why, ...] = ()
    evidence: tuple[str, ...] = ()
    details: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """The best line that did not fit, and the minutes by which the room would have to grow for it."""

    line: Line
    lacks: int


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day.

    Parameters
    ----------
    minutes : int
        That there are.
    chosen : tuple of Line
        In the order of the day: what must be done first, the most urgent first.
    used : int
        Minutes that they take.
    over : int
        Minutes by which what must be done alone exceeds those that there are.
    left_out : tuple of Line
        The others, the most valuable first: in this order they would come.
    next_best : Missed or None
        None where nothing that is worth anything is left out.
    """

    minutes: int
    chosen: tuple[Line, ...]
    used: int
    over: int
    left_out: tuple[Line, ...]
    next_best: Missed | None

    @property
    def value(self) -> float:
        """Sum of the expected values."""
        return sum(_hundredths(line) for line in self.chosen) / _HUNDREDTHS


def plan_day(lines: Iterable[Line], minutes: int) -> DayPlan:
    """Return the best plan of a day.

    Parameters
    ----------
    lines : iterable of Line
        In any order.
    minutes : int
        That can be planned.

    Returns
    -------
    DayPlan
        Never beyond the minutes, unless what must be done is.

    Notes
    -----
    Maximise the sum of ``value`` over subsets whose steps fit into those that what must be done leaves. Of all lines of the same steps only
    the most valuable can be in a best plan, as many as fit at all, so that a book of thousands of lines comes down to a few hundred.

    Examples
    --------
    >>> from zhike.core.language import Text
    >>> def line(name, value, minutes, *, must=False):
    ...     title = Text(name, name, name)
    ...     return Line(name, "task", "C1", "call", title, None, None, "phone", value, None, "EUR", minutes, None, must)
    >>> plan = plan_day([line("a", 60.0, 45), line("b", 50.0, 30), line("c", 50.0, 30), line("d", 0.0, 20, must=True)], 80)
    >>> [one.line_id for one in plan.chosen], plan.used, plan.next_best.line.line_id, plan.next_best.lacks
    (['d', 'b', 'c'], 80, 'a', 45)
    """
    lines = list(lines)
    musts = [line for line in lines if line.must]
    others = sorted((line for line in lines if not line.must), key=_by_day)
    worth = list(map(_hundredths, others))
    needed = sum(max(0, line.minutes) for line in musts)
    room = max(0, min(minutes, _LONGEST) - needed) // STEP
    taken = frozenset(_best([_steps(line) for line in others], worth, room))
    picked = [others[place] for place in sorted(taken)]
    # The others are in the order of the day, and stay so where their worth is the same.
    rest = sorted(
        (place for place in range(len(others)) if place not in taken), key=lambda place: -worth[place]
    )
    left_out = [others[place] for place in rest]
    over, free = max(0, needed - minutes), room - sum(map(_steps, picked))
    return DayPlan(
        minutes, tuple(sorted(musts, key=_by_day) + sorted(picked, key=_by_day)), needed + sum(one.minutes for one in picked),
        over, tuple(left_out), _missed(left_out, free, over),
    )  # fmt: skip


def _by_day(line: Line) -> tuple[dt.date, str]:
    return line.due_on or _NEVER, line.line_id


def _steps(line: Line) -> int:
    return -(-max(0, line.minutes) // STEP)


def _hundredths(line: Line) -> int:
    return round(line.value * _HUNDREDTHS)


def _missed(left_out: Sequence[Line], free: int, over: int) -> Missed | None:
    best = next((line for line in left_out if _hundredths(line) >= 0), None)
    return None if best is None else Missed(best, (_steps(best) - free) * STEP + over)


def _best(steps: Sequence[int], values: Sequence[int], room: int) -> list[int]:
    """Return the places of the best subset that fits; of equal ones that of the earliest places.

    Parameters
    ----------
    steps, values : sequence of int
        Of each line; lines in the order in which they are preferred where all else is equal.
    room : int
        Steps.
    """
    places = _candidates(steps, values, room)
    # Row p: the greatest value that the lines from place p on can have within each number of steps, the last line first.
    best = np.zeros((len(places) + 1, room + 1), dtype=np.int64)
    for row in range(len(places) - 1, -1, -1):
        need = steps[places[row]]
        best[row] = best[row + 1]
        np.maximum(
            best[row, need:], best[row + 1, : room + 1 - need] + values[places[row]], out=best[row, need:]
        )
    return _walked(best, [steps[place] for place in places], [values[place] for place in places], places)


def _walked(best: NDArray[np.int64], steps: list[int], values: list[int], places: list[int]) -> list[int]:
    """Walk the table from the first line on, and take each that a best plan can have."""
    left, taken = best.shape[1] - 1, []
    for row, place in enumerate(places):
        if steps[row] <= left and values[row] + int(best[row + 1, left - steps[row]]) >= int(
            best[row + 1, left]
        ):
            taken.append(place)
            left -= steps[row]
    return taken


def _candidates(steps: Sequence[int], values: Sequence[int], room: int) -> list[int]:
    """Return the places of the lines that a best plan can have, in their order.

    Of lines that take the same steps, one that is worth less, or comes later, is in it only where all others are too.
    """
    need, worth = np.array(steps, dtype=np.int64), np.array(values, dtype=np.int64)
    fits = np.flatnonzero((need <= room) & (worth >= 0))
    order = fits[np.lexsort((fits, -worth[fits], need[fits]))]
    sizes = need[order]
    first = np.searchsorted(sizes, sizes, side="left")
    many = np.where(sizes > 0, room // np.maximum(sizes, 1), len(order))
    kept: Any = order[np.arange(len(order)) - first < many]
    return sorted(kept.tolist())
