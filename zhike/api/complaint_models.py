"""The shapes of complaints: taken in, moved, shown with their clocks, their steps and what may be done next."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.complaint_surrounding_models import (
    DocumentBody,
    GroupBody,
    Line,
    MessageBody,
    MissingBody,
    Particulars,
    Regulator,
    RepresentativeBody,
    SimilarBody,
    Speaker,
    Told,
)
from zhike.api.models import Day, Identifier, MaybeInstant, Name, Strict

_KEPT = r"^[^\x00]*$"
_Words = Annotated[str, Field(min_length=1, max_length=8000, pattern=_KEPT)]
_Staff = Annotated[list[Identifier], Field(max_length=20)]
Channel = Literal["branch", "phone", "web", "email", "letter", "regulator", "social"]


class ComplaintRequest(Strict):
    """A complaint that comes in."""

    customer_id: Identifier
    channel: Channel
    words: Annotated[_Words, Field(description="The complainant's own.")]
    received_at: Annotated[
        MaybeInstant, Field(description="When the bank received it; now unless given.")
    ] = None
    intake_key: Annotated[
        Line | None,
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
    particulars: Particulars | None = None
    regulator: Annotated[Regulator | None, Field(description="Where a regulator forwards it.")] = None


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
    letter: Annotated[
        _Words | None,
        Field(
            description="What was written or said to the customer, who reads it on their page; its hash is the proof of a written or electronic notice that has none."
        ),
    ] = None
    complexity: Literal["simple", "complex", "special"] | None = None
    origin: Annotated[Name | None, Field(description="Where it happened, one of complaints.origins.")] = None
    business: Name | None = None
    issue: Name | None = None
    reason: Told | None = None
    addressee: Line | None = None
    into: Identifier | None = None
    documents: Annotated[list[Line], Field(max_length=50)] | None = None
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
    place: Line | None = None
    meeting: Day | None = None
    text: Told | None = None
    effective: Literal["yes", "no"] | None = None
    stayed: Annotated[
        Literal["yes", "no"] | None,
        Field(description="Whether the customer stayed with the bank afterwards."),
    ] = None
    urgency: Annotated[Name | None, Field(description="A level of complaints.signals.")] = None
    vulnerability: Annotated[Name | None, Field(description="A driver of complaints.signals.")] = None
    particulars: Particulars | None = None
    document: Annotated[Name | None, Field(description="One of complaints.documents.")] = None
    sha256: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$", description="Of the document.")] = None
    source: Annotated[Channel | None, Field(description="Over which a further message came.")] = None
    told: Annotated[
        Literal["customer", "representative"] | None, Field(description="To whom the notice went.")
    ] = None
    again: Annotated[
        Told | None,
        Field(description="Why a document that was asked for or handed in is asked for once more."),
    ] = None


class NextMove(BaseModel):
    """What is needed next."""

    move: str
    title: str
    person: Annotated[
        Literal["handler", "other", "anyone"],
        Field(description="The handler, somebody who had no hand in it, or anyone who has the right."),
    ]
    who: Annotated[str | None, Field(description="The handler, where it is theirs.")]
    right: Annotated[str, Field(description="What right it takes, in words.")]


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
    group_id: str | None
    priority: Annotated[
        int | None,
        Field(description="How soon it is to be looked at, the highest first; null where nobody said."),
    ]
    changed_at: dt.datetime
    next: Annotated[NextMove | None, Field(description="None where nothing is waited for.")]
    undated: Annotated[
        str | None, Field(description="Why a clock of the bank's that runs has no legal date.")
    ]


class ClosedMove(BaseModel):
    """A move that leads from here and that whoever asks may not make."""

    move: str
    title: str
    against: Annotated[list[str], Field(description="All that stands against it.")]


class PromiseBody(BaseModel):
    """What the house promises beyond the law, as it stands now."""

    promise: Literal["first_response", "update", "resolution", "news"]
    state: Literal["waiting", "running", "paused", "stopped"]
    due_at: dt.datetime | None
    stopped_at: dt.datetime | None
    overdue: Annotated[bool, Field(description="Whether it runs and is broken.")]
    bound_by: Annotated[Literal["house", "law"], Field(description="Whose date it is: the earlier counts.")]
    reference: str


class LadderStep(BaseModel):
    """A step by which somebody is called as a complaint comes near its date."""

    role: Annotated[str, Field(description="handler, or a role of access.roles.")]
    title: Annotated[str, Field(description="The role in words.")]
    due_at: dt.datetime
    remind_at: Annotated[
        dt.datetime, Field(description="When whoever is called is told: while the desk serves.")
    ]
    to: Annotated[str | None, Field(description="Who is called; null where nobody up the ladder is there.")]
    instead_of: Annotated[str | None, Field(description="For whom they stand in.")]
    answered_by: Annotated[
        str, Field(description="The role that is called where nobody of the step's own is there.")
    ]
    reached: Annotated[bool, Field(description="Whether it has fallen due.")]


class LetterBody(BaseModel):
    """The draft of a letter to the customer."""

    move: str
    text: str
    sha256: Annotated[str, Field(description="Of the text as it stands here.")]


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
    because: Told


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
    tier: str | None
    limit: Annotated[int, Field(description="How much redress whoever asks may give alone, in minor units.")]
    promises: list[PromiseBody]
    ladder: Annotated[
        list[LadderStep], Field(description="Who is called until the resolution is due, in order.")
    ]
    closed_moves: list[ClosedMove]
    clocks: Annotated[dict[str, Any], Field(description="As zhike deadline prints them.")]
    moves: list[MoveShown]
    steps: list[StepBody]
    same_matter: Annotated[
        list[str], Field(description="Earlier complaints of the customer on the same matter.")
    ]
    justice: JusticeBody
    particulars: Particulars
    regulator: Regulator | None
    urgency: str | None
    vulnerability: Annotated[
        str | None, Field(description="What makes the customer vulnerable; none where nothing is known.")
    ]
    triage: Annotated[
        dict[str, Any] | None,
        Field(description="What its words were sorted into, and what a person changed."),
    ]
    representative: RepresentativeBody | None
    group: GroupBody | None
    missing: list[MissingBody]
    messages: list[MessageBody]
    documents: list[DocumentBody]
    similar: Annotated[
        list[SimilarBody], Field(description="Decided complaints like it, the most alike first.")
    ]


class GroupMoved(BaseModel):
    """A group after a move, and the complaints in which it was made."""

    group: GroupBody
    moved: list[ComplaintBody]


class ComplaintList(BaseModel):
    """Complaints, open ones by their safe date, ended ones newest first."""

    complaints: list[ComplaintBody]


class OwnComplaintRequest(Strict):
    """What a customer complains of on their own page."""

    words: _Words
    business: Annotated[Name | None, Field(description="One of complaints.businesses.")] = None
    particulars: Particulars | None = None


class OwnMoveBody(Strict):
    """What a customer does about their complaint themselves."""

    move: Literal["hear", "accept", "dispute", "verify", "withdraw"]
    reason: Annotated[Told | None, Field(description="In the customer's words.")] = None


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
    told: Annotated[str, Field(description="How it stands and what happens next, in plain words.")]


class OwnMove(BaseModel):
    """What the customer can do now."""

    move: str
    title: str
    with_reason: Annotated[bool, Field(description="Whether it takes words of theirs.")]


class OwnMessage(BaseModel):
    """What the bank wrote or said to the customer."""

    at: dt.datetime
    move: str
    title: str
    text: str | None
    documents: Annotated[list[str], Field(description="What the bank asked for.")]
    sha256: Annotated[str | None, Field(description="Proof of what was sent.")]


class WayOut(BaseModel):
    """Where a customer can go who does not agree."""

    way: str
    title: str
    until: Annotated[dt.date | None, Field(description="Last day, where the law sets one.")]


class OwnCase(OwnComplaint):
    """A complaint of the customer's with all that they read of it and can do."""

    business: str | None
    particulars: Particulars | None
    outcome: Annotated[str | None, Field(description="What the bank found, in words, once it is told.")]
    messages: list[OwnMessage]
    moves: list[OwnMove]
    ways_out: list[WayOut]
    survey: Annotated[
        str | None,
        Field(description="The survey on how it was handled that waits for the customer, or was answered."),
    ]
    survey_state: Literal["none", "open", "sent", "begun", "answered", "lapsed"]


class OwnComplaints(BaseModel):
    """A customer's complaints, the newest first."""

    complaints: list[OwnComplaint]
