"""The shapes of improvements and indicators."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Day, Identifier, Name, Strict

_KEPT = r"^[^\x00]*$"
Sentence = Annotated[str, Field(min_length=1, max_length=200, pattern=_KEPT)]
Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=_KEPT)]
UnitName = Annotated[str, Field(min_length=1, max_length=200, pattern=_KEPT)]
Level = Literal["bank", "branch", "team", "channel", "process"]
Design = Annotated[
    Literal["interrupted", "controlled", "difference", "trial"],
    Field(description="How the effect is told; a trial draws its units by a hash."),
]


class EvidenceBody(Strict):
    """What shows a cause, by identifier."""

    loops: Annotated[list[Identifier], Field(max_length=500)] = Field(default_factory=list)
    answers: Annotated[list[Identifier], Field(max_length=500)] = Field(default_factory=list)
    drivers: Annotated[list[Sentence], Field(max_length=50)] = Field(default_factory=list)
    complaints: Annotated[list[Identifier], Field(max_length=500)] = Field(default_factory=list)


class MeasureBody(Strict):
    """What is measured again."""

    indicator: Annotated[
        Name | None, Field(description="Of the rulebook, read from the bank folder; null where a series is handed in.")
    ] = None  # fmt: skip
    said: Annotated[Sentence, Field(description="What it is, in words.")]
    level: Level = "bank"
    better: Literal["higher", "lower"]
    design: Design = "interrupted"


class ImprovementRequest(Strict):
    """An improvement to be planned."""

    title: Annotated[Sentence, Field(description="Names no customer.")]
    cause: Annotated[Name, Field(description="One of listening.causes.")]
    evidence: EvidenceBody
    action: Words
    owner: Identifier
    due_on: Day
    measure: MeasureBody


class StartRequest(Strict):
    """That an improvement is running, since when and where."""

    start_on: Day
    treated: Annotated[
        list[UnitName], Field(max_length=1000, description="Units with the action; in a trial those among whom is drawn.")
    ] = Field(default_factory=list)  # fmt: skip
    comparison: Annotated[list[UnitName], Field(max_length=1000)] = Field(default_factory=list)
    share: Annotated[float, Field(gt=0, lt=1, description="Of the units that are drawn in a trial.")] = 0.5


class SeriesPoint(Strict):
    """A figure of a period, and of a unit where there are several."""

    period: Annotated[
        str, Field(min_length=1, max_length=10, description="2026-05, 2026-05-04 or a whole number.")
    ]
    value: Annotated[float, Field(ge=-1e15, le=1e15)]
    unit: Annotated[UnitName | None, Field(description="Null where there is one series.")] = None


class SeasonBody(Strict):
    """What comes again."""

    period: Annotated[float, Field(ge=2, le=400)]
    waves: Annotated[int, Field(ge=1, le=6)] = 2


class MeasureRequest(Strict):
    """How an improvement is measured again."""

    series: Annotated[
        list[SeriesPoint] | None, Field(max_length=5000, description="Null where the indicator is read from the bank folder.")
    ] = None  # fmt: skip
    season: SeasonBody | None = None
    slope: Annotated[bool, Field(description="Whether the effect may grow or fade.")] = True
    washout: Annotated[int, Field(ge=0, le=24, description="Periods after the start that do not count.")] = 0


class ClosingRequest(Strict):
    """What becomes of an improvement."""

    outcome: Literal["kept", "changed", "dropped"]
    conclusion: Words


class StepBody(BaseModel):
    """A step of an improvement."""

    state: str
    at: dt.datetime
    actor: str


class ImprovementBody(BaseModel):
    """A cause that is put right."""

    improvement_id: str
    title: str
    cause: str
    cause_title: str
    evidence: EvidenceBody
    action: str
    owner: str
    due_on: dt.date
    overdue: Annotated[bool, Field(description="Planned, and its day is over.")]
    measure: MeasureBody
    state: Annotated[str, Field(description="planned, running, measured or closed.")]
    start_on: dt.date | None
    units: Annotated[dict[str, Any], Field(description="treated, comparison, and whether they were drawn.")]
    effect: Annotated[
        dict[str, Any] | None, Field(description="As `zhike measure effect --json` has it; null before it was measured.")
    ]  # fmt: skip
    outcome: str | None
    conclusion: str | None
    history: list[StepBody]


class CauseTotal(BaseModel):
    """A cause, how often it was found in closed call-backs, and how many improvements work on it."""

    cause: str
    title: str
    call_backs: int
    improvements: int


class ImprovementList(BaseModel):
    """Improvements, those due first, and the causes with what is done about each."""

    improvements: list[ImprovementBody]
    causes: list[CauseTotal]


class IndicatorBoard(BaseModel):
    """Indicators by level, each unit on its chart; the same as `zhike measure indicators --json`."""

    at: dt.date
    level: str | None
    indicators: list[dict[str, Any]]
    charts: int
    expected_false: Annotated[float, Field(description="Signals that stable processes would give.")]
    signals: int
    standing: Annotated[int, Field(description="Signals that stand when all charts are reckoned with.")]
    false_share: float
