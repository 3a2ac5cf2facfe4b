"""When a session of a member of staff ends, and how often somebody may try to begin one: the numbers of ``access.sessions``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Version

__all__ = ["SESSIONS", "SessionRules", "ended_at", "in_force"]

SESSIONS: Final = "access.sessions"
_MINUTE: Final = 60_000_000
_NAMES: Final = (
    "idle_minutes", "most_hours", "failed_tries", "locked_minutes", "least_characters", "most_characters", "one_time_hours",
)  # fmt: skip
_MOST_LOCKED: Final = 24 * 60
"""Minutes. Whoever wants to keep a colleague out needs only their name; so no rule may lock for longer than a day."""


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long sessions last, how often a password may be wrong, how long it is.

    Parameters
    ----------
    idle, longest : int
        Microseconds from its last use, and from its beginning, after which a session has ended.
    tries : int
        Wrong passwords one after the other that lock a name.
    locked : int
        Microseconds for which it is locked.
    least, most : int
        Characters of a password.
    one_time : int
        Microseconds for which a password that somebody else made opens the way to one of one's own.
    """

    idle: int
    longest: int
    tries: int
    locked: int
    least: int
    most: int
    one_time: int = 24 * 60 * _MINUTE

    @classmethod
    def of(cls, version: Version) -> SessionRules:
        """Read ``access.sessions``.

        Raises
        ------
        RuleError
            When a number is missing, or is none that could be meant.
        """
        value = version.counts(_NAMES)
        if value["locked_minutes"] > _MOST_LOCKED or value["least_characters"] > value["most_characters"]:
            expected = phrase(
                "at most {most_locked} locked_minutes, and most_characters no less than the least",
                most_locked=_MOST_LOCKED,
            )
            raise RuleError(what=f"{value!r}", path=version.path, expected=expected)
        return cls(
            value["idle_minutes"] * _MINUTE, value["most_hours"] * 60 * _MINUTE, value["failed_tries"],
            value["locked_minutes"] * _MINUTE, value["least_characters"], value["most_characters"],
            value["one_time_hours"] * 60 * _MINUTE,
        )  # fmt: skip


def in_force(token: Mapping[str, Any], now: int) -> bool:
    """Return whether a token lets its owner in.

    Parameters
    ----------
    token : mapping
        A row of the ledger's table ``tokens``.
    now : int
        Microseconds since 1970 in UTC.

    Examples
    --------
    >>> row = {"revoked_at": None, "expires_at": 100, "used_at": 10, "idle": 20}
    >>> [in_force(row, now) for now in (29, 30)], in_force({**row, "used_at": 90}, 100)
    ([True, False], False)
    """
    if token["revoked_at"] is not None or (token["expires_at"] is not None and token["expires_at"] <= now):
        return False
    return token["idle"] is None or now < token["used_at"] + token["idle"]


def ended_at(session: Mapping[str, Any]) -> int:
    """Return when a session ended or will have ended if it is not used again, in microseconds since 1970 in UTC.

    Parameters
    ----------
    session : mapping
        A row of the ledger's table ``tokens`` of a session.

    Examples
    --------
    >>> row = {"revoked_at": None, "expires_at": 100, "used_at": 10, "idle": 20}
    >>> ended_at(row), ended_at({**row, "used_at": 95}), ended_at({**row, "revoked_at": 12})
    (30, 100, 12)
    """
    own_end = min(session["expires_at"], session["used_at"] + session["idle"])
    return int(own_end if session["revoked_at"] is None else min(own_end, session["revoked_at"]))
