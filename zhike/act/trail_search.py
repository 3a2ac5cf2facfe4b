"""Find entries of the audit trail, with what opens them as far as it is still there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.core.ports import Transaction

__all__ = ["TrailQuery", "found_entries", "opened_content"]

_ORDER: Final = ["-at"]
_LAST: Final = "~", 1 << 62
"""What comes after the name of every stream, and after every number: a page that begins there has all entries before a moment."""


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """What is looked for; what is not given is not looked at.

    Parameters
    ----------
    stream : str, optional
    events : tuple of int
        Any of these.
    actor : str, optional
    customer : str, optional
        Whom it is about. Of whoever was erased no entry says so any more.
    since, until : int, optional
        Microseconds of UTC: from the first on, before the second.
    """

    stream: str | None = None
    events: tuple[int, ...] = ()
    actor: str | None = None
    customer: str | None = None
    since: int | None = None
    until: int | None = None

    def meets(self, row: dict[str, Any]) -> bool:
        """Return whether an entry is looked for, whomever it is about."""
        return (
            self.stream in (None, row["stream"])
            and (not self.events or row["event"] in self.events)
            and self.actor in (None, row["actor"])
            and (self.since is None or row["at"] >= self.since)
            and (self.until is None or row["at"] < self.until)
        )


def found_entries(
    tx: Transaction, query: TrailQuery, *, after: Sequence[Any] | None = None, limit: int
) -> list[dict[str, Any]]:
    """Return entries, the newest first, each with its ``opening`` (the row that opens it, None where it is gone).

    Parameters
    ----------
    tx : Transaction
    query : TrailQuery
    after : sequence of (int, str, int), optional
        Moment, stream and number of the last entry of the page before.
    limit : int
        Most entries.

    Notes
    -----
    A customer's are found by what opens them, which is theirs; all others are sought among the entries themselves.
    """
    if query.customer is not None:
        return _of_customer(tx, query, query.customer, after, limit)
    named = {"stream": query.stream, "event": list(query.events) or None, "actor": query.actor}
    where = {name: value for name, value in named.items() if value is not None}
    begin = after if after is not None or query.until is None else (query.until - 1, *_LAST)
    if begin is not None and query.until is not None:
        begin = min(tuple(begin), (query.until - 1, *_LAST))
    rows = tx.find("audit_entries", where, order=_ORDER, after=begin, limit=limit)
    rows = [row for row in rows if query.meets(row)]
    for stream in {row["stream"] for row in rows}:
        some = [row for row in rows if row["stream"] == stream]
        found = tx.find("audit_openings", {"stream": stream, "number": [row["number"] for row in some]})
        by_number = {one["number"]: one for one in found}
        for row in some:
            row["opening"] = by_number.get(row["number"])
    return rows


def _of_customer(
    tx: Transaction, query: TrailQuery, customer: str, after: Sequence[Any] | None, limit: int
) -> list[dict[str, Any]]:
    where = {"customer_id": customer} | ({} if query.stream is None else {"stream": query.stream})
    openings = {(one["stream"], one["number"]): one for one in tx.find("audit_openings", where)}
    rows = []
    for stream in sorted({stream for stream, _ in openings}):
        numbers = [number for name, number in openings if name == stream]
        rows += tx.find("audit_entries", {"stream": stream, "number": numbers})
    met = sorted(filter(query.meets, rows), key=_place, reverse=True)
    page = [row for row in met if after is None or _place(row) < tuple(after)][:limit]
    for row in page:
        row["opening"] = openings[row["stream"], row["number"]]
    return page


def _place(row: dict[str, Any]) -> tuple[int, str, int]:
    return row["at"], row["stream"], row["number"]


def opened_content(opening: dict[str, Any] | None) -> Any:  # noqa: ANN401 - whatever an event tells
    """Return what an entry commits to; None where it was erased."""
    if opening is None or opening["salt"] is None or opening["content"] is None:
        return None
    return json.loads(opening["content"])
