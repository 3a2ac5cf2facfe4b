"""The shapes of requests about a customer's own data, and of their answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Day, Identifier, MaybeDay, Strict

Reason = Annotated[
    str, Field(min_length=1, max_length=2000, description="Why; access.four_eyes says how long it must be.")
]


class ErasureRequest(Strict):
    """Why somebody is to be erased, and since when they are no customer any more."""

    reason: Reason
    relationship_end: Annotated[
        MaybeDay, Field(description="Last day of the relationship; null while it lasts.")
    ] = None


class MergeRequest(Strict):
    """The record that stays."""

    into: Identifier
    reason: Reason


class ReasonRequest(Strict):
    """Why."""

    reason: Reason


class ExecutionRequest(Strict):
    """How an approved proposal is carried out."""

    finish: Annotated[
        bool,
        Field(
            strict=True,
            description="For an erasure: clear the store's files and sign now. The store is locked meanwhile.",
        ),
    ] = True


class ProposalStepBody(BaseModel):
    """What somebody did with a proposal."""

    kind: Literal["approved", "refused", "withdrawn", "carried_out"]
    actor_id: str
    reason: str
    at: dt.datetime


class ProposalBody(BaseModel):
    """What one person proposes and another one approves."""

    proposal_id: str
    verb: str
    customer_id: Annotated[
        str | None, Field(description="Null where it is about a policy or an account of staff.")
    ]
    policy: Annotated[str | None, Field(description="Path of the policy that it is about; else null.")]
    staff_id: Annotated[str | None, Field(description="Whose account it is about; else null.")]
    what: dict[str, Any]
    sha256: str
    state: str
    proposed_by: str
    decided_by: str | None
    reason: str
    steps: list[ProposalStepBody]
    recorded_at: dt.datetime
    expires_at: dt.datetime


class ProposalList(BaseModel):
    """Proposals that whoever asks may see, the newest first."""

    proposals: list[ProposalBody]


class ExecutionAnswer(BaseModel):
    """What was carried out: a certificate, a merge, or a policy that is adopted."""

    proposal: ProposalBody
    state: Annotated[str, Field(description="done; begun where an erasure is still to be finished.")]
    certificate: dict[str, Any] | None
    merge_id: str | None


class PersonalData(BaseModel):
    """Everything that is recorded and derived of a customer, for them."""

    format: str
    customer: str
    records: list[str]
    at: dt.datetime
    tables: dict[str, Any]
    archive: list[dict[str, Any]]
    derived: dict[str, Any]


class CorrectionRequest(Strict):
    """A fact, and since when it is so."""

    attribute: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z_][a-z0-9_]*$")]
    value: Annotated[
        Annotated[str, Field(min_length=1, max_length=200)] | int | float | bool | None,
        Field(description="Of the attribute's type; a day as text, null for unknown."),
    ]
    valid_from: Day


class CorrectionBody(BaseModel):
    """A correction as recorded."""

    correction_id: str
    attribute: str
    valid_from: dt.date
    value: Any
    retracts: str | None
    recorded_at: dt.datetime


class CorrectionList(BaseModel):
    """All corrections, the oldest first, and what they said on a day as known at an instant."""

    corrections: list[CorrectionBody]
    day: dt.date
    known_at: dt.datetime
    known: dict[str, Any]


class OpeningBody(BaseModel):
    """A view in an emergency."""

    opening_id: str
    customer_id: str
    staff_id: str
    state: Literal["open", "ended", "reviewed"]
    until: dt.datetime
    review_by: dt.datetime
    justified: bool | None


class GlassReviewRequest(Strict):
    """What somebody else found of a view in an emergency."""

    justified: bool
    reason: Reason


class RetainedPart(BaseModel):
    """What one duty keeps of one table."""

    table: str
    rule: str
    last_day: dt.date | None
    rows: list[dict[str, Any]]


class RetainedList(BaseModel):
    """What is still kept of an erased customer."""

    retained: list[RetainedPart]


class CertificateList(BaseModel):
    """Certificates of an erased customer, the oldest first; one without a signature is of an erasure still to be finished."""

    certificates: list[dict[str, Any]]
