"""A survey at a kiosk: whoever comes fills it in unknown, or by a code of their own; left alone, the device asks, and begins anew."""

from __future__ import annotations

import secrets
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhike.act.surveys import ANSWERED, FULL
from zhike.api.kiosks import Kiosk, shown_kiosk
from zhike.api.links import OWN_PAGE
from zhike.core.service_errors import RecordNotFoundError, TooManyRequestsError, UnauthenticatedError
from zhike.measure.surveys import NOT_APPLICABLE
from zhike.workbench.own_surveys import KIOSK_PLACE, answers_in, page_number, survey_place, thanks_idle
from zhike.workbench.own_visitors import (
    KIOSK,
    forget_link,
    form_key,
    keep_link,
    let_in,
    own_visitor_of,
    shown_kiosk_token,
    stranger_here,
)
from zhike.workbench.rendering import rendered
from zhike.workbench.visitors import LANGUAGE, PLACE, THEME, bounds, form_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from zhike.workbench.visitors import Visitor

__all__ = ["ROUTES", "keep_kiosk"]

_SHEET: Final = "zhike_sheet"
_ELDER: Final = "elder"
_STILL: Final = "still"
_NOBODY: Final = "-"
_SHEET_BYTES: Final = 16
_DAY: Final = 86_400


async def _kiosk_of(request: Request) -> tuple[Visitor, Kiosk | None]:
    """Return who stands at the kiosk, and the kiosk; None where the device is none, or none any more."""
    visitor, token = stranger_here(request).visitor, shown_kiosk_token(request)
    address = _NOBODY if request.client is None else request.client.host
    if token is None:
        return visitor, None
    try:
        kiosk = await run_in_threadpool(
            shown_kiosk, request.app.state.service, token, address, visitor.language
        )
    except UnauthenticatedError:
        return visitor, None
    return replace(visitor, form=form_key(token)), kiosk


async def _start(request: Request) -> Response:
    """Show what is asked here, and let somebody begin."""
    visitor, kiosk = await _kiosk_of(request)
    return _shown_start(request, visitor, kiosk)


def _shown_start(
    request: Request, visitor: Visitor, kiosk: Kiosk | None, told: str = "", status: int = 200
) -> Response:
    title = None if kiosk is None else kiosk.title()
    page = rendered(
        visitor, "kiosk", status if kiosk else HTTPStatus.UNAUTHORIZED, place=OWN_PAGE, title=title, told=told, alone=True, idle=None,
        sign_in=f"{PLACE}/sign-in",
    )  # fmt: skip
    if kiosk is None:
        page.delete_cookie(KIOSK, **bounds(request, OWN_PAGE))
    return page


async def _begin(request: Request) -> Response:
    """Take a new sheet."""
    visitor, kiosk = await _kiosk_of(request)
    if kiosk is None:
        return _to(KIOSK_PLACE)
    fields = await form_of(request, visitor)
    response = _to(f"{KIOSK_PLACE}/sheet")
    _keep_sheet(request, response, secrets.token_urlsafe(_SHEET_BYTES), elder=fields.get(_ELDER) == "yes")
    return response


async def _by_code(request: Request) -> Response:
    """Open the survey of somebody who has a code for it."""
    visitor, kiosk = await _kiosk_of(request)
    if kiosk is None:
        return _to(KIOSK_PLACE)
    fields = await form_of(request, visitor)
    code = "".join(fields.get("code", "").upper().split()).replace("-", "")
    try:
        own = await let_in(request, code)
    except (UnauthenticatedError, TooManyRequestsError) as found:
        request.app.state.service.security.refused(found.code, route=KIOSK_PLACE)
        told = "own.too_often" if isinstance(found, TooManyRequestsError) else "kiosk.no_code"
        return _shown_start(request, visitor, kiosk, told, found.http_status)
    if (
        own.survey is None or own.link["mode"] != "kiosk"
    ):  # a link to a whole page is not typed where others stand
        return _shown_start(request, visitor, kiosk, "kiosk.no_code", UnauthenticatedError.http_status)
    response = _to(survey_place(own.survey))
    keep_link(request, response, code)
    return response


async def _page(request: Request) -> Response:
    """Show a page of the sheet: the next one, or an earlier one."""
    visitor, kiosk, sheet = await _at_sheet(request)
    if kiosk is None or sheet is None:
        return _to(KIOSK_PLACE)
    number = page_number(request.query_params.get("page", ""))
    try:
        found = await run_in_threadpool(kiosk.page, sheet[0], number, elder=sheet[1])
    except RecordNotFoundError:  # sent already, as whoever goes back in the browser finds
        return await _over(request)
    if found["closed"]:
        return _thanked(request, visitor, kiosk, FULL, found["closed"])
    return _shown(visitor, kiosk, found)


def _shown(visitor: Visitor, kiosk: Kiosk, found: dict[str, Any]) -> Response:
    idle = kiosk.limits()["idle_seconds"], f"{KIOSK_PLACE}/{_STILL}"
    return rendered(
        visitor, "own_survey", place=OWN_PAGE, page=found, none_of=NOT_APPLICABLE, base=f"{KIOSK_PLACE}/sheet", kiosk=True, alone=True,
        mode="kiosk", idle=idle,
    )  # fmt: skip


async def _save(request: Request) -> Response:
    """Keep the answers of a page; where one is none, show the page again and say so."""
    visitor, kiosk, sheet = await _at_sheet(request)
    if kiosk is None or sheet is None:
        return _to(KIOSK_PLACE)
    fields = await form_of(request, visitor)
    number, left = page_number(fields.get("number", "")) or 1, fields.get("go") == _STILL
    before = await run_in_threadpool(kiosk.page, sheet[0], number, elder=sheet[1])
    answers = answers_in(before["questions"], fields, blanks=not left)
    after = await run_in_threadpool(kiosk.save, sheet[0], answers, None if left else number, elder=sheet[1])
    if after["closed"]:
        return _thanked(request, visitor, kiosk, FULL, after["closed"])
    if left:
        return _to(f"{KIOSK_PLACE}/{_STILL}")
    if any(one["problem"] for one in after["questions"]):
        return _shown(visitor, kiosk, after)
    return _to(f"{KIOSK_PLACE}/sheet")


async def _version(request: Request) -> Response:
    """Change to the short version with large print, or back."""
    visitor, kiosk, sheet = await _at_sheet(request)
    if kiosk is None or sheet is None:
        return _to(KIOSK_PLACE)
    fields = await form_of(request, visitor)
    response = _to(f"{KIOSK_PLACE}/sheet")
    _keep_sheet(request, response, sheet[0], elder=fields.get(_ELDER) == "yes")
    return response


async def _send(request: Request) -> Response:
    """Send the sheet, say thank you, and forget it here."""
    visitor, kiosk, sheet = await _at_sheet(request)
    if kiosk is None or sheet is None:
        return _to(KIOSK_PLACE)
    await form_of(request, visitor)
    counts, thanks = await run_in_threadpool(kiosk.send, sheet[0], elder=sheet[1])
    return _thanked(request, visitor, kiosk, ANSWERED if counts else FULL, thanks)


def _thanked(request: Request, visitor: Visitor, kiosk: Kiosk, state: str, thanks: str | None) -> Response:
    """Thank whoever has filled a sheet in, and forget it."""
    told = {"title": kiosk.title(), "state": state, "call_back": None}
    page = rendered(
        visitor, "own_thanks", place=OWN_PAGE, survey=told, thanks=thanks, kiosk=True, alone=True, mode="kiosk",
        idle=thanks_idle(kiosk.service), sign_in="",
    )  # fmt: skip
    page.delete_cookie(_SHEET, **bounds(request, OWN_PAGE))
    return page


async def _still_there(request: Request) -> Response:
    """Ask whether somebody is still there; without an answer the device begins anew."""
    visitor, kiosk = await _kiosk_of(request)
    if kiosk is None:
        return _to(KIOSK_PLACE)
    seconds, (own, sheet) = kiosk.limits()["warning_seconds"], await _under_way(request)
    back = survey_place(own) if own else f"{KIOSK_PLACE}/sheet" if sheet else KIOSK_PLACE
    return rendered(
        visitor, "kiosk_still", place=OWN_PAGE, alone=True, idle=(seconds, f"{KIOSK_PLACE}/over"), seconds=seconds, back=back
    )  # fmt: skip


async def _under_way(request: Request) -> tuple[str | None, bool]:
    """Return the survey that somebody has opened here by a code, and whether a sheet of nobody's is under way."""
    known = await own_visitor_of(request)
    return known.leads, request.cookies.get(_SHEET) is not None


async def _over(request: Request) -> Response:
    """Forget whoever was here: their sheet, their code, their language."""
    response = _to(KIOSK_PLACE)
    forget_link(request, response)
    for name in (_SHEET, LANGUAGE, THEME):
        response.delete_cookie(name, **bounds(request, OWN_PAGE))
    return response


async def _at_sheet(request: Request) -> tuple[Visitor, Kiosk | None, tuple[str, bool] | None]:
    """Return who stands there, the kiosk, and the sheet that is under way with whether it is the short version."""
    visitor, kiosk = await _kiosk_of(request)
    name, _, version = request.cookies.get(_SHEET, "").partition(".")
    return visitor, kiosk, (name, version == _ELDER) if name else None


def _keep_sheet(request: Request, response: Response, sheet: str, *, elder: bool) -> None:
    response.set_cookie(_SHEET, f"{sheet}.{_ELDER}" if elder else sheet, **bounds(request, OWN_PAGE))


def keep_kiosk(request: Request, response: Response, token: str, days: int) -> None:
    """Make the device that asks a kiosk."""
    response.set_cookie(KIOSK, token, max_age=days * _DAY, **bounds(request, OWN_PAGE))


def _to(place: str) -> Response:
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)


ROUTES: Final = [
    Route("/kiosk", _start),
    Route("/kiosk/begin", _begin, methods=["POST"]),
    Route("/kiosk/code", _by_code, methods=["POST"]),
    Route("/kiosk/sheet", _page),
    Route("/kiosk/sheet", _save, methods=["POST"]),
    Route("/kiosk/sheet/version", _version, methods=["POST"]),
    Route("/kiosk/sheet/send", _send, methods=["POST"]),
    Route("/kiosk/still", _still_there),
    Route("/kiosk/over", _over, methods=["GET", "POST"]),
]
