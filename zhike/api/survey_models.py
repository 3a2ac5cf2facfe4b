"""The shapes of surveys: invitations, pages to be filled in, answers, call-backs to unhappy customers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Identifier, Name, Strict

_KEPT = r"^[^\x00]*$"
_Key = Annotated[str, Field(min_length=1, max_length=200)]
_Part = str | float | None
Given = Annotated[
    dict[Name, Annotated[str, Field(max_length=200, pattern=_KEPT)] | float],
    Field(
        max_length=20,
        description="What the questionnaire is told of the customer beforehand.",
        json_schema_extra={
            "additionalProperties": False
        },  # other keys are refused, which a pattern of keys alone does not say
    ),
]
Words = Annotated[str, Field(max_length=2000, pattern=_KEPT)]


class InvitationRequest(Strict):
    """A customer is to be asked."""

    customer_id: Identifier
    instrument: Annotated[Name, Field(description="Such as csat: the version in force today is asked.")]
    mode: Literal["web", "tablet", "phone", "kiosk"] = "web"
    given: Given = Field(default_factory=dict)


class InvitationBody(BaseModel):
    """An invitation to a survey."""

    invitation_id: str
    customer_id: str
    survey: Annotated[str, Field(description="Questionnaire and version.")]
    title: str
    mode: str
    state: Annotated[
        str, Field(description="sent, begun, answered, declined, full (its quota was) or lapsed.")
    ]
    reminders: int
    lapses_at: dt.datetime
    recorded_at: dt.datetime
    actor: str


class AnswerBody(BaseModel):
    """One question and what was answered, in words."""

    key: str
    question: str
    answer: str


class ScoreBody(BaseModel):
    """A score of a sheet; null where too little was answered."""

    name: str
    title: str
    value: float | None


class CustomerSurvey(InvitationBody):
    """An invitation with what was answered; both lists are empty before, and for whoever may not see them."""

    answered_at: dt.datetime | None
    scores: list[ScoreBody]
    answers: list[AnswerBody]


class CustomerSurveys(BaseModel):
    """A customer's surveys, the newest first."""

    surveys: list[CustomerSurvey]


class LoopBody(BaseModel):
    """A call-back to an unhappy customer."""

    loop_id: str
    customer_id: str
    name: str | None
    invitation_id: str | None
    trigger: Annotated[str, Field(description="Instrument, and what was read of it.")]
    value: float | None
    words: Annotated[str | None, Field(description="In the survey.")]
    owner: str | None
    task_id: str | None
    state: str
    due_at: dt.datetime
    overdue: Annotated[bool, Field(description="Open and past its time, or closed after it.")]
    cause: str | None
    outcome: str | None
    action: str | None
    said: Annotated[str | None, Field(description="What the customer said when they were called.")]
    closed_at: dt.datetime | None
    recorded_at: dt.datetime


class CauseCount(BaseModel):
    """A cause, its words, and how many of the call-backs shown have it."""

    cause: str
    title: str
    count: int


class LoopList(BaseModel):
    """Call-backs, open ones by the time when they are due, closed ones newest first, and the causes that can be named."""

    loops: list[LoopBody]
    causes: list[CauseCount]


class LoopClosing(Strict):
    """What came of a call-back."""

    outcome: Literal["resolved", "partly", "not_resolved", "not_reached"]
    cause: Annotated[Name, Field(description="One of listening.causes.")]
    action: Annotated[
        str, Field(min_length=1, max_length=2000, pattern=_KEPT, description="What is done about it.")
    ]
    words: Annotated[Words, Field(description="What the customer said.")] = ""


# -- what customers fill in --------------------------------------------------------------------------------------------


class OwnCallBack(BaseModel):
    """That the customer is called back after a survey."""

    due_at: dt.datetime
    state: str
    action: Annotated[str | None, Field(description="What was done, once it is closed.")]


class OwnSurvey(BaseModel):
    """A survey that waits for the customer, or that they answered."""

    invitation_id: str
    title: str
    state: str
    lapses_at: dt.datetime
    answered_at: dt.datetime | None
    thanks: Annotated[
        str | None,
        Field(description="What is said to whoever has answered it, or is no longer needed."),
    ]
    call_back: OwnCallBack | None


class OwnSurveys(BaseModel):
    """A customer's surveys, the newest first."""

    surveys: list[OwnSurvey]


class Coded(BaseModel):
    """A code and its words."""

    code: str
    text: str


class Labelled(BaseModel):
    """A point of a scale and its words."""

    point: int
    text: str


class QuestionBody(BaseModel):
    """A question as it is read."""

    key: str
    kind: str
    text: str
    choices: list[Coded]
    sides: list[Coded]
    labels: list[Labelled]
    low: float | None
    high: float | None
    required: bool
    not_applicable: bool
    value: Any
    problem: Annotated[str | None, Field(description="Why what was sent is no answer.")]


class SurveyPage(BaseModel):
    """A page to be filled in, or that everything is answered and can be sent."""

    invitation_id: str
    title: str
    state: str
    lapses_at: dt.datetime
    elder: Annotated[bool, Field(description="Whether it is the short version.")]
    has_short: Annotated[bool, Field(description="Whether there is one.")]
    number: Annotated[int, Field(description="Of the page, from 1.")]
    answered: int
    asked: Annotated[int, Field(description="As far as the answers so far can tell.")]
    heading: str | None
    questions: list[QuestionBody]
    complete: Annotated[bool, Field(description="Nothing is left to ask: it can be sent.")]
    closed: Annotated[
        str | None,
        Field(description="What is said to somebody whose quota is full; then there is nothing to send."),
    ]


AnswerValue = (
    Annotated[str, Field(max_length=4000)]
    | float
    | Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)]
    | Annotated[dict[_Key, _Part], Field(max_length=100)]
    | None
)


class SurveySave(Strict):
    """Answers to keep."""

    answers: dict[_Key, AnswerValue] = Field(
        default_factory=dict,
        max_length=200,
        description="By question; null passes over one that is not required.",
    )
    turn: Annotated[
        int | None,
        Field(
            ge=1,
            le=10_000,
            description="Page that is turned: what is optional on it and has no answer is passed over.",
        ),
    ] = None
    elder: Annotated[bool | None, Field(description="Whether the short version is wanted from now on.")] = (
        None
    )


class DeclineRequest(Strict):
    """That a survey is not answered."""

    never: Annotated[
        bool, Field(description="No survey is wanted any more: consent to being asked is withdrawn.")
    ] = False


class SurveyDeclined(BaseModel):
    """That a survey was declined."""

    invitation_id: str
    state: str
    never: bool


class StaffDecline(DeclineRequest):
    """That a customer does not answer, as staff note it."""

    called: Annotated[bool, Field(description="Whether they were called about it: a call is a contact.")] = (
        False
    )


class Script(BaseModel):
    """What somebody reads out who asks on the phone."""

    opening: str
    reading: Annotated[str, Field(description="How to read questions out; not read out itself.")]
    closing: str
    refused: str


class AskedAloud(BaseModel):
    """A page of a survey to be read out."""

    customer_id: str
    script: Script
    begun: bool
    page: SurveyPage


class SurveyLinkRequest(Strict):
    """A link that opens one survey."""

    mode: Annotated[
        Literal["web", "tablet", "kiosk"],
        Field(
            description="For a message, for a device that is handed over, or as a code to be typed at a kiosk."
        ),
    ]


class SurveyLink(BaseModel):
    """A link that opens one survey and nothing else."""

    link_id: str
    mode: str
    token: Annotated[str, Field(description="Shown this once: what the link carries, or the code.")]
    path: str | None
    expires_at: dt.datetime


class KioskRequest(Strict):
    """A kiosk to be set up."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=_KEPT, description="Where it stands.")]
    instrument: Annotated[Name, Field(description="Such as csat: the version in force on the day is asked.")]
    branch: Annotated[
        str | None, Field(max_length=100, pattern=_KEPT, description="The caller's own unless given.")
    ] = None


class KioskBody(BaseModel):
    """A kiosk."""

    kiosk_id: str
    name: str
    branch: str | None
    instrument: str
    title: str
    state: Annotated[str, Field(description="open, stopped or ended.")]
    expires_at: dt.datetime
    recorded_at: dt.datetime
    actor: str
    complete: Annotated[int, Field(description="Sheets that were sent.")]
    partial: Annotated[int, Field(description="Sheets that were left half filled.")]


class KioskList(BaseModel):
    """Kiosks that whoever asks may set up and stop, the newest first."""

    kiosks: list[KioskBody]


class NewKiosk(KioskBody):
    """A kiosk that was set up, with what its device shows."""

    token: Annotated[str, Field(description="Shown this once.")]


class SurveyThanks(BaseModel):
    """That a survey was sent, and what happens next."""

    invitation_id: str
    title: str
    thanks: str | None
    counted: Annotated[
        bool, Field(description="Whether the answers count; not where enough like them came in meanwhile.")
    ]
    call_back: OwnCallBack | None


# -- what customers wrote ----------------------------------------------------------------------------------------------


class LoopOfWords(BaseModel):
    """The call-back that an answer led to."""

    loop_id: str
    state: str


class WordsBody(BaseModel):
    """What a customer wrote, without numbers and known names."""

    customer_id: str
    key: str
    question: str
    words: str
    answered_at: dt.datetime
    mode: str
    scores: list[ScoreBody]
    loop: Annotated[LoopOfWords | None, Field(description="null also where the caller may not see it.")]


class SurveyWords(BaseModel):
    """What customers wrote in a version of an instrument, newest first."""

    instrument: str
    title: str
    version: dt.date
    parts: list[str]
    looked_at: Annotated[
        int, Field(description="Sheets that were opened: the newest that the caller may read.")
    ]
    hidden: Annotated[int, Field(description="Sheets that are not for the caller.")]
    matching: int
    words: list[WordsBody]
    next: str | None
