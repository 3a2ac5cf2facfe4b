"""When a customer may be reached over a channel: its hours in the bank's zone, narrowed to what the customer wants."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["local_day", "next_allowed"]

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_DAYS: Final = 4
"""Hours that no day of these has are in no day: clocks are never put forward on two days running."""


def next_allowed(now: int, hours: Sequence[tuple[str, str]], timezone: str) -> int | None:
    """Return the first instant from now on that lies within all of some hours; None where no day has one.

    Parameters
    ----------
    now : int
        Microseconds of UTC.
    hours : sequence of (str, str)
        Times of day from which and until which, such as ("09:00", "19:00"); at the second it is over.
    timezone : str
        IANA zone of these times.

    Examples
    --------
    >>> noon_in_shanghai, hour = 1_782_878_400_000_000, 3_600_000_000
    >>> [(next_allowed(noon_in_shanghai, [hours], "Asia/Shanghai") - noon_in_shanghai) // hour
    ...  for hours in (("09:00", "19:00"), ("15:00", "19:00"), ("09:00", "11:00"))]
    [0, 3, 21]
    >>> next_allowed(noon_in_shanghai, [("09:00", "19:00"), ("19:30", "24:00")], "Asia/Shanghai") is None
    True
    """
    if not hours:
        return now
    first, last = max(_time(one) for one, _ in hours), min(_time(one) for _, one in hours)
    zone = ZoneInfo(timezone)
    today = _local(now, zone).date()
    begins = (_instant(today + dt.timedelta(days=ahead), first, zone) for ahead in range(_DAYS))
    # What a clock shows decides: where clocks are put forward or back, an hour is missing or comes twice.
    candidates = (now, *(one for one in begins if one > now))
    return next((one for one in candidates if first <= (0, _local(one, zone).time()) < last), None)


def _local(at: int, zone: ZoneInfo) -> dt.datetime:
    return (_EPOCH + at * _MICROSECOND).astimezone(zone)


def _time(text: str) -> tuple[int, dt.time]:
    """Return a time of day as days and time after midnight; a zone that it names is not looked at."""
    return (1, dt.time()) if text == "24:00" else (0, dt.time.fromisoformat(text).replace(tzinfo=None))


def _instant(day: dt.date, time: tuple[int, dt.time], zone: ZoneInfo) -> int:
    """Return a local time as microseconds of UTC; one that clocks leave out is as long after midnight as it says."""
    local = dt.datetime.combine(day + dt.timedelta(days=time[0]), time[1], tzinfo=zone)
    return (local - _EPOCH) // _MICROSECOND


def local_day(at: int, timezone: str) -> dt.date:
    """Return the day of an instant in a zone.

    Parameters
    ----------
    at : int
        Microseconds of UTC.
    timezone : str
        IANA zone.

    Examples
    --------
    >>> nine_in_the_evening = 1_782_939_600_000_000
    >>> local_day(nine_in_the_evening, "UTC"), local_day(nine_in_the_evening, "Asia/Shanghai")
    (datetime.date(2026, 7, 1), datetime.date(2026, 7, 2))
    """
    return (_EPOCH + at * _MICROSECOND).astimezone(ZoneInfo(timezone)).date()
