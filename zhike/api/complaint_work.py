"""What is to be done about a complaint, by whom and by when: next moves, moves that are not open and why, promises, letters, filters."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import moment
from zhike.act.complaint_clocks import clocks_of, events_in
from zhike.act.complaint_ladder import HANDLER, ladder_of, staff_here
from zhike.act.complaint_promises import promises_of
from zhike.act.complaints import standing_of
from zhike.core.language import Text
from zhike.govern.complaint_life import closed_moves
from zhike.govern.missing import Missing
from zhike.govern.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.api.asking import Asking
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.govern.complaint_life import Mover
    from zhike.govern.deadlines import Clock

__all__ = [
    "Rights",
    "closed_body",
    "in_order",
    "ladder_body",
    "next_body",
    "promises_body",
    "rights_of",
    "role_titles",
    "undated",
    "undated_among",
]

Rights = dict[str, Text]
"""Words for each right that a move can take."""
_REVIEW, _HANDLER, _VERB = "review", "handler", "verb"
_THE_HANDLER: Final = Text("handler", "经办人", "經辦人")
_BANK: Final = "bank"
_HELD: Final = ("running", "paused", "suspended")
_DATED: Final = ("intake", "work", "wait", "review")
"""Phases in which the bank owes an answer."""
_LAST: Final = "9999-12-31"


def rights_of(asking: Asking) -> Rights:
    """Return the words for rights, as ``access.roles`` has them."""
    head = asking.service.rulebook.at(ROLES, asking.service.today()).head
    return {name: Text.of(words) for name, words in head["verbs"].items()}


def next_body(
    row: Mapping[str, Any], desk: ComplaintDesk, rights: Rights, language: Language
) -> dict[str, Any] | None:
    """Return the move that is needed next and by whom; None where nothing is waited for."""
    name = desk.life.next.get(row["state"])
    if name is None:
        return None
    move = desk.life.moves[name]
    review = desk.life.review_of(row["state"])
    verb = review.verb if move.verb == _REVIEW and review is not None else move.verb
    return {
        "move": name, "title": move.title.in_language(language), "person": move.person,
        "who": row["handler"] if move.person == _HANDLER else None, "right": _right(rights, verb, language),
    }  # fmt: skip


def closed_body(
    steps: Sequence[Mapping[str, Any]], mover: Mover, desk: ComplaintDesk, rights: Rights, language: Language
) -> list[dict[str, Any]]:
    """Return the moves that lead from here and that somebody may not make, with the reasons."""
    return [
        {"move": move.id, "title": move.title.in_language(language), "against": [_said(one, rights, language) for one in against]}
        for move, against in closed_moves(desk.life, standing_of(steps), mover)
    ]  # fmt: skip


def _said(one: Missing, rights: Rights, language: Language) -> str:
    detail = dict(one.detail)
    if _VERB in detail:
        detail[_VERB] = _right(rights, str(detail[_VERB]), language)
    return Missing(one.code, detail).render(language)


def _right(rights: Rights, verb: str, language: Language) -> str:
    return rights[verb].in_language(language) if verb in rights else verb


def promises_body(
    row: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
    found: Sequence[Clock],
    desk: ComplaintDesk,
    tier: str | None,
    now: int,
) -> list[dict[str, Any]]:
    """Return what the house promises beyond the law, as it stands now."""
    at = moment(now)
    return [
        {
            "promise": one.id, "state": one.state, "due_at": one.due_at, "stopped_at": one.stopped_at, "overdue": one.overdue(at),
            "bound_by": one.bound_by, "reference": one.reference,
        }
        for one in promises_of(row, events_in(steps), found, desk, tier, now)
    ]  # fmt: skip


def ladder_body(
    asking: Asking, tx: Transaction, row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], desk: ComplaintDesk, person: Mapping[str, Any]
) -> list[dict[str, Any]]:  # fmt: skip
    """Return who is called until the resolution is due."""
    now = asking.service.acting.clock.now()
    events = events_in(steps)
    promised = promises_of(row, events, clocks_of(row, events, desk, now), desk, person["tier"], now)
    titles = role_titles(asking)
    return [
        {
            "role": one.role, "title": titles.get(one.role, one.role),
            **{name: getattr(one, name) for name in ("due_at", "remind_at", "to", "instead_of", "answered_by", "reached")},
        }
        for one in ladder_of(staff_here(tx), row, promised, desk, person["branch"], now)
    ]  # fmt: skip


def role_titles(asking: Asking) -> dict[str, str]:
    """Return the roles of the ladder in words."""
    head = asking.service.rulebook.at(ROLES, asking.service.today()).head
    titles = {HANDLER: _THE_HANDLER, **{name: Text.of(words) for name, words in head["roles"].items()}}
    return {name: title.in_language(asking.language) for name, title in titles.items()}


def undated(found: Iterable[Clock], language: Language) -> str | None:
    """Return why a clock of the bank's that runs has no legal date; None where all have one."""
    return next(
        (
            one.reason.in_language(language)
            for one in found
            if one.actor == _BANK and one.state in _HELD and one.legal_due is None and one.reason is not None
        ),
        None,
    )


def undated_among(
    tx: Transaction, rows: Sequence[Mapping[str, Any]], desk: ComplaintDesk, now: int, language: Language
) -> dict[str, str | None]:
    """Return why, for those among some complaints that wait for an answer and have no date; the others are left out."""
    waiting = {
        row["complaint_id"]: row
        for row in rows
        if row["legal_due"] is None and desk.life.states[row["state"]].phase in _DATED
    }
    if not waiting:
        return {}
    steps: dict[str, list[dict[str, Any]]] = {name: [] for name in waiting}
    for one in tx.find(
        "complaint_steps", {"complaint_id": sorted(waiting)}, order=["complaint_id", "number"]
    ):
        steps[one["complaint_id"]].append(one)
    return {
        name: undated(clocks_of(row, events_in(steps[name]), desk, now), language)
        for name, row in waiting.items()
    }


def in_order(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return open complaints in the order in which they are to be looked at.

    Those without a date come first, since nobody knows how long they can wait; then by safe date, what is more urgent first; then those
    whose customers were told.
    """

    def place(one: Mapping[str, Any]) -> tuple[int, dt.date | str, int, str]:
        due = one["safe_due"] or one["legal_due"]
        group = 0 if one["undated"] else 1 if due else 2
        return group, str(due or _LAST), -(one.get("priority") or 0), str(one["received_at"])

    return sorted(found, key=place)
