"""What the house asks for around a complaint: documents, who may speak, groups, who approves a longer time, particulars, priority, mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text
from zhike.know.text.triage_signals import SIGNALS, TriageSignals

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from zhike.core.rulebook import Rulebook

__all__ = ["ComplaintHouse"]

NOT_VULNERABLE: Final = "none"
"""The driver of whoever is not known to be vulnerable."""
_PLACES: Final = (
    "documents",
    "speakers",
    "groups",
    "approvers",
    "particulars",
    "priority",
    "mail",
    "recovery",
)


@dataclass(frozen=True, slots=True)
class ComplaintHouse:
    """The house's own rules in force on a day; each is the document of its name under ``complaints``.

    Parameters
    ----------
    documents, speakers, groups, approvers, particulars, priority, mail, recovery : mapping
    signals : TriageSignals
    version : str
        Of the signals.
    """

    documents: Mapping[str, Any]
    speakers: Mapping[str, Any]
    groups: Mapping[str, Any]
    approvers: Mapping[str, Any]
    particulars: Mapping[str, Any]
    priority: Mapping[str, Any]
    mail: Mapping[str, Any]
    recovery: Mapping[str, Any]
    signals: TriageSignals
    version: str

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date) -> ComplaintHouse:
        """Read the rules as they are in force on a day.

        Raises
        ------
        RuleNotFoundError
            When one of them is not.
        """
        listed = rulebook.at(SIGNALS, day)
        own = {name: rulebook.at(f"complaints.{name}", day).value for name in _PLACES}
        version = f"{listed.path}@{listed.first_day}"
        return cls(**own, signals=TriageSignals.of(rulebook, day), version=version)

    def document(self, code: str) -> Text:
        """Return how a document is called."""
        return Text.of(self.documents[code])

    def is_held(self, code: str) -> bool:
        """Return whether the bank has a document of this kind itself."""
        return bool(self.documents[code]["held"] == "bank")

    def proof_of(self, kind: str) -> str:
        """Return the document that proves that somebody may speak for the customer."""
        return str(self.speakers[kind]["proof"])

    def approves(self, right: str, roles: Iterable[str]) -> bool:
        """Return whether one of some roles holds a right to approve a longer time.

        Examples
        --------
        >>> import datetime as dt
        >>> from zhike.adapters.rule_files import load_rulebook
        >>> house = ComplaintHouse.of(load_rulebook(), dt.date(2026, 6, 30))
        >>> house.approves("superior_institution", ["complaints_lead"]), house.approves("superior_institution", ["adviser"])
        (True, False)
        """
        return bool(set(self.approvers.get(right, ())) & set(roles))

    def is_major(self, people: int) -> bool:
        """Return whether so many people who complain of one thing are a major complaint."""
        return bool(people >= self.groups["major_from"])

    def ranked(self, channel: str, urgency: str | None, vulnerability: str | None) -> int | None:
        """Return the priority of a complaint: the highest that channel, urgency and vulnerability ask for; None where nothing is known.

        Examples
        --------
        >>> import datetime as dt
        >>> from zhike.adapters.rule_files import load_rulebook
        >>> house = ComplaintHouse.of(load_rulebook(), dt.date(2026, 6, 30))
        >>> house.ranked("web", "normal", "health"), house.ranked("web", None, None), house.ranked("phone", "immediate", "none")
        (2, None, 3)
        """
        asked = [self.priority["sources"].get(channel), self.priority["urgency"].get(urgency)]
        asked += [self.priority["vulnerable"]] if vulnerability not in (None, NOT_VULNERABLE) else []
        return max((one for one in asked if one is not None), default=None)
