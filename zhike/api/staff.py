"""Accounts of staff: who there is, what each role may do, added, changed, unlocked, with a new password, left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.act import accounts as engine
from zhike.act import proposals, sessions
from zhike.act.staff import active_staff, add_staff
from zhike.act.teams import teams
from zhike.api.asking import Asking, AskingOf
from zhike.api.description import needs
from zhike.api.rendering import instant
from zhike.api.staff_models import (
    Account,
    AccountList,
    BranchList,
    GaveRole,
    LeftBehind,
    NewAccount,
    OneTimePassword,
    RoleList,
    RoleRequest,
    StaffChange,
    StaffName,
    StateRequest,
    Unlocked,
    Withdrawn,
)
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.role_table import role_table
from zhike.govern.roles import FOUR_EYES, ROLES
from zhike.govern.second_person import SecondPersonRule, second_person_rules
from zhike.govern.sessions import SESSIONS, SessionRules

if TYPE_CHECKING:
    from zhike.core.rulebook import Version

__all__ = ["known_roles", "router"]

router = APIRouter(tags=["staff"])
_VERB: Final = "staff.manage"
_MOST: Final = 200
_NEEDS: Final = needs(_VERB)
_GIVES: Final = needs("role.administrator", "role.compliance")
"""One of these, of the role that is to be given."""


@router.get("/staff", response_model=AccountList, operation_id="staff", openapi_extra=_NEEDS)
def staff(
    asking: AskingOf,
    branch: Annotated[str | None, Query(max_length=64, description="Of this branch only.")] = None,
    after: Annotated[
        str | None, Query(max_length=64, description="Those that follow this identifier.")
    ] = None,
) -> dict[str, Any]:
    """Return accounts by identifier, with when they last signed in and what of theirs is in force."""
    asking.may(_VERB)
    acting = asking.service.acting
    where = {} if branch is None else {"branch": branch}
    with acting.store.read() as tx:
        names = [row["staff_id"] for row in tx.find("staff", where, order=["staff_id"])]
        here = [name for name in names if after is None or name > after]
        page = here[:_MOST]
        found = engine.accounts(tx, acting.clock.now(), {"staff_id": page}, _MOST) if page else []
    return {
        "staff": [_body(asking, one) for one in found],
        "next": page[-1] if len(here) > len(page) else None,
    }


@router.get("/staff/{staff_id}", response_model=Account, operation_id="staff_account", openapi_extra=_NEEDS)
def account(staff_id: StaffName, asking: AskingOf) -> dict[str, Any]:
    """Return one account."""
    asking.may(_VERB)
    return _one(asking, staff_id)


@router.post("/staff", response_model=Account, operation_id="add_staff", openapi_extra=_NEEDS)
def add(body: NewAccount, asking: AskingOf) -> dict[str, Any]:
    """Add a member of staff or a machine; a role that needs a second person is proposed afterwards."""
    asking.may(_VERB)
    needing = engine.guarded(_second_person(asking), body.roles)
    if needing:
        raise StateConflictError(
            what=phrase("role {needing} given by one person", needing=needing[0]),
            expected=phrase("an account without it, then a proposal to give it"),
        )
    known = known_roles(asking)
    add_staff(
        asking.service.acting, body.staff_id, list(dict.fromkeys(body.roles)), known=known, actor=asking.actor.actor_id,
        branch=body.branch, name=body.name or "",
    )  # fmt: skip
    return _one(asking, body.staff_id)


@router.put("/staff/{staff_id}", response_model=Account, operation_id="change_staff", openapi_extra=_NEEDS)
def change(staff_id: StaffName, body: StaffChange, asking: AskingOf) -> dict[str, Any]:
    """Change name, branch and roles; nobody changes their own."""
    asking.may(_VERB)
    wanted = engine.Change(body.name, body.branch, tuple(body.roles))
    engine.change_account(
        asking.service.acting, staff_id, wanted, known=known_roles(asking), held_back=_second_person(asking),
        actor=asking.actor.actor_id,
    )  # fmt: skip
    asking.service.forget_owner(staff_id)
    return _one(asking, staff_id)


@router.post(
    "/staff/{staff_id}/roles", response_model=GaveRole, operation_id="propose_role", openapi_extra=_GIVES
)
def propose_role(staff_id: StaffName, body: RoleRequest, asking: AskingOf) -> dict[str, Any]:
    """Propose that somebody is given a role that needs a second person, who approves it under `/v1/proposals`."""
    permission, acting = asking.may(f"{engine.ROLE}{body.role}"), asking.service.acting
    engine.check_not_own(staff_id, asking.actor.actor_id)
    rule = _second_person(asking).get(f"{engine.ROLE}{body.role}")
    if rule is None:
        raise UsageError(
            what=phrase("role '{role}'", role=body.role),
            expected=phrase("one that needs a second person; others are given at once"),
        )
    with acting.store.read() as tx:
        if body.role in active_staff(tx, staff_id)["roles"]:
            raise StateConflictError(
                what=phrase("role {role}, which they have", role=body.role),
                expected=phrase("one that they have not"),
            )
    row = proposals.propose(acting, rule, permission, engine.role_wanted(staff_id, body.role), body.reason)
    return {"staff_id": staff_id, "role": body.role, "proposal_id": row["proposal_id"], "state": row["state"]}


@router.post(
    "/staff/{staff_id}/state", response_model=LeftBehind, operation_id="set_staff_state", openapi_extra=_NEEDS
)
def set_state(staff_id: StaffName, body: StateRequest, asking: AskingOf) -> dict[str, Any]:
    """Record that somebody has left or is back; with leaving all sessions and tokens end, and what is left behind is counted."""
    asking.may(_VERB)
    acting, actor = asking.service.acting, asking.actor.actor_id
    told = {"sessions": 0, "tokens": 0, "customers": 0, "tasks": 0}
    if body.state == "left":
        told = engine.left(acting, staff_id, actor)
        asking.service.forget_owner(staff_id)
    else:
        engine.returned(acting, staff_id, _second_person(asking), actor)
    return {"staff_id": staff_id, "state": body.state, **told}


@router.post(
    "/staff/{staff_id}/password",
    response_model=OneTimePassword,
    operation_id="reset_password",
    openapi_extra=_NEEDS,
)
def reset_password(staff_id: StaffName, asking: AskingOf) -> dict[str, Any]:
    """Make a password that is shown this once, ends all sessions, and must be changed when it is first used."""
    asking.may(_VERB)
    service = asking.service
    with service.acting.store.read() as tx:
        engine.check_password_by(active_staff(tx, staff_id), _second_person(asking))
    rules = SessionRules.of(service.rulebook.at(SESSIONS, service.today()))
    made = sessions.one_time_password(service.acting, rules, staff_id, asking.actor.actor_id)
    service.forget_owner(staff_id)
    return {
        "staff_id": staff_id,
        "password": made,
        "ends_at": instant(service.acting.clock.now() + rules.one_time),
    }


@router.post(
    "/staff/{staff_id}/unlock", response_model=Unlocked, operation_id="unlock_staff", openapi_extra=_NEEDS
)
def unlock(staff_id: StaffName, asking: AskingOf) -> dict[str, Any]:
    """Let somebody whose name is locked try again at once."""
    asking.may(_VERB)
    was = sessions.unlock(asking.service.acting, staff_id, asking.actor.actor_id)
    return {"staff_id": staff_id, "was_locked": was}


@router.post(
    "/staff/{staff_id}/withdrawal",
    response_model=Withdrawn,
    operation_id="withdraw_tokens",
    openapi_extra=_NEEDS,
)
def withdraw(staff_id: StaffName, asking: AskingOf) -> dict[str, Any]:
    """End all sessions of somebody and withdraw all their tokens."""
    asking.may(_VERB)
    ended = engine.withdraw_all(asking.service.acting, staff_id, asking.actor.actor_id)
    asking.service.forget_owner(staff_id)
    return {"staff_id": staff_id, **ended}


@router.get("/roles", response_model=RoleList, operation_id="roles", openapi_extra=_NEEDS)
def roles(asking: AskingOf) -> dict[str, Any]:
    """Return what each role may do, to which ends, and what it may not whatever else is granted."""
    asking.may(_VERB)
    rules = asking.service.access.at(asking.service.today())
    assert rules is not None  # noqa: S101 - whoever asks is permitted something
    return role_table(rules.table, rules.second_person, asking.language)


@router.get("/branches", response_model=BranchList, operation_id="branches", openapi_extra=_NEEDS)
def branches(asking: AskingOf) -> dict[str, Any]:
    """Return all branches with their staff and the number of their customers."""
    asking.may(_VERB)
    with asking.service.acting.store.read() as tx:
        return {"branches": teams(tx)}


def known_roles(asking: Asking) -> list[str]:
    """Return the roles that the access rules name."""
    return sorted(_access_rules(asking).head["roles"])


def _access_rules(asking: Asking) -> Version:
    return asking.service.rulebook.at(ROLES, asking.service.today())


def _second_person(asking: Asking) -> dict[str, SecondPersonRule]:
    return second_person_rules(asking.service.rulebook.at(FOUR_EYES, asking.service.today()))


def _one(asking: Asking, staff_id: str) -> dict[str, Any]:
    acting = asking.service.acting
    with acting.store.read() as tx:
        found = engine.accounts(tx, acting.clock.now(), {"staff_id": staff_id}, 1)
    if not found:
        raise RecordNotFoundError(what=phrase("member of staff"))
    return _body(asking, found[0])


def _body(asking: Asking, account: dict[str, Any]) -> dict[str, Any]:
    times = {name: instant(account[name]) for name in ("locked_until", "last_sign_in")}
    return {**account, **times, "own": account["staff_id"] == asking.actor.actor_id}
