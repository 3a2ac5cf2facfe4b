"""Surveys as customers fill them in, by the link that they hold: saved as far as they come, sent once, or declined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.act.consents import ConsentAnswer, do_answer_consent
from zhike.act.own_wishes import own_evidence
from zhike.act.staff import THE_CUSTOMER
from zhike.act.surveys import FULL, do_decline, state_of
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.own_asking import OneSurveyOf, Own, OwnOf
from zhike.api.rendering import instant
from zhike.api.survey_bodies import MESSAGES, call_back_body, questionnaire_of, zone_of
from zhike.api.survey_filling import Filler, begun, saved, sent, shown
from zhike.api.survey_models import (
    DeclineRequest,
    OwnSurveys,
    SurveyDeclined,
    SurveyPage,
    SurveySave,
    SurveyThanks,
)
from zhike.core.language import Text

if TYPE_CHECKING:
    from zhike.core.ports import Transaction

__all__ = ["decline", "own_surveys", "router", "save", "send", "show"]

router = APIRouter(prefix="/me/surveys", tags=["surveys"])
_READS: Final = needs(own=True)
_WRITES: Final = needs(keyed=True, own=True)
_SHOWN: Final = 50
_SURVEY, _ALL = "survey", "all"
_WEB: Final = "web"
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
def show(invitation_id: Identifier, own: OneSurveyOf, page: Number = None) -> dict[str, Any]:
    """Return a page of a survey that waits: the next one, or an earlier one to look at again."""
    with own.service.acting.store.read() as tx:
        return shown(begun(_filler(own), tx, own.records(tx), invitation_id), page)


@router.put("/{invitation_id}", response_model=SurveyPage, operation_id="save_survey", openapi_extra=_WRITES)
def save(invitation_id: Identifier, body: SurveySave, own: OneSurveyOf) -> dict[str, Any]:
    """Keep answers as far as they are some, tell which are none, and return the page to fill in next."""
    content = {"survey": invitation_id, **body.model_dump(mode="json")}
    return own.written(
        "save_survey", content, lambda tx, _: saved(_filler(own), tx, own.records(tx), invitation_id, body)
    )


@router.post(
    "/{invitation_id}/send", response_model=SurveyThanks, operation_id="send_survey", openapi_extra=_WRITES
)
def send(invitation_id: Identifier, own: OneSurveyOf) -> dict[str, Any]:
    """Send a survey in which nothing is left to ask; who turns out to be unhappy is called back, and reads until when."""
    return own.written(
        "send_survey",
        {"survey": invitation_id},
        lambda tx, row: sent(_filler(own), tx, row, own.records(tx), invitation_id),
    )


@router.post(
    "/{invitation_id}/decline",
    response_model=SurveyDeclined,
    operation_id="decline_survey",
    openapi_extra=_WRITES,
)
def decline(invitation_id: Identifier, body: DeclineRequest, own: OneSurveyOf) -> dict[str, Any]:
    """Say that one does not answer a survey, or any: there are no reminders, and after the second no more surveys."""
    acting = own.service.acting

    def do(tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
        found = begun(_filler(own), tx, own.records(tx), invitation_id)
        declined = do_decline(acting, tx, found.invitation, THE_CUSTOMER, THE_CUSTOMER)
        if body.never:
            evidence = own_evidence(own.link["link_id"], _SURVEY, own.language)
            answer = ConsentAnswer(row["customer_id"], THE_CUSTOMER, _SURVEY, _ALL, "withdrawn", evidence)
            do_answer_consent(acting, tx, answer)
        return {"invitation_id": invitation_id, "state": declined["state"], "never": body.never}

    return own.written("decline_survey", {"survey": invitation_id, **body.model_dump(mode="json")}, do)


def _filler(own: Own) -> Filler:
    """Return how a customer fills in: over what their link is for, or on their own page."""
    return Filler(own.service, own.language, own.link["mode"] or _WEB)


def _listed(
    own: Own, row: dict[str, Any], loop: dict[str, Any] | None, at: tuple[int, str]
) -> dict[str, Any]:
    """Return a survey as the list has it; ``at`` is the instant now, and the bank's zone."""
    now, zone = at
    state = state_of(row, now)
    answered = state == "answered"
    questionnaire = questionnaire_of(own.service.rulebook, row["survey"])
    thanks = questionnaire.thanks if answered else None
    if state == FULL:
        thanks = Text.of(own.service.rulebook.at(MESSAGES, own.service.today()).value[FULL])
    return {
        "invitation_id": row["invitation_id"], "title": questionnaire.title.in_language(own.language), "state": state,
        "lapses_at": instant(row["lapses_at"]), "answered_at": instant(row["changed_at"]) if answered else None,
        "thanks": thanks and thanks.in_language(own.language), "call_back": call_back_body(loop, zone),
    }  # fmt: skip
