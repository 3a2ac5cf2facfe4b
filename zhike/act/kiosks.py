"""Kiosks: devices at branches on which whoever comes fills in a survey, unknown; set up and stopped by staff, their sheets kept half or whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.staff import new_token, token_hash
from zhike.act.surveys import COMPLETE, PARTIAL
from zhike.act.trail import Happened, record
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError, UnauthenticatedError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["do_keep_sheet", "do_set_up", "do_stop", "kiosk_row", "kiosk_sheet", "kiosks_of", "state_of_kiosk"]

_STREAM: Final = "cases"
OPEN, STOPPED, ENDED = "open", "stopped", "ended"


def state_of_kiosk(row: Mapping[str, Any], now: int) -> str:
    """Return the state of a kiosk now.

    Examples
    --------
    >>> state_of_kiosk({"stopped_at": None, "expires_at": 7}, 6), state_of_kiosk({"stopped_at": None, "expires_at": 7}, 7)
    ('open', 'ended')
    """
    if row["stopped_at"] is not None:
        return STOPPED
    return OPEN if now < row["expires_at"] else ENDED


def do_set_up(
    acting: Acting, tx: Transaction, kiosk: Mapping[str, Any], ends: int, actor: str
) -> tuple[dict[str, Any], str]:
    """Set a kiosk up; return its row, and what its device shows, which is kept nowhere.

    Parameters
    ----------
    kiosk : mapping
        ``name``, ``branch``, ``instrument``.
    ends : int
        Microseconds of UTC.
    """
    now, token = acting.clock.now(), new_token(acting)
    row = {
        "kiosk_id": acting.new_id("b"), **kiosk, "token_hash": token_hash(token), "expires_at": ends, "stopped_at": None,
        "recorded_at": now, "actor": actor,
    }  # fmt: skip
    tx.insert("kiosks", [row])
    _tell(acting, tx, AuditEvent.KIOSK_SET_UP, row, actor)
    return row, token


def do_stop(acting: Acting, tx: Transaction, row: dict[str, Any], actor: str) -> dict[str, Any]:
    """Stop a kiosk: from this moment its device shows nothing; return the row.

    Raises
    ------
    StateConflictError
        When it is stopped already.
    """
    if row["stopped_at"] is not None:
        raise StateConflictError(
            what=phrase("a kiosk that is stopped"), expected=phrase("a kiosk that is open")
        )
    now = acting.clock.now()
    tx.change("kiosks", {"kiosk_id": row["kiosk_id"]}, {"stopped_at": now})
    _tell(acting, tx, AuditEvent.KIOSK_STOPPED, row, actor)
    return {**row, "stopped_at": now}


def kiosks_of(tx: Transaction) -> list[dict[str, Any]]:
    """Return the kiosks, the newest first."""
    return tx.find("kiosks", order=["-recorded_at"])


def kiosk_row(tx: Transaction, token: str, now: int) -> dict[str, Any]:
    """Return the kiosk whose device shows a token.

    Raises
    ------
    UnauthenticatedError
        When there is none, it was stopped or has ended.
    """
    row = tx.one("kiosks", token_hash=token_hash(token))
    if row is None or state_of_kiosk(row, now) != OPEN:
        raise UnauthenticatedError(what=phrase("a kiosk that is not open"))
    return row


def kiosk_sheet(tx: Transaction, kiosk: Mapping[str, Any], sheet_id: str) -> dict[str, Any] | None:
    """Return a sheet that is filled in at a kiosk, None before anything was kept.

    Raises
    ------
    RecordNotFoundError
        When it is another kiosk's, or was sent.
    """
    row = tx.one("kiosk_sheets", sheet_id=sheet_id)
    if row is not None and (row["kiosk_id"] != kiosk["kiosk_id"] or row["state"] == COMPLETE):
        raise RecordNotFoundError(what=phrase("survey"))
    return row


def do_keep_sheet(
    acting: Acting, tx: Transaction, kiosk: Mapping[str, Any], sheet_id: str, sheet: Mapping[str, Any],
    scores: Mapping[str, float | None] | None = None,
) -> None:  # fmt: skip
    """Keep a sheet as far as it is filled in, or whole with its scores.

    Parameters
    ----------
    sheet : mapping
        As `zhike.measure.surveys.Sheet.to_json` makes it.
    scores : mapping, optional
        Of a sheet in which nothing is left to ask: then it is sent, and changes no more.
    """
    now = acting.clock.now()
    values = {
        "state": PARTIAL if scores is None else COMPLETE, "answer": sheet, "scores": None if scores is None else dict(scores),
        "changed_at": now,
    }  # fmt: skip
    if kiosk_sheet(tx, kiosk, sheet_id) is not None:
        tx.change("kiosk_sheets", {"sheet_id": sheet_id}, values)
        return
    row = {
        "sheet_id": sheet_id, "kiosk_id": kiosk["kiosk_id"], "branch": kiosk["branch"], "survey": sheet["version"], **values,
        "recorded_at": now,
    }  # fmt: skip
    tx.insert("kiosk_sheets", [row])


def _tell(acting: Acting, tx: Transaction, event: AuditEvent, row: Mapping[str, Any], actor: str) -> None:
    told = {name: row[name] for name in ("kiosk_id", "branch", "instrument")}
    record(tx, [Happened(_STREAM, event, actor, None, told)], acting.clock.now(), acting.chance)
