"""Who stands in for whom on a day: the deputy, or the deputy's deputy where that one is away as well.

Both questions have one answer, so that what somebody leaves is in one plan and in one only: whoever stands in for a person is the person
at the end of the way from deputy to deputy, and of nobody else is it said that they stand in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from zhike.core.rulebook import Rulebook

__all__ = ["HOLIDAYS", "Away", "is_holiday", "stand_in", "stood_in_for"]

HOLIDAYS: Final = "day.holidays"
_LISTS: Final = ("weekdays", "closed", "open")
_WEEK: Final = range(1, 8)


class Away(NamedTuple):
    """That somebody is away.

    Parameters
    ----------
    deputy : str or None
        Who was named to stand in.
    last_day : date
    """

    deputy: str | None
    last_day: dt.date


def stand_in(staff_id: str, away: Callable[[str], Away | None], here: Callable[[str], bool]) -> str | None:
    """Return who stands in for somebody who is away, None where nobody does or they are not away.

    Parameters
    ----------
    staff_id : str
    away : callable
        Returns whether and with which deputy somebody is away.
    here : callable
        Returns whether somebody is still with the bank.

    Examples
    --------
    >>> import datetime as dt
    >>> days = {"A": Away("B", dt.date.max), "B": Away("C", dt.date.max), "X": Away("Y", dt.date.max), "Y": Away("X", dt.date.max)}
    >>> [stand_in(name, days.get, lambda name: True) for name in "ABCX"]
    ['C', 'C', None, None]
    """
    met, found = {staff_id}, away(staff_id)
    while found is not None:
        name = found.deputy
        if name is None or name in met or not here(name):
            return None
        found = away(name)
        if found is None:
            return name
        met.add(name)
    return None


def stood_in_for(
    staff_id: str, named_by: Callable[[str], Iterable[str]], stands_in: Callable[[str], str | None]
) -> list[str]:
    """Return those for whom somebody stands in, by identifier.

    Parameters
    ----------
    staff_id : str
    named_by : callable
        Returns those who are away and named somebody as their deputy.
    stands_in : callable
        Returns who stands in for somebody, see `stand_in`.
    """
    met, waiting = {staff_id}, [staff_id]
    while waiting:
        new = set(named_by(waiting.pop())) - met
        met |= new
        waiting += sorted(new)
    return sorted(name for name in met if stands_in(name) == staff_id)


def is_holiday(rulebook: Rulebook, day: dt.date) -> bool:
    """Return whether nobody is expected to work on a day: by its weekday or by itself, unless it is worked all the same.

    Raises
    ------
    RuleNotFoundError
        When ``day.holidays`` is not in force.
    RuleError
        When it says something else than weekdays and days.
    """
    version = rulebook.at(HOLIDAYS, day)
    value: Any = version.value
    if (
        not isinstance(value, dict)
        or set(value) != set(_LISTS)
        or not all(isinstance(one, list) for one in value.values())
    ):
        raise RuleError(
            what=f"{value!r}", path=HOLIDAYS, expected=phrase("lists of weekdays, of closed and of open days")
        )
    if any(type(one) is not int or one not in _WEEK for one in value["weekdays"]):
        raise RuleError(
            what=f"{value['weekdays']!r}",
            path=HOLIDAYS,
            expected=phrase("weekdays, 1 for Monday to 7 for Sunday"),
        )
    closed, opened = ({str(one) for one in value[name]} for name in ("closed", "open"))
    return str(day) not in opened and (day.isoweekday() in value["weekdays"] or str(day) in closed)
