"""Lists page by page, answers that have not changed, languages, and how much one caller may ask for."""

import base64
import json

import pytest

PATH = "/v1/customers/C02/decisions"


def page(bank, **query):
    answer = bank.get("rm", PATH, purpose="service", params=query)
    assert answer.status_code == 200
    return answer.json()


def decided(bank, count, seconds=1):
    found = []
    for _ in range(count):
        found.append(bank.decide("C02", direction="inbound").json()["decision_id"])
        bank.clock.later(seconds=seconds)
    return found


def walked(bank, limit):
    found, after = [], None
    while True:
        asked = {"limit": limit} if after is None else {"limit": limit, "after": after}
        part = page(bank, **asked)
        assert len(part["decisions"]) <= limit
        found += [one["decision_id"] for one in part["decisions"]]
        after = part["next"]
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
@pytest.mark.parametrize("seconds", [1, 0])
def test_pages_are_complete_and_without_doubles(bank, limit, seconds):
    """Also of decisions of the same moment: the identifier orders those."""
    made = decided(bank, 7, seconds)
    found = walked(bank, limit)
    assert sorted(found) == sorted(made)
    if seconds:
        assert found == made[::-1]


def test_an_empty_list(bank):
    assert page(bank) == {"decisions": [], "next": None}


def test_what_is_decided_meanwhile_does_not_shift_the_pages(bank):
    made = decided(bank, 4)
    first = page(bank, limit=2)
    decided(bank, 3)
    second = page(bank, limit=2, after=first["next"])
    assert [one["decision_id"] for one in first["decisions"] + second["decisions"]] == made[::-1]


def made_up(*values):
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "", "x", "%%%", "é", "null", made_up(), made_up(1), made_up("1", "d"), made_up(1, 2), made_up(True, "d"), made_up(1.5, "d"),
        made_up(2**70, "d"), made_up(1, "é"), made_up(1, "d", 3), made_up(None, None), "A" * 500, base64.b64encode(b"[" * 300).decode(),
        base64.b64encode(b"[NaN, 1]").decode(),
    ],
)  # fmt: skip
def test_a_cursor_that_is_none(bank, after):
    answer = bank.get("rm", PATH, params={"after": after})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "request_invalid"


def test_a_cursor_made_up_or_of_somebody_elses_list_begins_elsewhere_in_the_same(bank):
    mine = decided(bank, 3)
    bank.clock.later(seconds=5)
    theirs = bank.decide("C06", direction="inbound").json()
    at = bank.rows("decisions", {"decision_id": theirs["decision_id"]})[0]["decided_at"]
    found = page(bank, after=made_up(at, theirs["decision_id"]))["decisions"]
    assert [one["decision_id"] for one in found] == mine[::-1]
    assert page(bank, after=made_up(0, "d-0"))["decisions"] == []
    assert page(bank, after=made_up(at, "' OR 1=1 --"))["decisions"] == found


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1e2", "two", "", "9" * 50])
def test_a_limit_that_is_none(shared, limit):
    assert shared.get("rm", PATH, params={"limit": limit}).status_code == 422


TAGGED = ["/v1/customers/C02", "/v1/actions", "/v1/policies/active"]


@pytest.mark.parametrize("path", TAGGED)
def test_what_has_not_changed_is_not_sent_again(shared, path):
    first = shared.get("rm", path)
    tag = first.headers["etag"]
    for seen in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = shared.get("rm", path, headers={"If-None-Match": seen})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for seen in ('"other"', tag.strip('"'), "", ", ,"):
        assert shared.get("rm", path, headers={"If-None-Match": seen}).content == first.content


def test_a_tag_changes_with_what_it_stands_for(bank):
    first = bank.get("rm", TAGGED[0]).headers["etag"]
    bank.decide("C02")
    assert bank.get("rm", TAGGED[0], headers={"If-None-Match": first}).status_code == 200


def test_a_tag_lets_nobody_in(shared):
    tag = shared.get("rm", TAGGED[0]).headers["etag"]
    seen = {"If-None-Match": tag}
    assert shared.get(None, TAGGED[0], headers=seen).status_code == 401
    assert shared.get("rm_south", TAGGED[0], headers=seen).status_code == 404
    masked = shared.get("analyst", TAGGED[0], purpose="analysis", headers=seen)
    assert masked.status_code == 200


@pytest.mark.parametrize(
    ("accepted", "title", "found"),
    [
        ("en-GB,en;q=0.9", "everyday", "found no such customer"), ("zh-CN,zh;q=0.9,en;q=0.8", "everyday（简）", "找不到该客户"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "everyday（繁）", "找不到該客戶"), ("fr, zh-Hant;q=0.3", "everyday（繁）", "找不到該客戶"),
        ("fr;q=0.9", "everyday", "found no such customer"), ("zh;q=0", "everyday", "found no such customer"),
        (";;;,q=", "everyday", "found no such customer"), ("*", "everyday", "found no such customer"),
    ],
)  # fmt: skip
def test_texts_are_in_the_callers_language(shared, accepted, title, found):
    said = {"Accept-Language": accepted}
    actions = shared.get("rm", "/v1/actions", headers=said).json()["actions"]
    assert actions[0]["title"] == title
    assert shared.get("rm", "/v1/customers/C99", headers=said).json()["error"]["found"] == found
    decided = shared.decide("C02", direction="inbound", headers=said).json()
    assert decided["actions"][0]["title"] == title


def test_a_caller_who_asks_too_often(tmp_path):
    import served_bank

    with served_bank.Served(tmp_path / "bank", limit=3) as bank:
        asked = [bank.get("rm", "/v1/actions").status_code for _ in range(5)]
        assert asked == [200, 200, 200, 429, 429]
        refused = bank.decide("C02", "rm")
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["error"]["code"] == "too_many_requests"
        assert refused.json()["error"]["retryable"] is True
        assert bank.rows("decisions") == []
        assert bank.get("rm_south", "/v1/actions").status_code == 200  # others are not held up
        bank.clock.later(seconds=1)
        assert bank.get("rm", "/v1/actions").status_code == 200


@pytest.mark.parametrize("query", ["limti=1", "=x", "limit=1&until="])
def test_a_parameter_that_is_not_described_is_refused_not_passed_over(shared, query):
    """A misspelt limit or filter would otherwise show everything."""
    refused = shared.get("rm", f"{PATH}?{query}", purpose="service")
    assert refused.status_code == 422
    assert refused.json()["error"]["needed"] == "needed after, limit"
    assert "limti" not in refused.text


def test_a_decision_takes_no_query(shared):
    refused = shared.ask("integration", "POST", "/v1/decisions?fast=1", json={"customer_id": "C02"})
    assert refused.status_code == 422
    assert refused.json()["error"]["needed"] == "needed a request without a query"
