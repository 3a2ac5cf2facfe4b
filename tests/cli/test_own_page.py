"""`zhike api` with a customer's link: whatever their own page does, the command does too."""

import json

import pytest
import served_bank


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A store with the small bank and its staff."""
    from zhike.adapters.store import open_store

    with open_store(tmp_path / "zhike.db") as store:
        served_bank.furnish(store)
    monkeypatch.setenv("ZHIKE_STORE", str(tmp_path / "zhike.db"))
    return tmp_path


def test_a_link_is_made_shown_and_withdrawn(zhike, house, monkeypatch):  # noqa: ARG001 - whose store it is
    made = zhike("api", "--post", "/v1/customers/C02/links", "--as", "rm").json
    assert zhike("api", "--get", "/v1/me").code == 1
    for shown in (made["token"], f"https://bank.example{made['path']}"):
        monkeypatch.setenv("ZHIKE_LINK", shown)
        assert zhike("api", "--get", "/v1/me").json["customer_id"] == "C02"
    body = json.dumps({"purpose": "marketing", "status": "withdrawn"})
    answer = zhike("api", "--put", "/v1/me/consents", "--data", body)
    assert {one["answer"] for one in answer.json["consents"] if one["purpose"] == "marketing"} == {False}
    assert zhike("api", "--delete", "/v1/me/link").code == 0
    assert zhike("api", "--get", "/v1/me").code == 1


def test_a_link_gives_nobody_the_rights_of_staff(zhike, house, monkeypatch):  # noqa: ARG001 - whose store it is
    made = zhike("api", "--post", "/v1/customers/C02/links", "--as", "rm").json
    monkeypatch.setenv("ZHIKE_LINK", made["token"])
    assert zhike("api", "--get", "/v1/customers/C02").code == 1
