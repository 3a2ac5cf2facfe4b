"""What was found when a model was compared with the bank of a day, as it is kept beside the model for those who answer for it."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from zhike.core.language import Text
from zhike.learn.drift import Alarm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ALARM_WORDS", "ModelCheck"]

ALARM_WORDS: Final[Mapping[str, Text]] = {
    "population": Text("population", "人群", "人群"),
    "calibration": Text("calibration", "校准", "校準"),
    "performance": Text("performance", "表现", "表現"),
}
"""What each kind of alarm is called."""


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


def _finite(measures: Mapping[str, float | None]) -> dict[str, float | None]:
    return {
        name: None if value is None or not math.isfinite(value) else float(value)
        for name, value in measures.items()
    }
