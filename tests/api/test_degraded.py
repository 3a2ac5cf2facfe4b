"""Where something is missing the answer is to do nothing, and says what was missing."""

import threading
import time

import pytest
import served_bank
from schemathesis.openapi import from_dict


def is_safe(answer, why, *, stored):
    assert answer.status_code == 200
    body = answer.json()
    assert (body["degraded"], body["stored"], body["no_action"], body["actions"]) == (why, stored, True, [])
    return body


def health(bank):
    return bank.get(None, "/v1/health").json()


def test_no_publication(bank):
    with bank.store.write() as tx:
        tx.change("publications", {"state": "active"}, {"state": "retired"})
    bank.clock.later(seconds=1)
    body = is_safe(bank.decide("C02"), "no_publication", stored=True)
    (row,) = bank.rows("decisions")
    assert (row["decision_id"], row["degraded"]) == (body["decision_id"], "no_publication")
    assert health(bank) == {
        "status": "degraded",
        "publication": None,
        "as_of": None,
        "problems": ["no_publication"],
    }
    assert bank.get("rm", "/v1/actions").status_code == 503
    view = bank.get("rm", "/v1/customers/C02").json()
    assert (view["as_of"], view["attributes"]) == (None, {})
    seen = bank.get("auditor", f"/v1/decisions/{body['decision_id']}?check=true", purpose="audit").json()
    assert (seen["identical"], seen["degraded"]) == (None, "no_publication")


def test_no_dossier(bank):
    with bank.store.write() as tx:
        tx.remove("dossiers", {"customer_id": "C02"})
    body = is_safe(bank.decide("C02"), "no_dossier", stored=True)
    assert bank.rows("decisions")[0]["decision_id"] == body["decision_id"]
    assert is_safe(bank.decide("C02", headers={"Idempotency-Key": "k"}), "no_dossier", stored=True)
    assert bank.decide("C01").json()["degraded"] is None


def removed(bank):
    for file in bank.folder.glob("zhike.db*"):
        file.rename(file.with_name(f"away.{file.name}"))


def brought_back(bank):
    for file in bank.folder.glob("away.*"):
        file.rename(file.with_name(file.name.removeprefix("away.")))


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}])
@pytest.mark.parametrize("seconds", [0, 60])
def test_the_store_is_gone(bank, key, seconds):
    """Whoever was let in before is told to do nothing, however long ago it was; then it goes on as if nothing had been."""
    bank.decide("C01")
    before = bank.rows("decisions")
    removed(bank)
    bank.clock.later(seconds=seconds)
    answer = bank.decide("C02", headers=key)
    body = is_safe(answer, "store_unavailable", stored=False)
    assert (body["customer_id"], body["publication"], body["policy"]) == ("C02", 0, None)
    from_dict(bank.app.openapi())["/v1/decisions"]["POST"].validate_response(answer)
    assert health(bank)["problems"] == ["store_unavailable"]
    brought_back(bank)
    assert bank.rows("decisions") == before
    assert bank.decide("C02", headers=key).json()["stored"] is True
    assert health(bank)["status"] == "serving"


def test_without_the_store_strangers_are_not_let_in(bank):
    removed(bank)
    unknown = bank.decide("C02", headers={"Authorization": "Bearer made-up"}, staff=None)
    assert unknown.status_code == 503
    assert unknown.headers["retry-after"] == "1"
    assert bank.decide("C02", staff=None).status_code == 401
    brought_back(bank)


def test_a_right_that_ended_while_the_store_was_away_is_not_used_when_it_is_back(bank):
    from zhike.act.staff import revoke_token, token_hash

    bank.decide("C01")
    revoke_token(bank.acting, token_hash(bank.tokens["integration"]), "tests")
    removed(bank)
    bank.clock.later(seconds=60)
    is_safe(bank.decide("C02"), "store_unavailable", stored=False)
    brought_back(bank)
    assert bank.decide("C02").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/customers/C02", None), ("GET", "/v1/customers/C02/decisions", None), ("GET", "/v1/actions", None),
        ("PUT", "/v1/customers/C02/preferences/hours", {}), ("POST", "/v1/offers/o-1/responses", {"outcome": "shown"}),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_says_that_asking_again_may_help(bank, method, path, body):
    bank.get("rm", "/v1/actions")
    removed(bank)
    answer = bank.ask("rm", method, path, json=body, purpose="service")
    brought_back(bank)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["retryable"]) == (503, "store_unavailable", True)
    assert error["data"]["store"] == "ledger"
    assert str(bank.folder) not in answer.text


@pytest.fixture
def impatient(tmp_path):
    with served_bank.Served(tmp_path / "bank", patience=0.3) as found:
        yield found


def locked(bank, seconds):
    """Hold the place of the one writer from a connection of its own, as another process would; return when it is held."""
    import sqlite3

    held, free = threading.Event(), threading.Event()

    def hold():
        connection = sqlite3.connect(bank.folder / "zhike.db", isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        held.set()
        free.wait(seconds)
        connection.execute("ROLLBACK")
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    return lambda: (free.set(), thread.join())


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}])
def test_the_store_is_locked(impatient, key):
    bank = impatient
    release = locked(bank, 30)
    is_safe(bank.decide("C02", headers=key), "store_unavailable", stored=False)
    assert bank.get("rm", "/v1/customers/C02").status_code == 200  # reading goes on
    release()
    assert bank.decide("C02", headers=key).json()["stored"] is True
    assert len(bank.rows("decisions")) == 1


def test_many_wait_for_a_locked_store_together_and_not_one_after_the_other(impatient):
    bank = impatient
    bank.decide("C01")
    release = locked(bank, 60)
    began = time.monotonic()
    asked = {"json": {"customer_id": "C02"}, "purpose": "service"}
    answers = bank.together(bank.asks("integration", "POST", "/v1/decisions", **asked) for _ in range(20))
    took = time.monotonic() - began
    release()
    for answer in answers:
        is_safe(answer, "store_unavailable", stored=False)
    assert took < 3.0  # one after the other: twenty times 0.3 seconds


def test_a_store_that_was_swapped_for_another_is_refused_without_its_path(bank, tmp_path):
    from zhike.adapters.store.engine import open_store

    bank.decide("C01")
    removed(bank)
    open_store(bank.folder / "zhike.db").close()
    bank.clock.later(seconds=60)
    answer = bank.get("rm", "/v1/customers/C02")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_error"
    assert str(tmp_path) not in answer.text
