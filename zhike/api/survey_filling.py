"""A survey as it is filled in, whoever does it: the customer by their link, or a member of staff who asks them on the phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhike.act.loops import NewLoop, do_open_loop
from zhike.act.staff import THE_CUSTOMER
from zhike.act.surveys import check_fill, do_save, do_submit, sheet_of
from zhike.api.survey_bodies import call_back_body, page_body, questionnaire_of, scores_of, zone_of
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError
from zhike.decide.loop_rules import LoopRules
from zhike.measure.surveys import End, next_page
from zhike.measure.surveys.filling import filled_in, page_at, taken_up
from zhike.measure.surveys.questionnaire import NO_ANSWERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.api.service import Service
    from zhike.api.survey_models import SurveySave
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.measure.surveys import Questionnaire, Sheet

__all__ = ["Begun", "Filler", "begun", "saved", "sent", "shown"]


@dataclass(frozen=True, slots=True)
class Filler:
    """Who fills in, in which language, and over what.

    Parameters
    ----------
    service : Service
    language : str
    mode : str or None
        Over what from now; as the sheet was unless given.
    actor : str
    """

    service: Service
    language: Language
    mode: str | None = None
    actor: str = THE_CUSTOMER


@dataclass(frozen=True, slots=True)
class Begun:
    """An invitation with its questionnaire, and the sheet as it was saved last."""

    invitation: dict[str, Any]
    questionnaire: Questionnaire
    sheet: Sheet


def begun(
    filler: Filler, tx: Transaction, records: Sequence[str], invitation_id: str, *, elder: bool | None = None
) -> Begun:
    """Return a survey that can be answered, as it was left.

    Raises
    ------
    RecordNotFoundError
        When the customer of these records has no such invitation.
    StateConflictError
        When it was answered, declined or has lapsed.
    """
    service = filler.service
    invitation = check_fill(tx, records, invitation_id, service.acting.clock.now())
    questionnaire, kept = (
        questionnaire_of(service.rulebook, invitation["survey"]),
        sheet_of(tx, invitation_id),
    )
    told = {**invitation, "given": invitation["given"] or {}}
    answer = kept and kept["answer"]
    sheet = taken_up(questionnaire, told, answer, filler.language, elder=elder, mode=filler.mode)
    return Begun(invitation, questionnaire, sheet)


def shown(found: Begun, page: int | None) -> dict[str, Any]:
    """Return a page of it: the next one, or an earlier one to look at again."""
    return page_body(found.invitation, found.questionnaire, found.sheet, page)


def saved(
    filler: Filler, tx: Transaction, records: Sequence[str], invitation_id: str, body: SurveySave
) -> dict[str, Any]:
    """Keep answers as far as they are some, and return the page to fill in next, with what is none."""
    found = begun(filler, tx, records, invitation_id, elder=body.elder)
    passed = [] if body.turn is None else _optional(found, body.turn)
    filled = filled_in(found.questionnaire, found.sheet, body.answers, passed)
    row = do_save(filler.service.acting, tx, found.invitation, filled.sheet.to_json(), filler.actor)
    invitation = {**found.invitation, "state": "begun" if row else found.invitation["state"]}
    number = body.turn if filled.problems else None
    return page_body(invitation, found.questionnaire, filled.sheet, number, filled.problems)


def _optional(found: Begun, number: int) -> list[str]:
    """Return the questions of a page that need no answer; what an answer on the same page brings up is asked next."""
    _, page = page_at(found.questionnaire, found.sheet, number)
    return [] if page is None else [ask.key for ask in page.asks if not ask.question.required]


def sent(
    filler: Filler, tx: Transaction, row: dict[str, Any], records: Sequence[str], invitation_id: str
) -> dict[str, Any]:
    """Record a survey in which nothing is left to ask; open a call-back where a rule says so, in the same transaction.

    Parameters
    ----------
    row : dict
        The customer's.

    Raises
    ------
    StateConflictError
        When something is left to ask.
    """
    service, found = filler.service, begun(filler, tx, records, invitation_id)
    questionnaire, sheet = found.questionnaire, found.sheet
    if not isinstance(next_page(questionnaire, sheet), End):
        raise StateConflictError(
            what=phrase("a survey with questions left"), expected=phrase("an answer to each that needs one")
        )
    scores = scores_of(questionnaire, sheet)
    do_submit(service.acting, tx, found.invitation, sheet.to_json(), scores, filler.actor)
    zone = zone_of(service, tx)
    loop = _opened(service, tx, row, found, scores, zone)
    thanks = questionnaire.thanks
    return {
        "invitation_id": invitation_id, "title": questionnaire.title.in_language(filler.language),
        "thanks": thanks and thanks.in_language(filler.language), "call_back": call_back_body(loop, zone),
    }  # fmt: skip


def _opened(
    service: Service, tx: Transaction, row: dict[str, Any], found: Begun, scores: dict[str, float | None], zone: str
) -> dict[str, Any] | None:  # fmt: skip
    """Open a call-back where the answers ask for one; return its row."""
    rules = LoopRules.of(service.rulebook, service.today())
    opening = rules.opening(found.invitation["survey"], scores, found.sheet.answers)
    if opening is None:
        return None
    due_at = rules.due_at(row["tier"], service.acting.clock.now())
    said = _said(found.questionnaire, found.sheet)
    return do_open_loop(
        service.acting, tx, row, NewLoop(found.invitation["invitation_id"], opening, due_at, said, zone)
    )


def _said(questionnaire: Questionnaire, sheet: Sheet) -> str:
    """Return what a customer said in their own words."""
    texts = (
        value for key, value in sheet.answers.items()
        if isinstance(value, str) and value not in NO_ANSWERS and (asked := questionnaire.question(key)) is not None and asked.kind == "text"
    )  # fmt: skip
    return " / ".join(texts)
