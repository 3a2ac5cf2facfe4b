"""What surrounds every request: it is counted, a fault is told without a traceback, and no one between keeps a copy of the answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers

from zhike.api.faults import answer_to_fault, route_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from zhike.api.metrics import Metrics

__all__ = ["Counted"]

_NO_CACHE: Final = (b"cache-control", b"no-store")
_NO_GUESS: Final = (b"x-content-type-options", b"nosniff")


class Counted:
    """Count a request by its route.

    Written to the protocol itself: the framework's own wrapper takes as long as half a decision.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _with_usual(message.get("headers", ()))}
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as problem:
            if status:  # the answer has begun: nothing else can be said
                raise
            await answer_to_fault(Headers(scope=scope), problem, route_of(scope))(scope, receive, noted)
        if status:  # a caller who hung up has no answer
            self._metrics.seen(scope["method"], route_of(scope), status, time.perf_counter() - began)


def _with_usual(headers: object) -> list[tuple[bytes, bytes]]:
    found = list(headers)  # type: ignore[call-overload]
    named = {name.lower() for name, _ in found}
    return [*found, _NO_GUESS, *([] if _NO_CACHE[0] in named else [_NO_CACHE])]
