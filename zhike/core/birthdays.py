"""Complete years and birthdays, as the archive counts them: whoever was born on 29 February is a year older on 1 March of a common year."""

from __future__ import annotations

import datetime as dt
from typing import Final

__all__ = ["age_on", "next_birthday"]

_MARCH: Final = 3


def age_on(born: dt.date, day: dt.date) -> int:
    """Return the complete years from a day of birth to a day; negative before birth.

    Examples
    --------
    >>> age_on(dt.date(1961, 6, 30), dt.date(2026, 6, 30)), age_on(dt.date(1961, 7, 1), dt.date(2026, 6, 30))
    (65, 64)
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def next_birthday(born: dt.date, day: dt.date) -> dt.date:
    """Return the first birthday that is not before a day.

    Examples
    --------
    >>> str(next_birthday(dt.date(1961, 7, 1), dt.date(2026, 7, 1))), str(next_birthday(dt.date(1960, 2, 29), dt.date(2026, 7, 1)))
    ('2026-07-01', '2027-03-01')
    """
    this_year = _birthday(born, day.year)
    return this_year if this_year >= day else _birthday(born, day.year + 1)


def _birthday(born: dt.date, year: int) -> dt.date:
    try:
        return born.replace(year=year)
    except ValueError:  # 29 February in a common year
        return dt.date(year, _MARCH, 1)
