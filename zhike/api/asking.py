"""Who asks, to which end and in which language: what every route needs of a request."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Header, Request, Response

from zhike.act.acting import customer_row
from zhike.api.service import Service
from zhike.core.errors import UsageError
from zhike.core.language import Language, language_of

if TYPE_CHECKING:
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Actor, Permission

__all__ = ["Asking", "AskingOf", "asking_by_hand", "asking_of", "tagged"]

_LONGEST: Final = {"authorization": 300, "x-purpose": 64, "idempotency-key": 200}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, to which end and in which language."""

    service: Service
    actor: Actor
    purpose: str
    language: Language
    key: str | None

    def may(self, verb: str) -> Permission:
        """Return the permission for something that is about no customer; refuse otherwise."""
        return self.service.permitted(self.actor, verb, self.purpose)

    def may_with(self, verb: str, tx: Transaction, customer: str) -> tuple[Permission, dict[str, Any]]:
        """Return the permission for a customer, and the customer's row; refuse otherwise."""
        row = customer_row(tx, customer)
        return self.service.permitted(self.actor, verb, self.purpose, (customer, row["branch"])), row


def _asking(
    request: Request,
    authorization: Annotated[str | None, Header(max_length=300)] = None,
    x_purpose: Annotated[
        str, Header(max_length=64, description="Purpose of access, see access.roles.")
    ] = "service",
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> Asking:
    return asking_of(request, authorization, x_purpose, idempotency_key)


def asking_by_hand(request: Request) -> Asking:
    """Return who asks, as routes do that read their headers by hand.

    Raises
    ------
    UsageError
        When a header is longer than it may be.
    """
    found = request.headers
    for name, longest in _LONGEST.items():
        if len(found.get(name, "")) > longest:
            raise UsageError(
                what=f"a header {name} of more than {longest} characters", expected="a shorter one"
            )
    return asking_of(
        request, found.get("authorization"), found.get("x-purpose", "service"), found.get("idempotency-key")
    )


def asking_of(request: Request, authorization: str | None, purpose: str, key: str | None) -> Asking:
    """Return who asks, from the headers of a request.

    Raises
    ------
    UnauthenticatedError
        When nobody known is asking.
    TooManyRequestsError
        When they ask for more than is served for one caller.
    """
    service: Service = request.app.state.service
    actor: Actor | None = request.scope.get("zhike.actor")
    if actor is None:
        scheme, _, token = (authorization or "").partition(" ")
        actor = service.actor(token.strip() if scheme.lower() == "bearer" else None)
    service.pace.take(actor.actor_id, service.acting.clock.now())
    return Asking(service, actor, purpose, language_of(request.headers.get("accept-language")), key)


AskingOf = Annotated[Asking, Depends(_asking)]


def tagged(request: Request, content: dict[str, Any]) -> Response:
    """Return content with its tag, or that it has not changed since the caller saw it."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
