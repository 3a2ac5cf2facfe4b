"""The shapes of what surrounds a complaint: who speaks, what is missing, the group, messages and documents, cases like it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Identifier, MaybeDay, Name, Strict

_KEPT = r"^[^\x00]*$"
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=_KEPT)]
Told = Annotated[str, Field(min_length=1, max_length=2000, pattern=_KEPT)]


class Speaker(Strict):
    """Who speaks for the customer, what they are, and by which mandate or proof of succession they say they do."""

    name: Line
    mandate: Line | None = None
    kind: Annotated[
        Literal["proxy", "heir", "guardian", "third_party"], Field(description="Of complaints.speakers.")
    ] = "proxy"


class Particulars(Strict):
    """Who, what, when, where, why, as far as it is known."""

    who: Told | None = None
    what: Told | None = None
    when: Told | None = None
    where: Told | None = None
    why: Told | None = None


class Regulator(Strict):
    """Of a complaint that a regulator forwards: who, under which number, when."""

    authority: Line
    reference: Line
    forwarded_on: MaybeDay = None


class RepresentativeBody(BaseModel):
    """Who speaks for the customer, and whether the bank has what proves that they may."""

    name: str
    kind: str
    title: str
    mandate: str | None
    document: Annotated[str, Field(description="That proves it, of complaints.documents.")]
    document_title: str
    held: Annotated[bool, Field(description="Whether it is filed: before, nothing is told to them.")]
    since: dt.datetime | None
    asked_on: Annotated[dt.date | None, Field(description="When it was asked for; it is asked for once.")]


class MissingBody(BaseModel):
    """Something that is still missing: a particular, an authority, a plan, what it is about."""

    code: Literal["particular", "authority", "plan", "business", "issue"]
    what: str
    sentence: str


class GroupBody(BaseModel):
    """A group of complaints about one thing."""

    group_id: str
    subject: str | None
    people: Annotated[int, Field(description="As many as are said, and no fewer than complaints.")]
    cases: int
    major: bool
    major_from: int
    plan: dict[str, Any] | None
    complaints: Annotated[list[str], Field(description="Those that whoever asks may see.")]
    representatives: Annotated[
        list[str], Field(description="Complaints whose customers speak for all, as far as they may be seen.")
    ]


class MessageBody(BaseModel):
    """A message that came in."""

    message_id: str
    customer_id: str | None
    complaint_id: str | None
    channel: str
    state: str
    code: str | None
    received_at: dt.datetime
    subject: str | None
    words: str | None
    sender: Annotated[str | None, Field(description="Name and address as the message says them.")]
    notes: Annotated[list[str], Field(description="What was noticed in reading it, as codes.")]
    documents: list[dict[str, Any]]


class MessageWaiting(MessageBody):
    """A message that a person places, with the dates that a complaint received then has, and whose it may be."""

    legal_due: dt.date | None
    safe_due: dt.date | None
    candidates: Annotated[
        list[dict[str, Any]], Field(description="Customers whom it points to, and by what.")
    ]


class MessageList(BaseModel):
    """Messages to the desk."""

    messages: list[MessageWaiting]


class DocumentBody(BaseModel):
    """A document of a complaint."""

    document_id: str
    kind: str | None
    title: str | None
    name: str | None
    sha256: str
    kept: Annotated[bool, Field(description="Whether its bytes are kept here.")]
    at: dt.datetime


class SimilarBody(BaseModel):
    """A decided complaint like this one, and what became of it."""

    complaint_id: str
    likeness: Annotated[float, Field(description="Of the words, 0 to 1.")]
    same_matter: bool
    business: str | None
    issue: str | None
    words: Annotated[str | None, Field(description="Without personal data.")]
    outcome: str
    redress: list[dict[str, Any]]
    days: int | None
    satisfied: bool | None


class GroupRequest(Strict):
    """A group to be made of complaints about one thing."""

    subject: Told
    complaints: Annotated[list[Identifier], Field(min_length=1, max_length=200)]
    representatives: Annotated[list[Identifier], Field(max_length=20)] = Field(default_factory=list)
    people: Annotated[
        int | None, Field(ge=1, le=1_000_000, description="How many people it is said to be.")
    ] = None


class GatherRequest(Strict):
    """Complaints to be added to a group, and how many people it is now said to be."""

    complaints: Annotated[list[Identifier], Field(max_length=200)] = Field(default_factory=list)
    people: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


class PlanRequest(Strict):
    """The plan of a major complaint: what is done, who leads, where people are received."""

    text: Told
    lead: Identifier
    place: Line | None = None


class PlacementRequest(Strict):
    """What becomes of a message that waits: a complaint of a customer, part of a complaint, or none."""

    customer_id: Identifier | None = None
    complaint_id: Identifier | None = None
    set_aside: Annotated[Name | None, Field(description="Why it is no complaint.")] = None
    words: Annotated[
        str | None,
        Field(min_length=1, max_length=8000, pattern=_KEPT, description="Where it has none: what it says, taken down by a person."),
    ] = None  # fmt: skip
