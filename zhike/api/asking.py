"""Who asks, to which end and in which language: what every route needs of a request."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Header, Request, Response

from zhike.act.acting import customer_row
from zhike.act.emergency import glass_is_open
from zhike.api.service import Service
from zhike.core.language import Language, language_of

if TYPE_CHECKING:
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Actor, Permission

__all__ = ["Asking", "AskingOf", "tagged"]


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
        """Return the permission for a customer who is served, and their row; refuse otherwise.

        Of a record that was merged, the row is that of the record that stays. Where nothing else allows it, broken glass may.
        """
        row = customer_row(tx, customer)
        who = (row["customer_id"], row["branch"])
        found = self.service.permission(self.actor, verb, self.purpose, who)
        if not found.allowed and glass_is_open(
            tx, self.actor.actor_id, who[0], self.service.acting.clock.now()
        ):
            found = self.service.permission(self.actor, verb, self.purpose, who, opened=True)
        return self.service.checked(found), row

    def may_about(self, verb: str, tx: Transaction, customer: str) -> Permission:
        """Return the permission about a record, served, merged or erased; refuse otherwise."""
        row = tx.one("customers", customer_id=customer)
        branch = None if row is None else row["branch"]
        return self.service.permitted(self.actor, verb, self.purpose, (customer, branch))


def _asking(
    request: Request,
    authorization: Annotated[str | None, Header(max_length=300)] = None,
    x_purpose: Annotated[
        str, Header(max_length=64, description="Purpose of access, see access.roles.")
    ] = "service",
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> Asking:
    service: Service = request.app.state.service
    actor: Actor | None = request.scope.get("zhike.actor")
    if actor is None:
        scheme, _, token = (authorization or "").partition(" ")
        actor = service.actor(token.strip() if scheme.lower() == "bearer" else None)
    service.pace.take(actor.actor_id, service.acting.clock.now())
    return Asking(
        service, actor, x_purpose, language_of(request.headers.get("accept-language")), idempotency_key
    )


AskingOf = Annotated[Asking, Depends(_asking)]


def tagged(request: Request, content: dict[str, Any]) -> Response:
    """Return content with its tag, or that it has not changed since the caller saw it."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
