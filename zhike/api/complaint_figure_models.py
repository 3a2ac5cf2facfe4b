"""The shapes of figures of complaints; the same as `zhike complaints … --json` prints."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, Field

__all__ = [
    "AnalysisBody",
    "AuditBody",
    "CaseRecovery",
    "CauseBody",
    "JusticeMean",
    "RatingBody",
    "RecoveryBody",
]


class CauseImprovement(BaseModel):
    """An improvement that works on a cause, and what it changed."""

    improvement_id: str
    title: str
    state: str
    effect: Annotated[dict[str, Any] | None, Field(description="As last measured; null before.")]


class CauseBody(BaseModel):
    """A root cause: how many complaints were closed with it, and what is done about it."""

    cause: str
    title: str
    complaints: int
    improvements: list[CauseImprovement]


class JusticeMean(BaseModel):
    """One of the three justices over all cases of which it is known, from 1 to 5; no interval of one."""

    justice: Annotated[str, Field(description="outcome, procedure or interaction.")]
    cases: int
    mean: float | None
    low: float | None
    high: float | None


class AnalysisBody(BaseModel):
    """Complaints as a whole, of some days of receipt."""

    first: dt.date
    last: dt.date
    ratios: Annotated[dict[str, Any], Field(description="As `zhike complaints kpis --json`.")]
    pareto: Annotated[dict[str, Any], Field(description="As `zhike complaints pareto --json`.")]
    trend: Annotated[dict[str, Any] | None, Field(description="As `zhike complaints trend --json`, of all whole months; null of the three facets together.")]  # fmt: skip
    causes: list[CauseBody]
    justice: list[JusticeMean]
    rejects: Annotated[list[dict[str, Any]], Field(description="Codes that complaints.codes does not map, by complaint.")]  # fmt: skip


class RatingBody(BaseModel):
    """The self-rating of consumer protection, as `zhike complaints rating --json` has it."""

    rule: str
    status: Annotated[str, Field(description="Of the rule: provisional or confirmed.")]
    first: dt.date
    last: dt.date
    elements: list[dict[str, Any]]
    measures: list[dict[str, Any]]
    deduction: dict[str, Any]
    total: Annotated[float | None, Field(description="Null where anything is not known.")]
    low: float
    high: float
    unknown: list[str]


class AuditBody(BaseModel):
    """Whether equal harm got equal redress, as `zhike complaints audit --json` has it."""

    verdict: Annotated[str, Field(description="differs, equal, not_settled or refused.")]
    cases: int
    left_out: dict[str, int]
    tests: int
    level: float
    power: float
    comparisons: list[dict[str, Any]]


class RecoveryBody(BaseModel):
    """What each measure of recovery cost and changed, as `zhike complaints recovery --json` has it."""

    level: float
    cases: int
    left_out: dict[str, int]
    measures: list[dict[str, Any]]
    justices: list[dict[str, Any]]


class CaseRecovery(BaseModel):
    """What to do for one complaint: what is owed, then what past cases show to be worth its cost."""

    owed: list[str]
    options: list[dict[str, Any]]
    suggested: str | None
    because: Annotated[str, Field(description="worth_its_cost, none_shown or not_enough_data.")]
    titles: dict[str, str]
