"""Sign in and out."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.act.sessions import end_session
from zhike.act.staff import token_hash
from zhike.api.sessions import signed_in
from zhike.core.errors import UsageError
from zhike.core.service_errors import (
    RecordNotFoundError,
    SignInRefusedError,
    StateConflictError,
    TooManyRequestsError,
)
from zhike.workbench.rendering import rendered
from zhike.workbench.visitors import (
    PLACE,
    Visitor,
    forget_session,
    form_of,
    keep_session,
    shown_session,
    visitor_of,
)
from zhike.workbench.words import WORDS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["ROUTES", "leave", "to_sign_in"]

_PAGE: Final = "sign_in"


def to_sign_in(request: Request) -> Response:
    """Return the way to the page for signing in, and back to the page that was asked for."""
    path = request.url.path.removeprefix(PLACE)
    return RedirectResponse(f"{PLACE}/sign-in?next={path}", HTTPStatus.SEE_OTHER)


async def _form(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is not None:
        return RedirectResponse(f"{PLACE}/today", HTTPStatus.SEE_OTHER)
    return _shown(visitor, request.query_params.get("next", ""))


def _shown(
    visitor: Visitor,
    after: str,
    staff: str = "",
    told: str = "",
    status: int = 200,
    *,
    choosing: bool = False,
) -> Response:
    content: dict[str, Any] = {"next": after, "staff": staff, "told": told, "choosing": choosing}
    return rendered(visitor, _PAGE, status, here="", back="/sign-in", **content)


async def _sign_in(request: Request) -> Response:
    fields, visitor = await form_of(request), await visitor_of(request)
    service, staff, after = request.app.state.service, fields.get("staff", ""), fields.get("next", "")
    chosen = fields.get("new_password") or None
    try:
        opened = await run_in_threadpool(signed_in, service, staff, fields.get("password", ""), chosen)
    except (SignInRefusedError, TooManyRequestsError, StateConflictError, UsageError) as problem:
        parts = problem.parts(visitor.language)
        told = "; ".join([parts["found"], parts["needed" if isinstance(problem, UsageError) else "remedy"]])
        choosing = isinstance(problem, StateConflictError | UsageError)
        if isinstance(problem, StateConflictError):
            told = WORDS["sign_in.choose"].in_language(visitor.language)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(problem, UsageError) else problem.http_status
        return _shown(visitor, after, staff, told, status, choosing=choosing)
    response = RedirectResponse(
        PLACE + after if after.startswith("/") else f"{PLACE}/today", HTTPStatus.SEE_OTHER
    )
    keep_session(request, response, opened.token)
    return response


async def _sign_out(request: Request) -> Response:
    visitor, response = await visitor_of(request), RedirectResponse(f"{PLACE}/sign-in", HTTPStatus.SEE_OTHER)
    if visitor.asking is not None:
        await form_of(request, visitor)
    await leave(request, response, visitor)
    return response


async def leave(request: Request, response: Response, visitor: Visitor) -> None:
    """End the session of whoever visits, here and everywhere, and take it out of the cookie."""
    token = shown_session(request)
    if visitor.asking is not None and token is not None:
        await run_in_threadpool(_ended, visitor, token)
    forget_session(request, response)


def _ended(visitor: Visitor, token: str) -> None:
    assert visitor.asking is not None  # noqa: S101 - seen by whoever calls
    service = visitor.asking.service
    try:
        end_session(service.acting, token_hash(token), visitor.asking.actor.actor_id)
    except RecordNotFoundError:  # ended meanwhile, which is what was asked for
        pass
    finally:
        service.forget(token)


ROUTES: Final = [
    Route("/sign-in", _form),
    Route("/sign-in", _sign_in, methods=["POST"]),
    Route("/sign-out", _sign_out, methods=["POST"]),
]
