"""A survey as a customer fills it in: a page at a time, without scripts, kept as far as they come."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhike.act.surveys import FULL
from zhike.api.links import OWN_PAGE
from zhike.api.own import end
from zhike.api.own_surveys import decline, own_surveys, save, send, show
from zhike.api.survey_filling import MODES_RULE
from zhike.api.survey_models import DeclineRequest, SurveySave
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.measure.surveys import NOT_APPLICABLE
from zhike.workbench.own_visitors import forget_link, keep_link, own_visitor_of
from zhike.workbench.rendering import rendered
from zhike.workbench.visitors import PLACE, form_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from zhike.api.own_asking import Own
    from zhike.api.service import Service
    from zhike.workbench.own_visitors import OwnVisitor

__all__ = ["HANDED_OVER", "KIOSK_PLACE", "ROUTES", "answers_in", "page_number", "survey_place", "thanks_idle"]

_HERE: Final = f"{OWN_PAGE}/"
KIOSK_PLACE: Final = f"{OWN_PAGE}/kiosk"
HANDED_OVER: Final = ("tablet", "kiosk")
"""Modes in which the device is not the customer's own."""
_LATER, _STILL = "later", "still"
_PARTS: Final = {"matrix": "choices", "points": "choices", "pair": "sides", "kano": "sides"}
"""Of kinds of questions with parts: what their parts are."""


async def _page(request: Request) -> Response:
    """Show a page of a survey: the next one, or the one that is asked for."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    try:
        found = await run_in_threadpool(
            show, _name(request), known.own, page_number(request.query_params.get("page", ""))
        )
    except StateConflictError:  # answered, declined or lapsed: said in words for a customer
        return await _over(request, known)
    if found["closed"]:
        return await _over(request, known, found["closed"])
    return _shown(request, known, found)


def _shown(request: Request, known: OwnVisitor, found: dict[str, Any]) -> Response:
    assert known.own is not None  # noqa: S101 - whoever has no link was sent away
    page = rendered(
        known.visitor, "own_survey", place=OWN_PAGE, page=found, none_of=NOT_APPLICABLE, base=survey_place(found["invitation_id"]),
        kiosk=False, **_device(known.own),
    )  # fmt: skip
    keep_link(request, page, known.own.token)
    return page


def _device(own: Own) -> dict[str, Any]:
    """Return over what a survey is filled in here: whether its link opens nothing else, and what the device does when nobody touches it."""
    mode = own.link["mode"]
    limits = own.service.rulebook.at(MODES_RULE, own.service.today()).value
    idle = (limits["idle_seconds"], f"{KIOSK_PLACE}/still") if mode == "kiosk" else None
    return {"alone": own.survey is not None, "mode": mode, "idle": idle}


async def _save(request: Request) -> Response:
    """Keep the answers of a page; where one is none, show the page again and say so."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    fields, name, own = await form_of(request, known.visitor), _name(request), known.own
    number, go = page_number(fields.get("number", "")) or 1, fields.get("go")
    before = await run_in_threadpool(show, name, own, number)
    answers = answers_in(before["questions"], fields, blanks=go not in (_LATER, _STILL))
    after = await run_in_threadpool(save, name, SurveySave(answers=answers, turn=number), own)
    if after["closed"]:
        return await _over(request, known, after["closed"])
    if go == _STILL:
        return RedirectResponse(f"{KIOSK_PLACE}/still", HTTPStatus.SEE_OTHER)
    if go == _LATER:
        return (
            await _over(request, known)
            if own.survey
            else RedirectResponse(f"{_HERE}?done=kept#surveys", HTTPStatus.SEE_OTHER)
        )
    if any(one["problem"] for one in after["questions"]):
        return _shown(request, known, after)
    return RedirectResponse(survey_place(name), HTTPStatus.SEE_OTHER)


async def _version(request: Request) -> Response:
    """Change to the short version with large print, or back."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    fields = await form_of(request, known.visitor)
    await run_in_threadpool(save, _name(request), SurveySave(elder=fields.get("elder") == "yes"), known.own)
    return RedirectResponse(survey_place(_name(request)), HTTPStatus.SEE_OTHER)


async def _send(request: Request) -> Response:
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    await form_of(request, known.visitor)
    await run_in_threadpool(send, _name(request), known.own)
    return RedirectResponse(f"{survey_place(_name(request))}/thanks", HTTPStatus.SEE_OTHER)


async def _decline(request: Request) -> Response:
    """Answer no survey, this one or any."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    fields = await form_of(request, known.visitor)
    await run_in_threadpool(
        decline, _name(request), DeclineRequest(never=fields.get("never") == "yes"), known.own
    )
    return RedirectResponse(f"{survey_place(_name(request))}/thanks", HTTPStatus.SEE_OTHER)


async def _thanks(request: Request) -> Response:
    """Say thank you, and what happens next."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    return await _over(request, known)


async def _over(request: Request, known: OwnVisitor, closed: str | None = None) -> Response:
    """Say what became of a survey, and what happens next; a device that was handed over shows nothing of it from then on.

    Parameters
    ----------
    closed : str, optional
        What is said to somebody who is no longer needed.
    """
    own = known.own
    assert own is not None  # noqa: S101 - as above
    found = (await run_in_threadpool(own_surveys, own))["surveys"]
    one = next((one for one in found if one["invitation_id"] == _name(request)), None)
    if one is None:
        raise RecordNotFoundError(what=phrase("survey"))
    if closed is not None:
        one = {**one, "state": FULL, "thanks": closed}
    device = _device(own)
    page = rendered(
        known.visitor, "own_thanks", place=OWN_PAGE, survey=one, thanks=one["thanks"], kiosk=False, sign_in=f"{PLACE}/sign-in",
        **{**device, "idle": device["idle"] and thanks_idle(own.service)},
    )  # fmt: skip
    if device["mode"] in HANDED_OVER:
        await run_in_threadpool(end, own)
        forget_link(request, page)
    return page


def thanks_idle(service: Service) -> tuple[int, str]:
    """Return after how many seconds a kiosk begins anew once it has thanked, and where."""
    return service.rulebook.at(MODES_RULE, service.today()).value["thanks_seconds"], KIOSK_PLACE


def page_number(text: str) -> int | None:
    """Return the number of a page as an address or a form has it, None where it has none."""
    number = int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 4 else 0  # noqa: PLR2004 - no survey has as many pages
    return number or None


def survey_place(invitation_id: str) -> str:
    """Return the address of a survey on the customer's page."""
    return f"{OWN_PAGE}/surveys/{quote(invitation_id, safe='')}"


def answers_in(
    questions: list[dict[str, Any]], fields: Mapping[str, str], *, blanks: bool = True
) -> dict[str, Any]:
    """Return the answers that the fields of a form hold, by question.

    Parameters
    ----------
    questions : list of dict
        Those of the page, see `zhike.api.survey_models.QuestionBody`.
    fields : mapping of str to str
        ``a.`` and the question; of a question with parts, a dot and the part besides.
    blanks : bool
        Whether a question left empty was passed over: None then, else it is left out.

    Examples
    --------
    >>> asked = [{"key": "q", "kind": "rating"}, {"key": "r", "kind": "multiple", "choices": [{"code": "x"}, {"code": "y"}]}]
    >>> answers_in(asked, {"a.q": "3", "a.r.y": "on"}), answers_in(asked, {}, blanks=False)
    ({'q': '3', 'r': ['y']}, {})
    """
    found = {one["key"]: _answer(one, fields) for one in questions}
    return {key: value for key, value in found.items() if blanks or value is not None}


def _answer(question: Mapping[str, Any], fields: Mapping[str, str]) -> Any:  # noqa: ANN401 - whatever the question asks for
    name, kind = f"a.{question['key']}", question["kind"]
    whole = fields.get(name, "").strip()
    if kind == "multiple" and not whole:
        return [one["code"] for one in question["choices"] if f"{name}.{one['code']}" in fields] or None
    if kind in _PARTS and not whole:
        codes = [one["code"] for one in question[_PARTS[kind]]]
        given = {code: fields[f"{name}.{code}"] for code in codes if fields.get(f"{name}.{code}", "").strip()}
        return given or None
    return whole or None


def _name(request: Request) -> str:
    return str(request.path_params["invitation_id"])


ROUTES: Final = [
    Route("/surveys/{invitation_id}", _page),
    Route("/surveys/{invitation_id}", _save, methods=["POST"]),
    Route("/surveys/{invitation_id}/version", _version, methods=["POST"]),
    Route("/surveys/{invitation_id}/send", _send, methods=["POST"]),
    Route("/surveys/{invitation_id}/decline", _decline, methods=["POST"]),
    Route("/surveys/{invitation_id}/thanks", _thanks),
]
