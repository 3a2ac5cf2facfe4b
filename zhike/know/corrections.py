"""Facts corrected after the fact: what was known of a customer at an instant, for a day, from the log of corrections alone.

A correction says since which day something is so, and is known from the instant at which it was recorded. Nothing is overwritten:
whoever takes a correction back adds one that retracts it, and may retract that one again. So what a decision knew stays known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Correction", "corrected", "standing"]


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of the log.

    Parameters
    ----------
    correction_id, attribute : str
    valid_from : str
        First day on which it is so, as ISO text.
    recorded_at : int
        Microseconds of UTC.
    value : object
        What is so; None where it retracts, and where the value is unknown.
    retracts : str or None
        The correction that it takes back.
    """

    correction_id: str
    attribute: str
    valid_from: str
    recorded_at: int
    value: Any = None
    retracts: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Correction:
        """Return the entry that a row of the table ``corrections`` is."""
        said = row["value"] or {}
        return cls(
            row["correction_id"], row["attribute"], row["valid_from"], row["recorded_at"], said.get("is"), said.get("retracts")
        )  # fmt: skip

    def to_value(self) -> dict[str, Any]:
        """Return what the table's column ``value`` holds."""
        return {"is": self.value} if self.retracts is None else {"retracts": self.retracts}


def standing(log: Iterable[Correction], at: int) -> list[Correction]:
    """Return the entries that stood at an instant, retractions too, in their order: known by then, and not taken back by then."""
    found: list[Correction] = []
    gone: set[str | None] = set()
    known = [one for one in log if one.recorded_at <= at]
    for one in sorted(known, key=lambda one: (one.recorded_at, one.correction_id), reverse=True):
        if one.correction_id not in gone:
            found.append(one)
            gone.add(one.retracts)
    return found[::-1]


def corrected(log: Iterable[Correction], day: str, at: int) -> dict[str, Any]:
    """Return what was known at an instant to hold on a day: of each attribute the latest valid, then the latest recorded.

    Parameters
    ----------
    log : iterable of Correction
        In any order; of one customer.
    day : str
        ISO text.
    at : int
        Microseconds of UTC.

    Examples
    --------
    >>> moved = Correction("k-1", "region", "2026-03-03", 10, "South")
    >>> slip = Correction("k-2", "region", "2026-03-03", 20, retracts="k-1")
    >>> corrected([moved], "2026-04-01", 15), corrected([moved, slip], "2026-04-01", 15), corrected([moved, slip], "2026-04-01", 20)
    ({'region': 'South'}, {'region': 'South'}, {})
    """
    valid = [one for one in standing(log, at) if one.retracts is None and one.valid_from <= day]
    return {one.attribute: one.value for one in sorted(valid, key=lambda one: one.valid_from)}
