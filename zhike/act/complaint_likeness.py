"""The trace of a complaint: by which complaints with like words are found among many, without opening their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.know.text.likeness import sketch
from zhike.know.text.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["keyed", "plain_words", "trace_of"]

_KEY_ID: Final = "complaints"
_KEY_BYTES: Final = 32


def keyed(acting: Acting, tx: Transaction) -> bytes:
    """Return the key of the store's traces and senders, made where there is none yet; in a transaction that writes."""
    row = tx.one("search_keys", key_id=_KEY_ID)
    if row is not None:
        return bytes(row["content"])
    made = acting.chance(_KEY_BYTES)
    tx.insert("search_keys", [{"key_id": _KEY_ID, "content": made, "recorded_at": acting.clock.now()}])
    return made


def trace_of(acting: Acting, tx: Transaction, words: str, names: Sequence[str] = ()) -> bytes | None:
    """Return the trace of a complaint's words, what tells whose they are taken out first."""
    return sketch(redact(words, names).text, keyed(acting, tx))


def plain_words(row: Mapping[str, Any], names: Sequence[str] = ()) -> str:
    """Return the words of a complaint without personal data; empty where they are gone."""
    words = (row["detail"] or {}).get("words") or ""
    return redact(words, names).text
