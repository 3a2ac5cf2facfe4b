"""Times of a form and of a page in the zone of the desk that they are about."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.workbench import formats

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from zhike.core.language import Language

__all__ = ["day_in_zone", "in_zone", "zoned"]


def zoned(text: str, zone: ZoneInfo) -> str | None:
    """Return what a field for a day and a time says, with the offset of a zone; None where it is empty.

    Raises
    ------
    UsageError
        When it is none.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> zoned("2026-07-01T09:30", ZoneInfo("Asia/Shanghai")), zoned(" ", ZoneInfo("UTC"))
    ('2026-07-01T09:30:00+08:00', None)
    """
    if not text.strip():
        return None
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError as problem:
        raise UsageError(
            what=f"'{text}'", expected=phrase("a day and a time such as 2026-07-01T09:30")
        ) from problem
    return (found if found.tzinfo else found.replace(tzinfo=zone)).isoformat()


def in_zone(zone: ZoneInfo, language: Language) -> Callable[[str | dt.datetime], str]:
    """Return how instants are written to the minute in a zone.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> in_zone(ZoneInfo("Asia/Shanghai"), "en")("2026-07-01T10:00:00+00:00")
    '1 Jul 2026 18:00'
    """

    def written(value: str | dt.datetime) -> str:
        found = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        return formats.minute(found.astimezone(zone), language)

    return written


def day_in_zone(zone: ZoneInfo, language: Language) -> Callable[[str], str]:
    """Return how the day of an instant is written in a zone.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> day_in_zone(ZoneInfo("Asia/Shanghai"), "en")("2026-07-01T17:00:00+00:00")
    '2 Jul 2026'
    """
    return lambda value: formats.day(dt.datetime.fromisoformat(value).astimezone(zone).date(), language)
