"""What one person proposes and another one approves: proposed, then approved or refused by somebody else, then carried out.

A proposal names what is to be done by its hash, so that nothing else can be done on the strength of its approval. Every step
returns the proposal after it, or the same proposal with what is missing: a step that may not be taken is no error.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from zhike.govern.missing import Missing, missing_reason

if TYPE_CHECKING:
    from zhike.govern.roles import Permission
    from zhike.govern.second_person import SecondPersonRule

__all__ = ["Proposal", "ProposalStep", "Proposed", "carry_out", "propose", "review", "withdraw"]

StepKind = Literal["approved", "refused", "withdrawn", "carried_out"]
ProposalState = Literal["proposed", "approved", "refused", "withdrawn", "carried_out", "expired"]


@dataclass(frozen=True, slots=True)
class ProposalStep:
    """What somebody did with a proposal."""

    kind: StepKind
    actor_id: str
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that one person wants to do and a second one has to approve.

    Parameters
    ----------
    proposal_id : str
    rule : SecondPersonRule
        As it was in force when it was proposed.
    content_sha256 : str
        Hash of exactly what is to be done.
    proposer : str
    reason : str
    proposed_at : datetime
        With its zone.
    steps : tuple of ProposalStep
        What happened since, in order.
    """

    proposal_id: str
    rule: SecondPersonRule
    content_sha256: str
    proposer: str
    reason: str
    proposed_at: dt.datetime
    steps: tuple[ProposalStep, ...] = ()

    @property
    def expires_at(self) -> dt.datetime:
        """First instant at which nothing more can be done with it."""
        return self.proposed_at + dt.timedelta(hours=self.rule.hours)

    def state(self, now: dt.datetime) -> ProposalState:
        """Return where the proposal stands."""
        last: ProposalState = self.steps[-1].kind if self.steps else "proposed"
        return "expired" if last in ("proposed", "approved") and now >= self.expires_at else last


@dataclass(frozen=True, slots=True)
class Proposed:
    """The outcome of a step: the proposal after it, and what kept the step from being taken.

    Parameters
    ----------
    proposal : Proposal or None
        Unchanged where something is missing; None where there is none yet.
    missing : tuple of Missing
        Empty when the step was taken.
    """

    proposal: Proposal | None
    missing: tuple[Missing, ...] = ()


def propose(
    rule: SecondPersonRule,
    permission: Permission,
    proposal_id: str,
    content_sha256: str,
    reason: str,
    at: dt.datetime,
) -> Proposed:
    """Propose something.

    Parameters
    ----------
    rule : SecondPersonRule
    permission : Permission
        The proposer's, for the rule's verb.
    proposal_id : str
    content_sha256 : str
        Hash of exactly what is to be done.
    reason : str
    at : datetime
        Now, with its zone.
    """
    missing = [*_missing_right(permission, rule.verb), *missing_reason(reason, rule.characters)]
    if missing:
        return Proposed(None, tuple(missing))
    return Proposed(Proposal(proposal_id, rule, content_sha256, permission.actor_id, reason, at))


def review(
    proposal: Proposal, permission: Permission, *, approve: bool, reason: str, at: dt.datetime
) -> Proposed:
    """Approve or refuse what somebody else proposed.

    Parameters
    ----------
    proposal : Proposal
    permission : Permission
        The reviewer's, for the verb that the rule asks for.
    approve : bool
    reason : str
    at : datetime
        Now, with its zone.
    """
    missing = [
        *_missing_state(proposal, at, "proposed"),
        *_missing_right(permission, proposal.rule.approved_by),
        *missing_reason(reason, proposal.rule.characters),
    ]
    if permission.actor_id == proposal.proposer:
        missing.append(Missing("same_person", {"actor_id": proposal.proposer}))
    step = ProposalStep("approved" if approve else "refused", permission.actor_id, reason, at)
    return _after(proposal, step, missing)


def withdraw(proposal: Proposal, actor_id: str, reason: str, at: dt.datetime) -> Proposed:
    """Take back one's own proposal, approved or not, as long as it was not carried out."""
    missing = _missing_state(proposal, at, "proposed", "approved")
    if actor_id != proposal.proposer:
        missing.append(Missing("not_the_person", {"actor_id": proposal.proposer}))
    return _after(proposal, ProposalStep("withdrawn", actor_id, reason, at), missing)


def carry_out(proposal: Proposal, permission: Permission, content_sha256: str, at: dt.datetime) -> Proposed:
    """Mark an approved proposal as carried out, once, and only for what was approved.

    Parameters
    ----------
    proposal : Proposal
    permission : Permission
        Of whoever carries it out, for the rule's verb: a right that was lost since then is gone.
    content_sha256 : str
        Hash of what is about to be done.
    at : datetime
        Now, with its zone.
    """
    missing = [*_missing_state(proposal, at, "approved"), *_missing_right(permission, proposal.rule.verb)]
    if content_sha256 != proposal.content_sha256:
        missing.append(Missing("content_changed"))
    return _after(proposal, ProposalStep("carried_out", permission.actor_id, "", at), missing)


def _after(proposal: Proposal, step: ProposalStep, missing: list[Missing]) -> Proposed:
    if missing:
        return Proposed(proposal, tuple(missing))
    return Proposed(dataclasses.replace(proposal, steps=(*proposal.steps, step)))


def _missing_right(permission: Permission, verb: str) -> list[Missing]:
    held = permission.allowed and permission.verb == verb
    return [] if held else [Missing("not_permitted", {"verb": verb})]


def _missing_state(proposal: Proposal, at: dt.datetime, *needed: ProposalState) -> list[Missing]:
    begun = proposal.steps[-1].at if proposal.steps else proposal.proposed_at
    # Nobody approves before it was proposed: a clock that went back is not taken for an earlier time.
    early = [Missing("too_early", {"at": str(at), "earliest": str(begun)})] if at < begun else []
    state = proposal.state(at)
    if state in needed:
        return early
    return [*early, Missing("wrong_state", {"state": state, "needed": " or ".join(needed)})]
