"""What one person proposes and another one approves, kept in the ledger: proposed, approved or refused, withdrawn, carried out.

The steps are those of `zhike.govern.four_eyes`; here they are read from a row, taken, and written back with their event. What is
approved is known by its hash, so nothing else can be carried out on the strength of it.
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import ACTIVE, MERGED, microseconds, moment
from zhike.act.trail import Happened, canonical, record
from zhike.core.language import LANGUAGES, Text
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError, StateConflictError
from zhike.govern import four_eyes
from zhike.govern.audit_events import AuditEvent
from zhike.govern.four_eyes import Proposal, ProposalStep, Proposed
from zhike.govern.second_person import SecondPersonRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.govern.missing import Missing
    from zhike.govern.roles import Permission

__all__ = [
    "Wanted", "carried_out", "proposal_of", "proposal_row", "propose", "refused_step", "review", "state_of", "stripped", "wanted_of", "withdraw",
]  # fmt: skip

STREAM: Final = "staff"
_STEP: Final = Text("a step that may not be taken: {0}", "无法执行的步骤：{0}", "無法執行的步驟：{0}")
_NEEDED: Final = Text("what the rules ask for", "规则所要求的条件", "規則所要求的條件")
_REVIEWED: Final = {True: AuditEvent.APPROVAL_GIVEN, False: AuditEvent.APPROVAL_REFUSED}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Exactly what is to be done.

    Parameters
    ----------
    verb : str
        Of ``access.four_eyes``.
    subject : str
        The customer, or the path of the policy.
    what : mapping
        How, as plain JSON values.
    """

    verb: str
    subject: str
    what: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Hash of all of it."""
        return hashlib.sha256(canonical([self.verb, self.subject, dict(self.what)])).hexdigest()


def propose(
    acting: Acting, rule: SecondPersonRule, permission: Permission, wanted: Wanted, reason: str
) -> dict[str, Any]:
    """Propose something; return the proposal as recorded.

    Parameters
    ----------
    acting : Acting
    rule : SecondPersonRule
        For the verb, as it is in force.
    permission : Permission
        The proposer's, for the verb and the customer.
    wanted : Wanted
    reason : str

    Raises
    ------
    ForbiddenError
        When the right is missing.
    StateConflictError
        When the reason is too short.
    """
    now, proposal_id = acting.clock.now(), acting.new_id("a")
    step = four_eyes.propose(rule, permission, proposal_id, wanted.sha256, reason, moment(now))
    proposal = _taken(step)
    row = {
        "proposal_id": proposal_id, "verb": wanted.verb, "subject": wanted.subject, "content": _content(proposal, wanted.what),
        "state": "proposed", "proposed_by": proposal.proposer, "decided_by": None, "reason": reason,
        "expires_at": microseconds(proposal.expires_at), "recorded_at": now,
    }  # fmt: skip
    with acting.store.write() as tx:
        tx.insert("proposals", [row])
        record(tx, [_happened(tx, AuditEvent.APPROVAL_ASKED, proposal.proposer, row)], now, acting.chance)
    return row


def review(
    acting: Acting, proposal_id: str, permission: Permission, *, approve: bool, reason: str
) -> dict[str, Any]:
    """Approve or refuse what somebody else proposed; return the proposal as recorded.

    Parameters
    ----------
    permission : Permission
        The reviewer's, for the verb that the rule asks for and the customer.

    Raises
    ------
    RecordNotFoundError
        When there is no such proposal.
    ForbiddenError
        When the right is missing.
    StateConflictError
        When it is one's own, no longer open, or the reason is too short.
    """
    now = acting.clock.now()
    with acting.store.write() as tx:
        row = proposal_row(tx, proposal_id)
        step = four_eyes.review(proposal_of(row), permission, approve=approve, reason=reason, at=moment(now))
        return _stepped(acting, tx, row, _taken(step), _REVIEWED[approve])


def withdraw(acting: Acting, proposal_id: str, actor_id: str, reason: str) -> dict[str, Any]:
    """Take back one's own proposal; return it as recorded.

    Raises
    ------
    RecordNotFoundError
        When there is no such proposal.
    StateConflictError
        When it is somebody else's, or done with.
    """
    with acting.store.write() as tx:
        row = proposal_row(tx, proposal_id)
        step = four_eyes.withdraw(proposal_of(row), actor_id, reason, moment(acting.clock.now()))
        return _stepped(acting, tx, row, _taken(step), AuditEvent.APPROVAL_WITHDRAWN)


def carried_out(
    acting: Acting, tx: Transaction, proposal_id: str, permission: Permission, wanted: Wanted
) -> dict[str, Any]:
    """Mark an approved proposal as carried out, in the transaction that does it; return it as recorded.

    Parameters
    ----------
    permission : Permission
        Of whoever carries it out, for the verb and the customer.
    wanted : Wanted
        What is about to be done.

    Raises
    ------
    RecordNotFoundError
        When there is no such proposal.
    ForbiddenError
        When the right is missing.
    StateConflictError
        When it is not approved, or what was approved is something else.
    """
    row = proposal_row(tx, proposal_id)
    step = four_eyes.carry_out(proposal_of(row), permission, wanted.sha256, moment(acting.clock.now()))
    return _stepped(acting, tx, row, _taken(step), None)


def proposal_row(tx: Transaction, proposal_id: str) -> dict[str, Any]:
    """Return a proposal's row.

    Raises
    ------
    RecordNotFoundError
        When there is none.
    """
    row = tx.one("proposals", proposal_id=proposal_id)
    if row is None:
        raise RecordNotFoundError(what=phrase("proposal"))
    return row


def proposal_of(row: Mapping[str, Any]) -> Proposal:
    """Return the proposal that a row holds."""
    content = row["content"]
    steps = [
        ProposalStep(one["kind"], one["actor_id"], one["reason"], moment(one["at"]))
        for one in content["steps"]
    ]
    rule = SecondPersonRule(row["verb"], **content["rule"])
    return Proposal(
        row["proposal_id"], rule, content["sha256"], row["proposed_by"], row["reason"], moment(row["recorded_at"]), tuple(steps)
    )  # fmt: skip


def wanted_of(row: Mapping[str, Any]) -> Wanted:
    """Return what a proposal wants done."""
    return Wanted(row["verb"], row["subject"], row["content"]["what"])


def state_of(row: Mapping[str, Any], now: int) -> str:
    """Return where a proposal stands: as recorded, or expired."""
    return proposal_of(row).state(moment(now))


def stripped(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a proposal's content without what and why: who took which step when, and the hash of what it was."""
    return {**content, "what": {}, "steps": [{**step, "reason": ""} for step in content["steps"]]}


def refused_step(missing: Sequence[Missing]) -> ForbiddenError | StateConflictError:
    """Return the error that says what a step lacks."""
    for one in missing:
        if one.code == "not_permitted":
            return ForbiddenError(verb=one.detail["verb"])
    told = Text(
        *(
            _STEP.in_language(lang).format("; ".join(one.render(lang) for one in missing))
            for lang in LANGUAGES
        )
    )
    return StateConflictError(what=told, expected=_NEEDED)


def _taken(step: Proposed) -> Proposal:
    if step.missing or step.proposal is None:
        raise refused_step(step.missing)
    return step.proposal


def _stepped(
    acting: Acting, tx: Transaction, row: dict[str, Any], proposal: Proposal, event: AuditEvent | None
) -> dict[str, Any]:
    """Write a proposal after a step, with its event; what was carried out tells its own."""
    last = proposal.steps[-1]
    decided = last.actor_id if last.kind in ("approved", "refused") else row["decided_by"]
    values = {
        "state": last.kind,
        "decided_by": decided,
        "content": _content(proposal, row["content"]["what"]),
    }
    tx.change("proposals", {"proposal_id": row["proposal_id"]}, values)
    if event is not None:
        record(tx, [_happened(tx, event, last.actor_id, row)], microseconds(last.at), acting.chance)
    return {**row, **values}


def _content(proposal: Proposal, what: Mapping[str, Any]) -> dict[str, Any]:
    rule = dataclasses.asdict(proposal.rule)
    del rule["verb"]
    steps = [{**dataclasses.asdict(step), "at": microseconds(step.at)} for step in proposal.steps]
    return {"what": dict(what), "sha256": proposal.content_sha256, "rule": rule, "steps": steps}


def _happened(tx: Transaction, event: AuditEvent, actor: str, row: Mapping[str, Any]) -> Happened:
    """Return the event of a step; of a proposal about no customer, or about one who was erased since, it is about nobody."""
    customer = tx.one("customers", customer_id=row["subject"])
    subject = row["subject"] if customer is not None and customer["state"] in (ACTIVE, MERGED) else None
    content = {"proposal": row["proposal_id"], "verb": row["verb"], "sha256": row["content"]["sha256"]}
    return Happened(STREAM, event, actor, subject, content)
