"""Notes and call reports about a customer."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter

from zhike.act.acting import microseconds, records_of
from zhike.act.notes import NewNote, check_note, do_write_note
from zhike.act.requests import Request as Keyed
from zhike.act.requests import once
from zhike.api.asking import AskingOf
from zhike.api.day_models import NoteBody, NoteList, NoteRequest
from zhike.api.description import needs
from zhike.api.models import Identifier
from zhike.api.rendering import instant, masked_row

__all__ = ["router"]

router = APIRouter(prefix="/customers/{customer_id}/notes", tags=["notes"])
_MOST: Final = 200
_WRITE: Final = "note.write"


@router.get("", response_model=NoteList, operation_id="notes", openapi_extra=needs("customer.view"))
def notes(customer_id: Identifier, asking: AskingOf) -> dict[str, Any]:
    """Return a customer's notes, at most 200, the newest first, masked to what whoever asks may see."""
    service = asking.service
    with service.acting.store.read() as tx:
        permission, row = asking.may_with("customer.view", tx, customer_id)
        own = {"customer_id": records_of(tx, row["customer_id"])}
        rows = tx.find("notes", own, order=["-recorded_at"], limit=_MOST)
    rules = service.masking()
    return {"notes": [_body(masked_row("notes", one, permission.highest_class, rules)) for one in rows]}


@router.post("", response_model=NoteBody, operation_id="write_note", openapi_extra=needs(_WRITE, keyed=True))
def write(customer_id: Identifier, body: NoteRequest, asking: AskingOf) -> dict[str, Any]:
    """Write a note or the report of a contact: facts, the customer's words, judgement and suggestion, each apart."""
    acting, actor = asking.service.acting, asking.actor.actor_id
    content = {"verb": "write_note", "customer": customer_id, "body": body.model_dump(mode="json")}
    at = None if body.happened_at is None else microseconds(body.happened_at)
    with acting.store.write() as tx:
        _, row = asking.may_with(_WRITE, tx, customer_id)
        note = NewNote(
            row["customer_id"],
            actor,
            body.kind,
            body.facts,
            body.words,
            body.judgement,
            body.suggestion,
            body.channel,
            at,
        )

        def do() -> dict[str, Any]:
            check_note(tx, note, acting.clock.now())
            return _body(do_write_note(acting, tx, note))

        return once(acting, tx, Keyed(actor, asking.key, content), row["customer_id"], do)


def _body(row: dict[str, Any]) -> dict[str, Any]:
    names = ("note_id", "customer_id", "kind", "channel", "words", "judgement", "suggestion", "actor")
    return {
        **{name: row[name] for name in names}, "facts": row["text"], "happened_at": instant(row["happened_at"]),
        "recorded_at": instant(row["recorded_at"]),
    }  # fmt: skip
