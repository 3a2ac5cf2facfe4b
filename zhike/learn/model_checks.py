"""What was found when a model was compared with the bank of a day, as it is kept beside the model for those who answer for it.

Each look that is kept is a step of the model's history, which states the hash of what was found: a look that was changed or taken away
shows. Looks that were written before the history knew of them are sealed by the first step of a look that follows: it states their number and their hash.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from zhike.core.language import Text
from zhike.core.rulebook import canonical_json
from zhike.govern.audit_chain import hash_of
from zhike.learn.drift import Alarm
from zhike.learn.model_history import ModelStep, next_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ALARM_WORDS", "CHECKED", "ModelCheck", "broken_check", "check_of", "check_step"]

ALARM_WORDS: Final[Mapping[str, Text]] = {
    "population": Text("population", "人群", "人群"),
    "calibration": Text("calibration", "校准", "校準"),
    "performance": Text("performance", "表现", "表現"),
}
"""What each kind of alarm is called."""


CHECKED: Final = "checked"
_SHA256: Final = "sha256"
_EARLIER: Final = "earlier"
"""Keys of a step's evidence."""


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """One look at a version.

    Parameters
    ----------
    version : str
    at : date
        Of whose customers the model was asked.
    compared_with : date
        Of whose customers the card is.
    checked_at : datetime
        When it was looked at, with its zone.
    alarms : tuple of Alarm
        Everything that was looked at, ringing or not.
    """

    version: str
    at: dt.date
    compared_with: dt.date
    checked_at: dt.datetime
    alarms: tuple[Alarm, ...]

    @property
    def raised(self) -> int:
        """How many ring."""
        return sum(one.raised for one in self.alarms)

    @property
    def sha256(self) -> str:
        """Hash of all of it."""
        return hash_of(b"model check", canonical_json(self.to_dict()).encode())

    def loudest_first(self) -> Sequence[Alarm]:
        """Return what rings before what does not."""
        return sorted(self.alarms, key=lambda one: not one.raised)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values; a measure that is no finite number is null."""
        return {
            "version": self.version, "at": self.at.isoformat(), "compared_with": self.compared_with.isoformat(),
            "checked_at": self.checked_at.isoformat(), "raised": self.raised,
            "alarms": [{**one.to_dict(), "measures": _finite(one.measures)} for one in self.alarms],
        }  # fmt: skip

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Return the check of such values."""
        at, then = dt.date.fromisoformat(raw["at"]), dt.date.fromisoformat(raw["compared_with"])
        alarms = tuple(
            Alarm(one["kind"], one["subject"], one["measures"], bool(one["raised"]), one["false_alarms"])
            for one in raw["alarms"]
        )
        return cls(str(raw["version"]), at, then, dt.datetime.fromisoformat(raw["checked_at"]), alarms)


def check_step(
    history: Sequence[ModelStep], looks: Sequence[ModelCheck], check: ModelCheck, actor: str | None
) -> ModelStep:
    """Return the step by which a look is kept.

    Parameters
    ----------
    history : sequence of ModelStep
    looks : sequence of ModelCheck
        What was kept before, oldest first.
    check : ModelCheck
    actor : str or None
        Who looked; None for a job that nobody signed in for.
    """
    evidence: dict[str, Any] = {_SHA256: check.sha256, "at": check.at.isoformat(), "raised": check.raised}
    if not _steps(history):
        evidence[_EARLIER] = {"looks": len(looks), _SHA256: _sealed(looks)}
    told = f"{check.raised} / {len(check.alarms)}"
    actors = () if actor is None else (actor,)
    return next_step(history, ModelStep(0, check.checked_at, CHECKED, check.version, actors, told, evidence))


def broken_check(history: Sequence[ModelStep], looks: Sequence[ModelCheck]) -> bool:
    """Return whether a look that the history states was changed or taken away, or one of those before it was.

    A look that the history does not state yet counts for nothing: whoever wrote it did not come to the end.
    """
    steps = _steps(history)
    if not steps:
        return False
    earlier, there = steps[0].evidence[_EARLIER], {one.sha256 for one in looks}
    changed = _sealed(looks[: earlier["looks"]]) != earlier[_SHA256]
    return changed or any(step.evidence[_SHA256] not in there for step in steps)


def check_of(history: Sequence[ModelStep], looks: Sequence[ModelCheck], version: str) -> ModelCheck | None:
    """Return the last look at a version, None where none was kept.

    Parameters
    ----------
    history : sequence of ModelStep
    looks : sequence of ModelCheck
        Oldest first, not broken.
    version : str
    """
    steps = _steps(history)
    stated = [step.evidence[_SHA256] for step in steps if step.version == version]
    if stated:
        return next(one for one in looks if one.sha256 == stated[-1])
    old = looks[: steps[0].evidence[_EARLIER]["looks"]] if steps else looks
    return next((one for one in reversed(old) if one.version == version), None)


def _steps(history: Sequence[ModelStep]) -> list[ModelStep]:
    return [step for step in history if step.kind == CHECKED]


def _sealed(looks: Sequence[ModelCheck]) -> str:
    return hash_of(b"model checks", *(one.sha256.encode() for one in looks))


def _finite(measures: Mapping[str, float | None]) -> dict[str, float | None]:
    return {
        name: None if value is None or not math.isfinite(value) else float(value)
        for name, value in measures.items()
    }
