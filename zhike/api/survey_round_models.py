"""The shapes of rounds that ask customers: what each found, who of those whom a wave asked answered, and whom it has reached."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from zhike.api.result_models import RatesBody

__all__ = ["RoundsBody"]


class ReasonCount(BaseModel):
    """Why customers were asked or were not, and how many."""

    reason: str
    customers: int


class RoundBody(BaseModel):
    """A round of a day; of the whole bank, whoever looks."""

    wave: Annotated[str, Field(description="reminders: the round that reminded.")]
    day: dt.date
    instrument: str | None
    version: dt.date | None
    asked: Annotated[int, Field(description="Customers who were asked, or reminded.")]
    reasons: list[ReasonCount]


class ReachGroup(BaseModel):
    """How many customers of a group a wave has asked."""

    by: str
    group: str | None
    customers: int
    asked: int


class WaveBody(BaseModel):
    """A wave: what it asks, who answered, and whom it has reached."""

    wave: str
    instrument: str | None
    title: str | None
    in_force: bool
    channels: list[str]
    by: str | None
    places: Annotated[int | None, Field(description="Most customers asked on a day.")]
    rounds: Annotated[int, Field(description="Among those that are told.")]
    last_day: dt.date | None
    response: RatesBody
    reach: list[ReachGroup]


class RoundsBody(BaseModel):
    """Waves and their rounds."""

    branch: Annotated[
        str | None, Field(description="The only one whose customers are in response and reach.")
    ]
    least: Annotated[int, Field(description="Invitations below which no rate of a group is told.")]
    waves: list[WaveBody]
    rounds: list[RoundBody]
