"""The query of a request holds only what its route describes: a filter with a misspelt name would be passed over, and everything be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhike.core.phrases import phrase
from zhike.core.service_errors import RequestInvalidError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import Request
    from fastapi.dependencies.models import Dependant
    from starlette.routing import BaseRoute

__all__ = ["refuse_undescribed"]


def refuse_undescribed(request: Request) -> None:
    """Refuse a query with a name that the route does not describe; the name itself is the caller's and is not repeated.

    Raises
    ------
    RequestInvalidError
        With the names that are described.
    """
    if not request.url.query:
        return
    known = _described(request.scope["route"])
    if not known.issuperset(request.query_params):
        raise RequestInvalidError(
            what=phrase("a parameter of the query that is not described"),
            expected=", ".join(sorted(known)) or phrase("a request without a query"),
        )


def _described(route: BaseRoute) -> frozenset[str]:
    # The short way to a decision has a route of its own, which takes no query.
    dependant = getattr(route, "dependant", None)
    return frozenset() if dependant is None else frozenset(_names(dependant))


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _names(inner)
