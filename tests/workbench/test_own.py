"""The customer's own page: let in by a link alone, in every language, and whatever is said on it holds at once."""

import json
import re

import pytest
from own_visit import OwnVisit, make_link
from served_bank import Served

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

WHO = "C02"


@pytest.fixture
def bank(tmp_path):
    with Served(tmp_path / "bank") as served:
        yield served


@pytest.fixture
def link(bank):
    return make_link(bank, WHO)


@pytest.fixture
def visit(bank, link):
    visitor = OwnVisit(bank)
    assert visitor.enter(link["token"]).url.path == "/me/"
    return visitor


def test_without_a_link_there_is_a_field_for_one_and_nothing_else(bank):
    visitor = OwnVisit(bank)
    page = visitor.get()
    assert page.status_code == 200
    assert WORDS["own.enter"].en in page.text
    assert not visitor.client.cookies
    for path in ("/consents", "/wishes", "/objections", "/requests", "/my-data.json"):
        answer = visitor.post(path, {"kind": "call", "to": "marketing"})
        assert answer.status_code == 401, path
        assert WORDS["own.ended"].en in answer.text


def test_a_link_or_its_code_lets_in_and_stays_in_the_cookie_alone(bank, link):
    for shown in (link["token"], f"https://bank.example{link['path']}", f"  {link['token']} "):
        visitor = OwnVisit(bank)
        page = visitor.enter(shown)
        assert (page.status_code, str(page.url)) == (200, "http://zhike/me/")
        assert link["token"] not in page.text
        (cookie,) = page.history[0].headers.get_list("set-cookie")
        assert re.fullmatch(r"zhike_own=[^;]+; HttpOnly; Max-Age=900; Path=/me; SameSite=strict", cookie), (
            cookie
        )


def test_the_heads_of_the_page(visit):
    heads = visit.get().headers
    assert "default-src 'none'" in heads["content-security-policy"]
    assert "frame-ancestors 'none'" in heads["content-security-policy"]
    assert heads["cache-control"] == "no-store"
    assert heads["referrer-policy"] == "same-origin"


def test_a_wrong_code_and_too_many_of_them(bank):
    bank.service.guesses.limit = 2
    visitor = OwnVisit(bank)
    for _ in range(2):
        answer = visitor.enter("made-up")
        assert (answer.status_code, WORDS["own.ended"].en in answer.text) == (401, True)
    answer = visitor.enter(make_link(bank, WHO)["token"])
    assert (answer.status_code, WORDS["own.too_often"].en in answer.text) == (429, True)
    assert not visitor.client.cookies


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language(bank, link, language):
    bank.decide(WHO)
    visitor = OwnVisit(bank)
    visitor.client.headers["Accept-Language"] = language
    assert WORDS["own.enter"].in_language(language) in visitor.get().text
    page = visitor.enter(link["token"]).text
    assert f'<html lang="{language}"' in page
    for key in (
        "own.consents",
        "own.wishes",
        "own.offers",
        "own.object",
        "own.call",
        "own.mine",
        "own.erase",
        "own.requests",
        "own.how",
    ):
        assert WORDS[key].in_language(language) in page, key


def test_nothing_of_the_house_is_told(bank, visit):
    decided = bank.decide(WHO).json()
    page = visit.get().text
    assert WORDS["own.how"].en in page
    assert "Consent has not been withdrawn" in page
    for secret in (
        "integration",
        ">rm<",
        str(decided["actions"][0]["expected_value"]),
        "held_out",
        "relationship manager",
    ):
        assert secret not in page, secret


def test_a_withdrawal_holds_for_the_next_decision(bank, visit):
    assert any(one["kind"] == "sale" for one in bank.decide(WHO, direction="inbound").json()["actions"])
    page = visit.send("/consents", purpose="marketing", channel="all", status="withdrawn")
    assert WORDS["done.saved"].en in page.text
    assert WORDS["agreed.no"].en in page.text
    assert not any(one["kind"] == "sale" for one in bank.decide(WHO, direction="inbound").json()["actions"])
    visit.send("/consents", purpose="marketing", channel="all", status="given")
    assert any(one["kind"] == "sale" for one in bank.decide(WHO, direction="inbound").json()["actions"])


def test_wishes_are_saved_shown_and_lifted(bank, visit):
    visit.send("/wishes", kind="channels", **{"channel.phone": "on", "channel.sms": "on"})
    visit.send("/wishes", kind="topics", **{"topic.everyday": "on"})
    assert visit.send("/wishes", kind="frequency", most_in_30_days="2").status_code == 200
    page = visit.send("/wishes", kind="hours", not_before="09:00", not_after="12:30").text
    assert len(re.findall(r" checked", page)) == 3
    assert re.findall(r'name="(?:most_in_30_days|not_before|not_after)"[^>]* value="([^"]+)"', page) == [
        "2",
        "09:00",
        "12:30",
    ]
    for kind in ("channels", "topics", "frequency", "hours"):
        page = visit.send("/wishes", kind=kind).text
    assert " checked" not in page
    assert {row["kind"]: row["value"] for row in bank.rows("preferences", None, order=["recorded_at"])} == {
        "channels": {}, "topics": {}, "frequency": {}, "hours": {}}  # fmt: skip


@pytest.mark.parametrize(("to", "gone"), [("offer", {"everyday:P0:app"}), ("topic", {"everyday:P0:app"})])
def test_an_objection_to_an_offer_holds(bank, visit, to, gone):
    made = bank.decide(WHO, direction="inbound").json()["actions"]
    offer = next(one["offer_id"] for one in made if one["action_id"] in gone)
    page = visit.send("/objections", to=to, offer_id=offer)
    assert WORDS["done.objected"].en in page.text
    assert not gone & {one["action_id"] for one in bank.decide(WHO, direction="inbound").json()["actions"]}
    assert bank.rows("offers", {"offer_id": offer})[0]["state"] == "refused"


def test_a_person_is_asked_for_and_the_request_is_shown(bank, visit):
    page = visit.send(
        "/requests", kind="call", on="2026-07-03", not_before="09:00", not_after="10:00", words="my <card>"
    )
    assert WORDS["done.asked"].en in page.text
    assert "my &lt;card&gt;" in page.text
    (task,) = bank.rows("tasks", {"assignee": "rm"})
    assert (task["kind"], task["starts_on"], task["due_on"], task["actor"]) == (
        "call",
        "2026-07-03",
        "2026-07-03",
        "customer",
    )
    assert task["text"] == "09:00–10:00 · my <card>"


def test_an_erasure_is_asked_for_answered_and_read(bank, visit):
    page = visit.send("/requests", kind="erasure", words="I have moved")
    assert WORDS["request.erasure"].en in page.text
    assert WORDS["own.kept_years"].render("en", years=5) in page.text
    (case,) = bank.rows("cases", {"kind": "erasure"})
    path = f"/v1/requests/{case['case_id']}/answer"
    answered = bank.post(
        "data_protection_officer", path, {"answer": "Done by Friday"}, purpose="privacy_request"
    )
    assert answered.status_code == 200, answered.text
    page = visit.get().text
    assert "Done by Friday" in page
    assert bank.rows("customers", {"customer_id": WHO})[0]["state"] == "active"


def test_the_file_is_what_the_interface_hands_out(bank, visit, link):
    answer = visit.send("/my-data.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    bank.tokens["own"] = link["token"]
    other = bank.get("own", "/v1/me/data").json()
    found = json.loads(answer.text)
    assert set(found) == set(other)
    assert found["archive"] == other["archive"]


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/consents", {"purpose": "nonsense", "channel": "all", "status": "given"}, 422),
        ("/consents", {"purpose": "marketing", "channel": "all"}, 422), ("/wishes", {"kind": "nonsense"}, 404),
        ("/wishes", {"kind": "channels", "channel.pigeon": "on"}, 422), ("/wishes", {"kind": "frequency", "most_in_30_days": "x"}, 422),
        ("/wishes", {"kind": "hours", "not_before": "12:00", "not_after": "09:00"}, 422), ("/objections", {"to": "everything"}, 422),
        ("/objections", {"to": "offer", "offer_id": "o-none"}, 404), ("/objections", {"to": "offer"}, 422),
        ("/requests", {"kind": "complaint"}, 404), ("/requests", {"kind": "call", "on": "2026-06-01"}, 422),
        ("/requests", {"kind": "correction"}, 422), ("/nothing", {}, 404),
    ],
)  # fmt: skip
def test_what_is_broken_is_told_and_changes_nothing(bank, visit, path, fields, status):
    before = [bank.rows(table) for table in ("consents", "preferences", "tasks", "cases", "responses")]
    answer = visit.send(path, **fields)
    assert answer.status_code == status, answer.text
    assert WORDS["problem.title"].en in answer.text
    assert before == [
        bank.rows(table) for table in ("consents", "preferences", "tasks", "cases", "responses")
    ]


def test_a_form_of_another_site_or_another_link_does_nothing(bank, visit):
    ours = visit.form()
    fields = {"purpose": "marketing", "channel": "all", "status": "withdrawn"}
    assert visit.post("/consents", {**fields, "form": ours}, Origin="https://evil.example").status_code == 422
    assert visit.post("/consents", {**fields, "form": "0" * 64}).status_code == 422
    assert visit.post("/consents", fields).status_code == 422
    other = OwnVisit(bank)
    other.enter(make_link(bank, "C06")["token"])
    assert other.post("/consents", {**fields, "form": ours}).status_code == 422
    entering = {"token": make_link(bank, "C06")["token"]}
    assert OwnVisit(bank).post("/enter", entering, **{"Sec-Fetch-Site": "cross-site"}).status_code == 422
    assert bank.rows("consents") == []


def test_leaving_forgets_the_link_here_and_withdraws_it_where_that_is_wanted(bank, link):
    visitor = OwnVisit(bank)
    visitor.enter(link["token"])
    assert WORDS["own.enter"].en in visitor.send("/leave").text
    assert not visitor.client.cookies
    visitor.enter(link["token"])
    visitor.send("/leave", for_good="on")
    assert visitor.enter(link["token"]).status_code == 401
    assert bank.rows("customer_links", {"link_id": link["link_id"]})[0]["revoked_at"] is not None


def test_a_link_that_ends_ends_the_visit(bank, visit):
    bank.clock.later(days=30)
    page = visit.get()
    assert WORDS["own.ended"].en in page.text
    assert not visit.client.cookies


def test_language_and_appearance_are_kept_on_this_page_alone(visit):
    page = visit.send("/choices", language="zh-Hant", theme="dark")
    assert '<html lang="zh-Hant" data-theme="dark">' in page.text
    assert all("Path=/me" in cookie for cookie in page.history[0].headers.get_list("set-cookie"))


def test_what_nobody_foresaw_is_a_page_too(visit, monkeypatch):
    def broken(*_):
        raise ValueError("secret")

    monkeypatch.setattr("zhike.workbench.own._content", broken)
    page = visit.get()
    assert page.status_code == 500
    assert WORDS["problem.title"].en in page.text
    assert "secret" not in page.text


def test_the_short_address_leads_here_and_files_are_kept(visit):
    assert visit.get("").url.path == "/me/"
    asset = re.search(r'src="/me(/static/own\.js\?[0-9a-f]{12})"', visit.get().text)[1]
    assert "immutable" in visit.get(asset).headers["cache-control"]
