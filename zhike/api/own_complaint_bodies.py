"""A complaint as its customer reads it: what the bank wrote, what they can do now, where else they can go, how it was handled."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from zhike.act.complaint_letters import outcome_words
from zhike.act.complaints import RECEIVE, standing_of
from zhike.act.staff import THE_CUSTOMER
from zhike.act.surveys import state_of
from zhike.api.complaint_bodies import own_body
from zhike.api.rendering import instant
from zhike.govern.complaint_life import Mover, open_moves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.language import Language, Text
    from zhike.core.ports import Transaction

__all__ = ["HANDLING", "OFFERED", "case_body", "handling_of", "outcome_told"]

HANDLING: Final = "complaint_handling"
"""The instrument that asks how a complaint was handled."""
OFFERED: Final = "open"
"""State of a survey on the handling that the customer can open."""
_NONE: Final = "none"
_TELLING: Final = ("informed", "verification_informed")
_REASON: Final = "reason"


def case_body(
    row: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
    desk: ComplaintDesk,
    language: Language,
    day: dt.date,
    *,
    ways: Sequence[tuple[str, Text, dt.date | None]],
    survey: tuple[str | None, str],
) -> dict[str, Any]:
    """Return a complaint with all that its customer reads of it and can do.

    Parameters
    ----------
    ways : sequence
        From `zhike.act.complaint_letters.ways_out`.
    survey : tuple
        From `handling_of`.
    """
    customer = Mover(THE_CUSTOMER, frozenset(desk.life.moves[name].verb for name in desk.life.own))
    moves = [one for one in open_moves(desk.life, standing_of(steps), customer) if one.id in desk.life.own]
    outcome = outcome_told(steps)
    return {
        **own_body(row, desk, language, day), "business": _title(desk.businesses.get(row["business"] or ""), language),
        "particulars": row["detail"].get("particulars") or None,
        "outcome": outcome and _title(outcome_words(desk, day).get(outcome), language),
        "messages": [_message(one, desk, language) for one in steps if _speaks(one)],
        "moves": [
            {"move": one.id, "title": one.title.in_language(language), "with_reason": _REASON in one.needs} for one in moves
        ],
        "ways_out": [{"way": name, "title": text.in_language(language), "until": until and until.isoformat()} for name, text, until in ways],
        "survey": survey[0], "survey_state": survey[1],
    }  # fmt: skip


def outcome_told(steps: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the outcome of which the customer was told last; None before they were told of any."""
    said: str | None = None
    told: str | None = None
    for one in steps:
        said = one["content"]["given"].get("outcome") or said
        if _event(one) in _TELLING:
            told = said
    return told


def handling_of(
    tx: Transaction, records: Sequence[str], steps: Sequence[Mapping[str, Any]], now: int
) -> tuple[str | None, str]:
    """Return the survey on how a complaint was handled, and its state; none before the customer has the answer."""
    told = [one["recorded_at"] for one in steps if _event(one) in _TELLING]
    if not told:
        return None, _NONE
    rows = tx.find("survey_invitations", {"customer_id": list(records)}, order=["recorded_at"])
    mine = [one for one in rows if HANDLING in one["survey"] and one["recorded_at"] >= told[0]]
    states = [(one["invitation_id"], state_of(one, now)) for one in mine]
    return next((one for one in states if one[1] != "lapsed"), (None, OFFERED))


def _speaks(step: Mapping[str, Any]) -> bool:
    """Return whether the bank told something to the customer with a step."""
    return step["move"] != RECEIVE and "notice" in step["content"]["given"]


def _message(step: Mapping[str, Any], desk: ComplaintDesk, language: Language) -> dict[str, Any]:
    given = step["content"]["given"]
    return {
        "at": instant(step["recorded_at"]), "move": step["move"], "title": desk.life.moves[step["move"]].title.in_language(language),
        "text": given.get("letter"), "documents": [desk.house.document(code).in_language(language) for code in given.get("documents") or ()], "sha256": given["notice"].get("sha256"),
    }  # fmt: skip


def _event(step: Mapping[str, Any]) -> str | None:
    event = step["content"]["event"]
    return None if event is None else str(event["event"])


def _title(text: Text | None, language: Language) -> str | None:
    return None if text is None else text.in_language(language)
