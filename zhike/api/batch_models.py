"""The shapes of batches: decisions for many customers, made beside the calls."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from zhike.act.batches import MOST_CUSTOMERS
from zhike.api.models import Identifier, Strict

__all__ = ["BatchBody", "BatchRequest", "BatchResult"]


class BatchRequest(Strict):
    """Customers to decide for; all where none is named."""

    customers: Annotated[list[Identifier] | None, Field(min_length=1, max_length=MOST_CUSTOMERS)] = None
    direction: Annotated[
        Literal["outbound", "inbound"],
        Field(description="outbound: what is chosen counts as a contact by the bank, and goes out."),
    ] = "outbound"


class BatchResult(BaseModel):
    """How far a batch is, and what was decided; nobody is named."""

    customers: int
    done: int
    no_action: int = Field(description="Decisions that offer nothing.")
    kinds: dict[str, int] = Field(description="Places of the lists by kind of action; none is doing nothing.")
    arms: dict[str, int] = Field(description="The same by how they were chosen.")
    degraded: dict[str, int] = Field(description="Safe answers by what was missing.")
    skipped: dict[str, int] = Field(description="Customers who could not be decided for, by code of error.")


class BatchBody(BaseModel):
    """A batch."""

    job_id: str
    state: Literal["waiting", "running", "done", "failed"]
    direction: Literal["outbound", "inbound"]
    result: BatchResult
    recorded_at: dt.datetime
