"""Errors as answers of the interface: one shape, in the caller's language, nothing of the house and no value of the request in it."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import compile_path

from zhike.api.languages import spoken
from zhike.api.mistakes import mistakes
from zhike.core import service_errors
from zhike.core.case_errors import CaseEventError
from zhike.core.errors import AnswerError, InternalError, UsageError, ZhikeError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, RequestInvalidError
from zhike.core.store_errors import AlreadyRecordedError, ErasedError, StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.responses import Response

__all__ = [
    "LOG",
    "VERSION",
    "answer_to_fault",
    "answer_to_problem",
    "route_of",
    "told_as",
    "told_in",
]

LOG: Final = logging.getLogger("zhike.api")
VERSION: Final = "/v1"
"""What every path begins with."""
_DESCRIBED: Final = phrase("a request as /v1/openapi.json describes it")
_SHOWN: Final = 5
_FOR_CALLERS: Final = (AlreadyRecordedError, AnswerError, CaseEventError, ErasedError, InternalError)
_UNAUTHENTICATED: Final = 401


def told_in(app: FastAPI) -> None:
    """Let an application answer errors in this shape."""
    app.add_exception_handler(ZhikeError, _refused)
    app.add_exception_handler(RequestValidationError, _refused)
    app.add_exception_handler(HTTPException, _no_route)


def answer_to_fault(headers: Mapping[str, str], problem: Exception, route: str) -> JSONResponse:
    """Return the answer to an exception; what is a fault of the house is logged, for whoever runs it.

    Parameters
    ----------
    headers : mapping
        Of the request.
    problem : Exception
    route : str
        Template of the path, never the path with its identifiers.
    """
    public = told_as(problem, route)
    kept = {"Retry-After": "1"} if public.retryable else {}
    if public.http_status == _UNAUTHENTICATED:
        kept["WWW-Authenticate"] = "Bearer"
    return JSONResponse(public.to_json(spoken(headers.get("accept-language"))), public.http_status, kept)


def told_as(problem: Exception, route: str) -> ZhikeError:
    """Return what a caller is told of an exception; what is a fault of the house is logged, for whoever runs it."""
    public = _public(problem)
    if public is not problem and not isinstance(problem, UsageError):
        _log(problem, route)
    return public


def _public(problem: Exception) -> ZhikeError:
    """Return what a caller is told: neither paths and addresses of the house, nor how to use its command line."""
    if isinstance(problem, UsageError):
        return RequestInvalidError(**problem.data)
    if isinstance(problem, StoreUnavailableError):
        return StoreUnavailableError(store="ledger", what=problem.data["what"])
    named = type(problem).__module__ == service_errors.__name__
    if isinstance(problem, ZhikeError) and (named or isinstance(problem, _FOR_CALLERS)):
        return problem
    return InternalError(what=problem.code if isinstance(problem, ZhikeError) else type(problem).__name__)


def _log(problem: Exception, route: str) -> None:
    """Tell whoever runs the house: where it happened, not what the exception says, unless the words are our own."""
    said = problem.render() if isinstance(problem, ZhikeError) else type(problem).__name__
    frames = "".join(traceback.format_tb(problem.__traceback__))
    LOG.error("%s: %s\n%s", route, said, frames)


def route_of(scope: Mapping[str, Any]) -> str:
    """Return the template of a request's path behind the version, ``none`` where no route has it."""
    return str(getattr(scope.get("route"), "path", "none")).removeprefix(VERSION)


def answer_to_problem(request: Request, problem: ZhikeError | RequestValidationError) -> Response:
    """Return the answer to a request that is refused."""
    if isinstance(problem, RequestValidationError):
        found = mistakes(problem.errors()[:_SHOWN])
        problem = RequestInvalidError(what=found, expected=_DESCRIBED)
    return answer_to_fault(request.headers, problem, route_of(request.scope))


async def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, ZhikeError | RequestValidationError)  # noqa: S101 - registered for nothing else
    return answer_to_problem(request, problem)


async def _no_route(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)  # noqa: S101 - registered for nothing else
    if problem.status_code == RecordNotFoundError.http_status:
        return answer_to_fault(request.headers, RecordNotFoundError(what=phrase("path")), "none")
    error = RequestInvalidError(what=phrase("a method that this path does not have"), expected=_DESCRIBED)
    response = answer_to_fault(request.headers, error, route_of(request.scope))
    response.status_code = problem.status_code
    response.headers["Allow"] = ", ".join(_methods(request))
    return response


def _methods(request: Request) -> list[str]:
    """Return the methods that a path has; the framework names those of one handler only."""
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    return sorted(
        method.upper()
        for template, operations in paths.items()
        if compile_path(template)[0].match(request.scope["path"])
        for method in operations
    )
