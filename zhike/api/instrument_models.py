"""The shapes of questionnaires as those who ask see them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from zhike.api.survey_models import Coded, Labelled

__all__ = ["InstrumentBody", "InstrumentLine", "InstrumentList"]


class ModeCount(BaseModel):
    """Over what customers were asked, and how many were."""

    mode: str
    invitations: int


class InstrumentLine(BaseModel):
    """A questionnaire in force."""

    instrument: str
    title: str
    since: dt.date
    versions: int
    languages: list[str]
    status: Annotated[str | None, Field(description="provisional: not confirmed by a second source.")]
    owner: str
    questions: int
    short_questions: Annotated[int, Field(description="Of the elder mode; 0: there is none.")]
    minutes: Annotated[float, Field(description="Of the longest way.")]
    short_minutes: float | None
    findings: Annotated[int, Field(description="Of the lint.")]
    paths: Annotated[int, Field(description="Ways to the end that were played.")]
    every_path: Annotated[
        bool, Field(description="Every combination of answers that matters was played; else random ones.")
    ]
    opens: Annotated[str | None, Field(description="What is read to open a call-back.")]
    opens_at: Annotated[float | None, Field(description="Value at or below which one is opened.")]
    modes: list[ModeCount]
    parts: Annotated[
        list[str],
        Field(description="Some of model, importance, gaps and kano: what its form allows of results."),
    ]


class InstrumentList(BaseModel):
    """Questionnaires in force today."""

    instruments: list[InstrumentLine]


class FindingBody(BaseModel):
    """A finding of the lint."""

    where: str
    code: str
    sentence: str


class AskedQuestion(BaseModel):
    """A question of a questionnaire."""

    name: str
    kind: str
    text: str
    short: bool
    required: bool
    not_applicable: bool
    when: Annotated[str | None, Field(description="The condition under which it is asked.")]
    low: float | None
    high: float | None
    labels: list[Labelled]
    choices: list[Coded]


class BlockBody(BaseModel):
    """A block of questions."""

    name: str
    title: str
    when: str | None
    repeat: Annotated[str | None, Field(description="Asked once for each option chosen there.")]
    questions: list[AskedQuestion]


class ScoreTitle(BaseModel):
    """A score of a sheet."""

    name: str
    title: str
    way: str
    of: list[str]


class VersionLine(BaseModel):
    """A version of a questionnaire."""

    first_day: dt.date
    status: str | None
    reference: str
    sheets: Annotated[int, Field(description="Complete ones.")]


class QuestionChange(BaseModel):
    """How a question differs between two versions; null where one of them does not have it."""

    name: str
    change: Annotated[str, Field(description="added, removed, wording, scale or otherwise.")]
    before: str | None
    after: str | None


class InstrumentBody(InstrumentLine):
    """A questionnaire in one version, with what differs from another."""

    version: dt.date
    finding_list: list[FindingBody]
    blocks: list[BlockBody]
    scores: list[ScoreTitle]
    history: list[VersionLine]
    against: Annotated[dt.date | None, Field(description="The version that it is compared with.")]
    changes: list[QuestionChange]
