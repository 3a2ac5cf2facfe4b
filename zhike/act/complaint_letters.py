"""What the bank writes to whoever complained: drafted from the case, with the ways that they have besides the bank."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import moment
from zhike.core.language import Text
from zhike.core.units import DEFAULT_MINOR_UNITS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from zhike.act.complaint_desk import ComplaintDesk
    from zhike.core.language import Language
    from zhike.govern.deadlines import Clock

__all__ = ["LETTERS", "draft_letter", "hash_of_letter", "letter_moves", "outcome_words", "ways_out"]

LETTERS: Final = "complaints.letters"
WAYS: Final = "complaints.ways_out"
_OUTCOMES: Final = "outcomes"
_OTHER: Final = "other"
_FOUND: Final = ("findings", "outcome", "redress")
_NAME: Final = re.compile(r"\{([a-z]+)\}")
_MINOR: Final = 10**DEFAULT_MINOR_UNITS


def letter_moves(desk: ComplaintDesk, day: dt.date) -> tuple[str, ...]:
    """Return the moves with which something is written to the customer."""
    return tuple(name for name in desk.rulebook.at(LETTERS, day).value if name != _OUTCOMES)


def outcome_words(desk: ComplaintDesk, day: dt.date) -> dict[str, Text]:
    """Return how an outcome is said to the customer."""
    return {name: Text.of(one) for name, one in desk.rulebook.at(LETTERS, day).value[_OUTCOMES].items()}


def ways_out(
    desk: ComplaintDesk, regime: str, found: Iterable[Clock], day: dt.date, *, answered: bool
) -> list[tuple[str, Text, dt.date | None]]:
    """Return where a customer can go who does not agree: name, words, and the last day where the law sets one.

    Parameters
    ----------
    regime : str
        Whose clocks run.
    found : iterable of Clock
        Every clock of the complaint; a way whose clock has stopped, since it was gone, is left out.
    day : date
        Of the rule.
    answered : bool
        Whether the customer has the bank's answer, or is about to get it: some ways are open only then.
    """
    known: Mapping[str, list[dict[str, Any]]] = desk.rulebook.at(WAYS, day).value
    clocks = {one.id: one for one in found}
    ways = [one for one in known.get(regime, known[_OTHER]) if answered or one["after"] == "any"]
    timed = [(one, clocks.get(one["clock"] or "")) for one in ways]
    return [
        (one["id"], Text.of(one), None if clock is None else clock.legal_due)
        for one, clock in timed
        if clock is None or clock.state != "stopped"
    ]


def draft_letter(
    name: str,
    row: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
    desk: ComplaintDesk,
    day: dt.date,
    language: Language,
    *,
    ways: Sequence[tuple[str, Text, dt.date | None]],
    extended: str | None = None,
) -> str:
    """Return the draft of a letter; lines whose names have nothing to say are left out.

    Parameters
    ----------
    name : str
        A move of `letter_moves`.
    ways : sequence
        From `ways_out`.
    extended : str, optional
        The last day after a longer time, in ISO form.
    """
    template = Text.of(desk.rulebook.at(LETTERS, day).value[name]).in_language(language)
    found = _found(steps)
    outcomes = outcome_words(desk, day)
    received = moment(row["received_at"]).astimezone(desk.zone_of(row)).date()
    values = {
        "complaint": row["complaint_id"], "received": received.isoformat(), "due": row["legal_due"], "extended": extended,
        "words": row["detail"]["words"], "findings": found.get("findings"), "redress": _redress(found.get("redress") or (), desk, language),
        "outcome": outcomes[found["outcome"]].in_language(language) if found.get("outcome") else None,
        "ways": "\n".join(_way(text, until, language) for _, text, until in ways),
    }  # fmt: skip
    return "\n".join(line for raw in template.splitlines() if (line := _filled(raw, values)) is not None)


def hash_of_letter(text: str) -> str:
    """Return the SHA-256 of a letter, as a step keeps it for proof.

    Examples
    --------
    >>> hash_of_letter("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def _found(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return findings, outcome and redress as they were said last."""
    found: dict[str, Any] = {}
    for one in steps:
        given = one["content"]["given"]
        found |= {name: given[name] for name in _FOUND if given.get(name)}
    return found


def _redress(measures: Sequence[Mapping[str, Any]], desk: ComplaintDesk, language: Language) -> str:
    between = "; " if language == "en" else "；"
    return between.join(_measure(one, desk, language) for one in measures)


def _measure(one: Mapping[str, Any], desk: ComplaintDesk, language: Language) -> str:
    title = desk.measures[one["kind"]].in_language(language)
    amount = one.get("amount")
    return title if amount is None else f"{title} {amount / _MINOR:,.2f} {desk.currency}"


def _way(text: Text, until: dt.date | None, language: Language) -> str:
    said = f"- {text.in_language(language)}"
    if until is None:
        return said
    return f"{said} ({until})" if language == "en" else f"{said}（{until}）"


def _filled(line: str, values: Mapping[str, str | None]) -> str | None:
    """Return a line with its names filled in; None where one has nothing to say."""
    if any(not values.get(name) for name in _NAME.findall(line)):
        return None
    return _NAME.sub(lambda match: str(values[match[1]]), line)
