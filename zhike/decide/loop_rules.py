"""When an answered survey opens a call-back, until when it is due, and what can come of it: the dated rules of ``listening``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook

__all__ = ["CALL_BACK_HOURS", "CAUSES", "LOOPS", "LoopRules", "Opening", "instrument_of"]

LOOPS: Final = "listening.loops"
CALL_BACK_HOURS: Final = "listening.call_back_hours"
CAUSES: Final = "listening.causes"
_HOUR: Final = 3_600_000_000
"""Microseconds."""
_OTHER: Final = "other"
_SCORE: Final = "score"


@dataclass(frozen=True, slots=True)
class Opening:
    """Why a loop is opened: what was read of the sheet, its value, and the value at or below which it is opened."""

    trigger: str
    value: float
    at_most: float


@dataclass(frozen=True, slots=True)
class LoopRules:
    """The rules as they are in force on a day.

    Parameters
    ----------
    thresholds : mapping
        By instrument: ``read``, such as ``score.ces`` or ``answer.recommend``, and ``at_most``.
    hours : mapping of str to int
        Hours to call back by service tier; ``other`` for whoever has none that is named.
    causes : mapping of str to Text
    """

    thresholds: Mapping[str, Mapping[str, Any]]
    hours: Mapping[str, int]
    causes: Mapping[str, Text]

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date) -> LoopRules:
        """Read the rules as they are in force on a day."""
        causes = rulebook.at(CAUSES, day).value
        return cls(
            rulebook.at(LOOPS, day).value,
            rulebook.at(CALL_BACK_HOURS, day).value,
            {name: Text.of(words) for name, words in causes.items()},
        )

    def opening(
        self, survey: str, scores: Mapping[str, float | None], answers: Mapping[str, Any]
    ) -> Opening | None:
        """Return why a complete sheet opens a loop, None where it opens none.

        Parameters
        ----------
        survey : str
            Questionnaire and version.
        scores : mapping of str to float or None
        answers : mapping
            By question; of one that was asked several times, in a loop, the lowest counts.

        Examples
        --------
        >>> rules = LoopRules({"csat": {"read": "answer.satisfied", "at_most": 2}}, {"other": 72}, {})
        >>> rules.opening("instruments.csat@2026-01-01", {"csat": 0.0}, {"satisfied": 2})
        Opening(trigger='csat.satisfied', value=2.0, at_most=2)
        >>> rules.opening("instruments.csat@2026-01-01", {"csat": 0.0}, {"satisfied": 3}) is None
        True
        """
        instrument = instrument_of(survey)
        rule = self.thresholds.get(instrument)
        if rule is None:
            return None
        kind, _, name = rule["read"].partition(".")
        values = [scores.get(name)] if kind == _SCORE else _answered(name, answers)
        numbers = [float(one) for one in values if isinstance(one, int | float)]
        if not numbers or min(numbers) > rule["at_most"]:
            return None
        return Opening(f"{instrument}.{name}", min(numbers), rule["at_most"])

    def due_at(self, tier: str | None, now: int) -> int:
        """Return until when a customer of a tier is called back, in microseconds of UTC.

        Examples
        --------
        >>> rules = LoopRules({}, {"private": 24, "other": 72}, {})
        >>> [rules.due_at(tier, 0) // 3_600_000_000 for tier in ("private", "mass", None)]
        [24, 72, 72]
        """
        return now + self.hours.get(tier or _OTHER, self.hours[_OTHER]) * _HOUR


def instrument_of(survey: str) -> str:
    """Return the instrument of a questionnaire's version.

    Examples
    --------
    >>> instrument_of("instruments.nps@2026-01-01")
    'nps'
    """
    return survey.partition("@")[0].rpartition(".")[2]


def _answered(name: str, answers: Mapping[str, Any]) -> list[Any]:
    return [value for key, value in answers.items() if key.partition("@")[0] == name]
