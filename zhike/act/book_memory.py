"""What a desk remembers of customers between two looks at a day: their dossiers at a glance, what is live, and what calls for a contact.

A day is asked for again whenever one of its lines is dealt with, and of a book of thousands next to nothing has changed since. What is
remembered is of one publication and of one version of each customer's row, which every change of what is live about them raises; the
version is read each time, so that a change by another process shows at once. Of whoever has left a book, erased or moved, nothing is kept.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from zhike.core.ledger import CUSTOMER
from zhike.decide.dossier import glanced
from zhike.decide.live import NOTHING, Live, Preferences, changed_inputs
from zhike.decide.reminders import READS, Reminder, reminders
from zhike.know.given_warnings import without_warnings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.act.publications import Publication
    from zhike.core.ports import Transaction
    from zhike.decide.day_rules import ReminderRule
    from zhike.decide.dossier import Dossier
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["BookMemory", "Glance", "Moment", "known_now"]

_EPOCH: Final = dt.date(1970, 1, 1)
_DAY: Final = 86_400_000_000
"""Microseconds."""
_MOST: Final = 50_000
"""Customers remembered, about 2 KB each."""
_AT_A_TIME: Final = 1_024
"""Customers read together: the dossiers of a whole book need not be at hand at once."""


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """When reminders are looked for, and by which rules; two of the same content are two moments.

    Parameters
    ----------
    today : date
    rules : mapping of kind to ReminderRule
    """

    today: dt.date
    rules: Mapping[str, ReminderRule]


@dataclass(slots=True)
class Glance:
    """What a day needs to know of one customer.

    Parameters
    ----------
    version : int
        Of the customer's row.
    dossier : Dossier
        No more of it than `zhike.decide.dossier.glanced` reads.
    live : Live
    setting : ServingSetting
        Of the publication that the dossier is of.
    """

    version: int
    dossier: Dossier
    live: Live
    setting: ServingSetting = field(repr=False)
    _called: tuple[Moment, tuple[Reminder, ...]] | None = field(default=None, repr=False)

    def known(self, today: dt.date) -> Mapping[str, Any]:
        """Return what is known on a day, see `known_now`."""
        return known_now(self.setting, self.dossier, self.live, today)

    def reminders(self, moment: Moment) -> tuple[Reminder, ...]:
        """Return what calls for a contact; found once for each moment."""
        called = self._called
        if called is None or called[0] is not moment:
            known = self.known(moment.today)
            called = self._called = moment, tuple(reminders(known, moment.today, moment.rules))
        return called[1]


class BookMemory:
    """Remembers customers of one publication.

    Parameters
    ----------
    generation : int
        Of the database, see `zhike.core.ports.Transaction.generation`.
    publication : int
    before : BookMemory, optional
        Of the publication before: whose books it had are read again as soon as there is time, see `unread`.
    """

    def __init__(self, generation: int, publication: int, before: BookMemory | None = None) -> None:
        self.generation: Final = generation
        self.publication: Final = publication
        self._known: dict[str, Glance] = {}  # replaced as a whole, as threads share it
        self._books: dict[str, frozenset[str]] = {}
        self._moment: Moment | None = None
        books = {} if before is None else before._books  # noqa: SLF001 - one of its own kind
        self.unread: Final = sorted(frozenset[str]().union(*books.values()))
        """Customers of books that were looked at under the publication before, and that nobody has read under this one."""

    def __contains__(self, customer: str) -> bool:
        """Return whether something is remembered of a customer."""
        return customer in self._known

    def moment(self, today: dt.date, rules: Mapping[str, ReminderRule]) -> Moment:
        """Return the moment of a day and its rules; the last one where these are its."""
        last = self._moment
        if last is None or (last.today, last.rules) != (today, rules):
            last = self._moment = Moment(today, rules)
        return last

    def keep_book(self, staff_id: str, book: frozenset[str]) -> None:
        """Note who is in somebody's book; those who were and are no longer are forgotten."""
        gone = self._books.get(staff_id, frozenset()) - book
        self._books[staff_id] = book
        if gone:
            self._known = {name: one for name, one in self._known.items() if name not in gone}

    def glances(
        self, tx: Transaction, current: Publication, versions: Mapping[str, int]
    ) -> dict[str, Glance]:
        """Return what a day needs to know of customers, by customer; nothing of those who have no dossier.

        Parameters
        ----------
        tx : Transaction
        current : Publication
            The one that this remembers.
        versions : mapping of customer to int
            Of their rows, as the transaction sees them.
        """
        known = self._known
        changed = [
            name for name, version in versions.items() if name not in known or known[name].version != version
        ]
        if not changed:
            return {name: known[name] for name in versions}
        dossiers = {name: known[name].dossier for name in changed if name in known}
        dossiers |= _dossiers(tx, current, [name for name in changed if name not in known])
        made = _made(tx, current.setting, dossiers)
        found = {**known, **made}
        self._known = made if len(found) > _MOST else found
        return {name: found[name] for name in versions if name in found}


def _dossiers(tx: Transaction, current: Publication, names: list[str]) -> dict[str, Dossier]:
    """Return the dossiers of customers, each at a glance."""
    parts = (tx.find("dossiers", {"publication": current.number, CUSTOMER: part}) for part in _parts(names))
    return {
        row[CUSTOMER]: glanced(row["content"], current.setting, READS)
        for part in parts
        for row in part
        if row["content"] is not None
    }


def _made(tx: Transaction, setting: ServingSetting, dossiers: Mapping[str, Dossier]) -> dict[str, Glance]:
    """Return customers whose dossiers are given as their rows have them now."""
    rows = (row for part in _parts(list(dossiers)) for row in tx.find("customers", {CUSTOMER: part}))
    found = {row[CUSTOMER]: (row["version"], Live.of(row["live"])) for row in rows}
    return {name: Glance(version, dossiers[name], live, setting) for name, (version, live) in found.items()}


def _parts(names: list[str]) -> Iterator[list[str]]:
    return (names[start : start + _AT_A_TIME] for start in range(0, len(names), _AT_A_TIME))


def known_now(setting: ServingSetting, dossier: Dossier, live: Live, today: dt.date) -> Mapping[str, Any]:
    """Return the attributes of a customer as of today, as far as reminders read them: contacts and products are as they were.

    Parameters
    ----------
    setting : ServingSetting
        Of the publication that the dossier is of.
    dossier : Dossier
        At a glance at least.
    live : Live
    today : date
        On it a yes that has ended is a no.
    """
    channels = live.preferences.channels
    if not (live.corrections or live.complaints or live.consents or channels):
        return dossier.inputs
    now = live.on(str(today))
    read = replace(
        NOTHING, complaints=now.complaints, corrections=now.corrections, consents=now.consents, preferences=Preferences(channels),
    )  # fmt: skip
    known = dossier.one(setting, changed_inputs(dossier, read, (today - _EPOCH).days * _DAY)).values
    return without_warnings(known) if now.profiling_refused else known
