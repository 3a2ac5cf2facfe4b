"""A round of a wave as it is written: who is asked, why the others are not, and that there was a round that day."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from zhike.act.trail import Happened, record
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["do_round", "round_of", "rounds"]

_STREAM: Final = "cases"
_AT_ONCE: Final = 500
"""Customers named in one statement."""


def round_of(tx: Transaction, wave: str, day: dt.date) -> dict[str, Any] | None:
    """Return the row of a wave's round of a day, None before there was one."""
    return tx.one("survey_rounds", wave=wave, day=str(day))


def rounds(tx: Transaction, most: int = 100) -> list[dict[str, Any]]:
    """Return the latest rounds, newest first."""
    return tx.find("survey_rounds", order=["-day"], limit=most)


def do_round(
    acting: Acting, tx: Transaction, of: tuple[str, dt.date, str], reasons: Mapping[str, str], actor: str
) -> dict[str, int]:
    """Write that a wave had its round, and why each customer was asked or was not; return how many of each reason.

    Parameters
    ----------
    of : tuple of (str, date, str)
        Wave, day of the bank, questionnaire and version.
    reasons : mapping of customer to str
        One of `zhike.measure.surveys.asking.REASONS`.

    Raises
    ------
    AlreadyRecordedError
        When the wave has had its round of the day.
    """
    wave, day, survey = of
    now, counts = acting.clock.now(), dict(sorted(Counter(reasons.values()).items()))
    row = {
        "wave": wave,
        "day": str(day),
        "survey": survey,
        "counts": counts,
        "recorded_at": now,
        "actor": actor,
    }
    tx.insert("survey_rounds", [row])
    _remember(tx, wave, reasons, now)
    told = {"wave": wave, "day": str(day), "survey": survey, "counts": counts}
    record(tx, [Happened(_STREAM, AuditEvent.SURVEY_ROUND, actor, None, told)], now, acting.chance)
    return counts


def _remember(tx: Transaction, wave: str, reasons: Mapping[str, str], now: int) -> None:
    """Keep the reason of each customer where it is another one than in the round before."""
    before = {
        one["customer_id"]: one["reason"]
        for one in tx.find("survey_askings", {"wave": wave}, columns=("customer_id", "reason"))
    }
    new = [
        {"wave": wave, "customer_id": name, "reason": reason, "recorded_at": now} for name, reason in reasons.items() if name not in before
    ]  # fmt: skip
    for part in _parts(new):
        tx.insert("survey_askings", part)
    for reason in sorted(set(reasons.values())):
        changed = [
            name for name, found in reasons.items() if found == reason and before.get(name, reason) != reason
        ]
        for names in _parts(changed):
            tx.change(
                "survey_askings", {"wave": wave, "customer_id": names}, {"reason": reason, "recorded_at": now}
            )


def _parts(whole: list[Any]) -> Iterable[list[Any]]:
    return (whole[start : start + _AT_ONCE] for start in range(0, len(whole), _AT_ONCE))
