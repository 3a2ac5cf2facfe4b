"""Answers already given, by the caller's key: asking again gives the same answer and does nothing twice."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from zhike.act.trail import canonical
from zhike.core.errors import UsageError
from zhike.core.service_errors import StateConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["Request", "once"]

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
            raise UsageError(what=f"an idempotency key of {len(key)} characters", expected=f"1 to {_LONGEST}")
        self.caller, self.key = caller, key
        self.fingerprint = hashlib.sha256(canonical(content)).hexdigest()


def once(
    acting: Acting, tx: Transaction, request: Request, customer: str | None, do: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Return the answer that was given to a request, or do it, and keep the answer in the same transaction.

    Raises
    ------
    StateConflictError
        When the key came with something else before, or its answer was erased with the customer's key.
    """
    if request.key is None:
        return do()
    known = tx.one("requests", caller=request.caller, request_key=request.key)
    if known is not None:
        if known["fingerprint"] != request.fingerprint:
            raise StateConflictError(
                what="another request under the same key", expected="a new key for a new request"
            )
        found: dict[str, Any] | None = known["answer"]
        if found is None:
            raise StateConflictError(what="an answer that was erased", expected="a new key for a new request")
        return found
    answer = do()
    tx.insert("requests", [{
        "caller": request.caller, "request_key": request.key, "fingerprint": request.fingerprint, "status": 200,
        "customer_id": customer, "answer": answer, "recorded_at": acting.clock.now(),
    }])  # fmt: skip
    return answer
