"""Decide for a customer now, remember it before the answer leaves, and count what was offered as a contact.

A decision is drafted from one state of the ledger without holding anything up, then written in the one transaction that writes at
a time. Where the customer's state has changed in between, it is made again there, so that two workers never exceed a cap together.
Where something is missing the answer is to do nothing, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.act.acting import DAY, customer_row, raised, served_row
from zhike.act.live_state import day_of
from zhike.act.outbox import Event, queue
from zhike.act.publications import active_publication, publication
from zhike.act.routes import DECISION_MADE, OFFER_MADE
from zhike.act.trail import Happened, record
from zhike.core.service_errors import RecordNotFoundError
from zhike.decide.catalogue import offer_of
from zhike.decide.dossier import unpacked
from zhike.decide.live import Live, changed_inputs, unwanted_actions
from zhike.decide.served_answer import Reading
from zhike.decide.serving import Moment, attempts, serve, serve_all
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhike.act.acting import Acting
    from zhike.act.publications import Publication
    from zhike.core.ports import Transaction
    from zhike.decide.dossier import Dossier

__all__ = ["Ask", "Decided", "DecisionDesk", "Draft", "chain_of"]

_LOOKED_EVERY: Final = 1_000_000
"""Microseconds after which a desk looks for a new publication."""
_UNCOUNTED: Final = ("mandatory", "none")
ACCEPTED, REFUSED = "accepted", "refused"


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for.

    Parameters
    ----------
    customer : str
    actor : str
        Who asks.
    channels : tuple of str
        Channels over which an action can go now; all where empty.
    outbound : bool
        Whether the bank takes the step; then what is chosen counts as a contact.
    reason : str
        Why the customer is in contact, one of the publication's reasons.
    just_done : tuple of (str, str)
        Actions and what has just become of them: accepted or refused, not recorded yet.
    most : int or None
        Most actions, where fewer than the policy's.
    origin : str
        online or batch.
    """

    customer: str
    actor: str
    channels: tuple[str, ...] = ()
    outbound: bool = True
    reason: str = "none"
    just_done: tuple[tuple[str, str], ...] = ()
    most: int | None = None
    origin: str = "online"


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision before it is written.

    Parameters
    ----------
    row : dict
        The customer's row as the draft saw it.
    number : int
        Publication; 0 for none.
    reading : Reading or None
        None for a safe answer.
    degraded : str
        Why a safe answer is given; empty for a full decision.
    """

    ask: Ask
    decision_id: str
    at: int
    row: dict[str, Any] = field(repr=False)
    number: int
    reading: Reading | None = field(repr=False)
    degraded: str = ""

    @property
    def live(self) -> Live:
        """What was live about the customer."""
        return Live.of(self.row["live"])


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that is written.

    Parameters
    ----------
    draft : Draft
    offers : tuple of str
        Identifiers of the offers, in the order of the list.
    """

    draft: Draft
    offers: tuple[str, ...]


class DecisionDesk:
    """Decides in real time and remembers.

    Parameters
    ----------
    acting : Acting
    """

    def __init__(self, acting: Acting) -> None:
        self.acting = acting
        self._looked = -_LOOKED_EVERY, 0  # when, and what was active then: one value, as threads share it
        self._published: dict[int, Publication] = {}

    def decide(self, ask: Ask) -> Decided:
        """Decide for one customer; see `draft` and `do_decide`."""
        with self.acting.store.read() as tx:
            draft = self.draft(tx, ask)
        return self.do_decide([draft])[0]

    def draft(self, tx: Transaction, ask: Ask, row: dict[str, Any] | None = None) -> Draft:
        """Decide from the state that a transaction sees, without writing.

        Parameters
        ----------
        tx : Transaction
        ask : Ask
        row : dict, optional
            The customer's row, where the transaction has read it already.

        Raises
        ------
        RecordNotFoundError
            When there is no such customer, or no such reason of contact.
        """
        row = customer_row(tx, ask.customer) if row is None else row
        if row["customer_id"] != ask.customer:  # of a record that was merged, the one that stays
            ask = replace(ask, customer=row["customer_id"])
        at, decision_id = self.acting.clock.now(), self.acting.new_id("d")
        current = self._current_publication(tx, at)
        if current is None:
            return Draft(ask, decision_id, at, row, 0, None, "no_publication")
        stored = tx.one("dossiers", publication=current.number, customer_id=ask.customer)
        if stored is None or stored["content"] is None:
            return Draft(ask, decision_id, at, row, current.number, None, "no_dossier")
        draft = Draft(ask, decision_id, at, row, current.number, None)
        return replace(draft, reading=_reading(current, stored["content"], draft))

    def drafts(self, tx: Transaction, asks: Sequence[Ask]) -> list[Draft]:
        """Decide for some customers together, without writing; each comes out as `draft` would have it, and costs less.

        Parameters
        ----------
        asks : sequence of Ask
            One a customer.

        Raises
        ------
        RecordNotFoundError
            When one of them is no customer who is served.
        """
        at, names = self.acting.clock.now(), [ask.customer for ask in asks]
        rows = {row["customer_id"]: row for row in tx.find("customers", {"customer_id": names})}
        current = self._current_publication(tx, at)
        number = 0 if current is None else current.number
        stored = tx.find("dossiers", {"publication": number, "customer_id": names})
        known = {one["customer_id"]: one["content"] for one in stored if one["content"] is not None}
        missing = "no_publication" if current is None else "no_dossier"
        found = [
            Draft(ask, self.acting.new_id("d"), at, served_row(rows.get(ask.customer)), number, None,
                  "" if ask.customer in known else missing)
            for ask in asks
        ]  # fmt: skip
        return found if current is None or not known else _all_read(current, known, found)

    def do_decide(self, drafts: Sequence[Draft]) -> list[Decided]:
        """Write decisions in a transaction of their own; see `written`."""
        with self.acting.store.write() as tx:
            return self.written(tx, drafts)

    def written(self, tx: Transaction, drafts: Sequence[Draft]) -> list[Decided]:
        """Write decisions in a transaction, those of customers who have changed since made again.

        Parameters
        ----------
        tx : Transaction
            The one that writes.
        drafts : sequence of Draft
            Several for one customer are made one after the other.
        """
        names = [draft.ask.customer for draft in drafts]
        rows = {row["customer_id"]: row for row in tx.find("customers", {"customer_id": names})}
        done: list[Decided] = []
        for draft in drafts:
            row, seen = rows.get(draft.ask.customer), draft.row
            same = row is not None and (row["version"], row["state"]) == (seen["version"], seen["state"])
            fresh = draft if same else self.draft(tx, draft.ask)
            decided = Decided(fresh, tuple(self.acting.new_id("o") for _ in _chosen(fresh)))
            rows[fresh.ask.customer] = _contacted(tx, decided)
            done.append(decided)
        _write(tx, done)
        now = self.acting.clock.now()
        queue(self.acting, tx, _events(done), now)
        record(tx, [_happened(one) for one in done], now, self.acting.chance)
        return done

    def dossier(self, tx: Transaction, customer: str) -> tuple[Publication, Dossier] | None:
        """Return the active publication and a customer's dossier in it, None where there is none."""
        current = self._current_publication(tx, self.acting.clock.now())
        if current is None:
            return None
        stored = tx.one("dossiers", publication=current.number, customer_id=customer)
        if stored is None or stored["content"] is None:
            return None
        return current, unpacked(stored["content"], current.setting)

    def published(self, tx: Transaction, number: int) -> Publication:
        """Return a publication; each is read once."""
        if number not in self._published:
            self._published[number] = publication(tx, number)
        return self._published[number]

    def _current_publication(self, tx: Transaction, at: int) -> Publication | None:
        looked, number = self._looked
        if abs(at - looked) >= _LOOKED_EVERY:
            row = active_publication(tx)
            number = 0 if row is None else row["number"]
            self._looked = at, number
        return self.published(tx, number) if number else None


def _reading(current: Publication, content: bytes, draft: Draft) -> Reading:
    dossier, moment = _asked(current, content, draft)
    return Reading(current.setting, dossier, moment, serve(current.setting, dossier, moment))


def _all_read(current: Publication, known: dict[str, bytes], drafts: list[Draft]) -> list[Draft]:
    """Return drafts with what is decided for those of whom something is known."""
    full = [draft for draft in drafts if not draft.degraded]
    asked = [_asked(current, known[draft.ask.customer], draft) for draft in full]
    dossiers, moments = zip(*asked, strict=True)
    readings = {
        draft.decision_id: Reading(current.setting, *one)
        for draft, *one in zip(
            full, dossiers, moments, serve_all(current.setting, dossiers, moments), strict=True
        )
    }
    return [replace(draft, reading=readings.get(draft.decision_id)) for draft in drafts]


def _asked(current: Publication, content: bytes, draft: Draft) -> tuple[Dossier, Moment]:
    """Return what a decision is made from."""
    setting, ask = current.setting, draft.ask
    if ask.reason not in setting.reasons:
        raise RecordNotFoundError(what="reason of contact")
    dossier, live = unpacked(content, setting), _with_done(draft.live.on(day_of(draft.at)), ask, draft.at)
    unwanted = unwanted_actions(setting, live, draft.at)
    allowed = setting.policy.limits.actions_per_customer
    moment = Moment(
        draft.decision_id, changed_inputs(dossier, live, draft.at, setting.reasons[ask.reason]), ask.channels,
        () if unwanted is None else tuple(np.flatnonzero(unwanted).tolist()), ask.outbound,
        None if ask.most is None else min(ask.most, allowed),
    )  # fmt: skip
    return dossier, moment


def _with_done(live: Live, ask: Ask, at: int) -> Live:
    """Return what is live with what has just been done and is not recorded yet."""
    if not ask.just_done:
        return live
    refused = {offer_of(action): at for action, outcome in ask.just_done if outcome == REFUSED}
    parts = [action.split(":") for action, outcome in ask.just_done if outcome == ACCEPTED]
    taken = {part[1] for part in parts if len(part) > 2}  # noqa: PLR2004 - template, product, channel
    return replace(live, refused={**live.refused, **refused}, taken=tuple(sorted({*live.taken, *taken})))


def _chosen(draft: Draft) -> list[tuple[int, Any]]:
    """Return the places of a draft that are offers."""
    if draft.reading is None:
        return []
    nothing = draft.reading.setting.problem.nothing
    return [
        (rank, place) for rank, place in enumerate(draft.reading.served.places, 1) if place.action != nothing
    ]


def _contacted(tx: Transaction, decided: Decided) -> dict[str, Any]:
    """Count what was offered as contacts; return the customer's row as it is then."""
    draft = decided.draft
    row = draft.row
    if draft.reading is None or not draft.ask.outbound:
        return row
    columns = draft.reading.setting.columns
    made = [place.action for _, place in _chosen(draft) if columns["kind"][place.action] not in _UNCOUNTED]
    if not made:
        return row
    contacts = tuple((draft.at, columns["channel"][action]) for action in made)
    live = replace(draft.live, contacts=draft.live.contacts + contacts).to_content()
    raised(tx, row, live)
    return {**row, "version": row["version"] + 1, "live": live}


def _write(tx: Transaction, done: Sequence[Decided]) -> None:
    tx.insert("decisions", [_decision_row(one) for one in done])
    offers = [row for one in done for row in _offer_rows(one)]
    if offers:
        tx.insert("offers", offers)


def _decision_row(decided: Decided) -> dict[str, Any]:
    draft = decided.draft
    reading = draft.reading
    return {
        "decision_id": draft.decision_id, "customer_id": draft.ask.customer, "decided_at": draft.at, "origin": draft.ask.origin,
        "publication": draft.number, "prices": None, "degraded": draft.degraded,
        "context": {"reason": draft.ask.reason, "moment": {} if reading is None else reading.moment.to_content()},
        "record": {"places": [], "fingerprint": ""} if reading is None else _record(decided, reading),
    }  # fmt: skip


def _record(decided: Decided, reading: Reading) -> dict[str, Any]:
    names, offers = reading.setting.columns["action_id"], iter(decided.offers)
    nothing = reading.setting.problem.nothing
    places = [
        [names[place.action], place.arm, place.probability, None if place.action == nothing else next(offers)]
        for place in reading.served.places
    ]
    return {"places": places, "fingerprint": reading.served.fingerprint}


def _offer_rows(decided: Decided) -> list[dict[str, Any]]:
    draft = decided.draft
    if draft.reading is None:
        return []
    columns, lapses = draft.reading.setting.columns, draft.at + draft.reading.setting.offer_days * DAY
    return [
        {
            "offer_id": offer, "decision_id": draft.decision_id, "customer_id": draft.ask.customer, "rank": rank,
            "action_id": columns["action_id"][place.action], "channel": columns["channel"][place.action],
            "kind": columns["kind"][place.action], "outbound": draft.ask.outbound, "probability": place.probability,
            "state": "made", "made_at": draft.at, "changed_at": draft.at, "lapses_at": lapses,
        }
        for offer, (rank, place) in zip(decided.offers, _chosen(draft), strict=True)
    ]  # fmt: skip


def _events(done: Sequence[Decided]) -> Iterator[Event]:
    """Yield what is told of decisions and of their offers."""
    for decided in done:
        draft = decided.draft
        customer, content = draft.ask.customer, {
            "decision_id": draft.decision_id, "customer_id": draft.ask.customer, "decided_at": draft.at, "origin": draft.ask.origin,
            "publication": draft.number, "degraded": draft.degraded or None, "offers": list(decided.offers),
        }  # fmt: skip
        yield Event(DECISION_MADE, customer, content)
        for offer in _offer_rows(decided):
            told = {name: value for name, value in offer.items() if name not in ("state", "changed_at")}
            yield Event(OFFER_MADE, customer, told)


def _happened(decided: Decided) -> Happened:
    draft = decided.draft
    fingerprint = "" if draft.reading is None else draft.reading.served.fingerprint
    content = {
        "decision": draft.decision_id, "publication": draft.number, "fingerprint": fingerprint, "degraded": draft.degraded,
        "offers": list(decided.offers),
    }  # fmt: skip
    return Happened("decisions", AuditEvent.DECISION_MADE, draft.ask.actor, draft.ask.customer, content)


def chain_of(draft: Draft) -> dict[str, int]:
    """Return what became of the candidates of a draft, by layer; empty for a safe answer."""
    return {} if draft.reading is None else attempts(draft.reading.setting, draft.reading.served)
