"""What the rule ``complaints.analysis`` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ANALYSIS", "AnalysisRules"]

ANALYSIS: Final = "complaints.analysis"


@dataclass(frozen=True, slots=True)
class AnalysisRules:
    """How complaints are analysed; the rule's document says what each is."""

    vital: float
    drawn: int
    baseline: int
    rules: tuple[int, ...]
    per_outlets: int
    per_customers: int
    level: float

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """Return what a version of the rule holds."""
        return cls(**{**value, "rules": tuple(value["rules"])})
