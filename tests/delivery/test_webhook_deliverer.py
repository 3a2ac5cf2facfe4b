"""Signed requests: a few lines written apart from ours verify them; nobody inside the house is asked, and nobody is waited for."""

import hashlib
import hmac
import http.server
import json
import socket
import ssl
import threading
import time
from ipaddress import ip_network

import pytest
from made_up_certificate import certificate

from zhike.adapters.delivery.webhook import WebhookDeliverer, WebhookLimits
from zhike.core.service_errors import DeliveryError, DeliveryRefusedError

SECRET = "whatever-the-bank-was-shown"  # noqa: S105 - made up
HERE = WebhookLimits(3, (ip_network("127.0.0.0/8"),))
MESSAGE = {"message_id": "m-1", "topic": "offer.made", "route": "w-1", "customer_id": "C1", "attempt": 2,
           "recorded_at": "2026-07-01T10:00:00+00:00", "content": {"offer_id": "o-1", "title": "要约"}}  # fmt: skip


class Receiver(http.server.ThreadingHTTPServer):
    """Notes (path, headers, body); ``answers`` are statuses, the last one for ever."""

    daemon_threads = True

    def __init__(self, *answers, context=None, headers=()):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.headers, self.seen = list(answers) or [204], headers, []
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme = "http" if context is None else "https"

    def url(self, host="127.0.0.1", path="/hook?from=zhike"):
        return f"{self.scheme}://{host}:{self.server_address[1]}{path}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *problem):
        self.shutdown()
        self.server_close()

    def handle_error(self, _request, _address):
        """A client that hangs up is no error of a test."""


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, dict(self.headers), body))
        status = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        self.send_response(status)
        for name, value in self.server.headers:
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_told):
        """Say nothing."""


def verified(secret, header, body, now, *, tolerance=300):
    """What a receiver does, written from the page that describes it."""
    parts = dict(one.split("=", 1) for one in header.split(","))
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts["v1"]) and abs(now - int(parts["t"])) <= tolerance


def test_a_request_says_what_it_is_and_is_signed():
    with Receiver() as receiver:
        WebhookDeliverer(receiver.url(), SECRET, HERE).deliver(MESSAGE)
    ((path, headers, body),) = receiver.seen
    assert path == "/hook?from=zhike"
    assert json.loads(body) == {
        name: MESSAGE[name] for name in ("message_id", "topic", "customer_id", "recorded_at", "content")
    }
    assert (headers["Zhike-Message-Id"], headers["Zhike-Topic"], headers["Zhike-Attempt"]) == (
        "m-1",
        "offer.made",
        "2",
    )
    assert headers["Content-Type"] == "application/json"
    assert verified(SECRET, headers["Zhike-Signature"], body, time.time())


def test_a_forged_or_old_request_is_found():
    with Receiver() as receiver:
        WebhookDeliverer(receiver.url(), SECRET, HERE).deliver(MESSAGE)
    ((_, headers, body),) = receiver.seen
    signed, now = headers["Zhike-Signature"], time.time()
    assert not verified("another", signed, body, now)
    assert not verified(SECRET, signed, body + b" ", now)
    assert not verified(SECRET, signed, body, now + 301)
    later = signed.replace(f"t={signed[2:12]}", f"t={int(signed[2:12]) + 300}")
    assert not verified(SECRET, later, body, now + 300)


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, DeliveryError), (401, DeliveryError), (404, DeliveryError), (429, DeliveryError), (500, DeliveryError),
     (410, DeliveryRefusedError)],
)  # fmt: skip
def test_an_answer_of_another_kind_is_a_refusal(status, error):
    with Receiver(status) as receiver, pytest.raises(error) as caught:
        WebhookDeliverer(receiver.url(), SECRET, HERE).deliver(MESSAGE)
    assert caught.value.data["what"] == f"HTTP {status}"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(status):
    with (
        Receiver() as elsewhere,
        Receiver(status, headers=[("Location", elsewhere.url())]) as receiver,
        pytest.raises(DeliveryError, match=f"HTTP {status}"),
    ):
        WebhookDeliverer(receiver.url(), SECRET, HERE).deliver(MESSAGE)
    assert len(receiver.seen) == 1
    assert elsewhere.seen == []


def test_an_address_inside_the_house_is_not_asked_unless_it_is_allowed():
    with Receiver() as receiver, pytest.raises(DeliveryError, match="inside the house"):
        WebhookDeliverer(receiver.url(), SECRET, WebhookLimits(3)).deliver(MESSAGE)
    assert receiver.seen == []


def resolves_to(monkeypatch, *addresses):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1"]
)
def test_a_name_that_leads_into_the_house_is_not_asked(monkeypatch, address):
    def connects(*_args, **_more):
        pytest.fail("it connected")

    resolves_to(monkeypatch, "93.184.215.14", address)
    monkeypatch.setattr(socket, "create_connection", connects)
    with pytest.raises(DeliveryError, match="inside the house"):
        WebhookDeliverer("https://harmless.example/", SECRET, HERE).deliver(MESSAGE)


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(tmp_path, monkeypatch):
    """A name server that answers otherwise the second time gains nothing; the certificate is still the name's."""
    file, context = certificate(tmp_path, "hooks.example")
    limits = WebhookLimits(3, HERE.allowed, ssl.create_default_context(cafile=file))
    with Receiver(context=context) as receiver:
        url, asked = receiver.url("hooks.example"), []

        def answers(host, port, **_more):
            asked.append(host)
            address = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        connect = socket.create_connection

        def connects(address, timeout):
            assert address[0] == "127.0.0.1"
            monkeypatch.undo()
            return connect(address, timeout)

        monkeypatch.setattr(socket, "getaddrinfo", answers)
        monkeypatch.setattr(socket, "create_connection", connects)
        WebhookDeliverer(url, SECRET, limits).deliver(MESSAGE)
    assert asked == ["hooks.example"]
    assert receiver.seen[0][1]["Host"].startswith("hooks.example:")


def test_a_certificate_of_another_name_is_not_believed(tmp_path, monkeypatch):
    file, context = certificate(tmp_path, "hooks.example")
    limits = WebhookLimits(3, HERE.allowed, ssl.create_default_context(cafile=file))
    with Receiver(context=context) as receiver:
        resolves_to(monkeypatch, "127.0.0.1")
        connection = socket.socket()
        connection.connect(receiver.server_address)
        monkeypatch.setattr(socket, "create_connection", lambda *_args: connection)
        with pytest.raises(DeliveryError, match="not believed"):
            WebhookDeliverer(receiver.url("other.example"), SECRET, limits).deliver(MESSAGE)
    assert receiver.seen == []


def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path):
    _, context = certificate(tmp_path)
    with Receiver(context=context) as receiver, pytest.raises(DeliveryError, match="not believed"):
        WebhookDeliverer(receiver.url(), SECRET, HERE).deliver(MESSAGE)
    assert receiver.seen == []


@pytest.mark.parametrize("url", ["http://example.org/", "http://10.0.0.1/", "ftp://127.0.0.1/", "https://"])
def test_only_https_unless_it_is_this_machine(url):
    with pytest.raises(DeliveryError):
        WebhookDeliverer(url, SECRET, HERE).deliver(MESSAGE)


class Slow(threading.Thread):
    """Takes one connection and answers a byte every tenth of a second, without ever coming to an end."""

    def __init__(self, first=b"HTTP/1.1 200 OK\r\nX: "):
        super().__init__(daemon=True)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/"
        self._first, self.ended = first, threading.Event()

    def run(self):
        connection, _ = self.listening.accept()
        with connection:
            connection.sendall(self._first)
            try:
                while not self.ended.wait(0.1):
                    connection.sendall(b"x")
            except OSError:
                self.ended.set()
        self.listening.close()


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX: "])
def test_whoever_answers_a_byte_at_a_time_is_left(first):
    slow = Slow(first)
    slow.start()
    began = time.monotonic()
    with pytest.raises(DeliveryError):
        WebhookDeliverer(slow.url, SECRET, WebhookLimits(1, HERE.allowed)).deliver(MESSAGE)
    assert time.monotonic() - began < 30
    slow.ended.set()
    slow.join()


def test_whoever_does_not_answer_is_left():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        began = time.monotonic()
        with pytest.raises(DeliveryError, match="no answer in time"):
            WebhookDeliverer(url, SECRET, WebhookLimits(1, HERE.allowed)).deliver(MESSAGE)
    assert 0.9 < time.monotonic() - began < 30


def test_whoever_is_not_there_is_a_problem_for_this_time():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    with pytest.raises(DeliveryError) as caught:
        WebhookDeliverer(url, SECRET, HERE).deliver(MESSAGE)
    assert caught.value.data["what"] == "ConnectionRefusedError"
