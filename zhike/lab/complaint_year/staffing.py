"""The staff of the simulated desk: handlers, leads, lawyers, quality control; who is away when, and who stands in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from zhike.lab.dice import Dice

__all__ = ["Absence", "Staffing", "staffing_of"]

_HANDLERS_A_LEAD: Final = 12
_LEAVES: Final = 3
"""Leaves of a working week that each has in a year, noted beforehand. Invented."""
_SICK: Final = 0.006
"""Chance to fall ill on a day. Invented."""
_SICK_DAYS: Final = 3.0
_YEAR: Final = 365
_WEEK: Final = 7
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a handler is away, counted from the year's first; planned ones are known from the beginning."""

    handler: int
    first: int
    last: int
    planned: bool


@dataclass(frozen=True, slots=True)
class Staffing:
    """Who there is.

    Parameters
    ----------
    handlers, leads : tuple of str
    absences : tuple of Absence
    away : ndarray of bool, shape (handlers, days)
    """

    handlers: tuple[str, ...]
    leads: tuple[str, ...]
    absences: tuple[Absence, ...]
    away: np.ndarray[tuple[int, int], np.dtype[np.bool_]]

    def lead(self, case: int, step: int = 0) -> str:
        """Return which lead decides about a case."""
        return self.leads[(case + step) % len(self.leads)]

    def deputy(self, handler: int) -> int:
        """Return who stands in for a handler: the next one."""
        return (handler + 1) % len(self.handlers)


def staffing_of(dice: Dice, handlers: int, first: dt.date, days: int) -> Staffing:
    """Return a desk of so many handlers; the absences of one do not depend on how many others there are.

    Parameters
    ----------
    days : int
        Of the whole time played, the year and what comes after.
    """
    absences = [one for who in range(handlers) for one in _absences(dice, who, first, days)]
    away = np.zeros((handlers, days), dtype=bool)
    for one in absences:
        away[one.handler, one.first : one.last + 1] = True
    leads = max(-(-handlers // _HANDLERS_A_LEAD), 2)
    return Staffing(
        tuple(f"handler-{one:03d}" for one in range(1, handlers + 1)), tuple(f"lead-{one:02d}" for one in range(1, leads + 1)), tuple(absences), away
    )  # fmt: skip


def _absences(dice: Dice, who: int, first: dt.date, days: int) -> list[Absence]:
    handler = np.array([who])
    leaves = [
        int(dice.uniform("leave", handler, number)[0] * days) for number in range(round(_LEAVES * days / _YEAR + 0.49))
    ]  # fmt: skip
    found: list[Absence] = []
    for day in sorted(leaves):
        monday = day - (first + _DAY * day).weekday()
        begins = max(monday, 0)
        if not found or begins > found[-1].last:
            found.append(Absence(who, begins, min(monday + _WEEK - 3, days - 1), planned=True))
    sick = np.flatnonzero(dice.happens(_SICK, "falls ill", handler, np.arange(days)))
    for begins in sick.tolist():
        long = int(-_SICK_DAYS * np.log(dice.uniform("ill for", handler, begins)[0]))
        found.append(Absence(who, begins, min(begins + long, days - 1), planned=False))
    return [one for one in found if one.last >= one.first]
