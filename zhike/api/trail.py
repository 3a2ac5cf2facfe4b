"""The audit trail: searched, checked, taken along; and one decision proven."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from zhike.act.acting import DAY
from zhike.act.digests import digests
from zhike.act.digests import trail as trail_of
from zhike.act.proof import prove
from zhike.act.trail import STREAMS
from zhike.act.trail_check import verify_ledger_trail
from zhike.act.trail_search import TrailQuery, found_entries, opened_content
from zhike.adapters.audit_files import write_trail
from zhike.api.asking import Asking, AskingOf
from zhike.api.decisions import sees_reasons
from zhike.api.description import needs
from zhike.api.models import Identifier, MaybeDay
from zhike.api.rendering import cursor, instant, position, stored_body
from zhike.api.trail_models import AuditEntryList, ProofBody, TrailReportBody, VerificationRequest
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import RecordNotFoundError
from zhike.decide.served_answer import explained, titles_of
from zhike.govern.audit_chain import NAME
from zhike.govern.audit_events import AuditEvent
from zhike.govern.masking import WITHHELD

if TYPE_CHECKING:
    import datetime as dt

    from zhike.core.language import Language
    from zhike.govern.audit_chain import AuditEntry
    from zhike.govern.audit_digest import Digest

__all__ = [
    "audit_entries",
    "audit_entries_of",
    "entry_body",
    "event_text",
    "export_audit",
    "proof",
    "router",
    "sought_entries",
    "verify_audit",
]

router = APIRouter(tags=["audit"])
_VIEW, _VERIFY, _EXPLAIN = "audit.view", "audit.verify", "decision.explain"
_SEEN: Final = "C2"
"""Class of what an entry tells of a customer."""
_SECRET: Final = ("token",)
"""Parts of a content that let somebody in, or say who would be: shown to nobody."""
_EVENTS: Final = {int(one): one for one in AuditEvent}
_LARGEST: Final = 99_999_999
_Word = Annotated[str | None, Query(max_length=200, pattern=rf"^{NAME}$")]
_MOST_SHOWN: Final = 100
_EPOCH: Final = 719_163
"""Ordinal of the first day of 1970."""
_DIGITS, _BOUND = 18, 1 << 62


@router.get(
    "/audit/entries",
    response_model=AuditEntryList,
    operation_id="audit_entries",
    openapi_extra=needs(_VIEW),
)
def audit_entries(
    asking: AskingOf,
    *,
    stream: Annotated[str | None, Query(max_length=64, pattern="^[a-z_]+$")] = None,
    event: Annotated[int | None, Query(ge=0, le=_LARGEST, description="Its number.")] = None,
    actor: _Word = None,
    since: Annotated[MaybeDay, Query(description="First day, in UTC.")] = None,
    until: Annotated[MaybeDay, Query(description="Last day, in UTC.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=500, description="The value of 'next' of the page before.")] = None,
) -> dict[str, Any]:  # fmt: skip
    """Return a page of the audit trail, the newest entries first, opened as far as whoever asks may see."""
    events = () if event is None else (event,)
    query = TrailQuery(stream, events, actor, None, _begin(since), _end(until))
    return sought_entries(asking, query, limit, after)


@router.get(
    "/customers/{customer_id}/audit",
    response_model=AuditEntryList,
    operation_id="audit_entries_of",
    openapi_extra=needs(_VIEW),
)
def audit_entries_of(
    customer_id: Identifier,
    asking: AskingOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=500, description="The value of 'next' of the page before.")] = None,
) -> dict[str, Any]:  # fmt: skip
    """Return a page of what the trail says of a customer, the newest first; of whoever was erased, or was never there, nothing."""
    return sought_entries(asking, TrailQuery(customer=customer_id), limit, after)


def sought_entries(asking: Asking, query: TrailQuery, limit: int, after: str | None) -> dict[str, Any]:
    """Return a page of the trail, as `audit_entries` answers."""
    permission = asking.may(_VIEW)
    place = None if after is None else _place(after)
    with asking.service.acting.store.read() as tx:
        rows = found_entries(tx, query, after=place, limit=limit)
    more = len(rows) == limit
    return {
        "entries": [entry_body(row, asking.language, shown=permission.shows(_SEEN)) for row in rows],
        "next": cursor([rows[-1]["at"], f"{rows[-1]['stream']}:{rows[-1]['number']}"]) if more else None,
    }


def _begin(day: dt.date | None) -> int | None:
    return None if day is None else (day.toordinal() - _EPOCH) * DAY


def _end(day: dt.date | None) -> int | None:
    return None if day is None else (day.toordinal() + 1 - _EPOCH) * DAY


def _place(after: str) -> tuple[int, str, int]:
    """Return the entry after which a page begins."""
    at, where = position(after)
    stream, _, number = where.rpartition(":")
    if stream not in STREAMS or not (number.isdecimal() and len(number) <= _DIGITS) or abs(at) >= _BOUND:
        raise UsageError(
            what=phrase("a cursor of something else"), expected=phrase("the value of 'next' of this list")
        )
    return at, stream, int(number)


def entry_body(row: dict[str, Any], language: Language, *, shown: bool) -> dict[str, Any]:
    """Return an entry with what opens it.

    Parameters
    ----------
    row : dict
        See `zhike.act.trail_search.found_entries`.
    language : str
    shown : bool
        Whether whoever asks may see what it tells of a customer.
    """
    content = opened_content(row["opening"])
    contents = "erased" if content is None else "open" if shown else "withheld"
    told = {name: WITHHELD if name in _SECRET else value for name, value in (content or {}).items()}
    return {
        **_named(row, language), "contents": contents, "customer_id": row["opening"]["customer_id"] if contents == "open" else None,
        "content": told if contents == "open" else None,
    }  # fmt: skip


def _named(row: dict[str, Any], language: Language) -> dict[str, Any]:
    names = ("stream", "number", "event", "actor", "subject", "body", "previous", "hash")
    text = event_text(row["event"], language)
    return {**{name: row[name] for name in names}, "at": instant(row["at"]), "event_text": text}


def event_text(event: int, language: Language) -> str:
    """Return what a kind of event is called; its number where this version has no name for it."""
    known = _EVENTS.get(event)
    return str(event) if known is None else known.text.in_language(language)


@router.post(
    "/audit/verification",
    response_model=TrailReportBody,
    operation_id="verify_audit",
    openapi_extra=needs(_VERIFY),
)
def verify_audit(body: VerificationRequest, asking: AskingOf) -> dict[str, Any]:
    """Check the whole trail by the code of the offline check, and record that it was done.

    The keys are those of the store; an export, checked elsewhere with a key or digest known from before, shows what this cannot.
    """
    asking.may(_VERIFY)
    acting = asking.service.acting
    found = verify_ledger_trail(acting, asking.actor.actor_id, opened=body.commitments)
    told = found.to_dict(asking.language)
    failures = [failure.to_dict(asking.language) for failure in found.failures[:_MOST_SHOWN]]
    return {**told, "last_digest": _digest_body(found.last_digest), "failures": failures}


@router.get(
    "/audit/export",
    operation_id="export_audit",
    response_class=FileResponse,
    openapi_extra=needs(_VIEW),
)
def export_audit(asking: AskingOf) -> FileResponse:
    """Return the whole trail as one file for `zhike audit verify`; its commitments are left closed, so that nothing in it is about a customer."""
    asking.may(_VIEW)
    store, folder = asking.service.acting.store, Path(tempfile.mkdtemp(prefix="zhike-trail-"))
    try:
        with store.read() as tx:
            write_trail(folder / "trail.jsonl", trail_of(tx, opened=False), digests(tx), store.audit_keys())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        folder / "trail.jsonl", media_type="application/jsonl", filename="trail.jsonl",
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )  # fmt: skip


@router.get(
    "/decisions/{decision_id}/proof",
    response_model=ProofBody,
    operation_id="proof",
    openapi_extra=needs(_EXPLAIN),
)
def proof(decision_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Prove one decision: computed again, bit for bit, held against the entry of the trail that says it was made and the digest over that."""
    service, language = asking.service, asking.language
    with service.acting.store.read() as tx:
        row = tx.one("decisions", decision_id=decision_id)
        if row is None:
            raise RecordNotFoundError(what=phrase("decision"))
        permission, _ = asking.may_with(_EXPLAIN, tx, row["customer_id"], phrase("decision"))
        found = prove(service.desk, tx, row, service.acting.store.audit_keys())
    again = found.again
    identical = None if again is None else again.same(row["record"])
    reading = None if again is None else again.reading
    return {
        "decision": stored_body(row, permission.highest_class, service.masking(), identical=identical),
        "outcome": found.outcome, "proven": found.proven,
        "comparisons": [{**one._asdict(), "agrees": one.agrees} for one in found.comparisons],
        "entry": None if found.entry is None else _entry_place(found.entry, language), "digest": _digest_body(found.digest),
        "titles": {} if reading is None else titles_of(reading.setting, language),
        "explanation": None if reading is None or not sees_reasons(permission) else explained(reading, language, service.chances_of(reading.setting)),
    }  # fmt: skip


def _entry_place(entry: AuditEntry, language: Language) -> dict[str, Any]:
    return _named({name: getattr(entry, name) for name in entry.__slots__}, language)


def _digest_body(digest: Digest | None) -> dict[str, Any] | None:
    if digest is None:
        return None
    return {"number": digest.number, "at": instant(digest.at), "hash": digest.hash, "key": digest.key}
