"""The policy that a run uses: by its path in the rulebook, or from a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zhike.adapters.rule_files import load_document
from zhike.core.errors import InputNotFoundError, PolicyError
from zhike.decide.policy import Policy

if TYPE_CHECKING:
    import datetime as dt

    from zhike.core.rulebook import Rulebook

__all__ = ["load_policy"]


def load_policy(rulebook: Rulebook, name: str | None, at: dt.date, fallback: str | None = None) -> Policy:
    """Return a policy in force on a day.

    Parameters
    ----------
    rulebook : Rulebook
    name : str or None
        A path such as ``policies.wealth_eu``, or a YAML file with a document of kind ``policy``.
    at : date
    fallback : str or None
        The bank's own policy, used when no name is given.

    Raises
    ------
    PolicyError
        When neither is given, or the document is not a policy.
    """
    wanted = name or fallback
    if wanted is None:
        raise PolicyError(what="none", path="--policy", expected="a policy; the bank names none")
    if wanted in rulebook.entries:
        return Policy.of(rulebook.at(wanted, at))
    file = Path(wanted)
    if not file.is_file():
        known = ", ".join(entry.path for entry in rulebook if entry.kind == "policy")
        raise InputNotFoundError(path=f"{wanted} (policies of the rulebook: {known})")
    return Policy.of(load_document(file).at(at))
