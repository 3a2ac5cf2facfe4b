"""The shape of the forecast of the complaint desk."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

__all__ = ["CaseAtRisk", "DayToCome", "ForecastBody", "Hours"]


class Hours(BaseModel):
    """Hours at cases on a working day, and the handlers that this takes, those included who are away."""

    hours_a_day: float | None
    handlers: int | None


class DayToCome(BaseModel):
    """One day to come."""

    day: dt.date
    arrivals: Annotated[float, Field(description="Complaints on average.")]
    low: Annotated[int, Field(description="Lower end of their 80 % interval.")]
    high: int
    hours: Annotated[float, Field(description="Hours at cases that are planned.")]
    chance: Annotated[float, Field(description="That work is not done on the day on which it has to be, for its legal date to be kept.")]  # fmt: skip


class CaseAtRisk(BaseModel):
    """A case whose legal date may be missed."""

    complaint_id: str
    legal_due: dt.date
    hours_left: Annotated[float, Field(description="Of work, on average of such cases.")]
    chance: float
    latest_start: Annotated[
        dt.date, Field(description="Last day on which work can begin for the date to be kept.")
    ]


class ForecastBody(BaseModel):
    """Whether every legal date of the coming days will be kept, and what it takes."""

    today: dt.date
    horizon_days: int
    confidence: float
    assumptions: Annotated[str, Field(description="Version of complaints.capacity.")]
    history_days: Annotated[int, Field(description="Days of receipts that it rests on; 0 where they are too few, and only what is open was looked at.")]  # fmt: skip
    open: Annotated[int, Field(description="Open complaints with a legal date.")]
    late: Annotated[int, Field(description="Of these, those whose date has passed.")]
    undated: Annotated[int, Field(description="Open complaints whose clock runs without a date, since a calendar is not announced yet.")]  # fmt: skip
    sufficient: Annotated[bool, Field(description="Whether every date is kept with the confidence.")]
    chance_of_miss: Annotated[float, Field(description="That a legal date within the horizon is missed.")]
    missed_from: Annotated[dt.date | None, Field(description="First day by which a date is missed with more chance than the confidence leaves.")]  # fmt: skip
    warning_days: Annotated[int | None, Field(description="Days from today to missed_from; null where hours suffice.")]  # fmt: skip
    act_by: Annotated[dt.date | None, Field(description="Last day from which the most overtime still keeps every date; null where hours suffice, or where overtime does not help any more.")]  # fmt: skip
    planned: Hours
    needed: Annotated[Hours, Field(description="The least with which every date is kept with the confidence; null where nothing helps.")]  # fmt: skip
    days: list[DayToCome]
    cases: Annotated[list[CaseAtRisk], Field(description="The likeliest to be late first, at most 50, of customers whose cases whoever asks may see.")]  # fmt: skip
    cases_at_risk: Annotated[int, Field(description="How many there are in all.")]
