"""The clocks that a law sets for complaints: one document of kind ``clocks`` for each regime.

::

    kind: clocks
    id: cn-cbirc-2020-3
    zone: Asia/Shanghai
    calendar: calendars.cn
    approvers: {superior_institution: {en: ..., zh-Hans: ..., zh-Hant: ...}}
    values:
      2020-03-01:
        enabled: true
        clocks:
          - id: decide
            title: {en: ..., zh-Hans: ..., zh-Hant: ...}
            actor: bank                          # bank | customer | regulator
            starts: received
            stops: [informed, unreachable, withdrawn]
            unit: calendar_days                  # calendar_days | working_days | weeks | months
            length: {simple: 15, complex: 30, special: 60}
            needs: {special: {approvers: [superior_institution], reason: true, notice: true}}
            roll: next_working_day               # or none
            reference: CBIRC Order 2020-3

Optional keys of a clock: ``closes`` (time of day at which its last day ends), ``proof`` (it stops only with proof of notice),
``pauses`` (whether a pause of the case stops it; no law here does), ``condition`` (of which complaints), ``status``, ``roll_reference``
(on which ground the last day moves). A version may have ``suspensions``: classes of complaints whose clocks the regulator holds from one
day to another.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError, RuleNotFoundError
from zhike.core.phrases import both, either, keyed, phrase
from zhike.core.rulebook import text_said
from zhike.govern.deadlines.calendars import KIND as CALENDAR
from zhike.govern.deadlines.calendars import zone_of
from zhike.govern.deadlines.case_events import COMPLEXITIES, EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from zhike.core.language import Text
    from zhike.core.rulebook import Entry, Rulebook, Version

__all__ = [
    "KIND",
    "UNITS",
    "ClockRule",
    "Needs",
    "Regime",
    "Suspension",
    "check_regime",
    "read_regime",
    "regime_of",
    "regimes",
]

KIND: Final = "clocks"
UNITS: Final = ("calendar_days", "working_days", "weeks", "months")
ACTORS: Final = ("bank", "customer", "regulator")
ROLLS: Final = ("next_working_day", "none")
STATUSES: Final = ("confirmed", "provisional")
_MUST: Final = ("id", "title", "actor", "starts", "stops", "unit", "length", "roll", "reference")
_MAY: Final = ("needs", "closes", "proof", "pauses", "condition", "status", "roll_reference")
_NEEDS: Final = {"approvers", "reason", "notice"}
_VALUE: Final = {"enabled", "clocks", "suspensions"}
_SUSPENSION: Final = {"matter", "clocks", "first_day", "last_day", "reference"}


@dataclass(frozen=True, slots=True)
class Needs:
    """What a longer time needs before it counts."""

    approvers: tuple[str, ...] = ()
    reason: bool = False
    notice: bool = False


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One clock as the law sets it.

    Parameters
    ----------
    lengths : mapping of str to int
        By complexity, in ``unit``; a complexity that is not named has the length of the next lower one that is.
    needs : mapping of str to Needs
        By complexity; one that is not named needs nothing.
    closes : time or None
        When the last day ends; None: at midnight.
    """

    id: str
    title: Text
    actor: str
    starts: str
    stops: tuple[str, ...]
    unit: str
    lengths: Mapping[str, int]
    needs: Mapping[str, Needs]
    rolls: bool
    closes: dt.time | None
    proof: bool
    pauses: bool
    condition: Text | None
    reference: str
    status: str
    roll_reference: str | None

    def level(self, complexity: str) -> str:
        """Return the complexity whose length counts."""
        lower = COMPLEXITIES[: COMPLEXITIES.index(complexity) + 1]
        return next(one for one in reversed(lower) if one in self.lengths)

    def proven(self, complexity: str) -> str:
        """Return the longest complexity up to one that needs nothing."""
        lower = COMPLEXITIES[: COMPLEXITIES.index(complexity) + 1]
        return next(one for one in reversed(lower) if one in self.lengths and one not in self.needs)


@dataclass(frozen=True, slots=True)
class Suspension:
    """A class of complaints whose clocks the regulator holds, first and last day included; no last day: until further notice."""

    matter: str
    clocks: tuple[str, ...]
    first_day: dt.date
    last_day: dt.date | None
    reference: str


@dataclass(frozen=True, slots=True)
class Regime:
    """What a regime says from one day on.

    Parameters
    ----------
    id : str
        Name by which a case says which regime it falls under.
    path, version, sha256 : str
        Of the document; the version is its first day.
    until : date or None
        First day on which it no longer speaks.
    zone : ZoneInfo
        In which days begin and end.
    calendar : str
        Path of the calendar of working days.
    approvers : mapping of str to Text
    """

    id: str
    path: str
    title: Text
    first_day: dt.date
    until: dt.date | None
    zone: ZoneInfo
    calendar: str
    approvers: Mapping[str, Text]
    enabled: bool
    clocks: tuple[ClockRule, ...]
    suspensions: tuple[Suspension, ...]
    reference: str
    status: str
    sha256: str

    @property
    def version(self) -> str:
        """First day of the version, as text."""
        return self.first_day.isoformat()


def regimes(rulebook: Rulebook) -> tuple[Regime, ...]:
    """Return every regime as its last version says it, ordered by name; drafts and regimes that have ended are among them."""
    last = [
        next(version for version in reversed(entry.versions) if version.value is not None)
        for entry in rulebook
        if entry.kind == KIND
    ]
    found = [read_regime(version, _until(rulebook.entry(version.path), version)) for version in last]
    return tuple(sorted(found, key=lambda one: one.id))


def regime_of(rulebook: Rulebook, name: str, received: dt.date | dt.datetime) -> Regime:
    """Return what a regime says for a complaint that was received on a day, or at an instant, of its zone.

    Raises
    ------
    RuleNotFoundError
        When no regime has the name, when it was not in force that day, or when it is a draft that is not enabled.
    """
    entries = {str(entry.versions[0].head.get("id")): entry for entry in rulebook if entry.kind == KIND}
    if name not in entries:
        raise RuleNotFoundError(path=name, at=received, known=either(sorted(entries)))
    zone = zone_of(entries[name].path, entries[name].versions[0].head.get("zone"))
    day = received.astimezone(zone).date() if isinstance(received, dt.datetime) else received
    found = _in_force(entries[name], day)
    if found is None:
        raise RuleNotFoundError(path=name, at=day, known=_when(entries[name], day))
    if not found.enabled:
        raise RuleNotFoundError(path=name, at=day, known=phrase("it is a draft that is not enabled"))
    return found


def check_regime(rulebook: Rulebook, version: Version) -> None:
    """Raise `RuleError` unless a regime keeps to the schema, has a name of its own and a calendar that is there."""
    regime = read_regime(version, None)
    calendar = rulebook.entries.get(regime.calendar)
    if calendar is None or calendar.kind != CALENDAR:
        raise RuleError(
            what=keyed("calendar", regime.calendar),
            path=version.path,
            expected=phrase("the path of a calendar"),
        )
    same = [e.path for e in rulebook if e.kind == KIND and e.versions[0].head.get("id") == regime.id]
    if len(same) > 1:
        raise RuleError(
            what=keyed("id", regime.id), path=version.path, expected=phrase("an identifier of its own")
        )


def read_regime(version: Version, until: dt.date | None) -> Regime:
    """Read one version of a regime.

    Raises
    ------
    RuleError
        When it breaks the schema.
    """
    head, value, path = version.head, version.value, version.path
    for key in ("id", "zone", "calendar"):
        if not isinstance(head.get(key), str):
            raise RuleError(
                what=keyed(key, head.get(key)), path=path, expected=phrase("id, zone and calendar")
            )
    if not isinstance(value, dict) or set(value) - _VALUE or not isinstance(value.get("enabled"), bool):
        raise RuleError(what=f"{value!r}", path=path, expected=phrase("enabled: true or false, and clocks"))
    approvers = {
        str(name): text_said(path, raw) for name, raw in _part(path, head, "approvers", dict).items()
    }
    clocks = tuple(_clock(version, raw, approvers) for raw in _part(path, value, "clocks", list))
    names = [clock.id for clock in clocks]
    if len(set(names)) < len(names) or (value["enabled"] and not names):
        raise RuleError(
            what=keyed("clocks", names), path=path, expected=phrase("clocks, each with an id of its own")
        )
    held = tuple(_suspension(path, raw, names) for raw in _part(path, value, "suspensions", list))
    return Regime(
        head["id"], path, version.title, version.first_day, until, zone_of(path, head["zone"]), head["calendar"],
        approvers, value["enabled"], clocks, held, version.reference.title, version.status, version.sha256,
    )  # fmt: skip


def _in_force(entry: Entry, day: dt.date) -> Regime | None:
    version = entry.in_force(day)
    if version is None:
        return None
    return read_regime(version, _until(entry, version))


def _until(entry: Entry, version: Version) -> dt.date | None:
    later = [other.first_day for other in entry.versions if other.first_day > version.first_day]
    return min(later, default=None)


def _when(entry: Entry, day: dt.date) -> object:
    """Return why a document is not in force on a day."""
    past = [version for version in entry.versions if version.first_day <= day]
    if past:
        return phrase(
            "it ended before {day}: {title}", day=past[-1].first_day, title=past[-1].reference.title
        )
    return phrase("the first is of {first}", first=entry.versions[0].first_day)


def _clock(version: Version, raw: Any, approvers: Mapping[str, Text]) -> ClockRule:  # noqa: ANN401 - as the YAML holds it
    path = version.path
    if not isinstance(raw, dict) or set(_MUST) - set(raw) or set(raw) - {*_MUST, *_MAY}:
        raise RuleError(
            what=keyed("clock", raw), path=path, expected=phrase("the keys {names}", names=both(_MUST))
        )
    stops = raw["stops"] if isinstance(raw["stops"], list) else [raw["stops"]]
    status = raw.get("status", version.status)
    for key, given, known in (
        ("actor", [raw["actor"]], ACTORS), ("starts", [raw["starts"]], tuple(EVENTS)), ("stops", stops or [stops], tuple(EVENTS)),
        ("unit", [raw["unit"]], UNITS), ("roll", [raw["roll"]], ROLLS), ("status", [status], STATUSES),
        ("proof", [raw.get("proof", False)], (True, False)), ("pauses", [raw.get("pauses", False)], (True, False)),
    ):  # fmt: skip
        odd = [one for one in given if one not in known]
        if odd:
            raise RuleError(what=keyed(key, odd[0]), path=path, expected=either(known))
    lengths = _lengths(path, raw["length"])
    condition = text_said(path, raw["condition"]) if "condition" in raw else None
    return ClockRule(
        str(raw["id"]), text_said(path, raw["title"]), raw["actor"], raw["starts"], tuple(stops), raw["unit"], lengths,
        _needs(path, raw.get("needs") or {}, lengths, approvers), raw["roll"] == ROLLS[0], _time(path, raw.get("closes")),
        raw.get("proof", False), raw.get("pauses", False), condition, str(raw["reference"]), str(status),
        raw.get("roll_reference"),
    )  # fmt: skip


def _lengths(path: str, raw: Any) -> dict[str, int]:  # noqa: ANN401 - as the YAML holds it
    given = raw if isinstance(raw, dict) else {COMPLEXITIES[0]: raw}
    whole = all(type(count) is int and count >= 1 for count in given.values())
    known = [name for name in COMPLEXITIES if name in given]
    counts = [given[name] for name in known]
    if not whole or COMPLEXITIES[0] not in given or len(known) < len(given) or counts != sorted(counts):
        expected = phrase(
            "whole lengths, 1 or more, by complexity: {names}, none shorter than one before",
            names=both(COMPLEXITIES),
        )
        raise RuleError(what=keyed("length", raw), path=path, expected=expected)
    return dict(given)


def _needs(
    path: str,
    raw: Any,  # noqa: ANN401 - as the YAML holds it
    lengths: Mapping[str, int],
    approvers: Mapping[str, Text],
) -> dict[str, Needs]:
    expected = phrase("by a complexity beyond simple: approvers that the document names, reason, notice")
    found: dict[str, Needs] = {}
    for level, needs in raw.items() if isinstance(raw, dict) else ():
        named = needs.get("approvers", []) if isinstance(needs, dict) else None
        known = level in lengths and level != COMPLEXITIES[0]
        if not known or not isinstance(named, list) or set(needs) - _NEEDS or set(named) - set(approvers):
            raise RuleError(what=keyed("needs", raw), path=path, expected=expected)
        found[level] = Needs(tuple(named), bool(needs.get("reason")), bool(needs.get("notice")))
    if not isinstance(raw, dict):
        raise RuleError(what=keyed("needs", raw), path=path, expected=expected)
    return found


def _time(path: str, raw: object) -> dt.time | None:
    if raw is None:
        return None
    try:
        return dt.time.fromisoformat(str(raw))
    except ValueError as problem:
        raise RuleError(
            what=keyed("closes", raw), path=path, expected=phrase('a time such as "17:00"')
        ) from problem


def _suspension(path: str, raw: Any, clocks: list[str]) -> Suspension:  # noqa: ANN401 - as the YAML holds it
    sound = isinstance(raw, dict) and set(raw) == _SUSPENSION and isinstance(raw["clocks"], list)
    days = [raw[key] for key in ("first_day", "last_day") if raw[key] is not None] if sound else []
    known = sound and all(one in clocks for one in raw["clocks"]) and raw["first_day"] is not None
    if not known or any(type(day) is not dt.date for day in days) or days != sorted(days):
        expected = phrase("matter, clocks of the regime, first_day, last_day or null, and reference")
        raise RuleError(what=keyed("suspension", raw), path=path, expected=expected)
    return Suspension(
        str(raw["matter"]), tuple(raw["clocks"]), raw["first_day"], raw["last_day"], str(raw["reference"])
    )


def _part(path: str, whole: Mapping[str, Any], key: str, sort: type) -> Any:  # noqa: ANN401 - as the YAML holds it
    """Return a part of a document that may be left out, else one of its kind."""
    found = whole.get(key)
    if found is not None and not isinstance(found, sort):
        raise RuleError(
            what=keyed(key, found), path=path, expected=phrase("enabled: true or false, and clocks")
        )
    return sort() if found is None else found
