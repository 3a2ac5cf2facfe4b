"""The studio of decisions: what the permanent hold-out and exploring show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.experiments import experiments, experiments_table
from zhike.api.models import MaybeDay, Strict
from zhike.workbench.rendering import heads
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.studio import shown_page
from zhike.workbench.visitors import asking_to, read_form, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking

__all__ = ["ROUTES"]

_VIEW: Final = "study.view"


class _Period(Strict):
    """Which decisions are meant."""

    first: MaybeDay = None
    until: MaybeDay = None


def _period(request: Request) -> _Period:
    """Return what the form asks for."""
    given = request.query_params
    return read_form(_Period, {"first": given.get("from"), "until": given.get("until")})


async def _page(request: Request) -> Response:
    return await shown_page(
        request, "studio_experiments", _VIEW, lambda asking: _content(asking, _period(request))
    )


def _content(asking: Asking, period: _Period) -> dict[str, Any]:
    found = experiments(asking, period.first, period.until)
    return {"found": found, "chosen": urlencode({"from": found["first_day"], "until": found["last_day"]})}


async def _file(request: Request) -> Response:
    """Return the contrasts as a file."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    period, asking = _period(request), asking_to(visitor.asking, _VIEW)
    response = await run_in_threadpool(experiments_table, asking, period.first, period.until)
    response.headers.update(heads())
    return response


ROUTES: Final = [Route("/studio/experiments", _page), Route("/studio/experiments.csv", _file)]
