"""The shapes of what those who control look at: rules, fairness of service, consents, what is known, security."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field

from zhike.api.privacy_models import OpeningBody
from zhike.api.trail_models import AuditEntryBody

__all__ = [
    "ConsentCountsBody", "FairnessBody", "KnowledgeBody", "RuleBody", "RuleList", "SecurityBody",
]  # fmt: skip


# -- rules -----------------------------------------------------------------------------------------------------------------


class RuleLine(BaseModel):
    """A document of the rulebook, as it stands today."""

    path: str
    pack: str = Field(description="The path without its last part.")
    kind: str
    title: str
    owner: str
    in_force: dt.date | None = Field(description="First day of the version in force; none where none is.")
    status: str | None = Field(description="provisional until somebody who may has confirmed it.")
    reference: str | None
    last_checked: dt.date
    cases: int = Field(description="Examples that lie beside it.")


class RuleList(BaseModel):
    """The documents of the rulebook, by path."""

    rules: list[RuleLine]


class RuleVersion(BaseModel):
    """What a document says from one day on."""

    first_day: dt.date
    value: Any = Field(description="As it is written; null ends the rule.")
    status: str
    reference: str
    href: str | None


class RuleCase(BaseModel):
    """An example, and whether the rule keeps to it."""

    case: str
    at: dt.date
    expected: Any
    found: Any
    passed: bool


class RuleBody(RuleLine):
    """A document with all its versions, its cases and who reads it."""

    versions: list[RuleVersion]
    case_results: list[RuleCase]
    used_by: list[str]


# -- fairness --------------------------------------------------------------------------------------------------------------


class GroupShare(BaseModel):
    """Which share of a group counts, and how far that is from everybody else."""

    attribute: Literal["age_band", "customer_type", "region", "service_tier", "sex"]
    group: str
    measure: str = Field(description="decided, offered or contacted; of reasons the code.")
    count: int
    customers: int
    share: float
    low: float
    high: float
    difference: float | None = Field(description="To all known customers of other groups.")
    difference_low: float | None
    difference_high: float | None
    beyond_chance: bool = Field(description="Judged for all comparisons of the answer together.")


class GroupReason(GroupShare):
    """How often something stands against a group."""

    title: str


class FairnessBody(BaseModel):
    """Whether groups of customers were served alike."""

    since: dt.datetime = Field(description="From when decisions were looked at.")
    until: dt.datetime
    decisions: int
    whole: bool = Field(description="Whether every decision of the days was looked at; else the newest.")
    everybody: bool = Field(description="Whether it is known for which share of a group was decided.")
    erased: int = Field(description="Decisions of erased customers, who belong to no group.")
    least: int = Field(description="Groups of fewer customers are not told.")
    level: float = Field(description="Of the intervals.")
    groups: list[GroupShare]
    reasons: list[GroupReason] = Field(
        description="What stands against some group more or less often than against others, the largest difference beyond chance first."
    )


# -- consents and what is known --------------------------------------------------------------------------------------------


class ConsentCount(BaseModel):
    """How many customers answered a purpose on a channel how, by their last answer."""

    purpose: str
    channel: str
    given: int
    withdrawn: int
    expired: int
    withdrawn_lately: int = Field(description="Withdrawals of the last 30 days.")


class ConsentCountsBody(BaseModel):
    """The answers that were given to the bank through Zhike."""

    answers: int
    whole: bool = Field(description="Whether every answer was looked at; else the newest.")
    counts: list[ConsentCount]


class AttributeKnown(BaseModel):
    """Of how many customers an attribute is not known."""

    attribute: str
    meaning: str
    unknown: int
    share: float


class ConsentKnown(BaseModel):
    """What the archive says of a purpose on a channel."""

    consent: str
    agreed: int
    refused: int
    no_answer: int


class KnowledgeBody(BaseModel):
    """What decisions rest on now."""

    publication: int
    as_of: dt.date
    recorded_at: dt.datetime
    policy: str
    policy_version: str
    manifest: str = Field(description="SHA-256 of the bank's manifest, to which every row goes back.")
    customers: int
    looked_at: int = Field(
        description="Customers whose dossier was looked at; those with the lowest numbers where not all."
    )
    attributes: list[AttributeKnown] = Field(description="The least known first.")
    consents: list[ConsentKnown]


# -- security --------------------------------------------------------------------------------------------------------------


class EventCount(BaseModel):
    """How often something happened."""

    event: int
    event_text: str
    count: int


class GlassBody(OpeningBody):
    """A view in an emergency, and whether anybody has looked at it."""

    recorded_at: dt.datetime
    reviewed_by: str | None
    overdue: bool = Field(description="Nobody has looked at it in time.")


class LockedName(BaseModel):
    """A name under which nobody signs in for a while."""

    staff_id: str
    until: dt.datetime


class SecurityBody(BaseModel):
    """What the ledger holds about security. Refusals for want of a right are in the log of the service."""

    since: dt.datetime
    whole: bool = Field(description="Whether every event of the days was looked at; else the newest.")
    counts: list[EventCount]
    openings: list[GlassBody]
    locked: list[LockedName]
    entries: list[AuditEntryBody]
