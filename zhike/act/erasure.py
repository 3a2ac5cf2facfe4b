"""Erase a customer, or make them anonymous: on two persons' word, all at once, with a certificate.

Every row of every record of the person leaves: what a duty keeps goes to `zhike.act.retained`, what the rules leave for statistics
comes back as a row of nobody, under other identifiers, the rest is gone. Then the persons' keys are destroyed, so that whatever copy of
a sealed value lies anywhere opens to nobody who has not kept the key as well. What stays of the person is the mark that they were
erased, so that no later publication brings them back.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import ANONYMISED, ERASED, customer_row, moment, records_of
from zhike.act.digests import signing_key
from zhike.act.outbox import Event, queue
from zhike.act.proposals import Wanted, carried_out, proposal_row, stripped, wanted_of
from zhike.act.retained import keep
from zhike.act.routes import CUSTOMER_ERASED
from zhike.act.touched import touched
from zhike.act.trail import STREAMS, Happened, head_of, record
from zhike.core.errors import UsageError
from zhike.core.ledger import CUSTOMER, LEDGER
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent
from zhike.govern.certificate import certified
from zhike.govern.erasure import FRESH, Renaming, kept_copies, left_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ledger import LedgerTable
    from zhike.core.ports import Transaction
    from zhike.govern.erasure import ErasureRules, Kind
    from zhike.govern.roles import Permission

__all__ = [
    "PERSONAL", "VERBS", "anonymise_customer", "check_erasure", "erase_customer", "finish_erasure", "heads", "wanted_erasure",
]  # fmt: skip

VERBS: Final[dict[Kind, str]] = {"erase": "privacy.erase", "anonymise": "privacy.anonymise"}
_EVENTS: Final[dict[Kind, AuditEvent]] = {
    "erase": AuditEvent.DATA_ERASED,
    "anonymise": AuditEvent.DATA_ANONYMISED,
}
_STATES: Final[dict[Kind, str]] = {"erase": ERASED, "anonymise": ANONYMISED}
LEDGER_PLACE: Final = "ledger"
_MARKS: Final = ("customers", "person_keys", "retained")
PERSONAL: Final = tuple(table for table in LEDGER.values() if table.personal and table.name not in _MARKS)
"""Tables whose rows leave with the person."""
_NEUTRAL: Final[dict[str, Any]] = {
    "text": "", "int": 0, "float": 0.0, "bool": False, "instant": 0, "day": "1970-01-01", "json": {}, "bytes": b"",
}  # fmt: skip
_NOT_REACHED: Final = (
    "backups, replicas and archived write-ahead logs of the store", "folders of decisions and reports", "bank folders",
    "systems that were told before and listen to no webhook",
)  # fmt: skip


def wanted_erasure(customer: str, kind: Kind, relationship_end: dt.date | None) -> Wanted:
    """Return an erasure as a proposal names it.

    Parameters
    ----------
    customer : str
    kind : str
        erase or anonymise.
    relationship_end : date or None
        Last day of the relationship; None while it lasts.
    """
    return Wanted(
        VERBS[kind],
        customer,
        {"relationship_end": None if relationship_end is None else str(relationship_end)},
    )


def erase_customer(
    acting: Acting, proposal_id: str, permission: Permission, rules: ErasureRules
) -> dict[str, Any]:
    """Carry out an approved erasure; return its row. `finish_erasure` then clears the files and signs.

    Parameters
    ----------
    acting : Acting
    proposal_id : str
    permission : Permission
        Of whoever carries it out, for ``privacy.erase`` and the customer.
    rules : ErasureRules
        `zhike.govern.erasure.LEDGER`, as in force today.

    Raises
    ------
    RecordNotFoundError
        When there is no such proposal, or no such customer any more.
    ForbiddenError, StateConflictError
        When it is not approved, not this verb, not permitted, or a complaint is open.
    """
    return _carried_out(acting, proposal_id, permission, rules, "erase")


def anonymise_customer(
    acting: Acting, proposal_id: str, permission: Permission, rules: ErasureRules
) -> dict[str, Any]:
    """Carry out an approved anonymisation; see `erase_customer`."""
    return _carried_out(acting, proposal_id, permission, rules, "anonymise")


def _carried_out(
    acting: Acting, proposal_id: str, permission: Permission, rules: ErasureRules, kind: Kind
) -> dict[str, Any]:
    with acting.store.write() as tx:
        wanted = wanted_of(proposal_row(tx, proposal_id))
        if wanted.verb != VERBS[kind]:
            raise StateConflictError(
                what=phrase("a proposal to {verb}", verb=wanted.verb),
                expected=phrase("one to {verbs}", verbs=VERBS[kind]),
            )
        row = check_erasure(tx, wanted.subject)
        proposal = carried_out(acting, tx, proposal_id, permission, wanted)
        return _Forgetting(acting, tx, rules, kind, proposal).done(row)


def check_erasure(tx: Transaction, customer: str) -> dict[str, Any]:
    """Return the row of a customer who can be erased.

    Raises
    ------
    RecordNotFoundError
        When there is no such customer.
    StateConflictError
        When a complaint is open: who complains has a right to an answer.
    """
    row = customer_row(tx, customer)
    records = records_of(tx, row["customer_id"])
    if tx.count("complaints", {CUSTOMER: records, "open": True}):
        raise StateConflictError(
            what=phrase("an open complaint of the customer"), expected=phrase("one that is closed")
        )
    return row


class _Forgetting:
    """One erasure at work, in one transaction."""

    def __init__(
        self, acting: Acting, tx: Transaction, rules: ErasureRules, kind: Kind, proposal: Mapping[str, Any]
    ) -> None:
        self.acting, self.tx, self.rules, self.kind, self.proposal = acting, tx, rules, kind, proposal
        self.erasure_id, self.now = acting.new_id("e"), acting.clock.now()
        self.actor: str = proposal["content"]["steps"][-1]["actor_id"]
        ended = proposal["content"]["what"]["relationship_end"]
        self.ended = None if ended is None else dt.date.fromisoformat(ended)
        if self.ended is not None and self.ended > moment(self.now).date():
            raise UsageError(
                what=phrase("a relationship that ends on a day to come"),
                expected=phrase("a day up to today, or none while it lasts"),
            )
        self.renaming = Renaming(acting.chance)

    def done(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Forget the customer of a row; return the row of the erasure."""
        records = records_of(self.tx, row[CUSTOMER])
        before, known = heads(self.tx), touched(self.tx, records)
        _lapse(self.acting, self.tx, records, self.actor)
        erased, kept = self._tables(records)
        _strip_proposals(self.tx, records)
        for record_id in records:
            self._marked(record_id)
        statement = {
            "erasure": self.erasure_id, "customer": row[CUSTOMER], "records": records, "kind": self.kind, "place": LEDGER_PLACE,
            "at": moment(self.now).isoformat(), "relationship_end": None if self.ended is None else str(self.ended),
            "proposal": self.proposal["proposal_id"], "proposed_by": self.proposal["proposed_by"],
            "approved_by": self.proposal["decided_by"], "erased": erased, "kept": kept, "touched": known,
            "not_reached": list(_NOT_REACHED), "heads_before": before,
        }  # fmt: skip
        return self._recorded(row[CUSTOMER], statement)

    def _tables(self, records: list[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        erased, kept = {}, []
        for table in PERSONAL:
            rows = self.tx.find(table.name, {CUSTOMER: records})
            if not rows:
                continue
            fates = self.rules.fates(table.name, [one.name for one in table.columns], self.ended, self.kind)
            kept += keep(self.acting, self.tx, self.erasure_id, table.name, kept_copies(rows, fates))
            left = left_rows(rows, fates, _blanks(table), self.renaming)
            self.tx.remove(table.name, {CUSTOMER: records})
            self.tx.insert(table.name, left)
            gone = [name for name, fate in fates.items() if not fate.stays]
            erased[table.name] = {"rows": len(rows), "left_of_nobody": len(left), "columns": gone}
        return erased, kept

    def _marked(self, record_id: str) -> None:
        """Leave the mark of one record, and destroy its key."""
        row = self.tx.one("customers", customer_id=record_id)
        assert row is not None  # noqa: S101 - it was just found
        values = {
            "branch": None, "adviser": None, "tier": None, "contacted_on": None, "household_id": None, "merged_into": None, "state": _STATES[self.kind],
            "version": row["version"] + 1, "live": None,
        }  # fmt: skip
        self.tx.change("customers", {CUSTOMER: record_id}, values)
        self.tx.destroy_key(record_id, self.now)

    def _recorded(self, customer: str, statement: dict[str, Any]) -> dict[str, Any]:
        # About nobody, so that the event can be opened: the key of the person is gone. The erasure itself says who it was.
        content = {"erasure": self.erasure_id, "proposal": self.proposal["proposal_id"]}
        happened = Happened("privacy", _EVENTS[self.kind], self.actor, None, content)
        record(self.tx, [happened], self.now, self.acting.chance)
        row = {
            "erasure_id": self.erasure_id, "subject": customer, "kind": self.kind, "place": LEDGER_PLACE,
            "proposal_id": self.proposal["proposal_id"], "relationship_end": statement["relationship_end"], "state": "begun",
            "content": {**statement, "heads_after": heads(self.tx)}, "recorded_at": self.now, "actor": self.actor,
        }  # fmt: skip
        self.tx.insert("erasures", [row])
        queue(self.acting, self.tx, [self._told(customer, statement["records"])], self.now)
        return row

    def _told(self, customer: str, records: list[str]) -> Event:
        """Return what those are told who were told of the person before: that they are to forget them as well."""
        content = {"customer_id": customer, "records": records, "kind": self.kind, "erasure": self.erasure_id}
        return Event(CUSTOMER_ERASED, None, content)


def finish_erasure(acting: Acting, erasure_id: str, private_key: bytes) -> dict[str, Any]:
    """Leave nothing of what was erased in the store's files, and sign; return the certificate. Doing it twice changes nothing.

    Parameters
    ----------
    acting : Acting
    erasure_id : str
    private_key : bytes
        32 bytes, the seed of the key that signs the digests of the audit trail; see `signing_key`.

    Raises
    ------
    RecordNotFoundError
        When there is no such erasure.
    StoreUnavailableError
        When somebody still reads a state from before; the erasure stays begun, and can be finished later.
    """
    with acting.store.read() as tx:
        row = tx.one("erasures", erasure_id=erasure_id)
    if row is None:
        raise RecordNotFoundError(what=phrase("erasure"))
    if row["state"] == "done":
        found: dict[str, Any] = row["content"]
        return found
    acting.store.scrub(["customers", "person_keys", "proposals", *(table.name for table in PERSONAL)])
    finished = {**row["content"], "finished_at": moment(acting.clock.now()).isoformat()}
    with acting.store.write() as tx:
        certificate = certified(finished, signing_key(acting, tx, private_key))
        tx.change(
            "erasures",
            {"erasure_id": erasure_id, "state": "begun"},
            {"state": "done", "content": certificate},
        )
    return certificate


def heads(tx: Transaction) -> dict[str, list[Any]]:
    """Return number and hash of the last entry of every stream of the audit trail that has one."""
    found = [head_of(tx, stream) for stream in STREAMS]
    return {head.stream: [head.number, head.hash] for head in found if head.number}


def _lapse(acting: Acting, tx: Transaction, records: Sequence[str], actor: str) -> None:
    """Let the open offers of somebody who leaves lapse: nobody is there to answer them."""
    now, happened = acting.clock.now(), []
    for offer in tx.find("offers", {CUSTOMER: list(records), "state": ["made", "shown"]}):
        tx.change("offers", {"offer_id": offer["offer_id"]}, {"state": "lapsed", "changed_at": now})
        content = {"offer": offer["offer_id"], "outcome": "lapsed"}
        happened.append(Happened("offers", AuditEvent.OFFER_LAPSED, actor, offer[CUSTOMER], content))
    record(tx, happened, now, acting.chance)


def _strip_proposals(tx: Transaction, records: Sequence[str]) -> None:
    """Leave of proposals about somebody who was erased who proposed and who approved, and not why."""
    own = tx.find("proposals", {"subject": list(records)})
    merges = tx.find("proposals", {"verb": "customer.merge"})
    others = [
        row
        for row in merges
        if row["content"]["what"].get("into") in records and row["subject"] not in records
    ]
    for row in (*own, *others):
        tx.change(
            "proposals",
            {"proposal_id": row["proposal_id"]},
            {"reason": "", "content": stripped(row["content"])},
        )


def _blanks(table: LedgerTable) -> dict[str, Any]:
    """Return what stands in each column of a table of which nothing stays."""
    return {one.name: _blank(one.name, one.dtype, table) if one.required else None for one in table.columns}


def _blank(name: str, dtype: str, table: LedgerTable) -> Any:  # noqa: ANN401 - of any type
    return FRESH if dtype == "text" and name in (*table.key, CUSTOMER) else _NEUTRAL[dtype]
