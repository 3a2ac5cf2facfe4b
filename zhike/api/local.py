"""Answer one request without a server, for whoever has the store and its keys at hand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from zhike.act.days import bank_day
from zhike.act.staff import known_actor

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["Answer", "answered"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: HTTP status and body."""

    status: int
    body: bytes


def answered(
    app: FastAPI, method: str, target: str, body: bytes, staff_id: str | None, headers: dict[str, str]
) -> Answer:
    """Return the answer to one request.

    Parameters
    ----------
    app : FastAPI
        See `zhike.api.app.create_app`.
    method, target : str
        Such as GET and ``/v1/health``, with a query if need be.
    body : bytes
    staff_id : str or None
        As whom it is asked: whoever can read the keys needs no token.
    headers : dict

    Raises
    ------
    RecordNotFoundError
        When there is no such member of staff.
    """
    parts = urlsplit(target)
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote(parts.path), "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in
                    {**headers, "content-length": str(len(body))}.items()],
        "client": None, "server": ("zhike", 80), "state": {},
    }  # fmt: skip
    service = app.state.service
    try:
        if staff_id is not None:
            with service.acting.store.read() as tx:
                scope["zhike.actor"] = known_actor(tx, staff_id, on=bank_day(service.desk, tx))
        return asyncio.run(_asked(app, scope, body))
    finally:
        service.close()


async def _asked(app: FastAPI, scope: dict[str, Any], body: bytes) -> Answer:
    whole = [{"type": "http.request", "body": body, "more_body": False}]
    status, parts = 500, []

    async def receive() -> dict[str, Any]:
        if whole:
            return whole.pop()
        return await asyncio.Future()  # nobody hangs up

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return Answer(status, b"".join(parts))
