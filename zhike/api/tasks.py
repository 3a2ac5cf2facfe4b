"""Tasks of staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query

from zhike.act.acting import records_of
from zhike.act.day_book import OPEN_TASKS
from zhike.act.day_lines import task_title
from zhike.act.days import bank_day
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.act.tasks import (
    NewTask,
    check_assignee,
    check_close,
    check_make,
    check_open,
    check_postpone,
    do_cancel,
    do_claim,
    do_close,
    do_hand_over,
    do_make,
    do_postpone,
)
from zhike.api.asking import Asking, AskingOf
from zhike.api.day_models import (
    HandedOver,
    LineRefused,
    Postponed,
    TaskBody,
    TaskClosed,
    TaskList,
    TaskRequest,
)
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.rendering import instant, masked_row
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.core.language import Language
    from zhike.core.ports import Transaction

__all__ = ["router", "task_body"]

router = APIRouter(tags=["tasks"])
_MANAGE: Final = "task.manage"
_WRITES: Final = needs(_MANAGE, keyed=True)
_STATES: Final = {
    "open": list(OPEN_TASKS),
    "closed": ["done", "cancelled"],
    "all": [*OPEN_TASKS, "done", "cancelled"],
}
_MOST: Final = 500
State = Annotated[Literal["open", "closed", "all"], Query(description="Which of them.")]


@router.get("/tasks", response_model=TaskList, operation_id="tasks", openapi_extra=needs("day.view"))
def tasks(asking: AskingOf, state: State = "open") -> dict[str, Any]:
    """Return the tasks that are assigned to the caller, at most 500, the oldest first."""
    permission, service = asking.may("day.view"), asking.service
    with service.acting.store.read() as tx:
        where = {"assignee": asking.actor.actor_id, "state": _STATES[state]}
        rows = tx.find("tasks", where, order=["recorded_at"], limit=_MOST)
    shown = [masked_row("tasks", row, permission.highest_class, service.masking()) for row in rows]
    return {"tasks": [task_body(row, asking.language) for row in shown]}


@router.get(
    "/customers/{customer_id}/tasks",
    response_model=TaskList,
    operation_id="tasks_of",
    openapi_extra=needs("customer.view"),
)
def tasks_of(customer_id: Identifier, asking: AskingOf, state: State = "open") -> dict[str, Any]:
    """Return a customer's tasks, whoever does them, at most 500, the oldest first, masked to what whoever asks may see."""
    service = asking.service
    with service.acting.store.read() as tx:
        permission, row = asking.may_with("customer.view", tx, customer_id)
        where = {"customer_id": records_of(tx, row["customer_id"]), "state": _STATES[state]}
        rows = tx.find("tasks", where, order=["recorded_at"], limit=_MOST)
    shown = [masked_row("tasks", one, permission.highest_class, service.masking()) for one in rows]
    return {"tasks": [task_body(one, asking.language) for one in shown]}


@router.post("/tasks", response_model=TaskBody, operation_id="make_task", openapi_extra=_WRITES)
def make(body: TaskRequest, asking: AskingOf) -> dict[str, Any]:
    """Make a task for oneself or for somebody else, who then acts for the customer until it is closed."""
    service, actor = asking.service, asking.actor.actor_id

    def do(tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
        assignee = body.assignee or actor
        new = NewTask(
            row["customer_id"],
            actor,
            body.kind,
            assignee,
            body.starts_on,
            body.due_on,
            body.minutes,
            None,
            body.text,
        )
        check_make(tx, new)
        if assignee != actor:
            check_assignee(tx, service.access, assignee, row, bank_day(service.desk, tx))
        return do_make(service.acting, tx, new)

    content = {"verb": "make_task", "body": body.model_dump(mode="json")}
    return _written(asking, content, lambda _: (body.customer_id, "customer"), do)


@router.post(
    "/tasks/{task_id}/claim", response_model=TaskBody, operation_id="claim_task", openapi_extra=_WRITES
)
def claim(task_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Take a task on."""
    actor, acting = asking.actor.actor_id, asking.service.acting
    return _about(asking, task_id, "claim", {}, lambda tx, task: do_claim(acting, tx, task, actor))


@router.post(
    "/tasks/{task_id}/close", response_model=TaskBody, operation_id="close_task", openapi_extra=_WRITES
)
def close(task_id: Identifier, body: TaskClosed, asking: AskingOf) -> dict[str, Any]:
    """Record what came of a task."""
    actor, acting = asking.actor.actor_id, asking.service.acting

    def do(tx: Transaction, task: dict[str, Any]) -> dict[str, Any]:
        check_close(body.outcome, body.text)
        return do_close(acting, tx, task, actor, body.outcome, body.text)

    return _about(asking, task_id, "close", body.model_dump(mode="json"), do)


@router.post(
    "/tasks/{task_id}/cancel", response_model=TaskBody, operation_id="cancel_task", openapi_extra=_WRITES
)
def cancel(task_id: Identifier, body: LineRefused, asking: AskingOf) -> dict[str, Any]:
    """Record that a task will not be done, and why."""
    actor, acting = asking.actor.actor_id, asking.service.acting
    return _about(
        asking,
        task_id,
        "cancel",
        body.model_dump(mode="json"),
        lambda tx, task: do_cancel(acting, tx, task, actor, body.reason),
    )


@router.post(
    "/tasks/{task_id}/postpone", response_model=TaskBody, operation_id="postpone_task", openapi_extra=_WRITES
)
def postpone(task_id: Identifier, body: Postponed, asking: AskingOf) -> dict[str, Any]:
    """Let a task rest until a day."""
    service, actor = asking.service, asking.actor.actor_id

    def do(tx: Transaction, task: dict[str, Any]) -> dict[str, Any]:
        check_postpone(body.until, bank_day(service.desk, tx))
        return do_postpone(service.acting, tx, task, actor, body.until)

    return _about(asking, task_id, "postpone", body.model_dump(mode="json"), do)


@router.post(
    "/tasks/{task_id}/hand-over",
    response_model=TaskBody,
    operation_id="hand_over_task",
    openapi_extra=_WRITES,
)
def hand_over(task_id: Identifier, body: HandedOver, asking: AskingOf) -> dict[str, Any]:
    """Give a task to a deputy, who acts for the customer until it is closed."""
    service, actor = asking.service, asking.actor.actor_id

    def do(tx: Transaction, task: dict[str, Any]) -> dict[str, Any]:
        row = tx.one("customers", customer_id=task["customer_id"])
        assert row is not None  # noqa: S101 - whether they may was asked about this customer
        check_assignee(tx, service.access, body.deputy, row, bank_day(service.desk, tx))
        return do_hand_over(service.acting, tx, task, actor, body.deputy)

    return _about(asking, task_id, "hand_over", body.model_dump(mode="json"), do)


def _about(
    asking: Asking,
    task_id: str,
    act: str,
    body: dict[str, Any],
    do: Callable[[Transaction, dict[str, Any]], dict[str, Any]],
) -> dict[str, Any]:
    """Do something with a task; one of a customer whom the caller may not see is not there."""

    def whose(tx: Transaction) -> tuple[str, str]:
        task = tx.one("tasks", task_id=task_id)
        if task is None:
            raise RecordNotFoundError(what=phrase("task"))
        return str(task["customer_id"]), "task"

    content = {"verb": f"{act}_task", "task": task_id, "body": body}
    return _written(asking, content, whose, lambda tx, _: do(tx, check_open(tx, task_id)))


def _written(
    asking: Asking,
    content: dict[str, Any],
    whose: Callable[[Transaction], tuple[str, str]],
    do: Callable[[Transaction, dict[str, Any]], dict[str, Any]],
) -> dict[str, Any]:
    """Do something in one transaction with the question whether it is allowed, once under the caller's key."""
    acting, keyed = asking.service.acting, Keyed(asking.actor.actor_id, asking.key, content)
    with acting.store.write() as tx:
        customer, what = whose(tx)
        _, row = asking.may_with(_MANAGE, tx, customer, what)
        return once(acting, tx, keyed, row["customer_id"], lambda: task_body(do(tx, row), asking.language))


def task_body(row: dict[str, Any], language: Language) -> dict[str, Any]:
    """Return a task."""
    names = (
        "task_id", "customer_id", "offer_id", "assignee", "kind", "state", "starts_on", "due_on", "minutes", "text", "outcome",
        "result", "actor",
    )  # fmt: skip
    return {
        **{name: row[name] for name in names}, "title": task_title(row["kind"]).in_language(language),
        "closed_at": instant(row["closed_at"]), "recorded_at": instant(row["recorded_at"]),
    }  # fmt: skip
