"""The studio of decisions: a change of the policy tried on everybody, proposed, approved by somebody else; and the funnel."""

from __future__ import annotations

import json
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.api.policies import propose_change, standing
from zhike.api.policy_models import ChangeRequest, FunnelRequest, PolicyDraft
from zhike.api.privacy_models import ExecutionRequest, ReasonRequest
from zhike.api.proposals import approval, execution, proposal, proposals, refusal, withdrawal
from zhike.api.studies import ask_funnel, ask_whatif, list_studies, show_study
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError
from zhike.decide.policy_change import flattened
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.studio import kept_table, shown_page
from zhike.workbench.visitors import PLACE, asking_to, form_of, purpose_for, read_form, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.workbench.studio import Table

__all__ = ["ROUTES"]

_VIEW, _START, _APPROVE = "study.view", "study.start", "policy.approve"
_PROPOSE: Final = "policy.propose"
_MOST_VALUES: Final = 3
"""Answers of the log shown beside a study."""
_KEY_LENGTH: Final = 200
_STEPS: Final[Mapping[str, tuple[str, Callable[..., Any]]]] = {
    "approve": (_APPROVE, approval),
    "refuse": (_APPROVE, refusal),
    "withdraw": (_PROPOSE, withdrawal),
}
"""What is done with a proposal on a reason: under which verb, by which function of the interface."""


async def _whatifs(request: Request) -> Response:
    wanted = request.query_params.get("key", "")[:_KEY_LENGTH]
    return await shown_page(request, "studio_whatifs", _VIEW, lambda asking: _whatifs_content(asking, wanted))


def _whatifs_content(asking: Asking, wanted: str) -> dict[str, Any]:
    """Return what can be tried, with one value of the policy to begin with where its key is asked for, and what was tried."""
    policy = standing(asking_to(asking, "policy.view"))
    values = {key: json.dumps(one, ensure_ascii=False) for key, one in flattened(policy["content"]).items()}
    text = json.dumps(policy["content"], ensure_ascii=False, indent=1)
    return {
        "studies": _studies(asking, "whatif"),
        "values": _studies(asking, "value"),
        "policy": policy,
        "keys": values,
        "key": wanted,
        "text": text,
        **_mine(asking),
    }


async def _funnel(request: Request) -> Response:
    return await shown_page(request, "studio_funnel", _VIEW, _funnel_content)


def _funnel_content(asking: Asking) -> dict[str, Any]:
    """Return the funnels that were counted, with the last one that is done."""
    rows = _studies(asking, "funnel")
    done = next((row["job_id"] for row in rows if row["state"] == "done"), None)
    last = None if done is None else show_study(done, asking)
    return {"studies": rows, "study": last, **_mine(asking)}


def _studies(asking: Asking, kind: str) -> list[dict[str, Any]]:
    return [one for one in list_studies(asking)["studies"] if one["kind"] == kind]


async def _study(request: Request) -> Response:
    name = request.path_params["study"]
    return await shown_page(
        request,
        "studio_study",
        _VIEW,
        lambda asking: {**_with_values(show_study(name, asking), asking), **_mine(asking)},
    )


def _with_values(study: dict[str, Any] | None, asking: Asking) -> dict[str, Any]:
    """Return a study with what the log says of the draft that it tried, the latest answer first."""
    tried = None if study is None or study["kind"] != "whatif" else study["content"]["version"]
    same = [] if tried is None else [one for one in _studies(asking, "value") if one["version"] == tried]
    return {"study": study, "values": [show_study(one["job_id"], asking) for one in same[:_MOST_VALUES]]}


async def _groups_file(request: Request) -> Response:
    name = request.path_params["study"]
    return await kept_table(request, "groups", _VIEW, lambda asking: _groups_table(name, asking))


def _groups_table(name: str, asking: Asking) -> Table:
    """Return who wins and who loses by a study, group by group."""
    result = show_study(name, asking)["result"]
    if result is None or not result.get("groups"):
        raise RecordNotFoundError(what=phrase("study"))
    header = list(result["groups"][0])
    return header, [[group[key] for key in header] for group in result["groups"]]


async def _changes(request: Request) -> Response:
    return await shown_page(request, "studio_changes", _VIEW, _changes_content)


def _changes_content(asking: Asking) -> dict[str, Any]:
    rows = proposals(_for_changes(asking), "all", _PROPOSE)["proposals"]
    open_ones = [row for row in rows if row["state"] in ("proposed", "approved")]
    return {"open_ones": open_ones, "others": [row for row in rows if row not in open_ones]}


async def _change(request: Request) -> Response:
    name = request.path_params["change"]
    return await shown_page(request, "studio_change", _VIEW, lambda asking: _change_content(asking, name))


def _change_content(asking: Asking, name: str) -> dict[str, Any]:
    """Return a change with the study that tried it, and what became of it."""
    row = proposal(name, _for_changes(asking))
    if row["policy"] is None:
        raise RecordNotFoundError(what=phrase("proposal"))
    tried: dict[str, Any] = {"study": None, "values": []}
    if row["what"]["study"] is not None:
        with suppress(ForbiddenError):
            seeing = asking_to(asking, _VIEW)
            tried = _with_values(show_study(row["what"]["study"], seeing), seeing)
    now = standing(asking_to(asking, "policy.view"))
    return {
        "change": row, **tried, "own": row["proposed_by"] == asking.actor.actor_id,
        "serving": now["published"] and now["version"] == row["what"]["version"], **_mine(asking),
    }  # fmt: skip


def _for_changes(asking: Asking) -> Asking:
    """Return who asks, to the end to which they may propose changes, or else approve them."""
    verb = _PROPOSE if purpose_for(asking.service, asking.actor, _PROPOSE) else _APPROVE
    return asking_to(asking, verb)


def _mine(asking: Asking) -> dict[str, Any]:
    """Return which forms are the visitor's to send; whether they may is asked again when one is sent."""
    verbs = {"may_start": _START, "may_propose": _PROPOSE, "may_approve": _APPROVE}
    return {name: purpose_for(asking.service, asking.actor, verb) is not None for name, verb in verbs.items()}


async def _sent(request: Request, verb: str, do: Callable[[dict[str, str], Asking], str]) -> Response:
    """Do what a form asks for, then show the page that it leads to."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields = await form_of(request, visitor)
    to = await run_in_threadpool(do, fields, asking_to(visitor.asking, verb))
    return RedirectResponse(f"{PLACE}/studio/{to}", HTTPStatus.SEE_OTHER)


async def _try(request: Request) -> Response:
    def do(fields: dict[str, str], asking: Asking) -> str:
        return f"studies/{ask_whatif(read_form(PolicyDraft, fields), asking)['job_id']}"

    return await _sent(request, _START, do)


async def _count(request: Request) -> Response:
    def do(fields: dict[str, str], asking: Asking) -> str:
        days = {"days": fields.get("days", "")}
        return f"studies/{ask_funnel(read_form(FunnelRequest, days), asking)['job_id']}"

    return await _sent(request, _START, do)


async def _propose(request: Request) -> Response:
    def do(fields: dict[str, str], asking: Asking) -> str:
        return f"changes/{propose_change(read_form(ChangeRequest, fields), asking)['proposal_id']}"

    return await _sent(request, _PROPOSE, do)


async def _step(request: Request) -> Response:
    name, step = request.path_params["change"], request.path_params["step"]
    if step == "carry-out":

        def do(_fields: dict[str, str], asking: Asking) -> str:
            execution(name, ExecutionRequest(), asking)
            return f"changes/{name}"

        return await _sent(request, _PROPOSE, do)
    if step not in _STEPS:
        raise RecordNotFoundError(what=phrase("page"))
    verb, take = _STEPS[step]

    def taken(fields: dict[str, str], asking: Asking) -> str:
        take(name, read_form(ReasonRequest, fields), asking)
        return f"changes/{name}"

    return await _sent(request, verb, taken)


ROUTES: Final = [
    Route("/studio/whatif", _whatifs),
    Route("/studio/whatif", _try, methods=["POST"]),
    Route("/studio/funnel", _funnel),
    Route("/studio/funnel", _count, methods=["POST"]),
    Route("/studio/studies/{study}", _study),
    Route("/studio/studies/{study}/groups.csv", _groups_file),
    Route("/studio/changes", _changes),
    Route("/studio/changes", _propose, methods=["POST"]),
    Route("/studio/changes/{change}", _change),
    Route("/studio/changes/{change}/{step}", _step, methods=["POST"]),
]
