"""The workbench as an application of its own beside the HTTP interface: its addresses, and what a page says when something is wrong."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from zhike.api.faults import route_of, told_as
from zhike.api.links import OWN_PAGE
from zhike.api.server import app_from_environment as interface_from_environment
from zhike.core.errors import ZhikeError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.workbench import (
    administration,
    capacity,
    complaint_analysis,
    complaint_case,
    complaint_messages,
    complaints,
    conversations,
    customer,
    imports,
    improvements,
    indicators,
    kiosk_pages,
    loops,
    models,
    oversight,
    own,
    own_complaints,
    own_surveys,
    protection,
    signing_in,
    studio,
    studio_changes,
    studio_experiments,
    survey_asking,
    survey_results,
    survey_rounds,
    surveys,
    team,
    today,
)
from zhike.workbench.rendering import STATIC, rendered
from zhike.workbench.visitors import PLACE, came_from, choose, form_of, stranger_of, visitor_of, written_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from zhike.api.service import Service

__all__ = ["app_from_environment", "with_workbench"]


def app_from_environment() -> FastAPI:
    """Return the HTTP interface with the workbench beside it; each worker makes its own."""
    return with_workbench(interface_from_environment())


def with_workbench(interface: FastAPI) -> FastAPI:
    """Add the workbench and the customers' own page to an application; the bare address leads to the workbench."""
    interface.router.routes += [
        Route("/", lambda _request: RedirectResponse(f"{PLACE}/today", HTTPStatus.SEE_OTHER)),
        Mount(PLACE, _workbench(interface.state.service)),
        Route(OWN_PAGE, lambda _request: RedirectResponse(f"{OWN_PAGE}/", HTTPStatus.SEE_OTHER)),
        Mount(OWN_PAGE, _own_page(interface.state.service)),
    ]
    return interface


def _workbench(service: Service) -> Starlette:
    routes = [
        *signing_in.ROUTES, *today.ROUTES, *team.ROUTES, *loops.ROUTES, *improvements.ROUTES, *indicators.ROUTES, *complaint_analysis.ROUTES, *conversations.ROUTES, *survey_rounds.ROUTES, *surveys.ROUTES, *survey_results.ROUTES, *survey_asking.ROUTES, *customer.ROUTES, *studio.ROUTES, *studio_changes.ROUTES, *studio_experiments.ROUTES, *models.ROUTES, *oversight.ROUTES, *administration.ROUTES, *imports.ROUTES,
        *capacity.ROUTES, *protection.ROUTES, *complaints.ROUTES, *complaint_messages.ROUTES, *complaint_case.ROUTES,
        Route("/", lambda _request: RedirectResponse(f"{PLACE}/today", HTTPStatus.SEE_OTHER)),
        Route("/choices", _choices, methods=["POST"]),
        Mount("/static", _Kept(StaticFiles(directory=STATIC))),
    ]  # fmt: skip
    app = Starlette(
        routes=routes,
        exception_handlers={ZhikeError: _problem, HTTPException: _no_page},
        middleware=[Middleware(_Guarded, answer=_problem)],
    )
    app.state.service = service
    return app


def _own_page(service: Service) -> Starlette:
    """Return the pages of customers, an application of its own: a gateway may let nothing else through."""
    routes = [
        *own.ROUTES,
        *own_surveys.ROUTES,
        *own_complaints.ROUTES,
        *kiosk_pages.ROUTES,
        Mount("/static", _Kept(StaticFiles(directory=STATIC))),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={ZhikeError: own.problem, HTTPException: own.no_page},
        middleware=[Middleware(_Guarded, answer=own.problem)],
    )
    app.state.service = service
    return app


class _Kept:
    """Files that never change under their address: browsers may keep them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def kept(message: dict[str, object]) -> None:
            if message.get("status") == HTTPStatus.OK and scope["query_string"]:
                headers = [one for one in message.get("headers", ()) if one[0] != b"cache-control"]  # type: ignore[attr-defined]
                message["headers"] = [*headers, (b"cache-control", b"public, max-age=31536000, immutable")]
            await send(message)

        await self._app(scope, receive, kept)  # type: ignore[arg-type]


async def _choices(request: Request) -> Response:
    """Remember language and appearance, and go back to the page where they were chosen."""
    visitor = await visitor_of(request)
    fields = await form_of(request, visitor)
    back = fields.get("back", "")
    response = RedirectResponse(
        PLACE + back if back.startswith("/") else f"{PLACE}/today", HTTPStatus.SEE_OTHER
    )
    choose(request, response, fields)
    return response


async def _no_page(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)  # noqa: S101 - registered for nothing else
    response = await _problem(request, RecordNotFoundError(what=phrase("page")))
    response.status_code = problem.status_code
    return response


async def _problem(request: Request, problem: Exception) -> Response:
    """Return a page that says what was found, needed and is to be done; of a fault of the house no more than that there is one."""
    told = told_as(problem, route_of(request.scope))
    try:
        visitor = await visitor_of(request)
    except ZhikeError:  # the store itself may be the problem
        visitor = stranger_of(request)
    parts = told.parts(visitor.language)
    return rendered(
        visitor, "problem", told.http_status, problem=parts, here="", back="/today", written=written_in(request), came_from=came_from(request)
    )  # fmt: skip


class _Guarded:
    """Answers what nobody foresaw with a page like any other problem."""

    def __init__(self, app: ASGIApp, answer: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self._app, self._answer = app, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as problem:
            if begun:  # nothing else can be said
                raise
            response = await self._answer(Request(scope, receive), problem)
            await response(scope, receive, send)
