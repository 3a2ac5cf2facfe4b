"""Administration of imports: what was loaded, what was rejected and why, corrected rows handed in, and what came of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.api import imports
from zhike.api.import_models import CorrectionsRequest
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_to, form_of, purpose_for, read_form, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking

__all__ = ["ROUTES"]

_HOME: Final = "/administration/imports"
_VIEW, _CORRECT = "import.view", "import.correct"


async def _page(request: Request, name: str, content: Callable[[Asking], dict[str, Any]]) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    found = await run_in_threadpool(content, asking_to(visitor.asking, _VIEW))
    back = request.url.path.removeprefix(PLACE)
    return rendered(visitor, name, here="administration", back=back, part="imports", **found)


async def _list(request: Request) -> Response:
    """Show what was loaded."""
    return await _page(request, "administration_imports", lambda asking: {"found": imports.imports(asking)})


async def _rejects(request: Request) -> Response:
    """Show what one import rejected, a page of it."""
    name, after = request.path_params["table"], request.query_params.get("after")

    def content(asking: Asking) -> dict[str, Any]:
        may_correct = purpose_for(asking.service, asking.actor, _CORRECT) is not None
        return {
            "which": name,
            "found": imports.rejects(name, asking, after=after),
            "may_correct": may_correct,
        }

    return await _page(request, "administration_rejects", content)


async def _file(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asking = asking_to(visitor.asking, _VIEW)
    return await run_in_threadpool(imports.rejects_file, request.path_params["table"], asking)


async def _hand_in(request: Request) -> Response:
    """Hand in corrected cells, then show their run."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    name, fields = request.path_params["table"], await form_of(request, visitor)
    body, asking = read_form(CorrectionsRequest, fields), asking_to(visitor.asking, _CORRECT)
    run = await run_in_threadpool(imports.correct_rejects, name, body, asking)
    return RedirectResponse(f"{PLACE}{_HOME}/{quote(name)}/runs/{quote(run['run_id'])}", HTTPStatus.SEE_OTHER)


async def _run(request: Request) -> Response:
    """Show how far a run is, and what came of it."""
    name, run = request.path_params["table"], request.path_params["run"]
    return await _page(
        request, "administration_run", lambda asking: {"run": imports.show_run(name, run, asking)}
    )


ROUTES: Final = [
    Route(_HOME, _list),
    Route(f"{_HOME}/{{table}}", _rejects),
    Route(f"{_HOME}/{{table}}", _hand_in, methods=["POST"]),
    Route(f"{_HOME}/{{table}}/rejects.csv", _file),
    Route(f"{_HOME}/{{table}}/runs/{{run}}", _run),
]
