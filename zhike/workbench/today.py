"""The day of whoever is at the desk: what is worth doing within the hours that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.routing import Route

from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["ROUTES"]


async def _page(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    return rendered(visitor, "today", here="today", back="/today", plan=None)


ROUTES: Final = [Route("/today", _page)]
