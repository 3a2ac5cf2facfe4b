"""Webhooks are added, given another secret, stopped; what could not be delivered to safely is refused at the door."""

import pytest
from delivering import Outgoing
from served_bank import Served

from zhike.act.webhooks import add_webhook, check_webhook, rotate_secret, stop_webhook, webhooks
from zhike.core.errors import UsageError
from zhike.core.service_errors import RecordNotFoundError, StateConflictError
from zhike.govern.audit_events import AuditEvent

URL = "https://bank.example/hooks/zhike?source=1"


@pytest.fixture
def out(tmp_path):
    with Served(tmp_path) as served:
        yield Outgoing(served, channels=())


def test_a_webhook_is_added_with_a_secret_that_is_seen_once(out):
    made = add_webhook(out.acting, URL, ["offer.made", "decision.made", "offer.made"], "admin")
    assert len(made["secret"]) == 43
    assert made["topics"] == ["decision.made", "offer.made"]
    with out.served.store.read() as tx:
        (listed,) = webhooks(tx)
    assert "secret" not in listed
    assert (listed["webhook_id"], listed["url"], listed["state"]) == (made["webhook_id"], URL, "active")
    assert out.events() == [AuditEvent.WEBHOOK_ADDED]


def test_no_two_active_webhooks_have_one_address(out):
    first = add_webhook(out.acting, URL, ["offer.made"], "admin")
    with pytest.raises(StateConflictError):
        add_webhook(out.acting, URL, ["decision.made"], "admin")
    stop_webhook(out.acting, first["webhook_id"], "admin")
    assert add_webhook(out.acting, URL, ["offer.made"], "admin")["webhook_id"] != first["webhook_id"]


def test_a_new_secret_is_another_and_signs_from_the_next_attempt_on(out):
    made = add_webhook(out.acting, URL, ["decision.made"], "admin")
    out.decide()
    rows = []
    out.__class__ = type("Noting", (Outgoing,), {"deliverers": property(lambda self: _noting(self, rows))})
    changed = rotate_secret(out.acting, made["webhook_id"], "admin")
    assert changed["secret"] != made["secret"]
    out.deliver()
    assert [row["secret"] for row in rows] == [changed["secret"]]
    assert out.events() == [
        AuditEvent.WEBHOOK_ADDED,
        AuditEvent.WEBHOOK_SECRET_CHANGED,
        AuditEvent.MESSAGE_SENT,
    ]


def _noting(out, rows):
    from zhike.act.deliveries import Deliverers

    def webhook(row):
        rows.append(row)
        return out.hook

    return Deliverers({}, webhook, out.retries)


def test_stopped_it_is_told_nothing_more_and_cannot_be_changed(out):
    name = add_webhook(out.acting, URL, ["decision.made"], "admin")["webhook_id"]
    out.decide()
    assert stop_webhook(out.acting, name, "admin")["state"] == "stopped"
    assert out.deliver()["sent"] == 0
    for verb in (rotate_secret, stop_webhook):
        with pytest.raises(RecordNotFoundError):
            verb(out.acting, name, "admin")
    assert out.events() == [AuditEvent.WEBHOOK_ADDED, AuditEvent.WEBHOOK_STOPPED]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:9/x", "https://10.0.0.1/x", URL]
)
def test_addresses_that_can_be_used(url):
    check_webhook(url, ["offer.made"])


@pytest.mark.parametrize(
    "url",
    [
        "http://bank.example/x", "ftp://bank.example/x", "https:///x", "bank.example", "", "https://user:secret@bank.example/",
        "https://bank.example/x#part", "https://bank.example/ x", "https://bank.example/\n", "https://bank.example/é", "https://[::1",
        "https://bank.example:99999/", "https://bank.example/" + "x" * 2000, "http://localhost.example/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_addresses_that_cannot(url):
    with pytest.raises(UsageError):
        check_webhook(url, ["offer.made"])


@pytest.mark.parametrize("topics", [[], ["offer"], ["offer.made", "everything"]])
def test_topics_that_nothing_is_told_of(topics):
    with pytest.raises(UsageError):
        check_webhook(URL, topics)
