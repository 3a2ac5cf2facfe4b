"""What the house promises to one complainant beyond the law, by their service tier, as it stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import moment
from zhike.core.errors import RuleNotFoundError
from zhike.govern.deadlines import case_events
from zhike.govern.deadlines.service_hours import ServiceHours
from zhike.govern.deadlines.service_levels import LEVELS, service_clocks, service_level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.govern.deadlines import Clock
    from zhike.govern.deadlines.service_levels import ServiceClock

__all__ = ["JOURNEY", "promises_of"]

JOURNEY: Final = "complaint"
"""The journey of ``service.levels`` that complaints are."""
_SIMPLE: Final = "simple"


def promises_of(
    row: Mapping[str, Any],
    events: Sequence[Mapping[str, Any]],
    found: Sequence[Clock],
    desk: ComplaintDesk,
    tier: str | None,
    now: int,
) -> tuple[ServiceClock, ...]:
    """Return first response, update and resolution as the house promises them; empty before the house promised anything.

    Parameters
    ----------
    row : mapping
        Of the complaint.
    events : sequence of mapping
        Of its steps.
    found : sequence of Clock
        The clocks of the law: no promise passes the safe date of the one that it stands under.
    tier : str or None
        Service tier of the customer.
    now : int
        Microseconds of UTC.
    """
    received, at = moment(row["received_at"]), moment(now)
    day = received.astimezone(desk.zone_of(row)).date()
    try:
        level = service_level(desk.rulebook.at(LEVELS, day), JOURNEY, tier)
        hours = ServiceHours.of(desk.rulebook, level.desk, desk.calendars, at.date())
    except RuleNotFoundError:
        return ()
    law = next((one for one in found if (one.regime, one.id) == level.law), None)
    return service_clocks(
        level, hours, received, _SIMPLE, case_events([dict(one) for one in events]), at, law=law
    )
