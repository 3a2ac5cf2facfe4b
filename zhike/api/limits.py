"""How much one caller may ask for in a second, how often somebody may sign in, how large a request may be, and that its JSON is read by all alike."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhike.api.strict_json import check_json
from zhike.core.phrases import phrase
from zhike.core.service_errors import RequestInvalidError, RequestTooLargeError, TooManyRequestsError

__all__ = ["MOST_BYTES", "BodyLimit", "Pace", "SignInPace"]

MOST_BYTES: Final = 1_000_000
_SECOND: Final = 1_000_000
_MOST_CALLERS: Final = 10_000


class Pace:
    """A bucket of requests for every caller that fills up again evenly; each process has its own.

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
        if caller not in self._buckets and len(self._buckets) >= _MOST_CALLERS:
            self._forget(now)
        left = self._left(caller, now)
        if left < 1.0:
            self._buckets[caller] = left, now
            raise TooManyRequestsError(limit=self.limit)
        self._buckets[caller] = left - 1.0, now

    def check(self, caller: str, now: int) -> None:
        """Refuse a caller whose bucket is empty, and take nothing: for what is counted only where it goes wrong.

        Raises
        ------
        TooManyRequestsError
            When the bucket is empty.
        """
        if self.limit and self._left(caller, now) < 1.0:
            raise TooManyRequestsError(limit=self.limit)

    def _left(self, caller: str, now: int) -> float:
        full = float(self.limit)
        left, since = self._buckets.get(caller, (full, now))
        # A clock that was put back gives nothing and takes nothing.
        return min(full, left + max(0, now - since) * self.limit / _SECOND)

    def _forget(self, now: int) -> None:
        """Forget who has rested for a second: their buckets are full again, as those of newcomers are."""
        self._buckets = {
            caller: bucket for caller, bucket in self._buckets.items() if abs(now - bucket[1]) < _SECOND
        }


class SignInPace:
    """How many sign-ins are looked at in a second, since each costs a good part of one; each process counts by itself.

    Parameters
    ----------
    of_one, of_all : int
        Under one name, and under all names together; 0 for no limit.
    """

    def __init__(self, of_one: int = 1, of_all: int = 4) -> None:
        self._one, self._all = Pace(of_one), Pace(of_all)

    def take(self, name: str, now: int) -> None:
        """Take one sign-in under a name, whether or not somebody has it; now in microseconds.

        Raises
        ------
        TooManyRequestsError
            When one of the buckets is empty. Whoever floods one name takes nothing from the others.
        """
        self._one.take(name, now)
        self._all.take("", now)


class BodyLimit:
    """Read a body whole before anything else does: refuse one that is too large, however it says its length, or is no plain JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body read.

        Raises
        ------
        RequestTooLargeError
            When the body is too large.
        RequestInvalidError
            When its length is no number, or it is said to be JSON and is none that all readers take alike.
        """
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        _check_length(headers.get(b"content-length", b"0"))
        body = await _whole(receive)
        if body is None:  # the caller has hung up
            return
        if body and b"json" in headers.get(b"content-type", b"").lower():
            check_json(body)
        told = [{"type": "http.request", "body": body, "more_body": False}]

        async def replayed() -> Message:
            return told.pop() if told else await receive()

        await self._app(scope, replayed, send)


def _check_length(stated: bytes) -> None:
    if not stated.isdigit():
        raise RequestInvalidError(
            what=phrase("a content-length that is no number"), expected=phrase("the length of the body")
        )
    if len(stated) > len(str(MOST_BYTES)) or int(stated) > MOST_BYTES:
        raise RequestTooLargeError(most=MOST_BYTES)


async def _whole(receive: Receive) -> bytes | None:
    """Return a body, None where the caller hung up before its end."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size, more = size + len(parts[-1]), message.get("more_body", False)
        if size > MOST_BYTES:
            raise RequestTooLargeError(most=MOST_BYTES)
    return b"".join(parts)
