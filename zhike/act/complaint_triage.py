"""What a complaint's words were sorted into when it came in, and what a person made of it since: both stand in its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.know.text.complaint_triage import FIELDS, ComplaintTriage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.complaint_house import ComplaintHouse
    from zhike.know.text.complaint_triage import ComplaintModels

__all__ = ["SAID_BY_PERSONS", "ComplaintSorter", "label_of", "triage_of"]

SAID_BY_PERSONS: Final = ("business", "issue", "urgency", "vulnerability")
"""What a person may say otherwise than it was sorted."""


@dataclass(frozen=True, slots=True)
class ComplaintSorter:
    """What sorts complaints as they come in: the house's lists always, the bank's models where it has learnt some.

    Parameters
    ----------
    models : ComplaintModels or None
    version : str or None
        Hash of the models.
    """

    models: ComplaintModels | None = None
    version: str | None = None

    def read(self, words: str, names: Sequence[str], house: ComplaintHouse) -> dict[str, Any]:
        """Return what words were sorted into, as a step keeps it; personal data and names are taken out before anything reads them.

        Returns
        -------
        dict
            A reading by field (`zhike.know.text.complaint_triage.FieldReading`), ``signals``, ``unsure`` (fields that a person must say),
            ``model`` and ``rules`` (versions).
        """
        found = ComplaintTriage(house.signals, self.models).read(words, names).to_dict()
        fields = found["fields"]
        return {
            **fields, "signals": found["signals"], "unsure": [name for name in FIELDS if fields[name]["dont_know"]],
            "model": self.version, "rules": house.version,
        }  # fmt: skip


def label_of(triage: Mapping[str, Any] | None, name: str) -> str | None:
    """Return what a field was sorted into; None where a person must say it."""
    part = (triage or {}).get(name)
    return None if part is None else part["label"]


def triage_of(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return how a complaint was sorted, with what was said otherwise since under ``changed``; None where it was not.

    Parameters
    ----------
    steps : sequence of mapping
        In their order, the receipt first.
    """
    found: dict[str, Any] | None = (steps[0]["content"] or {}).get("triage")
    if found is None:
        return None
    changed: dict[str, Any] = {}
    for one in steps[1:]:
        given = (one["content"] or {}).get("given") or {}
        for name in SAID_BY_PERSONS:
            if given.get(name) is not None:
                changed[name] = _change(found, name, given[name], one)
    return {**found, "changed": {name: one for name, one in changed.items() if one["from"] != one["to"]}}


def _change(found: Mapping[str, Any], name: str, said: str, step: Mapping[str, Any]) -> dict[str, Any]:
    return {"from": label_of(found, name), "to": said, "step": step["number"], "actor": step["actor"]}
