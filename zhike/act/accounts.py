"""Accounts of staff as whoever runs the system sees and changes them: who there is, their roles, whether they are still here.

Nobody changes their own account. A role that ``access.four_eyes`` names (as ``role.compliance``) is given by one person on the word of
a second one. What the accounts of customers' advisers are about is told as counts: whoever runs the system sees no customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act import proposals
from zhike.act.acting import ACTIVE
from zhike.act.sessions import SESSION
from zhike.act.staff import active_staff, check_roles
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent
from zhike.govern.sessions import in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Permission

__all__ = [
    "ROLE", "Change", "accounts", "change_account", "check_not_own", "check_password_by", "give_role", "guarded", "left", "returned", "role_wanted",
    "staff_of", "withdraw_all",
]  # fmt: skip

ROLE: Final = "role."
"""With the name of a role: the verb with which it is given, where that needs a second person."""
_SUBJECT: Final = "staff:"
"""Before an identifier of staff, where else a customer stands; no identifier has a colon."""
_STREAM: Final = "staff"
_OPEN: Final = ("open", "claimed")


@dataclass(frozen=True, slots=True)
class Change:
    """What an account is to be.

    Parameters
    ----------
    name : str
    branch : str or None
    roles : tuple of str
    """

    name: str
    branch: str | None
    roles: tuple[str, ...]


def accounts(tx: Transaction, now: int, where: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
    """Return accounts in the order of their identifiers, with what was seen of them last.

    Parameters
    ----------
    tx : Transaction
    now : int
        Microseconds of UTC.
    where : mapping
        As the store takes it: branch, state, identifier.
    most : int
        Accounts at the most.

    Returns
    -------
    list of dict
        staff_id, name, branch, roles, state, locked_until (None unless locked now), password (own, one_time, over or none),
        last_sign_in (of the sessions that are kept), sessions and tokens (numbers in force).
    """
    rows = tx.find("staff", where, order=["staff_id"], limit=most)
    shown = _shown_tokens(tx, [row["staff_id"] for row in rows])
    return [_account(row, shown.get(row["staff_id"], ()), now) for row in rows]


def _shown_tokens(tx: Transaction, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in tx.find("tokens", {"staff_id": list(names)}) if names else ():
        found.setdefault(row["staff_id"], []).append(row)
    return found


def _account(row: Mapping[str, Any], tokens: Iterable[Mapping[str, Any]], now: int) -> dict[str, Any]:
    tokens = list(tokens)
    live = [one["kind"] for one in tokens if in_force(one, now)]
    locked = row["locked_until"] is not None and now < row["locked_until"]
    return {
        **{name: row[name] for name in ("staff_id", "name", "branch", "state")}, "roles": list(row["roles"]),
        "locked_until": row["locked_until"] if locked else None, "password": _password(row, now),
        "last_sign_in": max((one["recorded_at"] for one in tokens if one["kind"] == SESSION), default=None),
        "sessions": live.count(SESSION), "tokens": len(live) - live.count(SESSION),
    }  # fmt: skip


def _password(row: Mapping[str, Any], now: int) -> str:
    if row["password"] is None:
        return "none"
    if row["password_until"] is None:
        return "own"
    return "one_time" if now < row["password_until"] else "over"


def check_not_own(staff_id: str, actor: str) -> None:
    """Refuse to let somebody change their own account.

    Raises
    ------
    StateConflictError
        When it is their own.
    """
    if staff_id == actor:
        raise StateConflictError(
            what=phrase("one's own account"), expected=phrase("somebody else who runs the system")
        )


def guarded(second_person: Collection[str], roles: Iterable[str]) -> list[str]:
    """Return the roles that need a second person to be given.

    Parameters
    ----------
    second_person : collection of str
        Verbs that ``access.four_eyes`` names.
    roles : iterable of str

    Examples
    --------
    >>> guarded({"role.compliance", "policy.propose"}, ["compliance", "adviser"])
    ['compliance']
    """
    return [role for role in roles if f"{ROLE}{role}" in second_person]


def check_password_by(row: Mapping[str, Any], held_back: Collection[str]) -> None:
    """Refuse to let one person make a password of somebody whose roles one person may not give: it would be to take them.

    Parameters
    ----------
    row : mapping
        Of ``staff``.
    held_back : collection of str
        Verbs that ``access.four_eyes`` names.

    Raises
    ------
    StateConflictError
        When they have such a role.
    """
    if needing := guarded(held_back, row["roles"]):
        raise StateConflictError(
            what=phrase("a password made for {needing}", needing=needing[0]),
            expected=phrase("`zhike staff password`, typed by whoever it is for"),
        )


def change_account(
    acting: Acting,
    staff_id: str,
    change: Change,
    *,
    known: Sequence[str],
    held_back: Collection[str],
    actor: str,
) -> dict[str, Any]:
    """Change name, branch and roles of a member of staff; return the row as it is now.

    Parameters
    ----------
    acting : Acting
    staff_id : str
    change : Change
    known : sequence of str
        Roles that the access rules name.
    held_back : collection of str
        Verbs that ``access.four_eyes`` names: a role that one of them gives is not given here.
    actor : str

    Raises
    ------
    UsageError
        When a role is none, or there is none.
    RecordNotFoundError
        When there is no such member of staff, or they have left.
    StateConflictError
        When the account is the actor's own, or a new role needs a second person.
    """
    check_not_own(staff_id, actor)
    check_roles(change.roles, known)
    now, roles = acting.clock.now(), list(dict.fromkeys(change.roles))
    with acting.store.write() as tx:
        row = active_staff(tx, staff_id)
        gained, lost = (
            sorted(set(one) - set(other)) for one, other in ((roles, row["roles"]), (row["roles"], roles))
        )
        if needing := guarded(held_back, gained):
            raise StateConflictError(
                what=phrase("role {needing} given by one person", needing=needing[0]),
                expected=phrase("a proposal that a second one approves"),
            )
        values = {"name": change.name, "branch": change.branch, "roles": roles}
        before = {name: row[name] for name in values}
        tx.change("staff", {"staff_id": staff_id}, values)
        told = [(AuditEvent.ROLE_GRANTED, {"roles": gained}), (AuditEvent.ROLE_REVOKED, {"roles": lost})]
        events = [(event, said) for event, said in told if said["roles"]]
        if any(before[name] != values[name] for name in ("name", "branch")):
            events.append((AuditEvent.STAFF_CHANGED, {"branch": [before["branch"], change.branch]}))
        _record(acting, tx, staff_id, events, actor, now)
    return {**row, **values}


def left(acting: Acting, staff_id: str, actor: str) -> dict[str, int]:
    """Record that somebody has left: sessions and tokens end with it; return how many, and what they leave behind.

    Returns
    -------
    dict of str to int
        sessions, tokens that ended; customers of the book, open tasks, for somebody to take over.

    Raises
    ------
    RecordNotFoundError
        When there is no such member of staff, or they have left before.
    StateConflictError
        When the account is the actor's own.
    """
    check_not_own(staff_id, actor)
    now = acting.clock.now()
    with acting.store.write() as tx:
        active_staff(tx, staff_id)
        ended = _withdraw(tx, staff_id, now)
        tx.change(
            "staff", {"staff_id": staff_id}, {"state": "left", "password": None, "password_until": None}
        )
        behind = {
            "customers": tx.count("customers", {"adviser": staff_id, "state": ACTIVE}),
            "tasks": tx.count("tasks", {"assignee": staff_id, "state": list(_OPEN)}),
        }
        _record(acting, tx, staff_id, [(AuditEvent.STAFF_REMOVED, ended)], actor, now)
    return {**ended, **behind}


def returned(acting: Acting, staff_id: str, held_back: Collection[str], actor: str) -> None:
    """Record that somebody who had left is back: without a password, and without roles that need a second person to be given.

    Parameters
    ----------
    acting : Acting
    staff_id : str
    held_back : collection of str
        Verbs that ``access.four_eyes`` names.
    actor : str

    Raises
    ------
    RecordNotFoundError
        When nobody of that identifier has left.
    StateConflictError
        When the account is the actor's own.
    """
    check_not_own(staff_id, actor)
    with acting.store.write() as tx:
        row = tx.one("staff", staff_id=staff_id)
        if row is None or row["state"] == "active":
            raise RecordNotFoundError(what=phrase("member of staff who has left"))
        lost = guarded(held_back, row["roles"])
        roles = [role for role in row["roles"] if role not in lost]
        tx.change("staff", {"staff_id": staff_id}, {"state": "active", "roles": roles})
        events: list[tuple[AuditEvent, Mapping[str, Any]]] = [(AuditEvent.STAFF_CHANGED, {"state": "active"})]
        events += [(AuditEvent.ROLE_REVOKED, {"roles": lost})] if lost else []
        _record(acting, tx, staff_id, events, actor, acting.clock.now())


def withdraw_all(acting: Acting, staff_id: str, actor: str) -> dict[str, int]:
    """End all sessions and withdraw all tokens of somebody; return how many there were of each.

    Raises
    ------
    RecordNotFoundError
        When there is no such member of staff, or they have left.
    """
    now = acting.clock.now()
    with acting.store.write() as tx:
        active_staff(tx, staff_id)
        ended = _withdraw(tx, staff_id, now)
        told = [
            (AuditEvent.SESSIONS_ENDED, {"sessions": ended["sessions"]}),
            (AuditEvent.KEY_REVOKED, {"tokens": ended["tokens"]}),
        ]
        _record(
            acting, tx, staff_id, [(event, said) for event, said in told if any(said.values())], actor, now
        )
    return ended


def role_wanted(staff_id: str, role: str) -> proposals.Wanted:
    """Return exactly what it is to give somebody a role."""
    return proposals.Wanted(f"{ROLE}{role}", f"{_SUBJECT}{staff_id}", {"role": role})


def staff_of(subject: str) -> str | None:
    """Return whose account a proposal is about, None where it is about no account.

    Examples
    --------
    >>> staff_of(role_wanted("ming", "compliance").subject), staff_of("C1")
    ('ming', None)
    """
    return subject.removeprefix(_SUBJECT) if subject.startswith(_SUBJECT) else None


def give_role(
    acting: Acting, proposal_id: str, permission: Permission, known: Sequence[str]
) -> dict[str, Any]:
    """Give a role on the word of a second person; return the row as it is now.

    Raises
    ------
    RecordNotFoundError
        When there is no such proposal or member of staff.
    ForbiddenError
        When the right is missing.
    StateConflictError
        When the proposal is not approved, or the account is the actor's own.
    """
    now = acting.clock.now()
    with acting.store.write() as tx:
        wanted = proposals.wanted_of(proposals.proposal_row(tx, proposal_id))
        staff_id, role = staff_of(wanted.subject), str(wanted.what.get("role"))
        if staff_id is None:
            raise UsageError(
                what=phrase("a proposal to {verb}", verb=wanted.verb), expected=phrase("one to give a role")
            )
        check_not_own(staff_id, permission.actor_id)
        check_roles([role], known)
        row = active_staff(tx, staff_id)
        proposals.carried_out(acting, tx, proposal_id, permission, wanted)
        roles = list(dict.fromkeys([*row["roles"], role]))
        tx.change("staff", {"staff_id": staff_id}, {"roles": roles})
        said = {"roles": [role], "proposal": proposal_id}
        _record(acting, tx, staff_id, [(AuditEvent.ROLE_GRANTED, said)], permission.actor_id, now)
    return {**row, "roles": roles}


def _withdraw(tx: Transaction, staff_id: str, now: int) -> dict[str, int]:
    rows = tx.find("tokens", {"staff_id": staff_id, "revoked_at": None})
    kinds = [row["kind"] for row in rows if in_force(row, now)]
    tx.change("tokens", {"staff_id": staff_id, "revoked_at": None}, {"revoked_at": now})
    return {"sessions": kinds.count(SESSION), "tokens": len(kinds) - kinds.count(SESSION)}


def _record(
    acting: Acting,
    tx: Transaction,
    staff_id: str,
    events: Sequence[tuple[AuditEvent, Mapping[str, Any]]],
    actor: str,
    now: int,
) -> None:
    happened = [Happened(_STREAM, event, actor, None, {"staff": staff_id, **said}) for event, said in events]
    if happened:
        record(tx, happened, now, acting.chance)
