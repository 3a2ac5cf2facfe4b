"""What has happened to a customer since their dossier was made, and what a moment of contact adds: the inputs as known now.

Counts only go up until the next publication, days since something only go down: between two publications a customer is contacted
rather less than more often. An answer of yes on one channel does not undo a withdrawal on all of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.core.birthdays import age_on
from zhike.decide.inputs import CONTACT_DAYS, HELD, LOOPS, REFUSED, REFUSED_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.decide.dossier import Dossier
    from zhike.decide.serving_setting import ServingSetting

__all__ = [
    "NOTHING",
    "Live",
    "Preferences",
    "changed_inputs",
    "consent_now",
    "given_since",
    "unwanted_actions",
]

_DAY: Final = 86_400_000_000
"""Microseconds."""
_LONGEST_DAY: Final = 26 * 3_600_000_000
"""Of a zone that turns its clocks back by two hours."""
_EPOCH: Final = dt.date(1970, 1, 1)
_ALL: Final = "all"
_BORN, _AGE = "birth_date", "age"
_COMPLAINTS: Final = "complaints_open"
_RECORDED: Final = "consent_on_record"
_CONSENT: Final = "consent_"
_CONTACTS: Final = "contacts_"
_FREQUENCY_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a customer wants.

    Parameters
    ----------
    channels : tuple of str
        Channels over which they do not want to be addressed.
    topics : tuple of str
        Groups and templates of actions of which they want to hear nothing.
    most : int or None
        Most contacts by the bank within 30 days.
    hours : tuple of (str, str) or None
        Earliest and latest time of day for a contact.
    """

    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    most: int | None = None
    hours: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """What has happened to one customer since the publication; instants in microseconds of UTC.

    Parameters
    ----------
    contacts : tuple of (int, str)
        Contacts by the bank: when, over which channel.
    consents : mapping of (purpose, channel) to bool
        The last answer of each.
    refused : mapping of offer to int
        When an offer (template and product) was last refused.
    taken : tuple of str
        Products accepted.
    complaints : int
        Complaints open that the archive does not know.
    corrections : mapping of column to value
        Facts corrected.
    ends : mapping of (purpose, channel) to str
        First day, as ISO text, on which an answer of yes no longer holds, where it has one.
    given : tuple of (int, str)
        The newest of the contacts by their action; see `given_since`.
    loops : int
        Call-backs to an unhappy customer that are open.
    """

    contacts: tuple[tuple[int, str], ...] = ()
    consents: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    taken: tuple[str, ...] = ()
    complaints: int = 0
    corrections: Mapping[str, Any] = field(default_factory=dict)
    preferences: Preferences = Preferences()
    ends: Mapping[tuple[str, str], str] = field(default_factory=dict)
    given: tuple[tuple[int, str], ...] = ()
    loops: int = 0

    def on(self, day: str) -> Live:
        """Return what is live on a day: a yes that has ended by then is a no.

        Examples
        --------
        >>> live = Live(consents={("marketing", "app"): True}, ends={("marketing", "app"): "2026-07-01"})
        >>> live.on("2026-06-30").consents, live.on("2026-07-01").consents
        ({('marketing', 'app'): True}, {('marketing', 'app'): False})
        """
        over = {asked: False for asked, ends in self.ends.items() if day >= ends}
        return replace(self, consents={**self.consents, **over}) if over else self

    @property
    def profiling_refused(self) -> bool:
        """Whether the customer does not want to be evaluated, on whatever channel they said so last."""
        return any(purpose == "profiling" and not answer for (purpose, _), answer in self.consents.items())

    def to_content(self) -> dict[str, Any]:
        """Return what is not empty as values that JSON knows."""
        wanted = self.preferences
        found = {
            "contacts": [list(one) for one in self.contacts],
            "consents": [[purpose, channel, answer] for (purpose, channel), answer in self.consents.items()],
            "refused": dict(self.refused), "taken": list(self.taken), "complaints": self.complaints or None,
            "corrections": dict(self.corrections), "unwanted_channels": list(wanted.channels),
            "unwanted_topics": list(wanted.topics), "most": wanted.most, "hours": wanted.hours and list(wanted.hours),
            "ends": [[purpose, channel, day] for (purpose, channel), day in self.ends.items()],
            "given": [list(one) for one in self.given],
            "loops": self.loops or None,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None and value not in ([], {})}

    @classmethod
    def of(cls, raw: Mapping[str, Any] | None) -> Live:
        """Return what `to_content` wrote; None is nothing at all."""
        if not raw:
            return NOTHING
        hours = raw.get("hours")
        return cls(
            tuple((at, channel) for at, channel in raw.get("contacts", ())),
            {(purpose, channel): answer for purpose, channel, answer in raw.get("consents", ())},
            raw.get("refused", {}), tuple(raw.get("taken", ())), raw.get("complaints", 0), raw.get("corrections", {}),
            Preferences(tuple(raw.get("unwanted_channels", ())), tuple(raw.get("unwanted_topics", ())), raw.get("most"),
                        None if hours is None else (hours[0], hours[1])),
            {(purpose, channel): day for purpose, channel, day in raw.get("ends", ())},
            tuple((at, action) for at, action in raw.get("given", ())),
            raw.get("loops", 0),
        )  # fmt: skip


NOTHING: Final = Live()


def given_since(now: int) -> int:
    """Return since when contacts are kept by their action: whatever may be of the same day of the bank, however long that is."""
    return now - _LONGEST_DAY


def changed_inputs(
    dossier: Dossier, live: Live, now: int, raised: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Return the inputs that are not as the dossier has them.

    Parameters
    ----------
    dossier : Dossier
    live : Live
    now : int
        Microseconds of UTC.
    raised : mapping of column to number, optional
        Least values that the reason of contact gives to inputs: whoever comes to complain has an open complaint.

    Returns
    -------
    dict
        Value now by column, only where it is another one.
    """
    before = dossier.inputs
    found: dict[str, Any] = {}
    if live is not NOTHING:
        found |= _corrected(before, live, now)
        found |= _contacts(before, live, now) | _answers(before, live) | _refusals(before, live, now)
        if live.taken:
            found[HELD] = sorted({*before[HELD], *live.taken})
        if live.complaints and _COMPLAINTS in before:
            found[_COMPLAINTS] = (before[_COMPLAINTS] or 0) + live.complaints
        if LOOPS in before:
            found[LOOPS] = live.loops
    for name, least in (raised or {}).items():
        if name in before:
            found[name] = max(found.get(name, before[name]) or 0, least)
    return {name: value for name, value in found.items() if value != before[name]}


def _corrected(before: Mapping[str, Any], live: Live, now: int) -> dict[str, Any]:
    """Return the facts corrected; with the day of birth the age is another one too, unless it was corrected by itself."""
    found = {name: value for name, value in live.corrections.items() if name in before}
    if _BORN in found and _AGE in before and _AGE not in found:
        born, today = found[_BORN], _EPOCH + dt.timedelta(days=now // _DAY)
        found[_AGE] = None if born is None else age_on(dt.date.fromisoformat(born), today)
    return found


def _contacts(before: Mapping[str, Any], live: Live, now: int) -> dict[str, Any]:
    if not live.contacts:
        return {}
    found = {
        name: (before[name] or 0) + _within(live, name, now) for name in before if name.startswith(_CONTACTS)
    }
    if CONTACT_DAYS in before:
        ages = [(now - at) // _DAY for at, _ in live.contacts]
        known = before[CONTACT_DAYS]
        found[CONTACT_DAYS] = min(ages if known is None else [*ages, known])
    return found


def _within(live: Live, column: str, now: int) -> int:
    """Return the contacts that a column such as ``contacts_phone_30d`` counts."""
    channel, days = column.removeprefix(_CONTACTS).rsplit("_", 1)
    since = now - int(days.removesuffix("d")) * _DAY
    return sum(at > since and channel in (_ALL, over) for at, over in live.contacts)


def _answers(before: Mapping[str, Any], live: Live) -> dict[str, Any]:
    if not live.consents and not live.preferences.channels:
        return {}
    found = {}
    for name in before:
        if name.startswith(_CONSENT) and name != _RECORDED:
            purpose, channel = name.removeprefix(_CONSENT).rsplit("_", 1)
            found[name] = consent_now(before[name], live, purpose, channel)
    # Of a large book only some of the inputs are at hand.
    recorded = {_RECORDED: bool(live.consents) or before[_RECORDED]} if _RECORDED in before else {}
    return {**found, **recorded}


def consent_now(known: bool | None, live: Live, purpose: str, channel: str) -> bool | None:  # noqa: FBT001 - an answer
    """Return the answer that holds for a purpose on a channel, given the one that the archive knows; None where nobody was asked.

    Examples
    --------
    >>> live = Live(consents={("marketing", "all"): False, ("marketing", "app"): True})
    >>> consent_now(True, live, "marketing", "app"), consent_now(None, NOTHING, "marketing", "app")
    (False, None)
    """
    one, every = live.consents.get((purpose, channel)), live.consents.get((purpose, _ALL))
    if channel in live.preferences.channels or one is False or every is False:
        return False
    if known is False:
        return bool(one and every)
    return True if one or every else known


def _refusals(before: Mapping[str, Any], live: Live, now: int) -> dict[str, Any]:
    if not live.refused:
        return {}
    days = dict(zip(before[REFUSED], before[REFUSED_DAYS], strict=True))
    days |= {offer: (now - at) // _DAY for offer, at in live.refused.items()}
    offers = sorted(days)
    return {REFUSED: offers, REFUSED_DAYS: [days[offer] for offer in offers]}


def unwanted_actions(setting: ServingSetting, live: Live, now: int) -> NDArray[np.bool_] | None:
    """Return which actions the customer's preferences rule out, shape (n_actions,); None where they rule out nothing.

    Notices that must be sent are never among them.
    """
    wanted = live.preferences
    often = wanted.most is not None and _within(live, f"contacts_all_{_FREQUENCY_DAYS}d", now) >= wanted.most
    if not (wanted.topics or wanted.channels or often):
        return None
    table = setting.columns
    closed = [
        often or group in wanted.topics or template in wanted.topics or channel in wanted.channels
        for group, template, channel in zip(table["group"], table["template"], table["channel"], strict=True)
    ]
    found = np.array(closed, dtype=np.bool_) & ~setting.actions.mandatory
    found[setting.problem.nothing] = False
    return found
