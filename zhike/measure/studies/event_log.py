"""A log of events as the measurements read it: which column says what, a row an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.studies.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.measure.studies.roles import Answers

__all__ = ["EVENT_KEYS", "EventColumns", "event_table"]

EVENT_KEYS: Final = (
    "business", "case", "person", "activity", "time", "channel", "minutes", "staff", "rework", "satisfaction",
)  # fmt: skip
"""What a log may say; a column is called so unless a model names another one."""
_TEXTS: Final = ("business", "case", "person", "activity", "channel", "staff")
_NUMBERS: Final = ("minutes", "rework", "satisfaction")
_FORMS: Final = tuple(
    f"%Y{dash}%m{dash}%d{clock}"
    for dash in "-/"
    for clock in (
        "",
        " %H:%M",
        "T%H:%M",
        " %H:%M:%S%.f",
        "T%H:%M:%S%.f",
        " %H:%M:%S%.f%#z",
        "T%H:%M:%S%.f%#z",
    )
)
"""Ways in which a log writes times; one with an offset from UTC is taken to UTC."""
_OTHER_NAMES: Final = {"person": "customer_id"}


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Columns by what they say; those that a model does not name are looked for under their own names."""

    named: dict[str, str]

    @classmethod
    def of(cls, document: object, name: str) -> EventColumns:
        """Return the columns that a part of a model names.

        Raises
        ------
        MeasureModelError
        """
        if document is None:
            return cls({})
        roles = Roles(document, name, EVENT_KEYS)
        return cls({key: roles.text(key) for key in roles.given})

    def column(self, key: str, known: Sequence[str]) -> str | None:
        """Return the column of a log that says something; None where none does and none was named."""
        if key in self.named:
            return self.named[key]
        return next((name for name in (key, _OTHER_NAMES.get(key)) if name in known), None)


def event_table(events: Answers, columns: EventColumns, needed: Sequence[str]) -> pl.DataFrame:
    """Return a log with a column for each of `EVENT_KEYS`, null throughout where it says nothing, and ``seconds`` for the time.

    Parameters
    ----------
    events : Answers
    columns : EventColumns
    needed : sequence of str
        Keys without which there is nothing to measure.

    Returns
    -------
    DataFrame
        In the order of the file; rows without what is needed are refused.

    Raises
    ------
    AnswersError
        When a column is not there, is empty where it is needed, or holds no time or number.
    """
    known = events.table.columns
    found: dict[str, Any] = {}
    for key in EVENT_KEYS:
        name = columns.column(key, known) or (key if key in needed else None)
        if name is None:
            found[key] = pl.Series(key, [None] * len(events), dtype=pl.Float64 if key in (*_NUMBERS, "time") else pl.String)  # fmt: skip
        elif key == "time":
            found[key] = _seconds(events, name)
        elif key in _NUMBERS:
            found[key] = pl.Series(key, events.numbers([name])[:, 0]).fill_nan(None)
        else:
            found[key] = events.texts(name)
        _refuse_gaps(found[key], key, name, needed)
    table = pl.DataFrame([column.alias(key) for key, column in found.items()])
    return table.rename({"time": "seconds"})


def _refuse_gaps(column: pl.Series, key: str, name: str | None, needed: Sequence[str]) -> None:
    if key in needed and (gaps := column.null_count()):
        raise AnswersError(
            what=phrase("{count:,} rows without anything in column '{column}'", count=gaps, column=name),
            expected=phrase("a value in every row"),
            advice=phrase("Complete the log, or leave out rows that are no events."),
        )


def _seconds(events: Answers, name: str) -> pl.Series:
    """Return times as seconds since 1970, null where there is none."""
    given = events.table[name] if name in events.table.columns else events.texts(name)
    if given.dtype in (pl.Date, pl.Datetime):
        return given.cast(pl.Datetime("us")).dt.epoch("us") / 1e6
    text = events.texts(name)
    tried = [
        text.str.to_datetime(form, strict=False, time_unit="us").dt.replace_time_zone(None) for form in _FORMS
    ]
    parsed = pl.select(pl.coalesce(tried)).to_series()
    seconds = parsed.dt.epoch("us") / 1e6
    odd = text.is_not_null() & seconds.is_null()
    if odd.any():
        place = int(np.argmax(odd.to_numpy()))
        raise AnswersError(
            what=phrase("'{value}' in row {row} of column '{column}' ({count:,} such)", value=text[place], row=place + 1, column=name, count=int(odd.sum())),
            expected=phrase("a day or a time such as 2026-03-01 09:30:00"),
            advice=phrase("Write times as year-month-day, with hour and minute after a blank where they are known."),
        )  # fmt: skip
    return seconds.cast(pl.Float64)
