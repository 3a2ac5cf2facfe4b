"""How much one caller may ask for in a second, and how large a request may be."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhike.core.service_errors import TooManyRequestsError

__all__ = ["MOST_BYTES", "BodyLimit", "Pace"]

MOST_BYTES: Final = 1_000_000
_SECOND: Final = 1_000_000
_MOST_CALLERS: Final = 10_000


class Pace:
    """A bucket of requests for every caller that fills up again evenly.

    Parameters
    ----------
    limit : int
        Requests a second, and at once after a second of rest; 0 for no limit.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._buckets: dict[str, tuple[float, int]] = {}

    def take(self, caller: str, now: int) -> None:
        """Take one request of a caller, now in microseconds.

        Raises
        ------
        TooManyRequestsError
            When the bucket is empty.
        """
        if not self.limit:
            return
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.clear()
        left, since = self._buckets.get(caller, (float(self.limit), now))
        left = min(float(self.limit), left + (now - since) * self.limit / _SECOND)
        if left < 1.0:
            self._buckets[caller] = left, now
            raise TooManyRequestsError(limit=self.limit)
        self._buckets[caller] = left - 1.0, now


class BodyLimit:
    """Refuse a request whose body is larger than is read, however it says its length."""

    def __init__(self, app: ASGIApp, refuse: ASGIApp) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless it is too large."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > MOST_BYTES:
            await self._refuse(scope, receive, send)
            return
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            parts.append(message.get("body", b""))
            size, more = size + len(parts[-1]), message.get("more_body", False)
            if size > MOST_BYTES:
                await self._refuse(scope, receive, send)
                return
        whole = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

        async def replayed() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, replayed, send)
