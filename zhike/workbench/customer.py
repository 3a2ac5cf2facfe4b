"""A customer on one page: what is known, what would be proposed now and what not, what was agreed."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.api.customers import consents, customer_view, preferences, recommendations
from zhike.api.day_models import NoteRequest
from zhike.api.notes import notes, write
from zhike.core.service_errors import ForbiddenError
from zhike.know.contacts import CONTACT_FEATURES
from zhike.know.flows import FLOW_FEATURES
from zhike.know.holdings import HOLDING_FEATURES
from zhike.know.identity import IDENTITY_FEATURES
from zhike.know.needs import NEED_FEATURES
from zhike.know.risk_profile import RISK_FEATURES
from zhike.know.segments import SEGMENT_FEATURES
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.values import Money, shown
from zhike.workbench.visitors import PLACE, form_of, read_form, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.core.language import Language
    from zhike.know.feature import Feature

__all__ = ["ROUTES", "groups_of"]

_GROUPS: Final[tuple[tuple[str, tuple[Feature, ...]], ...]] = (
    ("identity", tuple(IDENTITY_FEATURES)),
    ("money", tuple(FLOW_FEATURES)),
    ("products", (*HOLDING_FEATURES, *NEED_FEATURES)),
    ("risk", tuple(RISK_FEATURES)),
    ("contact", tuple(CONTACT_FEATURES)),
    ("other", tuple(SEGMENT_FEATURES)),
)


_PARTS: Final = ("facts", "words", "judgement", "suggestion")
"""Parts of a note: what was found, said, thought and proposed are never mixed."""
_KINDS: Final = ("note", "call", "meeting", "visit")


async def _find(request: Request) -> Response:
    number = request.query_params.get("number", "").strip()
    return RedirectResponse(
        f"{PLACE}/customers/{quote(number, safe='')}" if number else f"{PLACE}/today", HTTPStatus.SEE_OTHER
    )


async def _page(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    content = await run_in_threadpool(_content, visitor.asking, request.path_params["customer"])
    return rendered(
        visitor, "customer", here="customer", back=request.url.path.removeprefix(PLACE), **content
    )


async def _write(request: Request) -> Response:
    """Write a note, then show the customer with it."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    name = request.path_params["customer"]
    body = read_form(NoteRequest, await form_of(request, visitor))
    await run_in_threadpool(write, name, body, visitor.asking)
    return RedirectResponse(f"{PLACE}/customers/{quote(name, safe='')}#notes", HTTPStatus.SEE_OTHER)


def _content(asking: Asking, name: str) -> dict[str, Any]:
    known = customer_view(asking, name)
    who, attributes = known["customer_id"], known["attributes"]
    money = Money(attributes.get("currency"), asking.service.desk.minor_units())
    return {
        "known": known, "groups": groups_of(attributes, money, asking.language),
        "advice": _if_seen(lambda: recommendations(who, asking)), "consents": _if_seen(lambda: consents(who, asking)["consents"]),
        "notes": _if_seen(lambda: notes(who, asking)["notes"]), "parts": _PARTS, "kinds": _KINDS,
        "wishes": _if_seen(lambda: preferences(who, asking)["preferences"]),
    }  # fmt: skip


def _if_seen(part: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the part is
    """Return a part of the page, None where the visitor's role does not see it."""
    with suppress(ForbiddenError):
        return part()
    return None


def groups_of(
    attributes: dict[str, Any], money: Money, language: Language
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return what is known by group: name, meaning and value of each attribute, those that are not known last."""
    found = []
    for group, features in _GROUPS:
        rows = [
            (
                one.name,
                one.meaning.in_language(language).rstrip(".。"),
                shown(one, attributes[one.name], money, language),
            )
            for one in features
            if one.name in attributes
        ]
        if rows:
            found.append((group, sorted(rows, key=lambda row: row[2] == "")))
    return found


ROUTES: Final = [
    Route("/customers", _find),
    Route("/customers/{customer}", _page),
    Route("/customers/{customer}/notes", _write, methods=["POST"]),
]
