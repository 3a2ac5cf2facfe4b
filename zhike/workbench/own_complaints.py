"""A customer's complaints on their own pages: made, followed, answered, judged; what was written is never lost."""

from __future__ import annotations

import secrets
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.act.acting import moment
from zhike.act.complaint_desk import ComplaintDesk
from zhike.api.complaint_models import OwnComplaintRequest, OwnMoveBody
from zhike.api.faults import route_of, told_as
from zhike.api.links import OWN_PAGE
from zhike.api.own_complaints import (
    complain,
    own_complaint,
    own_complaints,
    own_move,
    say_how_it_was_handled,
)
from zhike.core.errors import ZhikeError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, UnauthenticatedError
from zhike.workbench.own_visitors import keep_link, own_visitor_of
from zhike.workbench.rendering import rendered
from zhike.workbench.visitors import form_of, read_form
from zhike.workbench.zones import day_in_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.own_asking import Own
    from zhike.workbench.own_visitors import OwnVisitor

__all__ = ["ROUTES", "day_here"]

_HOME: Final = f"{OWN_PAGE}/"
_HERE: Final = f"{OWN_PAGE}/complaints"
_SURVEYS: Final = f"{OWN_PAGE}/surveys"
_SHORT, _LONG = ("when", "where", "who"), ("why",)
_FIELDS: Final = ("words", "business", "once", *_SHORT, *_LONG)
_DONE: Final = ("complained", "moved")
_ONCE_BYTES: Final = 18
_MOST_FIELDS: Final = 100


async def _list(request: Request) -> Response:
    return await _page(
        request, "own_complaints", lambda own: {"complaints": own_complaints(own)["complaints"]}
    )


async def _one(request: Request) -> Response:
    return await _page(request, "own_complaint", lambda own: {"case": own_complaint(_name(request), own)})


async def _letter(request: Request) -> Response:
    """Show one message of the bank's, to be printed."""

    def content(own: Own) -> dict[str, Any]:
        case, number = own_complaint(_name(request), own), request.path_params["number"]
        if number >= len(case["messages"]) or not case["messages"][number]["text"]:
            raise RecordNotFoundError(what=phrase("letter"))
        return {"case": case, "message": case["messages"][number]}

    return await _page(request, "own_complaint_letter", content)


async def _page(request: Request, name: str, content: Callable[[Own], dict[str, Any]]) -> Response:
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HOME, HTTPStatus.SEE_OTHER)
    done = request.query_params.get("done", "")
    found = await run_in_threadpool(content, known.own)
    page = rendered(
        known.visitor,
        name,
        place=OWN_PAGE,
        on=day_here(known.own),
        done=done if done in _DONE else "",
        **found,
    )
    keep_link(request, page, known.own.token)
    return page


async def _blank(request: Request) -> Response:
    """Show the form; each is sent once, however often it is clicked."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HOME, HTTPStatus.SEE_OTHER)
    return _form(known, {"once": secrets.token_urlsafe(_ONCE_BYTES)})


def _form(known: OwnVisitor, fields: Mapping[str, str], problem: ZhikeError | None = None) -> Response:
    """Return the form as it was filled in, with what is wrong about it."""
    businesses: dict[str, str] = {}
    if known.own is not None:
        desk = _desk(known.own)
        businesses = {
            name: text.in_language(known.visitor.language) for name, text in desk.businesses.items()
        }
    return rendered(
        known.visitor, "own_complaint_new", HTTPStatus.OK if problem is None else problem.http_status, place=OWN_PAGE, businesses=businesses,
        short=_SHORT, long=_LONG, given={name: fields.get(name, "") for name in _FIELDS}, let_in=known.own is not None,
        problem=None if problem is None else problem.parts(known.visitor.language),
    )  # fmt: skip


async def _complain(request: Request) -> Response:
    """Take in a complaint; whatever is wrong, what was written is shown again."""
    known = await own_visitor_of(request)
    try:
        if known.own is None:
            raise UnauthenticatedError(what=phrase("a link that holds no more"))
        fields = await form_of(request, known.visitor)
        own = replace(known.own, key=fields.get("once") or None)
        made = await run_in_threadpool(lambda: complain(_written(fields), own))
    except ZhikeError as found:
        return _form(known, await _sent(request), told_as(found, route_of(request.scope)))
    return RedirectResponse(f"{_place(made['complaint_id'])}?done=complained", HTTPStatus.SEE_OTHER)


async def _sent(request: Request) -> dict[str, str]:
    """Return the fields of a form that was refused."""
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS))


def _written(fields: Mapping[str, str]) -> OwnComplaintRequest:
    said = {name: fields[name].strip() for name in (*_SHORT, *_LONG) if fields.get(name, "").strip()}
    given = {
        "words": fields.get("words", "").strip(),
        "business": fields.get("business"),
        "particulars": said,
    }
    return read_form(OwnComplaintRequest, given)


async def _move(request: Request) -> Response:
    """Do what the customer wants about their complaint, then show it."""

    def do(own: Own, fields: Mapping[str, str]) -> None:
        reason = {"reason": fields.get("reason", "").strip()}
        own_move(_name(request), read_form(OwnMoveBody, {**fields, **reason}), own)

    return await _done(request, do, f"{_place(_name(request))}?done=moved")


async def _survey(request: Request) -> Response:
    """Open the survey on the handling, and go on to it."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HOME, HTTPStatus.SEE_OTHER)
    await form_of(request, known.visitor)
    case = await run_in_threadpool(say_how_it_was_handled, _name(request), known.own)
    return RedirectResponse(f"{_SURVEYS}/{quote(str(case['survey']), safe='')}", HTTPStatus.SEE_OTHER)


async def _done(request: Request, do: Callable[[Own, Mapping[str, str]], None], then: str) -> Response:
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HOME, HTTPStatus.SEE_OTHER)
    fields = await form_of(request, known.visitor)
    await run_in_threadpool(do, known.own, fields)
    return RedirectResponse(then, HTTPStatus.SEE_OTHER)


def day_here(own: Own) -> Callable[[str], str]:
    """Return how the day of an instant is written where the bank reckons the days of complaints."""
    desk = _desk(own)
    zone = desk.regime(None, moment(own.service.acting.clock.now())).zone
    return day_in_zone(zone, own.language)


def _desk(own: Own) -> ComplaintDesk:
    return ComplaintDesk.of(own.service.rulebook, own.service.today())


def _name(request: Request) -> str:
    return str(request.path_params["complaint"])


def _place(complaint_id: str) -> str:
    return f"{_HERE}/{quote(complaint_id, safe='')}"


ROUTES: Final = [
    Route("/complaints", _list),
    Route("/complaints/new", _blank),
    Route("/complaints/new", _complain, methods=["POST"]),
    Route("/complaints/{complaint}", _one),
    Route("/complaints/{complaint}/moves", _move, methods=["POST"]),
    Route("/complaints/{complaint}/survey", _survey, methods=["POST"]),
    Route("/complaints/{complaint}/letters/{number:int}", _letter),
]
