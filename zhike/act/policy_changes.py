"""A change of the policy that decides: proposed with the study that tried it, approved by somebody else, adopted, then published.

Adopted, it is the bank's policy; what is served goes on as published until the next publication, which follows it
(`zhike.adapters.adopted.followed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.proposals import Wanted, carried_out, proposal_row, wanted_of
from zhike.act.publications import active_publication, publication
from zhike.act.studies import WHATIF, study
from zhike.act.trail import Happened, record
from zhike.core.phrases import phrase
from zhike.core.service_errors import NotServingError, StateConflictError
from zhike.decide.policy_change import differences, policy_version
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction
    from zhike.decide.policy import Policy
    from zhike.govern.roles import Permission

__all__ = ["VERB", "Adopted", "StandingPolicy", "adopt_policy", "adopted_policy", "check_change", "standing_policy", "wanted_change"]  # fmt: skip

VERB: Final = "policy.propose"
_STREAM: Final = "staff"


@dataclass(frozen=True, slots=True)
class Adopted:
    """A change that was carried out.

    Parameters
    ----------
    proposal_id, path, version : str
        Of the proposal, and of the policy after it.
    document : str or None
        Version of the rulebook's document when it was proposed; None where the rulebook had none.
    content : mapping
        What the policy says since.
    """

    proposal_id: str
    path: str
    version: str
    document: str | None
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StandingPolicy:
    """The bank's policy: the one adopted last, or else the one published."""

    path: str
    version: str
    content: Mapping[str, Any]
    published: bool


def standing_policy(tx: Transaction) -> StandingPolicy:
    """Return the bank's policy of the path that is served from.

    Raises
    ------
    NotServingError
        When nothing is published.
    """
    row = active_publication(tx)
    if row is None:
        raise NotServingError(what=phrase("no active publication"))
    adopted = adopted_policy(tx, row["policy"])
    if adopted is None:
        served = publication(tx, row["number"]).setting.policy
        return StandingPolicy(served.path, served.version, served.raw, published=True)
    same = adopted.version == row["policy_version"]
    return StandingPolicy(adopted.path, adopted.version, adopted.content, published=same)


def adopted_policy(tx: Transaction, path: str) -> Adopted | None:
    """Return the change of a policy that was adopted last, None where none was."""
    rows = tx.find("proposals", {"verb": VERB, "subject": path, "state": "carried_out"})
    if not rows:
        return None
    last = max(rows, key=lambda row: (row["content"]["steps"][-1]["at"], row["recorded_at"]))
    what = last["content"]["what"]
    return Adopted(last["proposal_id"], path, what["version"], what["document"], what["content"])


def wanted_change(
    standing: StandingPolicy, policy: Policy, document: str | None, study_id: str | None
) -> Wanted:
    """Return a change as a proposal names it: what the policy says after it, against what, and which study tried it."""
    changed = differences(standing.content, policy.raw)
    if not changed:
        raise StateConflictError(
            what=phrase("a policy that says what it says already"), expected=phrase("a change")
        )
    return Wanted(VERB, standing.path, {
        "base": standing.version, "version": policy_version(policy.raw), "document": document, "differences": changed,
        "content": dict(policy.raw), "study": study_id,
    })  # fmt: skip


def check_change(tx: Transaction, wanted: Wanted) -> None:
    """Refuse a change whose study tried something else, or is not done.

    Raises
    ------
    RecordNotFoundError
        When there is no such study.
    StateConflictError
        When it is of another policy or not done.
    """
    if wanted.what["study"] is None:
        return
    row = study(tx, wanted.what["study"])
    tried = row["content"].get("version") if row["kind"] == WHATIF else None
    if row["state"] != "done" or tried != wanted.what["version"]:
        raise StateConflictError(
            what=phrase("a study that is {state}, of policy {tried}", state=row["state"], tried=tried),
            expected=phrase("one that is done, of policy {version}", version=wanted.what["version"]),
        )


def adopt_policy(acting: Acting, proposal_id: str, permission: Permission) -> dict[str, Any]:
    """Carry out an approved change: it is the bank's policy from now on; return the proposal.

    Parameters
    ----------
    acting : Acting
    proposal_id : str
    permission : Permission
        Of whoever carries it out, for ``policy.propose``.

    Raises
    ------
    RecordNotFoundError
        When there is no such proposal.
    ForbiddenError, StateConflictError
        When it is not approved, is something else, or the policy was changed otherwise since it was proposed.
    """
    with acting.store.write() as tx:
        wanted = wanted_of(proposal_row(tx, proposal_id))
        standing = standing_policy(tx)
        if (standing.path, standing.version) != (wanted.subject, wanted.what["base"]):
            raise StateConflictError(
                what=phrase(
                    "policy {path} in version {version}", path=standing.path, version=standing.version
                ),
                expected=phrase(
                    "{subject} in version {base}, which the change was made against",
                    subject=wanted.subject,
                    base=wanted.what["base"],
                ),
            )
        row = carried_out(acting, tx, proposal_id, permission, wanted)
        told = {"proposal": proposal_id, "policy": wanted.subject, "version": wanted.what["version"]}
        happened = Happened(_STREAM, AuditEvent.POLICY_ACTIVATED, permission.actor_id, None, told)
        record(tx, [happened], acting.clock.now(), acting.chance)
    return row
