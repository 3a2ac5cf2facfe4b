"""Requests meant to break something, or to make it talk: nothing breaks, and no value comes back."""

import json

import httpx
import pytest
from api_calls import CALLS

PERSONAL = "Ming-Wang-13800138000"
"""What a caller sends and nobody may hear again: not in an answer, not in a log."""
JSON = {"Content-Type": "application/json"}


def sent(bank, content, path="/v1/decisions", method="POST", headers=None, staff="integration"):
    return bank.ask(
        staff, method, path, content=content, purpose="service", headers={**JSON, **(headers or {})}
    )


def is_refused(answer, statuses=(422,)):
    assert answer.status_code in statuses, (answer.status_code, answer.text)
    assert "Traceback" not in answer.text
    assert PERSONAL not in answer.text
    return answer.json()["error"]


def body(**changed):
    return json.dumps({"customer_id": "C02", **changed}).encode()


MALFORMED = {
    "nothing": b"", "no JSON": b"{", "half": b'{"customer_id": "C02"', "text": PERSONAL.encode(), "a list": b"[]", "null": b"null",
    "a number": b"1", "two documents": b'{"customer_id": "C02"} {}', "no UTF-8": b'{"customer_id": "\xff\xfe"}',
    "UTF-16": '{"customer_id": "C02"}'.encode("utf-16"), "UTF-8 with a mark": b"\xef\xbb\xbf" + body(),
    "overlong UTF-8": b'{"customer_id": "\xc0\xaf"}', "a surrogate in UTF-8": b'{"customer_id": "\xed\xa0\x80"}',
    "a key twice": b'{"customer_id": "C02", "customer_id": "C03"}',
    "a key twice by escape": b'{"customer_id": "C02", "\\u0063ustomer_id": "C03"}',
    "NaN": b'{"customer_id": "C02", "most": NaN}', "Infinity": b'{"customer_id": "C02", "most": -Infinity}',
    "too large a number": b'{"customer_id": "C02", "most": 1e999}', "a huge number": b'{"customer_id": "C02", "most": ' + b"9" * 5000 + b"}",
    "half a pair": b'{"customer_id": "\\ud800"}', "the other half": b'{"customer_id": "a\\udc00b"}', "a null character": b'{"customer_id": "C\\u0000"}',
    "a raw null character": b'{"customer_id": "C\x00"}', "deep lists": b'{"just_done": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "deep and open": b"[" * 400_000,
    "comments": b'{"customer_id": "C02" /* */}', "a trailing comma": b'{"customer_id": "C02",}', "single quotes": b"{'customer_id': 'C02'}",
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize("path", ["/v1/decisions", "/v1/customers/C02/consents"])
def test_a_body_that_is_no_json(shared, name, path):
    assert is_refused(sent(shared, MALFORMED[name], path, staff="rm"))["code"] == "request_invalid"


@pytest.mark.parametrize(
    "changed",
    [
        {PERSONAL: 1}, {"reason": PERSONAL + "!"}, {"channels": [PERSONAL]}, {"direction": PERSONAL}, {"customer_id": [PERSONAL]},
        {"customer_id": PERSONAL * 20}, {"customer_id": f"{PERSONAL}\n"}, {"customer_id": ""}, {"customer_id": None}, {"customer_id": 5},
        {"just_done": [{"action_id": PERSONAL, "outcome": PERSONAL}]}, {"just_done": [{"action_id": PERSONAL}]}, {"just_done": PERSONAL},
        {"just_done": [{"action_id": "a", "outcome": "refused"}] * 51}, {"most": PERSONAL}, {"most": 0}, {"most": 21}, {"most": True},
        {"most": 10**18}, {"most": -1}, {"explain": PERSONAL}, {"explain": 1}, {"explain": None}, {"channels": ["app"] * 10},
        {"channels": {PERSONAL: 1}},
    ],
    ids=str,
)  # fmt: skip
def test_a_body_that_is_not_as_described_is_not_repeated(shared, changed):
    error = is_refused(sent(shared, body(**changed)))
    assert error["code"] == "request_invalid"
    assert error["data"]["what"].startswith("body.")


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/xml",
    ],
)
@pytest.mark.parametrize("path", ["/v1/decisions", "/v1/customers/C02/consents"])
def test_a_body_of_another_kind(shared, content_type, path):
    is_refused(sent(shared, body(), path, headers={"Content-Type": content_type}, staff="rm"))


INJECTIONS = [
    "' OR '1'='1", "C02'; DROP TABLE customers; --", "C02%", "_____", "C02/**/", "${jndi:ldap://x}", "{{7*7}}", "$(id)", "`id`",
    "<script>alert(1)</script>", "../../etc/passwd", "..\\..\\windows", "%2e%2e%2f", "C02\u202e", "\ufeffC02", "Ｃ０２", "c02", " C02", "C02 ",
    "=1+1", "C02\u0301", "\U0001f600",
]  # fmt: skip


@pytest.mark.parametrize("name", INJECTIONS)
def test_an_identifier_that_would_be_more_is_only_a_name_nobody_has(shared, name):
    """Asked by those who see everybody: nothing but the exact identifier finds a customer."""
    before = len(shared.rows("customers"))
    assert is_refused(sent(shared, body(customer_id=name)), (404,))["code"] == "record_not_found"
    path = httpx.URL("http://zhike").copy_with(path=f"/v1/customers/{name}").raw_path.decode()
    assert is_refused(shared.get("auditor", path, purpose="audit"), (404, 422))
    assert name not in shared.get("auditor", path, purpose="audit").text
    assert len(shared.rows("customers")) == before


@pytest.mark.parametrize(
    "path",
    [
        "/v1/customers/%00", "/v1/customers/C02%00", "/v1/customers/%0d%0aSet-Cookie:%20a", "/v1/customers/%ff%fe", "/v1/customers/",
        "/v1/customers//consents", "/v1/customers/%2e%2e/metrics", "/v1/customers/..%2fmetrics",
        "/v1/customers/C02%2fconsents", "/v1//customers/C02", "/v1/customers/" + "C" * 201, "/v1/customers/" + "C" * 60_000,
        "/v1/decisions/%0a", "/%2e%2e/%2e%2e/etc/passwd", "//v1/health", "/v1/health%00", "/v1/customers/C02;x=1", "/V1/HEALTH",
    ],
)  # fmt: skip
def test_a_path_that_would_lead_elsewhere(shared, path):
    answer = shared.get("administrator", path, purpose="operation")
    is_refused(answer, (404, 422))
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Purpose": PERSONAL}, {"X-Purpose": ""}, {"X-Purpose": "service,audit"}, {"X-Purpose": "s" * 65}, {"X-Purpose": "sérvice"},
        {"X-Purpose": "service\t"}, {"Idempotency-Key": f"{PERSONAL} {PERSONAL}"},
    ],
    ids=str,
)  # fmt: skip
def test_a_header_that_is_not_as_described(shared, headers):
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    is_refused(shared.decide("C02", headers=raw))


@pytest.mark.parametrize(
    "authorization",
    [
        PERSONAL, f"Basic {PERSONAL}", f"Bearer{PERSONAL}", f"Bearer  {PERSONAL}", "Bearer", "Bearer ", f"Bearer {PERSONAL} {PERSONAL}", "Bearer é",
        "Bearer ' OR 1=1 --", "Bearer " + "x" * 100_000, "Bearer null", f"Digest {PERSONAL}", "bearer \x7f",
    ],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_a_token_that_is_none(shared, authorization):
    asked = {"Authorization": authorization.encode("latin-1")}
    answer = shared.post(None, "/v1/decisions", {"customer_id": "C02"}, headers=asked)
    assert is_refused(answer, (401,))["code"] == "unauthenticated"


def test_the_scheme_is_read_whatever_its_case(shared):
    for scheme in ("bearer", "BEARER", "Bearer"):
        shown = {"Authorization": f"{scheme} {shared.tokens['rm']}"}
        assert shared.get(None, "/v1/actions", headers=shown).status_code == 200


def test_forwarded_headers_change_nothing(shared):
    headers = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-User": "rm", "X-Original-URL": "/v1/metrics", "X-HTTP-Method-Override": "DELETE",
               "Host": "evil.example", "Origin": "https://evil.example"}  # fmt: skip
    answer = shared.get(None, "/v1/customers/C02", headers=headers)
    assert answer.status_code == 401
    allowed = shared.get("rm", "/v1/customers/C02", headers=headers)
    assert allowed.status_code == 200
    assert not [name for name in allowed.headers if name.startswith("access-control")]
    assert "evil" not in allowed.text + str(allowed.headers)


MILLION = b'{"customer_id": "C02", "reason": "' + b"x" * 1_000_000 + b'"}'


def test_a_body_that_is_too_large(shared):
    error = is_refused(sent(shared, MILLION), (413,))
    assert (error["code"], error["data"]) == ("request_too_large", {"most": 1_000_000})


async def chunks(total):
    for _ in range(total // 10_000):
        yield b" " * 10_000


def test_a_body_that_is_too_large_and_says_nothing_of_its_length(shared):
    asked = shared.asks("integration", "POST", "/v1/decisions", content=chunks(5_000_000), headers=JSON)
    assert is_refused(shared.run(asked), (413,))["code"] == "request_too_large"


@pytest.mark.parametrize("length", [b"-1", b"x", b"", b"9" * 5000, b"1e3", b"0x10", "\u0661".encode()])
def test_a_length_that_is_none(shared, length):
    """Below the server, where nobody has looked at the length yet."""
    scope = {
        "type": "http", "method": "POST", "path": "/v1/decisions", "raw_path": b"/v1/decisions", "query_string": b"", "root_path": "",
        "headers": [(b"content-length", length), (b"content-type", b"application/json")], "http_version": "1.1", "scheme": "http",
        "client": None, "server": ("zhike", 80),
    }  # fmt: skip
    answered = []

    async def receive():
        return {"type": "http.request", "body": body(), "more_body": False}

    async def send(message):
        answered.append(message)

    shared.run(shared.app(scope, receive, send))
    assert answered[0]["status"] in (413, 422)


def test_a_caller_who_hangs_up_in_the_middle_is_nobodys_fault(shared):
    scope = {
        "type": "http", "method": "POST", "path": "/v1/decisions", "raw_path": b"/v1/decisions", "query_string": b"", "root_path": "",
        "headers": [(b"content-type", b"application/json")], "http_version": "1.1", "scheme": "http", "client": None, "server": None,
    }  # fmt: skip
    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    answered = []

    async def receive():
        return next(messages)

    async def send(message):
        answered.append(message)

    shared.run(shared.app(scope, receive, send))
    assert answered == []


def test_websockets_are_not_spoken(shared):
    answered = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        answered.append(message)

    scope = {"type": "websocket", "path": "/v1/decisions", "raw_path": b"/v1/decisions", "query_string": b"", "root_path": "", "headers": [],
             "subprotocols": []}  # fmt: skip
    shared.run(shared.app(scope, receive, send))
    assert [message["type"] for message in answered] == ["websocket.close"]


def test_a_fault_of_our_own_says_nothing_and_is_logged_without_values(bank, monkeypatch, caplog):
    def broken(*_):
        raise ValueError(PERSONAL)

    monkeypatch.setattr(type(bank.service.desk), "drafts", broken)
    answer = bank.decide("C02")
    assert is_refused(answer, (500,))["code"] == "internal_error"
    assert answer.json()["error"]["data"] == {"what": "ValueError"}
    (record,) = [record for record in caplog.records if record.name == "zhike.api"]
    assert "ValueError" in record.getMessage()
    assert "decisions.py" in record.getMessage()  # where, for whoever has to put it right
    assert PERSONAL not in caplog.text
    assert "C02" not in caplog.text


def test_evidence_of_any_shape_is_kept_and_never_run(bank):
    evidence = {
        "form": "' OR 1=1; --",
        "deep": {"a": [{"b": [1.5, None, True, "\u4f60\U0001f600"]}]},
        "__class__": {"__init__": "x"},
    }
    asked = {**CALLS["answer_consent"].body, "evidence": evidence}
    assert bank.post("rm", "/v1/customers/C02/consents", asked, purpose="service").status_code == 200
    assert bank.rows("consents")[0]["evidence"] == evidence
