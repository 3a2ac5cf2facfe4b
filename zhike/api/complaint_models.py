"""The shapes of complaints: taken in, moved, shown with their clocks, their steps and what may be done next."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Day, Identifier, MaybeInstant, Name, Strict

_KEPT = r"^[^\x00]*$"
_Line = Annotated[str, Field(min_length=1, max_length=200, pattern=_KEPT)]
_Words = Annotated[str, Field(min_length=1, max_length=8000, pattern=_KEPT)]
_Told = Annotated[str, Field(min_length=1, max_length=2000, pattern=_KEPT)]
_Staff = Annotated[list[Identifier], Field(max_length=20)]
Channel = Literal["branch", "phone", "web", "email", "letter", "regulator", "social"]


class Speaker(Strict):
    """Who speaks for the customer, and by which mandate or proof of succession."""

    name: _Line
    mandate: _Line


class ComplaintRequest(Strict):
    """A complaint that comes in."""

    customer_id: Identifier
    channel: Channel
    words: Annotated[_Words, Field(description="The complainant's own.")]
    received_at: Annotated[
        MaybeInstant, Field(description="When the bank received it; now unless given.")
    ] = None
    intake_key: Annotated[
        _Line | None,
        Field(
            description="Such as the message's identifier: what is handed in twice under it is one complaint."
        ),
    ] = None
    named: Annotated[
        _Staff, Field(description="Members of staff whom it is about; none of them takes part in it.")
    ] = Field(default_factory=list)
    speaker: Speaker | None = None
    business: Annotated[Name | None, Field(description="One of complaints.businesses.")] = None
    issue: Annotated[Name | None, Field(description="One of complaints.issues.")] = None


class NoticeBody(Strict):
    """Proof that the customer was told: without the hash no clock stops."""

    channel: Literal["written", "electronic", "phone"]
    at: Annotated[
        MaybeInstant, Field(description="When it was handed over, posted, sent or dialled; now unless given.")
    ] = None
    sha256: Annotated[
        str | None, Field(pattern=r"^[0-9a-f]{64}$", description="Of what was sent, or of the recording.")
    ] = None


class Measure(Strict):
    """One measure of redress; money in minor units."""

    kind: Annotated[Name, Field(description="One of complaints.redress.")]
    amount: Annotated[int | None, Field(ge=1, le=10**12)] = None


class MoveBody(Strict):
    """A move in the life of a complaint, and what is said with it; which move needs what is in complaints.life."""

    move: Annotated[Name, Field(description="One of complaints.life.")]
    notice: NoticeBody | None = None
    complexity: Literal["simple", "complex", "special"] | None = None
    origin: Annotated[Name | None, Field(description="Where it happened, one of complaints.origins.")] = None
    business: Name | None = None
    issue: Name | None = None
    reason: _Told | None = None
    addressee: _Line | None = None
    into: Identifier | None = None
    documents: Annotated[list[_Line], Field(max_length=50)] | None = None
    to: Literal["complex", "special"] | None = None
    approver: Annotated[
        Name | None, Field(description="By what right a longer time is approved, as the regime names it.")
    ] = None
    findings: _Words | None = None
    outcome: Literal["upheld", "partly_upheld", "not_upheld"] | None = None
    redress: Annotated[list[Measure], Field(max_length=20)] | None = None
    harm: Annotated[
        int | None,
        Field(ge=0, le=10**12, description="What the customer lost, in minor units: equal harm is compared."),
    ] = None
    evidence: Annotated[
        Literal["documented", "plausible", "unproven"] | None, Field(description="How far the harm is shown.")
    ] = None
    major: bool | None = None
    legal: Annotated[bool | None, Field(description="Whether the decision touches the law.")] = None
    regulatory: Annotated[bool | None, Field(description="Whether it touches the regulator.")] = None
    tries: Annotated[int | None, Field(ge=1, le=100)] = None
    cause: Annotated[Name | None, Field(description="One of listening.causes.")] = None
    handler: Identifier | None = None
    place: _Line | None = None
    meeting: Day | None = None
    text: _Told | None = None
    effective: Literal["yes", "no"] | None = None


class ComplaintBody(BaseModel):
    """A complaint as it stands."""

    complaint_id: str
    customer_id: str
    name: str | None
    state: str
    title: str
    open: bool
    overdue: Annotated[bool, Field(description="Whether the legal date is over.")]
    received_at: dt.datetime
    channel: str
    regime: str
    complexity: str | None
    business: str | None
    issue: str | None
    cause: str | None
    handler: str | None
    legal_due: dt.date | None
    safe_due: dt.date | None
    into: str | None
    changed_at: dt.datetime


class MoveShown(BaseModel):
    """A move that whoever asks may make now, and what has to be said with it."""

    move: str
    title: str
    needs: list[str]


class StepBody(BaseModel):
    """One step: who, what, when, and the dates before and after."""

    number: int
    move: str
    before: str
    after: str
    at: dt.datetime
    actor: str
    rules: str
    said: Annotated[
        dict[str, Any] | None, Field(description="What was said with it; null for whoever may not see it.")
    ]
    legal_due_before: dt.date | None
    legal_due_after: dt.date | None


Fairness = Annotated[int, Field(ge=1, le=5, description="From 1, very unfair, to 5, very fair.")]


class JusticeRequest(Strict):
    """How fairly a complaint was handled, as a reviewer who had no hand in it judges it."""

    outcome: Fairness
    procedure: Fairness
    interaction: Fairness
    because: _Told


class SurveyJustice(BaseModel):
    """What the customer said in the survey on the handling; null where they did not say it."""

    outcome: float | None
    procedure: float | None
    interaction: float | None
    satisfied: bool | None
    answer_id: str
    at: dt.datetime


class ReviewerJustice(BaseModel):
    """What a reviewer judged; null for whoever may not see it."""

    outcome: int | None
    procedure: int | None
    interaction: int | None
    because: str | None
    at: dt.datetime
    actor: str


class JusticeBody(BaseModel):
    """The three justices of a complaint: by its customer and by a reviewer, from 1 to 5."""

    survey: SurveyJustice | None
    reviewer: ReviewerJustice | None


class ComplaintCase(ComplaintBody):
    """A complaint with all that is known of it."""

    words: str | None
    named: list[str]
    speaker: Speaker | None
    clocks: Annotated[dict[str, Any], Field(description="As zhike deadline prints them.")]
    moves: list[MoveShown]
    steps: list[StepBody]
    same_matter: Annotated[
        list[str], Field(description="Earlier complaints of the customer on the same matter.")
    ]
    justice: JusticeBody


class ComplaintList(BaseModel):
    """Complaints, open ones by their safe date, ended ones newest first."""

    complaints: list[ComplaintBody]


class OwnComplaintRequest(Strict):
    """What a customer complains of on their own page."""

    words: _Words


class OwnComplaint(BaseModel):
    """A complaint as its customer sees it."""

    complaint_id: str
    state: str
    title: str
    open: bool
    received_at: dt.datetime
    words: str
    due: Annotated[dt.date | None, Field(description="By when the bank answers, by law.")]
    changed_at: dt.datetime


class OwnComplaints(BaseModel):
    """A customer's complaints, the newest first."""

    complaints: list[OwnComplaint]
