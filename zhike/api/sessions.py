"""Sessions of staff: sign in, ask who one is, sign out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from zhike.act.sessions import SESSION, end_session, open_session
from zhike.act.staff import token_hash
from zhike.api.asking import AskingOf, shown_token
from zhike.api.description import OPEN, needs
from zhike.api.rendering import instant
from zhike.api.session_models import CurrentSession, EndedSession, SessionBody, SessionRequest
from zhike.core.phrases import phrase
from zhike.core.service_errors import SignInRefusedError, StateConflictError, TooManyRequestsError
from zhike.govern.sessions import SESSIONS, SessionRules

if TYPE_CHECKING:
    from zhike.act.sessions import OpenedSession
    from zhike.api.service import Service

__all__ = ["open_router", "router", "signed_in"]

router = APIRouter(tags=["sessions"])
open_router = APIRouter(tags=["sessions"])
"""What is asked by somebody who is not known yet."""
_SECOND = 1_000_000


@open_router.post("/sessions", response_model=SessionBody, operation_id="open_session", openapi_extra=OPEN)
def begin(body: SessionRequest, request: Request) -> dict[str, Any]:
    """Sign in with a name and a password, and get a token for a while.

    It is shown this once. A password that somebody else made is good for nothing but to choose another one with it. A wrong name, a wrong password and a name that is locked for a while are refused alike.
    """
    service = request.app.state.service
    chosen = None if body.new_password is None else body.new_password.get_secret_value()
    opened = signed_in(service, body.staff_id, body.password.get_secret_value(), chosen)
    return {"token": opened.token, "ends_at": instant(opened.ends_at), "idle_seconds": opened.idle // _SECOND}


@router.get(
    "/sessions/current", response_model=CurrentSession, operation_id="current_session", openapi_extra=needs()
)
def current(request: Request, asking: AskingOf) -> dict[str, Any]:
    """Return who is asking, and what their token is limited to."""
    actor, row = asking.actor, _shown(request, asking.service) or {}
    return {
        "staff_id": actor.actor_id, "kind": row.get("kind"), "roles": list(actor.roles), "branch": actor.branch,
        "scopes": list(actor.scopes or ()), "ends_at": instant(row.get("expires_at")),
    }  # fmt: skip


@router.delete(
    "/sessions/current", response_model=EndedSession, operation_id="end_session", openapi_extra=needs()
)
def end(request: Request, asking: AskingOf) -> dict[str, Any]:
    """Sign out: end the session whose token is shown. A machine's token is withdrawn by whoever runs the system."""
    service, token = asking.service, shown_token(request)
    row = _shown(request, service)
    if token is None or row is None or row["kind"] != SESSION:
        raise StateConflictError(
            what=phrase("a token of a machine"), expected=phrase("the token of a session")
        )
    end_session(service.acting, row["token_hash"], asking.actor.actor_id)
    service.forget(token)
    return {"staff_id": asking.actor.actor_id, "ended_at": instant(service.acting.clock.now())}


def signed_in(service: Service, staff_id: str, password: str, chosen: str | None = None) -> OpenedSession:
    """Begin a session, if the name is not tried too often; whoever is refused is told of in the log."""
    try:
        service.sign_ins.take(staff_id, service.acting.clock.now())
        rules = SessionRules.of(service.rulebook.at(SESSIONS, service.today()))
        return open_session(service.acting, rules, staff_id, password, chosen)
    except (SignInRefusedError, TooManyRequestsError) as problem:
        # Without the name: in that field stands, now and then, a password.
        service.security.refused(problem.code, route="/sessions")
        raise


def _shown(request: Request, service: Service) -> dict[str, Any] | None:
    """Return the ledger's row of the token of a request, None where it shows none."""
    token = shown_token(request)
    if token is None:
        return None
    with service.acting.store.read() as tx:
        return tx.one("tokens", token_hash=token_hash(token))
