"""Who was served in a window, and how: a row a customer with the groups they are of, what they were offered and what stood against more.

It reads the newest decisions first and no more than it is told to, so that it takes no longer in a bank of millions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from zhike.decide.dossier import unpacked
from zhike.decide.inputs import GROUPED_BY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.act.decisions import DecisionDesk
    from zhike.core.ports import Transaction
    from zhike.decide.dossier import Dossier
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["MEASURES", "Served", "served_customers"]

MEASURES: Final = ("decided", "offered", "contacted")
"""Of all known customers, who was decided for; of these, who was offered something, and whom the bank approached with it."""
_PAGE: Final = 2_000
_UNCOUNTED: Final = ("mandatory", "none")
"""Kinds of action that are no offer: what must be told, and doing nothing."""
_WITHOUT_CAUSE: Final = "applicability"
"""Layer of conditions that say that there is no cause for an action: nobody is refused it by them."""
_SCHEMA: Final[dict[str, Any]] = {
    "customer_id": pl.String, **dict.fromkeys(GROUPED_BY, pl.String), "age": pl.Int64,
    **dict.fromkeys(MEASURES, pl.Boolean), "reasons": pl.List(pl.String),
}  # fmt: skip


_NOTHING_KNOWN: Final = (None,) * len(GROUPED_BY)


@dataclass(frozen=True, slots=True)
class Served:
    """Who was served in a window.

    Parameters
    ----------
    customers : DataFrame
        ``customer_id``, columns of `GROUPED_BY`, `MEASURES` (null where it does not apply) and ``reasons``: codes of the conditions
        that refuse them at least one action.
    decisions : int
        That were read.
    since : int
        Microseconds of UTC of the oldest decision that counts: the beginning of the window, or later where there were too many.
    whole : bool
        Whether every decision of the window was read.
    everybody : bool
        Whether the customers for whom nothing was decided are among the rows; else nobody knows which share was decided for.
    erased : int
        Decisions of customers whose key is destroyed: they belong to no group.
    """

    customers: pl.DataFrame
    decisions: int
    since: int
    whole: bool
    everybody: bool
    erased: int


@dataclass(slots=True)
class _Customer:
    """Of which groups a customer is, what stands against them, and what became of them."""

    groups: tuple[Any, ...]
    reasons: list[str] | None
    offered: bool = False
    contacted: bool = False


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    customers: dict[str, _Customer] = field(default_factory=dict)
    decisions: int = 0
    erased: int = 0
    oldest: int = 0
    whole: bool = True


def served_customers(desk: DecisionDesk, tx: Transaction, since: int, until: int, most: int) -> Served:
    """Return who was served in a window.

    Parameters
    ----------
    desk : DecisionDesk
    tx : Transaction
    since, until : int
        Microseconds of UTC: decisions from the first on, before the second.
    most : int
        Decisions that are read, the newest first; and customers of the active publication, where there are no more.
    """
    found = _Reading(oldest=since)
    for page in _pages(tx, since, until, most, found):
        by_publication: dict[int, list[dict[str, Any]]] = {}
        for row in page:
            by_publication.setdefault(row["publication"], []).append(row)
        for number, rows in by_publication.items():
            _read(desk, tx, number, rows, found)
    others = _others(desk, tx, found.customers, most)
    decided = [_row(name, one, decided=True) for name, one in found.customers.items()]
    left = [_row(name, one, decided=False) for name, one in (others or {}).items()]
    frame = pl.DataFrame([*decided, *left], schema=_SCHEMA, orient="row")
    if others is None:
        frame = frame.with_columns(decided=pl.lit(None, pl.Boolean))
    return Served(frame, found.decisions, found.oldest, found.whole, others is not None, found.erased)


def _pages(
    tx: Transaction, since: int, until: int, most: int, found: _Reading
) -> Iterator[list[dict[str, Any]]]:
    """Yield decisions of a window, the newest first; those that rest on a dossier."""
    after: tuple[int, str] = until, ""
    while found.decisions < most:
        size = min(_PAGE, most - found.decisions)
        rows = tx.find("decisions", order=["-decided_at"], after=after, limit=size)
        within = [row for row in rows if row["decided_at"] >= since]
        found.decisions += len(within)
        found.erased += sum(row["record"] is None for row in within)
        yield [row for row in within if row["record"] is not None and not row["degraded"]]
        if len(within) < size:
            return
        after = rows[-1]["decided_at"], rows[-1]["decision_id"]
    found.oldest = after[0]
    found.whole = not any(
        row["decided_at"] >= since
        for row in tx.find("decisions", order=["-decided_at"], after=after, limit=1)
    )


def _read(
    desk: DecisionDesk, tx: Transaction, number: int, rows: list[dict[str, Any]], found: _Reading
) -> None:
    """Note what some decisions of one publication were."""
    setting = desk.published(tx, number).setting
    kinds = dict(zip(setting.columns["action_id"], setting.columns["kind"], strict=True))
    new = {row["customer_id"] for row in rows} - found.customers.keys()
    known = _known(tx, number, setting, new)
    for name in new:
        found.customers[name] = known.get(name) or _Customer(_NOTHING_KNOWN, None)
    for row in rows:
        if any(kinds.get(place[0]) not in _UNCOUNTED for place in row["record"]["places"]):
            one = found.customers[row["customer_id"]]
            one.offered = True
            one.contacted |= row["context"]["moment"].get("outbound", True)


def _known(tx: Transaction, number: int, setting: ServingSetting, names: set[str]) -> dict[str, _Customer]:
    stored = tx.find("dossiers", {"publication": number, "customer_id": sorted(names)}) if names else []
    return {one["customer_id"]: _of(setting, one["content"]) for one in stored if one["content"] is not None}


def _of(setting: ServingSetting, content: bytes) -> _Customer:
    dossier = unpacked(content, setting)
    return _Customer(tuple(dossier.inputs.get(name) for name in GROUPED_BY), _reasons(setting, dossier))


def _reasons(setting: ServingSetting, dossier: Dossier) -> list[str]:
    """Return the codes of the conditions that refuse a customer at least one action."""
    words = np.bitwise_or.reduce(dossier.refused[:, 0, :], axis=1).tolist()
    bits = (64 * at + bit for at, word in enumerate(words) for bit in range(64) if word >> bit & 1)
    against = (setting.judge.conditions[bit] for bit in bits)
    return sorted({one.code for one in against if one.layer != _WITHOUT_CAUSE})


def _others(
    desk: DecisionDesk, tx: Transaction, served: dict[str, _Customer], most: int
) -> dict[str, _Customer] | None:
    """Return the customers of the active publication for whom nothing was decided; None where there are too many to look at."""
    rows = tx.find("publications", {"state": "active"}, limit=1)
    if not rows or rows[0]["customers"] > most:
        return None
    current = desk.published(tx, rows[0]["number"])
    return {
        one["customer_id"]: _of(current.setting, one["content"])
        for one in tx.find("dossiers", {"publication": current.number})
        if one["content"] is not None and one["customer_id"] not in served
    }


def _row(name: str, one: _Customer, *, decided: bool) -> tuple[Any, ...]:
    became = (True, one.offered, one.contacted, one.reasons) if decided else (False, None, None, None)
    return name, *one.groups, *became
