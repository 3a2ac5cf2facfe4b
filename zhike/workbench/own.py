"""The customer's own page: what they agree to and want, why they got an offer, objections, a person to speak to, their data."""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhike.api.faults import route_of, told_as
from zhike.api.links import OWN_PAGE
from zhike.api.models import Channels, Frequency, Hours, Lifted, Topics
from zhike.api.own import consents, end, me, object_to, offers, prefer, preferences, say
from zhike.api.own_complaints import own_complaints
from zhike.api.own_models import (
    CallRequest,
    CorrectionWanted,
    ErasureWanted,
    ObjectionToAll,
    ObjectionToOffer,
    OwnAnswer,
)
from zhike.api.own_requests import data, kept, open_request, requests
from zhike.api.own_surveys import own_surveys
from zhike.core.contracts import CHANNELS
from zhike.core.phrases import phrase
from zhike.core.service_errors import (
    RecordNotFoundError,
    RequestInvalidError,
    TooManyRequestsError,
    UnauthenticatedError,
)
from zhike.workbench.customer import groups_of
from zhike.workbench.own_complaints import day_here
from zhike.workbench.own_surveys import KIOSK_PLACE, survey_place
from zhike.workbench.own_visitors import (
    OwnVisitor,
    forget_link,
    keep_link,
    let_in,
    own_visitor_of,
    shown_kiosk_token,
    stranger_here,
)
from zhike.workbench.rendering import heads, rendered
from zhike.workbench.values import Money
from zhike.workbench.visitors import came_from, choose, form_of, read_form, written_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from zhike.api.models import Strict
    from zhike.api.own_asking import Own

__all__ = ["ROUTES", "no_page", "problem"]

_HERE: Final = f"{OWN_PAGE}/"
_ON: Final = "on"
_TOPIC, _CHANNEL = "topic.", "channel."
_REQUESTS: Final[Mapping[str, type[CallRequest | CorrectionWanted | ErasureWanted]]] = {
    "call": CallRequest,
    "correction": CorrectionWanted,
    "erasure": ErasureWanted,
}
_TO_ONE: Final = ("offer", "topic")
_DONE: Final = ("saved", "objected", "asked", "kept")
"""What a page says after something was done."""
_MOST_DIGITS: Final = 6
_WRITTEN: Final = (f"{OWN_PAGE}/complaints", f"{OWN_PAGE}/requests")
"""Whose pages give back what was written when it is refused."""
_FILE: Final = "my-data.json"


async def _page(request: Request) -> Response:
    known = await own_visitor_of(request)
    if known.own is None:
        elsewhere = (
            survey_place(known.leads) if known.leads else KIOSK_PLACE if shown_kiosk_token(request) else None
        )
        if elsewhere is not None and not known.ended:
            return RedirectResponse(elsewhere, HTTPStatus.SEE_OTHER)
        return _enter_page(request, known, "own.ended" if known.ended else "")
    content = await run_in_threadpool(_content, known.own)
    done = request.query_params.get("done", "")
    page = rendered(
        known.visitor, "own", place=OWN_PAGE, done=done if done in _DONE else "", channels=CHANNELS, **content
    )
    keep_link(request, page, known.own.token)
    return page


def _enter_page(request: Request, known: OwnVisitor, told: str = "", status: int = HTTPStatus.OK) -> Response:
    page = rendered(replace(known.visitor, form=""), "own_enter", status, place=OWN_PAGE, told=told)
    if known.ended:
        forget_link(request, page)
    return page


async def _enter(request: Request) -> Response:
    """Let in who shows a link, and leave it in the cookie alone."""
    fields = await form_of(request)
    token = fields.get("token", "").strip().rpartition("#")[2]
    try:
        await let_in(request, token)
    except (UnauthenticatedError, TooManyRequestsError) as found:
        request.app.state.service.security.refused(found.code, route=OWN_PAGE)
        told = "own.too_often" if isinstance(found, TooManyRequestsError) else "own.ended"
        return _enter_page(request, stranger_here(request), told, found.http_status)
    response = RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    keep_link(request, response, token)
    return response


async def _leave(request: Request) -> Response:
    """Forget the link here, and withdraw it where that is asked for."""
    known = await own_visitor_of(request)
    if known.own is not None:
        fields = await form_of(request, known.visitor)
        if fields.get("for_good") == _ON:
            await run_in_threadpool(end, known.own)
    response = RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    forget_link(request, response)
    return response


async def _choices(request: Request) -> Response:
    known = await own_visitor_of(request)
    fields = await form_of(request, known.visitor)
    response = RedirectResponse(
        f"{KIOSK_PLACE}/sheet" if _at_kiosk(request, known) else _HERE, HTTPStatus.SEE_OTHER
    )
    choose(request, response, fields, OWN_PAGE)
    return response


def _at_kiosk(request: Request, known: OwnVisitor) -> bool:
    """Return whether somebody stands at a kiosk and has no survey of their own open there."""
    return shown_kiosk_token(request) is not None and known.own is None and known.leads is None


async def _answer(request: Request) -> Response:
    return await _done(
        request, "saved", "consents", lambda own, fields: say(read_form(OwnAnswer, fields), own)
    )


async def _wish(request: Request) -> Response:
    return await _done(request, "saved", "wishes", _wished)


def _wished(own: Own, fields: Mapping[str, str]) -> None:
    """Record what a form says of one kind of wish; fields left empty lift it."""
    kind = fields.get("kind", "")
    if kind not in _WISHES:
        raise RecordNotFoundError(what=phrase("page"))
    prefer(own, kind, _WISHES[kind](fields))


def _unwanted(model: type[Channels | Topics], prefix: str) -> Callable[[Mapping[str, str]], Strict]:
    def read(fields: Mapping[str, str]) -> Strict:
        names = sorted(name.removeprefix(prefix) for name in fields if name.startswith(prefix))
        return _from_choices(model, {"unwanted": names}) if names else Lifted()

    return read


def _from_choices(model: type[Strict], content: dict[str, Any]) -> Strict:
    """Return what fields say as the interface wants it.

    Raises
    ------
    RequestInvalidError
        When it is not as it is described.
    """
    try:
        return model.model_validate_json(json.dumps(content))
    except ValueError as found:
        raise RequestInvalidError(
            what=phrase("a choice that there is not"), expected=phrase("one of those on the page")
        ) from found


def _often(fields: Mapping[str, str]) -> Strict:
    text = fields.get("most_in_30_days", "").strip()
    if not text:
        return Lifted()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else text
    return _from_choices(Frequency, {"most_in_30_days": number})


def _hours(fields: Mapping[str, str]) -> Strict:
    given = any(fields.get(name) for name in Hours.model_fields)
    return read_form(Hours, fields) if given else Lifted()


_WISHES: Final[Mapping[str, Callable[[Mapping[str, str]], Strict]]] = {
    "channels": _unwanted(Channels, _CHANNEL),
    "topics": _unwanted(Topics, _TOPIC),
    "frequency": _often,
    "hours": _hours,
}
"""How a form is read, by the kind of wish."""


async def _object(request: Request) -> Response:
    def do(own: Own, fields: Mapping[str, str]) -> None:
        one = fields.get("to") in _TO_ONE
        object_to(read_form(ObjectionToOffer, fields) if one else read_form(ObjectionToAll, fields), own)

    return await _done(request, "objected", "offers", do)


async def _ask(request: Request) -> Response:
    def do(own: Own, fields: Mapping[str, str]) -> None:
        kind = fields.get("kind", "")
        if kind not in _REQUESTS:
            raise RecordNotFoundError(what=phrase("page"))
        open_request(read_form(_REQUESTS[kind], fields), own)

    return await _done(request, "asked", "requests", do)


async def _done(
    request: Request, done: str, place: str, do: Callable[[Own, Mapping[str, str]], Any]
) -> Response:
    """Do what a form asks for, then show the page with it."""
    known = await own_visitor_of(request)
    if known.own is None:
        return _enter_page(request, known, "own.ended", UnauthenticatedError.http_status)
    fields = await form_of(request, known.visitor)
    await run_in_threadpool(do, known.own, fields)
    return RedirectResponse(f"{_HERE}?done={done}#{place}", HTTPStatus.SEE_OTHER)


async def _data(request: Request) -> Response:
    """Hand out everything as a file."""
    known = await own_visitor_of(request)
    if known.own is None:
        return _enter_page(request, known, "own.ended", UnauthenticatedError.http_status)
    await form_of(request, known.visitor)
    content = await run_in_threadpool(data, known.own)
    kept_as = {**heads(), "Content-Disposition": f'attachment; filename="{_FILE}"'}
    body = json.dumps(content, ensure_ascii=False, indent=1)
    return Response(body, media_type="application/json", headers=kept_as)


def _content(own: Own) -> dict[str, Any]:
    known, wanted = me(own), preferences(own)
    values = {one["name"]: one["value"] for one in known["attributes"]}
    money = Money(values.get("currency"), own.service.desk.minor_units())
    return {
        "known": known, "groups": groups_of(values, money, own.language), "consents": consents(own)["consents"], "wanted": wanted,
        "offers": offers(own)["offers"], "kept": kept(own)["kept"], "requests": requests(own)["requests"],
        "surveys": own_surveys(own)["surveys"], "complaints": own_complaints(own)["complaints"], "on": day_here(own),
    }  # fmt: skip


async def problem(request: Request, found: Exception) -> Response:
    """Return a page that says what was found and needed, in words for a customer; of a fault of the house no more than that there is one."""
    told = told_as(found, route_of(request.scope))
    visitor = stranger_here(request).visitor
    # On a device that others use too, nothing that somebody wrote stays on a page.
    own_device = request.url.path.startswith(_WRITTEN)
    return rendered(
        visitor, "own_problem", told.http_status, place=OWN_PAGE, problem=told.parts(visitor.language),
        written=written_in(request) if own_device else [], came_from=came_from(request, OWN_PAGE),
    )  # fmt: skip


async def no_page(request: Request, found: Exception) -> Response:
    """Return the page that says that there is none."""
    assert isinstance(found, HTTPException)  # noqa: S101 - registered for nothing else
    response = await problem(request, RecordNotFoundError(what=phrase("page")))
    response.status_code = found.status_code
    return response


ROUTES: Final = [
    Route("/", _page),
    Route("/enter", _enter, methods=["POST"]),
    Route("/leave", _leave, methods=["POST"]),
    Route("/choices", _choices, methods=["POST"]),
    Route("/consents", _answer, methods=["POST"]),
    Route("/wishes", _wish, methods=["POST"]),
    Route("/objections", _object, methods=["POST"]),
    Route("/requests", _ask, methods=["POST"]),
    Route(f"/{_FILE}", _data, methods=["POST"]),
]
