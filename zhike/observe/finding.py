"""What a check of data quality is, and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language, Text

__all__ = ["Check", "QualityFinding", "QualityLimits", "Severity"]

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Check:
    """One declared check.

    Parameters
    ----------
    name : str
        Its identifier.
    severity : str
        ``error``: the row cannot be true; ``warning``: figures built on it mislead; ``info``: good to know.
    sentence : Text
        What is said when it finds something; filled with ``rows``, ``of``, ``share``, ``table``, ``column`` and the check's own
        values.
    """

    name: str
    severity: Severity
    sentence: Text


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """What one check found in one place.

    Parameters
    ----------
    check : Check
        The check that speaks.
    table, column : str
        Where.
    rows, of : int
        How many rows are concerned, out of how many looked at.
    values : mapping
        What else the sentence names.
    """

    check: Check
    table: str
    column: str
    rows: int
    of: int
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Share of the rows looked at."""
        return self.rows / self.of if self.of else 0.0

    def render(self, language: Language = "en") -> str:
        """Return the sentence in one language."""
        filled = {name: _shown(value) for name, value in self.values.items()}
        counts = {"rows": f"{self.rows:,}", "of": f"{self.of:,}", "share": f"{self.share:.1%}"}
        place = {"table": self.table, "column": self.column}
        return self.check.sentence.render(language, **{**counts, **place, **filled})


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """When a check speaks up (rule ``know.quality.limits``).

    Parameters
    ----------
    stale_days : int
        Days by which a table may lag behind the newest one.
    silent_days : int
        Days for which an account may have no booking before the bookings of the bank end.
    cut_share : float
        Least share of the accounts that must stop together for it to be a cut in the data.
    volume_drop : float
        Share by which the bookings of a month may fall short of the month before.
    """

    stale_days: int
    silent_days: int
    cut_share: float
    volume_drop: float


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
