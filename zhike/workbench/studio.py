"""The studio of decisions: what can be chosen, by which policy and rules, at which prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from zhike.api.csv_tables import csv_answer
from zhike.api.operation import policy_body
from zhike.api.policies import catalogue, conditions, plan, standing
from zhike.decide.policy_change import flattened
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_to, purpose_for, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking

__all__ = ["ROUTES", "Table", "kept_table", "shown_page"]

_SEE: Final = "policy.view"
_CHANGES: Final = ("policy.propose", "policy.approve")
"""Whoever may do one of them sees the proposals."""
Content = dict[str, Any]
Table = tuple[list[str], list[list[Any]]]
"""Names of columns, and rows."""


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
    service, actor = visitor.asking.service, visitor.asking.actor
    changes = any(purpose_for(service, actor, one) for one in _CHANGES)
    back = request.url.path.removeprefix(PLACE)
    return rendered(visitor, name, here="studio", back=back, tab=name, changes=changes, **found)


async def kept_table(request: Request, name: str, verb: str, table: Callable[[Asking], Table]) -> Response:
    """Return a table as a file to keep.

    Parameters
    ----------
    request : Request
    name : str
        Of the file.
    verb : str
        As in `shown_page`.
    table : callable
        From who asks to the names of the columns and the rows.
    """
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    header, rows = await run_in_threadpool(table, asking_to(visitor.asking, verb))
    return csv_answer(name, header, rows)


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


async def _catalogue_file(request: Request) -> Response:
    return await kept_table(request, "catalogue", _SEE, _catalogue_table)


def _catalogue_table(asking: Asking) -> Table:
    """Return a row for every action: an offer over a channel."""
    names = ("template", "title", "kind", "product_id", "product", "worth", "currency", "hours")
    by_channel = ("channel", "cost", "reach", "action_id")
    rows = [
        [*(one[name] for name in names), *(by[name] for name in by_channel)]
        for one in catalogue(asking)["offers"]
        for by in one["channels"]
    ]
    return [*names, *by_channel], rows


async def _rules_file(request: Request) -> Response:
    return await kept_table(request, "rules", _SEE, _rules_table)


def _rules_table(asking: Asking) -> Table:
    names = ("code", "title", "layer", "effect", "applies", "tests", "reference", "status")
    rows = [
        [
            *(one[name] for name in names),
            one["source"]["path"],
            one["source"]["first_day"],
            " ".join(one["reads"]),
        ]
        for one in conditions(asking)["conditions"]
    ]
    return [*names, "document", "first_day", "reads"], rows


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
    return await shown_page(request, "studio_prices", _SEE, _prices_content)


def _prices_content(asking: Asking) -> Content:
    seen = purpose_for(asking.service, asking.actor, "capacity.view") is not None
    return {"found": plan(asking), "see_capacity": seen}


ROUTES: Final = [
    Route("/studio", _overview),
    Route("/studio/catalogue", _catalogue),
    Route("/studio/catalogue.csv", _catalogue_file),
    Route("/studio/policy", _policy),
    Route("/studio/rules", _rules),
    Route("/studio/rules.csv", _rules_file),
    Route("/studio/prices", _prices),
]
