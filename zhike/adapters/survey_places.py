"""Quotas of a questionnaire over a store: how full they are, what a sheet takes, and what is known of a customer before the first question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.survey_places import HELD, TAKEN, do_take, places_used
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError
from zhike.measure.surveys import End, counted, next_page, open_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.acting import Acting
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Version
    from zhike.measure.surveys import Questionnaire, Sheet
    from zhike.measure.surveys.questionnaire import Quota

__all__ = [
    "check_room",
    "closing_words",
    "filled_places",
    "full_quota",
    "given_of",
    "quota_rows",
    "takes_places",
]

_PLACED: Final = ("branch", "tier")
_FULL: Final = "full"
_MINUTE: Final = 60_000_000


def quota_rows(
    tx: Transaction, questionnaire: Questionnaire, now: int, but: str = ""
) -> list[tuple[Quota, int, int]]:
    """Return each quota with the places that are taken and those that are held; see `zhike.act.survey_places.places_used`."""
    if not questionnaire.quotas:
        return []
    asked = {one.name: (one.limit, one.days) for one in questionnaire.quotas}
    used = places_used(tx, questionnaire.path, asked, now, but)
    return [(one, used[one.name][TAKEN], used[one.name][HELD]) for one in questionnaire.quotas]


def filled_places(tx: Transaction, questionnaire: Questionnaire, now: int, but: str) -> dict[str, int]:
    """Return how many places of each quota other sheets than this one have."""
    return {one.name: taken + held for one, taken, held in quota_rows(tx, questionnaire, now, but)}


def full_quota(questionnaire: Questionnaire, sheet: Sheet, filled: Mapping[str, int]) -> str | None:
    """Return the full cell that ends a sheet, None where it goes on or is complete."""
    page = next_page(questionnaire, sheet, filled)
    return page.quota if isinstance(page, End) else None


def takes_places(
    acting: Acting, tx: Transaction, of: tuple[Questionnaire, Sheet, str], filled: Mapping[str, int], minutes: int | None
) -> None:  # fmt: skip
    """Take the places of a sheet.

    Parameters
    ----------
    of : tuple of (Questionnaire, Sheet, str)
        The last is the invitation, or the sheet at a kiosk.
    filled : mapping of str to int
        From `filled_places`, in the same transaction.
    minutes : int or None
        For which they are held; None for good.
    """
    questionnaire, sheet, sheet_id = of
    if questionnaire.quotas:
        until = None if minutes is None else acting.clock.now() + minutes * _MINUTE
        do_take(acting, tx, questionnaire.path, sheet_id, counted(questionnaire, sheet, filled), until)


def closing_words(
    questionnaire: Questionnaire, quota: str | None, messages: Version, language: Language
) -> str | None:
    """Return what is said to somebody whose cell is full: the quota's own words, or those of ``surveys.messages``."""
    if quota is None:
        return None
    return (questionnaire.quota(quota).words or Text.of(messages.value[_FULL])).in_language(language)


def check_room(tx: Transaction, questionnaire: Questionnaire, given: Mapping[str, Any], now: int) -> None:
    """Refuse to ask somebody whose cell is full already, by what is known of them.

    Raises
    ------
    StateConflictError
    """
    filled = filled_places(tx, questionnaire, now, "")
    quota = full_quota(questionnaire, open_sheet(questionnaire, 0, given=given), filled)
    if quota is not None:
        raise StateConflictError(
            what=phrase("a full quota: {quota}", quota=quota), expected=phrase("somebody of whom answers are still needed")
        )  # fmt: skip


def given_of(
    questionnaire: Questionnaire, row: Mapping[str, Any], known: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a questionnaire is told of a customer beforehand, as far as the bank knows it.

    Parameters
    ----------
    row : mapping
        The customer's, with ``branch`` and ``tier``.
    known : mapping
        What the archive says, by name.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> asks = SimpleNamespace(given={"tier": "text", "age": "number", "hobby": "text"})
    >>> given_of(asks, {"branch": "north", "tier": "mass"}, {"age": 44, "tier": "gold"})
    {'tier': 'mass', 'age': 44}
    """
    facts = {name: row[name] if name in _PLACED else known.get(name) for name in questionnaire.given}
    return {name: value for name, value in facts.items() if _fits(value, questionnaire.given[name])}


def _fits(value: object, sort: str) -> bool:
    if sort == "text":
        return isinstance(value, str)
    return isinstance(value, int | float) and not isinstance(value, bool)
