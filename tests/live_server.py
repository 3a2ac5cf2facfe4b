"""The real command ``zhike serve`` in processes of its own, asked over sockets; and the small served bank behind it."""

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time

import served_bank

_STARTS_WITHIN = 300
_PORTS = range(10_000, 32_768)
"""Below those from which systems take the ports of connections that go out."""


class LiveProcess:
    """``zhike serve`` over the store that the environment names; stop it, or use it in a ``with``."""

    def __init__(self, log, environment, *, workers=1):
        self.log, self.port = log, free_port()
        words = ["serve", "--port", str(self.port), "--workers", str(workers)]
        with log.open("wb") as written:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "zhike.cli.main", *words], stdout=written, stderr=written, env=environment, cwd=log.parent,
            )  # fmt: skip
        self._wait(workers)

    def _wait(self, workers):
        """Wait until every worker answers."""
        deadline, answering = time.monotonic() + _STARTS_WITHIN, 0
        while answering < workers:
            try:
                answering += self._is_new()
            except OSError:
                time.sleep(0.1)
            assert self._process.poll() is None, self.log.read_text("utf-8")
            assert time.monotonic() < deadline, self.log.read_text("utf-8")

    def _is_new(self):
        """Return whether a worker answers that has not answered before."""
        self.request("GET", "/v1/health")
        return True

    def request(
        self, method, path, body=None, *, token=None, purpose="service", headers=None, connection=None
    ):
        """Ask over a connection, a new one unless given; return status and parsed body."""
        shown = {} if token is None else {"Authorization": f"Bearer {token}"}
        own = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = None if body is None else json.dumps(body)
        kept = {} if body is None else {"Content-Type": "application/json"}
        own.request(method, path, sent, {"X-Purpose": purpose, **shown, **kept, **(headers or {})})
        answer = own.getresponse()
        content = answer.read()
        if connection is None:
            own.close()
        is_json = answer.headers.get("content-type") == "application/json"
        return answer.status, json.loads(content) if is_json else content.decode()

    def raw(self, content, *, wait=60.0, parts=()):
        """Send bytes as they are, then more of them, and return what comes back before the server is silent or hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            found = b""
            try:
                for part in (content, *parts):
                    connection.sendall(part)
                while chunk := connection.recv(65536):
                    found += chunk
                    if _is_whole(found):
                        break
            except (TimeoutError, ConnectionError):
                pass
            return found

    def stop(self):
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_problem):
        self.stop()


class LiveServer(LiveProcess):
    """The small served bank behind the command; ``bank`` looks at the same store from here."""

    def __init__(self, folder, *, workers=1, publish=None):
        self.bank = served_bank.Served(folder)
        if publish is not None:
            publish(self.bank.acting)
        self.tokens = self.bank.tokens
        store = str(self.bank.folder / "zhike.db")
        environment = {**os.environ, "ZHIKE_STORE": store, "ZHIKE_RATE": "0", "ZHIKE_LANG": "en"}
        super().__init__(self.bank.folder / "server.log", environment, workers=workers)

    def _is_new(self):
        """Return whether a worker answers that has not: the first answer of each counts no request for figures before it."""
        return (
            'route="/metrics"'
            not in self.ask("GET", "/v1/metrics", staff="administrator", purpose="operation")[1]
        )

    def ask(self, method, path, body=None, *, staff=None, **given):
        """Ask as a member of staff, or as nobody; return status and parsed body."""
        return self.request(method, path, body, token=None if staff is None else self.tokens[staff], **given)

    def stop(self):
        super().stop()
        self.bank.close()


def _is_whole(answer):
    """Return whether an answer has come to its end, by its own length."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(gap and lengths) and len(body) >= int(lengths[0].partition(b":")[2])


def free_port():
    """Return a port for a server that is still to start, drawn from those that no system gives away by itself: hardly anybody takes it in between."""
    while True:
        port = secrets.choice(_PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
