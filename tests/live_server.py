"""The small served bank behind the real command: ``zhike serve`` in processes of its own, asked over sockets."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

import served_bank

_STARTS_WITHIN = 120


class LiveServer:
    """A server; stop it, or use it in a ``with``. ``bank`` looks at the same store from here."""

    def __init__(self, folder, *, workers=1, publish=None):
        self.bank = served_bank.Served(folder)
        if publish is not None:
            publish(self.bank.acting)
        self.tokens, self.port = self.bank.tokens, _free_port()
        self.log = self.bank.folder / "server.log"
        words = [
            "serve",
            "--store",
            str(self.bank.folder / "zhike.db"),
            "--port",
            str(self.port),
            "--workers",
            str(workers),
        ]
        environment = {**os.environ, "ZHIKE_RATE": "0", "ZHIKE_LANG": "en"}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "zhike.cli.main", *words], stdout=log, stderr=log, env=environment, cwd=self.bank.folder,
            )  # fmt: skip
        self._wait(workers)

    def _wait(self, workers):
        """Wait until every worker answers: the first answer of each counts no request for figures before it."""
        deadline, answering = time.monotonic() + _STARTS_WITHIN, 0
        while answering < workers:
            try:
                text = self.ask("GET", "/v1/metrics", staff="administrator", purpose="operation")[1]
                answering += 'route="/metrics"' not in text
            except OSError:
                time.sleep(0.1)
            assert self._process.poll() is None, self.log.read_text("utf-8")
            assert time.monotonic() < deadline, self.log.read_text("utf-8")

    def ask(self, method, path, body=None, *, staff=None, purpose="service", headers=None, connection=None):
        """Ask over a connection, a new one unless given; return status and parsed body."""
        shown = {} if staff is None else {"Authorization": f"Bearer {self.tokens[staff]}"}
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

    def raw(self, content, *, wait=5.0, parts=()):
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
        self.bank.close()

    def __enter__(self):
        return self

    def __exit__(self, *_problem):
        self.stop()


def _is_whole(answer):
    """Return whether an answer has come to its end, by its own length."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(gap and lengths) and len(body) >= int(lengths[0].partition(b":")[2])


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
