"""The short way to a decision: the framework's own, through its routes and wrappers, takes a fifth of a decision's time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.routing import Route

from zhike.api.decisions import PATH, decide
from zhike.api.faults import VERSION, answer_to_problem
from zhike.core.errors import ZhikeError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["DecisionsAhead"]

_PATH: Final = VERSION + PATH
_ROUTE: Final = Route(_PATH, decide, methods=["POST"])


class DecisionsAhead:
    """Decide without the framework; whatever else is asked, other methods too, goes its way.

    The operation is described, and answered the same, where it is declared.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a decision, or pass it on."""
        if scope["type"] != "http" or scope["path"] != _PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        scope["route"] = _ROUTE  # by which it is counted and logged
        request = Request(scope, receive)
        try:
            response = await decide(request)
        except (ZhikeError, RequestValidationError) as problem:
            response = answer_to_problem(request, problem)
        await response(scope, receive, send)
