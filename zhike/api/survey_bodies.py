"""Surveys and call-backs as answers of the interface: what is kept, in words of the reader's language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from zhike.act.acting import moment
from zhike.act.surveys import state_of
from zhike.adapters.survey_places import closing_words, filled_places, full_quota
from zhike.api.rendering import instant
from zhike.measure.surveys import read_questionnaire, resumed, score
from zhike.measure.surveys.filling import answered_words, page_at, without_elder
from zhike.measure.surveys.wording import shown_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.api.service import Service
    from zhike.core.errors import AnswerError
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.core.rulebook import Rulebook, Version
    from zhike.measure.surveys import Questionnaire, Sheet, Shown

__all__ = [
    "FREE",
    "MESSAGES",
    "Places",
    "answers_body",
    "call_back_body",
    "in_zone",
    "invitation_body",
    "loop_body",
    "page_body",
    "places_of",
    "questionnaire_of",
    "scores_of",
    "zone_of",
]

_SHOWN: Final = ("invitation_id", "customer_id", "survey", "mode", "reminders", "actor")
_LOOP: Final = (
    "loop_id",
    "customer_id",
    "invitation_id",
    "trigger",
    "owner",
    "task_id",
    "state",
    "cause",
    "outcome",
)
MESSAGES: Final = "surveys.messages"
_NOTHING: Final[Mapping[str, AnswerError]] = {}


@dataclass(frozen=True, slots=True)
class Places:
    """How full the quotas of a questionnaire are without a sheet, and what is said to whoever finds theirs full.

    Parameters
    ----------
    filled : mapping of str to int
        Places by quota that other sheets have.
    messages : Version or None
        ``surveys.messages``; None where nothing is counted, as in a preview.
    """

    filled: Mapping[str, int]
    messages: Version | None = None

    def words(self, questionnaire: Questionnaire, quota: str | None, language: Language) -> str | None:
        """Return what is said where a quota is full."""
        return None if self.messages is None else closing_words(questionnaire, quota, self.messages, language)


FREE: Final = Places({})
"""Nothing is full."""


def places_of(service: Service, tx: Transaction, questionnaire: Questionnaire, sheet_id: str) -> Places:
    """Return how full the quotas are now, without the places of one sheet."""
    now = service.acting.clock.now()
    messages = service.rulebook.at(MESSAGES, service.today()) if questionnaire.quotas else None
    return Places(filled_places(tx, questionnaire, now, sheet_id), messages)


def questionnaire_of(rulebook: Rulebook, survey: str) -> Questionnaire:
    """Return a version of a questionnaire, as sheets and invitations name it: ``instruments.nps@2026-01-01``.

    Raises
    ------
    RuleNotFoundError
        When the rulebook has it no more.
    """
    path, _, first_day = survey.partition("@")
    return read_questionnaire(rulebook.at(path, dt.date.fromisoformat(first_day)))


def scores_of(questionnaire: Questionnaire, sheet: Sheet) -> dict[str, float | None]:
    """Return the scores of a sheet by name."""
    return {name: one.value for name, one in score(questionnaire, sheet).items()}


def invitation_body(
    row: Mapping[str, Any], questionnaire: Questionnaire, language: Language, now: int
) -> dict[str, Any]:
    """Return an invitation."""
    return {
        **{name: row[name] for name in _SHOWN}, "title": questionnaire.title.in_language(language), "state": state_of(row, now),
        "lapses_at": instant(row["lapses_at"]), "recorded_at": instant(row["recorded_at"]),
    }  # fmt: skip


def answers_body(
    questionnaire: Questionnaire, answer: Mapping[str, Any] | None, language: Language
) -> list[dict[str, Any]]:
    """Return what was asked and answered, in words; nothing where the sheet is not shown."""
    if answer is None:
        return []
    sheet = resumed(questionnaire, {**answer, "language": language})
    return [
        {"key": shown.key, "question": shown.text, "answer": words} for shown, words in answered_words(questionnaire, sheet) if words
    ]  # fmt: skip


def loop_body(row: Mapping[str, Any], name: str | None, now: int, zone: str) -> dict[str, Any]:
    """Return a call-back; what is not shown of it is nothing."""
    detail, result = row["detail"] or {}, row["result"] or {}
    ended = now if row["closed_at"] is None else row["closed_at"]
    return {
        **{key: row[key] for key in _LOOP}, "name": name, "value": detail.get("value"), "words": detail.get("words"),
        "action": result.get("action"), "said": result.get("words"), "overdue": ended > row["due_at"],
        "due_at": in_zone(row["due_at"], zone), "closed_at": instant(row["closed_at"]), "recorded_at": instant(row["recorded_at"]),
    }  # fmt: skip


def in_zone(at: int, zone: str) -> str:
    """Return an instant as the clocks of a zone show it, so that whoever reads until when they are called reads their own time.

    Examples
    --------
    >>> in_zone(0, "Asia/Shanghai")
    '1970-01-01T08:00:00+08:00'
    """
    return moment(at).astimezone(ZoneInfo(zone)).isoformat()


def zone_of(service: Service, tx: Transaction) -> str:
    """Return the bank's zone; UTC before anything is published."""
    setting = service.desk.setting(tx)
    return "UTC" if setting is None else setting.timezone


def call_back_body(row: Mapping[str, Any] | None, zone: str) -> dict[str, Any] | None:
    """Return what a customer reads of a call-back; what staff made of it stays with them but for what was done."""
    if row is None:
        return None
    action = (row["result"] or {}).get("action")
    return {"due_at": in_zone(row["due_at"], zone), "state": row["state"], "action": action}


def page_body(
    invitation: Mapping[str, Any],
    questionnaire: Questionnaire,
    sheet: Sheet,
    number: int | None = None,
    problems: Mapping[str, AnswerError] = _NOTHING,
    places: Places = FREE,
) -> dict[str, Any]:
    """Return a page to be filled in; of a sheet that a full quota ends, none but what is said then.

    Parameters
    ----------
    number : int, optional
        Of the page; the next one unless given.
    problems : mapping
        What was sent and is no answer, by question.
    places : Places
    """
    at, page = page_at(questionnaire, sheet, number, places.filled)
    quota = full_quota(questionnaire, sheet, places.filled)
    closed = places.words(questionnaire, quota, sheet.language)
    page = page if quota is None else None
    heading, shown = (None, ()) if page is None else shown_page(questionnaire, sheet, page)
    answered, asked = (len(sheet.answers),) * 2 if page is None else (page.answered, page.asked)
    return {
        "invitation_id": invitation["invitation_id"], "title": questionnaire.title.in_language(sheet.language),
        "state": invitation["state"], "lapses_at": instant(invitation["lapses_at"]), "elder": sheet.elder,
        "has_short": not without_elder(questionnaire), "number": at, "answered": answered, "asked": asked, "heading": heading,
        "questions": [_question(one, problems.get(one.key), sheet.language) for one in shown], "complete": page is None and quota is None,
        "closed": closed,
    }  # fmt: skip


def _question(shown: Shown, problem: AnswerError | None, language: Language) -> dict[str, Any]:
    return {
        **{name: getattr(shown, name) for name in ("key", "kind", "text", "low", "high", "required", "not_applicable")},
        "choices": _coded(shown.choices), "sides": _coded(shown.sides),
        "labels": [{"point": point, "text": text} for point, text in shown.labels],
        "value": shown.value.isoformat() if isinstance(shown.value, dt.date) else shown.value,
        "problem": None if problem is None else problem.parts(language)["needed"],
    }  # fmt: skip


def _coded(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"code": code, "text": text} for code, text in pairs]
