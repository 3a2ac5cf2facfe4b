"""Observation, gap and outcome: which days a warning is learnt from, so that no day knows what comes after it.

::

    ...observation...| day |---gap---|------outcome------|      at
                      <= day           first        last   <= at

Features are as known on the day. What happens in the gap is neither predicted nor learnt from: nobody could act on it. Outcome
windows of consecutive days do not overlap, so that one customer's windows are separate cases.

Days of observation are at the same time of the month as the day itself: money comes and goes by the month, and what a balance of the
middle of a month says is not what that of its end says.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OutcomeWindow", "Windows", "window_cases"]


@dataclass(frozen=True, slots=True)
class OutcomeWindow:
    """The days in which an outcome counts.

    Parameters
    ----------
    day : date
        The day as of which features are known.
    first, last : date
        First and last day of the outcome window.
    """

    day: dt.date
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Windows:
    """How far ahead a warning looks.

    Parameters
    ----------
    gap_days : int
        Days after the day that do not count, 0 or more.
    outcome_days : int
        Days of the outcome window, 1 or more.

    Examples
    --------
    >>> Windows(30, 90).of(dt.date(2026, 1, 31)).first
    datetime.date(2026, 3, 3)
    """

    gap_days: int
    outcome_days: int

    def of(self, day: dt.date) -> OutcomeWindow:
        """Return the outcome window of a day."""
        first = day + dt.timedelta(self.gap_days + 1)
        return OutcomeWindow(day, first, first + dt.timedelta(self.outcome_days - 1))

    def closed(self, at: dt.date, since: dt.date) -> list[OutcomeWindow]:
        """Return the windows that have closed by a day, oldest first, one after the other without overlap.

        Parameters
        ----------
        at : date
            No window ends after it.
        since : date
            No day of observation lies before it.

        Examples
        --------
        >>> [str(one.day) for one in Windows(14, 84).closed(dt.date(2026, 6, 30), dt.date(2025, 6, 1))]
        ['2025-08-31', '2025-11-30', '2026-02-28']
        """
        days: list[dt.date] = []
        latest = at - dt.timedelta(self.gap_days + self.outcome_days)
        for months in itertools.count(1):
            day = _months_before(at, months)
            if day < since:
                break
            if day <= latest:
                days.append(day)
                latest = day - dt.timedelta(self.outcome_days)
        return [self.of(day) for day in reversed(days)]


def _months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day of an earlier month; the last of a month for the last of a month, and where that month is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    at_end = (day + dt.timedelta(1)).day == 1
    return dt.date(year, month + 1, last if at_end else min(day.day, last))


def window_cases(
    windows: list[OutcomeWindow],
    features: Callable[[dt.date], pl.DataFrame],
    outcome: Callable[[OutcomeWindow], pl.DataFrame],
) -> pl.DataFrame:
    """Return a row for each customer and window in which the outcome is known.

    Parameters
    ----------
    windows : list of OutcomeWindow
    features : callable
        Returns, for a day, a row a customer: ``customer_id`` and features as known on it.
    outcome : callable
        Returns, for a window, ``customer_id`` and ``outcome`` (bool) of those who can be judged.

    Returns
    -------
    DataFrame
        ``customer_id``, ``day``, ``outcome`` and the features, by day and customer.

    Raises
    ------
    UsageError
        When no window has closed.
    """
    if not windows:
        raise UsageError(
            what=phrase("no closed window"),
            expected=phrase("history that is longer than gap and outcome window"),
        )
    parts = [
        outcome(window)
        .join(features(window.day), on="customer_id", how="inner")
        .with_columns(pl.lit(window.day).alias("day"))
        for window in windows
    ]
    whole = pl.concat(parts).sort("day", "customer_id")
    return whole.select("customer_id", "day", "outcome", pl.exclude("customer_id", "day", "outcome"))
