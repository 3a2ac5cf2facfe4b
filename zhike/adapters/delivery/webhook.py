"""Deliver by a signed HTTP request: no redirect is followed, nobody inside the house is asked, and no answer is waited for for long.

The signature is over the time and the body, so that neither can be changed, and an old request cannot be played again later.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from zhike import __version__
from zhike.act.webhooks import is_loopback
from zhike.adapters.delivery.addresses import may_reach, resolved
from zhike.core.phrases import phrase
from zhike.core.service_errors import DeliveryError, DeliveryRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.adapters.delivery.options import Options

__all__ = ["SIGNATURE", "WebhookDeliverer", "WebhookLimits", "signature"]

SIGNATURE: Final = "Zhike-Signature"
_GONE: Final = 410
_USUAL_SECONDS, _MOST_SECONDS = 10, 30
_LEFT_OUT: Final = ("route", "attempt")


def signature(secret: str, at: int, body: bytes) -> str:
    """Return the value of the header ``Zhike-Signature``.

    Parameters
    ----------
    secret : str
        The webhook's.
    at : int
        Seconds since 1970, UTC.
    body : bytes

    Examples
    --------
    >>> signature("s", 1782900000, b"{}")[:20]
    't=1782900000,v1=ccf9'
    """
    code = hmac.new(secret.encode(), b"%d.%s" % (at, body), hashlib.sha256)
    return f"t={at},v1={code.hexdigest()}"


@dataclass(frozen=True, slots=True)
class WebhookLimits:
    """What holds for every request.

    Parameters
    ----------
    seconds : int
        Until an answer must be there.
    allowed : tuple of network
        Addresses inside the house that may be asked all the same.
    authorities : SSLContext or None
        Whose certificates are believed; None for those of the machine.
    """

    seconds: int = _USUAL_SECONDS
    allowed: tuple[IPv4Network | IPv6Network, ...] = ()
    authorities: ssl.SSLContext | None = field(default=None, repr=False)

    @classmethod
    def of(cls, options: Options) -> Self:
        """Return the limits of some options: ``timeout_seconds``, ``allow`` and ``ca_file``."""
        seconds, allowed = (
            options.number("timeout_seconds", _USUAL_SECONDS, _MOST_SECONDS),
            options.texts("allow"),
        )
        try:
            networks = tuple(ip_network(one) for one in allowed)
        except ValueError as problem:
            raise options.wrong(f"allow {allowed}", "networks such as 10.1.0.0/16") from problem
        file = options.maybe("ca_file")
        return cls(seconds, networks, None if file is None else _believing(options, file))


def _believing(options: Options, file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(options.under(file)))
    except OSError as problem:
        raise options.wrong(f"ca_file '{file}'", "certificates in PEM") from problem


class WebhookDeliverer:
    """Posts messages to an address.

    Parameters
    ----------
    url : str
        ``https``, or ``http`` on this machine.
    secret : str
        Key of the signatures.
    limits : WebhookLimits
    """

    def __init__(self, url: str, secret: str, limits: WebhookLimits) -> None:
        self._url, self._secret, self._limits = url, secret, limits

    @classmethod
    def of(cls, options: Options) -> Self:
        """Return the deliverer of some options: ``url``, ``secret_file``, and those of `WebhookLimits`."""
        return cls(options.text("url"), options.secret("secret_file"), WebhookLimits.of(options))

    def deliver(self, message: Mapping[str, Any]) -> None:
        """Post a message; any answer but one of 2xx is a refusal for this time, 410 one for good."""
        told = {name: value for name, value in message.items() if name not in _LEFT_OUT}
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        route = str(message["route"])
        status = self._posted(route, body, self._headers(message, body))
        if status == _GONE:
            raise DeliveryRefusedError(route=route, what=f"HTTP {status}")
        if not 200 <= status < 300:  # noqa: PLR2004 - HTTP's successes
            raise DeliveryError(route=route, what=f"HTTP {status}")

    def _headers(self, message: Mapping[str, Any], body: bytes) -> dict[str, str]:
        return {
            "Content-Type": "application/json", "User-Agent": f"zhike/{__version__}", "Connection": "close",
            "Zhike-Message-Id": str(message["message_id"]), "Zhike-Topic": str(message["topic"]),
            "Zhike-Attempt": str(message["attempt"]), SIGNATURE: signature(self._secret, int(time.time()), body),
        }  # fmt: skip

    def _posted(self, route: str, body: bytes, headers: Mapping[str, str]) -> int:
        try:
            connection, path = self._connection(route)
            with closing(connection):
                connection.connect()
                with _ended_after(connection.sock, self._limits.seconds):
                    connection.request("POST", path, body, headers)
                    return connection.getresponse().status
        except (OSError, http.client.HTTPException) as problem:
            raise DeliveryError(route=route, what=_problem(problem)) from problem

    def _connection(self, route: str) -> tuple[http.client.HTTPConnection, str]:
        parts = urlsplit(self._url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        if not secure and not (parts.scheme == "http" and is_loopback(host)):
            raise DeliveryError(route=route, what=phrase("an address that is not https"))
        port = parts.port or (443 if secure else 80)
        addresses = resolved(host, port)
        if not all(may_reach(address, self._limits.allowed) for address in addresses):
            raise DeliveryError(route=route, what=phrase("an address inside the house that is not allowed"))
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        kind = _Secure if secure else _Plain
        return kind(host, port, addresses[0], self._limits), path


class _Plain(http.client.HTTPConnection):
    """A connection to the address that was looked at; the name is not looked up a second time."""

    def __init__(self, host: str, port: int, address: str, limits: WebhookLimits) -> None:
        super().__init__(host, port, timeout=limits.seconds)
        self._address, self._limits = address, limits

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Secure(_Plain):
    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        context = self._limits.authorities or ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


@contextmanager
def _ended_after(connection: socket.socket, seconds: float) -> Iterator[None]:
    """End a connection after some seconds: whoever answers a byte at a time would hold it for ever.

    Raises
    ------
    TimeoutError
        When it was ended.
    """
    ended = threading.Event()

    def end() -> None:
        ended.set()
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as problem:
        if ended.is_set():
            raise TimeoutError from problem
        raise
    finally:
        timer.cancel()
    # What was cut off reads like the end of an answer.
    if ended.is_set():
        raise TimeoutError


def _problem(problem: Exception) -> object:
    """Return what went wrong in words that name nobody."""
    if isinstance(problem, TimeoutError):
        return phrase("no answer in time")
    if isinstance(problem, ssl.SSLCertVerificationError):
        return phrase("a certificate that is not believed")
    if isinstance(problem, socket.gaierror):
        return phrase("a host that is not known")
    return type(problem).__name__
