"""Data protection: what customers ask about their data, the answer to it, and what is handed out, erased and certified."""

from __future__ import annotations

import json
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhike.api.own_models import AnswerRequest
from zhike.api.own_requests import answer, show, waiting
from zhike.api.privacy import anonymisation, certificates, corrections, data, erasure
from zhike.api.privacy_models import ErasureRequest, ExecutionRequest, ReasonRequest
from zhike.api.proposals import approval, execution, proposals, refusal
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
_SETTLE, _KEPT = "request.settle", "retained.view"
_ERASING: Final = {
    "erasure": ("privacy.erase", erasure),
    "anonymisation": ("privacy.anonymise", anonymisation),
}
_HANDING: Final = {"access": ("privacy.access", False), "export": ("privacy.export", True)}
_STEPS: Final[Mapping[str, tuple[Callable[..., Any], type[Strict], str]]] = {
    "approval": (approval, ReasonRequest, "erasure.approve"),
    "refusal": (refusal, ReasonRequest, "erasure.approve"),
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
    """Show what waits, what was answered, and erasures under way; with the number of a customer go to them."""
    if number := request.query_params.get("customer", "").strip():
        return RedirectResponse(_place_of("customers", number), HTTPStatus.SEE_OTHER)
    return await _page(request, "protection", _requests)


def _requests(asking: Asking) -> dict[str, Any]:
    settling = asking_to(asking, _SETTLE)
    return {
        "waiting": waiting(settling, state="open")["requests"],
        "answered": waiting(settling, state="answered")["requests"],
        "proposals": _proposals(asking),
        "today": str(asking.service.today()),
        "who": asking.actor.actor_id,
    }


def _proposals(asking: Asking) -> list[dict[str, Any]]:
    """Return what is proposed or approved and not carried out, of both ways to erase."""
    erasing = asking_to(asking, "privacy.erase")
    return [
        one
        for state in ("approved", "proposed")
        for verb in ("privacy.erase", "privacy.anonymise")
        for one in proposals(erasing, state=state, verb=verb)["proposals"]
    ]


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
    verbs = [verb for verb, _ in (*_HANDING.values(), *_ERASING.values())]
    may = [one for one in verbs if purpose_for(asking.service, asking.actor, one) is not None]
    texts = [json.dumps(one, ensure_ascii=False, indent=1) for one in signed]
    return {"customer": name, "certificates": list(zip(signed, texts, strict=True)), "may": may}


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
    kept_as = {**heads(), "Content-Disposition": 'attachment; filename="customer-data.json"'}
    body = json.dumps(found, ensure_ascii=False, indent=1)
    return Response(body, media_type="application/json", headers=kept_as)


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
    Route(f"{_HOME}/requests/{{request}}", _one),
    Route(f"{_HOME}/requests/{{request}}/answer", _answer, methods=["POST"]),
    Route(f"{_HOME}/customers/{{customer}}", _customer),
    Route(f"{_HOME}/customers/{{customer}}/data/{{act}}", _hand_out, methods=["POST"]),
    Route(f"{_HOME}/customers/{{customer}}/{{act}}", _erase, methods=["POST"]),
    Route(f"{_HOME}/proposals/{{proposal}}/{{act}}", _step, methods=["POST"]),
]
