"""The branch and its staff: what is promised and kept, who has how much to do, who handed over what, and why things were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.models import Identifier, Strict
from zhike.api.team import MOST_DAYS, USUAL_DAYS, team, team_table
from zhike.api.team_tables import TABLES
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.workbench.rendering import heads, rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import asking_to, read_form, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["ROUTES"]

_VIEW: Final = "team.view"
_WINDOWS: Final = (7, 28, 91, 366)
"""Days that are offered."""


class _Asked(Strict):
    """Of which branch, and over how many days."""

    branch: Identifier | None = None
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = USUAL_DAYS


async def _page(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asked = read_form(_Asked, dict(request.query_params))
    found = await run_in_threadpool(team, asking_to(visitor.asking, _VIEW), asked.branch, asked.days)
    chosen = urlencode({"branch": found["branch"], "days": asked.days})
    return rendered(
        visitor, "team", here="team", back=f"/team?{chosen}", team=found, chosen=chosen, rates=_rates(found),
        windows=sorted({*_WINDOWS, asked.days}), branches=sorted({*found["branches"], found["branch"]}),
    )  # fmt: skip


async def _file(request: Request) -> Response:
    """Return a table as a file."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asked, table = read_form(_Asked, dict(request.query_params)), request.path_params["table"]
    if table not in TABLES:
        raise RecordNotFoundError(what=phrase("table"))
    asking = asking_to(visitor.asking, _VIEW)
    response = await run_in_threadpool(team_table, table, asking, asked.branch, asked.days)
    response.headers.update(heads())
    return response


def _rates(found: dict[str, Any]) -> dict[tuple[str, str, str | None], dict[str, Any]]:
    """Return what was attained of all tiers together, by standard, level and member of staff."""
    whole = (one for one in found["attained"] if one["tier"] is None)
    return {(one["standard"], one["level"], one["staff_id"]): one for one in whole}


ROUTES: Final = [Route("/team", _page), Route("/team/{table}.csv", _file)]
