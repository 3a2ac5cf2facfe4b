"""Sessions of staff in the ledger: begun with a name and a password, ended by their owner, by whoever runs the system, or by themselves.

A session is a token that its owner did not have to be handed: for a while it shows who asks, as every token does. Neither a password
nor a token is ever in an error, an event or a log.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.staff import active_staff, new_token, token_hash
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, SignInRefusedError, StateConflictError
from zhike.core.store_errors import StoreUnavailableError
from zhike.govern.audit_events import AuditEvent
from zhike.govern.passwords import NOBODYS, SALT_BYTES, check_password, hashed_password, matches
from zhike.govern.sessions import in_force

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.govern.sessions import SessionRules

__all__ = [
    "SESSION",
    "OpenedSession",
    "end_session",
    "end_sessions_of",
    "note_use",
    "one_time_password",
    "open_session",
    "set_password",
    "unlock",
]

SESSION: Final = "session"
_STREAM: Final = "staff"
_NOBODY: Final = "-"
"""Who is said to have tried under a name that nobody has: the name itself may be a password in the wrong field."""
_NOT_OWN: Final = Text(
    "a password that somebody else made", "由他人设置的一次性密码", "由他人設定的一次性密碼"
)
_OWN: Final = Text("a new one of your own with it", "同时设置您自己的新密码", "同時設定您自己的新密碼")
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789+"
"""Thirty-two characters: each byte of chance draws one without favour."""
_MADE_CHARACTERS: Final = 20
"""A hundred bits."""
_GROUP: Final = 5
_COUNTED: Final = ("failed_tries", "locked_until")
_NOTED_EVERY: Final = 60_000_000
"""Microseconds between two notes of a session's use: it is enough for an end after minutes, and no write for each request."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session that has begun.

    Parameters
    ----------
    token : str
        Shown this once; it is kept nowhere.
    ends_at : int
        When it ends whatever happens, in microseconds since 1970 in UTC.
    idle : int
        Microseconds from its last use after which it has ended before.
    """

    token: str = field(repr=False)
    ends_at: int
    idle: int


def open_session(
    acting: Acting, rules: SessionRules, staff_id: str, password: str, chosen: str | None = None
) -> OpenedSession:
    """Begin a session of a member of staff.

    Parameters
    ----------
    acting : Acting
    rules : SessionRules
    staff_id, password : str
        As they were typed.
    chosen : str, optional
        A new password in place of this one; all sessions begun with the old one end.

    Raises
    ------
    SignInRefusedError
        When nobody has that name, the password is another, or the name is locked: the same error, after the same work.
    StateConflictError
        When somebody else made the password, and no other was chosen.
    UsageError
        When the new one is not to be taken, see `zhike.govern.passwords.check_password`.

    Notes
    -----
    The password is looked at outside the transaction that writes, which would keep everybody else waiting. What it was held
    against is compared again inside: guesses made at the same time are all counted, and none passes once the name is locked.
    """
    with acting.store.read() as tx:
        stored = (tx.one("staff", staff_id=staff_id) or {}).get("password")
    fits = matches(password, stored or NOBODYS) and stored is not None
    kept = _chosen(acting, rules, staff_id, password, chosen) if fits and chosen is not None else None
    now = acting.clock.now()
    with acting.store.write() as tx:
        staff = tx.one("staff", staff_id=staff_id)
        if _may_enter(staff, now) and fits and staff is not None and staff["password"] == stored:
            if kept is not None:
                _keep_password(acting, tx, staff_id, kept, staff_id, now)
            elif staff["password_until"] is not None:
                raise StateConflictError(what=_NOT_OWN, expected=_OWN)
            return _opened(acting, tx, rules, staff_id, now)
        # The refusal is recorded, so nothing may be raised before the transaction has ended.
        _refuse(acting, tx, rules, staff, now)
    raise SignInRefusedError


def end_session(acting: Acting, token_digest: str, actor: str) -> None:
    """End a session.

    Raises
    ------
    RecordNotFoundError
        When there is none, or it has been ended.
    """
    now = acting.clock.now()
    with acting.store.write() as tx:
        row = tx.one("tokens", token_hash=token_digest)
        if row is None or row["kind"] != SESSION or row["revoked_at"] is not None:
            raise RecordNotFoundError(what=phrase("session"))
        _ended(acting, tx, [row], actor, now)


def end_sessions_of(acting: Acting, staff_id: str, actor: str) -> int:
    """End all sessions of a member of staff; return how many there were.

    Raises
    ------
    RecordNotFoundError
        When there is no such member of staff.
    """
    now = acting.clock.now()
    with acting.store.write() as tx:
        active_staff(tx, staff_id)
        return _end_all(acting, tx, staff_id, actor, now)


def set_password(
    acting: Acting, rules: SessionRules, staff_id: str, password: str, actor: str, *, until: int | None = None
) -> int:
    """Set the password of a member of staff, unlock their name and end their sessions; return how many there were.

    Parameters
    ----------
    acting : Acting
    rules : SessionRules
    staff_id, password, actor : str
    until : int, optional
        Until when it opens the way to a password of their own, and to nothing else; without it, it is their own.

    Raises
    ------
    UsageError
        When the password is not to be taken, see `zhike.govern.passwords.check_password`.
    RecordNotFoundError
        When there is no such member of staff.
    """
    check_password(password, staff_id, rules)
    kept, now = hashed_password(password, acting.chance(SALT_BYTES)), acting.clock.now()
    with acting.store.write() as tx:
        active_staff(tx, staff_id)
        return _keep_password(acting, tx, staff_id, kept, actor, now, until)


def one_time_password(acting: Acting, rules: SessionRules, staff_id: str, actor: str) -> str:
    """Make a password that its owner must change when they first use it; return it, it is shown this once.

    Raises
    ------
    RecordNotFoundError
        When there is no such member of staff.
    """
    # Until it holds nobody's name by accident: with an identifier of one letter that takes several tries.
    while staff_id.casefold() in (made := _made_password(acting, rules)).casefold():
        pass
    set_password(acting, rules, staff_id, made, actor, until=acting.clock.now() + rules.one_time)
    return made


def unlock(acting: Acting, staff_id: str, actor: str) -> bool:
    """Let somebody try to sign in again at once; return whether their name was locked.

    Raises
    ------
    RecordNotFoundError
        When there is no such member of staff.
    """
    now = acting.clock.now()
    with acting.store.write() as tx:
        was = _locked(active_staff(tx, staff_id), now)
        tx.change("staff", {"staff_id": staff_id}, {"failed_tries": None, "locked_until": None})
        if was:
            happened = Happened(_STREAM, AuditEvent.SIGN_IN_UNLOCKED, actor, None, {"staff": staff_id})
            record(tx, [happened], now, acting.chance)
        return was


def note_use(acting: Acting, row: Mapping[str, Any]) -> None:
    """Note that a session was used, where it was not noted within the last minute.

    Parameters
    ----------
    acting : Acting
    row : mapping
        The ledger's row of the token that was shown; one of a machine is left as it is.

    Notes
    -----
    A store that can only be read does not keep anybody out: then the session ends early.
    """
    now = acting.clock.now()
    if row["kind"] != SESSION or now - row["used_at"] < _NOTED_EVERY:
        return
    with suppress(StoreUnavailableError), acting.store.write() as tx:
        tx.change("tokens", {"token_hash": row["token_hash"], "revoked_at": None}, {"used_at": now})


def _chosen(acting: Acting, rules: SessionRules, staff_id: str, password: str, chosen: str) -> str:
    """Return what is kept of a password that its owner chose."""
    check_password(chosen, staff_id, rules)
    if chosen == password:
        raise UsageError(what=phrase("the password that there is"), expected=phrase("another one"))
    return hashed_password(chosen, acting.chance(SALT_BYTES))


def _made_password(acting: Acting, rules: SessionRules) -> str:
    """Return letters and digits that nobody takes for one another, in groups that can be read out."""
    length = max(rules.least, _MADE_CHARACTERS)
    drawn = "".join(_READABLE[byte % len(_READABLE)] for byte in acting.chance(length))
    return "-".join(drawn[start : start + _GROUP] for start in range(0, length, _GROUP))[: rules.most]


def _keep_password(
    acting: Acting,
    tx: Transaction,
    staff_id: str,
    kept: str,
    actor: str,
    now: int,
    until: int | None = None,
) -> int:
    """Write a password, unlock the name, end the sessions; return how many there were."""
    values = {"password": kept, "failed_tries": None, "locked_until": None, "password_until": until}
    tx.change("staff", {"staff_id": staff_id}, values)
    record(tx, [Happened(_STREAM, AuditEvent.PASSWORD_SET, actor, None, {"staff": staff_id})], now, acting.chance)  # fmt: skip
    return _end_all(acting, tx, staff_id, actor, now)


def _may_enter(staff: Mapping[str, Any] | None, now: int) -> bool:
    return (
        staff is not None
        and staff["state"] == "active"
        and not _locked(staff, now)
        and (staff["password_until"] is None or now < staff["password_until"])
    )


def _locked(staff: Mapping[str, Any], now: int) -> bool:
    return staff["locked_until"] is not None and now < staff["locked_until"]


def _opened(acting: Acting, tx: Transaction, rules: SessionRules, staff_id: str, now: int) -> OpenedSession:
    opened = OpenedSession(new_token(acting), now + rules.longest, rules.idle)
    tx.change("staff", {"staff_id": staff_id}, {"failed_tries": None, "locked_until": None})
    tx.insert("tokens", [{"token_hash": token_hash(opened.token), "staff_id": staff_id, "kind": SESSION, "scopes": [],
                          "expires_at": opened.ends_at, "used_at": now, "idle": opened.idle, "recorded_at": now}])  # fmt: skip
    content = {"staff": staff_id, "until": opened.ends_at}
    record(tx, [Happened(_STREAM, AuditEvent.SIGNED_IN, staff_id, None, content)], now, acting.chance)
    return opened


def _refuse(
    acting: Acting, tx: Transaction, rules: SessionRules, staff: Mapping[str, Any] | None, now: int
) -> None:
    """Count and record a refusal, by the same statements whoever was refused and why."""
    name, why = (_NOBODY, "unknown") if staff is None else (staff["staff_id"], _why(staff, now))
    wrong = staff is not None and why == "password"
    before = {column: (staff or {}).get(column) for column in _COUNTED}
    values = _counted(before["failed_tries"], rules, now) if wrong else before
    locks = wrong and values["locked_until"] is not None
    event = AuditEvent.SIGN_IN_LOCKED if locks else AuditEvent.SIGN_IN_REFUSED
    content = {"staff": name, "why": why, **({"until": values["locked_until"]} if locks else {})}
    tx.change("staff", {"staff_id": name}, values)
    record(tx, [Happened(_STREAM, event, name, None, content)], now, acting.chance)


def _why(staff: Mapping[str, Any], now: int) -> str:
    if staff["state"] != "active":
        return "left"
    if staff["password"] is None:
        return "no_password"
    if staff["password_until"] is not None and staff["password_until"] <= now:
        return "password_over"
    return "locked" if _locked(staff, now) else "password"


def _counted(before: int | None, rules: SessionRules, now: int) -> dict[str, int | None]:
    """Return the count after another wrong password; what locks a name also begins the count anew."""
    tries = (before or 0) + 1
    if tries < rules.tries:
        return {"failed_tries": tries, "locked_until": None}
    return {"failed_tries": None, "locked_until": now + rules.locked}


def _end_all(acting: Acting, tx: Transaction, staff_id: str, actor: str, now: int) -> int:
    rows = tx.find("tokens", {"staff_id": staff_id, "kind": SESSION, "revoked_at": None})
    return _ended(acting, tx, [row for row in rows if in_force(row, now)], actor, now)


def _ended(acting: Acting, tx: Transaction, rows: list[dict[str, Any]], actor: str, now: int) -> int:
    """End sessions of one member of staff; return how many there were."""
    if rows:
        tx.change("tokens", {"token_hash": [row["token_hash"] for row in rows]}, {"revoked_at": now})
        content = {"staff": rows[0]["staff_id"], "sessions": len(rows)}
        record(tx, [Happened(_STREAM, AuditEvent.SESSIONS_ENDED, actor, None, content)], now, acting.chance)
    return len(rows)
