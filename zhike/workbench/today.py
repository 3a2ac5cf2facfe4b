"""The day of whoever is at the desk: what is worth doing within the hours that there are."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.api.complaint_calls import calling
from zhike.api.complaints import desk_of
from zhike.api.day import day
from zhike.api.day_lines import done, hand_over, postpone, refuse
from zhike.api.day_models import HandedOver, LineDone, LineRefused, Postponed
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError
from zhike.workbench.pages import open_pages
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_first, form_of, read_form, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.api.models import Strict
    from zhike.workbench.visitors import Visitor

__all__ = ["ROUTES"]

_ACTS: Final[Mapping[str, tuple[Callable[..., Any], type[Strict]]]] = {
    "done": (done, LineDone),
    "refuse": (refuse, LineRefused),
    "postpone": (postpone, Postponed),
    "hand-over": (hand_over, HandedOver),
}
"""What the interface does with a line, and what it must be told."""
_COMPLAINTS: Final = "complaints"
_MOST_LEFT: Final = 20
"""Lines shown of those that did not fit."""


async def _page(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    plan, calls = await run_in_threadpool(_plan, visitor.asking), await run_in_threadpool(_calls, visitor)
    return rendered(visitor, "today", here="today", back="/today", plan=plan, calls=calls, most_left=_MOST_LEFT)  # fmt: skip


async def _act(request: Request) -> Response:
    """Do something with a line, then show the plan as it is with that done."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    if (act := request.path_params["act"]) not in _ACTS:
        raise RecordNotFoundError(what=phrase("page"))
    do, form = _ACTS[act]
    body = read_form(form, await form_of(request, visitor))
    await run_in_threadpool(do, request.path_params["line"], body, visitor.asking)
    return RedirectResponse(f"{PLACE}/today", HTTPStatus.SEE_OTHER)


def _plan(asking: Asking) -> dict[str, Any] | None:
    """Return the plan of the visitor's day, None where their role has none."""
    with suppress(ForbiddenError):
        return day(asking)
    return None


def _calls(visitor: Visitor) -> int:
    """Return how many complaints call the visitor by the ladder of escalation; none of whoever has no complaints to see."""
    if visitor.asking is None or not any(one.name == _COMPLAINTS for one in open_pages(visitor)):
        return 0
    asking = asking_first(visitor.asking, "case.view", "complaint")
    with asking.service.acting.store.read() as tx:
        return len(calling(asking, tx, desk_of(asking)))


ROUTES: Final = [Route("/today", _page), Route("/today/{line}/{act}", _act, methods=["POST"])]
