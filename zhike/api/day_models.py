"""The shapes of a day, of tasks and of notes."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field

__all__ = ["DayBody", "DayLine", "DayReason", "MissedLine", "WithdrawnLine"]


class DayReason(BaseModel):
    """One reason, or one duty, in the caller's language."""

    code: str
    text: str


class DayLine(BaseModel):
    """Something that could be done today for one customer."""

    line_id: str
    source: Literal["offer", "task", "reminder"]
    customer_id: str
    kind: str = Field(description="Of the action, of the task, or of the reminder.")
    title: str
    action_id: str | None
    offer_id: str | None = Field(description="The offer that it is, or serves.")
    channel: str = Field(
        description="How the customer is met: phone, adviser, branch, visit; desk: not at all."
    )
    value: float = Field(description="Expected value for the bank in major units of the currency.")
    value_interval: list[float] | None
    currency: str
    minutes: int = Field(description="Preparation and travel included.")
    due_on: dt.date | None
    must: bool = Field(description="To be done today, whatever it is worth.")
    why: list[DayReason] = Field(description="Why now.")
    duties: list[DayReason] = Field(description="What must be done with it.")
    evidence: list[str] = Field(description="Identifiers of what it rests on.")
    details: str = Field(description="In the words of whoever made a task.")


class MissedLine(BaseModel):
    """The best line that did not fit."""

    line_id: str
    lacks: int = Field(description="Minutes by which the day would have to be longer for it.")


class WithdrawnLine(BaseModel):
    """An open offer that is in no plan, as it would be refused now."""

    offer_id: str
    codes: list[str]


class DayBody(BaseModel):
    """The plan of a day."""

    date: dt.date
    staff_id: str
    publication: int | None
    as_of: dt.date | None
    minutes: int
    used: int
    over: int = Field(
        description="Minutes by which what must be done today alone exceeds those that there are."
    )
    value: float
    lines: list[DayLine] = Field(description="In the order of the day.")
    left_out: list[DayLine] = Field(
        description="The first of those that did not fit, the most valuable first."
    )
    left_out_count: int
    next_best: MissedLine | None
    withdrawn: list[WithdrawnLine]
