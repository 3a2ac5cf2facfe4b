"""A survey as it is filled in, whoever does it: the customer by their link, or a member of staff who asks them on the phone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import customer_row
from zhike.act.loops import NewLoop, do_open_loop
from zhike.act.staff import THE_CUSTOMER
from zhike.act.surveys import BEGUN, check_fill, do_end_full, do_save, do_submit, sheet_of
from zhike.adapters.survey_places import full_quota, takes_places
from zhike.api.survey_bodies import (
    call_back_body,
    page_body,
    places_of,
    questionnaire_of,
    scores_of,
    zone_of,
)
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError
from zhike.decide.loop_rules import LoopRules
from zhike.measure.surveys import End, next_page
from zhike.measure.surveys.filling import filled_in, page_at, taken_up
from zhike.measure.surveys.questionnaire import NO_ANSWERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.api.service import Service
    from zhike.api.survey_bodies import Places
    from zhike.api.survey_models import SurveySave
    from zhike.core.language import Language
    from zhike.core.ports import Transaction
    from zhike.measure.surveys import Questionnaire, Sheet

__all__ = ["MODES_RULE", "Begun", "Filler", "begun", "place_minutes", "saved", "sent", "shown"]

MODES_RULE: Final = "surveys.modes"


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
    places: Places


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
    return Begun(invitation, questionnaire, sheet, places_of(service, tx, questionnaire, invitation_id))


def shown(found: Begun, page: int | None) -> dict[str, Any]:
    """Return a page of it: the next one, or an earlier one to look at again."""
    return page_body(found.invitation, found.questionnaire, found.sheet, page, places=found.places)


def saved(
    filler: Filler, tx: Transaction, records: Sequence[str], invitation_id: str, body: SurveySave
) -> dict[str, Any]:
    """Keep answers as far as they are some, and return the page to fill in next, with what is none.

    The sheet holds its places of quotas for a while; where its cell is full, the survey ends here.
    """
    found, acting = begun(filler, tx, records, invitation_id, elder=body.elder), filler.service.acting
    passed = [] if body.turn is None else _optional(found, body.turn)
    questionnaire, places = found.questionnaire, found.places
    filled = filled_in(questionnaire, found.sheet, body.answers, passed, places.filled)
    do_save(acting, tx, found.invitation, filled.sheet.to_json(), filler.actor)
    invitation = {**found.invitation, "state": BEGUN}
    if full_quota(questionnaire, filled.sheet, places.filled) is None:
        minutes = place_minutes(filler.service)
        takes_places(acting, tx, (questionnaire, filled.sheet, invitation_id), places.filled, minutes)
    else:
        invitation, _ = _ended(filler, tx, replace(found, invitation=invitation, sheet=filled.sheet))
    number = body.turn if filled.problems else None
    return page_body(invitation, questionnaire, filled.sheet, number, filled.problems, places)


def place_minutes(service: Service) -> int:
    """Return for how long a sheet under way holds its places of quotas."""
    return int(service.rulebook.at(MODES_RULE, service.today()).value["place_minutes"])


def _ended(filler: Filler, tx: Transaction, found: Begun) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """End a survey whose cell is full; return the invitation, and the call-back: whoever is unhappy gets one all the same."""
    service, quota = filler.service, full_quota(found.questionnaire, found.sheet, found.places.filled)
    assert quota is not None  # noqa: S101 - asked by the caller
    ended = do_end_full(service.acting, tx, found.invitation, quota, filler.actor)
    row = customer_row(tx, found.invitation["customer_id"])
    scores = scores_of(found.questionnaire, found.sheet)
    return ended, _opened(service, tx, row, found, scores, zone_of(service, tx))


def _optional(found: Begun, number: int) -> list[str]:
    """Return the questions of a page that need no answer; what an answer on the same page brings up is asked next."""
    _, page = page_at(found.questionnaire, found.sheet, number, found.places.filled)
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
    end, zone = next_page(questionnaire, sheet, found.places.filled), zone_of(service, tx)
    if not isinstance(end, End):
        raise StateConflictError(
            what=phrase("a survey with questions left"), expected=phrase("an answer to each that needs one")
        )
    if end.complete:
        scores = scores_of(questionnaire, sheet)
        do_submit(service.acting, tx, found.invitation, sheet.to_json(), scores, filler.actor)
        takes_places(
            service.acting, tx, (questionnaire, sheet, invitation_id), found.places.filled, minutes=None
        )
        loop = _opened(service, tx, row, found, scores, zone)
        thanks = questionnaire.thanks and questionnaire.thanks.in_language(filler.language)
    else:
        _, loop = _ended(filler, tx, found)
        thanks = found.places.words(questionnaire, end.quota, filler.language)
    return {
        "invitation_id": invitation_id, "title": questionnaire.title.in_language(filler.language), "thanks": thanks, "counted": end.complete,
        "call_back": call_back_body(loop, zone),
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
