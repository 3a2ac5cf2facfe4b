"""Two records that turn out to be one person: one stays, the other points to it; undone, both are as they were.

Nothing is moved. Every row keeps the record under which it came about, and whatever is read of the person is read of all of their
records (`zhike.act.acting.records_of`): contacts, consents and refusals of both count, from the moment of the merge. So a decision
that was made for one record can still be proven from that record's dossier, and undoing needs no copy of rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import ACTIVE, MERGED, customer_row, raised
from zhike.act.live_state import live_of, refreshed
from zhike.act.proposals import Wanted, carried_out, proposal_row, wanted_of
from zhike.act.trail import Happened, record
from zhike.core.ledger import CUSTOMER
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Permission

__all__ = [
    "VERB",
    "check_merge",
    "check_unmerge",
    "merge_customers",
    "unmerge_customers",
    "wanted_merge",
    "wanted_unmerge",
]

VERB: Final = "customer.merge"
MERGE, UNMERGE = "merge", "unmerge"


def wanted_merge(customer: str, into: str) -> Wanted:
    """Return a merge as a proposal names it: ``customer`` is the record that goes, ``into`` the one that stays."""
    return Wanted(VERB, customer, {"act": MERGE, "into": into})


def wanted_unmerge(customer: str) -> Wanted:
    """Return the undoing of a merge as a proposal names it, by the record that went."""
    return Wanted(VERB, customer, {"act": UNMERGE})


def merge_customers(acting: Acting, proposal_id: str, permission: Permission) -> dict[str, Any]:
    """Carry out an approved merge; return its row.

    Parameters
    ----------
    acting : Acting
    proposal_id : str
    permission : Permission
        Of whoever carries it out, for ``customer.merge`` and both records.

    Raises
    ------
    RecordNotFoundError
        When there is no such proposal, or one of the records is not served any more.
    ForbiddenError, StateConflictError
        When it is not approved, is something else, or the records cannot be merged.
    """
    with acting.store.write() as tx:
        wanted = _wanted(tx, proposal_id, MERGE)
        goes, stays = check_merge(tx, wanted.subject, wanted.what["into"])
        proposal = carried_out(acting, tx, proposal_id, permission, wanted)
        return _merged(acting, tx, goes, stays, permission.actor_id, proposal["proposal_id"])


def check_merge(tx: Transaction, customer: str, into: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the rows of the record that goes and of the one that stays.

    Raises
    ------
    RecordNotFoundError
        When one of them is not there or was erased.
    StateConflictError
        When they are one record, or one of them was merged already.
    """
    rows = [customer_row(tx, customer), customer_row(tx, into)]
    if [row[CUSTOMER] for row in rows] != [customer, into]:
        raise StateConflictError(
            what=phrase("a record that was merged already"), expected=phrase("two records that are served")
        )
    if customer == into:
        raise StateConflictError(what=phrase("one record twice"), expected=phrase("two records"))
    return rows[0], rows[1]


def _merged(
    acting: Acting, tx: Transaction, goes: dict[str, Any], stays: dict[str, Any], actor: str, proposal: str
) -> dict[str, Any]:
    now = acting.clock.now()
    values = {"state": MERGED, "merged_into": stays[CUSTOMER], "version": goes["version"] + 1}
    tx.change("customers", {CUSTOMER: goes[CUSTOMER]}, values)
    raised(tx, stays, live_of(tx, stays[CUSTOMER], now).to_content())
    row = {
        "merge_id": acting.new_id("m"), "customer_id": goes[CUSTOMER], "into": stays[CUSTOMER], "state": MERGED,
        "before": {"live": stays["live"], "version": stays["version"] + 1}, "recorded_at": now, "actor": actor,
    }  # fmt: skip
    tx.insert("merges", [row])
    content = {"merge": row["merge_id"], "proposal": proposal}
    record(
        tx,
        [Happened("privacy", AuditEvent.CUSTOMERS_MERGED, actor, goes[CUSTOMER], content)],
        now,
        acting.chance,
    )
    return row


def unmerge_customers(acting: Acting, proposal_id: str, permission: Permission) -> dict[str, Any]:
    """Undo a merge, as approved; return its row.

    Parameters
    ----------
    permission : Permission
        Of whoever carries it out, for ``customer.merge`` and the record.

    Raises
    ------
    RecordNotFoundError
        When there is no such proposal, or no such merge.
    ForbiddenError, StateConflictError
        When it is not approved, or is something else.

    Notes
    -----
    Where nothing has happened to the person since the merge, what was live about both records is restored as it was; otherwise it
    is gathered anew from the rows of each. What came about since belongs to the record under which it was recorded.
    """
    with acting.store.write() as tx:
        wanted = _wanted(tx, proposal_id, UNMERGE)
        merge = check_unmerge(tx, wanted.subject)
        proposal = carried_out(acting, tx, proposal_id, permission, wanted)
        return _undone(acting, tx, merge, permission.actor_id, proposal["proposal_id"])


def check_unmerge(tx: Transaction, customer: str) -> dict[str, Any]:
    """Return the merge by which a record went.

    Raises
    ------
    RecordNotFoundError
        When it was not merged.
    """
    rows = tx.find("merges", {CUSTOMER: customer, "state": MERGED})
    if not rows:
        raise RecordNotFoundError(what=phrase("merge"))
    return rows[0]


def _undone(
    acting: Acting, tx: Transaction, merge: dict[str, Any], actor: str, proposal: str
) -> dict[str, Any]:
    now = acting.clock.now()
    stays, goes = (
        tx.one("customers", customer_id=merge["into"]),
        tx.one("customers", customer_id=merge[CUSTOMER]),
    )
    assert stays is not None  # noqa: S101 - records are never removed
    assert goes is not None  # noqa: S101
    values = {"state": ACTIVE, "merged_into": None, "version": goes["version"] + 1}
    tx.change("customers", {CUSTOMER: goes[CUSTOMER]}, values)
    if stays["version"] == merge["before"]["version"]:
        raised(tx, stays, merge["before"]["live"])
    else:
        refreshed(tx, stays[CUSTOMER], now)
        refreshed(tx, goes[CUSTOMER], now)
    # What it held of the other record must not outlast that record under this one's key.
    tx.change("merges", {"merge_id": merge["merge_id"]}, {"state": "undone", "before": None})
    content = {"merge": merge["merge_id"], "proposal": proposal}
    record(
        tx,
        [Happened("privacy", AuditEvent.CUSTOMERS_UNMERGED, actor, goes[CUSTOMER], content)],
        now,
        acting.chance,
    )
    return {**merge, "state": "undone", "before": None}


def _wanted(tx: Transaction, proposal_id: str, act: str) -> Wanted:
    wanted = wanted_of(proposal_row(tx, proposal_id))
    if wanted.verb != VERB or wanted.what.get("act") != act:
        raise StateConflictError(
            what=phrase("a proposal to {value}", value=wanted.what.get("act", wanted.verb)),
            expected=phrase("one to {act}", act=act),
        )
    return wanted
