"""The clocks of the law over HTTP: regimes, and by when a complaint would have to be dealt with; of no customer anything."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from zhike.act.acting import moment
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.models import MaybeInstant, Name, Strict
from zhike.core.errors import RuleNotFoundError, UsageError
from zhike.core.phrases import keyed
from zhike.govern.deadlines import Calendars, as_of, case_events, clocks, regime_of, regimes
from zhike.govern.deadlines.telling import told_clocks, told_regime

__all__ = ["deadline", "deadlines", "router"]

router = APIRouter(prefix="/deadlines", tags=["complaints"])
_VIEW = "deadline.view"


class DeadlineRequest(Strict):
    """A case whose clocks are asked for, as ``zhike deadline`` takes it."""

    regime: Name
    received: Annotated[MaybeInstant, Field(description="When it was received; now unless given.")] = None
    complexity: Literal["simple", "complex", "special"] = "simple"
    events: Annotated[
        list[dict[str, Any]], Field(max_length=200, description="What happened to it, as zhike deadline reads a file of events.")
    ] = Field(default_factory=list)  # fmt: skip
    matter: Name | None = None
    at: Annotated[MaybeInstant, Field(description="As of an instant; now unless given.")] = None


class RegimeList(BaseModel):
    """The regimes and their clocks."""

    regimes: list[dict[str, Any]]


class DeadlineBody(BaseModel):
    """The clocks of a case, each with its dates and how they were found."""

    regime: str
    version: str
    title: str
    status: str
    reference: str
    sha256: str
    calendar: str
    zone: str
    received: dt.datetime
    complexity: str
    at: dt.datetime
    clocks: list[dict[str, Any]]


@router.get("", response_model=RegimeList, operation_id="deadline_regimes", openapi_extra=needs(_VIEW))
def deadlines(asking: AskingOf) -> dict[str, Any]:
    """Return every regime with its clocks, drafts and ended ones among them."""
    asking.may(_VIEW)
    return {"regimes": [told_regime(one, asking.language) for one in regimes(asking.service.rulebook)]}


@router.post("", response_model=DeadlineBody, operation_id="deadline", openapi_extra=needs(_VIEW))
def deadline(body: DeadlineRequest, asking: AskingOf) -> dict[str, Any]:
    """Compute the clocks of a case, as ``zhike deadline`` prints them; nothing is kept."""
    asking.may(_VIEW)
    book, now = asking.service.rulebook, moment(asking.service.acting.clock.now())
    received = body.received or now
    try:
        regime = regime_of(book, body.regime, received)
    except RuleNotFoundError as problem:
        raise UsageError(what=keyed("regime", body.regime), expected=problem.data["known"]) from problem
    events = case_events([dict(one) for one in body.events], regime.zone)
    at = body.at or as_of(now, received, events)
    found = clocks(regime, received, body.complexity, events, Calendars.of(book), at, matter=body.matter)
    told = told_clocks(regime, found, asking.language)
    return {**told, "received": received, "complexity": body.complexity, "at": at}
