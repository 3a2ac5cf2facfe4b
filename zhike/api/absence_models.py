"""The shapes of absences, and of the days that are worked."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field

from zhike.api.models import Day, Strict
from zhike.api.staff_models import StaffName

__all__ = ["AbsenceBody", "AbsenceList", "AbsenceRequest", "CalendarBody", "CalendarDay"]

Kind = Literal["leave", "training", "elsewhere", "other"]


class AbsenceRequest(Strict):
    """Who will be away, and who stands in."""

    staff_id: StaffName
    kind: Kind
    first_day: Day
    last_day: Day
    deputy: StaffName | None = None


class AbsenceBody(BaseModel):
    """An absence."""

    absence_id: str
    staff_id: str
    kind: Kind
    first_day: dt.date
    last_day: dt.date
    deputy: str | None = Field(description="Who was named to stand in.")
    state: Literal["noted", "ended"]
    actor: str
    recorded_at: dt.datetime


class AbsenceList(BaseModel):
    """Absences that are not over, the first to begin first."""

    absences: list[AbsenceBody]


class CalendarDay(BaseModel):
    """A day."""

    date: dt.date
    minutes: int = Field(description="That are planned for customers; none on a holiday.")
    holiday: bool


class CalendarBody(BaseModel):
    """The days to come, from today where the bank is."""

    days: list[CalendarDay]
