"""Channels and capacity over the interface: as the publication has them, in the caller's language, for those who may, as files."""

import csv
import io

import pytest
import served_bank
from constrained_bank import calls, constraint

from zhike.api.capacity_tables import COLUMNS, TABLES
from zhike.core.language import LANGUAGES

PATH = "/v1/capacity"
MAY = {
    "administrator": "operation", "branch_manager": "supervision", "service_quality": "quality", "analyst": "analysis",
    "product_owner": "governance", "policy_owner": "governance", "compliance": "governance", "auditor": "audit",
}  # fmt: skip


@pytest.fixture(scope="module")
def scarce(tmp_path_factory):
    with served_bank.Served(tmp_path_factory.mktemp("scarce") / "bank") as bank:
        limits = [
            calls(2),
            constraint("money", "budget", maximum="3.00", reference="=budget 2026"),
            constraint("household", "per_household", maximum=3),
        ]
        served_bank.publish_small(bank.acting, constraints=limits)
        bank.clock.later(seconds=2)
        yield bank


def told(bank, staff="administrator", **headers):
    answer = bank.get(staff, PATH, purpose=MAY[staff], headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def table(bank, name, language="en"):
    answer = bank.get(
        "administrator", f"{PATH}/{name}.csv", purpose="operation", headers={"Accept-Language": language}
    )
    assert answer.headers["content-type"].startswith("text/csv")
    assert f"zhike-{name}-2026-06-30.csv" in answer.headers["content-disposition"]
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_it_is_what_the_plan_that_is_served_from_says(scarce):
    found = told(scarce)
    plan = scarce.get("policy_owner", "/v1/plans/active", purpose="governance").json()["plan"]
    assert (found["publication"], found["plan"], found["currency"]) == (2, "kept", plan["currency"])
    assert [(one["row"], one["used"], one["price"]) for one in found["resources"]] == [
        (row["id"], pytest.approx(row["used"]), row["price"]) for row in plan["rows"]
    ]
    assert sum(one["price"] for one in found["resources"]) > 0
    phone = next(one for one in found["channels"] if one["channel"] == "phone")
    assert (phone["contact_from"], phone["contact_until"]) == ("09:00", "19:00")
    assert phone["draws_on"] == ["calls", "money", "household"]
    assert found["timezone"] == "Asia/Shanghai"


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_in_the_language_of_the_caller(scarce, language):
    found = told(scarce, **{"Accept-Language": language})
    assert (
        found["constraints"][0]["title"]
        == {"en": "calls", "zh-Hans": "calls（简）", "zh-Hant": "calls（繁）"}[language]
    )
    head = table(scarce, "resources", language)[0]
    assert head == [COLUMNS[name].in_language(language) for name in TABLES["resources"]]


def test_a_bank_where_nothing_is_scarce_says_so(shared):
    found = told(shared)
    assert (found["plan"], found["resources"], found["constraints"]) == ("none", [], [])
    assert found["caps"] == [{"window_days": 30, "maximum": 4}]
    assert len(table(shared, "channels")) == 1 + len(found["channels"])


def test_tables_are_files_in_which_no_formula_runs(scarce):
    found = told(scarce)
    rows = table(scarce, "constraints")
    assert [row[0] for row in rows[1:]] == [one["constraint"] for one in found["constraints"]]
    assert rows[2][-1] == "'=budget 2026"
    assert rows[1][3:5] == ["actions.channel = phone", "constraints.calls.maximum = 2"]
    assert {row[12] for row in table(scarce, "resources")[1:]} == {"EUR"}
    by_channel = {row[0]: row for row in table(scarce, "channels")[1:]}
    assert by_channel["app"][7:] == ["3 in 7 days", "2", "money household"]


@pytest.mark.parametrize("staff", served_bank.STAFF)
def test_whoever_may_sees_it_to_the_end_that_their_role_is_for(scarce, staff):
    for name in (PATH, f"{PATH}/channels.csv"):
        assert scarce.get(staff, name, purpose=MAY.get(staff, "service")).status_code == (
            200 if staff in MAY else 403
        )
        assert scarce.get(staff, name, purpose="marketing").status_code == 403


def test_no_other_table_is_there(scarce):
    assert scarce.get("administrator", f"{PATH}/customers.csv", purpose="operation").status_code == 422
