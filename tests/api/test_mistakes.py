"""What is wrong with a request is told in Chinese, whatever kind of mistake it is, and without the value."""

import json

import pytest
from chinese import english_in
from pydantic_core import core_schema

from zhike.api.mistakes import KINDS, mistake

FIGURES = {
    "gt": 1, "ge": 1, "lt": 9, "le": 9, "multiple_of": 2, "field_type": "List", "min_length": 1, "max_length": 9,
    "actual_length": 12, "pattern": "^[a-z]+$", "expected": "'outbound' or 'inbound'", "max_digits": 9, "decimal_places": 2,
    "whole_digits": 7, "discriminator": "'kind'", "tag": "made up", "expected_tags": "'a', 'b'", "error": "input is too short",
    "class_name": "Body",
}  # fmt: skip
DECIDE, WISH, TASKS = "/v1/decisions", "/v1/customers/C01/preferences/", "/v1/customers/C01/tasks"
MALFORMED = [
    ("POST", DECIDE, {}, "body.customer_id：必填", "body.customer_id：必填"),
    ("POST", DECIDE, {"customer_id": "C01", "secret": 1}, "body.?：不允许的字段", "body.?：不允許的欄位"),
    ("POST", DECIDE, {"customer_id": 1}, "body.customer_id：应为文本", "body.customer_id：應為文字"),
    ("POST", DECIDE, {"customer_id": ""}, "body.customer_id：至少 1 个字符", "body.customer_id：至少 1 個字元"),
    ("POST", DECIDE, {"customer_id": "x" * 201}, "最多 200 个字符", "最多 200 個字元"),
    ("POST", DECIDE, {"customer_id": "C\n1"}, "应符合格式", "應符合格式"),
    ("POST", DECIDE, {"customer_id": "C01", "direction": "up"}, "应为 'outbound' 或 'inbound'", "應為 'outbound' 或 'inbound'"),
    ("POST", DECIDE, [], "body：应为对象", "body：應為物件"),
    ("PUT", WISH + "topics", {"unwanted": ["everyday", "everyday"]}, "偏好“topics”的值不合格", "偏好「topics」的值不合格"),
    ("PUT", WISH + "topics", {"unwanted": ["everydya"]}, "不存在的主题", "不存在的主題"),
    ("PUT", WISH + "channels", {"unwanted": ["sms", "sms"]}, "偏好“channels”的值不合格", "偏好「channels」的值不合格"),
    ("GET", "/v1/customers/C01/decisions?limit=0", None, "query.limit：应不小于 1", "query.limit：應不小於 1"),
    ("GET", "/v1/customers/C01/decisions?limit=many", None, "query.limit：应为整数", "query.limit：應為整數"),
    ("GET", "/v1/customers/C01/decisions?limit=100000", None, "query.limit：应不大于", "query.limit：應不大於"),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW"])
@pytest.mark.parametrize(("method", "path", "body", "hans", "hant"), MALFORMED)
def test_a_malformed_request_is_refused_in_chinese(shared, method, path, body, hans, hant, language):
    staff = "rm" if "/customers" in path else "integration"
    given = {} if body is None else {"json": body}
    answer = shared.ask(
        staff, method, path, purpose="service", headers={"Accept-Language": language}, **given
    )
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "request_invalid"
    assert (hans if language == "zh-CN" else hant) in error["found"]
    assert [english_in(error[part]) for part in ("found", "needed", "remedy")] == [[], [], []]
    assert "secret" not in json.dumps(error)


@pytest.mark.parametrize("kind", core_schema.ErrorType.__args__)
def test_every_kind_of_mistake_is_told_in_chinese(kind):
    """Kinds that no request can provoke have a sentence for all of them."""
    text = mistake(
        {"type": kind, "loc": ("body", "field"), "msg": "Input should be something else", "ctx": FIGURES}
    )
    assert text.en.endswith(": Input should be something else")
    if kind not in ("value_error", "assertion_error"):
        assert english_in(text.zh_hans) == english_in(text.zh_hant) == []
    assert "made up" not in text.zh_hans + text.zh_hant


def test_kinds_are_pydantics():
    assert set(KINDS) <= set(core_schema.ErrorType.__args__)


@pytest.mark.parametrize(
    ("own", "hant"),
    [
        ("a day such as 2026-06-30", "日期，例如 2026-06-30"), ("a whole number", "整數"),
        ("an instant with its offset, such as 2026-06-30T09:00:00+08:00", "帶時差的時刻，例如 2026-06-30T09:00:00+08:00"),
        ("an instant of the years 1 to 9999 in UTC", "UTC 1 年至 9999 年之間的時刻"),
    ],
)  # fmt: skip
def test_our_own_words_are_told_in_chinese(own, hant):
    error = {
        "type": "value_error",
        "loc": ("body", "at"),
        "msg": f"Value error, {own}",
        "ctx": {"error": ValueError(own)},
    }
    assert mistake(error).zh_hant == f"body.at：{hant}"


def test_the_health_is_told_to_whoever_asks_for_the_head_alone(shared):
    answer = shared.ask(None, "HEAD", "/v1/health")
    assert answer.status_code == shared.ask(None, "GET", "/v1/health").status_code == 200
    assert shared.ask(None, "PATCH", "/v1/health").status_code == 405


def test_a_topic_that_was_unwanted_before_may_stay(bank):
    """The bank may offer it no more: whoever sends the whole list again means it still."""
    path = "/v1/customers/C01/preferences/topics"
    assert bank.put("rm", path, {"unwanted": ["everyday"]}, purpose="service").status_code == 200
    assert bank.put("rm", path, {"unwanted": ["everyday", "daily"]}, purpose="service").status_code == 200
