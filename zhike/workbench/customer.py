"""A customer on one page: what is known, what would be proposed now and what not, what was agreed."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from zhike.api.csv_tables import csv_answer
from zhike.api.customer_pages import customer_page, search, timeline
from zhike.api.customers import answer, consents, customer_view, preferences, recommendations
from zhike.api.day_models import NoteRequest, TaskRequest
from zhike.api.models import ConsentGiven, ConsentWithdrawn
from zhike.api.notes import notes, write
from zhike.api.page_models import SearchRequest
from zhike.api.surveys import loops_of, surveys_of
from zhike.api.tasks import make, tasks_of
from zhike.core.contracts import CHANNELS, contract
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError
from zhike.know.contacts import CONTACT_FEATURES
from zhike.know.flows import FLOW_FEATURES
from zhike.know.holdings import HOLDING_FEATURES
from zhike.know.identity import IDENTITY_FEATURES
from zhike.know.names import LEAST
from zhike.know.needs import NEED_FEATURES
from zhike.know.risk_profile import RISK_FEATURES
from zhike.know.segments import SEGMENT_FEATURES
from zhike.know.warning_columns import WARNING_FEATURES
from zhike.workbench.months import month_charts, month_table
from zhike.workbench.rendering import rendered
from zhike.workbench.signing_in import to_sign_in
from zhike.workbench.survey_asking import askable
from zhike.workbench.values import Money, shown
from zhike.workbench.visitors import PLACE, asking_to, form_of, read_form, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from zhike.api.asking import Asking
    from zhike.core.language import Language
    from zhike.know.feature import Feature

__all__ = ["ROUTES", "cautions_of", "groups_of"]

_GROUPS: Final[tuple[tuple[str, tuple[Feature, ...]], ...]] = (
    ("identity", tuple(IDENTITY_FEATURES)),
    ("money", tuple(FLOW_FEATURES)),
    ("products", (*HOLDING_FEATURES, *NEED_FEATURES)),
    ("risk", tuple(RISK_FEATURES)),
    ("contact", tuple(CONTACT_FEATURES)),
    ("other", (*SEGMENT_FEATURES, *WARNING_FEATURES)),
)


_PARTS: Final = ("facts", "words", "judgement", "suggestion")
"""Parts of a note: what was found, said, thought and proposed are never mixed."""
_KINDS: Final = ("note", "call", "meeting", "visit")
_PURPOSES: Final = next(one.values for one in contract("consents").columns if one.name == "purpose")
_TASKS: Final = ("call", "meeting", "visit", "follow_up", "paperwork")
_SHOWN_OTHERWISE: Final = ("contacts", "missing")
_DATES: Final = ("birth_date", "next_maturity_on", "next_maturity_amount")
_MOST_FOUND, _MOST_HAPPENINGS = 20, 40
_LONGEST: Final = 100


async def _find(request: Request) -> Response:
    """Show who was found; where it is one customer, their page."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    text = (await form_of(request, visitor)).get("find", "").strip()
    if not text:
        return RedirectResponse(f"{PLACE}/today", HTTPStatus.SEE_OTHER)
    asking = asking_to(visitor.asking, "customer.search")
    body = SearchRequest(find=text[:_LONGEST], limit=_MOST_FOUND)
    found = await run_in_threadpool(search, body, asking)
    rows = found["customers"]
    if len(rows) == 1 and not found["more"]:
        return RedirectResponse(_place_of(rows[0]["customer_id"]), HTTPStatus.SEE_OTHER)
    return rendered(visitor, "found", here="customer", back="/today", found=found, sought=text, least=LEAST)


def _place_of(customer: str, part: str = "") -> str:
    return f"{PLACE}/customers/{quote(customer, safe='')}{part}"


async def _page(request: Request) -> Response:
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    content = await run_in_threadpool(_content, visitor.asking, request.path_params["customer"])
    return rendered(
        visitor, "customer", here="customer", back=request.url.path.removeprefix(PLACE), **content
    )


async def _sheet(request: Request) -> Response:
    """Show what whoever takes over must know, to be printed or read."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    content = await run_in_threadpool(_content, visitor.asking, request.path_params["customer"])
    return rendered(visitor, "sheet", here="customer", back=request.url.path.removeprefix(PLACE), **content)


async def _write(request: Request) -> Response:
    """Record something about a customer, then show the customer with it."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    name, part = request.path_params["customer"], request.path_params["part"]
    if part not in _RECORDED:
        raise RecordNotFoundError(what=phrase("page"))
    fields = await form_of(request, visitor)
    await run_in_threadpool(_RECORDED[part], visitor.asking, name, fields)
    return RedirectResponse(_place_of(name, f"#{part}"), HTTPStatus.SEE_OTHER)


def _note(asking: Asking, name: str, fields: dict[str, str]) -> None:
    write(name, read_form(NoteRequest, fields), asking)


def _task(asking: Asking, name: str, fields: dict[str, str]) -> None:
    make(read_form(TaskRequest, {**fields, "customer_id": name}), asking)


def _consent(asking: Asking, name: str, fields: dict[str, str]) -> None:
    told = {"told": fields["told"]} if fields.get("told") else {}
    given = {**fields, "evidence": told}
    yes = fields.get("status") == "given"
    answer(name, read_form(ConsentGiven, given) if yes else read_form(ConsentWithdrawn, given), asking)


_RECORDED: Final[dict[str, Callable[[Asking, str, dict[str, str]], None]]] = {
    "notes": _note, "tasks": _task, "consents": _consent,
}  # fmt: skip
"""What can be recorded on the page, by the part of it."""


async def _file(request: Request) -> Response:
    """Return the months behind the charts as a file for a spreadsheet."""
    visitor = await visitor_of(request)
    if visitor.asking is None:
        return to_sign_in(request)
    known = await run_in_threadpool(customer_page, request.path_params["customer"], visitor.asking)
    header, rows = month_table(known, visitor.asking.service.desk.minor_units(), visitor.language)
    return csv_answer("months", header, rows)


def _content(asking: Asking, name: str) -> dict[str, Any]:
    known = customer_page(name, asking)
    who, archive = known["customer_id"], known["archive"]
    units = asking.service.desk.minor_units()
    money = Money(archive.get("currency"), units)
    return {
        "known": known, "groups": groups_of(archive, money, asking.language), "words_of": _words(known),
        "dates": _dates(archive, money, asking.language), "charts": month_charts(known, units, asking.language), "cautions": cautions_of(known),
        "advice": _if_seen(lambda: recommendations(who, asking)), "consents": _if_seen(lambda: consents(who, asking)["consents"]),
        "notes": _if_seen(lambda: notes(who, asking)["notes"]), "parts": _PARTS, "kinds": _KINDS,
        "wishes": _if_seen(lambda: preferences(who, asking)["preferences"]), "tasks": _if_seen(lambda: tasks_of(who, asking)["tasks"]),
        "surveys": _if_seen(lambda: surveys_of(who, asking)["surveys"]), "loops": _if_seen(lambda: loops_of(who, asking)["loops"]),
        "asks": askable(asking), "happenings": timeline(who, asking, _MOST_HAPPENINGS)["happenings"], "offers": customer_view(asking, who)["offers"],
        "task_kinds": _TASKS, "purposes": _PURPOSES, "channels": ("all", *CHANNELS), "today": str(asking.service.today()),
    }  # fmt: skip


def _words(known: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the sections in words that the page does not show otherwise."""
    return [one for one in known["sections"] if one["section"] not in _SHOWN_OTHERWISE and one["lines"]]


def _dates(archive: dict[str, Any], money: Money, language: Language) -> dict[str, str]:
    """Return the days that matter to whoever speaks with the customer, as the page writes them; masked ones as they are."""
    days = (one for one in (*IDENTITY_FEATURES, *HOLDING_FEATURES) if one.name in _DATES)
    return {one.name: shown(one, archive.get(one.name), money, language) for one in days}


def cautions_of(known: dict[str, Any]) -> list[str]:
    """Return what whoever speaks with the customer must know first."""
    archive = known["archive"]
    found = {
        "do_not_contact": archive.get("do_not_contact") is True,
        "complaint": isinstance(archive.get("complaints_open"), int) and archive["complaints_open"] > 0,
        "risk_expired": archive.get("risk_status") == "expired",
        "risk_missing": archive.get("risk_status") == "missing",
        "no_capacity": archive.get("full_capacity") is False,
        "warned": any(one["raised"] for one in archive.get("warnings") or () if isinstance(one, dict)),
        "consent_withdrawn": "marketing/all" in (archive.get("consents_withdrawn") or ()),
    }
    return [name for name, holds in found.items() if holds]


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
    Route("/customers", _find, methods=["POST"]),
    Route("/customers/{customer}", _page),
    Route("/customers/{customer}/sheet", _sheet),
    Route("/customers/{customer}/months.csv", _file),
    Route("/customers/{customer}/{part}", _write, methods=["POST"]),
]
