"""Complaints as customers make them on their own page, and follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

from zhike.act.complaint_desk import ComplaintDesk
from zhike.act.complaints import NewComplaint, check_intake, do_intake
from zhike.act.staff import THE_CUSTOMER
from zhike.api.complaint_bodies import own_body
from zhike.api.complaint_models import OwnComplaint, OwnComplaintRequest, OwnComplaints
from zhike.api.description import needs
from zhike.api.own_asking import OwnOf
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError

if TYPE_CHECKING:
    from zhike.core.ports import Transaction

__all__ = ["complain", "own_complaints", "router"]

router = APIRouter(prefix="/me/complaints", tags=["complaints"])
_SHOWN: Final = 50
_WEB: Final = "web"


@router.get("", response_model=OwnComplaints, operation_id="own_complaints", openapi_extra=needs(own=True))
def own_complaints(own: OwnOf) -> dict[str, Any]:
    """Return the complaints of whoever asks, at most 50, the newest first, with the day by which the bank answers."""
    desk = ComplaintDesk.of(
        own.service.rulebook, own.service.today(), own.service.sorting.now(own.service.bank)
    )
    with own.service.acting.store.read() as tx:
        rows = tx.find("complaints", {"customer_id": own.records(tx)}, order=["-received_at"], limit=_SHOWN)
    return {"complaints": [own_body(row, desk, own.language) for row in rows]}


@router.post(
    "", response_model=OwnComplaint, operation_id="complain", openapi_extra=needs(keyed=True, own=True)
)
def complain(body: OwnComplaintRequest, own: OwnOf) -> dict[str, Any]:
    """Complain: the complaint is taken in at once, and nothing is sold until it is settled."""
    service, desk = (
        own.service,
        ComplaintDesk.of(
            own.service.rulebook, own.service.today(), own.service.sorting.now(own.service.bank)
        ),
    )

    def do(tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
        now, records, most = service.acting.clock.now(), own.records(tx), int(desk.intake["open_most"])
        waiting = tx.count("complaints", {"customer_id": records, "open": True, "actor": THE_CUSTOMER})
        if waiting >= most:
            raise StateConflictError(
                what=phrase("{waiting} complaints that are open", waiting=waiting),
                expected=phrase("fewer than {most}", most=most),
            )
        new = NewComplaint(row["customer_id"], THE_CUSTOMER, _WEB, now, body.words)
        check_intake(tx, new, records, desk, now)
        return own_body(do_intake(service.acting, tx, new, desk), desk, own.language)

    return own.written("complain", body.model_dump(mode="json"), do)
