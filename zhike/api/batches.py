"""Ask for decisions for many customers, and read how far they are."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from zhike.act.batches import batch, submit_batch
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.api.asking import AskingOf
from zhike.api.batch_models import BatchBody, BatchRequest
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.rendering import batch_body

__all__ = ["router"]

router = APIRouter(prefix="/batches", tags=["decisions"])


@router.post(
    "",
    response_model=BatchBody,
    status_code=202,
    operation_id="submit_batch",
    openapi_extra=needs("batch.submit", keyed=True),
)
def submit(body: BatchRequest, asking: AskingOf) -> dict[str, Any]:
    """Ask for decisions for some customers, or for all; they are made beside the calls."""
    asking.may("batch.submit")
    acting, actor = asking.service.acting, asking.actor.actor_id
    keyed = Keyed(actor, asking.key, {"verb": "submit_batch", "body": body.model_dump(mode="json")})
    with acting.store.write() as tx:

        def do() -> dict[str, Any]:
            return batch_body(submit_batch(acting, tx, body.customers, body.direction, actor))

        return once(acting, tx, keyed, None, do)


@router.get("/{job_id}", response_model=BatchBody, operation_id="batch", openapi_extra=needs("batch.view"))
def show(job_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return how far a batch is and what was decided."""
    asking.may("batch.view")
    with asking.service.acting.store.read() as tx:
        return batch_body(batch(tx, job_id))
