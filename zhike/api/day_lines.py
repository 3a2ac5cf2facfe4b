"""What is done with a line of one's day: done, refused, postponed, handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

from zhike.act.day_actions import ANSWERS, DayActions, LineOf, Touched, line_of
from zhike.act.days import bank_day
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.api.asking import Asking, AskingOf
from zhike.api.day_models import HandedOver, LineAnswer, LineDone, LineRefused, Postponed
from zhike.api.description import needs
from zhike.api.models import Identifier, Strict
from zhike.api.tasks import task_body
from zhike.core.phrases import phrase
from zhike.decide.day_rules import DayRules

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["router"]

router = APIRouter(prefix="/day/lines/{line_id}", tags=["day"])
_RESPOND, _MANAGE = "offer.respond", "task.manage"
_EITHER: Final = needs(_RESPOND, _MANAGE, keyed=True)
_TASK: Final = needs(_MANAGE, keyed=True)


@router.post("/done", response_model=LineAnswer, operation_id="done_line", openapi_extra=_EITHER)
def done(line_id: Identifier, body: LineDone, asking: AskingOf) -> dict[str, Any]:
    """Record what came of a line: of an offer what the customer said, of a task or reminder whether it was achieved."""
    answers = body.outcome in ANSWERS
    return _written(
        asking, ("done", line_id, body), lambda line: _verbs(line, answers=answers),
        lambda acts: acts.done(line_id, body.outcome, body.text),
    )  # fmt: skip


@router.post("/refuse", response_model=LineAnswer, operation_id="refuse_line", openapi_extra=_EITHER)
def refuse(line_id: Identifier, body: LineRefused, asking: AskingOf) -> dict[str, Any]:
    """Set a line aside with a reason: it says nothing about the customer, and is told in later plans."""
    return _written(
        asking, ("refuse", line_id, body), lambda line: _verbs(line, answers=line.offer),
        lambda acts: acts.refused(line_id, body.reason),
    )  # fmt: skip


@router.post("/postpone", response_model=LineAnswer, operation_id="postpone_line", openapi_extra=_TASK)
def postpone(line_id: Identifier, body: Postponed, asking: AskingOf) -> dict[str, Any]:
    """Let a line rest until a day, on which it is due; of an offer or a reminder a task is made."""
    return _written(
        asking,
        ("postpone", line_id, body),
        lambda _: (_MANAGE,),
        lambda acts: acts.postponed(line_id, body.until),
    )


@router.post("/hand-over", response_model=LineAnswer, operation_id="hand_over_line", openapi_extra=_TASK)
def hand_over(line_id: Identifier, body: HandedOver, asking: AskingOf) -> dict[str, Any]:
    """Give a line to a deputy, who acts for the customer until it is done; of an offer or a reminder a task is made."""
    access = asking.service.access
    return _written(
        asking, ("hand_over", line_id, body), lambda _: (_MANAGE,),
        lambda acts: acts.handed_over(line_id, body.deputy, access),
    )  # fmt: skip


def _verbs(line: LineOf, *, answers: bool) -> tuple[str, ...]:
    """Return what is needed: to answer offers where one is answered, to do tasks where the line is none of them alone."""
    return (*([_RESPOND] if answers or not line.task else []), *([_MANAGE] if line.task else []))


def _written(
    asking: Asking,
    asked: tuple[str, str, Strict],
    verbs: Callable[[LineOf], tuple[str, ...]],
    do: Callable[[DayActions], Touched],
) -> dict[str, Any]:
    """Act on a line in one transaction with the question whether it is allowed, once under the caller's key."""
    service, (act, line_id, body) = asking.service, asked
    content = {"verb": f"{act}_line", "line": line_id, "body": body.model_dump(mode="json")}
    keyed = Keyed(asking.actor.actor_id, asking.key, content)
    with service.acting.store.write() as tx:
        line = line_of(tx, line_id)
        rows = [asking.may_with(verb, tx, line.customer, phrase("line"))[1] for verb in verbs(line)]
        today = bank_day(service.desk, tx)
        acts = DayActions(
            service.desk, tx, DayRules.of(service.rulebook, today), today, asking.actor.actor_id
        )
        return once(
            service.acting, tx, keyed, rows[0]["customer_id"], lambda: _told(asking, line_id, do(acts))
        )


def _told(asking: Asking, line_id: str, touched: Touched) -> dict[str, Any]:
    return {
        "line_id": line_id, "response_id": None if touched.response is None else touched.response["response_id"],
        "task": None if touched.task is None else task_body(touched.task, asking.language),
    }  # fmt: skip
