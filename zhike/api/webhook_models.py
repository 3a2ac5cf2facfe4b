"""The shapes of webhooks and of what is queued."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from zhike.api.models import Strict

__all__ = ["OutboxList", "OutboxMessage", "SecretWebhook", "WebhookBody", "WebhookList", "WebhookRequest"]

Topic = Literal[
    "consent.changed",
    "customer.erased",
    "decision.made",
    "glass.broken",
    "offer.changed",
    "offer.made",
    "preference.changed",
]
State = Literal["waiting", "sent", "blocked", "failed"]


class WebhookRequest(Strict):
    """Whom to tell of what."""

    url: Annotated[str, Field(max_length=2000, description="https, or http on this machine.")]
    topics: Annotated[list[Topic], Field(min_length=1, max_length=20)]


class WebhookBody(BaseModel):
    """A webhook, without its secret."""

    webhook_id: str
    url: str
    topics: list[Topic]
    state: Literal["active", "stopped"]
    recorded_at: dt.datetime


class SecretWebhook(WebhookBody):
    """A webhook with its secret, shown this once."""

    secret: str


class WebhookList(BaseModel):
    """All webhooks, the oldest first."""

    webhooks: list[WebhookBody]


class OutboxMessage(BaseModel):
    """What became of a message; what it says and whom it is about is not told here."""

    message_id: str
    route: str
    topic: str
    state: State
    attempts: int
    next_at: dt.datetime = Field(description="When it is tried next; when it ended, where it waits no more.")
    problem: str | None = Field(
        description="What went wrong last, in the caller's language, or the codes of the rules that held it back; names no customer."
    )
    recorded_at: dt.datetime


class OutboxList(BaseModel):
    """A page of messages, those first that are due first."""

    messages: list[OutboxMessage]
    next: str | None = Field(description="Cursor of the next page; null on the last.")
