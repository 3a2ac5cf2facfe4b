"""The policy that a run uses: by its path in the rulebook, or from a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhike.adapters.rule_files import load_document, read_text
from zhike.core.errors import InputNotFoundError, PolicyError
from zhike.core.phrases import phrase
from zhike.decide.policy import Policy
from zhike.decide.policy_lint import check_policy

if TYPE_CHECKING:
    import datetime as dt

    from zhike.core.rulebook import Entry, Rulebook

__all__ = ["load_policy", "read_policy_text"]


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
    RuleError
        When the policy names packs, parameters or a catalogue that the rulebook does not have.
    """
    wanted = name or fallback
    if wanted is None:
        raise PolicyError(
            what=phrase("none"),
            path="--policy",
            expected=phrase("one of {value}; the bank names none", value=_known(rulebook)),
        )
    version = _entry(rulebook, wanted).at(at)
    # A pack that names no rule would let everything pass: what `zhike rules check` proves is proved before deciding too.
    check_policy(rulebook, version, None)
    return Policy.of(version)


def _entry(rulebook: Rulebook, wanted: str) -> Entry:
    if wanted in rulebook.entries:
        return rulebook.entry(wanted)
    file = Path(wanted)
    if not file.is_file():
        raise InputNotFoundError(
            path=phrase("{wanted} (policies of the rulebook: {known})", wanted=wanted, known=_known(rulebook))
        )
    return load_document(file)


def _known(rulebook: Rulebook) -> str:
    return ", ".join(entry.path for entry in rulebook if entry.kind == "policy")


def read_policy_text(text: str, path: str) -> Any:  # noqa: ANN401 - whatever the text holds
    """Return what a policy, or one value of it, written as YAML or JSON, says.

    Parameters
    ----------
    text : str
    path : str
        Of the policy, for what is said of a mistake.

    Raises
    ------
    RuleError
        When it cannot be read, gives a key twice, or refers to parts of itself, by which a short text becomes a huge one.
    """
    return read_text(text, path)
