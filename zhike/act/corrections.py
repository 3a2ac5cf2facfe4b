"""Correct a fact about a customer at once, with the day since when it is so; take a correction back by another one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import customer_row, records_of
from zhike.act.live_state import day_of, refreshed
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.ledger import CUSTOMER
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent
from zhike.know.corrections import Correction, corrected, standing
from zhike.know.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["CORRECTABLE", "Correcting", "check_correct", "correct", "correction_log", "do_correct", "retract_correction"]  # fmt: skip

CORRECTABLE: Final = "privacy.correctable"
_LONGEST: Final = 200
_DTYPES: Final = {feature.name: feature.dtype for feature in FEATURES}
_LARGEST: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class Correcting:
    """A fact to correct.

    Parameters
    ----------
    customer, attribute : str
    value : object
        What is so, of the attribute's type; a day as ISO text, None for unknown.
    valid_from : date
        First day on which it is so.
    actor : str
    """

    customer: str
    attribute: str
    value: Any
    valid_from: dt.date
    actor: str


def correct(acting: Acting, asked: Correcting, correctable: Collection[str]) -> dict[str, Any]:
    """Correct a fact; return the correction as recorded.

    Parameters
    ----------
    acting : Acting
    asked : Correcting
    correctable : collection of str
        Attributes that ``privacy.correctable`` names.
    """
    with acting.store.write() as tx:
        check_correct(tx, asked, correctable, acting.clock.now())
        return do_correct(acting, tx, asked)


def check_correct(tx: Transaction, asked: Correcting, correctable: Collection[str], now: int) -> None:
    """Refuse a correction that cannot be recorded.

    Raises
    ------
    RecordNotFoundError
        When there is no such customer.
    UsageError
        When the attribute is none that can be corrected, the value is not of its type, or the day lies ahead.
    """
    customer_row(tx, asked.customer)
    if asked.attribute not in correctable:
        raise UsageError(
            what=phrase("attribute '{attribute}'", attribute=asked.attribute),
            expected=", ".join(sorted(correctable)),
        )
    dtype = _DTYPES.get(asked.attribute, "")
    if asked.value is not None and not _FITS.get(dtype, _never)(asked.value):
        # Not the value: it may be personal, and a message may be kept anywhere.
        raise UsageError(
            what=phrase(
                "a value of type {type} for '{attribute}'",
                type=type(asked.value).__name__,
                attribute=asked.attribute,
            ),
            expected=phrase("a value of type {dtype}", dtype=dtype),
        )
    if str(asked.valid_from) > day_of(now):
        raise UsageError(what=phrase("a correction from a day to come"), expected=phrase("a day up to today"))


def do_correct(acting: Acting, tx: Transaction, asked: Correcting) -> dict[str, Any]:
    """Write a correction that was checked."""
    entry = Correction("", asked.attribute, str(asked.valid_from), 0, asked.value)
    return _added(acting, tx, asked.customer, entry, asked.actor)


def retract_correction(acting: Acting, customer: str, correction_id: str, actor: str) -> dict[str, Any]:
    """Take a correction back, or a retraction, by a further one; return it as recorded.

    Raises
    ------
    RecordNotFoundError
        When there is no such correction of this customer.
    StateConflictError
        When it is taken back already.
    """
    with acting.store.write() as tx:
        log = correction_log(tx, customer)
        one = next((entry for entry in log if entry.correction_id == correction_id), None)
        if one is None:
            raise RecordNotFoundError(what=phrase("correction"))
        if one not in standing(log, log[-1].recorded_at):
            raise StateConflictError(
                what=phrase("a correction that is taken back already"), expected=phrase("one that stands")
            )
        entry = Correction("", one.attribute, one.valid_from, 0, retracts=correction_id)
        return _added(acting, tx, customer, entry, actor)


def correction_log(tx: Transaction, customer: str) -> list[Correction]:
    """Return the corrections of a customer in the order of their recording.

    Raises
    ------
    RecordNotFoundError
        When there is no such customer.
    """
    row = customer_row(tx, customer)
    rows = tx.find("corrections", {CUSTOMER: records_of(tx, row[CUSTOMER])}, order=["recorded_at"])
    return [Correction.of(one) for one in rows]


def _added(acting: Acting, tx: Transaction, customer: str, entry: Correction, actor: str) -> dict[str, Any]:
    log = correction_log(tx, customer)
    # Two within a microsecond, or a clock that went back: the order of recording is the order of knowing.
    now = max([acting.clock.now(), *(one.recorded_at + 1 for one in log)])
    before = corrected(log, entry.valid_from, now)
    row = {
        "correction_id": acting.new_id("f"), "customer_id": customer, "attribute": entry.attribute, "valid_from": entry.valid_from,
        "value": entry.to_value(), "before": {"is": before[entry.attribute]} if entry.attribute in before else {}, "recorded_at": now,
        "actor": actor,
    }  # fmt: skip
    tx.insert("corrections", [row])
    refreshed(tx, customer, now)
    content = {name: row[name] for name in ("correction_id", "attribute", "valid_from", "value")}
    record(tx, [Happened("privacy", AuditEvent.DATA_CORRECTED, actor, customer, content)], now, acting.chance)
    return row


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def _is_whole(value: object) -> bool:
    return _is_number(value) and isinstance(value, int)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and "\0" not in value


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and str(dt.date.fromisoformat(value)) == value
    except ValueError:
        return False


def _is_answer(value: object) -> bool:
    return isinstance(value, bool)


def _never(_value: object) -> bool:
    return False


_FITS: Final[dict[str, Callable[[object], bool]]] = {
    "string": _is_text, "int16": _is_whole, "int64": _is_whole, "money": _is_whole, "float64": _is_number, "bool": _is_answer,
    "date": _is_day,
}  # fmt: skip
