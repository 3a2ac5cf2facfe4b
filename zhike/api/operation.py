"""Actions and policies that are served from, health and figures."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from zhike.act.publications import active_publication
from zhike.api.asking import AskingOf, tagged
from zhike.api.models import ActionList, Health, PolicyBody
from zhike.core.errors import ZhikeError
from zhike.core.service_errors import NotServingError

__all__ = ["router"]

router = APIRouter(tags=["operation"])


@router.get("/actions", response_model=ActionList, operation_id="actions")
def actions(request: Request, asking: AskingOf) -> Response:
    """Return the actions of the publication that is served from."""
    asking.may("policy.view")
    current = _current(asking)
    columns, titles = current.setting.columns, current.setting.titles
    names = ("action_id", "template", "kind", "product_id", "channel", "purpose", "group")
    found = [
        {**{name: columns[name][place] for name in names},
         "title": titles[template].in_language(asking.language) if template in titles else template}
        for place, template in enumerate(columns["template"])
    ]  # fmt: skip
    return tagged(request, {"publication": current.number, "actions": found})


@router.get("/policies/active", response_model=PolicyBody, operation_id="active_policy")
def policy(request: Request, asking: AskingOf) -> Response:
    """Return the policy that is served from."""
    asking.may("policy.view")
    current = _current(asking)
    stored = current.setting.content()["policy"]
    return tagged(request, {"publication": current.number, "as_of": str(current.setting.at), **stored})


@router.get("/health", response_model=Health, operation_id="health")
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


@router.get("/metrics", operation_id="metrics", response_class=Response)
def metrics(asking: AskingOf) -> Response:
    """Return counts and durations in the text format of Prometheus."""
    asking.may("metrics.view")
    return Response(asking.service.metrics.text(), media_type="text/plain; version=0.0.4")


def _current(asking: AskingOf) -> Any:  # noqa: ANN401 - a Publication
    with asking.service.acting.store.read() as tx:
        row = active_publication(tx)
        if row is None:
            raise NotServingError(what="no active publication")
        return asking.service.desk.published(tx, row["number"])
