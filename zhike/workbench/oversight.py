"""What those who control look at: the trail and its proof, fairness, consents, what is known, rules, security."""

from __future__ import annotations

import json
from http import HTTPStatus
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.act.served_customers import MEASURES
from zhike.act.trail import STREAMS
from zhike.api import oversight as figures
from zhike.api.csv_tables import csv_answer
from zhike.api.models import Day
from zhike.api.rules import rule, rules
from zhike.api.trail import audit_entries, audit_entries_of, event_text, export_audit, proof, verify_audit
from zhike.api.trail_models import VerificationRequest
from zhike.core.phrases import phrase
from zhike.core.service_errors import RequestInvalidError
from zhike.govern.audit_events import AuditEvent
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.visitors import PLACE, asking_to, form_of, purpose_for, read_form, visitor_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.workbench.visitors import Visitor

__all__ = ["ROUTES"]

_FIGURES, _TRAIL, _VERIFY, _RULES, _PROOF = (
    "metrics.view", "audit.view", "audit.verify", "policy.view", "decision.explain",
)  # fmt: skip
_ROLES, _IMPORTS, _CAPACITY = "role.approve", "import.view", "capacity.view"
"""What else is offered to whoever may: pages of administration."""
_DAYS: Final = (30, 90, 365)
"""Windows that are offered for fairness."""
_FIELDS: Final = ("stream", "event", "actor", "since", "until")
_OFFLINE: Final = "zhike audit verify trail.jsonl --public-key bank.pem"
_MOST_ROWS: Final = 200
_TEXT_LENGTH: Final = 100
_NAME_LENGTH: Final = 200
_DAY: Final[TypeAdapter[dt.date]] = TypeAdapter(Day)


def _page(
    name: str, verb: str, content: Callable[[Request, Asking], dict[str, Any]]
) -> Callable[[Request], Awaitable[Response]]:
    """Return a page of somebody signed in, with what its content is for the end to which they may do something."""

    async def page(request: Request) -> Response:
        visitor = await visitor_of(request)
        if visitor.asking is None:
            return to_sign_in(request)
        asking = asking_to(visitor.asking, verb)
        return _shown(request, visitor, name, await run_in_threadpool(content, request, asking))

    return page


def _shown(request: Request, visitor: Visitor, name: str, content: dict[str, Any]) -> Response:
    asking = visitor.asking
    may = {
        one
        for one in (_FIGURES, _TRAIL, _VERIFY, _RULES, _ROLES, _IMPORTS, _CAPACITY)
        if asking and _to(asking, one) is not None
    }
    back = request.url.path.removeprefix(PLACE)
    return rendered(visitor, name, here="oversight", back=back, may=may, **content)


def _to(asking: Asking, verb: str) -> Asking | None:
    """Return who asks to the end to which they may do something, None where they may not."""
    purpose = purpose_for(asking.service, asking.actor, verb)
    return None if purpose is None else asking_to(asking, verb)


# -- the first page --------------------------------------------------------------------------------------------------------


def _first(_request: Request, asking: Asking) -> dict[str, Any]:
    trail, counting = _to(asking, _TRAIL), _to(asking, _FIGURES)
    return {
        "security": None if trail is None else figures.security(trail),
        "consents": None if counting is None else figures.consent_counts(counting),
    }


# -- the trail -------------------------------------------------------------------------------------------------------------


def _asked(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip() for name in _FIELDS}


def _found(request: Request, asking: Asking, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - of the interface
    """Return the page of the trail that an address asks for."""
    asked, after = _asked(request), request.query_params.get("after")
    if (customer := request.path_params.get("customer")) is not None:
        return audit_entries_of(customer, asking, after=after, **more)
    return audit_entries(
        asking, stream=asked["stream"] or None, event=_number(asked["event"]), actor=asked["actor"][:_NAME_LENGTH] or None,
        since=_day(asked["since"]), until=_day(asked["until"]), after=after, **more,
    )  # fmt: skip


def _audit(request: Request, asking: Asking) -> dict[str, Any]:
    found, asked = _found(request, asking), _asked(request)
    given = {name: value for name, value in asked.items() if value}
    further = urlencode(given | {"after": found["next"]}) if found["next"] else None
    return {
        "asked": asked, "about": request.path_params.get("customer"), "entries_found": found["entries"], "this": request.url.query,
        "further": further, "streams": STREAMS, "offline": _OFFLINE,
        "events": [(str(int(one)), event_text(one, asking.language)) for one in AuditEvent],
    }  # fmt: skip


async def _about(request: Request) -> Response:
    """Lead to what the trail says of a customer; their number comes in a form, as no log may have it in a query."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    customer = (await form_of(request, visitor)).get("customer", "").strip()
    where = f"customers/{quote(customer, safe='')}" if customer else "audit"
    return RedirectResponse(f"{PLACE}/oversight/{where}", HTTPStatus.SEE_OTHER)


def _audit_rows(request: Request, asking: Asking) -> Iterator[Sequence[object]]:
    for one in _found(request, asking, limit=_MOST_ROWS)["entries"]:
        content = "" if one["content"] is None else json.dumps(one["content"], ensure_ascii=False)
        yield (*(one[name] for name in _ENTRY), content)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len("99999999")):
        raise RequestInvalidError(
            what=phrase("an event that is no number"), expected=phrase("the number of an event")
        )
    return int(text)


def _day(text: str) -> dt.date | None:
    try:
        return _DAY.validate_python(text) if text else None
    except ValidationError as problem:
        raise RequestInvalidError(
            what=phrase("a day that is none"), expected=phrase("a day such as 2026-06-30")
        ) from problem


async def _verify(request: Request) -> Response:
    """Check the trail, and show what was found: it is recorded, but not kept in full, so there is no other page to lead to."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    body = read_form(VerificationRequest, _checked(await form_of(request, visitor)))
    report = await run_in_threadpool(verify_audit, body, asking_to(visitor.asking, _VERIFY))
    return _shown(request, visitor, "verification", {"report": report})


def _checked(fields: dict[str, str]) -> dict[str, Any]:
    """Return the fields of a form with a box that was ticked, or not, as true or nothing."""
    return {**fields, "commitments": True} if fields.get("commitments") else fields


async def _export(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    return await run_in_threadpool(export_audit, asking_to(visitor.asking, _TRAIL))


# -- one decision ----------------------------------------------------------------------------------------------------------


async def _find(request: Request) -> Response:
    number = request.query_params.get("number", "").strip()
    where = f"/decisions/{quote(number, safe='')}" if number else ""
    return RedirectResponse(f"{PLACE}/oversight{where}", HTTPStatus.SEE_OTHER)


def _proven(request: Request, asking: Asking) -> dict[str, Any]:
    return {"proof": proof(request.path_params["decision"], asking)}


# -- rules -----------------------------------------------------------------------------------------------------------------


def _rules(request: Request, asking: Asking) -> dict[str, Any]:
    text = request.query_params.get("text", "")[:_TEXT_LENGTH]
    found = sorted(rules(asking, text)["rules"], key=lambda one: (one["pack"], one["path"]))
    packs = [(pack, list(some)) for pack, some in groupby(found, key=lambda one: one["pack"])]
    return {"text": text, "packs": packs, "count": len(found)}


def _rule(request: Request, asking: Asking) -> dict[str, Any]:
    return {"rule": rule(request.path_params["path"], asking)}


# -- figures ---------------------------------------------------------------------------------------------------------------


def _fairness(request: Request, asking: Asking) -> dict[str, Any]:
    days = _number(request.query_params.get("days", "")) or _DAYS[1]
    found = figures.fairness(asking, days=days if days in _DAYS else _DAYS[1])
    by_group: dict[str, dict[str, dict[str, Any]]] = {}
    for one in found["groups"]:
        by_group.setdefault(one["attribute"], {}).setdefault(one["group"], {})[one["measure"]] = one
    return {
        "found": found,
        "by_group": by_group,
        "measures": MEASURES,
        "days": days,
        "windows": _DAYS,
    }


def _knowledge(_request: Request, asking: Asking) -> dict[str, Any]:
    return {"known": figures.knowledge(asking)}


# -- files -----------------------------------------------------------------------------------------------------------------


def _rule_rows(request: Request, asking: Asking) -> Iterator[Sequence[object]]:
    for one in rules(asking, request.query_params.get("text", "")[:_TEXT_LENGTH])["rules"]:
        yield [one[name] for name in _RULE]


def _fairness_rows(request: Request, asking: Asking) -> Iterator[Sequence[object]]:
    found = _fairness(request, asking)["found"]
    for one in (*found["groups"], *found["reasons"]):
        yield [one[name] for name in _SHARE]


def _knowledge_rows(_request: Request, asking: Asking) -> Iterator[Sequence[object]]:
    for one in figures.knowledge(asking)["attributes"]:
        yield [one[name] for name in _KNOWN]


def _file(
    name: str, verb: str, header: Sequence[str], rows: Callable[[Request, Asking], Iterator[Sequence[object]]]
) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with a table as a file; its columns are called as the interface calls them, so that programs read it too."""

    async def file(request: Request) -> Response:
        visitor = await visitor_of(request)
        if visitor.asking is None:
            return to_sign_in(request)
        asking = asking_to(visitor.asking, verb)
        return await run_in_threadpool(lambda: csv_answer(name, header, rows(request, asking)))

    return file


_ENTRY: Final = (
    "at", "event", "event_text", "actor", "customer_id", "stream", "number", "subject", "body", "previous", "hash", "contents",
)  # fmt: skip
_RULE: Final = (
    "path", "pack", "kind", "title", "owner", "in_force", "status", "reference", "last_checked", "cases",
)  # fmt: skip
_SHARE: Final = (
    "attribute", "group", "measure", "count", "customers", "share", "low", "high", "difference", "difference_low", "difference_high",
    "beyond_chance",
)  # fmt: skip
_KNOWN: Final = ("attribute", "meaning", "unknown", "share")

ROUTES: Final = [
    Route("/oversight", _page("oversight", _FIGURES, _first)),
    Route("/oversight/audit", _page("audit", _TRAIL, _audit)),
    Route("/oversight/audit/customer", _about, methods=["POST"]),
    Route("/oversight/customers/{customer}", _page("audit", _TRAIL, _audit)),
    Route(
        "/oversight/customers/{customer}/audit.csv", _file("audit", _TRAIL, (*_ENTRY, "content"), _audit_rows)
    ),
    Route("/oversight/audit/verification", _verify, methods=["POST"]),
    Route("/oversight/audit/export", _export),
    Route("/oversight/decisions", _find),
    Route("/oversight/decisions/{decision}", _page("proof", _PROOF, _proven)),
    Route("/oversight/rules", _page("rules", _RULES, _rules)),
    Route("/oversight/rules/{path}", _page("rule", _RULES, _rule)),
    Route("/oversight/fairness", _page("fairness", _FIGURES, _fairness)),
    Route("/oversight/audit.csv", _file("audit", _TRAIL, (*_ENTRY, "content"), _audit_rows)),
    Route("/oversight/rules.csv", _file("rules", _RULES, _RULE, _rule_rows)),
    Route("/oversight/fairness.csv", _file("fairness", _FIGURES, _SHARE, _fairness_rows)),
    Route("/oversight/data.csv", _file("data", _FIGURES, _KNOWN, _knowledge_rows)),
    Route("/oversight/data", _page("knowledge", _FIGURES, _knowledge)),
]
