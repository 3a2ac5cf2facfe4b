"""Two worker processes behind one port: bytes that are no proper requests, and ten clients who all want the same customer."""

import http.client
import json
import threading
from collections import Counter

import pytest
import served_bank
from live_server import LiveServer

CAPS = {"all": 4, "phone": 2, "app": 3}
"""Of contact.caps, within a day: what ten clients at once may not exceed."""
CLIENTS, EACH = 10, 12
HAMMERED = "C01"


def without_a_gap(acting):
    """Publish anew with the caps as the only rule on contacts, so that they are what holds."""
    packs = [pack for pack in served_bank.decide_bank.PACKS if pack != "contact"] + ["contact.cap"]
    served_bank.publish_small(acting, packs=packs)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with LiveServer(tmp_path_factory.mktemp("live") / "bank", workers=2, publish=without_a_gap) as found:
        yield found


def at_once(work):
    """Do something in as many threads as there are clients; return what came of it."""
    results, threads = (
        [],
        [threading.Thread(target=lambda n=n: results.append(work(n))) for n in range(CLIENTS)],
    )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == CLIENTS
    return results


def served_by_one(server, path):
    """Return how often a worker has answered on a path: the one that happens to be asked."""
    text = server.ask("GET", "/v1/metrics", staff="administrator", purpose="operation")[1]
    counts = [line.rpartition(" ")[2] for line in text.splitlines() if f'route="{path}",status="200"' in line]
    return int(counts[0]) if counts else 0


def test_ten_clients_and_two_workers_never_exceed_a_cap(server):
    def hammer(client):
        staff = "integration" if client % 2 else "rm"
        keyed = {} if client % 3 else {"Idempotency-Key": f"hammer-{client}"}
        found = []
        for _ in range(EACH):
            status, body = server.ask(
                "POST", "/v1/decisions", {"customer_id": HAMMERED}, staff=staff, headers=keyed
            )
            assert status == 200, body
            assert body["degraded"] is None
            found.append(body)
        return found

    answers = [body for own in at_once(hammer) for body in own]
    offers = server.bank.rows("offers", {"customer_id": HAMMERED})
    made = Counter(one["channel"] for one in offers if one["kind"] in ("sale", "care"))
    assert made.total() == CAPS["all"]  # what was there to be had was had, and no more
    assert all(made[channel] <= most for channel, most in CAPS.items() if channel != "all")
    told = {one["offer_id"] for body in answers for one in body["actions"]}
    assert told == {one["offer_id"] for one in offers}
    decisions = server.bank.rows("decisions", {"customer_id": HAMMERED})
    assert {body["decision_id"] for body in answers} == {one["decision_id"] for one in decisions}
    assert served_by_one(server, "/decisions") < CLIENTS * EACH  # both workers had their part in it


def test_what_two_workers_decided_is_proven_and_its_trail_is_whole(server):
    from zhike.act.decisions import DecisionDesk
    from zhike.act.replay import replay_log

    found = replay_log(server.bank.acting, DecisionDesk(server.bank.acting))
    assert found.decisions > 0
    assert found.identical == found.decisions
    numbers = [
        one["number"] for one in server.bank.rows("audit_entries", {"stream": "decisions"}, order=["number"])
    ]
    assert numbers == list(range(1, len(numbers) + 1))


def test_an_answer_told_by_ten_clients_at_once_is_recorded_once(server):
    offer = server.ask("POST", "/v1/decisions", {"customer_id": "C02", "direction": "inbound"}, staff="rm")[
        1
    ]["actions"][0]
    path = f"/v1/offers/{offer['offer_id']}/responses"

    def tell(_client):
        return server.ask(
            "POST", path, {"outcome": "accepted"}, staff="rm", headers={"Idempotency-Key": "told"}
        )

    answers = at_once(tell)
    assert {status for status, _ in answers} == {200}
    assert len({body["response_id"] for _, body in answers}) == 1
    assert len(server.bank.rows("responses", {"offer_id": offer["offer_id"]})) == 1


def test_without_a_key_one_of_ten_is_first_and_the_others_are_told_so(server):
    offer = server.ask("POST", "/v1/decisions", {"customer_id": "C04", "direction": "inbound"}, staff="rm")[
        1
    ]["actions"][0]
    path = f"/v1/offers/{offer['offer_id']}/responses"
    answers = at_once(lambda _client: server.ask("POST", path, {"outcome": "refused"}, staff="rm")[0])
    assert Counter(answers) == {200: 1, 409: CLIENTS - 1}
    assert len(server.bank.rows("responses", {"offer_id": offer["offer_id"]})) == 1


def test_a_withdrawal_holds_for_both_workers_at_once(server):
    body = {"purpose": "marketing", "channel": "all", "status": "withdrawn"}
    assert server.ask("POST", "/v1/customers/C02/consents", body, staff="rm")[0] == 200
    answers = at_once(
        lambda _client: server.ask(
            "POST", "/v1/decisions", {"customer_id": "C02", "direction": "inbound"}, staff="rm"
        )[1]
    )
    assert {one["kind"] for body in answers for one in body["actions"]} <= {"care"}


# -- bytes --------------------------------------------------------------------------------------------------------------


def request(server, *lines, body=b"", method="POST", path="/v1/decisions"):
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: zhike",
        f"Authorization: Bearer {server.tokens['integration']}",
        *lines,
    ]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def statuses(answer):
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def is_unharmed(server):
    assert server.ask("GET", "/v1/health")[0] == 200


GOOD = json.dumps({"customer_id": "C03", "direction": "inbound"}).encode()
TYPED = "Content-Type: application/json"


def test_a_proper_request_for_comparison(server):
    answer = server.raw(request(server, TYPED, f"Content-Length: {len(GOOD)}", body=GOOD))
    assert statuses(answer) == [200]
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"server:" not in head
    assert b"cache-control: no-store" in head


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: -5"], ["Content-Length: 5x"], ["Content-Length: 1e3"], ["Content-Length: " + "9" * 400],
        [f"Content-Length: {len(GOOD)}", "Content-Length: 3"], ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked, gzip"], ["Content-Length : 5"], ["X-Purpose: a\rb: c"], ["X-Purpose: \x00"], ["Bad Header: x"],
        ["\x01: x"], [": x"],
    ],
    ids=str,
)  # fmt: skip
def test_a_head_that_two_programs_could_read_differently_is_refused(server, lines):
    answer = server.raw(request(server, TYPED, *lines, body=GOOD))
    assert all(400 <= status < 500 for status in statuses(answer)), answer[:300]
    assert b"Traceback" not in answer
    is_unharmed(server)


def test_a_length_that_promises_more_than_comes_makes_nobody_else_wait(server):
    answer = server.raw(request(server, TYPED, "Content-Length: 500", body=GOOD), wait=1.0)
    assert statuses(answer) == []
    is_unharmed(server)


def test_what_comes_after_the_stated_length_is_no_second_request_of_somebody_else(server):
    smuggled = b"GET /v1/metrics HTTP/1.1\r\nHost: zhike\r\n\r\n"
    answer = server.raw(request(server, TYPED, f"Content-Length: {len(GOOD)}", body=GOOD + smuggled))
    assert statuses(answer)[0] == 200
    assert all(status == 401 for status in statuses(answer)[1:])  # it is asked by nobody


def chunked(*parts):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_a_body_in_chunks(server):
    halves = chunked(GOOD[:10], GOOD[10:])
    assert statuses(server.raw(request(server, TYPED, "Transfer-Encoding: chunked", body=halves))) == [200]
    for broken in (b"zz\r\n{}\r\n0\r\n\r\n", b"-5\r\n{}\r\n0\r\n\r\n", b"5\r\n{}\r\n"):
        answer = server.raw(request(server, TYPED, "Transfer-Encoding: chunked", body=broken), wait=1.0)
        assert all(400 <= status < 500 for status in statuses(answer))
    is_unharmed(server)


def test_endless_chunks_are_cut_off(server):
    more = (b"186a0\r\n" + b" " * 100_000 + b"\r\n" for _ in range(200))
    answer = server.raw(request(server, TYPED, "Transfer-Encoding: chunked"), parts=more)
    assert statuses(answer) in (
        [413],
        [],
    )  # the answer may be lost when the server hangs up on who goes on sending
    is_unharmed(server)


@pytest.mark.parametrize("length", [2_000, 60_000, 200_000])
def test_a_very_long_path(server, length):
    answer = server.raw(request(server, method="GET", path="/v1/customers/" + "C" * length))
    assert all(status in (400, 404, 414, 422) for status in statuses(answer))
    is_unharmed(server)


@pytest.mark.parametrize(
    "content",
    [
        b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"GET\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x00" * 1000, b"GET http://evil.example/v1/metrics HTTP/1.1\r\nHost: zhike\r\n\r\n", b"CONNECT zhike:80 HTTP/1.1\r\nHost: zhike\r\n\r\n",
        b"FOO /v1/health HTTP/1.1\r\nHost: zhike\r\n\r\n", b"GET /v1/health HTTP/1.1\nHost: zhike\n\n", b"OPTIONS * HTTP/1.1\r\nHost: zhike\r\n\r\n",
        b"GET /v1/customers/\xff\xfe HTTP/1.1\r\nHost: zhike\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_request_at_all(server, content):
    answer = server.raw(content, wait=1.0)
    assert all(status < 500 for status in statuses(answer)), answer[:300]
    assert b"Traceback" not in answer
    is_unharmed(server)


def test_many_headers_and_very_long_ones(server):
    many = [f"X-{number}: {number}" for number in range(2_000)]
    long = ["X-Long: " + "x" * 500_000]
    for lines in (many, long):
        answer = server.raw(request(server, TYPED, f"Content-Length: {len(GOOD)}", *lines, body=GOOD))
        assert all(status < 500 for status in statuses(answer))
    is_unharmed(server)


def test_connections_left_open_keep_nobody_out(server):
    idle = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=60) for _ in range(100)]
    for connection in idle:
        connection.connect()
        connection.sock.sendall(b"POST /v1/decisions HTTP/1.1\r\nHost: zhike\r\nContent-Length: 100\r\n")
    is_unharmed(server)
    assert (
        server.ask("POST", "/v1/decisions", {"customer_id": "C03", "direction": "inbound"}, staff="rm")[0]
        == 200
    )
    for connection in idle:
        connection.close()


def test_the_log_of_all_that_names_nobody_and_shows_no_traceback(server):
    """Last: what the servers wrote while all this was asked."""
    server.ask("GET", "/v1/customers/C02", staff="rm")
    written = server.log.read_text("utf-8")
    assert "Traceback" not in written
    assert not [customer for customer in (*served_bank.NORTH, *served_bank.SOUTH) if customer in written]
    assert not [token for token in server.tokens.values() if token in written]
