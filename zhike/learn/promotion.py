"""A promotion as it is proposed, approved or refused, withdrawn and carried out: every step is one of the model's history.

Nothing is kept beside the history: a proposal is read back from it, with the reading that it rests on, and so cannot be changed without
showing. It is called by the number of its step, ``p3``. One is open at a time, so that nobody approves another one than they have seen. A
reading that does not get through the gate is written down too: who tries until one does leaves traces.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, cast

from zhike.govern import four_eyes
from zhike.govern.four_eyes import Proposal, ProposalStep
from zhike.govern.missing import Missing
from zhike.govern.second_person import SecondPersonRule
from zhike.learn.champion import (
    GateReading,
    Stepped,
    missing_at_gate,
    missing_challenger,
    promote,
    promotion_sha256,
)
from zhike.learn.model_history import ModelStep, champion_of, next_step

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from zhike.govern.roles import Permission
    from zhike.learn.champion import GateRule
    from zhike.learn.model_history import StepKind

__all__ = [
    "Promotion",
    "carry_out_promotion",
    "open_promotion",
    "promotion_in",
    "promotions",
    "propose_promotion",
    "review_promotion",
    "withdraw_promotion",
]

_STEPS: Final = ("approved", "refused", "withdrawn")
_ENDS: Final = ("promoted", "turned_down")
_OPEN: Final = ("proposed", "approved")


@dataclass(frozen=True, slots=True)
class Promotion:
    """A proposal to put a version in force, as a history has it.

    Parameters
    ----------
    version : str
    champion : str or None
        The version in force when it was proposed, which the reading compares with.
    reading : GateReading
    proposal : Proposal
    """

    version: str
    champion: str | None
    reading: GateReading
    proposal: Proposal


def promotions(history: Sequence[ModelStep]) -> list[Promotion]:
    """Return every proposal of a history, oldest first."""
    return [_read(history, step) for step in history if step.kind == "proposed"]


def promotion_in(history: Sequence[ModelStep], proposal_id: str) -> Promotion | None:
    """Return the proposal of an identifier, None where there is none."""
    found = [one for one in promotions(history) if one.proposal.proposal_id == proposal_id]
    return found[0] if found else None


def open_promotion(history: Sequence[ModelStep], at: dt.datetime) -> Promotion | None:
    """Return the proposal that waits to be approved or carried out, None where none does."""
    return next((one for one in promotions(history) if one.proposal.state(at) in _OPEN), None)


def propose_promotion(
    history: Sequence[ModelStep],
    challenger: tuple[str, str],
    reading: GateReading,
    rules: tuple[GateRule, SecondPersonRule],
    asked: tuple[Permission, str],
    at: dt.datetime,
) -> Stepped:
    """Propose that a version is put in force.

    Parameters
    ----------
    history : sequence of ModelStep
        Of the models of this name.
    challenger : tuple of (str, str)
        Name and version.
    reading : GateReading
        What the version would gain over the champion of today.
    rules : tuple of GateRule and SecondPersonRule
        ``learn.gate``, and ``model.promote`` of ``access.four_eyes``.
    asked : tuple of (Permission, str)
        The proposer's right to ``model.promote``, and the reason.
    at : datetime
        Now, with its zone.

    Returns
    -------
    Stepped
        ``turned_down``, with what the reading lacks, where the gate would not let it through.
    """
    (name, version), (gate, second), (permission, reason) = challenger, rules, asked
    lacking = missing_challenger(history, version)
    if (standing := open_promotion(history, at)) is not None:
        lacking.append(Missing("proposal_open", {"proposal": standing.proposal.proposal_id}))
    champion, proposal_id = champion_of(history), f"p{len(history) + 1}"
    content = promotion_sha256(name, version, champion, reading)
    made = four_eyes.propose(second, permission, proposal_id, content, reason, at)
    if lacking or made.missing:
        return Stepped(None, (*lacking, *made.missing))
    lacking = missing_at_gate(reading, gate)
    kind: StepKind = "turned_down" if lacking else "proposed"
    evidence = {
        "proposal": proposal_id, "reading": reading.to_dict(), "champion": champion, "sha256": content, "rule": asdict(second),
    }  # fmt: skip
    step = ModelStep(0, at, kind, version, (permission.actor_id,), reason, evidence)
    return Stepped(next_step(history, step), tuple(lacking))


def review_promotion(
    history: Sequence[ModelStep],
    proposal_id: str,
    permission: Permission,
    *,
    approve: bool,
    reason: str,
    at: dt.datetime,
) -> Stepped:
    """Approve or refuse what somebody else proposed; see `zhike.govern.four_eyes.review`."""
    found = promotion_in(history, proposal_id)
    if found is None:
        return _none(proposal_id)
    taken = four_eyes.review(found.proposal, permission, approve=approve, reason=reason, at=at)
    return _stepped(history, found, taken)


def withdraw_promotion(
    history: Sequence[ModelStep], proposal_id: str, actor_id: str, reason: str, at: dt.datetime
) -> Stepped:
    """Take back one's own proposal; see `zhike.govern.four_eyes.withdraw`."""
    found = promotion_in(history, proposal_id)
    if found is None:
        return _none(proposal_id)
    return _stepped(history, found, four_eyes.withdraw(found.proposal, actor_id, reason, at))


def carry_out_promotion(
    history: Sequence[ModelStep],
    named: tuple[str, str],
    gate: GateRule,
    permission: Permission,
    at: dt.datetime,
) -> Stepped:
    """Put in force what was approved; see `zhike.learn.champion.promote`.

    Parameters
    ----------
    history : sequence of ModelStep
    named : tuple of (str, str)
        Name of the model, and identifier of the proposal.
    gate : GateRule
        As it is in force now: one that was tightened since counts.
    permission : Permission
        Of whoever carries it out, for ``model.promote``.
    at : datetime
    """
    name, proposal_id = named
    found = promotion_in(history, proposal_id)
    if found is None:
        return _none(proposal_id)
    return promote(history, (name, found.version), found.reading, gate, (found.proposal, permission), at)


def _read(history: Sequence[ModelStep], first: ModelStep) -> Promotion:
    said = first.evidence
    proposal_id = said["proposal"]
    later = [step for step in history[first.number :] if step.evidence.get("proposal") == proposal_id]
    steps = [
        ProposalStep(cast("four_eyes.StepKind", step.kind), step.actors[0], step.reason, step.at)
        for step in later
        if step.kind in _STEPS
    ]
    steps += [
        ProposalStep("carried_out", step.evidence["carried_out_by"], "", step.at)
        for step in later
        if step.kind in _ENDS
    ]
    rule, reading = SecondPersonRule(**said["rule"]), GateReading.of(said["reading"])
    proposal = Proposal(
        proposal_id, rule, said["sha256"], first.actors[0], first.reason, first.at, tuple(steps)
    )
    return Promotion(first.version, said["champion"], reading, proposal)


def _stepped(history: Sequence[ModelStep], found: Promotion, taken: four_eyes.Proposed) -> Stepped:
    if taken.missing or taken.proposal is None:
        return Stepped(None, taken.missing)
    last = taken.proposal.steps[-1]
    evidence = {"proposal": found.proposal.proposal_id, "sha256": found.proposal.content_sha256}
    step = ModelStep(
        0, last.at, cast("StepKind", last.kind), found.version, (last.actor_id,), last.reason, evidence
    )
    return Stepped(next_step(history, step))


def _none(proposal_id: str) -> Stepped:
    return Stepped(None, (Missing("no_such_proposal", {"proposal": proposal_id}),))
