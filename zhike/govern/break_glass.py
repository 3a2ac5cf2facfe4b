"""Break-glass: in an emergency a person sees a customer who is not theirs, at once, for some hours, and others are told.

Nobody has to approve beforehand, since an emergency does not wait; somebody else says afterwards whether it was justified. What an
opening shows is a grant of ``access.roles`` with the scope ``opened``: denials hold in an emergency too.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase
from zhike.govern.missing import Missing, missing_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Version
    from zhike.govern.roles import Actor, Permission

__all__ = [
    "BREAK_GLASS", "BreakGlassRules", "GlassReview", "Opened", "Opening", "close_glass", "open_glass", "review_glass",
]  # fmt: skip

BREAK_GLASS: Final = "access.break_glass"
USE: Final = "break_glass.use"
REVIEW: Final = "break_glass.review"
OpeningState = Literal["open", "ended", "reviewed"]


@dataclass(frozen=True, slots=True)
class BreakGlassRules:
    """Who may break the glass, and what comes with it.

    Parameters
    ----------
    hours : mapping of str to int
        How long it lasts, by role; a role that is not named may not.
    characters : int
        Least length of the reason, spaces not counted.
    alerts : tuple of str
        Roles that are told at once.
    review_hours : int
        Hours from the opening within which a second person says whether it was justified.
    """

    hours: Mapping[str, int]
    characters: int
    alerts: tuple[str, ...]
    review_hours: int

    @classmethod
    def of(cls, version: Version) -> BreakGlassRules:
        """Read ``access.break_glass``; what is malformed raises `RuleError`."""
        value = version.value
        keys = ("hours", "characters", "alerts", "review_hours")
        if not isinstance(value, dict) or set(value) != set(keys):
            raise RuleError(what=f"{value!r}", path=version.path, expected=", ".join(keys))
        numbers = [*value["hours"].values(), value["review_hours"], value["characters"]]
        if not value["alerts"] or any(not isinstance(number, int) or number < 1 for number in numbers):
            expected = phrase("whole numbers of 1 or more, and a role that is told")
            raise RuleError(what=f"{value!r}", path=version.path, expected=expected)
        return cls(value["hours"], value["characters"], tuple(value["alerts"]), value["review_hours"])

    def hours_of(self, roles: tuple[str, ...]) -> int | None:
        """Return how long the glass stays broken for somebody with these roles, None where they may not break it."""
        return max((self.hours[role] for role in roles if role in self.hours), default=None)


@dataclass(frozen=True, slots=True)
class GlassReview:
    """What a second person found afterwards."""

    reviewer: str
    justified: bool
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """One person's view of one customer in an emergency.

    Parameters
    ----------
    opening_id, actor_id, customer_id, reason : str
    opened_at, ends_at : datetime
        From when until when, with their zone; the end is not included.
    review_by : datetime
        Until when a second person has to look at it.
    characters : int
        Least length of the reviewer's reason.
    alerts : tuple of str
        Roles that are told.
    closed_at : datetime or None
        When the person ended it before its time.
    review : GlassReview or None
    """

    opening_id: str
    actor_id: str
    customer_id: str
    reason: str
    opened_at: dt.datetime
    ends_at: dt.datetime
    review_by: dt.datetime
    characters: int
    alerts: tuple[str, ...]
    closed_at: dt.datetime | None = None
    review: GlassReview | None = None

    def state(self, now: dt.datetime) -> OpeningState:
        """Return where the opening stands."""
        if self.review is not None:
            return "reviewed"
        return "open" if now < (self.closed_at or self.ends_at) else "ended"

    def opens(self, actor_id: str, customer_id: str, now: dt.datetime) -> bool:
        """Return whether it lets this person see this customer now; goes into `zhike.govern.roles.Subject`."""
        same = (actor_id, customer_id) == (self.actor_id, self.customer_id)
        return same and now >= self.opened_at and self.state(now) == "open"

    def overdue(self, now: dt.datetime) -> bool:
        """Return whether nobody has looked at it in time."""
        return self.review is None and now >= self.review_by


@dataclass(frozen=True, slots=True)
class Opened:
    """The outcome of a step: the opening after it, and what kept the step from being taken.

    Parameters
    ----------
    opening : Opening or None
        Unchanged where something is missing; None where there is none yet.
    missing : tuple of Missing
        Empty when the step was taken.
    """

    opening: Opening | None
    missing: tuple[Missing, ...] = ()


def open_glass(
    rules: BreakGlassRules,
    actor: Actor,
    permission: Permission,
    *,
    opening_id: str,
    customer_id: str,
    reason: str,
    at: dt.datetime,
) -> Opened:
    """Break the glass for one customer.

    Parameters
    ----------
    rules : BreakGlassRules
    actor : Actor
    permission : Permission
        The actor's, for ``break_glass.use`` and this customer.
    opening_id, customer_id, reason : str
    at : datetime
        Now, with its zone.
    """
    hours = rules.hours_of(actor.roles)
    missing = [*_missing_right(permission, USE, actor.actor_id), *missing_reason(reason, rules.characters)]
    if hours is None:
        return Opened(None, (*missing, Missing("role_not_named", {"roles": ", ".join(actor.roles) or "-"})))
    if missing:
        return Opened(None, tuple(missing))
    ends_at, review_by = at + dt.timedelta(hours=hours), at + dt.timedelta(hours=rules.review_hours)
    return Opened(
        Opening(
            opening_id, actor.actor_id, customer_id, reason, at, ends_at, review_by, rules.characters, rules.alerts
        )
    )  # fmt: skip


def close_glass(opening: Opening, actor_id: str, at: dt.datetime) -> Opened:
    """End one's own view before its time."""
    missing = (
        [] if actor_id == opening.actor_id else [Missing("not_the_person", {"actor_id": opening.actor_id})]
    )
    if opening.state(at) != "open":
        missing.append(Missing("wrong_state", {"state": opening.state(at), "needed": "open"}))
    if at < opening.opened_at:
        missing.append(Missing("too_early", {"at": str(at), "earliest": str(opening.opened_at)}))
    return Opened(opening, tuple(missing)) if missing else Opened(dataclasses.replace(opening, closed_at=at))


def review_glass(
    opening: Opening, permission: Permission, *, justified: bool, reason: str, at: dt.datetime
) -> Opened:
    """Say whether somebody else's use was justified; a view that still lasts ends with it.

    Parameters
    ----------
    opening : Opening
    permission : Permission
        The reviewer's, for ``break_glass.review`` and this customer.
    justified : bool
    reason : str
    at : datetime
        Now, with its zone.
    """
    missing = [
        *_missing_right(permission, REVIEW, permission.actor_id),
        *missing_reason(reason, opening.characters),
    ]
    if permission.actor_id == opening.actor_id:
        missing.append(Missing("same_person", {"actor_id": opening.actor_id}))
    if opening.state(at) == "reviewed":
        missing.append(Missing("wrong_state", {"state": "reviewed", "needed": "open or ended"}))
    if at < opening.opened_at:
        missing.append(Missing("too_early", {"at": str(at), "earliest": str(opening.opened_at)}))
    if missing:
        return Opened(opening, tuple(missing))
    found = GlassReview(permission.actor_id, justified, reason, at)
    return Opened(dataclasses.replace(opening, review=found))


def _missing_right(permission: Permission, verb: str, actor_id: str) -> list[Missing]:
    held = permission.allowed and (permission.verb, permission.actor_id) == (verb, actor_id)
    return [] if held else [Missing("not_permitted", {"verb": verb})]
