"""One request without a server, as `zhike api` asks it."""

import json

import pytest

from zhike.api.local import answered
from zhike.core.service_errors import RecordNotFoundError

HEADERS = {"content-type": "application/json", "x-purpose": "service", "accept-language": "en"}


def asked(bank, method, target, body=b"", staff="rm", headers=HEADERS):
    answer = answered(bank.app, method, target, body, staff, headers)
    return answer.status, json.loads(answer.body)


def test_as_a_member_of_staff_without_a_token(bank):
    status, body = asked(bank, "GET", "/v1/customers/C02")
    assert (status, body["customer_id"]) == (200, "C02")


def test_a_decision_is_written_before_the_answer(bank):
    status, body = asked(bank, "POST", "/v1/decisions", b'{"customer_id": "C02"}')
    assert status == 200
    assert bank.rows("decisions")[0]["decision_id"] == body["decision_id"]


def test_rights_hold_here_too(bank):
    assert asked(bank, "GET", "/v1/customers/C06")[0] == 404
    assert asked(bank, "GET", "/v1/customers/C02", staff=None)[0] == 401
    assert asked(bank, "GET", "/v1/health", staff=None)[0] == 200


def test_a_query_and_an_encoded_path(bank):
    assert asked(bank, "GET", "/v1/customers/C02/decisions?limit=1")[0] == 200
    assert asked(bank, "GET", "/v1/customers/C%30%32")[1]["customer_id"] == "C02"
    assert asked(bank, "GET", "/v1/customers/\u4f60")[0] == 404


def test_after_somebody_who_is_not_there_the_service_is_closed(bank):
    with pytest.raises(RecordNotFoundError):
        asked(bank, "GET", "/v1/health", staff="nobody")
    assert (
        bank.decide("C02").json()["degraded"] == "store_unavailable"
    )  # the writer has ended: nothing is written any more


def test_a_header_cannot_say_who_asks(bank):
    """Who asks stands in the scope, where no request gets to."""
    answer = bank.get(None, "/v1/customers/C02", headers={"zhike.actor": "rm", "zhike-actor": "rm"})
    assert answer.status_code == 401
