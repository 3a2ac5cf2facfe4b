"""Administration: accounts of staff, roles, branches, absences and working days. Every part calls the function that answers its route."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.api import absences, proposals, staff
from zhike.api.absence_models import AbsenceRequest
from zhike.api.csv_tables import csv_answer
from zhike.api.privacy_models import ExecutionRequest, ReasonRequest
from zhike.api.staff_models import NewAccount, RoleRequest, StaffChange, StateRequest
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_to, form_of, purpose_for, read_form, visitor_of
from zhike.workbench.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.workbench.visitors import Visitor

__all__ = ["ROUTES"]

_NAME: Final = "administration"
_HOME: Final = "/administration"
_MANAGE, _APPROVE = "staff.manage", "role.approve"
_ABSENT: Final = (_MANAGE, "absence.branch", "absence.own")
"""Verbs with which absences are noted, the widest first."""
_ROLE: Final = "role."
"""Before a role's name: a field of a form that gives it."""
_COLUMNS: Final = ("staff_id", "name", "branch", "roles", "state", "last_sign_in", "sessions", "tokens")


async def _staff(request: Request) -> Response:
    """Show all accounts."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asking = asking_to(visitor.asking, _MANAGE)
    after = request.query_params.get("after")
    found = await run_in_threadpool(staff.staff, asking, None, after)
    known = await run_in_threadpool(staff.roles, asking)
    return rendered(
        visitor, "administration_staff", here=_NAME, back=_HOME, part="staff", found=found, roles=_words_of(known),
        known=known["roles"],
    )  # fmt: skip


async def _file(request: Request) -> Response:
    """Hand out all accounts as a table."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asking, rows, after = asking_to(visitor.asking, _MANAGE), [], None
    while True:
        found = await run_in_threadpool(staff.staff, asking, None, after)
        rows += [
            [" ".join(one[name]) if name == "roles" else one[name] for name in _COLUMNS]
            for one in found["staff"]
        ]
        if (after := found["next"]) is None:
            break
    header = [WORDS[f"administration.{name}"].in_language(visitor.language) for name in _COLUMNS]
    return csv_answer("staff", header, rows)


async def _account(request: Request) -> Response:
    """Show one account, and what can be done with it."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    return await run_in_threadpool(_shown, visitor, request.path_params["whose"])


def _shown(visitor: Visitor, whose: str, **told: Any) -> Response:  # noqa: ANN401
    assert visitor.asking is not None  # noqa: S101 - seen by whoever calls
    asking = asking_to(visitor.asking, _MANAGE)
    account, known = staff.account(whose, asking), staff.roles(asking)
    content = {"made": None, "behind": None, "ended": None, **told}
    return rendered(
        visitor, "administration_account", here=_NAME, back=f"{_HOME}/staff/{quote(whose)}", part="staff", account=account,
        known=known["roles"], roles=_words_of(known), **content,
    )  # fmt: skip


async def _add(request: Request) -> Response:
    """Add somebody, then show their account."""
    return await _acted(
        request,
        lambda asking, _, fields: staff.add(read_form(NewAccount, _with_roles(fields)), asking)["staff_id"],
    )


async def _change(request: Request) -> Response:
    """Change an account, then show it."""

    def change(asking: Asking, name: str, fields: dict[str, str]) -> str:
        staff.change(name, read_form(StaffChange, _with_roles(fields)), asking)
        return name

    return await _acted(request, change)


async def _propose(request: Request) -> Response:
    """Propose a role that needs a second person, then show the proposals."""

    def propose(asking: Asking, name: str, fields: dict[str, str]) -> None:
        body = read_form(RoleRequest, fields)
        staff.propose_role(name, body, asking_to(asking, f"{_ROLE}{body.role}"))

    return await _acted(request, propose, f"{_HOME}/roles")


async def _unlock(request: Request) -> Response:
    """Unlock a name, then show the account."""

    def unlock(asking: Asking, name: str, _fields: dict[str, str]) -> str:
        staff.unlock(name, asking)
        return name

    return await _acted(request, unlock)


async def _acted(
    request: Request, do: Callable[[Asking, str, dict[str, str]], str | None], then: str | None = None
) -> Response:
    """Do something with an account and go to the page that shows it."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields = await form_of(request, visitor)
    asking = asking_to(visitor.asking, _MANAGE)
    whose = await run_in_threadpool(do, asking, request.path_params.get("whose", ""), fields)
    return RedirectResponse(PLACE + (then or f"{_HOME}/staff/{quote(whose or '')}"), HTTPStatus.SEE_OTHER)


async def _told(request: Request) -> Response:
    """Do what answers with something that is shown this once: on the page itself, as no address may hold it."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields, whose, act = (
        await form_of(request, visitor),
        request.path_params["whose"],
        request.path_params["act"],
    )
    if act not in _TOLD:
        raise RecordNotFoundError(what=phrase("page"))
    what, do = _TOLD[act]
    told = await run_in_threadpool(do, whose, fields, asking_to(visitor.asking, _MANAGE))
    return await run_in_threadpool(lambda: _shown(visitor, whose, **{what: told}))


_TOLD: Final[Mapping[str, tuple[str, Callable[[str, dict[str, str], Asking], dict[str, Any]]]]] = {
    "password": ("made", lambda name, _, asking: staff.reset_password(name, asking)),
    "state": (
        "behind",
        lambda name, fields, asking: staff.set_state(name, read_form(StateRequest, fields), asking),
    ),
    "withdrawal": ("ended", lambda name, _, asking: staff.withdraw(name, asking)),
}
"""What is done with an account and told on its page: under which name, and how."""


async def _roles(request: Request) -> Response:
    """Show what each role may do, and the proposals to give one."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asking = visitor.asking
    table = await run_in_threadpool(_if_theirs, lambda: staff.roles(asking_to(asking, _MANAGE)))
    found = await run_in_threadpool(_proposals, asking)
    if table is None and purpose_for(asking.service, asking.actor, _APPROVE) is None:
        asking.may(_MANAGE)
    return rendered(
        visitor,
        "administration_roles",
        here=_NAME,
        back=f"{_HOME}/roles",
        part="roles",
        table=table,
        proposals=found,
    )


def _proposals(asking: Asking) -> list[dict[str, Any]]:
    """Return the open proposals about accounts, those to be approved and those to be carried out."""
    asked, found = asking_to(asking, _APPROVE), []
    for state in ("proposed", "approved"):
        with suppress(ForbiddenError):
            found += [
                one for one in proposals.proposals(asked, state)["proposals"] if one["staff_id"] is not None
            ]
    return found


async def _step(request: Request) -> Response:
    """Take a step with a proposal, then show those that are open."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields, act = await form_of(request, visitor), request.path_params["act"]
    if act not in _STEPS:
        raise RecordNotFoundError(what=phrase("page"))
    asked = asking_to(visitor.asking, _APPROVE)
    await run_in_threadpool(_STEPS[act], request.path_params["proposal"], fields, asked)
    return RedirectResponse(f"{PLACE}{_HOME}/roles", HTTPStatus.SEE_OTHER)


_STEPS: Final[Mapping[str, Callable[[str, dict[str, str], Asking], Any]]] = {
    "approval": lambda name, fields, asking: proposals.approval(
        name, read_form(ReasonRequest, fields), asking
    ),
    "refusal": lambda name, fields, asking: proposals.refusal(name, read_form(ReasonRequest, fields), asking),
    "withdrawal": lambda name, fields, asking: proposals.withdrawal(
        name, read_form(ReasonRequest, fields), asking
    ),
    "execution": lambda name, _, asking: proposals.execution(name, ExecutionRequest(), asking),
}


async def _teams(request: Request) -> Response:
    """Show the branches, as numbers."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asking = asking_to(visitor.asking, _MANAGE)
    found = await run_in_threadpool(staff.branches, asking)
    known = await run_in_threadpool(staff.roles, asking)
    return rendered(
        visitor, "administration_teams", here=_NAME, back=f"{_HOME}/teams", part="teams", branches=found["branches"],
        roles=_words_of(known),
    )  # fmt: skip


async def _calendars(request: Request) -> Response:
    """Show absences that the visitor may note, and the days that are worked."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asking = _about_absences(visitor.asking)
    found = await run_in_threadpool(absences.absences, asking)
    days = await run_in_threadpool(absences.calendar, asking)
    return rendered(
        visitor, "administration_calendars", here=_NAME, back=f"{_HOME}/calendars", part="calendars", absences=found["absences"],
        days=days["days"], me=asking.actor.actor_id, kinds=absences.KINDS,
    )  # fmt: skip


async def _note(request: Request) -> Response:
    """Note an absence."""
    return await _calendar_act(
        request, lambda asking, fields: absences.note(read_form(AbsenceRequest, fields), asking)
    )


async def _end(request: Request) -> Response:
    """End an absence."""
    return await _calendar_act(
        request, lambda asking, _: absences.end(request.path_params["absence"], asking)
    )


async def _calendar_act(request: Request, do: Callable[[Asking, dict[str, str]], Any]) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields = await form_of(request, visitor)
    await run_in_threadpool(do, _about_absences(visitor.asking), fields)
    return RedirectResponse(f"{PLACE}{_HOME}/calendars", HTTPStatus.SEE_OTHER)


def _about_absences(asking: Asking) -> Asking:
    """Return who asks, to the end to which they may note the most absences."""
    for verb in _ABSENT:
        asked = asking_to(asking, verb)
        if asked.service.permission(asked.actor, verb, asked.purpose).allowed:
            return asked
    return asking


def _if_theirs(read: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """Return what is read, None where the visitor may not."""
    with suppress(ForbiddenError):
        return read()
    return None


def _words_of(known: dict[str, Any]) -> dict[str, str]:
    return {one["role"]: one["text"] for one in known["roles"]}


def _with_roles(fields: dict[str, str]) -> dict[str, Any]:
    """Return the fields of a form with the roles that are ticked in it."""
    return {**fields, "roles": [name.removeprefix(_ROLE) for name in fields if name.startswith(_ROLE)]}


ROUTES: Final = [
    Route(_HOME, _staff),
    Route(f"{_HOME}/staff.csv", _file),
    Route(f"{_HOME}/staff", _add, methods=["POST"]),
    Route(f"{_HOME}/staff/{{whose}}", _account),
    Route(f"{_HOME}/staff/{{whose}}", _change, methods=["POST"]),
    Route(f"{_HOME}/staff/{{whose}}/roles", _propose, methods=["POST"]),
    Route(f"{_HOME}/staff/{{whose}}/unlock", _unlock, methods=["POST"]),
    Route(f"{_HOME}/staff/{{whose}}/{{act}}", _told, methods=["POST"]),
    Route(f"{_HOME}/roles", _roles),
    Route(f"{_HOME}/proposals/{{proposal}}/{{act}}", _step, methods=["POST"]),
    Route(f"{_HOME}/teams", _teams),
    Route(f"{_HOME}/calendars", _calendars),
    Route(f"{_HOME}/calendars", _note, methods=["POST"]),
    Route(f"{_HOME}/calendars/{{absence}}/end", _end, methods=["POST"]),
]
