"""The HTTP application: who asks, in which language, how errors look, and the routes."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from zhike import __version__
from zhike.api import customers, decisions, operation, privacy, proposals
from zhike.api.limits import MOST_BYTES, BodyLimit
from zhike.api.models import ErrorBody
from zhike.core.errors import InternalError, UsageError, ZhikeError
from zhike.core.language import language_of
from zhike.core.service_errors import RecordNotFoundError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from zhike.api.service import Service

__all__ = ["create_app"]

_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": ErrorBody, "description": description}
    for status, description in {
        400: "The request cannot be used.", 401: "Nobody known is asking.", 403: "Not allowed.", 404: "Not recorded.",
        409: "It does not fit what is recorded.", 413: "The request is too large.", 422: "The request is not as described.",
        429: "Too many requests.", 503: "The store or a publication is missing.",
    }.items()
}  # fmt: skip


def create_app(service: Service) -> FastAPI:
    """Return the application over a service."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    app = FastAPI(
        title="Zhike", version=__version__, responses=_ERRORS, lifespan=lifespan, redoc_url=None, docs_url=None,
        openapi_url="/v1/openapi.json", description="Decisions that are served, remembered, provable and forgettable.",
    )  # fmt: skip
    app.state.service = service
    for part in (decisions, customers, privacy, proposals, operation):
        app.include_router(part.router, prefix="/v1")
    app.add_exception_handler(ZhikeError, _told)
    app.add_exception_handler(RequestValidationError, _not_as_described)
    app.add_exception_handler(HTTPException, _no_route)
    app.middleware("http")(_counted)
    app.add_middleware(BodyLimit, refuse=_too_large)
    return app


async def _counted(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Count a request by its route; a fault of our own is told without a traceback."""
    began, service = time.perf_counter(), request.app.state.service
    try:
        response = await call_next(request)
    except Exception as problem:  # noqa: BLE001 - nothing may reach the caller as it is
        response = _error(request, InternalError(what=type(problem).__name__))
    route = getattr(request.scope.get("route"), "path", "none")
    service.metrics.seen(request.method, route, response.status_code, time.perf_counter() - began)
    return response


def _error(request: Request, problem: ZhikeError, status: int | None = None) -> JSONResponse:
    language = language_of(request.headers.get("accept-language"))
    headers = {"Retry-After": "1"} if problem.retryable else {}
    if problem.http_status == 401:  # noqa: PLR2004 - the status that must say how to get in
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem.to_json(language), status or problem.http_status, headers)


async def _told(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, ZhikeError)  # noqa: S101 - registered for nothing else
    return _error(request, problem)


async def _not_as_described(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, RequestValidationError)  # noqa: S101 - registered for nothing else
    # Where and what is wrong, never the value: it may be personal.
    found = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problem.errors()[:5]]
    return _error(
        request, UsageError(what="; ".join(found), expected="a request as /v1/openapi.json describes it"), 422
    )


async def _no_route(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)  # noqa: S101 - registered for nothing else
    if problem.status_code == 404:  # noqa: PLR2004
        return _error(request, RecordNotFoundError(what="path"))
    error = UsageError(
        what=f"{request.method} on this path", expected="a method that /v1/openapi.json describes"
    )
    response = _error(request, error, problem.status_code)
    response.headers.update(problem.headers or {})
    return response


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    problem = UsageError(what="a request that is too large", expected=f"at most {MOST_BYTES:,} bytes")
    await JSONResponse(problem.to_json(), 413)(scope, receive, send)
