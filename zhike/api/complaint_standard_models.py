"""The shapes of the standards by which complaints are handled."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

__all__ = ["ComplaintStandards"]

_Status = Annotated[str, Field(description="confirmed or provisional.")]


class LawDay(BaseModel):
    """How long the law gives, and the last day of a complaint that comes in now; null where it cannot be computed."""

    complexity: str
    length: int
    legal_due: dt.date | None
    safe_due: dt.date | None


class LawBeside(BaseModel):
    """The clock of the law under which a journey stands."""

    regime: str
    clock: str
    title: str
    unit: str
    reference: str
    status: _Status
    days: list[LawDay]


class PromisedDay(BaseModel):
    """How long the house takes, and by when it settles a complaint that comes in now; null where it cannot be computed."""

    complexity: str
    working_days: int
    due_at: dt.datetime | None
    bound_by: Annotated[str, Field(description="house or law: whose date is the earlier.")]


class TierPromise(BaseModel):
    """What one tier is promised: minutes of service until the first answer and until every later one, and the resolution."""

    tier: str
    first_response: int
    update: int
    news: Annotated[
        int | None,
        Field(
            description="Working days after which the customer hears how it stands without asking; null where it is not promised."
        ),
    ]
    days: list[PromisedDay]


class JourneyStandard(BaseModel):
    """What is promised on a journey, beside the law."""

    journey: str
    desk: str
    zone: str
    weekdays: Annotated[dict[int, list[str]], Field(description="Hours by ISO weekday.")]
    made_up: Annotated[list[str], Field(description="Hours of a rest day that is worked for a holiday.")]
    reference: str
    status: _Status
    version: dt.date
    law: LawBeside
    tiers: list[TierPromise]


class ClockOfLaw(BaseModel):
    """A clock of a regime, its lengths by complexity."""

    clock: str
    title: str
    actor: str
    unit: str
    lengths: dict[str, int]
    condition: str | None
    reference: str
    status: _Status


class SuspendedMatter(BaseModel):
    """A class of complaints whose clocks the regulator holds."""

    matter: str
    clocks: list[str]
    first_day: dt.date
    last_day: dt.date | None
    reference: str


class RegimeBody(BaseModel):
    """A regime as its last version says it."""

    regime: str
    title: str
    version: dt.date
    until: dt.date | None
    enabled: Annotated[bool, Field(description="Whether it holds; a draft does not.")]
    status: _Status
    zone: str
    calendar: str
    reference: str
    clocks: list[ClockOfLaw]
    suspensions: list[SuspendedMatter]


class CalendarYear(BaseModel):
    """A year of a calendar: one that nobody announced gives no date."""

    year: int
    published: bool
    announced_on: dt.date | None
    reference: str | None
    status: _Status | None


class CalendarBody(BaseModel):
    """A calendar of working days with its years around today."""

    calendar: str
    title: str
    zone: str
    years: list[CalendarYear]


class ComplaintStandards(BaseModel):
    """By which standards complaints are handled, at an instant."""

    at: dt.datetime
    journeys: list[JourneyStandard]
    regimes: list[RegimeBody]
    calendars: list[CalendarBody]
