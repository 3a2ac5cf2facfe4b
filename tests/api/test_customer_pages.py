"""Customers are found by what people remember of them, and their page shows what the bank knows, as far as each role goes."""

import pytest

from zhike.act.identities import Identity, note_identities


def found(bank, text, staff="rm", purpose="service"):
    answer = bank.post(staff, "/v1/customers/search", {"find": text}, purpose=purpose)
    assert answer.status_code == 200, answer.text
    return [one["customer_id"] for one in answer.json()["customers"]]


@pytest.mark.parametrize(("text", "who"), [
    ("C01", ["C01"]), ("王小明", ["C01"]), ("小明", ["C01"]), ("wxm", ["C01"]), ("wangxm", ["C01"]), ("wangxiaoming", ["C01"]), ("WX", ["C01"]),
    ("5678", ["C01"]), ("345678", ["C01"]), ("100 1234 5678", ["C01"]), ("999995678", []), ("shanf", ["C02"]), ("danf", []),
    ("an li", ["C03"]), ("LI AN", ["C03"]), ("0018", ["C03"]), ("C0", ["C01", "C02", "C03", "C04", "C05"]), ("w", []), ("王", []),
    ("王小红", []), ("%", []), ("' OR 1=1", []),
])  # fmt: skip
def test_a_manager_finds_customers_of_the_own_book(bank, text, who):
    assert found(bank, text) == who


def test_a_branch_finds_its_own_and_control_everybody(bank):
    assert found(bank, "wx", "branch_manager") == ["C01"]
    assert found(bank, "wx", "compliance", "audit") == ["C01", "C06"]
    assert found(bank, "小", "compliance", "audit") == []


def test_who_bears_just_this_name_comes_first(bank):
    note_identities(bank.acting, [Identity("C05", "王小", None), Identity("C04", "王小", None)])
    assert found(bank, "王小") == ["C04", "C05", "C01"]


def test_a_name_that_changed_is_found_and_the_old_one_is_not(bank):
    assert note_identities(bank.acting, [Identity("C01", "赵小明", "10012345678")]) == 1
    assert note_identities(bank.acting, [Identity("C01", "赵小明", "10012345678")]) == 0
    assert (found(bank, "赵小明"), found(bank, "王小明")) == (["C01"], [])
    terms = bank.rows("search_terms", {"customer_id": "C01"})
    note_identities(bank.acting, [Identity("C01", "王小明", "10012345678")])
    assert len(bank.rows("search_terms", {"customer_id": "C01"})) == len(terms)


@pytest.mark.parametrize(("staff", "purpose", "status"), [
    ("rm", "service", 200), ("rm", "complaint", 403), ("analyst", "analysis", 403), ("administrator", "operation", 403),
    ("integration", "service", 403), ("data_protection_officer", "privacy_request", 200),
])  # fmt: skip
def test_who_may_search(bank, staff, purpose, status):
    assert bank.post(staff, "/v1/customers/search", {"find": "C01"}, purpose=purpose).status_code == status


def test_more_than_asked_for_is_said(bank):
    answer = bank.post("rm", "/v1/customers/search", {"find": "C0", "limit": 2}, purpose="service").json()
    assert (len(answer["customers"]), answer["more"]) == (2, True)


def test_no_name_and_no_number_lies_open_in_the_store(bank):
    raw = b"".join(path.read_bytes() for path in bank.folder.glob("zhike.db*"))
    assert [text for text in ("王小明", "wangxm", "10012345678", "Li An") if text.encode() in raw] == []


def test_the_page_says_what_is_known_in_words(bank):
    page = bank.get("rm", "/v1/customers/C02/page", purpose="service").json()
    assert (page["name"], page["phone"], page["as_of"]) == ("单芳", "10087654321", "2026-06-30")
    assert [one["product_id"] for one in page["holdings"]] == ["C0", "B1"]
    assert page["archive"]["holdings_count"] == 2
    assert page["hidden"] == []
    assert {one["section"] for one in page["sections"]} >= {
        "who",
        "holdings",
        "groups",
        "risk",
        "consent",
        "missing",
    }


def test_an_analyst_sees_nobody_by_name(bank):
    page = bank.get("analyst", "/v1/customers/C01/page", purpose="analysis").json()
    assert page["name"] == "•••"
    assert page["phone"] == "•••78"
    assert "王小明" not in str(page)
    assert page["sections"] == []
    assert "age" in page["hidden"]
    assert page["archive"]["customer_type"] == "person"


def test_nobody_elses_customer_has_a_page(bank):
    for path in ("page", "timeline"):
        assert bank.get("rm", f"/v1/customers/C06/{path}", purpose="service").status_code == 404


def test_the_timeline_holds_what_was_before_the_ledger_and_since(bank):
    bank.post(
        "rm",
        "/v1/customers/C05/notes",
        {"kind": "call", "channel": "phone", "facts": "asked back"},
        purpose="service",
    )
    rows = bank.get("rm", "/v1/customers/C05/timeline", purpose="service").json()["happenings"]
    assert [(one["kind"], one["what"], one["exact"]) for one in rows] == [
        ("note", "call", True),
        ("contact", "outbound", False),
    ]
    assert rows[1]["at"].startswith("2026-06-29")


def test_the_budget_of_contacts_is_what_the_caps_leave(bank):
    before = bank.get("rm", "/v1/customers/C02/recommendations", purpose="service").json()["budget"]
    bank.decide("C02")
    after = bank.get("rm", "/v1/customers/C02/recommendations", purpose="service").json()["budget"]
    assert before
    assert all(one["left"] == max(0, one["most"] - one["used"]) for one in before + after)
    assert sum(one["used"] for one in after) > sum(one["used"] for one in before)
