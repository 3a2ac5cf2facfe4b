"""Decide for a customer now, remember it before the answer leaves, and count what was offered as a contact.

A decision is drafted from one state of the ledger without holding anything up, then written in the one transaction that writes at
a time. Where the customer's state has changed in between, it is made again there, so that two workers never exceed a cap together.
Where something is missing the answer is to do nothing, and says why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.act.acting import customer_row, raised, served_row
from zhike.act.book_memory import BookMemory
from zhike.act.decision_rows import events_of, happened, write_rows
from zhike.act.drafts import Decided, Draft, chosen
from zhike.act.households import left_of_caps, members, seen_in, versions_of
from zhike.act.live_state import day_of
from zhike.act.outbox import queue
from zhike.act.publications import active_publication, publication
from zhike.act.trail import record
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.decide.catalogue import offer_of
from zhike.decide.constraints import HOUSEHOLD
from zhike.decide.dossier import unpacked
from zhike.decide.live import Live, changed_inputs, given_since, unwanted_actions
from zhike.decide.served_answer import Reading
from zhike.decide.serving import Moment, serve_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.act.drafts import Ask
    from zhike.act.households import Versions
    from zhike.act.publications import Publication
    from zhike.core.ports import Transaction
    from zhike.decide.dossier import Dossier
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["DecisionDesk"]

_LOOKED_EVERY: Final = 1_000_000
"""Microseconds after which a desk looks for a new publication."""
_STANDS: Final = ("version", "state", HOUSEHOLD)
"""By which a row is known to be the one that a draft was made from."""
_VERSIONED: Final = ("customer_id", *_STANDS)
_UNCOUNTED: Final = ("mandatory", "none")
ACCEPTED, REFUSED = "accepted", "refused"


class DecisionDesk:
    """Decides in real time and remembers.

    Parameters
    ----------
    acting : Acting
    """

    def __init__(self, acting: Acting) -> None:
        self.acting = acting
        # When, in which generation of the database, and what was active then: one value, as threads share it.
        self._looked = -_LOOKED_EVERY, 0, 0
        self._published: dict[tuple[int, int], Publication] = {}
        self._memory = BookMemory(0, 0)

    def decide(self, ask: Ask) -> Decided:
        """Decide for one customer; see `draft` and `do_decide`."""
        with self.acting.store.read() as tx:
            draft = self.draft(tx, ask)
        return self.do_decide([draft])[0]

    def draft(self, tx: Transaction, ask: Ask) -> Draft:
        """Decide from the state that a transaction sees, without writing; see `drafts`."""
        return self.drafts(tx, [ask], [customer_row(tx, ask.customer)])[0]

    def drafts(
        self, tx: Transaction, asks: Sequence[Ask], rows: Sequence[dict[str, Any]] | None = None
    ) -> list[Draft]:
        """Decide for some customers together, without writing; each comes out as `draft` would have it, and costs less.

        Parameters
        ----------
        asks : sequence of Ask
        rows : sequence of dict, optional
            The row of each ask's customer, where the transaction has read them already; of a record that was merged, the row of the
            one that stays.

        Raises
        ------
        RecordNotFoundError
            When one of them is no customer who is served, or names no reason of contact that there is.
        """
        at, current = self.acting.clock.now(), self._current_publication(tx, self.acting.clock.now())
        number = 0 if current is None else current.number
        rows = _served_rows(tx, asks) if rows is None else rows
        known = self._contents(tx, number, {row["customer_id"] for row in rows})
        missing = "no_publication" if current is None else "no_dossier"
        shared = _shared_with(tx, current, asks, rows)
        found = [
            Draft(_of_record(ask, row), ask.preview or self.acting.new_id("d"), at, row, number, None,
                  "" if row["customer_id"] in known else missing, shared.get(row[HOUSEHOLD], ()) if ask.outbound else ())
            for ask, row in zip(asks, rows, strict=True)
        ]  # fmt: skip
        return found if current is None or not known else _all_read(current, known, found)

    @staticmethod
    def _contents(tx: Transaction, publication: int, names: set[str]) -> dict[str, bytes]:
        """Return the dossiers of customers, as they are kept."""
        if not publication or not names:
            return {}
        stored = tx.find("dossiers", {"publication": publication, "customer_id": list(names)})
        return {one["customer_id"]: one["content"] for one in stored if one["content"] is not None}

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
        rows = {
            row["customer_id"]: row
            for row in tx.find("customers", {"customer_id": names}, columns=_VERSIONED)
        }
        households = versions_of(tx, drafts)
        done: list[Decided] = []
        for draft in drafts:
            same = _stands(draft, rows.get(draft.ask.customer), households)
            fresh = draft if same else self.draft(tx, draft.ask)
            decided = Decided(fresh, tuple(self.acting.new_id("o") for _ in chosen(fresh)))
            row = rows[fresh.ask.customer] = _contacted(tx, decided)
            if row[HOUSEHOLD] in households:
                households[row[HOUSEHOLD]][row["customer_id"]] = row["version"]
            done.append(decided)
        write_rows(tx, done)
        now = self.acting.clock.now()
        queue(self.acting, tx, events_of(done), now)
        record(tx, [happened(one) for one in done], now, self.acting.chance)
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

    def setting(self, tx: Transaction) -> ServingSetting | None:
        """Return the setting of the active publication, None where there is none."""
        current = self._current_publication(tx, self.acting.clock.now())
        return None if current is None else current.setting

    def minor_units(self) -> Mapping[str, int]:
        """Return the decimals of every currency in the active publication; of none where there is none."""
        with self.acting.store.read() as tx:
            current = self._current_publication(tx, self.acting.clock.now())
        return {} if current is None else current.setting.minor_units

    def dossiers(
        self, tx: Transaction, customers: Sequence[str]
    ) -> tuple[Publication | None, dict[str, Dossier]]:
        """Return the active publication, None where there is none, and the dossiers of some customers in it."""
        current = self._current_publication(tx, self.acting.clock.now())
        if current is None:
            return None, {}
        stored = self._contents(tx, current.number, set(customers))
        return current, {name: unpacked(content, current.setting) for name, content in stored.items()}

    def remembered(self, tx: Transaction) -> tuple[Publication | None, BookMemory]:
        """Return the active publication, None where there is none, and what is remembered of its customers."""
        current = self._current_publication(tx, self.acting.clock.now())
        generation, number = tx.generation, 0 if current is None else current.number
        memory = self._memory
        if (memory.generation, memory.publication) == (generation, number):
            return current, memory
        before = memory if memory.generation == generation and memory.publication < number else None
        found = BookMemory(generation, number, before)
        # A transaction that began before the last exchange does not bring back what was forgotten with it.
        if memory.generation < generation or before is not None:
            self._memory = found
        return current, found

    def published(self, tx: Transaction, number: int) -> Publication:
        """Return a publication; each is read once."""
        name = tx.generation, number
        if name not in self._published:
            self._published[name] = publication(tx, number)
        return self._published[name]

    def _current_publication(self, tx: Transaction, at: int) -> Publication | None:
        looked, generation, number = self._looked
        if abs(at - looked) >= _LOOKED_EVERY or tx.generation != generation:
            row = active_publication(tx)
            number = 0 if row is None else row["number"]
            self._looked = at, tx.generation, number
        return self.published(tx, number) if number else None


def _served_rows(tx: Transaction, asks: Sequence[Ask]) -> list[dict[str, Any]]:
    found = tx.find("customers", {"customer_id": [ask.customer for ask in asks]})
    rows = {row["customer_id"]: row for row in found}
    return [served_row(rows.get(ask.customer)) for ask in asks]


def _of_record(ask: Ask, row: dict[str, Any]) -> Ask:
    """Return what is asked for, of the record that stays where the one that was named is merged."""
    return ask if ask.customer == row["customer_id"] else replace(ask, customer=row["customer_id"])


def _shared_with(
    tx: Transaction, current: Publication | None, asks: Sequence[Ask], rows: Sequence[dict[str, Any]]
) -> dict[str, tuple[dict[str, Any], ...]]:
    """Return the rows of those with whom some customers share caps, by household; none where no cap is shared."""
    if current is None or not current.setting.day_caps.shared:
        return {}
    return members(tx, [row for ask, row in zip(asks, rows, strict=True) if ask.outbound])


def _stands(draft: Draft, row: dict[str, Any] | None, households: Versions) -> bool:
    """Return whether a draft was made from what holds now: of the customer, and of the household that it counted."""
    if row is None or any(row[name] != draft.row[name] for name in _STANDS):
        return False
    return not draft.household or seen_in(draft) == households[row[HOUSEHOLD]]


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
        raise RecordNotFoundError(what=phrase("reason of contact"))
    dossier, live = unpacked(content, setting), _with_done(draft.live.on(day_of(draft.at)), ask, draft.at)
    unwanted = unwanted_actions(setting, live, draft.at)
    allowed = setting.policy.limits.actions_per_customer
    moment = Moment(
        draft.decision_id, changed_inputs(dossier, live, draft.at, setting.reasons[ask.reason]), ask.channels,
        () if unwanted is None else tuple(np.flatnonzero(unwanted).tolist()), ask.outbound,
        None if ask.most is None else min(ask.most, allowed),
        left=left_of_caps(setting, live, draft.household, draft.at) if ask.outbound else None,
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


def _contacted(tx: Transaction, decided: Decided) -> dict[str, Any]:
    """Count what was offered as contacts; return the customer's row as it is then."""
    draft = decided.draft
    row = draft.row
    if draft.reading is None or not draft.ask.outbound:
        return row
    columns = draft.reading.setting.columns
    made = [place.action for _, place in chosen(draft) if columns["kind"][place.action] not in _UNCOUNTED]
    if not made:
        return row
    contacts = tuple((draft.at, columns["channel"][action]) for action in made)
    given = tuple((draft.at, columns["action_id"][action]) for action in made)
    still = tuple(one for one in draft.live.given if one[0] >= given_since(draft.at))
    live = replace(draft.live, contacts=draft.live.contacts + contacts, given=still + given).to_content()
    raised(tx, row, live)
    return {**row, "version": row["version"] + 1, "live": live}
