"""Cases of calendars and of clocks: examples that a lawyer can read, beside the documents that they are about.

A case of a calendar names a ``day``; it expects ``working``, ``closed`` or ``not_covered``, as was known on the day ``at``. A case of
clocks names a ``clock`` and may give ``received`` (default: the day ``at``), ``complexity`` (default: simple), ``events``, ``matter`` and
``until``, the instant as of which it is looked at (default: the last event); it expects some of `EXPECTED`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import both, either, keyed, phrase
from zhike.core.rulebook import Rulebook
from zhike.govern.deadlines.calendars import Calendars, NotCoveredError
from zhike.govern.deadlines.case_events import aware, case_events
from zhike.govern.deadlines.clocks import clocks
from zhike.govern.deadlines.regimes import read_regime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Version

__all__ = ["EXPECTED", "READERS"]

NOT_ENABLED: Final = "not_enabled"
"""What a draft answers to every case."""

EXPECTED: Final = ("legal_due", "safe_due", "proven_due", "state", "code", "in_time")


def _calendar(rulebook: Rulebook, version: Version, case: Mapping[str, Any]) -> str:
    alone = Calendars.of(Rulebook({version.path: rulebook.entry(version.path)}))
    try:
        working = alone.known(version.path, case["at"]).is_working(_day(version, case))
    except NotCoveredError:
        return "not_covered"
    return "working" if working else "closed"


def _day(version: Version, case: Mapping[str, Any]) -> dt.date:
    day = case.get("day")
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
        raise RuleError(
            what=keyed("day", day), path=_where(version, case), expected=phrase("a day such as 2026-02-01")
        )
    return day


def _clocks(rulebook: Rulebook, version: Version, case: Mapping[str, Any]) -> dict[str, Any] | str:
    regime, wanted = read_regime(version, None), case["expect"]
    if not regime.enabled:
        return NOT_ENABLED
    names = [clock.id for clock in regime.clocks]
    if case.get("clock") not in names:
        raise RuleError(
            what=keyed("clock", case.get("clock")), path=_where(version, case), expected=either(names)
        )
    if not isinstance(wanted, dict) or set(wanted) - set(EXPECTED):
        raise RuleError(what=keyed("expect", wanted), path=_where(version, case), expected=both(EXPECTED))
    calendars = Calendars.of(Rulebook({regime.calendar: rulebook.entry(regime.calendar)}))
    midnight = dt.datetime.combine(case["at"], dt.time.min, tzinfo=regime.zone)
    received, events = _instant(version, case, "received", midnight), case_events(case.get("events") or [])
    until = _instant(version, case, "until", max([received, *(event.at for event in events)]))
    found = clocks(
        regime,
        received,
        case.get("complexity", "simple"),
        events,
        calendars,
        until,
        matter=case.get("matter"),
    )
    clock = next(one for one in found if one.id == case["clock"])
    return {name: getattr(clock, name) for name in wanted}


def _instant(version: Version, case: Mapping[str, Any], key: str, default: dt.datetime) -> dt.datetime:
    if key not in case:
        return default
    found = aware(case[key])
    if found is None:
        expected = phrase("an instant with its offset, such as 2026-06-30T09:00:00+08:00")
        raise RuleError(what=keyed(key, case[key]), path=_where(version, case), expected=expected)
    return found


def _where(version: Version, case: Mapping[str, Any]) -> object:
    return phrase("{path} case '{name}'", path=version.path, name=case["name"])


READERS: Final = {"calendar": _calendar, "clocks": _clocks}
