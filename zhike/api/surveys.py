"""Surveys and the closed loop as staff and machines use them: who is asked, what was answered, who waits for a call, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response

from zhike.act.acting import records_of
from zhike.act.identities import identities_of
from zhike.act.live_state import day_of
from zhike.act.loops import Closing, check_close_loop, do_close_loop
from zhike.act.own_wishes import consents_now
from zhike.act.publications import portrait
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.act.surveys import MODES, NewInvitation, check_invite, check_remind, do_invite, do_remind
from zhike.adapters.survey_places import check_room, given_of
from zhike.api.asking import Asking, AskingOf
from zhike.api.csv_tables import CSV, csv_answer
from zhike.api.description import needs
from zhike.api.loop_tables import COLUMNS, loop_rows
from zhike.api.models import Identifier
from zhike.api.rendering import instant, masked_row
from zhike.api.survey_bodies import answers_body, invitation_body, loop_body, questionnaire_of, zone_of
from zhike.api.survey_models import (
    CustomerSurveys,
    InvitationBody,
    InvitationRequest,
    LoopBody,
    LoopClosing,
    LoopList,
)
from zhike.core.errors import RuleNotFoundError, UsageError
from zhike.core.phrases import phrase
from zhike.decide.live import Live
from zhike.decide.loop_rules import LoopRules
from zhike.govern.roles import Subject, decide_access
from zhike.measure.surveys import open_sheet, read_questionnaire

if TYPE_CHECKING:
    from zhike.api.service import Service
    from zhike.core.ports import Transaction
    from zhike.govern.roles import Permission
    from zhike.measure.surveys import Questionnaire

__all__ = [
    "INVITATIONS",
    "agreed_to",
    "asked_today",
    "close",
    "invite",
    "loops",
    "loops_of",
    "loops_table",
    "permitted_among",
    "reach_checked",
    "remind",
    "router",
    "surveys_of",
]

router = APIRouter(tags=["surveys"])
INVITATIONS: Final = "listening.invitations"
_ASKING: Final = "surveys.asking"
_INVITE, _SEE, _LOOPS, _CLOSE = "survey.invite", "survey.view", "loop.view", "loop.close"
_INSTRUMENTS: Final = "instruments"
_MOST, _SHOWN = 500, 50
LoopState = Literal["open", "overdue", "closed"]
State = Annotated[LoopState, Query(description="Open ones include those that are overdue.")]


@router.post(
    "/surveys",
    response_model=InvitationBody,
    operation_id="invite_to_survey",
    openapi_extra=needs(_INVITE, keyed=True),
)
def invite(body: InvitationRequest, asking: AskingOf) -> dict[str, Any]:
    """Ask a customer to fill in a survey on their own page; refused where they do not want to be asked, or enough like them have answered."""
    service, acting = asking.service, asking.service.acting
    questionnaire = asked_today(service, body.instrument)
    open_sheet(
        questionnaire, 0, asking.language, body.mode, body.given
    )  # what is given must be facts that it knows
    days = int(service.rulebook.at(INVITATIONS, service.today()).value["days"])
    content = {"verb": "invite_to_survey", "body": body.model_dump(mode="json")}
    with acting.store.write() as tx:
        _, row = asking.may_with(_INVITE, tx, body.customer_id)
        who = row["customer_id"]

        def do() -> dict[str, Any]:
            known = _known(asking, tx, row)
            given = {**given_of(questionnaire, row, known), **body.given}
            new = NewInvitation(who, asking.actor.actor_id, questionnaire.version, body.mode, days, given)
            agreed = agreed_to(asking, tx, row, body.mode)
            check_room(tx, questionnaire, given, acting.clock.now())
            check_invite(tx, new, records_of(tx, who), acting.clock.now(), agreed=agreed)
            return invitation_body(
                do_invite(acting, tx, new), questionnaire, asking.language, acting.clock.now()
            )

        return once(acting, tx, Keyed(asking.actor.actor_id, asking.key, content), who, do)


@router.post(
    "/surveys/{invitation_id}/remind",
    response_model=InvitationBody,
    operation_id="remind_of_survey",
    openapi_extra=needs(_INVITE, keyed=True),
)
def remind(invitation_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Note that a customer is reminded of a survey, as often as ``surveys.asking`` allows."""
    service, acting = asking.service, asking.service.acting
    most = int(service.rulebook.at(_ASKING, service.today()).value["reminders"])
    content = {"verb": "remind_of_survey", "survey": invitation_id}
    with acting.store.write() as tx:
        known = tx.one("survey_invitations", invitation_id=invitation_id)
        _, row = asking.may_with(_INVITE, tx, "" if known is None else known["customer_id"], phrase("survey"))

        def do() -> dict[str, Any]:
            found = check_remind(tx, invitation_id, most, acting.clock.now())
            reminded = do_remind(acting, tx, found, asking.actor.actor_id)
            questionnaire = questionnaire_of(service.rulebook, found["survey"])
            return invitation_body(reminded, questionnaire, asking.language, acting.clock.now())

        return once(acting, tx, Keyed(asking.actor.actor_id, asking.key, content), row["customer_id"], do)


@router.get(
    "/customers/{customer_id}/surveys",
    response_model=CustomerSurveys,
    operation_id="surveys_of",
    openapi_extra=needs(_SEE),
)
def surveys_of(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a customer's surveys, at most 50, the newest first, with what was answered, masked to what whoever asks may see."""
    service = asking.service
    with service.acting.store.read() as tx:
        permission, row = asking.may_with(_SEE, tx, customer_id)
        where = {"customer_id": records_of(tx, row["customer_id"])}
        rows = tx.find("survey_invitations", where, order=["-recorded_at"], limit=_SHOWN)
        sheets = {
            one["invitation_id"]: one for one in tx.find("survey_answers", {**where, "state": "complete"})
        }
    return {"surveys": [_survey(asking, permission, one, sheets.get(one["invitation_id"])) for one in rows]}


@router.get("/loops", response_model=LoopList, operation_id="loops", openapi_extra=needs(_LOOPS))
def loops(asking: AskingOf, state: State = "open") -> dict[str, Any]:
    """Return the call-backs that whoever asks may see, at most 500, and how often each cause was found among them."""
    service, now = asking.service, asking.service.acting.clock.now()
    order = ["-closed_at"] if state == "closed" else ["due_at"]
    with service.acting.store.read() as tx:
        reach_checked(asking, _LOOPS)
        rows = tx.find("loops", {"state": "closed" if state == "closed" else "open"}, order=order)
        allowed = permitted_among(asking, tx, {row["customer_id"] for row in rows}, _LOOPS)
        names, zone = identities_of(tx, list(allowed)), zone_of(service, tx)
    found = [
        row for row in rows if row["customer_id"] in allowed and (state != "overdue" or row["due_at"] < now)
    ]
    shown = [_loop(asking, allowed[row["customer_id"]], row, names, zone) for row in found[:_MOST]]
    return {"loops": shown, "causes": _causes(asking, shown)}


@router.get(
    "/loops.csv",
    operation_id="loops_table",
    openapi_extra=needs(_LOOPS),
    response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "RFC 4180, UTF-8."}},
)
def loops_table(asking: AskingOf, state: State = "open") -> Response:
    """Return the call-backs of `loops` as a file for a spreadsheet."""
    header = [title.in_language(asking.language) for title in COLUMNS.values()]
    return csv_answer(f"zhike-call-backs-{state}", header, loop_rows(loops(asking, state)))


@router.get(
    "/customers/{customer_id}/loops",
    response_model=LoopList,
    operation_id="loops_of",
    openapi_extra=needs(_LOOPS),
)
def loops_of(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a customer's call-backs, open and closed, at most 50, the newest first."""
    with asking.service.acting.store.read() as tx:
        permission, row = asking.may_with(_LOOPS, tx, customer_id)
        where = {"customer_id": records_of(tx, row["customer_id"])}
        rows = tx.find("loops", where, order=["-recorded_at"], limit=_SHOWN)
        names, zone = identities_of(tx, [row["customer_id"]]), zone_of(asking.service, tx)
    shown = [_loop(asking, permission, one, names, zone) for one in rows]
    return {"loops": shown, "causes": _causes(asking, shown)}


@router.post(
    "/loops/{loop_id}/close",
    response_model=LoopBody,
    operation_id="close_loop",
    openapi_extra=needs(_CLOSE, keyed=True),
)
def close(loop_id: Identifier, body: LoopClosing, asking: AskingOf) -> dict[str, Any]:
    """Record what came of a call-back, why the customer was unhappy and what is done about it; from then on they may be offered something."""
    service, acting, actor = asking.service, asking.service.acting, asking.actor.actor_id
    content = {"verb": "close_loop", "loop": loop_id, "body": body.model_dump(mode="json")}
    causes = LoopRules.of(service.rulebook, service.today()).causes
    with acting.store.write() as tx:
        known = tx.one("loops", loop_id=loop_id)
        permission, row = asking.may_with(
            _CLOSE, tx, "" if known is None else known["customer_id"], phrase("call-back")
        )

        def do() -> dict[str, Any]:
            closing = Closing(body.outcome, body.cause, body.action, body.words)
            found = check_close_loop(tx, loop_id, closing, causes)
            closed = do_close_loop(acting, tx, found, closing, actor)
            names = identities_of(tx, [row["customer_id"]])
            return _loop(asking, permission, closed, names, zone_of(service, tx))

        return once(acting, tx, Keyed(actor, asking.key, content), row["customer_id"], do)


def asked_today(service: Service, instrument: str) -> Questionnaire:
    """Return the version of an instrument that is in force today.

    Raises
    ------
    UsageError
        When there is none.
    """
    prefix = f"{_INSTRUMENTS}."
    try:
        return read_questionnaire(service.rulebook.at(prefix + instrument, service.today()))
    except RuleNotFoundError as problem:
        known = [path.removeprefix(prefix) for path in service.rulebook.entries if path.startswith(prefix)]
        raise UsageError(
            what=phrase("instrument '{name}'", name=instrument), expected=", ".join(sorted(known))
        ) from problem


def agreed_to(asking: Asking, tx: Transaction, row: dict[str, Any], mode: str) -> bool | None:
    """Return what a customer says to being asked over the channel of a mode; None where nobody asked."""
    known = _known(asking, tx, row)
    live = Live.of(row["live"]).on(day_of(asking.service.acting.clock.now()))
    answers = {one["purpose"]: one["channels"] for one in consents_now(known, live)}
    answer: bool | None = answers["survey"][MODES[mode]]
    return answer


def _known(asking: Asking, tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
    """Return what the archive says of a customer, and the inputs of decisions."""
    desk, who = asking.service.desk, row["customer_id"]
    published, current = portrait(tx, who), desk.dossier(tx, who)
    return {
        **({} if published is None else published["archive"]),
        **({} if current is None else current[1].inputs),
    }


def _survey(
    asking: Asking, permission: Permission, row: dict[str, Any], sheet: dict[str, Any] | None
) -> dict[str, Any]:
    service = asking.service
    questionnaire = questionnaire_of(service.rulebook, row["survey"])
    told = invitation_body(row, questionnaire, asking.language, service.acting.clock.now())
    if sheet is None:
        return {**told, "answered_at": None, "scores": [], "answers": []}
    shown = masked_row("survey_answers", sheet, permission.highest_class, service.masking())
    values = shown["scores"] if isinstance(shown["scores"], dict) else {}
    answer = shown["answer"] if isinstance(shown["answer"], dict) else None
    titles = {one.name: one.title.in_language(asking.language) for one in questionnaire.scores}
    return {
        **told, "answered_at": instant(sheet["changed_at"]),
        "scores": [{"name": name, "title": titles.get(name, name), "value": value} for name, value in values.items()],
        "answers": answers_body(questionnaire, answer, asking.language),
    }  # fmt: skip


def reach_checked(asking: Asking, verb: str) -> None:
    """Refuse whoever has a right about no customer at all, wherever the customer is."""
    service = asking.service
    nearest = Subject(is_own=True, same_branch=asking.actor.branch is not None)
    service.checked(
        decide_access(service.access, asking.actor, verb, nearest, asking.purpose, service.today())
    )


def permitted_among(asking: Asking, tx: Transaction, customers: set[str], verb: str) -> dict[str, Permission]:
    """Return the permission for each of some customers about whom whoever asks has a right."""
    rows = (
        tx.find("customers", {"customer_id": sorted(customers)}, columns=("customer_id", "branch"))
        if customers
        else []
    )
    permission, found = asking.service.permission, {}
    for row in rows:
        judged = permission(asking.actor, verb, asking.purpose, (row["customer_id"], row["branch"]))
        if judged.allowed:
            found[row["customer_id"]] = judged
    return found


def _loop(
    asking: Asking, permission: Permission, row: dict[str, Any], names: dict[str, Any], zone: str
) -> dict[str, Any]:
    shown = masked_row("loops", row, permission.highest_class, asking.service.masking())
    identity = names.get(row["customer_id"])
    safe = {name: shown[name] if isinstance(shown[name], dict) else None for name in ("detail", "result")}
    return loop_body({**shown, **safe}, identity and identity.name, asking.service.acting.clock.now(), zone)


def _causes(asking: Asking, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    service = asking.service
    causes = LoopRules.of(service.rulebook, service.today()).causes
    found = [row["cause"] for row in shown]
    return [
        {"cause": name, "title": words.in_language(asking.language), "count": found.count(name)} for name, words in causes.items()
    ]  # fmt: skip
