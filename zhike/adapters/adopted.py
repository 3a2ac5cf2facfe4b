"""The policy to publish with: the rulebook's, or the change of it that the bank adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhike.act.policy_changes import adopted_policy
from zhike.core.errors import PolicyError
from zhike.core.phrases import phrase
from zhike.decide.policy_change import checked_policy, plain_policy, policy_version

if TYPE_CHECKING:
    import datetime as dt

    from zhike.act.acting import Acting
    from zhike.core.rulebook import Rulebook
    from zhike.decide.policy import Policy

__all__ = ["followed"]


def followed(acting: Acting, rulebook: Rulebook, chosen: Policy, at: dt.date) -> Policy:
    """Return the policy that a publication decides by.

    Parameters
    ----------
    acting : Acting
    rulebook : Rulebook
    chosen : Policy
        As the rulebook or a file has it.
    at : date

    Returns
    -------
    Policy
        The change of it that was adopted last, where there is one and its document is still the one that it was made against, or
        says the same by now.

    Raises
    ------
    PolicyError
        When document and adopted change say different things and neither follows from the other.
    """
    with acting.store.read() as tx:
        adopted = adopted_policy(tx, chosen.path)
    if adopted is None or policy_version(plain_policy(chosen.path, dict(chosen.raw))) == adopted.version:
        return chosen
    if adopted.document != chosen.version:
        raise PolicyError(
            what=phrase(
                "version {version}, and the change {proposal_id} that was adopted against version {document}",
                version=chosen.version,
                proposal_id=adopted.proposal_id,
                document=adopted.document,
            ),
            path=chosen.path,
            expected=phrase(
                "a document that says what was adopted, or a change that is proposed anew against it"
            ),
        )
    return checked_policy(rulebook, chosen.path, adopted.content, at)
