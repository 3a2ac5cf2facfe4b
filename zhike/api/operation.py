"""Actions and policies that are served from, health and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from zhike.act.publications import active_publication
from zhike.api.asking import AskingOf, tagged
from zhike.api.description import OPEN, needs
from zhike.api.models import ActionList, HealthBody, PolicyBody
from zhike.core.errors import ZhikeError
from zhike.core.phrases import phrase
from zhike.core.service_errors import NotServingError

if TYPE_CHECKING:
    from zhike.act.publications import Publication
    from zhike.api.asking import Asking

__all__ = ["current_publication", "open_router", "policy_body", "router"]

router = APIRouter(tags=["operation"])
open_router = APIRouter(tags=["operation"])
"""What is open to everybody."""


@router.get(
    "/actions",
    response_model=ActionList,
    operation_id="actions",
    openapi_extra=needs("policy.view", tagged=True),
)
def actions(request: Request, asking: AskingOf) -> Response:
    """Return the actions of the publication that is served from."""
    asking.may("policy.view")
    current = current_publication(asking)
    columns, titles = current.setting.columns, current.setting.titles
    names = ("action_id", "template", "kind", "product_id", "channel", "purpose", "group")
    found = [
        {**{name: columns[name][place] for name in names},
         "title": titles[template].in_language(asking.language) if template in titles else template}
        for place, template in enumerate(columns["template"])
    ]  # fmt: skip
    return tagged(request, {"publication": current.number, "actions": found}, kept=True)


@router.get(
    "/policies/active",
    response_model=PolicyBody,
    operation_id="active_policy",
    openapi_extra=needs("policy.view", tagged=True),
)
def policy(request: Request, asking: AskingOf) -> Response:
    """Return the policy that is served from."""
    return tagged(request, policy_body(asking), kept=True)


def policy_body(asking: Asking) -> dict[str, Any]:
    """Return the policy that is served from, for whoever may see it."""
    asking.may("policy.view")
    current = current_publication(asking)
    stored = current.setting.content()["policy"]
    return {"publication": current.number, "as_of": str(current.setting.at), **stored}


@open_router.get("/health", response_model=HealthBody, operation_id="health", openapi_extra=OPEN)
def health(request: Request) -> dict[str, Any]:
    """Return whether decisions can be served; open to everybody, and says nothing else."""
    service, row, problems = request.app.state.service, None, []
    try:
        with service.acting.store.read() as tx:
            row = active_publication(tx)
    except ZhikeError as problem:
        problems.append(problem.code)
    if row is None and not problems:
        problems.append("no_publication")
    return {
        "status": "degraded" if problems else "serving", "publication": None if row is None else row["number"],
        "as_of": None if row is None else row["at"], "problems": problems,
    }  # fmt: skip


def health_alone(request: Request) -> Response:
    """Return what `health` returns to whoever asks with HEAD, as load balancers do; the server leaves the body out."""
    return JSONResponse(health(request))


# A plain route: a second method of the described one would be described as an operation of its own.
open_router.add_route("/health", health_alone, methods=["HEAD"], include_in_schema=False)


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=PlainTextResponse,
    openapi_extra=needs("metrics.view"),
)
def metrics(asking: AskingOf) -> Response:
    """Return counts and durations in the text format of Prometheus."""
    asking.may("metrics.view")
    return PlainTextResponse(asking.service.metrics.text(), media_type="text/plain; version=0.0.4")


def current_publication(asking: Asking) -> Publication:
    """Return the publication that is served from.

    Raises
    ------
    NotServingError
        When there is none.
    """
    with asking.service.acting.store.read() as tx:
        row = active_publication(tx)
        if row is None:
            raise NotServingError(what=phrase("no active publication"))
        return asking.service.desk.published(tx, row["number"])
