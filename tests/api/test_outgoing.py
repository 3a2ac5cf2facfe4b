"""Webhooks, what is queued, and batches over HTTP: from the request to what came of it."""

import errno

import pytest
from delivering import Carrier, Outgoing

from zhike.act.batches import run_batches
from zhike.core.language import LANGUAGES
from zhike.core.phrases import phrase, reason_of
from zhike.core.service_errors import DeliveryError

ADMIN = {"purpose": "operation"}
URL = "https://bank.example/hooks"
TOPICS = ["decision.made", "offer.made"]


def add(bank, url=URL, topics=TOPICS):
    answer = bank.post("administrator", "/v1/webhooks", {"url": url, "topics": topics}, **ADMIN)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_secret_is_shown_once(bank):
    made = add(bank)
    listed = bank.get("administrator", "/v1/webhooks", **ADMIN)
    assert [one["webhook_id"] for one in listed.json()["webhooks"]] == [made["webhook_id"]]
    assert made["secret"] not in listed.text
    changed = bank.post("administrator", f"/v1/webhooks/{made['webhook_id']}/secret", None, **ADMIN).json()
    assert changed["secret"] != made["secret"]
    assert changed["secret"] not in bank.get("administrator", "/v1/webhooks", **ADMIN).text
    stopped = bank.ask("administrator", "DELETE", f"/v1/webhooks/{made['webhook_id']}", **ADMIN)
    assert stopped.json()["state"] == "stopped"
    assert "secret" not in stopped.json()


def test_what_cannot_be_used_is_refused(bank):
    for body, status in (
        ({"url": "http://bank.example/", "topics": TOPICS}, 422),
        ({"url": URL, "topics": ["everything"]}, 422),
        ({"url": URL, "topics": []}, 422),
    ):
        answer = bank.post("administrator", "/v1/webhooks", body, **ADMIN)
        assert answer.status_code in (status, 400), answer.text
    add(bank)
    again = bank.post("administrator", "/v1/webhooks", {"url": URL, "topics": TOPICS}, **ADMIN)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "state_conflict")
    assert bank.post("administrator", "/v1/webhooks/w-none/secret", None, **ADMIN).status_code == 404


@pytest.mark.parametrize("staff", ["integration", "rm", "auditor", "channel", "analyst"])
def test_only_who_runs_the_system_manages_webhooks(bank, staff):
    for method, path in (("GET", "/v1/webhooks"), ("GET", "/v1/outbox")):
        assert bank.ask(staff, method, path, **ADMIN).status_code == 403
    assert bank.post(staff, "/v1/webhooks", {"url": URL, "topics": TOPICS}, **ADMIN).status_code == 403


def test_what_is_queued_is_listed_page_by_page_and_names_nobody(bank):
    add(bank)
    made = sum(1 + len(bank.decide(customer).json()["actions"]) for customer in ("C01", "C02", "C04"))
    seen, after, pages = [], None, 0
    while True:
        query = "?state=waiting&limit=4" + ("" if after is None else f"&after={after}")
        answer = bank.get("administrator", f"/v1/outbox{query}", **ADMIN)
        assert answer.status_code == 200
        assert "C0" not in answer.text
        seen += [one["message_id"] for one in answer.json()["messages"]]
        pages, after = pages + 1, answer.json()["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == made
    assert pages == -(-made // 4)
    assert bank.get("administrator", "/v1/outbox?state=sent", **ADMIN).json() == {
        "messages": [],
        "next": None,
    }
    assert len(bank.get("administrator", "/v1/outbox?limit=200", **ADMIN).json()["messages"]) == made


def test_a_batch_from_the_request_to_its_result(bank):
    asked = bank.post("analyst", "/v1/batches", {"customers": ["C01", "C02", "C99"]}, purpose="analysis")
    assert asked.status_code == 202
    name = asked.json()["job_id"]
    assert (asked.json()["state"], asked.json()["result"]["customers"]) == ("waiting", 3)
    assert run_batches(bank.service.desk) == 2
    shown = bank.get("analyst", f"/v1/batches/{name}", purpose="analysis")
    assert shown.json()["state"] == "done"
    assert (shown.json()["result"]["done"], shown.json()["result"]["skipped"]) == (3, {"record_not_found": 1})
    assert "C0" not in shown.text
    assert {row["customer_id"] for row in bank.rows("decisions")} == {"C01", "C02"}


def test_a_batch_over_everybody(bank):
    name = bank.post("analyst", "/v1/batches", {"direction": "inbound"}, purpose="analysis").json()["job_id"]
    run_batches(bank.service.desk)
    result = bank.get("analyst", f"/v1/batches/{name}", purpose="analysis").json()["result"]
    assert result["customers"] == result["done"] == 10
    assert {row["outbound"] for row in bank.rows("offers")} == {False}


@pytest.mark.parametrize("staff", ["integration", "rm", "auditor", "administrator"])
def test_not_everybody_may_ask_for_a_batch(bank, staff):
    assert bank.post(staff, "/v1/batches", {}, purpose="analysis").status_code == 403
    assert bank.rows("jobs") == []


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (phrase("no answer in time"), ("no answer in time", "未及时响应", "未及時回應")),
        (
            phrase("{one}; {other}", one=phrase("a host that is not known"), other="HTTP 503"),
            ("a host that is not known; HTTP 503", "未知的主机；HTTP 503", "未知的主機；HTTP 503"),
        ),
        (reason_of(OSError(errno.ENOSPC, "No space left on device")), ("No space left on device", "磁盘已满", "磁碟已滿")),
        ("HTTP 503", ("HTTP 503",) * 3),
    ],
)  # fmt: skip
def test_what_went_wrong_is_said_in_the_reader_s_language(bank, problem, told):
    out = Outgoing(bank)
    out.carriers["app"] = Carrier([DeliveryError(route="app", what=problem)] * 9)
    out.decide("C02")
    assert out.deliver()["retried"] == 1
    for language, words in zip(LANGUAGES, told, strict=True):
        shown = bank.get("administrator", "/v1/outbox", headers={"Accept-Language": language}, **ADMIN).json()
        assert [one["problem"] for one in shown["messages"]] == [words]
