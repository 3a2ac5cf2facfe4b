"""Data protection: what customers ask about their data, the answer to it, and what is handed out, erased and certified."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhike.api.own_models import AnswerRequest
from zhike.api.own_requests import answer, requests_file, show, waiting
from zhike.api.privacy import anonymisation, certificates, corrections, data, erasure
from zhike.api.privacy_models import ErasureRequest, ExecutionRequest, ReasonRequest
from zhike.api.proposals import approval, execution, proposals, refusal, withdrawal
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.workbench.rendering import heads, rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_to, form_of, purpose_for, read_form, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from zhike.api.asking import Asking
    from zhike.api.models import Strict

__all__ = ["ROUTES"]

_HOME: Final = "/protection"
_SETTLE, _KEPT, _APPROVE = "request.settle", "retained.view", "erasure.approve"
_ERASING: Final = {
    "erasure": ("privacy.erase", erasure),
    "anonymisation": ("privacy.anonymise", anonymisation),
}
_VERBS: Final[tuple[Literal["privacy.erase", "privacy.anonymise"], ...]] = (
    "privacy.erase",
    "privacy.anonymise",
)
_STATES: Final[tuple[Literal["open", "answered"], ...]] = ("open", "answered")
_HANDING: Final = {"access": ("privacy.access", False), "export": ("privacy.export", True)}
_STEPS: Final[Mapping[str, tuple[Callable[..., Any], type[Strict], str]]] = {
    "approval": (approval, ReasonRequest, _APPROVE),
    "refusal": (refusal, ReasonRequest, _APPROVE),
    "withdrawal": (withdrawal, ReasonRequest, "privacy.erase"),
    "execution": (execution, ExecutionRequest, "privacy.erase"),
}
"""What is done with a proposal to erase: by which route, what it must be told, and by whoever may do what."""


async def _page(request: Request, name: str, content: Callable[[Asking], dict[str, Any]]) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    found = await run_in_threadpool(content, visitor.asking)
    back = request.url.path.removeprefix(PLACE)
    return rendered(visitor, name, here="protection", back=back, **found)


async def _list(request: Request) -> Response:
    """Show what waits, what was answered, and erasures under way."""
    return await _page(request, "protection", _requests)


async def _find(request: Request) -> Response:
    """Lead to a customer; their number comes in a form, as no log may have it in a query."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    number = (await form_of(request, visitor)).get("customer", "").strip()
    where = _place_of("customers", number) if number else f"{PLACE}{_HOME}"
    return RedirectResponse(where, HTTPStatus.SEE_OTHER)


def _requests(asking: Asking) -> dict[str, Any]:
    """Return what whoever visits may settle, propose, approve or carry out; None for a part that is not theirs."""
    may = _may(asking, _SETTLE, _APPROVE, *_VERBS)
    if not may:
        asking.may(_SETTLE)  # refused as such
    settling = asking_to(asking, _SETTLE) if _SETTLE in may else None
    return {
        "waiting": None if settling is None else waiting(settling, state="open")["requests"],
        "answered": None if settling is None else waiting(settling, state="answered")["requests"],
        "proposals": _proposals(asking, may),
        "today": str(asking.service.today()),
        "who": asking.actor.actor_id,
        "may": may,
    }


def _proposals(asking: Asking, may: list[str]) -> list[dict[str, Any]]:
    """Return what is proposed or approved and not carried out, of both ways to erase, to whichever end it is seen."""
    ends = dict.fromkeys(asking_to(asking, verb).purpose for verb in may)
    found = (
        one
        for state in ("approved", "proposed")
        for end in ends
        for verb in _VERBS
        for one in proposals(replace(asking, purpose=end), state=state, verb=verb)["proposals"]
    )
    return list({one["proposal_id"]: one for one in found}.values())


async def _file(request: Request) -> Response:
    """Hand out requests as a table."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    wanted = request.query_params.get("state", "open")
    state = next((one for one in _STATES if one == wanted), None)
    if state is None:
        raise RecordNotFoundError(what=phrase("table"))
    response = await run_in_threadpool(requests_file, asking_to(visitor.asking, _SETTLE), state)
    response.headers.update(heads())
    return response


async def _one(request: Request) -> Response:
    """Show a request, and the form to answer it while it is open."""
    number = request.path_params["request"]
    return await _page(
        request, "protection_request", lambda asking: {"one": show(number, asking_to(asking, _SETTLE))}
    )


async def _customer(request: Request) -> Response:
    """Show what can be done for a customer, and the certificates of one who is erased."""
    name = request.path_params["customer"]
    return await _page(request, "protection_customer", partial(_known, name=name))


def _known(asking: Asking, name: str) -> dict[str, Any]:
    signed = certificates(name, asking_to(asking, _KEPT))["certificates"]
    if not signed:  # whoever is not erased must be there
        corrections(name, asking_to(asking, "customer.view"))
    may = _may(asking, *(verb for verb, _ in _HANDING.values()), *_VERBS)
    texts = [json.dumps(one, ensure_ascii=False, indent=1) for one in signed]
    return {"customer": name, "certificates": list(zip(signed, texts, strict=True)), "may": may}


def _may(asking: Asking, *verbs: str) -> list[str]:
    """Return those of some verbs that whoever visits may do to some end."""
    return [one for one in verbs if purpose_for(asking.service, asking.actor, one) is not None]


async def _certificates(request: Request) -> Response:
    """Hand out the certificates of somebody who was erased as a file."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    asking = asking_to(visitor.asking, _KEPT)
    found = await run_in_threadpool(certificates, request.path_params["customer"], asking)
    if not found["certificates"]:
        raise RecordNotFoundError(what=phrase("certificate"))
    return _json_file("certificates", found["certificates"])


def _json_file(name: str, content: object) -> Response:
    kept_as = {**heads(), "Content-Disposition": f'attachment; filename="{name}.json"'}
    body = json.dumps(content, ensure_ascii=False, indent=1)
    return Response(body, media_type="application/json", headers=kept_as)


async def _do(
    request: Request, do: Callable[[Asking, dict[str, str]], Any], then: str | None = None
) -> Response:
    """Do what a form asks for, then go on; without a page to go on to, hand out what came of it as a file."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    fields = await form_of(request, visitor)
    found = await run_in_threadpool(do, visitor.asking, fields)
    if then is not None:
        return RedirectResponse(then, HTTPStatus.SEE_OTHER)
    return _json_file("customer-data", found)


async def _answer(request: Request) -> Response:
    number = request.path_params["request"]

    def do(asking: Asking, fields: dict[str, str]) -> None:
        refused = fields.get("refused") == "yes"
        body = read_form(AnswerRequest, {**fields, "refused": refused})
        answer(number, body, asking_to(asking, _SETTLE))

    return await _do(request, do, _place_of("requests", number))


async def _hand_out(request: Request) -> Response:
    name, (verb, portable) = request.path_params["customer"], _known_as(_HANDING, request)
    return await _do(request, lambda asking, _fields: data(name, asking_to(asking, verb), portable=portable))


async def _erase(request: Request) -> Response:
    """Propose to erase somebody; another person decides."""
    name, (verb, propose) = request.path_params["customer"], _known_as(_ERASING, request)

    def do(asking: Asking, fields: dict[str, str]) -> None:
        propose(name, read_form(ErasureRequest, fields), asking_to(asking, verb))

    return await _do(request, do, f"{PLACE}{_HOME}#proposals")


async def _step(request: Request) -> Response:
    """Approve, refuse or carry out a proposal to erase."""
    number, (step, model, verb) = request.path_params["proposal"], _known_as(_STEPS, request)

    def do(asking: Asking, fields: dict[str, str]) -> None:
        step(number, read_form(model, fields), asking_to(asking, verb))

    return await _do(request, do, f"{PLACE}{_HOME}#proposals")


def _known_as(acts: Mapping[str, Any], request: Request) -> Any:  # noqa: ANN401 - whatever the act needs
    if (act := request.path_params["act"]) not in acts:
        raise RecordNotFoundError(what=phrase("page"))
    return acts[act]


def _place_of(kind: str, number: str) -> str:
    return f"{PLACE}{_HOME}/{kind}/{quote(number, safe='')}"


ROUTES: Final = [
    Route(_HOME, _list),
    Route(f"{_HOME}/customers", _find, methods=["POST"]),
    Route(f"{_HOME}/requests.csv", _file),
    Route(f"{_HOME}/requests/{{request}}", _one),
    Route(f"{_HOME}/requests/{{request}}/answer", _answer, methods=["POST"]),
    Route(f"{_HOME}/customers/{{customer}}", _customer),
    Route(f"{_HOME}/customers/{{customer}}/certificates.json", _certificates),
    Route(f"{_HOME}/customers/{{customer}}/data/{{act}}", _hand_out, methods=["POST"]),
    Route(f"{_HOME}/customers/{{customer}}/{{act}}", _erase, methods=["POST"]),
    Route(f"{_HOME}/proposals/{{proposal}}/{{act}}", _step, methods=["POST"]),
]
