"""What happened to the models of one name: kept, checked, proposed, approved, promoted, rolled back; each step states the hash of the one before.

A step that was changed, left out or put in between shows, as every hash after it is another. Cutting off the last steps shows
only to whoever has noted the last hash elsewhere, as in the audit trail.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from zhike.core.rulebook import canonical_json
from zhike.govern.audit_chain import hash_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "ModelStep",
    "StepKind",
    "broken_step",
    "champion_of",
    "crowning_step",
    "earlier_champions",
    "next_step",
]

StepKind = Literal[
    "kept",
    "checked",
    "proposed",
    "approved",
    "refused",
    "withdrawn",
    "promoted",
    "turned_down",
    "rolled_back",
]
FIRST: Final = ""
"""What the first step follows."""
_CROWNING: Final = ("promoted", "rolled_back")


@dataclass(frozen=True, slots=True)
class ModelStep:
    """One step.

    Parameters
    ----------
    number : int
        From 1, without a gap.
    at : datetime
        With its zone.
    kind : str
    version : str
        Which version it is about.
    actors : tuple of str
        Who did it, and who approved.
    reason : str
    evidence : mapping
        What it rests on, as JSON values.
    previous, hash : str
    """

    number: int
    at: dt.datetime
    kind: StepKind
    version: str
    actors: tuple[str, ...]
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    previous: str = FIRST
    hash: str = ""

    def computed_hash(self) -> str:
        """Return the hash that the content gives, whatever the step states."""
        content = {name: value for name, value in self.to_dict().items() if name != "hash"}
        return hash_of(b"model step", canonical_json(content).encode())

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values; `of` reads them back."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            **plain,
            "at": self.at.isoformat(),
            "actors": list(self.actors),
            "evidence": dict(self.evidence),
        }

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> ModelStep:
        """Read what `to_dict` returned."""
        return cls(**{**raw, "at": dt.datetime.fromisoformat(raw["at"]), "actors": tuple(raw["actors"])})


def next_step(history: Sequence[ModelStep], step: ModelStep) -> ModelStep:
    """Return a step as it follows a history: with number, previous hash and hash."""
    previous = history[-1].hash if history else FIRST
    placed = dataclasses.replace(step, number=len(history) + 1, previous=previous)
    return dataclasses.replace(placed, hash=placed.computed_hash())


def broken_step(history: Sequence[ModelStep]) -> int | None:
    """Return the number of the first step that is not what was written, None where all are."""
    previous = FIRST
    for place, step in enumerate(history, start=1):
        if step.number != place or step.previous != previous or step.hash != step.computed_hash():
            return place
        previous = step.hash
    return None


def champion_of(history: Sequence[ModelStep]) -> str | None:
    """Return the version in force, None before the first promotion."""
    step = crowning_step(history)
    return None if step is None else step.version


def crowning_step(history: Sequence[ModelStep]) -> ModelStep | None:
    """Return the step that put the version in force, None before the first promotion."""
    return next((step for step in reversed(history) if step.kind in _CROWNING), None)


def earlier_champions(history: Sequence[ModelStep]) -> list[str]:
    """Return every version that was in force before the present one, the latest first, each once."""
    past = [step.version for step in reversed(history) if step.kind in _CROWNING]
    return [version for version in dict.fromkeys(past) if version != champion_of(history)]
