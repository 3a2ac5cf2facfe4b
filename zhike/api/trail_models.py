"""The shapes of the audit trail: what is found in it, what a check of it says, the proof of one decision."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.models import StoredDecision, Strict

__all__ = [
    "AuditDigest", "AuditEntryBody", "AuditEntryList", "AuditFailure", "ComparisonBody", "EntryPlace", "ProofBody", "TrailReportBody",
    "VerificationRequest",
]  # fmt: skip


class EntryPlace(BaseModel):
    """An entry of the trail: its place in the chain, and what it commits to."""

    stream: str
    number: int = Field(description="Place in its stream, from 1 without a gap.")
    at: dt.datetime
    event: int = Field(description="Number of what happened; it never means anything else.")
    event_text: str = Field(description="The same in the caller's language.")
    actor: str
    subject: str = Field(description="Commitment to whom it is about; empty where it is about nobody.")
    body: str = Field(description="Commitment to what was done.")
    previous: str = Field(description="Hash of the entry before.")
    hash: str


class AuditEntryBody(EntryPlace):
    """An entry with what opens it."""

    contents: Literal["open", "erased", "withheld"] = Field(
        description="erased: the person's key is destroyed; withheld: the caller's role does not see it."
    )
    customer_id: str | None
    content: dict[str, Any] | None


class AuditEntryList(BaseModel):
    """A page of entries, the newest first."""

    entries: list[AuditEntryBody]
    next: str | None


class VerificationRequest(Strict):
    """What is to be checked beyond hashes, links, digests and signatures."""

    commitments: Annotated[
        bool,
        Field(
            description="Hold every commitment against its content as well; takes about five times as long."
        ),
    ] = False


class AuditFailure(BaseModel):
    """One thing that is not as it must be."""

    code: str
    stream: str
    number: int
    found: str
    needed: str
    part: str
    message: str


class AuditDigest(BaseModel):
    """A signed digest: which state of the trail it seals."""

    number: int
    at: dt.datetime
    hash: str
    key: str = Field(description="Fingerprint of the key that signed it.")


class TrailReportBody(BaseModel):
    """What a check of the whole trail found; it was recorded."""

    verified: bool
    entries: int
    streams: int
    digests: int
    opened: int = Field(description="Commitments held against their content.")
    erased: int = Field(description="Commitments whose content was erased: their hashes hold all the same.")
    unopened: int
    unnamed: int = Field(description="Entries of kinds that this version has no name for.")
    unsealed: dict[str, int] = Field(description="By stream: entries after the last digest.")
    last_digest: AuditDigest | None
    failed: int
    failures: list[AuditFailure] = Field(description="The first of them.")


class ComparisonBody(BaseModel):
    """One thing that was compared."""

    name: Literal[
        "verdicts", "fingerprint", "list", "entry", "entry_fingerprint", "entry_body", "entry_subject", "entry_hash", "link", "chain",
        "digest_hash", "signature",
    ]  # fmt: skip
    stored: str
    found: str
    agrees: bool


class ProofBody(BaseModel):
    """Whether a decision comes out again bit for bit, and where the trail says that it was made."""

    decision: StoredDecision
    outcome: Literal["identical", "different", "safe_answer", "erased", "dossier_gone"]
    proven: bool = Field(description="It came out the same, and everything that was compared agrees.")
    comparisons: list[ComparisonBody]
    entry: EntryPlace | None = Field(description="None where the customer was erased.")
    digest: AuditDigest | None = Field(
        description="The first that seals the entry; none where none does yet."
    )
    titles: dict[str, str]
    explanation: dict[str, Any] | None
