"""What pages show to whom, in which language, and that nothing of them comes from elsewhere."""

import re
from html.parser import HTMLParser

import pytest
from dated_bank import dated

from zhike.core.language import LANGUAGES
from zhike.workbench.words import WORDS

PAGES = ("/today", "/customers/C02", "/customers/nobody", "/nowhere")


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.open, self.levels = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given, tuple(self.open)))
        if "id" in given:
            self.ids.append(given["id"])
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag not in ("meta", "link", "input", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_walked_through(desk, path):
    page = Outline(desk.get(path).text)
    assert page.levels[0] == 1
    assert page.levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.levels, page.levels[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    fields = [
        (given, inside)
        for tag, given, inside in page.tags
        if tag in ("input", "select") and given.get("type") != "hidden"
    ]
    assert all("label" in inside or "aria-label" in given for given, inside in fields)
    for tag, given, inside in page.tags:
        assert tag != "th" or given.get("scope") in ("col", "row")
        assert tag not in ("style", "iframe", "object", "embed")
        assert tag != "script" or given.get("src")
        assert not any(name.startswith("on") or name == "style" for name in given)
        for name in ("src", "href", "action"):
            assert given.get(name, "/").startswith(("/workbench/", "#", "/")), (tag, given, inside)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_a_page_comes_from_elsewhere_or_is_kept_or_framed(desk, path):
    headers = desk.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


def test_files_beside_a_page_may_be_kept_for_ever_under_their_address(desk):
    for address in re.findall(r'(?:href|src)="/workbench(/static/[^"]+)"', desk.get("/today").text):
        answer = desk.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert desk.get("/static/../words.py").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_the_language_that_is_chosen(desk, language):
    page = desk.post(
        "/choices", {"form": desk.form(), "language": language, "theme": "dark", "back": "/customers/C02"}
    )
    assert page.url.path == "/workbench/customers/C02"
    assert f'<html lang="{language}" data-theme="dark">' in page.text
    assert WORDS["customer.recommended"].in_language(language) in page.text


@pytest.mark.parametrize(
    ("header", "language"), [("zh-TW,zh;q=0.9", "zh-Hant"), ("zh-CN", "zh-Hans"), ("fr", "en")]
)
def test_before_one_is_chosen_it_is_that_of_the_browser(visit, header, language):
    assert f'<html lang="{language}"' in visit.get("/sign-in", **{"accept-language": header}).text


def test_a_customer_who_may_not_be_seen_is_not_there(desk):
    theirs, nobodys = desk.get("/customers/C06"), desk.get("/customers/nobody")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text.replace("C06", "?") == nobodys.text.replace("nobody", "?")


def test_what_is_known_proposed_and_refused_is_on_one_page(desk):
    told = desk.bank.get("rm", "/v1/customers/C02/recommendations").json()
    page = desk.get("/customers/C02").text
    assert told["actions"]
    assert told["explanation"]["best_refused"]
    for one in told["actions"]:
        assert one["title"] in page
    for found in told["explanation"]["best_refused"]:
        for reason in found["reasons"]:
            assert reason["effect"] != "refused" or reason["reference"] in page


def test_the_day_of_birth_and_what_matures_next_stand_on_the_page(desk):
    dated(desk.bank)
    page = desk.get("/customers/C01").text
    assert re.search(rf"{WORDS['customer.born'].en}</dt><dd>3 Jul 1980<", page)
    assert re.search(rf"{WORDS['customer.matures'].en}</dt><dd>20 Jul 2026 · €50,000.00<", page)
    assert f"{WORDS['customer.matures'].en}</dt>" not in desk.get("/customers/C03").text


def test_to_look_at_a_customer_changes_nothing(desk):
    before = {table: desk.bank.rows(table) for table in ("decisions", "offers", "audit_entries", "outbox")}
    versions = desk.bank.rows("customers")
    assert desk.get("/customers/C02").text == desk.get("/customers/C02").text
    assert {table: desk.bank.rows(table) for table in before} == before
    assert desk.bank.rows("customers") == versions


def sought(desk, text):
    return desk.post("/customers", {"form": desk.form(), "find": text})


def test_a_number_leads_to_its_customer(desk):
    assert sought(desk, "C02").url.path == "/workbench/customers/C02"
    assert sought(desk, " ").url.path == "/workbench/today"
    hostile = sought(desk, "../../C02<script>")
    assert hostile.status_code == 200
    assert "<script>" not in hostile.text
    assert hostile.url.path == "/workbench/customers"


def test_several_customers_are_listed_and_one_is_opened(desk):
    listed = sought(desk, "C0").text
    assert [f"/workbench/customers/C0{n}" in listed for n in range(1, 7)] == [True] * 5 + [False]
    assert sought(desk, "王小明").url.path == "/workbench/customers/C01"
    assert WORDS["found.nobody"].render("en", least=2) in sought(desk, "wx9").text


def test_the_page_of_a_customer_has_charts_with_their_table_and_file(desk):
    page = desk.get("/customers/C02").text
    assert "单芳" in page
    assert desk.get("/customers/C02/months.csv").headers["content-type"].startswith("text/csv")
    assert desk.get("/customers/C06/months.csv").status_code == 404


@pytest.mark.parametrize(("part", "fields", "table"), [
    ("tasks", {"kind": "call", "text": "ring back"}, "tasks"),
    ("consents", {"purpose": "marketing", "channel": "all", "status": "withdrawn"}, "consents"),
    ("consents", {"purpose": "marketing", "channel": "sms", "status": "given", "told": "by phone"}, "consents"),
])  # fmt: skip
def test_what_is_recorded_on_the_page_is_on_record(desk, part, fields, table):
    answer = desk.post(f"/customers/C02/{part}", {"form": desk.form(), **fields})
    assert answer.url.path == "/workbench/customers/C02"
    (row,) = desk.bank.rows(table, {"customer_id": "C02"})
    assert row["kind" if part == "tasks" else "status"] in fields.values()


@pytest.mark.parametrize(("part", "fields", "status"), [
    ("tasks", {"kind": "dance"}, 422), ("consents", {"purpose": "marketing", "channel": "all", "status": "given"}, 422),
    ("consents", {"purpose": "marketing", "channel": "drum", "status": "withdrawn"}, 422), ("dances", {}, 404),
])  # fmt: skip
def test_what_cannot_be_recorded_is_said(desk, part, fields, status):
    assert desk.post(f"/customers/C02/{part}", {"form": desk.form(), **fields}).status_code == status


def test_the_sheet_for_whoever_takes_over_says_what_is_open(desk):
    desk.post(
        "/customers/C02/tasks", {"form": desk.form(), "kind": "call", "text": "ring back about the card"}
    )
    sheet = desk.get("/customers/C02/sheet").text
    assert "ring back about the card" in sheet
    assert "单芳" in sheet
    assert desk.get("/customers/C06/sheet").status_code == 404


def test_a_store_that_is_away_is_said_in_words(desk, monkeypatch):
    from zhike.core.store_errors import StoreUnavailableError

    def away(*_):
        raise StoreUnavailableError(store="ledger", what="it is away")

    desk.get("/today")
    monkeypatch.setattr("zhike.workbench.customer.customer_view", away)
    page = desk.get("/customers/C02")
    assert page.status_code == 503
    assert "Traceback" not in page.text
    assert WORDS["problem.title"].en in page.text


def test_a_note_keeps_what_was_said_apart_from_what_is_thought(desk):
    said = {
        "kind": "call",
        "facts": "Called at ten.",
        "words": '"I want <b>no</b> more calls"',
        "judgement": "annoyed",
        "suggestion": "",
    }
    page = desk.post("/customers/C02/notes", {"form": desk.form(), **said})
    assert page.url.path == "/workbench/customers/C02"
    assert "I want &lt;b&gt;no&lt;/b&gt; more calls" in page.text
    (kept,) = desk.bank.get("rm", "/v1/customers/C02/notes").json()["notes"]
    assert [kept[part] for part in ("facts", "words", "judgement")] == [
        said[part] for part in ("facts", "words", "judgement")
    ]


def test_an_empty_note_or_one_of_somebody_else_is_none(desk):
    assert desk.post("/customers/C02/notes", {"form": desk.form(), "kind": "note"}).status_code in (400, 422)
    assert desk.post("/customers/C06/notes", {"form": desk.form(), "facts": "x"}).status_code == 404
    assert desk.bank.rows("notes") == []


def test_whoever_sees_no_reasons_sees_the_page_without_them(visit):
    kept = visit.bank.rows("staff", {"staff_id": "rm"})[0]["password"]
    with visit.bank.store.write() as tx:
        for name in ("analyst", "auditor", "branch_manager", "complaints_officer"):
            tx.change("staff", {"staff_id": name}, {"password": kept})
    seen = {}
    for name in ("analyst", "auditor", "branch_manager", "complaints_officer"):
        visit.client.cookies.clear()
        visit.sign_in(name)
        seen[name] = visit.get("/customers/C02")
    assert [one.status_code for one in seen.values()] == [200] * 4
    assert 'class="reasons"' in seen["auditor"].text
    assert 'class="reasons"' not in seen["analyst"].text
    assert WORDS["customer.not_yours"].en in seen["analyst"].text


def test_a_fault_of_our_own_says_no_more_than_that_there_is_one(desk, monkeypatch, caplog):
    personal = "Ming-Wang-13800138000"

    def broken(*_):
        raise ValueError(personal)

    monkeypatch.setattr("zhike.workbench.customer.customer_view", broken)
    page = desk.get("/customers/C02")
    assert page.status_code == 500
    assert WORDS["problem.title"].en in page.text
    assert personal not in page.text + caplog.text
    assert "ValueError" in caplog.text  # for whoever has to put it right


def test_a_file_that_is_not_there_is_not_kept(desk):
    answer = desk.get("/static/nothing.css?1")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers["cache-control"]
