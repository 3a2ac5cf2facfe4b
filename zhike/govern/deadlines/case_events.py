"""What happened to a complaint, as far as its clocks care: a closed list of events, each with the fields that it needs.

An event is what somebody did at an instant; it is never changed afterwards. Which event starts or stops which clock is the
law's and stands in the rulebook (`zhike.govern.deadlines.regimes`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from zhike.core.case_errors import CaseEventError
from zhike.core.phrases import both, either, keyed, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

__all__ = [
    "CHANNELS",
    "COMPLEXITIES",
    "EVENTS",
    "RECEIVED",
    "CaseEvent",
    "Notice",
    "as_of",
    "aware",
    "case_events",
    "history",
    "local_time",
]

COMPLEXITIES: Final = ("simple", "complex", "special")
"""How hard a case is, the longest last: clear facts and a simple dispute; complex; particularly complex, or a special reason."""

CHANNELS: Final = ("written", "electronic", "phone")
"""How notice is given: handed over or posted; sent; dialled."""

RECEIVED: Final = "received"
EVENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    RECEIVED: (), "acknowledged": (), "assessed": ("complexity",), "paused": ("reason",), "resumed": (),
    "extended": ("to",), "suspended": ("reference",), "lifted": (), "forwarded": (), "holding_reply": (),
    "provisional_credit": (), "decided": (), "informed": (), "unreachable": ("reason",), "accepted": (), "withdrawn": (),
    "reopened": ("reason",), "verification_requested": (), "verification_decided": (), "verification_informed": (),
    "ombudsman_asked": (), "answered": (), "customer_wrote": (),
})  # fmt: skip
"""Every event, and the fields that it cannot do without."""

CLOSING: Final = ("informed", "unreachable", "accepted", "withdrawn")
"""Events after which nothing is waited for from the complainant, and after which a case may be reopened."""

TELLING: Final = ("informed", "verification_informed")
"""Events that say that the complainant was told, at the instant of the notice."""

_AFTER_WITHDRAWAL: Final = (RECEIVED, "reopened", "acknowledged", "answered", "customer_wrote", "lifted")
"""What may follow a withdrawal: none of these goes on with the case but its reopening."""

_OPTIONAL: Final = ("id", "actor", "reason", "notice", "approver", "clocks", "reference")
_SHA256: Final = 64
_NOTICE_KEYS: Final = {"channel", "at", "sha256"}


@dataclass(frozen=True, slots=True)
class Notice:
    """Proof that the complainant was told: how, when, and the hash of what.

    Parameters
    ----------
    channel : str
        One of `CHANNELS`.
    at : datetime
        When it was handed over, posted, sent or dialled.
    sha256 : str or None
        Of what was handed over or sent, or of the recording of the call.
    """

    channel: str
    at: dt.datetime
    sha256: str | None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One event.

    Parameters
    ----------
    at : datetime
        With its offset.
    name : str
        One of `EVENTS`.
    data : mapping
        ``complexity``, ``to``, ``reason``, ``approver``, ``reference``, ``clocks``, ``actor``, ``id``.
    notice : Notice or None
    """

    at: dt.datetime
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    notice: Notice | None = None

    def touches(self, clock: str) -> bool:
        """Return whether an event is about a clock: about all when it names none."""
        named = self.data.get("clocks")
        return named is None or clock in named


def aware(text: object, zone: ZoneInfo | None = None) -> dt.datetime | None:
    """Return an instant with its offset from ISO text or a datetime; None for anything else.

    One of the first or last year that there is counts as none: it has no day in some zones.

    Parameters
    ----------
    text : object
    zone : ZoneInfo, optional
        Whose clocks show a time without offset; without a zone such a time is none. One that clocks show twice is the first of the two, which
        gives no later date; one that they pass over is none.

    Examples
    --------
    >>> aware("2026-02-02T09:00:00+08:00").isoformat(), aware("2026-02-02T09:00:00")
    ('2026-02-02T09:00:00+08:00', None)
    >>> from zoneinfo import ZoneInfo
    >>> [str(aware(text, ZoneInfo("Europe/London"))) for text in ("2026-10-25T01:30", "2026-03-29T01:30")]
    ['2026-10-25 01:30:00+01:00', 'None']
    """
    if isinstance(text, str):
        text = _time(text)
    if not isinstance(text, dt.datetime) or not dt.MINYEAR < text.year < dt.MAXYEAR:
        return None
    if text.utcoffset() is None:
        return None if zone is None else _shown(text, zone)
    return text


def _time(text: str) -> dt.datetime | None:
    """Return a time; a day alone is none, for it could be any of its instants."""
    try:
        return dt.datetime.fromisoformat(text) if "T" in text or ":" in text else None
    except ValueError:
        return None


def local_time(zone: ZoneInfo) -> object:
    """Return in words what an instant may be where times without offset are those of a zone."""
    return phrase("a time that clocks in {zone} show, such as 2026-06-30T09:00, or an instant with its offset, such as 2026-06-30T09:00:00+08:00", zone=zone.key)  # fmt: skip


def _shown(local: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """Return when the clocks of a zone show a time first; None where they never do."""
    first = local.replace(tzinfo=zone, fold=0)
    offset = first.utcoffset() or dt.timedelta(0)
    there = first.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None, fold=0) == local.replace(fold=0)
    return local.replace(tzinfo=dt.timezone(offset), fold=0) if there else None


def as_of(now: dt.datetime, received: dt.datetime, events: Sequence[CaseEvent]) -> dt.datetime:
    """Return as of when a case is looked at that may still be to come: now, or the last that is said to happen to it.

    A receipt, an event or a notice to come is a question, "if it went like this", and is answered with what is known now.
    """
    told = [event.notice.at for event in events if event.notice is not None]
    return max([now, received, *(event.at for event in events), *told])


def case_events(raw: object, zone: ZoneInfo | None = None) -> tuple[CaseEvent, ...]:
    """Read events as a file or a request gives them: a list of mappings with ``at``, ``event`` and the event's fields.

    Parameters
    ----------
    raw : object
    zone : ZoneInfo, optional
        In which times without offset are read; without a zone they are refused.

    Raises
    ------
    CaseEventError
        At the first event that cannot be read; it says which, and what was needed.

    Examples
    --------
    >>> [event.name for event in case_events([{"at": "2026-02-10T09:00:00+08:00", "event": "assessed", "complexity": "complex"}])]
    ['assessed']
    """
    if not isinstance(raw, list):
        raise CaseEventError(number=1, what=_kind(raw), expected=phrase("a list of events"))
    return tuple(_event(number, one, zone) for number, one in enumerate(raw, 1))


def _kind(raw: object) -> object:
    return (
        phrase("nothing")
        if raw is None
        else phrase("a mapping")
        if isinstance(raw, dict)
        else phrase("text that is no list")
    )


def history(events: Sequence[CaseEvent], received: dt.datetime, at: dt.datetime) -> tuple[CaseEvent, ...]:
    """Return what had happened by an instant, in order; an event that is given twice counts once.

    Raises
    ------
    CaseEventError
        When events are out of order, come before the receipt, contradict the receipt, or cannot follow what was before.
    """
    found: list[CaseEvent] = []
    seen: dict[str, CaseEvent] = {}
    state = _Standing()
    for number, event in enumerate(events, 1):
        if _again(number, event, found, seen):
            continue
        _check_place(number, event, found[-1].at if found else received, received)
        state.take(number, event)
        found.append(event)
    return tuple(event for event in found if event.at <= at and event.name != RECEIVED)


@dataclass(slots=True)
class _Standing:
    """What of a case decides which event may come next."""

    paused: bool = False
    suspended: bool = False
    closed: str | None = None
    verification: bool = False

    def take(self, number: int, event: CaseEvent) -> None:
        """Go on by one event, or refuse it."""
        name = event.name
        if self.closed == "withdrawn" and name not in _AFTER_WITHDRAWAL:
            self._refuse(number, name, phrase("reopened first: the complaint was withdrawn"))
        if name in ("paused", "resumed") and self.paused == (name == "paused"):
            self._refuse(number, name, phrase("pause and resumption in turn"))
        if name in ("suspended", "lifted") and self.suspended == (name == "suspended"):
            self._refuse(number, name, phrase("suspension and its end in turn"))
        if name == "reopened" and self.closed is None:
            self._refuse(number, name, phrase("a case that was closed: {names} first", names=either(CLOSING)))
        if name.startswith("verification_") and name != "verification_requested" and not self.verification:
            self._refuse(number, name, phrase("verification_requested first"))
        self._turn(name)

    def _turn(self, name: str) -> None:
        self.paused = (self.paused or name == "paused") and name not in ("resumed", *CLOSING)
        self.suspended = (self.suspended or name == "suspended") and name != "lifted"
        self.verification = self.verification or name == "verification_requested"
        self.closed = None if name == "reopened" else name if name in CLOSING else self.closed

    def _refuse(self, number: int, name: str, expected: object) -> None:
        raise CaseEventError(number=number, what=f"'{name}'", expected=expected)


def _again(number: int, event: CaseEvent, found: list[CaseEvent], seen: dict[str, CaseEvent]) -> bool:
    """Return whether an event was taken before; one identifier for two events is refused."""
    name = event.data.get("id")
    if name is None:
        return event in found
    before = seen.setdefault(str(name), event)
    if before != event:
        what = phrase("id '{name}' of another event", name=name)
        raise CaseEventError(number=number, what=what, expected=phrase("an identifier of its own"))
    return before is not event


def _check_place(number: int, event: CaseEvent, before: dt.datetime, received: dt.datetime) -> None:
    if event.name == RECEIVED and event.at != received:
        what = phrase("another receipt, {at}", at=event.at.isoformat())
        expected = phrase("{at}: when a complaint was received does not change", at=received.isoformat())
        raise CaseEventError(number=number, what=what, expected=expected)
    if event.at < before:
        what = phrase("'{name}' at {at}", name=event.name, at=event.at.isoformat())
        expected = phrase("events in the order of their time, none before {at}", at=before.isoformat())
        raise CaseEventError(number=number, what=what, expected=expected)


def _event(number: int, raw: Any, zone: ZoneInfo | None) -> CaseEvent:  # noqa: ANN401 - as the file holds it
    if not isinstance(raw, dict):
        raise CaseEventError(number=number, what=f"{raw!r}", expected=phrase("a mapping with at and event"))
    name = raw.get("event")
    if not isinstance(name, str) or name not in EVENTS:
        raise CaseEventError(number=number, what=keyed("event", name), expected=either(EVENTS))
    at = _instant(number, "at", raw.get("at"), zone)
    needed = EVENTS[name]
    odd = sorted(map(str, set(raw) - {"at", "event", *needed, *_OPTIONAL}))
    if odd:
        known = both(("at", "event", *needed, *(one for one in _OPTIONAL if one not in needed)))
        raise CaseEventError(number=number, what=phrase("key {names}", names=", ".join(odd)), expected=known)
    missing = [one for one in needed if raw.get(one) in (None, "")]
    if missing:
        what = phrase("no {names}", names=", ".join(missing))
        raise CaseEventError(number=number, what=what, expected=both(("at", "event", *needed)))
    for key in {"complexity", "to"} & set(needed):
        if raw[key] not in COMPLEXITIES:
            raise CaseEventError(number=number, what=keyed(key, raw[key]), expected=either(COMPLEXITIES))
    data = {key: value for key, value in raw.items() if key not in ("at", "event", "notice")}
    if "clocks" in data:
        data["clocks"] = _names(number, data["clocks"])
    return CaseEvent(at, name, data, _notice(number, raw.get("notice"), at, name, zone))


def _names(number: int, raw: Any) -> tuple[str, ...]:  # noqa: ANN401 - as the file holds it
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise CaseEventError(
            number=number, what=keyed("clocks", raw), expected=phrase("a list of clock names")
        )
    return tuple(raw)


def _notice(
    number: int, raw: Any, at: dt.datetime, name: str, zone: ZoneInfo | None  # noqa: ANN401 - as the file holds it
) -> Notice | None:  # fmt: skip
    if raw is None:
        return None
    if not isinstance(raw, dict) or set(raw) - _NOTICE_KEYS or raw.get("channel") not in CHANNELS:
        expected = phrase("channel ({channels}), at and sha256 of what was sent", channels=either(CHANNELS))
        raise CaseEventError(number=number, what=keyed("notice", raw), expected=expected)
    told = _instant(number, "notice at", raw["at"], zone) if "at" in raw else at
    if name in TELLING and told > at:
        what = phrase("notice at {told}, after the event", told=told.isoformat())
        raise CaseEventError(number=number, what=what, expected=phrase("one up to {at}", at=at.isoformat()))
    digest = raw.get("sha256")
    if digest is not None and not _is_sha256(digest):
        expected = phrase("a SHA-256 in 64 hexadecimal digits")
        raise CaseEventError(number=number, what=keyed("sha256", digest), expected=expected)
    return Notice(raw["channel"], told, digest)


def _is_sha256(text: Any) -> bool:  # noqa: ANN401 - as the file holds it
    return isinstance(text, str) and len(text) == _SHA256 and set(text) <= set("0123456789abcdef")


def _instant(number: int, key: str, raw: object, zone: ZoneInfo | None) -> dt.datetime:
    found = aware(raw, zone)
    if found is None:
        offset = phrase("an instant with its offset, such as 2026-06-30T09:00:00+08:00")
        expected = offset if zone is None else local_time(zone)
        raise CaseEventError(number=number, what=keyed(key, str(raw)), expected=expected)
    return found
