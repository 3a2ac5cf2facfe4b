"""Who may act: members of staff and machines, and the tokens that they show. A token is seen once, when it is made."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final

from zhike.act.absences import covered_on
from zhike.act.acting import customer_row
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.ledger import CUSTOMER
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError, UnauthenticatedError
from zhike.govern.audit_events import AuditEvent
from zhike.govern.roles import Actor
from zhike.govern.scopes import check_scopes
from zhike.govern.sessions import in_force

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = [
    "THE_CUSTOMER",
    "active_staff",
    "add_staff",
    "check_roles",
    "issue_token",
    "known_actor",
    "new_token",
    "owner_of",
    "revoke_token",
    "token_hash",
    "token_row",
]

THE_CUSTOMER: Final = "customer"
"""Who is said to have done what a customer did: which one stands beside it, sealed, and goes with them."""
_TOKEN_BYTES: Final = 32
_NAME_LENGTH: Final = 64


def add_staff(
    acting: Acting,
    staff_id: str,
    roles: Sequence[str],
    *,
    known: Sequence[str],
    actor: str,
    branch: str | None = None,
    name: str = "",
) -> None:
    """Add a member of staff or a machine.

    Parameters
    ----------
    roles : sequence of str
    known : sequence of str
        Roles that the access rules name.
    name : str
        That is shown; the identifier unless given.

    Raises
    ------
    UsageError
        When the identifier or a role is none.
    StateConflictError
        When there is somebody of that name.
    """
    if not (
        staff_id.isascii()
        and staff_id.replace("-", "").replace("_", "").isalnum()
        and len(staff_id) <= _NAME_LENGTH
    ):
        raise UsageError(
            what=phrase("staff '{staff_id}'", staff_id=staff_id),
            expected=phrase("letters, digits, - and _, 64 at most"),
        )
    if staff_id == THE_CUSTOMER:
        raise UsageError(
            what=phrase("staff '{staff_id}'", staff_id=staff_id),
            expected=phrase("a name that does not stand for customers"),
        )
    check_roles(roles, known)
    now = acting.clock.now()
    with acting.store.write() as tx:
        if tx.one("staff", staff_id=staff_id) is not None:
            raise StateConflictError(
                what=phrase("staff '{staff_id}'", staff_id=staff_id), expected=phrase("a new identifier")
            )
        tx.insert("staff", [{"staff_id": staff_id, "name": name or staff_id, "branch": branch, "roles": list(roles), "state": "active",
                             "password": None, "recorded_at": now}])  # fmt: skip
        content = {"staff": staff_id, "roles": list(roles), "branch": branch}
        record(tx, [Happened("staff", AuditEvent.STAFF_ADDED, actor, None, content)], now, acting.chance)


def check_roles(roles: Sequence[str], known: Sequence[str]) -> None:
    """Refuse roles that the access rules do not name, and none at all.

    Raises
    ------
    UsageError
        When there is such a role, or no role.
    """
    unknown = sorted(set(roles) - set(known))
    if unknown or not roles:
        raise UsageError(
            what=phrase("roles {unknown}", unknown=unknown or list(roles)), expected=", ".join(known)
        )


def issue_token(
    acting: Acting,
    staff_id: str,
    *,
    actor: str,
    lasts: int | None = None,
    scopes: Sequence[str] = (),
    known: Sequence[str] = (),
) -> str:
    """Make a token and return it; it is kept nowhere.

    Parameters
    ----------
    lasts : int or None
        Microseconds; None until it is revoked.
    scopes : sequence of str
        Verbs, or families of them, that the token is limited to; none: all that its owner may.
    known : sequence of str
        Verbs that the access rules name.

    Raises
    ------
    UsageError
        When a scope is neither a verb nor a family.
    RecordNotFoundError
        When there is no such member of staff.
    """
    limits, now, token = check_scopes(scopes, known), acting.clock.now(), new_token(acting)
    expires_at = None if lasts is None else now + lasts
    with acting.store.write() as tx:
        active_staff(tx, staff_id)
        tx.insert("tokens", [{"token_hash": token_hash(token), "staff_id": staff_id, "kind": "machine", "scopes": limits,
                              "expires_at": expires_at, "recorded_at": now}])  # fmt: skip
        content = {"staff": staff_id, "kind": "machine", "scopes": limits, "until": expires_at}
        record(tx, [Happened("staff", AuditEvent.KEY_ISSUED, actor, None, content)], now, acting.chance)
    return token


def new_token(acting: Acting) -> str:
    """Return what nobody can guess; it begins with no dash, as a command line would take it for an option."""
    token = base64.urlsafe_b64encode(acting.chance(_TOKEN_BYTES)).decode().rstrip("=")
    return f"_{token[1:]}" if token.startswith("-") else token


def revoke_token(acting: Acting, token_digest: str, actor: str) -> None:
    """Withdraw a token.

    Raises
    ------
    RecordNotFoundError
        When there is none, or it is withdrawn already.
    """
    now = acting.clock.now()
    with acting.store.write() as tx:
        if not tx.change("tokens", {"token_hash": token_digest, "revoked_at": None}, {"revoked_at": now}):
            raise RecordNotFoundError(what=phrase("token"))
        happened = Happened("staff", AuditEvent.KEY_REVOKED, actor, None, {"token": token_digest})
        record(tx, [happened], now, acting.chance)


def token_hash(token: str) -> str:
    """Return under what a token is known."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_row(tx: Transaction, token: str, now: int) -> dict[str, Any]:
    """Return the ledger's row of a token.

    Raises
    ------
    UnauthenticatedError
        When the token is none, has ended or was withdrawn.
    """
    row = tx.one("tokens", token_hash=token_hash(token))
    if row is None or not in_force(row, now):
        raise UnauthenticatedError(what=phrase("a token that is not in force"))
    return row


def owner_of(tx: Transaction, row: Mapping[str, Any], on: dt.date | None = None) -> Actor:
    """Return who shows the token of a row, as far as the token lets them.

    Raises
    ------
    UnauthenticatedError
        When its owner has left.
    """
    try:
        return known_actor(tx, row["staff_id"], tuple(row["scopes"]) or None, on=on)
    except RecordNotFoundError as problem:
        raise UnauthenticatedError(what=phrase("a token of somebody who has left")) from problem


def known_actor(
    tx: Transaction, staff_id: str, scopes: tuple[str, ...] | None = None, *, on: dt.date | None = None
) -> Actor:
    """Return a member of staff or a machine as an actor, limited to the scopes of a token where they show one.

    Parameters
    ----------
    tx : Transaction
    staff_id : str
    scopes : tuple of str, optional
    on : date, optional
        Today where the bank is: then the customers of those for whom they stand in are theirs as well.

    Raises
    ------
    RecordNotFoundError
        When there is none of that identifier, or they have left.
    """
    staff = active_staff(tx, staff_id)
    whose = (staff_id, *(covered_on(tx, staff_id, on) if on is not None else ()))
    book = frozenset[str]().union(*(_book(tx, name) for name in whose))
    return Actor(staff_id, tuple(staff["roles"]), staff["branch"], book, scopes)


def active_staff(tx: Transaction, staff_id: str) -> dict[str, Any]:
    """Return the ledger's row of a member of staff or a machine.

    Raises
    ------
    RecordNotFoundError
        When there is none of that identifier, or they have left.
    """
    staff = tx.one("staff", staff_id=staff_id)
    if staff is None or staff["state"] != "active":
        raise RecordNotFoundError(what=phrase("member of staff"))
    return staff


def _book(tx: Transaction, staff_id: str) -> frozenset[str]:
    """Return whose customers somebody acts for: those they advise, and those for whom a task of theirs is open, as a deputy's is."""
    # Nothing else is read: what is sealed of thousands would be opened for every request.
    rows = tx.find("customers", {"adviser": staff_id}, columns=[CUSTOMER])
    advised = {row[CUSTOMER] for row in rows}
    tasks = tx.find("tasks", {"assignee": staff_id, "state": ["open", "claimed"]}, columns=[CUSTOMER])
    return frozenset(
        advised | {_staying(tx, one) for one in {task["customer_id"] for task in tasks} - advised}
    )


def _staying(tx: Transaction, record: str) -> str:
    """Return the customer to whom a record belongs."""
    try:
        return str(customer_row(tx, record)["customer_id"])
    except RecordNotFoundError:
        return record
