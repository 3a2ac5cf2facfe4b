"""Surveys as customers fill them in, by the link that they hold: saved as far as they come, sent once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.act.loops import NewLoop, do_open_loop
from zhike.act.surveys import check_fill, do_save, do_submit, sheet_of, state_of
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.own_asking import Own, OwnOf
from zhike.api.rendering import instant
from zhike.api.survey_bodies import call_back_body, page_body, questionnaire_of, scores_of, zone_of
from zhike.api.survey_models import OwnSurveys, SurveyPage, SurveySave, SurveyThanks
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError
from zhike.decide.loop_rules import LoopRules
from zhike.measure.surveys import End, next_page
from zhike.measure.surveys.filling import filled_in, page_at, taken_up

if TYPE_CHECKING:
    from zhike.core.ports import Transaction
    from zhike.measure.surveys import Questionnaire, Sheet

__all__ = ["own_surveys", "router", "save", "send", "show"]

router = APIRouter(prefix="/me/surveys", tags=["surveys"])
_READS: Final = needs(own=True)
_WRITES: Final = needs(keyed=True, own=True)
_SHOWN: Final = 50
Number = Annotated[int | None, Query(ge=1, le=10_000, description="The page; the next one unless given.")]


@router.get("", response_model=OwnSurveys, operation_id="own_surveys", openapi_extra=_READS)
def own_surveys(own: OwnOf) -> dict[str, Any]:
    """Return the surveys of whoever asks, at most 50, the newest first, and whether they are called back."""
    now = own.service.acting.clock.now()
    with own.service.acting.store.read() as tx:
        where = {"customer_id": own.records(tx)}
        rows = tx.find("survey_invitations", where, order=["-recorded_at"], limit=_SHOWN)
        loops = {one["invitation_id"]: one for one in tx.find("loops", where)}
        zone = zone_of(own.service, tx)
    return {"surveys": [_listed(own, row, loops.get(row["invitation_id"]), (now, zone)) for row in rows]}


@router.get(
    "/{invitation_id}",
    response_model=SurveyPage,
    operation_id="own_survey",
    openapi_extra={**_READS, "conflicting": True},
)
def show(invitation_id: Identifier, own: OwnOf, page: Number = None) -> dict[str, Any]:
    """Return a page of a survey that waits: the next one, or an earlier one to look at again."""
    with own.service.acting.store.read() as tx:
        found = _begun(own, tx, invitation_id)
    return page_body(found.invitation, found.questionnaire, found.sheet, page)


@router.put("/{invitation_id}", response_model=SurveyPage, operation_id="save_survey", openapi_extra=_WRITES)
def save(invitation_id: Identifier, body: SurveySave, own: OwnOf) -> dict[str, Any]:
    """Keep answers as far as they are some, tell which are none, and return the page to fill in next."""

    def do(tx: Transaction, _: dict[str, Any]) -> dict[str, Any]:
        begun = _begun(own, tx, invitation_id, elder=body.elder)
        passed = [] if body.turn is None else _optional(begun, body.turn)
        filled = filled_in(begun.questionnaire, begun.sheet, body.answers, passed)
        row = do_save(own.service.acting, tx, begun.invitation, filled.sheet.to_json())
        invitation = {**begun.invitation, "state": "begun" if row else begun.invitation["state"]}
        number = body.turn if filled.problems else None
        return page_body(invitation, begun.questionnaire, filled.sheet, number, filled.problems)

    return own.written("save_survey", {"survey": invitation_id, **body.model_dump(mode="json")}, do)


@router.post(
    "/{invitation_id}/send", response_model=SurveyThanks, operation_id="send_survey", openapi_extra=_WRITES
)
def send(invitation_id: Identifier, own: OwnOf) -> dict[str, Any]:
    """Send a survey in which nothing is left to ask; who turns out to be unhappy is called back, and reads until when."""
    return own.written(
        "send_survey", {"survey": invitation_id}, lambda tx, row: _sent(own, tx, row, invitation_id)
    )


@dataclass(frozen=True, slots=True)
class _Begun:
    """An invitation with its questionnaire, and the sheet as it was saved last."""

    invitation: dict[str, Any]
    questionnaire: Questionnaire
    sheet: Sheet


def _begun(own: Own, tx: Transaction, invitation_id: str, *, elder: bool | None = None) -> _Begun:
    invitation = check_fill(tx, own.records(tx), invitation_id, own.service.acting.clock.now())
    questionnaire, kept = (
        questionnaire_of(own.service.rulebook, invitation["survey"]),
        sheet_of(tx, invitation_id),
    )
    begun = {**invitation, "given": invitation["given"] or {}}
    sheet = taken_up(questionnaire, begun, kept and kept["answer"], own.language, elder=elder)
    return _Begun(invitation, questionnaire, sheet)


def _optional(begun: _Begun, number: int) -> list[str]:
    """Return the questions of a page that need no answer; what an answer on the same page brings up is asked next."""
    _, page = page_at(begun.questionnaire, begun.sheet, number)
    return [] if page is None else [ask.key for ask in page.asks if not ask.question.required]


def _sent(own: Own, tx: Transaction, row: dict[str, Any], invitation_id: str) -> dict[str, Any]:
    service, begun = own.service, _begun(own, tx, invitation_id)
    questionnaire, sheet = begun.questionnaire, begun.sheet
    if not isinstance(next_page(questionnaire, sheet), End):
        raise StateConflictError(
            what=phrase("a survey with questions left"), expected=phrase("an answer to each that needs one")
        )
    scores = scores_of(questionnaire, sheet)
    do_submit(service.acting, tx, begun.invitation, sheet.to_json(), scores)
    rules = LoopRules.of(service.rulebook, service.today())
    opening = rules.opening(begun.invitation["survey"], scores, sheet.answers)
    loop, zone = None, zone_of(service, tx)
    if opening is not None:
        due_at = rules.due_at(row["tier"], service.acting.clock.now())
        loop = do_open_loop(
            service.acting,
            tx,
            row,
            NewLoop(invitation_id, opening, due_at, _said(questionnaire, sheet), zone),
        )
    thanks = questionnaire.thanks
    return {
        "invitation_id": invitation_id, "title": questionnaire.title.in_language(own.language),
        "thanks": thanks and thanks.in_language(own.language), "call_back": call_back_body(loop, zone),
    }  # fmt: skip


def _said(questionnaire: Questionnaire, sheet: Sheet) -> str:
    """Return what a customer wrote in their own words."""
    texts = (
        value for key, value in sheet.answers.items()
        if isinstance(value, str) and (asked := questionnaire.question(key)) is not None and asked.kind == "text"
    )  # fmt: skip
    return " / ".join(texts)


def _listed(
    own: Own, row: dict[str, Any], loop: dict[str, Any] | None, at: tuple[int, str]
) -> dict[str, Any]:
    """Return a survey as the list has it; ``at`` is the instant now, and the bank's zone."""
    now, zone = at
    state = state_of(row, now)
    answered = state == "answered"
    questionnaire = questionnaire_of(own.service.rulebook, row["survey"])
    thanks = questionnaire.thanks if answered else None
    return {
        "invitation_id": row["invitation_id"], "title": questionnaire.title.in_language(own.language), "state": state,
        "lapses_at": instant(row["lapses_at"]), "answered_at": instant(row["changed_at"]) if answered else None,
        "thanks": thanks and thanks.in_language(own.language), "call_back": call_back_body(loop, zone),
    }  # fmt: skip
