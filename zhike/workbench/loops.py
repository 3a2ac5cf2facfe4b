"""The board of the closed loop: unhappy customers who wait for a call, those who waited too long, and what was found and done."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhike.act.loops import LOOP_OUTCOMES
from zhike.api.survey_models import LoopClosing
from zhike.api.surveys import LoopState, close, loops, loops_table
from zhike.workbench.instrument_titles import trigger_title
from zhike.workbench.rendering import heads, rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_to, form_of, one_of, purpose_for, read_form, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from zhike.api.asking import Asking

__all__ = ["ROUTES"]

_VIEW, _CLOSE = "loop.view", "loop.close"
_STATES: Final[tuple[LoopState, ...]] = get_args(LoopState)


async def _board(request: Request) -> Response:
    """Show the call-backs in one state."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    state = one_of(_STATES, request.query_params.get("state"))
    found = await run_in_threadpool(_content, asking_to(visitor.asking, _VIEW), state)
    return rendered(
        visitor, "loops", here="loops", back=f"/loops?state={state}", state=state, states=_STATES, outcomes=LOOP_OUTCOMES, **found
    )  # fmt: skip


def _content(asking: Asking, state: LoopState) -> dict[str, Any]:
    found = loops(asking, state)
    return {
        "loops": [{**one, "why": trigger_title(asking, one["trigger"])} for one in found["loops"]], "causes": found["causes"], "words_of": {one["cause"]: one["title"] for one in found["causes"]},
        "may_improve": purpose_for(asking.service, asking.actor, "improvement.manage") is not None,
        "may_close": purpose_for(asking.service, asking.actor, _CLOSE) is not None,
    }  # fmt: skip


async def _file(request: Request) -> Response:
    """Return the board as a file."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    state = one_of(_STATES, request.query_params.get("state"))
    answer = await run_in_threadpool(loops_table, asking_to(visitor.asking, _VIEW), state)
    answer.headers.update(heads())
    return answer


async def _close(request: Request) -> Response:
    """Record what came of a call-back."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    body = read_form(LoopClosing, await form_of(request, visitor))
    loop_id = str(request.path_params["loop_id"])
    await run_in_threadpool(close, loop_id, body, asking_to(visitor.asking, _CLOSE))
    return RedirectResponse(f"{PLACE}/loops?state=closed#{quote(loop_id, safe='')}", HTTPStatus.SEE_OTHER)


ROUTES: Final = [
    Route("/loops", _board),
    Route("/loops.csv", _file),
    Route("/loops/{loop_id}/close", _close, methods=["POST"]),
]
