"""The shapes of coded notes of conversations and of what they say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Day, MaybeDay, Strict

_KEPT = r"^[^\x00]*$"
Short = Annotated[str, Field(min_length=1, max_length=200, pattern=_KEPT)]
Said = Annotated[str, Field(min_length=1, max_length=10_000, pattern=_KEPT)]
Codes = Annotated[list[Short], Field(max_length=50)]


class ConsentBody(Strict):
    """What those who were asked agreed to."""

    given: Annotated[bool, Field(description="To the conversation being noted and analysed.")]
    quotations: Annotated[bool, Field(description="To their words being shown.")] = False
    until: Annotated[MaybeDay, Field(description="Last day on which the note may be used.")] = None


class SegmentBody(Strict):
    """A piece of a conversation that says one thing."""

    text: Said
    codes: Annotated[
        Codes | dict[str, Codes],
        Field(
            description="Of listening.code_book; by coder where several read it. An empty list: read, and no code fits."
        ),
    ]
    speaker: Annotated[Short | None, Field(description="By role or number.")] = None


class NoteBody(Strict):
    """One interview or focus group."""

    id: Annotated[Short, Field(description="By which a quotation is found again.")]
    date: Day
    method: Literal["interview", "focus_group"]
    guide: Annotated[Short, Field(description="With its version.")]
    role: Annotated[Short, Field(description="Who was asked, such as business customer; never a name.")]
    persons: Annotated[int, Field(ge=1, le=1000)] = 1
    consent: ConsentBody
    groups: Annotated[dict[str, Short], Field(max_length=20)] = Field(default_factory=dict)
    coded_on: Annotated[
        MaybeDay, Field(description="Day whose code book was used; that of the conversation unless given.")
    ] = None
    names: Annotated[list[Short], Field(max_length=100, description="Names taken out of what was said.")] = (
        Field(default_factory=list)
    )
    segments: Annotated[list[SegmentBody], Field(min_length=1, max_length=2000)]


class ConversationsRequest(Strict):
    """Notes to be read; nothing of them is kept."""

    form: Literal[1]
    notes: Annotated[list[NoteBody], Field(min_length=1, max_length=500)]
    by: Annotated[
        Short | None, Field(description="Group by which codes are told too; or method, role, guide.")
    ] = None


class ConversationsBody(BaseModel):
    """What conversations said; see `zhike measure notes --json` for what the parts hold."""

    n: Annotated[int, Field(description="Conversations that count.")]
    persons: int
    segments: int
    methods: dict[str, int]
    guides: list[str]
    left_out: Annotated[
        list[dict[str, str]], Field(description="note and reason: no_consent or consent_over.")
    ]
    level: float
    by: str | None
    redacted: Annotated[dict[str, int], Field(description="Pieces of personal data taken out, by kind.")]
    agreement: Annotated[
        dict[str, Any] | None,
        Field(description="Of coders beyond chance; null where nobody read what another one did."),
    ]
    uncoded: dict[str, float] | None
    codes: list[dict[str, Any]]
    causes: list[dict[str, Any]]
    touchpoints: list[dict[str, Any]]
