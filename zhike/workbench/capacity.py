"""Administration of channels and capacity: what the bank can do at most, what the plan uses of it, and where to ask what more would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.capacity import capacity, capacity_table
from zhike.api.capacity_tables import TABLES, cap_words
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.workbench.rendering import heads, rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_to, purpose_for, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking

__all__ = ["ROUTES"]

_HOME: Final = "/administration/channels"
_VIEW, _STUDIES, _RULES = "capacity.view", "study.view", "policy.view"


async def _page(request: Request) -> Response:
    """Show channels, what is scarce and what limits it."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    found = await run_in_threadpool(_content, asking_to(visitor.asking, _VIEW))
    language = visitor.language
    return rendered(
        visitor, "administration_channels", here="administration", back=_HOME, part="channels", cap=lambda one: cap_words(one, language), **found
    )  # fmt: skip


def _content(asking: Asking) -> dict[str, Any]:
    found = capacity(asking)
    names = {one["constraint"]: one["title"] for one in found["constraints"]}
    told = [{**one, "amounts": _told(one)} for one in found["constraints"]]
    may = {verb: purpose_for(asking.service, asking.actor, verb) is not None for verb in (_STUDIES, _RULES)}
    return {
        "found": found, "names": names, "constraints": told, "try_at": _try_at if may[_STUDIES] else None, "see_prices": may[_RULES],
    }  # fmt: skip


def _told(constraint: dict[str, Any]) -> list[tuple[str, str, object]]:
    """Return the amounts of a constraint: the whole key, what of it is not the constraint's own name, and the value."""
    own = f"constraints.{constraint['constraint']}."
    return [(key, key.removeprefix(own), value) for key, value in constraint["amounts"].items()]


def _try_at(key: str) -> str:
    """Return where a change of one value of the policy is tried."""
    return f"{PLACE}/studio/whatif?key={quote(key, safe='')}"


async def _file(request: Request) -> Response:
    """Return a table as a file."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    table = request.path_params["table"]
    if table not in TABLES:
        raise RecordNotFoundError(what=phrase("table"))
    response = await run_in_threadpool(capacity_table, table, asking_to(visitor.asking, _VIEW))
    response.headers.update(heads())
    return response


ROUTES: Final = [Route(_HOME, _page), Route(f"{_HOME}/{{table}}.csv", _file)]
