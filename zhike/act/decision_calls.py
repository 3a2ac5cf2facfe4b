"""Decisions that several callers ask for at a time: read together, written in one transaction, answered one by one.

What a group shares is paid for once: the transactions, the questions to the store, the commit on disk. What concerns one caller only
(they may not, their key came with something else) is told to that caller only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhike.act.acting import ACTIVE
from zhike.act.requests import keep, known_answer
from zhike.core.errors import ZhikeError
from zhike.core.store_errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zhike.act.decisions import DecisionDesk
    from zhike.act.drafts import Ask, Decided, Draft
    from zhike.act.requests import Request
    from zhike.core.ports import Transaction

    Row = dict[str, Any]
    Answer = dict[str, Any]

__all__ = ["Call", "settled"]


@dataclass(frozen=True, slots=True)
class Call:
    """A decision that somebody waits for.

    Parameters
    ----------
    ask : Ask
    request : Request
        With the key under which asking again gives the same answer, where there is one.
    permit : callable
        Takes a transaction and the row of the customer where they are served under the name asked for, else None; returns the row
        to decide for, or raises why not.
    answer : callable
        Returns what a decision is answered with, as values that JSON knows; called before the decision is durable.
    """

    ask: Ask
    request: Request
    permit: Callable[[Transaction, Row | None], Row]
    answer: Callable[[Decided], Answer]


def settled(
    desk: DecisionDesk, calls: Sequence[Call], patience: float | None = None
) -> list[Answer | Exception]:
    """Decide for some callers; return for each the answer, or why there is none.

    Parameters
    ----------
    desk : DecisionDesk
    calls : sequence of Call
    patience : float, optional
        Seconds to wait for others who write; the store's own unless given.
    """
    try:
        return _together(desk, calls, patience)
    except StoreUnavailableError as problem:
        # The store fails all of them alike: each on its own would wait as long again, one after the other.
        return [StoreUnavailableError(**problem.data) for _ in calls]
    except Exception as problem:  # noqa: BLE001 - whoever asked is told, whatever it was
        if len(calls) == 1:
            return [problem]
        # One has spoilt it for the others.
        return [outcome for call in calls for outcome in settled(desk, [call], patience)]


def _together(desk: DecisionDesk, calls: Sequence[Call], patience: float | None) -> list[Answer | Exception]:
    store, outcomes = desk.acting.store, dict[int, "Answer | Exception"]()
    with store.read() as tx:
        rows = _permitted(tx, calls, outcomes)
        drafts = desk.drafts(tx, [calls[place].ask for place in rows], list(rows.values()))
    if drafts:
        permitted = [calls[place] for place in rows]
        with store.write(patience) as tx:
            outcomes |= zip(rows, _written(desk, tx, permitted, drafts), strict=True)
    return [outcomes[place] for place in range(len(calls))]


def _permitted(
    tx: Transaction, calls: Sequence[Call], outcomes: dict[int, Answer | Exception]
) -> dict[int, Row]:
    """Return the rows to decide for by the place of their call, and note for the others why not."""
    names = list({call.ask.customer for call in calls})
    served = {
        row["customer_id"]: row
        for row in tx.find("customers", {"customer_id": names})
        if row["state"] == ACTIVE
    }
    rows: dict[int, Row] = {}
    for place, call in enumerate(calls):
        try:
            rows[place] = call.permit(tx, served.get(call.ask.customer))
        except StoreUnavailableError:
            raise
        except ZhikeError as problem:
            outcomes[place] = problem
    return rows


def _written(
    desk: DecisionDesk, tx: Transaction, calls: Sequence[Call], drafts: Sequence[Draft]
) -> list[Answer | Exception]:
    """Return the answers, each given under its caller's key already or written now."""
    found: list[Answer | Exception | None] = [_known(tx, call) for call in calls]
    fresh = [place for place, answer in enumerate(found) if answer is None]
    done = desk.written(tx, [drafts[place] for place in fresh])
    answers = [calls[place].answer(decided) for place, decided in zip(fresh, done, strict=True)]
    keep(desk.acting, tx, [
        (calls[place].request, decided.draft.ask.customer, answer)
        for place, decided, answer in zip(fresh, done, answers, strict=True)
    ])  # fmt: skip
    made = iter(answers)
    return [next(made) if one is None else one for one in found]


def _known(tx: Transaction, call: Call) -> Answer | Exception | None:
    """Return what was answered under the caller's key, or why it cannot be used; None where there is nothing yet."""
    try:
        return known_answer(tx, call.request)
    except StoreUnavailableError:
        raise
    except ZhikeError as problem:
        return problem
