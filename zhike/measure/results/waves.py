"""Waves of a survey: a calendar of months, and two of them compared, with whoever answered both counted as the same person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from zhike.measure.results.answered import in_steps
from zhike.measure.results.scores import ScoreRead, verdict
from zhike.measure.scores.estimate import Estimate
from zhike.measure.studies.plain import plain, plain_record
from zhike.measure.studies.waves import WavePlaces, wave_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.measure.results.sheets import FilledSheet, SheetTable

__all__ = ["compared", "latest_of_each", "month_of", "waves_of"]


def month_of(sheet: FilledSheet) -> str:
    """Return the month in which a sheet was sent, such as ``2026-04``."""
    return f"{sheet.day:%Y-%m}"


def latest_of_each(sheets: Sequence[FilledSheet], *, by_month: bool = False) -> NDArray[np.bool_]:
    """Return which sheets are the latest of their person, or of their person in a month: nobody counts twice.

    Parameters
    ----------
    sheets : sequence of FilledSheet
        In the order in which they were sent.
    by_month : bool
    """
    last = {(one.customer, month_of(one) if by_month else ""): place for place, one in enumerate(sheets)}
    kept = np.zeros(len(sheets), dtype=bool)
    kept[list(last.values())] = True
    return kept


def waves_of(one: ScoreRead, table: SheetTable, least: int, level: float) -> list[dict[str, Any]]:
    """Return a score month by month; a month of few sheets is there, and its score is not told.

    Parameters
    ----------
    one : ScoreRead
    table : SheetTable
        A row a person and month.
    least : int
    level : float
    """
    months, values = np.array([month_of(sheet) for sheet in table.sheets], dtype=str), one.values(table)
    found = []
    for month in sorted(set(months.tolist())):
        part = table.taken(in_steps((months == month) & np.isfinite(values), least))
        n = len(part)
        told = None if n < least else plain(one.estimate(part, None, level))
        found.append({"wave": month, "n": n, "suppressed": n < least, "estimate": told})
    return found


def compared(
    one: ScoreRead, table: SheetTable, names: tuple[str, str], least: int, level: float
) -> dict[str, Any] | None:
    """Return a score of two months and how far it changed; None where one of them has too few sheets.

    Parameters
    ----------
    one : ScoreRead
    table : SheetTable
        A row a person and month.
    names : tuple of str
        The earlier month, the later one.
    least : int
    level : float
    """
    months = np.array([month_of(sheet) for sheet in table.sheets], dtype=str)
    values = one.values(table)
    sides = [in_steps((months == name) & np.isfinite(values), least) for name in names]
    if min(int(rows.sum()) for rows in sides) < least:
        return None
    people = np.unique([sheet.customer for sheet in table.sheets], return_inverse=True)[1]
    found = wave_report(one.score, values, None, WavePlaces(names, sides[0], sides[1], people), level)
    change = Estimate(**found["difference"])
    return plain_record({**found, "verdict": verdict(change)})
