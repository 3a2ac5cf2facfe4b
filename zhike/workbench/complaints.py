"""The complaint desk: what waits, by safe date and urgency, what comes in over a counter, a telephone or a letter, and the standards."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.act.acting import moment
from zhike.act.complaint_desk import CHANNELS
from zhike.api.complaint_calls import calling
from zhike.api.complaint_forecast import seen_ahead
from zhike.api.complaint_models import ComplaintRequest
from zhike.api.complaint_queue import SOON, queue_counts
from zhike.api.complaint_standards import standards
from zhike.api.complaints import CaseState, complaints, desk_of, take_in
from zhike.api.surveys import reach_checked
from zhike.core.language import Text
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_first, form_of, one_of, read_form, visitor_of
from zhike.workbench.zones import day_in_zone, in_zone, zoned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.api.asking import Asking

__all__ = ["COMPLAINT", "OPEN", "ROUTES", "SEE", "case_place", "days_to", "words_of"]

COMPLAINT: Final = "complaint"
"""The end to which complaints are handled."""
SEE, OPEN, _DEADLINES = "case.view", "case.open", "deadline.view"
_HERE: Final = "complaints"
_STATES: Final[tuple[CaseState, ...]] = get_args(CaseState)
_HANDLERS: Final = ("all", "me", "none")
_SPEAKER, _REGULATOR = "speaker.", "regulator."
_URGENT: Final = {"every": 0, "raised": 2, "highest": 3}
"""Least priority of the complaints that are shown."""
_PAGE: Final = 50
_PARTICULARS: Final = ("who", "when", "where", "why")
_MOST_DIGITS: Final = 5


async def _desk(request: Request) -> Response:
    """Show the queue."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    wanted = request.query_params
    state = one_of(_STATES, wanted.get("state"))
    chosen = {
        "state": state, "handler": one_of(_HANDLERS, wanted.get("handler")), "stage": wanted.get("stage", ""),
        "urgency": one_of(tuple(_URGENT), wanted.get("urgency")),
    }  # fmt: skip
    start = _start(wanted.get("from", ""))
    asking = asking_first(visitor.asking, SEE, COMPLAINT)
    found = await run_in_threadpool(_queue, asking, chosen, state)
    return rendered(
        visitor, "complaints", here=_HERE, part="desk", back=f"/complaints?{urlencode(chosen)}", chosen=chosen, states=_STATES,
        handlers=_HANDLERS, urgencies=tuple(_URGENT), start=start, shown=found["rows"][start : start + _PAGE], page=_PAGE, link=urlencode(chosen), soon=SOON,
        **found,
    )  # fmt: skip


def _queue(asking: Asking, chosen: Mapping[str, str], state: CaseState) -> dict[str, Any]:
    desk = desk_of(asking)
    handler = None if chosen["handler"] == _HANDLERS[0] else chosen["handler"]
    stage = chosen["stage"] if chosen["stage"] in desk.life.states else None
    found = complaints(asking, state, handler, stage)["complaints"]
    rows = [one for one in found if (one["priority"] or 0) >= _URGENT[chosen["urgency"]]]
    with asking.service.acting.store.read() as tx:
        counts, ahead, calls = (
            queue_counts(asking, tx, desk),
            seen_ahead(asking, tx),
            calling(asking, tx, desk),
        )
    language, today = asking.language, asking.service.today()
    return {
        "rows": rows, "counts": counts, "ahead": ahead, "calls": calls, "at": in_zone(zone_of(desk, asking), language), "days_to": days_to(today), "on": day_in_zone(zone_of(desk, asking), asking.language), "stages": {name: one.title.in_language(language) for name, one in desk.life.states.items()},
        "phases": {name: one.phase for name, one in desk.life.states.items()}, "titles": words_of(desk, asking),
    }  # fmt: skip


def words_of(desk: ComplaintDesk, asking: Asking) -> dict[str, dict[str, str]]:
    """Return the words for codes that cases carry, by their kind."""
    house = desk.house
    kinds = {
        "documents": {code: house.document(code) for code in house.documents},
        "urgency": house.signals.levels,
        "vulnerability": house.signals.drivers,
        "signal": {one.signal.id: one.signal.title for one in house.signals.rules},
        "speaker": {kind: Text.of(one) for kind, one in house.speakers.items()},
        "origin": desk.origins,
        "business": desk.businesses,
        "issue": desk.issues,
        "cause": desk.causes,
        "redress": desk.measures,
    }
    return {
        kind: {code: text.in_language(asking.language) for code, text in words.items()}
        for kind, words in kinds.items()
    }


async def _blank(request: Request) -> Response:
    """Show the form for a complaint that comes in."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asking = asking_first(visitor.asking, OPEN, COMPLAINT)
    await run_in_threadpool(reach_checked, asking, OPEN)
    desk = desk_of(asking)
    return rendered(
        visitor, "complaint_new", here=_HERE, part="new_complaint", back="/complaints/new", channels=CHANNELS, particulars=_PARTICULARS,
        titles=words_of(desk, asking), customer=request.query_params.get("customer", ""),
    )  # fmt: skip


async def _take_in(request: Request) -> Response:
    """Take in a complaint, then show the case."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields = await form_of(request, visitor)
    asking = asking_first(visitor.asking, OPEN, COMPLAINT)
    row = await run_in_threadpool(lambda: take_in(_taken_in(fields, asking), asking))
    return RedirectResponse(case_place(row["complaint_id"]), HTTPStatus.SEE_OTHER)


def _taken_in(fields: Mapping[str, str], asking: Asking) -> ComplaintRequest:
    desk = desk_of(asking)
    said = {name: fields[name].strip() for name in _PARTICULARS if fields.get(name, "").strip()}
    zone = zone_of(desk, asking)
    given = {
        **{name: fields.get(name, "").strip() for name in ("customer_id", "channel", "words", "intake_key", "business", "issue")},
        "received_at": zoned(fields.get("received_at", ""), zone), "named": _listed(fields.get("named", "")),
        "speaker": _part(fields, _SPEAKER) if fields.get("speaker.name", "").strip() else None,
        "regulator": _part(fields, _REGULATOR) if fields.get("channel") == "regulator" else None, "particulars": said or None,
    }  # fmt: skip
    return read_form(ComplaintRequest, given)


async def _standards(request: Request) -> Response:
    """Show what is promised beside the law."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    found = await run_in_threadpool(standards, asking_first(visitor.asking, _DEADLINES, COMPLAINT))
    return rendered(
        visitor, "complaint_standards", here=_HERE, part="standards", back="/complaints/standards", standards=found, earlier=_earlier(found),
        at=in_zone(ZoneInfo(found["journeys"][0]["zone"] if found["journeys"] else "UTC"), visitor.language),
    )  # fmt: skip


def _earlier(found: Mapping[str, Any]) -> dict[tuple[str, str, str], int | None]:
    """Return by how many days each promise comes before the law's date; None where either cannot be computed, or the law's counts."""
    days: dict[tuple[str, str, str], int | None] = {}
    for journey in found["journeys"]:
        law = {one["complexity"]: one["legal_due"] for one in journey["law"]["days"]}
        for tier in journey["tiers"]:
            for one in tier["days"]:
                due, legal = one["due_at"], law[one["complexity"]]
                own = due is not None and legal is not None and one["bound_by"] == "house"
                days[journey["journey"], tier["tier"], one["complexity"]] = (
                    (legal - due.astimezone(ZoneInfo(journey["zone"])).date()).days if own else None
                )
    return days


def zone_of(desk: ComplaintDesk, asking: Asking) -> ZoneInfo:
    """Return the zone in which the desk reckons its days."""
    return desk.regime(None, moment(asking.service.acting.clock.now())).zone


def days_to(today: dt.date) -> Callable[[str], int]:
    """Return how many days it is from a day to one in ISO form; negative where that is over."""
    return lambda due: (dt.date.fromisoformat(due) - today).days


def case_place(complaint_id: str, part: str = "") -> str:
    """Return the address of a case."""
    return f"{PLACE}/complaints/{quote(complaint_id, safe='')}{part}"


def _part(fields: Mapping[str, str], part: str) -> dict[str, str]:
    """Return what a form says in a part of it."""
    named = {
        name.removeprefix(part): value.strip() for name, value in fields.items() if name.startswith(part)
    }
    return {name: value for name, value in named.items() if value}


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.replace("，", ",").replace("、", ",").split(",") if one.strip()]


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


ROUTES: Final = [
    Route("/complaints", _desk),
    Route("/complaints/new", _blank),
    Route("/complaints/new", _take_in, methods=["POST"]),
    Route("/complaints/standards", _standards),
]
