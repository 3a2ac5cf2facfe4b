"""The plan of one's own day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.act import days
from zhike.api.asking import AskingOf
from zhike.api.day_models import DayBody
from zhike.api.description import needs
from zhike.govern.masking import WITHHELD, mask

if TYPE_CHECKING:
    import datetime as dt

    from zhike.api.service import Service
    from zhike.core.language import Language
    from zhike.govern.roles import Actor, Permission

__all__ = ["day_of", "router"]

router = APIRouter(prefix="/day", tags=["day"])
_VIEW: Final = "day.view"
_LONGEST: Final = 24 * 60
_SEEN: Final = "C2"
"""Class of what a line tells of a customer."""


@router.get("", response_model=DayBody, operation_id="day", openapi_extra=needs(_VIEW))
def day(
    asking: AskingOf,
    minutes: Annotated[
        int | None,
        Query(ge=0, le=_LONGEST, description="That can be planned; a whole day where it is not given."),
    ] = None,
) -> dict[str, Any]:
    """Return the plan of the caller's own day: what must be done, then the best that fits into the minutes that are left."""
    permission = asking.may(_VIEW)
    return _shown(asking.service, asking.actor, permission, asking.language, minutes=minutes)


def day_of(
    service: Service,
    actor: Actor,
    today: dt.date | None,
    language: Language,
    *,
    purpose: str = "service",
    minutes: int | None = None,
) -> dict[str, Any]:
    """Return the plan of an actor's own day, as ``GET /v1/day`` does; for whoever is in the same process.

    Parameters
    ----------
    service : Service
    actor : Actor
    today : date or None
        Today where the bank is, unless given.
    language : str
        Of titles and reasons.
    purpose : str
        To which end.
    minutes : int, optional
        That can be planned; those of ``day.working_minutes`` unless given.

    Raises
    ------
    ForbiddenError
        When the actor may not.
    """
    permission = service.permitted(actor, _VIEW, purpose)
    return _shown(service, actor, permission, language, today=today, minutes=minutes)


def _shown(
    service: Service,
    actor: Actor,
    permission: Permission,
    language: Language,
    *,
    today: dt.date | None = None,
    minutes: int | None = None,
) -> dict[str, Any]:
    """Return a day, masked to what the actor may see."""
    found = days.day_of(
        service.desk, service.rulebook, actor.actor_id, language, today=today, minutes=minutes
    )
    if permission.shows(_SEEN):
        return found
    rules = service.masking()
    for line in (*found["lines"], *found["left_out"]):
        personal = {name: line[name] for name in ("customer_id", "name")}
        line.update(mask(personal, dict.fromkeys(personal, _SEEN), permission.highest_class, rules))
        line.update(line_id=WITHHELD, details=WITHHELD, why=[], evidence=[])
    if found["next_best"] is not None:
        found["next_best"]["line_id"] = WITHHELD
    return found
