"""Who asks, to which end and in which language: what every route needs of a request."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from zhike.act.acting import ACTIVE, MERGED, customer_row
from zhike.act.emergency import glass_is_open
from zhike.api.faults import route_of
from zhike.api.languages import spoken
from zhike.api.queries import refuse_undescribed
from zhike.api.service import CUSTOMER, Service
from zhike.core.language import Language
from zhike.core.phrases import phrase
from zhike.core.service_errors import (
    RecordNotFoundError,
    RequestInvalidError,
    TooManyRequestsError,
    UnauthenticatedError,
)

if TYPE_CHECKING:
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Actor, Permission

__all__ = ["KEY", "Asking", "AskingOf", "asking_of", "header_of", "shown_token", "tagged"]

KEY: Final = "idempotency-key"
_HEADERS: Final = {
    "x-purpose": re.compile(r"[a-z_]{1,64}"),
    KEY: re.compile(r"[!-~]{1,200}"),
}
_USUAL_PURPOSE: Final = "service"
_MOST_TAGS: Final = 20
_STRANGER: Final = ("", None)
"""Identifier and branch of a customer who is not there: nobody's, whoever was remembered as their adviser."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, to which end and in which language.

    Parameters
    ----------
    service : Service
    actor : Actor
    purpose : str
    language : str
    key : str or None
        The caller's, under which asking again gives the same answer.
    """

    service: Service
    actor: Actor
    purpose: str
    language: Language
    key: str | None

    def may(self, verb: str) -> Permission:
        """Return the permission for something that is about no customer; refuse otherwise."""
        return self.service.permitted(self.actor, verb, self.purpose)

    def may_with(
        self,
        verb: str,
        tx: Transaction,
        customer: str,
        what: object = CUSTOMER,
        *,
        known: dict[str, Any] | None = None,
    ) -> tuple[Permission, dict[str, Any]]:
        """Return the permission for a customer who is served, and their row; refuse otherwise.

        Of a record that was merged, the row is that of the record that stays. Where nothing else allows it, broken glass may.

        Parameters
        ----------
        verb : str
        tx : Transaction
        customer : str
        what : str
            What is said not to be there where the actor may not know of the customer: what was asked for by its identifier.
        known : dict, optional
            Their row, where the transaction has read it already.
        """
        row = _served(tx, customer) if known is None else known
        who = _STRANGER if row is None else (row["customer_id"], row["branch"])
        # Judged all the same where nobody is there, so that it takes as long as for one who may not be seen.
        found = self.service.permission(self.actor, verb, self.purpose, who)
        if not found.allowed and glass_is_open(
            tx, self.actor.actor_id, who[0], self.service.acting.clock.now()
        ):
            found = self.service.permission(self.actor, verb, self.purpose, who, opened=True)
        self.service.checked(found, what)
        if row is None:
            raise RecordNotFoundError(what=what)
        return found, row

    def may_about(self, verb: str, tx: Transaction, customer: str, what: object = CUSTOMER) -> Permission:
        """Return the permission about a record, served, merged or erased; refuse otherwise."""
        row = tx.one("customers", customer_id=customer)
        there = row is not None and row["state"] in (ACTIVE, MERGED)
        who = (customer, row["branch"]) if row is not None and there else _STRANGER
        return self.service.permitted(self.actor, verb, self.purpose, who, what)


def _served(tx: Transaction, customer: str) -> dict[str, Any] | None:
    try:
        return customer_row(tx, customer)
    except RecordNotFoundError:
        return None


async def asking_of(request: Request) -> Asking:
    """Return who asks, from the headers of a request; called in the event loop.

    Raises
    ------
    UnauthenticatedError
        When nobody known is asking.
    TooManyRequestsError
        When they ask for more than is served for one caller.
    RequestInvalidError
        When a header or the query is not as described.
    """
    service: Service = request.app.state.service
    actor = await _let_in(service, request)
    refuse_undescribed(request)
    purpose, key = (header_of(request, name) for name in _HEADERS)
    return Asking(
        service, actor, purpose or _USUAL_PURPOSE, spoken(request.headers.get("accept-language")), key
    )


async def _let_in(service: Service, request: Request) -> Actor:
    """Return who asks, if they are known and do not ask too often; who is turned away is told in the log."""
    asked = {"route": route_of(request.scope)}
    try:
        actor = await _actor(service, request)
        asked |= {"actor": actor.actor_id}
        service.pace.take(actor.actor_id, service.acting.clock.now())
    except (UnauthenticatedError, TooManyRequestsError) as problem:
        service.security.refused(problem.code, **asked)
        raise
    return actor


async def _actor(service: Service, request: Request) -> Actor:
    given: Actor | None = request.scope.get("zhike.actor")
    token = shown_token(request)
    known = given if given is not None else service.remembered(token)
    return await run_in_threadpool(service.actor, token) if known is None else known


def shown_token(request: Request) -> str | None:
    """Return the token that a request shows, None where it shows none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def header_of(request: Request, name: str) -> str | None:
    """Return a header that is as described, None where there is none; refuse another."""
    value = request.headers.get(name)
    if value is not None and _HEADERS[name].fullmatch(value) is None:
        raise RequestInvalidError(
            what=phrase("a header {name} of other characters, or too long", name=name),
            expected=_HEADERS[name].pattern,
        )
    return value


AskingOf = Annotated[Asking, Depends(asking_of)]


def tagged(request: Request, content: dict[str, Any], *, kept: bool) -> Response:
    """Return content with its tag, or that it has not changed since the caller saw it.

    Parameters
    ----------
    request : Request
    content : dict
    kept : bool
        Whether the caller's side may keep a copy, to be asked about; nothing personal may be kept.
    """
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache" if kept else "no-store"}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _has(header: str, tag: str) -> bool:
    known = [one.strip().removeprefix("W/") for one in header.split(",")[:_MOST_TAGS]]
    return tag in known or known == ["*"]
