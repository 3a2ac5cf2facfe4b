"""Periods of a series as they are written - 2026-05, 2026-05-04, 2026, 17 - and their places in a row without gaps."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["period_places"]

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER: Final = re.compile(r"-?\d{1,9}")
_MONTHS: Final = 12
_WEEK: Final = 7


def period_places(periods: Sequence[str]) -> NDArray[np.int64]:
    """Return a number for each period; neighbours are 1 apart.

    Days that are all the first of a month count as months, days that lie whole weeks apart as weeks.

    Parameters
    ----------
    periods : sequence of str
        All of one form.

    Raises
    ------
    AnswersError
        When one is of none of the forms, or they are of several.

    Examples
    --------
    >>> period_places(["2025-11", "2025-12", "2026-01", "2026-03"]).tolist()
    [24310, 24311, 24312, 24314]
    >>> np.diff(period_places(["2026-01-05", "2026-01-12", "2026-01-26"])).tolist()
    [1, 2]
    """
    if all(_NUMBER.fullmatch(one) for one in periods):
        return np.array([int(one) for one in periods], dtype=np.int64)
    months = [_MONTH.fullmatch(one) for one in periods]
    if all(months):
        return np.array([_month(int(one[1]), int(one[2])) for one in months if one], dtype=np.int64)
    days = [_day(one) for one in periods]
    if all(day.day == 1 for day in days):
        return np.array([_month(day.year, day.month) for day in days], dtype=np.int64)
    numbers = np.array([day.toordinal() for day in days], dtype=np.int64)
    weekly = bool(np.all((numbers - numbers[0]) % _WEEK == 0)) and len(set(numbers.tolist())) > 1
    return numbers // _WEEK if weekly else numbers


def _month(year: int, month: int) -> int:
    if not 1 <= month <= _MONTHS:
        raise _odd(f"{year}-{month:02d}")
    return _MONTHS * year + month - 1


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise _odd(text) from None


def _odd(text: str) -> AnswersError:
    return AnswersError(
        what=phrase("period '{value}'", value=text),
        expected=phrase("periods of one form: 2026-05, 2026-05-04 or whole numbers"),
        advice=phrase("Write every period in the same way."),
    )
