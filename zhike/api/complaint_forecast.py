"""The forecast of the complaint desk over HTTP: whether every legal date will be kept, and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
from fastapi import APIRouter, Query

from zhike.act.complaint_register import state_of_register
from zhike.api.asking import AskingOf
from zhike.api.complaint_forecast_models import ForecastBody
from zhike.api.description import needs
from zhike.api.surveys import permitted_among
from zhike.measure.complaint_capacity import desk_forecast

if TYPE_CHECKING:
    from zhike.api.asking import Asking
    from zhike.core.ports import Transaction

__all__ = ["complaint_forecast", "forecast_for", "router", "seen_ahead"]

router = APIRouter(tags=["complaints"])
_FIGURES: Final = "complaint.figures"
_SEE: Final = "case.view"
_MOST: Final = 10_000
_QUARTER: Final = 900_000_000
"""A quarter of an hour, in microseconds."""
Handlers = Annotated[
    int | None, Query(ge=0, le=_MOST, description="Handlers to be reckoned with, in place of those on the staff.")
]  # fmt: skip


@router.get(
    "/complaints/forecast", response_model=ForecastBody, operation_id="complaint_forecast", openapi_extra=needs(_FIGURES)
)  # fmt: skip
def complaint_forecast(asking: AskingOf, handlers: Handlers = None) -> dict[str, Any]:
    """Say ahead of time whether every legal date will be kept, which cases are at risk, and how many handlers it takes."""
    asking.may(_FIGURES)
    with asking.service.acting.store.read() as tx:
        told = forecast_for(asking, tx, handlers)
        rows = tx.find("complaints", {"complaint_id": [one["complaint_id"] for one in told["cases"]]}, columns=("complaint_id", "customer_id")) if told["cases"] else []  # fmt: skip
        seen = permitted_among(asking, tx, {row["customer_id"] for row in rows}, _SEE)
    shown = {row["complaint_id"] for row in rows if row["customer_id"] in seen}
    return {**told, "cases": [one for one in told["cases"] if one["complaint_id"] in shown]}


def seen_ahead(asking: Asking, tx: Transaction) -> dict[str, Any] | None:
    """Return the forecast for whoever may see figures of complaints, None for the others; of the desk as it was within the last quarter of an hour."""
    service = asking.service
    if not service.permission(asking.actor, _FIGURES, asking.purpose, None).allowed:
        return None
    now = service.acting.clock.now()

    def made() -> dict[str, Any]:
        return desk_forecast(tx, service.rulebook, now, np.random.default_rng(0))

    return service.remembered_results.get(
        ("complaint forecast of the page",), (tx.generation, now // _QUARTER), made
    )


def forecast_for(asking: Asking, tx: Transaction, handlers: int | None = None) -> dict[str, Any]:
    """Return the forecast; computed once for one day and one state of complaints and staff."""
    service = asking.service
    state = (
        *state_of_register(tx),
        service.today(),
        tx.count("absences", {"state": "noted"}),
        tx.count("staff", {"state": "active"}),
    )

    def made() -> dict[str, Any]:
        return desk_forecast(
            tx, service.rulebook, service.acting.clock.now(), np.random.default_rng(0), handlers
        )

    return service.remembered_results.get(("complaint forecast", handlers), state, made)
