"""What a draft of a policy would have been worth, kept where whoever proposes or approves it sees it beside what it would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.act.policy_changes import standing_policy
from zhike.act.studies import VALUE, keep_study
from zhike.core.service_errors import NotServingError
from zhike.decide.policy_change import differences, plain_policy, policy_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.acting import Acting
    from zhike.decide.policy import Policy

__all__ = ["keep_value"]


def keep_value(acting: Acting, draft: Policy, told: Mapping[str, Any], actor: str) -> dict[str, Any]:
    """Keep what a draft would have been worth, or why the log cannot say it, as a study; return its job.

    Parameters
    ----------
    acting : Acting
    draft : Policy
    told : mapping
        The value as `zhike value --json` has it.
    actor : str

    Notes
    -----
    The version is that of what the draft says, not of its file: so a draft that is tried in the studio has the same.
    """
    plain = plain_policy(draft.path, dict(draft.raw))
    content = {
        "path": draft.path,
        "version": policy_version(plain),
        "content": plain,
        **_against(acting, plain),
    }
    return keep_study(acting, VALUE, content, told, actor)


def _against(acting: Acting, plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the draft says otherwise than the bank's policy; nothing where none is published."""
    with acting.store.read() as tx:
        try:
            standing = standing_policy(tx)
        except NotServingError:
            return {"published_version": None, "differences": []}
    return {"published_version": standing.version, "differences": differences(standing.content, plain)}
