"""Webhooks, and what is queued to leave the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query

from zhike.act.outbox import queued
from zhike.act.webhooks import add_webhook, rotate_secret, stop_webhook
from zhike.act.webhooks import webhooks as all_webhooks
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.rendering import cursor, instant, position
from zhike.api.webhook_models import (
    OutboxList,
    SecretWebhook,
    State,
    WebhookBody,
    WebhookList,
    WebhookRequest,
)
from zhike.core.phrases import remembered

if TYPE_CHECKING:
    from zhike.core.language import Language

__all__ = ["router"]

router = APIRouter(tags=["delivery"])
_VERB = "webhook.manage"


@router.get("/webhooks", response_model=WebhookList, operation_id="webhooks", openapi_extra=needs(_VERB))
def webhooks(asking: AskingOf) -> dict[str, Any]:
    """Return all webhooks, without their secrets."""
    asking.may(_VERB)
    with asking.service.acting.store.read() as tx:
        return {"webhooks": [_body(row) for row in all_webhooks(tx)]}


@router.post(
    "/webhooks", response_model=SecretWebhook, operation_id="add_webhook", openapi_extra=needs(_VERB)
)
def add(body: WebhookRequest, asking: AskingOf) -> dict[str, Any]:
    """Add a webhook; its secret is shown this once."""
    asking.may(_VERB)
    return _body(add_webhook(asking.service.acting, body.url, body.topics, asking.actor.actor_id))


@router.post(
    "/webhooks/{webhook_id}/secret",
    response_model=SecretWebhook,
    operation_id="rotate_secret",
    openapi_extra=needs(_VERB),
)
def rotate(webhook_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Give a webhook another secret, used from the next attempt on; it is shown this once."""
    asking.may(_VERB)
    return _body(rotate_secret(asking.service.acting, webhook_id, asking.actor.actor_id))


@router.delete(
    "/webhooks/{webhook_id}",
    response_model=WebhookBody,
    operation_id="stop_webhook",
    openapi_extra=needs(_VERB),
)
def stop(webhook_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Stop a webhook, and hold back what it has not been told yet."""
    asking.may(_VERB)
    return _body(stop_webhook(asking.service.acting, webhook_id, asking.actor.actor_id))


@router.get("/outbox", response_model=OutboxList, operation_id="outbox", openapi_extra=needs(_VERB))
def outbox(
    asking: AskingOf,
    state: Annotated[State | None, Query(description="All states where it is not given.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[
        str | None, Query(max_length=500, description="The value of 'next' of the page before.")
    ] = None,
) -> dict[str, Any]:
    """Return a page of what is queued, was sent or held back; nothing of what it says. Problems are said in the caller's language."""
    asking.may(_VERB)
    where = position(after) if after is not None else None
    with asking.service.acting.store.read() as tx:
        rows = queued(tx, state, after=where, limit=limit + 1)
    page, more = rows[:limit], len(rows) > limit
    last = cursor([page[-1]["next_at"], page[-1]["message_id"]]) if more else None
    return {"messages": [_told(_body(row), asking.language) for row in page], "next": last}


def _told(body: dict[str, Any], language: Language) -> dict[str, Any]:
    """Return a message with its problem in the caller's language."""
    problem = body["problem"]
    return body if problem is None else {**body, "problem": remembered(problem).in_language(language)}


def _body(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its instants as ISO texts."""
    return {name: instant(value) if name.endswith("_at") else value for name, value in row.items()}
