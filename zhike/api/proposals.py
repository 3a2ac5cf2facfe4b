"""What one person proposes and another one approves: seen, approved, refused, withdrawn, carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query

from zhike.act.accounts import check_not_own, give_role, staff_of
from zhike.act.erasure import VERBS, anonymise_customer, erase_customer, finish_erasure
from zhike.act.merges import UNMERGE, VERB, merge_customers, unmerge_customers
from zhike.act.policy_changes import VERB as POLICY
from zhike.act.policy_changes import adopt_policy
from zhike.act.proposals import proposal_row, state_of, wanted_of, withdraw
from zhike.act.proposals import review as reviewed
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.privacy_models import (
    ExecutionAnswer,
    ExecutionRequest,
    ProposalBody,
    ProposalList,
    ReasonRequest,
)
from zhike.api.rendering import instant
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError, StateConflictError
from zhike.govern.erasure import LEDGER, ErasureRules
from zhike.govern.roles import ROLES, permitted_scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.api.asking import Asking
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Permission

__all__ = ["proposal_body", "router"]

router = APIRouter(prefix="/proposals", tags=["proposals"])
_MOST: Final = 500
_WHAT: Final = phrase("proposal")
"""What is not there for whoever may not see it."""
_OF_ROLES: Final = ("role.administrator", "role.compliance")
_MAKING: Final = ("privacy.erase", "privacy.anonymise", "customer.merge", POLICY, *_OF_ROLES)
_APPROVING: Final = ("erasure.approve", "merge.approve", "policy.approve", "role.approve")
"""One of these, the one that a proposal is about, for the customer whom it is about if it is about one."""
_ABOUT_NOBODY: Final = (POLICY, "policy.approve", *_OF_ROLES, "role.approve")
"""Of these, those that are about no customer."""
_RECORDED: Final = ("proposed", "approved", "refused", "withdrawn", "carried_out")
States = Literal["proposed", "approved", "refused", "withdrawn", "carried_out", "expired", "all"]


@router.get(
    "", response_model=ProposalList, operation_id="proposals", openapi_extra=needs(*_MAKING, *_APPROVING)
)
def proposals(
    asking: AskingOf,
    state: Annotated[States, Query(description="Where they stand.")] = "proposed",
    verb: Annotated[
        Literal["privacy.erase", "privacy.anonymise", "customer.merge", "policy.propose"] | None,
        Query(description="What is to be done; anything unless given."),
    ] = None,
) -> dict[str, Any]:
    """Return the proposals that whoever asks may make or approve, the newest first."""
    _check_reach(asking)
    now = asking.service.acting.clock.now()
    recorded = {"expired": ["proposed", "approved"], "all": list(_RECORDED)}.get(state, [state])
    where = {"state": recorded, **({} if verb is None else {"verb": verb})}
    with asking.service.acting.store.read() as tx:
        rows = tx.find("proposals", where, limit=_MOST, order=["-recorded_at"])
        seen = [row for row in rows if state in ("all", state_of(row, now)) and _sees(asking, tx, row)]
    return {"proposals": [proposal_body(row, now) for row in seen]}


@router.get(
    "/{proposal_id}",
    response_model=ProposalBody,
    operation_id="proposal",
    openapi_extra=needs(*_MAKING, *_APPROVING),
)
def proposal(proposal_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a proposal."""
    with asking.service.acting.store.read() as tx:
        row = proposal_row(tx, proposal_id)
        if not _sees(asking, tx, row):
            raise RecordNotFoundError(what=_WHAT)
    return proposal_body(row, asking.service.acting.clock.now())


@router.post(
    "/{proposal_id}/approval",
    response_model=ProposalBody,
    operation_id="approve_proposal",
    openapi_extra=needs(*_APPROVING),
)
def approval(proposal_id: Identifier, body: ReasonRequest, asking: AskingOf) -> dict[str, Any]:
    """Approve what somebody else proposed."""
    return _review(proposal_id, body, asking, approve=True)


@router.post(
    "/{proposal_id}/refusal",
    response_model=ProposalBody,
    operation_id="refuse_proposal",
    openapi_extra=needs(*_APPROVING),
)
def refusal(proposal_id: Identifier, body: ReasonRequest, asking: AskingOf) -> dict[str, Any]:
    """Refuse what somebody else proposed."""
    return _review(proposal_id, body, asking, approve=False)


@router.post(
    "/{proposal_id}/withdrawal",
    response_model=ProposalBody,
    operation_id="withdraw_proposal",
    openapi_extra=needs(*_MAKING),
)
def withdrawal(proposal_id: Identifier, body: ReasonRequest, asking: AskingOf) -> dict[str, Any]:
    """Take back one's own proposal."""
    acting = asking.service.acting
    with acting.store.read() as tx:
        row = proposal_row(tx, proposal_id)
        _may(asking, tx, row, row["verb"])
    return proposal_body(
        withdraw(acting, proposal_id, asking.actor.actor_id, body.reason), acting.clock.now()
    )


@router.post(
    "/{proposal_id}/execution",
    response_model=ExecutionAnswer,
    operation_id="execute_proposal",
    openapi_extra=needs(*_MAKING),
)
def execution(proposal_id: Identifier, body: ExecutionRequest, asking: AskingOf) -> dict[str, Any]:
    """Carry out what was approved, once."""
    acting = asking.service.acting
    with acting.store.read() as tx:
        row = proposal_row(tx, proposal_id)
        wanted, permission = wanted_of(row), _may(asking, tx, row, row["verb"])
        if "into" in wanted.what:
            asking.may_about(wanted.verb, tx, wanted.what["into"], _WHAT)
    done = _carried_out(asking, proposal_id, permission, body)
    with acting.store.read() as tx:
        row = proposal_row(tx, proposal_id)
    return {"proposal": proposal_body(row, acting.clock.now()), **done}


def _carried_out(
    asking: Asking, proposal_id: str, permission: Permission, body: ExecutionRequest
) -> dict[str, Any]:
    service = asking.service
    with service.acting.store.read() as tx:
        wanted = wanted_of(proposal_row(tx, proposal_id))
    if wanted.verb == POLICY:
        adopt_policy(service.acting, proposal_id, permission)
        return {"state": "done", "certificate": None, "merge_id": None}
    if wanted.verb == VERB:
        carry_out = unmerge_customers if wanted.what["act"] == UNMERGE else merge_customers
        merge = carry_out(service.acting, proposal_id, permission)
        return {"state": "done", "certificate": None, "merge_id": merge["merge_id"]}
    if staff_of(wanted.subject) is not None:
        return _gave_role(asking, proposal_id, permission)
    if wanted.verb not in VERBS.values():
        raise StateConflictError(
            what=phrase("a proposal to {verb}", verb=wanted.verb),
            expected=phrase("one that is carried out here"),
        )
    rules = ErasureRules.of(service.rulebook, service.today(), LEDGER)
    forget = erase_customer if wanted.verb == VERBS["erase"] else anonymise_customer
    row = forget(service.acting, proposal_id, permission, rules)
    if not body.finish or service.private_key is None:
        return {"state": row["state"], "certificate": None, "merge_id": None}
    certificate = finish_erasure(service.acting, row["erasure_id"], service.private_key)
    return {"state": "done", "certificate": certificate, "merge_id": None}


def _review(proposal_id: str, body: ReasonRequest, asking: Asking, *, approve: bool) -> dict[str, Any]:
    acting = asking.service.acting
    with acting.store.read() as tx:
        row = proposal_row(tx, proposal_id)
        permission = _may(asking, tx, row, row["content"]["rule"]["approved_by"])
        if (staff_id := staff_of(row["subject"])) is not None:
            check_not_own(staff_id, asking.actor.actor_id)
    row = reviewed(acting, proposal_id, permission, approve=approve, reason=body.reason)
    return proposal_body(row, acting.clock.now())


def _may(asking: Asking, tx: Transaction, row: Mapping[str, Any], verb: str) -> Permission:
    """Return the permission for a step of a proposal, about the customer whom it is about if it is about one; refuse otherwise."""
    if row["verb"] == POLICY:
        return asking.may(verb)
    if staff_of(row["subject"]) is not None:
        found = asking.service.permission(asking.actor, verb, asking.purpose)
        if found.allowed:  # whoever may not take this step knows of no such proposal
            return found
    return asking.may_about(verb, tx, row["subject"], _WHAT)


def _gave_role(asking: Asking, proposal_id: str, permission: Permission) -> dict[str, Any]:
    service = asking.service
    known = service.rulebook.at(ROLES, service.today()).head["roles"]
    row = give_role(service.acting, proposal_id, permission, sorted(known))
    service.forget_owner(row["staff_id"])
    return {"state": "done", "certificate": None, "merge_id": None}


def _check_reach(asking: Asking) -> None:
    """Refuse whoever may neither make nor approve a proposal, for no customer and of no policy."""
    service, verbs = asking.service, (*_MAKING, *_APPROVING)
    reaches = (
        permitted_scope(service.access, asking.actor, verb, asking.purpose, service.today()) for verb in verbs
    )
    about_nobody = (service.permission(asking.actor, verb, asking.purpose).allowed for verb in _ABOUT_NOBODY)
    if not any(reaches) and not any(about_nobody):
        raise ForbiddenError(verb=verbs[0])


def _sees(asking: Asking, tx: Transaction, row: Mapping[str, Any]) -> bool:
    actor, service = asking.actor, asking.service
    if staff_of(row["subject"]) is not None:
        verbs = (row["verb"], row["content"]["rule"]["approved_by"])
        return any(service.permission(actor, verb, asking.purpose).allowed for verb in verbs)
    customer = tx.one("customers", customer_id=row["subject"])
    about_one = (row["subject"], None if customer is None else customer["branch"])
    who = None if row["verb"] == POLICY else about_one
    verbs = (row["verb"], row["content"]["rule"]["approved_by"])
    return any(service.permission(actor, verb, asking.purpose, who).allowed for verb in verbs)


def proposal_body(row: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Return a proposal as an answer."""
    names, about_policy = (
        ("proposal_id", "verb", "proposed_by", "decided_by", "reason"),
        row["verb"] == POLICY,
    )
    steps = [{**one, "at": instant(one["at"])} for one in row["content"]["steps"]]
    staff_id = staff_of(row["subject"])
    return {
        **{name: row[name] for name in names}, "customer_id": None if about_policy or staff_id else row["subject"],
        "policy": row["subject"] if about_policy else None, "staff_id": staff_id, "what": row["content"]["what"], "steps": steps,
        "sha256": row["content"]["sha256"], "state": state_of(row, now), "recorded_at": instant(row["recorded_at"]),
        "expires_at": instant(row["expires_at"]),
    }  # fmt: skip
