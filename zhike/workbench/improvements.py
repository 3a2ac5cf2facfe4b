"""The outer loop in the workbench: what recurs, what is done about it, and what that changed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhike.act.improvements import DESIGNS, OUTCOMES, PLANNED
from zhike.api.improvement_models import (
    ClosingRequest,
    EvidenceBody,
    ImprovementRequest,
    MeasureBody,
    MeasureRequest,
    SeriesPoint,
    StartRequest,
)
from zhike.api.improvements import ImprovementState, close, improvements, measure, plan, start
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.measure.indicators import LEVELS, indicators_of
from zhike.workbench.formats import figure
from zhike.workbench.rendering import rendered
from zhike.workbench.run_charts import run_chart
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_to, form_of, one_of, purpose_for, read_form, visitor_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from zhike.api.asking import Asking
    from zhike.workbench.run_charts import RunChart

__all__ = ["ROUTES"]

_VIEW, _MANAGE = "improvement.view", "improvement.manage"
_STATES: Final[tuple[ImprovementState, ...]] = get_args(ImprovementState)
_PREFILLED: Final = ("cause", "loop", "complaint", "indicator", "level", "said")
_TOLD: Final = ("effect", "level_change", "slope_change", "at_end", "trend", "trend_before")
_MOST: Final = 5_000
_PARTS: Final = 3
"""Cells of a line of a series: period, figure, unit."""


async def _board(request: Request) -> Response:
    """Show the improvements in one state."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    state = one_of(_STATES, request.query_params.get("state"))
    found = await run_in_threadpool(_content, asking_to(visitor.asking, _VIEW), state)
    given = {name: request.query_params.get(name, "")[:200] for name in _PREFILLED}
    return rendered(
        visitor, "improvements", here="improvements", back=f"/improvements?state={state}", state=state, states=_STATES, given=given,
        designs=DESIGNS, levels=LEVELS, outcomes=OUTCOMES, planned=PLANNED, parts=_TOLD, **found,
    )  # fmt: skip


def _content(asking: Asking, state: ImprovementState) -> dict[str, Any]:
    found = improvements(asking, state)
    known = {one.name: one.title.in_language(asking.language) for one in indicators_of(asking.service.rulebook, asking.service.today())}  # fmt: skip
    return {
        "improvements": found["improvements"], "causes": found["causes"], "indicators": known,
        "charts": {one["improvement_id"]: _chart(one["effect"]) for one in found["improvements"] if one["effect"]},
        "may_manage": purpose_for(asking.service, asking.actor, _MANAGE) is not None, "figure": figure,
        "today": asking.service.today().isoformat(),
    }  # fmt: skip


def _chart(effect: Mapping[str, Any]) -> RunChart:
    points = effect["points"]
    names = [one["period"][:7] for one in points]
    lines = [
        (name, [one[name] for one in points])
        for name in ("fitted", "without")
        if any(one[name] is not None for one in points)
    ]
    return run_chart(names, [one["value"] for one in points], lines, figure, since=effect["n"]["before"])


async def _plan(request: Request) -> Response:
    """Plan an improvement."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields = await form_of(request, visitor)
    body = _request(fields)
    made = await run_in_threadpool(plan, body, asking_to(visitor.asking, _MANAGE))
    return _back(made["improvement_id"])


def _request(fields: Mapping[str, str]) -> ImprovementRequest:
    """Return what a form plans; its parts are read one by one, so that a mistake names the field."""
    evidence = read_form(
        EvidenceBody, {name: _listed(fields.get(name, "")) for name in ("loops", "drivers", "complaints")}
    )
    part = {**fields, "said": fields.get("said") or fields.get("indicator") or fields.get("title", "")}
    whole = {
        **fields,
        "evidence": evidence.model_dump(),
        "measure": read_form(MeasureBody, part).model_dump(),
    }
    return read_form(ImprovementRequest, whole)


async def _start(request: Request) -> Response:
    """Note that an improvement is running."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields = await form_of(request, visitor)
    sides = {name: _listed(fields.get(name, "")) for name in ("treated", "comparison")}
    body = read_form(StartRequest, {**fields, **sides})
    name = str(request.path_params["improvement_id"])
    await run_in_threadpool(start, name, body, asking_to(visitor.asking, _MANAGE))
    return _back(name)


async def _measure(request: Request) -> Response:
    """Measure what an improvement changed."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields = await form_of(request, visitor)
    text = fields.get("series", "").strip()
    body = MeasureRequest(series=_points(text) if text else None, slope=fields.get("slope") == "yes")
    name = str(request.path_params["improvement_id"])
    await run_in_threadpool(measure, name, body, asking_to(visitor.asking, _MANAGE))
    return _back(name)


async def _close(request: Request) -> Response:
    """Say what becomes of an improvement."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    body = read_form(ClosingRequest, await form_of(request, visitor))
    name = str(request.path_params["improvement_id"])
    await run_in_threadpool(close, name, body, asking_to(visitor.asking, _MANAGE))
    return _back(name, "closed")


def _back(improvement: str, state: str = "open") -> Response:
    return RedirectResponse(
        f"{PLACE}/improvements?state={state}#{quote(improvement, safe='')}", HTTPStatus.SEE_OTHER
    )


def _listed(text: str) -> list[str]:
    """Return what a line of names holds, whatever commas it is written with."""
    for mark in "，、；;\n":
        text = text.replace(mark, ",")
    return [one.strip() for one in text.split(",") if one.strip()]


def _points(text: str) -> list[SeriesPoint]:
    """Return the points of a series that was pasted: period, figure and, where there are several, unit, by tab or comma."""
    lines = [one for one in text.splitlines() if one.strip()]
    if len(lines) > _MOST:
        raise UsageError(
            what=phrase("{count} lines", count=len(lines)), expected=phrase("at most {most:,}", most=_MOST)
        )
    return [_point(line) for line in lines]


def _point(line: str) -> SeriesPoint:
    cells = [one.strip() for one in line.replace("\t", ",").replace("，", ",").split(",")]
    try:
        if not 1 < len(cells) <= _PARTS:
            raise ValueError(line)  # noqa: TRY301 - one answer to whatever is no point
        return SeriesPoint(
            period=cells[0], value=float(cells[1]), unit=cells[2] if len(cells) == _PARTS else None
        )
    except ValueError as problem:
        raise UsageError(
            what=phrase("line '{value}'", value=line[:80]), expected=phrase("lines such as 2026-05, 7.4 or 2026-05, 7.4, north")
        ) from problem  # fmt: skip


ROUTES: Final = [
    Route("/improvements", _board),
    Route("/improvements", _plan, methods=["POST"]),
    Route("/improvements/{improvement_id}/start", _start, methods=["POST"]),
    Route("/improvements/{improvement_id}/measure", _measure, methods=["POST"]),
    Route("/improvements/{improvement_id}/close", _close, methods=["POST"]),
]
