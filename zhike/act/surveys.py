"""Surveys of customers: invited, reminded, saved half filled, sent, declined.

What a sheet may hold is the business of `zhike.measure.surveys`, which stands above: a sheet comes here as it was accepted there.
A sheet that was sent is never changed. Whoever has said that they do not want to be asked is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import DAY
from zhike.act.live_state import refreshed
from zhike.act.staff import THE_CUSTOMER
from zhike.act.survey_places import do_give_back
from zhike.act.trail import Happened, record
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = [
    "FULL", "LAPSED", "MODES", "NewInvitation", "Selection", "check_fill", "check_invite", "check_remind", "do_contact", "do_decline", "do_end_full",
    "do_invite", "do_remind", "do_save", "do_submit", "sheet_of", "state_of", "undo_contact",
]  # fmt: skip

MODES: Final = {"web": "web", "tablet": "branch", "phone": "phone", "kiosk": "branch"}
"""Over what a survey is filled in, and the channel of consent that it takes."""
SENT, BEGUN, ANSWERED, DECLINED, LAPSED, FULL = "sent", "begun", "answered", "declined", "lapsed", "full"
_OPEN: Final = (SENT, BEGUN)
PARTIAL, COMPLETE = "partial", "complete"
_STREAM: Final = "cases"
_SEED_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Selection:
    """How a round came to ask somebody.

    Parameters
    ----------
    wave : str
        Of ``surveys.waves``.
    channel : str
        Over which they are asked and reminded.
    drawn : bool
        Whether at random among all who might be asked.
    chance : float
        With which they would have been, given how many were drawn of their group.
    """

    wave: str
    channel: str
    drawn: bool
    chance: float


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """Somebody to be asked.

    Parameters
    ----------
    customer, actor : str
    survey : str
        Questionnaire and version.
    mode : str
        One of `MODES`.
    days : int
        For which it can be answered.
    given : mapping
        What the questionnaire is told of the customer beforehand.
    selection : Selection, optional
        Of those whom a round asks.
    """

    customer: str
    actor: str
    survey: str
    mode: str
    days: int
    given: Mapping[str, Any] = field(default_factory=dict)
    selection: Selection | None = None


def state_of(invitation: Mapping[str, Any], now: int) -> str:
    """Return the state of an invitation now: one that was not answered in time has lapsed, whatever its row says.

    Examples
    --------
    >>> state_of({"state": "begun", "lapses_at": 7}, 6), state_of({"state": "begun", "lapses_at": 7}, 7)
    ('begun', 'lapsed')
    """
    lapsed = invitation["state"] in _OPEN and invitation["lapses_at"] <= now
    return LAPSED if lapsed else str(invitation["state"])


def check_invite(
    tx: Transaction, new: NewInvitation, records: Sequence[str], now: int, *, agreed: bool | None
) -> None:
    """Refuse to ask somebody who is not to be asked.

    Parameters
    ----------
    records : sequence of str
        All records of the customer.
    now : int
        Microseconds of UTC.
    agreed : bool or None
        What the customer says to being asked for their opinion over the channel; None where nobody asked.

    Raises
    ------
    UsageError
        When the mode is none.
    StateConflictError
        When the customer does not want to be asked, or the same survey waits for them.
    """
    if new.mode not in MODES:
        raise UsageError(what=phrase("mode '{mode}'", mode=new.mode), expected=", ".join(MODES))
    if agreed is False:
        raise StateConflictError(
            what=phrase("a customer who does not want to be asked for their opinion"),
            expected=phrase("one who has not said no"),
        )
    own = {"customer_id": list(records), "survey": new.survey, "state": list(_OPEN)}
    if any(state_of(row, now) != LAPSED for row in tx.find("survey_invitations", own)):
        raise StateConflictError(
            what=phrase("a survey that waits for the customer"), expected=phrase("its answer first")
        )


def do_invite(acting: Acting, tx: Transaction, new: NewInvitation) -> dict[str, Any]:
    """Write an invitation that was checked; return its row."""
    now, chosen = acting.clock.now(), new.selection
    asked = chosen and {
        "channel": chosen.channel,
        "drawn": chosen.drawn,
        "chance": chosen.chance,
        "contacts": [],
    }
    row = {
        "invitation_id": acting.new_id("s"), "customer_id": new.customer, "survey": new.survey, "mode": new.mode,
        "seed": int.from_bytes(acting.chance(_SEED_BYTES)), "state": SENT, "reminders": 0, "lapses_at": now + new.days * DAY,
        "changed_at": now, "wave": chosen and chosen.wave, "asked": asked, "given": dict(new.given), "recorded_at": now, "actor": new.actor,
    }  # fmt: skip
    tx.insert("survey_invitations", [row])
    told = {"mode": new.mode, "until": row["lapses_at"]} | (
        {"wave": chosen.wave, "drawn": chosen.drawn} if chosen else {}
    )
    _record(acting, tx, AuditEvent.SURVEY_SENT, row, new.actor, told)
    return row


def check_remind(tx: Transaction, invitation_id: str, most: int, now: int) -> dict[str, Any]:
    """Return the row of an invitation of which somebody may be reminded.

    Raises
    ------
    RecordNotFoundError
        When there is none.
    StateConflictError
        When it was answered, has lapsed, or there were as many reminders as may be.
    """
    row = _waiting(tx.one("survey_invitations", invitation_id=invitation_id), now)
    if row["reminders"] >= most:
        raise StateConflictError(
            what=phrase("{count} reminders", count=row["reminders"]),
            expected=phrase("fewer than {most}", most=most),
        )
    return row


def do_remind(acting: Acting, tx: Transaction, row: dict[str, Any], actor: str) -> dict[str, Any]:
    """Note that a customer is reminded, see `check_remind`; return the row."""
    values = {"reminders": row["reminders"] + 1, "changed_at": acting.clock.now()}
    tx.change("survey_invitations", {"invitation_id": row["invitation_id"]}, values)
    _record(acting, tx, AuditEvent.SURVEY_REMINDED, row, actor, {"reminders": values["reminders"]})
    return {**row, **values}


def do_contact(acting: Acting, tx: Transaction, row: dict[str, Any], channel: str) -> dict[str, Any]:
    """Note that the bank tells a customer of an invitation now: a contact like any other, out of the one budget; return the row."""
    before = row["asked"] or {"contacts": []}
    asked = {**before, "contacts": [*before["contacts"], [acting.clock.now(), channel]]}
    return _contacts(acting, tx, row, asked)


def undo_contact(acting: Acting, tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
    """Take the last contact back: what told of the invitation never reached the customer; return the row."""
    before = row["asked"] or {"contacts": []}
    return _contacts(acting, tx, row, {**before, "contacts": before["contacts"][:-1]})


def _contacts(acting: Acting, tx: Transaction, row: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    tx.change("survey_invitations", {"invitation_id": row["invitation_id"]}, {"asked": asked})
    refreshed(tx, row["customer_id"], acting.clock.now())
    return {**row, "asked": asked}


def do_decline(
    acting: Acting, tx: Transaction, invitation: dict[str, Any], actor: str, reason: str
) -> dict[str, Any]:
    """Record that a customer does not answer a survey; return the row. They are not reminded of it.

    Parameters
    ----------
    invitation : dict
        From `check_fill`.
    reason : str
        As whoever records it says; ``customer`` where the customer did so themselves.
    """
    now = acting.clock.now()
    _move(tx, invitation, DECLINED, now)
    do_give_back(tx, invitation["invitation_id"])
    _record(acting, tx, AuditEvent.SURVEY_DECLINED, invitation, actor, {"reason": reason})
    return {**invitation, "state": DECLINED, "changed_at": now}


def do_end_full(
    acting: Acting, tx: Transaction, invitation: dict[str, Any], quota: str, actor: str = THE_CUSTOMER
) -> dict[str, Any]:
    """Record that a survey ended because enough answers like these have come in; return the row. What was answered counts in no result.

    Parameters
    ----------
    invitation : dict
        From `check_fill`.
    quota : str
        The full one.
    """
    now = acting.clock.now()
    _move(tx, invitation, FULL, now)
    do_give_back(tx, invitation["invitation_id"])
    _record(acting, tx, AuditEvent.SURVEY_FULL, invitation, actor, {"quota": quota})
    return {**invitation, "state": FULL, "changed_at": now}


def check_fill(tx: Transaction, records: Sequence[str], invitation_id: str, now: int) -> dict[str, Any]:
    """Return the row of a customer's invitation that can be answered.

    Raises
    ------
    RecordNotFoundError
        When the customer has no such invitation.
    StateConflictError
        When it was answered or has lapsed.
    """
    found = tx.find("survey_invitations", {"invitation_id": invitation_id, "customer_id": list(records)})
    return _waiting(found[0] if found else None, now)


def _waiting(row: dict[str, Any] | None, now: int) -> dict[str, Any]:
    if row is None:
        raise RecordNotFoundError(what=phrase("survey"))
    state = state_of(row, now)
    if state not in _OPEN:
        raise StateConflictError(
            what=phrase("the survey {state}", state=state), expected=phrase("one that waits for answers")
        )
    return row


def sheet_of(tx: Transaction, invitation_id: str) -> dict[str, Any] | None:
    """Return the row of the sheet of an invitation, None before anything was saved."""
    return tx.one("survey_answers", invitation_id=invitation_id)


def do_save(
    acting: Acting,
    tx: Transaction,
    invitation: dict[str, Any],
    sheet: dict[str, Any],
    actor: str = THE_CUSTOMER,
) -> dict[str, Any]:
    """Keep a sheet as far as it is filled in; return its row. What is saved again as it was is no event.

    Parameters
    ----------
    invitation : dict
        From `check_fill`.
    sheet : dict
        As `zhike.measure.surveys.Sheet.to_json` makes it.
    """
    before = sheet_of(tx, invitation["invitation_id"])
    if before is not None and before["answer"] == sheet:
        return before
    row = _written(
        acting, tx, invitation, before, {"answer": sheet, "state": PARTIAL, "scores": None, "actor": actor}
    )
    if invitation["state"] == SENT:
        _move(tx, invitation, BEGUN, row["changed_at"])
    told = {"answers": len(sheet["answers"])}
    _record(acting, tx, AuditEvent.SURVEY_SAVED, invitation, actor, told)
    return row


def do_submit(
    acting: Acting,
    tx: Transaction,
    invitation: dict[str, Any],
    sheet: dict[str, Any],
    scores: Mapping[str, float | None],
    actor: str = THE_CUSTOMER,
) -> dict[str, Any]:
    """Record a complete sheet with its scores; return its row.

    Parameters
    ----------
    invitation : dict
        From `check_fill`.
    sheet : dict
        Complete.
    scores : mapping of str to float or None
        None where too little was answered.
    actor : str
        Who filled it in: the customer, or whoever asked them on the phone.
    """
    before = sheet_of(tx, invitation["invitation_id"])
    values = {"answer": sheet, "state": COMPLETE, "scores": dict(scores), "actor": actor}
    row = _written(acting, tx, invitation, before, values)
    _move(tx, invitation, ANSWERED, row["changed_at"])
    told = {"mode": sheet["mode"], "answer": row["answer_id"], "scores": dict(scores)}
    _record(acting, tx, AuditEvent.SURVEY_ANSWERED, invitation, actor, told)
    return row


def _written(
    acting: Acting,
    tx: Transaction,
    invitation: dict[str, Any],
    before: dict[str, Any] | None,
    values: dict[str, Any],
) -> dict[str, Any]:
    now = acting.clock.now()
    changed = {**values, "mode": values["answer"]["mode"], "changed_at": now}
    if before is not None:
        tx.change("survey_answers", {"answer_id": before["answer_id"]}, changed)
        return {**before, **changed}
    row = {
        "answer_id": acting.new_id("u"), "customer_id": invitation["customer_id"], "survey": invitation["survey"],
        "invitation_id": invitation["invitation_id"], **changed, "recorded_at": now,
    }  # fmt: skip
    tx.insert("survey_answers", [row])
    return row


def _move(tx: Transaction, invitation: dict[str, Any], state: str, now: int) -> None:
    tx.change(
        "survey_invitations",
        {"invitation_id": invitation["invitation_id"]},
        {"state": state, "changed_at": now},
    )


def _record(
    acting: Acting, tx: Transaction, event: AuditEvent, row: dict[str, Any], actor: str, told: dict[str, Any]
) -> None:
    content = {"invitation": row["invitation_id"], "survey": row["survey"], **told}
    happened = Happened(_STREAM, event, actor, row["customer_id"], content)
    record(tx, [happened], acting.clock.now(), acting.chance)
