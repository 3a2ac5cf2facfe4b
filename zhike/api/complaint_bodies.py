"""Complaints as answers of the interface, in words of the reader's language."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import moment
from zhike.act.complaint_clocks import clocks_of
from zhike.act.complaint_justice import JUSTICES
from zhike.act.complaints import standing_of
from zhike.api.rendering import instant
from zhike.core.language import Text
from zhike.govern.complaint_life import Mover, open_moves
from zhike.govern.deadlines.telling import told_clocks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.language import Language

__all__ = ["complaint_body", "justice_body", "moves_body", "own_body", "steps_body", "told_dues"]

_TOLD: Final = "complaints.told"
_SHOWN: Final = (
    "complaint_id", "customer_id", "state", "open", "channel", "regime", "complexity", "business", "issue", "cause", "handler", "legal_due",
    "safe_due", "into", "group_id", "priority",
)  # fmt: skip


def complaint_body(
    row: Mapping[str, Any], name: str | None, desk: ComplaintDesk, language: Language, today: dt.date
) -> dict[str, Any]:
    """Return a complaint as a list has it, without what is needed next."""
    return {
        **{key: row[key] for key in _SHOWN}, "name": name, "title": desk.life.states[row["state"]].title.in_language(language),
        "overdue": row["open"] and row["legal_due"] is not None and row["legal_due"] < str(today),
        "received_at": instant(row["received_at"]), "changed_at": instant(row["changed_at"]),
    }  # fmt: skip


def moves_body(
    steps: Sequence[Mapping[str, Any]], mover: Mover, desk: ComplaintDesk, language: Language
) -> list[dict[str, Any]]:
    """Return the moves that somebody may make now."""
    return [
        {"move": one.id, "title": one.title.in_language(language), "needs": list(one.needs)}
        for one in open_moves(desk.life, standing_of(steps), mover)
    ]


def steps_body(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps of a complaint; what is masked in them is null."""
    return [_step(one) for one in steps]


def _step(row: Mapping[str, Any]) -> dict[str, Any]:
    content = row["content"] if isinstance(row["content"], dict) else None
    before, after = (None, None) if content is None else content["dues"]
    return {
        **{key: row[key] for key in ("number", "move", "actor", "rules")}, "before": row["from_state"], "after": row["to_state"], "at": instant(row["recorded_at"]),
        "said": None if content is None else content["given"], "legal_due_before": before and before["legal_due"],
        "legal_due_after": after and after["legal_due"],
    }  # fmt: skip


def told_dues(
    row: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
    desk: ComplaintDesk,
    now: int,
    language: Language,
) -> dict[str, Any]:
    """Return every clock of a complaint with how it was found."""
    events = [one["content"]["event"] for one in steps if one["content"]["event"]]
    regime = desk.regime(row["business"], moment(row["received_at"]))
    return told_clocks(regime, clocks_of(row, events, desk, now), language)


def justice_body(said: Mapping[str, Any] | None, judged: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the three justices of a complaint, by its customer and by a reviewer; what is masked in them is null."""
    survey = None if said is None else {**said, "satisfied": said["satisfied"] and said["satisfied"] > 0, "at": instant(said["at"])}  # fmt: skip
    return {"survey": survey, "reviewer": None if judged is None else _judged(judged)}


def _judged(row: Mapping[str, Any]) -> dict[str, Any]:
    found = row["judged"] if isinstance(row["judged"], dict) else {}
    return {
        **{name: found.get(name) for name in (*JUSTICES, "because")}, "at": instant(row["recorded_at"]), "actor": row["actor"],
    }  # fmt: skip


def own_body(row: Mapping[str, Any], desk: ComplaintDesk, language: Language, day: dt.date) -> dict[str, Any]:
    """Return a complaint as its customer sees it; the day is that of the words in which it is told."""
    told = desk.rulebook.at(_TOLD, day).value.get(row["state"])
    title = desk.life.states[row["state"]].title.in_language(language)
    return {
        **{key: row[key] for key in ("complaint_id", "state", "open")}, "title": title,
        "received_at": instant(row["received_at"]), "changed_at": instant(row["changed_at"]), "words": row["detail"]["words"],
        "due": row["legal_due"], "told": title if told is None else Text.of(told).in_language(language),
    }  # fmt: skip
