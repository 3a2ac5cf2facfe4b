"""The studio of decisions: what can be chosen, by which policy and rules, at which prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.operation import policy_body
from zhike.api.policies import catalogue, conditions, plan, standing
from zhike.decide.policy_change import flattened
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_to, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking

__all__ = ["ROUTES", "shown_page"]

_SEE: Final = "policy.view"
Content = dict[str, Any]


async def shown_page(
    request: Request, name: str, verb: str, content: Callable[[Asking], Content]
) -> Response:
    """Return a page of the studio.

    Parameters
    ----------
    request : Request
    name : str
        Of its template.
    verb : str
        Whatever the visitor does here is done to the end to which they may do this.
    content : callable
        From who asks to what the template names.
    """
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    found = await run_in_threadpool(content, asking_to(visitor.asking, verb))
    back = request.url.path.removeprefix(PLACE)
    return rendered(visitor, name, here="studio", back=back, tab=name, **found)


async def _overview(request: Request) -> Response:
    return await shown_page(request, "studio", _SEE, _overview_content)


def _overview_content(asking: Asking) -> Content:
    return {
        "policy": policy_body(asking), "standing": standing(asking), "offers": len(catalogue(asking)["offers"]),
        "conditions": len(conditions(asking)["conditions"]), "plan": plan(asking),
    }  # fmt: skip


async def _catalogue(request: Request) -> Response:
    sought = request.query_params.get("q", "")
    return await shown_page(
        request,
        "studio_catalogue",
        _SEE,
        lambda asking: {"found": catalogue(asking, sought), "sought": sought},
    )


async def _rules(request: Request) -> Response:
    sought = request.query_params.get("q", "")
    return await shown_page(
        request, "studio_rules", _SEE, lambda asking: {"found": conditions(asking, sought), "sought": sought}
    )


async def _policy(request: Request) -> Response:
    return await shown_page(request, "studio_policy", _SEE, _policy_content)


def _policy_content(asking: Asking) -> Content:
    """Return the policy value by value, with which of its values are documents of the rulebook."""
    found, known = policy_body(asking), asking.service.rulebook.entries
    rows = [
        (key, one, isinstance(one, str) and one in known) for key, one in flattened(found["content"]).items()
    ]
    return {"policy": found, "rows": rows, "standing": standing(asking), "documented": found["path"] in known}


async def _prices(request: Request) -> Response:
    return await shown_page(request, "studio_prices", _SEE, lambda asking: {"found": plan(asking)})


ROUTES: Final = [
    Route("/studio", _overview),
    Route("/studio/catalogue", _catalogue),
    Route("/studio/policy", _policy),
    Route("/studio/rules", _rules),
    Route("/studio/prices", _prices),
]
