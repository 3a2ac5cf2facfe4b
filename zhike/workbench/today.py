"""The day of whoever is at the desk: what is worth doing within the hours that there are."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.day import day
from zhike.core.service_errors import ForbiddenError
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking

__all__ = ["ROUTES"]

_MOST_LEFT: Final = 20
"""Lines shown of those that did not fit."""


async def _page(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    plan = await run_in_threadpool(_plan, visitor.asking)
    return rendered(visitor, "today", here="today", back="/today", plan=plan, most_left=_MOST_LEFT)


def _plan(asking: Asking) -> dict[str, Any] | None:
    """Return the plan of the visitor's day, None where their role has none."""
    with suppress(ForbiddenError):
        return day(asking)
    return None


ROUTES: Final = [Route("/today", _page)]
