"""A customer's own data: handed to them, corrected, erased, made anonymous, merged; and views in an emergency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query

from zhike.act.acting import microseconds, moment
from zhike.act.corrections import CORRECTABLE, Correcting, correct, correction_log, retract_correction
from zhike.act.emergency import close_glass, open_glass, opening_row, review_glass, state_of
from zhike.act.erasure import check_erasure, wanted_erasure
from zhike.act.merges import check_merge, check_unmerge, wanted_merge, wanted_unmerge
from zhike.act.personal_data import HandingOut, export_customer, give_access
from zhike.act.proposals import propose
from zhike.act.retained import erasures_of, read_retained
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.models import Identifier, MaybeDay, MaybeInstant
from zhike.api.privacy_models import (
    CertificateList,
    CorrectionBody,
    CorrectionList,
    CorrectionRequest,
    ErasureRequest,
    GlassReviewRequest,
    MergeRequest,
    OpeningBody,
    PersonalData,
    ProposalBody,
    ReasonRequest,
    RetainedList,
)
from zhike.api.proposals import proposal_body
from zhike.api.rendering import instant
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError
from zhike.govern.break_glass import BREAK_GLASS, BreakGlassRules
from zhike.know.corrections import Correction, corrected

if TYPE_CHECKING:
    from zhike.act.proposals import Wanted
    from zhike.api.asking import Asking
    from zhike.govern.erasure import Kind
    from zhike.govern.roles import Permission

__all__ = ["router"]

router = APIRouter(tags=["privacy"])


@router.get(
    "/customers/{customer_id}/data",
    response_model=PersonalData,
    operation_id="personal_data",
    openapi_extra=needs("privacy.access", "privacy.export"),
)
def data(
    customer_id: Identifier,
    asking: AskingOf,
    portable: Annotated[bool, Query(description="For the customer to take elsewhere.")] = False,  # noqa: FBT002 - a query parameter
) -> dict[str, Any]:
    """Return everything that is recorded and derived of a customer, for them; that it was handed out is recorded."""
    service = asking.service
    with service.acting.store.read() as tx:
        _, row = asking.may_with("privacy.export" if portable else "privacy.access", tx, customer_id)
    handing = HandingOut.of(service.rulebook, service.today(), asking.language)
    hand_out = export_customer if portable else give_access
    return hand_out(service.acting, row["customer_id"], asking.actor.actor_id, handing)


@router.post(
    "/customers/{customer_id}/erasure",
    response_model=ProposalBody,
    operation_id="propose_erasure",
    openapi_extra=needs("privacy.erase"),
)
def erasure(customer_id: Identifier, body: ErasureRequest, asking: AskingOf) -> dict[str, Any]:
    """Propose to erase a customer; another person approves it, then it is carried out."""
    return _erasure(customer_id, body, asking, "erase")


@router.post(
    "/customers/{customer_id}/anonymisation",
    response_model=ProposalBody,
    operation_id="propose_anonymisation",
    openapi_extra=needs("privacy.anonymise"),
)
def anonymisation(customer_id: Identifier, body: ErasureRequest, asking: AskingOf) -> dict[str, Any]:
    """Propose to make a customer's data anonymous; another person approves it, then it is carried out."""
    return _erasure(customer_id, body, asking, "anonymise")


def _erasure(customer_id: str, body: ErasureRequest, asking: Asking, kind: Kind) -> dict[str, Any]:
    with asking.service.acting.store.read() as tx:
        wanted = wanted_erasure(customer_id, kind, body.relationship_end)
        permission, _ = asking.may_with(wanted.verb, tx, customer_id)
        check_erasure(tx, customer_id)
    return _proposed(asking, permission, wanted, body.reason)


@router.post(
    "/customers/{customer_id}/merge",
    response_model=ProposalBody,
    operation_id="propose_merge",
    openapi_extra=needs("customer.merge"),
)
def merge(customer_id: Identifier, body: MergeRequest, asking: AskingOf) -> dict[str, Any]:
    """Propose to merge this record into another one of the same person."""
    wanted = wanted_merge(customer_id, body.into)
    with asking.service.acting.store.read() as tx:
        permission, _ = asking.may_with(wanted.verb, tx, customer_id)
        asking.may_with(wanted.verb, tx, body.into)
        check_merge(tx, customer_id, body.into)
    return _proposed(asking, permission, wanted, body.reason)


@router.post(
    "/customers/{customer_id}/unmerge",
    response_model=ProposalBody,
    operation_id="propose_unmerge",
    openapi_extra=needs("customer.merge"),
)
def unmerge(customer_id: Identifier, body: ReasonRequest, asking: AskingOf) -> dict[str, Any]:
    """Propose to undo the merge by which this record went."""
    wanted = wanted_unmerge(customer_id)
    with asking.service.acting.store.read() as tx:
        permission = asking.may_about(wanted.verb, tx, customer_id)
        check_unmerge(tx, customer_id)
    return _proposed(asking, permission, wanted, body.reason)


def _proposed(asking: Asking, permission: Permission, wanted: Wanted, reason: str) -> dict[str, Any]:
    service = asking.service
    rules = service.access.at(service.today())
    if rules is None:  # nothing is granted that day; the permission says so as well
        raise ForbiddenError(verb=wanted.verb)
    row = propose(service.acting, rules.second_person[wanted.verb], permission, wanted, reason)
    return proposal_body(row, service.acting.clock.now())


@router.get(
    "/customers/{customer_id}/corrections",
    response_model=CorrectionList,
    operation_id="corrections",
    openapi_extra=needs("customer.view"),
)
def corrections(
    customer_id: Identifier,
    asking: AskingOf,
    day: Annotated[MaybeDay, Query(description="Day of which to say what held; today unless given.")] = None,
    known_at: Annotated[
        MaybeInstant, Query(description="Instant at which it was known; now unless given.")
    ] = None,
) -> dict[str, Any]:
    """Return the corrections of a customer, and what they said on a day as known at an instant."""
    service = asking.service
    at = service.acting.clock.now() if known_at is None else microseconds(known_at)
    on = day or moment(at).date()
    with service.acting.store.read() as tx:
        asking.may_with("customer.view", tx, customer_id)
        log = correction_log(tx, customer_id)
    return {
        "corrections": [_entry_body(one) for one in log], "day": str(on), "known_at": instant(at), "known": corrected(log, str(on), at)
    }  # fmt: skip


@router.post(
    "/customers/{customer_id}/corrections",
    response_model=CorrectionBody,
    operation_id="correct",
    openapi_extra=needs("customer.correct"),
)
def add_correction(customer_id: Identifier, body: CorrectionRequest, asking: AskingOf) -> dict[str, Any]:
    """Correct a fact; decisions read it from this moment."""
    service = asking.service
    with service.acting.store.read() as tx:
        asking.may_with("customer.correct", tx, customer_id)
    asked = Correcting(customer_id, body.attribute, body.value, body.valid_from, asking.actor.actor_id)
    correctable = service.rulebook.at(CORRECTABLE, service.today()).value
    return _entry_body(Correction.of(correct(service.acting, asked, correctable)))


@router.post(
    "/customers/{customer_id}/corrections/{correction_id}/retraction",
    response_model=CorrectionBody,
    operation_id="retract_correction",
    openapi_extra=needs("customer.correct"),
)
def retract(customer_id: Identifier, correction_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Take a correction back, or a retraction, by a further one."""
    acting = asking.service.acting
    with acting.store.read() as tx:
        asking.may_with("customer.correct", tx, customer_id)
    return _entry_body(
        Correction.of(retract_correction(acting, customer_id, correction_id, asking.actor.actor_id))
    )


def _entry_body(one: Correction) -> dict[str, Any]:
    names = ("correction_id", "attribute", "valid_from", "value", "retracts")
    return {**{name: getattr(one, name) for name in names}, "recorded_at": instant(one.recorded_at)}


@router.get(
    "/customers/{customer_id}/retained",
    response_model=RetainedList,
    operation_id="retained",
    openapi_extra=needs("retained.view"),
)
def retained(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return what duties keep of an erased customer; the look is recorded."""
    acting = asking.service.acting
    with acting.store.read() as tx:
        asking.may_about("retained.view", tx, customer_id)
    return {"retained": read_retained(acting, customer_id, asking.actor.actor_id)}


@router.get(
    "/customers/{customer_id}/certificates",
    response_model=CertificateList,
    operation_id="certificates",
    openapi_extra=needs("retained.view"),
)
def certificates(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return the certificates of an erased customer."""
    with asking.service.acting.store.read() as tx:
        asking.may_about("retained.view", tx, customer_id)
        rows = erasures_of(tx, customer_id)
    return {"certificates": [row["content"] for row in rows]}


@router.post(
    "/customers/{customer_id}/break-glass",
    response_model=OpeningBody,
    operation_id="break_glass",
    openapi_extra=needs("break_glass.use"),
)
def break_glass(customer_id: Identifier, body: ReasonRequest, asking: AskingOf) -> dict[str, Any]:
    """See a customer who is not one's own, in an emergency, for some hours; others are told at once."""
    service = asking.service
    with service.acting.store.read() as tx:
        permission, row = asking.may_with("break_glass.use", tx, customer_id)
    opened = open_glass(
        service.acting,
        _glass_rules(asking),
        asking.actor,
        permission,
        customer=row["customer_id"],
        reason=body.reason,
    )
    return _opening_body(opened, service.acting.clock.now())


@router.post(
    "/break-glass/{opening_id}/closing",
    response_model=OpeningBody,
    operation_id="close_glass",
    openapi_extra=needs("break_glass.use"),
)
def closing(opening_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """End one's own view before its time."""
    acting = asking.service.acting
    with acting.store.read() as tx:
        asking.may_about("break_glass.use", tx, opening_row(tx, opening_id)["customer_id"], phrase("opening"))
    closed = close_glass(acting, _glass_rules(asking), opening_id, asking.actor.actor_id)
    return _opening_body(closed, acting.clock.now())


@router.post(
    "/break-glass/{opening_id}/review",
    response_model=OpeningBody,
    operation_id="review_glass",
    openapi_extra=needs("break_glass.review"),
)
def review(opening_id: Identifier, body: GlassReviewRequest, asking: AskingOf) -> dict[str, Any]:
    """Say whether somebody else's view was justified; one that still lasts ends with it."""
    acting = asking.service.acting
    with acting.store.read() as tx:
        permission = asking.may_about(
            "break_glass.review", tx, opening_row(tx, opening_id)["customer_id"], "opening"
        )
    reviewed = review_glass(
        acting, _glass_rules(asking), opening_id, permission, justified=body.justified, reason=body.reason
    )
    return _opening_body(reviewed, acting.clock.now())


def _glass_rules(asking: Asking) -> BreakGlassRules:
    service = asking.service
    return BreakGlassRules.of(service.rulebook.at(BREAK_GLASS, service.today()))


def _opening_body(row: dict[str, Any], now: int) -> dict[str, Any]:
    names = ("opening_id", "customer_id", "staff_id", "justified")
    dated = {name: instant(row[name]) for name in ("until", "review_by")}
    return {**{name: row[name] for name in names}, **dated, "state": state_of(row, now)}
