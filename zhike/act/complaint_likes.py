"""Past complaints like one at hand, with what became of them: outcome, redress, days, whether the customer was satisfied.

A process remembers the trace of every complaint, 32 bytes each, and nothing else of it; which of the nearest are shown is decided on their rows as
they are in the ledger now, and only among customers whom whoever asks may see.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zhike.act.acting import DAY, records_of
from zhike.act.complaint_justice import said_of, told_at
from zhike.act.complaint_likeness import plain_words
from zhike.act.complaints import steps_of
from zhike.act.identities import identities_of
from zhike.know.text.likeness import SKETCH_BYTES, likeness, nearest, stacked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from zhike.core.ports import Transaction

__all__ = ["ComplaintTraces", "Like", "likes_of"]

_SHOWN: Final = 5
_NEAREST, _SAME = 30, 20
"""Complaints that are looked at: those with the nearest traces, and the last ones on the same business and issue."""
_LEAST: Final = 0.2
"""Likeness of words below which only the same matter makes a complaint like another."""
_SAME_MATTER: Final = 0.2
"""What the same business and issue add to the likeness of words when the most alike are chosen."""
_OVERLAP: Final = 60_000
"""Milliseconds by which clocks of two servers may differ: identifiers that old are read again."""
_PREFIX: Final = "k-"


class ComplaintTraces:
    """What a process remembers of traces; brought up to date whenever it is asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._names: dict[str, None] = {}
        self._known: tuple[list[str], NDArray[np.uint64]] = ([], np.empty((0, SKETCH_BYTES // 8), np.uint64))
        self._last = ""

    def nearest(self, tx: Transaction, trace: bytes, most: int) -> list[tuple[str, float]]:
        """Return the complaints with the traces most like one, and how like their traces tell them to be."""
        names, sketches = self._current(tx)
        return [(names[at], like) for at, like in nearest(sketches, trace, most)]

    def _current(self, tx: Transaction) -> tuple[list[str], NDArray[np.uint64]]:
        with self._lock:
            if self._generation != tx.generation:
                self._forget(tx.generation)
            after = [_before(self._last)] if self._last else None
            rows = tx.find(
                "complaints", order=["complaint_id"], after=after, columns=["complaint_id", "trace"]
            )
            self._take(rows)
            return self._known

    def _forget(self, generation: int) -> None:
        self._generation, self._names, self._last = generation, {}, ""
        self._known = ([], np.empty((0, SKETCH_BYTES // 8), np.uint64))

    def _take(self, rows: Sequence[Mapping[str, Any]]) -> None:
        new = [row for row in rows if row["trace"] is not None and row["complaint_id"] not in self._names]
        if rows:
            self._last = max(self._last, rows[-1]["complaint_id"])
        if new:
            self._names.update(dict.fromkeys(row["complaint_id"] for row in new))
            names, sketches = self._known
            added = stacked([bytes(row["trace"]) for row in new])
            self._known = ([*names, *(row["complaint_id"] for row in new)], np.concatenate([sketches, added]))


def _before(name: str) -> str:
    """Return an identifier before all that were made in the minute before another."""
    digits = name.removeprefix(_PREFIX)[:12]
    try:
        return f"{_PREFIX}{max(0, int(digits, 16) - _OVERLAP):012x}"
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Like:
    """A complaint like another, and what became of it.

    Parameters
    ----------
    row : mapping
    likeness : float
        Of the words, 0 to 1.
    same_matter : bool
        Whether business and issue are the same.
    words : str
        Without personal data.
    outcome : str
    redress : tuple of mapping
    days : int or None
        From receipt until the customer was told, begun ones counted whole.
    satisfied : bool or None
        With the handling, where the customer said so.
    """

    row: Mapping[str, Any]
    likeness: float
    same_matter: bool
    words: str
    outcome: str
    redress: tuple[Mapping[str, Any], ...] = field(default=())
    days: int | None = None
    satisfied: bool | None = None


def likes_of(
    tx: Transaction,
    row: Mapping[str, Any],
    traces: ComplaintTraces,
    allowed: Callable[[set[str]], Collection[str]],
    most: int = _SHOWN,
) -> list[Like]:
    """Return decided complaints like one, the most alike first.

    Parameters
    ----------
    row : mapping
        Of ``complaints``.
    traces : ComplaintTraces
    allowed : callable
        Returns which of some customers may be shown.
    most : int
    """
    rows = _candidates(tx, row, traces)
    seen = allowed({one["customer_id"] for one in rows})
    names = {key: [one.name] for key, one in identities_of(tx, list(seen)).items() if one.name}
    own = plain_words(row)
    ranked = []
    for one in rows:
        if one["customer_id"] in seen and one["complaint_id"] != row["complaint_id"]:
            words = plain_words(one, names.get(one["customer_id"], ()))
            ranked.append((likeness(own, words), _is_same(row, one), words, one))
    ranked = [one for one in ranked if one[0] >= _LEAST or one[1]]
    ranked.sort(key=lambda one: (-(one[0] + _SAME_MATTER * one[1]), one[3]["complaint_id"]))
    return _decided(tx, ranked, most)


def _candidates(tx: Transaction, row: Mapping[str, Any], traces: ComplaintTraces) -> list[dict[str, Any]]:
    near = [] if row["trace"] is None else traces.nearest(tx, bytes(row["trace"]), _NEAREST)
    rows = tx.find("complaints", {"complaint_id": [name for name, _ in near]}) if near else []
    if row["business"] is not None and row["issue"] is not None:
        alike = {"business": row["business"], "issue": row["issue"]}
        rows += tx.find("complaints", alike, order=["-changed_at"], limit=_SAME)
    return list({one["complaint_id"]: one for one in rows}.values())


def _is_same(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return row["issue"] is not None and (row["business"], row["issue"]) == (other["business"], other["issue"])


def _decided(tx: Transaction, ranked: Sequence[tuple[float, bool, str, dict[str, Any]]], most: int) -> list[Like]:  # fmt: skip
    """Return the first of some complaints that were decided and told."""
    found: list[Like] = []
    for alike, same, words, one in ranked:
        steps = [step for step in steps_of(tx, one["complaint_id"]) if step["content"] is not None]
        proposed = [step["content"]["given"] for step in steps if step["content"]["given"].get("outcome")]
        told = told_at(steps)
        if proposed and told is not None:
            said = said_of(tx, one, steps, records_of(tx, one["customer_id"]))
            found.append(Like(
                one, round(alike, 3), same, words, proposed[-1]["outcome"], tuple(proposed[-1].get("redress") or ()),
                -((one["received_at"] - told) // DAY), _satisfied(said),
            ))  # fmt: skip
        if len(found) == most:
            break
    return found


def _satisfied(said: Mapping[str, Any] | None) -> bool | None:
    answer = None if said is None else said["satisfied"]
    return None if answer is None else bool(answer > 0)
