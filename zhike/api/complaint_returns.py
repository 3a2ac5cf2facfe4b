"""The supervisor's return as a file: the same bytes for the same register and rules, with their hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhike.api.complaint_sources import standard_codes
from zhike.api.csv_tables import csv_text
from zhike.measure.complaint_analysis import RETURN_COLUMNS, quarterly_return
from zhike.measure.complaint_analysis.returns import quarter_days

if TYPE_CHECKING:
    import datetime as dt

    from zhike.core.rulebook import Rulebook
    from zhike.measure.complaint_analysis import Register

__all__ = ["Return", "return_of"]


@dataclass(frozen=True, slots=True)
class Return:
    """A return: its bytes, its hash, how many complaints it holds, and how many of them nobody classed or mapped."""

    quarter: str
    content: bytes = field(repr=False)
    rows: int
    received: int
    unclassed: int
    rejected: int

    @property
    def sha256(self) -> str:
        """Hash of the bytes."""
        return hashlib.sha256(self.content).hexdigest()

    def told(self) -> dict[str, Any]:
        """Return what is said of it; ``complete`` where every complaint is classed."""
        return {
            "quarter": self.quarter, "rows": self.rows, "received": self.received, "unclassed": self.unclassed, "rejected": self.rejected,
            "complete": not self.unclassed and not self.rejected, "sha256": self.sha256,
        }  # fmt: skip


def return_of(register: Register, quarter: str, rulebook: Rulebook, day: dt.date) -> Return:
    """Return a quarter's return by the codes in force on a day.

    Raises
    ------
    UsageError
        When there is no such quarter.
    """
    rows = quarterly_return(register, quarter, standard_codes(rulebook, day))
    part = register.within(*quarter_days(quarter))
    unclassed = sum(row[7] for row in rows[:-1] if "unassessed" in {row[1], row[3], row[5]})
    content = csv_text(RETURN_COLUMNS, rows).encode()
    return Return(rows[-1][0], content, len(rows) - 1, rows[-1][7], unclassed, part.rejected)
