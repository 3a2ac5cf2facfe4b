"""Messages to the complaint desk that nobody could place: each becomes a complaint, part of one, or is set aside."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.api.complaint_messages import messages, place
from zhike.api.complaint_surrounding_models import PlacementRequest
from zhike.api.complaints import desk_of
from zhike.workbench.complaints import COMPLAINT, case_place, zone_of
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_first, form_of, read_form, visitor_of
from zhike.workbench.zones import in_zone

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["ROUTES"]

_INBOX: Final = "inbox.place"
_ASIDE: Final = ("not_a_complaint", "not_ours", "advertising", "automatic")


async def _waiting(request: Request) -> Response:
    """Show the messages that wait, the oldest first."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asking = asking_first(visitor.asking, _INBOX, COMPLAINT)
    found = await run_in_threadpool(messages, asking)
    zone = zone_of(desk_of(asking), asking)
    return rendered(
        visitor, "complaint_messages", here="complaints", part="messages", back="/complaints/messages", messages=found["messages"],
        at=in_zone(zone, visitor.language), asides=_ASIDE,
    )  # fmt: skip


async def _place(request: Request) -> Response:
    """Put a message where a person says; then show the case that it is part of."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields = {name: value.strip() for name, value in (await form_of(request, visitor)).items()}
    asking, name = asking_first(visitor.asking, _INBOX, COMPLAINT), request.path_params["message"]
    placed = await run_in_threadpool(lambda: place(name, read_form(PlacementRequest, fields), asking))
    where = placed["complaint_id"]
    return RedirectResponse(
        case_place(where) if where else f"{PLACE}/complaints/messages", HTTPStatus.SEE_OTHER
    )


ROUTES: Final = [
    Route("/complaints/messages", _waiting),
    Route("/complaints/messages/{message}", _place, methods=["POST"]),
]
