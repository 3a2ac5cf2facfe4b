"""The shapes of a day, of tasks and of notes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Channel, Day, Identifier, MaybeDay, MaybeInstant, MaybeWhole, Strict

__all__ = [
    "DayBody", "DayLine", "DayReason", "HandedOver", "LineAnswer", "LineDone", "LineRefused", "MissedLine", "NoteBody", "NoteList",
    "NoteRequest", "Postponed", "TaskBody", "TaskClosed", "TaskList", "TaskRequest", "WithdrawnLine",
]  # fmt: skip

_WORDS: Final = 2_000
_PART: Final = 10_000
# What is written into the ledger holds no character that a back end cannot keep.
_KEPT: Final = r"^[^\x00]*$"
Words = Annotated[str, Field(max_length=_WORDS, pattern=_KEPT)]
Reason = Annotated[str, Field(min_length=1, max_length=_WORDS, pattern=_KEPT)]
Part = Annotated[str, Field(max_length=_PART, pattern=_KEPT)]
StaffName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_\-]+$")]


class DayReason(BaseModel):
    """One reason, or one duty, in the caller's language."""

    code: str
    text: str


class DayLine(BaseModel):
    """Something that could be done today for one customer."""

    line_id: str
    source: Literal["offer", "task", "reminder"]
    customer_id: str
    name: str | None
    kind: str = Field(description="Of the action, of the task, or of the reminder.")
    title: str
    action_id: str | None
    offer_id: str | None = Field(description="The offer that it is, or serves.")
    channel: str = Field(
        description="How the customer is met: phone, adviser, branch, visit; desk: not at all."
    )
    value: float = Field(description="Expected value for the bank in major units of the currency.")
    value_interval: list[float] | None = Field(
        description="95 %, as far as the effect of the action is uncertain; how customers differ is not in it. "
        "Null where no effect was learnt: the value is an assumption then."
    )
    currency: str
    minutes: int = Field(description="Preparation and travel included.")
    due_on: dt.date | None
    must: bool = Field(description="To be done today, whatever it is worth.")
    why: list[DayReason] = Field(description="Why now.")
    duties: list[DayReason] = Field(description="What must be done with it.")
    preparation: list[str] = Field(description="What to have ready.")
    evidence: list[str] = Field(description="Identifiers of what it rests on.")
    details: str = Field(description="In the words of whoever made a task.")
    for_staff: str | None = Field(description="Who is away and has it in their own book; null for one's own.")


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
    away_until: dt.date | None = Field(description="Null unless the member of staff is away.")
    stand_in: str | None = Field(description="Who has what must be done, while they are away.")
    withdrawn: list[WithdrawnLine]


# -- what is done with a line ----------------------------------------------------------------------------------------------


class LineDone(Strict):
    """What came of a line."""

    outcome: Annotated[
        Literal["accepted", "refused", "shown", "achieved", "not_reached", "not_needed"],
        Field(description="Of an offer accepted, refused or shown; of a task or reminder one of the others."),
    ]
    text: Annotated[
        Words, Field(description="The customer's reason, needed where they refused; else what came of it.")
    ] = ""


class LineRefused(Strict):
    """Why the manager sets a line aside."""

    reason: Reason


class Postponed(Strict):
    """Until when something rests."""

    until: Annotated[Day, Field(description="On this day it is due.")]


class HandedOver(Strict):
    """Who does it instead."""

    deputy: StaffName


class TaskBody(BaseModel):
    """A task as recorded."""

    task_id: str
    customer_id: str
    offer_id: str | None
    assignee: str | None
    kind: str
    title: str
    state: str
    starts_on: dt.date | None = Field(description="Day before which it rests.")
    due_on: dt.date | None
    minutes: int | None
    text: str | None
    outcome: str | None
    result: str | None = Field(description="What came of it, or why it was not done.")
    closed_at: dt.datetime | None
    recorded_at: dt.datetime
    actor: str


class LineAnswer(BaseModel):
    """What was written; the next plan has it."""

    line_id: str
    response_id: str | None
    task: TaskBody | None


# -- tasks -----------------------------------------------------------------------------------------------------------------


class TaskRequest(Strict):
    """A task to be made."""

    customer_id: Identifier
    kind: Literal["call", "meeting", "visit", "follow_up", "paperwork"]
    assignee: Annotated[StaffName | None, Field(description="Whoever asks where it is not given.")] = None
    starts_on: MaybeDay = None
    due_on: MaybeDay = None
    minutes: Annotated[Annotated[int, Field(ge=1, le=1440)] | None, MaybeWhole] = None
    text: Words = ""


class TaskClosed(Strict):
    """What came of a task."""

    outcome: Literal["achieved", "not_reached", "not_needed"]
    text: Words = ""


class TaskList(BaseModel):
    """Tasks, the oldest first."""

    tasks: list[TaskBody]


# -- notes -----------------------------------------------------------------------------------------------------------------


class NoteRequest(Strict):
    """A note, or the report of a contact; each part apart, and at least one of them."""

    kind: Literal["note", "call", "meeting", "visit"] = "note"
    channel: Channel | None = None
    happened_at: Annotated[MaybeInstant, Field(description="When the contact was.")] = None
    facts: Part = ""
    words: Annotated[Part, Field(description="What the customer said, in their words.")] = ""
    judgement: Annotated[Part, Field(description="What the writer makes of it.")] = ""
    suggestion: Annotated[Part, Field(description="What the writer would do.")] = ""


class NoteBody(BaseModel):
    """A note as recorded."""

    note_id: str
    customer_id: str
    kind: str
    channel: str | None
    happened_at: dt.datetime | None
    facts: str | None
    words: str | None
    judgement: str | None
    suggestion: str | None
    recorded_at: dt.datetime
    actor: str


class NoteList(BaseModel):
    """A customer's notes, the newest first."""

    notes: list[NoteBody]
