"""One complaint: its record, clocks and chain of evidence, the customer around it, every move that is open, and why others are not."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.act.complaint_desk import CHANNELS as RECEIVED_OVER
from zhike.act.complaint_justice import JUSTICES
from zhike.act.complaint_letters import hash_of_letter, letter_moves
from zhike.act.complaint_words import OUTCOMES
from zhike.api.complaint_figures import recovery_of
from zhike.api.complaint_groups import plan
from zhike.api.complaint_letters import letter
from zhike.api.complaint_models import JusticeRequest
from zhike.api.complaint_surrounding_models import PlanRequest
from zhike.api.complaints import complaint, complaints_of, desk_of, judge, move
from zhike.api.customer_pages import customer_page, timeline
from zhike.api.surveys import surveys_of
from zhike.core.language import LANGUAGES
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError
from zhike.govern.deadlines.case_events import CHANNELS, COMPLEXITIES
from zhike.workbench import formats
from zhike.workbench.complaint_forms import move_in, whole
from zhike.workbench.complaints import COMPLAINT, SEE, case_place, days_to, words_of
from zhike.workbench.customer import cautions_of
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import (
    PLACE,
    Visitor,
    asking_first,
    asking_to,
    form_of,
    purpose_for,
    read_form,
    visitor_of,
)
from zhike.workbench.zones import day_in_zone, in_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.api.asking import Asking
    from zhike.core.language import Language

__all__ = ["ROUTES"]

_HERE: Final = "complaints"
_HANDLING: Final = "complaint_handling"
_LATELY: Final = 8
_FEW: Final = 5
"""Other complaints that are shown at once."""
_LONGER: Final = ("complex", "special")
_MANAGE, _JUDGE = "case.manage", "case.review_quality"
_TOLD: Final = ("told", "outside", "ended")
"""Phases in which the customer was told."""


async def _case(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    name, wanted = request.path_params["complaint"], request.query_params.get("letters", "")
    found = await run_in_threadpool(_content, visitor.asking, name, _language(wanted, visitor))
    return rendered(visitor, "complaint_case", here=_HERE, part="", back=_back(name), **found)


def _back(name: str) -> str:
    return case_place(name).removeprefix(PLACE)


def _language(wanted: str, visitor: Visitor) -> Language:
    return next((one for one in LANGUAGES if one == wanted), visitor.language)


def _content(asking: Asking, name: str, letters_in: Language) -> dict[str, Any]:
    at_desk = asking_first(asking, SEE, COMPLAINT)
    case = complaint(name, at_desk)
    desk = desk_of(asking)
    regime = desk.regime(case["business"], dt.datetime.fromisoformat(case["received_at"]))
    return {
        "case": case, "moves": _next_first(case), "few": _FEW, "days_to": days_to(asking.service.today()), "titles": {**words_of(desk, asking), **_said_titles(desk, at_desk)}, "desk": desk, "at": in_zone(regime.zone, asking.language),
        "on": day_in_zone(regime.zone, asking.language),
        "zone": regime.zone.key, "approvers": {code: text.in_language(asking.language) for code, text in regime.approvers.items()},
        "drafts": _drafts(replace(at_desk, language=letters_in), case, desk), "letters_in": letters_in, "phase": desk.life.states[case["state"]].phase,
        "amount": lambda value: formats.money(value, desk.currency, {}), "currency": desk.currency, "outcomes": OUTCOMES, "complexities": COMPLEXITIES, "channels": CHANNELS, "longer": _LONGER,
        "reached": RECEIVED_OVER, "particulars": tuple(desk.house.particulars), "justices": JUSTICES, "may_plan": _may(at_desk, _MANAGE),
        "may_judge": _may(at_desk, _JUDGE) and desk.life.states[case["state"]].phase in _TOLD, "recovery": _if_seen(lambda: recovery_of(name, at_desk)),
        **_around(asking, at_desk, case),
    }  # fmt: skip


def _next_first(case: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the moves that are open, the one that is usually made next before all others."""
    usual = case["next"] and case["next"]["move"]
    return sorted(case["moves"], key=lambda one: one["move"] != usual)


def _said_titles(desk: ComplaintDesk, asking: Asking) -> dict[str, dict[str, str]]:
    """Return the words for moves and states."""
    moves = {name: one.title.in_language(asking.language) for name, one in desk.life.moves.items()}
    stages = {name: one.title.in_language(asking.language) for name, one in desk.life.states.items()}
    return {"move": moves, "stage": stages}


def _drafts(asking: Asking, case: Mapping[str, Any], desk: ComplaintDesk) -> dict[str, str]:
    """Return the drafts of the letters that go with moves which are open, by move; none where the words are hidden."""
    known = letter_moves(desk, asking.service.today())
    names = [one["move"] for one in case["moves"] if one["move"] in known]
    return (
        _if_seen(lambda: {name: letter(case["complaint_id"], name, asking)["text"] for name in names}) or {}
    )


def _around(asking: Asking, at_desk: Asking, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of the customer around the case, as far as whoever visits may see it."""
    who, seeing = case["customer_id"], asking_to(asking, "customer.view")
    others = complaints_of(who, at_desk)["complaints"]
    known = _if_seen(lambda: customer_page(who, seeing))
    heard = _if_seen(lambda: surveys_of(who, asking_first(asking, "survey.view", COMPLAINT))["surveys"]) or []
    return {
        "others": [one for one in others if one["complaint_id"] != case["complaint_id"]],
        "joinable": [one for one in others if one["open"] and one["complaint_id"] != case["complaint_id"]],
        "cautions": None if known is None else cautions_of(known),
        "lately": _if_seen(lambda: timeline(who, seeing, _LATELY)["happenings"]),
        "handling": [one for one in heard if _HANDLING in one["survey"] and one["answered_at"] and one["answered_at"] >= case["received_at"]],
    }  # fmt: skip


def _if_seen(part: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the part is
    """Return a part of the page, None where the visitor's role does not see it."""
    with suppress(ForbiddenError, RecordNotFoundError):
        return part()
    return None


async def _move(request: Request) -> Response:
    """Make a move, then show the case after it."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    name, fields = request.path_params["complaint"], await form_of(request, visitor)
    asking = asking_first(visitor.asking, SEE, COMPLAINT)
    await run_in_threadpool(lambda: move(name, move_in(fields, _zone(asking, name)), asking))
    return RedirectResponse(case_place(name, "#steps"), HTTPStatus.SEE_OTHER)


async def _plan(request: Request) -> Response:
    """Write the plan of the group that a complaint is part of."""

    def do(asking: Asking, case: Mapping[str, Any], fields: Mapping[str, str]) -> None:
        if case["group"] is None:
            raise RecordNotFoundError(what=phrase("group of complaints"))
        plan(case["group"]["group_id"], read_form(PlanRequest, fields), asking)

    return await _write(request, do, "#group")


async def _judge(request: Request) -> Response:
    """Record how fairly a complaint was handled."""

    def do(asking: Asking, case: Mapping[str, Any], fields: Mapping[str, str]) -> None:
        marks = {name: whole(fields.get(name, "")) for name in JUSTICES}
        judge(case["complaint_id"], read_form(JusticeRequest, {**fields, **marks}), asking)

    return await _write(request, do, "#justice")


async def _write(
    request: Request, do: Callable[[Asking, Mapping[str, Any], Mapping[str, str]], None], part: str
) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    name, fields = request.path_params["complaint"], await form_of(request, visitor)
    asking = asking_first(visitor.asking, SEE, COMPLAINT)
    await run_in_threadpool(lambda: do(asking, complaint(name, asking), fields))
    return RedirectResponse(case_place(name, part), HTTPStatus.SEE_OTHER)


def _may(asking: Asking, verb: str) -> bool:
    return purpose_for(asking.service, asking.actor, verb) is not None


def _zone(asking: Asking, name: str) -> ZoneInfo:
    return ZoneInfo(str(complaint(name, asking)["clocks"]["zone"]))


async def _sent(request: Request) -> Response:
    """Show a letter as it was sent, to be printed."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    name, number = request.path_params["complaint"], request.path_params["number"]
    case = await run_in_threadpool(complaint, name, asking_first(visitor.asking, SEE, COMPLAINT))
    step = next((one for one in case["steps"] if one["number"] == number), None)
    text = step and (step["said"] or {}).get("letter")
    if step is None or not text:
        raise RecordNotFoundError(what=phrase("letter"))
    return _letter(visitor, case, text, step)


async def _draft(request: Request) -> Response:
    """Show the draft of a letter, to be printed before it is handed over."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    name, kind = request.path_params["complaint"], request.path_params["move"]
    asking = asking_first(visitor.asking, SEE, COMPLAINT)
    language = _language(request.query_params.get("letters", ""), visitor)
    case = await run_in_threadpool(complaint, name, asking)
    drafted = await run_in_threadpool(letter, name, kind, replace(asking, language=language))
    return _letter(visitor, case, drafted["text"], None)


def _letter(visitor: Visitor, case: Mapping[str, Any], text: str, step: Mapping[str, Any] | None) -> Response:
    at = in_zone(ZoneInfo(case["clocks"]["zone"]), visitor.language)
    return rendered(
        visitor, "complaint_letter", here=_HERE, part="", back=_back(case["complaint_id"]), case=case, text=text, step=step,
        sha256=hash_of_letter(text), at=at,
    )  # fmt: skip


ROUTES: Final = [
    Route("/complaints/{complaint}", _case),
    Route("/complaints/{complaint}/moves", _move, methods=["POST"]),
    Route("/complaints/{complaint}/plan", _plan, methods=["POST"]),
    Route("/complaints/{complaint}/justice", _judge, methods=["POST"]),
    Route("/complaints/{complaint}/letters/{number:int}", _sent),
    Route("/complaints/{complaint}/drafts/{move}", _draft),
]
