"""Write events into the audit trail, in the transaction that does what they tell.

What an event tells is committed to, not shown: its salt and content stand beside the trail under the customer's key, and go with it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhike.govern.audit_chain import AuditEntry, Head, commitment, first_head, next_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.core.ports import Transaction
    from zhike.govern.audit_events import AuditEvent

__all__ = ["STREAMS", "Happened", "canonical", "head_of", "record"]

STREAMS: Final = (
    "decisions",
    "offers",
    "responses",
    "consents",
    "privacy",
    "staff",
    "cases",
    "deliveries",
    "store",
)
"""What entries are in order with."""

_SALT_BYTES: Final = 32
_AS_JSON: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Happened(NamedTuple):
    """One event: in which stream, what, who did it, to whom (None for nobody), and its particulars."""

    stream: str
    event: AuditEvent
    actor: str
    customer: str | None
    content: Mapping[str, Any]


def canonical(content: object) -> bytes:
    """Return the one JSON text of plain values: keys in order, nothing between."""
    return _AS_JSON(content).encode()


def record(tx: Transaction, happened: Sequence[Happened], at: int, chance: Callable[[int], bytes]) -> None:
    """Append events to their streams.

    Parameters
    ----------
    tx : Transaction
        That writes what the events tell.
    at : int
        Microseconds of UTC.
    chance : callable
        Gives the salts.
    """
    heads: dict[str, Head] = {}
    entries, openings = [], []
    for one in happened:
        head = heads.get(one.stream) or head_of(tx, one.stream)
        salt, content = chance(_SALT_BYTES), canonical(one.content)
        subject = "" if one.customer is None else commitment(salt, one.customer.encode())
        entry = next_entry(
            head, at=at, event=one.event, actor=one.actor, body=commitment(salt, content), subject=subject
        )
        heads[one.stream] = entry.head
        entries.append({name: getattr(entry, name) for name in AuditEntry.__slots__})
        openings.append(
            {
                "stream": one.stream,
                "number": entry.number,
                "customer_id": one.customer,
                "salt": salt,
                "content": content,
            }
        )
    tx.insert("audit_entries", entries)
    tx.insert("audit_openings", openings)


def head_of(tx: Transaction, stream: str) -> Head:
    """Return the end of a stream."""
    last = tx.find("audit_entries", {"stream": stream}, order=["-number"], limit=1)
    return Head(stream, last[0]["number"], last[0]["hash"]) if last else first_head(stream)
