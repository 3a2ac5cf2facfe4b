"""Whether somebody is still to be asked when the message that asks them leaves: by their invitation, their consent, and what has happened since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.survey_consent import known_now, survey_answers
from zhike.act.surveys import BEGUN, SENT, state_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.decisions import DecisionDesk
    from zhike.core.ports import Transaction
    from zhike.decide.live import Live

__all__ = ["survey_problem"]

_NOT_CONTACTED: Final = "contact.do_not_contact"
_NO_CONSENT: Final = "consent.survey"
_COMPLAINT, _LOOP = "contact.open_complaint", "contact.open_loop"


def survey_problem(
    desk: DecisionDesk, tx: Transaction, content: Mapping[str, Any], live: Live, now: int
) -> str:
    """Return why somebody is not to be asked any more, by its code; nothing where they are.

    Parameters
    ----------
    content : mapping
        What the message says: ``invitation_id``, ``customer_id``, ``channel``.
    live : Live
        As of today.
    now : int
        Microseconds of UTC.

    Notes
    -----
    Contacts are not counted again: the message is one itself, see `zhike.decide.standing`.
    """
    row = tx.one("survey_invitations", invitation_id=content["invitation_id"])
    state = "unknown" if row is None else state_of(row, now)
    if state not in (SENT, BEGUN):
        return f"survey_{state}"
    known = known_now(desk, tx, {content["customer_id"]: live})[content["customer_id"]]
    if known.get("do_not_contact"):
        return _NOT_CONTACTED
    if survey_answers(known, live)[content["channel"]] is not True:
        return _NO_CONSENT
    if known.get("complaints_open") or live.complaints:
        return _COMPLAINT
    return _LOOP if live.loops else ""
