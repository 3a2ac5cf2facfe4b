"""Notes and call reports: what was found, what the customer said, what the writer makes of it and would do, each apart.

Who reads a note later must not take a guess for a fact, nor the writer's words for the customer's. What is not known is left empty.
A note is never changed: whoever was wrong writes another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import customer_row
from zhike.act.trail import Happened, record
from zhike.core.contracts import CHANNELS
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.govern.audit_events import AuditEvent

if TYPE_CHECKING:
    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["NOTE_KINDS", "NewNote", "check_note", "do_write_note"]

NOTE_KINDS: Final = ("note", "call", "meeting", "visit")
"""A note, or the report of a contact."""
_LONGEST: Final = 10_000
_PARTS: Final = ("text", "words", "judgement", "suggestion")


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to be written.

    Parameters
    ----------
    customer, actor : str
    kind : str
        One of `NOTE_KINDS`.
    text : str
        Facts.
    words : str
        What the customer said, in their words.
    judgement, suggestion : str
        What the writer makes of it, and would do.
    channel : str or None
        Over which the contact was, where there was one.
    happened_at : int or None
        When it was, microseconds of UTC.
    """

    customer: str
    actor: str
    kind: str
    text: str = ""
    words: str = ""
    judgement: str = ""
    suggestion: str = ""
    channel: str | None = None
    happened_at: int | None = None


def check_note(tx: Transaction, note: NewNote, now: int) -> dict[str, Any]:
    """Return the row of the customer of a note that can be written.

    Raises
    ------
    UsageError
        When its kind or channel is none, it is empty or too long, or the contact lies in the future.
    RecordNotFoundError
        When there is no such customer.
    """
    if note.kind not in NOTE_KINDS:
        raise UsageError(what=phrase("a note of no kind"), expected=", ".join(NOTE_KINDS))
    if note.channel is not None and note.channel not in CHANNELS:
        raise UsageError(what=phrase("a channel that is none"), expected=", ".join(CHANNELS))
    if note.happened_at is not None and note.happened_at > now:
        raise UsageError(what=phrase("a contact in the future"), expected=phrase("an instant up to now"))
    parts = [getattr(note, name) for name in _PARTS]
    if not any(part.strip() for part in parts):
        raise UsageError(
            what=phrase("an empty note"), expected=phrase("facts, words, judgement or suggestion")
        )
    if any(len(part) > _LONGEST for part in parts):
        raise UsageError(
            what=phrase("a part that is too long"),
            expected=phrase("at most {longest} characters each", longest=_LONGEST),
        )
    return customer_row(tx, note.customer)


def do_write_note(acting: Acting, tx: Transaction, note: NewNote) -> dict[str, Any]:
    """Write a note that was checked; return its row."""
    now = acting.clock.now()
    row = {
        "note_id": acting.new_id("n"), "customer_id": note.customer, "kind": note.kind, "channel": note.channel,
        "happened_at": note.happened_at, **{name: getattr(note, name) for name in _PARTS}, "recorded_at": now, "actor": note.actor,
    }  # fmt: skip
    tx.insert("notes", [row])
    content = {
        name: value for name, value in row.items() if name not in ("customer_id", "recorded_at", "actor")
    }
    happened = Happened("cases", AuditEvent.NOTE_WRITTEN, note.actor, note.customer, content)
    record(tx, [happened], now, acting.chance)
    return row
