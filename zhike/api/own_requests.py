"""What customers take with them and ask for on their own page, and what staff answer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Query, Response

from zhike.act.days import bank_day
from zhike.act.kept import kept_after_erasure
from zhike.act.live_state import day_of
from zhike.act.own_requests import (
    ERASURE,
    REQUEST_KINDS,
    CallWanted,
    NewRequest,
    check_call,
    check_request,
    check_room,
    check_settle,
    do_ask_for_call,
    do_request,
    do_settle,
)
from zhike.act.personal_data import HandingOut, export_customer
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.act.staff import THE_CUSTOMER
from zhike.api.asking import Asking, AskingOf
from zhike.api.csv_tables import CSV, csv_answer
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.own_asking import Own, OwnOf, link_rules
from zhike.api.own_models import (
    AnswerRequest,
    CallRequest,
    CorrectionWanted,
    ErasureWanted,
    KeptList,
    OwnRequests,
    RequestOpened,
    WaitingRequest,
    WaitingRequests,
)
from zhike.api.privacy_models import PersonalData
from zhike.api.request_tables import COLUMNS, request_rows
from zhike.core.phrases import phrase
from zhike.core.service_errors import ForbiddenError, RecordNotFoundError
from zhike.govern.erasure import LEDGER, ErasureRules

if TYPE_CHECKING:
    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = [
    "answer", "data", "kept", "open_request", "own_router", "requests", "requests_file", "router", "show", "waiting",
]  # fmt: skip

own_router = APIRouter(prefix="/me", tags=["own page"])
router = APIRouter(prefix="/requests", tags=["own page"])
"""What staff do with requests."""
DAYS: Final = "privacy.request_days"
_SETTLE: Final = "request.settle"
_READS: Final = needs(own=True)
_MOST: Final = 200
_SHOWN: Final = 50
State = Annotated[
    Literal["open", "answered"], Query(description="Those that wait, or those that were answered.")
]


@own_router.get("/data", response_model=PersonalData, operation_id="own_data", openapi_extra=_READS)
def data(own: OwnOf) -> dict[str, Any]:
    """Return everything that is recorded and derived of whoever asks, to take elsewhere; that it was handed out is recorded."""
    service = own.service
    with service.acting.store.read() as tx:
        row = own.row(tx)
    handing = HandingOut.on_own_page(service.rulebook, service.today(), own.language)
    return export_customer(service.acting, row["customer_id"], THE_CUSTOMER, handing)


@own_router.get("/kept", response_model=KeptList, operation_id="own_kept", openapi_extra=_READS)
def kept(own: OwnOf) -> dict[str, Any]:
    """Return what the law keeps of a customer who is erased: of what, for how long, by which rule."""
    service = own.service
    rules = ErasureRules.of(service.rulebook, service.today(), LEDGER)
    return {
        "kept": [
            {
                **one,
                "title": service.rulebook.at(one["rule"], service.today()).title.in_language(own.language),
            }
            for one in kept_after_erasure(rules)
        ]
    }


@own_router.get("/requests", response_model=OwnRequests, operation_id="own_requests", openapi_extra=_READS)
def requests(own: OwnOf) -> dict[str, Any]:
    """Return what whoever asks asked for on their page, at most 50 of each kind, the newest first, and what was answered."""
    with own.service.acting.store.read() as tx:
        where = {"customer_id": own.records(tx), "actor": THE_CUSTOMER}
        cases = tx.find("cases", where, order=["-recorded_at"], limit=_SHOWN)
        tasks = tx.find("tasks", where, order=["-recorded_at"], limit=_SHOWN)
    rows = sorted([*cases, *tasks], key=lambda row: -row["recorded_at"])
    return {"requests": [_body(row) for row in rows]}


@own_router.post(
    "/requests",
    response_model=RequestOpened,
    operation_id="own_request",
    openapi_extra=needs(keyed=True, own=True),
)
def open_request(
    body: Annotated[CallRequest | CorrectionWanted | ErasureWanted, Body(discriminator="kind")], own: OwnOf
) -> dict[str, Any]:
    """Ask for a person to call, for a correction, or for everything to be erased; a person decides, and says so."""
    service = own.service
    told = kept(own)["kept"] if body.kind == ERASURE else []

    def do(tx: Transaction, row: dict[str, Any]) -> dict[str, Any]:
        records = own.records(tx)
        check_room(tx, records, link_rules(service).most_requests)
        opened = _opened(service.acting, tx, body, row, (_today(own, tx), _days(own), records))
        return {"request": _body(opened), "kept": told}

    return own.written("own_request", body.model_dump(mode="json"), do)


def _opened(
    acting: Acting, tx: Transaction, body: CallRequest | CorrectionWanted | ErasureWanted, row: dict[str, Any],
    known: tuple[dt.date, int, list[str]],
) -> dict[str, Any]:  # fmt: skip
    today, days, records = known
    due_on = today + dt.timedelta(days=days)
    if isinstance(body, CallRequest):
        wanted = CallWanted(body.on, (body.not_before, body.not_after), body.words)
        check_call(wanted, today)
        return do_ask_for_call(acting, tx, row, wanted, due_on)
    new = NewRequest(row["customer_id"], body.kind, body.words, today, due_on)
    check_request(tx, new, records)
    return do_request(acting, tx, new)


def _today(own: Own, tx: Transaction) -> dt.date:
    return bank_day(own.service.desk, tx)


def _days(own: Own) -> int:
    return int(own.service.rulebook.at(DAYS, own.service.today()).value)


@router.get("", response_model=WaitingRequests, operation_id="requests", openapi_extra=needs(_SETTLE))
def waiting(asking: AskingOf, state: State = "open") -> dict[str, Any]:
    """Return requests that whoever asks may answer, at most 200: those that wait by the day they are due, answered ones newest first."""
    return {"requests": _found(asking, state, _MOST)}


@router.get(
    ".csv", operation_id="requests_file", openapi_extra=needs(_SETTLE), response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "RFC 4180, UTF-8."}},
)  # fmt: skip
def requests_file(asking: AskingOf, state: State = "open") -> Response:
    """Return all requests that whoever asks may answer, in the order of `waiting`, as a file for a spreadsheet."""
    header = [title.in_language(asking.language) for title in COLUMNS.values()]
    return csv_answer(f"requests-{state}", header, request_rows(_found(asking, state, None)))


@router.get(
    "/{request_id}", response_model=WaitingRequest, operation_id="request", openapi_extra=needs(_SETTLE)
)
def show(request_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a request that a person decides, open or answered."""
    with asking.service.acting.store.read() as tx:
        known = tx.one("cases", case_id=request_id)
        customer = "" if known is None else known["customer_id"]
        asking.may_with(_SETTLE, tx, customer, phrase("request"))
    if known is None or known["kind"] not in REQUEST_KINDS:
        raise RecordNotFoundError(what=phrase("request"))
    return _waiting(known)


@router.post(
    "/{request_id}/answer",
    response_model=WaitingRequest,
    operation_id="answer_request",
    openapi_extra=needs(_SETTLE, keyed=True),
)
def answer(request_id: Identifier, body: AnswerRequest, asking: AskingOf) -> dict[str, Any]:
    """Answer a request; the customer reads it on their page. What was asked for is done on its own way."""
    acting, actor = asking.service.acting, asking.actor.actor_id
    content = {"verb": "answer_request", "request": request_id, "body": body.model_dump(mode="json")}
    with acting.store.write() as tx:
        known = tx.one("cases", case_id=request_id)
        customer = "" if known is None else known["customer_id"]
        _, row = asking.may_with(_SETTLE, tx, customer, phrase("request"))

        def do() -> dict[str, Any]:
            found = check_settle(tx, request_id, body.answer)
            return _waiting(do_settle(acting, tx, found, body.answer, actor, refused=body.refused))

        return once(acting, tx, Keyed(actor, asking.key, content), row["customer_id"], do)


def _found(asking: Asking, state: str, most: int | None) -> list[dict[str, Any]]:
    where = {"kind": list(REQUEST_KINDS), "state": state, "actor": THE_CUSTOMER}
    order = ["due_on"] if state == "open" else ["-recorded_at"]
    with asking.service.acting.store.read() as tx:
        _check_reach(asking)
        rows = tx.find("cases", where, order=order, limit=most)
        return [_waiting(row) for row in rows if _sees(asking, tx, row["customer_id"])]


def _check_reach(asking: Asking) -> None:
    """Refuse whoever may settle requests of no customer at all, wherever the customer is."""
    service = asking.service
    anybody = service.permission(asking.actor, _SETTLE, asking.purpose, ("", asking.actor.branch))
    if not anybody.allowed:
        service.checked(anybody, phrase("request"))
        raise ForbiddenError(verb=_SETTLE)


def _sees(asking: Asking, tx: Transaction, customer: str) -> bool:
    row = tx.one("customers", customer_id=customer)
    who = ("", None) if row is None else (row["customer_id"], row["branch"])
    return asking.service.permission(asking.actor, _SETTLE, asking.purpose, who).allowed


def _waiting(row: dict[str, Any]) -> dict[str, Any]:
    return {**_body(row), "customer_id": row["customer_id"]}


def _body(row: dict[str, Any]) -> dict[str, Any]:
    """Return a case or a task as a request; of a task, what staff wrote of it stays with them."""
    if "task_id" in row:
        return {
            "request_id": row["task_id"], "kind": row["kind"], "state": row["state"], "opened_on": day_of(row["recorded_at"]),
            "due_on": row["due_on"], "words": row["text"] or "", "answer": "", "refused": False,
        }  # fmt: skip
    text = row["text"] or {}
    names = ("kind", "state", "opened_on", "due_on")
    return {
        **{name: row[name] for name in names}, "request_id": row["case_id"], "words": text.get("words", ""), "answer": text.get("answer", ""),
        "refused": text.get("refused", False),
    }  # fmt: skip
