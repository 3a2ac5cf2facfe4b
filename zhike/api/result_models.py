"""The shapes of results of surveys: figures about many people, of no single customer anything."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from zhike.api.quota_models import QuotaResult

__all__ = ["AttributesBody", "JourneysBody", "ModelResult", "ResultsBody", "WavesBody"]

Verdict = Annotated[
    Literal["higher", "lower", "open"] | None,
    Field(description="open: the interval holds 0, there is no conclusion."),
]
Held = Annotated[bool, Field(description="Too few sheets: nothing is told.")]


class Span(BaseModel):
    """A figure and the ends of its interval."""

    value: float | None
    low: float | None
    high: float | None


class EstimateBody(Span):
    """An estimate."""

    error: float | None
    n: int


class HeadBody(BaseModel):
    """Of what results are."""

    instrument: str
    title: str
    version: dt.date
    versions: list[VersionCount]
    first_day: Annotated[
        dt.date | None, Field(description="Of the sheets that count; null: since the version's first day.")
    ]
    last_day: dt.date
    branch: Annotated[str | None, Field(description="The only branch whose customers count; null: all.")]
    sheets: Annotated[int, Field(description="Complete ones of the period that count.")]
    held: Annotated[
        int,
        Field(
            description="Complete ones of the period that count once as many have come with them as are told of at least."
        ),
    ]
    persons: Annotated[int, Field(description="Who sent them; each counts with their latest sheet.")]
    imported: Annotated[
        int,
        Field(description="Sheets among them that came from another tool; they are in no response rate."),
    ]
    unknown: Annotated[
        int,
        Field(
            description="Sheets of people whom nobody knows, from kiosks: beside those, and in what is told by mode alone."
        ),
    ]
    parts: Annotated[
        list[str],
        Field(
            description="Some of model, importance, gaps and kano: what the form of the instrument allows."
        ),
    ]
    least: Annotated[int, Field(description="Sheets below which nothing is told.")]
    level: float


class VersionCount(BaseModel):
    """A version and its complete sheets."""

    version: dt.date
    sheets: int


class RateGroup(BaseModel):
    """How many of a group answered."""

    by: str
    group: str | None
    invited: int
    answered: int
    rate: Span | None


class RatesBody(BaseModel):
    """Who answered of those who were asked: RR1 of AAPOR, over invitations whose time is over."""

    invited: int
    answered: int
    begun: Annotated[int, Field(description="Half filled.")]
    reminded: Annotated[int, Field(description="Customers who were reminded.")]
    reminded_answered: int
    rate: Span | None
    running: Annotated[
        int,
        Field(
            description="Invitations that can still be answered, or were before their time was over; not in the rate."
        ),
    ]
    running_answered: int
    groups: list[RateGroup]


class MarginBody(BaseModel):
    """A group among all customers and among those who answered."""

    by: str
    group: Annotated[str | None, Field(description="null: not known.")]
    customers: int
    answered: int
    share: float
    answered_share: float


class RepresentedBody(BaseModel):
    """How sheets are weighted to all customers, and what that costs."""

    weighted: bool
    margins: list[MarginBody]
    deff: Annotated[float, Field(description="Kish's design effect.")]
    n_eff: float
    unrepresented: Annotated[int, Field(description="Customers in groups of which too few answered.")]
    converged: Annotated[bool, Field(description="Whether every margin holds within the bounds of weights.")]
    smallest: float
    largest: float


class SharesBody(BaseModel):
    """Of a net promoter score."""

    promoters: float
    passives: float
    detractors: float


class ScoreResult(BaseModel):
    """A score."""

    score: str
    title: str
    unit: Annotated[str, Field(description="points, share, index (0 to 100), scale or gap.")]
    n: int
    suppressed: Held
    answered: Annotated[EstimateBody | None, Field(description="As it was answered.")]
    weighted: Annotated[EstimateBody | None, Field(description="For all customers.")]
    shares: SharesBody | None


class RankBody(BaseModel):
    """Places that a group may have: where best and worst differ, it is not ranked."""

    best: int
    worst: int


class GroupResult(BaseModel):
    """A score of a group."""

    group: str
    n: int | None
    suppressed: Held
    value: float | None = None
    low: float | None = None
    high: float | None = None
    shrunk: Annotated[
        Span | None,
        Field(description="Drawn to all groups together as far as chance explains the difference."),
    ] = None
    rank: RankBody | None = None
    position: Annotated[
        str | None, Field(description="In the funnel: inside, warning or alarm, with the side.")
    ] = None


class GroupedResult(BaseModel):
    """A score by group."""

    score: str
    by: str
    ranked: Annotated[bool, Field(description="Whether each group has one place only.")]
    p_value: Annotated[float | None, Field(description="Of no difference between groups (Cochran's Q).")]
    groups: list[GroupResult]


class SidesResult(BaseModel):
    """A score of two sets of persons, and the second less the first."""

    score: str
    unit: str
    n: list[int]
    suppressed: Held
    first: EstimateBody | None
    second: EstimateBody | None
    difference: EstimateBody | None
    verdict: Verdict


class AnswerShare(BaseModel):
    """How many gave an answer."""

    answer: str
    text: str
    n: int
    share: float


class QuestionResult(BaseModel):
    """How often each answer was given."""

    column: str
    question: str
    text: str
    part: Annotated[str | None, Field(description="Words of the part, or of the option of the loop.")]
    kind: str
    n: int
    suppressed: Held
    unsaid: Annotated[
        dict[str, int],
        Field(description="How many said dont_know, and refused, who were asked on the phone."),
    ]
    answers: list[AnswerShare]


class ResultsBody(HeadBody):
    """Results of a version of an instrument."""

    quotas: list[QuotaResult]
    asked: RatesBody
    represented: RepresentedBody
    scores: list[ScoreResult]
    groups: list[GroupedResult]
    late_after: Annotated[float, Field(description="Days from the invitation after which an answer is late.")]
    late: Annotated[list[SidesResult], Field(description="Who answered soon, and who did late.")]
    questions: list[QuestionResult]


class Needing(HeadBody):
    """A part of results that needs so many sheets."""

    needed: int
    state: Annotated[
        Literal["told", "too_few", "not_fitted"],
        Field(description="not_fitted: the sheets cannot tell it, see problem."),
    ]
    problem: str | None


class LatentResult(BaseModel):
    """Something that no question asks for directly."""

    latent: str
    title: str
    items: list[str]
    index: Span
    r2: Span | None
    alpha: float | None
    composite: float | None
    ave: float | None
    column: int | None
    row: int | None


class PathResult(BaseModel):
    """How one latent goes with another beyond the others."""

    start: str
    end: str
    coefficient: Span
    total: Span
    told: Annotated[bool, Field(description="Whether the interval leaves out 0.")]


class ModelResult(Needing):
    """A path model of satisfaction fitted to the sheets: associations, not causes."""

    latents: list[LatentResult]
    paths: list[PathResult]
    gof: float | None
    resamples: int | None
    notes: list[dict[str, str]]


class AttributeResult(BaseModel):
    """An attribute by importance and performance."""

    attribute: str
    title: str
    performance: EstimateBody
    importance: float
    quadrant: str
    chances: Annotated[dict[str, float] | None, Field(description="Of each quadrant.")]
    by_cross: Annotated[dict[str, str], Field(description="The quadrant under other lines.")]


class ImportanceResult(BaseModel):
    """Importance and performance."""

    state: Literal["told", "too_few", "not_fitted"]
    needed: int
    problem: str | None
    overall: str
    importance_line: float | None
    performance_line: float | None
    settled: Annotated[
        int | None, Field(description="Attributes in the same quadrant under every choice of lines.")
    ]
    attributes: list[AttributeResult]


class GapResult(BaseModel):
    """A gap: perceived less expected."""

    name: str
    title: str
    dimension: str
    n: int
    expected: float | None
    perceived: float | None
    gap: EstimateBody
    points: float | None


class GapsResult(BaseModel):
    """Gaps after SERVQUAL."""

    state: Literal["told", "too_few", "not_fitted"]
    needed: int
    problem: str | None
    unweighted: EstimateBody | None
    weighted: EstimateBody | None
    dimensions: list[GapResult]
    items: list[GapResult]


class KanoResult(BaseModel):
    """How a trait is seen."""

    feature: str
    title: str
    n: int
    category: str
    told: Annotated[bool, Field(description="Whether it leads beyond chance (Fong).")]
    shares: dict[str, float | None]
    better: float | None
    worse: float | None
    doubtful: Annotated[
        bool,
        Field(description="Many answers contradict each other: the questions were probably not understood."),
    ]


class KanoBody(BaseModel):
    """Categories after Kano."""

    state: Literal["told", "too_few", "not_fitted"]
    needed: int
    problem: str | None
    features: list[KanoResult]


class AttributesBody(HeadBody):
    """What attributes show, as far as the form of the instrument allows it."""

    importance: ImportanceResult | None
    gaps: GapsResult | None
    kano: KanoBody | None


class WavePoint(BaseModel):
    """A month of a score."""

    wave: str
    n: int
    suppressed: Held
    estimate: EstimateBody | None


class WavePair(BaseModel):
    """Two months of a score."""

    before: str
    after: str
    shared: Annotated[int, Field(description="Persons who answered both: counted as the same persons.")]
    first: EstimateBody
    second: EstimateBody
    difference: EstimateBody
    verdict: Verdict


class WaveResult(BaseModel):
    """A score month by month."""

    score: str
    title: str
    unit: str
    points: list[WavePoint]
    pair: Annotated[WavePair | None, Field(description="null: one of the months has too few sheets.")]


class ModeResult(SidesResult):
    """A mode against the one that most used."""

    usual: str
    mode: str


class WavesBody(HeadBody):
    """Waves of a survey, and what differs by the way in which it is filled in."""

    months: list[str]
    before: str | None
    after: str | None
    waves: list[WaveResult]
    modes: list[ModeResult]


class TouchpointBody(BaseModel):
    """A touchpoint of a journey."""

    stage: str
    channel: str
    touchpoint: str
    title: str
    owner: str | None
    promise: str | None
    rated: int
    reach: EstimateBody
    importance: EstimateBody
    experience: EstimateBody
    verdict: Annotated[
        str, Field(description="sound, defect, misplaced, minor, or untold where too few rated it.")
    ]
    probability: Annotated[float | None, Field(description="Of the verdict.")]
    settled: Annotated[bool, Field(description="Whether the verdict is sure enough to act on.")]
    moment_of_truth: Annotated[bool, Field(description="Whether the sheets show one.")]
    agreement: Annotated[
        str | None, Field(description="both, only_map, only_data or neither; null: the map does not say.")
    ]


class StageBody(BaseModel):
    """A stage of a journey."""

    stage: str
    title: str


class MissingBody(BaseModel):
    """What customers expect and do not find."""

    kind: str
    name: str
    title: str
    share: EstimateBody
    probability: float
    missing: bool


class MeasuredJourney(BaseModel):
    """A journey measured by the sheets."""

    journey: str
    title: str
    state: Literal["told", "too_few"]
    problem: str | None
    needed: Annotated[int, Field(description="Ratings below which a touchpoint is not told.")]
    n: int
    stages: list[StageBody]
    channels: list[str]
    overall: EstimateBody | None
    parts: Annotated[
        EstimateBody | None, Field(description="Mean of the touchpoints that each person rated.")
    ]
    hidden: Annotated[bool, Field(description="Every touchpoint counts as good and the journey does not.")]
    touchpoints: list[TouchpointBody]
    missing: list[MissingBody]


class JourneysBody(HeadBody):
    """Journeys that an instrument rates: touchpoints by reach, importance and experience; associations, not causes."""

    journeys: list[MeasuredJourney]


HeadBody.model_rebuild()
