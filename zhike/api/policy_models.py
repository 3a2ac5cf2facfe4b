"""The shapes of what decides: catalogue, conditions, documents of the rulebook, plan, changes of the policy, studies of the base."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Identifier, Strict

__all__ = [
    "CatalogueBody", "ChangeRequest", "ConditionList", "FunnelRequest", "PlanBody", "PolicyDraft", "StudyBody", "StudyList",
]  # fmt: skip

_KEY: Any = Field(
    max_length=200,
    pattern=r"^[A-Za-z0-9_.\-]*$",
    description="Dotted key of one value, such as limits.per_channel.phone.",
)
_VALUE: Any = Field(max_length=2000, description="What it is to be, as YAML or JSON.")
_TEXT: Any = Field(
    max_length=40_000, description="All that the policy is to say, as YAML or JSON; instead of a key."
)


class CatalogueChannel(BaseModel):
    """A channel of an offer."""

    channel: str
    cost: float = Field(description="Of one contact.")
    reach: float
    action_id: str


class CatalogueOffer(BaseModel):
    """An action template with a product, over its channels; amounts are in major units."""

    template: str
    title: str
    kind: str
    product_id: str | None
    product: str | None = Field(description="Its name, where the bank says it.")
    members: list[str]
    purpose: str
    group: str
    worth: float = Field(description="Expected margin of one that is accepted.")
    currency: str
    hours: float
    mandatory: bool
    promoted: bool
    channels: list[CatalogueChannel]


class DocumentSource(BaseModel):
    """Where something stands in the rulebook."""

    path: str
    first_day: dt.date | None
    reference: str | None
    status: str | None
    owner: str | None
    last_checked: dt.date | None


class CatalogueBody(BaseModel):
    """What can be chosen in the publication that is served from."""

    publication: int
    as_of: dt.date
    source: DocumentSource
    offers: list[CatalogueOffer]


class ConditionBody(BaseModel):
    """A condition that judges candidates."""

    code: str
    title: str
    layer: str
    effect: Literal["refuse", "oblige"]
    reads: list[str]
    applies: str
    tests: str
    constants: dict[str, Any]
    reference: str
    status: str
    source: DocumentSource


class ConditionList(BaseModel):
    """The conditions of the publication that is served from, in the order in which they judge."""

    publication: int
    as_of: dt.date
    conditions: list[ConditionBody]


class PlanBody(BaseModel):
    """The plan behind the prices that are served from."""

    publication: int
    as_of: dt.date
    plan: dict[str, Any] | None = Field(description="Null where nothing is scarce, or none was kept.")
    prices: dict[str, float] = Field(description="Value of one more unit of each row, in major units.")


class PolicyDraft(Strict):
    """A change of the bank's policy: one value, or the whole text."""

    key: Annotated[str | None, _KEY] = None
    value: Annotated[str | None, _VALUE] = None
    text: Annotated[str | None, _TEXT] = None


class ChangeRequest(PolicyDraft):
    """A change that is proposed, with the study that tried it: then nothing else needs to be said of it."""

    study: Annotated[Identifier | None, Field(description="A study that tried exactly this change.")] = None
    reason: Annotated[
        str,
        Field(min_length=1, max_length=2000, description="Why; access.four_eyes says how long it must be."),
    ]


class FunnelRequest(Strict):
    """Over which days decisions and offers are counted."""

    days: Annotated[int, Field(ge=1, le=366)] = 30


class StudyBody(BaseModel):
    """A study of the whole base and, once done, its answer."""

    job_id: str
    kind: Literal["whatif", "funnel", "value"]
    state: Literal["waiting", "running", "done", "failed"]
    content: dict[str, Any] = Field(description="What was asked.")
    result: dict[str, Any] | None
    problem: str | None = Field(description="Why it failed, in the caller's language.")
    actor: str
    recorded_at: dt.datetime
    ended_at: dt.datetime | None


class StudyHead(BaseModel):
    """A study without its answer."""

    job_id: str
    kind: Literal["whatif", "funnel", "value"]
    state: Literal["waiting", "running", "done", "failed"]
    differences: list[dict[str, Any]] = Field(
        description="Of a policy that is tried or valued, against the one published."
    )
    version: str | None = Field(
        description="Of the policy that is tried or valued: two studies of one version are of the same draft."
    )
    actor: str
    recorded_at: dt.datetime


class StudyList(BaseModel):
    """The latest studies, the newest first."""

    studies: list[StudyHead]
