"""Answers already given, by the caller's key: asking again gives the same answer and does nothing twice."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from zhike.act.trail import canonical
from zhike.core.errors import UsageError
from zhike.core.phrases import phrase
from zhike.core.service_errors import StateConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["Request", "keep", "known_answer", "once"]

_LONGEST: Final = 200


class Request:
    """What was asked, by whom, under which key.

    Parameters
    ----------
    caller : str
    key : str or None
        The caller's; None where asking again is doing again.
    content : mapping
        Verb, subject and body.

    Raises
    ------
    UsageError
        When the key is empty or too long.
    """

    def __init__(self, caller: str, key: str | None, content: Mapping[str, Any]) -> None:
        if key is not None and not 0 < len(key) <= _LONGEST:
            raise UsageError(
                what=phrase("an idempotency key of {count} characters", count=len(key)),
                expected=phrase("1 to {longest}", longest=_LONGEST),
            )
        self.caller, self.key = caller, key
        self._content = content

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of what was asked."""
        return hashlib.sha256(canonical(self._content)).hexdigest()


def once(
    acting: Acting, tx: Transaction, request: Request, customer: str | None, do: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Return the answer that was given to a request, or do it, and keep the answer in the same transaction.

    Raises
    ------
    StateConflictError
        As `known_answer`.
    """
    found = known_answer(tx, request)
    if found is None:
        found = do()
        keep(acting, tx, [(request, customer, found)])
    return found


def known_answer(tx: Transaction, request: Request) -> dict[str, Any] | None:
    """Return the answer that was given to a request before, None where it has no key or was not asked yet.

    Raises
    ------
    StateConflictError
        When the key came with something else before, or its answer was erased with the customer's key.
    """
    if request.key is None:
        return None
    known = tx.one("requests", caller=request.caller, request_key=request.key)
    if known is None:
        return None
    if known["fingerprint"] != request.fingerprint:
        raise StateConflictError(
            what=phrase("another request under the same key"), expected=phrase("a new key for a new request")
        )
    answer: dict[str, Any] | None = known["answer"]
    if answer is None:
        raise StateConflictError(
            what=phrase("an answer that was erased"), expected=phrase("a new key for a new request")
        )
    return answer


def keep(
    acting: Acting, tx: Transaction, answers: Iterable[tuple[Request, str | None, dict[str, Any]]]
) -> None:
    """Keep answers, each with the customer whom it is about, for requests that have a key."""
    now = acting.clock.now()
    tx.insert("requests", [
        {
            "caller": request.caller, "request_key": request.key, "fingerprint": request.fingerprint, "status": 200,
            "customer_id": customer, "answer": answer, "recorded_at": now,
        }
        for request, customer, answer in answers if request.key is not None
    ])  # fmt: skip
