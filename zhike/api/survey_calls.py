"""Surveys that staff fill in with a customer: asked aloud on the phone, or on a device that is handed over; and links that open one survey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query

from zhike.act.acting import records_of
from zhike.act.consents import ConsentAnswer, do_answer_consent
from zhike.act.customer_links import OneSurvey, do_make_link
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.act.surveys import check_fill, do_contact, do_decline
from zhike.api.asking import AskingOf
from zhike.api.description import needs
from zhike.api.links import OWN_PAGE
from zhike.api.models import Identifier
from zhike.api.own_asking import link_rules
from zhike.api.rendering import instant
from zhike.api.survey_filling import MODES_RULE, Filler, begun, saved, sent, shown
from zhike.api.survey_models import (
    AskedAloud,
    StaffDecline,
    SurveyDeclined,
    SurveyLink,
    SurveyLinkRequest,
    SurveyPage,
    SurveySave,
    SurveyThanks,
)
from zhike.api.surveys import agreed_to
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError
from zhike.measure.surveys.length import minutes_of
from zhike.measure.surveys.lint import TIMING

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.act.acting import Acting
    from zhike.api.asking import Asking
    from zhike.core.ports import Transaction

__all__ = ["ask_aloud", "decline_for", "make_survey_link", "router", "save_for", "send_for"]

router = APIRouter(prefix="/surveys/{invitation_id}", tags=["surveys"])
_FILL: Final = "survey.fill"
SCRIPT: Final = "surveys.script"
_PHONE: Final = "phone"
_SURVEY, _ALL = "survey", "all"
_MINUTE: Final = 60_000_000
_CODE_LENGTH: Final = 10
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of codes that somebody types: none that is taken for another. Ten of them are 49 bits, and wrong ones are counted."""
Number = Annotated[int | None, Query(ge=1, le=10_000, description="The page; the next one unless given.")]


@router.get(
    "/sheet",
    response_model=AskedAloud,
    operation_id="ask_aloud",
    openapi_extra={**needs(_FILL), "conflicting": True},
)
def ask_aloud(invitation_id: Identifier, asking: AskingOf, page: Number = None) -> dict[str, Any]:
    """Return a page of a survey to be read out, with what is said before and after; refused where the customer does not want to be called."""
    service = asking.service
    with service.acting.store.read() as tx:
        row = _checked(asking, tx, invitation_id, _PHONE)
        found = begun(_filler(asking), tx, records_of(tx, row["customer_id"]), invitation_id)
    script = service.rulebook.at(SCRIPT, service.today()).value
    title = found.questionnaire.title.in_language(asking.language)
    minutes = max(
        1, round(minutes_of(found.questionnaire, service.rulebook.at(TIMING, service.today()).value))
    )
    said = {name: Text.of(words).in_language(asking.language) for name, words in script.items()}
    said["opening"] = said["opening"].format(title=title, minutes=minutes)
    return {
        "customer_id": row["customer_id"], "script": said, "begun": found.invitation["state"] == "begun",
        "page": shown(found, page),
    }  # fmt: skip


@router.put(
    "/sheet",
    response_model=SurveyPage,
    operation_id="save_for_customer",
    openapi_extra=needs(_FILL, keyed=True),
)
def save_for(invitation_id: Identifier, body: SurveySave, asking: AskingOf) -> dict[str, Any]:
    """Note what a customer says on the phone; ``dont_know`` and ``refused`` stand for an answer that there is none to any question."""
    acting = asking.service.acting

    def do(tx: Transaction, _: dict[str, Any], records: list[str]) -> dict[str, Any]:
        _called(acting, tx, records, invitation_id)
        return saved(_filler(asking), tx, records, invitation_id, body)

    return _written(asking, invitation_id, ("save_for_customer", body.model_dump(mode="json")), do)


@router.post(
    "/sheet/send",
    response_model=SurveyThanks,
    operation_id="send_for_customer",
    openapi_extra=needs(_FILL, keyed=True),
)
def send_for(invitation_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Send what a customer said on the phone, once nothing is left to ask."""

    def do(tx: Transaction, row: dict[str, Any], records: list[str]) -> dict[str, Any]:
        return sent(_filler(asking), tx, row, records, invitation_id)

    return _written(asking, invitation_id, ("send_for_customer", {}), do)


@router.post(
    "/decline",
    response_model=SurveyDeclined,
    operation_id="decline_for_customer",
    openapi_extra=needs(_FILL, keyed=True),
)
def decline_for(invitation_id: Identifier, body: StaffDecline, asking: AskingOf) -> dict[str, Any]:
    """Note that a customer does not answer a survey, or wants none any more; nobody reminds them."""
    acting, actor = asking.service.acting, asking.actor.actor_id

    def do(tx: Transaction, row: dict[str, Any], records: list[str]) -> dict[str, Any]:
        if body.called:
            _called(acting, tx, records, invitation_id)
        found = check_fill(tx, records, invitation_id, acting.clock.now())
        declined = do_decline(acting, tx, found, actor, "refused")
        if body.never:
            evidence = {"form": "survey", "survey": invitation_id}
            do_answer_consent(
                acting, tx, ConsentAnswer(row["customer_id"], actor, _SURVEY, _ALL, "withdrawn", evidence)
            )
        return {"invitation_id": invitation_id, "state": declined["state"], "never": body.never}

    return _written(asking, invitation_id, ("decline_for_customer", body.model_dump(mode="json")), do)


@router.post("/links", response_model=SurveyLink, operation_id="make_survey_link", openapi_extra=needs(_FILL))
def make_survey_link(invitation_id: Identifier, body: SurveyLinkRequest, asking: AskingOf) -> dict[str, Any]:
    """Make a link that opens one survey and nothing else of the customer: for a message, for a device that is handed over, or a code for a kiosk.

    What it carries is shown this once, so asking again makes another one.
    """
    service, now = asking.service, asking.service.acting.clock.now()
    limits = service.rulebook.at(MODES_RULE, service.today()).value
    with service.acting.store.write() as tx:
        row = _checked(asking, tx, invitation_id, body.mode)
        found = check_fill(tx, records_of(tx, row["customer_id"]), invitation_id, now)
        held = {"tablet": limits["tablet_minutes"], "kiosk": limits["code_minutes"]}.get(body.mode)
        ends = found["lapses_at"] if held is None else min(found["lapses_at"], now + held * _MINUTE)
        code = _code(service.acting) if body.mode == "kiosk" else None
        leads = OneSurvey(invitation_id, body.mode, ends, code)
        link, token = do_make_link(
            service.acting, tx, link_rules(service), row["customer_id"], asking.actor.actor_id, leads
        )
    path = None if code else f"{OWN_PAGE}/#{token}"
    return {
        "link_id": link["link_id"],
        "mode": body.mode,
        "token": token,
        "path": path,
        "expires_at": instant(link["expires_at"]),
    }


def _code(acting: Acting) -> str:
    """Return a code that somebody can read off and type, each letter as likely as any other."""
    drawn = int.from_bytes(acting.chance(16))
    return "".join(_LETTERS[drawn // len(_LETTERS) ** place % len(_LETTERS)] for place in range(_CODE_LENGTH))


def _filler(asking: Asking) -> Filler:
    return Filler(asking.service, asking.language, _PHONE, asking.actor.actor_id)


def _checked(asking: Asking, tx: Transaction, invitation_id: str, mode: str) -> dict[str, Any]:
    """Return the row of the customer of an invitation, if whoever asks may fill it in over a mode with them.

    Raises
    ------
    RecordNotFoundError
        When there is no such invitation, or it is not for whoever asks.
    StateConflictError
        When the customer does not want to be asked over it.
    """
    row = _asked_one(asking, tx, invitation_id)
    _check_wanted(asking, tx, row, mode)
    return row


def _asked_one(asking: Asking, tx: Transaction, invitation_id: str) -> dict[str, Any]:
    known = tx.one("survey_invitations", invitation_id=invitation_id)
    _, row = asking.may_with(_FILL, tx, "" if known is None else known["customer_id"], phrase("survey"))
    return row


def _check_wanted(asking: Asking, tx: Transaction, row: dict[str, Any], mode: str) -> None:
    if agreed_to(asking, tx, row, mode) is False:
        raise StateConflictError(
            what=phrase("a customer who does not want to be asked for their opinion"),
            expected=phrase("one who has not said no"),
        )


def _written(
    asking: Asking,
    invitation_id: str,
    what: tuple[str, dict[str, Any]],
    do: Callable[[Transaction, dict[str, Any], list[str]], dict[str, Any]],
) -> dict[str, Any]:
    """Do something about an invitation in one transaction, once under the caller's key."""
    acting, (verb, content) = asking.service.acting, what
    with acting.store.write() as tx:
        row = _asked_one(asking, tx, invitation_id)
        keyed = Keyed(
            asking.actor.actor_id, asking.key, {"verb": verb, "survey": invitation_id, "body": content}
        )
        records = records_of(tx, row["customer_id"])

        def first() -> dict[str, Any]:
            _check_wanted(asking, tx, row, _PHONE)
            return do(tx, row, records)

        return once(acting, tx, keyed, row["customer_id"], first)


def _called(acting: Acting, tx: Transaction, records: list[str], invitation_id: str) -> None:
    """Count the call as a contact, once a survey: the pages of one call are one."""
    found = check_fill(tx, records, invitation_id, acting.clock.now())
    if all(over != _PHONE for _, over in (found["asked"] or {}).get("contacts", ())):
        do_contact(acting, tx, found, _PHONE)
