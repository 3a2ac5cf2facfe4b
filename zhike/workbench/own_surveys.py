"""A survey as a customer fills it in: a page at a time, without scripts, kept as far as they come."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhike.api.links import OWN_PAGE
from zhike.api.own_surveys import own_surveys, save, send, show
from zhike.api.survey_models import SurveySave
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.measure.surveys import NOT_APPLICABLE
from zhike.workbench.own_visitors import keep_link, own_visitor_of
from zhike.workbench.rendering import rendered
from zhike.workbench.visitors import form_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from zhike.workbench.own_visitors import OwnVisitor

__all__ = ["ROUTES", "answers_in"]

_HERE: Final = f"{OWN_PAGE}/"
_LATER: Final = "later"
_PARTS: Final = {"matrix": "choices", "points": "choices", "pair": "sides", "kano": "sides"}
"""Of kinds of questions with parts: what their parts are."""


async def _page(request: Request) -> Response:
    """Show a page of a survey: the next one, or the one that is asked for."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    wanted = request.query_params.get("page", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and 0 < len(wanted) <= 4 else None  # noqa: PLR2004 - no survey has as many pages
    found = await run_in_threadpool(show, _name(request), known.own, number or None)
    return _shown(request, known, found)


def _shown(request: Request, known: OwnVisitor, found: dict[str, Any]) -> Response:
    assert known.own is not None  # noqa: S101 - whoever has no link was sent away
    page = rendered(known.visitor, "own_survey", place=OWN_PAGE, page=found, none_of=NOT_APPLICABLE)
    keep_link(request, page, known.own.token)
    return page


async def _save(request: Request) -> Response:
    """Keep the answers of a page; where one is none, show the page again and say so."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    fields, name, own = await form_of(request, known.visitor), _name(request), known.own
    number = _number(fields)
    before = await run_in_threadpool(show, name, own, number)
    later = fields.get("go") == _LATER
    body = SurveySave(answers=answers_in(before["questions"], fields, blanks=not later), turn=number)
    after = await run_in_threadpool(save, name, body, own)
    if later:
        return RedirectResponse(f"{_HERE}?done=kept#surveys", HTTPStatus.SEE_OTHER)
    if any(one["problem"] for one in after["questions"]):
        return _shown(request, known, after)
    return RedirectResponse(_place(name), HTTPStatus.SEE_OTHER)


async def _version(request: Request) -> Response:
    """Change to the short version with large print, or back."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    fields = await form_of(request, known.visitor)
    await run_in_threadpool(save, _name(request), SurveySave(elder=fields.get("elder") == "yes"), known.own)
    return RedirectResponse(_place(_name(request)), HTTPStatus.SEE_OTHER)


async def _send(request: Request) -> Response:
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    await form_of(request, known.visitor)
    await run_in_threadpool(send, _name(request), known.own)
    return RedirectResponse(f"{_place(_name(request))}/thanks", HTTPStatus.SEE_OTHER)


async def _thanks(request: Request) -> Response:
    """Say thank you, and what happens next."""
    known = await own_visitor_of(request)
    if known.own is None:
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    found = (await run_in_threadpool(own_surveys, known.own))["surveys"]
    one = next((one for one in found if one["invitation_id"] == _name(request) and one["answered_at"]), None)
    if one is None:
        raise RecordNotFoundError(what=phrase("survey"))
    return rendered(known.visitor, "own_thanks", place=OWN_PAGE, survey=one)


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


def _number(fields: Mapping[str, str]) -> int:
    text = fields.get("number", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= 4 else 1  # noqa: PLR2004 - as above


def _name(request: Request) -> str:
    return str(request.path_params["invitation_id"])


def _place(invitation_id: str) -> str:
    return f"{OWN_PAGE}/surveys/{quote(invitation_id, safe='')}"


ROUTES: Final = [
    Route("/surveys/{invitation_id}", _page),
    Route("/surveys/{invitation_id}", _save, methods=["POST"]),
    Route("/surveys/{invitation_id}/version", _version, methods=["POST"]),
    Route("/surveys/{invitation_id}/send", _send, methods=["POST"]),
    Route("/surveys/{invitation_id}/thanks", _thanks),
]
