"""The clocks of a complaint in the ledger: computed from its receipt and its steps, with those of complaints that were joined to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import moment
from zhike.govern.deadlines import case_events, clocks, running_dates
from zhike.govern.deadlines.case_events import CLOSING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.ports import Transaction
    from zhike.govern.deadlines import Clock, RunningDate

__all__ = ["Dues", "clocks_of", "dues_of", "events_in", "events_of", "running_of"]

_BANK: Final = "bank"
_SIMPLE: Final = "simple"
"""As what a complaint is taken until it is assessed: the shortest time."""
_FOR_JOINED: Final = (*CLOSING, "reopened")
"""What happens to a complaint and to those that were joined to it alike."""


@dataclass(frozen=True, slots=True)
class Dues:
    """The dates by which the bank must answer: the earliest of all clocks of the bank's that run, and those that cannot be computed.

    Parameters
    ----------
    legal, safe : str or None
        Days in ISO form; None where no clock runs, or none of them can be computed.
    unknown : tuple of str
        Clocks that run without a date.
    """

    legal: str | None
    safe: str | None
    unknown: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Dues:
        """Return the dates that a row holds."""
        return cls(row["legal_due"], row["safe_due"])

    @classmethod
    def among(cls, running: Sequence[RunningDate]) -> Dues:
        """Return the earliest dates of some clocks that run."""
        return cls(
            _earliest(one.legal_due for one in running), _earliest(one.safe_due for one in running),
            tuple(one.id for one in running if one.legal_due is None),
        )  # fmt: skip

    def columns(self) -> dict[str, Any]:
        """Return them as the ledger's columns."""
        return {"legal_due": self.legal, "safe_due": self.safe}

    def to_content(self) -> dict[str, Any]:
        """Return them as JSON holds them."""
        return {**self.columns(), "unknown": list(self.unknown)}


def dues_of(
    tx: Transaction,
    row: Mapping[str, Any],
    events: Sequence[Mapping[str, Any]],
    desk: ComplaintDesk,
    now: int,
) -> Dues:
    """Return the dates of a complaint as it is after a step.

    Parameters
    ----------
    row : mapping
        As it is after the step.
    events : sequence of mapping
        Of all steps, as `zhike.govern.deadlines.case_events` reads them.
    """
    found = list(running_of(row, events, desk, now))
    shared = [one for one in events if one["event"] in _FOR_JOINED]
    # Only complaints of the same record are joined: among them, not among all, those are sought that were joined to this one.
    joined = {"customer_id": row["customer_id"], "into": row["complaint_id"]}
    for other in tx.find("complaints", joined, order=["received_at"]):
        since = moment(other["changed_at"]).isoformat()
        later = [one for one in shared if str(one["at"]) >= since]
        found += running_of(other, [*events_of(tx, other["complaint_id"]), *later], desk, now)
    return Dues.among(found)


def clocks_of(
    row: Mapping[str, Any], events: Sequence[Mapping[str, Any]], desk: ComplaintDesk, now: int, actor: str | None = None
) -> tuple[Clock, ...]:  # fmt: skip
    """Return every clock of a complaint at an instant, or those of one actor, by the rules in force when it was received."""
    received = moment(row["received_at"])
    regime = desk.regime(row["business"], received)
    return clocks(
        regime, received, _SIMPLE, case_events([dict(one) for one in events]), desk.calendars, moment(now), matter=row["business"], actor=actor
    )  # fmt: skip


def running_of(
    row: Mapping[str, Any], events: Sequence[Mapping[str, Any]], desk: ComplaintDesk, now: int
) -> tuple[RunningDate, ...]:
    """Return the dates of the bank's clocks that run at an instant, as `clocks_of` has them."""
    received = moment(row["received_at"])
    regime = desk.regime(row["business"], received)
    return running_dates(
        regime, received, _SIMPLE, case_events([dict(one) for one in events]), desk.calendars, moment(now), matter=row["business"], actor=_BANK
    )  # fmt: skip


def events_of(tx: Transaction, complaint_id: str) -> list[dict[str, Any]]:
    """Return what the steps of a complaint are to its clocks."""
    return events_in(tx.find("complaint_steps", {"complaint_id": complaint_id}, order=["number"]))


def events_in(steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what steps are to the clocks."""
    return [one["content"]["event"] for one in steps if one["content"]["event"]]


def _earliest(days: Iterable[dt.date | None]) -> str | None:
    known = [day for day in days if day is not None]
    return min(known).isoformat() if known else None
