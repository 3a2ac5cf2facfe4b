"""The HTTP application: its routes, what surrounds them, how errors look."""

from __future__ import annotations

import inspect
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from zhike import __version__
from zhike.api import (
    absences,
    batches,
    capacity,
    complaint_calls,
    complaint_figures,
    complaint_forecast,
    complaint_groups,
    complaint_letters,
    complaint_messages,
    complaint_standards,
    complaints,
    conversations,
    customer_pages,
    customers,
    day,
    day_lines,
    deadlines,
    decisions,
    experiments,
    imports,
    improvements,
    instruments,
    kiosks,
    links,
    model_registry,
    notes,
    operation,
    oversight,
    own,
    own_complaints,
    own_requests,
    own_surveys,
    policies,
    privacy,
    proposals,
    rules,
    sessions,
    staff,
    studies,
    survey_calls,
    survey_results,
    survey_rounds,
    survey_words,
    surveys,
    tasks,
    team,
    trail,
    webhooks,
)
from zhike.api.ahead import DecisionsAhead
from zhike.api.counting import Counted
from zhike.api.description import ERRORS, SIGN_IN_ERRORS, described_by
from zhike.api.faults import VERSION, told_in
from zhike.api.limits import BodyLimit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from starlette.routing import BaseRoute

    from zhike.api.service import Service

__all__ = ["PARTS", "create_app"]


PARTS: Final = (
    sessions,
    decisions,
    customer_pages,
    customers,
    day,
    day_lines,
    tasks,
    team,
    notes,
    privacy,
    proposals,
    links,
    own_requests,
    surveys,
    complaint_calls,
    complaint_forecast,
    complaint_letters,
    complaint_standards,
    survey_calls,
    kiosks,
    complaints,
    complaint_figures,
    complaint_groups,
    complaint_messages,
    deadlines,
    improvements,
    instruments,
    survey_results,
    survey_rounds,
    survey_words,
    conversations,
    batches,
    studies,
    experiments,
    policies,
    capacity,
    model_registry,
    trail,
    rules,
    oversight,
    webhooks,
    staff,
    absences,
    imports,
    operation,
)
"""Modules with a router each, for callers who are known."""
OWN: Final = (own.router, own_requests.own_router, own_surveys.router, own_complaints.router)
"""Routers for customers who ask for themselves."""
_GIVEN: Final = tuple(inspect.signature(APIRoute).parameters)
"""What a route is made of."""


def create_app(service: Service) -> FastAPI:
    """Return the application over a service."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    app = FastAPI(
        title="Zhike", version=__version__, lifespan=lifespan, redoc_url=None, docs_url=None, redirect_slashes=False,
        openapi_url=f"{VERSION}/openapi.json", description="Decisions that are served, remembered, provable and forgettable.",
    )  # fmt: skip
    app.state.service = service
    app.router.routes += _routes()
    described_by(app)
    told_in(app)
    app.add_middleware(DecisionsAhead)
    app.add_middleware(BodyLimit)
    app.add_middleware(Counted, metrics=service.metrics)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """Return the routes of every application; their handlers find the service of whichever they are called in."""
    known, whole = (*(part.router for part in PARTS), *OWN), APIRouter()
    whole.include_router(operation.open_router, prefix=VERSION)
    return [
        *(route for router in known for route in _of(router, ERRORS)),
        *_of(sessions.open_router, SIGN_IN_ERRORS),
        *whole.routes,
    ]


def _of(router: APIRouter, responses: Mapping[int | str, dict[str, Any]]) -> Iterator[BaseRoute]:
    """Yield a router's routes as the application's own, with answers that all of them may give.

    A router that is included as a whole is asked for every path, and the one that has it twice.
    """
    for route in router.routes:
        given = {name: getattr(route, name) for name in _GIVEN}
        answers = {**responses, **given["responses"]}
        yield APIRoute(**given | {"path": f"{VERSION}{given['path']}", "responses": answers})
