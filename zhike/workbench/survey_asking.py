"""Ask a customer for their opinion from the workbench: read out on the phone, on a device that is handed over, by a code at a kiosk; and kiosks."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhike.api.kiosks import kiosks, set_up, stop
from zhike.api.survey_calls import ask_aloud, decline_for, make_survey_link, save_for, send_for
from zhike.api.survey_filling import MODES_RULE
from zhike.api.survey_models import (
    InvitationRequest,
    KioskRequest,
    StaffDecline,
    SurveyLinkRequest,
    SurveySave,
)
from zhike.api.surveys import invite
from zhike.measure.surveys import NOT_APPLICABLE
from zhike.workbench.kiosk_pages import keep_kiosk
from zhike.workbench.own_surveys import KIOSK_PLACE, answers_in, page_number, survey_place
from zhike.workbench.own_visitors import forget_link, keep_link
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import leave, to_sign_in
from zhike.workbench.surveys import RESULTS
from zhike.workbench.visitors import PLACE, asking_to, form_of, purpose_for, read_form, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from zhike.api.asking import Asking
    from zhike.workbench.visitors import Visitor

__all__ = ["ROUTES", "askable"]

_FILL, _INVITE, _MANAGE = "survey.fill", "survey.invite", "kiosk.manage"
_LATER: Final = "later"
_PHONE, _TABLET, _KIOSK = "phone", "tablet", "kiosk"
_INSTRUMENTS: Final = "instruments"


def askable(asking: Asking) -> dict[str, Any] | None:
    """Return what a customer can be asked, by title, and over what; None for whoever asks nobody."""
    if any(purpose_for(asking.service, asking.actor, verb) is None for verb in (_FILL, _INVITE)):
        return None
    return {"titles": _titles(asking), "modes": ("web", _TABLET, _PHONE, _KIOSK)}


def _titles(asking: Asking) -> dict[str, str]:
    """Return what the questionnaires in force are called, by name."""
    known = asking.service.rulebook.in_force(_INSTRUMENTS, "questionnaire", asking.service.today())
    return {
        one.path.removeprefix(f"{_INSTRUMENTS}."): one.title.in_language(asking.language) for one in known
    }


async def _ask(request: Request) -> Response:
    """Ask a customer, and go where they are asked."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields = await form_of(request, visitor)
    body = read_form(InvitationRequest, fields)
    made = await run_in_threadpool(invite, body, asking_to(visitor.asking, _INVITE))
    invitation_id = str(made["invitation_id"])
    if body.mode == _TABLET:
        return await _given(request, visitor, invitation_id)
    if body.mode == _KIOSK:
        return await _coded(visitor, invitation_id)
    return _to(_place(invitation_id)) if body.mode == _PHONE else _to(_customer(body.customer_id))


async def _hand_over(request: Request) -> Response:
    """Give the device away: it shows the survey and nothing else, and whoever has it back signs in."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    await form_of(request, visitor)
    return await _given(request, visitor, _name(request))


async def _given(request: Request, visitor: Visitor, invitation_id: str) -> Response:
    assert visitor.asking is not None  # noqa: S101 - whoever has not signed in was sent away
    asking = asking_to(visitor.asking, _FILL)
    made = await run_in_threadpool(make_survey_link, invitation_id, SurveyLinkRequest(mode="tablet"), asking)
    response = _to(survey_place(invitation_id))
    keep_link(request, response, made["token"])
    await leave(request, response, visitor)
    return response


async def _code(request: Request) -> Response:
    """Make a code for a survey at a kiosk."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    await form_of(request, visitor)
    return await _coded(visitor, _name(request))


async def _coded(visitor: Visitor, invitation_id: str) -> Response:
    assert visitor.asking is not None  # noqa: S101 - as above
    asking = asking_to(visitor.asking, _FILL)
    made = await run_in_threadpool(make_survey_link, invitation_id, SurveyLinkRequest(mode="kiosk"), asking)
    return rendered(visitor, "survey_code", here="customer", back="/today", made=made)


# -- on the phone ------------------------------------------------------------------------------------------------------


async def _call(request: Request) -> Response:
    """Show what is read out, and what the customer has said so far."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    number, asking = page_number(request.query_params.get("page", "")), asking_to(visitor.asking, _FILL)
    told = await run_in_threadpool(ask_aloud, _name(request), asking, number)
    return _read_out(visitor, _name(request), told, told["page"])


def _read_out(visitor: Visitor, invitation_id: str, told: dict[str, Any], page: dict[str, Any]) -> Response:
    return rendered(
        visitor, "survey_call", here="customer", back=f"/asking/{quote(invitation_id, safe='')}", told=told, page=page, script=told["script"],
        none_of=NOT_APPLICABLE, aloud=True, base=_place(invitation_id), customer=_customer(told["customer_id"]),
    )  # fmt: skip


async def _save(request: Request) -> Response:
    """Note the answers of a page; what is none of them is said where it is."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields, invitation_id = await form_of(request, visitor), _name(request)
    number, later = page_number(fields.get("number", "")) or 1, fields.get("go") == _LATER
    asking = asking_to(visitor.asking, _FILL)
    before = await run_in_threadpool(ask_aloud, invitation_id, asking, number)
    body = SurveySave(answers=answers_in(before["page"]["questions"], fields, blanks=not later), turn=number)
    after = await run_in_threadpool(save_for, invitation_id, body, asking)
    if after["closed"] or any(one["problem"] for one in after["questions"]):
        return _read_out(visitor, invitation_id, {**before, "begun": True}, after)
    if later:
        return _to(_customer(before["customer_id"]))
    return _to(_place(invitation_id))


async def _version(request: Request) -> Response:
    """Change to the short version, or back."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields, invitation_id = await form_of(request, visitor), _name(request)
    body = SurveySave(elder=fields.get("elder") == "yes")
    await run_in_threadpool(save_for, invitation_id, body, asking_to(visitor.asking, _FILL))
    return _to(_place(invitation_id))


async def _send(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    await form_of(request, visitor)
    asking, invitation_id = asking_to(visitor.asking, _FILL), _name(request)
    told = await run_in_threadpool(ask_aloud, invitation_id, asking)
    await run_in_threadpool(send_for, invitation_id, asking)
    return _to(_customer(told["customer_id"]))


async def _decline(request: Request) -> Response:
    """Note that the customer does not answer."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields, invitation_id = await form_of(request, visitor), _name(request)
    asking = asking_to(visitor.asking, _FILL)
    told = await run_in_threadpool(ask_aloud, invitation_id, asking)
    body = StaffDecline(never=fields.get("never") == "yes", called=True)
    await run_in_threadpool(decline_for, invitation_id, body, asking)
    return _to(_customer(told["customer_id"]))


# -- kiosks ------------------------------------------------------------------------------------------------------------


async def _kiosks(request: Request) -> Response:
    """Show the kiosks, and what can be set up."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    found = await run_in_threadpool(_kiosks_content, asking_to(visitor.asking, _MANAGE))
    may_results = purpose_for(visitor.asking.service, visitor.asking.actor, RESULTS) is not None
    return rendered(
        visitor, "kiosks", here="surveys", back="/kiosks", may_results=may_results, may_kiosks=True, **found
    )


def _kiosks_content(asking: Asking) -> dict[str, Any]:
    return {"kiosks": kiosks(asking)["kiosks"], "titles": _titles(asking), "branch": asking.actor.branch}


async def _set_up(request: Request) -> Response:
    """Make this device a kiosk: whoever signed in here is signed out."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    body = read_form(KioskRequest, await form_of(request, visitor))
    asking = asking_to(visitor.asking, _MANAGE)
    made = await run_in_threadpool(set_up, body, asking)
    response = _to(KIOSK_PLACE)
    days = int(asking.service.rulebook.at(MODES_RULE, asking.service.today()).value["kiosk_days"])
    keep_kiosk(request, response, made["token"], days)
    forget_link(request, response)
    await leave(request, response, visitor)
    return response


async def _stop(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    await form_of(request, visitor)
    await run_in_threadpool(stop, str(request.path_params["kiosk_id"]), asking_to(visitor.asking, _MANAGE))
    return _to(f"{PLACE}/kiosks")


def _name(request: Request) -> str:
    return str(request.path_params["invitation_id"])


def _place(invitation_id: str) -> str:
    return f"{PLACE}/asking/{quote(invitation_id, safe='')}"


def _customer(customer_id: str) -> str:
    return f"{PLACE}/customers/{quote(customer_id, safe='')}#surveys"


def _to(place: str) -> Response:
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)


ROUTES: Final = [
    Route("/asking", _ask, methods=["POST"]),
    Route("/asking/{invitation_id}", _call),
    Route("/asking/{invitation_id}", _save, methods=["POST"]),
    Route("/asking/{invitation_id}/hand-over", _hand_over, methods=["POST"]),
    Route("/asking/{invitation_id}/code", _code, methods=["POST"]),
    Route("/asking/{invitation_id}/version", _version, methods=["POST"]),
    Route("/asking/{invitation_id}/send", _send, methods=["POST"]),
    Route("/asking/{invitation_id}/decline", _decline, methods=["POST"]),
    Route("/kiosks", _kiosks),
    Route("/kiosks", _set_up, methods=["POST"]),
    Route("/kiosks/{kiosk_id}/stop", _stop, methods=["POST"]),
]
